//! What could stand at the cursor.

/// One word that could be typed, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub word: String,
    /// Said beside it, dimmed.
    pub note: String,
}

impl Candidate {
    pub fn new(word: impl Into<String>) -> Candidate {
        Candidate { word: word.into(), note: String::new() }
    }
}

/// Those that begin as the word does, in any case.
pub fn matching(prefix: &str, words: impl IntoIterator<Item = impl Into<String>>) -> Vec<Candidate> {
    words
        .into_iter()
        .map(Into::into)
        .filter(|w: &String| w.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix)))
        .map(Candidate::new)
        .collect()
}

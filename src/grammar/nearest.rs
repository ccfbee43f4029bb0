//! "Did you mean": the nearest of some words.

/// The nearest candidate, if it is near enough to be a slip of the fingers.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A slip is a third of the word at most; a long word that merely shares letters is another word.
    let most = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .map(|c| (strsim::damerau_levenshtein(word, c), c))
        .filter(|(d, c)| *d <= most && *d < c.chars().count().max(2))
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
        .filter(|_| word.len() < 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let words = || ["bind", "listen", "connect", "close"].into_iter();
        assert_eq!(nearest("bnid", words()), Some("bind"));
        assert_eq!(nearest("conect", words()), Some("connect"));
        assert_eq!(nearest("frobnicate", words()), None);
        assert_eq!(nearest(&"x".repeat(100_000), words()), None);
    }
}

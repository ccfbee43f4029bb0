//! Words of ours that come back from a file: each is kept once, for good, as those that stand in the program.

use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Different words that are kept; more of them are none of ours.
const MOST: usize = 10_000;

/// A word as fields have it. By its own name, serde would take it for something borrowed from the file.
pub type Word = &'static str;

/// The one copy of a word.
fn kept(word: String) -> Option<&'static str> {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(word.as_str()) {
        return Some(known);
    }
    if words.len() >= MOST {
        return None;
    }
    let word: &'static str = word.leak();
    words.insert(word);
    Some(word)
}

fn known<E: serde::de::Error>(word: String) -> Result<&'static str, E> {
    kept(word).ok_or_else(|| E::custom("too many different words"))
}

/// A word, for `deserialize_with`.
///
/// # Errors
/// It is no text, or there are too many different ones.
pub fn word<'de, D: Deserializer<'de>>(d: D) -> Result<&'static str, D::Error> {
    known(String::deserialize(d)?)
}

/// A list of words.
///
/// # Errors
/// As [`word`].
pub fn words<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<&'static str>, D::Error> {
    Vec::<String>::deserialize(d)?.into_iter().map(known).collect()
}

/// Names with a value and its unit.
///
/// # Errors
/// As [`word`].
pub fn fields<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<(&'static str, u64, &'static str)>, D::Error> {
    let list = Vec::<(String, u64, String)>::deserialize(d)?;
    list.into_iter().map(|(name, value, unit)| Ok((known(name)?, value, known(unit)?))).collect()
}

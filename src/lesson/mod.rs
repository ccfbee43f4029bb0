//! Cards: what a call, a constant or a word is, and why a call fails, from the Markdown files of `lessons/`; and the checks that
//! lessons, `until` and `assert` share.
//!
//! Files and their reading only: nothing is read before it is asked for, and nothing here asks the kernel about a socket or
//! decides how a card looks. A word to add: a file in `word/` of both languages. An errno of a call: a section in both cards.

pub mod card;
pub mod check;
pub mod course;
pub mod demo;
mod explain;
mod fill;
mod folder;
pub mod library;
pub mod progress;
mod markdown;
mod validate;

#[cfg(test)]
mod own_folder;
#[cfg(test)]
mod registry;

pub use card::{CallCard, Entry, ErrnoCard, WordCard};
pub use explain::{Card, Explained};
pub use fill::Fill;
pub use library::{Library, Problem, Topic, fallback};

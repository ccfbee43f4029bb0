//! What a typed line can be: words with their places, parameters, completion, refusals.
//!
//! Knows no sockets: a live thing that a word can name is a [`Handle`] of the [`World`], nothing more.

pub mod args;
pub mod bytes;
pub mod complete;
pub mod data;
pub mod kinds;
pub mod lex;
pub mod lexicon;
pub mod nearest;
pub mod number;
pub mod refusal;
pub mod spec;

pub use args::{Args, Word};
pub use bytes::Bytes;
pub use complete::Candidate;
pub use data::{DataWord, Source};
pub use lex::{Lexed, Token, lex};
pub use lexicon::{Lexicon, Named};
pub use refusal::{Ask, Code, Refusal};
/// A map by words or small numbers, with a quick hash: whoever picks names that collide slows only their own session.
pub use rustc_hash::FxHashMap as WordMap;
pub use spec::{AnyParam, Example, Group, Need, Param, Spec};

use serde::{Deserialize, Serialize};

/// A live thing a word can name: its number for the kernel, and one that is never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handle {
    pub id: u32,
    pub fd: i32,
}

/// What the reader of a line asks of the session it is typed in; a world that knows less says nothing of the rest.
pub trait World {
    fn find(&self, name: &str) -> Option<Handle>;
    /// The handle meant where none is named.
    fn current(&self) -> Option<Handle> {
        None
    }
    /// The names that are alive, in the order they were made.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
    /// Whether a recording that is looked at has a socket of this name: no call can be made on it.
    fn recorded(&self, _name: &str) -> bool {
        false
    }
    /// `{name.field}`.
    fn value(&self, name: &str, field: &str) -> Result<String, refusal::Why>;
    /// What a host and a service were resolved to, as an address is typed.
    fn resolved(&self, _host: &str, _service: &str) -> Option<String> {
        None
    }
    /// The descriptor of a file that was opened for this line.
    fn opened(&self, _path: &str) -> Option<Handle> {
        None
    }
    /// The round of the innermost `repeat`.
    fn round(&self) -> Option<u64> {
        None
    }
    /// Addresses in use, for completion.
    fn addresses(&self) -> Vec<String> {
        Vec::new()
    }
    /// Waiting jobs, for completion.
    fn jobs(&self) -> Vec<u32> {
        Vec::new()
    }
    /// Hosts of the lab.
    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }
    /// Words that can be explained, for completion; none where nobody completes.
    fn explained(&self) -> Vec<String> {
        Vec::new()
    }
}

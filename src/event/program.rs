//! What a program does that was started on a host of the lab.

use crate::kernel::Place;
use serde::{Deserialize, Serialize};

/// A fact about a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    pub job: u32,
    pub host: Place,
    /// Its name, without the folder.
    pub program: String,
    #[serde(flatten)]
    pub what: RanWhat,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum RanWhat {
    /// It was started with this line.
    Started {
        line: String,
    },
    /// A line on one of its outputs; bytes that are no UTF-8 are replaced.
    Printed {
        line: String,
    },
    Ended(Ended),
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Ended {
    Exited { status: i32 },
    Killed { signal: i32 },
}

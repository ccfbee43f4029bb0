//! What can be typed that is not a system call: one file each.

mod ask;
pub mod export;
pub mod file;
mod flow;
mod lesson;
mod look;
pub mod progress;
mod sendall;
mod set;
#[cfg(test)]
mod typed_in_cards;

pub use ask::specs;

use crate::session::Builtin;

/// Every such command, in the order `help` lists them.
pub static BUILTINS: &[Builtin] = &[
    look::SOCKETS,
    look::INSPECT,
    look::WHO,
    ask::EXPLAIN,
    ask::WHY,
    ask::HELP,
    sendall::SENDALL,
    flow::JOBS,
    flow::WAIT,
    flow::CANCEL,
    flow::REPEAT,
    flow::UNTIL,
    flow::ASSERT,
    lesson::LESSON,
    progress::PROGRESS,
    lesson::GUESS,
    lesson::GOAL,
    lesson::HINT,
    lesson::SOLUTION,
    lesson::SKIP,
    lesson::BACK,
    lesson::AGAIN,
    lesson::PLAY,
    lesson::RESUME,
    lesson::TEST,
    lesson::ALLOW,
    file::SAVE,
    file::LOAD,
    file::replay::REPLAY,
    export::EXPORT,
    set::USE,
    set::SET,
    set::QUIT,
];

//! What can be typed that is not a system call: one file each.

mod ask;
pub mod export;
pub mod file;
mod flow;
mod lab;
mod lesson;
mod look;
mod program;
pub mod progress;
mod sendall;
mod set;
mod show;
mod undo;
mod wire;
#[cfg(test)]
mod typed_in_cards;

pub use ask::specs;

use crate::session::Builtin;

/// Every such command, in the order `help` lists them.
pub static BUILTINS: &[Builtin] = &[
    look::SOCKETS,
    look::INSPECT,
    look::WHO,
    show::SHOW,
    show::WATCH,
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
    lab::HOST,
    lab::HOST_RM,
    lab::HOSTS,
    lab::ROUTER,
    lab::LAB,
    program::RUN,
    program::SHELL,
    wire::WIRE,
    wire::HOLD,
    wire::STEP_ALONE,
    wire::STEP,
    wire::DROP_ALONE,
    wire::DROP,
    wire::FLOW,
    wire::KEEP,
    wire::DUPLICATE,
    wire::REORDER,
    wire::CORRUPT,
    wire::INJECT,
    wire::DELAY,
    wire::LOSS,
    wire::RATE,
    wire::QUEUE,
    wire::CUT,
    wire::MEND,
    wire::CLEAR,
    wire::PACKETS,
    wire::WIRE_PACKETS,
    wire::PACKET,
    wire::WIRE_PACKET,
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
    file::transcript::TRANSCRIPT,
    export::EXPORT,
    undo::UNDO,
    set::USE,
    set::SET,
    set::QUIT,
];

/// Whether a line that makes no call does more than look or wait.
fn acts(line: &str) -> bool {
    use crate::grammar::Group;
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match word {
            "expect" | "on" => drop(words.next()),
            _ => {
                let found = BUILTINS.iter().find(|b| b.spec.name.eq_ignore_ascii_case(word) || b.spec.also.contains(&word));
                return found.is_some_and(|b| b.spec.group == Group::Lab || b.spec.name == "cancel");
            }
        }
    }
    false
}

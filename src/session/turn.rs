//! One line being carried out, and what can come of it.

use super::Sitting;
use crate::grammar::{Args, Refusal, Spec};
use crate::kernel::{CallClock, Place};
use crate::text::Text;
use crate::vocabulary::Errno;
use std::sync::Arc;

/// A line on its way.
pub struct Turn<'a> {
    pub sitting: &'a Sitting,
    /// The clock of the thread that carries it out.
    pub clock: &'a Arc<CallClock>,
    pub number: u32,
    /// Where it makes sockets, and where it looks: `on HOST`, or where the sitting stands.
    pub place: Place,
    /// The round of the innermost `repeat`.
    pub round: Option<u64>,
    pub expect: Option<Errno>,
    /// How many `repeat`s it stands in.
    pub depth: u32,
    /// What its last call returned.
    pub last: Option<Result<i64, Errno>>,
}

/// How a line went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Done,
    /// Its call has become a job; another thread has the session now.
    Detached,
    /// `quit`.
    Quit,
}

/// Why a line failed.
#[derive(Debug, Clone)]
pub struct Failure {
    pub reason: Text,
    /// The errno of the call, if that is what failed.
    pub errno: Option<Errno>,
    /// Our own interrupt ended it: no `expect` makes that right.
    pub stopped: bool,
    /// An event says so already.
    pub said: bool,
    /// Our own trouble, by its code: neither the line's fault nor an answer of the kernel's to it.
    pub fault: Option<&'static str>,
}

impl Failure {
    pub fn fault(code: &'static str, reason: Text) -> Failure {
        Failure { fault: Some(code), ..Failure::new(reason) }
    }

    pub fn new(reason: Text) -> Failure {
        Failure { reason, errno: None, stopped: false, said: false, fault: None }
    }
}

pub type Verdict = Result<Flow, Failure>;

/// Something typed that is not a system call.
pub struct Builtin {
    pub spec: &'static Spec,
    /// Reads the words behind the command.
    pub read: fn(&mut Args<'_>) -> Result<Box<dyn Act>, Refusal>,
}

/// A command that was read and can be carried out.
pub trait Act {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict;
}

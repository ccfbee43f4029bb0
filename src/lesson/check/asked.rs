//! What a check asks, for those who ask the kernel in a program of their own.

use super::{Check, Count, Queue, What};
use crate::vocabulary::State;

/// A question that a program can put to the kernel itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Readable,
    Writable,
    Bytes(u64),
    Waiting(u64),
    Unacked(u64),
    State(State),
}

impl Check {
    /// What it asks; `None` where the answer is sockscope's own (what was called, what was looked at), or where it is turned round.
    pub fn asked(&self) -> Option<Asked> {
        if self.not {
            return None;
        }
        Some(match &self.what {
            What::State(state) => Asked::State(*state),
            What::Ready(events) if *events == libc::POLLIN => Asked::Readable,
            What::Ready(events) if *events == libc::POLLOUT => Asked::Writable,
            What::Datagram => Asked::Readable,
            What::Amount(queue, Count::Exactly(n) | Count::AtLeast(n)) => match queue {
                Queue::Waiting => Asked::Waiting(*n),
                Queue::Bytes => Asked::Bytes(*n),
                Queue::Unacked => Asked::Unacked(*n),
            },
            _ => return None,
        })
    }

    /// Whether it asks about hosts and frames of the lab, not about a socket.
    pub fn of_the_lab(&self) -> bool {
        matches!(self.what, What::Lab(_))
    }
}

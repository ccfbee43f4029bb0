//! What happened since the step began, as checks ask it: what calls answered, which commands were used.

use crate::call::{AnyCall, Outcome, Payload};
use crate::event::{Event, SocketTable, What};
use crate::vocabulary::Errno;

/// A call's answer.
#[derive(Debug, Clone)]
pub struct Note {
    /// The C function's name.
    pub call: &'static str,
    /// The socket called on, and those it made.
    pub ids: Vec<u32>,
    pub ret: Result<i64, Errno>,
    pub data: Option<Payload>,
}

/// Answers of the step, in order.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    pub answers: Vec<Note>,
    /// Lines that were refused: their codes.
    pub refused: Vec<crate::grammar::refusal::Code>,
    /// The number of the last event that was read.
    read: u64,
    /// The number of the last event before the step.
    begun: u64,
}

/// A line repeated for ever must not take all memory: the oldest go.
const MOST: usize = 10_000;

impl Notes {
    /// Begins anew behind an event.
    pub fn behind(seq: u64) -> Notes {
        Notes { read: seq, begun: seq, ..Notes::default() }
    }

    /// Takes up what was recorded since the last time.
    pub fn take(&mut self, events: &[Event], table: &SocketTable) -> bool {
        let mut called = false;
        for event in events {
            self.read = event.seq;
            match &event.what {
                What::Returned(r) => {
                    called = true;
                    let made = r.made.iter().filter_map(|name| table.find(name)).map(|h| h.id);
                    let ids = r.call.on().map(|h| h.id).into_iter().chain(made).collect();
                    self.answers.push(note(&r.call, &r.outcome, ids));
                }
                What::Refused { refusal, .. } => self.refused.push(refusal.code),
                _ => {}
            }
        }
        if self.answers.len() > 2 * MOST {
            self.answers.drain(..MOST);
        }
        called
    }

    pub fn begun(&self) -> u64 {
        self.begun
    }

    pub fn read(&self) -> u64 {
        self.read
    }
}

fn note(call: &AnyCall, outcome: &Outcome, ids: Vec<u32>) -> Note {
    Note { call: call.name(), ids, ret: outcome.ret, data: outcome.out.as_ref().and_then(|o| o.data.clone()) }
}

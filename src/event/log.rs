//! The log: every event of the sitting, in order.

use super::{Event, What};

/// Events in the order of recording. The kernel is the truth; the log is testimony.
#[derive(Debug, Default)]
pub struct Log {
    events: Vec<Event>,
    seq: u64,
    /// Nothing is kept where nobody will look back; numbers go on all the same.
    pub keep: bool,
}

impl Log {
    pub fn new(keep: bool) -> Log {
        Log { keep, ..Log::default() }
    }

    /// The number the next event will have.
    pub fn next_seq(&self) -> u64 {
        self.seq + 1
    }

    /// Numbers an event and keeps it.
    pub fn add(&mut self, turn: u32, what: What) -> Event {
        self.seq += 1;
        let event = Event { seq: self.seq, turn, what };
        if self.keep {
            self.events.push(event.clone());
        }
        event
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

//! The log: every event of the sitting, in order.

use super::{Again, Event, Report, What};
use std::time::Instant;

/// So many events are kept at least; from twice as many the older half goes. A line repeated for ever must not take all memory.
const KEPT: usize = 50_000;

/// Events in the order of recording. The kernel is the truth; the log is testimony.
#[derive(Debug)]
pub struct Log {
    events: Vec<Event>,
    seq: u64,
    /// Nothing is kept where nobody will look back; numbers go on all the same.
    pub keep: bool,
    /// What the times of events count from.
    epoch: Instant,
}

impl Log {
    pub fn new(keep: bool, epoch: Instant) -> Log {
        Log { events: Vec::new(), seq: 0, keep, epoch }
    }

    /// The number the next event will have.
    pub fn next_seq(&self) -> u64 {
        self.seq + 1
    }

    /// Numbers an event and keeps it.
    pub fn add(&mut self, turn: u32, what: What) -> Event {
        self.seq += 1;
        let event = Event { seq: self.seq, turn, at_us: self.epoch.elapsed().as_nanos() as f64 / 1e3, what };
        if self.keep {
            if self.events.len() >= 2 * KEPT {
                self.events.drain(..KEPT);
            }
            self.events.push(event.clone());
        }
        event
    }

    /// The log of a sitting that is over.
    pub fn of(events: Vec<Event>) -> Log {
        Log { seq: events.last().map_or(0, |e| e.seq), events, keep: true, epoch: Instant::now() }
    }

    /// What is kept, the oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What was recorded behind number `seq`, as far as it is kept.
    pub fn since(&self, seq: u64) -> &[Event] {
        let from = self.events.partition_point(|e| e.seq <= seq);
        &self.events[from..]
    }
}

/// The number of the first event, where what was before it is lost: neither the beginning of a sitting nor of one that was begun anew.
pub fn cut(events: &[Event]) -> Option<u64> {
    let first = events.first().filter(|e| e.seq > 1)?;
    let anew = matches!(&first.what, What::Report(r) if matches!(**r, Report::Again { phase: Again::Anew, .. }));
    (!anew).then_some(first.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_keeps_its_end_and_its_numbers() {
        let mut log = Log::new(true, Instant::now());
        for _ in 0..3 * KEPT {
            log.add(1, What::Done { ok: true, reason: None });
        }
        assert!(log.events().len() < 2 * KEPT + 1);
        assert_eq!(log.events().last().map(|e| e.seq), Some(3 * KEPT as u64));
        assert_eq!(log.since(3 * KEPT as u64 - 2).len(), 2);
    }
}

//! A sitting that comes back from a file: its events, and the table that applying them makes.

use super::{Event, SocketTable, What};
use crate::call::AnyCall;
use serde::Deserialize;
use std::collections::HashMap;

/// Where an event lies in a line of a saved log, beside the fields of the JSON view: what those fields cannot say again is in here.
pub const FIELD: &str = "log";

/// A line that is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRecorded {
    /// It is no JSON, and what the reader says of it.
    NoJson(String),
    /// It is an event of `--json`, which only `save` makes complete.
    Incomplete,
    /// The event is none of this version's.
    Unknown(String),
}

/// The event of a line.
///
/// # Errors
/// Why it is none.
pub fn read_line(line: &str) -> Result<Event, NotRecorded> {
    let whole: serde_json::Value = serde_json::from_str(line).map_err(|e| NotRecorded::NoJson(e.to_string()))?;
    let event = whole.get(FIELD).ok_or(NotRecorded::Incomplete)?;
    Event::deserialize(event).or_else(|e| {
        // An answer of a command that only looked is of no use to a replay.
        let number = |key: &str| event.get(key).and_then(serde_json::Value::as_u64);
        let (Some(seq), Some(turn), true) = (number("seq"), number("turn"), whole["kind"] == "report") else {
            return Err(NotRecorded::Unknown(e.to_string()));
        };
        let at_us = event.get("at_us").and_then(serde_json::Value::as_f64).unwrap_or_default();
        let what = What::Report(Box::new(super::Report::Said(crate::text::messages::file::file_looked())));
        Ok(Event { seq, turn: turn as u32, at_us, what })
    })
}

/// The table at the end of a sitting: the same outcomes, applied by the same code. `moves` tells of a call whether what it makes
/// becomes current.
pub fn replayed(events: &[Event], moves: impl Fn(&AnyCall) -> bool) -> SocketTable {
    let mut table = SocketTable::default();
    let mut waiting: HashMap<u64, (u32, Option<u32>)> = HashMap::new();
    for event in events {
        match &event.what {
            What::Called { call, job: Some(job), .. } => drop(waiting.insert(event.seq, (*job, call.on().map(|h| h.id)))),
            What::Backgrounded { of, job, call } => drop(waiting.insert(*of, (*job, call.on().map(|h| h.id)))),
            What::Returned(r) => {
                let job = waiting.remove(&r.of).map(|w| w.0);
                let keeper = match &*r.call {
                    AnyCall::Close(c) => waiting.values().find(|(_, on)| *on == Some(c.fd.id)).map(|w| w.0),
                    _ => None,
                };
                table.apply(&r.call, &r.outcome, &r.made, &r.host, moves(&r.call), keeper);
                if let Some(job) = job {
                    table.release(job);
                }
            }
            What::Observed(seen) => {
                if let Some(entry) = seen.id.and_then(|id| table.entry_mut(id)) {
                    entry.kind = entry.kind.or(seen.kind);
                }
            }
            _ => {}
        }
    }
    // Their numbers are those of a process that is gone: nothing is asked of them.
    let ids: Vec<u32> = table.entries().map(|e| e.id).collect();
    for id in ids {
        if let Some(entry) = table.entry_mut(id) {
            entry.closing = true;
        }
    }
    table
}

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
    /// What was typed, each line by its deed.
    deeds: Vec<&'static str>,
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
                What::Typed { line, lesson: false, .. } => self.deeds.extend(line.split(';').filter_map(deed)),
                _ => {}
            }
        }
        if self.answers.len() > 2 * MOST {
            self.answers.drain(..MOST);
        }
        if self.deeds.len() > 2 * MOST {
            self.deeds.drain(..MOST);
        }
        called
    }

    /// Whether lines like these were typed, in their order, and the last of them just now.
    pub fn did<'a>(&self, lines: impl Iterator<Item = &'a str>) -> bool {
        let wanted: Vec<&str> = lines.filter_map(deed).collect();
        let (Some((last, before)), Some((newest, earlier))) = (wanted.split_last(), self.deeds.split_last()) else {
            return wanted.is_empty();
        };
        let mut earlier = earlier.iter();
        newest == last && before.iter().all(|w| earlier.any(|e| e == w))
    }

    pub fn begun(&self) -> u64 {
        self.begun
    }

    pub fn read(&self) -> u64 {
        self.read
    }
}

/// Calls that do the same for who looks at what came of them.
const ALIKE: &[&[&str]] = &[
    &["recv", "recvfrom", "recvmsg", "recvmmsg", "read", "readv"],
    &["send", "sendall", "sendto", "sendmsg", "sendmmsg", "sendfile", "write", "writev"],
];

/// What a line does, by its command, whatever stands before that; none where it only waits or looks.
fn deed(line: &str) -> Option<&'static str> {
    let mut words: Vec<&str> = line.split('#').next()?.split_whitespace().collect();
    loop {
        let prefix = match *words.first()? {
            w if w.eq_ignore_ascii_case("on") && words.len() > 2 => 2,
            w if w.eq_ignore_ascii_case("expect") || w.eq_ignore_ascii_case("repeat") => 2,
            _ => words.iter().position(|w| *w == "=").map_or(0, |at| at + 1),
        };
        if prefix == 0 {
            break;
        }
        words.drain(..prefix.min(words.len()));
    }
    let word = words.first()?.to_lowercase();
    if let Some(alike) = ALIKE.iter().find(|a| a.contains(&word.as_str())) {
        return Some(alike[0]);
    }
    let calls = crate::call::COMMANDS.iter().map(|c| c.spec.name);
    calls.chain(["wire", "step", "drop", "host", "router", "run", "lab"]).find(|name| *name == word)
}

fn note(call: &AnyCall, outcome: &Outcome, ids: Vec<u32>) -> Note {
    Note { call: call.name(), ids, ret: outcome.ret, data: outcome.out.as_ref().and_then(|o| o.data.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_by_what_it_does() {
        for (line, wanted) in [
            ("on bob server = socket inet stream", Some("socket")),
            ("expect EAGAIN recvfrom u 10", Some("recv")),
            ("repeat 3 write client y", Some("send")),
            ("repeat 3 c{i} = socket inet stream", Some("socket")),
            ("wire hold tcp", Some("wire")),
            ("until conn readable", None),
            ("  # nothing", None),
            ("= =", None),
            ("", None),
        ] {
            assert_eq!(deed(line), wanted, "{line}");
        }
    }
}

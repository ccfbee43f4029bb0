//! What a program waits for where the sitting said `until`: as far as a program can see it.

use crate::lesson::check::{Asked, Check};
use crate::lesson::course::Nobody;
use crate::vocabulary::State;

/// A state to wait for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// The socket's name.
    pub on: String,
    pub what: Amount,
    /// How long at most, in seconds.
    pub limit: f64,
    /// As it was typed.
    pub typed: String,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    Readable,
    Writable,
    /// So many bytes can be received: FIONREAD, tcp(7).
    Bytes(u64),
    /// So many connections wait to be accepted: tcpi_unacked of a listener, tcp(7).
    Waiting(u64),
    /// So many bytes are not yet acknowledged: SIOCOUTQ, tcp(7).
    Unacked(u64),
    /// tcpi_state.
    State(State),
}

impl Wait {
    /// Reads `until CHECK [LIMIT]`; `None` where a program has no call that tells it.
    pub fn read(line: &str) -> Option<Wait> {
        let (check, limit) = read(line)?;
        let what = match check.asked()? {
            Asked::Readable => Amount::Readable,
            Asked::Writable => Amount::Writable,
            Asked::Bytes(n) => Amount::Bytes(n),
            Asked::Waiting(n) => Amount::Waiting(n),
            Asked::Unacked(n) => Amount::Unacked(n),
            Asked::State(state) => Amount::State(state),
        };
        Some(Wait { on: check.name.clone()?, what, limit, typed: line.trim().to_string() })
    }
}

/// What a line of `until` or `assert` waits for.
pub fn check_of(line: &str) -> Option<Check> {
    read(line).map(|(check, _)| check)
}

fn read(line: &str) -> Option<(Check, f64)> {
    let line = spoken(line);
    let rest = line.strip_prefix("until ").or_else(|| line.strip_prefix("assert "))?;
    let (check, limit) = match rest.trim().rsplit_once(' ') {
        Some((check, last)) if crate::grammar::number::duration(last).is_some() && Check::read_line(check, &Nobody).is_ok() => {
            (check, crate::grammar::number::duration(last)?.as_secs_f64())
        }
        _ => (rest, 5.0),
    };
    Some((Check::read_line(check, &Nobody).ok()?, limit))
}

/// A line behind its prefixes, `on HOST` and `expect ERRNO`, and behind those of what `repeat` repeats.
pub fn spoken(line: &str) -> &str {
    let mut rest = line.trim();
    loop {
        let mut words = rest.split_whitespace();
        let skipped = match words.next().map(str::to_ascii_lowercase).as_deref() {
            Some("on" | "expect") => 2,
            Some("repeat") if words.next().is_some_and(|w| w.eq_ignore_ascii_case("until")) => 3,
            Some("repeat") => 2,
            _ => return rest,
        };
        for _ in 0..skipped {
            rest = rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
        }
    }
}

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
        let rest = line.trim().strip_prefix("until ").or_else(|| line.trim().strip_prefix("assert "))?;
        let (check, limit) = match rest.trim().rsplit_once(' ') {
            Some((check, last)) if crate::grammar::number::duration(last).is_some() && Check::read_line(check, &Nobody).is_ok() => {
                (check, crate::grammar::number::duration(last)?.as_secs_f64())
            }
            _ => (rest, 5.0),
        };
        let check = Check::read_line(check, &Nobody).ok()?;
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

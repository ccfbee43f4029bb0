//! Checks: the language of `until`, `assert` and of the `check` fences of lessons.
//!
//! A check is a wish about sockets by name; whether it is met is judged from [`Facts`], whoever knows them. A name stays a word, for
//! the socket may be made later, or be closed by then. It never asks what the learner typed.

mod complete;
mod judge;
mod read;
#[cfg(test)]
mod tests;

pub use complete::complete;

use crate::call::options::Word2;
use crate::event::Observation;
use crate::kernel::Addr;
use crate::kernel::opt::OptValue;
use crate::text::Text;
use crate::text::messages::check as say;
use crate::vocabulary::{Errno, Opt, State};

/// What a check asks of the session, all without changing anything.
pub trait Facts {
    /// A look at a socket; `None` if none has the name.
    fn observe(&mut self, name: &str) -> Option<Observation>;
    /// What poll(2) reports right now of the events asked for; `None` if it cannot be asked.
    fn ready(&mut self, name: &str, events: i16) -> Option<i16>;
    /// An option's value, or why it was not read.
    fn option(&mut self, name: &str, option: &'static Opt) -> Option<Result<OptValue, Errno>>;
    /// The last answer of a C function on this socket, or on each that has one: 0 or the errno.
    fn answers(&mut self, call: &str, name: Option<&str>) -> Vec<i32>;
    /// Whether two unix sockets are each other's ends, where the kernel says so.
    fn joined(&mut self, a: &str, b: &str) -> Option<bool>;
    /// The names that are alive.
    fn names(&self) -> Vec<String>;
}

/// A wish about a socket or about the answer of a call.
#[derive(Debug, Clone)]
pub struct Check {
    /// The socket's name; none where any socket will do.
    pub name: Option<String>,
    not: bool,
    what: What,
}

/// Whether a check is met, and what is so, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub met: bool,
    pub seen: Text,
}

#[derive(Debug, Clone)]
enum What {
    State(State),
    Bound(Option<Addr>),
    Connected(Option<Peer>),
    Nonblock(bool),
    Open,
    /// POLLIN or POLLOUT.
    Ready(i16),
    Amount(Queue, Count),
    Datagram,
    Option(Word2, OptValue),
    Call(&'static str, Answer),
}

#[derive(Debug, Clone)]
enum Peer {
    At(Addr),
    Named(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Queue {
    Waiting,
    Bytes,
    Unacked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Exactly(u64),
    AtLeast(u64),
    AtMost(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Success,
    Failure(Option<Errno>),
}

impl Count {
    fn meets(self, n: u64) -> bool {
        match self {
            Count::Exactly(m) => n == m,
            Count::AtLeast(m) => n >= m,
            Count::AtMost(m) => n <= m,
        }
    }

    fn text(self) -> Text {
        match self {
            Count::Exactly(n) => say::count_exact(n),
            Count::AtLeast(n) => say::count_least(n),
            Count::AtMost(n) => say::count_most(n),
        }
    }
}

fn event_name(events: i16) -> String {
    crate::vocabulary::POLL_EVENTS.flags(i64::from(events)).into_owned()
}

/// An address as it is wanted: port 0 stands for any port, for nobody is ever bound to port 0.
fn shown(addr: &Addr) -> String {
    let text = addr.to_string();
    match addr.port() {
        Some(0) => format!("{}*", text.trim_end_matches('0')),
        _ => text,
    }
}

impl Check {
    /// What is wanted, in the reader's language.
    pub fn goal(&self) -> Text {
        let name = self.name.as_deref().unwrap_or_default();
        let either = |yes: Text, no: Text| if self.not { no } else { yes };
        match &self.what {
            What::State(s) => either(say::goal_state(name, s.name()), say::goal_not_state(name, s.name())),
            What::Bound(None) => either(say::goal_bound(name), say::goal_not_bound(name)),
            What::Bound(Some(a)) => either(say::goal_bound_to(name, shown(a)), say::goal_not_bound_to(name, shown(a))),
            What::Connected(None) => either(say::goal_connected(name), say::goal_not_connected(name)),
            What::Connected(Some(peer)) => {
                let peer = match peer {
                    Peer::At(a) => a.to_string(),
                    Peer::Named(n) => n.clone(),
                };
                either(say::goal_connected_to(name, &peer), say::goal_not_connected_to(name, &peer))
            }
            What::Nonblock(on) if *on != self.not => say::goal_nonblock(name),
            What::Nonblock(_) => say::goal_blocking(name),
            What::Open => either(say::goal_open(name), say::goal_closed(name)),
            What::Ready(e) => either(say::goal_ready(name, event_name(*e)), say::goal_not_ready(name, event_name(*e))),
            What::Amount(Queue::Waiting, n) => say::goal_waiting(name, n.text()),
            What::Amount(Queue::Bytes, n) => say::goal_bytes(name, n.text()),
            What::Amount(Queue::Unacked, n) => say::goal_unacked(name, n.text()),
            What::Datagram => either(say::goal_datagram(name), say::goal_no_datagram(name)),
            What::Option(word, value) => {
                let (option, value) = (word.option.name, crate::kernel::optshow::show(value));
                either(say::goal_option(name, option, &value), say::goal_not_option(name, option, &value))
            }
            What::Call(call, answer) => match (answer, &self.name) {
                (Answer::Success, None) => say::goal_succeeds(*call),
                (Answer::Success, Some(n)) => say::goal_succeeds_on(*call, n),
                (Answer::Failure(None), None) => say::goal_fails(*call),
                (Answer::Failure(None), Some(n)) => say::goal_fails_on(*call, n),
                (Answer::Failure(Some(e)), None) => say::goal_fails_with(*call, e.name().as_ref()),
                (Answer::Failure(Some(e)), Some(n)) => say::goal_fails_with_on(*call, e.name().as_ref(), n),
            },
        }
    }

    /// Judges it by what is so now.
    pub fn judge(&self, facts: &mut dyn Facts) -> Verdict {
        judge::judge(self, facts)
    }
}

//! Checks: the language of `until`, `assert` and of the `check` fences of lessons.
//!
//! A check is a wish about sockets by name; whether it is met is judged from [`Facts`], whoever knows them. A name stays a word, for
//! the socket may be made later, or be closed by then. It never asks what the learner typed.

mod asked;
mod complete;
mod judge;
mod read;
#[cfg(test)]
mod tests;
mod wire;

pub use asked::Asked;
pub use complete::complete;

use crate::call::Payload;
use crate::call::options::Word2;
use crate::event::{Frame, Observation};
use crate::grammar::nearest::nearest;
use crate::kernel::Addr;
use crate::kernel::opt::OptValue;
use crate::text::messages::{check as say, check_wire as say_wire};
use crate::text::{Arg, Text};
use crate::vocabulary as voc;
use crate::vocabulary::{Errno, Opt, State};

/// What a check asks of the session, all without changing anything.
pub trait Facts {
    /// A look at a socket; `None` if none has the name.
    fn observe(&mut self, name: &str) -> Option<Observation>;
    /// What poll(2) reports right now of the events asked for; `None` if it cannot be asked.
    fn ready(&mut self, name: &str, events: i16) -> Option<i16>;
    /// An option's value, or why it was not read.
    fn option(&mut self, name: &str, option: &'static Opt) -> Option<Result<OptValue, Errno>>;
    /// What calls answered on this socket, or on each, in order: as far back as whoever knows it looks.
    fn answers(&mut self, name: Option<&str>) -> Vec<Answered>;
    /// Whether a command that only looks was used, on this socket or at all; `None` if no command is called so.
    fn used(&mut self, command: &str, name: Option<&str>) -> Option<bool>;
    /// Whether `who` finds a socket at this address: now, or when it was asked; `None` if it had to be asked and was not.
    fn found(&mut self, addr: &Addr) -> Option<bool>;
    /// Whether such a call waits right now, on this socket or on any.
    fn waits(&mut self, call: &str, name: Option<&str>) -> bool;
    /// Whether two names stand for one open socket; `None` if it cannot be told.
    fn same(&mut self, a: &str, b: &str) -> Option<bool>;
    /// The local port of a socket, also of one that is closed where it is remembered, and the states of what the kernel has there.
    fn port_states(&mut self, name: &str) -> Option<(u16, Vec<State>)>;
    /// Frames of the lab's wire in the order of what became of them: those of the step, or `all` since the lab was built.
    fn frames(&mut self, all: bool, each: &mut dyn FnMut(&Frame));
    /// Whether a host of the lab has this name.
    fn host(&mut self, name: &str) -> bool;
    /// The states of what TCP has on a host; `None` if there is no such host.
    fn states_on(&mut self, host: &str) -> Option<Vec<State>>;
    /// The IP addresses whose hardware addresses a host knows.
    fn neighbours(&mut self, host: &str) -> Option<Vec<String>>;
    /// Whether two unix sockets are each other's ends, where the kernel says so.
    fn joined(&mut self, a: &str, b: &str) -> Option<bool>;
    /// Whether the name ever stood for a socket: only then can that one be closed. Of names that were typed it is not asked.
    fn known(&self, _: &str) -> bool {
        true
    }
    /// The names that are alive.
    fn names(&self) -> Vec<String>;
    /// What is said of a name that nobody has.
    fn nobody(&self, name: &str) -> Text {
        let names = self.names();
        match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => say::seen_no_socket_near(name, near),
            None => say::seen_no_socket(name),
        }
    }
}

/// What a call answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub call: &'static str,
    pub ret: Result<i64, Errno>,
    /// What it received, where that is known.
    pub data: Option<Payload>,
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
    /// On this port, at whatever address.
    BoundPort(u16),
    /// To a path, or to an abstract name.
    BoundName {
        path: bool,
    },
    Connected(Option<Peer>),
    Nonblock(bool),
    Open,
    /// POLLIN or POLLOUT.
    Ready(i16),
    Amount(Queue, Count),
    Datagram,
    Option(Word2, OptValue),
    Call(Vec<&'static str>, Answer),
    Used(String),
    /// `who` showed a socket at this address.
    Finds(Addr),
    Waits(&'static str),
    /// A socket of this family and of this type, as far as they are named.
    Socket(Option<i32>, Option<i32>),
    /// One open socket under two names.
    Same(String),
    /// What the kernel has at the port of a socket, closed ones too.
    Port(State),
    /// Born on this host.
    On(String),
    /// Something of the lab.
    Lab(wire::Wish),
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

#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Success,
    Failure(Option<Errno>),
    Returns(Count),
    /// The bytes that one call received.
    Gets(Vec<u8>),
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

/// Several calls, any of which will do.
fn any_of(calls: &[&'static str]) -> Arg {
    let (last, rest) = calls.split_last().map_or(("", &calls[..0]), |(l, r)| (*l, r));
    rest.iter().rev().fold(Arg::from(last), |all, call| Arg::Text(say::call_or(*call, all)))
}

/// `inet stream`, as far as it is named.
fn socket_words(family: Option<i32>, kind: Option<i32>) -> String {
    let short =
        |l: &'static crate::grammar::Lexicon, v: i32| l.rows.iter().find(|r| r.value == i64::from(v)).map_or("?", |r| r.short);
    let words = [family.map(|f| short(&voc::FAMILIES, f)), kind.map(|k| short(&voc::TYPES, k))];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn event_name(events: i16) -> String {
    crate::vocabulary::POLL_EVENTS.flags(i64::from(events)).into_owned()
}

/// Bytes as they would be typed.
fn shown_data(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        out.push_str(&chunk.valid().chars().flat_map(char::escape_debug).collect::<String>());
        chunk.invalid().iter().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
    }
    out.push('"');
    out
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
            What::BoundPort(port) => either(say::goal_bound_port(name, *port), say::goal_not_bound_port(name, *port)),
            What::BoundName { path: true } => either(say::goal_bound_path(name), say::goal_not_bound_path(name)),
            What::BoundName { path: false } => either(say::goal_bound_abstract(name), say::goal_not_bound_abstract(name)),
            What::Socket(family, kind) => {
                let words = socket_words(*family, *kind);
                either(say::goal_socket(name, &words), say::goal_not_socket(name, &words))
            }
            What::Same(other) => either(say::goal_same(name, other), say::goal_not_same(name, other)),
            What::Port(state) => either(say::goal_port(name, state.name()), say::goal_not_port(name, state.name())),
            What::On(host) => either(say_wire::goal_on(name, host), say_wire::goal_not_on(name, host)),
            What::Lab(wish) => wish.goal(self.not),
            What::Used(command) => match &self.name {
                None => say::goal_used(command),
                Some(n) => say::goal_used_on(command, n),
            },
            What::Finds(addr) => say::goal_finds(addr.to_string()),
            What::Waits(call) => match &self.name {
                None => say::goal_waits(*call),
                Some(n) => say::goal_waits_on(*call, n),
            },
            What::Call(calls, answer) => {
                let call = any_of(calls);
                match (answer, &self.name) {
                    (Answer::Success, None) => say::goal_succeeds(call),
                    (Answer::Success, Some(n)) => say::goal_succeeds_on(call, n),
                    (Answer::Failure(None), None) => say::goal_fails(call),
                    (Answer::Failure(None), Some(n)) => say::goal_fails_on(call, n),
                    (Answer::Failure(Some(e)), None) => say::goal_fails_with(call, e.name().as_ref()),
                    (Answer::Failure(Some(e)), Some(n)) => say::goal_fails_with_on(call, e.name().as_ref(), n),
                    (Answer::Returns(n), None) => say::goal_returns(call, n.text()),
                    (Answer::Returns(n), Some(on)) => say::goal_returns_on(call, n.text(), on),
                    (Answer::Gets(data), None) => say::goal_gets(call, shown_data(data)),
                    (Answer::Gets(data), Some(on)) => say::goal_gets_on(call, shown_data(data), on),
                }
            }
        }
    }

    /// Every socket it speaks of: in a lesson these are roles.
    pub fn names(&self) -> Vec<&str> {
        let other = match &self.what {
            What::Connected(Some(Peer::Named(other))) | What::Same(other) => Some(other.as_str()),
            _ => None,
        };
        self.name.as_deref().into_iter().chain(other).collect()
    }

    /// Whether it asks what calls answered, not how things stand.
    pub fn is_about_calls(&self) -> bool {
        matches!(self.what, What::Call(..) | What::Used(_) | What::Finds(_))
    }

    /// The address at which `who` should find a socket.
    pub fn finds(&self) -> Option<&Addr> {
        match &self.what {
            What::Finds(addr) => Some(addr),
            _ => None,
        }
    }

    /// Judges it by what is so now.
    pub fn judge(&self, facts: &mut dyn Facts) -> Verdict {
        judge::judge(self, facts)
    }
}

//! What came of a call.

use super::Payload;
use crate::kernel::msg::Control;
use crate::kernel::opt::OptValue;
use crate::kernel::resolve::Resolved;
use crate::kernel::{Addr, Answer, CallClock};
use crate::vocabulary::Errno;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Where and how a call is made.
pub struct Cx<'a> {
    pub clock: &'a CallClock,
    /// Somebody reads: times are taken and data is kept.
    pub record: bool,
    pub epoch: Instant,
}

/// When a call was made, and how long it took, both in microseconds, by the clock of its own thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    pub t_us: f64,
    pub took_us: f64,
}

impl Cx<'_> {
    /// Makes one call: its thread can be interrupted inside `call` and nowhere else.
    #[inline]
    pub fn run<T>(&self, call: impl FnOnce() -> T) -> (T, Timing) {
        if !self.record {
            self.clock.enter();
            let got = call();
            self.clock.leave();
            return (got, Timing::default());
        }
        self.clock.enter();
        let begun = Instant::now();
        let got = call();
        let took = begun.elapsed();
        self.clock.leave();
        let t_us = begun.duration_since(self.epoch).as_nanos() as f64 / 1e3;
        (got, Timing { t_us, took_us: took.as_nanos() as f64 / 1e3 })
    }

    /// A call that fills in nothing.
    #[inline]
    pub fn plain(&self, call: impl FnOnce() -> Answer) -> Outcome {
        let (ret, timing) = self.run(call);
        Outcome::new(ret, timing)
    }
}

/// A descriptor that is ready, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    pub fd: i32,
    /// Names of the events, joined by `|`; for select the sets.
    pub events: String,
    /// The learner's name for it; filled in by the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<String>,
}

/// What the kernel filled in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Out {
    pub data: Option<Payload>,
    /// The kernel wrote an address (`Unnamed` is one).
    pub addr: Option<Addr>,
    pub option: Option<(OptValue, usize)>,
    pub ready: Option<Vec<Ready>>,
    pub control: Vec<Control>,
    pub msg_flags: Option<i32>,
    pub int: Option<i64>,
    /// Names for a number that was returned (F_GETFL).
    pub flags: Option<String>,
    /// sendmmsg: bytes of each message.
    pub lens: Vec<u32>,
    /// recvmmsg: each message.
    pub messages: Vec<Message>,
    pub addresses: Vec<Resolved>,
    /// getaddrinfo: EAI_… and its words.
    pub eai: Option<(String, String)>,
    pub canonical: Option<String>,
}

/// One message of recvmmsg.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub data: Payload,
    pub from: Option<Addr>,
    pub flags: i32,
}

/// The answer of a call: what it returned, what it filled in, which descriptors it made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub ret: Result<i64, Errno>,
    pub timing: Timing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<Box<Out>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<i32>,
}

impl Outcome {
    pub fn new(ret: Answer, timing: Timing) -> Outcome {
        Outcome { ret, timing, out: None, made: Vec::new() }
    }

    pub fn with(mut self, fill: impl FnOnce(&mut Out)) -> Outcome {
        fill(self.out.get_or_insert_default());
        self
    }

    /// The descriptor it returned is a new one.
    pub fn making(mut self) -> Outcome {
        if let Ok(fd) = self.ret {
            self.made = vec![fd as i32];
        }
        self
    }

    /// Interfaces with their names, as the place knows them where the calling thread stands: asked behind the call, whose time is over.
    pub fn on_its_links(&mut self) {
        let Some(out) = &mut self.out else { return };
        let in_control = out.control.iter_mut().filter_map(|c| match c {
            Control::Error { offender, .. } => offender.as_mut(),
            _ => None,
        });
        let addresses = out.addr.iter_mut().chain(out.messages.iter_mut().filter_map(|m| m.from.as_mut()));
        for addr in addresses.chain(out.addresses.iter_mut().map(|r| &mut r.addr)).chain(in_control) {
            *addr = std::mem::replace(addr, Addr::Unspec).on_its_link();
        }
        out.option = out.option.take().map(|(value, length)| (value.on_its_link(), length));
    }

    pub fn errno(&self) -> Option<Errno> {
        self.ret.err()
    }
}

//! Looking back in the log: which call, on what, how long ago.

use crate::call::{AnyCall, Outcome};
use crate::event::{Event, Observation, What};
use crate::text::Text;
use crate::text::messages::fact as say;
use crate::vocabulary as voc;

/// A call that returned.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    pub seq: u64,
    pub call: &'a AnyCall,
    pub outcome: &'a Outcome,
    pub socket: Option<&'a str>,
    pub made: &'a [String],
}

/// The calls of the log, in order.
pub fn calls<'a>(events: &'a [Event]) -> impl DoubleEndedIterator<Item = Past<'a>> {
    events.iter().filter_map(|e| match &e.what {
        What::Returned(r) => {
            Some(Past { seq: e.seq, call: &r.call, outcome: &r.outcome, socket: r.socket.as_deref(), made: &r.made })
        }
        _ => None,
    })
}

/// The looks at sockets, in order, each with its place in the log.
pub fn looks(events: &[Event]) -> impl DoubleEndedIterator<Item = (u64, &Observation)> {
    events.iter().filter_map(|e| match &e.what {
        What::Observed(o) => Some((e.seq, &**o)),
        _ => None,
    })
}

impl Past<'_> {
    pub fn ok(&self) -> bool {
        self.outcome.ret.is_ok()
    }

    pub fn on(&self, ids: &[u32]) -> bool {
        self.call.on().is_some_and(|h| ids.contains(&h.id))
    }

    /// When it was over, on the log's clock.
    pub fn end_us(&self) -> f64 {
        self.outcome.timing.t_us + self.outcome.timing.took_us
    }

    /// `close conn`, 3.2 s ago.
    pub fn told(&self, now_us: f64) -> Text {
        let mut what = self.call.card().to_string();
        if let Some(name) = self.socket {
            what = format!("{what} {name}");
        }
        if let AnyCall::Shutdown(s) = self.call {
            let how = voc::HOW.rows.iter().find(|r| r.value == i64::from(s.how)).map(|r| r.short);
            what = format!("{what} {}", how.map_or(s.how.to_string(), str::to_string));
        }
        say::past_call(what, span(now_us - self.end_us()))
    }

    /// Bytes it handed over.
    pub fn sent(&self) -> u64 {
        let n = self.outcome.ret.map_or(0, |n| n.max(0) as u64);
        match self.call {
            AnyCall::Send(_) | AnyCall::Sendto(_) | AnyCall::Write(_) | AnyCall::Writev(_) | AnyCall::Sendmsg(_) => n,
            AnyCall::Sendfile(_) => n,
            AnyCall::Sendmmsg(_) => self.outcome.out.as_ref().map_or(0, |o| o.lens.iter().map(|l| u64::from(*l)).sum()),
            _ => 0,
        }
    }

    /// Bytes it took out of the socket.
    pub fn received(&self) -> u64 {
        let n = self.outcome.ret.map_or(0, |n| n.max(0) as u64);
        let unless_peeked = |flags: i32| if flags & libc::MSG_PEEK == 0 { n } else { 0 };
        match self.call {
            AnyCall::Recv(c) => unless_peeked(c.flags),
            AnyCall::Recvfrom(c) => unless_peeked(c.flags),
            AnyCall::Recvmsg(c) => unless_peeked(c.flags),
            AnyCall::Read(_) | AnyCall::Readv(_) => n,
            _ => 0,
        }
    }

    pub fn is_send(&self) -> bool {
        use AnyCall::{Send, Sendfile, Sendmmsg, Sendmsg, Sendto, Write, Writev};
        matches!(self.call, Send(_) | Sendto(_) | Write(_) | Writev(_) | Sendmsg(_) | Sendmmsg(_) | Sendfile(_))
    }

    pub fn is_receive(&self) -> bool {
        use AnyCall::{Read, Readv, Recv, Recvfrom, Recvmmsg, Recvmsg};
        matches!(self.call, Recv(_) | Recvfrom(_) | Recvmsg(_) | Recvmmsg(_) | Read(_) | Readv(_))
    }

    pub fn closes(&self, id: u32) -> bool {
        matches!(self.call, AnyCall::Close(c) if c.fd.id == id && self.outcome.errno().is_none_or(|e| e.0 != libc::EBADF))
    }
}

/// A length of time, in words.
pub fn span(us: f64) -> Text {
    match us {
        us if us < 1e3 => say::span_short(),
        us if us < 1e6 => say::span_ms((us / 1e3).round() as u64),
        us if us < 120e6 => say::span_s(format!("{:.1}", us / 1e6)),
        us => say::span_min((us / 60e6).round() as u64),
    }
}

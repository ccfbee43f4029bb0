//! What waits for what without being told: an accept for the connect, a receive for what was sent to it, the end of a stream for the
//! close. Where the next call of another host's program is such an answer, the two need no turns.

use super::Made;
use crate::call::AnyCall;
use crate::event::{Observation, Returned};
use crate::kernel::{Addr, Kind};
use std::collections::HashMap;

/// What a socket was last seen to be.
#[derive(Default, Clone)]
struct End {
    local: Option<Addr>,
    peer: Option<Addr>,
    nonblock: bool,
    stream: bool,
    /// Bytes of a stream, or datagrams.
    sent: u64,
    received: u64,
}

/// The ends of all conversations, as the log is followed.
#[derive(Default)]
pub(super) struct Pairs {
    ends: HashMap<u32, End>,
    /// Datagrams sent to an address.
    sent_to: HashMap<Addr, u64>,
}

impl Pairs {
    pub fn observed(&mut self, seen: &Observation) {
        let Some(id) = seen.id else { return };
        let end = self.ends.entry(id).or_default();
        end.local = seen.probe.local.clone().or(end.local.take());
        end.peer = seen.probe.peer.clone().or(end.peer.take());
        end.nonblock = seen.probe.nonblock;
        if let Some(Kind::Socket { kind, .. }) = seen.kind {
            end.stream = kind == libc::SOCK_STREAM;
        }
    }

    /// Counts what a call moved.
    pub fn returned(&mut self, r: &Returned) {
        let (Some(on), Ok(value)) = (r.call.on(), r.outcome.ret) else { return };
        let end = self.ends.entry(on.id).or_default();
        let amount = if end.stream { value.max(0) as u64 } else { 1 };
        if sends(&r.call) {
            end.sent += amount;
            let to = super::places::address(&r.call).or(end.peer.as_ref());
            if let (false, Some(to)) = (end.stream, to) {
                *self.sent_to.entry(to.clone()).or_default() += 1;
            }
        } else if receives(&r.call) {
            end.received += amount;
        }
    }

    /// Whether the call `next`, which has just returned, had to wait for `last` of another host, and can be relied upon to.
    pub fn answers(&self, last: &Made, next: &Made) -> bool {
        let (Some(from), Some(to)) = (last.call.on(), next.call.on()) else { return false };
        let (Some(a), Some(b)) = (self.ends.get(&from.id), self.ends.get(&to.id)) else { return false };
        if b.nonblock || last.errno().is_some() || next.errno().is_some() {
            return false;
        }
        let joined = a.local.is_some() && a.local == b.peer && a.peer == b.local;
        match &*next.call {
            AnyCall::Accept(_) => {
                let caller = next.outcome.as_ref().and_then(|o| o.out.as_ref()?.addr.as_ref());
                matches!(*last.call, AnyCall::Connect(_)) && caller.is_some() && caller == a.local.as_ref()
            }
            call if receives(call) => match &*last.call {
                AnyCall::Close(_) | AnyCall::Shutdown(_) => joined && b.stream && next.value() == Some(0),
                sent if sends(sent) && b.stream => joined && next.value() > Some(0) && a.sent == b.received,
                sent if sends(sent) => b.local.as_ref().is_some_and(|l| self.sent_to.get(l) == Some(&b.received)),
                _ => false,
            },
            _ => false,
        }
    }
}

fn sends(call: &AnyCall) -> bool {
    matches!(call, AnyCall::Send(_) | AnyCall::Sendto(_) | AnyCall::Write(_) | AnyCall::Sendmsg(_) | AnyCall::Writev(_))
}

/// Takes what it receives, and waits for it where the socket does.
fn receives(call: &AnyCall) -> bool {
    const OTHER: i32 = libc::MSG_PEEK | libc::MSG_DONTWAIT | libc::MSG_OOB | libc::MSG_ERRQUEUE;
    match call {
        AnyCall::Recv(c) => c.flags & OTHER == 0,
        AnyCall::Recvfrom(c) => c.flags & OTHER == 0,
        AnyCall::Read(_) => true,
        _ => false,
    }
}

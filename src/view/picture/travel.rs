//! What travelled between two sockets. On one host nobody saw it: it is concluded from a call's answer at one end and the addresses of
//! both. Between hosts of the lab the wire saw each frame, and nothing is concluded.

use super::cast::Cast;
use super::scene::{Look, Mark};
use crate::call::{AnyCall, Value};
use crate::event::{Frame, Returned};
use crate::kernel::net::V6;
use crate::kernel::{Addr, Kind};
use crate::text::Lang;
use crate::text::messages::picture as say;
use crate::vocabulary::State;
use std::net::{IpAddr, SocketAddrV4};

/// Something on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    pub to: usize,
    pub label: String,
    pub look: Look,
    /// It did not arrive: it ends half way, with this.
    pub stops: Option<Mark>,
}

/// The first address among a call's arguments.
fn address(call: &AnyCall) -> Option<Addr> {
    fn find(value: &Value<'_>) -> Option<Addr> {
        match value {
            Value::Addr(a) => Some((*a).clone()),
            Value::Struct(fields) => fields.iter().find_map(|(_, v)| find(v)),
            Value::List(list) => list.iter().find_map(find),
            _ => None,
        }
    }
    call.arguments().iter().find_map(|(_, v)| find(v))
}

/// An address as sockets have theirs.
pub fn address_of(ip: IpAddr, port: u16) -> Addr {
    match ip {
        IpAddr::V4(ip) => Addr::V4(SocketAddrV4::new(ip, port)),
        IpAddr::V6(ip) => Addr::V6(V6::new(ip, port)),
    }
}

/// Where a frame is from and where it goes, as sockets have their addresses.
pub fn addresses(f: &Frame) -> (Option<Addr>, Option<Addr>) {
    let addr = |ip: Option<IpAddr>, port: Option<u16>| Some(address_of(ip?, port?));
    (addr(f.summary.src, f.summary.src_port), addr(f.summary.dst, f.summary.dst_port))
}

/// What a call that returned set going. The cast is the one before the call's own socket went, where it went.
pub fn travel(cast: &Cast, r: &Returned, from: usize, lang: Lang) -> Option<Travel> {
    let here = |to: &usize| cast.actors[*to].host == cast.actors[from].host;
    let concluded = |to: usize, label: String| Some(Travel { to, label, look: Look::Deduced, stops: None }).filter(|t| here(&t.to));
    let actor = &cast.actors[from];
    let sent = |to: Option<Addr>| {
        let n = *r.outcome.ret.as_ref().ok()?;
        let whole =
            r.outcome.out.as_ref().map_or(n, |o| if o.lens.is_empty() { n } else { o.lens.iter().map(|l| i64::from(*l)).sum() });
        concluded(cast.receiver(from, to.as_ref())?, say::has_arrived(whole).in_lang(lang))
    };
    match &*r.call {
        AnyCall::Connect(c) => {
            let asked = r.outcome.ret.is_ok() || r.outcome.errno().is_some_and(|e| e.0 == libc::EINPROGRESS);
            let stream =
                actor.kind.is_some_and(|k| matches!(k, Kind::Socket { kind: libc::SOCK_STREAM | libc::SOCK_SEQPACKET, .. }));
            // A datagram socket's connect sends nothing: it only notes an address (connect(2)).
            let listens = |at: &usize| cast.actors[*at].probe.as_ref().is_some_and(|p| p.state == Some(State::Listen));
            let door = cast.at(&c.addr).find(listens).filter(|_| asked && stream)?;
            concluded(door, String::new())
        }
        // The call itself made it.
        AnyCall::Accept(_) | AnyCall::Dup(_) => None,
        AnyCall::Send(_) | AnyCall::Write(_) | AnyCall::Writev(_) | AnyCall::Sendfile(_) => sent(None),
        AnyCall::Sendto(_) | AnyCall::Sendmsg(_) | AnyCall::Sendmmsg(_) => sent(address(&r.call)),
        AnyCall::Shutdown(s) if r.outcome.ret.is_ok() && s.how != libc::SHUT_RD => {
            let label = if actor.kind.is_some_and(Kind::is_tcp) { say::fin() } else { say::end_of_stream() };
            concluded(cast.other_end(from)?, label.in_lang(lang))
        }
        AnyCall::Close(_) if r.outcome.ret.is_ok() => {
            let connected = matches!(actor.probe.as_ref()?.state, Some(State::Established | State::CloseWait));
            let stream = !actor.kind.is_some_and(Kind::is_datagram);
            // A second descriptor of the same socket keeps it open.
            if !connected || !stream || !cast.was_last(from) {
                return None;
            }
            concluded(cast.other_end(from)?, say::end_of_stream().in_lang(lang))
        }
        _ => None,
    }
}

//! Whose a frame is at both of its ends, as far as the log tells: by the kernels' own tables; by the sockets' addresses; by an earlier
//! frame of the same flow; and by the address that a socket was found to have got in the very call that sent the frame.

use super::cast::Cast;
use super::travel;
use crate::event::{Event, Frame, What};
use crate::kernel::{Addr, Kind};
use crate::packet::{Proto, Tcp, decode, ids};
use crate::vocabulary::State;
use std::collections::HashMap;
use std::net::IpAddr;

/// The sockets of a frame.
#[derive(Debug, Clone, Copy, Default)]
pub struct Both {
    /// On the host it comes from.
    pub from: Option<usize>,
    /// On the host it is for.
    pub to: Option<usize>,
    /// Whose flow it belongs to, where it is between two others on its way: a router, a kernel that answers by itself.
    pub about: Option<usize>,
}

/// Of all frames of a log, by the numbers of their events.
#[derive(Default)]
pub struct Ends(HashMap<u64, Both>);

impl Ends {
    pub fn of(events: &[Event]) -> Ends {
        let mut found = HashMap::new();
        if !events.iter().any(|e| matches!(e.what, What::Frame(_))) {
            return Ends(found);
        }
        let mut finder = Finder { looks: looks(events), ..Finder::default() };
        for (i, event) in events.iter().enumerate() {
            finder.cast.feed(event);
            if let What::Frame(frame) = &event.what {
                found.insert(event.seq, finder.both(i, frame));
            }
        }
        Ends(found)
    }

    pub fn at(&self, event: &Event) -> Both {
        self.0.get(&event.seq).copied().unwrap_or_default()
    }
}

/// The addresses that each socket was seen at: where in the log, and which.
fn looks(events: &[Event]) -> Vec<Vec<(usize, Option<Addr>)>> {
    let mut cast = Cast::default();
    let mut looks: Vec<Vec<(usize, Option<Addr>)>> = Vec::new();
    for (i, event) in events.iter().enumerate() {
        let change = cast.feed(event);
        looks.resize(cast.actors.len(), Vec::new());
        if let (What::Observed(seen), Some(at)) = (&event.what, change.on) {
            looks[at].push((i, seen.probe.local.clone()));
        }
    }
    looks
}

/// One end of a frame: the host, its address there, the other end's, and the protocol.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Flow {
    host: String,
    own: Addr,
    other: Addr,
    tcp: bool,
}

#[derive(Default)]
struct Finder {
    cast: Cast,
    looks: Vec<Vec<(usize, Option<Addr>)>>,
    flows: HashMap<Flow, usize>,
    /// The same wherever a frame of theirs is.
    whose: HashMap<(Addr, Addr, bool), usize>,
    /// Only the first fragment of a packet has its ports.
    parts: HashMap<(IpAddr, IpAddr, u64), Both>,
}

impl Finder {
    fn both(&mut self, i: usize, f: &Frame) -> Both {
        let part = part(f);
        if let Some(known) = part.as_ref().and_then(|p| self.parts.get(p)) {
            return *known;
        }
        let both = match f.summary.proto {
            Proto::Tcp | Proto::Udp => self.of_flow(i, f),
            Proto::Icmp | Proto::Icmpv6 => self.quoted(i, f).unwrap_or_default(),
            _ => Both::default(),
        };
        if let Some(part) = part {
            self.parts.insert(part, both);
        }
        both
    }

    fn of_flow(&mut self, i: usize, f: &Frame) -> Both {
        let (Some(src), Some(dst)) = travel::addresses(f) else { return Both::default() };
        let tcp = f.summary.proto == Proto::Tcp;
        let has = |flag| f.summary.tcp.is_some_and(|t| t.has(flag));
        let flow = |host: &str, own: &Addr, other: &Addr| Flow { host: host.into(), own: own.clone(), other: other.clone(), tcp };
        let sender = flow(&f.from, &src, &dst);
        let receiver = f.to.as_ref().map(|host| flow(host, &dst, &src));
        if has(Tcp::SYN) && !has(Tcp::ACK) {
            // A new connection: what was there between the same addresses is over.
            let over = |flow: &Flow| *flow == sender || Some(flow) == receiver.as_ref();
            self.flows.retain(|flow, at| !over(flow) || self.cast.actors[*at].alive);
        }
        let named = |end: Option<&crate::event::End>| end.and_then(|e| e.socket.clone());
        let ends = f.states.as_ref();
        // A reset may come from a kernel alone, and so may not be the doing of a socket that is only bound there.
        let from = self.end(i, &sender, named(ends.map(|e| &e.sender)).as_deref(), !has(Tcp::RST));
        let to = receiver.and_then(|to| self.end(i, &to, named(ends.map(|e| &e.receiver)).as_deref(), false));
        let about = self.whose.get(&(src.clone(), dst.clone(), tcp)).or_else(|| self.whose.get(&(dst, src, tcp))).copied();
        Both { from, to, about }
    }

    /// An error is for the socket that sent what the error quotes.
    fn quoted(&mut self, i: usize, f: &Frame) -> Option<Both> {
        let host = f.to.as_ref()?;
        let decoded = decode(&f.bytes);
        let field = |ids: &[_]| {
            let quoted = decoded.layers.iter().filter(|l| l.quoted);
            quoted.flat_map(|l| &l.fields).find(|field| ids.contains(&field.id))
        };
        let end = |ip: &[_], port: &[_]| -> Option<Addr> {
            let ip: IpAddr = field(ip)?.shown.parse().ok()?;
            Some(travel::address_of(ip, u16::try_from(field(port)?.number()?).ok()?))
        };
        let own = end(&[ids::IP_SRC, ids::IPV6_SRC], &[ids::UDP_SRC_PORT, ids::TCP_SRC_PORT])?;
        let other = end(&[ids::IP_DST, ids::IPV6_DST], &[ids::UDP_DST_PORT, ids::TCP_DST_PORT])?;
        let tcp = field(&[ids::TCP_SRC_PORT]).is_some();
        let about = self.whose.get(&(own.clone(), other.clone(), tcp)).copied();
        let to = self.end(i, &Flow { host: host.to_string(), own, other, tcp }, None, true);
        Some(Both { from: None, to, about })
    }

    /// Whose one end is. `bound`: a TCP socket that has the address, and neither listens nor is connected, can be meant.
    fn end(&mut self, i: usize, flow: &Flow, named: Option<&str>, bound: bool) -> Option<usize> {
        let sort = |at: &usize| {
            let actor = &self.cast.actors[*at];
            actor.host == flow.host && actor.kind.is_some_and(|k| if flow.tcp { k.is_tcp() } else { is_udp(k) })
        };
        let named = named.and_then(|n| self.cast.named(n)).filter(|at| sort(at) && self.cast.actors[*at].alive);
        let known = self.flows.get(flow).copied();
        let here: Vec<usize> = self.cast.at(&flow.own).filter(sort).collect();
        let door = |at: &usize| {
            let probe = self.cast.actors[*at].probe.as_ref();
            probe.is_some_and(|p| p.peer.is_none() && (!flow.tcp || bound || p.state != Some(State::Close)))
        };
        let found = named
            .or_else(|| here.iter().copied().find(|at| self.cast.peer_addr(*at) == Some(&flow.other)))
            // The last segments of a connection are still its own when its descriptor is closed.
            .or_else(|| known.filter(|at| flow.tcp || self.cast.actors[*at].alive))
            .or_else(|| here.iter().copied().find(door))
            .or_else(|| self.got(i, flow, sort));
        if let Some(at) = found {
            self.whose.insert((flow.own.clone(), flow.other.clone(), flow.tcp), at);
            self.flows.insert(flow.clone(), at);
        }
        found
    }

    /// A socket that had no port when it was last looked at, and has this one at the next look.
    fn got(&self, i: usize, flow: &Flow, sort: impl Fn(&usize) -> bool) -> Option<usize> {
        let has_port = |a: &Option<Addr>| a.as_ref().and_then(Addr::port).is_some_and(|p| p > 0);
        let fits = |a: &Option<Addr>| {
            let Some(a) = a else { return false };
            *a == flow.own || a.port() == flow.own.port() && a.ip().is_some_and(|ip| ip.is_unspecified())
        };
        let got = |at: &usize| {
            let looks = &self.looks[*at];
            let next = looks.partition_point(|l| l.0 < i);
            let before = next.checked_sub(1).and_then(|b| looks.get(b));
            before.is_none_or(|l| !has_port(&l.1)) && looks.get(next).is_some_and(|l| fits(&l.1))
        };
        (0..self.cast.actors.len()).find(|at| self.cast.actors[*at].alive && sort(at) && got(at))
    }
}

fn is_udp(kind: Kind) -> bool {
    matches!(kind, Kind::Socket { kind: libc::SOCK_DGRAM, .. }) && kind.is_inet()
}

/// The packet that a fragment is part of.
fn part(f: &Frame) -> Option<(IpAddr, IpAddr, u64)> {
    f.summary.fragment?;
    let decoded = decode(&f.bytes);
    let id = decoded.number(ids::IP_ID).or_else(|| decoded.number(ids::IPV6_FRAG_ID))?;
    Some((f.summary.src?, f.summary.dst?, id))
}

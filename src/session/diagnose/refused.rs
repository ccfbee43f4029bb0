//! ECONNREFUSED of the internet families: what stands where the connection was to go.

use super::{Case, fact, history, port, seat};
use crate::call::AnyCall;
use crate::event::{Fact, Fate, Seat, What};
use crate::kernel::diag::Entry;
use crate::kernel::{Addr, Place, net, opt};
use crate::packet::{Proto, Tcp};
use crate::text::Text;
use crate::text::messages::fact as say;
use crate::vocabulary::State;

pub fn facts(case: &mut Case) -> Vec<Fact> {
    let connecting = matches!(case.call, AnyCall::Connect(_)) && case.is_tcp();
    let mut facts = Vec::new();
    if !connecting && !case.is_tcp() {
        if case.is_unix() {
            return vec![fact(say::unix_peer_gone(&*case.name), "errno")];
        }
        facts.push(earlier_datagram(case));
    } else if !connecting {
        let ids = case.own_ids();
        if let Some(told) = case.told(|p| matches!(p.call, AnyCall::Connect(_)) && p.on(&ids)) {
            facts.push(fact(say::answer_to_connect(told), "log"));
        }
    }
    let Some(addr) = target(case) else { return facts };
    match addr.ip() {
        Some(ip) if addr.is_any() || net::is_local(ip) == Some(true) => facts.extend(here(case, &addr, None)),
        // In the lab the wire has seen the answer, and the host can be looked into.
        Some(ip) => {
            let answer = seen_on_the_wire(case, &addr).map(|answer| fact(answer, "wire"));
            let host = host_with(case, ip);
            if answer.is_none() && host.is_none() {
                facts.push(fact(say::refused_far(addr.to_string()), "getifaddrs"));
            }
            facts.extend(answer);
            if let Some(host) = host {
                let _there = host.stand();
                facts.extend(here(case, &addr, Some(host.name())));
            }
        }
        None => {}
    }
    facts
}

/// Where it was to go: named, or the peer, or what the log says of an earlier connect.
fn target(case: &Case) -> Option<Addr> {
    case.destination().or_else(|| {
        let ids = case.own_ids();
        case.past().rev().find_map(|p| match p.call {
            AnyCall::Connect(c) if p.on(&ids) => Some(c.addr.clone()),
            _ => None,
        })
    })
}

/// In the lab the answer has passed the wire: the newest frame from that address that refuses, a RST or an ICMP message.
fn seen_on_the_wire(case: &Case, addr: &Addr) -> Option<Text> {
    let host = &case.cx.table.entry(case.id())?.place;
    if host.is_local() {
        return None;
    }
    case.cx.events.iter().rev().find_map(|e| {
        let What::Frame(f) = &e.what else { return None };
        let ours = f.fate == Fate::Delivered && f.to.as_deref() == Some(host.name()) && f.summary.src == addr.ip();
        let what = match f.summary.tcp {
            Some(tcp) if case.is_tcp() && tcp.has(Tcp::RST) && f.summary.src_port == addr.port() => "RST",
            None if !case.is_tcp() && matches!(f.summary.proto, Proto::Icmp | Proto::Icmpv6) => "ICMP",
            _ => return None,
        };
        ours.then(|| say::refused_on_wire(addr.ip().map_or(String::new(), |ip| ip.to_string()), f.packet, what))
    })
}

/// A datagram socket hears of a refusal by the call after the one that was refused.
fn earlier_datagram(case: &Case) -> Fact {
    let ids = case.own_ids();
    match case.told(|p| p.ok() && p.is_send() && p.on(&ids)) {
        Some(told) => fact(say::answer_to_datagram(told), "log"),
        None => fact(say::answer_to_some_datagram(&*case.name), "errno"),
    }
}

/// The host of the lab that has an address.
fn host_with(case: &Case, ip: std::net::IpAddr) -> Option<Place> {
    let has = |place: &&Place| {
        let _there = place.stand();
        net::addresses().iter().any(|a| a.1 == ip)
    };
    case.cx.places.iter().filter(|p| !p.is_local()).find(has).cloned()
}

/// What is at that port, on this machine or on the host that the thread stands on.
fn here(case: &mut Case, addr: &Addr, host: Option<&str>) -> Vec<Fact> {
    let Some((_, _, protocol)) = case.socket() else { return Vec::new() };
    let tcp = case.is_tcp();
    let Some(number) = addr.port() else { return Vec::new() };
    // Who connects to 0.0.0.0 reaches 127.0.0.1.
    let loopback = Addr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, number));
    let addr = if matches!(addr, Addr::V4(_)) && addr.is_any() { loopback } else { addr.clone() };
    let found = port::seated(case, protocol, |local| local.port() == Some(number));
    let open = |e: &Entry| if tcp { e.state == Some(State::Listen) } else { e.peer.is_none() };
    let (there, elsewhere): (Vec<_>, Vec<_>) = found.iter().partition(|(e, _)| port::overlap(&e.local, &addr));
    let mut facts = Vec::new();
    if let Some((e, who)) = there.iter().find(|(e, _)| open(e)) {
        facts.push(match v6_only(case, e, who, &addr) {
            Some(text) => fact(text, "getsockopt"),
            None => fact(say::open_now(e.local.to_string(), seat::who(case, who)), seat::source(who)),
        });
        return facts;
    }
    if let Some((e, who)) = there.iter().find(|(e, s)| tcp && e.state == Some(State::Close) && !matches!(s, Seat::Kernel { .. })) {
        let text = match who {
            Seat::Session(names) => say::bound_not_listening(names.join("`, `"), e.local.to_string()),
            _ => say::held_bound(e.local.to_string(), seat::who(case, who)),
        };
        facts.push(fact(text, seat::source(who)));
    }
    match elsewhere.iter().find(|(e, _)| open(e)) {
        Some((e, who)) => {
            let text = say::open_elsewhere(number, e.local.to_string(), seat::who(case, who), addr.to_string());
            facts.push(fact(text, seat::source(who)));
        }
        None => {
            let text = match (tcp, host) {
                (true, None) => say::nothing_listens(number),
                (false, None) => say::nothing_bound(number),
                (true, Some(host)) => say::nothing_listens_on(host, number),
                (false, Some(host)) => say::nothing_bound_on(host, number),
            };
            facts.push(fact(text, "sock_diag"));
        }
    }
    if tcp && facts.len() < 2 {
        let old = history::calls(case.cx.events)
            .rev()
            .find(|p| matches!(p.call, AnyCall::Close(_)) && p.ok() && closed_listener(case, p, &addr));
        if let Some(p) = old {
            facts.insert(0, fact(say::was_closed(addr.to_string(), p.told(case.cx.now_us)), "log"));
        }
    }
    facts
}

/// Whether this close ended a listener at the address: by the last look at it.
pub fn closed_listener(case: &Case, close: &history::Past, addr: &Addr) -> bool {
    let Some(h) = close.call.on() else { return false };
    let last = history::looks(case.cx.events).rev().find(|(seq, o)| *seq < close.seq && o.id == Some(h.id));
    last.is_some_and(|(_, o)| {
        o.probe.state == Some(State::Listen) && o.probe.local.as_ref().is_some_and(|l| port::overlap(l, addr))
    })
}

/// An IPv6 listener at `[::]` that takes no IPv4.
fn v6_only(case: &Case, e: &Entry, seat: &Seat, addr: &Addr) -> Option<Text> {
    let (Addr::V6(_), Addr::V4(_)) = (&e.local, addr) else { return None };
    let Seat::Session(names) = seat else { return Some(say::maybe_v6_only(e.local.to_string(), seat::who(case, seat))) };
    let name = names.first()?;
    let only = opt::int(case.cx.table.find(name)?.fd, libc::SOL_IPV6, libc::IPV6_V6ONLY).ok()?;
    (only != 0).then(|| say::is_v6_only(&**name, e.local.to_string()))
}

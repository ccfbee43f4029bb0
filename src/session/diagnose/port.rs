//! Addresses of the internet families: who holds a port, what this machine's addresses are, what a port needs.

use super::{Case, fact, on_off, seat};
use crate::call::AnyCall;
use crate::event::{Fact, Seat};
use crate::kernel::diag::{self, Entry};
use crate::kernel::{Addr, Kind, net, opt, probe, procfs, sys};
use crate::text::messages::fact as say;
use crate::vocabulary::State;
use std::net::IpAddr;

/// Whether two local addresses want the same port of the same place. `[::]` may include IPv4: only its owner knows.
pub fn overlap(a: &Addr, b: &Addr) -> bool {
    let v6_any = |x: &Addr| matches!(x, Addr::V6(_)) && x.is_any();
    a.port() == b.port()
        && a.port().is_some()
        && (a.ip() == b.ip() || v6_any(a) || v6_any(b) || ((a.is_any() || b.is_any()) && a.family() == b.family()))
}

/// The entries of the kernel's table for this socket's protocol, and those of the table of names that an older kernel leaves out.
fn entries(case: &mut Case, protocol: i32, wanted: impl Fn(&Addr) -> bool) -> Vec<Entry> {
    let mut found: Vec<Entry> = diag::sharing_ports(protocol).into_iter().filter(|e| wanted(&e.local)).collect();
    let own = sys::inode(case.fd()).map_or(0, |(inode, _)| inode);
    let ids: Vec<u32> = case.cx.table.entries().filter(|e| !e.closing).map(|e| e.id).collect();
    for id in ids {
        let Some(kind @ Kind::Socket { domain, protocol: p, .. }) = case.cx.table.kind(id) else { continue };
        let Some(h) = case.cx.table.handle(id).filter(|_| kind.is_inet() && p == protocol) else { continue };
        let Some(local) = probe::local(h.fd).filter(|a| wanted(a)) else { continue };
        let Some(inode) = sys::inode(h.fd).and_then(|(i, _)| u32::try_from(i).ok()) else { continue };
        if found.iter().all(|e| e.inode != inode) {
            let state = probe::look(h.fd, kind).state;
            found.push(Entry {
                family: domain,
                protocol,
                state,
                local,
                peer: probe::peer(h.fd),
                recv_queue: 0,
                send_queue: 0,
                inode,
                uid: 0,
                timer: 0,
                expires_ms: 0,
                peer_inode: None,
                v6only: None,
                file: None,
            });
        }
    }
    found.retain(|e| u64::from(e.inode) != own || own == 0);
    found
}

/// Listeners of this protocol's table that `wanted` names, with their seats.
pub fn seated(case: &mut Case, protocol: i32, wanted: impl Fn(&Addr) -> bool) -> Vec<(Entry, Seat)> {
    let found = entries(case, protocol, wanted);
    seat::seats(case.cx.table, found)
}

/// EADDRINUSE.
pub fn in_use(case: &mut Case) -> Vec<Fact> {
    let Some((_, _, protocol)) = case.socket() else { return Vec::new() };
    let named = match case.call {
        AnyCall::Bind(c) => Some(c.addr.clone()),
        _ => case.local(),
    };
    let Some(addr) = named else { return Vec::new() };
    if addr.port() == Some(0) {
        return ephemeral(say::range_used_up).into_iter().collect();
    }
    let mut found = seated(case, protocol, |local| overlap(local, &addr));
    // A listener first, then what is bound, then connections; the very address before a wider one.
    let rank = |e: &Entry| match e.state {
        Some(State::Listen) => 0,
        Some(State::Close) => 1,
        Some(State::TimeWait) => 4,
        _ if e.inode == 0 => 3,
        _ => 2,
    };
    found.sort_by_key(|(e, _)| (rank(e), e.local != addr));
    let mut facts: Vec<Fact> = Vec::new();
    let Some((first, who)) = found.first() else {
        return vec![fact(say::nobody_there_now(addr.to_string()), "sock_diag")];
    };
    facts.push(fact(seat::holds(case, first, who), seat::source(who)));
    facts.extend(reuse(case, first, who));
    if let Some((second, who)) = found.get(1).filter(|(e, _)| rank(e) < 4 || e.state != first.state) {
        facts.push(fact(seat::holds(case, second, who), seat::source(who)));
    }
    if found.len() > 2 {
        facts.push(fact(say::more_there(found.len() - 2), "sock_diag"));
    }
    facts
}

/// What SO_REUSEADDR says on both sides.
fn reuse(case: &Case, other: &Entry, seat: &Seat) -> Option<Fact> {
    let mine = case.option(libc::SOL_SOCKET, libc::SO_REUSEADDR)? != 0;
    let name = &*case.name;
    let text = match seat {
        Seat::Session(names) => {
            let fd = case.cx.table.find(names.first()?)?.fd;
            let theirs = opt::int(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR).ok()? != 0;
            let both = say::reuse_both(name, on_off(mine), &**names.first()?, on_off(theirs));
            match (other.state, mine && theirs) {
                (Some(State::Listen), _) if case.is_tcp() => say::reuse_never_listener(both),
                (_, false) => say::reuse_needs_both(both),
                _ => both,
            }
        }
        Seat::Kernel { .. } if mine => say::reuse_old_lacked(name),
        Seat::Kernel { .. } => say::reuse_off_here(name),
        _ if other.state == Some(State::Listen) && case.is_tcp() => say::reuse_never_listener(say::reuse_mine(name, on_off(mine))),
        _ => say::reuse_other_unseen(name, on_off(mine)),
    };
    Some(fact(text, "getsockopt"))
}

fn ephemeral(text: impl Fn(u16, u16) -> crate::text::Text) -> Option<Fact> {
    let (low, high) = probe::ephemeral_ports()?;
    Some(fact(text(low, high), "ip_local_port_range"))
}

/// EADDRNOTAVAIL.
pub fn not_available(case: &mut Case) -> Vec<Fact> {
    let Some(addr) = case.address().cloned() else { return Vec::new() };
    let Some(ip) = addr.ip() else { return Vec::new() };
    if matches!(case.call, AnyCall::Bind(_)) {
        return vec![fact(say::not_mine(ip.to_string()), "getifaddrs"), fact(say::my_addresses(mine(ip)), "getifaddrs")];
    }
    let mut facts = Vec::new();
    // A fixed port: the pair of addresses may be taken, by a connection that is over as well.
    if let (Some(local), Some((_, _, protocol))) = (case.local(), case.socket()) {
        let pair = seated(case, protocol, |a| overlap(a, &local));
        if let Some((e, who)) =
            pair.iter().find(|(e, _)| e.peer.as_ref().is_some_and(|p| p.ip() == addr.ip() && p.port() == addr.port()))
        {
            facts.push(fact(seat::holds(case, e, who), seat::source(who)));
        }
    }
    if facts.is_empty() && case.local().is_none() && net::addresses().iter().any(|a| a.1.is_ipv4() == ip.is_ipv4()) {
        facts.extend(ephemeral(say::range_towards));
    }
    facts.push(fact(say::my_addresses(mine(ip)), "getifaddrs"));
    facts
}

/// This machine's addresses of the family of `like`, each with its interface.
fn mine(like: IpAddr) -> String {
    let all = net::addresses();
    let of_family: Vec<String> =
        all.iter().filter(|a| a.1.is_ipv4() == like.is_ipv4()).take(8).map(|(i, ip)| format!("`{ip}` ({i})")).collect();
    if of_family.is_empty() { "—".into() } else { of_family.join(", ") }
}

/// ENETUNREACH, EHOSTUNREACH.
pub fn no_way(case: &mut Case) -> Vec<Fact> {
    let Some(addr) = case.destination() else { return Vec::new() };
    let Some(ip) = addr.ip() else { return Vec::new() };
    let mut facts = Vec::new();
    let broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast());
    if case.is_tcp() && (ip.is_multicast() || broadcast) {
        facts.push(fact(say::tcp_to_group(ip.to_string()), "connect"));
    }
    let family = if ip.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    match procfs::default_route(family) {
        Some(false) => facts.push(fact(say::no_default_route(), "/proc/net/route")),
        Some(true) => facts.push(fact(say::default_route(), "/proc/net/route")),
        None => {}
    }
    facts.push(fact(say::my_addresses(mine(ip)), "getifaddrs"));
    facts
}

/// EACCES of the internet families.
pub fn not_permitted(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let AnyCall::Bind(c) = case.call {
        let low = procfs::sysctl("net/ipv4/ip_unprivileged_port_start").and_then(|s| s.parse::<u16>().ok());
        if let (Some(port), Some(low)) = (c.addr.port(), low)
            && port < low
        {
            facts.push(fact(say::port_privileged(port, low), "ip_unprivileged_port_start"));
            match procfs::capable(procfs::NET_BIND_SERVICE) {
                Some(false) => facts.push(fact(say::without_capability("CAP_NET_BIND_SERVICE"), "/proc/self/status")),
                Some(true) => facts.push(fact(say::bind_service_elsewhere(), "/proc/self/status")),
                None => {}
            }
        }
        return facts;
    }
    if let Some(addr) = case.destination()
        && case.option(libc::SOL_SOCKET, libc::SO_BROADCAST) == Some(0)
        && matches!(addr, Addr::V4(_))
    {
        facts.push(fact(say::broadcast_off(&*case.name, addr.to_string()), "getsockopt"));
    }
    facts.extend(without_privilege(case));
    facts
}

/// What a socket or an option needs that this process lacks: EPERM, and EACCES of a socket.
pub fn without_privilege(case: &Case) -> Vec<Fact> {
    let lacks = |bit, name| {
        let lacking = procfs::capable(bit) == Some(false);
        lacking.then(|| fact(say::without_capability(name), "/proc/self/status"))
    };
    match case.call {
        AnyCall::Socket(c)
            if matches!(c.protocol, libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6) && c.kind & 0xf == libc::SOCK_DGRAM =>
        {
            ping_groups()
        }
        AnyCall::Socket(_) => lacks(procfs::NET_RAW, "CAP_NET_RAW").into_iter().collect(),
        AnyCall::Setsockopt(_) => lacks(procfs::NET_ADMIN, "CAP_NET_ADMIN").into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Who may make ping sockets (icmp(7)).
fn ping_groups() -> Vec<Fact> {
    let Some(range) = procfs::sysctl("net/ipv4/ping_group_range") else { return Vec::new() };
    let mut ends = range.split_whitespace().map(|n| n.parse::<u32>());
    let (Some(Ok(low)), Some(Ok(high))) = (ends.next(), ends.next()) else { return Vec::new() };
    if low > high {
        return vec![fact(say::ping_for_nobody(format!("{low} {high}")), "ping_group_range")];
    }
    let mut facts = vec![fact(say::ping_for_groups(low, high), "ping_group_range")];
    facts.extend(procfs::groups().map(|list| fact(say::my_groups(list), "/proc/self/status")));
    facts
}

//! The other end of a connection: who it is, whether it has gone, when and how. EPIPE, ECONNRESET, ENOTCONN, EISCONN and kin.

use super::history::{self, Past, span};
use super::{Case, fact, is_bound, refused, seat};
use crate::call::AnyCall;
use crate::event::{Fact, Seat};
use crate::kernel::opt::OptValue;
use crate::kernel::{Addr, Kind, diag, net, opt, probe, procfs, sys};
use crate::text::messages::fact as say;
use crate::vocabulary::State;

/// Two addresses that mean the same, one of them perhaps IPv4 written inside IPv6.
fn same(a: &Addr, b: &Addr) -> bool {
    a == b || (a.ip().is_some() && a.ip() == b.ip() && a.port() == b.port())
}

/// The other end, where it is or was a socket of this session.
pub struct Other {
    pub name: String,
    pub id: u32,
    pub alive: bool,
    /// Its close has been called, and has not been recorded as answered: a job may hear of it first.
    pub closing: bool,
}

/// This end's address and the other's: from the kernel, or, where it no longer says, from the last look.
fn ends(case: &Case) -> (Option<Addr>, Option<Addr>) {
    let seen = history::looks(case.cx.events).rev().find(|(_, o)| o.id == Some(case.id()) && o.probe.peer.is_some());
    let (old_local, old_peer) = seen.map_or((None, None), |(_, o)| (o.probe.local.clone(), o.probe.peer.clone()));
    let peer = case.peer().or(old_peer).or_else(|| {
        case.past().rev().find_map(|p| match p.call {
            AnyCall::Connect(c) if p.on(&[case.id()]) => Some(c.addr.clone()),
            _ => None,
        })
    });
    (case.local().or(old_local), peer)
}

/// Finds the other end among the live sockets, then in the log.
pub fn other(case: &mut Case) -> Option<Other> {
    if case.is_unix() { other_unix(case) } else { other_inet(case) }
}

fn other_inet(case: &mut Case) -> Option<Other> {
    let (local, peer) = ends(case);
    let (local, peer) = (local?, peer?);
    let ids: Vec<u32> = case.cx.table.entries().filter(|e| !e.closing && e.id != case.id()).map(|e| e.id).collect();
    for id in ids {
        let Some(h) = case.cx.table.handle(id).filter(|_| case.cx.table.kind(id).is_some_and(Kind::is_inet)) else { continue };
        let at = |a: Option<Addr>, wanted: &Addr| a.is_some_and(|a| same(&a, wanted));
        if at(probe::local(h.fd), &peer) && at(probe::peer(h.fd), &local) {
            return Some(Other { name: case.cx.table.name(id)?.to_string(), id, alive: true, closing: false });
        }
    }
    let (_, o) = history::looks(case.cx.events).rev().find(|(_, o)| {
        o.id != Some(case.id())
            && o.probe.local.as_ref().is_some_and(|a| same(a, &peer))
            && o.probe.peer.as_ref().is_some_and(|a| same(a, &local))
    })?;
    let id = o.id?;
    let entry = case.cx.table.entry(id);
    let closing = entry.is_some_and(|e| e.closing);
    Some(Other { name: o.socket.clone()?, id, alive: entry.is_some() && !closing, closing })
}

fn other_unix(case: &mut Case) -> Option<Other> {
    let (inode, _) = sys::inode(case.fd())?;
    if let Some(peer) = diag::unix(inode).and_then(|e| e.peer_inode).filter(|i| *i != 0) {
        let names = seat::inodes(case.cx.table);
        let name = names.get(&u64::from(peer))?.first()?.clone();
        let id = case.cx.table.find(&name)?.id;
        return Some(Other { name, id, alive: true, closing: false });
    }
    // Gone: only a pair that was made together can be told from the log.
    let pair = case
        .past()
        .rev()
        .find(|p| matches!(p.call, AnyCall::Socketpair(_)) && p.outcome.made.contains(&case.fd()) && p.made.contains(&case.name))?;
    let name = pair.made.iter().find(|n| **n != case.name)?.clone();
    let fd = pair.outcome.made.iter().copied().find(|fd| *fd != case.fd())?;
    if let Some(entry) = case.cx.table.by_fd(fd).filter(|e| e.closing && e.name == name) {
        return Some(Other { name, id: entry.id, alive: false, closing: true });
    }
    let close = case.past().find(|p| p.seq > pair.seq && matches!(p.call, AnyCall::Close(c) if c.fd.fd == fd))?;
    Some(Other { name, id: close.call.on()?.id, alive: false, closing: false })
}

/// Every handle that the log shows for the open socket of `id`: it, and what `dup` made of it.
fn handles(case: &Case, id: u32) -> Vec<u32> {
    let mut ids = vec![id];
    for dup in case.past().filter(|p| p.ok() && matches!(p.call, AnyCall::Dup(_))) {
        let Some(fd) = dup.outcome.made.first().copied().filter(|_| dup.on(&ids)) else { continue };
        let alive = case.cx.table.by_fd(fd).map(|e| e.id);
        let later = || case.past().filter(|p| p.seq > dup.seq).find_map(|p| p.call.on().filter(|h| h.fd == fd)).map(|h| h.id);
        ids.extend(later().or(alive));
    }
    ids
}

/// What the log tells of the other end: its close and what lay unread then, or its shutdown.
fn fate(case: &Case, other: &Other) -> Vec<Fact> {
    let now = case.cx.now_us;
    let mut facts = Vec::new();
    // The socket ends with its last descriptor, not with the one that happened to have the name.
    let all = handles(case, other.id);
    let open = all.iter().any(|id| case.cx.table.entry(*id).is_some());
    let Some(close) = case.past().rev().find(|p| all.iter().any(|id| p.closes(*id))).filter(|_| !open) else {
        let shut = |p: &Past| matches!(p.call, AnyCall::Shutdown(_)) && p.ok() && p.on(&all);
        if let Some(told) = case.told(shut) {
            facts.push(fact(say::other_shut(&*other.name, told), "log"));
        }
        return facts;
    };
    facts.push(fact(say::other_closed(&*other.name, close.told(now)), "log"));
    if case.is_stream() {
        let zero_linger = |p: &Past| {
            p.ok() && p.on(&[other.id]) && matches!(p.call, AnyCall::Setsockopt(s) if s.optval == OptValue::Linger(true, 0))
        };
        if case.is_tcp() && case.past().any(|p| zero_linger(&p)) {
            facts.push(fact(say::other_linger_zero(&*other.name), "log"));
        }
        let ids = case.own_ids();
        let before = || case.past().filter(|p| p.seq < close.seq);
        let sent: u64 = before().filter(|p| p.on(&ids)).map(|p| p.sent()).sum();
        let read: u64 = before().filter(|p| p.on(&[other.id])).map(|p| p.received()).sum();
        let shared = case.past().any(|p| matches!(p.call, AnyCall::Dup(_) | AnyCall::Recvmsg(_)) && !p.outcome.made.is_empty());
        if sent > read && !shared {
            facts.push(fact(say::other_unread(sent - read, &*other.name), "log"));
        }
    }
    facts
}

/// The state of a TCP socket as the kernel says it now.
fn state_now(case: &Case) -> Option<Fact> {
    Some(fact(say::tcp_state_now(&*case.name, case.tcp_state()?.name()), "TCP_INFO"))
}

/// Never began to connect: no segment was ever sent or received.
fn never_connected(case: &Case) -> bool {
    probe::tcp_now(case.fd()).is_some_and(|t| t.state == State::Close && t.segs_out == Some(0) && t.segs_in == Some(0))
}

/// EPIPE and ECONNRESET.
pub fn broken(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let ids = case.own_ids();
    let shut = |p: &Past| matches!(p.call, AnyCall::Shutdown(s) if s.how != libc::SHUT_RD) && p.ok() && p.on(&ids);
    if case.outcome.errno().is_some_and(|e| e.0 == libc::EPIPE)
        && let Some(told) = case.told(shut)
    {
        facts.push(fact(say::own_shutdown(&*case.name, told), "log"));
        facts.extend(state_now(case));
        return facts;
    }
    if case.tcp_state() == Some(State::Listen) {
        return vec![fact(say::is_listener(&*case.name), "TCP_INFO")];
    }
    if never_connected(case) {
        return vec![fact(say::never_connected(&*case.name), "TCP_INFO")];
    }
    facts.extend(whose_doing(case));
    facts.extend(state_now(case));
    facts
}

/// The other end and what became of it.
fn whose_doing(case: &mut Case) -> Vec<Fact> {
    if let Some(o) = other(case) {
        if o.closing {
            return vec![fact(say::other_closing(&*o.name), "session table")];
        }
        let facts = fate(case, &o);
        if !facts.is_empty() {
            return facts;
        }
        if o.alive {
            return vec![fact(say::other_alive(&*o.name), "session table")];
        }
    }
    if let Some(never_accepted) = in_a_closed_queue(case) {
        return vec![never_accepted];
    }
    foreign(case).into_iter().collect()
}

/// A connection that nobody accepted goes with the listener in whose queue it waits.
fn in_a_closed_queue(case: &Case) -> Option<Fact> {
    let peer = ends(case).1.filter(|_| case.is_tcp())?;
    let ids = case.own_ids();
    let connected = case.past().rev().find(|p| matches!(p.call, AnyCall::Connect(_)) && p.on(&ids))?;
    let close = case
        .past()
        .rev()
        .take_while(|p| p.seq > connected.seq)
        .find(|p| matches!(p.call, AnyCall::Close(_)) && p.ok() && refused::closed_listener(case, p, &peer))?;
    Some(fact(say::queue_closed(close.socket.unwrap_or_default(), close.told(case.cx.now_us)), "log"))
}

/// The other end where it is no socket of this session.
fn foreign(case: &mut Case) -> Option<Fact> {
    if case.is_unix() {
        let gone = sys::inode(case.fd()).and_then(|(i, _)| diag::unix(i)).is_some_and(|e| e.peer_inode.is_none_or(|p| p == 0));
        return gone.then(|| fact(say::unix_peer_gone(&*case.name), "sock_diag"));
    }
    let (local, peer) = ends(case);
    let (local, peer) = (local?, peer?);
    if net::is_local(peer.ip()?) != Some(true) {
        return Some(fact(say::peer_far(peer.to_string()), "getifaddrs"));
    }
    let (_, _, protocol) = case.socket()?;
    let there: Vec<_> = diag::sharing_ports(protocol)
        .into_iter()
        .filter(|e| same(&e.local, &peer) && e.peer.as_ref().is_some_and(|p| same(p, &local)))
        .collect();
    let seats = seat::seats(case.cx.table, there);
    Some(match seats.first() {
        None => fact(say::peer_not_in_table(peer.to_string()), "sock_diag"),
        Some((e, Seat::Kernel { .. })) => {
            fact(say::peer_without_process(peer.to_string(), e.state.map_or("", State::name)), "sock_diag")
        }
        Some((e, s)) => {
            let text = say::peer_held(peer.to_string(), seat::who(case, s), e.state.map_or("", State::name));
            fact(text, seat::source(s))
        }
    })
}

/// The end of the stream: a receive returned 0.
pub fn end_of_stream(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let ids = case.own_ids();
    let shut = |p: &Past| matches!(p.call, AnyCall::Shutdown(s) if s.how != libc::SHUT_WR) && p.ok() && p.on(&ids);
    // A TCP socket that was shut down for reading and is still ESTABLISHED has had no FIN: it is its own doing.
    let no_fin = matches!(case.tcp_state(), Some(State::Established | State::FinWait1 | State::FinWait2));
    if let Some(told) = case.told(shut).filter(|_| no_fin || case.is_unix()) {
        return vec![fact(say::own_shutdown_read(&*case.name, told), "log")];
    }
    facts.extend(whose_doing(case));
    if let Some(state) = case.tcp_state() {
        facts.push(match state {
            State::CloseWait => fact(say::state_close_wait(&*case.name), "TCP_INFO"),
            _ => fact(say::tcp_state_now(&*case.name, state.name()), "TCP_INFO"),
        });
    }
    facts
}

/// ENOTCONN.
pub fn not_connected(case: &mut Case) -> Vec<Fact> {
    let name = case.name.clone();
    match case.tcp_state() {
        Some(State::Listen) => return vec![fact(say::is_listener(name), "TCP_INFO")],
        Some(State::SynSent) => return vec![fact(say::still_connecting(name), "TCP_INFO")],
        Some(State::Close) if never_connected(case) => return vec![fact(say::never_connected(name), "TCP_INFO")],
        Some(state) => {
            let mut facts = whose_doing(case);
            facts.push(fact(say::no_longer_connected(name, state.name()), "TCP_INFO"));
            return facts;
        }
        None => {}
    }
    if case.option(libc::SOL_SOCKET, libc::SO_ACCEPTCONN) == Some(1) {
        return vec![fact(say::is_listener(name), "SO_ACCEPTCONN")];
    }
    let mut facts = vec![fact(say::has_no_peer(name), "getpeername")];
    if case.is_unix() && case.peer().is_some() {
        facts = foreign(case).into_iter().collect();
    }
    facts
}

/// EISCONN.
pub fn connected(case: &mut Case) -> Vec<Fact> {
    let name = case.name.clone();
    if case.tcp_state() == Some(State::Listen) {
        return vec![fact(say::is_listener(name), "TCP_INFO")];
    }
    let Some(peer) = case.peer() else { return state_now(case).into_iter().collect() };
    let mut facts = Vec::new();
    let ids = case.own_ids();
    facts.push(match other(case).filter(|o| o.alive) {
        Some(o) => fact(say::connected_to_named(name, shown(&peer), o.name), "getpeername"),
        None => fact(say::connected_to(name, shown(&peer)), "getpeername"),
    });
    if let Some(told) = case.told(|p| matches!(p.call, AnyCall::Connect(_)) && p.on(&ids)) {
        facts.push(fact(say::since(told), "log"));
    }
    facts.extend(state_now(case));
    facts
}

fn shown(addr: &Addr) -> String {
    if is_bound(addr) { addr.to_string() } else { "@".into() }
}

/// EDESTADDRREQ.
pub fn no_destination(case: &mut Case) -> Vec<Fact> {
    if case.peer().is_some() { Vec::new() } else { vec![fact(say::no_destination(&*case.name), "getpeername")] }
}

/// ETIMEDOUT.
pub fn timed_out(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let took = span(case.outcome.timing.took_us);
    if matches!(case.call, AnyCall::Connect(_)) {
        let retries = case.option(libc::SOL_TCP, libc::TCP_SYNCNT).filter(|n| *n > 0);
        let usual = procfs::sysctl("net/ipv4/tcp_syn_retries").and_then(|s| s.parse().ok());
        match (retries, usual) {
            (Some(n), Some(usual)) if n != usual => facts.push(fact(say::syn_retries_set(n, usual, took), "TCP_SYNCNT")),
            (Some(n), _) | (None, Some(n)) => facts.push(fact(say::syn_retries(n, took), "tcp_syn_retries")),
            _ => {}
        }
    }
    match opt::int(case.fd(), libc::SOL_TCP, libc::TCP_USER_TIMEOUT) {
        Ok(ms) if ms > 0 => facts.push(fact(say::user_timeout(ms), "TCP_USER_TIMEOUT")),
        _ => {}
    }
    facts.extend(state_now(case));
    facts
}

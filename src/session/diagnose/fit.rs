//! Things that do not go together: a call and a state, an address and a family, an option and a level, a descriptor and a call.

use super::{Case, fact};
use crate::call::AnyCall;
use crate::event::Fact;
use crate::kernel::{Addr, Kind, procfs, sys};
use crate::text::messages::fact as say;
use crate::vocabulary::option::{by_number, levels_of};
use crate::vocabulary::{EPOLL_EVENTS, FAMILIES, Level, State, TYPES, protocol_name};

fn family_name(family: i32) -> String {
    FAMILIES.name_or_number(i64::from(family)).into_owned()
}

/// EINVAL.
pub fn invalid(case: &mut Case) -> Vec<Fact> {
    match case.call {
        AnyCall::Bind(c) => bind(case, &c.addr),
        AnyCall::Listen(_) => listen(case),
        AnyCall::Accept(_) => vec![listening(case)],
        AnyCall::Connect(c) => connect(case, &c.addr),
        AnyCall::Shutdown(c) => vec![fact(say::bad_how(c.how), "arguments")],
        AnyCall::EpollAdd(c) => epoll_target(case, c.0.fd.fd),
        AnyCall::EpollMod(c) => epoll_target(case, c.0.fd.fd),
        AnyCall::EpollDel(c) => epoll_target(case, c.0.fd.fd),
        AnyCall::EpollWait(c) if c.maxevents <= 0 => vec![fact(say::bad_maxevents(c.maxevents), "arguments")],
        AnyCall::EpollWait(_) => epoll_target(case, -1),
        AnyCall::Setsockopt(c) => {
            let name = by_number(c.level, c.optname).map_or_else(|| c.optname.to_string(), |o| o.name.into());
            vec![fact(say::value_refused(name, case.kind_name()), "arguments")]
        }
        _ if case.to_receive().is_some() && case.msg_flags() & libc::MSG_OOB != 0 => {
            vec![fact(say::no_urgent(&*case.name), "recv")]
        }
        _ if case.to_receive().is_some() && case.is_unix() && case.peer().is_none() => {
            vec![fact(say::has_no_peer(&*case.name), "getpeername")]
        }
        // net/ipv4/ping.c: less than a header, or no echo request.
        _ if case.to_send().is_some()
            && matches!(case.socket(), Some((_, libc::SOCK_DGRAM, libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6))) =>
        {
            vec![fact(say::ping_is_echo(), "SO_PROTOCOL")]
        }
        _ => match case.address().and_then(Addr::port) {
            Some(0) => vec![fact(say::port_zero(), "arguments")],
            _ => Vec::new(),
        },
    }
}

/// Bytes of an address that a family's bind asks for at least.
fn wanted_len(domain: i32) -> Option<u32> {
    match domain {
        libc::AF_INET => Some(16),
        // SIN6_LEN_RFC2133: the structure without its scope.
        libc::AF_INET6 => Some(24),
        _ => None,
    }
}

fn bind(case: &Case, addr: &Addr) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(local) = case.local() {
        facts.push(fact(say::already_bound(&*case.name, local.to_string()), "getsockname"));
        let ids = case.own_ids();
        let gave = |p: &super::Past| {
            matches!(p.call, AnyCall::Bind(_) | AnyCall::Connect(_) | AnyCall::Listen(_))
                && (p.ok() || p.outcome.errno().is_some_and(|e| e.0 == libc::EINPROGRESS))
                && p.on(&ids)
        };
        // The first such call gave it: those after it found it there.
        facts.extend(case.past().find(gave).map(|p| fact(say::given_by(p.told(case.cx.now_us)), "log")));
        return facts;
    }
    facts.extend(length(case, addr));
    if facts.is_empty() {
        facts.extend(
            case.tcp_state().filter(|s| *s != State::Close).map(|s| fact(say::tcp_state_now(&*case.name, s.name()), "TCP_INFO")),
        );
    }
    facts
}

/// Whether the address has the form the socket's family reads.
fn length(case: &Case, addr: &Addr) -> Option<Fact> {
    let (domain, ..) = case.socket()?;
    let len = addr.encoded_len();
    if wanted_len(domain).is_some_and(|w| len < w) {
        return Some(fact(say::address_short(&*case.name, family_name(domain), wanted_len(domain)?, len), "arguments"));
    }
    if addr.family() != domain {
        return Some(fact(say::families_differ(&*case.name, family_name(domain), family_name(addr.family())), "SO_DOMAIN"));
    }
    match addr {
        Addr::V6(a) if a.ip.is_unicast_link_local() && a.scope.number == 0 => {
            Some(fact(say::needs_interface(a.ip.to_string()), "arguments"))
        }
        _ => None,
    }
}

fn listen(case: &Case) -> Vec<Fact> {
    if case.is_unix() && case.local().is_none() {
        return vec![fact(say::has_no_address(&*case.name), "getsockname")];
    }
    if let Some(peer) = case.peer() {
        let state = case.tcp_state().map(|s| fact(say::tcp_state_now(&*case.name, s.name()), "TCP_INFO"));
        return [fact(say::connected_to(&*case.name, peer.to_string()), "getpeername")].into_iter().chain(state).collect();
    }
    case.tcp_state().map(|s| fact(say::tcp_state_now(&*case.name, s.name()), "TCP_INFO")).into_iter().collect()
}

/// accept on what does not listen.
fn listening(case: &Case) -> Fact {
    match (case.tcp_state(), case.peer()) {
        (Some(State::Listen), _) => fact(say::is_listener(&*case.name), "TCP_INFO"),
        (Some(state), _) => fact(say::not_listening_state(&*case.name, state.name()), "TCP_INFO"),
        (None, Some(_)) => fact(say::not_listening_connected(&*case.name), "getpeername"),
        (None, None) => fact(say::not_listening(&*case.name), "SO_ACCEPTCONN"),
    }
}

fn connect(case: &Case, addr: &Addr) -> Vec<Fact> {
    let mut facts: Vec<Fact> = length(case, addr).into_iter().collect();
    if facts.is_empty() && case.option(libc::SOL_SOCKET, libc::SO_ACCEPTCONN) == Some(1) {
        facts.push(fact(say::is_listener(&*case.name), "SO_ACCEPTCONN"));
    }
    if let (true, Some(local), Some(to)) = (facts.is_empty(), case.local(), addr.ip())
        && local.ip().is_some_and(|ip| ip.is_loopback())
        && !to.is_loopback()
    {
        facts.push(fact(say::bound_to_loopback(&*case.name, local.to_string(), addr.to_string()), "getsockname"));
    }
    facts
}

/// EINVAL of the epoll calls: on no epoll instance, or on itself.
fn epoll_target(case: &Case, fd: i32) -> Vec<Fact> {
    if fd == case.fd() {
        return vec![fact(say::epoll_itself(&*case.name), "arguments")];
    }
    match case.kind {
        Some(Kind::Epoll) | None => Vec::new(),
        Some(_) => what_it_is(case, &case.name, case.fd()).into_iter().collect(),
    }
}

fn what_it_is(case: &Case, name: &str, fd: i32) -> Option<Fact> {
    let what = match case.cx.table.by_fd(fd).and_then(|e| e.kind).unwrap_or_else(|| Kind::of(fd)) {
        Kind::Socket { domain, kind, protocol } => crate::vocabulary::kind_name(domain, kind, protocol),
        _ => procfs::descriptor(fd)?,
    };
    Some(fact(say::descriptor_is(name, what), "/proc/PID/fd"))
}

/// EAFNOSUPPORT.
pub fn family(case: &mut Case) -> Vec<Fact> {
    if let AnyCall::Socket(c) = case.call {
        return vec![fact(say::family_unknown(family_name(c.domain)), "socket")];
    }
    let (Some((domain, ..)), Some(addr)) = (case.socket(), case.address()) else { return Vec::new() };
    if addr.family() == domain {
        return Vec::new();
    }
    vec![fact(say::families_differ(&*case.name, family_name(domain), family_name(addr.family())), "SO_DOMAIN")]
}

/// EOPNOTSUPP.
pub fn not_supported(case: &mut Case) -> Vec<Fact> {
    let Some((_, kind, _)) = case.socket() else { return Vec::new() };
    let what = case.kind_name();
    let mut facts = Vec::new();
    match case.call {
        AnyCall::Listen(_) | AnyCall::Accept(_) if kind != libc::SOCK_STREAM && kind != libc::SOCK_SEQPACKET => {
            facts.push(fact(say::no_connections(&*case.name, what), "SO_TYPE"));
        }
        AnyCall::Socketpair(_) => {}
        _ if case.msg_flags() & libc::MSG_OOB != 0 => facts.push(fact(say::no_out_of_band(&*case.name, what), "SO_TYPE")),
        _ => facts.push(fact(say::socket_is(&*case.name, what), "SO_TYPE")),
    }
    facts
}

/// EPROTONOSUPPORT, ESOCKTNOSUPPORT: type and protocol.
pub fn protocol(case: &mut Case) -> Vec<Fact> {
    let (domain, kind, protocol) = match case.call {
        AnyCall::Socket(c) => (c.domain, c.kind, c.protocol),
        AnyCall::Socketpair(c) => (c.domain, c.kind, c.protocol),
        _ => return Vec::new(),
    };
    let kind = TYPES.name_or_number(i64::from(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK))).into_owned();
    vec![fact(say::no_such_pair(family_name(domain), kind, protocol_name(domain, protocol).into_owned()), "socket")]
}

/// ENOPROTOOPT.
pub fn option(case: &mut Case) -> Vec<Fact> {
    let (level, name) = match case.call {
        AnyCall::Setsockopt(c) => (c.level, c.optname),
        AnyCall::Getsockopt(c) => (c.level, c.optname),
        _ => return Vec::new(),
    };
    let Some((domain, kind, protocol)) = case.socket() else { return Vec::new() };
    let what = case.kind_name();
    let option = by_number(level, name).map_or_else(|| name.to_string(), |o| o.name.into());
    match Level::from_number(level) {
        Some(l) if !levels_of(domain, kind, protocol).contains(&l) => {
            vec![fact(say::level_not_here(option, l.name(), &*case.name, what), "SO_PROTOCOL")]
        }
        _ => vec![fact(say::option_not_here(option, &*case.name, what), "SO_PROTOCOL")],
    }
}

/// EBADF.
pub fn bad_descriptor(case: &mut Case) -> Vec<Fact> {
    let fd = match case.call {
        AnyCall::EpollAdd(c) if opt_open(case.fd()) => c.0.fd,
        AnyCall::EpollMod(c) if opt_open(case.fd()) => c.0.fd,
        AnyCall::EpollDel(c) if opt_open(case.fd()) => c.0.fd,
        _ => match case.handle {
            Some(h) => h,
            None => return Vec::new(),
        },
    };
    let mut facts = Vec::new();
    if !opt_open(fd.fd) {
        facts.push(fact(say::not_open(fd.fd), "/proc/PID/fd"));
        facts.extend(case.told(|p| p.closes(fd.id)).map(|told| fact(say::closed_by(told), "log")));
    }
    facts
}

fn opt_open(fd: i32) -> bool {
    sys::inode(fd).is_some()
}

/// ENOTSOCK.
pub fn not_a_socket(case: &mut Case) -> Vec<Fact> {
    what_it_is(case, &case.name, case.fd()).into_iter().collect()
}

/// EEXIST, ENOENT and EPERM of epoll_ctl: the list, as the kernel shows it.
pub fn epoll_list(case: &mut Case) -> Vec<Fact> {
    let control = match case.call {
        AnyCall::EpollAdd(c) => &c.0,
        AnyCall::EpollMod(c) => &c.0,
        AnyCall::EpollDel(c) => &c.0,
        _ => return Vec::new(),
    };
    let (ep, fd) = (case.name.clone(), control.fd);
    let name = case.cx.table.name(fd.id).map_or_else(|| format!("fd {}", fd.fd), str::to_string);
    if case.outcome.errno().is_some_and(|e| e.0 == libc::EPERM) {
        return what_it_is(case, &name, fd.fd).into_iter().chain([fact(say::epoll_no_files(), "epoll_ctl")]).collect();
    }
    let Some(list) = procfs::epoll_list(case.fd()) else { return Vec::new() };
    // The kernel adds EPOLLERR and EPOLLHUP to what was asked for.
    let shown = |events: u32| EPOLL_EVENTS.flags(i64::from(events & !(libc::EPOLLERR | libc::EPOLLHUP) as u32)).into_owned();
    let mut facts = vec![match list.iter().find(|(f, _)| *f == fd.fd) {
        Some((_, events)) => fact(say::on_epoll_list(name, &*ep, shown(*events)), "/proc/PID/fdinfo"),
        None => fact(say::not_on_epoll_list(name, &*ep, list.len()), "/proc/PID/fdinfo"),
    }];
    let changed = |p: &super::Past| match p.call {
        AnyCall::EpollAdd(c) => p.ok() && c.0.fd.id == fd.id && c.0.epfd.id == control.epfd.id,
        AnyCall::EpollDel(c) => p.ok() && c.0.fd.id == fd.id && c.0.epfd.id == control.epfd.id,
        _ => false,
    };
    if let Some(p) = case.past().rev().find(changed) {
        let told = p.told(case.cx.now_us);
        let text = if matches!(p.call, AnyCall::EpollAdd(_)) { say::added_by(told) } else { say::removed_by(told) };
        facts.push(fact(text, "log"));
    }
    facts
}

//! Calls that would have waited: EAGAIN, EINPROGRESS, EALREADY. What there was to wait for, and what made the call return.

use super::history::{Past, span};
use super::{Case, fact, path, peer};
use crate::call::AnyCall;
use crate::event::Fact;
use crate::kernel::opt::{self, OptValue};
use crate::kernel::{Addr, probe};
use crate::text::messages::fact as say;
use crate::vocabulary::{Shape, State};

/// What kept the call from waiting: a flag of the call, of the open file, or a limit of time.
fn no_wait(case: &Case, timeout: i32, name: &'static str) -> Option<Fact> {
    if case.msg_flags() & libc::MSG_DONTWAIT != 0 {
        return Some(fact(say::because_dontwait(), "flags"));
    }
    if probe::is_nonblocking(case.fd()) {
        return Some(fact(say::because_nonblock(&*case.name), "fcntl"));
    }
    match opt::get(case.fd(), libc::SOL_SOCKET, timeout, Shape::Time).1 {
        Some(OptValue::Time(d)) if !d.is_zero() => {
            let (set, took) = (span(d.as_secs_f64() * 1e6), span(case.outcome.timing.took_us));
            Some(fact(say::because_timeout(name, &*case.name, set, took), "getsockopt"))
        }
        _ => None,
    }
}

fn no_receive_wait(case: &Case) -> Option<Fact> {
    no_wait(case, libc::SO_RCVTIMEO, "SO_RCVTIMEO")
}

fn no_send_wait(case: &Case) -> Option<Fact> {
    no_wait(case, libc::SO_SNDTIMEO, "SO_SNDTIMEO")
}

/// EAGAIN.
pub fn would_wait(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    if case.to_receive().is_some() {
        facts.extend(receiving(case));
        facts.extend(no_receive_wait(case));
    } else if matches!(case.call, AnyCall::Accept(_)) {
        facts.extend(accepting(case));
        facts.extend(no_receive_wait(case));
    } else if case.to_send().is_some() {
        facts.extend(sending(case));
        facts.extend(no_send_wait(case));
    } else if matches!(case.call, AnyCall::Connect(_)) {
        facts.extend(if case.is_unix() { path::backlog(case) } else { None });
        facts.extend(no_send_wait(case));
    }
    facts
}

fn receiving(case: &Case) -> Option<Fact> {
    let look = probe::look(case.fd(), case.kind?);
    let name = &*case.name;
    if look.state == Some(State::SynSent) {
        return Some(fact(say::still_connecting(name), "TCP_INFO"));
    }
    let peeking = case.msg_flags() & libc::MSG_OOB != 0;
    Some(match look.recv_queue.filter(|_| !peeking) {
        None | Some(0) => fact(say::nothing_waits(name), "SIOCINQ"),
        Some(n) => fact(say::came_since(name, n), "SIOCINQ"),
    })
}

fn accepting(case: &Case) -> Option<Fact> {
    let look = probe::look(case.fd(), case.kind?);
    let source = if case.is_unix() { "sock_diag" } else { "TCP_INFO" };
    match (look.recv_queue, look.backlog) {
        (Some(waiting), Some(most)) => Some(fact(say::none_to_accept(&*case.name, waiting, most), source)),
        _ => None,
    }
}

fn sending(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let name = case.name.clone();
    if case.tcp_state() == Some(State::SynSent) {
        return vec![fact(say::still_connecting(name), "TCP_INFO")];
    }
    let datagram_to = case.destination().filter(|_| case.is_unix() && !case.is_stream());
    if let Some(Addr::Path(_) | Addr::Abstract(_)) = datagram_to {
        facts.extend(path::backlog(case));
    }
    if facts.is_empty() {
        facts.extend(send_buffer(case));
    }
    if let Some(o) = peer::other(case).filter(|o| o.alive && facts.len() < 2)
        && let Some(fd) = case.cx.table.handle(o.id).map(|h| h.fd)
        && let Some(n) = probe::unread(fd).filter(|n| *n > 0)
    {
        let datagrams = case.socket().is_some_and(|(_, kind, _)| kind == libc::SOCK_DGRAM);
        facts.push(fact(if datagrams { say::other_has_datagrams(o.name, n) } else { say::other_has_unread(o.name, n) }, "SIOCINQ"));
    }
    facts
}

/// How full the send buffer is.
pub fn send_buffer(case: &Case) -> Option<Fact> {
    let used = probe::unsent(case.fd())?;
    let size = case.option(libc::SOL_SOCKET, libc::SO_SNDBUF)?;
    Some(match case.is_tcp() {
        true => fact(say::send_buffer_tcp(&*case.name, used, size), "SIOCOUTQ"),
        false => fact(say::send_buffer_memory(&*case.name, used, size), "SIOCOUTQ"),
    })
}

/// EINPROGRESS and EALREADY.
pub fn under_way(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let name = case.name.clone();
    let Some(now) = probe::tcp_now(case.fd()) else { return facts };
    facts.push(match now.state {
        State::SynSent if now.retransmits > 0 => fact(say::syn_sent_again(&*name, now.retransmits), "TCP_INFO"),
        State::SynSent => fact(say::syn_sent(&*name), "TCP_INFO"),
        State::Established => fact(say::established_already(&*name), "TCP_INFO"),
        State::Close => fact(say::failed_already(&*name), "TCP_INFO"),
        state => fact(say::tcp_state_now(&*name, state.name()), "TCP_INFO"),
    });
    let ids = case.own_ids();
    if case.outcome.errno().is_some_and(|e| e.0 == libc::EALREADY) {
        let began = |p: &Past| {
            matches!(p.call, AnyCall::Connect(_)) && p.on(&ids) && p.outcome.errno().is_some_and(|e| e.0 == libc::EINPROGRESS)
        };
        facts.extend(case.told(began).map(|told| fact(say::began_by(told), "log")));
    }
    facts.extend(no_send_wait(case));
    facts
}

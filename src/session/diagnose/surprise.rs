//! Calls that succeeded and may surprise all the same: 0 bytes received, a datagram cut, a short write, an option stored otherwise.

use super::{Case, fact, history, peer, waiting};
use crate::call::{AnyCall, Outcome};
use crate::event::Fact;
use crate::kernel::opt::OptValue;
use crate::kernel::{Kind, procfs};
use crate::text::messages::fact as say;
use crate::vocabulary::Shape;
use crate::vocabulary::option::by_number;

/// Quick: whether there may be anything to say.
pub fn possible(call: &AnyCall, outcome: &Outcome) -> bool {
    let n = outcome.ret.unwrap_or(0);
    let short = |len: u64| u64::try_from(n).is_ok_and(|n| n < len);
    let cut = outcome.out.as_ref().is_some_and(|o| o.msg_flags.is_some_and(|f| f & libc::MSG_TRUNC != 0));
    match call {
        AnyCall::Recv(c) => n == 0 || u64::try_from(n).is_ok_and(|n| n >= c.len),
        AnyCall::Recvfrom(c) => n == 0 || u64::try_from(n).is_ok_and(|n| n >= c.len),
        AnyCall::Read(c) => n == 0 || u64::try_from(n).is_ok_and(|n| n >= c.count),
        AnyCall::Readv(_) => n == 0,
        AnyCall::Recvmsg(_) => n == 0 || cut,
        AnyCall::Send(c) => short(c.buf.len),
        AnyCall::Sendto(c) => short(c.buf.len),
        AnyCall::Write(c) => short(c.buf.len),
        AnyCall::Writev(c) => short(c.buffers.iter().map(|b| b.len).sum()),
        AnyCall::Sendmsg(c) => short(c.buffers.iter().map(|b| b.len).sum()),
        AnyCall::Setsockopt(_) => outcome.out.as_ref().is_some_and(|o| o.option.is_some()),
        _ => false,
    }
}

pub fn facts(case: &mut Case) -> Vec<Fact> {
    let n = case.outcome.ret.map_or(0, |n| n.max(0) as u64);
    if let AnyCall::Setsockopt(_) = case.call {
        return stored(case).into_iter().collect();
    }
    if let Some(asked) = case.to_send() {
        let mut facts = vec![fact(say::short_write(n, asked, asked - n.min(asked)), "result")];
        facts.extend(waiting::send_buffer(case));
        return facts;
    }
    let Some(room) = case.to_receive() else { return Vec::new() };
    let datagrams = matches!(case.kind, Some(Kind::Socket { kind, .. }) if kind != libc::SOCK_STREAM);
    match n {
        0 if room == 0 => vec![fact(say::asked_for_nothing(), "result")],
        0 if case.kind.is_some_and(Kind::is_datagram) => empty_datagram(case),
        0 => peer::end_of_stream(case),
        _ if datagrams => cut(case, n, room).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn empty_datagram(case: &mut Case) -> Vec<Fact> {
    let ids = case.own_ids();
    if let Some(told) = case.told(|p| matches!(p.call, AnyCall::Shutdown(s) if s.how != libc::SHUT_WR) && p.ok() && p.on(&ids)) {
        return vec![fact(say::own_shutdown_read(&*case.name, told), "log")];
    }
    let from = case.outcome.out.as_ref().and_then(|o| o.addr.as_ref()).filter(|a| super::is_bound(a));
    vec![match from {
        Some(from) => fact(say::empty_datagram_from(from.to_string()), "recvfrom"),
        None => fact(say::empty_datagram(), "SO_TYPE"),
    }]
}

/// A datagram that was longer than the room.
fn cut(case: &Case, n: u64, room: u64) -> Option<Fact> {
    if n > room {
        return Some(fact(say::datagram_cut_to(n, room, n - room), "MSG_TRUNC"));
    }
    let flagged = case.outcome.out.as_ref().is_some_and(|o| o.msg_flags.is_some_and(|f| f & libc::MSG_TRUNC != 0));
    // The last look showed the size of the datagram in front, if nothing was received since.
    let looked = history::looks(case.cx.events).rev().find(|(_, o)| o.id == Some(case.id()));
    let size = looked.and_then(|(seq, o)| {
        let since = case.past().any(|p| p.seq > seq && p.is_receive() && p.on(&[case.id()]));
        o.probe.recv_queue.filter(|s| !since && *s > n)
    });
    match (size, flagged) {
        (Some(size), _) if flagged || n == room => Some(fact(say::datagram_cut_by(size, n, size - n), "log")),
        (_, true) => Some(fact(say::datagram_cut(n), "MSG_TRUNC")),
        _ => None,
    }
}

/// Whether a value can be compared, and as what number.
fn number(value: &OptValue) -> Option<i64> {
    match value {
        OptValue::Int(n) => Some(i64::from(*n as i32)),
        OptValue::Bool(b) => Some(i64::from(*b)),
        _ => None,
    }
}

/// An option that holds another value than was asked for.
fn stored(case: &Case) -> Option<Fact> {
    let AnyCall::Setsockopt(c) = case.call else { return None };
    let (held, _) = case.outcome.out.as_ref()?.option.as_ref()?;
    let option = by_number(c.level, c.optname)?;
    let name = option.name;
    if let (OptValue::Time(asked), OptValue::Time(held)) = (&c.optval, held) {
        let us = |d: &std::time::Duration| history::span(d.as_secs_f64() * 1e6);
        return (asked != held).then(|| fact(say::option_time(name, us(asked), us(held)), "getsockopt"));
    }
    let (asked, held) = (number(&c.optval)?, number(held)?);
    if asked == held || (option.shape == Shape::Bool && (asked != 0) == (held != 0)) {
        return None;
    }
    let limit = match (c.level, c.optname) {
        (libc::SOL_SOCKET, libc::SO_RCVBUF) => Some("rmem_max"),
        (libc::SOL_SOCKET, libc::SO_SNDBUF) => Some("wmem_max"),
        _ => None,
    };
    let most = limit.and_then(|l| procfs::sysctl(&format!("net/core/{l}"))).and_then(|s| s.parse::<i64>().ok());
    Some(match (limit, most) {
        (Some(limit), Some(most)) if held == 2 * most && asked > most => {
            fact(say::buffer_capped(asked, limit, most, held), "getsockopt")
        }
        (Some(_), _) if held == 2 * asked => fact(say::buffer_doubled(asked, held), "getsockopt"),
        (Some(_), _) if held > 2 * asked => fact(say::buffer_least(asked, held), "getsockopt"),
        _ => fact(say::option_other(name, asked, held), "getsockopt"),
    })
}

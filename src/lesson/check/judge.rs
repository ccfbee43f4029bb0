//! Judging a check: what is so, in words, and whether that is what was wanted.

use super::{Answer, Answered, Check, Facts, Peer, Queue, Verdict, What, any_of, event_name, shown_data, socket_words};
use crate::call::options::Word2;
use crate::event::Observation;
use crate::kernel::opt::OptValue;
use crate::kernel::{Addr, Kind, optshow};
use crate::text::Text;
use crate::text::messages::{check as say, check_wire as say_wire};
use crate::vocabulary::State;
use crate::vocabulary::option::{self, Opt};

pub(super) fn judge(check: &Check, facts: &mut dyn Facts) -> Verdict {
    match &check.what {
        What::Call(calls, answer) => return answered(calls, answer, check.name.as_deref(), facts),
        What::Used(command) => return used(command, check.name.as_deref(), facts),
        What::Finds(addr) => return finds(addr, facts),
        What::Waits(call) => {
            let met = facts.waits(call, check.name.as_deref());
            return Verdict { met, seen: if met { say::seen_waits(*call) } else { say::seen_waits_not(*call) } };
        }
        // Also of a socket that is closed: the kernel may still have something there.
        What::Port(state) => return port(check, *state, facts),
        What::Lab(wish) => return wish.judge(check.not, facts),
        _ => {}
    }
    let name = check.name.as_deref().unwrap_or_default();
    let Some(o) = facts.observe(name) else {
        // Only "closed" is true of what is not there.
        return Verdict { met: matches!(check.what, What::Open) && check.not && facts.known(name), seen: facts.nobody(name) };
    };
    // `None`: there is nothing to compare, and neither the wish nor its opposite is met.
    let (met, seen) = match &check.what {
        What::Open => match o.kept_by {
            Some(job) => (Some(false), say::seen_kept(name, job)),
            None => (Some(true), say::seen_open(name)),
        },
        What::State(wanted) => match o.probe.state {
            Some(state) => (Some(state.name() == wanted.name()), say::seen_state(name, state.name())),
            None => (None, say::seen_no_state(name)),
        },
        What::Bound(wanted) => bound(name, &o, wanted.as_ref()),
        What::BoundPort(port) => {
            let (is, seen) = bound(name, &o, None);
            (is.map(|b| b && own(&o).and_then(Addr::port) == Some(*port)), seen)
        }
        What::BoundName { path } => {
            let (is, seen) = bound(name, &o, None);
            let fits = match own(&o) {
                Some(Addr::Path(_)) => *path,
                Some(Addr::Abstract(_)) => !*path,
                _ => false,
            };
            (is.map(|b| b && fits), seen)
        }
        What::Socket(family, kind) => socket(name, &o, *family, *kind),
        What::Same(other) => match facts.same(name, other) {
            Some(true) => (Some(true), say::seen_same(name, other)),
            Some(false) => (Some(false), say::seen_not_same(name, other)),
            None => (None, facts.nobody(other)),
        },
        What::Connected(wanted) => connected(name, &o, wanted.as_ref(), facts),
        What::Nonblock(wanted) => {
            let seen = if o.probe.nonblock { say::seen_nonblock(name) } else { say::seen_blocking(name) };
            match o.kept_by {
                Some(job) => (None, say::seen_kept(name, job)),
                // The look tells the flag of sockets alone.
                None if !o.kind.is_some_and(Kind::is_socket) => (None, say::seen_no_state(name)),
                None => (Some(o.probe.nonblock == *wanted), seen),
            }
        }
        What::Ready(events) => ready(name, &o, *events, facts),
        What::Amount(queue, count) => {
            let (n, seen) = amount(name, &o, *queue);
            (n.map(|n| count.meets(n)), seen)
        }
        What::Datagram => datagram(name, &o),
        What::Option(word, wanted) => option(name, &o, word, wanted, facts),
        What::On(host) => (Some(o.host.name() == host), say_wire::seen_on(name, o.host.name())),
        What::Call(..) | What::Used(_) | What::Finds(_) | What::Waits(_) | What::Port(_) | What::Lab(_) => {
            (None, say::seen_no_state(name))
        }
    };
    Verdict { met: met.is_some_and(|m| m != check.not), seen }
}

type Seen = (Option<bool>, Text);

/// An address of its own: a port, or a unix name.
fn own(o: &Observation) -> Option<&Addr> {
    o.probe.local.as_ref().filter(|a| match a {
        Addr::Unnamed | Addr::Unspec => false,
        a => a.port() != Some(0),
    })
}

fn bound(name: &str, o: &Observation, wanted: Option<&Addr>) -> Seen {
    match (own(o), wanted) {
        (None, _) => (Some(false), say::seen_unbound(name)),
        (Some(a), None) => (Some(true), say::seen_bound(name, a.to_string())),
        (Some(a), Some(wanted)) => (Some(same(a, wanted)), say::seen_bound(name, a.to_string())),
    }
}

/// Port 0 stands for any port.
fn same(a: &Addr, wanted: &Addr) -> bool {
    match (a.port(), wanted.port()) {
        (Some(port), Some(0)) => a.with_port(port).ip() == wanted.ip(),
        (Some(port), Some(other)) => port == other && a.ip() == wanted.ip(),
        _ => a == wanted,
    }
}

fn connected(name: &str, o: &Observation, wanted: Option<&Peer>, facts: &mut dyn Facts) -> Seen {
    let seen = match &o.probe.peer {
        None => return (Some(false), say::seen_no_peer(name)),
        Some(Addr::Unnamed) => say::seen_peer_unnamed(name),
        Some(a) => say::seen_peer(name, a.to_string()),
    };
    let met = match (&o.probe.peer, wanted) {
        (_, None) => true,
        (Some(peer), Some(Peer::At(a))) => same(peer, a),
        (_, Some(Peer::Named(other))) => match facts.observe(other) {
            None => return (None, facts.nobody(other)),
            Some(p) => meets(name, o, other, &p, facts),
        },
        (None, _) => false,
    };
    (Some(met), seen)
}

/// Whether `other` is the other end, or the listener that was called.
fn meets(name: &str, o: &Observation, other: &str, p: &Observation, facts: &mut dyn Facts) -> bool {
    let (Some(peer), Some(local)) = (&o.probe.peer, &p.probe.local) else { return false };
    if o.kind.is_some_and(Kind::is_unix) {
        if p.probe.state == Some(State::Listen) {
            return peer == local && *peer != Addr::Unnamed;
        }
        return facts.joined(name, other).unwrap_or(false);
    }
    let protocol = |o: &Observation| match o.kind {
        Some(Kind::Socket { kind, protocol, .. }) => Some((kind, protocol)),
        _ => None,
    };
    let called = peer.port() == local.port() && (peer.ip() == local.ip() || local.is_any());
    // A connected one must also have us for its peer; a listener or an unconnected datagram socket has none.
    let answers = match (&p.probe.peer, &o.probe.local) {
        (Some(back), Some(own)) => back.port() == own.port() && back.ip() == own.ip(),
        (back, _) => back.is_none(),
    };
    protocol(o) == protocol(p) && called && answers
}

fn ready(name: &str, o: &Observation, events: i16, facts: &mut dyn Facts) -> Seen {
    match facts.ready(name, events) {
        None => (None, o.kept_by.map_or_else(|| say::seen_no_queue(name), |job| say::seen_kept(name, job))),
        Some(0) => (Some(false), say::seen_no_events(name, event_name(events))),
        Some(got) => (Some(got & events != 0), say::seen_events(name, event_name(got))),
    }
}

fn amount(name: &str, o: &Observation, queue: Queue) -> (Option<u64>, Text) {
    let listens = o.probe.state == Some(State::Listen);
    let datagrams = o.kind.is_some_and(takes_datagrams);
    match (queue, o.probe.recv_queue, o.probe.send_queue) {
        (Queue::Waiting, Some(n), _) if listens => (Some(n), say::seen_waiting(name, n)),
        (Queue::Waiting, ..) => (None, say::seen_not_listening(name)),
        (Queue::Bytes, None, _) if datagrams => (None, say::seen_no_datagram(name)),
        (Queue::Bytes, Some(n), _) if datagrams && !in_all(o) => (Some(n), say::seen_next_datagram(name, n)),
        (Queue::Bytes, Some(n), _) if !listens => (Some(n), say::seen_bytes(name, n)),
        (Queue::Unacked, _, Some(n)) if o.kind.is_some_and(Kind::is_tcp) => (Some(n), say::seen_unacked(name, n)),
        (Queue::Unacked, _, Some(n)) => (Some(n), say::seen_send_memory(name, n)),
        _ => (None, say::seen_no_queue(name)),
    }
}

/// Message boundaries: datagrams, and the messages of SOCK_SEQPACKET.
fn takes_datagrams(kind: Kind) -> bool {
    matches!(kind, Kind::Socket { kind, .. } if kind != libc::SOCK_STREAM)
}

fn datagram(name: &str, o: &Observation) -> Seen {
    match o.probe.recv_queue {
        _ if !o.kind.is_some_and(takes_datagrams) || o.probe.state == Some(State::Listen) => (None, say::seen_not_datagrams(name)),
        Some(n) if in_all(o) => (Some(true), say::seen_bytes(name, n)),
        Some(n) => (Some(true), say::seen_next_datagram(name, n)),
        None => (Some(false), say::seen_no_datagram(name)),
    }
}

/// Its figure counts all messages that wait, and not the next one alone (unix_inq_len).
fn in_all(o: &Observation) -> bool {
    matches!(o.kind, Some(Kind::Socket { kind: libc::SOCK_SEQPACKET, .. }))
}

fn option(name: &str, o: &Observation, word: &Word2, wanted: &OptValue, facts: &mut dyn Facts) -> Seen {
    let option = meant(word, o.kind);
    match facts.option(name, option) {
        None => (None, o.kept_by.map_or_else(|| say::seen_no_option(name, option.name), |job| say::seen_kept(name, job))),
        Some(Err(e)) => (None, say::seen_option_failed(name, option.name, e.name().as_ref())),
        Some(Ok(value)) => (Some(equal(&value, wanted)), say::seen_option(name, option.name, optshow::show(&value))),
    }
}

/// Where several levels share the name, the one of the socket's own family and type.
fn meant(word: &Word2, kind: Option<Kind>) -> &'static Opt {
    let short = word.option.short();
    match kind {
        Some(Kind::Socket { domain, kind, protocol }) if word.level.is_none() => option::levels_of(domain, kind, protocol)
            .into_iter()
            .find_map(|l| option::called(&short).find(|o| o.level == l))
            .unwrap_or(word.option),
        _ => word.option,
    }
}

fn equal(a: &OptValue, b: &OptValue) -> bool {
    let number = |v: &OptValue| match v {
        OptValue::Int(n) => Some(*n),
        OptValue::Bool(b) => Some(i64::from(*b)),
        _ => None,
    };
    match (a, b, number(a), number(b)) {
        (_, _, Some(a), Some(b)) => a == b,
        // Off is off, whatever seconds stand beside it.
        (OptValue::Linger(false, _), OptValue::Linger(false, _), ..) => true,
        (a, b, ..) => a == b,
    }
}

fn socket(name: &str, o: &Observation, family: Option<i32>, kind: Option<i32>) -> Seen {
    let Some(Kind::Socket { domain, kind: own, .. }) = o.kind else { return (Some(false), say::seen_no_socket_at_all(name)) };
    let met = family.is_none_or(|f| f == domain) && kind.is_none_or(|k| k == own);
    (Some(met), say::seen_socket(name, socket_words(Some(domain), Some(own))))
}

fn used(command: &str, name: Option<&str>, facts: &mut dyn Facts) -> Verdict {
    match facts.used(command, name) {
        Some(true) => Verdict { met: true, seen: say::seen_used(command) },
        Some(false) => Verdict { met: false, seen: say::seen_not_used(command) },
        None => Verdict { met: false, seen: say::seen_no_command(command) },
    }
}

fn finds(addr: &Addr, facts: &mut dyn Facts) -> Verdict {
    let addr_text = addr.to_string();
    match facts.found(addr) {
        Some(true) => Verdict { met: true, seen: say::seen_found(addr_text) },
        Some(false) => Verdict { met: false, seen: say::seen_found_nobody(addr_text) },
        None => Verdict { met: false, seen: say::seen_not_asked() },
    }
}

fn port(check: &Check, wanted: State, facts: &mut dyn Facts) -> Verdict {
    let name = check.name.as_deref().unwrap_or_default();
    let Some((port, states)) = facts.port_states(name) else { return Verdict { met: false, seen: say::seen_no_port(name) } };
    let met = states.iter().any(|s| s.name() == wanted.name()) != check.not;
    let list = states.iter().map(|s| format!("`{}`", s.name())).collect::<Vec<_>>().join(", ");
    let seen = if states.is_empty() { say::seen_port_free(port) } else { say::seen_port(port, list) };
    Verdict { met, seen }
}

fn answered(calls: &[&'static str], wanted: &Answer, name: Option<&str>, facts: &mut dyn Facts) -> Verdict {
    let mut answers = facts.answers(name);
    answers.retain(|a| calls.contains(&a.call));
    if answers.is_empty()
        && let Some(name) = name
        && facts.observe(name).is_none()
    {
        return Verdict { met: false, seen: facts.nobody(name) };
    }
    let met = answers.iter().any(|a| match (wanted, a.ret) {
        (Answer::Success, ret) => ret.is_ok(),
        (Answer::Failure(None), ret) => ret.is_err(),
        (Answer::Failure(Some(e)), ret) => ret == Err(*e),
        (Answer::Returns(count), Ok(n)) => u64::try_from(n).is_ok_and(|n| count.meets(n)),
        (Answer::Gets(data), Ok(n)) => {
            a.data.as_ref().is_some_and(|d| d.len == n as u64 && d.len == data.len() as u64 && d.bytes[..] == data[..d.bytes.len()])
        }
        _ => false,
    });
    let wants_data = matches!(wanted, Answer::Gets(_));
    let word = |a: &Answered| match (a.ret, &a.data) {
        (Err(e), _) => e.name().into_owned(),
        (Ok(_), Some(data)) if wants_data => shown_data(&data.bytes[..data.bytes.len().min(40)]),
        (Ok(n), _) => n.to_string(),
    };
    let call = || any_of(calls);
    let seen = match (&answers[..], name) {
        ([], Some(name)) => say::seen_no_answer_on(call(), name),
        ([], None) => say::seen_no_answer(call()),
        ([Answered { ret: Ok(_), .. }], _) if matches!(wanted, Answer::Success | Answer::Failure(_)) => say::seen_succeeded(call()),
        ([a @ Answered { ret: Ok(_), data: Some(_), .. }], _) if wants_data => say::seen_got(call(), word(a)),
        ([a @ Answered { ret: Ok(_), .. }], _) => say::seen_returned(call(), word(a)),
        ([a], _) => say::seen_failed(call(), word(a)),
        (many, _) => {
            let last = &many[many.len().saturating_sub(8)..];
            let list = last.iter().map(|a| format!("`{}`", word(a))).collect::<Vec<_>>().join(", ");
            say::seen_answers(call(), if many.len() > 8 { format!("…, {list}") } else { list })
        }
    };
    Verdict { met, seen }
}

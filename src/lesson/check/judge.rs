//! Judging a check: what is so, in words, and whether that is what was wanted.

use super::{Answer, Check, Facts, Peer, Queue, Verdict, What, event_name};
use crate::call::options::Word2;
use crate::event::Observation;
use crate::grammar::nearest::nearest;
use crate::kernel::opt::OptValue;
use crate::kernel::{Addr, Kind, optshow};
use crate::text::Text;
use crate::text::messages::check as say;
use crate::vocabulary::option::{self, Opt};
use crate::vocabulary::{Errno, State};

pub(super) fn judge(check: &Check, facts: &mut dyn Facts) -> Verdict {
    if let What::Call(call, answer) = &check.what {
        return answered(call, *answer, check.name.as_deref(), facts);
    }
    let name = check.name.as_deref().unwrap_or_default();
    let Some(o) = facts.observe(name) else {
        // Only "closed" is true of what is not there.
        return Verdict { met: matches!(check.what, What::Open) && check.not, seen: nobody(name, facts) };
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
        What::Call(..) => (None, say::seen_no_state(name)),
    };
    Verdict { met: met.is_some_and(|m| m != check.not), seen }
}

fn nobody(name: &str, facts: &dyn Facts) -> Text {
    let names = facts.names();
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => say::seen_no_socket_near(name, near),
        None => say::seen_no_socket(name),
    }
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
            None => return (None, nobody(other, facts)),
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
        (Queue::Bytes, Some(n), _) if datagrams => (Some(n), say::seen_next_datagram(name, n)),
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
        Some(n) => (Some(true), say::seen_next_datagram(name, n)),
        None => (Some(false), say::seen_no_datagram(name)),
    }
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

fn answered(call: &str, wanted: Answer, name: Option<&str>, facts: &mut dyn Facts) -> Verdict {
    if let Some(name) = name
        && facts.observe(name).is_none()
    {
        return Verdict { met: false, seen: nobody(name, facts) };
    }
    let answers = facts.answers(call, name);
    let met = answers.iter().any(|a| match wanted {
        Answer::Success => *a == 0,
        Answer::Failure(None) => *a != 0,
        Answer::Failure(Some(e)) => *a == e.0,
    });
    let word = |a: &i32| if *a == 0 { "0".to_string() } else { Errno(*a).name().into_owned() };
    let seen = match (&answers[..], name) {
        ([], Some(name)) => say::seen_no_answer_on(call, name),
        ([], None) => say::seen_no_answer(call),
        ([0], _) => say::seen_succeeded(call),
        ([errno], _) => say::seen_failed(call, word(errno)),
        (many, _) => {
            let shown = many.iter().take(8).map(|a| format!("`{}`", word(a))).collect::<Vec<_>>().join(", ");
            say::seen_answers(call, if many.len() > 8 { format!("{shown}, …") } else { shown })
        }
    };
    Verdict { met, seen }
}

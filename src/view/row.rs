//! A socket on one line, as it stands after a step.

use crate::event::Observation;
use crate::kernel::{Addr, Kind, Probe};
use crate::markup::{Role, Span};
use crate::text::Lang;
use crate::text::messages::said;
use crate::vocabulary::{State, kind_name};

/// What a descriptor is, in words: `inet stream (TCP)`.
pub fn kind(kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Socket { domain, kind, protocol }) => kind_name(domain, kind, protocol),
        Some(Kind::Epoll) => "epoll".into(),
        Some(Kind::File) => "file".into(),
        None => String::new(),
    }
}

fn shown(addr: &Addr, lang: Lang) -> String {
    match addr {
        Addr::Unnamed => said::peer_unnamed().in_lang(lang),
        a => a.to_string(),
    }
}

/// Whether the address says anything yet: not `0.0.0.0:0`.
pub fn has_address(addr: &Addr) -> bool {
    match addr {
        Addr::Unnamed | Addr::Unspec => false,
        a => !a.is_any() || a.port() != Some(0),
    }
}

/// The host of the lab it was born on.
pub fn host(seen: &Observation) -> Vec<Span> {
    match seen.host.is_local() {
        true => Vec::new(),
        false => vec![Span::new(Role::Host, seen.host.name().to_string()), Span::plain(" ")],
    }
}

/// Name, descriptor, kind, state, addresses, queues.
pub fn row(seen: &Observation, lang: Lang) -> Vec<Span> {
    let gap = || Span::plain("   ");
    let mut spans = host(seen);
    spans.push(Span::new(Role::Name, seen.socket.clone().unwrap_or_else(|| "-".into())));
    if let Some(fd) = seen.fd {
        spans.extend([gap(), Span::plain("fd "), Span::new(Role::Number, fd.to_string())]);
    }
    spans.extend([gap(), Span::plain(kind(seen.kind))]);
    let p = &seen.probe;
    if let Some(state) = p.state {
        spans.extend([gap(), Span::new(Role::State, state.name())]);
    }
    let local = p.local.as_ref().filter(|a| has_address(a));
    match (local, p.peer.as_ref()) {
        (None, None) => {}
        (Some(l), None) => spans.extend([gap(), Span::new(Role::Address, shown(l, lang))]),
        (l, Some(peer)) => {
            spans.push(gap());
            let l = l.or(p.local.as_ref()).map(|a| shown(a, lang)).unwrap_or_default();
            spans.push(Span::new(Role::Address, l));
            spans.push(Span::plain(" → "));
            spans.push(Span::new(Role::Address, shown(peer, lang)));
        }
    }
    queues(seen, lang, &mut spans);
    if p.nonblock {
        spans.extend([gap(), Span::new(Role::Dim, "O_NONBLOCK")]);
    }
    if let Some(job) = seen.kept_by {
        spans.extend([gap(), Span::new(Role::Dim, said::kept_by(job).in_lang(lang))]);
    }
    spans
}

fn queues(seen: &Observation, lang: Lang, spans: &mut Vec<Span>) {
    let p = &seen.probe;
    let mut add = |text: crate::text::Text| {
        spans.push(Span::plain("   "));
        spans.push(Span::new(Role::Number, text.in_lang(lang)));
    };
    if p.state == Some(State::Listen) {
        if let (Some(waiting), Some(most)) = (p.recv_queue, p.backlog) {
            add(said::queue_waiting(waiting, most));
        }
        return;
    }
    match receiving(seen) {
        Some(Receiving::Datagram(n, Some(mem))) => add(said::queue_datagram(n, mem)),
        Some(Receiving::Datagram(n, None)) => add(said::queue_next(n)),
        Some(Receiving::Messages(n)) => add(said::queue_messages(n)),
        Some(Receiving::Bytes(n)) if n > 0 => add(said::queue_unread(n)),
        _ => {}
    }
    match sending(seen) {
        None | Some(Sending::Memory(0) | Sending::Unacked(0)) => {}
        Some(Sending::Memory(n)) => add(said::queue_memory(n)),
        Some(Sending::Unacked(n)) => add(said::queue_unacked(n)),
        Some(Sending::Fin) => add(said::queue_fin()),
        Some(Sending::UnackedFin(n)) => add(said::queue_unacked_fin(n)),
    }
}

/// What waits to be received, as far as a figure of the kernel's tells it (SIOCINQ, unix(7), udp(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiving {
    /// A stream: all its bytes.
    Bytes(u64),
    /// SOCK_SEQPACKET: the bytes of all its messages.
    Messages(u64),
    /// The next datagram's bytes, and the kernel memory of all that wait. A unix datagram's memory is charged to its sender.
    Datagram(u64, Option<u64>),
    /// Kernel memory; the size of what waits is not known.
    Memory(u64),
}

/// The receive queue of a socket; none where it has none, or nothing waits there.
pub fn receiving(seen: &Observation) -> Option<Receiving> {
    let Probe { recv_queue, recv_mem, .. } = seen.probe;
    let memory = recv_mem.filter(|_| !seen.kind.is_some_and(Kind::is_unix));
    match (seen.kind, recv_queue) {
        (Some(Kind::Socket { kind: libc::SOCK_SEQPACKET, .. }), Some(n)) => Some(Receiving::Messages(n)),
        (Some(Kind::Socket { kind: libc::SOCK_STREAM, .. }) | None, Some(n)) if recv_mem.is_none() => Some(Receiving::Bytes(n)),
        (_, Some(n)) => Some(Receiving::Datagram(n, memory)),
        (_, None) => memory.map(Receiving::Memory),
    }
}

/// What the figure of the send queue counts.
pub enum Sending {
    /// Not TCP: kernel memory.
    Memory(u64),
    /// Bytes of data that the peer has not acknowledged.
    Unacked(u64),
    /// Nothing but the FIN is still to be acknowledged.
    Fin,
    /// Bytes of data, and the FIN behind them.
    UnackedFin(u64),
}

/// The send queue of a socket, if it has one.
pub fn sending(seen: &Observation) -> Option<Sending> {
    let n = seen.probe.send_queue?;
    // A FIN that is still to be acknowledged counts as one (tcp_ioctl: write_seq - snd_una), and is no byte of data.
    let fin = matches!(seen.probe.state, Some(State::FinWait1 | State::Closing | State::LastAck));
    Some(match (seen.kind.is_some_and(Kind::is_tcp), fin, n) {
        (false, ..) => Sending::Memory(n),
        (true, false, _) | (true, true, 0) => Sending::Unacked(n),
        (true, true, 1) => Sending::Fin,
        (true, true, _) => Sending::UnackedFin(n - 1),
    })
}

//! Everything about one socket, in groups.

use super::grid::{Cell, cell, pairs, said};
use super::row::{self, Receiving, Sending};
use crate::event::{InspectedOption, Inspection, TcpInfo};
use crate::kernel::opt::OptValue;
use crate::kernel::tcpinfo::{self, Special};
use crate::kernel::{Addr, Kind, Probe, optshow};
use crate::markup::{Doc, Role, Span};
use crate::text::messages::{look as say, said as told};
use crate::text::{Lang, Text};
use crate::vocabulary::{State, kind_name, option};

/// Identity, names and queues, options by level, TCP_INFO, and what was left alone.
pub fn inspect(i: &Inspection, lang: Lang, width: usize) -> Doc {
    let mut doc = Doc::new();
    doc.line(2, title(i));
    pairs(&mut doc, 2, identity(i, lang), width);
    section(&mut doc, said(Role::Heading, &say::head_names(), lang));
    pairs(&mut doc, 2, names(i, lang), width);
    let mut rest = &i.options[..];
    while let Some(first) = rest.first() {
        let end = rest.iter().position(|o| o.level != first.level).unwrap_or(rest.len());
        section(&mut doc, cell(Role::Heading, first.level));
        pairs(&mut doc, 2, rest[..end].iter().map(|o| option_pair(o, lang)).collect(), width);
        rest = &rest[end..];
    }
    if let Some(tcp) = &i.tcp {
        section(&mut doc, said(Role::Heading, &say::head_tcp_info(), lang));
        pairs(&mut doc, 2, tcp_pairs(tcp, lang), width);
    }
    if !i.untouched.is_empty() {
        section(&mut doc, said(Role::Plain, &say::head_untouched(), lang));
        let name = i.look.socket.as_deref().unwrap_or_default();
        for option in &i.untouched {
            doc.line(4, vec![Span::new(Role::Try, format!("getsockopt {name} {}", short(option)))]);
        }
    }
    doc
}

fn section(doc: &mut Doc, heading: Cell) {
    doc.push(crate::markup::Block::Blank);
    doc.line(2, heading);
}

fn title(i: &Inspection) -> Vec<Span> {
    let mut spans = vec![Span::new(Role::Name, i.look.socket.clone().unwrap_or_default())];
    let kind = match i.look.kind {
        Some(Kind::Socket { domain, kind, protocol }) => kind_name(domain, kind, protocol),
        Some(Kind::Epoll) => "epoll".into(),
        Some(Kind::File) => "file".into(),
        None => String::new(),
    };
    spans.push(Span::plain(format!("   {kind}")));
    if let Some(state) = i.look.probe.state {
        spans.push(Span::new(Role::State, format!("   {}", state.name())));
    }
    spans
}

fn identity(i: &Inspection, lang: Lang) -> Vec<(Cell, Cell)> {
    let mut all = Vec::new();
    let mut add = |label: Text, role: Role, value: Option<String>| {
        all.extend(value.filter(|v| !v.is_empty()).map(|v| (said(Role::Dim, &label, lang), cell(role, v))));
    };
    add(say::label_fd(), Role::Number, i.look.fd.map(|n| n.to_string()));
    add(say::label_pid(), Role::Number, Some(i.pid.to_string()));
    add(say::label_inode(), Role::Number, i.inode.map(|n| n.to_string()));
    add(say::label_cookie(), Role::Number, i.cookie.map(|n| n.to_string()));
    add(say::label_flags(), Role::Constant, i.flags.clone());
    add(say::label_shared(), Role::Name, Some(i.shared_with.join(" ")));
    all
}

fn names(i: &Inspection, lang: Lang) -> Vec<(Cell, Cell)> {
    let p: &Probe = &i.look.probe;
    let mut all = Vec::new();
    let mut add = |label: Text, value: Option<Cell>| all.extend(value.map(|v| (said(Role::Dim, &label, lang), v)));
    let number = |t: Text| said(Role::Number, &t, lang);
    let address = |a: &Addr| match a {
        Addr::Unnamed => said(Role::Dim, &say::unnamed(), lang),
        a => cell(Role::Address, a.to_string()),
    };
    add(say::label_local(), p.local.as_ref().map(address));
    if i.look.kind.is_some_and(Kind::is_socket) {
        add(say::label_peer(), Some(p.peer.as_ref().map_or_else(|| said(Role::Dim, &say::none(), lang), address)));
    }
    if p.state == Some(State::Listen) {
        add(say::label_accept_queue(), p.recv_queue.map(|n| cell(Role::Number, n.to_string())));
        add(say::label_backlog(), p.backlog.map(|n| cell(Role::Number, n.to_string())));
        return all;
    }
    let waits = row::receiving(&i.look);
    let unix = i.look.kind.is_some_and(Kind::is_unix);
    match waits {
        Some(Receiving::Datagram(n, _)) => add(say::label_recv_queue(), Some(number(say::next_datagram(n)))),
        Some(Receiving::Messages(n)) => add(say::label_recv_queue(), Some(number(say::bytes_of_messages(n)))),
        Some(Receiving::Bytes(n)) => add(say::label_recv_queue(), Some(number(say::bytes(n)))),
        // No more than a look whether it is readable tells it of a unix socket.
        None if p.recv_mem.is_some() && unix => add(say::label_recv_queue(), Some(said(Role::Dim, &say::nothing_queued(), lang))),
        Some(Receiving::Memory(0)) => add(say::label_recv_queue(), Some(said(Role::Dim, &say::nothing_queued(), lang))),
        Some(Receiving::Memory(_)) | None => {}
    }
    if let Some(Receiving::Datagram(_, Some(n)) | Receiving::Memory(n)) = waits {
        add(say::label_recv_mem(), Some(number(say::bytes_memory(n))));
    }
    let sending = row::sending(&i.look).map(|sending| match sending {
        Sending::Memory(n) => say::bytes_memory(n),
        Sending::Unacked(n) => say::bytes_unacked(n),
        Sending::Fin => told::queue_fin(),
        Sending::UnackedFin(n) => say::bytes_fin_unacked(n),
    });
    add(say::label_send_queue(), sending.map(number));
    all
}

fn option_pair(o: &InspectedOption, lang: Lang) -> (Cell, Cell) {
    let value = match &o.value {
        // ~0 (socket(7)): 64 bits read as a signed number.
        Ok(OptValue::Int(-1)) if o.name == "SO_MAX_PACING_RATE" => said(Role::Dim, &say::no_limit(), lang),
        Ok(value) => cell(Role::Number, optshow::show(value)),
        Err(e) if e.is_answer() => cell(Role::Answer, e.name().into_owned()),
        Err(e) => cell(Role::Bad, e.name().into_owned()),
    };
    (cell(Role::Constant, o.name), value)
}

fn tcp_pairs(tcp: &TcpInfo, lang: Lang) -> Vec<(Cell, Cell)> {
    let show = |(name, value, unit): &(&'static str, u64, &'static str)| {
        let shown = match (tcpinfo::special(name, *value), tcpinfo::named(name, *value)) {
            (Some(Special::NoLimit), _) => said(Role::Dim, &say::no_limit(), lang),
            (Some(Special::NotMeasured), _) => said(Role::Dim, &say::not_measured(), lang),
            (None, Some(words)) => cell(Role::Constant, words),
            (None, None) => {
                let mut spans = cell(Role::Number, value.to_string());
                spans.extend(cell(Role::Dim, if unit.is_empty() { String::new() } else { format!(" {unit}") }));
                spans
            }
        };
        (cell(Role::Plain, *name), shown)
    };
    tcp.fields.iter().map(show).collect()
}

/// `SO_ERROR` as it would be typed.
fn short(name: &str) -> String {
    option::OPTIONS.iter().find(|o| o.name == name).map_or_else(|| name.to_string(), |o| o.short())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Observation;
    use crate::kernel::Place;
    use crate::markup::{Style, render, width};
    use crate::vocabulary::Errno;

    fn sample() -> Inspection {
        let kind = Kind::Socket { domain: libc::AF_INET, kind: libc::SOCK_STREAM, protocol: libc::IPPROTO_TCP };
        let option = |level, name, value| InspectedOption { level, name, value };
        Inspection {
            look: Observation {
                socket: Some("client".into()),
                id: Some(1),
                fd: Some(4),
                host: Place::Local,
                kind: Some(kind),
                probe: Probe { state: Some(State::Established), send_queue: Some(5), ..Probe::default() },
                kept_by: None,
            },
            inode: Some(77),
            cookie: Some(12),
            pid: 99,
            shared_with: vec!["d".into()],
            flags: Some("O_RDWR|O_NONBLOCK".into()),
            options: vec![
                option("SOL_TCP", "TCP_NODELAY", Ok(OptValue::Bool(true))),
                option("SOL_TCP", "TCP_CONGESTION", Ok(OptValue::Text("cu\u{1b}bic".into()))),
                option("SOL_SOCKET", "SO_PEERNAME", Err(Errno(libc::ENOTCONN))),
                option("SOL_SOCKET", "SO_X", Ok(OptValue::Bytes(vec![7; 32]))),
            ],
            tcp: Some(TcpInfo {
                fields: vec![("tcpi_state", 1, ""), ("tcpi_rtt", 33, "µs"), ("tcpi_snd_ssthresh", 0x7fff_ffff, "MSS")],
            }),
            untouched: vec!["SO_ERROR"],
        }
    }

    fn shown(lang: Lang, columns: usize) -> String {
        let mut out = String::new();
        render(&inspect(&sample(), lang, columns), Style { width: columns, ..Style::PLAIN }, &mut out);
        out
    }

    #[test]
    fn groups_stand_in_order() {
        let out = shown(Lang::En, 60);
        let at = |words: &str| out.find(words).unwrap_or_else(|| panic!("{words} is missing:\n{out}"));
        let order = ["client   inet stream (TCP)   ESTABLISHED", "inode", "names and queues", "5 bytes not yet acknowledged"];
        let order =
            order.iter().chain(&["SOL_TCP", "TCP_NODELAY", "SOL_SOCKET", "ENOTCONN", "TCP_INFO", "getsockopt client error"]);
        let places: Vec<usize> = order.map(|w| at(w)).collect();
        assert!(places.is_sorted(), "{out}");
        assert!(out.contains("33 µs") && out.contains("no limit") && out.contains("cu\\u{1b}bic"), "{out}");
        assert!(shown(Lang::Zh, 60).contains("字节尚未确认"));
    }

    #[test]
    fn a_fin_on_its_way_is_no_byte() {
        let told = |state, queue| {
            let mut seen = sample();
            (seen.look.probe.state, seen.look.probe.send_queue) = (Some(state), Some(queue));
            let mut out = String::new();
            render(&inspect(&seen, Lang::En, 60), Style { width: 60, ..Style::PLAIN }, &mut out);
            out
        };
        for state in [State::FinWait1, State::Closing, State::LastAck] {
            assert!(told(state, 1).contains("  the FIN not yet acknowledged"), "{state:?}");
            assert!(told(state, 6).contains("  5 bytes and the FIN not yet acknowledged"), "{state:?}");
        }
        for state in [State::Established, State::CloseWait, State::FinWait2] {
            assert!(told(state, 1).contains("  1 bytes not yet acknowledged"), "{state:?}");
        }
    }

    #[test]
    fn lines_fit() {
        for columns in 50..150 {
            for line in shown(Lang::En, columns).lines().chain(shown(Lang::Zh, columns).lines()) {
                assert!(width(line) <= columns, "{columns}: {line}");
            }
        }
    }
}

//! Frames on the wire: the line that tells of one as it happens, and the table of `packets`.

mod notes;
mod table;

#[cfg(test)]
mod tests;

use crate::event::{Cause, End, Fate, Frame};
use crate::markup::{Block, Doc, Piece, Role, Span, inline};
use crate::packet::decode::{icmp_code_name, icmp_name, icmpv6_code_name, icmpv6_name, protocol_name};
use crate::packet::{Field, FieldId, Proto, Tcp, decode, ids};
use crate::text::messages::frame as say;
use crate::text::{Lang, Text};
use crate::vocabulary::State;

pub use notes::{cause, note};
pub use table::packets;

/// What a frame says, in a few words: `SYN+ACK seq 0 ack 1`, `who has 10.0.0.2? asks 10.0.0.1`.
pub fn what(f: &Frame, lang: Lang) -> Vec<Span> {
    let s = &f.summary;
    let text = |t: Text| vec![Span::plain(t.plain(lang))];
    if let Some((offset, more)) = s.fragment {
        let mut spans = vec![Span::new(Role::Constant, if s.src.is_some_and(|a| a.is_ipv6()) { "IPv6 " } else { "IPv4 " })];
        spans.extend(text(if more { say::fragment_more(offset) } else { say::is_fragment(offset) }));
        number(&mut spans, "len", s.len);
        return spans;
    }
    let address = |ip: Option<std::net::IpAddr>| ip.map_or("?".to_string(), |ip| ip.to_string());
    match (s.proto, s.kind) {
        (Proto::Tcp, _) => tcp(f),
        (Proto::Udp, _) => {
            let mut spans = vec![Span::new(Role::Constant, "UDP")];
            if let (Some(from), Some(to)) = (s.src_port, s.dst_port) {
                spans.extend([Span::plain(" "), Span::new(Role::Number, from.to_string()), Span::plain(" → ")]);
                spans.push(Span::new(Role::Number, to.to_string()));
            }
            number(&mut spans, "len", s.len);
            spans
        }
        (Proto::Arp, Some((1, _))) => [named("ARP "), text(say::arp_asks(address(s.dst), address(s.src)))].concat(),
        (Proto::Arp, Some((2, _))) => {
            let mac = shown(f, ids::ARP_SRC_HW);
            [named("ARP "), text(say::arp_tells(address(s.src), mac))].concat()
        }
        (Proto::Arp, _) => named("ARP"),
        (Proto::Icmp, Some((kind, code))) => {
            icmp("ICMP ", [icmp_name(kind.into()), icmp_code_name(kind.into(), code.into())], kind, code, s.len)
        }
        (Proto::Icmpv6, Some((135, _))) => [named("ICMPv6 "), text(say::nd_asks(shown(f, ids::ND_TARGET)))].concat(),
        (Proto::Icmpv6, Some((136, _))) => [named("ICMPv6 "), text(say::nd_tells(shown(f, ids::ND_TARGET)))].concat(),
        (Proto::Icmpv6, Some((kind, code))) => {
            icmp("ICMPv6 ", [icmpv6_name(kind.into()), icmpv6_code_name(kind.into(), code.into())], kind, code, s.len)
        }
        (Proto::Ip, _) => {
            let mut spans = named("IP ");
            spans.push(Span::plain(above_ip(f)));
            number(&mut spans, "len", s.len);
            spans
        }
        (Proto::Ether, _) => text(say::ether_type(format!("0x{:04x}", s.ether_type))),
        (proto, _) => named(match proto {
            Proto::Icmp => "ICMP",
            Proto::Icmpv6 => "ICMPv6",
            _ => "IGMP",
        }),
    }
}

fn named(name: &'static str) -> Vec<Span> {
    vec![Span::new(Role::Constant, name)]
}

/// A field of the frame, as it is shown.
fn shown(f: &Frame, id: FieldId) -> String {
    decode(&f.bytes).field(id).map_or("?".into(), |field| field.shown.clone())
}

/// The protocol above IP: the last header before it names it.
fn above_ip(f: &Frame) -> String {
    let naming = [ids::IP_PROTO, ids::IPV6_NEXT, ids::IPV6_EXT_NEXT];
    let decoded = decode(&f.bytes);
    let mut own = decoded.layers.iter().filter(|l| !l.quoted).flat_map(|l| &l.fields).filter(|field| naming.contains(&field.id));
    let number = own.next_back().and_then(Field::number);
    number.map_or("?".into(), |n| protocol_name(n).map_or(n.to_string(), str::to_string))
}

/// `names`: the message's, and what its code says more.
fn icmp(proto: &'static str, names: [Option<&'static str>; 2], kind: u16, code: u8, len: u32) -> Vec<Span> {
    let mut spans = named(proto);
    let [name, more] = names;
    spans.push(Span::plain(name.map_or(format!("type {kind}"), str::to_string)));
    match more {
        Some(more) => spans.push(Span::plain(format!(": {more}"))),
        None if code > 0 => number(&mut spans, "code", code.into()),
        None => {}
    }
    number(&mut spans, "len", len);
    spans
}

fn number(spans: &mut Vec<Span>, label: &str, n: u32) {
    spans.extend([Span::plain(format!(" {label} ")), Span::new(Role::Number, n.to_string())]);
}

fn tcp(f: &Frame) -> Vec<Span> {
    let Some(tcp) = f.summary.tcp else { return named("TCP") };
    let mut spans = flags(&tcp);
    // Without a number to count from the header's own stands there, so marked.
    let mut count = |label: &str, rel: Option<u32>, own: u32| match rel {
        Some(n) => number(&mut spans, label, n),
        None => number(&mut spans, &format!("raw {label}"), own),
    };
    // A bare ACK says nothing by its own number.
    let bare = f.summary.len == 0 && tcp.flags & (Tcp::SYN | Tcp::FIN | Tcp::RST) == 0;
    if !bare || f.notes.iter().any(|n| !matches!(n, crate::packet::Note::DuplicateAck { .. })) {
        count("seq", f.seq_rel, tcp.seq);
    }
    if tcp.has(Tcp::ACK) {
        count("ack", f.ack_rel, tcp.ack);
    }
    if f.summary.len > 0 {
        number(&mut spans, "len", f.summary.len);
    }
    spans
}

/// `SYN+ACK`.
fn flags(tcp: &Tcp) -> Vec<Span> {
    let names = tcp.flag_names().collect::<Vec<_>>().join("+");
    vec![Span::new(Role::Constant, if names.is_empty() { "TCP".into() } else { names })]
}

/// `alice → bob`.
fn way(f: &Frame) -> Vec<Span> {
    let to = f.to.as_deref().unwrap_or("*");
    vec![Span::new(Role::Name, f.from.to_string()), Span::plain(" → "), Span::new(Role::Name, to.to_string())]
}

fn fate(f: &Frame, lang: Lang) -> Span {
    match f.fate {
        Fate::Held => Span::new(Role::Answer, say::is_held().plain(lang)),
        Fate::Delivered => Span::new(Role::Good, say::is_delivered().plain(lang)),
        Fate::Dropped => Span::new(Role::Bad, say::is_dropped().plain(lang)),
        Fate::Seen => Span::new(Role::Dim, say::is_seen().plain(lang)),
    }
}

/// What a kernel says of one end: `LISTEN, SYN_RECV`, `SYN_SENT → ESTABLISHED`; empty where it says nothing.
pub fn states(end: &End) -> String {
    let name = |s: Option<State>| s.map_or("-", State::name);
    let of_connection = match (end.before, end.after) {
        (None, None) => None,
        (a, b) if a == b => Some(name(a).to_string()),
        // Beside a listener a connection comes to be; elsewhere there was none before.
        (None, Some(b)) if end.listens => Some(b.name().to_string()),
        (a, b) => Some(format!("{} → {}", name(a), name(b))),
    };
    let listen = end.listens.then(|| State::Listen.name().to_string());
    listen.into_iter().chain(of_connection.filter(|s| !end.listens || s != State::Listen.name())).collect::<Vec<_>>().join(", ")
}

/// `client SYN_SENT`, or `bob: LISTEN` where the session has no name for the socket.
fn end(end: &End, host: &str) -> Option<Piece> {
    let states = states(end);
    if states.is_empty() {
        return None;
    }
    let (name, gap) = match &end.socket {
        Some(socket) => (socket.to_string(), " "),
        None => (host.to_string(), ": "),
    };
    Some(vec![Span::new(Role::Name, name), Span::plain(gap), Span::new(Role::State, states)])
}

/// The line that tells of a frame. `was_held`: its beginning was told when it was held. What was observed follows on lines of its own.
pub fn row(f: &Frame, was_held: bool, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let mut line = vec![Span::new(Role::Number, format!("#{}", f.packet)), Span::plain(" ")];
    let gap = || vec![Span::plain("   ")];
    let mut pieces: Vec<Piece> = Vec::new();
    if was_held && f.fate != Fate::Held {
        let short = match &f.summary.tcp {
            Some(tcp) => flags(tcp),
            None => what(f, lang),
        };
        let short: String = short.iter().map(|s| s.text.as_ref()).collect();
        let text = match f.fate {
            Fate::Delivered => say::delivered_to(short, host_name(f, lang)),
            _ => say::was_dropped(short),
        };
        line.push(Span::plain(text.plain(lang)));
        pieces.push(line);
    } else {
        line.extend(way(f));
        pieces.extend([line, gap(), what(f, lang), gap(), vec![fate(f, lang)]]);
    }
    if let Some(ends) = &f.states {
        let ends = [end(&ends.sender, &f.from), end(&ends.receiver, f.to.as_deref().unwrap_or("*"))];
        ends.into_iter().flatten().for_each(|e| pieces.extend([gap(), e]));
    }
    doc.sides(2, pieces, Vec::new());
    if !was_held {
        for n in &f.notes {
            doc.push(Block::Para { indent: 5, bar: false, lead: Vec::new(), spans: inline(&note(n, f).in_lang(lang)) });
        }
    }
    // That a frame was stepped on or dropped by hand the learner knows: it was typed.
    if let Some(why) = f.cause.filter(|c| !matches!(c, Cause::Step | Cause::Drop | Cause::Flow)) {
        doc.push(Block::Para { indent: 5, bar: false, lead: Vec::new(), spans: inline(&cause(why).in_lang(lang)) });
    }
    doc
}

fn host_name(f: &Frame, lang: Lang) -> String {
    f.to.as_deref().map_or_else(|| say::several_hosts().plain(lang), str::to_string)
}

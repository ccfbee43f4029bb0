//! Frames on the wire: the line that tells of one as it happens, and the table of `packets`.

mod notes;

#[cfg(test)]
mod tests;

use super::grid::{Cell, cell, columns, said, widest};
use crate::event::{Cause, End, Fate, Frame};
use crate::markup::{Block, Doc, Piece, Role, Span, inline};
use crate::packet::decode::{icmp_name, icmpv6_name, protocol_name};
use crate::packet::{Proto, Tcp};
use crate::text::messages::frame as say;
use crate::text::{Lang, Text};
use crate::vocabulary::State;

pub use notes::{cause, note};

/// What a frame says, in a few words: `SYN+ACK seq 0 ack 1`, `who has 10.0.0.2? asks 10.0.0.1`.
pub fn what(f: &Frame, lang: Lang) -> Vec<Span> {
    let s = &f.summary;
    let text = |t: Text| vec![Span::plain(t.plain(lang))];
    if let Some((offset, more)) = s.fragment {
        let mut spans = vec![Span::new(Role::Constant, if s.src.is_some_and(|a| a.is_ipv6()) { "IPv6 " } else { "IPv4 " })];
        spans.extend(text(if more { say::fragment_more(offset) } else { say::fragment(offset) }));
        number(&mut spans, "len", s.len);
        return spans;
    }
    let address = |ip: Option<std::net::IpAddr>| ip.map_or("?".to_string(), |ip| ip.to_string());
    match (s.proto, s.kind) {
        (Proto::Tcp, _) => return tcp(f),
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
            let mac = s.from.map(|b| format!("{b:02x}")).join(":");
            [named("ARP "), text(say::arp_tells(address(s.src), mac))].concat()
        }
        (Proto::Arp, _) => named("ARP"),
        (Proto::Icmp, Some((kind, code))) => icmp("ICMP ", icmp_name(kind.into()), kind, code, s.len),
        (Proto::Icmpv6, Some((135, _))) => [named("ICMPv6 "), text(say::nd_asks(target(f)))].concat(),
        (Proto::Icmpv6, Some((136, _))) => [named("ICMPv6 "), text(say::nd_tells(target(f)))].concat(),
        (Proto::Icmpv6, Some((kind, code))) => icmp("ICMPv6 ", icmpv6_name(kind.into()), kind, code, s.len),
        (Proto::Ip, _) => {
            let n = f.bytes.get(if s.ether_type == 0x86dd { 20 } else { 23 }).map_or(0, |n| u64::from(*n));
            let mut spans = named("IP ");
            spans.push(Span::plain(protocol_name(n).map_or(n.to_string(), str::to_string)));
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

/// The address that neighbour discovery is about.
fn target(f: &Frame) -> String {
    let at = f.bytes.get(62..78).and_then(|b| <[u8; 16]>::try_from(b).ok());
    at.map_or("?".into(), |b| std::net::Ipv6Addr::from(b).to_string())
}

fn icmp(proto: &'static str, name: Option<&'static str>, kind: u16, code: u8, len: u32) -> Vec<Span> {
    let mut spans = named(proto);
    spans.push(Span::plain(name.map_or(format!("type {kind}"), str::to_string)));
    if code > 0 {
        number(&mut spans, "code", code.into());
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
        Fate::Held => Span::new(Role::Answer, say::held().plain(lang)),
        Fate::Delivered => Span::new(Role::Good, say::delivered().plain(lang)),
        Fate::Dropped => Span::new(Role::Bad, say::dropped().plain(lang)),
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
    f.to.as_deref().map_or_else(|| say::everybody().plain(lang), str::to_string)
}

/// How much of the table is shown, from the widest form to the narrowest; each step gives up one more thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Whole,
    NoAddresses,
    NotesBelow,
    NoTime,
    NoWindow,
    StatesBelow,
}

const STEPS: [Step; 6] = [Step::Whole, Step::NoAddresses, Step::NotesBelow, Step::NoTime, Step::NoWindow, Step::StatesBelow];
/// Columns between cells.
const GAP: usize = 2;

struct Row {
    number: Cell,
    time: Cell,
    way: Cell,
    what: Cell,
    window: Cell,
    addresses: Cell,
    fate: Cell,
    sender: Cell,
    receiver: Cell,
    notes: Cell,
    ends: Vec<Piece>,
}

impl Row {
    fn new(f: &Frame, lang: Lang) -> Row {
        let all: Vec<Text> = f.cause.into_iter().map(cause).chain(f.notes.iter().map(|n| note(n, f))).collect();
        let words: Vec<String> = all.iter().map(|t| t.plain(lang)).collect();
        let of = |end: Option<&End>| cell(Role::State, end.map(states).unwrap_or_default());
        let window = f.summary.tcp.map(|t| f.window.map_or_else(|| format!("raw {}", t.window), |w| w.to_string()));
        let addresses = match (f.summary.ends(), f.summary.src, f.summary.dst) {
            (Some((a, b)), ..) => format!("{a} → {b}"),
            (None, Some(a), Some(b)) => format!("{a} → {b}"),
            _ => String::new(),
        };
        let ends = f.states.as_ref();
        Row {
            number: cell(Role::Number, format!("#{}", f.packet)),
            time: cell(Role::Time, format!("{:.6}", f.t_us / 1e6)),
            way: way(f),
            what: what(f, lang),
            window: cell(Role::Number, window.unwrap_or_default()),
            addresses: cell(Role::Address, addresses),
            fate: vec![fate(f, lang)],
            sender: of(ends.map(|e| &e.sender)),
            receiver: of(ends.map(|e| &e.receiver)),
            notes: cell(Role::Plain, words.join(if lang == Lang::Zh { "；" } else { "; " })),
            ends: ends
                .into_iter()
                .flat_map(|e| [end(&e.sender, &f.from), end(&e.receiver, f.to.as_deref().unwrap_or("*"))])
                .flatten()
                .collect(),
        }
    }

    /// Everything, in order, and up to which step it is shown.
    fn all(self) -> [(Option<Step>, Cell); 10] {
        [
            (None, self.number),
            (Some(Step::NoTime), self.time),
            (None, self.way),
            (None, self.what),
            (Some(Step::NoWindow), self.window),
            (Some(Step::NoAddresses), self.addresses),
            (None, self.fate),
            (Some(Step::StatesBelow), self.sender),
            (Some(Step::StatesBelow), self.receiver),
            (Some(Step::NotesBelow), self.notes),
        ]
    }
}

/// The frames that passed, one row each.
pub fn packets<'a>(frames: impl IntoIterator<Item = &'a Frame>, lang: Lang, width: usize) -> Doc {
    let mut doc = Doc::new();
    let rows: Vec<Row> = frames.into_iter().map(|f| Row::new(f, lang)).collect();
    if rows.is_empty() {
        doc.line(2, vec![Span::plain(say::none_passed().plain(lang))]);
        return doc;
    }
    let below: Vec<(Cell, Vec<Piece>, Cell)> = rows.iter().map(|r| (r.number.clone(), r.ends.clone(), r.notes.clone())).collect();
    let heads = [
        say::head_number(),
        say::head_time(),
        say::head_way(),
        say::head_what(),
        say::head_window(),
        say::head_addresses(),
        say::head_fate(),
        say::head_sender(),
        say::head_receiver(),
        say::head_notes(),
    ];
    let table: Vec<[(Option<Step>, Cell); 10]> = rows.into_iter().map(Row::all).collect();
    // A column that is empty in all rows is left out.
    let filled: Vec<bool> = (0..heads.len()).map(|i| table.iter().any(|r| !r[i].1.is_empty())).collect();
    let wide: Vec<usize> =
        (0..heads.len()).map(|i| widest(table.iter().map(|r| &r[i].1)).max(columns(&said(Role::Dim, &heads[i], lang)))).collect();
    let shows = |step: Step, i: usize| filled[i] && table[0][i].0.is_none_or(|last| step < last);
    let needed = |step: Step| (0..heads.len()).filter(|i| shows(step, *i)).map(|i| wide[i] + GAP).sum::<usize>() - GAP;
    let step = STEPS.into_iter().find(|s| needed(*s) <= width).unwrap_or(Step::StatesBelow);
    let mut out = vec![(0..heads.len()).filter(|i| shows(step, *i)).map(|i| said(Role::Dim, &heads[i], lang)).collect()];
    out.extend(table.iter().map(|r| (0..heads.len()).filter(|i| shows(step, *i)).map(|i| r[i].1.clone()).collect::<Vec<_>>()));
    doc.push(Block::Table { indent: 0, rows: out });
    for (number, ends, notes) in below {
        let mut lead = number;
        lead.push(Span::plain("  "));
        if step >= Step::StatesBelow && !ends.is_empty() {
            let mut spans = Vec::new();
            ends.into_iter().for_each(|e| {
                spans.extend((!spans.is_empty()).then(|| Span::plain(", ")));
                spans.extend(e);
            });
            doc.push(Block::Para { indent: 0, bar: false, lead: lead.clone(), spans });
        }
        if step >= Step::NotesBelow && !notes.is_empty() {
            doc.push(Block::Para { indent: 0, bar: false, lead, spans: notes });
        }
    }
    doc
}

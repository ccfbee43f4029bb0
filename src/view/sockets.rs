//! The table of `sockets`: a row for each socket. The name and the state are never lost, however narrow the screen.

#[cfg(test)]
mod tests;

use super::grid::{Cell, cell, columns, said, shorten, widest};
use super::row::{Receiving, receiving};
use crate::event::Observation;
use crate::kernel::{Addr, Kind, Probe};
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::messages::look as say;
use crate::text::{Lang, Text};
use crate::vocabulary::{PROTOCOLS, State, kind_name};

/// How much of a table is shown, from the widest form to the narrowest; each step gives up one more thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Whole,
    /// The protocol in place of family, type and protocol; queues without words.
    Short,
    /// Notes stand below the table.
    NotesBelow,
    /// Long addresses lose their middle.
    LongCut,
    /// Of unix sockets only the family.
    Tight,
    NoFd,
    NoKind,
    NoQueues,
    Cut,
    NoAddresses,
}

const STEPS: [Step; 10] = [
    Step::Whole,
    Step::Short,
    Step::NotesBelow,
    Step::LongCut,
    Step::Tight,
    Step::NoFd,
    Step::NoKind,
    Step::NoQueues,
    Step::Cut,
    Step::NoAddresses,
];

/// The widest usual pair of addresses: two IPv4 ones with ports of five digits.
const USUAL: usize = 33;

/// Columns between cells.
const GAP: usize = 2;

/// The sockets of the session and, where asked for, the kernel's own entries. `current` is marked with `›`.
pub fn sockets(rows: &[Observation], current: Option<&str>, lang: Lang, width: usize) -> Doc {
    let mut doc = Doc::new();
    if rows.is_empty() {
        doc.line(2, vec![Span::plain(say::no_sockets().plain(lang))]);
        return doc;
    }
    let rows: Vec<Row> = rows.iter().map(|o| Row::new(o, current, lang)).collect();
    let step = STEPS.into_iter().find(|s| needed(&rows, *s, lang) <= width).unwrap_or(Step::NoAddresses);
    // What is left for addresses after everything else.
    let others = needed(&rows, step, lang) - address_room(&rows, step);
    let room = width.saturating_sub(others);
    let mut table = vec![heading(&rows, step, lang)];
    let shows = Shows::of(&rows, step);
    table.extend(rows.iter().map(|r| r.cells(shows, step, room)));
    doc.push(Block::Table { indent: 0, rows: table });
    if step >= Step::NotesBelow {
        for row in rows.iter().filter(|r| !r.notes.is_empty()) {
            let mut spans = row.name.clone();
            spans.push(Span::plain("  "));
            spans.extend(row.notes.clone());
            doc.para(0, spans);
        }
    }
    if step < Step::NoQueues && rows.iter().any(|r| r.explained) {
        let spans = inline(&say::queues_note().in_lang(lang)).into_iter();
        doc.para(2, spans.map(|s| Span::new(if s.role == Role::Code { Role::Code } else { Role::Dim }, s.text)).collect());
    }
    doc
}

/// A row's cells in their long and short forms.
struct Row {
    name: Cell,
    fd: Cell,
    kind: Cell,
    kind_short: Cell,
    state: Cell,
    addresses: String,
    queues: Cell,
    queues_short: Cell,
    notes: Cell,
    /// Its queues say something that is not plain bytes.
    explained: bool,
}

impl Row {
    fn new(o: &Observation, current: Option<&str>, lang: Lang) -> Row {
        let is_current = o.socket.is_some() && o.socket.as_deref() == current && o.kept_by.is_none();
        let mut name = vec![Span::new(Role::Prompt, if is_current { "› " } else { "  " })];
        name.extend(super::row::host(o));
        match &o.socket {
            Some(n) => name.push(Span::new(Role::Name, n.clone())),
            None => name.push(Span::new(Role::Dim, say::no_name().plain(lang))),
        }
        let (queues, explained) = queues(o, lang, false);
        Row {
            name,
            fd: cell(Role::Number, o.fd.map(|n| n.to_string()).unwrap_or_default()),
            kind: cell(Role::Plain, long_kind(o.kind)),
            kind_short: cell(Role::Plain, short_kind(o.kind)),
            state: cell(Role::State, o.probe.state.map_or("", State::name)),
            addresses: addresses(&o.probe),
            queues,
            queues_short: self::queues(o, lang, true).0,
            notes: notes(o, lang),
            explained,
        }
    }

    /// The cells of one step; columns that are empty in all rows are left out.
    fn cells(&self, shows: Shows, step: Step, room: usize) -> Vec<Cell> {
        let mut out = vec![self.name.clone()];
        let mut add = |shown: bool, cell: Cell| {
            if shown {
                out.push(cell);
            }
        };
        add(shows.fd, self.fd.clone());
        let kind = match step {
            Step::Whole => self.kind.clone(),
            s if s < Step::Tight => self.kind_short.clone(),
            _ => first_word(&self.kind_short),
        };
        add(step < Step::NoKind, kind);
        add(true, self.state.clone());
        let addresses = if step < Step::LongCut { self.addresses.clone() } else { cut(&self.addresses, room) };
        add(shows.addresses, cell(Role::Address, addresses));
        add(shows.queues, if step < Step::Short { self.queues.clone() } else { self.queues_short.clone() });
        add(shows.notes, self.notes.clone());
        out
    }
}

/// Which columns have something in any row: asked once for the whole table, however many rows it has.
#[derive(Clone, Copy)]
struct Shows {
    fd: bool,
    addresses: bool,
    queues: bool,
    notes: bool,
}

impl Shows {
    fn of(all: &[Row], step: Step) -> Shows {
        Shows {
            fd: shows_fd(all, step),
            addresses: shows_addresses(all, step),
            queues: shows_queues(all, step),
            notes: shows_notes(all, step),
        }
    }
}

fn first_word(kind: &Cell) -> Cell {
    kind.iter().map(|s| Span::new(s.role, s.text.split(' ').next().unwrap_or_default().to_string())).collect()
}

fn shows_fd(all: &[Row], step: Step) -> bool {
    step < Step::NoFd && all.iter().any(|r| !r.fd.is_empty())
}

fn shows_addresses(all: &[Row], step: Step) -> bool {
    step < Step::NoAddresses && all.iter().any(|r| !r.addresses.is_empty())
}

fn shows_queues(all: &[Row], step: Step) -> bool {
    step < Step::NoQueues && all.iter().any(|r| !r.queues.is_empty())
}

fn shows_notes(all: &[Row], step: Step) -> bool {
    step < Step::NotesBelow && all.iter().any(|r| !r.notes.is_empty())
}

fn heading(all: &[Row], step: Step, lang: Lang) -> Vec<Cell> {
    let head = |text: Text| said(Role::Dim, &text, lang);
    let mut name = vec![Span::plain("  ")];
    name.extend(head(say::head_name()));
    let mut out = vec![name];
    let mut add = |shown: bool, text: Text| {
        if shown {
            out.push(said(Role::Dim, &text, lang));
        }
    };
    add(shows_fd(all, step), say::head_fd());
    add(step < Step::NoKind, if step < Step::Short { say::head_kind() } else { say::head_kind_short() });
    add(true, say::head_state());
    add(shows_addresses(all, step), say::head_addresses());
    add(shows_queues(all, step), if step < Step::Short { say::head_queues() } else { say::head_queues_short() });
    add(shows_notes(all, step), say::head_notes());
    out
}

/// Columns that the addresses may not go below at a step.
fn address_room(all: &[Row], step: Step) -> usize {
    let natural = all.iter().map(|r| crate::markup::width(&r.addresses)).max().unwrap_or(0);
    match step {
        Step::NoAddresses => 0,
        Step::Cut => natural.min(12),
        s if s >= Step::LongCut => natural.min(USUAL),
        _ => natural,
    }
}

/// Columns that a step needs at least.
fn needed(all: &[Row], step: Step, lang: Lang) -> usize {
    let room = address_room(all, step);
    let mut table = vec![heading(all, step, lang)];
    let shows = Shows::of(all, step);
    table.extend(all.iter().map(|r| r.cells(shows, step, room)));
    let count = table[0].len();
    (0..count).map(|i| widest(table.iter().filter_map(|r| r.get(i)))).sum::<usize>() + GAP * (count - 1)
}

/// Both addresses of a pair keep their share.
fn cut(addresses: &str, room: usize) -> String {
    match addresses.split_once(" → ") {
        Some((local, peer)) if room >= 15 && columns(&cell(Role::Plain, addresses)) > room => {
            let half = (room - 3) / 2;
            let local = shorten(local, half.max((room - 3).saturating_sub(crate::markup::width(peer))));
            let left = room - 3 - crate::markup::width(&local);
            format!("{local} → {}", shorten(peer, left))
        }
        _ => shorten(addresses, room),
    }
}

fn long_kind(kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Socket { domain, kind, protocol }) => kind_name(domain, kind, protocol),
        Some(Kind::Epoll) => "epoll".into(),
        Some(Kind::File) => "file".into(),
        None => String::new(),
    }
}

/// The protocol's name where it says all: an address shows by itself whether it is of IPv4 or IPv6.
fn short_kind(kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Socket { domain: libc::AF_INET | libc::AF_INET6, kind, protocol }) if kind != libc::SOCK_RAW => {
            match PROTOCOLS.name_of(i64::from(protocol)) {
                Some(name) if protocol != 0 => name.trim_start_matches("IPPROTO_").to_string(),
                _ => long_kind(Some(Kind::Socket { domain: libc::AF_INET, kind, protocol })),
            }
        }
        other => long_kind(other),
    }
}

/// `local → peer`; an unconnected socket has no arrow, and a unix one without a name nothing.
fn addresses(p: &Probe) -> String {
    let local = p.local.as_ref().map(Addr::to_string).unwrap_or_default();
    match &p.peer {
        Some(peer) if *peer != Addr::Unnamed => format!("{local} → {peer}").trim_start().to_string(),
        _ => local,
    }
}

/// The queues, and whether they need the note below the table.
fn queues(o: &Observation, lang: Lang, short: bool) -> (Cell, bool) {
    let p = &o.probe;
    if p.state == Some(State::Listen) {
        let text = match (p.recv_queue, p.backlog) {
            (Some(n), Some(most)) if short => say::waiting_short(n, most),
            (Some(n), Some(most)) => say::waiting_of(n, most),
            _ => return (Vec::new(), false),
        };
        return (said(Role::Number, &text, lang), false);
    }
    if p.recv_queue.is_none() && p.recv_mem.is_none() && p.send_queue.is_none() {
        return (Vec::new(), false);
    }
    let tcp = o.kind.is_some_and(Kind::is_tcp);
    let recv = match receiving(o) {
        Some(Receiving::Datagram(n, _)) => format!("next {n}"),
        Some(Receiving::Bytes(n) | Receiving::Messages(n)) => n.to_string(),
        Some(Receiving::Memory(n)) if n > 0 => format!("mem {n}"),
        _ => "-".into(),
    };
    let send = p.send_queue.map_or("-".into(), |n| n.to_string());
    let unusual = recv.starts_with(|c: char| c.is_ascii_alphabetic()) || (!tcp && p.send_queue.is_some_and(|n| n > 0));
    (cell(Role::Number, if short { format!("{recv}/{send}") } else { format!("{recv} / {send}") }), unusual)
}

fn notes(o: &Observation, lang: Lang) -> Cell {
    let mut all: Vec<Text> = Vec::new();
    let udp = matches!(o.kind, Some(k) if k.is_inet() && k.is_datagram());
    match o.probe.state {
        // The kernel says CLOSE and ESTABLISHED of UDP too.
        Some(State::Close) if udp => all.push(say::unconnected()),
        Some(State::Established) if udp => all.push(say::connected()),
        // Without a handle and never closed: it can only be waiting in a queue.
        Some(State::Established | State::CloseWait) if o.socket.is_none() => all.push(say::not_accepted()),
        _ => {}
    }
    if o.probe.nonblock {
        all.push(say::nonblock());
    }
    if let Some(job) = o.kept_by {
        all.push(say::kept(job));
    }
    let words: Vec<String> = all.iter().map(|t| t.plain(lang)).collect();
    cell(Role::Dim, words.join(if lang == Lang::Zh { "，" } else { ", " }))
}

//! Both ends of each connection, with the bytes that wait there: in the send queue of one, in the receive queue of the other, and what
//! the windows still allow. All figures are the kernel's, as they were last measured.

use super::cast::{Actor, Cast};
use super::scene::{Band, Fill, Item, Look, Page, Picture, short};
use crate::event::{Event, Gauge, Report, What};
use crate::kernel::Kind;
use crate::markup::{Role, width};
use crate::text::messages::picture as say;
use crate::text::{Lang, Text};
use crate::view::row::{Receiving, Sending, has_address, receiving, sending};
use crate::vocabulary::State;
use std::collections::HashMap;

/// A bar: its parts in bytes, and what is said of it.
struct Queue {
    title: Text,
    parts: Vec<(Fill, u64)>,
    says: Vec<Text>,
    /// What fills the whole bar, where that is no number of bytes.
    whole: Option<u64>,
    /// An arrow leaves here, or comes here.
    moves: bool,
}

/// One end.
struct End {
    name: String,
    address: String,
    state: Option<State>,
    queues: Vec<Queue>,
    /// Window and cwnd, below the queues.
    notes: Vec<Text>,
    /// Why its queues cannot be told, where that is so.
    unknown: Option<Text>,
}

/// Two ends, or one whose other end is not of this sitting, or has none.
struct Pair {
    left: End,
    right: Option<End>,
}

/// The buffers of a log.
pub struct Buffers {
    pairs: Vec<Pair>,
    /// Bytes that fill the longest bar.
    most: u64,
    lang: Lang,
}

impl Buffers {
    /// Of all sockets that are alive, or of one and its other end.
    ///
    /// # Errors
    /// None holds anything.
    pub fn new(events: &[Event], about: Option<usize>, lang: Lang) -> Result<Buffers, Text> {
        let mut cast = Cast::default();
        let mut gauges: HashMap<u32, &Gauge> = HashMap::new();
        for event in events {
            cast.feed(event);
            if let What::Report(report) = &event.what
                && let Report::Gauges(found) = &**report
            {
                gauges.extend(found.iter().filter_map(|g| Some((g.look.id?, g))));
            }
        }
        let mut pairs = Vec::new();
        let mut done = vec![false; cast.actors.len()];
        for (at, actor) in cast.actors.iter().enumerate() {
            let holds = actor.alive && actor.kind.is_some_and(Kind::is_socket) && actor.probe.is_some();
            let other = if holds { cast.other_end(at) } else { None };
            // One open socket under two names (dup(2)) is one end.
            let shared = cast.descriptors(at);
            let others = other.map(|o| cast.descriptors(o)).unwrap_or_default();
            let wanted = about.is_none_or(|a| a == at || shared.contains(&a) || others.contains(&a));
            if done[at] || !holds || !wanted {
                continue;
            }
            shared.iter().for_each(|at| done[*at] = true);
            let names = |all: &[usize]| all.iter().map(|at| cast.actors[*at].name.as_str()).collect::<Vec<_>>().join(", ");
            let gauge = |a: &Actor| a.id.and_then(|id| gauges.get(&id)).copied();
            let mut left = End::of(actor, gauge(actor));
            left.name = names(&shared);
            let right = match other {
                Some(other) => {
                    others.iter().for_each(|at| done[*at] = true);
                    let mut end = End::of(&cast.actors[other], gauge(&cast.actors[other]));
                    end.name = names(&others);
                    // What one end sends, the other receives: the two stand side by side.
                    end.queues.reverse();
                    Some(end)
                }
                None => actor.probe.as_ref().and_then(|p| p.peer.as_ref()).map(|peer| {
                    let closed = cast.closed_end(at).map(|b| say::closed_end(&cast.actors[b].name));
                    // Connected, and nobody has accepted it: the other end is in the listener's queue.
                    let door = || cast.receiver(at, None).filter(|d| actor_listens(&cast.actors[*d]));
                    let why = closed.or_else(|| Some(say::in_accept_queue(&cast.actors[door()?].name)));
                    let why = why.unwrap_or_else(say::elsewhere);
                    End::elsewhere(peer.to_string(), why)
                }),
            };
            pairs.push(Pair { left, right });
        }
        if pairs.is_empty() {
            let closed = about.map(|at| &cast.actors[at]).filter(|a| !a.alive);
            return Err(closed.map_or_else(say::no_queues, |a| say::no_queues_closed(&a.name)));
        }
        let ends = pairs.iter().flat_map(|p| [Some(&p.left), p.right.as_ref()]).flatten();
        let bytes = ends.flat_map(|e| &e.queues).filter(|q| q.whole.is_none()).map(|q| q.parts.iter().map(|p| p.1).sum::<u64>());
        let most = bytes.max().unwrap_or(0).max(1);
        Ok(Buffers { pairs, most, lang })
    }

    fn say(&self, text: &Text) -> String {
        text.plain(self.lang)
    }

    /// Columns of the bars in a box of this width.
    fn bar(wide: usize) -> usize {
        wide.saturating_sub(4).max(4)
    }

    /// Draws an end with its left upper corner at `x`; its rows come out alike for both ends of a pair.
    fn end(&self, end: &End, band: &mut Band, x: usize, wide: usize, rows: &[usize]) {
        let look = if end.unknown.is_none() { Look::Seen } else { Look::Deduced };
        band.items.push(Item::Frame { x, y: 1, wide, high: band.high - 1, look });
        let name = short(&end.name, wide / 2);
        if !name.is_empty() {
            band.items.push(Item::Tag { x: x + 1, y: 0, role: Role::Name, text: name.clone() });
        }
        let behind = if name.is_empty() { 1 } else { width(&name) + 4 };
        band.text(x + behind, 0, Role::Address, super::middle(&end.address, wide.saturating_sub(behind)));
        let state = end.state.map_or("", State::name);
        band.text((x + wide).saturating_sub(2 + state.len()), 2, Role::State, state);
        if let Some(why) = &end.unknown {
            for (i, line) in super::lines(&self.say(why), wide.saturating_sub(4)).iter().enumerate() {
                band.text_in(x + 2, 2 + i, wide.saturating_sub(4), Role::Dim, line);
            }
        }
        for (queue, y) in end.queues.iter().zip(rows) {
            let title = self.say(&queue.title);
            band.text_in(x + 2, *y, wide.saturating_sub(4), Role::Strong, &title);
            let says = self.says(queue, wide);
            let mut from = (x + 2) as f32;
            let scale = Self::bar(wide) as f32 / queue.whole.unwrap_or(self.most) as f32;
            for (fill, n) in queue.parts.iter().filter(|p| p.1 > 0) {
                let to = from + (*n as f32 * scale).max(1.0);
                let to = to.min((x + 2 + Self::bar(wide)) as f32);
                band.items.push(Item::Bar { y: y + 1, from, to: to.max(from), fill: *fill });
                from = to;
            }
            for (i, line) in says.iter().enumerate() {
                band.text_in(x + 2, y + 2 + i, wide.saturating_sub(4), Role::Number, line);
            }
        }
        let below = band.high - 1 - end.notes.len();
        for (i, note) in end.notes.iter().enumerate() {
            band.text_in(x + 2, below + i, wide.saturating_sub(4), Role::Dim, &self.say(note));
        }
    }

    /// What is said of a queue, in lines that fit a box of this width.
    fn says(&self, queue: &Queue, wide: usize) -> Vec<String> {
        queue.says.iter().flat_map(|t| super::lines(&self.say(t), wide.saturating_sub(4))).collect()
    }

    /// Rows that a queue takes: its title, its bar, what is said of it.
    fn high(&self, end: Option<&End>, at: usize, wide: usize) -> usize {
        end.and_then(|e| e.queues.get(at)).map_or(0, |q| 2 + self.says(q, wide).len())
    }

    fn pair(&self, left: &End, right: Option<&End>, columns: usize, page: &mut dyn Page) {
        let beside = columns >= 64;
        let gap = if beside { (columns / 8).clamp(6, 20) } else { 0 };
        let wide = if beside { ((columns - gap) / 2).min(58) } else { columns };
        let (below, right) = if beside { (None, right) } else { (right, None) };
        let count = left.queues.len().max(right.map_or(0, |r| r.queues.len()));
        let mut rows = Vec::new();
        let mut y = 2;
        for at in 0..count {
            rows.push(y);
            let both = self.high(Some(left), at, wide).max(self.high(right, at, wide));
            y += both + 1;
        }
        let notes = left.notes.len().max(right.map_or(0, |r| r.notes.len()));
        let mut band = Band::new((y + notes + 1).max(5));
        self.end(left, &mut band, 0, wide, &rows);
        if let Some(right) = right {
            self.end(right, &mut band, wide + gap, wide, &rows);
            for (at, row) in rows.iter().enumerate() {
                let moves = left.queues.get(at).or(right.queues.get(at)).is_some_and(|q| q.moves);
                if moves && at < 2 {
                    let (a, b) = (wide, wide + gap - 1);
                    let points = if at == 0 { [(a, row + 1), (b, row + 1)] } else { [(b, row + 1), (a, row + 1)] };
                    band.line(Look::Deduced, true, &points);
                }
            }
        }
        page.band(&band);
        if let Some(below) = below {
            page.band(&Band::new(1));
            self.pair(below, None, columns, page);
        }
    }
}

fn actor_listens(actor: &Actor) -> bool {
    actor.probe.as_ref().is_some_and(|p| p.state == Some(State::Listen))
}

impl End {
    fn elsewhere(address: String, why: Text) -> End {
        End { name: String::new(), address, state: None, queues: Vec::new(), notes: Vec::new(), unknown: Some(why) }
    }

    fn of(actor: &Actor, gauge: Option<&Gauge>) -> End {
        // What was looked at last is the newer one; the gauge has the windows beside it.
        let probe = actor.probe.clone().unwrap_or_default();
        let kind = actor.kind;
        let tcp = gauge.and_then(|g| g.tcp.as_ref()).filter(|_| probe.state != Some(State::Close));
        let figure = |name: &str| tcp.and_then(|t| t.get(name));
        let listens = probe.state == Some(State::Listen);
        let mut queues = Vec::new();
        let mut notes = Vec::new();
        if listens {
            let (n, most) = (probe.recv_queue.unwrap_or(0), probe.backlog.unwrap_or(0));
            let says = vec![say::connections(n, most)];
            let parts = vec![(Fill::Full, n.min(most)), (Fill::Empty, most.saturating_sub(n))];
            queues.push(Queue { title: say::accept_queue(), parts, says, whole: Some(most.max(1)), moves: false });
        } else {
            let looked = crate::event::Observation {
                socket: None,
                id: None,
                fd: None,
                host: crate::kernel::Place::Local,
                kind,
                probe: probe.clone(),
                kept_by: None,
            };
            let (parts, says) = match sending(&looked) {
                Some(Sending::Unacked(n) | Sending::UnackedFin(n)) => {
                    let unsent = figure("tcpi_notsent_bytes").unwrap_or(0).min(n);
                    let mut says = vec![say::in_flight(n - unsent)];
                    says.extend((unsent > 0).then(|| say::not_sent(unsent)));
                    (vec![(Fill::Full, n - unsent), (Fill::Half, unsent)], says)
                }
                Some(Sending::Fin) => (Vec::new(), vec![say::in_flight(0)]),
                Some(Sending::Memory(n)) => (vec![(Fill::Full, n)], vec![say::kernel_memory(n)]),
                None => (Vec::new(), vec![say::none_yet()]),
            };
            queues.push(Queue { title: say::send_queue(), parts, says, whole: None, moves: true });
            let window = figure("tcpi_rcv_wnd");
            let (parts, says) = match receiving(&looked) {
                Some(Receiving::Datagram(n, memory)) => {
                    let says = [Some(say::datagram_waits(n)), memory.map(say::kernel_memory)];
                    (vec![(Fill::Full, n)], says.into_iter().flatten().collect())
                }
                Some(Receiving::Messages(n)) => (vec![(Fill::Full, n)], vec![say::messages_wait(n)]),
                Some(Receiving::Memory(n)) => (Vec::new(), vec![say::kernel_memory(n)]),
                Some(Receiving::Bytes(n)) => {
                    let mut says = vec![say::to_read(n)];
                    says.extend(window.map(say::window_free));
                    (vec![(Fill::Full, n), (Fill::Empty, window.unwrap_or(0))], says)
                }
                None if probe.recv_mem.is_some() => (Vec::new(), vec![say::queue_empty()]),
                None => (Vec::new(), vec![say::none_yet()]),
            };
            queues.push(Queue { title: say::recv_queue(), parts, says, whole: None, moves: true });
            notes.extend(figure("tcpi_snd_wnd").map(say::peer_window));
            notes.extend(figure("tcpi_snd_cwnd").zip(figure("tcpi_snd_mss")).map(|(n, mss)| say::cwnd(n, mss)));
        }
        let address = probe.local.as_ref().filter(|a| has_address(a)).map(ToString::to_string).unwrap_or_default();
        let state = probe.state.filter(|_| kind.is_some_and(Kind::is_tcp) || listens);
        End { name: actor.name.clone(), address, state, queues, notes, unknown: None }
    }

    fn words(&self, lang: Lang) -> String {
        let queue = |q: &Queue| {
            let says = q.says.iter().map(|t| t.plain(lang)).collect::<Vec<_>>().join(&say::listing().in_lang(lang));
            say::words_queue(q.title.plain(lang), says).in_lang(lang)
        };
        let all = self.queues.iter().map(queue).collect::<Vec<_>>().join(&say::sep().in_lang(lang));
        let who = [self.name.as_str(), self.address.as_str()].join(" ");
        let all = self.unknown.as_ref().map_or(all, |why| why.plain(lang));
        format!("{}: {all}", who.trim())
    }
}

impl Picture for Buffers {
    fn title(&self) -> String {
        say::title_buffers().in_lang(self.lang)
    }

    fn words(&self) -> String {
        let ends = self.pairs.iter().flat_map(|p| [Some(&p.left), p.right.as_ref()]).flatten();
        ends.take(20).map(|e| e.words(self.lang)).collect::<Vec<_>>().join(" | ")
    }

    fn draw(&self, columns: usize, page: &mut dyn Page) {
        let mut head = Band::new(2);
        head.text_in(0, 0, columns, Role::Heading, &self.title());
        page.band(&head);
        for pair in &self.pairs {
            self.pair(&pair.left, pair.right.as_ref(), columns, page);
            page.band(&Band::new(1));
        }
        let wide = if columns >= 64 { ((columns - (columns / 8).clamp(6, 20)) / 2).min(58) } else { columns };
        let scale = (self.most / Self::bar(wide) as u64).max(1);
        super::legend(&[say::legend_buffers(scale)], columns, self.lang, page);
    }
}

//! How a lab is drawn: each segment is a thick line downwards that begins at a box of its own, with the hosts on both sides of it, or on
//! one where it is narrow. A router stands at the end of its first segment; the others hang from it.

use super::{Deed, Group, Host, Rule, Topology};
use crate::markup::{Role, width};
use crate::text::messages::{lab, picture as say, wire as wired};
use crate::view::picture::programs;
use crate::view::picture::scene::{Band, Item, Look, Mark, Page, short};
use crate::view::picture::{legend, lines, middle};

/// From so many columns on hosts stand on both sides of the wire.
const BOTH_SIDES: usize = 72;
const WIDEST: usize = 54;
/// Held frames that a segment lists.
const FRAMES: usize = 5;

/// Words of a line, each with its column.
type Row = Vec<(usize, Role, String)>;

/// What is written in a box: lines of words, and before a rule its mark.
#[derive(Default)]
struct Lines {
    room: usize,
    rows: Vec<(Option<Mark>, Row)>,
}

impl Lines {
    fn new(room: usize) -> Lines {
        Lines { room, rows: Vec::new() }
    }

    /// Words one behind the other; what has no room begins a line of its own, two columns in.
    fn words(&mut self, words: &[(Role, String)]) {
        let mut row = Row::new();
        let mut x = 0;
        for (role, text) in words.iter().filter(|(_, text)| !text.is_empty()) {
            if x > 0 && x + width(text) > self.room {
                self.rows.push((None, std::mem::take(&mut row)));
                x = 2.min(self.room / 4);
            }
            let text = middle(text, self.room.saturating_sub(x));
            let wide = width(&text);
            row.push((x, *role, text));
            x += wide + 2;
        }
        self.rows.push((None, row));
    }

    /// A rule of the wire, or a frame on it.
    fn marked(&mut self, mark: Mark, role: Role, text: &str) {
        for (i, line) in lines(text, self.room.saturating_sub(2).max(1)).into_iter().enumerate() {
            let line = short(&line, self.room.saturating_sub(2));
            self.rows.push(((i == 0).then_some(mark), vec![(2, role, line)]));
        }
    }

    fn rule(&mut self, rule: &Rule, topology: &Topology) {
        let meaning = rule.meaning.as_ref().map_or(String::new(), |m| format!(" ({})", topology.say(m)));
        self.marked(mark(rule.deed), role(rule.deed), &format!("{}{meaning}", rule.words));
    }

    fn wide(&self) -> usize {
        self.rows.iter().flat_map(|r| &r.1).map(|(x, _, text)| x + width(text)).max().unwrap_or(0)
    }
}

fn mark(deed: Deed) -> Mark {
    match deed {
        Deed::Cut => Mark::Failed,
        Deed::Hold => Mark::Answer,
        Deed::Change => Mark::Asked,
    }
}

fn role(deed: Deed) -> Role {
    match deed {
        Deed::Cut => Role::Bad,
        Deed::Hold => Role::Answer,
        Deed::Change => Role::Number,
    }
}

/// A box and what is in it.
fn framed(band: &mut Band, (x, y): (usize, usize), wide: usize, name: (Role, &str), look: Look, inside: &Lines) -> usize {
    let high = inside.rows.len() + 2;
    band.items.push(Item::Frame { x, y, wide, high, look });
    band.items.push(Item::Tag { x: x + 2, y, role: name.0, text: short(name.1, wide.saturating_sub(5)) });
    for (i, (mark, words)) in inside.rows.iter().enumerate() {
        let y = y + 1 + i;
        band.items.extend(mark.map(|mark| Item::Mark { x: x + 2, y, mark }));
        words.iter().for_each(|(at, role, text)| band.text(x + 2 + at, y, *role, text.clone()));
    }
    band.high = band.high.max(y + high);
    high
}

/// Where a segment came to stand: its box's first column, the row where its wire begins and the one of its last host, the row below it all.
struct Stands {
    x: usize,
    top: usize,
    last: usize,
    below: usize,
}

/// Where things stand.
struct Sheet<'t> {
    topology: &'t Topology,
    columns: usize,
    /// The first column: before it a line leads to the segments of a router with many.
    left: usize,
    /// Columns of a host's box.
    wide: usize,
    /// Of the wire.
    spine: usize,
    /// Of the boxes at its right.
    right: usize,
    both: bool,
}

impl<'t> Sheet<'t> {
    fn new(topology: &'t Topology, columns: usize, group: &Group) -> Sheet<'t> {
        let left = if group.segments.len() > 2 { 3 } else { 0 };
        let room = columns.saturating_sub(left);
        let both = columns >= BOTH_SIDES;
        let gap = if columns >= 100 { 15 } else { 11 };
        if both {
            let wide = ((room - gap) / 2).min(WIDEST);
            return Sheet { topology, columns, left, wide, spine: left + wide + gap / 2, right: left + wide + gap, both };
        }
        let wide = room.saturating_sub(7).min(WIDEST);
        Sheet { topology, columns, left, wide, spine: left + 1, right: left + 7, both }
    }

    /// A box on the wire: in the middle of it, or at the left where hosts are at its right alone.
    fn across(&self, inside: &Lines, name: &str) -> (usize, usize) {
        let most = self.columns - self.left;
        let wide = (inside.wide() + 4).max(width(name) + 6).min(most);
        match self.both {
            true => (self.spine.saturating_sub(wide / 2).max(self.left), wide),
            false => (self.left, wide),
        }
    }

    fn across_room(&self) -> usize {
        (self.columns - self.left).min(if self.both { 72 } else { usize::MAX }).saturating_sub(4)
    }

    /// A segment from row `y` on: its box, its hosts.
    fn segment(&self, band: &mut Band, y: usize, (segment, inside): &(u8, Vec<usize>)) -> Stands {
        let topology = self.topology;
        let mut told = Lines::new(self.across_room());
        told.words(&[(Role::Address, format!("10.{segment}.0.0/16")), (Role::Address, subnet6(*segment))]);
        for rule in &topology.everywhere {
            told.rule(rule, topology);
        }
        if topology.keeps {
            told.marked(Mark::Answer, Role::Answer, &topology.say(&wired::state_keeps()));
        }
        let held = topology.held.get(segment).map_or(&[][..], Vec::as_slice);
        for (n, ends, what) in held.iter().take(FRAMES) {
            let text = format!("#{n} {ends} {what} {}", topology.say(&say::frame_held()));
            told.marked(Mark::Answer, Role::Plain, &text);
        }
        if held.len() > FRAMES {
            told.marked(Mark::Answer, Role::Plain, &topology.say(&say::frames_more(held.len() - FRAMES)));
        }
        let name = topology.say(&say::segment(*segment));
        let (x, wide) = self.across(&told, &name);
        let high = framed(band, (x, y), wide, (Role::Strong, &name), Look::Seen, &told);
        let top = y + high - 1;
        let mut sides = [top + 2, top + 2];
        let mut last = top;
        for (i, at) in inside.iter().enumerate() {
            let side = if self.both { i % 2 } else { 1 };
            let y = sides[side];
            sides[side] += self.host(band, y, &topology.hosts[*at], side == 0) + 1;
            last = last.max(y + 1);
        }
        Stands { x, top, last, below: sides[0].max(sides[1]).saturating_sub(1).max(top + 1) }
    }

    /// A host on its side of the wire: says how high it is.
    fn host(&self, band: &mut Band, y: usize, host: &Host, at_left: bool) -> usize {
        let x = if at_left { self.left } else { self.right };
        let inside = self.inside(host, self.wide.saturating_sub(4));
        let (from, to) = if at_left { (x + self.wide - 1, self.spine) } else { (self.spine, x) };
        band.line(Look::Taken, false, &[(from, y + 1), (to, y + 1)]);
        let look = if host.about { Look::Taken } else { Look::Seen };
        let high = framed(band, (x, y), self.wide, (Role::Host, &host.name), look, &inside);
        let mut deeds: Vec<Deed> = host.rules.iter().map(|r| r.deed).collect();
        deeds.sort_unstable();
        deeds.dedup();
        for (i, deed) in deeds.into_iter().enumerate() {
            band.items.push(Item::Mark { x: from + 1 + i, y: y + 1, mark: mark(deed) });
        }
        high
    }

    fn inside(&self, host: &Host, room: usize) -> Lines {
        let mut told = Lines::new(room);
        if host.router {
            told.words(&[(Role::Dim, self.topology.say(&lab::a_router()))]);
        }
        told.words(&host.addresses.iter().map(|a| (Role::Address, a.clone())).collect::<Vec<_>>());
        for socket in &host.sockets {
            let waiting = socket.waiting.map_or(String::new(), |(n, most)| self.topology.say(&say::connections(n, most)));
            let way = socket.way();
            // Where both addresses have no room on one line, each has one of its own.
            let (way, peer) = match way.find(" → ").filter(|_| width(&way) + 2 > room) {
                Some(at) => (way[..at].to_string(), way[at + 1..].to_string()),
                None => (way, String::new()),
            };
            told.words(&[
                (Role::Name, socket.name.clone()),
                (Role::State, socket.state.map_or(String::new(), |s| s.name().to_string())),
                (Role::Address, way),
                (Role::Address, peer),
                (Role::Number, waiting),
            ]);
        }
        if host.ended_before > 0 {
            told.words(&[(Role::Dim, format!("▸ {}", self.topology.say(&say::programs_before(host.ended_before))))]);
        }
        for program in &host.programs {
            let (role, how) = programs::how(program.ended.map(|e| e.1));
            told.words(&[
                (Role::Plain, format!("▸ {}", program.line)),
                (Role::Dim, self.topology.say(&say::program_job(program.job))),
                (role, self.topology.say(&how)),
            ]);
        }
        host.rules.iter().for_each(|rule| told.rule(rule, self.topology));
        told
    }

    /// All of a group in one band.
    fn group(&self, group: &Group) -> Band {
        let mut band = Band::new(0);
        let Some((first, rest)) = group.segments.split_first() else { return band };
        let at = self.segment(&mut band, 0, first);
        let mut wires = vec![[(self.spine, at.top), (self.spine, at.last)]];
        if let Some(router) = group.router {
            let router = &self.topology.hosts[router];
            let inside = self.inside(router, self.across_room());
            let (x, wide) = self.across(&inside, &router.name);
            let top = at.below + 1;
            wires[0][1].1 = top;
            let high = framed(&mut band, (x, top), wide, (Role::Host, &router.name), Look::Seen, &inside);
            let mut y = top + high;
            for one in rest {
                let begins = y + 1;
                let at = self.segment(&mut band, begins, one);
                if rest.len() == 1 {
                    wires.push([(self.spine, y - 1), (self.spine, begins)]);
                } else {
                    band.line(Look::Taken, false, &[(x, top + 1), (1, top + 1), (1, begins + 1), (at.x, begins + 1)]);
                }
                wires.push([(self.spine, at.top), (self.spine, at.last)]);
                y = at.below;
            }
        }
        // Wires lie below everything: boxes cover them.
        let lines = wires.into_iter().filter(|[a, b]| a.1 < b.1);
        let lines = lines.map(|ends| Item::Line { points: ends.to_vec(), head: false, look: Look::Taken });
        band.items.splice(0..0, lines);
        band
    }
}

fn subnet6(segment: u8) -> String {
    if segment == 0 { "fd00::/64".into() } else { format!("fd00:{segment:x}::/64") }
}

/// The whole picture.
pub fn draw(topology: &Topology, columns: usize, page: &mut dyn Page) {
    let mut head = Band::new(2);
    head.text_in(0, 0, columns, Role::Heading, &super::Picture::title(topology));
    page.band(&head);
    for group in &topology.groups {
        page.band(&Sheet::new(topology, columns, group).group(group));
        page.band(&Band::new(1));
    }
    let mut below = vec![say::legend_topology()];
    below.extend(topology.hosts.iter().any(|h| !h.programs.is_empty()).then(say::legend_ran));
    let list = |names: &[String]| names.join(&say::listing().in_lang(topology.lang));
    below.extend((!topology.outside.is_empty()).then(|| say::outside_lab(list(&topology.outside))));
    below.extend((!topology.orphans.is_empty()).then(|| say::host_is_gone(list(&topology.orphans))));
    legend(&below, columns, topology.lang, page);
}

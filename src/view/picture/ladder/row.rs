//! A step of the ladder as a band: where its words have room, which way its arrow goes, what stands beside it.

use super::room::{Taken, wrap};
use crate::markup::{Role, safe, width};
use crate::view::picture::brief::{Words, time};
use crate::view::picture::scene::{Band, Item, Look, Mark, Page, short};
use crate::view::picture::travel::Travel;
use crate::vocabulary::State;
use std::collections::{BTreeSet, HashMap};

/// No column is narrower; where more are wanted, those of closed sockets are used again.
const NARROWEST: usize = 14;
const WIDEST: usize = 46;
/// As wide as a column is in a file that may be of any width.
const EASY: usize = 24;
/// Columns of an arrow to a host.
const SHAFT: usize = 4;
/// From so many columns on, the clock stands beside the steps.
const WITH_CLOCK: usize = 96;

/// One step.
#[derive(Default)]
pub struct Row {
    pub turn: Option<u32>,
    pub at_us: Option<f64>,
    pub on: Option<usize>,
    pub mark: Option<Mark>,
    pub words: Words,
    pub travel: Option<Travel>,
    pub outside: Option<Outside>,
    /// The new ones were made by a call on another, and an arrow leads there.
    pub made: bool,
    pub born: Vec<(usize, String)>,
    pub gone: Option<usize>,
    pub asked: Vec<usize>,
    pub states: Vec<(usize, State)>,
}

/// The other end of a frame that has no column: its host.
pub struct Outside {
    pub host: String,
    /// The frame is from there.
    pub comes: bool,
    /// It does not arrive.
    pub stops: Option<Mark>,
}

/// Who stands in a column.
#[derive(Clone, Copy)]
struct Lane {
    actor: usize,
    /// Calls that stand still there.
    stands: usize,
    /// It was closed; its column ends with its last call.
    closed: bool,
}

/// The columns, and the page they are drawn on.
pub struct Lanes<'p> {
    columns: usize,
    gutter: usize,
    digits: usize,
    clock: bool,
    wide: usize,
    lanes: Vec<Option<Lane>>,
    /// The sockets that are drawn, and each one's own column where there are enough.
    drawn: HashMap<usize, usize>,
    own: bool,
    left_out: BTreeSet<usize>,
    page: &'p mut dyn Page,
}

/// An arrow to a column: how it is meant, what is written on it, and the name of the one that it makes there.
struct Way {
    to: usize,
    look: Look,
    label: String,
    born: Option<String>,
    /// It ends half way.
    stops: Option<Mark>,
}

impl<'p> Lanes<'p> {
    pub fn new(columns: usize, drawn: &[usize], last_turn: u32, page: &'p mut dyn Page) -> Lanes<'p> {
        let digits = last_turn.max(1).ilog10() as usize + 1;
        let clock = columns >= WITH_CLOCK;
        let gutter = Self::gutter(last_turn, clock);
        let room = columns.saturating_sub(gutter);
        let most = (room / NARROWEST).max(1);
        let count = drawn.len().clamp(1, most);
        let wide = (room / count).min(WIDEST);
        let own = drawn.len() <= most;
        let drawn = drawn.iter().enumerate().map(|(i, a)| (*a, i)).collect();
        Lanes { columns, gutter, digits, clock, wide, lanes: vec![None; count], drawn, own, left_out: BTreeSet::new(), page }
    }

    fn gutter(last_turn: u32, clock: bool) -> usize {
        last_turn.max(1).ilog10() as usize + 2 + if clock { 9 } else { 0 }
    }

    /// Columns of a picture in which so many sockets are drawn; `easy`: and their calls have room.
    pub fn needs(lanes: usize, last_turn: u32, easy: bool) -> usize {
        let room = lanes * if easy { EASY } else { NARROWEST };
        let without = Self::gutter(last_turn, false) + room;
        if without >= WITH_CLOCK { Self::gutter(last_turn, true) + room } else { without }
    }

    /// Whether a socket is one of those that are drawn, and has its column or had it.
    pub fn draws(&self, actor: usize) -> bool {
        self.drawn.contains_key(&actor) && !self.left_out.contains(&actor)
    }

    /// Whether a socket has its column now.
    pub fn stands(&self, actor: usize) -> bool {
        self.lane(actor).is_some()
    }

    pub fn left_out(&self) -> &BTreeSet<usize> {
        &self.left_out
    }

    /// Where a column's line stands: a label around it needs some room at its left.
    fn x(&self, lane: usize) -> usize {
        self.gutter + 1 + lane * self.wide + if self.wide >= 20 { 3 } else { 0 }
    }

    fn lane(&self, actor: usize) -> Option<usize> {
        self.lanes.iter().position(|l| l.is_some_and(|l| l.actor == actor))
    }

    fn enter(&mut self, actor: usize) -> Option<usize> {
        let own = *self.drawn.get(&actor)?;
        let lane = if self.own { Some(own) } else { self.lanes.iter().position(Option::is_none) };
        match lane {
            Some(lane) => self.lanes[lane] = Some(Lane { actor, stands: 0, closed: false }),
            None => drop(self.left_out.insert(actor)),
        }
        lane
    }

    /// The next line that words may not cross.
    fn limit(&self, x: usize) -> usize {
        let right = |(lane, l): (usize, &Option<Lane>)| l.map(|_| self.x(lane)).filter(|at| *at > x);
        self.lanes.iter().enumerate().filter_map(right).min().unwrap_or(self.columns + 1)
    }

    /// A socket's name around its line; says from where to where.
    fn label(&self, band: &mut Band, taken: &mut Taken, lane: usize, y: usize, name: &str) -> (usize, usize) {
        let name = short(name, self.wide.saturating_sub(4).max(3));
        let wide = width(&name) + 2;
        let from = self.x(lane).saturating_sub(wide / 2).max(self.gutter).min(self.columns.saturating_sub(wide));
        band.items.push(Item::Tag { x: from, y, role: Role::Name, text: name });
        taken.take(y, from, from + wide);
        (from, from + wide)
    }

    /// A socket whose beginning the log has lost.
    pub fn found(&mut self, actor: usize, name: &str) {
        let Some(lane) = self.enter(actor) else { return };
        let mut band = Band::new(1);
        self.label(&mut band, &mut Taken::default(), lane, 0, name);
        band.items.push(Item::Begin { x: self.x(lane), y: 0, thick: false });
        self.page.band(&band);
    }

    pub fn row(&mut self, row: Row) {
        let mut concerned = row.on.iter().chain(row.states.iter().map(|s| &s.0)).chain(&row.asked).peekable();
        // A call on no socket (`resolve`) is everybody's.
        if concerned.peek().is_some() && !concerned.any(|a| self.drawn.contains_key(a)) {
            return;
        }
        if row.on.is_some_and(|a| self.left_out.contains(&a)) {
            return;
        }
        let mut band = Band::default();
        let mut taken = Taken::default();
        let newborn: Vec<(usize, String)> = row.born.iter().filter_map(|(a, name)| Some((self.enter(*a)?, name.clone()))).collect();
        // Made by itself, and there is no column for it.
        if !row.made && !row.born.is_empty() && newborn.is_empty() {
            return;
        }
        // A socket that no other made: its label, and its line from there on.
        let mut y = 0;
        if !row.made && !newborn.is_empty() {
            for (lane, name) in &newborn {
                self.label(&mut band, &mut taken, *lane, 0, name);
                band.items.push(Item::Begin { x: self.x(*lane), y: 0, thick: false });
            }
            y = 1;
        }
        if let Some(turn) = row.turn {
            band.text(0, y, Role::Dim, format!("{turn:>width$}", width = self.digits).trim_start().to_string());
            if let Some(Item::Text { x, text, .. }) = band.items.last_mut() {
                *x = self.digits.saturating_sub(text.len());
            }
        }
        if let Some(us) = row.at_us.filter(|_| self.clock) {
            let clock = time(us);
            band.text(self.digits + 1 + 8usize.saturating_sub(width(&clock)), y, Role::Dim, clock);
        }
        let low = self.content(&row, y, &newborn, &mut band, &mut taken);
        band.high = self.states(&row, y, low, &mut band, &mut taken);
        self.ends(&row, y, &mut band);
        self.page.band(&band);
    }

    /// The call's words, its arrow and who it made; says which row is the last that it needs.
    fn content(&mut self, row: &Row, y: usize, newborn: &[(usize, String)], band: &mut Band, taken: &mut Taken) -> usize {
        let lane = row.on.and_then(|a| self.lane(a)).or_else(|| row.asked.iter().find_map(|a| self.lane(*a)));
        let x = lane.map_or(self.gutter, |l| self.x(l));
        for asked in row.asked.iter().filter_map(|a| self.lane(*a)).filter(|a| Some(*a) != lane) {
            band.items.push(Item::Mark { x: self.x(asked), y, mark: Mark::Asked });
        }
        if let Some(mark) = row.mark.filter(|m| lane.is_some() || *m != Mark::Stands) {
            band.items.push(Item::Mark { x, y, mark });
        }
        let mut ways: Vec<Way> = Vec::new();
        if let Some(t) = &row.travel
            && let Some(to) = self.lane(t.to).filter(|to| Some(*to) != lane)
        {
            ways.push(Way { to, look: t.look, label: t.label.clone(), born: None, stops: t.stops });
        }
        let made = newborn.iter().filter(|_| row.made);
        let way = |to, name: &String| Way { to, look: Look::Seen, label: String::new(), born: Some(name.clone()), stops: None };
        ways.extend(made.map(|(to, name)| way(*to, name)));
        let text_at = x + 2;
        // A label reaches to the left of its line.
        let labels = newborn.iter().filter(|(to, _)| row.made && self.x(*to) > x);
        let nearest = labels.map(|(to, name)| self.x(*to).saturating_sub(width(name) / 2 + 2));
        let limit = nearest.min().unwrap_or(usize::MAX).min(if lane.is_some() { self.limit(x) } else { self.columns });
        let lines = wrap(&row.words, limit.saturating_sub(text_at + 1).max(4), 3);
        for (i, line) in lines.iter().enumerate() {
            let mut at = text_at;
            for (role, word) in line {
                band.text(at, y + i, *role, word.clone());
                at += width(&safe(word)) + 1;
            }
            taken.take(y + i, text_at, at);
            if lane.is_none() {
                // A call on no socket is everybody's: its words interrupt all lines.
                band.items.push(Item::Gap { x, y: y + i, wide: at - x });
            }
        }
        let mut low = y + lines.len().saturating_sub(1);
        if let Some(outside) = &row.outside {
            low = outside.draw(text_at, low, limit, band, taken);
        }
        for (i, way) in ways.into_iter().enumerate() {
            let right = self.x(way.to) > x;
            let behind = taken.behind(y, text_at);
            // Beside the words where they leave room, below them where not.
            let ends = self.x(way.to).saturating_sub(way.born.as_ref().map_or(0, |n| width(n) / 2 + 2));
            let beside = i == 0 && (!right || ends > behind + 3 && lines.len() <= 1);
            let (at, from) = match (beside, right) {
                (true, true) => (y, behind.max(x + 1)),
                (true, false) => (y, x.saturating_sub(1)),
                (false, true) => (low + 1, x + 1),
                (false, false) => (low + 1, x.saturating_sub(1)),
            };
            low = low.max(at);
            self.way(&way, at, from, band, taken);
        }
        low
    }

    fn way(&self, way: &Way, y: usize, from: usize, band: &mut Band, taken: &mut Taken) {
        let x = self.x(way.to);
        let end = match &way.born {
            None if x > from => x - 1,
            None => x + 1,
            Some(name) => {
                band.items.push(Item::Begin { x, y, thick: false });
                let (left, behind) = self.label(band, taken, way.to, y, name);
                if x > from { left.saturating_sub(1) } else { behind }
            }
        };
        let end = if way.stops.is_some() { from.midpoint(end) } else { end };
        band.line(way.look, way.stops.is_none(), &[(from, y), (end, y)]);
        band.items.extend(way.stops.map(|mark| Item::Mark { x: end, y, mark }));
        let (a, b) = (from.min(end), from.max(end));
        taken.take(y, a, b + 1);
        let wide = width(&way.label) + 2;
        if wide > 2
            && let Some(at) = self.gap(a, b, wide)
        {
            band.text(at + 1, y, Role::Plain, way.label.clone());
            band.items.push(Item::Gap { x: at, y, wide });
        }
    }

    /// Where a label of this width stands on an arrow from `a` to `b` without hiding a column's line.
    fn gap(&self, a: usize, b: usize, wide: usize) -> Option<usize> {
        let mut edges = vec![a + 1];
        edges.extend((0..self.lanes.len()).map(|l| self.x(l)).filter(|x| *x > a && *x < b));
        edges.push(b.saturating_sub(1));
        let (from, to) = edges.windows(2).map(|e| (e[0] + 1, e[1])).max_by_key(|(from, to)| to.saturating_sub(*from))?;
        (to >= from + wide).then(|| from + (to - from - wide) / 2)
    }

    /// States, beside the words where they have room, or below; says how high the band is.
    fn states(&self, row: &Row, y: usize, low: usize, band: &mut Band, taken: &mut Taken) -> usize {
        let mut high = low + 1;
        for (actor, state) in &row.states {
            let Some(lane) = self.lane(*actor) else { continue };
            let (x, word) = (self.x(lane), state.name());
            let end = self.limit(x).saturating_sub(1);
            // Not above the name of one that begins here.
            let begins = band.items.iter().find_map(|item| match item {
                Item::Begin { x: at, y, thick: false } if *at == x => Some(*y),
                _ => None,
            });
            let beside = (begins.unwrap_or(y).max(y)..high).find_map(|row| {
                let at = taken.free(row, x + 2, word.len());
                (at + word.len() <= end).then_some((row, at))
            });
            let (row, at) = beside.unwrap_or((high, x + 2));
            band.text_in(at, row, end.saturating_sub(at).max(4), Role::State, word);
            taken.take(row, at, at + word.len());
            high = high.max(row + 1);
        }
        high
    }

    /// Bars and columns that begin and end with this row.
    fn ends(&mut self, row: &Row, y: usize, band: &mut Band) {
        let on = row.on.and_then(|a| self.lane(a));
        if let Some(lane) = on {
            let x = self.x(lane);
            match (row.mark, self.lanes[lane].as_mut()) {
                (Some(Mark::Stands), Some(l)) => {
                    l.stands += 1;
                    if l.stands == 1 {
                        band.items.push(Item::Begin { x, y, thick: true });
                    }
                }
                (Some(Mark::Returns), Some(l)) if l.stands > 0 => {
                    l.stands -= 1;
                    if l.stands == 0 {
                        band.items.push(Item::End { x, y, thick: true });
                    }
                }
                _ => {}
            }
        }
        let gone = row.gone.and_then(|a| self.lane(a));
        if let Some(lane) = gone {
            self.lanes[lane].iter_mut().for_each(|l| l.closed = true);
        }
        for lane in on.into_iter().chain(gone) {
            if self.lanes[lane].is_some_and(|l| l.closed && l.stands == 0) {
                band.items.push(Item::End { x: self.x(lane), y, thick: false });
                self.lanes[lane] = None;
            }
        }
    }

    /// What is still there goes on to the end.
    pub fn finish(&mut self) {
        let mut band = Band::new(2);
        for (lane, l) in self.lanes.iter().enumerate() {
            if let Some(l) = l {
                if l.stands > 0 {
                    band.items.push(Item::End { x: self.x(lane), y: 0, thick: true });
                }
                band.items.push(Item::End { x: self.x(lane), y: 0, thick: false });
            }
        }
        self.page.band(&band);
    }
}

impl Outside {
    /// An arrow behind the words to the host's name, or from it; below them where there is no room. Says which row is the last it needs.
    fn draw(&self, text_at: usize, low: usize, limit: usize, band: &mut Band, taken: &mut Taken) -> usize {
        let wide = SHAFT + 1 + width(&self.host);
        let behind = taken.behind(low, text_at);
        let (at, y) = if behind + wide < limit { (behind, low) } else { (text_at, low + 1) };
        let (from, to) = if self.comes { (at + SHAFT - 1, at) } else { (at, at + SHAFT - 1) };
        let end = if self.stops.is_some() { from.midpoint(to) } else { to };
        band.line(Look::Seen, self.stops.is_none(), &[(from, y), (end, y)]);
        band.items.extend(self.stops.map(|mark| Item::Mark { x: end, y, mark }));
        band.text_in(at + SHAFT + 1, y, limit.saturating_sub(at + SHAFT + 1).max(3), Role::Host, &self.host);
        // A state beside the host's name would be read as one of the host's.
        taken.take(y, at, limit);
        y
    }
}

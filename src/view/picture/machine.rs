//! The TCP state machine of RFC 9293, figure 5, with the path that a socket really took in it. Seen are the states that looks found;
//! what lies between two of them is concluded from the figure and from the calls that were made, and marked so.

mod figure;
mod path;

use super::brief::time;
use super::cast::Cast;
use super::scene::{Band, Item, Look, Mark, Page, Picture};
use super::travel;
use crate::event::{Event, Frame, What};
use crate::kernel::Addr;
use crate::markup::{Role, width};
use crate::text::messages::picture as say;
use crate::text::{Lang, Text};
use crate::vocabulary::State;
use figure::{BOXES, EDGES, Place};
use path::{How, Note, Stop, path};

/// The state machine and one socket's way through it.
pub struct Machine {
    name: String,
    stops: Vec<Stop>,
    alive: bool,
    lang: Lang,
}

impl Machine {
    /// # Errors
    /// The socket is none of TCP's.
    pub fn new(events: &[Event], about: usize, lang: Lang) -> Result<Machine, Text> {
        let mut cast = Cast::default();
        let mut found = path::Found::default();
        // The addresses of its connection: a descriptor in CLOSE has none any more.
        let mut pair: Option<(Addr, Addr)> = None;
        let of = connection(events, about);
        for event in events {
            let change = cast.feed(event);
            let of_it = change.on == Some(about);
            match &event.what {
                What::Observed(seen) => {
                    let both = seen.probe.local.clone().zip(seen.probe.peer.clone());
                    if of_it && both.is_some() {
                        pair.clone_from(&both);
                    }
                    let entry = seen.id.is_none() && pair.is_some() && pair == both;
                    if let Some(state) = seen.probe.state.filter(|_| of_it || entry) {
                        found.seen(state, event.at_us, entry);
                    }
                }
                // What sends a SYN or a FIN may have done so before it returns, and the wire saw it.
                What::Called { call, .. } if of_it && matches!(call.name(), "connect" | "close" | "shutdown") => {
                    found.called(call.card());
                    if call.name() == "connect" {
                        found.connects();
                    }
                }
                What::Frame(frame) => {
                    for (state, in_table) in on_the_wire(&cast, about, frame, of.as_ref()) {
                        found.seen(state, event.at_us, in_table);
                    }
                }
                // A connect that failed, or is on its way, has sent its SYN all the same.
                What::Returned(r) if of_it && (r.outcome.ret.is_ok() || r.call.name() == "connect") => {
                    found.called(r.call.card());
                    if r.call.name() == "connect" {
                        found.connected(r.outcome.errno().map(|e| e.0));
                    }
                }
                What::Returned(r) if change.born.contains(&about) => found.made_by(r.call.card()),
                _ => {}
            }
        }
        let Some(actor) = cast.actors.get(about) else { return Err(say::which_socket()) };
        if !actor.kind.is_some_and(crate::kernel::Kind::is_tcp) {
            return Err(say::not_tcp(&actor.name, crate::view::row::kind(actor.kind)));
        }
        Ok(Machine { name: actor.name.clone(), stops: path(&found), alive: actor.alive, lang })
    }

    fn how(&self, how: How) -> Text {
        match how {
            How::Seen => say::step_seen(),
            How::InTable => say::step_seen_kernel(),
            How::OnlyWay => say::step_only_way(),
            How::Likely => say::step_likely(),
        }
    }

    /// The stops that have a place in the figure, from 0.
    fn in_figure(&self) -> impl Iterator<Item = (usize, &Stop)> {
        self.stops.iter().enumerate().filter(|(_, s)| s.note != Some(Note::Apart))
    }

    /// The stops that stand in a box. CLOSE has two: what a refusal or a listener's end leads back to is the beginning.
    fn stops_in<'a>(&'a self, place: &'a Place) -> impl Iterator<Item = (usize, &'a Stop)> {
        let ends = |at: usize| at.checked_sub(1).is_some_and(|before| !figure::leads_back(self.stops[before].state));
        self.in_figure().filter(move |(i, s)| s.state == place.state && (s.state != State::Close || ends(*i) == place.again))
    }

    /// How a box is drawn.
    fn look_of(&self, place: &Place) -> Look {
        let hows: Vec<How> = self.stops_in(place).map(|(_, s)| s.how).collect();
        match hows.iter().any(|h| h.is_seen()) {
            true => Look::Taken,
            false if hows.is_empty() => Look::Quiet,
            false => Look::TakenUnseen,
        }
    }

    /// How a step between two states is drawn.
    fn look_of_edge(&self, from: State, to: State) -> Look {
        let step = |w: &&[Stop]| w[0].state == from && w[1].state == to && w[1].note.is_none();
        let taken = self.stops.windows(2).find(step);
        taken.map_or(Look::Quiet, |w| if w[0].how.is_seen() && w[1].how.is_seen() { Look::Taken } else { Look::TakenUnseen })
    }

    /// Which places of the path a box is: `1, 7`.
    fn places(&self, place: &Place) -> String {
        self.stops_in(place).map(|(i, _)| (i + 1).to_string()).take(4).collect::<Vec<_>>().join(",")
    }

    /// The figure, in at least [`figure::WIDE`] columns.
    fn figure(&self, columns: usize, page: &mut dyn Page) {
        let spread = |x: usize| figure::spread(x, columns);
        let mut band = Band::new(figure::HIGH);
        // What was taken lies above what was not.
        for taken in [false, true] {
            for edge in EDGES {
                let look = self.look_of_edge(edge.from, edge.to);
                if (look != Look::Quiet) == taken {
                    let points: Vec<(usize, usize)> = edge.points.iter().map(|(x, y)| (spread(*x), *y)).collect();
                    band.line(look, true, &points);
                }
            }
        }
        for edge in EDGES {
            let role = if self.look_of_edge(edge.from, edge.to) == Look::Quiet { Role::Dim } else { Role::Plain };
            let (x, y) = edge.label_at;
            band.text(spread(x), y, role, edge.label(self.lang));
        }
        for b in BOXES {
            let look = self.look_of(b);
            let x = spread(b.x + figure::BOX / 2) - figure::BOX / 2;
            band.items.push(Item::Frame { x, y: b.y, wide: figure::BOX, high: 3, look });
            let role = if look == Look::Quiet { Role::Dim } else { Role::State };
            let name = b.state.name();
            band.text(x + (figure::BOX - name.len()) / 2, b.y + 1, role, name);
            let places = self.places(b);
            if look != Look::Quiet && !places.is_empty() {
                let wide = width(&places) + 2;
                let at = figure::free_top(b, x, wide, columns);
                band.items.push(Item::Gap { x: at, y: b.y, wide });
                band.text(at + 1, b.y, Role::Number, places);
            }
        }
        page.band(&band);
    }

    /// The path as a list.
    fn list(&self, columns: usize, page: &mut dyn Page) {
        for (i, stop) in self.stops.iter().enumerate() {
            let number = (i + 1).to_string();
            let mut what = self.how(stop.how).in_lang(self.lang);
            if let Some(us) = stop.at_us {
                what.push_str(&format!(" · {}", time(us)));
            }
            if i + 1 == self.stops.len() {
                let now = if self.alive { say::state_now() } else { say::state_last() };
                what.push_str(&format!(" · {}", now.in_lang(self.lang)));
            }
            if let Some(note) = stop.note {
                let note = if note == Note::Apart { say::step_apart() } else { say::step_no_way() };
                what.push_str(&format!(" · {}", note.in_lang(self.lang)));
            }
            let lines = super::lines(&what, columns.saturating_sub(20));
            let mut band = Band::new(lines.len());
            band.text(4usize.saturating_sub(number.len()), 0, Role::Number, number);
            let mark = if stop.how.is_seen() { Mark::Call } else { Mark::Answer };
            band.items.push(Item::Mark { x: 5, y: 0, mark });
            band.text(7, 0, Role::State, stop.state.name());
            for (y, line) in lines.iter().enumerate() {
                band.text_in(20, y, columns.saturating_sub(20), Role::Plain, line);
            }
            page.band(&band);
        }
    }
}

/// The host of a socket, and the two addresses of its connection, its own first, by the last look that found both.
fn connection(events: &[Event], about: usize) -> Option<(String, Addr, Addr)> {
    let mut cast = Cast::default();
    let mut pair = None;
    for event in events {
        let on = cast.feed(event).on;
        if let What::Observed(seen) = &event.what
            && on == Some(about)
        {
            pair = seen.probe.local.clone().zip(seen.probe.peer.clone()).or(pair);
        }
    }
    let (local, peer) = pair?;
    Some((cast.actors.get(about)?.host.clone(), local, peer))
}

/// What the kernel's tables said of a socket at a frame, before and after, and whether it was an entry without a descriptor: the half of a
/// handshake before accept, what is left of a connection after close.
fn on_the_wire(cast: &Cast, about: usize, frame: &Frame, of: Option<&(String, Addr, Addr)>) -> Vec<(State, bool)> {
    let Some(ends) = &frame.states else { return Vec::new() };
    let alive = cast.actors.get(about).is_some_and(|a| a.alive);
    let (src, dst) = travel::addresses(frame);
    let mut found = Vec::new();
    for (end, host, own, other) in [(&ends.sender, Some(&frame.from), &src, &dst), (&ends.receiver, frame.to.as_ref(), &dst, &src)]
    {
        let in_table = match (&end.socket, of, host) {
            (Some(name), ..) if alive && cast.named(name) == Some(about) => false,
            (None, Some((lives, mine, peer)), Some(host))
                if **lives == **host && own.as_ref() == Some(mine) && other.as_ref() == Some(peer) =>
            {
                true
            }
            _ => continue,
        };
        found.extend(end.before.into_iter().chain(end.after).map(|state| (state, in_table)));
    }
    found
}

impl Picture for Machine {
    fn title(&self) -> String {
        say::title_state(&self.name).in_lang(self.lang)
    }

    fn words(&self) -> String {
        let stop = |s: &Stop| format!("{} ({})", s.state.name(), self.how(s.how).in_lang(self.lang));
        let path = self.stops.iter().map(stop).collect::<Vec<_>>().join(&say::sep().in_lang(self.lang));
        say::words_state(&self.name, path).in_lang(self.lang)
    }

    fn narrowest(&self) -> usize {
        figure::WIDE
    }

    fn draw(&self, columns: usize, page: &mut dyn Page) {
        let mut head = Band::new(2);
        head.text_in(0, 0, columns, Role::Heading, &self.title());
        page.band(&head);
        // Where the figure has no room, its path is told without it.
        if columns >= figure::WIDE {
            self.figure(columns, page);
            page.band(&Band::new(1));
        }
        self.list(columns, page);
        page.band(&Band::new(1));
        let legend = if columns >= figure::WIDE { say::legend_state() } else { say::figure_needs(figure::WIDE) };
        super::legend(&[legend], columns, self.lang, page);
    }
}

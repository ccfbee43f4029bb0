//! The sitting as a time-sequence diagram: one column per socket, calls at their ends, arrows between them, bars where a call stands
//! still, states down each side. It reads the log once and keeps no row of it: bands go out as they are made.

mod room;
mod row;
mod walk;

use super::brief::{self, Words, time};
use super::cast::Cast;
use super::ends::{Both, Ends};
use super::programs;
use super::scene::{Band, Look, Mark, Page, Picture};
use super::travel::{Travel, travel};
use crate::event::{Event, Fate, Frame, RanWhat, Returned, What};
use crate::markup::{Role, safe};
use crate::text::Lang;
use crate::text::messages::picture as say;
use crate::view::packets;
use crate::vocabulary::State;
use row::{Lanes, Outside, Row};
use std::collections::HashSet;
use walk::{Step, walk};

/// So many sockets have a column each in a file; of more only those that are open at the same time, up to the second figure.
const MANY: usize = 60;
const MOST: usize = 400;
/// So many of those that are not drawn are named.
const NAMED: usize = 8;
/// So many steps are told in words for who cannot see them.
const TOLD: usize = 60;

/// The ladder of a log.
pub struct Ladder<'a> {
    events: &'a [Event],
    ends: Ends,
    lang: Lang,
    /// The sockets that are drawn, in the order of their columns; all, or one and who dealt with it.
    drawn: Vec<usize>,
    /// Columns that they take in a picture that has room enough.
    lanes: usize,
    names: Vec<String>,
    calls: usize,
    steps: Vec<String>,
    last_turn: u32,
}

impl<'a> Ladder<'a> {
    /// Of the whole log, or of one socket and those it dealt with.
    pub fn new(events: &'a [Event], about: Option<usize>, lang: Lang) -> Ladder<'a> {
        let ends = Ends::of(events);
        let with = about.map(|about| dealt_with(events, &ends, about));
        let is_drawn = |at: &usize| with.as_ref().is_none_or(|with| with.contains(at));
        let (mut calls, mut last_turn) = (0, 0);
        let (mut alive, mut most) = (0usize, 0);
        let mut steps = Vec::new();
        let cast = walk(events, &ends, |cast, step| {
            if let Step::Found { .. } = step {
                alive += 1;
            }
            let Step::Returned { event, r, on, ref born, gone, .. } = step else { return };
            last_turn = last_turn.max(event.turn);
            alive += born.iter().filter(|at| is_drawn(at)).count();
            most = most.max(alive);
            alive = alive.saturating_sub(usize::from(gone.is_some_and(|at| is_drawn(&at))));
            // A call on no socket (`resolve`) is everybody's.
            let mut concerned = on.into_iter().chain(born.first().copied()).chain(looked_at(&r.call, cast)).peekable();
            if concerned.peek().is_some() && !concerned.any(|at| is_drawn(&at)) {
                return;
            }
            calls += 1;
            if steps.len() < TOLD {
                let who = on.map(|on| format!("{} ", cast.actors[on].name)).unwrap_or_default();
                let mut what = brief::call(&r.call, cast);
                what.extend(brief::answer(r));
                steps.push(format!("{} {who}{}", event.turn, brief::text(&what)));
                if let Some((on, t)) = on.and_then(|on| Some((on, travel(cast, r, on, lang)?))) {
                    let [from, to] = [on, t.to].map(|a| cast.actors[a].name.clone());
                    let what = if t.label.is_empty() { r.call.card().to_string() } else { t.label.clone() };
                    steps.push(say::words_travels(from, to, what).in_lang(lang));
                }
            }
        });
        let drawn: Vec<usize> = (0..cast.actors.len()).filter(is_drawn).collect();
        let names = drawn.iter().take(TOLD).map(|at| cast.actors[*at].name.clone()).collect();
        // Where there are many the columns of closed ones are used again, in a file too.
        let lanes = if drawn.len() <= MANY { drawn.len() } else { most.max(MANY) };
        Ladder { events, ends, lang, drawn, lanes, names, calls, steps, last_turn }
    }

    pub fn is_empty(&self) -> bool {
        self.calls == 0 && self.drawn.is_empty()
    }
}

/// The row that is being put together: looks that follow a call belong to it.
struct Drawing<'p> {
    lanes: Lanes<'p>,
    row: Option<Row>,
    lang: Lang,
}

impl Drawing<'_> {
    fn flush(&mut self) {
        if let Some(row) = self.row.take() {
            self.lanes.row(row);
        }
    }

    fn step(&mut self, cast: &Cast, step: Step<'_>) {
        match step {
            Step::Found { at } => {
                self.flush();
                self.lanes.found(at, &cast.actors[at].titled());
            }
            Step::Frame { event, frame, ends, states } => {
                self.flush();
                self.frame(event, frame, ends, states);
            }
            Step::Ran { event, ran } => {
                self.flush();
                let (role, told) = match &ran.what {
                    RanWhat::Started { line } => (Role::Plain, safe(line).into_owned()),
                    RanWhat::Printed { .. } => return,
                    RanWhat::Ended(how) => {
                        let (role, how) = programs::how(Some(*how));
                        (role, format!("{} {}", safe(&ran.program), how.plain(self.lang)))
                    }
                };
                let words = vec![
                    (Role::Host, ran.host.name().to_string()),
                    (role, format!("▸ {told}")),
                    (Role::Dim, say::program_job(ran.job).in_lang(self.lang)),
                ];
                self.lanes.row(Row { turn: Some(event.turn), at_us: Some(event.at_us), words, ..Row::default() });
            }
            Step::Stands { event, on, waits } => {
                let What::Called { call, host, .. } = &event.what else { return };
                self.flush();
                let mut words = brief::call(call, cast);
                if on.is_none() && looked_at(call, cast).is_empty() && !host.is_local() {
                    words.insert(0, (Role::Host, host.name().to_string()));
                }
                let waits = if waits { say::waits().in_lang(self.lang) } else { String::new() };
                words.push((Role::Dim, format!("… {waits}").trim_end().to_string()));
                let row =
                    Row { turn: Some(event.turn), at_us: Some(event.at_us), on, mark: Some(Mark::Stands), words, ..Row::default() };
                self.lanes.row(row);
            }
            Step::Returned { event, r, on, born, gone, stood } => {
                self.flush();
                let row = self.returned(cast, event, r, on, born, gone, stood);
                self.row = Some(row);
            }
            Step::State { on, state } => self.row.get_or_insert_default().states.push((on, state)),
        }
    }

    /// A frame: from whose column to whose; where one end has none, to its host or from it; where neither has, by the hosts' names.
    fn frame(&mut self, event: &Event, f: &Frame, ends: Both, states: Vec<(usize, State)>) {
        // What concerns no socket (ARP) is in `packets`.
        if ![ends.from, ends.to, ends.about].iter().flatten().any(|at| self.lanes.draws(*at)) {
            return;
        }
        let mut words = vec![(Role::Dim, format!("#{}", f.packet))];
        for span in packets::what(f, self.lang).into_iter().filter(|s| !s.text.trim().is_empty()) {
            match words.last_mut() {
                Some(last) if span.text.starts_with(':') => last.1.push_str(span.text.trim_end()),
                _ => words.push((span.role, span.text.trim().to_string())),
            }
        }
        let (stops, fate) = match f.fate {
            Fate::Delivered | Fate::Seen => (None, None),
            Fate::Held => (Some(Mark::Answer), Some((Role::Answer, say::frame_held()))),
            Fate::Dropped => (Some(Mark::Failed), Some((Role::Bad, say::frame_dropped()))),
        };
        words.extend(fate.map(|(role, text)| (role, text.in_lang(self.lang))));
        let to_host = f.to.as_deref().unwrap_or("*");
        let [from, to] = [ends.from, ends.to].map(|at| at.filter(|at| self.lanes.stands(*at)));
        let mut row = Row { at_us: Some(event.at_us), on: from.or(to), states, ..Row::default() };
        match (from, to) {
            (Some(from), Some(to)) if from != to => {
                row.travel = Some(Travel { to, label: String::new(), look: Look::Seen, stops });
            }
            (Some(_), _) => row.outside = Some(Outside { host: to_host.to_string(), comes: false, stops }),
            (None, Some(_)) => row.outside = Some(Outside { host: f.from.to_string(), comes: true, stops }),
            (None, None) => words.insert(1, (Role::Host, format!("{} → {to_host}", f.from))),
        }
        row.words = words;
        self.lanes.row(row);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a step, each once")]
    fn returned(
        &self,
        cast: &Cast,
        event: &Event,
        r: &Returned,
        on: Option<usize>,
        born: Vec<usize>,
        gone: Option<usize>,
        stood: bool,
    ) -> Row {
        let mut words: Words = match stood {
            true => vec![(Role::Call, r.call.card().replace('_', " "))],
            false => brief::call(&r.call, cast),
        };
        let asked = if on.is_none() { looked_at(&r.call, cast) } else { Vec::new() };
        // No column tells whose call it is.
        if on.is_none() && born.is_empty() && asked.is_empty() && !r.host.is_local() {
            words.insert(0, (Role::Host, r.host.name().to_string()));
        }
        words.extend(brief::answer(r));
        if stood {
            words.push((Role::Time, format!("({})", time(r.outcome.timing.took_us))));
        }
        let failed = r.outcome.ret.is_err() || r.outcome.out.as_ref().is_some_and(|o| o.eai.is_some());
        let mark = match (stood && on.is_some(), failed, r.outcome.errno()) {
            (true, ..) => Mark::Returns,
            (_, false, _) => Mark::Call,
            (.., Some(e)) if e.is_answer() => Mark::Answer,
            _ => Mark::Failed,
        };
        Row {
            turn: Some(event.turn),
            at_us: Some(r.outcome.timing.t_us + r.outcome.timing.took_us),
            on: on.or_else(|| born.first().copied()),
            mark: Some(mark),
            words,
            travel: on.and_then(|on| travel(cast, r, on, self.lang)),
            made: on.is_some(),
            born: born.iter().map(|at| (*at, cast.actors[*at].titled())).collect(),
            gone,
            asked,
            ..Row::default()
        }
    }
}

/// A socket and those that it dealt with.
fn dealt_with(events: &[Event], ends: &Ends, about: usize) -> HashSet<usize> {
    let mut with = HashSet::from([about]);
    let mut pair = |a: usize, b: usize| {
        if a == about || b == about {
            with.extend([a, b]);
        }
    };
    walk(events, ends, |cast, step| match step {
        Step::Frame { ends, .. } => drop(ends.from.zip(ends.to).map(|(from, to)| pair(from, to))),
        Step::Returned { r, on: Some(on), born, .. } => {
            born.iter().for_each(|at| pair(on, *at));
            travel(cast, r, on, Lang::En).iter().for_each(|t| pair(on, t.to));
        }
        _ => {}
    });
    with
}

/// The sockets whose descriptors a call of none speaks of.
fn looked_at(call: &crate::call::AnyCall, cast: &Cast) -> Vec<usize> {
    use crate::call::Value;
    fn find(value: &Value<'_>, cast: &Cast, found: &mut Vec<usize>) {
        match value {
            Value::Fd(fd) => found.extend(cast.by_fd(*fd)),
            Value::Struct(fields) => fields.iter().for_each(|(_, v)| find(v, cast, found)),
            Value::List(list) => list.iter().for_each(|v| find(v, cast, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    call.arguments().iter().for_each(|(_, v)| find(v, cast, &mut found));
    found.dedup();
    found
}

impl Picture for Ladder<'_> {
    fn title(&self) -> String {
        say::title_ladder(self.drawn.len(), self.calls).in_lang(self.lang)
    }

    fn words(&self) -> String {
        let comma = say::listing().in_lang(self.lang);
        let mut steps = self.steps.join(&say::sep().in_lang(self.lang));
        if self.calls > TOLD {
            steps.push_str(". ");
            steps.push_str(&say::words_more(self.calls - TOLD).in_lang(self.lang));
        }
        say::words_ladder(self.names.join(&comma), steps).in_lang(self.lang)
    }

    fn narrowest(&self) -> usize {
        Lanes::needs(self.lanes.min(MOST), self.last_turn, false)
    }

    fn wants(&self) -> usize {
        Lanes::needs(self.lanes.min(MOST), self.last_turn, true)
    }

    fn draw(&self, columns: usize, page: &mut dyn Page) {
        let mut head = Band::new(2);
        head.text_in(0, 0, columns, Role::Heading, &self.title());
        page.band(&head);
        let lanes = Lanes::new(columns, &self.drawn, self.last_turn, page);
        let mut drawing = Drawing { lanes, row: None, lang: self.lang };
        let cast = walk(self.events, &self.ends, |cast, step| drawing.step(cast, step));
        drawing.flush();
        let left: Vec<String> = drawing.lanes.left_out().iter().take(NAMED).map(|at| cast.actors[*at].name.clone()).collect();
        let more = drawing.lanes.left_out().len() - left.len();
        drawing.lanes.finish();
        let wire = self.events.iter().any(|e| matches!(e.what, What::Frame(_)));
        let mut legend = vec![say::legend_marks(), if wire { say::legend_wire() } else { say::legend_deduced() }];
        legend.extend(self.events.iter().any(|e| matches!(e.what, What::Ran(_))).then(say::legend_ran));
        if !left.is_empty() {
            let names = left.join(&say::listing().in_lang(self.lang));
            legend.push(if more > 0 { say::left_out_more(names, more) } else { say::left_out(names) });
        }
        super::legend(&legend, columns, self.lang, page);
    }
}

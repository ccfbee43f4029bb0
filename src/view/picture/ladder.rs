//! The sitting as a time-sequence diagram: one column per socket, calls at their ends, arrows between them, bars where a call stands
//! still, states down each side. It reads the log once and keeps no row of it: bands go out as they are made.

mod row;

use super::brief::{self, Words, time};
use super::cast::Cast;
use super::programs;
use super::scene::{Band, Mark, Page, Picture};
use super::travel::{self, travel};
use crate::event::{Event, Fate, Frame, Ran, RanWhat, Returned, What};
use crate::kernel::Kind;
use crate::markup::{Role, safe};
use crate::text::Lang;
use crate::text::messages::picture as say;
use crate::view::packets;
use crate::vocabulary::State;
use row::{Lanes, Row};
use std::collections::{HashMap, HashSet};

/// A call that took longer, in microseconds, stood still, also where nothing happened meanwhile.
pub const STOOD_US: f64 = 100_000.0;
/// So many steps are told in words for who cannot see them.
const TOLD: usize = 60;

/// The ladder of a log.
pub struct Ladder<'a> {
    events: &'a [Event],
    lang: Lang,
    /// The sockets that are drawn, in the order of their columns; all, or one and who dealt with it.
    drawn: Vec<usize>,
    names: Vec<String>,
    calls: usize,
    steps: Vec<String>,
    last_turn: u32,
}

/// What happens next, from the top down.
pub enum Step<'a> {
    /// A call begins to stand still.
    Stands { event: &'a Event, on: Option<usize>, waits: bool },
    /// A call has returned; `stood`: its beginning was a step of its own.
    Returned { event: &'a Event, r: &'a Returned, on: Option<usize>, born: Vec<usize>, gone: Option<usize>, stood: bool },
    /// A state was seen that is another than the last.
    State { on: usize, state: State },
    /// The wire has seen a frame.
    Frame { event: &'a Event, frame: &'a Frame, states: Vec<(usize, State)> },
    /// A program on a host was started, or has ended.
    Ran { event: &'a Event, ran: &'a Ran },
    /// A socket is there that nobody saw come: the log has lost its beginning.
    Found { at: usize },
}

/// Walks through a log, step by step.
pub fn walk<'a>(events: &'a [Event], mut each: impl FnMut(&Cast, Step<'a>)) -> Cast {
    let mut cast = Cast::default();
    let mut states: Vec<Option<State>> = Vec::new();
    // Calls that have not returned: where they stand in the log, on whom, and whether they were told.
    let mut open: HashMap<u64, (usize, Option<usize>, bool)> = HashMap::new();
    let mut newest: Option<u64> = None;
    for (i, event) in events.iter().enumerate() {
        let change = cast.feed(event);
        states.resize(cast.actors.len(), None);
        let of = match &event.what {
            What::Returned(r) => Some(r.of),
            What::Observed(_) | What::Diagnosed { .. } => newest,
            _ => None,
        };
        // Something else happened while the newest call had not returned: it stands still.
        if let Some(call) = newest.filter(|n| of != Some(*n))
            && let Some((at, on, told)) = open.get_mut(&call)
        {
            if !*told {
                *told = true;
                each(&cast, Step::Stands { event: &events[*at], on: *on, waits: !matches!(event.what, What::Frame(_)) });
            }
            newest = None;
        }
        match &event.what {
            What::Called { job, .. } => {
                change.born.iter().for_each(|at| each(&cast, Step::Found { at: *at }));
                open.insert(event.seq, (i, change.on, job.is_some()));
                newest = Some(event.seq);
                if job.is_some() {
                    each(&cast, Step::Stands { event, on: change.on, waits: true });
                    newest = None;
                }
            }
            What::Returned(r) => {
                let begun = open.remove(&r.of);
                let mut stood = begun.is_some_and(|b| b.2);
                if let Some((at, on, false)) = begun
                    && r.outcome.timing.took_us >= STOOD_US
                {
                    stood = true;
                    each(&cast, Step::Stands { event: &events[at], on, waits: true });
                }
                newest = None;
                let on = change.on;
                each(&cast, Step::Returned { event, r, on, born: change.born, gone: change.gone, stood });
            }
            What::Ran(ran) if !matches!(ran.what, RanWhat::Printed { .. }) => each(&cast, Step::Ran { event, ran }),
            What::Frame(frame) => {
                // The kernels' own tables, read at each frame.
                let mut changed = Vec::new();
                if let Some(ends) = &frame.states {
                    let (from, travel) = travel::frame(&cast, frame);
                    for (at, end) in [(from, &ends.sender), (travel.map(|t| t.to), &ends.receiver)] {
                        let named = at.filter(|at| end.socket.as_deref() == Some(&cast.actors[*at].name));
                        if let (Some(at), Some(state)) = (named, end.after)
                            && states[at] != Some(state)
                        {
                            states[at] = Some(state);
                            changed.push((at, state));
                        }
                    }
                }
                each(&cast, Step::Frame { event, frame, states: changed });
            }
            What::Observed(seen) => {
                change.born.iter().for_each(|at| each(&cast, Step::Found { at: *at }));
                let Some(at) = change.on else { continue };
                let worth = match seen.kind {
                    Some(k) if k.is_tcp() => true,
                    Some(k) if k.is_datagram() => false,
                    Some(Kind::Socket { .. }) => states[at].is_some() || seen.probe.state != Some(State::Close),
                    _ => false,
                };
                if let Some(state) = seen.probe.state.filter(|s| worth && states[at] != Some(*s)) {
                    states[at] = Some(state);
                    each(&cast, Step::State { on: at, state });
                }
            }
            _ => {}
        }
    }
    // What has not returned at the end of the log.
    let mut left: Vec<_> = open.into_values().filter(|o| !o.2).collect();
    left.sort_unstable_by_key(|o| o.0);
    for (at, on, _) in left {
        each(&cast, Step::Stands { event: &events[at], on, waits: true });
    }
    cast
}

impl<'a> Ladder<'a> {
    /// Of the whole log, or of one socket and those it dealt with.
    pub fn new(events: &'a [Event], about: Option<usize>, lang: Lang) -> Ladder<'a> {
        let mut with: HashSet<usize> = about.into_iter().collect();
        let mut pairs: HashSet<(usize, usize)> = HashSet::new();
        let (mut calls, mut last_turn) = (0, 0);
        let mut steps = Vec::new();
        let cast = walk(events, |cast, step| {
            if let Step::Frame { frame, .. } = step {
                let (from, to) = travel::frame(cast, frame);
                pairs.extend(from.zip(to).map(|(from, t)| (from, t.to)));
            }
            let Step::Returned { event, r, on, ref born, .. } = step else { return };
            calls += 1;
            last_turn = last_turn.max(event.turn);
            let to = on.and_then(|on| travel(cast, r, on, lang));
            if let Some(on) = on {
                pairs.extend(to.iter().map(|t| (on, t.to)).chain(born.iter().map(|b| (on, *b))));
            }
            if steps.len() < TOLD {
                let who = on.map(|on| format!("{} ", cast.actors[on].name)).unwrap_or_default();
                let mut what = brief::call(&r.call, cast);
                what.extend(brief::answer(r));
                steps.push(format!("{} {who}{}", event.turn, brief::text(&what)));
                if let (Some(on), Some(t)) = (on, &to) {
                    let [from, to] = [on, t.to].map(|a| cast.actors[a].name.clone());
                    let what = if t.label.is_empty() { r.call.card().to_string() } else { t.label.clone() };
                    steps.push(say::words_travels(from, to, what).in_lang(lang));
                }
            }
        });
        if let Some(about) = about {
            for (a, b) in &pairs {
                if *a == about || *b == about {
                    with.extend([*a, *b]);
                }
            }
        }
        let all = 0..cast.actors.len();
        let drawn: Vec<usize> = all.filter(|at| about.is_none() || with.contains(at)).collect();
        let names = drawn.iter().take(TOLD).map(|at| cast.actors[*at].name.clone()).collect();
        Ladder { events, lang, drawn, names, calls, steps, last_turn }
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
            Step::Frame { event, frame, states } => {
                self.flush();
                self.frame(cast, event, frame, states);
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
                let What::Called { call, .. } = &event.what else { return };
                self.flush();
                let mut words = brief::call(call, cast);
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

    /// A frame: from whose column to whose; where only one has a column, the hosts are named.
    fn frame(&mut self, cast: &Cast, event: &Event, f: &Frame, states: Vec<(usize, State)>) {
        let (from, travel) = travel::frame(cast, f);
        let mut words = vec![(Role::Dim, format!("#{}", f.packet))];
        words.extend(
            packets::what(f, self.lang).into_iter().map(|s| (s.role, s.text.trim().to_string())).filter(|w| !w.1.is_empty()),
        );
        let fate = match f.fate {
            Fate::Delivered | Fate::Seen => None,
            Fate::Held => Some((Role::Answer, say::frame_held())),
            Fate::Dropped => Some((Role::Bad, say::frame_dropped())),
        };
        words.extend(fate.map(|(role, text)| (role, text.in_lang(self.lang))));
        if from.is_none() || travel.is_none() {
            let to = f.to.as_deref().unwrap_or("*");
            words.insert(1, (Role::Host, format!("{} → {to}", f.from)));
        }
        let on = from.or_else(|| travel.as_ref().map(|t| t.to));
        let travel = travel.filter(|_| from.is_some());
        // What concerns no socket (ARP) is in `packets`.
        if on.is_some() {
            self.lanes.row(Row { at_us: Some(event.at_us), on, words, travel, states, ..Row::default() });
        }
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
        let asked = if on.is_none() { looked_at(&r.call, cast) } else { Vec::new() };
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
            states: Vec::new(),
        }
    }
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

    fn draw(&self, columns: usize, page: &mut dyn Page) {
        let mut head = Band::new(2);
        head.text_in(0, 0, columns, Role::Heading, &self.title());
        page.band(&head);
        let lanes = Lanes::new(columns, &self.drawn, self.last_turn, page);
        let mut drawing = Drawing { lanes, row: None, lang: self.lang };
        let cast = walk(self.events, |cast, step| drawing.step(cast, step));
        drawing.flush();
        let left: Vec<String> = drawing.lanes.left_out().iter().take(8).map(|at| cast.actors[*at].name.clone()).collect();
        drawing.lanes.finish();
        let wire = self.events.iter().any(|e| matches!(e.what, What::Frame(_)));
        let mut legend = vec![say::legend_marks(), if wire { say::legend_wire() } else { say::legend_deduced() }];
        legend.extend(self.events.iter().any(|e| matches!(e.what, What::Ran(_))).then(say::legend_ran));
        if !left.is_empty() {
            legend.push(say::left_out(left.join(&say::listing().in_lang(self.lang))));
        }
        super::legend(&legend, columns, self.lang, page);
    }
}

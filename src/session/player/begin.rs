//! Beginning a lesson and its steps: what is drawn, what the lesson sets up, what is asked.

use super::programs::own_path;
use super::roles::Given;
use super::{Mode, Notes, Player, Roles, Totals};
use crate::call::AnyCall;
use crate::event::Play;
use crate::grammar::lex::Lexed;
use crate::kernel::{CallClock, ports};
use crate::lesson::course::{Lesson, Line, Values};
use crate::session::{Failure, Flow, Sitting, State, Verdict};
use crate::text::messages::play as say;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

impl Sitting {
    /// Starts a lesson at a step, from 0; what stands before it is done again first. One that was played is left.
    pub fn begin_lesson(&self, clock: &Arc<CallClock>, lesson: Arc<Lesson>, trusted: bool, at: usize) {
        let at = at.min(lesson.steps.len().saturating_sub(1));
        self.put_player(lesson, trusted, at, Mode::Guided);
        let mut what = vec![Play::Began { resumed: at > 0 }];
        if at > 0 {
            what.push(Play::Said { text: say::rebuilt_start(at) });
        }
        self.tell(None, what);
        if let Some(id) = self.with_player(|_, player| player.lesson.id.clone()) {
            self.transcript_begins(&id, at);
        }
        if at > 0 {
            self.rebuild(clock, at);
        }
        self.enter_step(clock);
    }

    /// A lesson's player takes its place; one that was there leaves.
    pub(super) fn put_player(&self, lesson: Arc<Lesson>, trusted: bool, at: usize, mode: Mode) {
        let mut state = self.lock();
        let player = Player {
            lesson,
            trusted,
            mode,
            at,
            values: Values::default(),
            roles: Roles::default(),
            totals: Totals::default(),
            notes: Notes::default(),
            question: None,
            guesses: Vec::new(),
            attempts: 0,
            unkept: Default::default(),
            unkept_told: false,
            stages: Default::default(),
            asked: false,
            gave_up: false,
            shown: Vec::new(),
            told: false,
            met: Vec::new(),
            seen_met: Vec::new(),
            slips: Vec::new(),
            busy: true,
            silent: false,
            first_id: state.table.newest(),
            first_job: state.next_job,
            programs: Vec::new(),
            waiting: Vec::new(),
        };
        state.player = Some(Box::new(player));
        self.playing.store(true, Ordering::Relaxed);
    }

    /// Begins the step the player stands at.
    pub(super) fn enter_step(&self, clock: &Arc<CallClock>) {
        let missing = self.with_player(|state, player| {
            player.busy = true;
            player.question = None;
            player.guesses = vec![None; player.step().predicts.len()];
            player.attempts = 0;
            player.stages.clear();
            player.asked = false;
            player.gave_up = false;
            player.shown.clear();
            player.met.clear();
            player.seen_met.clear();
            player.slips.clear();
            player.waiting.clear();
            let missing = draw(player);
            state.play(player, vec![Play::Step]);
            missing
        });
        if missing == Some(true) {
            self.tell(None, vec![Play::Said { text: say::no_port() }]);
        }
        let setup = self.with_player(|_, player| player.step().setup.clone()).unwrap_or_default();
        if !setup.is_empty() {
            self.tell(None, vec![Play::Said { text: say::sets_scene() }]);
        }
        self.lesson_lines(clock, &setup);
        self.start_programs();
        self.with_player(|state, player| {
            player.notes = Notes::behind(state.log.next_seq() - 1);
            player.roles.renew(&state.table);
            player.busy = false;
        });
        self.ask_next(None);
        self.look_at_lesson(clock, false);
    }

    /// Puts the step's next question, if one is left.
    pub(super) fn ask_next(&self, turn: Option<u32>) -> bool {
        let asked = self.with_player(|_, player| {
            player.question = player.guesses.iter().position(Option::is_none).filter(|_| player.mode == Mode::Guided);
            player.question
        });
        match asked.flatten() {
            Some(question) => {
                self.tell(turn, vec![Play::Asked { question }]);
                true
            }
            None => false,
        }
    }

    /// Runs lines of the lesson, each shown as its own doing, up to the first that ends the sitting.
    pub(super) fn lesson_lines(&self, clock: &Arc<CallClock>, lines: &[Line]) -> Option<Failure> {
        let mut lexed = Lexed::default();
        let mut failed = None;
        let mut given = Given::default();
        for line in lines {
            let before = self.with_player(|_, player| std::mem::replace(&mut player.busy, true))?;
            let text =
                self.with_player(|state, player| player.roles.spoken(&player.values.fill(&line.text), &state.table, &mut given))?;
            // The learner may have closed it already.
            if text.strip_prefix("close ").is_some_and(|name| self.lock().table.find(name).is_none()) {
                self.with_player(|_, player| player.busy = before);
                continue;
            }
            let mut from = 0;
            loop {
                let (verdict, next): (Verdict, _) = self.statement(clock, &text, from, &mut lexed, None, 1);
                if let Err(f) = verdict {
                    failed.get_or_insert(f);
                } else if !matches!(verdict, Ok(Flow::Done)) {
                    break;
                }
                match next {
                    Some(next) => from = next,
                    None => break,
                }
            }
            self.with_player(|_, player| player.busy = before);
        }
        failed
    }
}

/// Draws what the step's placeholders stand for; says whether a port was missing.
pub(super) fn draw(player: &mut Player) -> bool {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let step = player.step();
    let docs = [&step.text, &step.after];
    let told = docs.into_iter().flat_map(|d| d.words());
    let texts: Vec<&str> = step.lines().map(|l| l.text.as_str()).chain(told).collect();
    let mut wanted: Vec<String> = texts.iter().flat_map(|t| player.values.wanted(t)).map(str::to_string).collect();
    wanted.dedup();
    let mut missing = false;
    for hole in wanted {
        if player.values.get(&hole).is_some() {
            continue;
        }
        let fresh = || format!("sockscope-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let value = match hole.as_str() {
            "sockscope" => own_path(),
            "name" | "name2" => Some(fresh()),
            "path" | "path2" => Some(format!("{}/{}.sock", std::env::temp_dir().display(), fresh())),
            _ => {
                let taken: Vec<u16> = player.values.0.iter().filter_map(|(_, v)| v.parse().ok()).collect();
                let port = ports::free(&taken);
                missing |= port.is_none();
                port.map(|p| p.to_string())
            }
        };
        if let Some(value) = value {
            player.values.put(&hole, value);
        }
    }
    missing
}

impl State {
    /// Why a program may not be run now: the lines are somebody else's, or the lesson's and nobody allowed that.
    pub(in crate::session) fn forbidden_program(&self, line: &str) -> Option<Failure> {
        if self.guarded {
            return Some(Failure::new(crate::text::messages::grade::guarded()));
        }
        let asks = self.player.as_ref().is_some_and(|p| p.busy && !p.trusted);
        asks.then(|| Failure::new(say::ask_program(line)))
    }

    /// Why a call that the lesson makes may not be made yet: it reaches another machine, and nobody allowed that.
    pub(in crate::session) fn forbidden(&self, call: &AnyCall) -> Option<Failure> {
        use crate::call::Value;
        use crate::grammar::Source;
        // Nothing leaves the lab.
        let inside = call.on().and_then(|h| self.table.entry(h.id)).is_some_and(|e| !e.place.is_local());
        let asks = !inside && self.player.as_ref().is_some_and(|p| p.busy && !p.trusted);
        if !asks && !self.guarded {
            return None;
        }
        if self.guarded {
            let drawn = |path: &str| self.player.as_ref().is_some_and(|p| p.values.0.iter().any(|(_, v)| v == path));
            let reads =
                |(_, value): (&'static str, Value<'_>)| matches!(value, Value::Data(d) if matches!(d.source, Source::File(_)));
            let touches = match call {
                AnyCall::Open(_) => true,
                AnyCall::Unlink(u) => !drawn(&u.pathname),
                call => call.arguments().into_iter().any(reads),
            };
            if touches {
                return Some(Failure::new(crate::text::messages::grade::guarded()));
            }
        }
        if inside {
            return None;
        }
        let outside = |(_, value): (&'static str, Value<'_>)| match value {
            Value::Addr(a) => a.ip().filter(|ip| !ip.is_loopback() && !ip.is_unspecified()).map(|_| a.to_string()),
            _ => None,
        };
        let resolves = match call {
            AnyCall::Resolve(r) if r.node != "localhost" && r.node.parse::<std::net::IpAddr>().is_err() => Some(r.node.clone()),
            _ => None,
        };
        let where_to = call.arguments().into_iter().find_map(outside).or(resolves)?;
        let proving = self.player.as_ref().is_some_and(|p| p.mode == Mode::Proving);
        Some(Failure::new(match (self.guarded, proving) {
            (true, _) => crate::text::messages::grade::guarded(),
            (_, true) => crate::text::messages::prove::off_machine(where_to),
            _ => say::ask_off_machine(where_to),
        }))
    }
}

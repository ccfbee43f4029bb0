//! Playing a lesson inside an ordinary sitting: steps begin, what happened is judged, steps are passed.
//!
//! Judged are events and the kernel's state, never the words typed. What the lesson itself runs goes the way of every typed line; only
//! its events say that the lesson did it. Nothing here prints: [`Played`] events tell, and the views find the lesson's own words.

mod act;
mod begin;
pub mod grade;
mod judge;
mod lab;
mod notes;
mod programs;
pub mod prove;
mod rebuild;
pub mod record;
pub mod recorder;
mod roles;
pub mod transcript;

pub use judge::Judged;
pub use notes::{Note, Notes};
pub use roles::{Role, Roles};

use super::{Sitting, State};
use crate::event::{Goal, Play, Played, What};
use crate::lesson::course::{Lesson, Part, Step, Values};
use crate::lesson::progress::StepProgress;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a lesson is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Guided,
    /// The last step, without help, for who knows it all already.
    Testing,
    /// Left for free exploration.
    Free,
    /// Nobody plays: its author's checker goes through it.
    Proving,
}

/// What a learner did in a lesson, for its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub attempts: u32,
    pub hints: u32,
    pub skips: u32,
    pub guesses: u32,
    pub right: u32,
}

/// The lesson that is played.
pub struct Player {
    pub lesson: Arc<Lesson>,
    /// It may run programs and speak to other machines.
    pub trusted: bool,
    pub mode: Mode,
    /// The step, from 0.
    pub at: usize,
    pub values: Values,
    pub roles: Roles,
    pub totals: Totals,
    notes: Notes,
    /// The question that waits for an answer.
    question: Option<usize>,
    guesses: Vec<Option<Vec<usize>>>,
    attempts: u32,
    /// What was done in the step and is not in the progress file yet.
    unkept: StepProgress,
    unkept_told: bool,
    /// The stage of the hints that each part has reached.
    stages: BTreeMap<usize, usize>,
    /// The solution was asked for once: the second time it is shown.
    asked: bool,
    /// `skip` did not pass: a second one goes on without it.
    gave_up: bool,
    shown: Vec<Goal>,
    /// The goal was told while this line was carried out: behind it, it is not told again.
    told: bool,
    /// By part: its checks as they were when all of them were met.
    met: Vec<Option<Vec<Goal>>>,
    /// Which goals were met when they were last looked at.
    seen_met: Vec<bool>,
    /// Slips that were told, by their place.
    slips: Vec<usize>,
    /// The lesson itself is running lines: nothing is judged meanwhile.
    pub busy: bool,
    /// Rebuilding: what is passed is passed in silence.
    silent: bool,
    /// Sockets with higher ids, and jobs with higher numbers, were made in the lesson.
    first_id: u32,
    first_job: u32,
    programs: Vec<programs::Started>,
    /// Programs of this step that wait for the learner's leave.
    waiting: Vec<programs::Asked>,
}

impl Player {
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.at.min(self.lesson.steps.len() - 1)]
    }

    fn parts(&self) -> &[Part] {
        &self.step().parts
    }

    /// The step's number from 1, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        (self.at + 1, self.lesson.steps.len())
    }

    fn played(&self, what: Play) -> Played {
        let (number, of) = self.position();
        Played { lesson: self.lesson.id.clone(), step: self.step().id.clone(), number, of, values: self.values.0.clone(), what }
    }

    /// A line begins. A bare `b` answers the question that waits: then this is the line as it is meant.
    pub fn begin_line(&mut self, line: &str) -> Option<String> {
        self.told = false;
        let answers = self.step().predicts.get(self.question?)?.options.len();
        let words = line.trim();
        let letter = |c: char| matches!(c.to_ascii_lowercase(), c @ 'a'..='h' if usize::from(c as u8 - b'a') < answers);
        let parts: Vec<&str> = words.split([' ', ',']).filter(|w| !w.is_empty()).collect();
        let all = !parts.is_empty() && parts.iter().all(|w| w.chars().count() == 1 && w.chars().all(letter));
        (all || words == "?").then(|| format!("guess {words}"))
    }

    /// Whether anything is judged now.
    fn judges(&self) -> bool {
        !self.busy && !matches!(self.mode, Mode::Free | Mode::Proving)
    }
}

impl State {
    /// Records what happened in the lesson as a turn of its own.
    fn play(&mut self, player: &Player, what: Vec<Play>) {
        if what.is_empty() || player.silent {
            return;
        }
        self.turn += 1;
        let turn = self.turn;
        for play in what {
            self.record(turn, |_| What::Lesson(Box::new(player.played(play))));
        }
        self.record(turn, |_| What::Done { ok: true, reason: None });
    }
}

impl Sitting {
    /// Works on the lesson that is played, if one is, with the rest of the state beside it.
    fn with_player<T>(&self, body: impl FnOnce(&mut State, &mut Player) -> T) -> Option<T> {
        let mut state = self.lock();
        let mut player = state.player.take()?;
        let got = body(&mut state, &mut player);
        state.player = Some(player);
        Some(got)
    }

    /// Records something in the lesson, as part of a turn or as a turn of its own.
    fn tell(&self, turn: Option<u32>, what: Vec<Play>) {
        self.with_player(|state, player| match turn {
            None => state.play(player, what),
            Some(turn) => {
                for play in what {
                    state.record(turn, |_| What::Lesson(Box::new(player.played(play))));
                }
            }
        });
    }

    /// A line is typed in a lesson: it is noted, and said as it is meant.
    pub(super) fn lesson_line(&self, text: &str) -> Option<String> {
        let meant = self.lock().player.as_mut().and_then(|p| p.begin_line(text));
        self.transcript_line(text);
        meant
    }

    /// A line of the lesson that is played, as it is typed now.
    pub fn lesson_words(&self, line: &str) -> String {
        self.with_player(|state, player| player.roles.spoken(&player.values.fill(line), &state.table, &mut roles::Given::default()))
            .unwrap_or_else(|| line.to_string())
    }

    /// Whether a lesson is played whose step may be met without another line.
    pub fn lesson_may_change(&self) -> bool {
        self.in_lesson() && self.lock().player.as_ref().is_some_and(|p| p.judges())
    }

    /// Where the lesson stands, for the prompt: step and steps, and whether it is left for a while.
    pub fn lesson_position(&self) -> Option<(usize, usize, bool)> {
        self.lock().player.as_ref().map(|p| (p.position().0, p.position().1, p.mode == Mode::Free))
    }
}

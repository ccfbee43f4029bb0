//! The programs of a lesson: started with a step, heard while they run, ended with the step they last for.

use super::Player;
use crate::event::Play;
use crate::kernel::program::{self, Heard, Program};
use crate::lesson::check::Facts;
use crate::lesson::course::{Run, Step, check};
use crate::session::Sitting;
use crate::text::messages::play as say;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a program that should end by itself may take to say its last words, once its last step is met.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long a program may take to be where the step's checks look for it.
const ARRIVES: Duration = Duration::from_secs(2);
/// How long a program that was killed may keep its output open: a child of its own that left the process group could hold it for ever.
const DEATH: Duration = Duration::from_millis(500);

/// A program that the lesson started.
pub struct Started {
    program: Program,
    /// The step, from 0, with which it ends.
    last: usize,
    /// It should end by itself before that step is over.
    by_itself: bool,
}

/// A program that waits for the learner's leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    line: String,
    last: usize,
    by_itself: bool,
}

impl Started {
    pub fn runs(&self) -> bool {
        self.program.runs()
    }
}

fn last(steps: &[Step], at: usize, run: &Run) -> usize {
    let until = |id: &str| steps.iter().skip(at).position(|s| s.id == id).map(|more| at + more);
    run.until.as_ref().and_then(|u| until(&u.text)).unwrap_or(at)
}

/// The programs that run in a step, from 0: its own, and those of steps before it that last.
pub(super) fn running(steps: &[Step], at: usize) -> impl Iterator<Item = &Run> {
    let lasts = move |from: usize, run: &&Run| last(steps, from, run) >= at;
    steps.iter().take(at + 1).enumerate().flat_map(move |(from, step)| step.run.iter().filter(move |run| lasts(from, run)))
}

impl Player {
    fn programs_asked(&self) -> Vec<Asked> {
        let asked = |run: &Run| Asked {
            line: self.values.fill(&run.line.text),
            last: last(&self.lesson.steps, self.at, run),
            by_itself: run.until.is_some(),
        };
        self.step().run.iter().map(asked).collect()
    }
}

impl Sitting {
    /// Starts the programs of the step, or asks for leave.
    pub(super) fn start_programs(&self) {
        let Some((asked, trusted)) = self.with_player(|_, player| (player.programs_asked(), player.trusted)) else { return };
        for asked in asked {
            if trusted {
                self.start_program(asked);
            } else {
                self.tell(None, vec![Play::Said { text: say::ask_program(&asked.line) }]);
                self.with_player(|_, player| player.waiting.push(asked));
            }
        }
        self.await_programs();
    }

    /// Whom the learner is to find must be there when the question is put.
    fn await_programs(&self) {
        let end = Instant::now() + ARRIVES;
        let missing = || {
            self.with_player(|state, player| {
                let runs = player.programs.iter().any(Started::runs);
                let checks = player.step().checks().filter_map(|c| check(&c.text, &player.values).ok());
                runs && checks.filter_map(|c| c.finds().cloned()).any(|addr| state.table.found(&addr) == Some(false))
            })
        };
        while Instant::now() < end && missing() == Some(true) {
            drop(self.wait_changed(self.lock(), Duration::from_millis(2)));
        }
    }

    pub(super) fn start_program(&self, asked: Asked) {
        let Asked { line, last, by_itself } = asked;
        let first = line.split_whitespace().next().unwrap_or_default().trim_matches('\'').to_string();
        if !program::exists(&first) {
            return self.tell(None, vec![Play::Said { text: say::program_missing(&first) }]);
        }
        let name = first.rsplit('/').next().unwrap_or(&first).to_string();
        self.tell(None, vec![Play::Said { text: say::runs_program(shown(&line)) }]);
        let Some(sitting) = self.me() else { return };
        let weak = Arc::downgrade(&sitting);
        let heard = move |heard: Heard| {
            let Some(sitting) = weak.upgrade() else { return };
            let what = match heard {
                Heard::Line(line) => Play::Printed { program: name.clone(), line },
                Heard::Over { killed: false } => Play::Said { text: say::program_over(&name) },
                Heard::Over { killed: true } => Play::Said { text: say::program_ended(&name) },
            };
            sitting.tell(None, vec![what]);
            sitting.changed.notify_all();
        };
        match program::start(&line, heard) {
            Ok(program) => {
                self.with_player(|_, player| player.programs.push(Started { program, last, by_itself }));
            }
            Err(e) => self.tell(None, vec![Play::Said { text: say::program_failed(shown(&line), e.to_string()) }]),
        }
    }

    /// The step is met: programs that should end by themselves now are given the time to say their last words.
    pub(super) fn hear_programs_out(&self) {
        self.wait_for_programs(LAST_WORDS, |p, at| p.by_itself && p.last <= at);
    }

    /// The step is over, and with it the programs that last until here.
    pub(super) fn end_programs(&self) {
        self.with_player(|_, player| {
            let at = player.at;
            player.programs.iter().filter(|p| p.last <= at).for_each(|p| p.program.end());
        });
        self.wait_for_programs(DEATH, |p, at| p.last <= at);
        self.with_player(|_, player| {
            let at = player.at;
            player.programs.retain(|p| p.last > at);
        });
    }

    fn wait_for_programs(&self, limit: Duration, which: impl Fn(&Started, usize) -> bool) {
        let end = Instant::now() + limit;
        loop {
            let state = self.lock();
            let speaks = state.player.as_ref().is_some_and(|p| p.programs.iter().any(|s| which(s, p.at) && !s.program.heard()));
            if !speaks || Instant::now() >= end {
                return;
            }
            drop(self.wait_changed(state, Duration::from_millis(5)));
        }
    }
}

/// A program's line as it is shown: our own path says nothing to a reader.
fn shown(line: &str) -> String {
    match own_path() {
        Some(own) => line.replace(&own, "sockscope"),
        None => line.to_string(),
    }
}

pub(super) fn own_path() -> Option<String> {
    std::env::current_exe().ok()?.to_str().map(str::to_string)
}

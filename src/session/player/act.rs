//! What a learner can ask of the lesson: a hint, the solution, a way back, a while of one's own.

use super::{Mode, Player};
use crate::event::{How, Play};
use crate::kernel::CallClock;
use crate::session::{Failure, Flow, Sitting, State, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::play as say;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The letter of an answer, from 0.
pub fn letter(answer: usize) -> char {
    char::from(b'a' + (answer % 26) as u8)
}

impl Player {
    /// Said beside lines that cannot be carried out, because what they need is closed.
    fn way_lacks<'a>(&self, lines: impl Iterator<Item = &'a str>, state: &State) -> Option<Play> {
        let names = self.roles.lacking(lines, &state.table);
        let list = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then(|| Play::Said { text: say::way_lacks(list) })
    }
}

impl Sitting {
    fn lesson_says(&self, turn: &Turn<'_>, text: Text) -> Verdict {
        self.tell(Some(turn.number), vec![Play::Said { text }]);
        Ok(Flow::Done)
    }

    /// Whether a lesson is played at all.
    ///
    /// # Errors
    /// None is.
    fn lesson_mode(&self) -> Result<Mode, Failure> {
        self.lock().player.as_ref().map(|p| p.mode).ok_or_else(|| Failure::new(say::no_lesson()))
    }

    /// As [`Sitting::lesson_mode`], and it is not left for a while: then it comes back first.
    fn in_step(&self, clock: &Arc<CallClock>) -> Result<Mode, Failure> {
        let mode = self.lesson_mode()?;
        if mode == Mode::Free {
            self.come_back(clock);
        }
        Ok(mode)
    }

    /// `guess b c`: the answers, by letter; none is "I don't know".
    pub fn lesson_guess(&self, turn: &Turn<'_>, answers: &[char]) -> Verdict {
        self.lesson_mode()?;
        let kept = self.with_player(|_, player| {
            let question = player.question.ok_or_else(say::guess_none)?;
            let options = player.step().predicts[question].options.len();
            let mut chosen = Vec::new();
            for c in answers {
                let at = usize::from((c.to_ascii_lowercase() as u32).wrapping_sub(u32::from(b'a')) as u16);
                if at >= options {
                    return Err(say::guess_letters(letter(options - 1).to_string()));
                }
                chosen.push(at);
            }
            chosen.sort_unstable();
            chosen.dedup();
            player.guesses[question] = Some(chosen.clone());
            Ok((question, chosen))
        });
        match kept {
            Some(Ok((question, answers))) => {
                self.tell(Some(turn.number), vec![Play::Guessed { question, answers }]);
                if !self.ask_next(Some(turn.number)) {
                    self.with_player(|_, player| player.shown.clear());
                }
                Ok(Flow::Done)
            }
            Some(Err(text)) => Err(Failure::new(text)),
            None => Err(Failure::new(say::no_lesson())),
        }
    }

    /// `hint`: the next stage, for the first part that lacks something.
    pub fn lesson_hint(&self, turn: &Turn<'_>) -> Verdict {
        if self.in_step(turn.clock)? == Mode::Testing {
            return self.lesson_says(turn, say::hint_testing());
        }
        let what = self.with_player(|state, player| {
            if player.question.is_some() {
                return vec![Play::Said { text: say::hint_question() }];
            }
            let Some(part) = player.judge(state).lacking() else { return vec![Play::Said { text: say::hint_nothing() }] };
            let stages = player.parts()[part].hints.len() + 1;
            let stage = player.stages.get(&part).copied().unwrap_or(0).min(stages - 1);
            player.stages.insert(part, stage + 1);
            player.unkept.hints += 1;
            player.totals.hints += 1;
            let mut lines = Vec::new();
            let mut lacks = None;
            if stage + 1 == stages {
                let tries = || player.parts()[part].tries.iter().map(|l| l.text.as_str());
                lacks = player.way_lacks(tries(), state);
                lines = player.roles.spoken_all(tries().map(|l| player.values.fill(l)), &state.table);
            }
            [Some(Play::Hinted { part, stage, stages, lines }), lacks].into_iter().flatten().collect()
        });
        self.keep_progress(None);
        self.tell(Some(turn.number), what.unwrap_or_default());
        Ok(Flow::Done)
    }

    /// `solution`: asks first.
    pub fn lesson_solution(&self, turn: &Turn<'_>) -> Verdict {
        if self.in_step(turn.clock)? == Mode::Testing {
            return self.lesson_says(turn, say::hint_testing());
        }
        let what = self.with_player(|state, player| {
            if !std::mem::replace(&mut player.asked, true) {
                return vec![Play::Said { text: say::solution_ask() }];
            }
            player.unkept.solutions += 1;
            let lines = player.roles.spoken_all(player.step().tries().map(|l| player.values.fill(&l.text)), &state.table);
            let lacks = player.way_lacks(player.step().tries().map(|l| l.text.as_str()), state);
            [Some(Play::Solution { lines }), lacks].into_iter().flatten().collect()
        });
        self.keep_progress(None);
        self.tell(Some(turn.number), what.unwrap_or_default());
        Ok(Flow::Done)
    }

    /// `skip`: the lesson does the step; where that does not pass either, a second `skip` goes on without it.
    pub fn lesson_skip(&self, turn: &Turn<'_>) -> Verdict {
        if self.in_step(turn.clock)? == Mode::Testing {
            return self.lesson_says(turn, say::hint_testing());
        }
        let gave_up = self.with_player(|_, player| {
            player.totals.skips += 1;
            player.unkept.skips += 1;
            // Nothing to do but to answer: the answers are told without a guess.
            std::mem::replace(&mut player.gave_up, true) || player.step().tries().next().is_none()
        });
        if gave_up == Some(true) {
            self.pass(turn.clock, How::Skipped);
            return Ok(Flow::Done);
        }
        match self.do_in_sight(turn.clock) {
            Ok(()) => Ok(Flow::Done),
            Err(seen) => self.lesson_says(turn, say::skip_failed(seen)),
        }
    }

    /// `back`: the step before, on fresh ports.
    pub fn lesson_back(&self, turn: &Turn<'_>) -> Verdict {
        self.lesson_mode()?;
        let at = self.with_player(|_, player| player.at).unwrap_or(0);
        if at == 0 {
            return self.lesson_says(turn, say::first_step());
        }
        self.lesson_says(turn, say::rebuilt_back(at))?;
        self.with_player(|_, player| player.mode = Mode::Guided);
        self.go_to(turn.clock, at - 1);
        Ok(Flow::Done)
    }

    /// `again`: this step once more, on fresh ports; in a test, the lesson from its beginning.
    pub fn lesson_again(&self, turn: &Turn<'_>) -> Verdict {
        let testing = self.lesson_mode()? == Mode::Testing;
        self.lesson_says(turn, say::rebuilt_again())?;
        let at = self.with_player(|_, player| {
            player.mode = Mode::Guided;
            if testing { 0 } else { player.at }
        });
        self.go_to(turn.clock, at.unwrap_or(0));
        Ok(Flow::Done)
    }

    /// `play`: the lesson waits.
    pub fn lesson_play(&self, turn: &Turn<'_>) -> Verdict {
        self.lesson_mode()?;
        let number = self.with_player(|_, player| {
            player.mode = Mode::Free;
            player.at + 1
        });
        self.lesson_says(turn, say::play_free(number.unwrap_or(1)))
    }

    /// `resume`: the lesson goes on.
    pub fn lesson_resume(&self, turn: &Turn<'_>) -> Verdict {
        if self.lesson_mode()? != Mode::Free {
            return self.lesson_says(turn, say::play_not_free());
        }
        self.come_back(turn.clock);
        Ok(Flow::Done)
    }

    /// Back from free exploration: what is missing is built again, and that is said.
    fn come_back(&self, clock: &Arc<CallClock>) {
        let gone = self.with_player(|state, player| {
            player.mode = Mode::Guided;
            (player.at, player.roles.gone(&state.table))
        });
        match gone {
            Some((at, gone)) if !gone.is_empty() && at > 0 => {
                let names = gone.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
                self.tell(None, vec![Play::Said { text: say::rebuilt_missing(names) }]);
                self.go_to(clock, at);
            }
            Some(_) => {
                self.tell(None, vec![Play::Said { text: say::resumed_whole() }, Play::Step]);
                self.with_player(|_, player| player.shown.clear());
                self.ask_next(None);
                self.look_at_lesson(clock, true);
            }
            None => {}
        }
    }

    /// `goal`: the step and what it asks, once more.
    pub fn lesson_goal(&self, turn: &Turn<'_>) -> Verdict {
        self.in_step(turn.clock)?;
        self.tell(Some(turn.number), vec![Play::Step]);
        self.with_player(|_, player| player.shown.clear());
        self.ask_next(Some(turn.number));
        Ok(Flow::Done)
    }

    /// `test out`: the last step without help.
    pub fn lesson_test(&self, turn: &Turn<'_>) -> Verdict {
        self.lesson_mode()?;
        if self.with_player(|_, player| player.at) != Some(0) {
            return self.lesson_says(turn, say::test_begins_only());
        }
        self.lesson_says(turn, say::testing())?;
        let last = self.with_player(|_, player| {
            player.mode = Mode::Testing;
            player.lesson.steps.len() - 1
        });
        self.go_to(turn.clock, last.unwrap_or(0));
        Ok(Flow::Done)
    }

    /// `allow`: a lesson that is not built in may run its programs and reach other machines.
    pub fn lesson_allow(&self, turn: &Turn<'_>) -> Verdict {
        self.lesson_mode()?;
        let waiting =
            self.with_player(|_, player| (std::mem::replace(&mut player.trusted, true), std::mem::take(&mut player.waiting)));
        let Some((false, programs)) = waiting else { return self.lesson_says(turn, say::allow_nothing()) };
        self.lesson_says(turn, say::allowed())?;
        for program in programs {
            self.start_program(program);
        }
        Ok(Flow::Done)
    }

    /// `quit` in a lesson leaves the lesson; false where none is played.
    pub fn lesson_left(&self, turn: &Turn<'_>) -> bool {
        self.keep_progress(None);
        self.take_lab_down(turn.clock);
        let mut state = self.lock();
        let Some(player) = state.player.take() else { return false };
        self.playing.store(false, Ordering::Relaxed);
        let text = say::left_lesson(player.at + 1, &player.lesson.id);
        for play in [Play::Left, Play::Said { text }] {
            let played = player.played(play);
            state.record(turn.number, |_| crate::event::What::Lesson(Box::new(played)));
        }
        true
    }
}

//! Judging the step: after every line, and whenever something may have happened without one.

use super::{Mode, Player};
use crate::event::{Goal, How, Play, Seen};
use crate::grammar::refusal::Code;
use crate::kernel::CallClock;
use crate::lesson::check::Verdict;
use crate::lesson::course::{Reason, check};
use crate::session::{Sitting, State};
use crate::vocabulary::Errno;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a script waits for what a line may have brought about elsewhere.
const LINGERS: Duration = Duration::from_millis(100);

/// What a step's checks came to.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// By part, in the order of its checks.
    pub parts: Vec<Vec<Goal>>,
    pub all: bool,
}

impl Judged {
    /// The first part that lacks something.
    pub fn lacking(&self) -> Option<usize> {
        self.parts.iter().position(|p| p.iter().any(|g| !g.met))
    }

    /// What is seen of the first check that is not met.
    pub fn first_unmet(&self) -> Option<&Goal> {
        self.parts.iter().flatten().find(|g| !g.met)
    }
}

impl Player {
    /// Judges the checks of the step by what is so now. A part all of whose checks are met at one time stays met, and who filled its
    /// roles keeps them: parts of a step come one behind the other.
    pub fn judge(&mut self, state: &mut State) -> Judged {
        let fresh = state.log.since(self.notes.read());
        self.notes.take(fresh, &state.table);
        let texts: Vec<Vec<String>> = self.parts().iter().map(|p| p.checks.iter().map(|c| c.text.clone()).collect()).collect();
        let checks: Vec<_> =
            texts.iter().map(|p| p.iter().filter_map(|t| check(t, &self.values).ok()).collect::<Vec<_>>()).collect();
        self.met.resize(checks.len(), None);
        let open = |i: usize, met: &[Option<Vec<Goal>>]| met[i].is_none();
        let flat: Vec<&_> = checks.iter().enumerate().filter(|(i, _)| open(*i, &self.met)).flat_map(|(_, p)| p).collect();
        let (verdicts, roles) = self.roles.judge(&flat, state, &self.notes);
        let mut verdicts = verdicts.into_iter();
        let goal = |(check, v): (&crate::lesson::check::Check, Verdict)| Goal { goal: check.goal(), met: v.met, seen: v.seen };
        let mut parts: Vec<Vec<Goal>> = Vec::with_capacity(checks.len());
        let mut keep: Vec<&str> = Vec::new();
        for (i, part) in checks.iter().enumerate() {
            if let Some(met) = &self.met[i] {
                parts.push(met.clone());
                continue;
            }
            let goals: Vec<Goal> = part.iter().zip(verdicts.by_ref().take(part.len())).map(goal).collect();
            if !goals.is_empty() && goals.iter().all(|g| g.met) {
                keep.extend(part.iter().flat_map(|c| c.names()));
                self.met[i] = Some(goals.clone());
            }
            parts.push(goals);
        }
        let all = parts.iter().any(|p| !p.is_empty()) && parts.iter().flatten().all(|g| g.met);
        let filled: Vec<_> = roles.into_iter().filter(|(role, _)| keep.contains(&role.as_str())).collect();
        self.roles.keep(filled, &state.table);
        Judged { parts, all }
    }

    /// Judges the `if`s of a question: which answers are what happened.
    pub fn happened(&mut self, state: &mut State, question: usize) -> (Vec<usize>, Vec<Seen>) {
        let options = self.step().predicts[question].options.clone();
        let (mut happened, mut seen) = (Vec::new(), Vec::new());
        for (answer, option) in options.iter().enumerate() {
            let judged = option.when.as_ref().and_then(|w| check(&w.text, &self.values).ok());
            let so = match judged {
                Some(check) => {
                    let verdict = self.roles.judge(&[&check], state, &self.notes).0.remove(0);
                    seen.push(Seen { answer, met: verdict.met, seen: verdict.seen });
                    seen.last().is_some_and(|s| s.met)
                }
                // Without a check the author's word is all there is.
                None => option.right,
            };
            if so {
                happened.push(answer);
            }
        }
        (happened, seen)
    }

    /// The errnos that calls met in this step, and the codes of refused lines.
    pub fn failures(&mut self, state: &State) -> (Vec<Errno>, Vec<Code>) {
        self.notes.take(state.log.since(self.notes.read()), &state.table);
        (self.notes.answers.iter().filter_map(|n| n.ret.err()).collect(), self.notes.refused.clone())
    }

    /// What became of the step's questions.
    fn answers(&mut self, state: &mut State) -> Vec<Play> {
        let mut told = Vec::new();
        for question in 0..self.step().predicts.len() {
            let (happened, seen) = self.happened(state, question);
            let guess = self.guesses.get(question).cloned().flatten();
            let right = guess.as_ref().map(|g| {
                let mut g = g.clone();
                g.sort_unstable();
                g.dedup();
                g == happened
            });
            if guess.as_ref().is_some_and(|g| !g.is_empty()) {
                self.totals.guesses += 1;
                self.totals.right += u32::from(right == Some(true));
                self.unkept.guesses += 1;
                self.unkept.right += u32::from(right == Some(true));
            }
            told.push(Play::Answered { question, guess, happened, right, seen });
        }
        told
    }
}

impl Sitting {
    /// Judges the lesson's step after a line (`typed`) or because something may have happened; goes on where it is passed.
    pub fn look_at_lesson(&self, clock: &Arc<CallClock>, typed: bool) {
        let passed = self.with_player(|state, player| {
            if !player.judges() {
                return false;
            }
            let called = player.notes.take(state.log.since(player.notes.read()), &state.table);
            if called && typed {
                player.attempts += 1;
                player.unkept.attempts += 1;
                player.totals.attempts += 1;
            }
            let judged = player.judge(state);
            let questions_only = judged.parts.iter().all(Vec::is_empty);
            let passed = if questions_only { player.guesses.iter().all(Option::is_some) } else { judged.all };
            if passed {
                return true;
            }
            let goals: Vec<Goal> = judged.parts.into_iter().flatten().collect();
            let changed = player.shown.iter().map(|g| g.met).ne(goals.iter().map(|g| g.met));
            let newly = goals.iter().enumerate().any(|(i, g)| g.met && !player.seen_met.get(i).copied().unwrap_or(false));
            player.seen_met = goals.iter().map(|g| g.met).collect();
            let mut told = slips(player, &goals, typed && called && !newly);
            // A question first: the goal is the answer's business only once it was given.
            let due = changed || player.shown.is_empty() || (typed && !player.told);
            if due && player.question.is_none() && !goals.is_empty() {
                player.told = true;
                told.push(Play::Goals { goals: goals.clone() });
                player.shown = goals;
            }
            state.play(player, told);
            false
        });
        if passed == Some(true) {
            self.pass(clock, How::Done);
        }
    }

    /// A script's next line comes at once, a person's does not: where something is still on its way, it is given a moment.
    pub fn linger_in_lesson(&self, clock: &Arc<CallClock>) {
        if self.config.interactive {
            return;
        }
        let end = Instant::now() + LINGERS;
        let at = self.with_player(|_, player| player.at);
        while Instant::now() < end {
            let state = self.lock();
            let pending = state.player.as_ref().is_some_and(|p| {
                let moves = p.programs.iter().any(|p| p.runs()) || state.jobs.iter().any(|j| j.waiting());
                Some(p.at) == at && p.judges() && p.question.is_none() && moves
            });
            if !pending {
                return;
            }
            drop(self.wait_changed(state, Duration::from_millis(5)));
            self.look_at_lesson(clock, false);
        }
    }

    /// The step is passed: it is told, and the next begins.
    pub(super) fn pass(&self, clock: &Arc<CallClock>, how: How) {
        // What is heard meanwhile must not pass the step a second time.
        self.with_player(|_, player| player.busy = true);
        self.hear_programs_out();
        self.with_player(|state, player| {
            let mut told = player.answers(state);
            let roles = if player.silent { Vec::new() } else { player.roles.renamed() };
            told.push(Play::Passed { how, attempts: player.attempts, roles });
            state.play(player, told);
            player.question = None;
        });
        self.end_programs();
        self.keep_progress(Some(how));
        let more = self.with_player(|_, player| {
            player.at += 1;
            player.at < player.lesson.steps.len()
        });
        match more {
            Some(true) => self.enter_step(clock),
            Some(false) => self.finish_lesson(clock),
            None => {}
        }
    }

    fn finish_lesson(&self, clock: &Arc<CallClock>) {
        self.with_player(|_, player| player.at = player.lesson.steps.len() - 1);
        self.take_lab_down(clock);
        let mut state = self.lock();
        let Some(player) = state.player.take() else { return };
        self.playing.store(false, Ordering::Relaxed);
        let t = player.totals;
        let over = Play::Finished { attempts: t.attempts, hints: t.hints, skips: t.skips, guesses: t.guesses, right: t.right };
        state.play(&player, vec![over]);
    }

    /// Waits until enough is met, at most so long.
    pub(super) fn settle_until(&self, enough: impl Fn(&Judged) -> bool, limit: Duration) -> Judged {
        let end = Instant::now() + limit;
        loop {
            let judged = self.with_player(|state, player| player.judge(state)).unwrap_or_default();
            if enough(&judged) || Instant::now() >= end {
                return judged;
            }
            let state = self.lock();
            drop(self.wait_changed(state, Duration::from_millis(4)));
        }
    }
}

/// Mistakes that the author foresaw and that have just been made: told once a step.
///
/// `stands`: a call was made and brought no goal nearer. Who is on the right way is told nothing of a goal that is still to come: lines like
/// the mistake's have to have been typed, to the last.
fn slips(player: &mut Player, goals: &[Goal], stands: bool) -> Vec<Play> {
    let mut told = Vec::new();
    let last = player.notes.answers.last().and_then(|n| n.ret.err());
    let met: Vec<bool> = goals.iter().map(|g| g.met).collect();
    let texts: Vec<String> = player.step().checks().map(|c| c.text.clone()).collect();
    for wrong in 0..player.step().wrongs.len() {
        let w = &player.step().wrongs[wrong];
        let made = match &w.reason {
            Reason::Errno(e) => last == Some(*e),
            Reason::Refused(code) => player.notes.refused.contains(code),
            // Only where nothing else is missing: before that nothing went wrong yet.
            Reason::Unmet(text) => {
                let at = texts.iter().position(|t| t == text);
                let lines = w.lines.iter().map(|l| l.text.as_str());
                stands && player.notes.did(lines) && at.is_some_and(|at| met.iter().enumerate().all(|(i, met)| *met == (i != at)))
            }
        };
        if made && !w.told.is_empty() && player.mode == Mode::Guided && !player.slips.contains(&wrong) {
            player.slips.push(wrong);
            told.push(Play::Slipped { wrong });
        }
    }
    told
}

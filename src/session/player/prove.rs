//! Proving a lesson, two-sided and for real: what is asked is not so before the model way and is so behind it, the other ways pass as
//! well, the mistakes do not, and what is marked right is what happens.

use super::{Judged, Mode};
use crate::event::What;
use crate::grammar::refusal::Refusal;
use crate::kernel::CallClock;
use crate::kernel::clock::Kick;
use crate::kernel::program;
use crate::lesson::Library;
use crate::lesson::course::{Flaw, Lesson, Line, Reason, Values, check_text};
use crate::session::{Builtin, Config, Failure, Sitting};
use crate::text::messages::prove as say;
use crate::text::{Lang, Text};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long what a lesson asks may take to come about.
const SETTLES: Duration = Duration::from_secs(2);
/// How long it is watched that a mistake does not pass after all.
const WATCHED: Duration = Duration::from_millis(60);
/// A line of a lesson that takes longer waits.
const LIMIT: Duration = Duration::from_secs(5);

/// What was found out about a lesson.
#[derive(Debug, Default)]
pub struct Proof {
    pub flaws: Vec<Flaw>,
    pub checks: usize,
    pub predicts: usize,
    pub ways: usize,
    pub mistakes: usize,
    /// Nothing was run: what the lesson needs is not to be had here.
    pub skipped: bool,
    /// What could not be proved here, and why.
    pub notes: Vec<(usize, Text)>,
}

/// Proves a lesson on the calling thread, whose descriptor table should be its own. `trusted`: its programs may run.
pub fn prove(lesson: &Arc<Lesson>, trusted: bool, library: &Arc<Library>, builtins: &'static [Builtin]) -> Proof {
    let mut proof = Proof::default();
    if lesson.front.lab
        && let Err(f) = Sitting::new(config(library), builtins).may_have_lab()
    {
        proof.notes.push((1, crate::text::messages::check_wire::lab_not_proved(f.reason)));
        proof.skipped = true;
        return proof;
    }
    let stage = Stage { lesson, trusted, library, builtins };
    stage.main_way(&mut proof);
    let sound = proof.flaws.is_empty();
    for at in 0..lesson.steps.len() {
        stage.other_ways(at, sound, &mut proof);
    }
    proof.flaws.sort_by_key(|f| (f.line, f.span));
    proof
}

fn config(library: &Arc<Library>) -> Config {
    Config {
        interactive: false,
        recording: true,
        keep: true,
        keep_going: true,
        timeout: LIMIT,
        lang: Lang::En,
        library: library.clone(),
        data: None,
    }
}

struct Stage<'a> {
    lesson: &'a Arc<Lesson>,
    trusted: bool,
    library: &'a Arc<Library>,
    builtins: &'static [Builtin],
}

/// One sitting in which a lesson is proved; it leaves nothing behind.
pub(super) struct Scene {
    pub sitting: Arc<Sitting>,
    pub clock: Arc<CallClock>,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.sitting.close_lesson(&self.clock);
        self.sitting.lock().player = None;
        self.sitting.leave();
        let open: Vec<i32> = self.sitting.lock().table.entries().map(|e| e.fd).collect();
        for fd in open {
            let _ = crate::kernel::sys::close(fd);
        }
    }
}

/// Why a line could not be what its author meant.
enum Broken {
    Refused(Refusal),
    Failed(Failure),
}

impl Stage<'_> {
    /// A sitting at the beginning of a step; what could not be done before it.
    fn scene(&self, at: usize) -> (Scene, Option<Text>) {
        let (scene, failed, _) = self.set_up(at);
        (scene, failed)
    }

    /// The same, with the lines of its setup that could not be carried out.
    fn set_up(&self, at: usize) -> (Scene, Option<Text>, Vec<(Line, Failure)>) {
        let sitting = Sitting::new(config(self.library), self.builtins);
        let clock = Arc::new(CallClock::here());
        watch(&clock);
        let (failed, setup) = sitting.stage_lesson(&clock, self.lesson.clone(), self.trusted, at);
        (Scene { sitting, clock }, failed, setup)
    }

    /// The model way through the whole lesson.
    fn main_way(&self, proof: &mut Proof) {
        let (scene, _, mut setup) = self.set_up(0);
        for (at, step) in self.lesson.steps.iter().enumerate() {
            if !setup.is_empty() {
                // All that follows stands on it.
                proof.flaws.extend(setup.iter().map(|(line, f)| at_line(line, f.reason.clone())));
                proof.notes.push((step.line, say::rest_not_proved(&step.id)));
                return;
            }
            let own = step.run.iter().any(|r| !self.can_run(&r.line));
            let missing = super::programs::running(&self.lesson.steps, at).map(|r| &r.line).find(|l| !self.can_run(l));
            if let Some(line) = missing.filter(|_| own) {
                proof.notes.push((line.line, say::not_run(first_word(&line.text))));
            }
            for (number, part) in step.parts.iter().enumerate() {
                let before = scene.judge();
                for (line, goal) in part.checks.iter().zip(before.parts.get(number).into_iter().flatten()) {
                    proof.checks += 1;
                    if goal.met {
                        proof.flaws.push(at_line(line, say::met_before(goal.seen.clone())));
                    }
                }
                // A line may wait in vain for a program that does not run here.
                let mut excused = Vec::new();
                let broken = scene.lines(&part.tries, if missing.is_some() { &mut excused } else { &mut proof.flaws });
                let after = scene.settle(|j| j.parts.iter().take(number + 1).flatten().all(|g| g.met), SETTLES);
                let unmet = part.checks.iter().zip(after.parts.get(number).into_iter().flatten()).filter(|(_, g)| !g.met);
                for (line, goal) in unmet {
                    // One reason is enough: what was refused is told already, and what needs a program is noted.
                    if !broken && missing.is_none() {
                        proof.flaws.push(at_line(line, say::unmet_after(goal.seen.clone())));
                    }
                }
            }
            let stuck = missing.is_none() && !step.parts.is_empty() && !scene.judge().all;
            for (question, predict) in step.predicts.iter().enumerate() {
                proof.predicts += 1;
                let (_, seen) = scene.sitting.with_player(|state, player| player.happened(state, question)).unwrap_or_default();
                for s in seen {
                    let option = &predict.options[s.answer];
                    let Some(line) = option.when.as_ref().filter(|_| missing.is_none() && !stuck) else { continue };
                    if s.met != option.right {
                        let what = if s.met { say::marked_wrong(s.seen) } else { say::marked_right(s.seen) };
                        proof.flaws.push(at_line(line, what));
                    }
                }
                if predict.options.iter().filter(|o| o.right).any(|o| o.when.is_none()) {
                    proof.notes.push((predict.line, say::not_proved()));
                }
            }
            if stuck || (missing.is_some() && !scene.judge().all) {
                // What follows stands on this step: what would be said of it would be said for this step's sake.
                if at + 1 < self.lesson.steps.len() {
                    proof.notes.push((step.line, say::rest_not_proved(&step.id)));
                }
                return;
            }
            if at + 1 < self.lesson.steps.len() {
                setup = scene.sitting.stage_next(&scene.clock);
            }
        }
    }

    fn can_run(&self, line: &Line) -> bool {
        self.trusted && (line.text.starts_with("{sockscope}") || program::exists(first_word(&line.text)))
    }

    /// Other ways and mistakes of a step, each from its beginning.
    fn other_ways(&self, at: usize, sound: bool, proof: &mut Proof) {
        let step = &self.lesson.steps[at];
        if self.lesson.steps[..=at].iter().flat_map(|s| &s.run).any(|r| !self.can_run(&r.line)) {
            return;
        }
        for lines in &step.also {
            let (scene, failed) = self.scene(at);
            if let Some(seen) = failed {
                // Where the model way itself is broken, that was told.
                proof.flaws.extend(sound.then(|| Flaw::at(step.line, say::not_rebuilt(seen))));
                return;
            }
            proof.ways += 1;
            let broken = scene.lines(lines, &mut proof.flaws);
            let judged = scene.settle(|j| j.all, SETTLES);
            if let (Some(goal), Some(line), false) = (judged.first_unmet(), lines.last(), broken) {
                proof.flaws.push(at_line(line, say::way_fails(goal.goal.clone(), goal.seen.clone())));
            }
        }
        for wrong in &step.wrongs {
            let (scene, failed) = self.scene(at);
            if let Some(seen) = failed {
                // Where the model way itself is broken, that was told.
                proof.flaws.extend(sound.then(|| Flaw::at(step.line, say::not_rebuilt(seen))));
                return;
            }
            proof.mistakes += 1;
            let broken = scene.broken(&wrong.lines);
            let judged = scene.settle(|j| j.all, WATCHED);
            let line = wrong.lines.last().map_or(wrong.line, |l| l.line);
            if judged.all {
                proof.flaws.push(Flaw::at(wrong.line, say::mistake_passes()));
            }
            let (errnos, refused) = scene.sitting.with_player(|state, player| player.failures(state)).unwrap_or_default();
            let wanted = match &wrong.reason {
                Reason::Errno(e) if errnos.contains(e) => None,
                Reason::Errno(e) => Some(e.name().into_owned()),
                Reason::Refused(code) if refused.contains(code) => None,
                Reason::Refused(code) => Some(code.word().to_string()),
                Reason::Unmet(text) => {
                    let lines: Vec<&Line> = step.checks().collect();
                    let goals: Vec<_> = judged.parts.iter().flatten().collect();
                    let unmet = lines.iter().position(|l| l.text == *text).and_then(|i| goals.get(i)).is_some_and(|g| !g.met);
                    if let Some((line, Broken::Refused(refusal))) = broken.first() {
                        proof.flaws.push(refused_at(line, refusal));
                    }
                    (!unmet).then(|| text.clone())
                }
            };
            if let Some(wanted) = wanted {
                let got: Vec<String> =
                    errnos.iter().map(|e| e.name().into_owned()).chain(refused.iter().map(|c| c.word().into())).collect();
                let what = if got.is_empty() { say::mistake_fine(wanted) } else { say::mistake_other(wanted, got.join(", ")) };
                proof.flaws.push(Flaw::at(line, what));
            }
        }
    }
}

impl Scene {
    fn judge(&self) -> Judged {
        self.sitting.with_player(|state, player| player.judge(state)).unwrap_or_default()
    }

    fn settle(&self, enough: impl Fn(&Judged) -> bool, limit: Duration) -> Judged {
        self.sitting.settle_until(enough, limit)
    }

    /// Runs lines that should be carried out; says whether one could not be.
    fn lines(&self, lines: &[Line], flaws: &mut Vec<Flaw>) -> bool {
        let broken = self.broken(lines);
        for (line, why) in &broken {
            match why {
                Broken::Refused(refusal) => flaws.push(refused_at(line, refusal)),
                Broken::Failed(f) => flaws.push(at_line(line, f.reason.clone())),
            }
        }
        !broken.is_empty()
    }

    /// Runs lines; which of them were refused, waited too long, or failed otherwise than a call fails.
    fn broken(&self, lines: &[Line]) -> Vec<(Line, Broken)> {
        let mut broken = Vec::new();
        for line in lines {
            let before = self.sitting.lock().log.next_seq() - 1;
            let failed = self.sitting.lesson_lines(&self.clock, std::slice::from_ref(line));
            let refused = self.sitting.lock().log.since(before).iter().find_map(|e| match &e.what {
                What::Refused { refusal, .. } => Some(refusal.clone()),
                _ => None,
            });
            match (refused, failed) {
                (Some(refusal), _) => broken.push((line.clone(), Broken::Refused(refusal))),
                (None, Some(f)) if f.errno.is_none() || f.stopped => broken.push((line.clone(), Broken::Failed(f))),
                _ => {}
            }
        }
        broken
    }
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn at_line(line: &Line, what: Text) -> Flaw {
    Flaw { span: Some((0, line.text.len())), ..Flaw::at(line.line, what) }
}

/// The refusal's own carets, where the line has no placeholder that moves them.
fn refused_at(line: &Line, refusal: &Refusal) -> Flaw {
    let moved = check_text(&line.text, &Values::default()) != line.text || line.text.contains('{');
    let span = if moved || refusal.span.1 > line.text.len() { (0, line.text.len()) } else { refusal.span };
    Flaw { line: line.line, span: Some(span), what: refusal.reason.clone(), hint: refusal.hint.clone() }
}

/// Interrupts a call that takes too long, as long as anybody has the clock.
pub(super) fn watch(clock: &Arc<CallClock>) {
    let clock = Arc::downgrade(clock);
    let body = move || {
        let mut seen: Option<(u64, Instant)> = None;
        loop {
            std::thread::park_timeout(Duration::from_millis(50));
            let Some(clock) = clock.upgrade() else { return };
            seen = match (clock.inside(), seen) {
                (Some(call), Some((same, since))) if same == call => {
                    if since.elapsed() >= LIMIT {
                        clock.kick(call, Kick::Timeout, LIMIT);
                    }
                    Some((same, since))
                }
                (Some(call), _) => Some((call, Instant::now())),
                (None, _) => None,
            };
        }
    };
    drop(std::thread::Builder::new().name("watch".into()).stack_size(64 << 10).spawn(body));
}

impl Sitting {
    /// Sets a lesson up at a step without playing it; what could not be done before it.
    fn stage_lesson(
        &self,
        clock: &Arc<CallClock>,
        lesson: Arc<Lesson>,
        trusted: bool,
        at: usize,
    ) -> (Option<Text>, Vec<(Line, Failure)>) {
        self.put_player(lesson, trusted, 0, Mode::Proving);
        let failed = if at > 0 { self.rebuild(clock, at) } else { None };
        self.with_player(|_, player| player.silent = true);
        let setup = self.begin_quietly(clock);
        (failed, setup)
    }

    /// The next step begins; the lines of its setup that could not be carried out.
    fn stage_next(&self, clock: &Arc<CallClock>) -> Vec<(Line, Failure)> {
        self.hear_programs_out();
        self.end_programs();
        self.with_player(|_, player| {
            player.at += 1;
        });
        self.begin_quietly(clock)
    }
}

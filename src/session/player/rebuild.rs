//! Going back: a kernel cannot rewind, so what the lesson made is closed and its steps are done again, on fresh ports.

use super::{Judged, Mode, Notes, Roles};
use crate::event::{How, Play};
use crate::kernel::CallClock;
use crate::kernel::clock::Kick;
use crate::lesson::course::{Line, Values};
use crate::session::{Failure, Sitting};
use crate::text::messages::play as say;
use std::sync::Arc;
use std::time::Duration;

/// How long a step that the lesson does itself may take to be met.
pub const SETTLES: Duration = Duration::from_secs(2);

impl Sitting {
    /// Closes what was made in the lesson, and does the steps before `to` again, in silence. The player stands at `to` afterwards,
    /// or at the step that could not be done: then what is seen there is returned.
    pub(super) fn rebuild(&self, clock: &Arc<CallClock>, to: usize) -> Option<crate::text::Text> {
        self.close_lesson(clock);
        self.with_player(|_, player| {
            player.silent = true;
            player.busy = true;
            player.roles = Roles::default();
            player.values = Values::default();
        });
        let mut failed = None;
        for step in 0..to {
            self.with_player(|_, player| player.at = step);
            if let Some(seen) = self.do_step(clock) {
                failed = Some((step, seen));
                break;
            }
        }
        self.with_player(|_, player| {
            player.silent = false;
            player.at = failed.as_ref().map_or(to, |f| f.0);
        });
        if let Some((step, seen)) = failed {
            self.tell(None, vec![Play::Said { text: say::rebuild_failed(step + 1, seen.clone()) }]);
            return Some(seen);
        }
        None
    }

    /// Does one step the model way, in silence; what is seen where that does not pass.
    fn do_step(&self, clock: &Arc<CallClock>) -> Option<crate::text::Text> {
        let _ = self.begin_quietly(clock);
        let judged = self.do_parts(clock);
        self.hear_programs_out();
        self.end_programs();
        judged.first_unmet().map(|g| g.seen.clone())
    }

    /// Runs the tries of a step, part by part: what the one asks need not hold any more when the next is done.
    fn do_parts(&self, clock: &Arc<CallClock>) -> Judged {
        let parts = self.with_player(|_, player| player.parts().to_vec()).unwrap_or_default();
        let mut judged = Judged::default();
        for (number, part) in parts.iter().enumerate() {
            self.lesson_lines(clock, &part.tries);
            judged = self.settle_until(|j| j.parts.iter().take(number + 1).flatten().all(|g| g.met), SETTLES);
        }
        judged
    }

    /// The beginning of a step without its words: drawn, set up, its programs started. The lines of its setup that failed.
    pub(super) fn begin_quietly(&self, clock: &Arc<CallClock>) -> Vec<(Line, Failure)> {
        let setup = self.with_player(|_, player| {
            super::begin::draw(player);
            player.met.clear();
            player.step().setup.clone()
        });
        let mut failed = Vec::new();
        for line in setup.unwrap_or_default() {
            let failure = self.lesson_lines(clock, std::slice::from_ref(&line));
            failed.extend(failure.map(|f| (line, f)));
        }
        self.start_programs();
        self.with_player(|state, player| {
            player.notes = Notes::behind(state.log.next_seq() - 1);
            player.roles.renew(&state.table);
        });
        failed
    }

    /// Closes the sockets of the lesson, ends its jobs and programs, removes its unix paths.
    pub(in crate::session) fn close_lesson(&self, clock: &Arc<CallClock>) {
        let Some((names, jobs, paths)) = self.with_player(|state, player| {
            player.programs.clear();
            let names: Vec<String> = state.table.entries().filter(|e| e.id > player.first_id).map(|e| e.name.clone()).collect();
            let jobs: Vec<u32> =
                state.jobs.iter().filter(|j| j.waiting() && j.number > player.first_job).map(|j| j.number).collect();
            let own: Vec<String> = player.values.0.iter().map(|(_, v)| v.clone()).collect();
            let made = state.paths.iter().map(|p| String::from_utf8_lossy(&p.path).into_owned());
            let paths: Vec<String> = made.filter(|p| own.contains(p)).collect();
            (names, jobs, paths)
        }) else {
            return;
        };
        for job in jobs {
            self.cancel(job, Kick::Cancel);
        }
        let mut lines: Vec<String> = names.iter().map(|n| format!("close {n}")).collect();
        lines.extend(paths.iter().map(|p| format!("unlink {p}")));
        let lines: Vec<Line> = lines.into_iter().map(|text| Line { line: 0, text }).collect();
        let roles = self.with_player(|_, player| std::mem::take(&mut player.roles));
        self.lesson_lines(clock, &lines);
        self.take_lab_down(clock);
        self.with_player(|_, player| player.roles = roles.unwrap_or_default());
    }

    /// Goes to a step by rebuilding what stands before it.
    pub(super) fn go_to(&self, clock: &Arc<CallClock>, to: usize) {
        self.with_player(|_, player| player.mode = if player.mode == Mode::Testing { Mode::Testing } else { Mode::Guided });
        self.rebuild(clock, to);
        self.enter_step(clock);
    }

    /// Does the step for the learner, in sight; whether it passed.
    pub(super) fn do_in_sight(&self, clock: &Arc<CallClock>) -> Result<(), crate::text::Text> {
        self.with_player(|_, player| player.busy = true);
        let judged = self.do_parts(clock);
        self.with_player(|_, player| player.busy = false);
        match judged.first_unmet() {
            None => {
                self.pass(clock, How::Skipped);
                Ok(())
            }
            Some(goal) => Err(goal.seen.clone()),
        }
    }
}

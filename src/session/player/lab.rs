//! Lessons that build a lab: each begins on an empty one and leaves none behind, for its text names hosts, addresses and packets.

use crate::kernel::CallClock;
use crate::lesson::course::{Lesson, Line};
use crate::session::{Failure, Sitting, Turn};
use crate::text::messages::check_wire as say;
use std::sync::Arc;

impl Sitting {
    /// Makes room for a lesson's lab: that of a lesson which is being left is taken down.
    ///
    /// # Errors
    /// This machine permits no lab, or the learner has hosts of their own.
    pub fn room_for(&self, turn: &mut Turn<'_>, lesson: &Lesson) -> Result<(), Failure> {
        if !lesson.front.lab {
            return Ok(());
        }
        if self.lock().player.as_ref().is_some_and(|p| p.lesson.front.lab) {
            self.reset_lab(turn);
        }
        let hosts = self.host_names();
        if !hosts.is_empty() {
            let list = hosts.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ");
            return Err(Failure::new(say::lab_in_use(list)));
        }
        self.may_have_lab().map_err(|f| Failure { reason: say::lab_lesson_skipped(f.reason), ..f })
    }

    /// Takes down what a lesson built, as a line of its own.
    pub(super) fn take_lab_down(&self, clock: &Arc<CallClock>) {
        let builds = self.with_player(|_, player| player.lesson.front.lab);
        if builds == Some(true) && !self.host_names().is_empty() {
            self.lesson_lines(clock, &[Line { line: 0, text: "lab reset".into() }]);
        }
    }

    fn host_names(&self) -> Vec<String> {
        self.lab().map(|lab| lab.plan().hosts.iter().map(|h| h.name.to_string()).collect()).unwrap_or_default()
    }
}

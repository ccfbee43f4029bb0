//! What a lesson leaves behind: progress, kept as it is made.

use super::{Mode, Player};
use crate::event::{How, Play};
use crate::kernel::keep;
use crate::lesson::course::Lesson;
use crate::lesson::progress::{Progress, StepProgress};
use crate::session::Sitting;
use crate::text::messages::play as say;
use crate::vocabulary::Errno;
use std::io;
use std::path::PathBuf;

/// The words of the system for a file's trouble.
pub fn why(e: &io::Error) -> String {
    e.raw_os_error().map_or_else(|| e.to_string(), |n| Errno(n).words().to_string())
}

impl Player {
    /// What is to be kept of this step, and of all where a test was passed; nothing is kept twice.
    fn take_record(&mut self, how: Option<How>) -> Vec<(String, StepProgress)> {
        let mut step = std::mem::take(&mut self.unkept);
        if let Some(how) = how {
            step.done = true;
            step.skipped = how == How::Skipped;
            step.at = Some(keep::today());
        }
        let mut all = vec![(self.step().id.clone(), step.clone())];
        if how == Some(How::Done) && self.mode == Mode::Testing {
            let passed = StepProgress::passed(step.at);
            all.extend(self.lesson.steps.iter().filter(|s| s.id != self.step().id).map(|s| (s.id.clone(), passed.clone())));
        }
        all.retain(|(_, step)| *step != StepProgress::default());
        all
    }
}

impl Sitting {
    /// Where it is kept, if anywhere.
    pub fn progress_file(&self) -> Option<PathBuf> {
        self.config.data.as_ref().map(|d| d.join("progress"))
    }

    /// What is known of every step.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn progress(&self) -> io::Result<Progress> {
        let Some(path) = self.progress_file() else { return Ok(Progress::default()) };
        Ok(Progress::read(&keep::read(&path)?.unwrap_or_default()))
    }

    /// Changes what is known, for every copy that runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn change_progress<T: Send + 'static>(&self, change: impl FnOnce(&mut Progress) -> T + Send + 'static) -> io::Result<T> {
        let path = self.progress_file().ok_or(io::ErrorKind::NotFound)?;
        keep::update(&path, |text| {
            let mut progress = Progress::read(text);
            let got = change(&mut progress);
            (progress.text(), got)
        })
    }

    /// Keeps what was done since the last time; `how` if the step is passed. Trouble is told once and stops nothing.
    pub(super) fn keep_progress(&self, how: Option<How>) {
        let Some((lesson, steps)) = self.with_player(|_, player| (player.lesson.id.clone(), player.take_record(how))) else {
            return;
        };
        if steps.is_empty() || self.config.data.is_none() {
            return;
        }
        let kept = self.change_progress(move |progress| steps.iter().for_each(|(step, more)| progress.add(&lesson, step, more)));
        if let Err(e) = kept {
            let first = self.with_player(|_, player| !std::mem::replace(&mut player.unkept_told, true));
            if first == Some(true) {
                self.tell(None, vec![Play::Said { text: say::progress_lost(why(&e)) }]);
            }
        }
    }

    /// The sitting ends: what was done in an unfinished step is kept.
    pub(in crate::session) fn keep_lesson(&self) {
        self.keep_progress(None);
    }

    /// The step to begin with, from 0: the first that is not done, or the first of all where all are.
    pub fn first_undone(&self, lesson: &Lesson) -> usize {
        let progress = self.progress().unwrap_or_default();
        lesson.steps.iter().position(|s| !progress.is_done(&lesson.id, &s.id)).unwrap_or(0)
    }
}

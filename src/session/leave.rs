//! The end of a sitting.

use super::Sitting;
use crate::event::{Report, What};
use crate::kernel::clock::Kick;
use crate::kernel::sys;
use crate::text::messages::said;

impl Sitting {
    /// Cancels what still waits, removes the unix paths that this session made and nobody has replaced since, and says so: close
    /// alone does not remove a path, and it must not look as if it did. The sockets are closed by the end of the process, and the lab
    /// ends with them: whoever leaves may be a thread whose table holds neither.
    pub fn leave(&self) {
        self.keep_lesson();
        // A recording that nobody ended is written all the same.
        let recorded = self.finish_recording().map(|r| r.unwrap_or_else(|trouble| trouble));
        let waiting: Vec<u32> = self.lock().jobs.iter().filter(|j| j.waiting()).map(|j| j.number).collect();
        for job in waiting {
            self.cancel(job, Kick::Cancel);
        }
        let mut state = self.lock();
        let mut said = Vec::from_iter(recorded);
        match state.table.len() {
            0 => {}
            1 => said.push(said::left_closed_one()),
            open => said.push(said::left_closed(open)),
        }
        for made in std::mem::take(&mut state.paths) {
            let same = made.identity.is_some() && sys::path_identity(&made.path) == made.identity;
            if same && sys::unlink(&made.path).is_ok() {
                let path = crate::kernel::Addr::Path(made.path).to_string();
                said.push(said::left_removed(path));
            }
        }
        // Leaving is a turn of its own, though nobody typed a line for it.
        if !said.is_empty() {
            state.turn += 1;
            let turn = state.turn;
            for text in said {
                state.record(turn, |_| What::Report(Box::new(Report::Said(text))));
            }
            state.record(turn, |_| What::Done { ok: true, reason: None });
        }
        state.flush();
    }
}

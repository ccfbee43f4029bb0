//! The end of a sitting.

use super::{Sitting, State};
use crate::event::{Report, What};
use crate::kernel::clock::Kick;
use crate::kernel::sys;
use crate::text::messages::said;

impl Sitting {
    /// Cancels what still waits, removes the unix paths that this session made and nobody has replaced since, and says so: close
    /// alone does not remove a path, and it must not look as if it did. The sockets are closed by the end of the process.
    pub fn leave(&self) {
        let waiting: Vec<u32> = self.lock().jobs.iter().filter(|j| j.waiting()).map(|j| j.number).collect();
        for job in waiting {
            self.cancel(job, Kick::Cancel);
        }
        let mut state = self.lock();
        let open = state.table.len();
        if open > 0 {
            let text = if open == 1 { said::left_closed_one() } else { said::left_closed(open) };
            say(&mut state, text);
        }
        for made in std::mem::take(&mut state.paths) {
            let same = made.identity.is_some() && sys::path_identity(&made.path) == made.identity;
            if same && sys::unlink(&made.path).is_ok() {
                let path = crate::kernel::Addr::Path(made.path).to_string();
                say(&mut state, said::left_removed(path));
            }
        }
        state.flush();
    }
}

fn say(state: &mut State, text: crate::text::Text) {
    let turn = state.turn;
    state.record(turn, |_| What::Report(Box::new(Report::Said(text))));
}

//! The lines of a lesson as they were typed, so that a teacher can judge them again: a script, with what a script cannot say as remarks.

use super::{Mode, Player};
use crate::kernel::keep;
use crate::session::Sitting;
use std::path::PathBuf;

/// The first line of the file.
pub const HEADER: &str = "# sockscope transcript 1";
/// Behind it stands the lesson's id.
pub const LESSON: &str = "# lesson ";
/// A sitting begins; behind it stands the step, from 1.
pub const BEGINS: &str = "# begins at step ";
/// The call of the line before waited, and became a job.
pub const WAITS: &str = "# that waited";

/// The file of a lesson's transcript, in our data folder.
pub fn file(data: &std::path::Path, lesson: &str) -> PathBuf {
    let name: String = lesson.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    data.join("transcripts").join(format!("{name}.txt"))
}

impl Sitting {
    /// A lesson begins: its transcript anew, or further where it goes on.
    pub(super) fn transcript_begins(&self, lesson: &str, at: usize) {
        let Some(data) = &self.config.data else { return };
        let path = file(data, lesson);
        let begins = format!("{BEGINS}{}\n", at + 1);
        // Trouble with it is told where progress is: it lies in the same folder.
        let _ = match at {
            0 => keep::write(&path, format!("{HEADER}\n{LESSON}{lesson}\n{begins}")),
            _ => keep::append(&path, begins),
        };
    }

    /// Notes a line that was typed. What was drawn for this run goes back to its placeholder.
    pub(in crate::session) fn transcript_line(&self, line: &str) {
        let Some(data) = &self.config.data else { return };
        let noted = self
            .with_player(|state, player| {
                (player.mode != Mode::Proving).then(|| noted(player, line, std::mem::take(&mut state.waited)))
            })
            .flatten();
        if let Some((lesson, text)) = noted.filter(|(_, text)| !text.is_empty()) {
            let _ = keep::append(&file(data, &lesson), text);
        }
    }
}

/// The lesson and the text to be added; `waited`: the line before became a job.
fn noted(player: &Player, line: &str, waited: bool) -> (String, String) {
    let lines = line.lines().map(str::trim).filter(|l| !l.is_empty());
    let mut text = if waited { format!("{WAITS}\n") } else { String::new() };
    lines.for_each(|l| text.push_str(&format!("{}\n", player.values.empty(l))));
    (player.lesson.id.clone(), text)
}

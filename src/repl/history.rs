//! The lines typed before, kept in a file that several running copies share.

use super::editor::Lines;
use std::path::PathBuf;

/// The history's file; trouble with it is told once and never stops anybody.
pub struct History {
    keep: bool,
    path: Option<PathBuf>,
    /// Why lines are kept no longer, until it is told.
    pub lost: Option<String>,
}

impl History {
    pub fn new(lines: &mut Lines, keep: bool) -> History {
        let mut history = History { keep, path: None, lost: None };
        if keep {
            match file() {
                Ok(path) => {
                    // A first start has no file yet.
                    let _ = lines.load_history(&path);
                    history.path = Some(path);
                }
                Err(e) => history.lost = Some(e.to_string()),
            }
        }
        history
    }

    pub fn add(&mut self, lines: &mut Lines, line: &str) {
        // A line of megabytes is no history.
        if !self.keep || line.len() > 10_000 || !matches!(lines.add_history_entry(line), Ok(true)) {
            return;
        }
        if let Some(path) = &self.path
            && let Err(e) = lines.append_history(path)
        {
            self.lost = Some(e.to_string());
            self.path = None;
        }
    }
}

/// The history's file, under the XDG state folder; its folders are made.
fn file() -> std::io::Result<PathBuf> {
    let folder = crate::kernel::keep::folder("XDG_STATE_HOME", ".local/state").ok_or(std::io::ErrorKind::NotFound)?;
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("history");
    // A device or a pipe in its place would be read without end.
    match std::fs::metadata(&path) {
        Ok(found) if !found.is_file() => Err(std::io::ErrorKind::InvalidInput.into()),
        _ => Ok(path),
    }
}

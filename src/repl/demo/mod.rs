//! A demo at the prompt: its lines are typed at a human pace and really carried out, each when the presenter says so.

mod keys;
pub mod lectern;
mod moves;
mod pictures;
pub mod proof;
mod screen;
mod stage;

pub use pictures::{Tool, tool_for};

use super::cast;
use super::console::write_out;
use super::editor::{Dropped, Lines};
use super::front::Front;
use crate::kernel::{terminal, thread};
use crate::lesson::course::Lesson;
use crate::lesson::demo::Line;
use crate::session::player::record::why;
use crate::text::messages::demo as say;
use std::path::PathBuf;
use std::sync::Arc;

/// What is played.
pub struct Demo {
    pub name: String,
    pub lines: Vec<Line>,
    /// The lesson it is, and whether its programs may run.
    pub lesson: Option<(Arc<Lesson>, bool)>,
    /// So many times as fast as a person types.
    pub speed: u64,
    pub record: Option<PathBuf>,
    /// Pictures of the recording, each with the tool that draws it.
    pub pictures: Vec<(PathBuf, Tool)>,
}

impl Demo {
    fn records(&self) -> bool {
        self.record.is_some() || !self.pictures.is_empty()
    }
}

/// Plays it to its end: the exit status.
pub fn perform(front: &Arc<Front>, lines: &mut Lines, dropped: &Dropped, demo: &Demo, terminal: &terminal::Saved) -> i32 {
    let size = thread::terminal_size().unwrap_or((front.options.style.width, 24));
    if demo.records() {
        cast::begin(&demo.name, size, demo.record.clone());
    }
    let lectern = lectern::Lectern::open().map_err(|e| front.print(&say::no_audience(e.to_string()))).ok();
    if front.options.present && (size.0 > 110 || size.1 > 40) {
        front.print(&say::big_letters(size.0, size.1));
    }
    stage::Stage::new(front, lines, dropped, demo, terminal, lectern).play();
    terminal.pass_ctrl_d();
    0
}

/// Writes what was recorded.
pub fn finish(front: &Arc<Front>, demo: &Demo, status: i32) -> i32 {
    let Some(recorded) = cast::end(status) else { return status };
    let mut lost = false;
    let told = |text| front.print(&text);
    let shown = |path: &PathBuf| path.display().to_string();
    if let Some(path) = &demo.record {
        match recorded.write(path) {
            Ok(()) => told(say::recorded(shown(path), recorded.markers)),
            Err(e) => {
                lost = true;
                told(crate::text::messages::file::file_cannot_write(shown(path), why(&e)));
            }
        }
    }
    for (path, tool) in &demo.pictures {
        match recorded.write_old(path) {
            Ok(old) => {
                match tool.draw(&old, path) {
                    Ok(()) => told(say::drawn(shown(path), tool.name)),
                    Err(why) => told(say::tool_failed(tool.name, why)),
                }
                let _ = std::fs::remove_file(old);
            }
            Err(e) => {
                lost = true;
                told(crate::text::messages::file::file_cannot_write(shown(path), why(&e)));
            }
        }
    }
    let _ = write_out("");
    if lost && status == 0 { 1 } else { status }
}

//! Where people and scripts meet the session: the terminal, the line editor, the reading of scripts. The only room that prints.

mod carry;
pub mod cast;
mod complete;
mod console;
pub mod demo;
mod desk;
mod editor;
mod ending;
mod front;
mod history;
mod pinned;
mod prompt;
mod script;
mod signals;
mod teller;

pub use console::{Console, Ended, Look, write_bytes, write_out};
pub use prompt::prompt;
pub use script::{Input, run_script, unreadable};

use crate::lesson::Library;
use crate::markup::Style;
use crate::text::Lang;
use std::sync::Arc;

/// How a prompt is to be.
pub struct Prompt {
    pub lang: Lang,
    pub style: Style,
    pub library: Arc<Library>,
    pub present: bool,
    /// A line that is carried out first.
    pub start: Option<String>,
    /// A demo that is played at it.
    pub demo: Option<demo::Demo>,
}

/// Columns of the terminal on standard output, if it is one.
pub fn terminal_width() -> Option<usize> {
    crate::kernel::thread::terminal_width()
}

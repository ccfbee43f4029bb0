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

use crate::command::{BUILTINS, specs};
use crate::lesson::Library;
use crate::markup::Style;
use crate::session::{Config, Sitting};
use crate::text::Lang;
use crate::view::narration::{Manner, Narration};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use teller::Teller;

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

impl Prompt {
    /// The sitting held at it; what is learned there is kept in the folder `data`.
    fn sitting(&self, data: Option<PathBuf>) -> Arc<Sitting> {
        let config = Config {
            interactive: true,
            recording: true,
            keep: true,
            keep_going: true,
            timeout: Duration::from_secs(5),
            lang: self.lang,
            library: self.library.clone(),
            data,
        };
        Sitting::new(config, BUILTINS)
    }

    /// Who tells what happens at it; `moves`: the terminal can be cleared and written anew.
    fn teller(&self, moves: bool) -> Teller {
        let manner =
            Manner { lang: self.lang, width: self.style.width, echo: false, ascii: self.style.ascii, staged: self.demo.is_some() };
        Teller::new(Narration::new(manner, self.library.clone(), specs().collect()), self.style, moves)
    }
}

/// Columns of the terminal on standard output, if it is one.
pub fn terminal_width() -> Option<usize> {
    crate::kernel::thread::terminal_width()
}

//! The line editor: rustyline with our completion, ghost text and colour, and the history.

use super::Prompt;
use super::complete::{self, Scene};
use crate::grammar::refusal::{Code, Why};
use crate::grammar::{Handle, World};
use crate::kernel::Kind;
use crate::lesson::Library;
use crate::markup::{Role, Span, Style, render_spans};
use crate::session::{Sitting, State};
use crate::text::Lang;
use crate::text::messages::refusal;
use rustyline::completion::{Completer, Pair};
use rustyline::config::{BellStyle, Configurer};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::FileHistory;
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyCode, KeyEvent, Modifiers, RepeatCount,
};
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A session as the editor may see it: names and addresses that were recorded. The editor's thread has a descriptor table of its own, so
/// it can ask the kernel nothing about a learner's socket.
pub struct Seen<'a> {
    pub state: &'a State,
    pub addresses: &'a [String],
    pub library: &'a Library,
    pub lang: Lang,
}

impl Scene for Seen<'_> {
    fn kind(&self, name: &str) -> Option<Kind> {
        self.state.table.find(name).and_then(|h| self.state.table.entry(h.id)).and_then(|e| e.kind)
    }
    fn listens(&self, name: &str) -> bool {
        let entry = self.state.table.find(name).and_then(|h| self.state.table.entry(h.id));
        entry.is_some_and(|e| e.answers.contains(&("listen", 0)))
    }
    fn current_name(&self) -> Option<String> {
        self.state.table.current.and_then(|c| self.state.table.name(c.id)).map(str::to_string)
    }
}

impl World for Seen<'_> {
    fn find(&self, name: &str) -> Option<Handle> {
        self.state.table.find(name)
    }
    fn current(&self) -> Option<Handle> {
        self.state.table.current
    }
    fn names(&self) -> Vec<String> {
        self.state.table.entries().take(2000).map(|e| e.name.clone()).collect()
    }
    fn value(&self, name: &str, field: &str) -> Result<String, Why> {
        Err((Code::BadValue, refusal::no_value(name, field)))
    }
    fn addresses(&self) -> Vec<String> {
        self.addresses.to_vec()
    }
    fn jobs(&self) -> Vec<u32> {
        self.state.jobs.iter().filter(|j| j.waiting()).map(|j| j.number).collect()
    }
    fn explained(&self) -> Vec<String> {
        self.library.words(self.lang)
    }
}

/// What rustyline asks.
pub struct Assistant {
    sitting: Arc<Sitting>,
    /// Addresses seen in the log, refreshed before each prompt.
    pub addresses: Mutex<Vec<String>>,
    library: Arc<Library>,
    lang: Lang,
    style: Style,
    ghosts: bool,
}

impl Assistant {
    pub fn new(sitting: Arc<Sitting>, options: &Prompt) -> Assistant {
        let style = options.style;
        // Without colour, ghost text cannot be told from typed text.
        let ghosts = !options.present && style.colour;
        let (library, lang) = (options.library.clone(), options.lang);
        Assistant { sitting, addresses: Mutex::default(), library, lang, style, ghosts }
    }

    fn with_world<T>(&self, body: impl FnOnce(&dyn Scene) -> T) -> T {
        let state = self.sitting.lock();
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        body(&Seen { state: &state, addresses: &addresses, library: &self.library, lang: self.lang })
    }
}

impl Completer for Assistant {
    type Candidate = Pair;
    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = self.with_world(|w| complete::candidates(line, pos, w));
        let pair = |c: crate::grammar::Candidate| {
            // A folder is gone on with; anything else is a whole word.
            let space = if c.word.ends_with(['/', ':', '=', '"', '|', ',']) { "" } else { " " };
            Pair { replacement: format!("{}{space}", c.word), display: c.word }
        };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

/// Ghost text; only the rest of a word can be taken with the right arrow.
pub struct Ghost(String, bool);

impl Hint for Ghost {
    fn display(&self) -> &str {
        &self.0
    }
    fn completion(&self) -> Option<&str> {
        self.1.then_some(self.0.as_str())
    }
}

impl Hinter for Assistant {
    type Hint = Ghost;
    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Ghost> {
        if !self.ghosts {
            return None;
        }
        let (text, whole) = self.with_world(|w| complete::ghost(line, pos, w))?;
        // What is drawn must be as wide as what is counted.
        Some(Ghost(if self.style.ascii { text.replace('…', "...") } else { text }, whole))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.style.colour {
            return line.into();
        }
        match self.with_world(|w| complete::colour(line, w)) {
            Some(spans) => render_spans(&spans, Style { ascii: false, ..self.style }).into(),
            None => line.into(),
        }
    }
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        render_spans(&[Span::new(Role::Dim, hint.to_string())], self.style).into()
    }
    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.style.colour && kind != CmdKind::MoveCursor
    }
}

impl rustyline::validate::Validator for Assistant {}
impl Helper for Assistant {}

/// Whether Ctrl-C ended the line. For the editor it ends it as Enter does, which takes the ghost text off the screen as well.
#[derive(Clone, Default)]
pub struct Dropped(Arc<AtomicBool>);

impl Dropped {
    /// Says whether it was so, and forgets it.
    pub fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// A key that accepts the line, and whether the line is dropped by it.
struct Accepts(Dropped, bool);

impl ConditionalEventHandler for Accepts {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.0.0.store(self.1, Ordering::Relaxed);
        Some(Cmd::AcceptLine)
    }
}

/// Ctrl-D leaves from an empty line; in any other it is the editor's own.
struct Leaves;

impl ConditionalEventHandler for Leaves {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        context.line().is_empty().then_some(Cmd::EndOfFile)
    }
}

pub type Lines = Editor<Assistant, FileHistory>;

/// A terminal on which lines cannot be edited, by rustyline's own list.
pub fn plain_terminal() -> bool {
    std::env::var("TERM").is_ok_and(|t| ["dumb", "cons25", "emacs"].iter().any(|plain| t.eq_ignore_ascii_case(plain)))
}

/// Makes the editor, and what tells a dropped line from an accepted one.
pub fn editor(assistant: Assistant, history: bool) -> rustyline::Result<(Lines, Dropped)> {
    let colour = if assistant.style.colour { ColorMode::Forced } else { ColorMode::Disabled };
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_prompt_limit(200)
        .color_mode(colour)
        .bell_style(BellStyle::None)
        .auto_add_history(false)
        .max_history_size(if history { 5000 } else { 0 })?
        .history_ignore_dups(true)?
        .build();
    let mut editor: Lines = Editor::with_config(config)?;
    editor.set_helper(Some(assistant));
    editor.set_enable_signals(false);
    let dropped = Dropped::default();
    for (key, drops) in [(KeyEvent::ctrl('C'), true), (KeyEvent(KeyCode::Enter, Modifiers::NONE), false)] {
        let handler: Box<dyn ConditionalEventHandler> = Box::new(Accepts(dropped.clone(), drops));
        editor.bind_sequence(key, EventHandler::Conditional(handler));
    }
    editor.bind_sequence(KeyEvent::ctrl('D'), EventHandler::Conditional(Box::new(Leaves)));
    // The editor takes the terminal's VEOF for the key that leaves. There is none (`pass_ctrl_d`), and that reads as NUL: Ctrl-@, and what
    // Ctrl-Space sends.
    editor.bind_sequence(KeyEvent::ctrl('@'), Cmd::Noop);
    Ok((editor, dropped))
}

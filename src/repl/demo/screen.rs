//! The prompt of a demo: a line that appears letter by letter, and a bar of keys below it.

use crate::markup::{Role, Span, Style, fit, render_spans, width};
use crate::repl::console::write_out;
use crate::repl::front::{Front, prompt_text};

/// A prompt with what is typed at it.
pub struct Screen {
    prompt: (String, String),
    style: Style,
    /// The cursor can be moved.
    moves: bool,
    /// Columns that the prompt and what is typed take together.
    cells: usize,
    /// The row the cursor stands in, from where the prompt begins.
    row: usize,
    /// What a terminal shows that cannot go back.
    written: usize,
    barred: bool,
}

impl Screen {
    /// Draws the prompt.
    pub fn open(front: &Front) -> Screen {
        front.teller().follow_width();
        let (style, moves) = {
            let teller = front.teller();
            (teller.style, teller.moves)
        };
        let mut screen = Screen { prompt: prompt_text(front), style, moves, cells: 0, row: 0, written: 0, barred: false };
        if !moves {
            let _ = write_out(&screen.prompt.1);
        }
        screen.draw("", "");
        screen
    }

    /// Draws what is typed so far; `styled` is the same in colour.
    pub fn draw(&mut self, typed: &str, styled: &str) {
        if !self.moves {
            let _ = write_out(typed.get(self.written..).unwrap_or_default());
            self.written = typed.len();
            return;
        }
        let up = if self.row > 0 { format!("\x1b[{}A", self.row) } else { String::new() };
        let _ = write_out(&format!("{up}\r\x1b[J{}{styled}", self.prompt.1));
        self.cells = width(&self.prompt.0) + width(typed);
        self.row = self.cells.saturating_sub(1) / self.style.width;
        self.barred = false;
    }

    /// A line below, and the cursor back behind what is typed.
    pub fn bar(&mut self, text: &str) {
        if !self.moves {
            return;
        }
        let text = fit(text, self.style.width.saturating_sub(1));
        let bar = render_spans(&[Span::new(Role::Dim, text.to_string())], self.style);
        // Behind a full row the cursor waits on its last letter (xterm's pending wrap).
        let column = match self.cells % self.style.width {
            0 if self.cells > 0 => self.style.width - 1,
            column => column,
        };
        let right = if column > 0 { format!("\x1b[{column}C") } else { String::new() };
        let _ = write_out(&format!("\n\r\x1b[J{bar}\x1b[1A\r{right}"));
        self.barred = true;
    }

    /// Columns of the window.
    pub fn room(&self) -> usize {
        self.style.width
    }

    /// Whether the window has another width than the prompt was drawn for.
    pub fn stale(&self) -> bool {
        self.moves && crate::repl::terminal_width().is_some_and(|w| w.clamp(20, 400) != self.style.width)
    }

    /// The line is over: what comes next begins below it.
    pub fn over(&mut self) {
        let _ = write_out(if self.moves && self.barred { "\n\r\x1b[J" } else { "\n" });
    }

    /// Takes the prompt off, to be opened again.
    pub fn hide(&mut self) {
        if !self.moves {
            let _ = write_out("\n");
            return;
        }
        let up = if self.row > 0 { format!("\x1b[{}A", self.row) } else { String::new() };
        let _ = write_out(&format!("{up}\r\x1b[J"));
    }
}

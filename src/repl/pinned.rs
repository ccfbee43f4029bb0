//! A picture that is kept at the top of the screen and drawn anew whenever something has happened; below it stands what the last line
//! brought.

use crate::event::{Event, Pictured};
use crate::markup::{Doc, Role, Span, Style, render};
use crate::view::narration::Narration;

/// To the upper left corner, and everything away.
const CLEAR: &str = "\x1b[H\x1b[2J";

/// The picture, and what is to be seen with it.
pub struct Pinned {
    asked: Pictured,
    /// What the last line brought, itself first.
    below: String,
    /// The picture as it was drawn last.
    drawn: String,
}

impl Pinned {
    pub fn new(asked: Pictured) -> Pinned {
        Pinned { asked, below: String::new(), drawn: String::new() }
    }

    pub fn view(&self) -> &'static str {
        self.asked.view.word()
    }

    /// A line begins: what stood there of the one before goes.
    pub fn line(&mut self, current: Option<&str>, line: &str, style: Style) {
        let mut spans = Vec::new();
        if let Some(name) = current {
            spans.extend([Span::new(Role::Name, name.to_string()), Span::plain(" ")]);
        }
        spans.extend([Span::new(Role::Prompt, "› "), Span::plain(crate::markup::safe(line).into_owned())]);
        let mut doc = Doc::new();
        doc.line(0, spans);
        self.below.clear();
        render(&doc, style, &mut self.below);
    }

    /// The whole screen, if anything on it is new: the picture of this log, then `fresh` behind what stands there.
    pub fn screen(&mut self, narration: &Narration, past: &[Event], fresh: &str, style: Style, rows: usize) -> Option<String> {
        self.below.push_str(fresh);
        let mut drawn = String::new();
        render(&narration.drawn(&self.asked, past), style, &mut drawn);
        if fresh.is_empty() && drawn == self.drawn {
            return None;
        }
        self.drawn = drawn;
        // The prompt has a row of its own, and a blank one stands between. The picture has two thirds where both are long.
        let room = rows.saturating_sub(2).max(6);
        let below: Vec<&str> = self.below.lines().collect();
        let picture: Vec<&str> = self.drawn.trim_end().lines().collect();
        let least = below.len().min(room / 3);
        let high = picture.len().min(room - least);
        // What comes last is the newest, in a ladder and in a timeline: their title stays, their middle goes.
        let tail = matches!(self.asked.view, crate::event::PictureKind::Ladder | crate::event::PictureKind::Timeline);
        let cut = picture.len() - high;
        let mut out = String::from(CLEAR);
        let shown = picture.iter().enumerate().filter(|(i, _)| if tail && high > 2 { *i < 2 || *i >= 2 + cut } else { *i < high });
        let from = below.len().saturating_sub(room - high);
        for line in shown.map(|(_, l)| *l).chain([""]).chain(below[from..].iter().copied()) {
            out.push_str(line);
            out.push('\n');
        }
        Some(out)
    }
}

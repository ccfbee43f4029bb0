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
    /// What the last line brought, itself first: kept as it was told, since the terminal may get another width.
    below: Doc,
    /// The picture as it was drawn last, and on how many rows.
    drawn: String,
    rows: usize,
}

impl Pinned {
    pub fn new(asked: Pictured) -> Pinned {
        Pinned { asked, below: Doc::new(), drawn: String::new(), rows: 0 }
    }

    pub fn view(&self) -> &'static str {
        self.asked.view.word()
    }

    /// A line begins: what stood there of the one before goes.
    pub fn line(&mut self, current: Option<&str>, line: &str) {
        let mut spans = Vec::new();
        if let Some(name) = current {
            spans.extend([Span::new(Role::Name, name.to_string()), Span::plain(" ")]);
        }
        spans.extend([Span::new(Role::Prompt, "› "), Span::plain(crate::markup::safe(line).into_owned())]);
        self.below = Doc::new();
        self.below.line(0, spans);
    }

    /// The whole screen, if anything on it is new: the picture of this log, then `fresh` behind what stands there.
    pub fn screen(&mut self, narration: &Narration, past: &[Event], fresh: Doc, style: Style, rows: usize) -> Option<String> {
        let nothing = fresh.0.is_empty();
        self.below.append(fresh);
        let mut drawn = String::new();
        render(&narration.drawn(&self.asked, past), style, &mut drawn);
        if nothing && drawn == self.drawn && rows == self.rows {
            return None;
        }
        (self.drawn, self.rows) = (drawn, rows);
        // The prompt has a row of its own, and a blank one stands between. The picture has two thirds where both are long.
        let room = rows.saturating_sub(2).max(6);
        let mut below = String::new();
        render(&self.below, style, &mut below);
        let below: Vec<&str> = below.lines().collect();
        let picture: Vec<&str> = self.drawn.trim_end().lines().collect();
        let least = below.len().min(room / 3);
        let high = picture.len().min(room - least);
        // What comes last is the newest, in a ladder and in a timeline: their title stays, their middle goes.
        let tail = matches!(self.asked.view, crate::event::PictureKind::Ladder | crate::event::PictureKind::Timeline);
        let cut = picture.len() - high;
        let mut shown: Vec<&str> = picture[..if tail && cut > 0 { high.min(2) } else { high }].to_vec();
        if tail && cut > 0 {
            shown.extend(&picture[(shown.len() + cut).min(picture.len())..]);
        }
        // Below the title a row is empty; a picture whose end goes gives one row more for saying so.
        let at = if tail { 1 } else { high.saturating_sub(1) };
        let said = narration.left_out(cut + usize::from(!tail), style);
        if let Some(row) = shown.get_mut(at).filter(|_| cut > 0) {
            *row = said.trim_end();
        }
        let mut out = String::from(CLEAR);
        let from = below.len().saturating_sub(room - high);
        for line in shown.into_iter().chain([""]).chain(below[from..].iter().copied()) {
            out.push_str(line);
            out.push('\n');
        }
        Some(out)
    }
}

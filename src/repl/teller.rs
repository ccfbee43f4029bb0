//! Reads the log as it grows and makes of it what the terminal shows. Shared by the editor, which prints while a line runs, and the
//! notifier, which prints above an open prompt.

use super::pinned::Pinned;
use crate::call::AnyCall;
use crate::event::{Event, Report, What};
use crate::markup::{Doc, Style, render};
use crate::session::Sitting;
use crate::view::narration::Narration;

/// The narration of a prompt, and how far it has read.
pub struct Teller {
    pub narration: Narration,
    pub style: Style,
    /// The terminal can be cleared and written anew.
    pub moves: bool,
    /// The picture that is kept on the screen.
    pinned: Option<Pinned>,
    /// Columns and rows that it was drawn for.
    size: Option<(usize, usize)>,
    /// The number of the last event that was told.
    read: u64,
}

impl Teller {
    pub fn new(narration: Narration, style: Style, moves: bool) -> Teller {
        Teller { narration, style, moves, pinned: None, size: None, read: 0 }
    }

    /// Whether something was recorded since the last time.
    pub fn has_news(&self, sitting: &Sitting) -> bool {
        !sitting.lock().log.since(self.read).is_empty()
    }

    /// What was recorded since the last time, as text.
    pub fn tell(&mut self, sitting: &Sitting) -> String {
        let fresh: Vec<Event> = sitting.lock().log.since(self.read).to_vec();
        let resized = self.pinned.is_some() && self.size != crate::kernel::thread::terminal_size();
        let Some(last) = fresh.last().map(|e| e.seq).or(resized.then_some(self.read)) else { return String::new() };
        self.read = last;
        if resized {
            self.size = crate::kernel::thread::terminal_size();
            self.follow_width();
        }
        let mut told = Doc::new();
        for event in &fresh {
            match &event.what {
                What::Report(report) => match &**report {
                    Report::Picture(asked) if asked.watch && self.moves => {
                        self.pinned = Some(Pinned::new(asked.clone()));
                        let said = crate::text::messages::picture::watching(asked.view.word());
                        told.para(2, crate::markup::inline(&said.in_lang(sitting.lang())));
                    }
                    // Drawn from the log where it lies: it is not copied for that.
                    Report::Picture(_) => {
                        let state = sitting.lock();
                        let past = state.told();
                        // Of a recording all is past.
                        let until =
                            if state.recording_of.is_some() { past.len() } else { past.partition_point(|e| e.seq < event.seq) };
                        told.append(self.narration.event(event, &past[..until]));
                    }
                    _ => told.append(self.narration.event(event, &[])),
                },
                what => {
                    // What is run again was typed before.
                    if let (What::Typed { line, current, round: None, lesson: false, .. }, Some(pinned)) = (what, &mut self.pinned)
                        && !self.narration.muted()
                    {
                        pinned.line(current.as_ref().map(|(name, _)| name.as_str()), line);
                        told = Doc::new();
                    }
                    told.append(self.narration.event(event, &[]));
                }
            }
        }
        match &mut self.pinned {
            // Lines that are run again are drawn when all of them were.
            Some(_) if self.narration.muted() => String::new(),
            Some(pinned) => {
                let rows = crate::kernel::thread::terminal_size().map_or(24, |s| s.1);
                let state = sitting.lock();
                pinned.screen(&self.narration, state.told(), told, self.style, rows).unwrap_or_default()
            }
            None => {
                let mut text = String::new();
                render(&told, self.style, &mut text);
                text
            }
        }
    }

    /// Takes the picture off that is kept on the screen; says which it was.
    pub fn unpin(&mut self) -> Option<&'static str> {
        self.pinned.take().map(|p| p.view())
    }

    pub fn waiting(&self, call: &AnyCall) -> String {
        let mut text = String::new();
        render(&self.narration.waiting(call), self.style, &mut text);
        text
    }

    /// The terminal may have been resized.
    pub fn follow_width(&mut self) {
        if let Some(width) = super::terminal_width() {
            self.style.width = width.clamp(20, 400);
            self.narration.set_width(self.style.width);
        }
    }
}

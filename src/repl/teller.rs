//! Reads the log as it grows and makes of it what the terminal shows. Shared by the editor, which prints while a line runs, and the
//! notifier, which prints above an open prompt.

use crate::call::AnyCall;
use crate::event::{Event, Report, What};
use crate::markup::{Style, render};
use crate::session::Sitting;
use crate::view::narration::Narration;

/// The narration of a prompt, and how far it has read.
pub struct Teller {
    pub narration: Narration,
    pub style: Style,
    /// The number of the last event that was told.
    read: u64,
}

impl Teller {
    pub fn new(narration: Narration, style: Style) -> Teller {
        Teller { narration, style, read: 0 }
    }

    /// What was recorded since the last time, as text.
    pub fn tell(&mut self, sitting: &Sitting) -> String {
        let fresh: Vec<Event> = sitting.lock().log.since(self.read).to_vec();
        self.read = fresh.last().map_or(self.read, |e| e.seq);
        let mut text = String::new();
        for event in &fresh {
            let doc = match &event.what {
                // Drawn from the log where it lies: it is not copied for that.
                What::Report(report) if matches!(**report, Report::Picture(_)) => {
                    let state = sitting.lock();
                    let past = state.log.events();
                    let until = past.partition_point(|e| e.seq < event.seq);
                    self.narration.event(event, &past[..until])
                }
                _ => self.narration.event(event, &[]),
            };
            render(&doc, self.style, &mut text);
        }
        text
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

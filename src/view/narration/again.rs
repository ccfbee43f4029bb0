//! Lines that are run again: the screen tells that it is done, not each of them.

use super::Narration;
use crate::event::{Again, Event, Report, What};
use crate::markup::Doc;

impl Narration {
    /// What an event adds to the screen.
    ///
    /// `past`: the log, as far as it is kept; pictures are drawn from what of it was before this event.
    pub fn event(&mut self, event: &Event, past: &[Event]) -> Doc {
        if let What::Report(report) = &event.what
            && let Report::Again { phase, text } = &**report
        {
            match phase {
                Again::Closing => self.muted = Some(self.met.clone()),
                Again::Anew => {}
                // A card that nobody saw was not met.
                Again::Over => {
                    if let Some(met) = self.muted.take() {
                        self.met = met;
                    }
                }
            }
            let mut doc = Doc::new();
            if let Some(text) = text {
                doc.para(2, self.say(text));
            }
            return doc;
        }
        let doc = self.told(event, past);
        if self.muted.is_some() { Doc::new() } else { doc }
    }

    /// Whether nothing is told just now.
    pub fn muted(&self) -> bool {
        self.muted.is_some()
    }
}

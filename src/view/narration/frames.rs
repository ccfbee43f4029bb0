//! Frames on the lab's wire, as they are told: a held one is told once in full, then by what becomes of it.

use super::{Level, Narration};
use crate::event::{Ended, Fate, Frame, PacketDetail, Ran, RanWhat};
use crate::lesson::Topic;
use crate::markup::{Doc, Role, Span, safe};
use crate::text::messages::lab;
use crate::view::packet::{Said, packet};
use crate::view::packets;
use std::collections::HashSet;

/// Held frames remembered; of more than that, what becomes of them is told in full.
const MOST: usize = 100_000;

impl Narration {
    pub(super) fn frame(&mut self, doc: &mut Doc, frame: &Frame) {
        let was_held = match frame.fate {
            Fate::Held if self.held.len() < MOST => {
                self.held.insert(frame.packet);
                false
            }
            Fate::Held => false,
            Fate::Delivered | Fate::Dropped | Fate::Seen => self.held.remove(&frame.packet),
        };
        // What passes by itself would hide what the learner does; `packets` shows it.
        if was_held || !frame.just_passed() {
            doc.append(packets::row(frame, was_held, self.manner.lang));
        }
    }

    /// A program on a host: a line of its own for each of its lines.
    pub(super) fn ran(&mut self, doc: &mut Doc, ran: &Ran) {
        let (program, job) = (&ran.program, ran.job);
        let text = match &ran.what {
            RanWhat::Started { .. } => lab::started(program, ran.host.name(), job),
            RanWhat::Printed { line } => {
                let spans =
                    vec![Span::new(Role::Host, ran.host.name().to_string()), Span::plain(format!(" {program} │ {}", safe(line)))];
                return self.jobbed(doc, job, spans);
            }
            RanWhat::Ended(Ended::Exited { status: 0 }) => lab::ended_well(program),
            RanWhat::Ended(Ended::Exited { status }) => lab::ended_with(program, *status),
            RanWhat::Ended(Ended::Killed { signal }) => lab::ended_by(program, *signal),
        };
        self.jobbed(doc, job, self.say(&text));
    }

    /// Each field's card: its brief line where the field is met for the first time, all of it where it is asked for.
    pub(super) fn packet(&mut self, doc: &mut Doc, detail: &PacketDetail) {
        let (library, lang) = (self.library.clone(), self.manner.lang);
        let asked = detail.field.is_some() || detail.cards;
        let first_sight = self.level == Level::Full;
        let met = &mut self.met_fields;
        let mut shown = HashSet::new();
        let shown_doc = packet(detail, lang, |id| {
            let first = met.insert(id) && first_sight;
            if !(first || asked && shown.insert(id)) {
                return Said::default();
            }
            let Some(entry) = library.entry(lang, Topic::Field, id.name()) else { return Said::default() };
            let rest = asked.then(|| entry.rest.iter().cloned()).into_iter().flatten();
            Said { paragraphs: std::iter::once(entry.brief.clone()).chain(rest).collect() }
        });
        doc.append(shown_doc);
    }
}

//! The answers of commands that only look or ask: `sockets`, `help`, `explain`, `why`, `set`.

use super::{Level, Narration, took};
use crate::event::{Event, Pictured, Report};
use crate::lesson::{Fill, Topic};
use crate::markup::{Doc, Role, Span, Style, render};
use crate::text::Lang;
use crate::text::messages::{picture as pictures, refusal as refused, said};
use crate::view::{card, code, help, hosts, inspect, lessons, packets, picture, progress, sockets, strace, who, wire};
use crate::vocabulary::Errno;

impl Narration {
    pub(super) fn report(&mut self, doc: &mut Doc, report: &Report) {
        let lang = self.manner.lang;
        match report {
            Report::Said(text) => doc.para(2, self.say(text)),
            Report::Sockets { rows, current, .. } => {
                rows.iter().for_each(|r| drop(r.id.map(|id| self.rows.insert(id, r.clone()))));
                doc.append(sockets::sockets(rows, current.as_deref(), lang, self.manner.width));
            }
            Report::Inspect(found) => doc.append(inspect::inspect(found, lang, self.manner.width)),
            Report::Who(found) => doc.append(who::who(found, lang, self.manner.width)),
            Report::Host { row, first } => doc.append(hosts::made(row, *first && self.level != Level::Off, lang)),
            Report::Hosts(rows) => doc.append(hosts::hosts(rows, lang)),
            Report::Wire(state) => doc.append(wire::wire(state, lang)),
            Report::Jobs(jobs) => {
                for j in jobs {
                    let line = format!("{}   {}", j.line, took(j.waited_ms as f64 * 1000.0));
                    self.jobbed(doc, j.job, vec![Span::plain(line)]);
                }
            }
            Report::Packets(frames) => doc.append(packets::packets(frames.iter().map(|f| &**f), lang, self.manner.width)),
            Report::Packet(detail) => self.packet(doc, detail),
            Report::Lessons(rows) => doc.append(lessons::lessons(rows, lang)),
            Report::Progress(table) => doc.append(progress::progress(table, lang)),
            Report::Help(one) => doc.append(help::help(&self.specs, one.as_deref(), lang)),
            Report::Explain { word, errno } => self.explain_word(doc, word, *errno),
            Report::Why { .. } => self.why(doc),
            Report::Replayed(event) => self.replayed(doc, event),
            Report::Set { name, value } => self.set(doc, name, value),
            // Figures for the picture that follows; pictures need the whole log.
            Report::Gauges(_) | Report::WireSeen(_) | Report::Picture(_) | Report::Again { .. } => {}
            // A sentence says it.
            Report::HostsGone(_) => {}
        }
    }

    /// An event of a recording: told as it was then, by a teller who knows nothing of the sockets of now.
    fn replayed(&mut self, doc: &mut Doc, event: &crate::event::Event) {
        if event.seq == 1 {
            self.replay = None;
        }
        let mut teller = self.replay.take().unwrap_or_else(|| {
            let mut teller = Narration::new(self.manner.clone(), self.library.clone(), self.specs.clone());
            teller.manner.echo = true;
            teller.recorded = true;
            teller.level = self.level;
            teller.code = self.code;
            Box::new(teller)
        });
        teller.set_width(self.manner.width);
        match &event.what {
            // A picture of then needs the log of then, which `show` has.
            crate::event::What::Report(r) if matches!(**r, Report::Picture(_)) => {}
            _ => doc.append(teller.event(event, &[])),
        }
        self.replay = Some(teller);
    }

    /// A picture, or where it was written to.
    pub(super) fn picture(&mut self, doc: &mut Doc, asked: &Pictured, past: &[Event]) {
        for file in &asked.files {
            doc.para(2, self.say(&pictures::drawn_to(file)));
        }
        if asked.files.is_empty() {
            doc.append(self.drawn(asked, past));
        }
    }

    /// A picture of a log as it is now.
    pub fn drawn(&self, asked: &Pictured, past: &[Event]) -> Doc {
        let mut doc = Doc::new();
        match picture::of(asked, past, self.manner.lang) {
            Ok(p) => doc.append(picture::screen(&*p, self.manner.width, self.manner.ascii)),
            Err(why) => doc.para(2, self.say(&why)),
        }
        doc
    }

    /// The row that stands for those of a picture that have no room.
    pub fn left_out(&self, rows: usize, style: Style) -> String {
        let mut doc = Doc::new();
        doc.line(0, vec![Span::new(Role::Dim, self.word(crate::text::messages::picture::rows_left_out(rows)))]);
        let mut text = String::new();
        render(&doc, style, &mut text);
        text
    }

    fn set(&mut self, doc: &mut Doc, name: &str, value: &str) {
        match (name, value) {
            ("explain", "full") => {
                self.level = Level::Full;
                self.met.clear();
                self.met_fields.clear();
            }
            ("explain", "brief") => self.level = Level::Brief,
            ("explain", "off") => self.level = Level::Off,
            ("code", v) => self.code = code::SHOWN.iter().find(|s| s.word == v),
            ("lang", v) => self.manner.lang = Lang::from_code(v).unwrap_or(self.manner.lang),
            _ => {}
        }
        doc.para(2, self.say(&said::setting(name, value)));
    }

    fn explain_word(&mut self, doc: &mut Doc, word: &str, errno: Option<Errno>) {
        let lang = self.manner.lang;
        if let Some(errno) = errno {
            let call = crate::call::command(word, None).map_or(word, |c| c.0.card);
            if let Some(card) = self.library.errno_of_call(lang, call, &errno.name(), &Fill::default()) {
                doc.line(2, vec![Span::new(Role::Heading, format!("{call} {}", errno.name()))]);
                doc.append(card::errno(&card, lang));
                return;
            }
        }
        let word = errno.map_or(word.to_string(), |e| e.name().into_owned());
        let found = self.library.explain(lang, &word);
        if found.is_empty() {
            let mut spans = self.say(&refused::unknown_word(&word));
            // `explain off` means the setting.
            let setting = ["full", "brief", "off"].contains(&word.as_str()).then(|| format!("set explain {word}"));
            if let Some(near) = setting.or_else(|| self.library.suggest(lang, &word)) {
                spans.push(Span::plain("  "));
                spans.extend(self.say(&said::did_you_mean(near)));
            }
            doc.para(2, spans);
            return;
        }
        doc.append(card::explained(&found, lang));
    }

    /// The last failure once more: the call, its card in full, the facts found then.
    fn why(&mut self, doc: &mut Doc) {
        let Some(due) = self.failed.take() else {
            doc.para(2, self.say(&said::no_failure()));
            return;
        };
        doc.sides(2, strace::line(&due.returned.call, &due.returned.outcome), Vec::new());
        self.facts(doc, &due.facts);
        self.errno_card(doc, &due.returned);
        let errno = due.returned.outcome.errno().map(|e| e.name().into_owned()).unwrap_or_default();
        if let Some(entry) = self.library.entry(self.manner.lang, Topic::Errno, &errno) {
            doc.line(2, vec![Span::new(Role::Heading, errno)]);
            doc.append(card::entry(&entry));
        }
        self.failed = Some(due);
    }
}

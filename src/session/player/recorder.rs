//! Turning a live sitting into a lesson: the lines become tries, what came of them becomes checks, the numbers become placeholders.

use super::record::why;
use crate::call::AnyCall;
use crate::event::{Returned, What};
use crate::kernel::{Addr, Kind, keep};
use crate::lesson::course::{Nobody, Values};
use crate::session::facts::Now;
use crate::session::{Sitting, State};
use crate::text::messages::{play, record as say};
use crate::text::{Lang, Text};
use std::fmt::Write;

/// A recording that goes on.
#[derive(Debug, Clone)]
pub struct Recorder {
    pub name: String,
    steps: Vec<Recorded>,
    /// The step that is being recorded: its title, and the number of the last event before it.
    title: Option<String>,
    since: u64,
    /// Numbers, paths and names that were typed, and the placeholders they become.
    holes: Values,
}

#[derive(Debug, Clone)]
struct Recorded {
    title: Option<String>,
    lines: Vec<String>,
    checks: Vec<String>,
}

impl Recorder {
    pub fn new(name: &str, since: u64) -> Recorder {
        Recorder { name: name.into(), steps: Vec::new(), title: None, since, holes: Values::default() }
    }

    /// The step so far is over, if anything was done in it; the next has this title.
    fn end_step(&mut self, state: &mut State, title: Option<String>) {
        let events = state.log.since(self.since).to_vec();
        self.since = state.log.next_seq() - 1;
        let (mut lines, mut wanted): (Vec<(u32, String)>, Vec<String>) = (Vec::new(), Vec::new());
        for event in &events {
            match &event.what {
                What::Typed { line, lesson: false, round: None, .. } if is_a_step(line) => {
                    lines.push((event.turn, line.trim().to_string()))
                }
                What::Backgrounded { .. } => {
                    if let Some((_, line)) = lines.iter_mut().find(|(turn, l)| *turn == event.turn && !l.ends_with('&')) {
                        line.push_str(" &");
                    }
                }
                What::Returned(r) => {
                    self.draw(&r.call);
                    checks(r, state, &mut wanted);
                }
                What::Refused { .. } => lines.retain(|(turn, _)| *turn != event.turn),
                _ => {}
            }
        }
        // What holds no longer at the step's end is no goal of it.
        wanted.retain(|text| {
            let check = crate::lesson::check::Check::read_line(text, &Nobody);
            check.is_ok_and(|c| c.is_about_calls() || c.judge(&mut Now(state)).met)
        });
        wanted.dedup();
        let lines: Vec<String> = lines.into_iter().map(|(_, l)| self.holes.empty(&l)).collect();
        let checks = wanted.iter().map(|c| self.holes.empty(c)).collect();
        if !lines.is_empty() {
            self.steps.push(Recorded { title: self.title.take(), lines, checks });
        }
        self.title = title.or(self.title.take());
    }

    /// Ports and names that were typed become placeholders.
    fn draw(&mut self, call: &AnyCall) {
        let AnyCall::Bind(b) = call else { return };
        let (hole, value) = match &b.addr {
            Addr::Path(path) => ("path", String::from_utf8_lossy(path).into_owned()),
            Addr::Abstract(name) => ("name", String::from_utf8_lossy(name).into_owned()),
            a => match a.port().filter(|p| *p != 0) {
                Some(port) => ("port", port.to_string()),
                None => return,
            },
        };
        if self.holes.0.iter().any(|(_, v)| *v == value) {
            return;
        }
        let free = ["", "2", "3"].map(|n| format!("{hole}{n}")).into_iter().find(|h| self.holes.get(h).is_none());
        if let Some(free) = free.filter(|h| crate::lesson::course::HOLES.contains(&h.as_str())) {
            self.holes.put(&free, value);
        }
    }

    /// The lesson's file.
    fn text(&self, lang: Lang) -> String {
        let said = |text: Text| text.plain(lang);
        let mut out = format!("---\ntitle: {}\nlevel: beginner\nminutes: 5\n---\n\n{}\n", self.name, said(say::opening()));
        for (i, step) in self.steps.iter().enumerate() {
            let number = i + 1;
            let title = step.title.clone().unwrap_or_else(|| said(say::step_title(number)));
            let _ = write!(out, "\n## {title} {{#step-{number}}}\n\n{}\n", said(say::step_text()));
            let _ = write!(out, "\n```try\n{}\n```\n\n```check\n{}\n```\n", step.lines.join("\n"), step.checks.join("\n"));
            let _ = write!(out, "\n```hint\n{}\n```\n\n{}\n", said(say::hint()), said(say::after()));
        }
        out
    }
}

/// Looking and asking is no part of a lesson's way.
fn is_a_step(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    ![
        "lesson", "lessons", "help", "?", "explain", "man", "why", "sockets", "ls", "inspect", "jobs", "set", "use", "quit",
        "progress",
    ]
    .contains(&first)
}

/// What a call brought about, as checks that could say it.
fn checks(r: &Returned, state: &mut State, wanted: &mut Vec<String>) {
    let name =
        r.socket.clone().or_else(|| r.call.on().and_then(|h| state.table.name(h.id)).map(str::to_string)).unwrap_or_default();
    let call = r.call.name();
    let mut want = |text: String| {
        if !wanted.contains(&text) {
            wanted.push(text);
        }
    };
    if let Err(errno) = r.outcome.ret {
        let on = if name.is_empty() { String::new() } else { format!(" on {name}") };
        return want(format!("{} fails with {}{on}", r.call.card(), errno.name()));
    }
    match &r.call.as_ref() {
        AnyCall::Socket(_) | AnyCall::Socketpair(_) => {
            for made in &r.made {
                let kind = state.table.find(made).and_then(|h| state.table.kind(h.id));
                if let Some(Kind::Socket { domain, kind, .. }) = kind {
                    let short = |l: &crate::grammar::Lexicon, v: i32| {
                        l.rows.iter().find(|r| r.value == i64::from(v)).map_or("", |r| r.short)
                    };
                    let (family, kind) = (short(&crate::vocabulary::FAMILIES, domain), short(&crate::vocabulary::TYPES, kind));
                    want(format!("{made} is {} {family} {kind} socket", if family.starts_with('i') { "an" } else { "a" }));
                }
            }
        }
        AnyCall::Bind(b) => want(format!("{name} is bound to {}", b.addr)),
        AnyCall::Listen(_) => want(format!("{name} is listening")),
        AnyCall::Connect(_) => want(format!("{name} is connected")),
        AnyCall::Accept(_) => r.made.iter().for_each(|made| want(format!("{made} is connected"))),
        AnyCall::Close(c) => {
            if let Some(name) = r.socket.clone().filter(|_| c.fd.id != 0) {
                want(format!("{name} is closed"));
            }
        }
        _ => match r.outcome.out.as_ref().and_then(|o| o.data.as_ref()) {
            Some(data) if data.len > 0 && data.len <= 40 && data.bytes.iter().all(|b| b.is_ascii_graphic() || *b == b' ') => {
                want(format!("{call} gets \"{}\" on {name}", String::from_utf8_lossy(&data.bytes)));
            }
            Some(data) => want(format!("{call} returns {} on {name}", data.len)),
            None if !name.is_empty() => want(format!("{} succeeds on {name}", r.call.card())),
            None => want(format!("{} succeeds", r.call.card())),
        },
    }
}

impl Sitting {
    /// `lesson record NAME`, `lesson record step TITLE`, `lesson record done`: what is to be said.
    ///
    /// # Errors
    /// Nothing is recorded, or already; the file cannot be written.
    pub fn record_lesson(&self, words: &[String]) -> Result<Text, Text> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words == ["done"] {
            return self.finish_recording().unwrap_or_else(|| Err(say::not_recording()));
        }
        let mut state = self.lock();
        let recorder = state.recorder.take();
        match (recorder, &words[..]) {
            (Some(mut recorder), ["step", title @ ..]) => {
                let title = (!title.is_empty()).then(|| title.join(" "));
                recorder.end_step(&mut state, title);
                let said = say::step(recorder.steps.len() + 1);
                state.recorder = Some(recorder);
                Ok(said)
            }
            (Some(recorder), _) => {
                let said = say::already(&recorder.name);
                state.recorder = Some(recorder);
                Err(said)
            }
            (None, [name]) if *name != "step" => {
                let good = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') && !name.is_empty();
                if !good {
                    return Err(crate::text::messages::course::step_bad_id(*name));
                }
                let since = state.log.next_seq();
                state.recorder = Some(Box::new(Recorder::new(name, since)));
                Ok(say::begins(*name))
            }
            (None, _) => Err(say::not_recording()),
        }
    }

    /// Writes what was recorded, if anything is, into the working folder. Where that fails the recording goes on: nothing is lost.
    pub fn finish_recording(&self) -> Option<Result<Text, Text>> {
        let mut state = self.lock();
        let mut recorder = state.recorder.take()?;
        recorder.end_step(&mut state, None);
        if recorder.steps.is_empty() {
            return Some(Err(say::nothing()));
        }
        let (path, text, steps) = (format!("{}.md", recorder.name), recorder.text(state.settings.lang), recorder.steps.len());
        let file = std::path::Path::new(&path);
        let written = match keep::read(file) {
            Ok(Some(_)) => Err(say::exists(&path)),
            _ => keep::write(file, text).map_err(|e| play::progress_trouble(&path, why(&e))),
        };
        if written.is_err() {
            state.recorder = Some(recorder);
        }
        Some(written.map(|()| say::written(path, steps)))
    }
}

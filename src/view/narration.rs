//! The sitting as it is told beside the steps: a fold over the log that makes, of each event, the lines it adds to the screen.

mod again;
mod answers;
mod frames;
mod place;

pub use place::standing;

use super::code::{Shown, Step};
use super::{card, refusal, row, strace};
use crate::call::AnyCall;
use crate::event::{Event, Fact, Interrupted, Observation, Report, Returned, What};
use crate::grammar::Spec;
use crate::lesson::{Fill, Library};
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::packet::FieldId;
use crate::text::messages::{file, said};
use crate::text::{Lang, Text};
use crate::vocabulary::Errno;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How much is explained (`set explain`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The card the first time, one line afterwards.
    Full,
    /// One line each time.
    Brief,
    Off,
}

/// What the telling is for.
#[derive(Clone)]
pub struct Manner {
    pub lang: Lang,
    /// Columns of the terminal.
    pub width: usize,
    /// Scripts: the lines themselves are told as well, since nobody typed them on this screen.
    pub echo: bool,
    /// Our own drawing in ASCII.
    pub ascii: bool,
    /// In front of a class: nobody types.
    pub staged: bool,
}

/// A call that has returned, until its line is over and the explanation follows.
struct Due {
    returned: Returned,
    facts: Vec<Fact>,
}

/// The teller: what it has said so far decides what it still needs to say.
pub struct Narration {
    manner: Manner,
    library: Arc<Library>,
    specs: Vec<&'static Spec>,
    level: Level,
    /// The language that each step is shown in as well.
    code: Option<&'static Shown>,
    /// Calls whose card was shown.
    met: HashSet<&'static str>,
    rows: HashMap<u32, Observation>,
    names: HashMap<i32, String>,
    due: Option<Due>,
    /// Who tells of a recording.
    replay: Option<Box<Narration>>,
    /// What is told is a recording, and each of its lines says so.
    recorded: bool,
    /// A job's answer has just been told.
    after_job: bool,
    /// The last failure, for `why`.
    failed: Option<Due>,
    /// Frames that were told of when they were held.
    held: HashSet<u64>,
    /// Header fields whose card was shown.
    met_fields: HashSet<FieldId>,
    /// The line is one of the lesson's own: what it does is shown, and explained where a learner does it.
    by_lesson: bool,
    /// Lines are run again and nothing of it is told: the cards that were met before.
    muted: Option<HashSet<&'static str>>,
}

impl Narration {
    pub fn new(manner: Manner, library: Arc<Library>, specs: Vec<&'static Spec>) -> Narration {
        Narration {
            manner,
            library,
            specs,
            level: Level::Full,
            code: None,
            met: HashSet::new(),
            rows: HashMap::new(),
            names: HashMap::new(),
            due: None,
            replay: None,
            recorded: false,
            after_job: false,
            failed: None,
            held: HashSet::new(),
            met_fields: HashSet::new(),
            by_lesson: false,
            muted: None,
        }
    }

    pub fn set_width(&mut self, width: usize) {
        self.manner.width = width;
    }

    /// Addresses of live sockets, as they were last seen: for completion.
    pub fn addresses(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for seen in self.rows.values() {
            let local = seen.probe.local.as_ref().filter(|a| row::has_address(a) && a.port() != Some(0)).map(ToString::to_string);
            all.extend(local.filter(|a| !all.contains(a)));
        }
        all.sort();
        all
    }

    fn say(&self, text: &Text) -> Vec<Span> {
        inline(&text.in_lang(self.manner.lang))
    }

    fn word(&self, text: Text) -> String {
        text.in_lang(self.manner.lang)
    }

    fn told(&mut self, event: &Event, past: &[Event]) -> Doc {
        let mut doc = Doc::new();
        if !matches!(event.what, What::Observed(_) | What::Diagnosed { .. }) {
            self.after_job = false;
        }
        match &event.what {
            What::Typed { line, host, current, round, lesson, loaded } => {
                self.by_lesson = *lesson;
                if self.manner.echo || round.is_some() || *lesson || *loaded {
                    let mut spans = Vec::new();
                    if self.recorded {
                        spans.push(Span::new(Role::Dim, format!("{} ", self.word(file::file_recorded_mark()))));
                    }
                    if let Some(round) = round {
                        spans.push(Span::new(Role::Dim, format!("({round}) ")));
                    }
                    spans.extend(standing(host, current.as_ref().map(|(name, place)| (name.as_str(), place))));
                    spans.extend([Span::new(Role::Prompt, "› "), Span::plain(super::bytes::echo(line))]);
                    doc.line(0, spans);
                }
            }
            What::Refused { line, refusal } => {
                doc.append(refusal::refusal(line, refusal, self.manner.lang, self.manner.width));
            }
            What::Called { call, socket, job, .. } => {
                // Of several calls in a line each is explained before the next.
                self.explain_due(&mut doc);
                if let Some(job) = job {
                    self.started(&mut doc, call, socket.as_deref(), *job);
                }
            }
            What::Backgrounded { job, call, .. } => {
                let name = call.on().and_then(|h| self.rows.get(&h.id)).and_then(|o| o.socket.clone()).unwrap_or_default();
                let text = match self.manner.staged {
                    true => said::goes_on_staged(*job, call.card(), name),
                    false => said::goes_on(*job, call.card(), name),
                };
                self.jobbed(&mut doc, *job, self.say(&text));
                if let Some(card) = self.library.call(self.manner.lang, call.card()).filter(|_| self.level != Level::Off) {
                    self.met.insert(call.card());
                    doc.append(card::brief(&card));
                }
            }
            What::Returned(r) => self.returned(&mut doc, r),
            What::Observed(seen) => self.observed(&mut doc, seen),
            What::Diagnosed { facts, .. } => match &mut self.due {
                Some(due) => due.facts = facts.clone(),
                None => {
                    self.facts(&mut doc, facts);
                    if let Some(failed) = &mut self.failed {
                        failed.facts = facts.clone();
                    }
                }
            },
            What::Report(report) => match &**report {
                Report::Picture(asked) => self.picture(&mut doc, asked, past),
                report => self.report(&mut doc, report),
            },
            What::Ran(ran) => self.ran(&mut doc, ran),
            What::Frame(frame) => self.frame(&mut doc, frame),
            What::Lesson(played) => doc.append(super::lesson::played(played, &self.library, self.manner.lang, self.manner.staged)),
            What::Fault { reason, .. } => doc.para(2, self.say(reason)),
            What::Done { reason, .. } => {
                self.explain_due(&mut doc);
                if let Some(reason) = reason {
                    let mut spans = vec![Span::new(Role::Bad, "! ")];
                    spans.extend(self.say(reason));
                    doc.para(2, spans);
                }
            }
        }
        doc
    }

    /// A foreground call that has not returned yet: the line it waits in.
    pub fn waiting(&self, call: &AnyCall) -> Doc {
        let mut doc = Doc::new();
        doc.sides(2, strace::waiting(call, &self.word(said::waiting())), Vec::new());
        doc
    }

    fn jobbed(&self, doc: &mut Doc, job: u32, spans: Vec<Span>) {
        let mut line = vec![Span::new(Role::Number, format!("[{job}] "))];
        line.extend(spans);
        doc.push(Block::Para { indent: 2, bar: false, lead: Vec::new(), spans: line });
    }

    fn started(&mut self, doc: &mut Doc, call: &AnyCall, socket: Option<&str>, job: u32) {
        doc.sides(2, strace::waiting(call, &self.word(said::waiting())), Vec::new());
        let text = said::is_waiting(job, call.card(), socket.unwrap_or(""));
        self.jobbed(doc, job, self.say(&text));
        self.card(doc, call.card());
    }

    fn returned(&mut self, doc: &mut Doc, r: &Returned) {
        let mut line = strace::line(&r.call, &r.outcome);
        match r.job {
            None => doc.sides(2, line, vec![Span::new(Role::Time, took(r.outcome.timing.took_us))]),
            Some(job) => {
                line[0].insert(0, Span::new(Role::Number, format!("[{job}] ")));
                if !r.made.is_empty() {
                    line.extend([vec![Span::plain("   ")], vec![Span::new(Role::Name, r.made.join(", "))]]);
                }
                doc.sides(2, line, Vec::new());
            }
        }
        for (name, fd) in r.made.iter().zip(&r.outcome.made) {
            self.names.insert(*fd, name.clone());
        }
        if let AnyCall::Close(c) = &*r.call {
            self.rows.remove(&c.fd.id);
        }
        let due = Due { returned: r.clone(), facts: Vec::new() };
        if r.job.is_some() {
            self.after_job = true;
            // A job's answer comes alone: nothing closes it, so what is to be said of it is said at once.
            self.explain(doc, &due);
            if r.outcome.ret.is_err() {
                self.failed = Some(due);
            }
        } else {
            self.due = Some(due);
        }
    }

    fn observed(&mut self, doc: &mut Doc, seen: &Observation) {
        let Some(id) = seen.id else { return };
        if let (Some(fd), Some(name)) = (seen.fd, &seen.socket) {
            self.names.insert(fd, name.clone());
        }
        // Looks that no call asked for belong to the answer of a command.
        if self.due.is_none() && !self.after_job {
            return;
        }
        let changed = self.rows.get(&id).is_none_or(|before| before.probe != seen.probe || before.socket != seen.socket);
        if changed {
            doc.line(2, row::row(seen, self.manner.lang));
            self.rows.insert(id, seen.clone());
        }
    }

    fn explain_due(&mut self, doc: &mut Doc) {
        let Some(due) = self.due.take() else { return };
        self.explain(doc, &due);
        let failed = due.returned.outcome.ret.is_err() || due.returned.outcome.out.as_ref().is_some_and(|o| o.eai.is_some());
        if failed {
            self.failed = Some(due);
        }
    }

    fn explain(&mut self, doc: &mut Doc, due: &Due) {
        let r = &due.returned;
        if let Some(by) = r.interrupted {
            let text = match by {
                Interrupted::CtrlC => said::interrupted_ctrl_c(),
                Interrupted::Cancelled => said::interrupted_cancelled(),
                Interrupted::TimedOut => said::interrupted_timeout(),
            };
            doc.note(self.say(&text));
        }
        let failed = r.outcome.ret.is_err();
        if failed && r.expected && self.level != Level::Off {
            doc.note(vec![Span::new(Role::Answer, self.word(said::expected_errno()))]);
        }
        // What was found out about this very call comes first, what is so in general after it.
        self.facts(doc, &due.facts);
        if r.outcome.ret == Ok(0) && r.outcome.out.as_ref().is_some_and(|o| o.ready.as_ref().is_some_and(Vec::is_empty)) {
            doc.note(self.say(&said::ready_none()));
        }
        match (failed, self.level) {
            (_, Level::Off) => {}
            (true, _) if self.errno_card(doc, r) => {}
            (true, _) => {
                // Where a card explains the errno, it says itself that this is an answer.
                if r.outcome.errno().is_some_and(Errno::is_answer) {
                    doc.note(vec![Span::new(Role::Answer, self.word(said::an_answer()))]);
                }
                self.card(doc, r.call.card());
            }
            (false, _) if r.job.is_none() => self.card(doc, r.call.card()),
            _ => {}
        }
        self.stored(doc, due);
        if let Some(shown) = self.code.filter(|_| !failed) {
            self.code(doc, r, shown);
        }
    }

    /// What the kernel stored differently from what was asked, where no fact says so.
    fn stored(&self, doc: &mut Doc, due: &Due) {
        let AnyCall::Setsockopt(set) = &*due.returned.call else { return };
        let Some((kept, _)) = due.returned.outcome.out.as_ref().and_then(|o| o.option.as_ref()) else { return };
        let (asked, kept) = (strace::option(&set.optval), strace::option(kept));
        if asked != kept && due.facts.is_empty() {
            doc.note(self.say(&said::stored(asked, kept)));
        }
    }

    fn card(&mut self, doc: &mut Doc, name: &'static str) {
        if self.level == Level::Off || self.by_lesson {
            return;
        }
        let Some(card) = self.library.call(self.manner.lang, name) else { return };
        let first = self.met.insert(name);
        doc.append(if first && self.level == Level::Full { card::full(&card) } else { card::brief(&card) });
    }

    fn errno_card(&self, doc: &mut Doc, r: &Returned) -> bool {
        let errno = match (r.outcome.errno(), r.outcome.out.as_ref().and_then(|o| o.eai.as_ref())) {
            (_, Some((name, _))) => name.clone(),
            (Some(e), None) => e.name().into_owned(),
            (None, None) => return false,
        };
        let fill = Fill { socket: r.socket.clone(), address: address(&r.call) };
        if let Some(card) = self.library.errno_of_call(self.manner.lang, r.call.card(), &errno, &fill) {
            doc.append(card::errno(&card, self.manner.lang));
            return true;
        }
        // No card for this pair: what the errno says in general.
        match self.library.entry(self.manner.lang, crate::lesson::Topic::Errno, &errno) {
            Some(entry) => {
                doc.append(card::entry(&entry));
                true
            }
            None => false,
        }
    }

    fn facts(&self, doc: &mut Doc, facts: &[Fact]) {
        for fact in facts {
            let mut spans = self.say(&fact.text);
            spans.push(Span::new(Role::Dim, format!("  [{}]", fact.source)));
            let lead = vec![Span::new(Role::Strong, "• ")];
            doc.push(Block::Para { indent: 2, bar: true, lead, spans });
        }
    }

    fn code(&self, doc: &mut Doc, r: &Returned, shown: &Shown) {
        let step = Step {
            call: r.call.name(),
            arguments: r.call.arguments(),
            on: r.socket.as_deref(),
            made: &r.made,
            names: &self.names,
            place: None,
        };
        let lead = vec![Span::new(Role::Dim, format!("{}   ", shown.title))];
        let spans = match (shown.say)(&step) {
            Some(code) => vec![Span::new(Role::Code, code)],
            None => vec![Span::new(Role::Dim, format!("{} {}", shown.comment, self.word(said::no_code(shown.title))))],
        };
        doc.push(Block::Para { indent: 2, bar: true, lead, spans });
    }
}

/// The address among a call's arguments, as it was typed.
fn address(call: &AnyCall) -> Option<String> {
    use crate::call::Value;
    call.arguments().into_iter().find_map(|(_, v)| match v {
        Value::Addr(a) => Some(a.to_string()),
        Value::Text(t) => Some(t.into_owned()),
        _ => None,
    })
}

/// A time in the unit a reader takes in at a glance.
fn took(us: f64) -> String {
    match us {
        us if us < 10.0 => format!("{us:.1} µs"),
        us if us < 1000.0 => format!("{us:.0} µs"),
        us if us < 1e6 => format!("{:.1} ms", us / 1e3),
        us => format!("{:.2} s", us / 1e6),
    }
}

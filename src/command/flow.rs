//! `jobs`, `wait`, `cancel`, `repeat`, `until`, `assert`.

use super::look::report;
use crate::event::{JobRow, Report};
use crate::grammar::complete::matching;
use crate::grammar::kinds::Time;
use crate::grammar::lex::Lexed;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World, number};
use crate::kernel::clock::Kick;
use crate::lesson::check::{self, Check};
use crate::session::facts::Now;
use crate::session::{Act, Builtin, Failure, Flow, Sitting, Turn, Verdict, Work};
use crate::text::Text;
use crate::text::messages::{refusal, said, summary};
use crate::vocabulary::Errno;
use std::time::{Duration, Instant};

/// A job's number.
struct JobKind;

impl Kind for JobKind {
    type Out = (u32, (usize, usize));
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| number::int(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Self::Out, Refusal> {
        let n = word.bare_str().and_then(number::int).ok_or_else(|| Refusal::bad(word.span, refusal::not_a_job(word.shown())))?;
        let n = u32::try_from(n).map_err(|_| Refusal::bad(word.span, refusal::unknown_job(word.shown())))?;
        Ok((n, word.span))
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        matching(prefix, world.jobs().iter().map(u32::to_string))
    }
    fn what(&self) -> Text {
        summary::what_job()
    }
}

static SOME_JOB: Param<JobKind> = Param::optional("job", JobKind);

const WAITING: &str = "server = socket inet stream; bind server 127.0.0.1:0; listen server; conn = accept server &";

pub const JOBS: Builtin = Builtin {
    spec: &Spec {
        name: "jobs",
        sub: None,
        also: &[],
        group: Group::Flow,
        params: &[],
        summary: said::sum_jobs,
        examples: &[Example { before: WAITING, line: "jobs" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |_| Ok(Box::new(Jobs)),
};

struct Jobs;

impl Act for Jobs {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let state = turn.sitting.lock();
        let row = |j: &crate::session::Job| {
            let line = match &j.work {
                Work::Call(call) => {
                    let socket = call.on().and_then(|h| state.table.known_as(h.id)).unwrap_or_default();
                    format!("{} {socket}", call.card()).trim_end().to_string()
                }
                Work::Program(program) => format!("{}: {}", j.place.name(), program.line),
            };
            JobRow { job: j.number, line, waited_ms: j.since.elapsed().as_millis() as u64 }
        };
        let rows: Vec<JobRow> = state.jobs.iter().filter(|j| j.waiting()).map(row).collect();
        drop(state);
        report(turn, if rows.is_empty() { Report::Said(said::no_jobs()) } else { Report::Jobs(rows) });
        Ok(Flow::Done)
    }
}

pub const WAIT: Builtin = Builtin {
    spec: &Spec {
        name: "wait",
        sub: None,
        also: &[],
        group: Group::Flow,
        params: &[&SOME_JOB],
        summary: said::sum_wait,
        examples: &[Example {
            before: "server = socket inet stream; bind server 127.0.0.1:0; listen server; conn = accept server &; client = socket inet stream; connect client {server.local}",
            line: "wait 1",
        }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Wait(args.optional(&SOME_JOB)?.map(|j| j.0)))),
};

struct Wait(Option<u32>);

impl Act for Wait {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let sitting = turn.sitting;
        if let Some(n) = self.0
            && !sitting.lock().jobs.iter().any(|j| j.number == n)
        {
            return Err(Failure::new(refusal::unknown_job(n)));
        }
        let limit = (!sitting.config.interactive).then_some(sitting.config.timeout);
        sitting.wait_job(turn.clock, self.0, limit)
    }
}

pub const CANCEL: Builtin = Builtin {
    spec: &Spec {
        name: "cancel",
        sub: None,
        also: &[],
        group: Group::Flow,
        params: &[&SOME_JOB],
        summary: said::sum_cancel,
        examples: &[Example { before: WAITING, line: "cancel 1" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Cancel(args.optional(&SOME_JOB)?.map(|j| j.0)))),
};

/// Without a number it is the newest that waits, as Ctrl-C takes it.
struct Cancel(Option<u32>);

impl Act for Cancel {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let newest = || turn.sitting.lock().jobs.iter().rev().find(|j| j.waiting()).map(|j| j.number);
        let Some(number) = self.0.or_else(newest) else { return Err(Failure::new(said::no_jobs())) };
        if turn.sitting.cancel(number, Kick::Cancel) { Ok(Flow::Done) } else { Err(Failure::new(refusal::unknown_job(number))) }
    }
}

/// How often, and what.
struct TimesKind;

enum Times {
    Count(u64),
    Until(Errno),
}

impl Kind for TimesKind {
    type Out = Times;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Times, Refusal> {
        if word.bare_str().is_some_and(|w| w.eq_ignore_ascii_case("until")) {
            let Some(e) = args.next_word() else { return Err(args.missing(summary::what_errno())) };
            let errno = e.bare_str().and_then(Errno::from_name);
            return errno.map(Times::Until).ok_or_else(|| Refusal::bad(e.span, refusal::unknown_errno(e.shown())));
        }
        let count = word.bare_str().and_then(number::size);
        count.map(Times::Count).ok_or_else(|| Refusal::bad(word.span, refusal::not_a_number(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["3", "until EAGAIN"])
    }
    fn what(&self) -> Text {
        summary::what_number()
    }
}

/// The rest of the line.
struct LineKind;

impl Kind for LineKind {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        let end = args.lexed.tokens.last().map_or(word.span.1, |t| t.end);
        while args.next_word().is_some() {}
        let line = &args.line[word.span.0..end];
        Ok(if args.lexed.job { format!("{line} &") } else { line.to_string() })
    }
    fn complete(&self, _: &str, _: &dyn World) -> Vec<Candidate> {
        Vec::new()
    }
    fn what(&self) -> Text {
        summary::what_line()
    }
}

static TIMES: Param<TimesKind> = Param::one("times", TimesKind);
static LINE: Param<LineKind> = Param::one("line", LineKind);

pub const REPEAT: Builtin = Builtin {
    spec: &Spec {
        name: "repeat",
        sub: None,
        also: &[],
        group: Group::Flow,
        params: &[&TIMES, &LINE],
        summary: said::sum_repeat,
        examples: &[
            Example { before: "", line: "repeat 3 c{i} = socket inet stream" },
            Example { before: "a b = socketpair unix stream nonblock", line: "repeat until EAGAIN send a zeros:64K" },
        ],
        makes: (0, 0),
        moves: false,
        job: true,
    },
    read: |args| Ok(Box::new(Repeat { times: args.one(&TIMES)?, line: args.one(&LINE)? })),
};

struct Repeat {
    times: Times,
    line: String,
}

impl Act for Repeat {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        if !Sitting::depth_allowed(turn.depth) {
            return Err(Failure::new(refusal::too_deep()));
        }
        let mut lexed = Lexed::default();
        let mut round = 0;
        loop {
            if matches!(self.times, Times::Count(n) if round >= n) {
                return Ok(Flow::Done);
            }
            round += 1;
            let (verdict, _) = turn.sitting.statement(turn.clock, &self.line, 0, &mut lexed, Some(round), turn.depth + 1);
            match (verdict, &self.times) {
                (Ok(Flow::Done), _) => {}
                (Ok(other), _) => return Ok(other),
                (Err(f), Times::Until(wanted)) if f.errno == Some(*wanted) && !f.stopped => {
                    report(turn, Report::Said(said::repeat_ended(wanted.name().into_owned(), round)));
                    return Ok(Flow::Done);
                }
                (Err(f), _) => return Err(f),
            }
            if turn.clock.should_stop() {
                turn.clock.clear();
                return Err(Failure { stopped: true, ..Failure::new(said::stopped()) });
            }
        }
    }
}

/// A check: the words of `until` and `assert`.
struct CheckKind;

impl Kind for CheckKind {
    type Out = Check;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, args: &mut Args<'_>, _: Word<'_>) -> Result<Check, Refusal> {
        args.at -= 1;
        Check::read(args)
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        check::complete(&[], prefix, world)
    }
    fn what(&self) -> Text {
        summary::what_check()
    }
}

static CHECK: Param<CheckKind> = Param::one("check", CheckKind);
static LIMIT: Param<Time> = Param::optional("limit", Time);

pub const UNTIL: Builtin = Builtin {
    spec: &Spec {
        name: "until",
        sub: None,
        also: &[],
        group: Group::Flow,
        params: &[&CHECK, &LIMIT],
        summary: said::sum_until,
        examples: &[Example { before: "a b = socketpair unix stream; send a x", line: "until b readable 2s" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Until { check: args.one(&CHECK)?, limit: args.optional(&LIMIT)? })),
};

struct Until {
    check: Check,
    limit: Option<Duration>,
}

impl Act for Until {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let sitting = turn.sitting;
        let limit = self.limit.unwrap_or(sitting.config.timeout);
        let begun = Instant::now();
        let mut pause = Duration::from_micros(50);
        loop {
            let mut state = sitting.lock();
            let verdict = self.check.judge(&mut Now(&mut state));
            if verdict.met {
                return Ok(Flow::Done);
            }
            if begun.elapsed() >= limit {
                let text = said::until_failed(self.check.goal(), number::show_duration(limit), verdict.seen);
                return Err(Failure { stopped: true, ..Failure::new(text) });
            }
            if turn.clock.should_stop() {
                turn.clock.clear();
                return Err(Failure { stopped: true, ..Failure::new(said::stopped()) });
            }
            state.flush();
            drop(sitting.wait_changed(state, pause));
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }
}

pub const ASSERT: Builtin = Builtin {
    spec: &Spec {
        name: "assert",
        sub: None,
        also: &[],
        group: Group::Flow,
        params: &[&CHECK],
        summary: said::sum_assert,
        examples: &[Example { before: "a b = socketpair unix stream", line: "assert a is ESTABLISHED" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Assert(args.one(&CHECK)?))),
};

struct Assert(Check);

impl Act for Assert {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let verdict = self.0.judge(&mut Now(&mut turn.sitting.lock()));
        if verdict.met {
            return Ok(Flow::Done);
        }
        Err(Failure::new(said::check_failed(self.0.goal(), verdict.seen)))
    }
}

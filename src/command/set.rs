//! `use`, `set`, `quit`.

use super::look::report;
use crate::call::params::SOCKFD;
use crate::event::Report;
use crate::grammar::kinds::{Choice, Time};
use crate::grammar::{Example, Group, Handle, Param, Spec, number};
use crate::session::{Act, Builtin, Flow, Turn, Verdict};
use crate::text::Lang;
use crate::text::messages::{said, summary};
use std::time::Duration;

pub const USE: Builtin = Builtin {
    spec: &Spec {
        name: "use",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&SOCKFD],
        summary: said::sum_use,
        examples: &[Example { before: "a b = socketpair unix stream", line: "use b" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Use(args.one(&SOCKFD)?))),
};

struct Use(Handle);

impl Act for Use {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let mut state = turn.sitting.lock();
        state.table.current = Some(self.0);
        let name = state.table.name(self.0.id).unwrap_or_default().to_string();
        drop(state);
        report(turn, Report::Said(said::current_now(name)));
        Ok(Flow::Done)
    }
}

static SETTING: Param<Choice> = Param::one("setting", Choice(&["explain", "code", "lang", "patience"], summary::what_setting));
static EXPLAIN: Param<Choice> = Param::one("value", Choice(&["full", "brief", "off"], summary::what_setting));
static CODE: Param<Choice> = Param::one("value", Choice(&["python", "c", "rust", "off"], summary::what_setting));
static LANG: Param<Choice> = Param::one("value", Choice(&["en", "zh"], summary::what_setting));
static PATIENCE: Param<Time> = Param::one("value", Time);

pub const SET: Builtin = Builtin {
    spec: &Spec {
        name: "set",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&SETTING, &EXPLAIN],
        summary: said::sum_set,
        examples: &[
            Example { before: "", line: "set explain brief" },
            Example { before: "", line: "set code python" },
            Example { before: "", line: "set lang zh" },
            Example { before: "", line: "set patience 5s" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        Ok(Box::new(match args.one(&SETTING)? {
            "patience" => Set::Patience(args.one(&PATIENCE)?),
            "lang" => Set::View("lang", args.one(&LANG)?),
            "code" => Set::View("code", args.one(&CODE)?),
            name => Set::View(name, args.one(&EXPLAIN)?),
        }))
    },
};

enum Set {
    Patience(Duration),
    /// A setting that views follow.
    View(&'static str, &'static str),
}

impl Act for Set {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let (name, value) = match *self {
            Set::Patience(d) => {
                turn.sitting.lock().settings.patience = d;
                ("patience", number::show_duration(d))
            }
            Set::View(name, value) => {
                if let Some(lang) = Lang::from_code(value).filter(|_| name == "lang") {
                    turn.sitting.lock().settings.lang = lang;
                }
                (name, value.to_string())
            }
        };
        report(turn, Report::Set { name, value });
        Ok(Flow::Done)
    }
}

pub const QUIT: Builtin = Builtin {
    spec: &Spec {
        name: "quit",
        sub: None,
        also: &["exit", "bye"],
        group: Group::Session,
        params: &[],
        summary: said::sum_quit,
        examples: &[Example { before: "", line: "quit" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |_| Ok(Box::new(Quit)),
};

struct Quit;

impl Act for Quit {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        // In a lesson the first `quit` leaves the lesson.
        if turn.sitting.lesson_left(turn) {
            return Ok(Flow::Done);
        }
        Ok(Flow::Quit)
    }
}

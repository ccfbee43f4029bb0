//! `explain`, `why`, `help`.

use super::look::report;
use crate::event::Report;
use crate::grammar::complete::matching;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{refusal, said, summary};
use crate::vocabulary::Errno;

/// A word that can be explained.
struct WordKind;

impl Kind for WordKind {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        matching(prefix, world.explained())
    }
    fn what(&self) -> Text {
        summary::what_word()
    }
}

static WORDS: Param<WordKind> = Param::many("word", WordKind);

pub const EXPLAIN: Builtin = Builtin {
    spec: &Spec {
        name: "explain",
        sub: None,
        also: &["man"],
        group: Group::Look,
        params: &[&WORDS],
        summary: said::sum_explain,
        examples: &[
            Example { before: "", line: "explain bind" },
            Example { before: "", line: "explain bind EADDRINUSE" },
            Example { before: "", line: "explain backlog" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let mut words = args.many(&WORDS)?;
        // `explain bind EADDRINUSE`: a call and its errno; anything else is one word of several.
        let errno =
            if words.len() == 2 && crate::call::command(&words[0], None).is_some() { Errno::from_name(&words[1]) } else { None };
        if errno.is_some() {
            words.truncate(1);
        }
        Ok(Box::new(Explain { word: words.join(" "), errno }))
    },
};

struct Explain {
    word: String,
    errno: Option<Errno>,
}

impl Act for Explain {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        report(turn, Report::Explain { word: self.word, errno: self.errno });
        Ok(Flow::Done)
    }
}

pub const WHY: Builtin = Builtin {
    spec: &Spec {
        name: "why",
        sub: None,
        also: &[],
        group: Group::Look,
        params: &[],
        summary: said::sum_why,
        examples: &[Example { before: "s = socket inet stream; expect EINVAL accept s", line: "why" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |_| Ok(Box::new(Why)),
};

struct Why;

impl Act for Why {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let last = turn.sitting.lock().last_failure;
        report(turn, last.map_or_else(|| Report::Said(said::no_failure()), |of| Report::Why { of }));
        Ok(Flow::Done)
    }
}

/// The name of a command.
struct CommandKind;

impl Kind for CommandKind {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        let text = word.shown().to_lowercase();
        let known = specs().any(|s| s.name == text || s.also.contains(&text.as_str()));
        if !known {
            let near = crate::grammar::nearest::nearest(&text, specs().map(|s| s.name));
            return Err(Refusal::bad(word.span, refusal::unknown_command(text)).hint(near));
        }
        // `help epoll wait` is about that one, `help epoll` about all of them.
        let more: Vec<String> = std::iter::from_fn(|| args.next_word().map(|w| w.shown().to_lowercase())).collect();
        let whole = format!("{text} {}", more.join(" "));
        Ok(if specs().any(|s| s.title() == whole) { whole } else { text })
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let mut found = matching(prefix, specs().map(|s| s.name));
        found.dedup();
        found
    }
    fn what(&self) -> Text {
        summary::what_command()
    }
}

/// Every declaration there is: calls first.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    crate::call::COMMANDS.iter().map(|c| c.spec).chain(super::BUILTINS.iter().map(|b| b.spec))
}

static COMMAND: Param<CommandKind> = Param::optional("command", CommandKind);

pub const HELP: Builtin = Builtin {
    spec: &Spec {
        name: "help",
        sub: None,
        also: &["?"],
        group: Group::Session,
        params: &[&COMMAND],
        summary: said::sum_help,
        examples: &[Example { before: "", line: "help" }, Example { before: "", line: "help bind" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Help(args.optional(&COMMAND)?))),
};

struct Help(Option<String>);

impl Act for Help {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        report(turn, Report::Help(self.0));
        Ok::<_, Failure>(Flow::Done)
    }
}

//! `export`: the sitting as a program.

use super::file::write;
use super::look::report;
use crate::event::Report;
use crate::grammar::complete::matching;
use crate::grammar::kinds::{Choice, PathKind};
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{file as say, refusal, said, summary};
use crate::view::code::plan::{Lost, Role, plan};
use crate::view::code::{self, Remarks};
use std::path::PathBuf;

/// A language that programs are written in, by the word that names it.
pub struct Language {
    pub word: &'static str,
    /// The files of a program called so: their names under the path that was given (empty: the path itself), and their text.
    pub files: fn(&code::plan::Plan, &Remarks<'_>, &str) -> Vec<(&'static str, String)>,
}

/// Every language of `export`.
pub static LANGUAGES: &[Language] = &[
    Language { word: "python", files: |plan, remarks, _| vec![("", code::python::program::program(plan, remarks))] },
    Language { word: "c", files: |plan, remarks, _| vec![("", code::c::program(plan, remarks))] },
    Language { word: "rust", files: code::rust::package },
];

const WORDS: &[&str] = &["python", "c", "rust"];

/// `--role server`, `--comments`.
enum Wish {
    Role(Role),
    Comments,
}

struct WishKind;

impl Kind for WishKind {
    type Out = Wish;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.starts_with("--"))
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Wish, Refusal> {
        match word.bare_str() {
            Some("--comments") => Ok(Wish::Comments),
            Some("--role") => {
                let Some(role) = args.next_word() else { return Err(args.missing(summary::what_role())) };
                match role.bare_str() {
                    Some("server") => Ok(Wish::Role(Role::Server)),
                    Some("client") => Ok(Wish::Role(Role::Client)),
                    _ => Err(Refusal::bad(role.span, refusal::not_one_of(role.shown(), summary::what_role()))),
                }
            }
            _ => Err(Refusal::bad(word.span, refusal::not_one_of(word.shown(), summary::what_wish()))),
        }
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["--role server", "--role client", "--comments"])
    }
    fn what(&self) -> Text {
        summary::what_wish()
    }
    fn closed(&self) -> bool {
        true
    }
}

static LANGUAGE: Param<Choice> = Param::one("language", Choice(WORDS, summary::what_language));
static PATH: Param<PathKind> = Param::one("path", PathKind);
static WISHES: Param<WishKind> = Param::any("--role|--comments", WishKind);

pub const EXPORT: Builtin = Builtin {
    spec: &Spec {
        name: "export",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&LANGUAGE, &PATH, &WISHES],
        summary: said::sum_export,
        examples: &[Example { before: "a b = socketpair unix stream; send a hello; recv b 100", line: "export python pair.py" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let word = args.one(&LANGUAGE)?;
        let path = args.one(&PATH)?;
        let mut export = Export { word, path, role: None, comments: false };
        for wish in args.many(&WISHES)? {
            match wish {
                Wish::Role(role) => export.role = Some(role),
                Wish::Comments => export.comments = true,
            }
        }
        Ok(Box::new(export))
    },
};

struct Export {
    word: &'static str,
    path: String,
    role: Option<Role>,
    comments: bool,
}

impl Act for Export {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(language) = LANGUAGES.iter().find(|l| l.word == self.word) else { return Ok(Flow::Done) };
        let library = turn.sitting.config.library.clone();
        let lang = turn.sitting.lang();
        let made = {
            let state = turn.sitting.lock();
            plan(state.told(), self.role)
        };
        let made = made.map_err(|lost| Failure::new(lost_words(&lost)))?;
        let remarks = Remarks { lang, cards: self.comments.then_some(&*library) };
        let name = std::path::Path::new(&self.path).file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let files = (language.files)(&made, &remarks, &name);
        for (name, text) in files {
            let file = if name.is_empty() { PathBuf::from(&self.path) } else { PathBuf::from(&self.path).join(name) };
            write(turn, &file.display().to_string(), text)?;
        }
        let calls = made.calls().count();
        report(turn, Report::Said(say::file_exported(&self.path, calls)));
        Ok(Flow::Done)
    }
}

/// Why nothing is exported or saved.
pub(super) fn lost_words(lost: &Lost) -> Text {
    match lost {
        Lost::Nothing => say::file_nothing_recorded(),
        Lost::Cut(first) => say::file_log_cut(*first),
        Lost::Lab(host) => say::file_in_the_lab(host),
        Lost::NoSuchRole(role) => say::file_no_such_role(role.name()),
    }
}

//! `export`: the sitting as a program.

use super::file::{is_ours, write_under};
use super::look::report;
use crate::event::Report;
use crate::grammar::complete::matching;
use crate::grammar::kinds::{Choice, PathKind};
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::code::code_not_here;
use crate::text::messages::{file as say, refusal, said, summary};
use crate::view::code::plan::{Lab, Lost, Part, Plan, Role, lab, plan};
use crate::view::code::{self, Remarks};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A file's name under the path that was given (empty: the path itself), and its text.
type File = (String, String);

/// A language that programs are written in, by the word that names it.
pub struct Language {
    pub word: &'static str,
    /// The files of a program called so.
    files: fn(&Plan, &Remarks<'_>, &str) -> Vec<File>,
    /// The files of a sitting in the lab: the programs of its hosts, and what runs them.
    lab: fn(&Lab, &Remarks<'_>, &str) -> Vec<File>,
}

/// Every language of `export`.
pub static LANGUAGES: &[Language] = &[
    Language {
        word: "python",
        files: |plan, remarks, _| vec![(String::new(), code::python::program::program(plan, remarks))],
        lab: |lab, remarks, _| {
            let programs = by_host(lab, "py", |plan| code::python::program::program(plan, remarks));
            [programs, code::lab::files(lab, remarks, &|host| format!("python3 {host}.py"), None)].concat()
        },
    },
    Language {
        word: "c",
        files: |plan, remarks, _| vec![(String::new(), code::c::program(plan, remarks))],
        lab: |lab, remarks, _| {
            let programs = by_host(lab, "c", |plan| code::c::program(plan, remarks));
            let hosts: Vec<&str> = lab.programs.iter().filter_map(Plan::host).collect();
            let build = format!("for host in {}; do cc -Wall -Wextra -pthread -o $host $host.c; done", hosts.join(" "));
            [programs, code::lab::files(lab, remarks, &|host| format!("./{host}"), Some(build))].concat()
        },
    },
    Language {
        word: "rust",
        files: code::rust::package,
        lab: |lab, remarks, name| {
            let build = Some("cargo build".to_string());
            let rest = code::lab::files(lab, remarks, &|host| format!("target/debug/{host}"), build);
            [code::rust::packages(&lab.programs, remarks, name), rest].concat()
        },
    },
];

/// A program for each host, in a file of its name.
fn by_host(lab: &Lab, ending: &str, text: impl Fn(&Plan) -> String) -> Vec<File> {
    lab.programs.iter().map(|plan| (format!("{}.{ending}", plan.host().unwrap_or_default()), text(plan))).collect()
}

const WORDS: &[&str] = &["python", "c", "rust"];

/// `--role server`, `--host alice`, `--comments`.
enum Wish {
    Part(Part),
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
                    Some("server") => Ok(Wish::Part(Part::Role(Role::Server))),
                    Some("client") => Ok(Wish::Part(Part::Role(Role::Client))),
                    _ => Err(Refusal::bad(role.span, refusal::not_one_of(role.shown(), summary::what_role()))),
                }
            }
            Some("--host") => {
                let Some(host) = args.next_word() else { return Err(args.missing(crate::text::messages::lab::what_host())) };
                Ok(Wish::Part(Part::Host(host.shown().into())))
            }
            _ => Err(Refusal::bad(word.span, refusal::not_one_of(word.shown(), summary::what_wish()))),
        }
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["--role server", "--role client", "--host", "--comments"])
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
static WISHES: Param<WishKind> = Param::any("--role ROLE|--host NAME|--comments", WishKind);

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
        let mut export = Export { word, path, part: None, comments: false };
        for wish in args.many(&WISHES)? {
            match wish {
                Wish::Part(part) => export.part = Some(part),
                Wish::Comments => export.comments = true,
            }
        }
        Ok(Box::new(export))
    },
};

struct Export {
    word: &'static str,
    path: String,
    part: Option<Part>,
    comments: bool,
}

impl Act for Export {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(language) = LANGUAGES.iter().find(|l| l.word == self.word) else { return Ok(Flow::Done) };
        let library = turn.sitting.config.library.clone();
        let lang = turn.sitting.lang();
        let remarks = Remarks { lang, cards: self.comments.then_some(&*library) };
        let name = std::path::Path::new(&self.path).file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let whole = self.part.is_none() && std::path::Path::new(&self.path).extension().is_none();
        let made = {
            let state = turn.sitting.lock();
            let lab = if whole { lab(state.told()) } else { Ok(None) };
            lab.and_then(|lab| match lab {
                Some(lab) => Ok(Made::Lab(lab)),
                None => plan(state.told(), self.part.clone()).map(Made::Program),
            })
        };
        let (files, calls, said) = match made.map_err(|lost| Failure::new(lost_words(&lost)))? {
            Made::Program(made) => {
                let calls: Vec<&str> = made.calls().map(|m| m.call.name()).collect();
                let said = say::file_exported(&self.path, calls.len());
                ((language.files)(&made, &remarks, &name), calls, said)
            }
            Made::Lab(lab) => {
                let calls: Vec<&str> = lab.programs.iter().flat_map(|p| p.calls().map(|m| m.call.name())).collect();
                let said = say::file_exported_lab(&self.path, lab.programs.len(), calls.len());
                ((language.lab)(&lab, &remarks, &name), calls, said)
            }
        };
        let lacks: BTreeSet<&str> = calls
            .into_iter()
            .filter(|call| files.iter().any(|(_, text)| text.contains(&remarks.say(code_not_here(*call)))))
            .collect();
        let place = |name: &str| if name.is_empty() { PathBuf::from(&self.path) } else { PathBuf::from(&self.path).join(name) };
        let programs =
            files.iter().map(|(name, _)| place(name)).filter(|f| f.extension().is_some_and(|e| e != "toml" && e != "sh"));
        if let Some(other) = programs.into_iter().find(|file| !is_ours(file)) {
            return Err(Failure::new(say::file_not_ours(other.display().to_string())));
        }
        for (name, text) in files {
            write_under(turn, &self.path, &place(&name), text)?;
        }
        report(turn, Report::Said(said));
        if !lacks.is_empty() {
            let lacks: Vec<&str> = lacks.into_iter().collect();
            report(turn, Report::Said(say::file_lacks(lacks.join(", "))));
        }
        Ok(Flow::Done)
    }
}

/// What is exported.
enum Made {
    Program(Plan),
    Lab(Lab),
}

/// Why nothing is exported or saved.
pub(super) fn lost_words(lost: &Lost) -> Text {
    match lost {
        Lost::Nothing => say::file_nothing_recorded(),
        Lost::Cut(first) => say::file_log_cut(*first),
        Lost::Hosts(hosts) => say::file_hosts(hosts.join(", ")),
        Lost::HereToo(host) => say::file_here_too(&**host),
        Lost::Mixed(call) => say::file_mixed(&**call),
        Lost::Removed(line) => say::file_removed(&**line),
        Lost::NoSuchRole(role) => say::file_no_such_role(role.name()),
        Lost::NoSuchHost(host) => say::file_no_such_host(&**host),
    }
}

#[cfg(test)]
mod tests {
    use crate::grammar::Group;
    use crate::view::code::plan::HANDS;
    use std::collections::BTreeSet;

    #[test]
    fn what_changes_the_lab_is_said_again_by_its_script() {
        let looks = ["hosts", "packet", "packets", "shell"];
        let all: BTreeSet<&str> =
            crate::command::BUILTINS.iter().filter(|b| b.spec.group == Group::Lab).map(|b| b.spec.name).collect();
        let known: BTreeSet<&str> = HANDS.iter().copied().chain(looks).collect();
        assert_eq!(all, known);
    }
}

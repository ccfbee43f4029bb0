//! `save` and `load`: one command each, whatever the file is. The ending of its name says what is meant; to add one: a file below and
//! a line in [`FORMS`].

mod json;
mod pcapng;
mod program;
pub mod replay;
mod sock;
pub mod transcript;

pub use sock::left_out;

use super::look::report;
use crate::event::Report;
use crate::grammar::complete::matching;
use crate::grammar::kinds::paths;
use crate::grammar::nearest::nearest;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::kernel::keep;
use crate::session::player::record::why;
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{file as say, picture, said, summary};
use std::path::Path;

/// Writes the sitting; what is to be said of it.
type Saver = fn(&Turn<'_>, &str) -> Result<Text, Failure>;
/// Reads a file; `true` is the word that lets foreign lines run.
type Loader = fn(&mut Turn<'_>, &str, bool) -> Verdict;

/// What a file of some ending is.
pub struct Form {
    pub ending: &'static str,
    pub save: Option<Saver>,
    pub load: Option<Loader>,
}

/// Every form of file, by its ending.
pub static FORMS: &[Form] = &[
    Form { ending: ".sock", save: Some(sock::save), load: Some(sock::load) },
    Form { ending: ".json", save: Some(json::save), load: Some(json::load) },
    Form { ending: ".pcapng", save: Some(pcapng::save), load: Some(pcapng::load) },
    Form { ending: ".py", save: None, load: Some(program::python) },
    Form { ending: ".c", save: None, load: Some(program::c) },
];

/// `load FILE run`: its lines are carried out.
const RUNS: &str = "run";
/// `load live`: away from a recording.
const LIVE: &str = "live";

/// A file whose ending says what it is.
struct FileKind {
    save: bool,
}

impl FileKind {
    fn knows(&self, form: &Form) -> bool {
        if self.save { form.save.is_some() } else { form.load.is_some() }
    }

    fn form(&self, path: &str) -> Option<&'static Form> {
        FORMS.iter().find(|f| self.knows(f) && path.len() > f.ending.len() && path.to_ascii_lowercase().ends_with(f.ending))
    }

    fn endings(&self) -> String {
        FORMS.iter().filter(|f| self.knows(f)).map(|f| format!("`{}`", f.ending)).collect::<Vec<_>>().join(", ")
    }
}

impl Kind for FileKind {
    /// The path and its form; none for `live`.
    type Out = (String, Option<&'static Form>);
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Self::Out, Refusal> {
        let path = word.str()?.to_string();
        if !self.save && path == LIVE {
            return Ok((path, None));
        }
        match self.form(&path) {
            Some(form) => Ok((path, Some(form))),
            None => Err(Refusal::bad(word.span, say::file_no_such_form(word.shown(), self.endings()))),
        }
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let mut found = paths(prefix);
        found.retain(|c| c.word.ends_with('/') || self.form(&c.word).is_some());
        found
    }
    fn what(&self) -> Text {
        summary::what_saved()
    }
}

/// `run` behind a file: a choice of one word, whose refusal says what that word does.
struct RunWord;

impl Kind for RunWord {
    type Out = ();
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.eq_ignore_ascii_case(RUNS))
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<(), Refusal> {
        match word.bare_str() {
            Some(w) if w.eq_ignore_ascii_case(RUNS) => Ok(()),
            _ => {
                let near = nearest(&word.shown().to_lowercase(), std::iter::once(RUNS));
                Err(Refusal::bad(word.span, say::file_only_run(word.shown())).hint(near))
            }
        }
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, std::iter::once(RUNS))
    }
    fn what(&self) -> Text {
        summary::what_run()
    }
}

static TO: Param<FileKind> = Param::one("file", FileKind { save: true });
static FROM: Param<FileKind> = Param::one("file", FileKind { save: false });
static RUN: Param<RunWord> = Param::optional("run", RunWord);

pub const SAVE: Builtin = Builtin {
    spec: &Spec {
        name: "save",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&TO],
        summary: said::sum_save,
        examples: &[
            Example { before: "a b = socketpair unix stream; send a hello", line: "save pair.sock" },
            Example { before: "a b = socketpair unix stream; send a hello", line: "save pair.json" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let (path, form) = args.one(&TO)?;
        Ok(Box::new(Save { path, form }))
    },
};

struct Save {
    path: String,
    form: Option<&'static Form>,
}

impl Act for Save {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(save) = self.form.and_then(|f| f.save) else { return Ok(Flow::Done) };
        let said = save(turn, &self.path)?;
        report(turn, Report::Said(said));
        Ok(Flow::Done)
    }
}

pub const LOAD: Builtin = Builtin {
    spec: &Spec {
        name: "load",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&FROM, &RUN],
        summary: said::sum_load,
        examples: &[
            Example { before: "u = socket inet dgram; save one.sock; close u", line: "load one.sock" },
            Example { before: "a b = socketpair unix stream; save pair.json", line: "load pair.json" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let (path, form) = args.one(&FROM)?;
        let run = args.optional(&RUN)?.is_some();
        Ok(Box::new(Load { path, form, run }))
    },
};

struct Load {
    path: String,
    form: Option<&'static Form>,
    run: bool,
}

impl Act for Load {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        match self.form.and_then(|f| f.load) {
            Some(load) => load(turn, &self.path, self.run),
            None => {
                let was = turn.sitting.lock().recording_of.take();
                report(turn, Report::Said(if was.is_some() { say::file_live_again() } else { say::file_was_live() }));
                Ok(Flow::Done)
            }
        }
    }
}

fn cannot_write(path: &str, e: &std::io::Error) -> Text {
    say::file_cannot_write(path, why(e))
}

fn open_failed(path: &str, e: &std::io::Error) -> Text {
    say::file_cannot_read(path, why(e))
}

/// Writes a file whose folder is there, since a slip in a path shall make no folders; never with the learner's descriptors.
pub(super) fn write(turn: &Turn<'_>, path: &str, text: impl Into<Vec<u8>>) -> Result<(), Failure> {
    write_under(turn, path, Path::new(path), text)
}

/// Writes a file at or below a path whose folder is there.
pub(super) fn write_under(turn: &Turn<'_>, root: &str, path: &Path, text: impl Into<Vec<u8>>) -> Result<(), Failure> {
    if turn.sitting.lock().guarded {
        return Err(Failure::new(say::file_guarded_write()));
    }
    let shown = path.display().to_string();
    let folder = Path::new(root).parent().filter(|p| !p.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|f| !f.is_dir()) {
        let why = picture::folder_is_missing(folder.display().to_string());
        return Err(Failure::new(say::file_cannot_write(shown, why)));
    }
    keep::write(path, text).map_err(|e| Failure::new(cannot_write(&shown, &e)))
}

/// What may be written over: nothing is there, or what was exported before.
pub(super) fn is_ours(path: &Path) -> bool {
    let first =
        |text: Vec<u8>| text.is_empty() || text.split(|b| *b == b'\n').take(4).any(|l| l.windows(9).any(|w| w == b"sockscope"));
    keep::read(path).ok().flatten().is_none_or(first)
}

/// A file's text.
fn read(turn: &Turn<'_>, path: &str) -> Result<String, Failure> {
    if turn.sitting.lock().guarded {
        return Err(Failure::new(say::file_guarded()));
    }
    let bytes = keep::read(Path::new(path)).map_err(|e| Failure::new(open_failed(path, &e)))?;
    let bytes = bytes.ok_or_else(|| Failure::new(say::file_not_there(path)))?;
    String::from_utf8(bytes).map_err(|_| Failure::new(say::file_not_text(path)))
}

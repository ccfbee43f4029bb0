//! `progress`: what of the lessons is done; taken out, taken in, forgotten.

use super::look::report;
use crate::event::{ProgressRow, ProgressTable, Report};
use crate::grammar::complete::matching;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::kernel::keep;
use crate::lesson::progress::Progress;
use crate::session::player::record::why;
use crate::session::{Act, Builtin, Failure, Flow, Sitting, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{play as say, said, summary};
use std::path::PathBuf;

/// `export`, `import`, `forget` and what stands behind them.
struct Words;

impl Kind for Words {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let mut found = matching(prefix, ["export", "import", "forget", "all"]);
        found.extend(matching(prefix, crate::lesson::course::built_in()));
        found
    }
    fn what(&self) -> Text {
        summary::what_progress()
    }
}

static WORDS: Param<Words> = Param::any("words", Words);

pub const PROGRESS: Builtin = Builtin {
    spec: &Spec {
        name: "progress",
        sub: None,
        also: &[],
        group: Group::Lesson,
        params: &[&WORDS],
        summary: said::sum_progress,
        examples: &[Example { before: "", line: "progress" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let first = args.peek().map_or(args.command, |w| w.span);
        let words = args.many(&WORDS)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match Asked::read(&words) {
            Some(asked) => Ok(Box::new(asked)),
            None => Err(Refusal::bad(first, say::progress_words()).hint(Some("progress export FILE"))),
        }
    },
};

/// What is asked of the progress.
pub enum Asked {
    Show,
    Export(PathBuf),
    Import(PathBuf),
    /// A lesson, or all.
    Forget(Option<String>),
}

impl Asked {
    /// The words behind `progress`.
    pub fn read(words: &[&str]) -> Option<Asked> {
        Some(match words {
            [] => Asked::Show,
            ["export", path] => Asked::Export(path.into()),
            ["import", path] => Asked::Import(path.into()),
            ["forget", "all" | "--all"] => Asked::Forget(None),
            ["forget", lesson] => Asked::Forget(Some(lesson.to_string())),
            _ => return None,
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// A file that cannot be read or written, a lesson nothing is known of.
    pub fn run(self, sitting: &Sitting) -> Result<Report, Trouble> {
        let own = |e: std::io::Error| Trouble::Own(own_trouble(sitting, &e));
        match self {
            Asked::Show => Ok(Report::Progress(table(sitting, &sitting.progress().map_err(own)?))),
            Asked::Export(path) => {
                let shown = path.display().to_string();
                keep::write(&path, sitting.progress().map_err(own)?.text())
                    .map_err(|e| Trouble::Own(say::progress_trouble(&shown, why(&e))))?;
                Ok(Report::Said(say::progress_exported(shown)))
            }
            Asked::Import(path) => {
                let shown = path.display().to_string();
                let missing = || std::io::Error::from_raw_os_error(libc::ENOENT);
                let text = keep::read(&path).and_then(|text| text.ok_or_else(missing));
                let text = text.map_err(|e| Trouble::Brought(say::progress_trouble(&shown, why(&e))))?;
                let other = Progress::brought(&text).ok_or_else(|| Trouble::Brought(say::progress_not(&shown)))?;
                let unread = other.unread();
                sitting.change_progress(move |progress| progress.merge(&other)).map_err(own)?;
                Ok(Report::Said(match unread {
                    0 => say::progress_imported(shown),
                    _ => say::progress_imported_unread(shown, unread),
                }))
            }
            Asked::Forget(None) => {
                sitting.change_progress(Progress::forget_all).map_err(own)?;
                Ok(Report::Said(say::progress_all_forgotten()))
            }
            Asked::Forget(Some(lesson)) => {
                let name = lesson.clone();
                match sitting.change_progress(move |progress| progress.forget(&name)).map_err(own)? {
                    true => Ok(Report::Said(say::progress_forgotten(lesson))),
                    false => Err(Trouble::Own(say::progress_unknown(lesson))),
                }
            }
        }
    }
}

/// Why it could not be done.
pub enum Trouble {
    /// The file that somebody brings is no good.
    Brought(Text),
    Own(Text),
}

impl Trouble {
    pub fn text(self) -> Text {
        match self {
            Trouble::Brought(text) | Trouble::Own(text) => text,
        }
    }
}

/// Trouble with the file in which progress is kept.
pub fn own_trouble(sitting: &Sitting, e: &std::io::Error) -> Text {
    match sitting.progress_file() {
        Some(path) => say::progress_trouble(path.display().to_string(), why(e)),
        None => say::progress_no_home(),
    }
}

/// A row a lesson, in the library's order; only here is it asked which steps a lesson has.
fn table(sitting: &Sitting, progress: &Progress) -> ProgressTable {
    let listed = sitting.config.library.lessons(sitting.lang());
    let order = |lesson: &str| listed.iter().position(|l| l.id == lesson).unwrap_or(usize::MAX);
    let mut rows: Vec<ProgressRow> = Vec::new();
    for ((lesson, id), step) in &progress.steps {
        let steps = listed.iter().find(|l| l.id == *lesson).map(|l| &l.steps);
        if rows.last().is_none_or(|r| r.lesson != *lesson) {
            let lesson = lesson.clone();
            let steps = steps.map(Vec::len);
            rows.push(ProgressRow { lesson, done: 0, steps, attempts: 0, hints: 0, skips: 0, guesses: 0, right: 0 });
        }
        if let Some(row) = rows.last_mut() {
            row.done += usize::from(step.done && steps.is_none_or(|steps| steps.contains(id)));
            row.attempts = row.attempts.saturating_add(step.attempts);
            row.hints = row.hints.saturating_add(step.hints);
            row.skips = row.skips.saturating_add(step.skips);
            row.guesses = row.guesses.saturating_add(step.guesses);
            row.right = row.right.saturating_add(step.right);
        }
    }
    rows.sort_by_key(|r| order(&r.lesson));
    ProgressTable { rows, unread: progress.unread() }
}

impl Act for Asked {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let answer = Asked::run(*self, turn.sitting).map_err(|e| Failure::new(e.text()))?;
        report(turn, answer);
        Ok(Flow::Done)
    }
}

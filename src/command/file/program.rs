//! `.py` and `.c`: a learner's own program, said as lines of ours; run only when asked to.

use super::{read, sock};
use crate::command::look::report;
use crate::event::{Report, What};
use crate::grammar::Refusal;
use crate::grammar::refusal::Code;
use crate::session::foreign::Language;
use crate::session::foreign::program::{self, Says};
use crate::session::{Failure, Flow, Turn, Verdict};
use crate::text::messages::foreign as say;

pub fn python(turn: &mut Turn<'_>, path: &str, run: bool) -> Verdict {
    load(turn, path, run, Language::Python)
}

pub fn c(turn: &mut Turn<'_>, path: &str, run: bool) -> Verdict {
    load(turn, path, run, Language::C)
}

fn load(turn: &mut Turn<'_>, path: &str, run: bool, language: Language) -> Verdict {
    let text = read(turn, path)?;
    let (said, cannot) = program::program(&text, language);
    let mut failure = None;
    for cannot in cannot {
        // The learner's own line, with the caret where it has no words.
        let line = text.lines().nth(cannot.line - 1).unwrap_or_default().to_string();
        let refusal = Refusal::new(Code::Syntax, cannot.span, cannot.why.clone());
        turn.sitting.lock().record(turn.number, |_| What::Refused { line, refusal });
        let first = || Failure { said: true, ..Failure::new(say::foreign_line_of(path, cannot.line, cannot.why)) };
        failure = failure.or_else(|| Some(first()));
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    if !said.iter().any(|s| matches!(s.says, Says::Line(_))) {
        return Err(Failure::new(say::foreign_nothing(path)));
    }
    let lang = turn.sitting.lang();
    let lines = said.iter().filter(|s| matches!(s.says, Says::Line(_))).count();
    let said: Vec<(usize, String)> = said.into_iter().map(|s| (s.line, s.text(lang))).collect();
    if !run {
        report(turn, Report::Said(say::foreign_says(path, lines)));
        said.into_iter().for_each(|(_, text)| report(turn, Report::Said(say::foreign_shown(text))));
        return Ok(Flow::Done);
    }
    report(turn, Report::Said(say::foreign_runs(path, lines)));
    sock::run(turn, path, &said)
}

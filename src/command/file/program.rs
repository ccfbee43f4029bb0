//! `.py` and `.c`: a learner's own program, said as lines of ours; run only when asked to.

use super::{read, sock};
use crate::command::look::report;
use crate::event::{Report, What};
use crate::grammar::Refusal;
use crate::grammar::refusal::Code;
use crate::session::foreign::{Language, program};
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
    let said = program::program(&text, language).map_err(|cannot| {
        // The learner's own line, with the caret where it has no words.
        let line = text.lines().nth(cannot.line - 1).unwrap_or_default().to_string();
        let refusal = Refusal::new(Code::Syntax, cannot.span, cannot.why.clone());
        turn.sitting.lock().record(turn.number, |_| What::Refused { line, refusal });
        Failure { said: true, ..Failure::new(say::foreign_line_of(path, cannot.line, cannot.why)) }
    })?;
    if said.is_empty() {
        return Err(Failure::new(say::foreign_nothing(path)));
    }
    let count = said.len();
    if !run {
        report(turn, Report::Said(say::foreign_says(path, count)));
        said.into_iter().for_each(|s| report(turn, Report::Said(say::foreign_shown(s.text))));
        return Ok(Flow::Done);
    }
    report(turn, Report::Said(say::foreign_runs(path, count)));
    let lines: Vec<(usize, String)> = said.into_iter().map(|s| (s.line, s.text)).collect();
    sock::run(turn, path, &lines)
}

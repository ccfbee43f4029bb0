//! `.sock`: the lines, as they were typed.

use super::super::export::lost_words;
use super::{read, write};
use crate::command::look::report;
use crate::event::Report;
use crate::grammar::Group;
use crate::grammar::lex::Lexed;
use crate::kernel::keep;
use crate::session::{Failure, Flow, Sitting, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::file as say;
use crate::view::script::script;

/// Commands about the sitting itself and its lesson are no part of what is run again.
pub fn left_out(word: &str) -> bool {
    super::super::BUILTINS.iter().filter(|b| matches!(b.spec.group, Group::Session | Group::Lesson)).any(|b| {
        b.spec.name != "use" && (b.spec.name.eq_ignore_ascii_case(word) || b.spec.also.iter().any(|a| a.eq_ignore_ascii_case(word)))
    })
}

pub fn save(turn: &Turn<'_>, path: &str) -> Result<Text, Failure> {
    let lang = turn.sitting.lang();
    let head = say::file_script_head(keep::today()).plain(lang);
    let text = script(turn.sitting.lock().told(), &left_out, &head).map_err(|lost| Failure::new(lost_words(&lost)))?;
    let lines = text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).count();
    write(turn, path, text)?;
    Ok(say::file_saved_lines(path, lines))
}

pub fn load(turn: &mut Turn<'_>, path: &str, _: bool) -> Verdict {
    let text = read(turn, path)?;
    let lines: Vec<(usize, String)> = text.lines().enumerate().map(|(at, l)| (at + 1, l.to_string())).collect();
    run(turn, path, &lines)
}

/// Runs lines that stand in a file, with their numbers there, to the first that fails.
pub fn run(turn: &mut Turn<'_>, path: &str, text: &[(usize, String)]) -> Verdict {
    if !Sitting::depth_allowed(turn.depth) {
        return Err(Failure::new(say::file_load_too_deep()));
    }
    turn.sitting.lock().loading += 1;
    let verdict = lines(turn, path, text);
    turn.sitting.lock().loading -= 1;
    verdict
}

fn lines(turn: &mut Turn<'_>, path: &str, text: &[(usize, String)]) -> Verdict {
    let mut lexed = Lexed::default();
    let mut run = 0;
    for (number, line) in text {
        let mut from = 0;
        loop {
            let (verdict, next) = turn.sitting.statement(turn.clock, line, from, &mut lexed, None, turn.depth + 1);
            match verdict {
                Ok(Flow::Done) => {}
                Ok(Flow::Detached) => {
                    report(turn, Report::Said(crate::text::messages::foreign::foreign_waits(path, *number)));
                    return Ok(Flow::Detached);
                }
                Ok(other) => return Ok(other),
                Err(failure) => {
                    return Err(Failure { said: false, reason: say::file_load_failed(path, *number, failure.reason), ..failure });
                }
            }
            if turn.clock.should_stop() {
                turn.clock.clear();
                return Err(Failure { stopped: true, ..Failure::new(crate::text::messages::said::stopped()) });
            }
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
        run += usize::from(!line.trim().is_empty() && !line.trim_start().starts_with('#'));
    }
    report(turn, Report::Said(say::file_loaded(path, run)));
    Ok(Flow::Done)
}

//! A `predict` fence: the question, its answers, what is told afterwards.

use super::{Choice, Flaw, Line, Predict};
use crate::lesson::markdown::words;
use crate::text::messages::course as say;

/// Reads the text of the fence; `line` is that of its first line of text.
pub(super) fn predict(text: &str, line: usize, flaws: &mut Vec<Flaw>) -> Predict {
    let (mut question, mut answer) = (String::new(), String::new());
    let mut options: Vec<(usize, bool, String, Option<Line>)> = Vec::new();
    for (i, raw) in text.lines().enumerate() {
        let (at, words) = (line + i, raw.trim());
        let span = Some((raw.len() - raw.trim_start().len(), raw.trim_end().len()));
        if words.is_empty() {
            continue;
        }
        if let Some(told) = words.strip_prefix('>') {
            answer.push_str(told.trim());
            answer.push('\n');
        } else if let Some(rest) = words.strip_prefix("- [") {
            let mark = rest.chars().next().unwrap_or(' ');
            let text = rest.get(1..).and_then(|r| r.strip_prefix(']')).map(str::trim);
            match (mark, text) {
                (' ' | 'x' | 'X', Some(text)) if !text.is_empty() => options.push((at, mark != ' ', text.to_string(), None)),
                _ => flaws.push(Flaw { span, ..Flaw::at(at, say::predict_option()) }),
            }
        } else if let Some(check) = words.strip_prefix("if ").filter(|_| raw.starts_with([' ', '\t'])) {
            match options.last_mut() {
                Some((.., when @ None)) => *when = Some(Line { line: at, text: check.trim().to_string() }),
                _ => flaws.push(Flaw { span, ..Flaw::at(at, say::predict_if()) }),
            }
        } else if let Some((_, _, text, None)) = options.last_mut() {
            // A long answer goes on.
            text.push('\n');
            text.push_str(words);
        } else if options.is_empty() {
            question.push_str(words);
            question.push('\n');
        } else {
            flaws.push(Flaw { span, ..Flaw::at(at, say::predict_option()) });
        }
    }
    let at = line.saturating_sub(1).max(1);
    if question.is_empty() {
        flaws.push(Flaw::at(at, say::predict_no_question()));
    }
    if options.len() < 2 {
        flaws.push(Flaw::at(at, say::predict_few()));
    }
    if options.len() > 8 {
        flaws.push(Flaw::at(at, say::predict_many()));
    }
    if !options.iter().any(|o| o.1) {
        flaws.push(Flaw::at(at, say::predict_no_right()));
    }
    if answer.is_empty() {
        flaws.push(Flaw::at(at, say::predict_no_answer()));
    }
    let choice = |(line, right, text, when): (usize, bool, String, Option<Line>)| Choice { line, right, text: words(&text), when };
    let options = options.into_iter().map(choice).collect();
    Predict { line: at, question: words(&question), options, answer: words(&answer) }
}

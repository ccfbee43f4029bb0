//! What is wrong in a lesson's words, seen without running it.

use super::{Flaw, HOLES, Lesson};
use crate::text::messages::prove as say;

/// What a review asks of the rest of the program.
pub struct Known<'a> {
    pub lesson: &'a dyn Fn(&str) -> bool,
    /// Whether `explain WORD` finds something.
    pub word: &'a dyn Fn(&str) -> bool,
    /// Whether a name is a command's or a constant's.
    pub command: &'a dyn Fn(&str) -> bool,
    /// Whether a relative link leads to a file.
    pub link: &'a dyn Fn(&str) -> bool,
}

/// Reviews a lesson; `text` is that of its file.
pub fn review(lesson: &Lesson, text: &str, known: &Known<'_>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for need in lesson.front.needs.iter().filter(|n| !(known.lesson)(n)) {
        let line = text.lines().position(|l| l.starts_with("needs")).map_or(1, |n| n + 1);
        flaws.push(Flaw::at(line, say::needs_unknown(need)));
    }
    let mut fence: Option<&str> = None;
    for (i, raw) in text.lines().enumerate() {
        let marks = raw.len() - raw.trim_start_matches('`').len();
        match fence {
            Some(open) if raw.trim_end() == open => fence = None,
            // A longer fence holds an example of a lesson, which is not this lesson's own.
            Some(open) if open.len() > 3 => {}
            None if marks >= 3 => fence = Some(&raw[..marks]),
            _ => line(raw, i + 1, fence.is_some(), known, &mut flaws),
        }
    }
    roles(lesson, known, &mut flaws);
    flaws
}

fn line(raw: &str, at: usize, in_fence: bool, known: &Known<'_>, flaws: &mut Vec<Flaw>) {
    let mut wrong = |part: &str, what| {
        let start = part.as_ptr() as usize - raw.as_ptr() as usize;
        flaws.push(Flaw { span: Some((start, start + part.len())), ..Flaw::at(at, what) });
    };
    for part in raw.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|p| p.0) {
        let name = !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if name && part != "i" && !HOLES.contains(&part) {
            wrong(part, say::hole_unknown(part));
        }
    }
    if in_fence {
        return;
    }
    for code in raw.split('`').skip(1).step_by(2) {
        if let Some(word) = code.strip_prefix("explain ")
            && !(known.word)(word)
            && word != "WORD"
        {
            wrong(word, say::word_unknown(word));
        }
    }
    for target in raw.split("](").skip(1).filter_map(|p| p.split_once(')')).map(|p| p.0) {
        if !target.contains("://") && !target.starts_with('#') && !(known.link)(target) {
            wrong(target, say::link_broken(target));
        }
    }
}

/// A part must not be called like a command: lines of the lesson are said in the learner's names.
fn roles(lesson: &Lesson, known: &Known<'_>, flaws: &mut Vec<Flaw>) {
    let mut seen: Vec<String> = Vec::new();
    for check in lesson.steps.iter().flat_map(|s| s.checks()) {
        let Ok(read) = super::check(&check.text, &super::Values::default()) else { continue };
        for name in read.names() {
            if !seen.iter().any(|s| s == name) {
                seen.push(name.to_string());
                if (known.command)(name) {
                    let span = check.text.find(name).map(|at| (at, at + name.len()));
                    flaws.push(Flaw { span, ..Flaw::at(check.line, say::role_is_command(name)) });
                }
            }
        }
    }
}

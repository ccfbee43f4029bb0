//! A demo: lines that are typed in front of a class, each with the presenter's notes and what is to be expected of it.

use super::course::{Lesson, Values, check};
use crate::grammar::lex::{Lexed, lex};
use crate::markup::{Doc, Style, plain_text, render};
use crate::text::Lang;
use crate::text::messages::demo as say;
use serde::{Deserialize, Serialize};

/// Columns that notes are written for.
const NOTES: usize = 72;

/// One line of a demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the file, from 1.
    pub line: usize,
    pub text: String,
    /// For the presenter alone.
    pub notes: Vec<String>,
    pub expected: Vec<String>,
    /// In a lesson: the step it belongs to, from 0.
    pub step: Option<usize>,
}

/// What the presenter's view is told, one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    pub demo: String,
    /// The line, from 1; behind the last where the demo is over.
    pub number: usize,
    pub of: usize,
    pub state: Stage,
    pub line: String,
    pub notes: Vec<String>,
    pub expected: Vec<String>,
    /// The line behind it.
    pub next: Option<String>,
    /// When the demo began, in seconds since 1970.
    pub begun: u64,
}

/// How far the line has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Typing,
    /// It stands there, and its result is waited for.
    Typed,
    Running,
    /// The prompt is the presenter's own for a while.
    TakenOver,
    Over,
}

/// The lines of a script. Comments above a line are its notes; one behind it says what is to be expected.
pub fn of_script(text: &str, lang: Lang) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut notes = Vec::new();
    for (at, raw) in text.lines().enumerate() {
        let raw = raw.trim();
        if let Some(comment) = raw.strip_prefix('#') {
            notes.push(comment.trim().to_string());
            continue;
        }
        if raw.is_empty() {
            continue;
        }
        let (words, comment) = apart(raw);
        // What the author says of it says more than that it succeeds.
        let plain = outcome_errno(words).is_none();
        let said = comment.map(str::to_string);
        let expected = if plain && said.is_some() { Vec::new() } else { vec![outcome(words, lang)] };
        let expected = expected.into_iter().chain(said).collect();
        found.push(Line { line: at + 1, text: words.to_string(), notes: std::mem::take(&mut notes), expected, step: None });
    }
    found
}

/// A line, and the comment behind it.
fn apart(raw: &str) -> (&str, Option<&str>) {
    let (mut lexed, mut from) = (Lexed::default(), 0);
    loop {
        let Ok(next) = lex(raw, from, None, &mut lexed) else { return (raw, None) };
        let end = lexed.tokens.last().map_or(from, |t| t.end);
        let rest = raw[end..].trim_start().trim_start_matches('&').trim_start();
        if let Some(comment) = rest.strip_prefix('#') {
            return (raw[..raw.len() - rest.len()].trim_end(), Some(comment.trim()));
        }
        match next {
            Some(next) if next < raw.len() => from = next,
            _ => return (raw, None),
        }
    }
}

/// What a line itself says of its outcome.
fn outcome(line: &str, lang: Lang) -> String {
    let text = match outcome_errno(line) {
        Some(errno) => say::expects_errno(errno),
        None if line.ends_with('&') => say::expects_job(),
        None => say::expects_success(),
    };
    text.plain(lang)
}

fn outcome_errno(line: &str) -> Option<&str> {
    line.split_whitespace().skip_while(|w| !w.eq_ignore_ascii_case("expect")).nth(1)
}

/// The model way through a lesson, with its words as notes and its checks as what is to be expected.
pub fn of_lesson(lesson: &Lesson, lang: Lang) -> Vec<Line> {
    let values = Values::default();
    let mut found = Vec::new();
    for (at, step) in lesson.steps.iter().enumerate() {
        let mut notes = vec![step.title.clone()];
        notes.extend(told(&step.text));
        for predict in &step.predicts {
            notes.push(plain_text(&predict.question).trim().to_string());
            let right = predict.options.iter().filter(|o| o.right).map(|o| plain_text(&o.text)).collect::<Vec<_>>();
            notes.push(say::right_answer(right.join(" / ")).plain(lang));
        }
        for part in &step.parts {
            let goals = part.checks.iter().filter_map(|c| check(&c.text, &values).ok()).map(|c| c.goal().plain(lang));
            let goals: Vec<String> = goals.collect();
            for (number, line) in part.tries.iter().enumerate() {
                // All lines of a part together reach its goals.
                let last = number + 1 == part.tries.len();
                let expected = if goals.is_empty() || !last { vec![outcome(&line.text, lang)] } else { goals.clone() };
                let notes = std::mem::take(&mut notes);
                found.push(Line { line: line.line, text: line.text.clone(), notes, expected, step: Some(at) });
            }
        }
    }
    found
}

fn told(doc: &Doc) -> Vec<String> {
    let mut text = String::new();
    render(doc, Style { width: NOTES, ..Style::PLAIN }, &mut text);
    text.lines().map(|l| l.trim().to_string()).filter(|l| !l.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_above_a_line_are_notes_and_one_behind_it_is_expected() {
        let text =
            "# Say hello.\n# Ask who knows the answer.\nserver = socket inet stream   # fd 3\n\nsend a \"# no comment\"; close a\n";
        let found = of_script(text, Lang::En);
        assert_eq!(found[0].notes, ["Say hello.", "Ask who knows the answer."]);
        assert_eq!((found[0].line, found[0].text.as_str()), (3, "server = socket inet stream"));
        assert_eq!(found[0].expected, ["fd 3"]);
        assert_eq!(found[1].text, "send a \"# no comment\"; close a");
        assert_eq!((found[1].line, found.len()), (5, 2));
        assert_eq!(of_script("accept s &   # waits", Lang::En)[0].text, "accept s &");
    }

    #[test]
    fn what_a_line_says_of_its_outcome_is_expected() {
        let of = |line| of_script(line, Lang::En)[0].expected[0].clone();
        assert!(of("expect EPIPE send a x").contains("EPIPE"));
        assert_ne!(of("accept s &"), of("accept s"));
    }
}

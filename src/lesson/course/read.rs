//! A lesson's file into its steps. A flaw never hides the rest: everything that can be read is read.

use super::predict::predict;
use super::{Flaw, Lesson, Line, Part, Reason, Run, Step, Values, Wrong, check, front};
use crate::grammar::nearest::nearest;
use crate::grammar::refusal::Code;
use crate::lesson::card::code_block;
use crate::lesson::markdown::{Piece, PieceKind, Section, sections, words};
use crate::markup::{Block, Doc, Span};
use crate::text::messages::course as say;
use crate::vocabulary::Errno;
use std::collections::HashSet;

/// The words of the fences that a lesson acts on; code in other fences is shown.
const FENCES: [&str; 8] = ["setup", "run", "predict", "try", "check", "hint", "also", "wrong"];

/// Reads a lesson; `None` if it is too broken to be one.
pub fn read(text: &str, id: &str) -> (Option<Lesson>, Vec<Flaw>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (front, body, mut flaws) = front::split(text);
    let front = match front {
        Ok(front) => front,
        Err(flaw) => {
            flaws.push(flaw);
            return (None, flaws);
        }
    };
    let mut lesson = Lesson { id: id.to_string(), front, opening: Doc::new(), steps: Vec::new() };
    for section in sections(&body) {
        for piece in &section.pieces {
            if matches!(piece.kind, PieceKind::Code { closed: false, .. }) {
                flaws.push(Flaw::at(piece.line, crate::text::messages::lesson::fence_open()));
            }
        }
        match section.level {
            0 | 1 if lesson.steps.is_empty() => section.pieces.into_iter().for_each(|p| told(p, &mut lesson.opening)),
            2 => {
                let step = step(&section, &mut flaws);
                lesson.steps.push(step);
            }
            _ => flaws.push(Flaw::at(section.line, say::heading_level())),
        }
    }
    if lesson.steps.is_empty() {
        flaws.push(Flaw::at(0, say::no_steps("{#id}")));
        flaws.sort_by_key(|f| (f.line, f.span));
        return (None, flaws);
    }
    let mut ids = HashSet::new();
    for step in &lesson.steps {
        if !step.id.is_empty() && !ids.insert(step.id.clone()) {
            flaws.push(Flaw::at(step.line, say::step_twice(&step.id)));
        }
    }
    lasting(&lesson, &mut flaws);
    flaws.sort_by_key(|f| (f.line, f.span));
    (Some(lesson), flaws)
}

/// A program lasts until its own step or a later one.
fn lasting(lesson: &Lesson, flaws: &mut Vec<Flaw>) {
    for (at, step) in lesson.steps.iter().enumerate() {
        for run in &step.run {
            let Some(until) = &run.until else { continue };
            let ids = || lesson.steps[at..].iter().map(|s| s.id.as_str());
            let flaw = || {
                let hint = nearest(&until.text, ids()).map(str::to_string);
                Flaw { hint, ..Flaw::at(until.line, say::run_until(&until.text)) }
            };
            // A fence of several lines says it once.
            if !ids().any(|id| id == until.text) && !flaws.iter().any(|f| f.line == until.line) {
                flaws.push(flaw());
            }
        }
    }
}

/// The id in `Give it an address {#bind}`.
pub(super) fn id(title: &str) -> Option<&str> {
    Some(title.trim().strip_suffix('}')?.rsplit_once("{#")?.1)
}

/// `Give it an address {#bind}`.
fn heading(section: &Section, flaws: &mut Vec<Flaw>) -> (String, String) {
    let title = section.title.trim();
    let split = title.strip_suffix('}').and_then(|t| t.rsplit_once("{#"));
    let Some((title, id)) = split else {
        flaws.push(Flaw::at(section.line, say::step_no_id(title, "{#an-id}")));
        return (title.to_string(), String::new());
    };
    let good = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !good {
        flaws.push(Flaw::at(section.line, say::step_bad_id(id)));
    }
    (title.trim().to_string(), id.to_string())
}

fn step(section: &Section, flaws: &mut Vec<Flaw>) -> Step {
    let (title, id) = heading(section, flaws);
    let mut step = Step {
        id,
        title,
        line: section.line,
        text: Doc::new(),
        setup: Vec::new(),
        run: Vec::new(),
        predicts: Vec::new(),
        parts: Vec::new(),
        also: Vec::new(),
        wrongs: Vec::new(),
        after: Doc::new(),
    };
    for piece in &section.pieces {
        let PieceKind::Code { info, text, .. } = &piece.kind else {
            let checked = step.parts.iter().any(|p| !p.checks.is_empty());
            told(piece.clone(), if checked { &mut step.after } else { &mut step.text });
            continue;
        };
        let (word, rest) = info.split_once(char::is_whitespace).unwrap_or((info, ""));
        // The fence itself stands a line above its text.
        fence(&mut step, word, rest.trim(), text, piece, flaws);
    }
    if step.parts.iter().all(|p| p.checks.is_empty()) && step.predicts.is_empty() {
        flaws.push(Flaw::at(step.line, say::step_no_check(&step.title)));
    }
    for part in &step.parts {
        if let (Some(line), true) = (part.tries.first(), part.checks.is_empty()) {
            flaws.push(Flaw::at(line.line, say::try_no_check()));
        }
        if let (Some(line), true) = (part.checks.first(), part.tries.is_empty()) {
            flaws.push(Flaw::at(line.line, say::check_no_try()));
        }
    }
    step
}

fn fence(step: &mut Step, word: &str, rest: &str, text: &str, piece: &Piece, flaws: &mut Vec<Flaw>) {
    let at = piece.line + 1;
    let lines = || lines(text, at);
    if FENCES.contains(&word) && text.trim().is_empty() {
        flaws.push(Flaw::at(piece.line, say::fence_empty(word)));
        return;
    }
    match word {
        "setup" => step.setup.extend(lines()),
        "run" => {
            let id = rest.strip_prefix("until ").map(str::trim).filter(|id| !id.contains(char::is_whitespace));
            let until = id.map(|id| Line { line: piece.line, text: id.to_string() });
            if until.is_none() && !rest.is_empty() {
                flaws.push(Flaw::at(piece.line, say::run_words(rest)));
            }
            step.run.extend(lines().into_iter().map(|line| Run { line, until: until.clone() }));
        }
        "predict" => {
            let predict = predict(text, at, flaws);
            predict.options.iter().filter_map(|o| o.when.as_ref()).for_each(|l| checked(l, flaws));
            step.predicts.push(predict);
        }
        "try" => match step.parts.last_mut().filter(|p| p.checks.is_empty() && p.hints.is_empty()) {
            Some(part) => part.tries.extend(lines()),
            None => step.parts.push(Part { tries: lines(), ..Part::default() }),
        },
        "check" => {
            let found = lines();
            found.iter().for_each(|l| checked(l, flaws));
            match step.parts.last_mut().filter(|p| p.hints.is_empty()) {
                Some(part) => part.checks.extend(found),
                None => step.parts.push(Part { checks: found, ..Part::default() }),
            }
        }
        "hint" => match step.parts.last_mut().filter(|p| !p.checks.is_empty()) {
            Some(part) => part.hints.extend(paragraphs(text, at)),
            None => flaws.push(Flaw::at(piece.line, say::hint_first())),
        },
        "also" => step.also.push(lines()),
        "wrong" => {
            let (told, lines): (Vec<Line>, Vec<Line>) = lines().into_iter().partition(|l| l.text.starts_with('>'));
            let told: Vec<&str> = told.iter().map(|l| l.text.trim_start_matches('>').trim()).collect();
            if lines.is_empty() {
                flaws.push(Flaw::at(piece.line, say::fence_empty("wrong")));
            }
            match reason(step, rest) {
                Some(reason) => {
                    step.wrongs.push(Wrong { line: piece.line, reason, lines, told: words(&told.join("\n")) });
                }
                None => {
                    let near = nearest(rest, step.checks().map(|c| c.text.as_str())).map(str::to_string);
                    flaws.push(Flaw { hint: near, ..Flaw::at(piece.line, say::wrong_reason(rest)) });
                }
            }
        }
        _ => {
            if let Some(near) =
                nearest(word, FENCES.iter().copied()).filter(|n| *n != word && !word.is_empty() && known(word).is_none())
            {
                flaws.push(Flaw { hint: Some(near.to_string()), ..Flaw::at(piece.line, say::fence_unknown(word)) });
            }
            let checked = step.parts.iter().any(|p| !p.checks.is_empty());
            if checked { &mut step.after } else { &mut step.text }.push(plain_code(text));
        }
    }
}

/// Languages whose code is shown; their names are no misspelt fence.
fn known(word: &str) -> Option<&'static str> {
    ["c", "python", "console", "text", "sh", "bash", "http", "json", "markdown", "rust"].into_iter().find(|w| *w == word)
}

fn reason(step: &Step, rest: &str) -> Option<Reason> {
    if let Some(errno) = Errno::from_name(rest) {
        return Some(Reason::Errno(errno));
    }
    let codes = [Code::UnknownCommand, Code::UnknownName, Code::NameTaken, Code::Missing, Code::BadValue, Code::Syntax];
    if let Some(code) = codes.into_iter().find(|c| c.word() == rest) {
        return Some(Reason::Refused(code));
    }
    step.checks().any(|c| c.text == rest).then(|| Reason::Unmet(rest.to_string()))
}

/// The lines of a fence that say something.
fn lines(text: &str, at: usize) -> Vec<Line> {
    let says = |(i, l): (usize, &str)| {
        let text = l.trim_end();
        let rest = text.trim_start();
        (!rest.is_empty() && !rest.starts_with('#')).then(|| Line { line: at + i, text: rest.to_string() })
    };
    text.lines().enumerate().filter_map(says).collect()
}

fn paragraphs(text: &str, at: usize) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut open = false;
    for (i, line) in text.lines().enumerate() {
        match (line.trim(), open) {
            ("", _) => open = false,
            (words, true) => {
                if let Some(last) = found.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(words);
                }
            }
            (words, false) => {
                found.push(Line { line: at + i, text: words.to_string() });
                open = true;
            }
        }
    }
    found
}

/// A check must be one: read with sample values.
pub(super) fn checked(line: &Line, flaws: &mut Vec<Flaw>) {
    let mut sample = Values::default();
    for hole in super::HOLES {
        sample.put(hole, if hole.starts_with("port") { "2345".into() } else { "x".to_string() });
    }
    if let Err(refusal) = check(&line.text, &sample) {
        // The carets stand under the author's own words where these are the same.
        let read = super::check_text(&line.text, &sample);
        let span = read.get(refusal.span.0..refusal.span.1).and_then(|w| {
            let at = if read == line.text { Some(refusal.span.0) } else { line.text.find(w).filter(|_| !w.is_empty()) };
            at.map(|at| (at, at + w.len()))
        });
        flaws.push(Flaw { line: line.line, span, what: refusal.reason, hint: refusal.hint });
    }
}

/// What is read aloud.
fn told(piece: Piece, doc: &mut Doc) {
    match piece.kind {
        PieceKind::Para(spans) => doc.para(2, spans),
        PieceKind::Item(lead, spans) => {
            doc.push(Block::Para { indent: 2, bar: false, lead: vec![Span::plain(lead)], spans });
        }
        PieceKind::Quote(paragraphs) => paragraphs.into_iter().for_each(|p| doc.para(4, p)),
        PieceKind::Code { text, .. } => doc.push(plain_code(&text)),
        PieceKind::Remark => {}
    }
}

fn plain_code(text: &str) -> Block {
    match code_block(text) {
        Block::Pre { lines, .. } => Block::Pre { indent: 4, bar: false, lines },
        other => other,
    }
}

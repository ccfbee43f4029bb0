//! One lesson in two languages: what must be the same in both.

use super::{Flaw, Lesson, Line, Reason, Run, Step};
use crate::text::messages::course as say;

/// Where `other` differs from `first` in what no language changes. Lines are those of `other`.
pub fn compare(first: &Lesson, other: &Lesson) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let (a, b) = (&first.front, &other.front);
    for (key, same) in [
        ("level", a.level == b.level),
        ("minutes", a.minutes == b.minutes),
        ("needs", a.needs == b.needs),
        ("covers", a.covers == b.covers),
    ] {
        if !same {
            flaws.push(Flaw::at(1, say::differs_front(key)));
        }
    }
    for (i, step) in first.steps.iter().enumerate() {
        match other.steps.get(i) {
            Some(twin) if twin.id == step.id => steps(step, twin, &mut flaws),
            Some(twin) => {
                flaws.push(Flaw::at(twin.line, say::differs_step(&step.id, &twin.id)));
                return flaws;
            }
            None => {
                flaws.push(Flaw::at(0, say::differs_missing(&step.id)));
                return flaws;
            }
        }
    }
    if let Some(more) = other.steps.get(first.steps.len()) {
        flaws.push(Flaw::at(more.line, say::differs_more(&more.id)));
    }
    flaws
}

fn steps(a: &Step, b: &Step, flaws: &mut Vec<Flaw>) {
    lines("setup", &a.setup, &b.setup, b.line, flaws);
    let run = |s: &Step| s.run.iter().map(|r| r.line.clone()).collect::<Vec<_>>();
    lines("run", &run(a), &run(b), b.line, flaws);
    for (a, b) in a.run.iter().zip(&b.run) {
        let id = |r: &Run| r.until.as_ref().map(|u| u.text.clone());
        if id(a) != id(b) {
            let at = b.until.as_ref().map_or(b.line.line, |u| u.line);
            flaws.push(Flaw::at(at, say::differs_until(id(a).map_or("run".into(), |id| format!("run until {id}")))));
        }
    }
    let of = |s: &Step| -> (Vec<Line>, Vec<Line>) { (s.tries().cloned().collect(), s.checks().cloned().collect()) };
    let ((tries, checks), (other_tries, other_checks)) = (of(a), of(b));
    lines("try", &tries, &other_tries, b.line, flaws);
    lines("check", &checks, &other_checks, b.line, flaws);
    let hints = |s: &Step| s.parts.iter().map(|p| p.hints.len()).collect::<Vec<_>>();
    if hints(a) != hints(b) {
        flaws.push(Flaw::at(b.line, say::differs_count("hint")));
    }
    if a.also.len() != b.also.len() {
        flaws.push(Flaw::at(b.line, say::differs_count("also")));
    }
    for (a, b) in a.also.iter().zip(&b.also) {
        lines("also", a, b, b.first().map_or(0, |l| l.line), flaws);
    }
    let reasons = |s: &Step| -> Vec<Reason> { s.wrongs.iter().map(|w| w.reason.clone()).collect() };
    if reasons(a) != reasons(b) {
        flaws.push(Flaw::at(b.line, say::differs_count("wrong")));
    }
    for (a, b) in a.wrongs.iter().zip(&b.wrongs) {
        lines("wrong", &a.lines, &b.lines, b.line, flaws);
        if a.told.is_empty() != b.told.is_empty() {
            flaws.push(Flaw::at(b.line, say::differs_count("wrong")));
        }
    }
    if a.predicts.len() != b.predicts.len() {
        flaws.push(Flaw::at(b.line, say::differs_count("predict")));
    }
    for (a, b) in a.predicts.iter().zip(&b.predicts) {
        let shape = |p: &super::Predict| -> Vec<(bool, Option<String>)> {
            p.options.iter().map(|o| (o.right, o.when.as_ref().map(|w| w.text.clone()))).collect()
        };
        if shape(a) != shape(b) {
            flaws.push(Flaw::at(b.line, say::differs_predict()));
        }
    }
}

/// The same lines in the same order; the first that differs is told.
fn lines(fence: &str, a: &[Line], b: &[Line], step: usize, flaws: &mut Vec<Flaw>) {
    let differs = a.iter().zip(b).find(|(a, b)| a.text != b.text);
    if let Some((a, b)) = differs {
        flaws.push(Flaw { span: Some((0, b.text.len())), ..Flaw::at(b.line, say::differs_line(fence, &a.text)) });
    } else if a.len() != b.len() {
        flaws.push(Flaw::at(b.first().map_or(step, |l| l.line), say::differs_count(fence)));
    }
}

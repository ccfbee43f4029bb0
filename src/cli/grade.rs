//! `sockscope grade`: a learner's transcript judged again, for people, for programs, for graders' tools.

use super::Flags;
use crate::command::BUILTINS;
use crate::kernel::{keep, thread};
use crate::lesson::course::Lesson;
use crate::markup::{Block, Doc, Role, Span, Style, render};
use crate::session::Config;
use crate::session::player::grade::{Grade, GradedStep, Transcript, grade};
use crate::session::player::transcript;
use crate::text::Lang;
use crate::text::messages::grade as say;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `grade` is asked.
pub(super) struct Asked<'a> {
    /// A file, `-`, or a lesson's id.
    pub what: &'a str,
    pub junit: Option<&'a Path>,
    pub gradescope: Option<&'a Path>,
}

pub(super) fn main(flags: &Flags, asked: &Asked<'_>, lang: Lang, style: Style) -> i32 {
    thread::prepare(false);
    let library = super::library(flags, lang);
    let text = match source(asked.what) {
        Ok(text) => text,
        Err(why) => {
            eprintln!("sockscope: {}: {why}", asked.what);
            return 2;
        }
    };
    let Some(transcript) = Transcript::read(&text) else {
        eprintln!("sockscope: {}", say::no_transcript(asked.what).plain(lang));
        return 2;
    };
    let found = library.find_lesson(lang, &transcript.lesson).ok().and_then(|l| library.lesson(lang, &l.id));
    let Some(lesson) = found else {
        eprintln!("sockscope: {}", crate::text::messages::play::lesson_unknown(&transcript.lesson).plain(lang));
        return 2;
    };
    let timeout = flags.timeout;
    let config = Config { interactive: false, recording: true, keep: true, keep_going: true, timeout, lang, library, data: None };
    let graded = grade(&transcript, &lesson, config, BUILTINS);
    for (path, text) in [(asked.junit, junit(&graded, lang)), (asked.gradescope, gradescope(&graded, lang))] {
        if let Some(path) = path
            && let Err(e) = std::fs::write(path, text)
        {
            eprintln!("sockscope: {}: {}", path.display(), crate::session::player::record::why(&e));
            return 2;
        }
    }
    let text = if flags.json { format!("{}\n", object(&graded, lang)) } else { shown(&graded, &lesson, lang, style) };
    if !flags.quiet {
        let _ = crate::repl::write_out(&text);
    }
    i32::from(graded.steps.iter().any(|s| !s.met))
}

/// The transcript's text: of a file, of standard input, or the one that was kept of a lesson.
fn source(what: &str) -> Result<String, String> {
    let why = |e: std::io::Error| crate::session::player::record::why(&e);
    let bytes = match what {
        "-" => {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map_err(why)?;
            bytes
        }
        path if Path::new(path).is_file() => std::fs::read(path).map_err(why)?,
        lesson => {
            let kept: Option<PathBuf> = keep::data_folder().map(|d| transcript::file(&d, lesson)).filter(|p| p.is_file());
            std::fs::read(kept.unwrap_or_else(|| lesson.into())).map_err(why)?
        }
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn sum(graded: &Grade, of: impl Fn(&GradedStep) -> u32) -> u32 {
    graded.steps.iter().map(of).sum()
}

fn object(graded: &Grade, lang: Lang) -> serde_json::Value {
    let steps: Vec<_> = graded
        .steps
        .iter()
        .map(|s| {
            json!({
                "id": s.id, "met": s.met, "skipped": s.skipped, "attempts": s.attempts, "hints": s.hints, "guesses": s.guesses,
                "right": s.right, "missing": s.missing.as_ref().map(|m| m.0.plain(lang)), "seen": s.missing.as_ref().map(|m| m.1.plain(lang)),
            })
        })
        .collect();
    json!({
        "lesson": graded.lesson, "steps": steps, "met": sum(graded, |s| u32::from(s.met)), "of": graded.steps.len(),
        "attempts": sum(graded, |s| s.attempts), "hints": sum(graded, |s| s.hints), "skips": sum(graded, |s| u32::from(s.skipped)),
        "guesses": sum(graded, |s| s.guesses), "right": sum(graded, |s| s.right),
    })
}

fn output(step: &GradedStep, lang: Lang) -> String {
    match (&step.missing, step.met, step.skipped) {
        (Some((goal, seen)), ..) => say::step_missing(goal.clone(), seen.clone()).plain(lang),
        (None, false, _) => say::not_reached().plain(lang),
        (None, true, true) => say::step_by_lesson().plain(lang),
        (None, true, false) => say::step_met(step.attempts, step.hints).plain(lang),
    }
}

fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no place for them.
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// JUnit's XML, as CI systems read it: a test case a step.
fn junit(graded: &Grade, lang: Lang) -> String {
    let failures = graded.steps.iter().filter(|s| !s.met).count();
    let lesson = xml(&graded.lesson);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{lesson}\" tests=\"{}\" failures=\"{failures}\">\n",
        graded.steps.len()
    );
    for step in &graded.steps {
        let (id, words) = (xml(&step.id), xml(&output(step, lang)));
        if step.met {
            out.push_str(&format!(
                "    <testcase classname=\"{lesson}\" name=\"{id}\"><system-out>{words}</system-out></testcase>\n"
            ));
        } else {
            out.push_str(&format!(
                "    <testcase classname=\"{lesson}\" name=\"{id}\"><failure message=\"{words}\"/></testcase>\n"
            ));
        }
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Gradescope's results.json: a point a step; a step that the lesson did earns none.
fn gradescope(graded: &Grade, lang: Lang) -> String {
    let point = |s: &GradedStep| u32::from(s.met && !s.skipped);
    let tests: Vec<_> = graded
        .steps
        .iter()
        .map(|s| json!({ "name": s.title, "score": point(s), "max_score": 1, "output": output(s, lang) }))
        .collect();
    format!("{:#}\n", json!({ "score": sum(graded, point), "tests": tests }))
}

fn shown(graded: &Grade, lesson: &Arc<Lesson>, lang: Lang, style: Style) -> String {
    let mut doc = Doc::new();
    doc.para(2, vec![Span::new(Role::Heading, lesson.front.title.clone())]);
    for step in &graded.steps {
        let (mark, role) = if step.met { ("✓ ", Role::Good) } else { ("○ ", Role::Bad) };
        let lead = vec![Span::new(role, mark), Span::new(Role::Code, step.id.clone()), Span::plain("  ")];
        doc.push(Block::Para { indent: 2, bar: false, lead, spans: vec![Span::plain(output(step, lang))] });
    }
    let met = sum(graded, |s| u32::from(s.met));
    doc.para(2, vec![Span::plain(say::sum(met, graded.steps.len()).plain(lang))]);
    let mut text = String::new();
    render(&doc, style, &mut text);
    text
}

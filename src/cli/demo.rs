//! `sockscope demo`, `sockscope present --attach`, `sockscope check --demo`: a class, its presenter, and the evening before.

use super::{Flags, library, put};
use crate::grammar::number::show_duration;
use crate::kernel::keep;
use crate::lesson::course::Origin;
use crate::lesson::demo::{Cue, Line, of_lesson, of_script};
use crate::markup::{Style, render, safe};
use crate::repl::demo::lectern::{Heard, attach};
use crate::repl::demo::{Demo, proof, tool_for};
use crate::repl::{Prompt, cast, unreadable, write_out};
use crate::session::player::record::why;
use crate::text::messages::{demo as say, file, said};
use crate::text::{Lang, Text};
use crate::view::presenter::presenter;
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

/// What `demo` is asked.
pub(super) struct Asked<'a> {
    pub what: &'a str,
    pub record: Option<&'a Path>,
    pub gif: Option<&'a Path>,
    pub svg: Option<&'a Path>,
    pub speed: u64,
}

fn wrong(text: &Text, lang: Lang) -> i32 {
    eprintln!("sockscope: {}", safe(&text.plain(lang)));
    2
}

/// A lesson by its name, or the lines of a file.
fn read(flags: &Flags, what: &str, lang: Lang) -> Result<Demo, Text> {
    let library = library(flags, lang);
    let listed = if Path::new(what).is_file() { None } else { library.find_lesson(lang, what).ok() };
    let (name, lines, lesson) = match listed {
        Some(listed) => {
            let lesson = library.lesson(lang, &listed.id).ok_or_else(|| say::no_such(what))?;
            let lines: Vec<Line> = of_lesson(&lesson, lang);
            (lesson.id.clone(), lines, Some((lesson, listed.origin == Origin::BuiltIn)))
        }
        None => {
            let text = match std::fs::read(what) {
                Ok(bytes) => String::from_utf8(bytes).map_err(|_| file::file_not_text(what))?,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(say::no_such(what)),
                Err(e) => return Err(unreadable(what, &e)),
            };
            (what.to_string(), of_script(&text, lang), None)
        }
    };
    if lines.is_empty() {
        return Err(say::no_lines(what));
    }
    Ok(Demo { name, lines, lesson, speed: 1, record: None, pictures: Vec::new() })
}

pub(super) fn demo(flags: &Flags, asked: &Asked<'_>, lang: Lang, style: Style) -> i32 {
    let mut demo = match read(flags, asked.what, lang) {
        Ok(demo) => demo,
        Err(text) => return wrong(&text, lang),
    };
    demo.speed = asked.speed;
    for (option, path) in [("--gif", asked.gif), ("--svg", asked.svg)] {
        let Some(path) = path else { continue };
        match tool_for(option) {
            Ok(tool) => demo.pictures.push((path.to_path_buf(), tool)),
            Err(tools) => return wrong(&say::tool_missing(option, tools), lang),
        }
    }
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return wrong(&say::no_terminal(), lang);
    }
    if let Some(path) = asked.record {
        // Told now, and not behind the last line.
        if let Err(e) = keep::write(path, String::new()) {
            return wrong(&file::file_cannot_write(path.display().to_string(), why(&e)), lang);
        }
        demo.record = Some(path.to_path_buf());
    }
    let library = library(flags, lang);
    crate::repl::prompt(Prompt { lang, style, library, present: flags.present, start: None, demo: Some(demo) })
}

/// `check --demo`: 1 where a line fails, each with its file, its line and the reason.
pub(super) fn check(flags: &Flags, what: &Path, lang: Lang, style: Style) -> i32 {
    let what = what.display().to_string();
    let demo = match read(flags, &what, lang) {
        Ok(demo) => demo,
        Err(text) => return wrong(&text, lang),
    };
    let (begun, count) = (Instant::now(), demo.lines.len());
    let library = library(flags, lang);
    let found = proof::prove(Prompt { lang, style, library, present: false, start: None, demo: Some(demo) });
    for one in found.iter().filter(|f| f.fails || !flags.quiet) {
        let reason = one.what.plain(lang);
        if flags.json {
            let code = one.what.template.id;
            let object = serde_json::json!({"file": what, "line": one.line, "code": code, "reason": reason, "fails": one.fails});
            put(&object.to_string());
        } else {
            put(&said::lessons_problem(safe(&what).as_ref(), one.line, safe(&reason).as_ref()).plain(lang));
        }
    }
    if found.iter().any(|f| f.fails) {
        return 1;
    }
    if !flags.json && !flags.quiet {
        let took = show_duration(Duration::from_millis(u64::try_from(begun.elapsed().as_millis()).unwrap_or(0)));
        put(&say::demo_proved(what, count, took).plain(lang));
    }
    0
}

/// `present --attach`: the presenter's view of the demo that began last, until it ends.
pub(super) fn present(flags: &Flags, lang: Lang, style: Style) -> i32 {
    let Some(mut seat) = attach() else {
        eprintln!("sockscope: {}", say::no_demo_runs().plain(lang));
        return 1;
    };
    let screen = std::io::stdout().is_terminal() && !flags.json;
    let mut cue: Option<Cue> = None;
    loop {
        let fresh = match seat.hear() {
            Heard::Cue(new) => {
                cue = Some(*new);
                true
            }
            Heard::Quiet => false,
            Heard::Gone => break,
        };
        let Some(cue) = &cue else { continue };
        let shown = match (flags.json, screen) {
            (true, _) if fresh => serde_json::to_string(cue).map(|line| line + "\n").unwrap_or_default(),
            (false, false) if fresh => drawn(cue, lang, style) + "\n",
            // The clock goes on.
            (false, true) => whole_screen(&drawn(cue, lang, now_style(style))),
            _ => continue,
        };
        // A reader that has gone away is no trouble of ours.
        if write_out(&shown).is_err() {
            return 0;
        }
    }
    if !flags.json {
        put(&say::demo_gone().plain(lang));
    }
    0
}

/// The window may have been resized.
fn now_style(style: Style) -> Style {
    Style { width: crate::repl::terminal_width().unwrap_or(style.width).clamp(20, 400), ..style }
}

fn drawn(cue: &Cue, lang: Lang, style: Style) -> String {
    let mut text = String::new();
    render(&presenter(cue, cast::unix_now(), lang), style, &mut text);
    text
}

/// Drawn over what was there, without a flicker.
fn whole_screen(text: &str) -> String {
    let rows = crate::kernel::thread::terminal_size().map_or(24, |s| s.1).saturating_sub(1).max(1);
    let lines: Vec<String> = text.lines().take(rows).map(|l| format!("{l}\x1b[K\n")).collect();
    format!("\x1b[H{}\x1b[J", lines.concat())
}

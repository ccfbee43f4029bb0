//! `sockscope demo`, `sockscope present --attach`, `sockscope check --demo`: a class, its presenter, and the evening before.

use super::{Flags, library, put};
use crate::grammar::number::show_duration;
use crate::kernel::keep;
use crate::lesson::Library;
use crate::lesson::course::{self, Flaw, Origin};
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
    let listed = if Path::new(what).is_file() { Err(None) } else { library.find_lesson(lang, what) };
    let (name, lines, lesson) = match listed {
        Ok(listed) => {
            let Some(lesson) = library.lesson(lang, &listed.id) else {
                let why = flaws(&library, lang, &listed.id).into_iter().next();
                return Err(why.map_or_else(|| say::no_such(what), |f| say::unplayable(what, f.line, f.what)));
            };
            let lines: Vec<Line> = of_lesson(&lesson, lang);
            (lesson.id.clone(), lines, Some((lesson, listed.origin == Origin::BuiltIn)))
        }
        Err(near) => {
            let text = match std::fs::read(what) {
                Ok(bytes) => String::from_utf8(bytes).map_err(|_| file::file_not_text(what))?,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                    return Err(near.map_or_else(|| say::no_such(what), |near| say::no_such_near(what, near)));
                }
                Err(e) => return Err(unreadable(what, &e)),
            };
            if text.lines().next().is_some_and(|l| l.trim() == "---") {
                return Err(say::is_lesson(what));
            }
            (what.to_string(), of_script(&text, lang), None)
        }
    };
    if lines.is_empty() {
        return Err(say::no_lines(what));
    }
    Ok(Demo { name, lines, lesson, speed: 1, record: None, pictures: Vec::new() })
}

/// What is wrong with the words of a lesson.
fn flaws(library: &Library, lang: Lang, id: &str) -> Vec<Flaw> {
    let text = library.find_lesson(lang, id).ok().and_then(|listed| library.lesson_text(&listed));
    text.map(|text| course::read(&text, id).1).unwrap_or_default()
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
        let there = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() > 0);
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty() && !p.is_dir());
        if there {
            return wrong(&say::record_over(path.display().to_string()), lang);
        }
        if let Some(folder) = folder {
            let missing = crate::text::messages::picture::folder_is_missing(folder.display().to_string());
            return wrong(&file::file_cannot_write(path.display().to_string(), missing), lang);
        }
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
    let file_of = |id: &str| match library.find_lesson(lang, id).ok()?.origin {
        Origin::File(path) => Some(path.display().to_string()),
        Origin::BuiltIn => None,
    };
    let shown = demo.lesson.as_ref().and_then(|(lesson, _)| file_of(&lesson.id)).unwrap_or_else(|| what.clone());
    let wrong: Vec<Flaw> = demo.lesson.iter().flat_map(|(lesson, _)| flaws(&library, lang, &lesson.id)).collect();
    let wrong = wrong.into_iter().map(|f| proof::Found { line: f.line, what: f.what, fails: true });
    let mut found: Vec<proof::Found> = wrong.collect();
    found.extend(proof::prove(Prompt { lang, style, library, present: false, start: None, demo: Some(demo) }));
    for one in found.iter().filter(|f| f.fails || !flags.quiet) {
        let reason = one.what.plain(lang);
        if flags.json {
            let code = one.what.template.id;
            let object = serde_json::json!({"file": shown, "line": one.line, "code": code, "reason": reason, "fails": one.fails});
            put(&object.to_string());
        } else {
            put(&said::lessons_problem(safe(&shown).as_ref(), one.line, safe(&reason).as_ref()).plain(lang));
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
    // What has no room is not left out without a sign.
    let more = text.lines().count() > rows;
    let shown = text.lines().take(if more { rows - 1 } else { rows }).chain(more.then_some("  …"));
    let lines: Vec<String> = shown.map(|l| format!("{l}\x1b[K\n")).collect();
    format!("\x1b[H{}\x1b[J", lines.concat())
}

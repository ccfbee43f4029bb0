//! `sockscope lesson`: the list, a lesson to be played, a skeleton to be written, a course to be added.

use super::{Flags, input, one_report, prompt, script_in};
use crate::event::Report;
use crate::kernel::keep;
use crate::lesson::Library;
use crate::lesson::course::{Lesson, Origin};
use crate::markup::Style;
use crate::repl::Input;
use crate::session::player::record::why;
use crate::session::{Config, Sitting};
use crate::text::messages::record as say;
use crate::text::{Lang, Text};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) fn lesson(flags: &Flags, words: &[String], lang: Lang, style: Style) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            let rows = quiet_sitting(flags, lang).lesson_rows();
            one_report(flags, Report::Lessons(rows), lang, style)
        }
        [name] if std::io::stdin().is_terminal() && !flags.json => prompt(flags, lang, style, Some(format!("lesson {name}"))),
        [name] => match input("-") {
            Ok(input) => script_in(flags, input, lang, style, Some(format!("lesson {name}")), true),
            Err(_) => 2,
        },
        ["print", name] => print(flags, name, lang, style),
        ["demo", name] => demo(flags, name, lang, style),
        ["new", name] => new(flags, name, lang),
        ["add", folder] => add(Path::new(folder), lang),
        _ => {
            eprintln!("sockscope: {}", say::lesson_words().plain(lang));
            2
        }
    }
}

/// The lesson that is meant.
fn found(flags: &Flags, name: &str, lang: Lang) -> Result<(Arc<Library>, Arc<Lesson>), i32> {
    let library = super::library(flags, lang);
    let lesson = library.find_lesson(lang, name).ok().and_then(|l| library.lesson(lang, &l.id));
    lesson.map(|lesson| (library, lesson)).ok_or_else(|| {
        eprintln!("sockscope: {}", crate::text::messages::play::lesson_unknown(name).plain(lang));
        2
    })
}

/// `lesson print NAME`: the whole lesson to be read, with its tries and what it asks; nothing is run.
fn print(flags: &Flags, name: &str, lang: Lang, style: Style) -> i32 {
    match found(flags, name, lang) {
        Ok((_, lesson)) => {
            let mut text = String::new();
            crate::markup::render(&crate::view::lesson::printed(&lesson, lang), style, &mut text);
            let _ = crate::repl::write_out(&text);
            0
        }
        Err(status) => status,
    }
}

/// `lesson demo NAME`: the lesson plays itself, every call real, for a class to watch.
fn demo(flags: &Flags, name: &str, lang: Lang, style: Style) -> i32 {
    match found(flags, name, lang) {
        Ok((_, lesson)) => {
            let lines = "skip\n".repeat(lesson.steps.len());
            script_in(
                flags,
                Input::Text("demo".into(), lines.into_bytes()),
                lang,
                style,
                Some(format!("lesson {}", lesson.id)),
                false,
            )
        }
        Err(status) => status,
    }
}

/// Tells what a file's trouble was.
fn trouble(path: &Path, e: &std::io::Error) -> i32 {
    eprintln!("sockscope: {}: {}", path.display(), why(e));
    2
}

/// `lesson new NAME`: a skeleton in both languages that passes `check`, in the folder of `--lessons` or here.
fn new(flags: &Flags, name: &str, lang: Lang) -> i32 {
    let good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !good {
        eprintln!("sockscope: {}", crate::text::messages::course::step_bad_id(name).plain(lang));
        return 2;
    }
    let folder = flags.lessons.clone().unwrap_or_else(|| ".".into());
    let files = Lang::ALL.map(|l| (folder.join(l.code()).join("course").join(format!("{name}.md")), l));
    if let Some((there, _)) = files.iter().find(|(path, _)| path.exists()) {
        eprintln!("sockscope: {}", say::exists(there.display().to_string()).plain(lang));
        return 2;
    }
    for (path, l) in &files {
        if let Err(e) = keep::write(path, skeleton(name, *l)) {
            return trouble(path, &e);
        }
        super::put(&say::created(path.display().to_string()).plain(lang));
    }
    super::put(&say::try_check(folder.display().to_string()).plain(lang));
    0
}

fn skeleton(name: &str, lang: Lang) -> String {
    let said = |text: Text| text.plain(lang);
    let (opening, title, text) = (said(say::opening()), said(say::step_title(1)), said(say::step_text()));
    let (hint, after) = (said(say::hint()), said(say::after()));
    format!(
        "---\ntitle: {name}\nlevel: beginner\nminutes: 5\n---\n\n{opening}\n\n## {title} {{#step-1}}\n\n{text}\n\n```try\nserver = socket inet \
         stream\nbind server 127.0.0.1:{{port}}\n```\n\n```check\nserver is bound to 127.0.0.1:{{port}}\n```\n\n```hint\n{hint}\n```\n\n{after}\n"
    )
}

/// `lesson add DIR`: the lessons of a folder become a course of the learner's, under the folder's name.
fn add(folder: &Path, lang: Lang) -> i32 {
    let name = folder.canonicalize().ok().and_then(|f| Some(f.file_name()?.to_string_lossy().into_owned()));
    let (Some(name), Some(data)) = (name, keep::data_folder()) else {
        return trouble(folder, &std::io::Error::from_raw_os_error(libc::ENOENT));
    };
    let library = Library::new(Some(folder.to_path_buf()));
    let mut files: Vec<PathBuf> = Vec::new();
    for listed in Lang::ALL.into_iter().flat_map(|l| library.lessons_of(l)) {
        if let Origin::File(path) = listed.origin {
            files.push(path);
        }
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        eprintln!("sockscope: {}", crate::text::messages::prove::no_lessons_in(folder.display().to_string()).plain(lang));
        return 2;
    }
    let course = data.join("courses").join(&name);
    for file in &files {
        let into = course.join(file.strip_prefix(folder).unwrap_or(file));
        let copied = std::fs::read_to_string(file).and_then(|text| keep::write(&into, text));
        if let Err(e) = copied {
            return trouble(file, &e);
        }
    }
    let stems: std::collections::BTreeSet<_> = files.iter().filter_map(|f| f.file_stem()).collect();
    super::put(&say::added(stems.len(), name).plain(lang));
    0
}

/// A sitting that is only asked about lessons.
pub(super) fn quiet_sitting(flags: &Flags, lang: Lang) -> std::sync::Arc<Sitting> {
    let library = super::library(flags, lang);
    let timeout = flags.timeout;
    let config = Config {
        interactive: false,
        recording: false,
        keep: false,
        keep_going: false,
        timeout,
        lang,
        library,
        data: crate::kernel::keep::data_folder(),
    };
    Sitting::new(config, crate::command::BUILTINS)
}

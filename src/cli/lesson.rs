//! `sockscope lesson`: the list, a lesson to be played, a skeleton to be written, a course to be added.

use super::{Flags, input, one_report, prompt, script_in};
use crate::command::progress::Asked;
use crate::event::Report;
use crate::markup::Style;
use crate::session::player::record::why;
use crate::session::{Config, Sitting};
use crate::text::Lang;
use std::io::IsTerminal;

pub(super) fn lesson(flags: &Flags, words: &[String], lang: Lang, style: Style) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            let rows = quiet_sitting(flags, lang).lesson_rows();
            one_report(flags, Report::Lessons(rows), lang, style)
        }
        [name] if std::io::stdin().is_terminal() && !flags.json => prompt(flags, lang, style, Some(format!("lesson {name}"))),
        [name] => match input("-") {
            Ok(input) => script_in(flags, input, lang, style, Some(format!("lesson {name}"))),
            Err(_) => 2,
        },
        _ => 2,
    }
}

/// `sockscope progress …`: the same words as at the prompt; `export` without a file writes to standard output.
pub(super) fn progress(flags: &Flags, words: &[String], lang: Lang, style: Style) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let sitting = quiet_sitting(flags, lang);
    let done = match words[..] {
        ["export"] => match sitting.progress() {
            Ok(progress) => {
                let _ = crate::repl::write_out(&progress.text());
                return 0;
            }
            Err(e) => Err(crate::text::messages::play::progress_trouble("progress", why(&e))),
        },
        _ => match Asked::read(&words) {
            Some(asked) => asked.run(&sitting),
            None => Err(crate::text::messages::play::progress_words()),
        },
    };
    match done {
        Ok(report) if flags.json => {
            let event = crate::event::Event { seq: 1, turn: 1, what: crate::event::What::Report(Box::new(report)) };
            let _ = crate::repl::write_out(&format!("{}\n", crate::view::json::line(&event, lang)));
            0
        }
        Ok(report) => one_report(flags, report, lang, style),
        Err(text) => {
            eprintln!("sockscope: {}", text.plain(lang));
            1
        }
    }
}

/// A sitting that is only asked about lessons.
fn quiet_sitting(flags: &Flags, lang: Lang) -> std::sync::Arc<Sitting> {
    let library = super::library(flags, lang);
    let timeout = flags.timeout;
    let config = Config { interactive: false, recording: false, keep: false, keep_going: false, timeout, lang, library, data: crate::kernel::keep::data_folder() };
    Sitting::new(config, crate::command::BUILTINS)
}

//! `sockscope lesson`: the list, a lesson to be played, a skeleton to be written, a course to be added.

use super::{Flags, input, one_report, prompt, script_in};
use crate::event::Report;
use crate::markup::Style;
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

/// A sitting that is only asked about lessons.
fn quiet_sitting(flags: &Flags, lang: Lang) -> std::sync::Arc<Sitting> {
    let library = super::library(flags, lang);
    let timeout = flags.timeout;
    let config = Config { interactive: false, recording: false, keep: false, keep_going: false, timeout, lang, library };
    Sitting::new(config, crate::command::BUILTINS)
}

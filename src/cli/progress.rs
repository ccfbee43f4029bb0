//! `sockscope progress …`: the same words as at the prompt; `export` without a file writes to standard output.

use super::lesson::quiet_sitting;
use super::{Flags, one_report};
use crate::command::progress::{Asked, Trouble, own_trouble};
use crate::event::{Event, What};
use crate::markup::Style;
use crate::repl::{write_bytes, write_out};
use crate::text::Lang;
use crate::text::messages::play as say;

/// The exit status: 2 for words that ask nothing and for a file that is no progress.
pub(super) fn progress(flags: &Flags, words: &[String], all: bool, lang: Lang, style: Style) -> i32 {
    // A file that may not grow (ulimit -f) is to be told, here too.
    crate::kernel::thread::prepare(false);
    let sitting = quiet_sitting(flags, lang);
    let words: Vec<&str> = words.iter().map(String::as_str).chain(all.then_some("--all")).collect();
    let done = match words[..] {
        ["export"] => match sitting.progress() {
            // A reader that has gone away is no trouble of ours.
            Ok(progress) => {
                let _ = write_bytes(&progress.text());
                return 0;
            }
            Err(e) => Err(Trouble::Own(own_trouble(&sitting, &e))),
        },
        _ => match Asked::read(&words) {
            Some(asked) => asked.run(&sitting),
            None => Err(Trouble::Brought(say::progress_words())),
        },
    };
    match done {
        Ok(report) if flags.json => {
            let event = Event { seq: 1, turn: 1, at_us: 0.0, what: What::Report(Box::new(report)) };
            let _ = write_out(&format!("{}\n", crate::view::json::line(&event, lang)));
            0
        }
        Ok(report) => one_report(flags, report, lang, style),
        Err(trouble) => {
            let status = if matches!(trouble, Trouble::Brought(_)) { 2 } else { 1 };
            eprintln!("sockscope: {}", trouble.text().plain(lang));
            status
        }
    }
}

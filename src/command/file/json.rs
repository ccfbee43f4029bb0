//! `.json`: the log, one event a line, as `--json` shows it and with all that a replay needs beside it.

use super::super::export::lost_words;
use super::{read, write};
use crate::command::look::report;
use crate::event::{Log, NotRecorded, RECORDED_FIELD, Report, read_line, replayed};
use crate::kernel::keep;
use crate::session::{Failure, Flow, Recording, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::file as say;
use crate::view::code::plan::Lost;
use crate::view::json;

pub fn save(turn: &Turn<'_>, path: &str) -> Result<Text, Failure> {
    let lang = turn.sitting.lang();
    let (text, count) = {
        let state = turn.sitting.lock();
        let events = state.told();
        if let Some(first) = crate::event::cut(events) {
            return Err(Failure::new(lost_words(&Lost::Cut(first))));
        }
        if events.is_empty() {
            return Err(Failure::new(lost_words(&Lost::Nothing)));
        }
        let mut text = format!(
            "{{\"kind\":\"recording\",\"sockscope\":\"{}\",\"date\":\"{}\",\"events\":{}}}\n",
            env!("CARGO_PKG_VERSION"),
            keep::today(),
            events.len()
        );
        for event in events {
            text.push_str(&json::kept(event, lang));
            text.push('\n');
        }
        (text, events.len())
    };
    write(turn, path, text)?;
    Ok(say::file_saved_log(path, count))
}

pub fn load(turn: &mut Turn<'_>, path: &str, _: bool) -> Verdict {
    let text = read(turn, path)?;
    let mut date = String::from("?");
    let mut events = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        if at == 0 && !line.contains(&format!("\"{RECORDED_FIELD}\":")) {
            let head: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            if head["kind"] == "recording" {
                date = head["date"].as_str().unwrap_or("?").to_string();
                continue;
            }
        }
        events.push(read_line(line).map_err(|e| {
            let why = match e {
                NotRecorded::Incomplete => return Failure::new(say::file_not_an_event(path, at + 1, say::file_incomplete())),
                NotRecorded::NoJson(why) | NotRecorded::Unknown(why) => why,
            };
            Failure::new(say::file_not_an_event(path, at + 1, why))
        })?);
    }
    if events.is_empty() {
        return Err(Failure::new(say::file_empty_recording(path)));
    }
    let table = replayed(&events, |call| crate::call::command(call.card(), None).is_some_and(|c| c.0.spec.moves));
    let count = events.len();
    let recording = Recording { file: path.to_string(), log: Log::of(events), table };
    turn.sitting.lock().recording_of = Some(Box::new(recording));
    report(turn, Report::Said(say::file_recording(path, date, count)));
    Ok(Flow::Done)
}

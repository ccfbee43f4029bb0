//! `undo`: the last line as if it had not been typed.

use super::export::lost_words;
use super::file::left_out;
use super::look::report;
use crate::event::{Event, Report, What};
use crate::grammar::{Example, Group, Spec};
use crate::session::again::Fresh;
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{demo as say, said};
use crate::view::code::plan::Lost;
use crate::view::script::script;
use std::time::{Duration, Instant};

/// What jobs answer to the lines that were run again may come so much later.
const SETTLES: Duration = Duration::from_millis(500);

pub const UNDO: Builtin = Builtin {
    spec: &Spec {
        name: "undo",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[],
        summary: said::sum_undo,
        examples: &[Example { before: "a b = socketpair unix stream; send a hello", line: "undo" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |_| Ok(Box::new(Undo)),
};

struct Undo;

impl Act for Undo {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        if turn.sitting.in_lesson() {
            return Err(Failure::new(say::undo_in_lesson()));
        }
        if turn.depth > 0 {
            return Err(Failure::new(say::undo_alone()));
        }
        let (line, lines) = {
            let state = turn.sitting.lock();
            if let Some(recording) = &state.recording_of {
                return Err(Failure::new(say::undo_recording(&recording.file)));
            }
            let events = state.told();
            let Some(at) = last_line(events) else {
                let why = if state.log.keep && state.recording { say::undo_nothing() } else { lost_words(&Lost::Nothing) };
                return Err(Failure::new(why));
            };
            let What::Typed { line, .. } = &events[at].what else { return Ok(Flow::Done) };
            let text = match script(&events[..at], &left_out, "") {
                Ok(text) => text,
                // No call stands before it.
                Err(Lost::Nothing) => String::new(),
                Err(lost) => return Err(Failure::new(lost_words(&lost))),
            };
            let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_string);
            (line.clone(), lines.collect::<Vec<_>>())
        };
        turn.sitting.start_over(turn.clock, Some(turn.number), Some(say::undone(&line, lines.len())));
        let fresh = Fresh::of(lines.iter().map(String::as_str));
        let failed = lines.iter().find_map(|line| {
            let line = fresh.line(line);
            let verdict = turn.sitting.run_again(turn.clock, &line);
            verdict.err().map(|f| (line, f))
        });
        settle(turn);
        let ports: Option<Text> = fresh.changed().then(|| say::other_ports(fresh.said()));
        turn.sitting.again_over(Some(turn.number), ports);
        if let Some((line, failure)) = failed {
            return Err(Failure { said: false, ..Failure::new(say::undo_failed(line, failure.reason)) });
        }
        report(turn, Report::Said(say::undo_done()));
        Ok(Flow::Done)
    }
}

/// The last line that did something: one that only looked, or was refused, left nothing to be taken back.
fn last_line(events: &[Event]) -> Option<usize> {
    events.iter().enumerate().rev().find_map(|(at, e)| {
        let What::Typed { line, round: None, .. } = &e.what else { return None };
        let refused = events[at..].iter().any(|o| o.turn == e.turn && matches!(o.what, What::Refused { .. }));
        let next = events[at + 1..].iter().position(|o| matches!(o.what, What::Typed { round: None, .. }));
        let until = next.map_or(events.len(), |n| at + 1 + n);
        let called = events[at..until].iter().any(|o| matches!(o.what, What::Called { .. }));
        (!refused && (called || super::acts(line))).then_some(at)
    })
}

/// Waits a moment for the answers of jobs.
fn settle(turn: &Turn<'_>) {
    let end = Instant::now() + SETTLES;
    let mut state = turn.sitting.lock();
    while state.jobs.iter().any(|j| j.waiting() && j.call().is_some() && answers_soon(j)) && Instant::now() < end {
        state = turn.sitting.wait_changed(state, Duration::from_millis(5));
    }
}

/// A job whose call has returned already, and only its thread has not said so yet.
fn answers_soon(job: &crate::session::Job) -> bool {
    job.clock.inside().is_none()
}

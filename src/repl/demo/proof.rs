//! Before class: every line of a demo is run here, as it would be at the prompt, and nobody watches.

use super::Demo;
use crate::event::{Report, What};
use crate::kernel::thread;
use crate::repl::Prompt;
use crate::repl::carry::{carry_out_each, carry_out_one};
use crate::repl::desk::{Desk, Errand};
use crate::repl::front::Front;
use crate::text::Text;
use crate::text::messages::demo as say;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// So long a lesson may take to pass a step.
const PASSES: Duration = Duration::from_secs(3);

/// What was found.
pub struct Found {
    pub line: usize,
    pub what: Text,
    /// The demo does not run here; otherwise only a remark.
    pub fails: bool,
}

/// Runs the demo of `options`; the calling thread becomes the learner's, whose descriptors the sockets are.
pub fn prove(options: Prompt) -> Vec<Found> {
    thread::prepare(false);
    let desk = Desk::new(options.sitting(None));
    let teller = Arc::new(Mutex::new(options.teller(false)));
    let front = Front { desk: desk.clone(), teller, options, waited: AtomicBool::new(false) };
    let body = move || {
        thread::own_table();
        let found = front.options.demo.as_ref().map(|demo| lines(&front, demo)).unwrap_or_default();
        front.sitting().leave();
        front.desk.close();
        found
    };
    let Ok(driver) = std::thread::Builder::new().name("proof".into()).spawn(body) else { return Vec::new() };
    desk.serve(1);
    driver.join().unwrap_or_default()
}

fn lines(front: &Front, demo: &Demo) -> Vec<Found> {
    // Nothing is told from here on.
    carry_out_one(
        front,
        Errand::Do(Box::new(|s, clock| {
            let _ = s.start_over(clock, None, None);
        })),
    );
    if let Some((lesson, trusted)) = &demo.lesson {
        let (lesson, trusted) = (lesson.clone(), *trusted);
        carry_out_one(front, Errand::Do(Box::new(move |s, clock| s.begin_lesson(clock, lesson, trusted, 0))));
    }
    let mut found = Vec::new();
    let limit = front.sitting().config.timeout;
    // What was refused in the step: the likeliest reason why it is not passed.
    let mut refused: Option<(usize, Text)> = None;
    for (at, line) in demo.lines.iter().enumerate() {
        let seq = front.sitting().lock().log.next_seq() - 1;
        front.waited.store(false, Ordering::Relaxed);
        // A call that waits becomes a job, and `until` has a limit of its own; `wait` has none.
        let (endless, mut late) = (!line.text.contains("until "), false);
        let quit = carry_out_each(front, &front.sitting().lesson_words(&line.text), &mut |since| {
            if endless && since >= limit && !late {
                late = true;
                front.desk.stopped.store(true, Ordering::Relaxed);
            }
        });
        if late {
            front.desk.stopped.store(false, Ordering::Relaxed);
            let limit = crate::grammar::number::show_duration(limit);
            found.push(Found { line: line.line, what: say::line_endless(limit), fails: true });
            break;
        }
        match line.step {
            // A lesson fails on purpose now and then; its checks say whether all is well.
            Some(step) => {
                refused = refused.or_else(|| refusal(front, seq).map(|reason| (line.line, reason)));
                if demo.lines.get(at + 1).is_none_or(|next| next.step != Some(step)) {
                    if !reaches(front, step + 1) {
                        let (line, what) = refused.unwrap_or_else(|| (line.line, say::step_not_passed(step + 1)));
                        found.push(Found { line, what, fails: true });
                        break;
                    }
                    refused = None;
                }
            }
            None => {
                let what = failure(front, seq);
                found.extend(what.map(|what| Found { line: line.line, what, fails: true }));
                if front.waited.load(Ordering::Relaxed) {
                    let patience = front.sitting().lock().settings.patience;
                    let what = say::waits_at(crate::grammar::number::show_duration(patience));
                    found.push(Found { line: line.line, what, fails: false });
                }
            }
        }
        if quit {
            let left = demo.lines.len() - at - 1;
            found.extend((left > 0).then(|| Found { line: line.line, what: say::ends_here(left), fails: true }));
            break;
        }
    }
    found
}

/// Why a line was refused, from what was recorded behind `seq`.
fn refusal(front: &Front, seq: u64) -> Option<Text> {
    let state = front.sitting().lock();
    state.log.since(seq).iter().find_map(|e| match &e.what {
        What::Refused { refusal, .. } => Some(refusal.reason.clone()),
        _ => None,
    })
}

/// Why a line failed, from what was recorded behind `seq`.
fn failure(front: &Front, seq: u64) -> Option<Text> {
    let state = front.sitting().lock();
    let mut errno = None;
    for event in state.log.since(seq) {
        match &event.what {
            What::Refused { refusal, .. } => return Some(refusal.reason.clone()),
            What::Fault { reason, .. } => return Some(reason.clone()),
            What::Returned(r) if r.job.is_none() => {
                let failed = r.outcome.errno().filter(|_| !r.expected);
                errno = failed.map(|e| crate::text::messages::said::call_failed(r.call.card(), e.name().into_owned(), e.words()));
            }
            What::Done { ok: false, reason } => {
                let unknown = || crate::text::messages::said::stopped();
                return Some(reason.clone().or(errno.take()).unwrap_or_else(unknown));
            }
            What::Report(report) if matches!(**report, Report::Again { .. }) => {}
            _ => {}
        }
    }
    None
}

/// Whether the lesson comes to a step, from 0, or is over: what it checks may take a moment to be so, and no kernel tells when it is.
pub(super) fn reaches(front: &Front, step: usize) -> bool {
    let end = Instant::now() + PASSES;
    loop {
        if front.sitting().lesson_position().is_none_or(|(number, ..)| number > step) {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        carry_out_one(front, Errand::Line(String::new()));
        std::thread::sleep(Duration::from_millis(5));
    }
}

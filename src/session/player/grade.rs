//! Judging a transcript again: its lines are carried out for real, on fresh ports, and the checks decide, not what the file says of itself.

use super::Mode;
use super::transcript::{BEGINS, HEADER, LESSON, WAITS};
use crate::event::{Event, How, Play, Played, What};
use crate::kernel::CallClock;
use crate::kernel::clock::Kick;
use crate::lesson::course::Lesson;
use crate::session::{Builtin, Config, Sink, Sitting};
use crate::text::Text;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A whole transcript takes no longer.
const LIMIT: Duration = Duration::from_secs(120);

/// What a learner typed in a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    pub lesson: String,
    pub lines: Vec<Line>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Typed(String),
    /// A sitting began at this step, from 0.
    Begins(usize),
}

/// What became of one step.
#[derive(Debug, Clone)]
pub struct GradedStep {
    pub id: String,
    pub title: String,
    pub met: bool,
    /// The lesson did it, not the learner.
    pub skipped: bool,
    pub attempts: u32,
    pub hints: u32,
    pub guesses: u32,
    pub right: u32,
    /// What is missing, and what is seen.
    pub missing: Option<(Text, Text)>,
}

/// A transcript, judged.
#[derive(Debug, Clone)]
pub struct Grade {
    pub lesson: String,
    pub steps: Vec<GradedStep>,
}

impl Transcript {
    /// Reads a transcript of ours, or the events of `--json`; `None` if it is neither.
    pub fn read(text: &str) -> Option<Transcript> {
        if text.trim_start().starts_with('{') { Self::events(text) } else { Self::script(text) }
    }

    fn script(text: &str) -> Option<Transcript> {
        let mut transcript = Transcript::default();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && *l != HEADER) {
            if let Some(lesson) = line.strip_prefix(LESSON) {
                transcript.lesson = lesson.trim().to_string();
            } else if let Some(step) = line.strip_prefix(BEGINS) {
                transcript.lines.push(Line::Begins(step.trim().parse::<usize>().unwrap_or(1).saturating_sub(1)));
            } else if line == WAITS {
                if let Some(Line::Typed(waited)) =
                    transcript.lines.last_mut().filter(|l| !matches!(l, Line::Typed(t) if t.ends_with('&')))
                {
                    waited.push_str(" &");
                }
            } else if !line.starts_with('#') {
                transcript.lines.push(Line::Typed(line.to_string()));
            }
        }
        (!transcript.lesson.is_empty()).then_some(transcript)
    }

    fn events(text: &str) -> Option<Transcript> {
        let mut transcript = Transcript::default();
        for event in text.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok()) {
            match event["kind"].as_str() {
                Some("typed") if event["lesson"] != true => {
                    let line = event["line"].as_str().unwrap_or_default().trim();
                    match line.strip_prefix("lesson ") {
                        Some(lesson) if transcript.lesson.is_empty() => transcript.lesson = lesson.trim().to_string(),
                        _ if !transcript.lesson.is_empty() => transcript.lines.push(Line::Typed(line.to_string())),
                        _ => {}
                    }
                }
                Some("lesson") if event["what"] == "began" => {
                    transcript.lesson = event["lesson"].as_str().unwrap_or_default().to_string();
                    let at = event["number"].as_u64().unwrap_or(1) as usize;
                    transcript.lines.push(Line::Begins(at.saturating_sub(1)));
                }
                Some("backgrounded") => {
                    if let Some(Line::Typed(waited)) = transcript.lines.last_mut() {
                        waited.push_str(" &");
                    }
                }
                _ => {}
            }
        }
        (!transcript.lesson.is_empty()).then_some(transcript)
    }
}

/// What happened in the lesson: the log may have forgotten it behind a line that was repeated a million times.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Played>>>);

impl Sink for Heard {
    fn event(&mut self, event: &Event, _: &[Event]) {
        if let What::Lesson(played) = &event.what
            && !matches!(played.what, Play::Goals { .. } | Play::Printed { .. })
        {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((**played).clone());
        }
    }
}

/// Carries the lines out and judges them. A transcript is somebody else's: its lines reach no other machine, no file and no path that
/// the lesson did not draw.
pub fn grade(transcript: &Transcript, lesson: &Arc<Lesson>, config: Config, builtins: &'static [Builtin]) -> Grade {
    let sitting =
        Sitting::new(Config { data: None, interactive: false, recording: true, keep: true, keep_going: true, ..config }, builtins);
    let heard = Heard::default();
    {
        let mut state = sitting.lock();
        state.guarded = true;
        state.sinks.push(Box::new(heard.clone()));
    }
    let clock = Arc::new(CallClock::here());
    super::prove::watch(&clock);
    let begun = Instant::now();
    sitting.begin_lesson(&clock, lesson.clone(), true, 0);
    for line in &transcript.lines {
        if begun.elapsed() > LIMIT || sitting.lock().player.is_none() {
            break;
        }
        match line {
            Line::Begins(0) => {}
            Line::Begins(step) => {
                let at = sitting.with_player(|_, player| player.at);
                // The steps that the file claims as done are those that were met here.
                if at.is_some_and(|at| *step <= at) {
                    sitting.go_to(&clock, *step);
                }
            }
            Line::Typed(text) if ["quit", "exit", "bye"].contains(&text.as_str()) => {}
            Line::Typed(text) => {
                let line = sitting.with_player(|_, player| player.values.fill(text)).unwrap_or_default();
                limited(&clock, || {
                    let _ = sitting.run_text(&clock, &line, &mut Default::default());
                });
            }
        }
    }
    let graded = collect(&sitting, lesson, &heard);
    drop(super::prove::Scene { sitting, clock });
    graded
}

/// A line that repeats for ever is stopped.
fn limited(clock: &Arc<CallClock>, body: impl FnOnce()) {
    clock.clear();
    let (done, over) = std::sync::mpsc::channel::<()>();
    let other = clock.clone();
    let watch = std::thread::spawn(move || {
        if over.recv_timeout(Duration::from_secs(20)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            other.ask_to_stop(Kick::Timeout);
        }
    });
    body();
    drop(done);
    let _ = watch.join();
}

fn collect(sitting: &Arc<Sitting>, lesson: &Lesson, heard: &Heard) -> Grade {
    let missing = sitting.with_player(|state, player| {
        let judged = player.judge(state);
        (player.step().id.clone(), player.mode, judged.first_unmet().map(|g| (g.goal.clone(), g.seen.clone())))
    });
    let blank = |step: &crate::lesson::course::Step| GradedStep {
        id: step.id.clone(),
        title: step.title.clone(),
        met: false,
        skipped: false,
        attempts: 0,
        hints: 0,
        guesses: 0,
        right: 0,
        missing: None,
    };
    let mut steps: Vec<GradedStep> = lesson.steps.iter().map(blank).collect();
    for played in heard.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let Some(step) = steps.iter_mut().find(|s| s.id == played.step) else { continue };
        match &played.what {
            Play::Passed { how, attempts, .. } => {
                step.skipped = *how == How::Skipped && (!step.met || step.skipped);
                step.met = true;
                step.attempts += attempts;
            }
            Play::Hinted { .. } | Play::Solution { .. } => step.hints += 1,
            Play::Answered { guess: Some(guess), right, .. } if !guess.is_empty() => {
                step.guesses += 1;
                step.right += u32::from(*right == Some(true));
            }
            _ => {}
        }
    }
    if let Some((id, mode, missing)) = missing {
        let over = steps.iter().all(|s| s.met) && mode != Mode::Testing;
        if let Some(step) = steps.iter_mut().find(|s| s.id == id && !over) {
            step.missing = missing;
            step.met = false;
        }
    }
    Grade { lesson: lesson.id.clone(), steps }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_transcripts_are_read() {
        let script = "# sockscope transcript 1\n# lesson waiting\n# begins at step 1\naccept server\n# that waited\n\ncancel\n# begins at step 2\nhint\n";
        let typed = |t: &str| Line::Typed(t.to_string());
        let lines = vec![Line::Begins(0), typed("accept server &"), typed("cancel"), Line::Begins(1), typed("hint")];
        assert_eq!(Transcript::read(script), Some(Transcript { lesson: "waiting".into(), lines: lines.clone() }));
        let events = r#"{"seq":1,"kind":"typed","line":"lesson waiting"}
{"kind":"lesson","what":"began","lesson":"waiting","number":1}
{"kind":"typed","line":"server = socket inet stream","lesson":true}
{"kind":"typed","line":"accept server"}
{"kind":"backgrounded","job":1}
not json
{"kind":"typed","line":"cancel"}"#;
        assert_eq!(Transcript::read(events), Some(Transcript { lesson: "waiting".into(), lines: lines[..3].to_vec() }));
        assert_eq!(Transcript::read("server = socket inet stream\n"), None);
        assert_eq!(Transcript::read("{\"kind\":1}"), None);
    }
}

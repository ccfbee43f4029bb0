//! What a learner has done of the lessons: plain text, a line a step, known by the lesson's and the step's id.
//!
//! Lines that nobody understands, of a newer version or of a lesson that is gone, are kept as they are.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The first line of the file.
const HEADER: &str = "# sockscope progress 1";

/// What became of one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepProgress {
    pub done: bool,
    /// The lesson did it, never the learner.
    pub skipped: bool,
    pub attempts: u32,
    pub hints: u32,
    pub skips: u32,
    pub solutions: u32,
    pub guesses: u32,
    pub right: u32,
    /// The day it was first passed: `2026-11-24`.
    pub at: Option<String>,
    /// Words of a newer version.
    more: Vec<String>,
}

/// What is known of every step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// By lesson and step.
    pub steps: BTreeMap<(String, String), StepProgress>,
    /// Lines that could not be read.
    kept: Vec<String>,
}

impl StepProgress {
    /// A step that is passed, without a word on how.
    pub fn passed(at: Option<String>) -> StepProgress {
        StepProgress { done: true, at, ..StepProgress::default() }
    }

    /// What was done more.
    pub fn add(&mut self, more: &StepProgress) {
        self.skipped = if more.done { !self.done && more.skipped } else { self.skipped };
        self.skipped &= !(more.done && !more.skipped);
        self.done |= more.done;
        for (mine, theirs) in self.counts().into_iter().zip(more.clone().counts()) {
            *mine = mine.saturating_add(*theirs);
        }
        self.at = self.at.take().or_else(|| more.at.clone());
    }

    /// The same step as another file tells it: nothing is counted twice, so to merge twice changes nothing.
    fn merge(&mut self, other: &StepProgress) {
        self.skipped = match (self.done, other.done) {
            (true, true) => self.skipped && other.skipped,
            (false, true) => other.skipped,
            _ => self.skipped,
        };
        self.done |= other.done;
        for (mine, theirs) in self.counts().into_iter().zip(other.clone().counts()) {
            *mine = (*mine).max(*theirs);
        }
        self.at = match (self.at.take(), other.at.clone()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn counts(&mut self) -> [&mut u32; 6] {
        [&mut self.attempts, &mut self.hints, &mut self.skips, &mut self.solutions, &mut self.guesses, &mut self.right]
    }

    fn read(words: &[&str]) -> Option<StepProgress> {
        let mut step = StepProgress::default();
        match *words.first()? {
            "done" => step.done = true,
            "skipped" => (step.done, step.skipped) = (true, true),
            "begun" => {}
            _ => return None,
        }
        for word in &words[1..] {
            let count = |v: &str| v.parse::<u32>().ok();
            let (key, value) = word.split_once('=')?;
            let place = match key {
                "attempts" => &mut step.attempts,
                "hints" => &mut step.hints,
                "skips" => &mut step.skips,
                "solutions" => &mut step.solutions,
                "guesses" => &mut step.guesses,
                "right" => &mut step.right,
                "at" => {
                    step.at = Some(value.to_string());
                    continue;
                }
                _ => {
                    step.more.push(word.to_string());
                    continue;
                }
            };
            *place = count(value)?;
        }
        Some(step)
    }

    fn line(&self, lesson: &str, step: &str) -> String {
        let word = match (self.done, self.skipped) {
            (true, false) => "done",
            (true, true) => "skipped",
            (false, _) => "begun",
        };
        let mut line = format!(
            "{lesson}/{step} {word} attempts={} hints={} skips={} solutions={} guesses={} right={}",
            self.attempts, self.hints, self.skips, self.solutions, self.guesses, self.right
        );
        if let Some(at) = &self.at {
            let _ = write!(line, " at={at}");
        }
        for word in &self.more {
            let _ = write!(line, " {word}");
        }
        line
    }
}

impl Progress {
    /// Reads a file's text.
    pub fn read(text: &str) -> Progress {
        let mut progress = Progress::default();
        for line in text.lines().map(str::trim_end).filter(|l| !l.is_empty() && *l != HEADER) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let key =
                words.first().and_then(|w| w.rsplit_once('/')).filter(|(lesson, step)| !lesson.is_empty() && !step.is_empty());
            match (key, StepProgress::read(&words[1..])) {
                (Some((lesson, step)), Some(found)) => {
                    progress.steps.entry((lesson.to_string(), step.to_string())).or_default().merge_all(found);
                }
                _ => progress.kept.push(line.to_string()),
            }
        }
        progress
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for ((lesson, step), progress) in &self.steps {
            text.push_str(&progress.line(lesson, step));
            text.push('\n');
        }
        for line in &self.kept {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Counts what was done in a step.
    pub fn add(&mut self, lesson: &str, step: &str, more: &StepProgress) {
        self.steps.entry((lesson.to_string(), step.to_string())).or_default().add(more);
    }

    /// Takes in what another file tells.
    pub fn merge(&mut self, other: &Progress) {
        for (key, step) in &other.steps {
            self.steps.entry(key.clone()).or_default().merge(step);
        }
        for line in &other.kept {
            if !self.kept.contains(line) {
                self.kept.push(line.clone());
            }
        }
    }

    /// Forgets a lesson; says whether anything was known of it.
    pub fn forget(&mut self, lesson: &str) -> bool {
        let before = self.steps.len();
        self.steps.retain(|(of, _), _| of != lesson);
        self.steps.len() != before
    }

    pub fn of(&self, lesson: &str, step: &str) -> Option<&StepProgress> {
        self.steps.get(&(lesson.to_string(), step.to_string()))
    }

    pub fn is_done(&self, lesson: &str, step: &str) -> bool {
        self.of(lesson, step).is_some_and(|s| s.done)
    }

    /// How many lines were kept unread.
    pub fn unread(&self) -> usize {
        self.kept.iter().filter(|l| !l.starts_with('#')).count()
    }
}

impl StepProgress {
    /// A line that stands twice counts once; words of a newer version are those of the last.
    fn merge_all(&mut self, other: StepProgress) {
        self.merge(&other);
        self.more = other.more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# sockscope progress 1\n\
        first-tcp/bind done attempts=2 hints=1 skips=0 solutions=0 guesses=1 right=1 at=2026-11-24 mood=good\n\
        first-tcp/listen skipped attempts=3 hints=0 skips=1 solutions=0 guesses=0 right=0\n\
        what is this\n";

    #[test]
    fn a_file_is_read_and_written_alike_with_what_nobody_understands() {
        let progress = Progress::read(TEXT);
        assert_eq!(progress.text(), TEXT);
        assert_eq!(progress.unread(), 1);
        assert!(progress.is_done("first-tcp", "bind") && progress.is_done("first-tcp", "listen"));
        assert!(!progress.is_done("first-tcp", "accept"));
        assert_eq!(Progress::read(&format!("{TEXT}{TEXT}")).text(), TEXT.replace("what is this\n", "what is this\nwhat is this\n"));
    }

    #[test]
    fn doing_adds_and_merging_does_not() {
        let mut progress = Progress::read(TEXT);
        let more = StepProgress { done: true, attempts: 2, at: Some("2026-12-01".into()), ..StepProgress::default() };
        progress.add("first-tcp", "listen", &more);
        let listen = progress.of("first-tcp", "listen").unwrap();
        assert_eq!((listen.done, listen.skipped, listen.attempts, listen.skips), (true, false, 5, 1));
        let mut merged = Progress::read(TEXT);
        merged.merge(&progress);
        merged.merge(&progress);
        assert_eq!(merged.text(), progress.text());
        assert!(merged.forget("first-tcp") && !merged.forget("first-tcp"));
        assert_eq!(merged.unread(), 1);
    }

    #[test]
    fn no_bytes_make_it_fall_over() {
        for text in ["", "\0", "/ done", "a/b done x", "a/b done attempts=99999999999", "a/b", "a/ done"] {
            let progress = Progress::read(text);
            assert!(progress.steps.is_empty(), "{text:?}");
        }
    }
}

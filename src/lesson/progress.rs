//! What a learner has done of the lessons: plain text, a line a step, known by the lesson's and the step's id.
//!
//! Lines that nobody understands, of a newer version, broken, or no text at all, are kept as they are, and so are those of steps that no
//! lesson has any more. Where the text lies is not known here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The first line of the file.
const HEADER: &str = "# sockscope progress 1";
/// What it begins with in every version.
const OURS: &[u8] = b"# sockscope progress ";

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
    /// Lines that could not be read, and remarks.
    kept: Vec<Vec<u8>>,
}

impl StepProgress {
    /// A step that is passed, without a word on how.
    pub fn passed(at: Option<String>) -> StepProgress {
        StepProgress { done: true, at, ..StepProgress::default() }
    }

    /// Done if either is; skipped only while nobody but the lesson did it.
    fn pass(&mut self, other: &StepProgress) {
        self.skipped = match (self.done, other.done) {
            (true, true) => self.skipped && other.skipped,
            (false, true) => other.skipped,
            _ => self.skipped,
        };
        self.done |= other.done;
    }

    /// What was done more.
    pub fn add(&mut self, more: &StepProgress) {
        self.pass(more);
        for (mine, theirs) in self.counts().into_iter().zip(more.clone().counts()) {
            *mine = mine.saturating_add(*theirs);
        }
        self.at = self.at.take().or_else(|| more.at.clone());
    }

    /// The same step as another file tells it: nothing is counted twice, so to merge twice changes nothing.
    fn merge(&mut self, other: &StepProgress) {
        self.pass(other);
        for (mine, theirs) in self.counts().into_iter().zip(other.clone().counts()) {
            *mine = (*mine).max(*theirs);
        }
        for word in &other.more {
            if !self.more.contains(word) {
                self.more.push(word.clone());
            }
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
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            let place = match key {
                "attempts" => &mut step.attempts,
                "hints" => &mut step.hints,
                "skips" => &mut step.skips,
                "solutions" => &mut step.solutions,
                "guesses" => &mut step.guesses,
                "right" => &mut step.right,
                "at" if !value.is_empty() => {
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
            "{}/{} {word} attempts={} hints={} skips={} solutions={} guesses={} right={}",
            one_word(lesson),
            one_word(step),
            self.attempts,
            self.hints,
            self.skips,
            self.solutions,
            self.guesses,
            self.right
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
    /// Reads what a file holds.
    pub fn read(text: &[u8]) -> Progress {
        let mut progress = Progress::default();
        // Some editors put a byte order mark before the first line.
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        for line in text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end) {
            if line.is_empty() || line == HEADER.as_bytes() {
                continue;
            }
            match std::str::from_utf8(line).ok().and_then(entry) {
                // A line that stands twice counts once.
                Some((key, found)) => progress.steps.entry(key).or_default().merge(&found),
                None => progress.kept.push(line.to_vec()),
            }
        }
        progress
    }

    /// Reads what somebody brings; nothing if it is no progress at all.
    pub fn brought(text: &[u8]) -> Option<Progress> {
        let progress = Progress::read(text);
        (text.starts_with(OURS) || !progress.steps.is_empty()).then_some(progress)
    }

    /// What the file is to hold.
    pub fn text(&self) -> Vec<u8> {
        let lines = self.steps.iter().map(|((lesson, step), progress)| progress.line(lesson, step).into_bytes());
        let mut text = Vec::new();
        for line in std::iter::once(HEADER.into()).chain(lines).chain(self.kept.iter().cloned()) {
            text.extend(line);
            text.push(b'\n');
        }
        text
    }

    /// Counts what was done in a step. One without an id is nothing that could be found again.
    pub fn add(&mut self, lesson: &str, step: &str, more: &StepProgress) {
        if lesson.is_empty() || step.is_empty() {
            return;
        }
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

    /// Forgets a lesson, also in lines that could not be read; says whether anything was known of it.
    pub fn forget(&mut self, lesson: &str) -> bool {
        let before = self.steps.len() + self.kept.len();
        self.steps.retain(|(of, _), _| of != lesson);
        let own = format!("{}/", one_word(lesson)).into_bytes();
        self.kept.retain(|line| !line.trim_ascii_start().starts_with(&own));
        self.steps.len() + self.kept.len() != before
    }

    /// Forgets everything.
    pub fn forget_all(&mut self) {
        *self = Progress::default();
    }

    /// How many of a lesson's steps are done. Those that it has no more do not count.
    pub fn done_of(&self, lesson: &str, steps: &[String]) -> usize {
        steps.iter().filter(|step| self.is_done(lesson, step)).count()
    }

    pub fn of(&self, lesson: &str, step: &str) -> Option<&StepProgress> {
        self.steps.get(&(lesson.to_string(), step.to_string()))
    }

    pub fn is_done(&self, lesson: &str, step: &str) -> bool {
        self.of(lesson, step).is_some_and(|s| s.done)
    }

    /// How many lines were kept unread.
    pub fn unread(&self) -> usize {
        self.kept.iter().filter(|l| !l.starts_with(b"#")).count()
    }
}

/// A line's lesson and step, and what became of it.
fn entry(line: &str) -> Option<((String, String), StepProgress)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (lesson, step) = words.first()?.rsplit_once('/')?;
    let key = (as_named(lesson)?, as_named(step)?);
    (!key.0.is_empty() && !key.1.is_empty()).then_some((key, StepProgress::read(&words[1..])?))
}

/// An id as one word of a line: somebody's own file may be called `my lesson.md`. Written as in a URL.
fn one_word(id: &str) -> Cow<'_, str> {
    let plain = |c: char| !(c.is_whitespace() || c.is_control() || c == '%' || c == '/');
    if id.chars().all(plain) {
        return id.into();
    }
    let mut word = String::new();
    for c in id.chars() {
        if plain(c) {
            word.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| word.push_str(&format!("%{b:02X}")));
        }
    }
    word.into()
}

/// The id that [`one_word`] was made of; none if a `%` begins nothing.
fn as_named(word: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut parts = word.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# sockscope progress 1\n\
        first-tcp/bind done attempts=2 hints=1 skips=0 solutions=0 guesses=1 right=1 at=2026-11-24 mood=good\n\
        first-tcp/listen skipped attempts=3 hints=0 skips=1 solutions=0 guesses=0 right=0\n\
        what is this\n";

    fn text(progress: &Progress) -> String {
        String::from_utf8(progress.text()).unwrap()
    }

    #[test]
    fn a_file_is_read_and_written_alike_with_what_nobody_understands() {
        let progress = Progress::read(TEXT.as_bytes());
        assert_eq!(text(&progress), TEXT);
        assert_eq!(progress.unread(), 1);
        assert!(progress.is_done("first-tcp", "bind") && progress.is_done("first-tcp", "listen"));
        assert!(!progress.is_done("first-tcp", "accept"));
        let twice = Progress::read(format!("\u{feff}{TEXT}{TEXT}").as_bytes());
        assert_eq!(text(&twice), TEXT.replace("what is this\n", "what is this\nwhat is this\n"));
        // A remark is no trouble; bytes that are no text are, and remain.
        let odd = b"# sockscope progress 1\na/b done\xff\n# mine\n  a/c done  \r\n";
        let progress = Progress::read(odd);
        assert_eq!((progress.unread(), progress.is_done("a", "c"), progress.is_done("a", "b")), (1, true, false));
        assert!(progress.text().ends_with(b" right=0\na/b done\xff\n# mine\n"), "{:?}", progress.text().escape_ascii());
    }

    #[test]
    fn ids_are_one_word_whatever_they_hold() {
        let mut progress = Progress::default();
        let ids = [("my lesson", "a/b"), ("100%", "%41"), ("ours:第一课", "一\u{3000}二\n"), ("#x", "y")];
        for (lesson, step) in ids {
            progress.add(lesson, step, &StepProgress::passed(None));
        }
        progress.add("x", "", &StepProgress::passed(None));
        assert_eq!(progress.steps.len(), ids.len());
        assert_eq!(Progress::read(&progress.text()), progress);
        assert!(text(&progress).contains("my%20lesson/a%2Fb done ") && text(&progress).contains("ours:第一课/"));
        assert!(progress.forget("my lesson"));
    }

    #[test]
    fn what_is_no_progress_is_not_taken_for_it() {
        assert_eq!(Progress::brought(b"localhost\n"), None);
        assert_eq!(Progress::brought(b""), None);
        assert!(Progress::brought(b"# sockscope progress 2\na/b mastered\n").is_some_and(|p| p.unread() == 1));
        assert!(Progress::brought(b"a/b done\n").is_some_and(|p| p.is_done("a", "b")));
    }

    #[test]
    fn steps_that_a_lesson_has_no_more_do_not_count_for_it() {
        let progress = Progress::read(TEXT.as_bytes());
        assert_eq!(progress.done_of("first-tcp", &["listen".into(), "new".into()]), 1);
        assert_eq!(progress.done_of("first-tcp", &[]), 0);
    }

    #[test]
    fn doing_adds_and_merging_does_not() {
        let mut progress = Progress::read(TEXT.as_bytes());
        let again = StepProgress { done: true, skipped: true, ..StepProgress::default() };
        progress.add("first-tcp", "listen", &again);
        assert!(progress.of("first-tcp", "listen").unwrap().skipped, "skipped twice is not done");
        progress.add("first-tcp", "bind", &again);
        assert!(!progress.of("first-tcp", "bind").unwrap().skipped, "what was done once is done");
        let more = StepProgress { done: true, attempts: 2, at: Some("2026-12-01".into()), ..StepProgress::default() };
        progress.add("first-tcp", "listen", &more);
        let listen = progress.of("first-tcp", "listen").unwrap();
        assert_eq!((listen.done, listen.skipped, listen.attempts, listen.skips), (true, false, 5, 1));
        let mut merged = Progress::read(TEXT.as_bytes());
        merged.merge(&progress);
        merged.merge(&progress);
        assert_eq!(merged.text(), progress.text());
        merged.merge(&Progress::read(b"first-tcp/bind begun mood=bad\n# sockscope progress 1\nwhat is this\n"));
        assert!(text(&merged).contains(" mood=good mood=bad\n") && merged.is_done("first-tcp", "bind"));
        merged.merge(&Progress::read(b"first-tcp/accept done attempts=many"));
        assert_eq!(merged.unread(), 2);
        assert!(merged.forget("first-tcp") && !merged.forget("first-tcp"));
        assert_eq!(merged.unread(), 1, "the lesson's own unread line goes with it");
        merged.forget_all();
        assert_eq!(text(&merged), "# sockscope progress 1\n");
    }

    #[test]
    fn no_bytes_make_it_fall_over() {
        for text in
            ["", "\0", "/ done", "a/b done attempts=99999999999", "a/b done attempts", "a/b", "a/ done", "a/%4 done", "a/%中 done"]
        {
            let progress = Progress::read(text.as_bytes());
            assert!(progress.steps.is_empty(), "{text:?}");
        }
    }
}

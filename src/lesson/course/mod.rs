//! Guided lessons: what a file of `course/` says, as values. Who plays them, and how they look, is not known here.
//!
//! The words of fences, ids, command lines and checks are the same in every language; a lesson in two languages is one lesson.

mod compare;
mod front;
mod predict;
mod read;
mod review;
mod shelf;
mod values;

#[cfg(test)]
mod tests;

pub use compare::compare;
pub use front::{Front, Level};
pub use read::read;
pub use review::{Known, review};
pub use shelf::{Listed, Origin, built_in, id_of};
pub use values::{HOLES, Values, check_text};

use super::check::Check;
use crate::grammar::refusal::{Code, Why};
use crate::grammar::{Handle, World};
use crate::markup::{Doc, Span};
use crate::text::Text;
use crate::vocabulary::Errno;

/// A guided lesson in one language.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// What progress and other lessons know it by: the file's name without its number.
    pub id: String,
    pub front: Front,
    /// What is told before the first step.
    pub opening: Doc,
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct Step {
    pub id: String,
    pub title: String,
    /// Of its heading, from 1.
    pub line: usize,
    pub text: Doc,
    /// Lines that the lesson itself runs when the step begins.
    pub setup: Vec<Line>,
    /// Programs that the lesson starts with the step.
    pub run: Vec<Run>,
    pub predicts: Vec<Predict>,
    pub parts: Vec<Part>,
    /// Other ways that pass as well.
    pub also: Vec<Vec<Line>>,
    pub wrongs: Vec<Wrong>,
    /// What is told when the step is passed.
    pub after: Doc,
}

/// A line of a fence, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub line: usize,
    pub text: String,
}

/// A program that the lesson runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub line: Line,
    /// The id of the step by whose end it should have ended by itself, and where that is said. Without one it is ended with its own step.
    pub until: Option<Line>,
}

/// A try, the checks that hold behind it, and the hints for these.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub tries: Vec<Line>,
    pub checks: Vec<Line>,
    /// From a nudge to the concept; the exact command follows from the try.
    pub hints: Vec<Line>,
}

/// A question before the act.
#[derive(Debug, Clone)]
pub struct Predict {
    pub line: usize,
    pub question: Vec<Span>,
    pub options: Vec<Choice>,
    /// What is told afterwards.
    pub answer: Vec<Span>,
}

/// One of its answers.
#[derive(Debug, Clone)]
pub struct Choice {
    pub line: usize,
    pub right: bool,
    pub text: Vec<Span>,
    /// The check that is met where this answer is what happened.
    pub when: Option<Line>,
}

/// A typical mistake.
#[derive(Debug, Clone)]
pub struct Wrong {
    pub line: usize,
    pub reason: Reason,
    pub lines: Vec<Line>,
    /// What its maker is told.
    pub told: Vec<Span>,
}

/// Why a mistake does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    Errno(Errno),
    /// A line is refused with this code.
    Refused(Code),
    /// This check stays unmet.
    Unmet(String),
}

/// Something wrong in a lesson: the line from 1 (0: the whole file), the columns in bytes where they are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Flaw {
    pub line: usize,
    pub span: Option<(usize, usize)>,
    pub what: Text,
    pub hint: Option<String>,
}

impl Flaw {
    pub fn at(line: usize, what: Text) -> Flaw {
        Flaw { line, span: None, what, hint: None }
    }
}

impl Step {
    /// The lines of the model way, in order.
    pub fn tries(&self) -> impl Iterator<Item = &Line> {
        self.parts.iter().flat_map(|p| &p.tries)
    }

    pub fn checks(&self) -> impl Iterator<Item = &Line> {
        self.parts.iter().flat_map(|p| &p.checks)
    }

    /// Every line that may hold placeholders which are drawn when the step begins.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        let also = self.also.iter().flatten();
        let wrongs = self.wrongs.iter().flat_map(|w| &w.lines);
        self.setup.iter().chain(self.run.iter().map(|r| &r.line)).chain(self.tries()).chain(self.checks()).chain(also).chain(wrongs)
    }
}

/// A world without sockets: checks of a lesson are read in it, for their names are roles.
pub struct Nobody;

impl World for Nobody {
    fn find(&self, _: &str) -> Option<Handle> {
        None
    }
    fn value(&self, name: &str, field: &str) -> Result<String, Why> {
        Err((Code::BadValue, crate::text::messages::refusal::no_value(name, field)))
    }
}

/// Reads a check of a lesson, its placeholders filled.
///
/// # Errors
/// A word that no check has there.
pub fn check(text: &str, values: &Values) -> Result<Check, crate::grammar::Refusal> {
    Check::read_line(&check_text(text, values), &Nobody)
}

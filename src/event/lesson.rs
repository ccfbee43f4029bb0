//! What happens in a guided lesson, as facts: the lesson's own words are found by the views, in the reader's language.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Something that happened in a lesson. Steps are numbered from 1; questions, their answers, parts and mistakes count from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Played {
    /// The lesson's id.
    pub lesson: String,
    /// The id of the step it happened in; empty where it is about the lesson as a whole.
    pub step: String,
    pub number: usize,
    pub of: usize,
    /// What the placeholders of the lesson stand for in this run.
    pub values: Vec<(String, String)>,
    pub what: Play,
}

/// What can happen in a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Play {
    /// The lesson begins, or goes on where it was left.
    Began { resumed: bool },
    /// A step begins.
    Step,
    /// A question is put.
    Asked { question: usize },
    /// The answers a learner committed to; none is "I don't know".
    Guessed { question: usize, answers: Vec<usize> },
    /// What the step asks, and what is so.
    Goals { goals: Vec<Goal> },
    /// What really happened, beside the guess; `right` is absent where nobody guessed.
    Answered { question: usize, guess: Option<Vec<usize>>, happened: Vec<usize>, right: Option<bool>, seen: Vec<Seen> },
    /// A typical mistake was made.
    Slipped { wrong: usize },
    /// The step is passed.
    Passed { how: How, attempts: u32, roles: Vec<(String, String)> },
    /// A hint; `lines` are the exact command, which is the last stage.
    Hinted { part: usize, stage: usize, stages: usize, lines: Vec<String> },
    /// The whole of the model way.
    Solution { lines: Vec<String> },
    /// A program of the lesson has said something.
    Printed { program: String, line: String },
    /// A sentence of the player's.
    Said { text: Text },
    /// The lesson is over.
    Finished { attempts: u32, hints: u32, skips: u32, guesses: u32, right: u32 },
    /// It was left before its end.
    Left,
}

/// A check of a step: what is wanted, whether it is so, what is seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    pub goal: Text,
    pub met: bool,
    pub seen: Text,
}

/// An answer whose check was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    pub answer: usize,
    pub met: bool,
    pub seen: Text,
}

/// How a step came to be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Done,
    /// The lesson did it for the learner.
    Skipped,
    /// The lesson did it again, to come back to where the learner was.
    Rebuilt,
}

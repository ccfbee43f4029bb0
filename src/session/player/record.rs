//! What a step leaves behind: progress.

use super::Player;
use crate::event::How;
use crate::session::Sitting;

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub lesson: String,
    pub step: String,
    pub how: How,
    pub attempts: u32,
    pub hints: u32,
    pub solutions: u32,
    pub guesses: u32,
    pub right: u32,
}

pub(super) fn of(player: &Player, how: How) -> Kept {
    Kept {
        lesson: player.lesson.id.clone(),
        step: player.step().id.clone(),
        how,
        attempts: player.attempts,
        hints: player.hints,
        solutions: player.solutions,
        guesses: 0,
        right: 0,
    }
}

impl Sitting {
    pub(super) fn keep_progress(&self, _: Kept) {}

    /// The step to begin with, from 0: the first that is not done, or the first of all where all are.
    pub fn first_undone(&self, _: &crate::lesson::course::Lesson) -> usize {
        0
    }

    /// How many steps of each lesson are done.
    pub fn steps_done(&self) -> std::collections::HashMap<String, usize> {
        Default::default()
    }
}

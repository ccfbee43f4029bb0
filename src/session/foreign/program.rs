//! A learner's own program, in Python or C, said as lines of ours: calls, loops, functions, as its run would go where all goes well. What has
//! no words here is refused with its place; nothing is guessed, and what is left out is said.

mod parse;
mod token;
mod tree;
mod walk;

use super::Language;
use crate::text::messages::foreign as say;
use crate::text::{Lang, Text};

/// What is said: a line of ours, or a remark about what has none.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    Line(String),
    Remark(Text),
}

/// It, and the line of the program that it is about (counted from 1).
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub line: usize,
    pub says: Says,
}

impl Said {
    /// As it stands in a script.
    pub fn text(&self, lang: Lang) -> String {
        match &self.says {
            Says::Line(line) => line.clone(),
            Says::Remark(remark) => format!("# {}", remark.plain(lang)),
        }
    }
}

/// What cannot be said: the line (from 1), the bytes of it that are meant, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Cannot {
    pub line: usize,
    pub span: (usize, usize),
    pub why: Text,
}

/// Says a program; the lines, and its places that cannot be said, in the order in which a run meets them.
pub fn program(text: &str, language: Language) -> (Vec<Said>, Vec<Cannot>) {
    match parse::parse(text, language) {
        Ok(tree) => walk::walk(&tree, text, language),
        Err(parse::Unread { at, why }) => {
            let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
            let cut = |n: usize| (0..=n.min(line.len())).rev().find(|n| line.is_char_boundary(*n)).unwrap_or(0);
            let (from, to) = (cut(at.from), cut(at.to));
            let part = line[from..to.max(from)].trim();
            let unread = || if part.is_empty() { say::foreign_unread_end() } else { say::foreign_unread(part) };
            let why = why.unwrap_or_else(unread);
            (Vec::new(), vec![Cannot { line: at.line, span: (from, to.max(from)), why }])
        }
    }
}

#[cfg(test)]
mod tests;

//! The same step in a programming language: one file per language. A phrase per call, filled from the call's own arguments.

pub mod c;
pub mod lab;
mod lacks;
pub mod plan;
pub mod python;
pub mod rust;

use self::plan::{Made, Part, Plan};
use crate::call::{Arguments, Value};
use crate::lesson::Library;
use crate::markup::plain_text;
use crate::text::messages::code as words;
use crate::text::{Lang, Text};
use std::collections::HashMap;

/// A language that `set code` shows beside each step.
pub struct Shown {
    pub word: &'static str,
    pub title: &'static str,
    /// How a comment begins.
    pub comment: &'static str,
    pub say: fn(&Step<'_>) -> Option<String>,
}

/// Every such language.
pub static SHOWN: &[Shown] = &[
    Shown { word: "python", title: "Python", comment: "#", say: python::say },
    Shown { word: "c", title: "C", comment: "//", say: c::say },
    Shown { word: "rust", title: "Rust", comment: "//", say: rust::say },
];

/// What a phrase is filled from.
pub struct Step<'a> {
    pub call: &'static str,
    pub arguments: Arguments<'a>,
    /// The name of the socket it is called on.
    pub on: Option<&'a str>,
    /// Names of what it made.
    pub made: &'a [String],
    /// Names of the descriptors that are alive.
    pub names: &'a HashMap<i32, String>,
    /// The call's address in the language's own words, where it is not simply written there.
    pub place: Option<String>,
}

impl<'a> Step<'a> {
    /// The step of a planned call that made `names`; its address is still to be put into the language's words.
    pub fn of(made: &'a plan::Made, names: &'a [String]) -> Step<'a> {
        Step {
            call: made.call.name(),
            arguments: made.call.arguments(),
            on: made.on.as_deref(),
            made: names,
            names: &made.names,
            place: None,
        }
    }

    pub fn arg(&self, name: &str) -> Option<&Value<'a>> {
        self.arguments.iter().find(|a| a.0 == name).map(|a| &a.1)
    }
}

/// Bytes that are all the same, and too many to be read: which they are.
fn all_alike(bytes: &[u8]) -> Option<u8> {
    let first = *bytes.first()?;
    (bytes.len() > 32 && bytes.iter().all(|b| *b == first)).then_some(first)
}

/// A line inside a function; an empty one stays empty.
fn indented(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!("    {line}") }
}

/// What is said in comments, and in whose language.
pub struct Remarks<'a> {
    pub lang: Lang,
    /// The cards, where they are wanted as comments.
    pub cards: Option<&'a Library>,
}

impl Remarks<'_> {
    pub fn say(&self, text: Text) -> String {
        text.plain(self.lang)
    }

    /// What the program says of itself.
    pub fn title(&self, plan: &Plan) -> Text {
        match &plan.part {
            None => words::code_title_all(),
            Some(Part::Role(role)) => words::code_title_role(role.name()),
            Some(Part::Host(host)) => words::code_title_host(&**host),
        }
    }

    /// The first sentence of the call's card, the first time the call is made.
    pub fn card(&self, made: &Made) -> Option<String> {
        let card = self.cards.filter(|_| made.first)?.call(self.lang, made.call.card())?;
        Some(format!("{}: {}", made.call.card(), plain_text(&card.brief)))
    }
}

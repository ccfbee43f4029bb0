//! The same step in a programming language: one file per language. A phrase per call, filled from the call's own arguments.

pub mod python;

use crate::call::{Arguments, Value};
use std::collections::HashMap;

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
}

impl<'a> Step<'a> {
    pub fn arg(&self, name: &str) -> Option<&Value<'a>> {
        self.arguments.iter().find(|a| a.0 == name).map(|a| &a.1)
    }
}

//! Where in a line the cursor stands: the statement, its complete words, and the one being typed.

use crate::call::COMMANDS;
use crate::command::BUILTINS;
use crate::grammar::Spec;
use crate::grammar::lex::{Lexed, lex};

/// The statement the cursor stands in.
pub struct Place<'a> {
    line: &'a str,
    words: Vec<(usize, usize)>,
    /// What is typed of the word at the cursor.
    pub prefix: &'a str,
    /// Where that begins in the line.
    pub start: usize,
}

impl<'a> Place<'a> {
    pub fn of(line: &'a str, pos: usize) -> Place<'a> {
        let mut lexed = Lexed::default();
        let head = &line[..pos];
        let mut from = 0;
        loop {
            match lex(head, from, None, &mut lexed) {
                Ok(Some(next)) if next < head.len() => from = next,
                // `…;` and nothing behind it: a new statement begins.
                Ok(Some(_)) => return Place { line, words: Vec::new(), prefix: "", start: pos },
                Ok(None) => break,
                // An open quote: everything from there on is the word.
                Err(refusal) => {
                    let open = refusal.span.0.min(pos);
                    let start = head[..open].rfind([' ', ';', '\n']).map_or(0, |i| i + 1).max(from);
                    let words = lexed.tokens.iter().map(|t| (t.start, t.end)).filter(|w| w.1 <= start).collect();
                    return Place { line, words, prefix: &head[start..], start };
                }
            }
        }
        let mut words: Vec<(usize, usize)> = lexed.tokens.iter().map(|t| (t.start, t.end)).collect();
        match words.last() {
            Some(&(start, end)) if end == pos => {
                words.pop();
                Place { line, words, prefix: &head[start..], start }
            }
            _ => Place { line, words, prefix: "", start: pos },
        }
    }

    pub fn words(&self) -> Vec<&'a str> {
        self.words.iter().map(|w| &self.line[w.0..w.1]).collect()
    }

    /// Where word `i` begins; behind the last one, where the typed one does.
    pub fn begins(&self, i: usize) -> usize {
        self.words.get(i).map_or(self.start, |w| w.0)
    }
}

/// The index of the command's word behind `on HOST`, `expect ERRNO`, `NAME… =`, and whether names stand before it.
pub fn command_at(words: &[&str]) -> (usize, bool) {
    let mut at = 0;
    while matches!(words.get(at), Some(&("on" | "expect"))) && words.get(at + 1).is_some_and(|w| *w != "=") {
        at += 2;
    }
    // `c{i} = …` in a repeat.
    let is_name = |w: &&&str| crate::grammar::args::is_name(&w.replace("{i}", "0"));
    let names = words.iter().skip(at).take_while(is_name).count();
    match words.get(at + names) {
        Some(&"=") if names > 0 => (at + names + 1, true),
        _ => (at, false),
    }
}

pub fn specs() -> impl Iterator<Item = &'static Spec> {
    COMMANDS.iter().map(|c| c.spec).chain(BUILTINS.iter().map(|b| b.spec))
}

/// The commands that begin with this word: of `epoll` there are several.
pub fn commands(first: &str) -> Vec<&'static Spec> {
    let first = first.to_ascii_lowercase();
    specs().filter(|s| s.name == first || s.also.contains(&first.as_str())).collect()
}

/// The command these words begin with, and how many of them are its name.
pub fn command(words: &[&str]) -> Option<(&'static Spec, usize)> {
    let first = words.first()?.to_ascii_lowercase();
    let named = commands(&first);
    let spec = *named.first()?;
    if spec.name != first || spec.sub.is_none() {
        return Some((spec, 1));
    }
    let second = words.get(1)?;
    named.into_iter().find(|s| s.sub.is_some_and(|x| x.eq_ignore_ascii_case(second))).map(|s| (s, 2))
}

//! Every line that a card tells a learner to type is one that can be typed.

use super::{BUILTINS, specs};
use crate::call;
use crate::grammar::lex::{Lexed, lex};
use crate::grammar::refusal::Why;
use crate::grammar::{Args, Handle, World};
use crate::lesson::Library;

/// A world in which every name is alive.
struct Anything;

impl World for Anything {
    fn find(&self, name: &str) -> Option<Handle> {
        let known =
            specs().any(|s| s.name == name) || ["in", "out", "on", "wr", "rd", "peek", "tcp", "ip", "ipv6", "udp"].contains(&name);
        (crate::grammar::args::is_name(name)
            && !known
            && name.len() < 12
            && crate::vocabulary::option::called(name).next().is_none())
        .then_some(Handle { id: 1, fd: 3 })
    }
    fn current(&self) -> Option<Handle> {
        Some(Handle { id: 1, fd: 3 })
    }
    fn value(&self, _: &str, field: &str) -> Result<String, Why> {
        Ok(if field.contains("port") { "9000" } else { "127.0.0.1:9000" }.to_string())
    }
    fn round(&self) -> Option<u64> {
        Some(1)
    }
}

/// Why a line cannot be typed, if it cannot.
fn trouble(line: &str) -> Option<String> {
    let mut lexed = Lexed::default();
    if let Err(r) = lex(line, 0, Some(&Anything), &mut lexed) {
        return Some(r.reason.in_lang(crate::text::Lang::En));
    }
    let word = |i: usize| lexed.tokens.get(i).map(|t| &line[t.start..t.end]);
    let mut at = 0;
    while matches!(word(at), Some("expect" | "on")) {
        at += 2;
    }
    if let Some(equals) = (0..lexed.tokens.len()).find(|i| word(*i) == Some("=")) {
        at = equals + 1;
    }
    let first = word(at)?;
    let span = (0, first.len());
    let result = if let Some((c, n)) = call::command(first, word(at + 1)) {
        let mut args = Args::new(line, &lexed, at + n, c.spec, &Anything, span);
        (c.read)(&mut args).map(drop).and_then(|()| args.finish())
    } else {
        let b = BUILTINS.iter().find(|b| b.spec.name == first)?;
        let mut args = Args::new(line, &lexed, at + 1, b.spec, &Anything, span);
        (b.read)(&mut args).map(drop).and_then(|()| args.finish())
    };
    result.err().filter(|r| r.ask.is_none()).map(|r| r.reason.in_lang(crate::text::Lang::En))
}

#[test]
fn every_line_of_the_cards_can_be_typed() {
    let library = Library::default();
    let mut wrong = Vec::new();
    for folder in ["call", "word", "option", "errno", "state", "flag", "family"] {
        for lang in ["en", "zh"] {
            for path in library.files(&format!("{lang}/{folder}")) {
                let path = format!("{lang}/{folder}/{path}.md");
                let text = library.text(&path).expect("a card that is listed can be read");
                let prose = text.split("```").step_by(2).collect::<Vec<_>>().join("\n");
                for line in prose.split('`').skip(1).step_by(2) {
                    let filled = line.replace("{socket}", "server").replace("{address}", "127.0.0.1:9000");
                    let words: Vec<&str> = filled.split_whitespace().collect();
                    let equals = words.iter().position(|w| *w == "=").map_or(0, |i| i + 1);
                    let Some(first) = words.get(equals) else { continue };
                    let command = call::command(first, words.get(equals + 1).copied()).is_some()
                        || BUILTINS.iter().any(|b| b.spec.name == *first);
                    // A word alone is a name being spoken of, and brackets are C.
                    let title = specs().any(|s| s.title() == filled);
                    if !command || title || words.len() < 2 || filled.contains('(') || filled.contains('…') {
                        continue;
                    }
                    if let Some(why) = trouble(&filled) {
                        wrong.push(format!("{path}: `{line}`: {why}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines cannot be typed:\n{}", wrong.len(), wrong.join("\n"));
}

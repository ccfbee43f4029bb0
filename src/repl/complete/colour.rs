//! The line in colour.

use super::place::{command_at, commands};
use crate::grammar::lex::{Lexed, lex};
use crate::grammar::{Word, World};
use crate::markup::{Role, Span};

/// The line in roles: commands, names, constants, addresses, data, comments.
pub fn colour(line: &str, world: &dyn World) -> Option<Vec<Span>> {
    if line.len() > 4000 || line.chars().any(char::is_control) {
        return None;
    }
    let mut lexed = Lexed::default();
    let mut spans = Vec::new();
    let mut done = 0;
    let mut from = 0;
    loop {
        let next = match lex(line, from, None, &mut lexed) {
            Ok(next) => next,
            Err(r) => {
                let at = r.span.0.max(done);
                spans.push(Span::plain(line[done..at].to_string()));
                spans.push(Span::new(Role::Data, line[at..].to_string()));
                return Some(spans);
            }
        };
        let words: Vec<(usize, usize)> = lexed.tokens.iter().map(|t| (t.start, t.end)).collect();
        let words: Vec<&str> = words.iter().map(|w| &line[w.0..w.1]).collect();
        let (command, _) = command_at(&words);
        for (i, token) in lexed.tokens.iter().enumerate() {
            let word = Word::new(line, &lexed, token);
            let text = &line[token.start..token.end];
            let role = role(i, command, text, &word, world);
            spans.push(Span::plain(line[done..token.start].to_string()));
            spans.push(Span::new(role, text.to_string()));
            done = token.end;
        }
        let end = next.unwrap_or(line.len()).min(line.len());
        let rest = &line[done..end];
        match rest.find('#') {
            Some(hash) => {
                spans.push(Span::plain(rest[..hash].to_string()));
                spans.push(Span::new(Role::Dim, rest[hash..].to_string()));
            }
            None => spans.push(Span::plain(rest.to_string())),
        }
        done = end;
        match next {
            Some(n) if n < line.len() => from = n,
            _ => return Some(spans),
        }
    }
}

fn role(i: usize, command: usize, text: &str, word: &Word<'_>, world: &dyn World) -> Role {
    if i == command {
        return if commands(text).is_empty() { Role::Plain } else { Role::Call };
    }
    if i < command {
        return if matches!(text, "on" | "expect" | "=") { Role::Dim } else { Role::Name };
    }
    let Some(bare) = word.bare_str() else { return Role::Data };
    if world.find(bare.split([':', ',']).next().unwrap_or(bare)).is_some() {
        return Role::Name;
    }
    if bare.starts_with('{') || crate::kernel::addr::looks_like(bare) && !bare.starts_with("file:") && !bare.starts_with("hex:") {
        return Role::Address;
    }
    if bare.starts_with(|c: char| c.is_ascii_digit()) {
        return Role::Number;
    }
    let known = crate::vocabulary::LEXICONS.iter().any(|l| l.find(bare).is_some())
        || crate::vocabulary::option::called(bare).next().is_some();
    if known { Role::Constant } else { Role::Plain }
}

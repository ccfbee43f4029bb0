//! What could stand at the cursor: completion, ghost text and colour, all from the commands' own declarations.

use crate::call::COMMANDS;
use crate::command::BUILTINS;
use crate::grammar::complete::matching;
use crate::grammar::lex::{Lexed, lex};
use crate::grammar::{AnyParam, Candidate, Need, Spec, Word, World};
use crate::markup::{Role, Span};
use crate::vocabulary::errno::ERRNOS;

/// The statement the cursor stands in: its complete words, and the beginning of the one being typed.
struct Place<'a> {
    words: Vec<(usize, usize)>,
    prefix: &'a str,
    /// Where the prefix begins in the line.
    start: usize,
}

fn place<'a>(line: &'a str, pos: usize, lexed: &mut Lexed) -> Place<'a> {
    let head = &line[..pos];
    let mut from = 0;
    loop {
        match lex(head, from, None, lexed) {
            Ok(Some(next)) if next <= head.len() => from = next,
            Ok(_) => break,
            // An open quote: everything from there on is the word.
            Err(refusal) => {
                let start = refusal.span.0.min(pos);
                let start = head[..start].rfind([' ', ';']).map_or(0, |i| i + 1).max(from);
                let words = lexed.tokens.iter().map(|t| (t.start, t.end)).filter(|w| w.1 <= start).collect();
                return Place { words, prefix: &head[start..], start };
            }
        }
        if from >= head.len() {
            lexed.tokens.clear();
            break;
        }
    }
    let mut words: Vec<(usize, usize)> = lexed.tokens.iter().map(|t| (t.start, t.end)).collect();
    match words.last() {
        Some(&(start, end)) if end == pos => {
            words.pop();
            Place { words, prefix: &head[start..], start }
        }
        _ => Place { words, prefix: "", start: pos },
    }
}

fn specs() -> impl Iterator<Item = &'static Spec> {
    COMMANDS.iter().map(|c| c.spec).chain(BUILTINS.iter().map(|b| b.spec))
}

/// The commands that begin with these words: of `epoll` there are several.
fn commands(first: &str, second: Option<&str>) -> Vec<&'static Spec> {
    let first = first.to_ascii_lowercase();
    let named: Vec<_> = specs().filter(|s| s.name == first || s.also.contains(&first.as_str())).collect();
    match second {
        Some(second) if named.iter().any(|s| s.sub.is_some()) => {
            named.into_iter().filter(|s| s.sub.is_some_and(|x| x.eq_ignore_ascii_case(second))).collect()
        }
        _ => named,
    }
}

/// Skips `on HOST`, `expect ERRNO`, `NAME… =`: the index of the command's word.
fn skip_prefixes(line: &str, words: &[(usize, usize)]) -> usize {
    let text = |i: usize| words.get(i).map(|w| &line[w.0..w.1]);
    let mut at = 0;
    while matches!(text(at), Some("on" | "expect")) && text(at + 1).is_some_and(|w| w != "=") {
        at += 2;
    }
    match (at..words.len()).find(|i| text(*i) == Some("=")) {
        Some(equals) => equals + 1,
        None => at,
    }
}

/// The parameters that may come next, behind the words that are there.
fn next_params(spec: &'static Spec, line: &str, words: &[(usize, usize)], world: &dyn World) -> Vec<&'static dyn AnyParam> {
    let mut params = spec.params;
    let mut lexed = Lexed::default();
    for (start, end) in words {
        let text = &line[*start..*end];
        if lex(text, 0, None, &mut lexed).is_err() || lexed.tokens.len() != 1 {
            return Vec::new();
        }
        let word = Word::new(text, &lexed, &lexed.tokens[0]);
        while let Some(p) = params.first() {
            let takes = p.accepts(&word, world);
            match (takes, p.need()) {
                (true, Need::Many | Need::Any) => break,
                (true, _) => {
                    params = &params[1..];
                    break;
                }
                (false, Need::One) if !p.is_handle() => {
                    params = &params[1..];
                    break;
                }
                (false, _) => params = &params[1..],
            }
        }
    }
    let mut next = Vec::new();
    for p in params {
        next.push(*p);
        if p.need() == Need::One && !p.is_handle() {
            break;
        }
    }
    next
}

/// Where the replaced word begins, and what could stand there.
pub fn candidates(line: &str, pos: usize, world: &dyn World) -> (usize, Vec<Candidate>) {
    let mut lexed = Lexed::default();
    let place = place(line, pos, &mut lexed);
    let at = skip_prefixes(line, &place.words);
    let text = |i: usize| place.words.get(i).map(|w| &line[w.0..w.1]);
    let prefix = place.prefix;
    if text(at.saturating_sub(1)) == Some("expect") && at == place.words.len() + 1
        || text(place.words.len().wrapping_sub(1)) == Some("expect")
    {
        return (place.start, matching(prefix, ERRNOS.iter().map(|e| e.0)));
    }
    if let Some(value) = prefix.rfind('{').filter(|i| !prefix[*i..].contains('}')) {
        let inner = &prefix[value + 1..];
        let fields = ["local", "peer", "port", "peer_port", "fd"];
        let all = world.names().into_iter().flat_map(|n| fields.map(|f| format!("{n}.{f}")));
        let found = matching(inner, all).into_iter().map(|c| Candidate::new(format!("{}{{{}}}", &prefix[..value], c.word)));
        return (place.start, found.collect());
    }
    let Some(first) = text(at) else {
        let mut all: Vec<&str> = specs().map(|s| s.name).collect();
        all.extend(["expect"]);
        all.dedup();
        return (place.start, matching(prefix, all));
    };
    let subs: Vec<&str> = commands(first, None).iter().filter_map(|s| s.sub).collect();
    if !subs.is_empty() && at + 1 == place.words.len() {
        return (place.start, matching(prefix, subs));
    }
    let mut found: Vec<Candidate> = Vec::new();
    for spec in commands(first, text(at + 1)).into_iter().take(1) {
        let skip = at + 1 + usize::from(spec.sub.is_some());
        let rest = place.words.get(skip..).unwrap_or(&[]);
        // `repeat 3 …` and `until`: the rest is a line of its own.
        if spec.name == "repeat" && rest.len() >= 1 + usize::from(text(skip) == Some("until")) {
            let inner = place.words.get(skip + 1 + usize::from(text(skip) == Some("until"))).map_or(place.start, |w| w.0);
            let (start, found) = candidates(&line[inner..], pos - inner, world);
            return (inner + start, found);
        }
        for p in next_params(spec, line, rest, world) {
            for c in p.complete(prefix, world) {
                if !found.iter().any(|f| f.word == c.word) {
                    found.push(c);
                }
            }
        }
    }
    (place.start, found)
}

/// Ghost text behind the cursor: the rest of the likeliest word, or what is still wanted. The second part says whether it can be taken.
pub fn ghost(line: &str, pos: usize, world: &dyn World) -> Option<(String, bool)> {
    if pos < line.len() || line.trim().is_empty() || line.len() > 1000 {
        return None;
    }
    let mut lexed = Lexed::default();
    let place = place(line, pos, &mut lexed);
    if !place.prefix.is_empty() {
        let (_, found) = candidates(line, pos, world);
        let rest = found.first().and_then(|c| c.word.get(place.prefix.len()..)).filter(|r| !r.is_empty())?;
        return Some((rest.to_string(), true));
    }
    let at = skip_prefixes(line, &place.words);
    let text = |i: usize| place.words.get(i).map(|w| &line[w.0..w.1]);
    let specs = commands(text(at)?, text(at + 1));
    let spec = specs.first()?;
    if spec.sub.is_some() && place.words.len() == at + 1 {
        return Some((specs.iter().filter_map(|s| s.sub).collect::<Vec<_>>().join("|"), false));
    }
    let skip = at + 1 + usize::from(spec.sub.is_some());
    let params = next_params(spec, line, place.words.get(skip..).unwrap_or(&[]), world);
    let shape = |p: &&'static dyn AnyParam| match p.need() {
        Need::One if !p.is_handle() => p.name().to_string(),
        Need::Many => format!("{}…", p.name()),
        _ => format!("[{}]", p.name()),
    };
    let words: Vec<String> = params.iter().map(shape).collect();
    (!words.is_empty()).then(|| (words.join(" "), false))
}

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
        let command = skip_prefixes(line, &words);
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
        return if commands(text, None).is_empty() { Role::Plain } else { Role::Call };
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

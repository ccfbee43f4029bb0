//! What could stand at the cursor: completion, ghost text and colour, all from the commands' own declarations.

mod colour;
mod fitting;
mod place;
#[cfg(test)]
mod tests;

pub use colour::colour;

use crate::grammar::complete::matching;
use crate::grammar::lex::{Lexed, lex};
use crate::grammar::{AnyParam, Candidate, Need, Spec, Word, World};
use crate::kernel::Kind;
use crate::vocabulary::errno::ERRNOS;
use place::{Place, command, command_at, commands, specs};

/// What completion may know of the session besides its names: what was seen of the sockets. It asks the kernel nothing.
pub trait Scene: World {
    fn kind(&self, name: &str) -> Option<Kind>;
    /// Whether its last listen succeeded.
    fn listens(&self, name: &str) -> bool;
    fn current_name(&self) -> Option<String>;
}

/// The parameters that may come next, behind the words that are there.
fn next_params(spec: &'static Spec, words: &[&str], world: &dyn World) -> Vec<&'static dyn AnyParam> {
    let mut params = spec.params;
    let mut lexed = Lexed::default();
    for text in words {
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
pub fn candidates(line: &str, pos: usize, scene: &dyn Scene) -> (usize, Vec<Candidate>) {
    let place = Place::of(line, pos);
    let (words, prefix) = (place.words(), place.prefix);
    let (at, makes) = command_at(&words);
    let found = |found: Vec<Candidate>| (place.start, found);
    if words.get(at) == Some(&"expect") && at + 1 == words.len() {
        return found(matching(prefix, ERRNOS.iter().map(|e| e.0)));
    }
    if let Some(brace) = prefix.rfind('{').filter(|i| !prefix[*i..].contains('}')) {
        return found(fields(&prefix[..brace], &prefix[brace + 1..], scene));
    }
    let Some(first) = words.get(at) else {
        let fits = |s: &&'static Spec| !makes || s.makes.1 > 0;
        let mut all: Vec<&str> = specs().filter(fits).map(|s| s.name).collect();
        if !makes {
            all.push("expect");
        }
        all.dedup();
        return found(matching(prefix, all));
    };
    let subs: Vec<&str> = commands(first).iter().filter(|s| s.name.eq_ignore_ascii_case(first)).filter_map(|s| s.sub).collect();
    if !subs.is_empty() && at + 1 == words.len() {
        return found(matching(prefix, subs));
    }
    let Some((spec, named)) = command(&words[at..]) else { return found(Vec::new()) };
    let rest = &words[at + named..];
    if spec.name == "repeat" {
        let until = rest.first().is_some_and(|w| w.eq_ignore_ascii_case("until"));
        return match rest.len() {
            0 => found(matching(prefix, ["3", "until"])),
            1 if until => found(matching(prefix, ERRNOS.iter().map(|e| e.0))),
            // The rest is a line of its own.
            _ => {
                let inner = place.begins(at + named + 1 + usize::from(until));
                let (start, found) = candidates(&line[inner..], pos - inner, scene);
                (inner + start, found)
            }
        };
    }
    if let Some(fits) = fitting::fitting(spec, rest, prefix, scene) {
        return found(fits);
    }
    let mut all: Vec<Candidate> = Vec::new();
    for p in next_params(spec, rest, scene) {
        for c in p.complete(prefix, scene) {
            if !all.contains(&c) {
                all.push(c);
            }
        }
    }
    found(all)
}

/// `{server.local}`, in any word.
fn fields(before: &str, inner: &str, scene: &dyn Scene) -> Vec<Candidate> {
    let fields = ["local", "peer", "port", "peer_port", "fd", "received", "sender"];
    let names = scene.names().into_iter().filter(|n| inner.len() > n.len() || n.starts_with(inner));
    let all = names.flat_map(|n| fields.map(|f| format!("{n}.{f}")));
    matching(inner, all).into_iter().map(|c| Candidate::new(format!("{before}{{{}}}", c.word))).collect()
}

/// More than so many choices are no hint.
const CHOICES: usize = 4;

/// Ghost text behind the cursor: the rest of the likeliest word, or what is still wanted. The second part says whether it can be taken.
pub fn ghost(line: &str, pos: usize, scene: &dyn Scene) -> Option<(String, bool)> {
    if pos < line.len() || line.trim().is_empty() || line.len() > 1000 {
        return None;
    }
    let place = Place::of(line, pos);
    if !place.prefix.is_empty() {
        let (start, found) = candidates(line, pos, scene);
        let typed = &line[start..];
        let rest = found.first().and_then(|c| c.word.get(typed.len()..)).filter(|r| !r.is_empty())?;
        return Some((rest.to_string(), true));
    }
    let words = place.words();
    let (at, _) = command_at(&words);
    let first = words.get(at)?;
    let Some((spec, named)) = command(&words[at..]) else {
        let subs: Vec<&str> = commands(first).iter().filter_map(|s| s.sub).collect();
        return (!subs.is_empty() && at + 1 == words.len()).then(|| (subs.join("|"), false));
    };
    let rest = &words[at + named..];
    if matches!(spec.name, "setsockopt" | "set" | "fcntl" | "ioctl" | "until" | "assert" | "select") && !rest.is_empty() {
        let (_, found) = candidates(line, pos, scene);
        let few: Vec<&str> = found.iter().take(CHOICES).map(|c| c.word.as_str()).collect();
        if !few.is_empty() && found.len() <= CHOICES {
            return Some((few.join("|"), false));
        }
        if found.is_empty() {
            return None;
        }
    }
    let shape = |p: &&'static dyn AnyParam| match p.need() {
        Need::One if !p.is_handle() || spec.sub.is_some() => p.name().to_string(),
        Need::Many => format!("{}…", p.name()),
        _ => format!("[{}]", p.name()),
    };
    let wanted: Vec<String> = next_params(spec, rest, scene).iter().map(shape).collect();
    (!wanted.is_empty()).then(|| (wanted.join(" "), false))
}

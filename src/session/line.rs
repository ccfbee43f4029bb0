//! The beginning of a line: `on HOST`, `expect ERRNO`, `NAME… =`.

use super::State;
use crate::grammar::args::is_name;
use crate::grammar::lex::Lexed;
use crate::grammar::refusal::Code;
use crate::grammar::{Refusal, Spec, Word};
use crate::kernel::Place;
use crate::text::messages::refusal as say;
use crate::vocabulary::Errno;

/// What stands before a command.
#[derive(Debug, Default)]
pub struct Prefixes {
    pub expect: Option<Errno>,
    pub host: Option<Place>,
    /// Tokens that are names, half-open.
    pub names: (usize, usize),
    /// The token the command begins with.
    pub command: usize,
}

/// Reads the prefixes.
///
/// # Errors
/// An errno or a host nobody knows, a prefix that stands twice.
pub fn prefixes(
    line: &str,
    lexed: &Lexed,
    is_command: impl Fn(&str) -> bool,
    takes_line: impl Fn(&str) -> bool,
    places: &[Place],
) -> Result<Prefixes, Refusal> {
    let word = |i: usize| lexed.tokens.get(i).map(|t| Word::new(line, lexed, t));
    let mut p = Prefixes::default();
    let mut at = 0;
    // `expect = socket …` names a socket "expect".
    let is_name_part = |i: usize| word(i).is_some_and(|w| w.bytes == b"=" && !w.quoted);
    while let Some(w) = word(at).filter(|_| !is_name_part(at + 1)) {
        let Some(text) = w.bare_str() else { break };
        if text.eq_ignore_ascii_case("expect") {
            if p.expect.is_some() {
                return Err(Refusal::new(Code::Syntax, w.span, say::prefix_twice(text)));
            }
            let Some(e) = word(at + 1) else {
                let missing = say::missing(crate::text::messages::summary::what_errno(), "expect");
                return Err(Refusal::new(Code::Missing, (w.span.1, w.span.1 + 1), missing));
            };
            let errno = e.bare_str().and_then(Errno::from_name);
            let near = || {
                crate::grammar::nearest::nearest(&e.shown().to_uppercase(), crate::vocabulary::errno::ERRNOS.iter().map(|r| r.0))
            };
            p.expect = Some(errno.ok_or_else(|| Refusal::bad(e.span, say::unknown_errno(e.shown())).hint(near()))?);
            at += 2;
        } else if text.eq_ignore_ascii_case("on") && word(at + 1).is_some() {
            if p.host.is_some() {
                return Err(Refusal::new(Code::Syntax, w.span, say::prefix_twice(text)));
            }
            let Some(h) = word(at + 1) else { break };
            let host = h.bare_str().and_then(|name| places.iter().find(|p| p.name() == name)).cloned();
            p.host = Some(host.ok_or_else(|| unknown_host(&h, places))?);
            at += 2;
        } else {
            break;
        }
    }
    p.names = (at, at);
    p.command = at;
    // Names, if an `=` of its own follows them. `send a =` sends an equals sign: it begins with a command, and no command follows.
    // An equals sign behind `repeat 3` belongs to the line that is repeated.
    if word(at).and_then(|w| w.bare_str()).is_some_and(takes_line) && !is_name_part(at + 1) {
        return Ok(p);
    }
    let equals = (at + 1..lexed.tokens.len()).find(|i| is_name_part(*i));
    if let Some(eq) = equals {
        let all_names = (at..eq).all(|i| word(i).is_some_and(|w| w.bare_str().is_some_and(|t| !t.is_empty())));
        let first = word(at).and_then(|w| w.bare_str()).unwrap_or("");
        let after = word(eq + 1).and_then(|w| w.bare_str()).is_some_and(&is_command);
        if all_names && (after || !is_command(first)) {
            p.names = (at, eq);
            p.command = eq + 1;
        }
    }
    Ok(p)
}

/// So many hosts are named where one was meant that is not there.
const NAMED: usize = 8;

/// A word that names no host, with the nearest that does.
pub fn unknown_host(word: &Word<'_>, places: &[Place]) -> Refusal {
    let shown = word.shown();
    let near = crate::grammar::nearest::nearest(&shown, places.iter().map(Place::name)).map(str::to_string);
    let mut all: Vec<String> = places.iter().take(NAMED).map(|p| format!("`{}`", p.name())).collect();
    if places.len() > NAMED {
        all.push("…".into());
    }
    Refusal::new(Code::UnknownName, word.span, say::unknown_host(shown, all.join(", "))).hint(near)
}

/// The names a line gives to what it makes: of the right number, well formed, and free.
///
/// # Errors
/// As many reasons.
pub fn names(state: &State, line: &str, lexed: &Lexed, p: &Prefixes, spec: &Spec) -> Result<Vec<String>, Refusal> {
    let (from, to) = p.names;
    let mut names: Vec<String> = Vec::with_capacity(to - from);
    for i in from..to {
        let word = Word::new(line, lexed, &lexed.tokens[i]);
        let text = word.str()?;
        if !is_name(text) {
            return Err(Refusal::new(Code::Syntax, word.span, say::bad_name(text)));
        }
        if state.table.find(text).is_some() || names.iter().any(|n| n == text) {
            return Err(Refusal::new(Code::NameTaken, word.span, say::name_taken(text)));
        }
        if let Some(job) = state.reserved(text) {
            return Err(Refusal::new(Code::NameTaken, word.span, say::name_reserved(text, job)));
        }
        names.push(text.to_string());
    }
    if let Some(t) = lexed.tokens.get(from).filter(|_| to > from) {
        let span = (t.start, lexed.tokens[to - 1].end);
        let (low, high) = spec.makes;
        if high == 0 {
            return Err(Refusal::new(Code::Syntax, span, say::makes_no_socket(spec.title())));
        }
        if names.len() < low || names.len() > high {
            return Err(Refusal::new(Code::Syntax, span, say::names_wanted(spec.title(), low, names.len())));
        }
    }
    Ok(names)
}

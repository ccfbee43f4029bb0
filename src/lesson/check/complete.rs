//! What could stand next in a check.

use super::read::{CONDITIONS, OUTCOMES, UNITS, VERBS, notes_answers};
use super::wire;
use crate::call::options::OPTNAME;
use crate::call::params::ADDR;
use crate::call::{self, COMMANDS};
use crate::grammar::complete::matching;
use crate::grammar::{Candidate, World};
use crate::vocabulary::State;
use crate::vocabulary::errno::ERRNOS;

/// Candidates for the word at the cursor: `before` are the words of the check that stand before it, `prefix` what is typed of it.
pub fn complete(before: &[&str], prefix: &str, world: &dyn World) -> Vec<Candidate> {
    let of = |words: &[&str]| matching(prefix, words.iter().copied());
    let both = |first: &[&str], second: Vec<String>| {
        let mut found = matching(prefix, first.iter().copied());
        found.extend(matching(prefix, second));
        found
    };
    let lower: Vec<String> = before.iter().map(|w| w.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    // What is called like one of these words is a socket where a verb follows.
    if let Some(words) = wire::complete(&lower, world.hosts()).filter(|_| !lower.get(1).is_some_and(|w| VERBS.contains(w))) {
        return matching(prefix, words);
    }
    if let Some(words) = call_words(&lower) {
        return match lower[words..] {
            [] => of(OUTCOMES),
            ["fails"] => of(&["with", "on"]),
            ["fails", "with"] => matching(prefix, ERRNOS.iter().map(|e| e.0)),
            ["succeeds"] | ["fails", "with", _] => of(&["on"]),
            [.., "on"] => matching(prefix, world.names()),
            _ => Vec::new(),
        };
    }
    match lower[..] {
        ["who"] => both(&["finds", "used"], Vec::new()).into_iter().chain(of(VERBS)).collect(),
        ["who", "finds"] => ADDR.kind_candidates(prefix, world),
        [] => {
            let mut found = matching(prefix, world.names());
            found.extend(matching(prefix, wire::BEGINS.iter().copied()));
            found.extend(matching(prefix, COMMANDS.iter().filter(|c| notes_answers(c)).map(|c| c.spec.title())));
            found
        }
        [_] => of(VERBS),
        [_, "is"] => both(CONDITIONS, states()),
        [_, "is", "not"] => both(&CONDITIONS[1..], states()),
        [_, "is", "the"] => of(&["same"]),
        [_, "is", "on"] | [_, "is", "not", "on"] => matching(prefix, world.hosts()),
        [_, "is", "bound" | "connected"] | [_, "is", "not", "bound" | "connected"] => of(&["to"]),
        [_, .., "bound", "to"] => ADDR.kind_candidates(prefix, world),
        [_, .., "connected", "to"] => {
            let mut found = matching(prefix, world.names());
            found.extend(ADDR.kind_candidates(prefix, world));
            found
        }
        [_, "has"] => of(&["1", "at", "a", "no"]),
        [_, "has", "at"] => of(&["least", "most"]),
        [_, "has", "at", _] => of(&["1"]),
        [_, "has", "a"] => of(&["datagram"]),
        [_, "has", "no"] => both(&["datagram"], UNITS.iter().map(|u| u.to_string()).collect()),
        [_, "has", _] | [_, "has", "at", _, _] => of(UNITS),
        [_, "option"] => OPTNAME.kind_candidates(prefix, world),
        [_, "option", _] | [_, "option", _, _] if lower.last() != Some(&"is") => of(&["is"]),
        [_, "option", .., "is"] => of(&["not", "1", "0", "on", "off"]),
        [_, "option", .., "is", "not"] => of(&["1", "0", "on", "off"]),
        _ => Vec::new(),
    }
}

fn states() -> Vec<String> {
    let mut names: Vec<String> = State::ALL.iter().map(|s| s.name().to_string()).collect();
    names.dedup();
    names
}

/// How many words at the beginning name a call, if a check of its answer may follow.
fn call_words(before: &[&str]) -> Option<usize> {
    let (first, rest) = before.split_first()?;
    let (command, words) = call::command(first, rest.first().copied())?;
    // `bind is LISTEN` speaks of a socket that is called so.
    let verb = before.get(words).is_some_and(|w| VERBS.contains(w));
    (notes_answers(command) && before.len() >= words && !verb).then_some(words)
}

/// A parameter's own candidates.
trait KindCandidates {
    fn kind_candidates(&self, prefix: &str, world: &dyn World) -> Vec<Candidate>;
}

impl<K: crate::grammar::spec::Kind> KindCandidates for crate::grammar::Param<K> {
    fn kind_candidates(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        self.kind.complete(prefix, world)
    }
}

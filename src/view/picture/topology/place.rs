//! Where on the wire a rule acts: at a host's cable, where its words name the host; else everywhere.

use super::{Deed, Rule, Topology};
use crate::event::WireState;
use crate::packet::filter::WORDS;
use crate::text::messages::wire as wired;

/// Gives every rule its place.
pub fn rules(wire: &WireState, topology: &mut Topology) {
    for words in &wire.cuts {
        let ends = words.split(" for ").next().unwrap_or(words);
        let ends: Vec<&str> = ends.split(' ').skip(1).collect();
        put(topology, &ends, Rule { deed: Deed::Cut, words: words.clone(), meaning: None });
    }
    for words in &wire.holds {
        let meaning = match words.as_str() {
            "hold" => Some(wired::state_holds_ip()),
            "hold all" => Some(wired::state_holds_all()),
            _ => None,
        };
        let filter = words.strip_prefix("hold").unwrap_or(words).trim_start();
        let filter = filter.strip_prefix("all").filter(|f| f.is_empty() || f.starts_with(' ')).unwrap_or(filter);
        let at = ends(filter.trim(), topology);
        put(topology, &borrowed(&at), Rule { deed: Deed::Hold, words: words.clone(), meaning });
    }
    for words in &wire.rules {
        let filter = words.split_once(" for ").map_or("", |(_, f)| f);
        let filter = filter.rsplit_once(" seed ").map_or(filter, |(f, _)| f);
        let at = ends(filter, topology);
        put(topology, &borrowed(&at), Rule { deed: Deed::Change, words: words.clone(), meaning: None });
    }
    for (what, count) in &wire.promises {
        let words = wired::state_next(what, *count).plain(topology.lang);
        put(topology, &[], Rule { deed: Deed::Change, words, meaning: None });
    }
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The hosts at whose cables alone a filter can fit a frame: each of its alternatives names one, the sender rather than the receiver.
/// Empty where it can fit anywhere.
fn ends(filter: &str, topology: &Topology) -> Vec<String> {
    let is_host = |word: &str| topology.hosts.iter().any(|h| h.name == word);
    let mut found = Vec::new();
    for terms in filter.split(" or ") {
        let words: Vec<&str> = terms.split(' ').collect();
        let denied = |at: usize| at > 0 && words[at - 1] == "not";
        let behind = |which: &str| {
            let at = (0..words.len().saturating_sub(1)).find(|at| words[*at] == which && !denied(*at) && is_host(words[at + 1]))?;
            Some(words[at + 1])
        };
        let alone = || {
            let free = |at: &usize| !denied(*at) && !WORDS.contains(&words[*at]) && is_host(words[*at]);
            let free = |at: &usize| free(at) && (*at == 0 || !["from", "to", "port"].contains(&words[at - 1]));
            (0..words.len()).find(free).map(|at| words[at])
        };
        match behind("from").or_else(|| behind("to")).or_else(alone) {
            Some(host) => found.push(host.to_string()),
            None => return Vec::new(),
        }
    }
    found
}

fn put(topology: &mut Topology, names: &[&str], rule: Rule) {
    let mut placed = false;
    for host in topology.hosts.iter_mut().filter(|h| names.contains(&h.name.as_str())) {
        host.rules.push(rule.clone());
        placed = true;
    }
    if !placed {
        topology.everywhere.push(rule);
    }
}

//! Checks about the lab: frames on the wire, hosts, what a host's kernel has without a descriptor.
//!
//! A frame is described in the words of the wire's filters, `SYN+ACK from bob to alice`, and in a few more for what was observed of it.

use super::{Check, Count, Facts, State, Verdict, What};
use crate::event::{Cause, Fate, Frame};
use crate::grammar::args::is_name;
use crate::grammar::{Args, Refusal, Word};
use crate::packet::filter::{Filter, Reach, Seen, WORDS};
use crate::packet::{Note, Proto};
use crate::text::Text;
use crate::text::messages::check_wire as say;
use std::collections::BTreeMap;

/// A wish about the lab.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    Frames(Frames),
    Host(String),
    /// So many entries in this state in a host's table of TCP.
    States(String, State, Count),
    /// A host has the hardware address of another's IP address.
    Knows(String, String),
}

/// So many frames of a kind had this fate.
#[derive(Debug, Clone)]
pub(super) struct Frames {
    count: Count,
    /// As they were typed.
    words: String,
    filter: Filter,
    nouns: Vec<Noun>,
    /// Absent: they were seen, whatever became of them.
    fate: Option<Fate>,
    by: Option<String>,
}

/// What is not said by a header alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noun {
    Any,
    Retransmission,
    FastRetransmission,
    DuplicateAck,
    ZeroWindow,
    WindowUpdate,
    Probe,
    KeepAlive,
    Fragment,
    Request,
    Reply,
    Unreachable,
    Duplicate,
}

/// The singular of each; an `s` behind it is understood.
const NOUNS: [(&str, Noun); 14] = [
    ("frame", Noun::Any),
    ("packet", Noun::Any),
    ("retransmission", Noun::Retransmission),
    ("fast-retransmission", Noun::FastRetransmission),
    ("duplicate-ack", Noun::DuplicateAck),
    ("zero-window", Noun::ZeroWindow),
    ("window-update", Noun::WindowUpdate),
    ("zero-window-probe", Noun::Probe),
    ("keep-alive", Noun::KeepAlive),
    ("fragment", Noun::Fragment),
    ("request", Noun::Request),
    ("reply", Noun::Reply),
    ("unreachable", Noun::Unreachable),
    ("duplicate", Noun::Duplicate),
];

pub(super) const BEGINS: &[&str] = &["a", "an", "at", "no", "host"];
const VERBS: &[&str] = &["is", "are", "was", "were"];
const FATES: &[&str] = &["held", "delivered", "dropped", "seen"];
const CAUSES: &[&str] =
    &["step", "drop", "loss", "cut", "flow", "delay", "queue_full", "rate", "duplicate", "reordered", "corrupted", "injected"];

impl Noun {
    fn of(word: &str) -> Option<Noun> {
        let known = |w: &str| NOUNS.iter().find(|(name, _)| *name == w).map(|(_, noun)| *noun);
        known(word).or_else(|| known(word.strip_suffix('s')?)).or_else(|| (word == "replies").then_some(Noun::Reply))
    }

    fn fits(self, frame: &Frame) -> bool {
        let s = &frame.summary;
        let noted = |wanted: &dyn Fn(&Note) -> bool| frame.notes.iter().any(wanted);
        match self {
            Noun::Any => true,
            Noun::Retransmission => noted(&|n| {
                matches!(n, Note::SynAgain { .. } | Note::Retransmission { .. } | Note::RetransmissionWithNewData { .. })
                    || matches!(n, Note::FastRetransmission { .. })
            }),
            Noun::FastRetransmission => noted(&|n| matches!(n, Note::FastRetransmission { .. })),
            Noun::DuplicateAck => noted(&|n| matches!(n, Note::DuplicateAck { .. })),
            Noun::ZeroWindow => noted(&|n| matches!(n, Note::ZeroWindow)),
            Noun::WindowUpdate => noted(&|n| matches!(n, Note::WindowUpdate { .. })),
            Noun::Probe => noted(&|n| matches!(n, Note::ZeroWindowProbe)),
            Noun::KeepAlive => noted(&|n| matches!(n, Note::KeepAlive)),
            Noun::Fragment => s.fragment.is_some(),
            Noun::Request => matches!(
                (s.proto, s.kind),
                (Proto::Arp, Some((1, _))) | (Proto::Icmp, Some((8, _))) | (Proto::Icmpv6, Some((128, _)))
            ),
            Noun::Reply => matches!(
                (s.proto, s.kind),
                (Proto::Arp, Some((2, _))) | (Proto::Icmp, Some((0, _))) | (Proto::Icmpv6, Some((129, _)))
            ),
            Noun::Unreachable => matches!((s.proto, s.kind), (Proto::Icmp, Some((3, _))) | (Proto::Icmpv6, Some((1, _)))),
            Noun::Duplicate => matches!(frame.cause, Some(Cause::Duplicate { .. })),
        }
    }
}

fn lower(word: &Word<'_>) -> String {
    word.bare_str().unwrap_or_default().to_ascii_lowercase()
}

/// A check of the lab, if the words are one: `first` was taken already.
pub(super) fn read(args: &mut Args<'_>, first: &Word<'_>) -> Result<Option<Check>, Refusal> {
    let word = lower(first);
    let next = args.peek().map(|w| lower(&w)).unwrap_or_default();
    // `a is connected to b` speaks of sockets that are called so.
    if super::read::VERBS.contains(&next.as_str()) {
        let states = if next == "has" { state_ahead(args) } else { None };
        return match states {
            Some(skip) => states_on(args, first, skip).map(Some),
            None => Ok(None),
        };
    }
    let check = |what| Ok(Some(Check { name: None, not: false, what: What::Lab(what) }));
    match word.as_str() {
        "host" => {
            let Some(host) = args.next_word() else { return Err(args.missing(say::what_check_host())) };
            let Some(verb) = args.next_word() else { return Err(args.missing(say::what_host_verb())) };
            let not = match lower(&verb).as_str() {
                "exists" => false,
                "is" if args.next_word().is_some_and(|w| lower(&w) == "gone") => true,
                _ => return Err(super::read::not_one_of(&verb, say::what_host_verb(), ["exists"].into_iter())),
            };
            Ok(Some(Check { name: None, not, what: What::Lab(Wish::Host(host.shown())) }))
        }
        _ if next == "knows" && is_name(&word) => {
            args.at += 1;
            let not = super::read::take(args, &["no"]);
            for skipped in [["the"], ["hardware"], ["address"], ["of"]] {
                super::read::take(args, &skipped);
            }
            let Some(of) = args.next_word() else { return Err(args.missing(say::what_knows())) };
            Ok(Some(Check { name: None, not, what: What::Lab(Wish::Knows(first.shown(), of.shown())) }))
        }
        "a" | "an" | "the" | "at" | "no" => check(Wish::Frames(frames(args, first)?)),
        number if number.parse::<u64>().is_ok() => check(Wish::Frames(frames(args, first)?)),
        _ => Ok(None),
    }
}

/// Behind `has`: where a state stands ahead, how many words before it.
fn state_ahead(args: &Args<'_>) -> Option<usize> {
    let at = if args.ahead(1).is_some_and(|w| lower(&w) == "at") { 4 } else { 2 };
    args.ahead(at).filter(|w| w.bare_str().and_then(State::from_name).is_some()).map(|_| at)
}

fn states_on(args: &mut Args<'_>, host: &Word<'_>, state: usize) -> Result<Check, Refusal> {
    args.at += 1;
    let count = if super::read::take(args, &["a", "an"]) { Count::AtLeast(1) } else { super::read::count(args)? };
    let word = args.next_word();
    debug_assert!(word.is_some(), "a state stands {state} words ahead");
    let state = word.and_then(|w| w.bare_str().and_then(State::from_name)).unwrap_or(State::Close);
    Ok(Check { name: None, not: false, what: What::Lab(Wish::States(host.shown(), state, count)) })
}

fn frames(args: &mut Args<'_>, first: &Word<'_>) -> Result<Frames, Refusal> {
    let count = match lower(first).as_str() {
        "a" | "an" | "the" => Count::AtLeast(1),
        _ => {
            args.at -= 1;
            super::read::count(args)?
        }
    };
    let mut nouns = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut said = String::new();
    loop {
        let Some(word) = args.next_word() else { return Err(args.missing(say::what_frame_verb())) };
        let text = lower(&word);
        if VERBS.contains(&text.as_str()) {
            break;
        }
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&word.shown());
        match Noun::of(&text) {
            Some(noun) => nouns.push(noun),
            None => words.push(word),
        }
    }
    if said.is_empty() {
        return Err(args.missing(say::what_frame()));
    }
    // `2 FINs`.
    let single = |w: &Word<'_>| match lower(w).strip_suffix('s') {
        Some(one) if WORDS.contains(&one) => one.to_string(),
        _ => w.shown(),
    };
    let texts: Vec<String> = words.iter().map(single).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // A host need not be there yet; anywhere else a name is a slip.
    let ends: Vec<&str> = texts.windows(2).filter(|w| ["from", "to"].contains(&w[0])).map(|w| w[1]).collect();
    let filter = Filter::parse(&texts, |w| is_name(w) && ends.contains(&w)).map_err(|wrong| {
        let known = WORDS.iter().copied().chain(NOUNS.iter().map(|n| n.0));
        super::read::not_one_of(&words[wrong.word.min(words.len() - 1)], say::what_frame(), known)
    })?;
    let Some(fate) = args.next_word() else { return Err(args.missing(say::what_fate())) };
    let fate = match lower(&fate).as_str() {
        "held" => Some(Fate::Held),
        "delivered" => Some(Fate::Delivered),
        "dropped" => Some(Fate::Dropped),
        "seen" | "sent" => None,
        _ => return Err(super::read::not_one_of(&fate, say::what_fate(), FATES.iter().copied())),
    };
    let by = match super::read::take(args, &["by"]) {
        false => None,
        true => {
            let Some(word) = args.next_word() else { return Err(args.missing(say::what_cause())) };
            let cause = lower(&word);
            if !CAUSES.contains(&cause.as_str()) {
                return Err(super::read::not_one_of(&word, say::what_cause(), CAUSES.iter().copied()));
            }
            Some(cause)
        }
    };
    Ok(Frames { count, words: said, filter, nouns, fate, by })
}

impl Frames {
    fn fits(&self, frame: &Frame) -> bool {
        let to = frame.to.as_deref().map_or(Reach::Nobody, Reach::One);
        self.nouns.iter().all(|n| n.fits(frame)) && self.filter.fits(&Seen { summary: &frame.summary, from: &frame.from, to })
    }

    fn caused(&self, frame: &Frame) -> bool {
        self.by.as_deref().is_none_or(|by| frame.cause.is_some_and(|c| c.word() == by))
    }

    fn described(&self) -> String {
        match &self.by {
            Some(by) => format!("{} (by {by})", self.words),
            None => self.words.clone(),
        }
    }

    fn goal(&self) -> Text {
        let what = self.described();
        match (self.count, self.fate) {
            (Count::AtLeast(1), Some(Fate::Held)) => say::goal_held(what),
            (Count::AtLeast(1), Some(Fate::Delivered)) => say::goal_delivered(what),
            (Count::AtLeast(1), Some(Fate::Dropped)) => say::goal_dropped(what),
            (Count::AtLeast(1), None | Some(Fate::Seen)) => say::goal_seen(what),
            (n, Some(Fate::Held)) => say::goal_held_n(n.text(), what),
            (n, Some(Fate::Delivered)) => say::goal_delivered_n(n.text(), what),
            (n, Some(Fate::Dropped)) => say::goal_dropped_n(n.text(), what),
            (n, None | Some(Fate::Seen)) => say::goal_seen_n(n.text(), what),
        }
    }

    fn judge(&self, facts: &mut dyn Facts) -> Verdict {
        // What is held is a state: it may be held since before the step.
        let held = self.fate == Some(Fate::Held);
        let mut fitting: BTreeMap<u64, bool> = BTreeMap::new();
        let mut last: Option<(String, Fate)> = None;
        facts.frames(held, &mut |frame| {
            last = Some((short(frame), frame.fate));
            if !self.fits(frame) {
                return;
            }
            let so = self.fate.is_none_or(|fate| fate == frame.fate) && self.caused(frame);
            let known = fitting.entry(frame.packet).or_default();
            *known = if held { so } else { *known || so };
        });
        let n = fitting.values().filter(|so| **so).count() as u64;
        let met = self.count.meets(n);
        let seen = match (n, last) {
            (0, None) => say::seen_no_frame(),
            (0, Some((frame, Fate::Held))) => say::seen_last_held(frame),
            (0, Some((frame, Fate::Delivered))) => say::seen_last_delivered(frame),
            (0, Some((frame, Fate::Dropped))) => say::seen_last_dropped(frame),
            (n, _) => say::seen_frames(self.described(), n),
        };
        Verdict { met, seen }
    }
}

/// `alice → bob SYN+ACK`.
fn short(frame: &Frame) -> String {
    let what = match &frame.summary.tcp {
        Some(tcp) => tcp.flag_names().collect::<Vec<_>>().join("+"),
        None => frame.summary.proto.name().to_ascii_uppercase(),
    };
    format!("{} → {} {what}", frame.from, frame.to.as_deref().unwrap_or("*"))
}

impl Wish {
    pub(super) fn goal(&self, not: bool) -> Text {
        match self {
            Wish::Frames(f) => f.goal(),
            Wish::Host(host) if not => say::goal_no_host(host),
            Wish::Host(host) => say::goal_host(host),
            Wish::States(host, state, count) => say::goal_states(host, state.name(), count.text()),
            Wish::Knows(host, of) if not => say::goal_knows_not(host, of),
            Wish::Knows(host, of) => say::goal_knows(host, of),
        }
    }

    pub(super) fn judge(&self, not: bool, facts: &mut dyn Facts) -> Verdict {
        match self {
            Wish::Frames(frames) => frames.judge(facts),
            Wish::Host(host) => {
                let there = facts.host(host);
                Verdict { met: there != not, seen: if there { say::seen_host(host) } else { say::seen_no_host(host) } }
            }
            Wish::States(host, state, count) => {
                let Some(states) = facts.states_on(host) else { return Verdict { met: false, seen: say::seen_no_host(host) } };
                let n = states.iter().filter(|s| s.name() == state.name()).count() as u64;
                let list = states.iter().map(|s| format!("`{}`", s.name())).collect::<Vec<_>>().join(", ");
                let seen = if states.is_empty() { say::seen_no_states(host) } else { say::seen_states(host, list) };
                Verdict { met: count.meets(n), seen }
            }
            Wish::Knows(host, of) => {
                let Some(known) = facts.neighbours(host) else { return Verdict { met: false, seen: say::seen_no_host(host) } };
                let met = known.iter().any(|ip| ip == of) != not;
                let seen = if known.is_empty() { say::seen_knows_none(host) } else { say::seen_knows(host, known.join(", ")) };
                Verdict { met, seen }
            }
        }
    }
}

/// What could stand next in a check of frames: `before` are all words so far.
pub(super) fn complete(before: &[&str], hosts: Vec<String>) -> Option<Vec<String>> {
    let words = |list: &[&str]| Some(list.iter().map(|w| w.to_string()).collect());
    match before {
        ["host"] => return Some(hosts),
        ["host", _] => return words(&["exists", "is"]),
        ["host", _, "is"] => return words(&["gone"]),
        [_, "knows"] => return words(&["the hardware address of"]),
        [first, ..] if BEGINS.contains(first) => {}
        _ => return None,
    }
    let rest = match before {
        ["at"] => return words(&["least", "most"]),
        ["at", _] => return words(&["1"]),
        ["at", _, _, rest @ ..] => rest,
        [_, rest @ ..] => rest,
        [] => return None,
    };
    if let Some(verb) = rest.iter().position(|w| VERBS.contains(w)) {
        return match &rest[verb + 1..] {
            [] => words(FATES),
            [_] => words(&["by"]),
            [_, "by"] => words(CAUSES),
            _ => Some(Vec::new()),
        };
    }
    let last = rest.last().copied();
    match last {
        Some("from" | "to") => return Some(hosts),
        Some("port") => return words(&["9000"]),
        _ => {}
    }
    // What joins or denies needs words of a filter beside it.
    let joins = ["or", "and", "not"];
    let open = last.is_some_and(|w| joins.contains(&w));
    let joinable = !open && last.is_some_and(|w| WORDS.contains(&w));
    let filters = WORDS.iter().copied().filter(|w| joinable || !["or", "and"].contains(w));
    let verbs = ["is", "was"].into_iter().filter(|_| !open && last.is_some());
    let nouns = NOUNS.iter().map(|n| n.0).filter(|_| !open);
    Some(verbs.chain(nouns).chain(filters).map(str::to_string).collect())
}

//! The words of the wire's verbs: filters, which packet, shares, speeds.

use crate::grammar::complete::matching;
use crate::grammar::nearest::nearest;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Param, Refusal, Word, World, number};
use crate::lab::wire::{Act, Filter, Pick, Reason, Rule, Share, Speed, WORDS};
use crate::text::Text;
use crate::text::messages::wire as say;
use std::time::Duration;

/// A word and where it stands.
pub struct Said {
    pub word: String,
    pub span: (usize, usize),
}

/// Any word of what may follow a verb: read as a whole behind it.
pub struct Rest(pub &'static [&'static str], pub fn() -> Text);

impl Kind for Rest {
    type Out = Said;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Said, Refusal> {
        Ok(Said { word: word.str()?.to_string(), span: word.span })
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        let mut found = matching(prefix, self.0.iter().chain(WORDS).copied());
        found.extend(matching(prefix, world.hosts()));
        found
    }
    fn what(&self) -> Text {
        (self.1)()
    }
}

pub static FILTER: Param<Rest> = Param::any("filter", Rest(&["all"], say::what_filter));
pub static RULE: Param<Rest> = Param::any("for", Rest(&["for", "seed"], say::what_rule));

/// A filter of these words.
pub fn filter(words: &[Said], world: &dyn World) -> Result<Filter, Refusal> {
    let hosts = world.hosts();
    let plain: Vec<&str> = words.iter().map(|w| w.word.as_str()).collect();
    Filter::parse(&plain, |w| hosts.iter().any(|h| h == w)).map_err(|wrong| {
        let at = &words[wrong.word.min(words.len().saturating_sub(1))];
        let reason = match wrong.reason {
            Reason::UnknownWord => say::filter_unknown(&at.word),
            Reason::UnknownHost => say::filter_host(&at.word),
            Reason::BadPort => say::filter_port(&at.word),
            Reason::Missing => say::filter_missing(&at.word),
            Reason::NothingBefore => say::filter_nothing_before(&at.word),
        };
        let near = || nearest(&at.word.to_lowercase(), WORDS.iter().copied().chain(hosts.iter().map(String::as_str)));
        let hint = matches!(wrong.reason, Reason::UnknownWord | Reason::UnknownHost).then(near).flatten().map(str::to_string);
        Refusal::bad(at.span, reason).hint(hint)
    })
}

/// `[for FILTER] [seed N]` behind a rule. Without a seed one is drawn, and shown.
pub fn rule(act: Act, words: &[Said], world: &dyn World) -> Result<Rule, Refusal> {
    let (mut filtered, mut seed) = (&words[0..0], None);
    let mut rest = words;
    while let Some(first) = rest.first() {
        match first.word.to_ascii_lowercase().as_str() {
            "seed" => {
                let number = rest.get(1).and_then(|w| number::int(&w.word)).and_then(|n| u64::try_from(n).ok());
                let span = rest.get(1).map_or(first.span, |w| w.span);
                seed = Some(number.ok_or_else(|| Refusal::bad(span, say::bad_seed()))?);
                rest = &rest[2..];
            }
            "for" => {
                let end = rest.iter().position(|w| w.word.eq_ignore_ascii_case("seed")).unwrap_or(rest.len());
                if end < 2 {
                    return Err(Refusal::bad(first.span, say::filter_missing(&first.word)));
                }
                filtered = &rest[1..end];
                rest = &rest[end..];
            }
            _ => return Err(Refusal::bad(first.span, say::rule_word(&first.word)).hint(Some("for"))),
        }
    }
    Ok(Rule { act, filter: filter(filtered, world)?, seed: seed.unwrap_or_else(draw) })
}

/// A seed where none was typed: small, so that it can be typed again.
fn draw() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(1, |d| u64::from(d.subsec_nanos()) % 100_000)
}

/// `3`, the three oldest; `packet 7`, that one.
pub struct Which;

impl Kind for Which {
    type Out = Pick;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.eq_ignore_ascii_case("packet") || number::int(w).is_some_and(|n| n > 0))
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Pick, Refusal> {
        let bad = |word: Word<'_>| Refusal::bad(word.span, say::bad_packet(word.shown()));
        let count = |w: Word<'_>| w.bare_str().and_then(number::int).filter(|n| *n > 0);
        if word.bare_str().is_some_and(|w| w.eq_ignore_ascii_case("packet")) {
            let Some(next) = args.next_word() else { return Err(args.missing(say::what_packet())) };
            return count(next).map(|n| Pick::Number(n as u64)).ok_or_else(|| bad(next));
        }
        count(word).and_then(|n| u32::try_from(n).ok()).map(Pick::Oldest).ok_or_else(|| bad(word))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["packet"])
    }
    fn what(&self) -> Text {
        say::what_packet()
    }
}

/// `10%`.
pub struct Percent;

impl Kind for Percent {
    type Out = Share;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.ends_with('%') && Share::parse(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Share, Refusal> {
        word.bare_str().and_then(Share::parse).ok_or_else(|| Refusal::bad(word.span, say::bad_share(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["10%"])
    }
    fn what(&self) -> Text {
        say::what_share()
    }
}

/// `1mbit`; `0` ends it.
pub struct Bits;

impl Kind for Bits {
    type Out = Speed;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w == "0" || Speed::parse(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Speed, Refusal> {
        let read = word.bare_str().and_then(|w| if w == "0" { Some(Speed(0)) } else { Speed::parse(w) });
        read.ok_or_else(|| Refusal::bad(word.span, say::bad_speed(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["1mbit"])
    }
    fn what(&self) -> Text {
        say::what_rate()
    }
}

/// `jitter 10ms`.
pub struct Jitter;

impl Kind for Jitter {
    type Out = Duration;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.eq_ignore_ascii_case("jitter"))
    }
    fn read(&self, args: &mut Args<'_>, _: Word<'_>) -> Result<Duration, Refusal> {
        let Some(next) = args.next_word() else { return Err(args.missing(say::what_jitter())) };
        let read = next.bare_str().and_then(number::duration);
        read.ok_or_else(|| Refusal::bad(next.span, crate::text::messages::refusal::not_a_duration(next.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["jitter"])
    }
    fn what(&self) -> Text {
        say::what_jitter()
    }
}

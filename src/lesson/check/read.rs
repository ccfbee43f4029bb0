//! Reading a check's words. What follows a complete check (`until`'s time limit) is left where it stands.

use super::{Answer, Check, Count, Peer, Queue, What, wire};
use crate::call::options::{OPTNAME, read_value};
use crate::call::params::ADDR;
use crate::call::{self, CallCommand};
use crate::grammar::args::is_name;
use crate::grammar::nearest::nearest;
use crate::grammar::refusal::Code;
use crate::grammar::{Args, DataWord, Example, Group, Lexed, Lexicon, Refusal, Spec, Word, World, lex, number};
use crate::kernel::addr::looks_like;
use crate::kernel::opt::OptValue;
use crate::text::Text;
use crate::text::messages::{check as say, check_wire as say_wire, refusal, summary};
use crate::vocabulary::errno::{ALIASES, ERRNOS};
use crate::vocabulary::option::{Access, Opt, Shape};
use crate::vocabulary::{self as voc, Errno, State};

/// Words behind a name.
pub(super) const VERBS: &[&str] = &["is", "has", "option", "readable", "writable"];
/// Words behind `is`, besides the states.
pub(super) const CONDITIONS: &[&str] = &[
    "not",
    "bound",
    "on",
    "connected",
    "a",
    "an",
    "the",
    "listening",
    "blocking",
    "nonblock",
    "non-blocking",
    "open",
    "closed",
    "readable",
    "writable",
];
/// Words behind a number.
pub(super) const UNITS: &[&str] = &["waiting", "bytes", "unacked", "unsent"];
pub(super) const OUTCOMES: &[&str] = &["succeeds", "fails", "returns", "gets", "used", "waits"];

/// Stands for the fence of a lesson, where no command stands before the check.
pub(super) static FENCE: Spec = Spec {
    name: "check",
    sub: None,
    also: &[],
    group: Group::Flow,
    params: &[],
    summary: summary::what_check,
    examples: &[Example { before: "", line: "server is LISTEN" }],
    makes: (0, 0),
    moves: false,
    job: false,
};

impl Check {
    /// Reads the words of a check, and no word behind it.
    ///
    /// # Errors
    /// A word that no check has there, with the nearest that it has.
    pub fn read(args: &mut Args<'_>) -> Result<Check, Refusal> {
        let Some(first) = args.next_word() else { return Err(args.missing(summary::what_check())) };
        let Some(text) = first.bare_str() else { return Err(no_check(&first)) };
        if let Some(check) = wire::read(args, &first)? {
            return Ok(check);
        }
        if let Some(check) = answer_of_call(args, &first, text)? {
            return Ok(check);
        }
        if text.eq_ignore_ascii_case("port") && ahead_is(args, 0, &["of"]) {
            return port_of(args);
        }
        if !is_name(text) {
            return Err(no_check(&first));
        }
        let Some(verb) = args.next_word() else { return Err(args.missing(say::what_check_verb())) };
        let (not, what) = match keyword(&verb).as_str() {
            "is" => condition(args)?,
            "has" => amount(args)?,
            "option" => option(args)?,
            "readable" => (false, What::Ready(libc::POLLIN)),
            "writable" => (false, What::Ready(libc::POLLOUT)),
            _ => return Err(not_one_of(&verb, say::what_check_verb(), VERBS.iter().chain(OUTCOMES).copied())),
        };
        Ok(Check { name: Some(text.to_string()), not, what })
    }

    /// Reads one line of a `check` fence: all of it.
    ///
    /// # Errors
    /// As [`Check::read`], and words left over.
    pub fn read_line(line: &str, world: &dyn World) -> Result<Check, Refusal> {
        let mut lexed = Lexed::default();
        lex(line, 0, Some(world), &mut lexed)?;
        let mut args = Args::new(line, &lexed, 0, &FENCE, world, (0, 0));
        let check = Check::read(&mut args)?;
        args.finish()?;
        Ok(check)
    }
}

/// A word for comparing: in small letters; quoted ones are no keywords.
fn keyword(word: &Word<'_>) -> String {
    word.bare_str().unwrap_or_default().to_ascii_lowercase()
}

fn ahead_is(args: &Args<'_>, n: usize, wanted: &[&str]) -> bool {
    args.ahead(n).is_some_and(|w| wanted.contains(&keyword(&w).as_str()))
}

/// Steps over a word if it stands there.
pub(super) fn take(args: &mut Args<'_>, wanted: &[&str]) -> bool {
    let there = ahead_is(args, 0, wanted);
    args.at += usize::from(there);
    there
}

fn no_check(word: &Word<'_>) -> Refusal {
    Refusal::new(Code::Syntax, word.span, refusal::not_a_check(word.shown())).hint(Some("server is LISTEN"))
}

pub(super) fn not_one_of<'a>(word: &Word<'_>, what: Text, known: impl Iterator<Item = &'a str>) -> Refusal {
    let near = nearest(&word.shown().to_ascii_lowercase(), known).map(str::to_string);
    Refusal::bad(word.span, refusal::not_one_of(word.shown(), what)).hint(near)
}

/// `CALL succeeds`, `CALL fails with ERRNO`, each perhaps `on NAME`.
fn answer_of_call(args: &mut Args<'_>, first: &Word<'_>, text: &str) -> Result<Option<Check>, Refusal> {
    if text.eq_ignore_ascii_case("who") && take(args, &["finds"]) {
        return Ok(Some(Check { name: None, not: false, what: What::Finds(args.one(&ADDR)?) }));
    }
    let second = args.peek().and_then(|w| w.bare_str());
    let (text, others) = text.split_once('|').map_or((text, None), |(one, rest)| (one, Some(rest)));
    let named = call::command(text, second);
    // `epoll wait …`: two words, unless the second is what a socket of that name would be asked.
    let two = named.is_some_and(|(_, taken)| taken == 2) && !ahead_is(args, 0, VERBS);
    if !two && !ahead_is(args, 0, OUTCOMES) {
        return match ahead_is(args, 1, OUTCOMES) && !ahead_is(args, 0, VERBS) {
            true => Err(unknown_call(first)),
            false => Ok(None),
        };
    }
    // A command that is no call answers nothing, but it can be used.
    if named.is_none() && others.is_none() && ahead_is(args, 0, &["used"]) {
        args.at += 1;
        let name = on_name(args)?;
        return Ok(Some(Check { name, not: false, what: What::Used(text.to_ascii_lowercase()) }));
    }
    let Some((command, taken)) = named.filter(|(_, taken)| (*taken == 2) == two) else { return Err(unknown_call(first)) };
    if !notes_answers(command) {
        return Err(Refusal::bad(first.span, say::no_answer_noted(command.spec.title())).hint(Some("server is open")));
    }
    args.at += taken - 1;
    let Some(outcome) = args.next_word() else { return Err(args.missing(say::what_outcome())) };
    if !OUTCOMES.contains(&keyword(&outcome).as_str()) {
        return Err(not_one_of(&outcome, say::what_outcome(), OUTCOMES.iter().copied()));
    }
    let mut calls = vec![command.name];
    for other in others.into_iter().flat_map(|o| o.split('|')) {
        match call::command(other, None) {
            Some((c, 1)) if notes_answers(c) => calls.push(c.name),
            _ => return Err(unknown_call(first)),
        }
    }
    let what = match keyword(&outcome).as_str() {
        "fails" => {
            let errno = if take(args, &["with"]) { Some(errno(args)?) } else { None };
            What::Call(calls, Answer::Failure(errno))
        }
        "returns" => {
            let count = count(args)?;
            take(args, &["byte", "bytes"]);
            What::Call(calls, Answer::Returns(count))
        }
        "gets" => {
            let Some(word) = args.next_word() else { return Err(args.missing(summary::what_data())) };
            What::Call(calls, Answer::Gets(DataWord::read(&word)?.bytes.to_vec()))
        }
        "used" => What::Used(command.spec.title().to_string()),
        "waits" => What::Waits(command.name),
        _ => What::Call(calls, Answer::Success),
    };
    let name = on_name(args)?;
    Ok(Some(Check { name, not: false, what }))
}

fn on_name(args: &mut Args<'_>) -> Result<Option<String>, Refusal> {
    if take(args, &["on"]) { name(args).map(Some) } else { Ok(None) }
}

/// `port of NAME is STATE`.
fn port_of(args: &mut Args<'_>) -> Result<Check, Refusal> {
    args.at += 1;
    let name = name(args)?;
    match args.next_word() {
        None => return Err(args.missing(say::what_is())),
        Some(w) if keyword(&w) != "is" => return Err(not_one_of(&w, say::what_is(), ["is"].into_iter())),
        Some(_) => {}
    }
    let not = take(args, &["not"]);
    let Some(word) = args.next_word() else { return Err(args.missing(say::what_state())) };
    match word.bare_str().and_then(State::from_name) {
        Some(state) => Ok(Check { name: Some(name), not, what: What::Port(state) }),
        None => Err(not_one_of(&word, say::what_state(), State::ALL.iter().map(|s| s.name()))),
    }
}

/// `at least 3`, `at most 3`, `3`.
pub(super) fn count(args: &mut Args<'_>) -> Result<Count, Refusal> {
    let bound: fn(u64) -> Count = if take(args, &["at"]) {
        let Some(word) = args.next_word() else { return Err(args.missing(say::what_amount())) };
        match keyword(&word).as_str() {
            "least" => Count::AtLeast,
            "most" => Count::AtMost,
            _ => return Err(not_one_of(&word, say::what_amount(), ["least", "most"].into_iter())),
        }
    } else {
        Count::Exactly
    };
    let Some(word) = args.next_word() else { return Err(args.missing(say::what_amount())) };
    let n = match keyword(&word).as_str() {
        "no" => Some(0),
        text => number::size(text),
    };
    match n {
        Some(n) => Ok(bound(n)),
        None => Err(Refusal::bad(word.span, refusal::not_one_of(word.shown(), say::what_amount()))),
    }
}

fn unknown_call(word: &Word<'_>) -> Refusal {
    let near = call::COMMANDS.iter().map(|c| c.spec.name);
    let near = nearest(&word.shown().to_ascii_lowercase(), near).map(str::to_string);
    Refusal::new(Code::UnknownCommand, word.span, refusal::unknown_command(word.shown())).hint(near)
}

/// Whether its last answer is kept: with the socket it was made on, which is still there afterwards, or by the log.
pub(super) fn notes_answers(command: &CallCommand) -> bool {
    command.name != "close"
}

fn errno(args: &mut Args<'_>) -> Result<Errno, Refusal> {
    let Some(word) = args.next_word() else { return Err(args.missing(summary::what_errno())) };
    word.bare_str().and_then(Errno::from_name).ok_or_else(|| {
        let known = ERRNOS.iter().map(|e| e.0).chain(ALIASES.iter().map(|a| a.0));
        let near = nearest(&word.shown().to_ascii_uppercase(), known).map(str::to_string);
        Refusal::bad(word.span, refusal::unknown_errno(word.shown())).hint(near)
    })
}

/// A socket's name, alive or not.
fn name(args: &mut Args<'_>) -> Result<String, Refusal> {
    let Some(word) = args.next_word() else { return Err(args.missing(summary::what_socket())) };
    match word.bare_str().filter(|w| is_name(w)) {
        Some(name) => Ok(name.to_string()),
        None => Err(Refusal::bad(word.span, refusal::bad_name(word.shown()))),
    }
}

fn condition(args: &mut Args<'_>) -> Result<(bool, What), Refusal> {
    let not = take(args, &["not"]);
    let Some(word) = args.next_word() else { return Err(args.missing(say::what_condition())) };
    let what = match keyword(&word).as_str() {
        "bound" if take(args, &["to"]) => bound_to(args)?,
        "bound" => What::Bound(None),
        "on" => {
            let Some(host) = args.next_word() else { return Err(args.missing(say_wire::what_check_host())) };
            What::On(host.shown())
        }
        "a" | "an" => socket(args)?,
        "the" if args.peek().is_none() => return Err(args.missing(say::what_condition())),
        "the" if take(args, &["same"]) => {
            take(args, &["socket"]);
            take(args, &["as"]);
            What::Same(self::name(args)?)
        }
        "connected" => What::Connected(if take(args, &["to"]) { Some(peer(args)?) } else { None }),
        "listening" => What::State(State::Listen),
        "blocking" => What::Nonblock(false),
        "nonblock" | "non-blocking" | "nonblocking" => What::Nonblock(true),
        "open" => What::Open,
        "closed" => return Ok((!not, What::Open)),
        "readable" => What::Ready(libc::POLLIN),
        "writable" => What::Ready(libc::POLLOUT),
        _ => match word.bare_str().and_then(State::from_name) {
            Some(state) => What::State(state),
            None => {
                let states = State::ALL.map(|s| s.name().to_ascii_lowercase());
                let known = CONDITIONS.iter().copied().chain(states.iter().map(String::as_str));
                let mut refusal = not_one_of(&word, say::what_condition(), known);
                // States are written in capitals.
                refusal.hint = refusal.hint.map(|h| State::from_name(&h).map_or(h, |s| s.name().to_string()));
                return Err(refusal);
            }
        },
    };
    Ok((not, what))
}

/// An address, `port N`, `a path`, `an abstract name`; `exactly` insists, in a lesson, on the number that was drawn.
fn bound_to(args: &mut Args<'_>) -> Result<What, Refusal> {
    let what = if take(args, &["port"]) {
        let Some(word) = args.next_word() else { return Err(args.missing(summary::what_number())) };
        let port = word.bare_str().and_then(|w| w.parse().ok());
        What::BoundPort(port.ok_or_else(|| Refusal::bad(word.span, refusal::not_a_number(word.shown())))?)
    } else if ahead_is(args, 0, &["a"]) && ahead_is(args, 1, &["path"]) {
        args.at += 2;
        What::BoundName { path: true }
    } else if ahead_is(args, 0, &["an"]) && ahead_is(args, 1, &["abstract"]) {
        args.at += 2;
        take(args, &["name"]);
        What::BoundName { path: false }
    } else {
        What::Bound(Some(args.one(&ADDR)?))
    };
    take(args, &["exactly"]);
    Ok(what)
}

/// `inet stream socket`: family and type as far as they are named.
fn socket(args: &mut Args<'_>) -> Result<What, Refusal> {
    let (mut family, mut kind) = (None, None);
    loop {
        let Some(word) = args.next_word() else { return Err(args.missing(say::what_socket_kind())) };
        let text = word.bare_str().unwrap_or_default();
        if text.eq_ignore_ascii_case("socket") {
            return Ok(What::Socket(family, kind));
        }
        match (voc::FAMILIES.find(text), voc::TYPES.find(text)) {
            (Some(row), _) if family.is_none() && kind.is_none() => family = i32::try_from(row.value).ok(),
            (_, Some(row)) if kind.is_none() => kind = i32::try_from(row.value).ok(),
            _ => {
                let known = voc::FAMILIES.rows.iter().chain(voc::TYPES.rows).map(|r| r.short).chain(["socket"]);
                return Err(not_one_of(&word, say::what_socket_kind(), known));
            }
        }
    }
}

fn peer(args: &mut Args<'_>) -> Result<Peer, Refusal> {
    match args.peek().map(|w| (w, w.bare_str())) {
        None => Err(args.missing(say::what_peer())),
        Some((_, Some(text))) if !looks_like(text) && is_name(text) => name(args).map(Peer::Named),
        Some((word, None)) => Err(Refusal::bad(word.span, refusal::not_one_of(word.shown(), say::what_peer()))),
        Some(_) => args.one(&ADDR).map(Peer::At),
    }
}

fn amount(args: &mut Args<'_>) -> Result<(bool, What), Refusal> {
    if ahead_is(args, 0, &["a", "any", "no"]) && ahead_is(args, 1, &["datagram"]) {
        let not = ahead_is(args, 0, &["no"]);
        args.at += 2;
        return Ok((not, What::Datagram));
    }
    let count = count(args)?;
    let Some(unit) = args.next_word() else { return Err(args.missing(say::what_amount())) };
    let queue = match keyword(&unit).as_str() {
        "waiting" => Queue::Waiting,
        "connection" | "connections" => {
            take(args, &["waiting"]);
            Queue::Waiting
        }
        "unacked" | "unsent" => Queue::Unacked,
        "byte" | "bytes" if take(args, &["unacked", "unsent"]) => Queue::Unacked,
        "byte" | "bytes" => {
            take(args, &["waiting"]);
            Queue::Bytes
        }
        _ => return Err(not_one_of(&unit, say::what_amount(), UNITS.iter().copied())),
    };
    Ok((false, What::Amount(queue, count)))
}

fn option(args: &mut Args<'_>) -> Result<(bool, What), Refusal> {
    let word = args.one(&OPTNAME)?;
    if word.option.access == Access::ReadClears {
        return Err(Refusal::bad(word.span, say::clears_when_read(word.option.name)));
    }
    if !word.option.can_read() {
        let why = match word.option.shape {
            Shape::Never(why) => why.text(),
            _ => summary::never_read(),
        };
        return Err(Refusal::bad(word.span, refusal::option_not_read(word.option.name, why)));
    }
    match args.peek() {
        None => return Err(args.missing(say::what_is())),
        Some(w) if keyword(&w) != "is" => return Err(not_one_of(&w, say::what_is(), ["is"].into_iter())),
        Some(_) => args.at += 1,
    }
    let not = take(args, &["not"]);
    Ok((not, What::Option(word, value(args, word.option)?)))
}

/// A value to compare with: as `setsockopt` takes it, and the names of what can only be read.
fn value(args: &mut Args<'_>, option: &'static Opt) -> Result<OptValue, Refusal> {
    let (lexicon, make): (&'static Lexicon, fn(i32) -> OptValue) = match option.shape {
        Shape::Domain => (&voc::FAMILIES, OptValue::Domain),
        Shape::Type => (&voc::TYPES, OptValue::Type),
        Shape::Protocol => (&voc::PROTOCOLS, OptValue::Protocol),
        _ => return read_value(args, option),
    };
    let Some(word) = args.next_word() else { return Err(args.missing((lexicon.what)())) };
    let known = word.bare_str().and_then(|w| lexicon.find(w).map(|r| r.value).or_else(|| number::int(w)));
    match known.and_then(|v| i32::try_from(v).ok()) {
        Some(v) => Ok(make(v)),
        None => {
            let reason = refusal::not_one_of(word.shown(), (lexicon.what)());
            Err(Refusal::bad(word.span, reason).hint(lexicon.suggest(&word.shown())))
        }
    }
}

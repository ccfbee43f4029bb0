//! A line, from its text to its verdict.

use super::line::{self, Prefixes};
use super::turn::{Act, Builtin, Failure, Flow, Turn, Verdict};
use super::world::{Prepared, SessionWorld};
use super::{Sitting, State};
use crate::call::{self, AnyCall, CallCommand};
use crate::event::What;
use crate::grammar::lex::{Lexed, lex};
use crate::grammar::refusal::{Ask, Code};
use crate::grammar::{Args, Handle, Refusal, Spec, Word, World};
use crate::kernel::{CallClock, Place};
use crate::text::messages::{refusal as say, said};
use std::sync::{Arc, MutexGuard};

/// Longer lines are refused unread.
pub const LONGEST: usize = 16 << 20;
/// `repeat` in `repeat` in `repeat` …
const DEEPEST: u32 = 8;

/// What a statement turned out to be.
enum Ready {
    /// `on HOST`, and nothing behind it.
    Move(Place),
    Call(AnyCall, &'static Spec, Vec<String>),
    Act(Box<dyn Act>, &'static str),
}

enum Command {
    Call(&'static CallCommand),
    Builtin(&'static Builtin),
}

impl Command {
    fn spec(&self) -> &'static Spec {
        match self {
            Command::Call(c) => c.spec,
            Command::Builtin(b) => b.spec,
        }
    }
}

/// The socket that a line speaks of: the first it names, or the current one.
fn spoken_of(state: &State, text: &str, lexed: &Lexed) -> Option<Handle> {
    lexed.tokens.iter().find_map(|t| state.table.find(Word::new(text, lexed, t).bare_str()?)).or(state.table.current)
}

/// Where its words are meant: on the host of the socket it speaks of, unless the line says where.
fn meant(state: &State, turn: &Turn<'_>, socket: Option<Handle>) -> Place {
    let of = socket.and_then(|s| state.table.entry(s.id)).map(|e| e.place.clone());
    of.filter(|_| turn.place == state.here).unwrap_or_else(|| turn.place.clone())
}

impl Sitting {
    /// Carries out a text of one or more statements, up to the first that fails (or all of them, if the sitting keeps going or a
    /// person types). `lexed` is the caller's, to be used again for the next line.
    pub fn run_text(&self, clock: &Arc<CallClock>, text: &str, lexed: &mut Lexed) -> Verdict {
        self.run_each(clock, text, lexed, &mut |_| {})
    }

    /// The same; `failed` is told of each statement that fails, the last of which is the verdict.
    pub fn run_each(&self, clock: &Arc<CallClock>, text: &str, lexed: &mut Lexed, failed: &mut dyn FnMut(&Failure)) -> Verdict {
        let mut from = 0;
        let mut verdict = Ok(Flow::Done);
        let meant = if self.in_lesson() { self.lesson_line(text) } else { None };
        let text = meant.as_deref().unwrap_or(text);
        loop {
            let (result, next) = self.statement(clock, text, from, lexed, None, 0);
            if self.in_lesson() && !matches!(result, Ok(Flow::Detached)) {
                self.look_at_lesson(clock, !text.trim().is_empty());
                self.linger_in_lesson(clock);
            }
            match result {
                Ok(Flow::Done) => {}
                Ok(other) => return Ok(other),
                Err(f) => {
                    failed(&f);
                    if !self.config.keep_going && !self.config.interactive {
                        return Err(f);
                    }
                    verdict = Err(f);
                }
            }
            match next {
                Some(next) => from = next,
                None => return verdict,
            }
        }
    }

    /// Carries out one statement of `text`; says where the next one begins.
    pub fn statement(
        &self,
        clock: &Arc<CallClock>,
        text: &str,
        from: usize,
        lexed: &mut Lexed,
        round: Option<u64>,
        depth: u32,
    ) -> (Verdict, Option<usize>) {
        let mut state = self.lock();
        state.turn += 1;
        let number = state.turn;
        let mut prepared = Prepared::default();
        let place = state.here.clone();
        let mut turn = Turn { sitting: self, clock, number, place, round, expect: None, depth, last: None };
        // Where the statement ends is known even if its words are wrong.
        let mut next;
        let read = {
            let world = SessionWorld { state: &state, round, prepared: &prepared };
            // The values of a repeated line are those of each round.
            let world: Option<&dyn World> = if repeats(&text[from..]) { None } else { Some(&world) };
            lex(text, from, world, lexed)
        };
        let mut typed = false;
        let verdict = loop {
            let read = match &read {
                Ok(n) => {
                    next = *n;
                    if lexed.tokens.is_empty() && !lexed.job {
                        state.turn -= 1;
                        return (Ok(Flow::Done), next);
                    }
                    self.read(&state, text, lexed, &mut turn, &prepared)
                }
                Err(r) => {
                    // Where only a value is missing, the words themselves say where the statement ends.
                    let mut words = Lexed::default();
                    next = lex(text, from, None, &mut words).unwrap_or_else(|_| end_of_statement(text, from.max(r.span.0)));
                    Err(r.clone())
                }
            };
            if !typed {
                typed = true;
                if state.recording {
                    state.open.push(number);
                    let end = next.map_or(text.len(), |n| n.saturating_sub(1)).max(from);
                    record_typed(&mut state, number, statement_text(&text[from..end.min(text.len())]), round);
                }
            }
            match read {
                Ok(Ready::Move(place)) => {
                    state.here = place;
                    drop(state);
                    break Ok(Flow::Done);
                }
                Ok(Ready::Call(call, spec, names)) => {
                    if let Some(forbidden) = state.forbidden(&call) {
                        drop(state);
                        break Err(forbidden);
                    }
                    break self.make(state, &mut turn, call, spec, names, lexed.job);
                }
                Ok(Ready::Act(act, command)) => {
                    if state.recording {
                        let ids: Vec<u32> = lexed
                            .tokens
                            .iter()
                            .filter_map(|t| state.table.find(Word::new(text, lexed, t).bare_str()?))
                            .map(|h| h.id)
                            .collect();
                        state.note_used(command, ids.into_iter());
                    }
                    drop(state);
                    let _there = turn.place.stand();
                    break act.run(&mut turn);
                }
                Err(Refusal { ask: Some(ask), .. }) => match self.prepare(state, &mut turn, ask, text, lexed, &mut prepared) {
                    Ok(()) => state = self.lock(),
                    Err(f) => break Err(f),
                },
                Err(refusal) => {
                    let line = statement_text(&text[from..next.unwrap_or(text.len()).min(text.len())]).to_string();
                    let shift = text[from..].len() - text[from..].trim_start().len() + from;
                    let reason = refusal.reason.clone();
                    let mut refusal = refusal;
                    refusal.span = (refusal.span.0.saturating_sub(shift), refusal.span.1.saturating_sub(shift));
                    state.record(number, |_| What::Refused { line, refusal });
                    drop(state);
                    break Err(Failure { reason, errno: None, stopped: false, said: true, fault: None });
                }
            }
        };
        self.close_opened(&mut turn, &prepared);
        let verdict = self.expected(&turn, verdict);
        if verdict.as_ref().is_ok_and(|f| *f == Flow::Detached) {
            return (verdict, next);
        }
        if self.config.recording {
            let mut state = self.lock();
            state.open.retain(|t| *t != number);
            if let Err(Failure { fault: Some(code), reason, .. }) = &verdict {
                state.record(number, |_| What::Fault { code, reason: reason.clone() });
            }
            state.record(number, |_| What::Done {
                ok: verdict.is_ok(),
                reason: verdict.as_ref().err().filter(|f| !f.said && f.fault.is_none()).map(|f| f.reason.clone()),
            });
        }
        if self.config.interactive {
            self.changed.notify_all();
        }
        (verdict, next)
    }

    /// Weighs a verdict against `expect`.
    fn expected(&self, turn: &Turn<'_>, verdict: Verdict) -> Verdict {
        let Some(wanted) = turn.expect else { return verdict };
        match verdict {
            Ok(Flow::Done) => Err(Failure::new(said::expected_but_succeeded(wanted.name().into_owned()))),
            Err(f) if f.errno == Some(wanted) && !f.stopped => Ok(Flow::Done),
            Err(f) => match f.errno {
                Some(got) if !f.stopped => Err(Failure {
                    reason: said::expected_but_got(wanted.name().into_owned(), got.name().into_owned()),
                    said: false,
                    ..f
                }),
                _ => Err(f),
            },
            other => other,
        }
    }

    fn find_command(&self, first: &str, second: Option<&str>) -> Option<(Command, usize)> {
        if let Some((c, n)) = call::command(first, second) {
            return Some((Command::Call(c), n));
        }
        let named = |b: &&'static Builtin| b.spec.name.eq_ignore_ascii_case(first);
        let two = |b: &&'static Builtin| b.spec.sub.is_some_and(|sub| second.is_some_and(|s| s.eq_ignore_ascii_case(sub)));
        if let Some(b) = self.builtins.iter().find(|b| named(b) && two(b)) {
            return Some((Command::Builtin(b), 2));
        }
        let one =
            |b: &&'static Builtin| named(b) && b.spec.sub.is_none() || b.spec.also.iter().any(|a| a.eq_ignore_ascii_case(first));
        self.builtins.iter().find(one).map(|b| (Command::Builtin(b), 1))
    }

    pub(super) fn is_command(&self, word: &str) -> bool {
        let named = |spec: &Spec| spec.name.eq_ignore_ascii_case(word);
        self.find_command(word, None).is_some()
            || call::COMMANDS.iter().any(|c| named(c.spec))
            || self.builtins.iter().any(|b| named(b.spec))
    }

    /// Whether the command's last parameter is a line of its own (`repeat`).
    fn takes_line(&self, word: &str) -> bool {
        self.builtins
            .iter()
            .any(|b| b.spec.name.eq_ignore_ascii_case(word) && b.spec.params.last().is_some_and(|p| p.name() == "line"))
    }

    /// Reads a statement's words. Nothing is done yet.
    fn read(&self, state: &State, text: &str, lexed: &Lexed, turn: &mut Turn<'_>, prepared: &Prepared) -> Result<Ready, Refusal> {
        if lexed.tokens.last().map_or(0, |t| t.end) - lexed.tokens.first().map_or(0, |t| t.start) > LONGEST {
            let span = (lexed.tokens[0].start, lexed.tokens[0].end);
            return Err(Refusal::new(Code::Syntax, span, say::line_too_long(text.len(), LONGEST)));
        }
        let plain = Prefixes::default();
        let word = |i: usize| lexed.tokens.get(i).map(|t| Word::new(text, lexed, t));
        let first = word(0).and_then(|w| w.bare_str()).unwrap_or("");
        let second = word(1).and_then(|w| w.bare_str());
        // The usual line begins with its command and has no `=` of its own.
        let p = if second == Some("=")
            || lexed.tokens.iter().any(|t| t.end - t.start == 1 && text.as_bytes()[t.start] == b'=')
            || first.eq_ignore_ascii_case("on")
            || first.eq_ignore_ascii_case("expect")
        {
            line::prefixes(text, lexed, |w| self.is_command(w), |w| self.takes_line(w), &state.places)?
        } else {
            plain
        };
        turn.expect = p.expect;
        if let Some(place) = &p.host {
            turn.place = place.clone();
        }
        let _there = turn.place.stand();
        let world = SessionWorld { state, round: turn.round, prepared };
        let Some(w) = word(p.command) else {
            if let Some(place) = p.host.filter(|_| p.names.0 == p.names.1 && p.expect.is_none()) {
                return Ok(Ready::Move(place));
            }
            let end = lexed.tokens.last().map_or(0, |t| t.end);
            return Err(Refusal::new(Code::Missing, (end, end + 1), say::no_command()));
        };
        let name = w.bare_str().unwrap_or("");
        let Some((command, taken)) = self.find_command(name, word(p.command + 1).and_then(|w| w.bare_str())) else {
            return Err(self.unknown_command(&w, text, lexed, p.command));
        };
        let spec = command.spec();
        let mut args = Args::new(text, lexed, p.command + taken, spec, &world, w.span);
        match command {
            Command::Builtin(b) => {
                if p.names.1 > p.names.0 {
                    let (a, z) = (&lexed.tokens[p.names.0], &lexed.tokens[p.names.1 - 1]);
                    return Err(Refusal::new(Code::Syntax, (a.start, z.end), say::makes_no_socket(spec.title())));
                }
                if lexed.job && !b.spec.job {
                    return Err(Refusal::new(Code::Syntax, w.span, say::cannot_be_job(spec.title())));
                }
                let act = (b.read)(&mut args)?;
                args.finish()?;
                Ok(Ready::Act(act, b.spec.name))
            }
            Command::Call(c) => {
                let names = if p.names.1 > p.names.0 { line::names(state, text, lexed, &p, spec)? } else { Vec::new() };
                // With hosts about, the number of an interface is that of the socket's own.
                let _there = (state.places.len() > 1).then(|| meant(state, turn, spoken_of(state, text, lexed)).stand());
                let call = (c.read)(&mut args)?;
                args.finish()?;
                if lexed.job && !spec.job {
                    return Err(Refusal::new(Code::Syntax, w.span, say::cannot_be_job(spec.title())));
                }
                Ok(Ready::Call(call, spec, names))
            }
        }
    }

    /// A step that a line needs before it can be read: a name resolved, a file opened. Each is a call, recorded like any other.
    fn prepare(
        &self,
        state: MutexGuard<'_, State>,
        turn: &mut Turn<'_>,
        ask: Ask,
        text: &str,
        lexed: &Lexed,
        prepared: &mut Prepared,
    ) -> Result<(), Failure> {
        match ask {
            Ask::Resolve(host, service) => {
                // The socket the line speaks of says which kind of address is wanted.
                let socket = spoken_of(&state, text, lexed);
                let kind = socket.map(|s| crate::kernel::Kind::of(s.fd));
                let place = meant(&state, turn, socket);
                let _there = place.stand();
                let (family, socktype) = match kind {
                    Some(crate::kernel::Kind::Socket { domain: d @ (libc::AF_INET | libc::AF_INET6), kind, .. }) => (d, kind),
                    _ => (0, 0),
                };
                let call =
                    call::Getaddrinfo { node: host.clone(), service: service.clone(), family, socktype, protocol: 0, flags: 0 };
                let typed_at = std::mem::replace(&mut turn.place, place.clone());
                let outcome = self.step(state, turn, call.into());
                turn.place = typed_at;
                let outcome = outcome?;
                let found = outcome.out.and_then(|o| o.addresses.into_iter().next());
                let Some(found) = found else { return Err(Failure::new(said::resolved_to_nothing(format!("{host}:{service}")))) };
                prepared.resolved.push((host, service, found.addr.to_string()));
            }
            Ask::Open(path) => {
                let outcome = self.step(state, turn, call::Open { pathname: path.clone() }.into())?;
                prepared.opened.push((path, outcome.made.first().copied().unwrap_or(-1)));
            }
        }
        Ok(())
    }

    /// A line that is not UTF-8: refused as a whole.
    pub fn refuse_bytes(&self, line: &[u8]) -> Failure {
        let mut state = self.lock();
        state.turn += 1;
        let number = state.turn;
        let valid = line.utf8_chunks().next().map_or(0, |c| c.valid().len());
        let text = String::from_utf8_lossy(line).trim_end().to_string();
        let refusal = Refusal::new(Code::Syntax, (valid, (valid + 3).min(text.len())), say::line_not_utf8());
        let reason = refusal.reason.clone();
        record_typed(&mut state, number, &text, None);
        state.record(number, |_| What::Refused { line: text, refusal });
        state.record(number, |_| What::Done { ok: false, reason: None });
        Failure { said: true, ..Failure::new(reason) }
    }

    pub fn depth_allowed(depth: u32) -> bool {
        depth < DEEPEST
    }
}

fn record_typed(state: &mut State, turn: u32, line: &str, round: Option<u64>) {
    if !state.recording {
        return;
    }
    let (line, host) = (line.to_string(), state.here.clone());
    state.record(turn, |s| What::Typed {
        line,
        host,
        current: s.table.current.and_then(|c| s.table.entry(c.id)).map(|e| (e.name.clone(), e.place.clone())),
        round,
        lesson: s.player.as_ref().is_some_and(|p| p.busy),
        loaded: s.loading > 0,
    });
}

/// Whether the statement's command is `repeat`. Looks at its first words only: a line may have a million statements.
fn repeats(text: &str) -> bool {
    let mut rest = text.trim_ascii_start();
    let begins = |rest: &str, word: &str| {
        let head = rest.as_bytes().get(..word.len()).is_some_and(|h| h.eq_ignore_ascii_case(word.as_bytes()));
        head && rest.as_bytes().get(word.len()).is_none_or(u8::is_ascii_whitespace)
    };
    while let Some(prefix) = ["expect", "on"].into_iter().find(|p| begins(rest, p)) {
        let behind = rest[prefix.len()..].trim_ascii_start();
        rest = behind.split_once(|c: char| c.is_ascii_whitespace()).map_or("", |w| w.1).trim_ascii_start();
    }
    begins(rest, "repeat")
}

/// A statement without what only separates it.
fn statement_text(text: &str) -> &str {
    text.trim().trim_end_matches(';').trim_end()
}

/// Where the next line begins: after a mistake the rest of the line cannot be trusted.
fn end_of_statement(text: &str, from: usize) -> Option<usize> {
    text.get(from..).and_then(|t| t.find('\n')).map(|n| from + n + 1)
}

//! The order among programs on several hosts: what one host did after another had done something, its program does when its turn has
//! come. What waits for the other side by itself needs no turn (pairs.rs). What is no program's to do, hosts and the wire, is a script's.

use super::build::Reader;
use super::cast::Cast;
use super::pairs::Pairs;
use super::wait::{check_of, spoken};
use super::{Lost, Made, Part};
use crate::call::AnyCall;
use crate::event::{Event, RanWhat, What};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Commands that change the lab: the script says them again.
pub const HANDS: &[&str] = &["host", "router", "lab", "run", "wire", "step", "drop"];

/// A line of the lab's script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hand {
    /// As it was typed, with the host it stood on; the job of a program that it started.
    Line(String, Option<u32>),
    /// It failed in the sitting.
    Failed(String),
    /// The program of that number in the sitting is waited for, or ended.
    Job(&'static str, u32),
    /// The host's program is started.
    Start(Arc<str>),
    /// The host has a listening socket.
    Listens(Arc<str>),
    Turn(u32),
    Pass(u32),
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Host(Arc<str>),
    Script,
}

/// Something done, by whom.
struct Item<'a> {
    who: Who,
    /// The number of the event it is done at.
    at: u64,
    what: Done<'a>,
}

enum Done<'a> {
    /// A call that returns before the next is made; whether it waited for what was done last elsewhere.
    Call(&'a Made, bool),
    /// Something else of a program.
    Act,
    Hand(Hand),
}

/// Who waits for whom.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Before what it does at an event, a host's program waits for this turn.
    pub waits: HashMap<(Arc<str>, u64), u32>,
    /// After it, it gives this turn on.
    pub passes: HashMap<(Arc<str>, u64), u32>,
    /// A program's sockets are to be open until this turn has come.
    pub ends: HashMap<Arc<str>, u32>,
    pub hands: Vec<Hand>,
}

impl Turns {
    /// # Errors
    /// The sitting cannot be taken apart by hosts.
    pub fn of(events: &[Event], reader: &Reader<'_>, cast: &Cast) -> Result<Turns, Lost> {
        let first = events.iter().find_map(|e| match &e.what {
            What::Called { host, .. } if !host.is_local() => Some(host.name()),
            _ => None,
        });
        let first = first.unwrap_or_default();
        let mut walk = Walk {
            reader,
            first,
            cast,
            pairs: Pairs::default(),
            items: Vec::new(),
            begun: HashSet::new(),
            programs: HashSet::new(),
            open: HashMap::new(),
        };
        for event in events {
            if let What::Observed(seen) = &event.what {
                walk.pairs.observed(seen);
            }
        }
        for (at, event) in events.iter().enumerate() {
            walk.event(event, &events[at..])?;
        }
        Ok(join(&walk.items, &walk.open.into_values().collect()))
    }
}

/// The way through the log.
struct Walk<'a> {
    reader: &'a Reader<'a>,
    cast: &'a Cast,
    pairs: Pairs,
    items: Vec<Item<'a>>,
    /// Hosts whose programs have been started.
    begun: HashSet<Arc<str>>,
    /// The first host that a call was made on.
    first: &'a str,
    /// The hosts of sockets that are open, by id.
    open: HashMap<u32, Arc<str>>,
    /// Jobs that are programs and still run.
    programs: HashSet<u32>,
}

impl<'a> Walk<'a> {
    fn event(&mut self, event: &'a Event, rest: &[Event]) -> Result<(), Lost> {
        match &event.what {
            What::Typed { line, round: None, host, .. } => return self.typed(event, line, host.name(), rest),
            What::Called { .. } => {
                if let Some(made) = self.reader.calls.get(&event.seq) {
                    self.mixed(made)?;
                    let job = self.reader.jobs.contains_key(&event.seq);
                    self.act(event.seq, event.seq, made, if job { Done::Act } else { Done::Call(made, false) })?;
                }
            }
            What::Returned(r) => {
                self.pairs.returned(r);
                for id in self.cast.made(r.of) {
                    if let Some(Part::Host(host)) = self.cast.id(*id) {
                        self.open.insert(*id, host.clone());
                    }
                }
                if let AnyCall::Close(c) = &*r.call {
                    self.open.remove(&c.fd.id);
                }
                if let Some(made) = self.reader.calls.get(&r.of) {
                    // A program does it where the call is made, and hears of a job where its answer came.
                    if self.reader.jobs.contains_key(&r.of) {
                        self.act(r.of, event.seq, made, Done::Call(made, false))?;
                    }
                    self.answered(made);
                }
            }
            What::Observed(seen) => self.pairs.observed(seen),
            What::Ran(ran) => match &ran.what {
                RanWhat::Started { .. } => drop(self.programs.insert(ran.job)),
                RanWhat::Ended(_) => {
                    self.programs.remove(&ran.job);
                }
                RanWhat::Printed { .. } => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// Whether it waited for what was done just before it.
    fn answered(&mut self, made: &Made) {
        let of = |i: &Item<'_>| matches!(i.what, Done::Call(m, _) if std::ptr::eq(m, made));
        let Some(at) = self.items.iter().rposition(of).filter(|at| *at > 0) else { return };
        let (before, rest) = self.items.split_at_mut(at);
        if let (Some(Item { what: Done::Call(last, _), .. }), Done::Call(_, answers)) = (before.last(), &mut rest[0].what) {
            *answers = self.pairs.answers(last, made);
        }
    }

    fn act(&mut self, of: u64, at: u64, made: &'a Made, what: Done<'a>) -> Result<(), Lost> {
        let Some(Part::Host(host)) = self.cast.call(of, &made.call) else { return Ok(()) };
        if **host == *crate::kernel::Place::LOCAL {
            return Err(Lost::HereToo(self.first.to_string()));
        }
        self.program(host, at);
        self.items.push(Item { who: Who::Host(host.clone()), at, what });
        Ok(())
    }

    /// The host's program is started before what it does first.
    fn program(&mut self, host: &Arc<str>, at: u64) {
        if !self.begun.insert(host.clone()) {
            return;
        }
        let listens = |i: &Item<'_>| match (&i.who, &i.what) {
            (Who::Host(other), Done::Call(m, _)) if matches!(*m.call, AnyCall::Listen(_)) && m.is_tcp() => Some(other.clone()),
            _ => None,
        };
        if let Some(other) = self.items.last().and_then(listens)
            && self.items.iter().filter(|i| listens(i).as_ref() == Some(&other)).count() == 1
        {
            self.items.push(Item { who: Who::Script, at, what: Done::Hand(Hand::Listens(other)) });
        }
        self.items.push(Item { who: Who::Script, at, what: Done::Hand(Hand::Start(host.clone())) });
    }

    /// What is given sockets of two hosts cannot be one program's.
    fn mixed(&self, made: &Made) -> Result<(), Lost> {
        let host = |fd: &i32| made.names.get(fd).and_then(|name| self.cast.name(name));
        let mut hosts = super::cast::fds(&made.call).into_iter().chain(made.call.on().map(|on| on.fd)).filter_map(|fd| host(&fd));
        let first = hosts.next();
        match hosts.any(|h| Some(h) != first) {
            true => Err(Lost::Mixed(made.call.name().to_string())),
            false => Ok(()),
        }
    }

    fn typed(&mut self, event: &Event, line: &str, stands: &str, rest: &[Event]) -> Result<(), Lost> {
        let bare = spoken(line);
        let first = bare.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let failed = self.reader.failed.contains(&event.turn);
        let mut hand = |hand: Hand| self.items.push(Item { who: Who::Script, at: event.seq, what: Done::Hand(hand) });
        match &*first {
            "until" | "assert" => {
                let Some(check) = check_of(line).filter(|_| !failed) else { return Ok(()) };
                if check.of_the_lab() {
                    hand(Hand::Line(line.trim().to_string(), None));
                } else if let Some(Part::Host(host)) = check.name.as_deref().and_then(|n| self.cast.name(n))
                    && first == "until"
                {
                    let host = host.clone();
                    self.program(&host, event.seq);
                    self.items.push(Item { who: Who::Host(host), at: event.seq, what: Done::Act });
                }
            }
            "wait" | "cancel" => {
                let word = if first == "wait" { "wait" } else { "cancel" };
                let number: Option<u32> = bare.split_whitespace().nth(1).and_then(|n| n.parse().ok());
                let mut jobs: Vec<u32> = self.programs.iter().copied().filter(|j| number.is_none_or(|n| n == *j)).collect();
                jobs.sort_unstable();
                jobs.into_iter().for_each(|job| hand(Hand::Job(word, job)));
            }
            _ if !HANDS.contains(&&*first) => {}
            _ if failed => hand(Hand::Failed(line.trim().to_string())),
            _ => {
                let words: Vec<String> = bare.split_whitespace().map(str::to_ascii_lowercase).collect();
                let gone = matches!(&words[..], [a, b, ..] if (a == "host" && b == "rm") || (a == "lab" && b == "reset"));
                if gone && !self.begun.is_empty() {
                    return Err(Lost::Removed(line.trim().to_string()));
                }
                let program = rest.iter().skip(1).take_while(|e| !matches!(e.what, What::Typed { round: None, .. }));
                let program = program.into_iter().find_map(|e| match &e.what {
                    What::Ran(ran) if matches!(ran.what, RanWhat::Started { .. }) && e.turn == event.turn => Some(ran.job),
                    _ => None,
                });
                let on = line.split_whitespace().any(|w| w.eq_ignore_ascii_case("on"));
                let line = match first == "run" && !on {
                    true => format!("on {stands} {}", line.trim()),
                    false => line.trim().to_string(),
                };
                hand(Hand::Line(line, program));
            }
        }
        Ok(())
    }
}

/// From what was done in which order to who waits for whom. `open`: hosts whose sockets were open at the end.
fn join(items: &[Item<'_>], open: &HashSet<Arc<str>>) -> Turns {
    let mut turns = Turns::default();
    let mut number = 0;
    let stretches: Vec<&[Item<'_>]> = items.chunk_by(|a, b| a.who == b.who).collect();
    for (at, stretch) in stretches.iter().enumerate() {
        let first = &stretch[0];
        if at > 0 && !in_order(&stretches, at) {
            number += 1;
            turns.gives(stretches[at - 1], number);
            match &first.who {
                Who::Host(host) => drop(turns.waits.insert((host.clone(), first.at), number)),
                Who::Script => turns.hands.push(Hand::Turn(number)),
            }
        }
        turns.hands.extend(stretch.iter().filter_map(|i| if let Done::Hand(hand) = &i.what { Some(hand.clone()) } else { None }));
    }
    // Sockets stay open while others still do something that could notice.
    for host in open {
        let mine = items.iter().rposition(|i| i.who == Who::Host(host.clone())).unwrap_or(0);
        if items[mine..].iter().skip(1).any(notices) {
            turns.ends.insert(host.clone(), number + 1);
        }
    }
    if let (Some(last), false) = (stretches.last(), turns.ends.is_empty()) {
        turns.gives(last, number + 1);
    }
    turns
}

/// Whether a stretch comes behind the one before it without being told.
fn in_order(stretches: &[&[Item<'_>]], at: usize) -> bool {
    let (before, stretch) = (stretches[at - 1], stretches[at]);
    let (Some(last), first) = (before.last(), &stretch[0]) else { return true };
    // The script has just started the host's program, or looks at the host itself.
    if matches!(&last.what, Done::Hand(Hand::Start(host)) if Who::Host(host.clone()) == first.who) {
        return true;
    }
    if matches!(first.what, Done::Hand(Hand::Listens(_)) | Done::Call(_, true)) {
        return true;
    }
    // What was done there cannot be seen from here, and it goes on there.
    let back = stretches.get(at + 1).is_none_or(|next| next[0].who == last.who);
    let calls = |stretch: &[Item<'_>], like: fn(&Made) -> bool| {
        stretch.iter().all(|i| matches!(i.what, Done::Call(made, _) if made.errno().is_none() && like(made)))
    };
    back && calls(before, takes) && calls(stretch, gives)
}

/// It takes what has come: whoever sent it does not see that.
fn takes(made: &Made) -> bool {
    match &*made.call {
        AnyCall::Accept(_) | AnyCall::Getsockname(_) | AnyCall::Socket(_) => true,
        AnyCall::Recv(_) | AnyCall::Recvfrom(_) | AnyCall::Read(_) => made.value() > Some(0),
        _ => false,
    }
}

/// It sends, or waits for what is sent: whether the other end has taken anything yet makes no difference.
fn gives(made: &Made) -> bool {
    match &*made.call {
        AnyCall::Send(_) | AnyCall::Sendto(_) | AnyCall::Write(_) => made.exact,
        _ => takes(made),
    }
}

impl Turns {
    fn gives(&mut self, stretch: &[Item<'_>], number: u32) {
        let Some(last) = stretch.last() else { return };
        match &last.who {
            Who::Host(host) => drop(self.passes.insert((host.clone(), last.at), number)),
            Who::Script => self.hands.push(Hand::Pass(number)),
        }
    }
}

/// Whether what is done could come out otherwise if another program had ended before.
fn notices(item: &Item<'_>) -> bool {
    let Done::Call(made, _) = item.what else { return true };
    match &*made.call {
        AnyCall::Close(_) | AnyCall::Getsockname(_) | AnyCall::Accept(_) => made.errno().is_some(),
        AnyCall::Recv(_) | AnyCall::Recvfrom(_) | AnyCall::Read(_) => made.value().is_none_or(|n| n <= 0),
        _ => true,
    }
}

//! From the log to a plan: calls in their order, jobs as threads, rounds as loops.

use super::cast::Cast;
use super::emit::Emitter;
use super::places::{Places, address};
use super::turns::{Hand, Turns};
use super::{Act, Lost, Made, Part, Plan};
use crate::call::{AnyCall, KEEP};
use crate::event::{Event, Returned, What};
use crate::kernel::opt::OptValue;
use crate::kernel::{Addr, Kind};
use crate::vocabulary::Errno;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A send of more may go out in part, as the buffers happen to be.
const SURE: u64 = 16 << 10;

/// The plan of a sitting, or of one part of it.
///
/// # Errors
/// Why no program can be made of it.
pub fn plan(events: &[Event], part: Option<Part>) -> Result<Plan, Lost> {
    let reader = Reader::whole(events)?;
    let hosts = hosts(events);
    match part {
        Some(Part::Host(host)) => {
            if !hosts.contains(&host) {
                return Err(Lost::NoSuchHost(host.to_string()));
            }
            let cast = Cast::by_host(events);
            let turns = Turns::of(events, &reader, &cast)?;
            Ok(Emitter::new(reader, Some(Part::Host(host)), &cast, &turns).emit(events))
        }
        part => {
            let cast = Cast::by_role(events);
            if part.as_ref().is_some_and(|p| !cast.played(p)) {
                let Some(Part::Role(role)) = part else { return Err(Lost::Nothing) };
                return Err(Lost::NoSuchRole(role));
            }
            let plan = Emitter::new(reader, part, &cast, &Turns::default()).emit(events);
            one_place(events, &plan, hosts)?;
            Ok(plan)
        }
    }
}

/// One program runs in one place.
fn one_place(events: &[Event], plan: &Plan, hosts: Vec<Arc<str>>) -> Result<(), Lost> {
    let elsewhere: HashMap<*const AnyCall, &str> = events
        .iter()
        .filter_map(|e| match &e.what {
            What::Called { call, host, .. } => Some((Arc::as_ptr(call), host.name())),
            _ => None,
        })
        .collect();
    let mut places: Vec<&str> = plan.calls().filter_map(|m| elsewhere.get(&Arc::as_ptr(&m.call)).copied()).collect();
    places.dedup();
    places.sort_unstable();
    places.dedup();
    match &places[..] {
        [_] | [] if plan.part.is_some() || hosts.is_empty() => Ok(()),
        _ => Err(Lost::Hosts(hosts.iter().map(|h| h.to_string()).collect())),
    }
}

/// The hosts of the lab that calls were made on, in their order.
fn hosts(events: &[Event]) -> Vec<Arc<str>> {
    let mut hosts: Vec<Arc<str>> = Vec::new();
    for event in events {
        if let What::Called { host, .. } = &event.what
            && !host.is_local()
            && !hosts.iter().any(|h| **h == *host.name())
        {
            hosts.push(host.name().into());
        }
    }
    hosts
}

/// A sitting in the lab: a program for each host, and what brings them together.
#[derive(Debug, Clone)]
pub struct Lab {
    pub programs: Vec<Plan>,
    /// The lines of the lab's script.
    pub hands: Vec<Hand>,
}

/// The programs of a sitting that made calls on hosts; none where it made none there.
///
/// # Errors
/// Why no programs can be made of it.
pub fn lab(events: &[Event]) -> Result<Option<Lab>, Lost> {
    let reader = Reader::whole(events)?;
    let hosts = hosts(events);
    if hosts.is_empty() {
        return Ok(None);
    }
    let cast = Cast::by_host(events);
    let turns = Turns::of(events, &reader, &cast)?;
    let programs = hosts
        .into_iter()
        .map(|host| Ok(Emitter::new(Reader::whole(events)?, Some(Part::Host(host)), &cast, &turns).emit(events)))
        .collect::<Result<Vec<Plan>, Lost>>()?;
    Ok(Some(Lab { programs, hands: turns.hands }))
}

/// Every call of a sitting by the number of its `Called`, with where its address comes from.
///
/// # Errors
/// The log is cut, or empty.
pub fn calls(events: &[Event]) -> Result<HashMap<u64, Made>, Lost> {
    Reader::whole(events).map(|reader| reader.calls)
}

/// A line that is repeated: its rounds' calls by number.
#[derive(Default)]
pub(super) struct Repeated {
    until: Option<Errno>,
    calls: Vec<u64>,
    rounds: u64,
    nested: bool,
}

/// A sitting as it is read the first time.
#[derive(Default)]
pub(super) struct Reader<'a> {
    pub(super) returned: HashMap<u64, &'a Returned>,
    pub(super) jobs: HashMap<u64, u32>,
    /// By the number of its `Called`.
    pub(super) calls: HashMap<u64, Made>,
    pub(super) repeated: HashMap<u32, Repeated>,
    /// The line that a round belongs to.
    pub(super) parent: HashMap<u32, u32>,
    pub(super) places: Places,
    names: Arc<HashMap<i32, String>>,
    kinds: HashMap<u32, Kind>,
    /// What was made by which call is what.
    pub(super) made_kinds: HashMap<(u64, String), Kind>,
    /// Options that the sitting itself set, and on which socket.
    set: HashSet<(u32, i32, i32)>,
    met: HashSet<&'static str>,
    /// Lines that did not do what they say.
    pub(super) failed: HashSet<u32>,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// The log is cut, or empty.
    fn whole(events: &'a [Event]) -> Result<Reader<'a>, Lost> {
        if let Some(first) = crate::event::cut(events) {
            return Err(Lost::Cut(first));
        }
        let mut reader = Reader::new(events);
        reader.read(events);
        if reader.calls.is_empty() { Err(Lost::Nothing) } else { Ok(reader) }
    }

    fn new(events: &'a [Event]) -> Reader<'a> {
        let mut reader = Reader::default();
        let mut last: Option<&Returned> = None;
        for event in events {
            match &event.what {
                What::Returned(r) => {
                    last = Some(r);
                    reader.returned.insert(r.of, r);
                }
                What::Backgrounded { of, job, .. } => drop(reader.jobs.insert(*of, *job)),
                What::Called { job: Some(job), .. } => drop(reader.jobs.insert(event.seq, *job)),
                What::Observed(seen) => {
                    if let (Some(id), Some(kind)) = (seen.id, seen.kind) {
                        reader.kinds.insert(id, kind);
                        if let (Some(name), Some(r)) = (&seen.socket, last) {
                            reader.made_kinds.insert((r.of, name.clone()), kind);
                        }
                    }
                }
                What::Done { ok: false, .. } => drop(reader.failed.insert(event.turn)),
                _ => {}
            }
        }
        reader
    }

    /// The first way through the log: what every call is, where its address comes from, what repeats.
    fn read(&mut self, events: &'a [Event]) {
        let mut repeats: Vec<u32> = Vec::new();
        for event in events {
            match &event.what {
                What::Typed { line, round, .. } => {
                    if let (Some(_), Some(parent)) = (round, repeats.last()) {
                        self.parent.insert(event.turn, *parent);
                        let repeated = self.repeated.entry(*parent).or_default();
                        repeated.rounds += 1;
                        repeated.nested |= repeats.len() > 1;
                    }
                    let words: Vec<&str> = line.split_whitespace().collect();
                    if let Some(at) = words.iter().position(|w| w.eq_ignore_ascii_case("repeat")).filter(|at| *at <= 2) {
                        let until = words.get(at + 1).filter(|w| w.eq_ignore_ascii_case("until")).and(words.get(at + 2));
                        let until = until.and_then(|e| Errno::from_name(e));
                        repeats.push(event.turn);
                        self.repeated.insert(event.turn, Repeated { until, ..Repeated::default() });
                    }
                }
                What::Done { .. } => repeats.retain(|t| *t != event.turn),
                What::Called { call, socket, .. } => {
                    let made = self.made(event.seq, call, socket.clone());
                    if let Some(repeated) = self.parent.get(&event.turn).and_then(|p| self.repeated.get_mut(p)) {
                        repeated.calls.push(event.seq);
                    }
                    self.calls.insert(event.seq, made);
                }
                What::Returned(r) => {
                    self.places.see(&event.what);
                    self.returned_at(r);
                }
                what => self.places.see(what),
            }
        }
    }

    fn made(&mut self, of: u64, call: &Arc<AnyCall>, on: Option<String>) -> Made {
        let on = on.or_else(|| call.on().and_then(|h| self.names.get(&h.fd).cloned()));
        let kind = call.on().and_then(|h| self.kinds.get(&h.id)).copied();
        let dgram = matches!(kind, Some(Kind::Socket { kind: libc::SOCK_DGRAM, .. }));
        let path = match &**call {
            AnyCall::Unlink(u) => Some(Addr::Path(u.pathname.as_bytes().into())),
            _ => None,
        };
        let place = address(call).cloned().or(path).map(|a| self.places.place(&a, dgram));
        let returned = self.returned.get(&of);
        let made = returned.map(|r| r.made.iter().map(|n| (n.clone(), self.made_kinds.get(&(of, n.clone())).copied())).collect());
        if let AnyCall::Setsockopt(s) = &**call {
            self.set.insert((s.sockfd.id, s.level, s.optname));
        }
        Made {
            call: call.clone(),
            outcome: returned.map(|r| r.outcome.clone()),
            on,
            kind,
            made: made.unwrap_or_default(),
            place,
            names: self.names.clone(),
            exact: returned.is_some_and(|r| self.exact(r)),
            first: self.met.insert(call.card()),
        }
    }

    /// Names of descriptors, as calls make and close them.
    fn returned_at(&mut self, r: &Returned) {
        let closed = match &*r.call {
            AnyCall::Close(c) => Some(c.fd.fd),
            _ => None,
        };
        let opened = matches!(*r.call, AnyCall::Open(_)).then_some(r.outcome.ret.ok()).flatten();
        if closed.is_none() && opened.is_none() && r.made.is_empty() {
            return;
        }
        let names = Arc::make_mut(&mut self.names);
        if let Some(fd) = closed {
            names.remove(&fd);
        }
        if let Some(fd) = opened {
            names.insert(fd as i32, "file".into());
        }
        names.extend(r.outcome.made.iter().copied().zip(r.made.iter().cloned()));
    }

    /// Whether the answer is the same in another run.
    fn exact(&self, r: &Returned) -> bool {
        let Ok(value) = r.outcome.ret else { return true };
        let out = r.outcome.out.as_deref();
        let whole = |len: u64| value as u64 == len && len <= SURE;
        match &*r.call {
            AnyCall::Send(c) => whole(c.buf.len),
            AnyCall::Sendto(c) => whole(c.buf.len),
            AnyCall::Write(c) => whole(c.buf.len),
            AnyCall::Sendmsg(c) => whole(c.buffers.iter().map(|b| b.len).sum()),
            AnyCall::Writev(c) => whole(c.buffers.iter().map(|b| b.len).sum()),
            AnyCall::Sendfile(_) => value as u64 <= SURE,
            AnyCall::Recv(_) | AnyCall::Recvfrom(_) | AnyCall::Recvmsg(_) | AnyCall::Read(_) | AnyCall::Readv(_) => {
                out.and_then(|o| o.data.as_ref()).is_none_or(|d| d.len <= KEEP as u64)
            }
            AnyCall::Getsockopt(c) => match out.and_then(|o| o.option.as_ref()).map(|o| &o.0) {
                Some(OptValue::Int(_) | OptValue::Bool(_) | OptValue::Time(_) | OptValue::Linger(..)) => {
                    self.set.contains(&(c.sockfd.id, c.level, c.optname))
                }
                Some(OptValue::Error(_) | OptValue::Type(_) | OptValue::Domain(_) | OptValue::Protocol(_)) => true,
                _ => false,
            },
            AnyCall::Ioctl(c) => c.request == libc::FIONREAD && out.and_then(|o| o.int).is_some_and(|n| n <= SURE as i64),
            _ => true,
        }
    }

    /// What a repeated line becomes, where its rounds are alike.
    pub(super) fn again(&self, repeated: &Repeated) -> Option<Act> {
        let first = self.calls.get(repeated.calls.first()?)?;
        let all: Vec<&Made> = repeated.calls.iter().filter_map(|of| self.calls.get(of)).collect();
        let alike = all.iter().all(|m| m.call == first.call && m.made.is_empty());
        let waits = repeated.calls.iter().any(|of| self.jobs.contains_key(of));
        if repeated.nested || repeated.calls.len() as u64 != repeated.rounds || !alike || waits || all.len() < 2 {
            return None;
        }
        let (last, rest) = all.split_last()?;
        let mut made = (*last).clone();
        made.first = all.iter().any(|m| m.first);
        match repeated.until {
            Some(errno) if last.errno() == Some(errno) && rest.iter().all(|m| m.errno().is_none()) => {
                made.exact = false;
                Some(Act::Again(Some(errno), repeated.rounds, made))
            }
            None if all.iter().all(|m| m.errno().is_none()) => {
                made.exact =
                    all.iter().all(|m| m.exact && m.outcome.as_ref().map(|o| o.ret) == made.outcome.as_ref().map(|o| o.ret));
                Some(Act::Again(None, repeated.rounds, made))
            }
            _ => None,
        }
    }

    /// The socket that sent what was received.
    pub(super) fn heard_from(&self, made: &Made) -> Option<&str> {
        let from = matches!(*made.call, AnyCall::Recvfrom(_)).then_some(made.outcome.as_ref()?.out.as_ref()?.addr.as_ref()?)?;
        self.places.owner(from).map(|o| o.0)
    }
}

//! From the log to a plan: calls in their order, jobs as threads, rounds as loops.

use super::places::{Places, address};
use super::roles::Roles;
use super::{Act, Lost, Made, Place, Plan, Role, Wait};
use crate::call::{AnyCall, KEEP};
use crate::event::{Event, Interrupted, Returned, What};
use crate::kernel::opt::OptValue;
use crate::kernel::{Addr, Kind};
use crate::vocabulary::Errno;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A send of more may go out in part, as the buffers happen to be.
const SURE: u64 = 16 << 10;

/// The plan of a sitting; `role` leaves out what the other end did.
///
/// # Errors
/// Why no program can be made of it.
pub fn plan(events: &[Event], role: Option<Role>) -> Result<Plan, Lost> {
    if let Some(first) = crate::event::cut(events) {
        return Err(Lost::Cut(first));
    }
    let mut reader = Reader::new(events);
    reader.read(events);
    if reader.calls.is_empty() {
        return Err(Lost::Nothing);
    }
    let elsewhere = events.iter().find_map(|e| match &e.what {
        What::Called { host, .. } if host.name() != crate::kernel::Place::LOCAL => Some(host.name().to_string()),
        _ => None,
    });
    if let Some(host) = elsewhere {
        return Err(Lost::Lab(host));
    }
    let roles = Roles::of(events);
    if let Some(role) = role.filter(|r| !roles.played(*r)) {
        return Err(Lost::NoSuchRole(role));
    }
    Ok(reader.emit(events, role, &roles))
}

/// Every call of a sitting by the number of its `Called`, with where its address comes from.
///
/// # Errors
/// The log is cut, or empty.
pub fn calls(events: &[Event]) -> Result<HashMap<u64, Made>, Lost> {
    if let Some(first) = crate::event::cut(events) {
        return Err(Lost::Cut(first));
    }
    let mut reader = Reader::new(events);
    reader.read(events);
    if reader.calls.is_empty() { Err(Lost::Nothing) } else { Ok(reader.calls) }
}

/// A line that is repeated: its rounds' calls by number.
#[derive(Default)]
struct Repeated {
    until: Option<Errno>,
    calls: Vec<u64>,
    rounds: u64,
    nested: bool,
}

#[derive(Default)]
struct Reader<'a> {
    returned: HashMap<u64, &'a Returned>,
    jobs: HashMap<u64, u32>,
    /// By the number of its `Called`.
    calls: HashMap<u64, Made>,
    repeated: HashMap<u32, Repeated>,
    /// The line that a round belongs to.
    parent: HashMap<u32, u32>,
    places: Places,
    names: Arc<HashMap<i32, String>>,
    kinds: HashMap<u32, Kind>,
    /// What was made by which call is what.
    made_kinds: HashMap<(u64, String), Kind>,
    /// Options that the sitting itself set, and on which socket.
    set: HashSet<(u32, i32, i32)>,
    met: HashSet<&'static str>,
    /// Lines that did not do what they say.
    failed: HashSet<u32>,
}

impl<'a> Reader<'a> {
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
    fn again(&self, repeated: &Repeated) -> Option<Act> {
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

    /// The second way: the acts in their order.
    fn emit(mut self, events: &[Event], role: Option<Role>, roles: &Roles) -> Plan {
        let mut plan = Plan { role, ..Plan::default() };
        let mut looped: HashSet<u32> = HashSet::new();
        let mut alive: Vec<(u32, String, Option<Kind>)> = Vec::new();
        let mine = |of: u64, m: &Made| role.is_none_or(|r| roles.call(of, &m.call).is_none_or(|of| of == r));
        for event in events {
            match &event.what {
                What::Typed { line, round: None, .. }
                    if line.trim_start().starts_with("until ") && !self.failed.contains(&event.turn) =>
                {
                    let wait = Wait::read(line);
                    let other = wait.as_ref().is_some_and(|w| role.is_some_and(|r| roles.name(&w.on).is_some_and(|of| of != r)));
                    if !other {
                        plan.acts.push(wait.map_or_else(|| Act::Remark(line.trim().to_string()), Act::Wait));
                    }
                }
                What::Called { .. } => {
                    if let Some(parent) = self.parent.get(&event.turn) {
                        if looped.contains(parent) {
                            continue;
                        }
                        if let Some(act) = self.repeated.get(parent).and_then(|r| self.again(r)) {
                            looped.insert(*parent);
                            if matches!(&act, Act::Again(_, _, m) if mine(event.seq, m)) {
                                plan.acts.push(act);
                            }
                            continue;
                        }
                    }
                    let Some(made) = self.calls.get(&event.seq).filter(|m| mine(event.seq, m)).cloned() else {
                        self.keep(event.seq, &mut plan, roles);
                        continue;
                    };
                    let interrupted = self.returned.get(&event.seq).is_some_and(|r| r.interrupted.is_some());
                    match self.jobs.get(&event.seq) {
                        Some(job) => plan.acts.push(Act::Start(*job, made)),
                        // What stood in the foreground till it was interrupted waits in a thread as well.
                        None if interrupted => {
                            let job = 1000 + event.seq as u32;
                            plan.acts.extend([Act::Start(job, made.clone()), Act::GiveUp(job, made)]);
                        }
                        None => {
                            let heard = self.heard(&made, &plan, roles);
                            plan.acts.push(Act::Call(made));
                            plan.acts.extend(heard);
                            self.keep(event.seq, &mut plan, roles);
                        }
                    }
                }
                What::Returned(r) => {
                    for (name, id) in r.made.iter().zip(roles.made(r.of)) {
                        alive.push((*id, name.clone(), self.made_kinds.get(&(r.of, name.clone())).copied()));
                        if !plan.names.contains(name) {
                            plan.names.push(name.clone());
                        }
                    }
                    if let AnyCall::Close(c) = &*r.call {
                        alive.retain(|(id, ..)| *id != c.fd.id);
                    }
                    let (Some(job), Some(made)) =
                        (self.jobs.get(&r.of).copied(), self.calls.get(&r.of).filter(|m| mine(r.of, m)).cloned())
                    else {
                        if self.jobs.contains_key(&r.of) {
                            self.keep(r.of, &mut plan, roles);
                        }
                        continue;
                    };
                    plan.acts.push(match r.interrupted {
                        Some(Interrupted::Cancelled | Interrupted::CtrlC | Interrupted::TimedOut) => Act::GiveUp(job, made),
                        None => Act::Join(job, made),
                    });
                    self.keep(r.of, &mut plan, roles);
                }
                _ => {}
            }
        }
        // What was heard need not be told.
        let heard: Vec<String> =
            plan.acts.iter().filter_map(|a| if let Act::Heard(n, _) = a { Some(n.clone()) } else { None }).collect();
        plan.told.retain(|t| !heard.contains(&t.0));
        let used: Vec<String> = plan.calls().filter_map(|m| m.place.as_ref()?.socket().map(str::to_string)).collect();
        plan.told.retain(|t| used.contains(&t.0));
        let tells = plan.tells.clone();
        plan.acts.retain(|a| !matches!(a, Act::Keep(n, _) if !used.contains(n) && !tells.contains(n)));
        plan.open = alive
            .into_iter()
            .filter(|(id, ..)| role.is_none_or(|r| roles.id(*id).is_none_or(|of| of == r)))
            .map(|(_, name, kind)| (name, kind))
            .collect();
        if role.is_some() {
            plan.acts.iter_mut().for_each(alone);
        }
        plan.paths = left_paths(&plan);
        plan.consts = self.places.consts.into_iter().filter(|c| uses_const(&plan, c.name())).collect();
        plan
    }

    /// The socket that sent what was received.
    fn heard_from(&self, made: &Made) -> Option<&str> {
        let from = matches!(*made.call, AnyCall::Recvfrom(_)).then_some(made.outcome.as_ref()?.out.as_ref()?.addr.as_ref()?)?;
        self.places.owner(from).map(|o| o.0)
    }

    /// A sender whose address is needed later, and whom the other role's program plays.
    fn heard(&self, made: &Made, plan: &Plan, roles: &Roles) -> Option<Act> {
        let name = self.heard_from(made)?;
        let family = made.outcome.as_ref()?.out.as_ref()?.addr.as_ref()?.family();
        let other = plan.role.is_some_and(|r| roles.name(name).is_some_and(|of| of != r));
        let wanted = other && plan.told.iter().any(|t| t.0 == name);
        wanted.then(|| Act::Heard(name.to_string(), family))
    }

    /// Addresses that are needed later, once this call has brought them.
    fn keep(&mut self, of: u64, plan: &mut Plan, roles: &Roles) {
        for (name, family) in self.places.keep.remove(&of).unwrap_or_default() {
            let here = plan.role.is_none_or(|r| roles.name(&name).is_none_or(|of| of == r));
            match plan.role {
                Some(_) if here => {
                    // Who is sent to first hears the address with what is sent.
                    let heard = self.calls.values().any(|m| self.heard_from(m).is_some_and(|n| n == name));
                    let wanted = |m: &Made| m.place.as_ref().and_then(Place::socket) == Some(&name);
                    let other = self.calls.iter().any(|(of, m)| wanted(m) && roles.call(*of, &m.call) != plan.role);
                    if other && !heard {
                        plan.tells.push(name.clone());
                    }
                    plan.acts.push(Act::Keep(name, family));
                }
                Some(_) => plan.told.push((name, family)),
                None => plan.acts.push(Act::Keep(name, family)),
            }
        }
    }
}

/// A program of one end cannot know in which pieces a stream comes: it waits for as many bytes as came then.
fn alone(act: &mut Act) {
    let (Act::Call(made) | Act::Start(_, made) | Act::Join(_, made)) = act else { return };
    let stream = matches!(made.kind, Some(Kind::Socket { kind: libc::SOCK_STREAM, .. }));
    let Some(came) = made.value().filter(|n| *n > 0 && stream && made.exact) else { return };
    if let AnyCall::Recv(c) = &*made.call
        && c.flags & !libc::MSG_DONTWAIT == 0
        && came < c.len as i64
    {
        made.call = Arc::new(AnyCall::Recv(crate::call::Recv { len: came as u64, flags: libc::MSG_WAITALL, ..c.clone() }));
    }
}

fn uses_const(plan: &Plan, name: &str) -> bool {
    plan.calls().any(|m| matches!(&m.place, Some(Place::Const(_, n)) if n == name))
        || plan.paths.iter().any(|p| matches!(p, Place::Const(_, n) if n == name))
}

/// Paths that binds made and nothing removed: the sitting removed them when it ended.
fn left_paths(plan: &Plan) -> Vec<Place> {
    let mut left: Vec<Place> = Vec::new();
    for made in plan.calls().filter(|m| m.errno().is_none()) {
        match (&*made.call, &made.place) {
            (AnyCall::Bind(_), Some(place)) if matches!(place.addr(), Addr::Path(_)) => left.push(place.clone()),
            (AnyCall::Unlink(u), _) => left.retain(|p| !matches!(p.addr(), Addr::Path(path) if **path == *u.pathname.as_bytes())),
            _ => {}
        }
    }
    left
}

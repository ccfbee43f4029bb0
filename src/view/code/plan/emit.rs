//! The second way through the log: the acts of one program, in their order.

use super::build::Reader;
use super::cast::Cast;
use super::turns::Turns;
use super::wait::{check_of, spoken};
use super::{Act, Amount, Made, Part, Place, Plan, Wait};
use crate::call::AnyCall;
use crate::event::{Event, Interrupted, Returned, What};
use crate::kernel::{Addr, Kind};
use crate::text::messages::code::{code_both_ends, code_waited_for};
use std::collections::HashSet;
use std::sync::Arc;

/// One program being put together.
pub(super) struct Emitter<'a> {
    reader: Reader<'a>,
    cast: &'a Cast,
    turns: &'a Turns,
    plan: Plan,
    /// Lines of `repeat` that have become one act.
    looped: HashSet<u32>,
    alive: Vec<(u32, String, Option<Kind>)>,
    /// Calls of the foreground that wait in threads.
    waiting: u32,
    /// Sockets whose calls do not wait.
    impatient: HashSet<u32>,
    /// Addresses that other hosts' programs have told, and that no act has needed yet.
    untold: Vec<(String, i32)>,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(reader: Reader<'a>, part: Option<Part>, cast: &'a Cast, turns: &'a Turns) -> Emitter<'a> {
        let plan = Plan { part, ..Plan::default() };
        Emitter {
            reader,
            cast,
            turns,
            plan,
            looped: HashSet::new(),
            alive: Vec::new(),
            waiting: 0,
            impatient: HashSet::new(),
            untold: Vec::new(),
        }
    }

    pub(super) fn emit(mut self, events: &[Event]) -> Plan {
        for event in events {
            let turn = |turns: &std::collections::HashMap<(Arc<str>, u64), u32>, host: &Arc<str>| {
                turns.get(&(host.clone(), event.seq)).copied()
            };
            let host = match &self.plan.part {
                Some(Part::Host(host)) => Some(host.clone()),
                _ => None,
            };
            let wait = host.as_ref().and_then(|h| turn(&self.turns.waits, h));
            self.plan.acts.extend(wait.map(Act::Turn));
            self.event(event);
            let pass = host.as_ref().and_then(|h| turn(&self.turns.passes, h));
            self.plan.acts.extend(pass.map(Act::Pass));
        }
        self.end()
    }

    fn mine(&self, of: u64, made: &Made) -> bool {
        match &self.plan.part {
            None => true,
            Some(part) => self.cast.call(of, &made.call).is_none_or(|p| p == part),
        }
    }

    /// Whether another program has this socket.
    fn others(&self, name: &str) -> bool {
        self.plan.part.as_ref().is_some_and(|part| self.cast.name(name).is_some_and(|p| p != part))
    }

    fn event(&mut self, event: &Event) {
        match &event.what {
            What::Typed { line, round: None, .. } if !self.reader.failed.contains(&event.turn) => self.waits(line),
            What::Called { .. } => self.called(event),
            What::Returned(r) => self.returned(r),
            _ => {}
        }
    }

    /// A line that waits for something.
    fn waits(&mut self, line: &str) {
        if !spoken(line).starts_with("until ") {
            return;
        }
        let wait = Wait::read(line);
        let on = check_of(line).and_then(|c| c.name);
        let in_the_lab = matches!(self.plan.part, Some(Part::Host(_)));
        // What is waited for on the wire is waited for in the lab's script.
        if on.as_deref().map_or(in_the_lab, |on| self.others(on)) {
            return;
        }
        self.plan.acts.push(wait.map_or_else(|| Act::Remark(code_waited_for(line.trim())), Act::Wait));
    }

    fn called(&mut self, event: &Event) {
        if let Some(parent) = self.reader.parent.get(&event.turn).copied() {
            if self.looped.contains(&parent) {
                return;
            }
            if let Some(act) = self.reader.repeated.get(&parent).and_then(|r| self.reader.again(r)) {
                self.looped.insert(parent);
                if matches!(&act, Act::Again(_, _, m) if self.mine(event.seq, m)) {
                    self.push(act);
                }
                return;
            }
        }
        let made = self.reader.calls.get(&event.seq).filter(|m| self.mine(event.seq, m)).cloned();
        let Some(made) = made else { return self.keep(event.seq) };
        if super::cast::fds(&made.call).iter().any(|fd| made.names.get(fd).is_some_and(|name| self.others(name))) {
            self.plan.acts.push(Act::Remark(code_both_ends(made.call.name())));
            return self.keep(event.seq);
        }
        let interrupted = self.reader.returned.get(&event.seq).is_some_and(|r| r.interrupted.is_some());
        match self.reader.jobs.get(&event.seq) {
            Some(job) => self.push(Act::Start(*job, made)),
            // What stood in the foreground till it was interrupted waits in a thread as well.
            None if interrupted => {
                // A number that no job has.
                self.waiting += 1;
                let job = self.reader.jobs.values().max().unwrap_or(&0) + self.waiting;
                self.push(Act::Start(job, made.clone()));
                self.push(Act::GiveUp(job, made));
            }
            None => {
                let heard = self.heard(&made);
                let comes = self.comes(&made);
                self.plan.acts.extend(comes.map(Act::Wait));
                self.push(Act::Call(made));
                self.plan.acts.extend(heard);
                self.keep(event.seq);
            }
        }
    }

    /// What a call that does not wait has found, a program of one part must wait for: the other part runs at its own pace.
    fn comes(&self, made: &Made) -> Option<Wait> {
        let (flags, on) = match &*made.call {
            AnyCall::Recv(c) => (c.flags, c.sockfd),
            AnyCall::Recvfrom(c) => (c.flags, c.sockfd),
            AnyCall::Recvmsg(c) => (c.flags, c.sockfd),
            AnyCall::Read(c) => (0, c.fd),
            AnyCall::Accept(c) => (0, c.sockfd),
            _ => return None,
        };
        let waits = flags & libc::MSG_DONTWAIT == 0 && !self.impatient.contains(&on.id);
        let came = made.value().filter(|_| self.plan.part.is_some() && !waits)?;
        let stream = matches!(made.kind, Some(Kind::Socket { kind: libc::SOCK_STREAM, .. }));
        let counted = stream && came > 0 && made.exact && !matches!(*made.call, AnyCall::Accept(_));
        let what = if counted { Amount::Bytes(came as u64) } else { Amount::Readable };
        Some(Wait { on: made.on.clone()?, what, limit: 5.0, typed: String::new() })
    }

    /// Which sockets do not wait (O_NONBLOCK).
    fn patience(&mut self, r: &Returned) {
        let made_so = match &*r.call {
            AnyCall::Socket(c) => c.kind & libc::SOCK_NONBLOCK != 0,
            AnyCall::Socketpair(c) => c.kind & libc::SOCK_NONBLOCK != 0,
            AnyCall::Accept(c) => c.flags & libc::SOCK_NONBLOCK != 0,
            _ => false,
        };
        let set = match &*r.call {
            AnyCall::Fcntl(c) if c.cmd == libc::F_SETFL => Some((c.fd.id, c.arg.unwrap_or(0) & libc::O_NONBLOCK != 0)),
            AnyCall::Ioctl(c) if c.request == libc::FIONBIO => Some((c.fd.id, c.arg != 0)),
            _ => None,
        };
        if made_so {
            self.impatient.extend(self.cast.made(r.of));
        }
        match set.filter(|_| r.outcome.ret.is_ok()) {
            Some((id, true)) => drop(self.impatient.insert(id)),
            Some((id, false)) => drop(self.impatient.remove(&id)),
            None => {}
        }
    }

    fn returned(&mut self, r: &Returned) {
        self.patience(r);
        for (name, id) in r.made.iter().zip(self.cast.made(r.of)) {
            self.alive.push((*id, name.clone(), self.reader.made_kinds.get(&(r.of, name.clone())).copied()));
            if !self.plan.names.contains(name) {
                self.plan.names.push(name.clone());
            }
        }
        if let AnyCall::Close(c) = &*r.call {
            self.alive.retain(|(id, ..)| *id != c.fd.id);
        }
        let Some(job) = self.reader.jobs.get(&r.of).copied() else { return };
        if let Some(made) = self.reader.calls.get(&r.of).filter(|m| self.mine(r.of, m)).cloned() {
            self.push(match r.interrupted {
                Some(Interrupted::Cancelled | Interrupted::CtrlC | Interrupted::TimedOut) => Act::GiveUp(job, made),
                None => Act::Join(job, made),
            });
        }
        self.keep(r.of);
    }

    /// An act, behind what it needs to know.
    fn push(&mut self, act: Act) {
        let (Act::Call(made) | Act::Start(_, made) | Act::Again(_, _, made) | Act::Join(_, made) | Act::GiveUp(_, made)) = &act
        else {
            return self.plan.acts.push(act);
        };
        let needs = made.place.as_ref().and_then(Place::socket);
        if let Some(at) = needs.and_then(|name| self.untold.iter().position(|(n, _)| n == name)) {
            let (name, family) = self.untold.remove(at);
            self.plan.acts.push(Act::Told(name, family));
        }
        self.plan.acts.push(act);
    }

    /// A sender whose address is needed later, and whom another program plays.
    fn heard(&mut self, made: &Made) -> Option<Act> {
        let name = self.reader.heard_from(made)?.to_string();
        let family = made.outcome.as_ref()?.out.as_ref()?.addr.as_ref()?.family();
        if let Some(at) = self.untold.iter().position(|(n, _)| *n == name) {
            self.untold.remove(at);
            return Some(Act::Heard(name, family));
        }
        let wanted = self.others(&name) && self.plan.told.iter().any(|t| t.0 == name);
        wanted.then_some(Act::Heard(name, family))
    }

    /// Addresses that are needed later, once this call has brought them.
    fn keep(&mut self, of: u64) {
        for (name, family) in self.reader.places.keep.remove(&of).unwrap_or_default() {
            let Some(part) = self.plan.part.clone() else {
                self.plan.acts.push(Act::Keep(name, family));
                continue;
            };
            let in_the_lab = matches!(part, Part::Host(_));
            if !self.others(&name) {
                // The other end hears the address with what is sent to it first; where there are turns, it can be told at any time.
                let heard = !in_the_lab && self.reader.calls.values().any(|m| self.reader.heard_from(m).is_some_and(|n| n == name));
                let wanted = |m: &Made| m.place.as_ref().and_then(Place::socket) == Some(&name);
                let other =
                    self.reader.calls.iter().any(|(of, m)| wanted(m) && self.cast.call(*of, &m.call).is_some_and(|p| *p != part));
                if other && !heard {
                    self.plan.tells.push(name.clone());
                }
                self.plan.acts.push(Act::Keep(name, family));
            } else if in_the_lab {
                self.untold.push((name, family));
            } else {
                self.plan.told.push((name, family));
            }
        }
    }

    fn end(self) -> Plan {
        let (mut plan, cast) = (self.plan, self.cast);
        if let Some(turn) = plan.host().and_then(|host| self.turns.ends.get(host)) {
            plan.acts.push(Act::Turn(*turn));
        }
        // What was heard need not be told.
        let heard: Vec<String> =
            plan.acts.iter().filter_map(|a| if let Act::Heard(n, _) = a { Some(n.clone()) } else { None }).collect();
        plan.told.retain(|t| !heard.contains(&t.0));
        let used: Vec<String> = plan.calls().filter_map(|m| m.place.as_ref()?.socket().map(str::to_string)).collect();
        plan.told.retain(|t| used.contains(&t.0));
        let tells = plan.tells.clone();
        plan.acts.retain(|a| !matches!(a, Act::Keep(n, _) if !used.contains(n) && !tells.contains(n)));
        let mine = |id: u32| plan.part.as_ref().is_none_or(|part| cast.id(id).is_none_or(|p| p == part));
        tells.iter().for_each(|name| told_when_it_listens(&mut plan.acts, name));
        plan.open = self.alive.into_iter().filter(|(id, ..)| mine(*id)).map(|(_, name, kind)| (name, kind)).collect();
        if plan.part.is_some() {
            plan.acts.iter_mut().for_each(alone);
        }
        plan.paths = left_paths(&plan);
        plan.consts = self.reader.places.consts.into_iter().filter(|c| uses_const(&plan, c.name())).collect();
        plan
    }
}

/// Whoever is told an address connects at once: it is told behind the `listen`.
fn told_when_it_listens(acts: &mut [Act], name: &str) {
    let Some(at) = acts.iter().position(|a| matches!(a, Act::Keep(n, _) if n == name)) else { return };
    let listens = |a: &Act| matches!(a, Act::Call(m) if matches!(*m.call, AnyCall::Listen(_)) && m.on.as_deref() == Some(name));
    let Some(behind) = acts[at..].iter().position(listens) else { return };
    let needed = |a: &Act| matches!(a, Act::Call(m) | Act::Start(_, m) if m.place.as_ref().and_then(Place::socket) == Some(name));
    // Where there are turns, the order of the sitting is kept by them.
    if !acts[at..at + behind].iter().any(|a| needed(a) || matches!(a, Act::Turn(_) | Act::Pass(_))) {
        acts[at..=at + behind].rotate_left(1);
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

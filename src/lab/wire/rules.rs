//! The standing rules: what chance, delays and queues do to a frame that flows.

use super::Seen;
use super::chance::Chance;
use super::deed::Cause;
use super::words::{Act, Kind, NotDone, Port, REORDER, Rule, Time};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// So many rules at most: each is looked at for every frame.
const MOST: usize = 100;

#[derive(Debug)]
struct Live {
    rule: Rule,
    chance: Chance,
    id: u64,
}

/// What becomes of a frame on its way to one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Now,
    At { due: Time, reordered: bool },
    Lost(Cause),
}

/// A frame on its way to one port.
#[derive(Clone, Copy)]
pub(super) struct Leg<'a> {
    pub seen: Seen<'a>,
    pub from: Port,
    pub to: Port,
    /// Bytes of the frame.
    pub len: usize,
    /// It was promised to be overtaken.
    pub reorder: bool,
}

#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The newest last.
    all: Vec<Live>,
    made: u64,
    /// Until when the line to a port is taken by frames of a rate rule.
    taken: FxHashMap<(u64, Port), Time>,
    /// When each frame that waits towards a port leaves its queue.
    queues: FxHashMap<Port, BinaryHeap<Reverse<Time>>>,
    queued: usize,
    /// When the last frame between two ports arrives: the next one does not overtake it.
    last: FxHashMap<(Port, Port), Time>,
}

impl Rules {
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn list(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.all.iter().map(|l| &l.rule)
    }

    /// Adds a rule. One for every frame takes the place of all of its kind, one with a filter that of the same filter's. A rule
    /// that does nothing stays only as an exception to older ones.
    pub fn set(&mut self, rule: Rule) -> Result<(), NotDone> {
        let kind = rule.act.kind();
        let replaced = |l: &Live| l.rule.act.kind() == kind && (rule.filter.is_empty() || l.rule.filter == rule.filter);
        if self.all.iter().filter(|l| !replaced(l)).count() >= MOST {
            return Err(NotDone::TooMany { most: MOST });
        }
        self.all.retain(|l| !replaced(l));
        self.made += 1;
        self.all.push(Live { chance: Chance::new(rule.seed), rule, id: self.made });
        let mut something = false;
        self.all.retain(|l| {
            something |= l.rule.act.kind() == kind && !l.rule.act.is_off();
            l.rule.act.kind() != kind || something
        });
        let all = &self.all;
        self.taken.retain(|(id, _), _| all.iter().any(|l| l.id == *id));
        Ok(())
    }

    pub fn clear(&mut self) {
        self.all.clear();
        self.taken.clear();
    }

    pub fn unplug(&mut self, port: Port) {
        self.taken.retain(|(_, p), _| *p != port);
        self.last.retain(|(from, to), _| *from != port && *to != port);
        self.queued -= self.queues.remove(&port).map_or(0, |q| q.len());
    }

    /// Nothing is on its way any more.
    pub fn all_arrived(&mut self) {
        self.last.clear();
        self.queues.clear();
        self.queued = 0;
    }

    /// The newest rule of this kind that fits.
    fn fit(&mut self, kind: Kind, seen: &Seen) -> Option<&mut Live> {
        self.all.iter_mut().rev().find(|l| l.rule.act.kind() == kind && l.rule.filter.fits(seen))
    }

    /// Whether chance says so.
    fn drawn(&mut self, kind: Kind, seen: &Seen) -> bool {
        self.fit(kind, seen).is_some_and(|l| match l.rule.act {
            Act::Loss(s) | Act::Duplicate(s) | Act::Reorder(s) | Act::Corrupt(s) => l.chance.hits(s),
            _ => false,
        })
    }

    /// Whether a packet, as a whole, is delivered twice.
    pub fn doubles(&mut self, seen: &Seen) -> bool {
        self.drawn(Kind::Duplicate, seen)
    }

    /// The bit of a packet to flip, if any.
    pub fn flips(&mut self, seen: &Seen, len: usize) -> Option<u32> {
        let live = self.fit(Kind::Corrupt, seen)?;
        let Act::Corrupt(share) = live.rule.act else { return None };
        live.chance.hits(share).then(|| some_bit(&mut live.chance, len))
    }

    /// What becomes of a frame. Where nothing has room to wait, what would is lost.
    pub fn judge(&mut self, leg: &Leg, room: bool, now: Time) -> Verdict {
        let seen = &leg.seen;
        if self.drawn(Kind::Loss, seen) {
            return Verdict::Lost(Cause::Loss);
        }
        let reordered = self.drawn(Kind::Reorder, seen) || leg.reorder;
        let limit = self.fit(Kind::Queue, seen).map_or(0, |l| match l.rule.act {
            Act::Queue(frames) => frames as usize,
            _ => 0,
        });
        let waiting = self.queues.get_mut(&leg.to).map_or(0, |queue| {
            let before = queue.len();
            while queue.peek().is_some_and(|Reverse(left)| *left <= now) {
                queue.pop();
            }
            self.queued -= before - queue.len();
            queue.len()
        });
        let delay = self.fit(Kind::Delay, seen).map_or(Duration::ZERO, |l| match l.rule.act {
            Act::Delay { by, jitter } => l.chance.around(by, jitter),
            _ => Duration::ZERO,
        });
        let rate = self.fit(Kind::Rate, seen).and_then(|l| match l.rule.act {
            Act::Rate(speed) if speed.0 > 0 => Some((l.id, speed)),
            _ => None,
        });
        let turn = rate.map(|(id, speed)| {
            let free = self.taken.get(&(id, leg.to)).copied().unwrap_or_default();
            (id, free.max(now).saturating_add(speed.takes(leg.len)))
        });
        let mut due = turn.map_or(now, |(_, end)| end).saturating_add(delay);
        if reordered {
            due = due.saturating_add(REORDER);
        } else if let Some(last) = self.last.get(&(leg.from, leg.to)) {
            due = due.max(*last);
        }
        if due <= now {
            return Verdict::Now;
        }
        if limit > 0 && waiting >= limit {
            return Verdict::Lost(Cause::QueueFull);
        }
        if !room {
            return Verdict::Lost(Cause::DelayFull);
        }
        if let Some((id, end)) = turn {
            self.taken.insert((id, leg.to), end);
        }
        if !reordered {
            self.last.insert((leg.from, leg.to), due);
        }
        self.enqueue(leg.to, turn.map_or(due, |(_, end)| end), now);
        Verdict::At { due, reordered }
    }

    fn enqueue(&mut self, to: Port, left: Time, now: Time) {
        self.queues.entry(to).or_default().push(Reverse(left));
        self.queued += 1;
        // Those of ports that nothing goes to any more are nobody's to count.
        if self.queued > 100_000 {
            self.queues.values_mut().for_each(|q| q.retain(|Reverse(left)| *left > now));
            self.queues.retain(|_, q| !q.is_empty());
            self.queued = self.queues.values().map(BinaryHeap::len).sum();
        }
    }
}

/// A bit behind the Ethernet header; of a frame that is nothing but that, any.
pub(super) fn some_bit(chance: &mut Chance, len: usize) -> u32 {
    let bits = |bytes: usize| u32::try_from(bytes * 8).unwrap_or(u32::MAX);
    let from = if len > 14 { bits(14) } else { 0 };
    from + chance.below(u64::from(bits(len) - from)) as u32
}

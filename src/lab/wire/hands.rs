//! The verbs: what a person does to the wire. Each does what it can at once; nothing here waits.

use super::flow::{To, seen};
use super::held::Packet;
use super::rules::some_bit;
use super::switch::Way;
use super::words::{Cut, Did, Hold, NotDone, Once, Pick, Port, Promise, Rule, Time};
use super::{Cause, Deed, Fate, Filter, Marks, Station, Wire};
use crate::packet::Summary;
use std::sync::Arc;

/// So many holds and promises at most: each is looked at for every frame.
const MOST: usize = 100;

impl Wire {
    /// Holds what fits from now on, besides what was held already. What is on its way under a delay stays on it.
    pub fn hold(&mut self, hold: Hold) -> Result<(), NotDone> {
        if self.holds.contains(&hold) {
            return Ok(());
        }
        if self.holds.len() >= MOST {
            return Err(NotDone::TooMany { most: MOST });
        }
        self.holds.push(hold);
        Ok(())
    }

    /// Holds nothing any more, and delivers everything held, in order; answers with how many. Rules and cuts stay.
    pub fn flow(&mut self, now: Time, deeds: &mut Vec<Deed>) -> usize {
        self.holds.clear();
        self.keep = false;
        let all = self.held.len();
        while let Some(packet) = self.held.first().and_then(|n| self.held.take(n)) {
            self.deliver(&packet, To::All, Cause::Flowed, now, deeds);
        }
        all
    }

    /// Whether a retransmission of a frame still held is held as well, in place of being dropped. Ends with `flow`.
    pub fn keep(&mut self, yes: bool) {
        self.keep = yes;
    }

    /// Delivers held frames that fit; answers with how many, which may be fewer than were asked for. For a number the filter does not matter.
    pub fn step(&mut self, pick: Pick, filter: &Filter, now: Time, deeds: &mut Vec<Deed>) -> Result<usize, NotDone> {
        let picked = self.pick(pick, filter)?;
        for packet in self.take(&picked) {
            self.deliver(&packet, To::All, Cause::Stepped, now, deeds);
        }
        Ok(picked.len())
    }

    /// Drops held frames that fit; answers with how many, which may be fewer than were asked for.
    pub fn drop_held(&mut self, pick: Pick, filter: &Filter, now: Time, deeds: &mut Vec<Deed>) -> Result<usize, NotDone> {
        let picked = self.pick(pick, filter)?;
        for packet in self.take(&picked) {
            let ports = self.receivers(&packet).max(1);
            self.lose(&packet, ports, Cause::Hand, now, deeds);
        }
        Ok(picked.len())
    }

    /// Doubles or corrupts held frames, or, where none that fits is held, so many of the next. A number means a held one, and
    /// the filter does not matter then. The copy of a held frame is held behind it, which is a fact; which bit was flipped is in
    /// the capture at once and in the facts to come. (`Once::Reorder` is what `reorder` does.)
    pub fn once(&mut self, once: Once, pick: Pick, filter: Filter, now: Time, deeds: &mut Vec<Deed>) -> Result<Did, NotDone> {
        if once == Once::Reorder {
            return self.reorder(None, filter);
        }
        let picked = match (self.pick(pick, &filter), pick) {
            (Ok(picked), _) => picked,
            (Err(NotDone::NothingHeld), Pick::Oldest(left)) => return self.promise(Promise { once, left, filter }),
            (Err(why), _) => return Err(why),
        };
        let mut done = Vec::new();
        match once {
            Once::Duplicate => {
                for number in picked {
                    let Some(original) = self.held.get(number).cloned() else { continue };
                    let copy = self.copy(&original, now);
                    done.push(copy.number);
                    self.hold_packet(copy, Some(number), now, deeds);
                }
            }
            Once::Corrupt { bit } => {
                let bits = picked.iter().filter_map(|n| self.held.get(*n)).map(|p| bits(p.bytes.len())).min().unwrap_or(0);
                if bit.is_some_and(|bit| bit >= bits) {
                    return Err(NotDone::NoSuchBit { bits });
                }
                for number in picked {
                    let Some(mut packet) = self.held.get(number).cloned() else { continue };
                    let bit = bit.unwrap_or_else(|| self.draw_bit(packet.bytes.len()));
                    self.flip(&mut packet, bit);
                    self.held.change(number, |p| *p = packet);
                    done.push(number);
                }
            }
            Once::Reorder => {}
        }
        Ok(Did::Held(done))
    }

    /// Two held frames change places: these, or the first two that fit. Where nothing is to be held, the next frame that fits
    /// is kept back, so that others overtake it.
    pub fn reorder(&mut self, pair: Option<(u64, u64)>, filter: Filter) -> Result<Did, NotDone> {
        let (a, b) = match pair {
            Some((a, b)) if a == b => return Err(NotDone::SamePacket),
            Some((a, b)) => {
                self.pick(Pick::Number(a), &filter)?;
                self.pick(Pick::Number(b), &filter)?;
                (a, b)
            }
            None => match (self.pick(Pick::Oldest(2), &filter).as_deref(), self.holds.is_empty()) {
                (Ok([a, b]), _) => (*a, *b),
                (_, true) => return self.promise(Promise { once: Once::Reorder, left: 1, filter }),
                (_, false) => return Err(NotDone::NothingHeld),
            },
        };
        self.held.swap(a, b);
        for number in [a, b] {
            let mut marks = Marks::default();
            self.held.change(number, |p| {
                p.marks.reordered = true;
                marks = p.marks;
            });
            self.capture.mark(number, marks);
        }
        Ok(Did::Held(vec![a, b]))
    }

    /// Puts a frame on the wire, as if this port had sent it. Neither holds nor rules stop it; a cut does. Answers with its
    /// packet's number.
    pub fn inject(&mut self, from: Port, frame: &[u8], now: Time, deeds: &mut Vec<Deed>) -> Result<u64, NotDone> {
        let (host, segment) = self.switch.get(from).map(|p| (p.host.clone(), p.segment)).ok_or(NotDone::NoSuchPort)?;
        let way = self.switch.way(segment, from, frame);
        if way == Way::Runt {
            return Err(NotDone::Runt);
        }
        self.due(now, deeds);
        self.counts.injected += 1;
        let marks = Marks { injected: true, ..Marks::default() };
        let packet = self.packet(Station { port: from, host }, segment, way, frame, marks, now);
        match way {
            Way::One(_) | Way::Group => self.deliver(&packet, To::All, Cause::Passed, now, deeds),
            Way::Nobody | Way::Runt => self.lose(&packet, 1, Cause::NoStation, now, deeds),
        }
        Ok(packet.number)
    }

    /// Sets a standing rule. One for every frame takes the place of all of its kind, one with a filter that of the same
    /// filter's; one that does nothing (`loss 0%`) ends what it would take the place of, or is an exception to wider ones. A
    /// rule set again begins with its seed again.
    pub fn set(&mut self, rule: Rule) -> Result<(), NotDone> {
        self.rules.set(rule)
    }

    /// Cuts the wire between two hosts, or between one and everybody, in both directions. What is held or on its way counts
    /// when it would arrive.
    pub fn cut(&mut self, cut: Cut) -> Result<(), NotDone> {
        self.cuts.add(cut)
    }

    /// Mends everything, everything at a host, or what is cut between two.
    pub fn mend(&mut self, host: Option<&str>, peer: Option<&str>) -> Result<(), NotDone> {
        self.cuts.mend(host, peer)
    }

    /// Everything as at the beginning: nothing is set, what was held or on its way is dropped. Ports, the capture and the
    /// numbers stay.
    pub fn clear(&mut self, now: Time, deeds: &mut Vec<Deed>) {
        self.holds.clear();
        self.keep = false;
        self.promises.clear();
        self.rules.clear();
        self.cuts.clear();
        self.drop_all(Cause::Cleared, now, deeds);
        while let Some(late) = self.late.take(Time::MAX) {
            self.lose(&late.packet, late.group.len().max(1) as u32, Cause::Cleared, now, deeds);
        }
        self.rules.all_arrived();
    }

    fn drop_all(&mut self, cause: Cause, now: Time, deeds: &mut Vec<Deed>) {
        while let Some(packet) = self.held.first().and_then(|n| self.held.take(n)) {
            let ports = self.receivers(&packet).max(1);
            self.lose(&packet, ports, cause, now, deeds);
        }
    }

    // What is set, for `wire` alone.

    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    pub fn keeps(&self) -> bool {
        self.keep
    }

    /// In the order they were set; of those of one kind the last that fits acts.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.list()
    }

    pub fn cuts(&self) -> &[Cut] {
        self.cuts.list()
    }

    pub fn promises(&self) -> &[Promise] {
        &self.promises
    }

    /// How many frames are held, and their bytes.
    pub fn held(&self) -> (usize, usize) {
        (self.held.len(), self.held.bytes())
    }

    /// The numbers of the packets held, in the order in which they would be delivered.
    pub fn held_packets(&self) -> impl Iterator<Item = u64> {
        self.held.iter().map(|p| p.number)
    }

    /// How many frames are on their way, and their bytes.
    pub fn late(&self) -> (usize, usize) {
        (self.late.len(), self.late.bytes())
    }

    // The hands' tools.

    /// The numbers of the held packets that are meant: at least one.
    fn pick(&self, pick: Pick, filter: &Filter) -> Result<Vec<u64>, NotDone> {
        match pick {
            Pick::Number(packet) => match self.held.get(packet) {
                Some(_) => Ok(vec![packet]),
                None => Err(NotDone::NotHeld { packet }),
            },
            Pick::Oldest(n) => {
                let fits = |p: &&Packet| filter.fits(&seen(&self.switch, p));
                let picked: Vec<u64> = self.held.iter().filter(fits).take(n as usize).map(|p| p.number).collect();
                if picked.is_empty() { Err(NotDone::NothingHeld) } else { Ok(picked) }
            }
        }
    }

    fn take(&mut self, numbers: &[u64]) -> Vec<Packet> {
        numbers.iter().filter_map(|n| self.held.take(*n)).collect()
    }

    fn promise(&mut self, promise: Promise) -> Result<Did, NotDone> {
        let left = promise.left;
        match self.promises.iter().position(|p| p.once == promise.once && p.filter == promise.filter) {
            Some(i) => self.promises[i].left = self.promises[i].left.saturating_add(left),
            None if self.promises.len() >= MOST => return Err(NotDone::TooMany { most: MOST }),
            None if left > 0 => self.promises.push(promise),
            None => {}
        }
        Ok(Did::Next(left))
    }

    /// Keeps what was promised to the next frame that fits: how many copies of it to make, and whether others overtake it.
    pub(super) fn keep_promises(&mut self, packet: &mut Packet) -> (u32, bool) {
        let (mut copies, mut reorder) = (0, false);
        let mut flips = Vec::new();
        let len = packet.bytes.len();
        if self.promises.is_empty() {
            return (0, false);
        }
        let frame = seen(&self.switch, packet);
        for promise in &mut self.promises {
            let possible = !matches!(promise.once, Once::Corrupt { bit: Some(bit) } if bit >= bits(len));
            if !possible || !promise.filter.fits(&frame) {
                continue;
            }
            promise.left -= 1;
            match promise.once {
                Once::Duplicate => copies += 1,
                Once::Reorder => reorder = true,
                Once::Corrupt { bit } => flips.push(bit),
            }
        }
        self.promises.retain(|p| p.left > 0);
        for bit in flips {
            let bit = bit.unwrap_or_else(|| self.draw_bit(len));
            self.flip(packet, bit);
        }
        (copies, reorder)
    }

    fn draw_bit(&mut self, len: usize) -> u32 {
        some_bit(&mut self.chance, len)
    }

    /// Flips a bit of a packet, in the capture too. By what a retransmission is known stays as it was sent.
    pub(super) fn flip(&mut self, packet: &mut Packet, bit: u32) {
        let mut bytes = packet.bytes.to_vec();
        let Some(byte) = bytes.get_mut(bit as usize / 8) else { return };
        *byte ^= 0x80 >> (bit % 8);
        packet.summary = Summary::of(&bytes);
        packet.bytes = Arc::from(bytes);
        packet.marks.flipped = Some(bit);
        self.capture.flip(packet.number, bit);
        self.capture.mark(packet.number, packet.marks);
    }

    /// Whether something that is set holds it.
    pub(super) fn is_to_hold(&self, packet: &Packet) -> bool {
        if self.holds.is_empty() {
            return false;
        }
        let frame = seen(&self.switch, packet);
        let is_ip = matches!(packet.summary.ether_type, 0x0800 | 0x86dd);
        self.holds.iter().any(|hold| match (hold.all, hold.filter.is_empty()) {
            (true, _) => hold.filter.fits(&frame),
            (false, true) => is_ip && !packet.summary.is_discovery(),
            (false, false) if packet.summary.is_discovery() => hold.filter.fits_discovery(&frame),
            (false, false) => hold.filter.fits(&frame),
        })
    }

    /// Holds a packet, at the end of the queue or behind another, if there is room.
    pub(super) fn hold_packet(&mut self, packet: Packet, behind: Option<u64>, now: Time, deeds: &mut Vec<Deed>) {
        let bytes = self.held.bytes() + packet.bytes.len();
        let ports = self.receivers(&packet).max(1);
        if self.held.len() >= self.bounds.held || bytes > self.bounds.held_bytes {
            return self.lose(&packet, ports, Cause::HoldFull, now, deeds);
        }
        self.capture.settle(packet.number, Fate::Held, Cause::Hold, now, ports);
        deeds.push(packet.fact(Fate::Held, Cause::Hold, ports, now));
        self.held.put(packet, behind);
    }
}

/// The bits of a frame.
fn bits(len: usize) -> u32 {
    u32::try_from(len * 8).unwrap_or(u32::MAX)
}

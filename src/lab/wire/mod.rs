//! The wire between the hosts, as a machine without hands: frames and the time go in, frames to put on ports and facts to
//! tell come out. It asks no kernel, has no clock and draws no seed of its own.
//!
//! The way of a frame: it is numbered and captured; the switch says who gets it; what is cut does not pass; what fits a
//! promise is changed (`corrupt`, `duplicate`, `reorder` of a frame to come); what is to be held is held, until a verb
//! delivers or drops it; what flows meets the rules (corrupt, duplicate, then for each receiver loss, reorder, queue, rate,
//! delay). What a person steps, drops or injects is not subject to rules, but nothing passes a cut.

mod capture;
mod chance;
mod cuts;
mod deed;
mod flow;
mod hands;
mod held;
mod late;
mod rules;
mod switch;
mod words;
#[cfg(test)]
mod tests;

pub use crate::packet::filter::{Filter, Hosts, Reach, Reason, Seen, WORDS, Wrong};
pub use capture::{Capture, Row};
pub use chance::Chance;
pub use deed::{Cause, Deed, Fact, Fate, Marks, Station, Target};
pub use words::{Act, Cut, Did, Hold, Kind, NotDone, Once, Pick, Port, Promise, REORDER, Rule, Share, Speed, Time};

use crate::packet::Summary;
use cuts::Cuts;
use flow::seen;
use held::{Held, Key, Packet};
use late::Lates;
use rules::Rules;
use std::sync::Arc;
use switch::{Switch, Way};

/// How much is kept: frames, and bytes of frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub held: usize,
    pub held_bytes: usize,
    /// Frames on their way. A group's frame is let in whole, so there may be as many more as a segment has ports.
    pub late: usize,
    pub late_bytes: usize,
    pub captured: usize,
    pub captured_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        let mib = 1 << 20;
        Bounds {
            held: 10_000,
            held_bytes: 64 * mib,
            late: 10_000,
            late_bytes: 64 * mib,
            captured: 20_000,
            captured_bytes: 32 * mib,
        }
    }
}

/// What happened so far. `delivered` and `dropped` count receivers, the others packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// From hosts.
    pub arrived: u64,
    /// Made by the wire.
    pub copied: u64,
    /// Put on it by hand.
    pub injected: u64,
    pub delivered: u64,
    pub dropped: u64,
    /// Given to `arrive` from a port that is not plugged in; they are no packets.
    pub stray: u64,
}

/// The wire.
#[derive(Debug, Default)]
pub struct Wire {
    switch: Switch,
    holds: Vec<Hold>,
    keep: bool,
    held: Held,
    promises: Vec<Promise>,
    rules: Rules,
    late: Lates,
    cuts: Cuts,
    capture: Capture,
    bounds: Bounds,
    counts: Counts,
    chance: Chance,
    telling: bool,
    number: u64,
}

impl Wire {
    /// All flows. `seed` is for what chance draws by hand: the bit of a `corrupt` without one.
    pub fn new(seed: u64) -> Wire {
        Wire::bounded(seed, Bounds::default())
    }

    pub fn bounded(seed: u64, bounds: Bounds) -> Wire {
        let capture = Capture::new(bounds.captured, bounds.captured_bytes);
        Wire { capture, bounds, chance: Chance::new(seed), ..Wire::default() }
    }

    /// Plugs a host's interface into a segment. A port that is plugged in already should be unplugged first.
    pub fn plug(&mut self, port: Port, host: Arc<str>, segment: u32, mac: [u8; 6]) {
        self.switch.plug(port, host, segment, mac);
    }

    /// Takes a port off; what was on its way to it is dropped. What it has sent goes on.
    pub fn unplug(&mut self, port: Port, now: Time, deeds: &mut Vec<Deed>) {
        if self.switch.unplug(port).is_none() {
            return;
        }
        let is_to = |p: &&Packet| p.to.as_ref().is_some_and(|s| s.port == port);
        let held: Vec<u64> = self.held.iter().filter(is_to).map(|p| p.number).collect();
        for packet in held.into_iter().filter_map(|n| self.held.take(n)).collect::<Vec<_>>() {
            self.lose(&packet, 1, Cause::Unplugged, now, deeds);
        }
        for packet in self.late.unplug(port) {
            self.lose(&packet, 1, Cause::Unplugged, now, deeds);
        }
        self.rules.unplug(port);
        if self.late.is_empty() {
            self.rules.all_arrived();
        }
    }

    /// Whether nothing is set that needs a look at a frame: then `arrive` answers with `Pass` alone, and copies nothing but
    /// what the capture keeps.
    pub fn is_plain(&self) -> bool {
        self.holds.is_empty()
            && self.rules.is_empty()
            && self.cuts.is_empty()
            && self.promises.is_empty()
            && self.late.is_empty()
            && self.held.is_empty()
    }

    /// Whether frames that were delivered by themselves, at once or late, make facts too. All others always do: those that
    /// are held, dropped, changed, copied, injected, and those that a verb delivers.
    pub fn tell_all(&mut self, yes: bool) {
        self.telling = yes;
    }

    /// A frame has come from a port.
    pub fn arrive(&mut self, from: Port, frame: &[u8], now: Time, deeds: &mut Vec<Deed>) {
        let Some(plug) = self.switch.get(from) else {
            self.counts.stray += 1;
            return;
        };
        let (source, segment) = (Station { port: from, host: plug.host.clone() }, plug.segment);
        self.counts.arrived += 1;
        let way = self.switch.way(segment, from, frame);
        if matches!(way, Way::One(_) | Way::Group) && !self.telling && self.is_plain() {
            return self.pass(source, segment, way, frame, now, deeds);
        }
        self.due(now, deeds);
        let packet = self.packet(source, segment, way, frame, Marks::default(), now);
        match way {
            Way::Runt => self.lose(&packet, 1, Cause::Runt, now, deeds),
            Way::Nobody => self.lose(&packet, 1, Cause::NoStation, now, deeds),
            Way::One(_) | Way::Group => self.enter(packet, now, deeds),
        }
    }

    /// The short way, where nothing is set.
    fn pass(&mut self, from: Station, segment: u32, way: Way, frame: &[u8], now: Time, deeds: &mut Vec<Deed>) {
        self.number += 1;
        let packet = self.number;
        let (to, delivered) = match way {
            Way::One(port) => {
                deeds.push(Deed::Pass { packet, to: port });
                (self.switch.station(port).map_or(Target::Nobody, Target::One), 1)
            }
            _ => {
                let before = deeds.len();
                deeds.extend(self.switch.others(segment, from.port).map(|to| Deed::Pass { packet, to }));
                (Target::Many, (deeds.len() - before) as u32)
            }
        };
        self.counts.delivered += u64::from(delivered);
        let row = Row {
            packet,
            arrived: now,
            at: now,
            fate: Fate::Delivered,
            cause: Cause::Passed,
            marks: Marks::default(),
            from,
            to,
            delivered,
            dropped: 0,
            len: frame.len() as u32,
        };
        self.capture.add(row, frame);
    }

    /// Numbers a frame, captures it, and makes it a packet.
    fn packet(&mut self, from: Station, segment: u32, way: Way, frame: &[u8], marks: Marks, now: Time) -> Packet {
        let to = if let Way::One(port) = way { self.switch.station(port) } else { None };
        let packet = Packet {
            number: 0,
            from,
            segment,
            nobody: matches!(way, Way::Nobody | Way::Runt),
            to,
            bytes: frame.into(),
            summary: Summary::of(frame),
            marks,
            arrived: now,
            key: None,
        };
        self.register(packet, now)
    }

    fn register(&mut self, mut packet: Packet, now: Time) -> Packet {
        self.number += 1;
        packet.number = self.number;
        let row = Row {
            packet: packet.number,
            arrived: now,
            at: now,
            fate: Fate::Underway,
            cause: Cause::Passed,
            marks: packet.marks,
            from: packet.from.clone(),
            to: packet.target(),
            delivered: 0,
            dropped: 0,
            len: packet.bytes.len() as u32,
        };
        self.capture.add(row, &packet.bytes);
        packet
    }

    /// A copy of a packet, with a number of its own.
    fn copy(&mut self, of: &Packet, now: Time) -> Packet {
        self.counts.copied += 1;
        let marks = Marks { copy_of: Some(of.number), flipped: of.marks.flipped, ..Marks::default() };
        // A copy is no retransmission, and none of it is known by it.
        self.register(Packet { marks, arrived: now, key: None, ..of.clone() }, now)
    }

    /// A packet with somebody to go to.
    fn enter(&mut self, mut packet: Packet, now: Time, deeds: &mut Vec<Deed>) {
        if self.is_cut_off(&packet) {
            let ports = self.receivers(&packet);
            return self.lose(&packet, ports, Cause::Cut, now, deeds);
        }
        let holds = self.is_to_hold(&packet);
        if holds {
            packet.key = Key::of(&packet.summary, &packet.bytes);
            packet.marks.again = self.held.original(&packet);
            if let (Some(of), false) = (packet.marks.again, self.keep) {
                packet.marks.again = None;
                let ports = self.receivers(&packet);
                return self.lose(&packet, ports, Cause::HeldAgain { of }, now, deeds);
            }
            self.capture.mark(packet.number, packet.marks);
        }
        let (copies, reorder) = self.keep_promises(&mut packet);
        if holds {
            let number = packet.number;
            let original = packet.clone();
            self.hold_packet(packet, None, now, deeds);
            for _ in 0..copies {
                let copy = self.copy(&original, now);
                self.hold_packet(copy, Some(number), now, deeds);
            }
            return;
        }
        let mut copies = copies;
        if !self.rules.is_empty() {
            let seen = seen(&self.switch, &packet);
            let flip = self.rules.flips(&seen, packet.bytes.len());
            copies += u32::from(self.rules.doubles(&seen));
            if let Some(bit) = flip {
                self.flip(&mut packet, bit);
            }
        }
        let copies: Vec<Packet> = (0..copies).map(|_| self.copy(&packet, now)).collect();
        self.flow_on(packet, reorder, now, deeds);
        copies.into_iter().for_each(|copy| self.flow_on(copy, false, now, deeds));
    }

    /// What passed.
    pub fn capture(&self) -> &Capture {
        &self.capture
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    pub fn bounds(&self) -> Bounds {
        self.bounds
    }
}

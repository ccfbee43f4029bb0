//! What flows: through the rules to its receivers, at once or later.

use super::Wire;
use super::deed::{Cause, Deed, Fate};
use super::held::Packet;
use super::late::Late;
use super::rules::{Leg, Verdict};
use super::switch::Switch;
use super::words::{Port, Time};
use super::{Reach, Seen};

/// Which receivers of a packet.
pub(super) enum To<'a> {
    /// All that it has now.
    All,
    /// These of its group.
    These(&'a [Port]),
}

impl Wire {
    /// A packet that nothing holds, through the rules to its receivers.
    pub(super) fn flow_on(&mut self, mut packet: Packet, reorder: bool, now: Time, deeds: &mut Vec<Deed>) {
        if self.rules.is_empty() && self.late.is_empty() && !reorder {
            return self.deliver(&packet, To::All, Cause::Passed, now, deeds);
        }
        let room = self.late.len() < self.bounds.late && self.late.bytes() + packet.bytes.len() <= self.bounds.late_bytes;
        let mut leg = Leg {
            seen: Seen { summary: &packet.summary, from: &packet.from.host, to: Reach::Nobody },
            from: packet.from.port,
            to: packet.from.port,
            len: packet.bytes.len(),
            reorder,
        };
        if let Some(to) = &packet.to {
            (leg.seen.to, leg.to) = (Reach::One(&to.host), to.port);
            return match self.rules.judge(&leg, room, now) {
                Verdict::Now => self.deliver(&packet, To::All, Cause::Passed, now, deeds),
                Verdict::Lost(cause) => self.lose(&packet, 1, cause, now, deeds),
                Verdict::At { due, reordered } => {
                    packet.marks.reordered |= reordered;
                    self.capture.mark(packet.number, packet.marks);
                    self.late.put(due, Late { packet, group: Vec::new() });
                }
            };
        }
        let mut at_once = Vec::new();
        let mut later: Vec<(Time, Vec<Port>)> = Vec::new();
        let mut lost: Vec<(Cause, u32)> = Vec::new();
        let mut overtaken = false;
        for port in self.switch.others(packet.segment, packet.from.port) {
            let Some(plug) = self.switch.get(port) else { continue };
            (leg.seen.to, leg.to) = (Reach::One(&plug.host), port);
            match self.rules.judge(&leg, room, now) {
                Verdict::Now => at_once.push(port),
                Verdict::At { due, reordered } => {
                    overtaken |= reordered;
                    match later.last_mut().filter(|(time, _)| *time == due) {
                        Some((_, ports)) => ports.push(port),
                        None => later.push((due, vec![port])),
                    }
                }
                Verdict::Lost(cause) => match lost.iter_mut().find(|(c, _)| *c == cause) {
                    Some((_, n)) => *n += 1,
                    None => lost.push((cause, 1)),
                },
            }
        }
        packet.marks.reordered |= overtaken;
        self.capture.mark(packet.number, packet.marks);
        if !at_once.is_empty() {
            self.deliver(&packet, To::These(&at_once), Cause::Passed, now, deeds);
        }
        for (cause, ports) in lost {
            self.lose(&packet, ports, cause, now, deeds);
        }
        for (due, group) in later {
            self.late.put(due, Late { packet: packet.clone(), group });
        }
    }

    /// Delivers what is due.
    pub fn due(&mut self, now: Time, deeds: &mut Vec<Deed>) {
        while let Some(late) = self.late.take(now) {
            let to = if late.group.is_empty() { To::All } else { To::These(&late.group) };
            self.deliver(&late.packet, to, Cause::Delayed, now, deeds);
            if self.late.is_empty() {
                self.rules.all_arrived();
            }
        }
    }

    /// When `due` has something to do.
    pub fn next_due(&self) -> Option<Time> {
        self.late.next()
    }

    /// Puts a packet on the ports it goes to, as far as they are not cut off.
    pub(super) fn deliver(&mut self, packet: &Packet, to: To, cause: Cause, now: Time, deeds: &mut Vec<Deed>) {
        let before = deeds.len();
        let mut cut = 0;
        let frame = seen(&self.switch, packet);
        let mut send = |port: Port| {
            let Some(plug) = self.switch.get(port) else { return };
            if self.cuts.between(&frame, &plug.host) {
                cut += 1;
            } else {
                deeds.push(Deed::Send { packet: packet.number, to: port, bytes: packet.bytes.clone() });
            }
        };
        match (to, &packet.to) {
            (To::These(ports), _) => ports.iter().copied().for_each(&mut send),
            (To::All, Some(station)) => send(station.port),
            (To::All, None) => self.switch.others(packet.segment, packet.from.port).for_each(&mut send),
        }
        let sent = (deeds.len() - before) as u32;
        if sent > 0 {
            self.counts.delivered += u64::from(sent);
            self.capture.settle(packet.number, Fate::Delivered, cause, now, sent);
            let by_itself = matches!(cause, Cause::Passed | Cause::Delayed) && !packet.marks.any();
            if self.telling || !by_itself {
                deeds.push(packet.fact(Fate::Delivered, cause, sent, now));
            }
        }
        if cut > 0 {
            self.lose(packet, cut, Cause::Cut, now, deeds);
        } else if sent == 0 {
            self.lose(packet, 1, Cause::NoStation, now, deeds);
        }
    }

    /// A packet does not get to so many of its receivers.
    pub(super) fn lose(&mut self, packet: &Packet, ports: u32, cause: Cause, now: Time, deeds: &mut Vec<Deed>) {
        self.counts.dropped += u64::from(ports);
        self.capture.settle(packet.number, Fate::Dropped, cause, now, ports);
        deeds.push(packet.fact(Fate::Dropped, cause, ports, now));
    }

    /// How many get it.
    pub(super) fn receivers(&self, packet: &Packet) -> u32 {
        match packet.to {
            Some(_) => 1,
            None => self.switch.others(packet.segment, packet.from.port).count() as u32,
        }
    }

    /// Whether nobody gets it, for the wire is cut.
    pub(super) fn is_cut_off(&self, packet: &Packet) -> bool {
        if self.cuts.is_empty() {
            return false;
        }
        let frame = seen(&self.switch, packet);
        let cut = |port: Port| self.switch.get(port).is_none_or(|p| self.cuts.between(&frame, &p.host));
        match &packet.to {
            Some(station) => cut(station.port),
            None => self.switch.others(packet.segment, packet.from.port).all(cut),
        }
    }
}

/// A packet as filters look at it.
pub(super) fn seen<'a>(switch: &'a Switch, packet: &'a Packet) -> Seen<'a> {
    let to = switch.reach(packet.segment, packet.to.as_ref());
    Seen { summary: &packet.summary, from: &packet.from.host, to }
}

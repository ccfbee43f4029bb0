//! One direction of a connection: what its sender has sent, acknowledged and announced.

use super::{Note, Segment};
use crate::packet::summary::Tcp;
use std::collections::VecDeque;
use std::hash::Hasher;

/// Segments remembered of a direction, by which a later one is recognised.
const REMEMBERED: usize = 1024;
/// Gaps remembered.
const GAPS: usize = 64;

/// Sequence numbers run in a circle (RFC 9293, section 3.4).
pub fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

pub fn after(a: u32, b: u32) -> bool {
    before(b, a)
}

/// Tells payloads apart; equal ones have equal ones, others hardly ever.
pub fn fingerprint(payload: &[u8]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(payload);
    hasher.finish()
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    seq: u32,
    end: u32,
    len: u32,
    packet: u64,
    bytes: u64,
}

/// The first SYN of its kind, and how many there were.
#[derive(Debug, Clone, Copy)]
pub struct Syn {
    pub packet: u64,
    pub count: u32,
    /// It acknowledges the other side's SYN.
    pub answers: bool,
}

#[derive(Debug, Default)]
pub struct Side {
    /// What relative numbers are counted from.
    pub base: Option<u32>,
    /// It was concluded from what the other side acknowledged.
    pub guessed: bool,
    /// The number behind the highest that was sent.
    pub next: Option<u32>,
    /// The newest acknowledgement, and the packet that first had it.
    pub ack: Option<(u32, u64)>,
    /// The newest window, not scaled.
    pub window: Option<u16>,
    /// That window stood in a SYN, where none is scaled.
    pub window_was_syns: bool,
    /// What its SYN said of scaling; none where no SYN was seen.
    pub scale: Option<Option<u8>>,
    pub duplicates: u32,
    pub syn: Option<Syn>,
    /// The number that its FIN has.
    pub fin: Option<u32>,
    /// What its newest segment asked for.
    pub asked: Option<Note>,
    sent: VecDeque<Sent>,
    gaps: Vec<(u32, u32)>,
}

impl Side {
    /// A SYN with this number begins another connection.
    pub fn base_is_other_than(&self, isn: u32) -> bool {
        self.base.is_some_and(|base| base != isn) && !self.guessed
    }

    /// By how many bits its windows are shifted: scaling holds only if both SYNs offered it (RFC 7323, section 2.2).
    pub fn scale_with(&self, other: &Side) -> Option<u8> {
        match (self.scale?, other.scale?) {
            (Some(mine), Some(_)) => Some(mine),
            _ => Some(0),
        }
    }

    /// Where a segment stands among what was sent before.
    pub fn place(&mut self, seg: &Segment, other: &Side, notes: &mut Vec<Note>) {
        let (Some(next), space) = (self.next, seg.space()) else { return };
        if space == 0 {
            return;
        }
        let (seq, end) = (seg.tcp.seq, seg.tcp.seq.wrapping_add(space));
        if after(seq, next) {
            if self.gaps.len() < GAPS {
                self.gaps.push((next, seq));
            }
            notes.push(Note::Gap { missing: seq.wrapping_sub(next) });
        } else if before(seq, next) {
            if self.fills_gap(seq, end) {
                return notes.push(Note::OutOfOrder);
            }
            // That a SYN came again is said in words of its own.
            if !seg.tcp.has(Tcp::SYN) {
                self.again(seg, other, seq, end, next, notes);
            }
        }
        let window = other.window.zip(other.ack).zip(if other.window_was_syns { Some(0) } else { other.scale_with(self) });
        if let Some(((window, (ack, _)), shift)) = window {
            let right = ack.wrapping_add(u32::from(window) << shift);
            if window > 0 && end == right && seg.len > 0 {
                notes.push(Note::WindowFull);
            }
        }
    }

    fn again(&mut self, seg: &Segment, other: &Side, seq: u32, end: u32, next: u32, notes: &mut Vec<Note>) {
        let acked = other.ack.map(|a| a.0);
        let old = self.sent.iter().find(|s| !after(s.seq, seq) && after(s.end, seq));
        let of = old.map(|s| s.packet);
        if after(end, next) {
            return notes.push(Note::RetransmissionWithNewData { of, new: end.wrapping_sub(next) });
        }
        let same = old.filter(|s| s.seq == seq && s.len == seg.len).map(|s| s.bytes == seg.bytes);
        let asked_for = other.duplicates >= 3 && acked == Some(seq);
        notes.push(if asked_for { Note::FastRetransmission { of, same } } else { Note::Retransmission { of, same } });
        if acked.is_some_and(|ack| !after(end, ack)) {
            notes.push(Note::AlreadyAcknowledged);
        }
    }

    /// Whether all of it lies in a gap, which it then fills.
    fn fills_gap(&mut self, seq: u32, end: u32) -> bool {
        let Some(at) = self.gaps.iter().position(|(from, to)| !before(seq, *from) && !after(end, *to)) else { return false };
        let (from, to) = self.gaps.swap_remove(at);
        self.gaps.extend([(from, seq), (end, to)].into_iter().filter(|(a, b)| a != b));
        self.gaps.truncate(GAPS);
        true
    }

    /// Takes note of a segment that was looked at.
    pub fn remember(&mut self, seg: &Segment) {
        let space = seg.space();
        let end = seg.tcp.seq.wrapping_add(space);
        if space > 0 && self.asked.is_none() {
            if self.sent.len() == REMEMBERED {
                self.sent.pop_front();
            }
            let sent = Sent { seq: seg.tcp.seq, end, len: seg.len, packet: seg.packet, bytes: seg.bytes };
            // The first that had these numbers is the one to name. What begins behind all others needs no search.
            let is_new = self.next.is_none_or(|next| !before(sent.seq, next));
            if is_new || !self.sent.iter().any(|s| s.seq == sent.seq && s.end == sent.end) {
                self.sent.push_back(sent);
            }
        }
        if self.asked.is_none() && self.next.is_none_or(|next| after(end, next)) {
            self.next = Some(end);
        }
        if !seg.tcp.has(Tcp::ACK) {
            (self.window, self.window_was_syns) = (Some(seg.tcp.window), seg.tcp.has(Tcp::SYN));
            return;
        }
        match self.ack {
            Some((ack, _)) if !after(seg.tcp.ack, ack) => {
                // An old acknowledgement that was overtaken says nothing about the window (RFC 9293, section 3.10.7.4).
                if ack != seg.tcp.ack {
                    return;
                }
            }
            _ => {
                self.ack = Some((seg.tcp.ack, seg.packet));
                self.duplicates = 0;
            }
        }
        (self.window, self.window_was_syns) = (Some(seg.tcp.window), seg.tcp.has(Tcp::SYN));
    }
}

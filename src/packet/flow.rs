//! What an observer on the wire can tell of TCP connections by their frames alone: relative numbers, and what was seen again,
//! asked again or refused. Every note is an observation; causes are for others to think about.
//!
//! The definitions follow RFC 9293, RFC 5681 (section 2) and, where these are silent, those of tshark's `tcp.analysis`.

mod side;

#[cfg(test)]
mod tests;

use self::side::{Side, Syn, after, before};
use super::decode::tcp_option_ranges;
use super::summary::{Summary, Tcp};
use super::wire::ether_type;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::SocketAddr;

/// Something observed about a frame. `of` is the number of the earlier packet; it is absent where that is too long ago to be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// A SYN with the same initial sequence number as before; `n` counts them, the first is 1.
    SynAgain {
        of: Option<u64>,
        n: u32,
    },
    /// Only sequence numbers that were seen before; `same` says whether the bytes are the same as those of `of`, where it is known.
    Retransmission {
        of: Option<u64>,
        same: Option<bool>,
    },
    /// The same, and at least three duplicate ACKs had asked for just this.
    FastRetransmission {
        of: Option<u64>,
        same: Option<bool>,
    },
    /// It begins with numbers seen before and goes on with `new` ones.
    RetransmissionWithNewData {
        of: Option<u64>,
        new: u32,
    },
    /// What is sent again had been acknowledged before.
    AlreadyAcknowledged,
    /// The nth time, beyond the first, that the same number is acknowledged while data is under way.
    DuplicateAck {
        of: Option<u64>,
        n: u32,
    },
    /// The receiver has no room.
    ZeroWindow,
    /// Nothing but another window.
    WindowUpdate {
        from: u32,
        to: u32,
    },
    /// Sent into a closed window, to have it told again. A keep-alive looks the same.
    ZeroWindowProbe,
    ZeroWindowProbeAck,
    /// The number before the next one, all of it acknowledged before: it only asks for an answer.
    KeepAlive,
    KeepAliveAck,
    /// It ends the connection at once.
    Reset,
    /// It fills a gap that was seen.
    OutOfOrder,
    /// So many numbers before it were not seen here.
    Gap {
        missing: u32,
    },
    /// It takes all that was left of the receiver's window.
    WindowFull,
    /// Both ends sent a SYN before either had the other's.
    SimultaneousOpen,
    /// Both ends sent a FIN before either had the other's.
    SimultaneousClose,
    /// The same addresses and ports as a connection before, with another initial sequence number.
    NewConnection,
}

/// What a frame means within its connection. All is absent or empty where it is no TCP segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Counted from the sender's SYN, which is 0; without a SYN the first byte seen is 1.
    pub seq_rel: Option<u32>,
    /// Counted from the receiver's SYN; absent without the ACK flag.
    pub ack_rel: Option<u32>,
    /// In bytes; absent where the scale is not known, because a SYN was not seen.
    pub window: Option<u32>,
    pub notes: Vec<Note>,
}

/// Connections remembered at most; the one that was silent longest is forgotten first.
const MOST: usize = 4096;

/// Both directions of one connection.
#[derive(Debug, Default)]
struct Flow {
    /// The side with the smaller address, and the other.
    sides: [Side; 2],
    last: u64,
}

/// Watches every frame, in the order in which the hosts put them on the wire. What the wire itself makes (a duplicate, an injected
/// frame) is no host's: [`Tracker::relative`] gives its numbers without learning from it.
#[derive(Debug, Default)]
pub struct Tracker {
    flows: HashMap<(SocketAddr, SocketAddr), Flow>,
    clock: u64,
}

/// The key of a connection, and which side is the sender.
fn key(s: &Summary) -> Option<((SocketAddr, SocketAddr), usize)> {
    let (from, to) = s.ends()?;
    Some(if from <= to { ((from, to), 0) } else { ((to, from), 1) })
}

impl Tracker {
    pub fn new() -> Tracker {
        Tracker::default()
    }

    /// Connections that are remembered.
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// The relative numbers of a frame, without learning from it.
    pub fn relative(&self, s: &Summary) -> Seen {
        let (Some(tcp), Some((key, me))) = (s.tcp, key(s)) else { return Seen::default() };
        let Some(flow) = self.flows.get(&key) else { return Seen::default() };
        flow.numbers(&tcp, me)
    }

    /// Learns from a frame and says what it means. `packet` is its number, by which later notes name it.
    pub fn see(&mut self, packet: u64, s: &Summary, frame: &[u8]) -> Seen {
        let (Some(tcp), Some((key, me)), None) = (s.tcp, key(s), s.fragment) else { return Seen::default() };
        self.clock += 1;
        if self.flows.len() >= MOST && !self.flows.contains_key(&key) {
            self.forget();
        }
        let flow = self.flows.entry(key).or_default();
        flow.last = self.clock;
        let segment = Segment::read(packet, s, tcp, frame);
        flow.see(&segment, me)
    }

    /// An eighth of all connections goes at once: looking for the oldest each time would cost more.
    fn forget(&mut self) {
        let mut times: Vec<u64> = self.flows.values().map(|f| f.last).collect();
        let (_, limit, _) = times.select_nth_unstable(MOST / 8);
        let limit = *limit;
        self.flows.retain(|_, f| f.last > limit);
    }
}

/// A segment with what of its options matters here.
struct Segment {
    packet: u64,
    tcp: Tcp,
    len: u32,
    scale: Option<u8>,
    has_sack: bool,
    /// A fingerprint of its payload.
    bytes: u64,
}

impl Segment {
    fn read(packet: u64, s: &Summary, tcp: Tcp, frame: &[u8]) -> Segment {
        let mut segment = Segment { packet, tcp, len: s.len, scale: None, has_sack: false, bytes: 0 };
        let Some((header, payload)) = tcp_parts(frame, s) else { return segment };
        for (kind, at) in tcp_option_ranges(header, header.len()) {
            match kind {
                3 if at.len() == 3 => segment.scale = Some(header[at.start + 2].min(14)),
                5 => segment.has_sack = true,
                _ => {}
            }
        }
        segment.bytes = side::fingerprint(payload);
        segment
    }

    fn space(&self) -> u32 {
        self.tcp.space(self.len)
    }

    /// Neither SYN nor FIN nor RST.
    fn is_plain(&self) -> bool {
        self.tcp.flags & (Tcp::SYN | Tcp::FIN | Tcp::RST) == 0
    }
}

/// The TCP header and the payload of a frame that `s` says is TCP. The payload ends where IP says.
pub(super) fn tcp_parts<'a>(frame: &'a [u8], s: &Summary) -> Option<(&'a [u8], &'a [u8])> {
    let start = tcp_start(frame, s)?;
    let data = frame.get(start..)?;
    let header = usize::from(data.get(12)? >> 4) * 4;
    let payload = data.get(header..header + s.len as usize)?;
    Some((&data[..header], payload))
}

/// Where the transport header of a frame begins: behind VLAN tags, options and extension headers.
pub(super) fn tcp_start(frame: &[u8], s: &Summary) -> Option<usize> {
    use super::wire::{eth, ipv4, ipv6, number, proto};
    let mut at = eth::LEN;
    let mut kind = s.ether_type;
    while matches!(kind, ether_type::VLAN | ether_type::QINQ) {
        kind = number(frame, at + 2..at + 4)? as u16;
        at += 4;
    }
    match kind {
        ether_type::IPV4 => Some(at + (usize::from(*frame.get(at)? & 15) * 4).max(ipv4::HEADER)),
        ether_type::IPV6 => {
            let mut next = *frame.get(at + ipv6::NEXT.start)?;
            at += ipv6::HEADER;
            while matches!(next, proto::HOP_BY_HOP | proto::ROUTING | proto::DEST_OPTIONS | proto::FRAGMENT) {
                let len = if next == proto::FRAGMENT { 8 } else { usize::from(*frame.get(at + 1)?) * 8 + 8 };
                next = *frame.get(at)?;
                at += len;
            }
            Some(at)
        }
        _ => None,
    }
}

impl Flow {
    /// The sender's side and the receiver's.
    fn pair(&mut self, me: usize) -> (&mut Side, &mut Side) {
        let [a, b] = &mut self.sides;
        if me == 0 { (a, b) } else { (b, a) }
    }

    fn numbers(&self, tcp: &Tcp, me: usize) -> Seen {
        let (mine, other) = (&self.sides[me], &self.sides[1 - me]);
        let has_ack = tcp.has(Tcp::ACK);
        let scale = if tcp.has(Tcp::SYN) { Some(0) } else { mine.scale_with(other) };
        Seen {
            seq_rel: mine.base.map(|base| tcp.seq.wrapping_sub(base)),
            ack_rel: other.base.filter(|_| has_ack).map(|base| tcp.ack.wrapping_sub(base)),
            window: scale.map(|shift| u32::from(tcp.window) << shift),
            notes: Vec::new(),
        }
    }

    fn see(&mut self, seg: &Segment, me: usize) -> Seen {
        let mut notes = Vec::new();
        let tcp = seg.tcp;
        if tcp.has(Tcp::SYN) && self.sides[me].base_is_other_than(tcp.seq) {
            notes.push(Note::NewConnection);
            if tcp.has(Tcp::ACK) {
                self.sides[me] = Side::default();
            } else {
                self.sides = Default::default();
            }
        }
        self.learn_bases(&tcp, me);
        let mut seen = self.numbers(&tcp, me);
        self.note_syn_and_fin(seg, me, &mut notes);
        let (mine, other) = self.pair(me);
        if tcp.has(Tcp::RST) {
            notes.push(Note::Reset);
            seen.notes = notes;
            return seen;
        }
        let asks = ask(seg, mine, other);
        notes.extend(asks);
        if asks.is_none() {
            mine.place(seg, other, &mut notes);
        }
        answer(seg, mine, other, &mut notes);
        mine.asked = asks;
        mine.remember(seg);
        seen.notes = notes;
        seen
    }

    fn learn_bases(&mut self, tcp: &Tcp, me: usize) {
        let (mine, other) = self.pair(me);
        if tcp.has(Tcp::SYN) {
            (mine.base, mine.guessed) = (Some(tcp.seq), false);
        } else if mine.base.is_none() {
            // Without a SYN what comes first counts as what follows one, as tshark counts.
            (mine.base, mine.guessed) = (Some(tcp.seq.wrapping_sub(1)), tcp.has(Tcp::RST));
        }
        if tcp.has(Tcp::ACK) && other.base.is_none() {
            (other.base, other.guessed) = (Some(tcp.ack.wrapping_sub(1)), true);
        }
    }

    fn note_syn_and_fin(&mut self, seg: &Segment, me: usize, notes: &mut Vec<Note>) {
        let (mine, other) = self.pair(me);
        let tcp = seg.tcp;
        if tcp.has(Tcp::SYN) {
            mine.scale = Some(seg.scale);
            match &mut mine.syn {
                // A SYN that now acknowledges the other's is the next step of a simultaneous open.
                Some(syn) if syn.answers == tcp.has(Tcp::ACK) => {
                    syn.count += 1;
                    notes.push(Note::SynAgain { of: Some(syn.packet), n: syn.count });
                }
                before => {
                    // The other's SYN has been seen, and this one does not know of it.
                    if before.is_none() && other.syn.is_some() && !tcp.has(Tcp::ACK) {
                        notes.push(Note::SimultaneousOpen);
                    }
                    *before = Some(Syn { packet: seg.packet, count: 1, answers: tcp.has(Tcp::ACK) });
                }
            }
        }
        if tcp.has(Tcp::FIN) && mine.fin.is_none() {
            mine.fin = Some(tcp.seq.wrapping_add(seg.len));
            if other.fin.is_some_and(|fin| tcp.has(Tcp::ACK) && !after(tcp.ack, fin)) {
                notes.push(Note::SimultaneousClose);
            }
        }
    }
}

/// Whether a segment only asks for an answer.
fn ask(seg: &Segment, mine: &Side, other: &Side) -> Option<Note> {
    let next = mine.next?;
    if !seg.is_plain() || seg.len > 1 {
        return None;
    }
    let closed = other.window == Some(0);
    let all_acknowledged = other.ack.is_some_and(|(ack, _)| ack == next);
    if seg.len == 1 && seg.tcp.seq == next && closed {
        return Some(Note::ZeroWindowProbe);
    }
    // A byte that was not acknowledged yet is sent again, and asks for nothing.
    if seg.tcp.seq == next.wrapping_sub(1) && all_acknowledged {
        return Some(if closed { Note::ZeroWindowProbe } else { Note::KeepAlive });
    }
    None
}

/// What an acknowledgement says.
fn answer(seg: &Segment, mine: &mut Side, other: &Side, notes: &mut Vec<Note>) {
    if !seg.is_plain() {
        return;
    }
    if seg.tcp.window == 0 {
        notes.push(Note::ZeroWindow);
    }
    let (Some((ack, first)), Some(window)) = (mine.ack, mine.window) else { return };
    let in_place = mine.next.is_none_or(|next| next == seg.tcp.seq);
    if seg.len > 0 || !in_place || !seg.tcp.has(Tcp::ACK) || seg.tcp.ack != ack {
        mine.duplicates = if seg.tcp.ack == ack { mine.duplicates } else { 0 };
        return;
    }
    match other.asked {
        Some(Note::KeepAlive) if window == seg.tcp.window => return notes.push(Note::KeepAliveAck),
        Some(Note::ZeroWindowProbe) if seg.tcp.window == 0 => return notes.push(Note::ZeroWindowProbeAck),
        _ => {}
    }
    let under_way = other.next.is_some_and(|next| before(ack, next));
    // With SACK the window may change too (RFC 6675, section 2).
    if (window == seg.tcp.window || seg.has_sack) && seg.tcp.window != 0 && (under_way || seg.has_sack) {
        mine.duplicates += 1;
        notes.push(Note::DuplicateAck { of: Some(first), n: mine.duplicates });
    } else if window != seg.tcp.window {
        // Neither scale is a guess: with an unknown one both are the header's own numbers.
        let shift = mine.scale_with(other).unwrap_or(0);
        let wide = |w: u16| u32::from(w) << shift;
        let from = if mine.window_was_syns { u32::from(window) } else { wide(window) };
        notes.push(Note::WindowUpdate { from, to: wide(seg.tcp.window) });
    }
}

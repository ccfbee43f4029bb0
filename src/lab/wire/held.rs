//! The frames that are held, in the order in which they will be delivered. Every step costs O(log n).

use super::deed::{Cause, Deed, Fact, Fate, Marks, Station, Target};
use super::words::Time;
use crate::packet::{Summary, Tcp};
use rustc_hash::{FxHashMap, FxHasher};
use std::collections::{BTreeMap, VecDeque};
use std::hash::Hasher;
use std::net::SocketAddr;
use std::sync::Arc;

/// A packet on its way through the wire.
#[derive(Debug, Clone)]
pub(super) struct Packet {
    pub number: u64,
    pub from: Station,
    pub segment: u32,
    /// The receiver; without one, a group or nobody.
    pub to: Option<Station>,
    pub nobody: bool,
    pub bytes: Arc<[u8]>,
    pub summary: Summary,
    pub marks: Marks,
    pub arrived: Time,
    /// By what a retransmission of it is known.
    pub key: Option<Key>,
}

impl Packet {
    pub fn target(&self) -> Target {
        match &self.to {
            Some(station) => Target::One(station.clone()),
            None if self.nobody => Target::Nobody,
            None => Target::Many,
        }
    }

    pub fn fact(&self, fate: Fate, cause: Cause, ports: u32, at: Time) -> Deed {
        Deed::Fact(Box::new(Fact {
            packet: self.number,
            fate,
            cause,
            marks: self.marks,
            from: self.from.clone(),
            to: self.target(),
            ports,
            bytes: self.bytes.clone(),
            summary: self.summary,
            arrived: self.arrived,
            at,
        }))
    }
}

/// What a frame and its repetition have in common.
///
/// A TCP segment that takes sequence space is repeated with the same ends, number, length and payload; the acknowledgment,
/// the window, the options' timestamps, PSH and ECN's bits may differ. Acknowledgments take none and are never repetitions:
/// duplicate ACKs mean something. ARP and neighbour discovery are repeated byte for byte (but for IGMP's IP identification).
/// UDP and the rest of ICMP are sent once: two equal datagrams are two datagrams.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Tcp { ends: (SocketAddr, SocketAddr), seq: u32, len: u32, flags: u8, payload: u64 },
    Discovery { len: usize, frame: u64 },
}

impl Key {
    pub fn of(summary: &Summary, frame: &[u8]) -> Option<Key> {
        let mut hasher = FxHasher::default();
        if summary.is_discovery() {
            // The identification and the checksum of an IPv4 header stand at 18 and 24.
            let v4 = summary.ether_type == 0x0800 && frame.len() >= 34;
            let parts: &[&[u8]] = if v4 { &[&frame[..18], &frame[20..24], &frame[26..]] } else { &[frame] };
            parts.iter().for_each(|p| hasher.write(p));
            return Some(Key::Discovery { len: frame.len(), frame: hasher.finish() });
        }
        let tcp = summary.tcp.filter(|t| t.space(summary.len) > 0 && !t.has(Tcp::RST))?;
        hasher.write(payload(summary, frame));
        let flags = tcp.flags & (Tcp::SYN | Tcp::FIN | Tcp::ACK | Tcp::URG);
        Some(Key::Tcp { ends: summary.ends()?, seq: tcp.seq, len: summary.len, flags, payload: hasher.finish() })
    }
}

/// The payload of a TCP segment: behind it there is nothing but the padding of a short frame.
fn payload<'a>(summary: &Summary, frame: &'a [u8]) -> &'a [u8] {
    let header = match summary.ether_type {
        0x0800 => frame.get(16..18).map(|l| 14 + usize::from(u16::from_be_bytes([l[0], l[1]]))),
        0x86dd => frame.get(18..20).map(|l| 54 + usize::from(u16::from_be_bytes([l[0], l[1]]))),
        _ => None,
    };
    let end = header.map_or(frame.len(), |end| end.min(frame.len()));
    &frame[end.saturating_sub(summary.len as usize)..end]
}

/// A held segment: its number, how many bytes it carries, whether it ends its direction.
#[derive(Debug, Clone, Copy)]
struct Piece {
    number: u64,
    len: u32,
    fin: bool,
}

fn piece(packet: &Packet) -> Option<((SocketAddr, SocketAddr, u32), Piece)> {
    let Key::Tcp { ends, seq, len, flags, .. } = packet.key.as_ref()? else { return None };
    let piece = Piece { number: packet.number, len: *len, fin: flags & Tcp::FIN != 0 };
    (flags & Tcp::SYN == 0).then_some(((ends.0, ends.1, *seq), piece))
}

/// The queue. A place is its packet's number, and behind it those of its copies.
#[derive(Debug, Default)]
pub(super) struct Held {
    queue: BTreeMap<(u64, u64), Packet>,
    places: FxHashMap<u64, (u64, u64)>,
    repeated: FxHashMap<Key, VecDeque<u64>>,
    /// Where in its connection each segment begins: the newest one that begins there.
    pieces: FxHashMap<(SocketAddr, SocketAddr, u32), Piece>,
    bytes: usize,
}

impl Held {
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Puts a packet at the end, or a copy behind its original.
    pub fn put(&mut self, packet: Packet, behind: Option<u64>) {
        let place = match behind.and_then(|n| self.places.get(&n)) {
            Some((first, _)) => (*first, packet.number),
            // The last in line may stand at a later place than its own number, after a swap.
            None => (packet.number.max(self.queue.last_key_value().map_or(0, |(k, _)| k.0 + 1)), 0),
        };
        if let Some(key) = &packet.key {
            let numbers = self.repeated.entry(key.clone()).or_default();
            let at = numbers.partition_point(|n| *n < packet.number);
            numbers.insert(at, packet.number);
        }
        self.pieces.extend(piece(&packet));
        self.bytes += packet.bytes.len();
        self.places.insert(packet.number, place);
        self.queue.insert(place, packet);
    }

    /// The packet still held that this one repeats, the oldest of them.
    pub fn original(&self, packet: &Packet) -> Option<u64> {
        self.repeated.get(packet.key.as_ref()?).and_then(VecDeque::front).copied().or_else(|| self.collapsed(packet))
    }

    /// The first of several held segments that this one repeats in one: Linux puts small ones together when it sends them again
    /// (tcp_retrans_try_collapse in net/ipv4/tcp_output.c).
    fn collapsed(&self, packet: &Packet) -> Option<u64> {
        let ((from, to, seq), whole) = piece(packet)?;
        let first = self.pieces.get(&(from, to, seq))?.number;
        let (mut len, mut fin) = (0, false);
        while len < whole.len {
            let part = self.pieces.get(&(from, to, seq.wrapping_add(len))).filter(|p| p.len > 0)?;
            (len, fin) = (len.saturating_add(part.len), part.fin);
        }
        let end = || self.pieces.get(&(from, to, seq.wrapping_add(len))).is_some_and(|p| p.fin && p.len == 0);
        (len == whole.len && (!whole.fin || fin || end())).then_some(first)
    }

    pub fn get(&self, number: u64) -> Option<&Packet> {
        self.queue.get(self.places.get(&number)?)
    }

    /// Changes a packet, which keeps its length.
    pub fn change(&mut self, number: u64, change: impl FnOnce(&mut Packet)) {
        if let Some(packet) = self.places.get(&number).and_then(|p| self.queue.get_mut(p)) {
            change(packet);
        }
    }

    pub fn take(&mut self, number: u64) -> Option<Packet> {
        let place = self.places.remove(&number)?;
        let packet = self.queue.remove(&place)?;
        self.bytes -= packet.bytes.len();
        if let Some((place, _)) = piece(&packet)
            && self.pieces.get(&place).is_some_and(|p| p.number == number)
        {
            self.pieces.remove(&place);
        }
        if let Some(key) = &packet.key
            && let Some(numbers) = self.repeated.get_mut(key)
        {
            if let Ok(at) = numbers.binary_search(&number) {
                numbers.remove(at);
            }
            if numbers.is_empty() {
                self.repeated.remove(key);
            }
        }
        Some(packet)
    }

    /// The oldest in line.
    pub fn first(&self) -> Option<u64> {
        self.queue.first_key_value().map(|(_, p)| p.number)
    }

    /// In the order of the queue.
    pub fn iter(&self) -> impl Iterator<Item = &Packet> {
        self.queue.values()
    }

    /// Two packets change places. Both must be held.
    pub fn swap(&mut self, a: u64, b: u64) {
        let (Some(pa), Some(pb)) = (self.places.get(&a).copied(), self.places.get(&b).copied()) else { return };
        let (Some(x), Some(y)) = (self.queue.remove(&pa), self.queue.remove(&pb)) else { return };
        self.queue.insert(pb, x);
        self.queue.insert(pa, y);
        self.places.insert(a, pb);
        self.places.insert(b, pa);
    }
}

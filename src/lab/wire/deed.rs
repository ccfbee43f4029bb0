//! What the engine answers with: frames to put on ports, and facts to record.

use super::words::{Port, Time};
use crate::packet::Summary;
use std::sync::Arc;

/// Something for the caller to do, in this order. The frames of a packet come before the fact that it was delivered.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// The frame just given to `arrive` goes to this port as it stands: nothing was copied.
    Pass { packet: u64, to: Port },
    /// These bytes go to this port.
    Send { packet: u64, to: Port, bytes: Arc<[u8]> },
    /// Something to be told.
    Fact(Box<Fact>),
}

/// An interface and the host it belongs to. The name stays when the host is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    pub port: Port,
    pub host: Arc<str>,
}

/// Where a packet goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    One(Station),
    /// A group: every other port of the segment.
    Many,
    /// No station of the segment has that address.
    Nobody,
}

/// What has become of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    Held,
    /// On its way, under a delay or a rate. Seen in the capture only: no fact is made of it.
    Underway,
    Delivered,
    Dropped,
}

/// Why it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Held: what is to be held fits it.
    Hold,
    /// Delivered: nothing was in its way.
    Passed,
    /// Delivered: by `step`.
    Stepped,
    /// Delivered: by `flow`.
    Flowed,
    /// Delivered: late, under a delay, a reordering or a rate. Since when is the fact's `arrived`.
    Delayed,
    /// Dropped: by `drop`.
    Hand,
    /// Dropped: a retransmission of packet `of`, which is still held.
    HeldAgain { of: u64 },
    /// Dropped: by chance, as a rule says.
    Loss,
    /// Dropped: the way to its receiver is cut.
    Cut,
    /// Dropped: as many frames or bytes are held as may be.
    HoldFull,
    /// Dropped: as many frames or bytes are on their way as may be.
    DelayFull,
    /// Dropped: the queue in front of its receiver is as long as a rule lets it be.
    QueueFull,
    /// Dropped: no station of the segment has that address, or there is no other at all.
    NoStation,
    /// Dropped: its receiver was taken off while it waited.
    Unplugged,
    /// Dropped: shorter than an Ethernet header.
    Runt,
    /// Dropped: the wire was taken down.
    Cleared,
}

/// What is special about a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// It is a copy, made by the wire, of that packet.
    pub copy_of: Option<u64>,
    /// This bit was flipped, the last one if several were.
    pub flipped: Option<u32>,
    /// No host sent it: `inject` did.
    pub injected: bool,
    /// It repeats that packet, which was held when it came; it is held as well (`keep`).
    pub again: Option<u64>,
    /// Kept back so that others overtake it, or changed places while it was held.
    pub reordered: bool,
}

impl Marks {
    pub fn any(&self) -> bool {
        *self != Marks::default()
    }
}

/// A fact about a packet.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Packets are numbered from 1 as they come to the wire; copies and injected ones too.
    pub packet: u64,
    pub fate: Fate,
    pub cause: Cause,
    pub marks: Marks,
    pub from: Station,
    pub to: Target,
    /// How many receivers the fact is about: 1 but for groups, which may be delivered to some and lost for others.
    pub ports: u32,
    /// The frame as it was delivered, held or dropped.
    pub bytes: Arc<[u8]>,
    pub summary: Summary,
    /// When it came to the wire, and when this became so.
    pub arrived: Time,
    pub at: Time,
}

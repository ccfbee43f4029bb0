//! What happened to a frame on the lab's wire, as a fact.

use crate::packet::{Decoded, FieldId, Note, Summary};
use crate::vocabulary::State;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// A frame and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Its number, from 1; each appearance of a frame on the wire has its own.
    pub packet: u64,
    pub fate: Fate,
    /// Why it was dropped, or what made it; absent where a host sent it and nothing was done to it.
    pub cause: Option<Cause>,
    /// The host it came from.
    pub from: Arc<str>,
    /// The host it is for; absent where it is for several.
    pub to: Option<Arc<str>>,
    /// May be less than all of it.
    #[serde(serialize_with = "hex", deserialize_with = "bytes")]
    pub bytes: Arc<[u8]>,
    /// Bytes of the whole frame.
    pub full_len: u32,
    pub summary: Summary,
    /// Numbers counted from each side's first.
    pub seq_rel: Option<u32>,
    pub ack_rel: Option<u32>,
    /// The window in bytes, where its scale is known.
    pub window: Option<u32>,
    /// What was observed about it, beside what it says.
    pub notes: Vec<Note>,
    /// Microseconds since the sitting began.
    pub t_us: f64,
    /// What the kernels said of the connection; absent where nobody asked.
    pub states: Option<Ends>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Held,
    Delivered,
    Dropped,
    /// Another program captured it: what became of it is not known.
    Seen,
}

impl Fate {
    /// The word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Held => "held",
            Fate::Delivered => "delivered",
            Fate::Dropped => "dropped",
            Fate::Seen => "seen",
        }
    }
}

/// What the wire did, or who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// `step` let it go.
    Step,
    /// `drop` took it.
    Drop,
    /// The wire loses some at random.
    Loss,
    /// The two hosts are cut from each other.
    Cut,
    QueueFull,
    /// It did not fit into the rate.
    Rate,
    /// A second one of the frame `of`.
    Duplicate {
        of: u64,
    },
    /// Not sent by a host: made by hand, or from the captured frame `of`.
    Injected {
        of: Option<u64>,
    },
    /// This bit of it was flipped.
    Corrupted {
        bit: u32,
    },
    /// The frame `of` is still held, and this is the same again.
    HeldAgain {
        of: u64,
    },
    /// `flow` let it go, with all that was held.
    Flow,
    /// Late: under a delay, or a rate.
    Delay,
    /// Kept back so that others overtook it, or changed places with another.
    Reordered,
    /// As many frames are held as may be.
    HoldFull,
    /// As many frames are on their way as may be.
    DelayFull,
    /// Shorter than an Ethernet header.
    Runt,
    /// The wire was cleared.
    Cleared,
    /// No host has its address.
    NoSuchHost,
    /// It was for a group, and no other host is on the segment.
    Alone,
    /// The host was removed while it was under way.
    HostGone,
}

impl Frame {
    /// It passed by itself, and nothing was done to it.
    pub fn just_passed(&self) -> bool {
        self.fate == Fate::Delivered && matches!(self.cause, None | Some(Cause::Delay))
    }
}

impl Cause {
    /// The word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Cause::Step => "step",
            Cause::Drop => "drop",
            Cause::Loss => "loss",
            Cause::Cut => "cut",
            Cause::QueueFull => "queue_full",
            Cause::Rate => "rate",
            Cause::Duplicate { .. } => "duplicate",
            Cause::Injected { .. } => "injected",
            Cause::Corrupted { .. } => "corrupted",
            Cause::HeldAgain { .. } => "held_again",
            Cause::Flow => "flow",
            Cause::Delay => "delay",
            Cause::Reordered => "reordered",
            Cause::HoldFull => "hold_full",
            Cause::DelayFull => "delay_full",
            Cause::Runt => "runt",
            Cause::Cleared => "cleared",
            Cause::NoSuchHost => "no_such_host",
            Cause::Alone => "alone",
            Cause::HostGone => "host_gone",
        }
    }

    /// The packet it refers to.
    pub fn of(self) -> Option<u64> {
        match self {
            Cause::Duplicate { of } | Cause::HeldAgain { of } => Some(of),
            Cause::Injected { of } => of,
            _ => None,
        }
    }
}

/// The two sockets of the connection that a frame belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    pub sender: End,
    pub receiver: End,
}

/// What a kernel's table says of one end, before the frame was delivered and after. A frame that was not delivered has both the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The session's name for the socket, where it has one.
    pub socket: Option<Arc<str>>,
    pub before: Option<State>,
    pub after: Option<State>,
    /// A listening socket stands at the connection's address.
    pub listens: bool,
}

/// `packet N`: the frame taken apart.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Asked")]
pub struct PacketDetail {
    pub frame: Arc<Frame>,
    pub decoded: Decoded,
    /// The one field that was asked for, whose card is then shown.
    pub field: Option<FieldId>,
    /// All cards are asked for, also those that were shown before.
    pub cards: bool,
}

fn hex<S: Serializer>(bytes: &Arc<[u8]>, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&crate::packet::hex(bytes))
}

fn bytes<'de, D: Deserializer<'de>>(d: D) -> Result<Arc<[u8]>, D::Error> {
    let text: String = Deserialize::deserialize(d)?;
    crate::packet::unhex(&text).map(Into::into).ok_or_else(|| serde::de::Error::custom("bytes in hexadecimal"))
}

/// What a detail is made from again: the frame says the rest.
#[derive(Deserialize)]
struct Asked {
    frame: Arc<Frame>,
    field: Option<FieldId>,
    cards: bool,
}

impl From<Asked> for PacketDetail {
    fn from(asked: Asked) -> PacketDetail {
        let decoded = crate::packet::decode(&asked.frame.bytes);
        PacketDetail { frame: asked.frame, decoded, field: asked.field, cards: asked.cards }
    }
}

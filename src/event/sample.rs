//! A frame for unit tests; each changes what it is about.

use super::{Fate, Frame};
use crate::packet::{Summary, build};

/// Hardware addresses of its two ends.
pub const MACS: ([u8; 6], [u8; 6]) = ([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);

/// The SYN of a connection: alice's to bob, delivered.
pub fn syn(packet: u64) -> Frame {
    let bytes = build::syn(MACS, "10.0.0.1:40001".parse().unwrap(), "10.0.0.2:9000".parse().unwrap(), 77).unwrap();
    Frame { seq_rel: Some(0), window: Some(64_240), ..frame(packet, bytes) }
}

/// Any bytes, delivered from alice to bob; nothing was observed of them.
pub fn frame(packet: u64, bytes: Vec<u8>) -> Frame {
    Frame {
        packet,
        fate: Fate::Delivered,
        cause: None,
        from: "alice".into(),
        to: Some("bob".into()),
        summary: Summary::of(&bytes),
        full_len: bytes.len() as u32,
        bytes: bytes.into(),
        seq_rel: None,
        ack_rel: None,
        window: None,
        notes: Vec::new(),
        t_us: packet as f64 * 1000.0,
        states: None,
    }
}

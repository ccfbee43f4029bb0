//! Bytes on the wire, field by field: what a frame is and says. Knows no kernel, no session and no screen; no byte makes it panic.

pub mod build;
pub mod checksum;
pub mod decode;
pub mod flow;
pub mod pcapng;
pub mod summary;
pub mod wire;

pub use decode::{Decoded, Field, FieldId, Judged, Layer, LayerKind, Value, decode, field_id, ids};
pub use flow::{Note, Seen, Tracker};
pub use summary::{Proto, Summary, Tcp};

/// Bytes in hexadecimal, without spaces.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

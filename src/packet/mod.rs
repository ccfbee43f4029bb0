//! Bytes on the wire, field by field: what a frame is and says. Knows no kernel, no session and no screen; no byte makes it panic.

pub mod build;
pub mod checksum;
pub mod decode;
pub mod filter;
pub mod flow;
pub mod pcapng;
pub mod summary;
pub mod wire;

pub use decode::{Decoded, Field, FieldId, Judged, Layer, LayerKind, Value, decode, field_id, ids};
pub use flow::{Note, Seen, Tracker};
pub use summary::{Proto, Summary, Tcp};

/// The bytes of such a text.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|p| Some((digit(*p.first()?)? << 4 | digit(*p.get(1)?)?) as u8)).collect()
}

/// Bytes in hexadecimal, without spaces.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

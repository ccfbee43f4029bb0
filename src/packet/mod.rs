//! Bytes on the wire, field by field: what a frame is and says. Knows no kernel, no session and no screen; no byte makes it panic.

pub mod build;
pub mod checksum;
pub mod decode;
pub mod flow;
pub mod pcapng;
pub mod summary;
pub mod wire;

pub use decode::{Decoded, Field, FieldId, Judged, Layer, Value, decode};
pub use flow::{Note, Seen, Tracker};
pub use summary::{Proto, Summary, Tcp};

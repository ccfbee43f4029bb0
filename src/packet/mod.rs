//! Bytes on the wire, field by field: what a frame is and says. Knows no kernel, no session and no screen; no byte makes it panic.

pub mod summary;

pub use summary::{Proto, Summary, Tcp};

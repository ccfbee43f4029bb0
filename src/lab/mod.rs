//! The lab: hosts, and the wire between them.

pub mod wire;

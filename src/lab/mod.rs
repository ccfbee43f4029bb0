//! The lab: hosts, and the wire between them.

pub mod plan;
pub mod relay;
pub mod wire;

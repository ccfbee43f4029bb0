//! One sitting: line → call → recorded events; jobs; probes.

pub mod diagnose;

//! One sitting: line → call → recorded events; jobs; probes. Prints nothing.

pub mod facts;
pub mod look;

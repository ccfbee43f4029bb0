//! The names of the socket API, a row per constant. Numbers come from libc; what a constant means is written in the lessons.

mod constants;
pub mod errno;
pub mod option;
mod option_rows;
pub mod state;

pub use constants::*;
pub use errno::Errno;
pub use option::{Level, Opt, Shape};
pub use state::State;

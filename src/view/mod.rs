//! Views: pure functions of what was recorded. None prints, none asks the kernel.

mod grid;
mod inspect;
mod sockets;
mod who;

pub use inspect::inspect;
pub use sockets::sockets;
pub use who::who;

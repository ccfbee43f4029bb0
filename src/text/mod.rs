//! Every message of the interface, in English and in Chinese.
//!
//! A [`Text`] is a value: a template and what fills it. It becomes a sentence only where somebody reads it, so one log can be
//! read in either language. This room knows nothing of sockets, of the terminal, or of who says what.

mod lang;
#[macro_use]
mod template;
pub mod messages;
pub mod stored;

pub use lang::Lang;
pub use template::{Arg, Template, Text};

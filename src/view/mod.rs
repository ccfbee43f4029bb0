//! The log in, a document out: one file per view. Pure functions; no view prints, none knows a single call.

pub mod bytes;
pub mod card;
pub mod code;
mod grid;
pub mod help;
pub mod hosts;
pub mod inspect;
pub mod json;
pub mod lesson;
pub mod lessons;
pub mod narration;
pub mod packet;
pub mod packets;
pub mod picture;
pub mod presenter;
pub mod progress;
pub mod refusal;
pub mod row;
pub mod script;
pub mod sockets;
pub mod strace;
pub mod transcript;
pub mod who;
pub mod wire;

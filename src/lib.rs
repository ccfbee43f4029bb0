//! sockscope: real sockets, explained.
//!
//! The rooms, in order: each may use only those above it, and a test holds that.

pub mod call;
pub mod event;
pub mod grammar;
pub mod kernel;
pub mod markup;
pub mod session;
pub mod text;
pub mod vocabulary;

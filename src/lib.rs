//! sockscope: real sockets, explained.
//!
//! The rooms, in order: each may use only those above it, and a test holds that.

#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

pub mod text;
pub mod markup;
pub mod grammar;
pub mod vocabulary;
pub mod packet;
pub mod kernel;
pub mod call;
pub mod event;
pub mod lesson;
pub mod view;
pub mod lab;
pub mod session;
pub mod command;
pub mod repl;
pub mod cli;

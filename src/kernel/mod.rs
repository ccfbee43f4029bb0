//! The only room that asks the kernel, and the only one with `unsafe`: nix and libc, sock_diag, netlink, /proc.
//!
//! Functions here return what the kernel said, an errno as [`Errno`]; they explain nothing and print nothing. Calls that a learner
//! types may carry any number, also ones that nix's closed enums cannot say: those go through libc.
#![allow(unsafe_code, reason = "system calls on caller-chosen numbers and buffers; each block says what makes it sound")]

pub mod addr;
pub mod clerk;
pub mod clock;
pub mod diag;
pub mod keep;
pub mod lab;
pub mod limits;
pub mod memory;
pub mod msg;
pub mod net;
pub mod opt;
pub mod optshow;
pub mod path;
pub mod pieces;
pub mod place;
pub mod ports;
pub mod probe;
pub mod procfs;
pub mod program;
pub mod resolve;
pub mod sys;
pub mod tcpinfo;
pub mod terminal;
pub mod thread;
pub mod wait;

pub use addr::Addr;
pub use clock::CallClock;
pub use place::Place;
pub use probe::{Kind, Probe};

use crate::vocabulary::Errno;

/// What the kernel answered: a value, or an errno.
pub type Answer = Result<i64, Errno>;

/// The answer of a call that returns -1 on failure.
fn answer(ret: i64) -> Answer {
    if ret < 0 { Err(last()) } else { Ok(ret) }
}

fn last() -> Errno {
    Errno(nix::errno::Errno::last_raw())
}

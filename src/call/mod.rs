//! The system calls, one file each: its struct, its grammar, its description, its execution.
//!
//! A call is an owned, serializable value that describes itself as named arguments of a few kinds ([`Value`]); views print kinds and
//! know no single call. To add one: a file here and a line in the list below; the tests name what else is missing.

mod data;
mod list;
mod outcome;
pub mod params;
mod value;

mod accept;
mod bind;
mod close;
mod connect;
mod dup;
mod epoll;
mod fcntl;
mod getaddrinfo;
mod getsockopt;
mod ioctl;
mod listen;
mod mmsg;
mod names;
mod open;
pub mod options;
mod poll;
mod read;
mod recv;
mod recvmsg;
mod select;
mod send;
mod sendfile;
mod sendmsg;
mod setsockopt;
mod shutdown;
mod socket;
mod socketpair;
mod unlink;
mod vector;

pub use close::Close;
pub use data::{Data, KEEP, Payload};
pub use getaddrinfo::Getaddrinfo;
pub use list::{AnyCall, COMMANDS, CallCommand, command};
pub use names::{Getpeername, Getsockname};
pub use open::Open;
pub use outcome::{Cx, Message as ReceivedMessage, Out, Outcome, Ready, Timing};
pub use recv::Recv;
pub use send::Send;
pub use unlink::Unlink;
pub use value::{Arguments, Filled, Value};

use crate::grammar::{Args, Handle, Refusal, Spec};

/// One system call (or library function) with its arguments.
pub trait Call: Sized {
    /// The C function's name.
    const NAME: &'static str;
    /// The system call strace shows for it.
    const SYS: &'static str;
    /// The card that explains it, in `lessons/*/call`.
    const CARD: &'static str = Self::NAME;
    /// A library function: outside the comparison with strace.
    const LIBRARY: bool = false;

    /// The descriptor it is called on.
    fn on(&self) -> Option<Handle> {
        None
    }
    /// All arguments, under the man page's names, in its order.
    fn arguments(&self) -> Arguments<'_>;
    /// Makes the call, for real.
    fn perform(&self, cx: &Cx<'_>) -> Outcome;
}

/// How a call is typed.
pub trait Typed: Call {
    const SPEC: &'static Spec;
    /// Reads the words behind the command.
    ///
    /// # Errors
    /// What is missing or wrong, and where.
    fn read(args: &mut Args<'_>) -> Result<Self, Refusal>;
}

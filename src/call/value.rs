//! The kinds of arguments: all that a view needs to know of a call.

use super::Data;
use crate::kernel::Addr;
use crate::kernel::opt::OptValue;
use std::borrow::Cow;
use std::time::Duration;

/// One argument.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Fd(i32),
    Const(Cow<'a, str>),
    Flags(Cow<'a, str>),
    Addr(&'a Addr),
    /// The null pointer.
    Null,
    Data(&'a Data),
    Int(i64),
    /// The length of another argument, in bytes or entries.
    Len(u64),
    /// A C string.
    Text(Cow<'a, str>),
    Time(Duration),
    Option(&'a OptValue),
    Struct(Vec<(&'static str, Value<'a>)>),
    List(Vec<Value<'a>>),
    /// Memory that the kernel fills in.
    Filled(Filled),
}

/// What the kernel will have put there: its value stands in the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    Addr,
    /// Room of so many bytes for an address.
    AddrLen(u32),
    Buf,
    /// One of the buffers that are filled one after another: how many bytes stand in those before it, and its own length.
    Part(u64, u64),
    Option,
    OptionLen(u32),
    /// Two descriptors.
    Pair,
    /// Events that came.
    Ready,
    Int,
    /// Flags of a received message.
    MsgFlags,
    Control,
    /// Received messages, each in room of so many bytes.
    Messages(u64),
    Addresses,
}

/// Arguments with their man page names, in order.
pub type Arguments<'a> = Vec<(&'static str, Value<'a>)>;

//! The sitting as a program that is not yet in any language: what is done in which order, what waits in a thread of its own, where
//! each address comes from. Languages print it; none of them looks at the log.

mod build;
mod cast;
mod emit;
mod pairs;
mod places;
mod turns;
mod wait;

pub use build::{Lab, calls, lab, plan};
pub use places::{Const, Place};
pub use turns::{HANDS, Hand};
pub use wait::{Amount, Wait};

use crate::call::{AnyCall, Outcome};
use crate::kernel::Kind;
use crate::text::Text;
use crate::vocabulary::Errno;
use std::collections::HashMap;
use std::sync::Arc;

/// Which end of the conversation a program plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Server,
    Client,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Server => "server",
            Role::Client => "client",
        }
    }
}

/// Whose part of a sitting a program plays, where it is not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    Role(Role),
    /// What was done on a host of the lab, by its name.
    Host(Arc<str>),
}

/// Why there is no program of a sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// No call was made, or nothing was recorded.
    Nothing,
    /// The log keeps the newest events only; the number of the first that is left.
    Cut(u64),
    /// Calls were made in several places, and one program runs in one: on these hosts of the lab.
    Hosts(Vec<String>),
    /// Calls were made on this host of the lab, and on this machine outside it.
    HereToo(String),
    /// One call had sockets of two hosts: no program has both.
    Mixed(String),
    /// A host was taken away while programs would run on it: the line that did it.
    Removed(String),
    /// Nobody in it played this role.
    NoSuchRole(Role),
    /// No call was made on a host called so.
    NoSuchHost(String),
}

/// A call of the program.
#[derive(Debug, Clone)]
pub struct Made {
    pub call: Arc<AnyCall>,
    /// What came of it; none where the sitting ended before it answered.
    pub outcome: Option<Outcome>,
    /// The name of the socket it is called on.
    pub on: Option<String>,
    /// What that socket is, where it was looked at.
    pub kind: Option<Kind>,
    /// Names of what it made, with what they are.
    pub made: Vec<(String, Option<Kind>)>,
    /// Where its address comes from, if it has one.
    pub place: Option<Place>,
    /// The names of the descriptors alive then.
    pub names: Arc<HashMap<i32, String>>,
    /// What it answered is the same whenever it is run: sizes of buffers, and what was found in them, are not.
    pub exact: bool,
    /// The first of its kind in the program.
    pub first: bool,
}

impl Made {
    /// The names of what it made.
    pub fn made_names(&self) -> Vec<String> {
        self.made.iter().map(|(name, _)| name.clone()).collect()
    }

    pub fn errno(&self) -> Option<Errno> {
        self.outcome.as_ref().and_then(Outcome::errno)
    }

    pub fn value(&self) -> Option<i64> {
        self.outcome.as_ref().and_then(|o| o.ret.ok())
    }

    pub fn is_tcp(&self) -> bool {
        matches!(self.kind, Some(Kind::Socket { domain: libc::AF_INET | libc::AF_INET6, kind: libc::SOCK_STREAM, .. }))
    }
}

/// One act of the program.
#[derive(Debug, Clone)]
pub enum Act {
    Call(Made),
    /// A job: the call waits in a thread of its own.
    Start(u32, Made),
    /// The job has answered.
    Join(u32, Made),
    /// The job's call was interrupted.
    GiveUp(u32, Made),
    /// A call repeated: until it fails so, or so often.
    Again(Option<Errno>, u64, Made),
    Wait(Wait),
    /// The address of a socket is needed later: it is read back now.
    Keep(String, i32),
    /// The address that the last call received from is needed later: it is this socket's, which the other program has.
    Heard(String, i32),
    /// The address of a socket that another host's program has is needed now, and was told before.
    Told(String, i32),
    /// It waits for its turn: what stands before this in the sitting was done on another host, or on the wire.
    Turn(u32),
    /// It gives the turn on.
    Pass(u32),
    /// What no program can do at this place.
    Remark(Text),
}

/// A whole program.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub acts: Vec<Act>,
    pub consts: Vec<Const>,
    /// Addresses that the other role's program must be told when it starts: names of sockets, and their address family.
    pub told: Vec<(String, i32)>,
    /// Sockets whose address another program wants to know.
    pub tells: Vec<String>,
    /// Alive at the end, in the order they were made.
    pub open: Vec<(String, Option<Kind>)>,
    /// Path constants that still stand there at the end.
    pub paths: Vec<Place>,
    /// Absent: all of it.
    pub part: Option<Part>,
    /// Names of every descriptor the program has, in order.
    pub names: Vec<String>,
}

impl Plan {
    /// Every call, in whatever act it stands.
    pub fn calls(&self) -> impl Iterator<Item = &Made> {
        self.acts.iter().filter_map(|a| match a {
            Act::Call(m) | Act::Start(_, m) | Act::Again(_, _, m) => Some(m),
            _ => None,
        })
    }

    /// The host of the lab that it runs on.
    pub fn host(&self) -> Option<&str> {
        match &self.part {
            Some(Part::Host(host)) => Some(host),
            _ => None,
        }
    }

    /// The other end, which tells its address.
    pub fn other(&self) -> Role {
        match self.part {
            Some(Part::Role(Role::Client)) => Role::Server,
            _ => Role::Client,
        }
    }

    /// Whether a job was interrupted.
    pub fn gave_up(&self, job: u32) -> bool {
        self.acts.iter().any(|a| matches!(a, Act::GiveUp(n, _) if *n == job))
    }

    pub fn jobs(&self) -> impl Iterator<Item = (u32, &Made)> {
        self.acts.iter().filter_map(|a| match a {
            Act::Start(n, m) => Some((*n, m)),
            _ => None,
        })
    }
}

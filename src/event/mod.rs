//! What happened, in order: events, the log that keeps them, the table of live sockets.

pub mod capture;
mod lesson;
mod log;
mod packet;
mod program;
mod recorded;
mod report;
#[cfg(test)]
pub mod sample;
mod table;

pub use lesson::{Goal, How, Play, Played, Seen};
pub use log::{Log, cut};
pub use packet::{Cause, End, Ends, Fate, Frame, PacketDetail};
pub use program::{Ended, Ran, RanWhat};
pub use recorded::{FIELD as RECORDED_FIELD, NotRecorded, read_line, replayed};
pub use report::{
    Again, Gauge, Holder, HostRow, InspectedOption, Inspection, JobRow, LessonRow, PictureKind, Pictured, ProgressRow,
    ProgressTable, Report, Seat, TcpInfo, Who, WireState,
};
pub use table::{Entry, Kept, SocketTable};

use crate::call::{AnyCall, Outcome};
use crate::grammar::Refusal;
use crate::kernel::{Kind as SocketKind, Place, Probe};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A fact, owned, with its place in the order of recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    pub seq: u64,
    /// The line it belongs to, counted from 1.
    pub turn: u32,
    /// When it was recorded, in microseconds since the sitting began.
    pub at_us: f64,
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A line, as typed; the current socket's name before it, and the round where `repeat` runs it.
    Typed {
        line: String,
        /// Where the sitting stands.
        host: Place,
        /// The current socket, and where it was born.
        current: Option<(String, Place)>,
        round: Option<u64>,
        /// A lesson runs it, nobody typed it.
        lesson: bool,
        /// It stands in a file that was loaded.
        #[serde(default)]
        loaded: bool,
    },
    Refused {
        line: String,
        refusal: Refusal,
    },
    Called {
        call: Arc<AnyCall>,
        socket: Option<String>,
        host: Place,
        job: Option<u32>,
    },
    Returned(Box<Returned>),
    Observed(Box<Observation>),
    /// What was found out about a call that failed.
    Diagnosed {
        of: u64,
        facts: Vec<Fact>,
    },
    /// A waiting call has become a job; the prompt is free.
    Backgrounded {
        of: u64,
        job: u32,
        call: Arc<AnyCall>,
    },
    Report(Box<Report>),
    /// Something on the lab's wire.
    Frame(Box<Frame>),
    /// A program on a host has said or done something.
    Ran(Box<Ran>),
    /// Something in a guided lesson.
    Lesson(Box<Played>),
    /// Our own trouble.
    Fault {
        #[serde(deserialize_with = "crate::text::stored::word")]
        code: crate::text::stored::Word,
        reason: Text,
    },
    /// The line is over; `reason` says why it failed, where no event before did.
    Done {
        ok: bool,
        reason: Option<Text>,
    },
}

/// The answer of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Returned {
    /// The number of the `Called`.
    pub of: u64,
    pub call: Arc<AnyCall>,
    pub outcome: Outcome,
    pub socket: Option<String>,
    pub made: Vec<String>,
    pub host: Place,
    pub job: Option<u32>,
    /// An interrupt of ours, by whom.
    pub interrupted: Option<Interrupted>,
    /// `expect` named this errno: it is what was wanted.
    pub expected: bool,
}

/// Who interrupted a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interrupted {
    CtrlC,
    Cancelled,
    TimedOut,
}

/// One look at a socket. A kernel entry without a handle has neither name nor id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    pub socket: Option<String>,
    pub id: Option<u32>,
    pub fd: Option<i32>,
    pub host: Place,
    pub kind: Option<SocketKind>,
    pub probe: Probe,
    /// Closed, and kept alive by the waiting call of this job.
    pub kept_by: Option<u32>,
}

/// Something found out, and where: what is only concluded says so in its own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub text: Text,
    /// The call, the kernel table or the file that says so.
    #[serde(deserialize_with = "crate::text::stored::word")]
    pub source: crate::text::stored::Word,
}

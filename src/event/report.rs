//! What commands found out when they were asked to look.

use super::Observation;
use crate::kernel::opt::OptValue;
use crate::kernel::procfs::Process;
use crate::text::Text;
use crate::vocabulary::{Errno, State};
use serde::{Deserialize, Serialize};

pub use crate::kernel::tcpinfo::TcpInfo;

/// The answer of a command that only looks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// A sentence.
    Said(Text),
    Sockets {
        rows: Vec<Observation>,
        current: Option<String>,
        all: bool,
    },
    Inspect(Box<Inspection>),
    Who(Box<Who>),
    Jobs(Vec<JobRow>),
    Lessons(Vec<LessonRow>),
    Progress(ProgressTable),
    /// `help`, of one command or of all.
    Help(Option<String>),
    /// `explain WORD [ERRNO]`: what was asked; the cards are the view's to find.
    Explain {
        word: String,
        errno: Option<Errno>,
    },
    /// `why`: the last failure in full.
    Why {
        of: u64,
    },
    /// An event of a recording, told again: it is testimony, and nothing of it happens now.
    Replayed(Box<super::Event>),
    /// A setting's new value, which views follow.
    Set {
        #[serde(deserialize_with = "crate::text::stored::word")]
        name: crate::text::stored::Word,
        value: String,
    },
}

/// A lesson and what of it is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LessonRow {
    pub id: String,
    /// The number its file begins with.
    pub number: Option<u32>,
    /// The course it was added with; none for the built-in one.
    pub course: Option<String>,
    /// Empty where its file cannot be read.
    pub title: String,
    pub level: Option<Text>,
    pub minutes: u32,
    pub steps: usize,
    pub done: usize,
}

/// What is done of the lessons.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProgressTable {
    pub rows: Vec<ProgressRow>,
    /// Lines of the file that could not be read.
    pub unread: usize,
}

/// One lesson: its steps, and what it took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProgressRow {
    pub lesson: String,
    pub done: usize,
    /// Absent where the lesson is not there any more.
    pub steps: Option<usize>,
    pub attempts: u32,
    pub hints: u32,
    pub skips: u32,
    pub guesses: u32,
    pub right: u32,
}

/// A waiting job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobRow {
    pub job: u32,
    pub line: String,
    pub waited_ms: u64,
}

/// Everything the kernel tells of one socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inspection {
    pub look: Observation,
    pub inode: Option<u64>,
    pub cookie: Option<u64>,
    pub pid: i32,
    /// Other names of the session that share the open socket.
    pub shared_with: Vec<String>,
    pub flags: Option<String>,
    pub options: Vec<InspectedOption>,
    pub tcp: Option<TcpInfo>,
    /// Options that reading would change.
    #[serde(deserialize_with = "crate::text::stored::words")]
    pub untouched: Vec<crate::text::stored::Word>,
}

/// An option as it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InspectedOption {
    #[serde(deserialize_with = "crate::text::stored::word")]
    pub level: crate::text::stored::Word,
    #[serde(deserialize_with = "crate::text::stored::word")]
    pub name: crate::text::stored::Word,
    pub value: Result<OptValue, Errno>,
}

/// `who ADDRESS`: every socket at an address, and who holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Who {
    pub asked: String,
    pub holders: Vec<Holder>,
    /// Some processes could not be looked into.
    pub hidden: bool,
    /// For a unix path: whether its file is a socket; `None` where no file is there, or no path was asked.
    pub file_is_socket: Option<bool>,
}

/// A socket in the kernel's table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Holder {
    pub protocol: String,
    pub state: Option<State>,
    pub local: String,
    pub peer: Option<String>,
    pub inode: u32,
    pub seat: Seat,
}

/// Whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// Of this session, by these names.
    Session(Vec<String>),
    Processes(Vec<Process>),
    /// TIME_WAIT, SYN_RECV, not yet accepted: the kernel's own, with what is left of a timer in milliseconds.
    Kernel {
        left_ms: Option<u32>,
    },
    /// Some process's that may not be looked into; the owner's uid.
    Unseen {
        uid: u32,
    },
}

//! What commands found out when they were asked to look.

use super::{Frame, Observation, PacketDetail};
use crate::kernel::opt::OptValue;
use crate::kernel::procfs::Process;
use crate::text::Text;
use crate::vocabulary::{Errno, State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    /// A host that was made; `first`: the lab with it.
    Host {
        row: HostRow,
        first: bool,
    },
    Hosts(Vec<HostRow>),
    /// These hosts are no more; a sentence says so beside it.
    HostsGone(Vec<String>),
    /// What is set on the wire.
    Wire(Box<WireState>),
    /// The same, looked at for a picture.
    WireSeen(Box<WireState>),
    Jobs(Vec<JobRow>),
    /// `packets`: what passed, in order.
    Packets(Vec<Arc<Frame>>),
    /// `packet N`.
    Packet(Box<PacketDetail>),
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
    /// `show VIEW`, `watch VIEW`: what was asked for; the view draws it from the log.
    Picture(Pictured),
    /// What sockets hold at this moment, measured for a picture.
    Gauges(Vec<Gauge>),
    /// An event of a recording, told again: it is testimony, and nothing of it happens now.
    Replayed(Box<super::Event>),
    /// A kernel cannot rewind: all is closed, and lines are run again. Between the first of these and the last nothing is told.
    Again {
        phase: Again,
        text: Option<Text>,
    },
    /// A setting's new value, which views follow.
    Set {
        #[serde(deserialize_with = "crate::text::stored::word")]
        name: crate::text::stored::Word,
        value: String,
    },
}

/// How far running lines again has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Again {
    /// What was made is closed.
    Closing,
    /// Nothing is left: the sitting, as views tell it, begins here.
    Anew,
    /// The lines were run.
    Over,
}

/// The pictures that can be drawn of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureKind {
    /// Calls and what travelled between the sockets, from top to bottom.
    Ladder,
    /// The TCP state machine, and the path a socket took in it.
    State,
    /// What waits at both ends of a connection.
    Buffers,
    /// Calls and jobs against the clock.
    Timeline,
    /// The lab: hosts, the wire between them, what is done there.
    Topology,
}

impl PictureKind {
    pub const ALL: [PictureKind; 5] =
        [PictureKind::Ladder, PictureKind::State, PictureKind::Buffers, PictureKind::Timeline, PictureKind::Topology];

    /// The word that is typed for it.
    pub fn word(self) -> &'static str {
        match self {
            PictureKind::Ladder => "ladder",
            PictureKind::State => "state",
            PictureKind::Buffers => "buffers",
            PictureKind::Timeline => "timeline",
            PictureKind::Topology => "topology",
        }
    }
}

/// A picture that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pictured {
    pub view: PictureKind,
    /// The socket it is about; none where it is about all.
    pub socket: Option<String>,
    pub id: Option<u32>,
    /// Files it was written to; where there are some, it is not drawn on the screen.
    pub files: Vec<String>,
    /// It is drawn again whenever something happens.
    pub watch: bool,
}

/// What a socket holds at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    pub look: Observation,
    /// SO_SNDBUF and SO_RCVBUF: bytes of kernel memory at most.
    pub send_room: Option<u64>,
    pub recv_room: Option<u64>,
    pub tcp: Option<TcpInfo>,
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

/// A host of the lab.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HostRow {
    pub name: String,
    pub router: bool,
    /// Its addresses with their prefixes, IPv4 first.
    pub addresses: Vec<String>,
    /// The hardware address of each interface.
    pub macs: Vec<String>,
    /// Sockets of this session that were born there.
    pub sockets: usize,
}

/// The wire as it stands: what is set, in the words that set it, and what is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WireState {
    pub holds: Vec<String>,
    pub keeps: bool,
    pub rules: Vec<String>,
    pub cuts: Vec<String>,
    /// What will be done to so many of the next frames.
    pub promises: Vec<(String, u32)>,
    /// Frames that are held, and that are on their way.
    pub held: usize,
    pub late: usize,
    /// Receivers that got a frame, and that did not.
    pub passed: u64,
    pub dropped: u64,
    /// Reports of group membership that ended at the wire.
    pub reports: u64,
    /// Frames the relay itself lost.
    pub lost: u64,
    /// Frames that passed too fast to be told one by one.
    pub untold: u64,
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
    /// The host of the lab whose table it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
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

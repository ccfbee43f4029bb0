//! What a sitting holds.

use super::Job;
use super::player::Player;
use super::player::recorder::Recorder;
use crate::call::AnyCall;
use crate::event::{Event, Log, SocketTable, What};
use crate::grammar::Handle;
use crate::kernel::{CallClock, Place};
use crate::lesson::Library;
use crate::text::Lang;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How the sitting was started.
#[derive(Clone)]
pub struct Config {
    /// A person types: calls that wait become jobs, everything is recorded.
    pub interactive: bool,
    /// Events are built: somebody reads them.
    pub recording: bool,
    /// Events are kept: somebody may look back.
    pub keep: bool,
    pub keep_going: bool,
    /// Scripts: a call that takes longer is interrupted, and the line has failed.
    pub timeout: Duration,
    pub lang: Lang,
    /// Where lessons are found.
    pub library: Arc<Library>,
    /// Our data folder, where progress is kept; none where nothing is to be kept.
    pub data: Option<std::path::PathBuf>,
}

/// What `set` changes here; views follow the rest by its event.
#[derive(Debug, Clone)]
pub struct Settings {
    /// At a prompt: how long a call may wait before it becomes a job.
    pub patience: Duration,
    pub lang: Lang,
}

/// Somebody who reads events as they are recorded.
pub trait Sink: Send {
    /// `past`: what is kept of the log, up to and with this event; pictures are drawn from it.
    fn event(&mut self, event: &Event, past: &[Event]);
    /// What was read so far should be seen now.
    fn flush(&mut self) {}
}

/// A call in the foreground of a prompt, which may become a job.
pub struct Foreground {
    pub clock: Arc<CallClock>,
    pub token: u64,
    pub turn: u32,
    pub of: u64,
    pub call: Arc<AnyCall>,
    pub names: Vec<String>,
    pub place: Place,
    pub since: Instant,
}

/// A unix path that a bind of this session made.
#[derive(Debug, Clone)]
pub struct MadePath {
    pub path: Box<[u8]>,
    /// Device and inode: somebody else may have put another file there since.
    pub identity: Option<(u64, u64)>,
}

/// A command that only looks, as it was last used on a socket, or on none.
#[derive(Debug, Clone)]
pub struct Used {
    pub command: &'static str,
    pub id: Option<u32>,
    /// The number of the newest event then.
    pub at: u64,
}

/// A sitting that was recorded elsewhere: its log, and what was alive at its end.
pub struct Recording {
    pub file: String,
    pub log: Log,
    pub table: SocketTable,
}

/// The sitting's state.
pub struct State {
    pub table: SocketTable,
    /// Where the sitting stands: `on HOST`.
    pub here: Place,
    /// The number of the last event before the lab was built: packets are numbered anew in each.
    pub lab_since: u64,
    /// Where it can go: this machine, and the lab's hosts in the order they were made.
    pub places: Vec<Place>,
    pub log: Log,
    pub jobs: Vec<Job>,
    pub next_job: u32,
    pub settings: Settings,
    pub turn: u32,
    /// Lines that are being carried out, the outermost first.
    pub open: Vec<u32>,
    pub foreground: Option<Foreground>,
    pub next_token: u64,
    pub recording: bool,
    pub sinks: Vec<Box<dyn Sink>>,
    pub paths: Vec<MadePath>,
    /// The last `Returned` that carried an errno, for `why`.
    pub last_failure: Option<u64>,
    pub used: Vec<Used>,
    /// The lesson that is played.
    pub player: Option<Box<Player>>,
    /// The call of the last line has become a job: the transcript of a lesson will say so.
    pub waited: bool,
    /// The lines are somebody else's: they reach no other machine and no file.
    pub guarded: bool,
    /// The picture that is kept on the screen.
    pub watch: Option<super::Watch>,
    /// Files whose lines are being run, one in the other.
    pub loading: u32,
    /// A sitting that was recorded elsewhere: views speak of it while it is here.
    pub recording_of: Option<Box<Recording>>,
    /// The number of the last event before all was closed and begun anew: views speak of what came later.
    pub anew: u64,
    /// A lesson that is being recorded.
    pub recorder: Option<Box<Recorder>>,
    builtins: &'static [super::Builtin],
}

impl State {
    pub fn new(config: &Config, builtins: &'static [super::Builtin], epoch: Instant) -> State {
        State {
            table: SocketTable::default(),
            here: Place::Local,
            lab_since: 0,
            places: vec![Place::Local],
            log: Log::new(config.keep, epoch),
            jobs: Vec::new(),
            next_job: 0,
            settings: Settings { patience: Duration::from_secs(2), lang: config.lang },
            turn: 0,
            open: Vec::new(),
            foreground: None,
            next_token: 0,
            recording: config.recording,
            sinks: Vec::new(),
            paths: Vec::new(),
            last_failure: None,
            used: Vec::new(),
            player: None,
            waited: false,
            guarded: false,
            watch: None,
            loading: 0,
            recording_of: None,
            anew: 0,
            recorder: None,
            builtins,
        }
    }

    /// Records what `what` builds, if anybody reads; returns its number, or 0.
    pub fn record(&mut self, turn: u32, what: impl FnOnce(&State) -> What) -> u64 {
        if !self.recording {
            return 0;
        }
        let what = what(self);
        let event = self.log.add(turn, what);
        let past = told(&self.recording_of, &self.log, self.anew);
        self.sinks.iter_mut().for_each(|s| s.event(&event, past));
        event.seq
    }

    /// The events that views speak of.
    pub fn told(&self) -> &[Event] {
        told(&self.recording_of, &self.log, self.anew)
    }

    /// The id of a socket that views speak of.
    pub fn told_id(&self, name: &str) -> Option<u32> {
        self.recording_of.as_ref().map_or(&self.table, |r| &r.table).find(name).map(|h| h.id)
    }

    /// Sockets that came through another one are where the kernel says they are, not where that one is (SO_NETNS_COOKIE).
    pub fn place_passed(&mut self, call: &AnyCall, made: &[Handle]) {
        if self.places.len() < 2 || !matches!(call, AnyCall::Recvmsg(_)) {
            return;
        }
        for handle in made {
            let cookie = crate::kernel::lab::cookie_of(handle.fd);
            let there = |p: &&Place| matches!(p, Place::Host(host) if Some(host.cookie) == cookie);
            let place = self.places.iter().find(there).cloned().unwrap_or_default();
            if let Some(entry) = self.table.entry_mut(handle.id) {
                entry.place = place;
            }
        }
    }

    /// Whether a command that is no call has this name.
    pub fn knows(&self, command: &str) -> bool {
        self.builtins.iter().any(|b| b.spec.name == command)
    }

    /// Notes that a command was used, on a socket or on none.
    pub fn note_used(&mut self, command: &'static str, ids: impl Iterator<Item = u32>) {
        // Behind the newest event: what begins now looks only at what comes later.
        let at = self.log.next_seq();
        for id in ids.map(Some).chain([None]) {
            match self.used.iter_mut().find(|u| u.command == command && u.id == id) {
                Some(used) => used.at = at,
                None => self.used.push(Used { command, id, at }),
            }
        }
    }

    pub fn flush(&mut self) {
        self.sinks.iter_mut().for_each(|s| s.flush());
    }

    /// Whether a job that still waits was promised this name.
    pub fn reserved(&self, name: &str) -> Option<u32> {
        self.jobs.iter().find(|j| j.waiting() && j.names.iter().any(|n| n == name)).map(|j| j.number)
    }
}

fn told<'a>(recording: &'a Option<Box<Recording>>, log: &'a Log, anew: u64) -> &'a [Event] {
    match recording {
        Some(recording) => recording.log.events(),
        None if anew == 0 => log.events(),
        None => log.since(anew),
    }
}

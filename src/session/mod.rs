//! One sitting: a line becomes a call, the call is made, what came of it is recorded; jobs, interrupts, probes.
//!
//! Nothing here prints. The state is locked while a line is read and while its outcome is applied, never while a call is made.

pub mod again;
pub mod diagnose;
pub mod facts;
mod finish;
pub mod foreign;
mod frames;
mod jobs;
pub mod lab;
mod leave;
mod line;
pub mod look;
pub mod player;
pub mod program;
mod run;
mod state;
mod step;
mod turn;
mod unknown;
mod watch;
mod world;

pub use jobs::{Job, Outcomes, Work};
pub use line::Prefixes;
pub use state::{Config, Recording, Settings, Sink, State};
pub use turn::{Act, Builtin, Failure, Flow, Turn, Verdict};
pub use watch::Watch;
pub use world::{Prepared, SessionWorld};

use crate::kernel::CallClock;
use crate::kernel::clock::Kick;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// One sitting, shared by all its threads.
pub struct Sitting {
    state: Mutex<State>,
    /// Something was recorded, a job ended, a line is over.
    pub changed: Condvar,
    pub epoch: Instant,
    pub config: Config,
    pub builtins: &'static [Builtin],
    /// A lesson is played: asked before every line, without the lock.
    playing: AtomicBool,
    lab: Mutex<Option<Arc<lab::Lab>>>,
    /// There is a lab: asked behind every call, without the lock.
    wired: AtomicBool,
    /// Threads that a sitting starts hold it too.
    me: Weak<Sitting>,
}

impl Sitting {
    pub fn new(config: Config, builtins: &'static [Builtin]) -> Arc<Sitting> {
        let epoch = Instant::now();
        let state = Mutex::new(State::new(&config, builtins, epoch));
        Arc::new_cyclic(|me| Sitting {
            state,
            changed: Condvar::new(),
            epoch,
            config,
            builtins,
            playing: AtomicBool::new(false),
            lab: Mutex::default(),
            wired: AtomicBool::new(false),
            me: me.clone(),
        })
    }

    /// Another handle of this sitting; `None` only while it is being dropped.
    pub fn me(&self) -> Option<Arc<Sitting>> {
        self.me.upgrade()
    }

    /// Whether a lesson is played.
    pub fn in_lesson(&self) -> bool {
        self.playing.load(Ordering::Relaxed)
    }

    /// The language that is spoken now.
    pub fn lang(&self) -> crate::text::Lang {
        self.lock().settings.lang
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere must not take the session with it: the state is applied in whole steps.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something changes, at most so long.
    pub fn wait_changed<'a>(&self, guard: MutexGuard<'a, State>, limit: Duration) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(guard, limit).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Interrupts what the thread of this clock does: the call it is in, or the wait between calls.
    pub fn interrupt(&self, clock: &CallClock, why: Kick) {
        clock.ask_to_stop(why);
        if let Some(call) = clock.inside() {
            clock.kick(call, why, Duration::from_secs(2));
        }
        self.changed.notify_all();
    }
}

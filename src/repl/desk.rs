//! Between the line editor and the threads that carry lines out.
//!
//! The editor lives in a descriptor table of its own; the lines are carried out on the learner's side. Where a call waits longer than
//! the prompt's patience, its thread becomes the job and a fresh one, started on the learner's side, takes the session over.

use crate::grammar::lex::Lexed;
use crate::kernel::CallClock;
use crate::session::{Flow, Sitting};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a lesson is looked at while nobody types.
const LESSON_LOOK: Duration = Duration::from_millis(100);
/// Stack of a fresh session thread.
const STACK: usize = 2 << 20;

/// Work on the learner's side, with the clock of the thread that does it.
type Work = Box<dyn FnOnce(&Sitting, &Arc<CallClock>) + Send>;

/// What the desk is handed.
pub enum Errand {
    Line(String),
    /// Work of the terminal's own on the learner's side, where the sockets are.
    Do(Work),
}

struct Slot {
    /// Which thread serves: its number; older ones have become jobs.
    serving: u64,
    line: Option<Errand>,
    busy: bool,
    quit: bool,
    clock: Option<Arc<CallClock>>,
}

/// Where lines are handed over.
pub struct Desk {
    pub sitting: Arc<Sitting>,
    slot: Mutex<Slot>,
    handed: Condvar,
    nursery: Mutex<Sender<u64>>,
    /// A prompt is open: what comes now is printed above it.
    pub at_prompt: AtomicBool,
    /// Ctrl-C came while a line was being carried out.
    pub stopped: AtomicBool,
    /// A plain terminal has dropped what was typed.
    pub show_prompt: AtomicBool,
}

impl Desk {
    /// Makes the desk and, on the learner's side, the thread that starts fresh session threads.
    pub fn new(sitting: Arc<Sitting>) -> Arc<Desk> {
        let (send, receive) = channel();
        let slot = Slot { serving: 1, line: None, busy: false, quit: false, clock: None };
        let desk = Arc::new(Desk {
            sitting,
            slot: Mutex::new(slot),
            handed: Condvar::new(),
            nursery: Mutex::new(send),
            at_prompt: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            show_prompt: AtomicBool::new(false),
        });
        let watcher = desk.clone();
        drop(std::thread::Builder::new().name("lesson".into()).stack_size(64 << 10).spawn(move || watcher.watch_lesson()));
        let nurse = desk.clone();
        drop(std::thread::Builder::new().name("nursery".into()).stack_size(64 << 10).spawn(move || nurse.nurse(&receive)));
        desk
    }

    fn nurse(self: &Arc<Desk>, requests: &Receiver<u64>) {
        for number in requests {
            let desk = self.clone();
            let body = move || {
                if catch_unwind(AssertUnwindSafe(|| desk.serve(number))).is_err() {
                    desk.give_up();
                }
            };
            if std::thread::Builder::new().name("session".into()).stack_size(STACK).spawn(body).is_err() {
                self.give_up();
            }
        }
    }

    /// Without a thread there is no session to go on with.
    fn give_up(&self) {
        let mut slot = self.slot();
        slot.quit = true;
        slot.busy = false;
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries lines out on the calling thread, until it becomes a job or the sitting ends.
    pub fn serve(&self, number: u64) {
        let clock = Arc::new(CallClock::here());
        self.slot().clock = Some(clock.clone());
        let mut lexed = Lexed::default();
        loop {
            let mut slot = self.slot();
            let line = loop {
                if slot.serving != number || slot.quit {
                    return;
                }
                match slot.line.take() {
                    Some(line) => break line,
                    None => slot = self.handed.wait(slot).unwrap_or_else(PoisonError::into_inner),
                }
            };
            drop(slot);
            clock.clear();
            let verdict = match line {
                Errand::Line(line) => self.sitting.run_text(&clock, &line, &mut lexed),
                Errand::Do(work) => {
                    work(&self.sitting, &clock);
                    Ok(Flow::Done)
                }
            };
            if matches!(verdict, Ok(Flow::Detached)) {
                return;
            }
            let mut slot = self.slot();
            if slot.serving != number {
                return;
            }
            slot.busy = false;
            slot.quit |= matches!(verdict, Ok(Flow::Quit));
            drop(slot);
            self.handed.notify_all();
            // Taken, so that the editor is either before its look or already waiting.
            drop(self.sitting.lock());
            self.sitting.changed.notify_all();
        }
    }

    /// Hands a line over, once what is being carried out is over.
    pub fn hand(&self, errand: Errand) {
        let mut slot = self.slot();
        while slot.busy && !slot.quit {
            slot = self.handed.wait_timeout(slot, Duration::from_millis(50)).unwrap_or_else(PoisonError::into_inner).0;
        }
        slot.line = Some(errand);
        slot.busy = true;
        drop(slot);
        self.handed.notify_all();
    }

    /// Looks now and then, on the learner's side, whether something has happened in a lesson that no line brought about: an empty line
    /// is carried out, behind which the lesson is judged.
    fn watch_lesson(&self) {
        loop {
            std::thread::park_timeout(LESSON_LOOK);
            if self.at_prompt.load(Ordering::Relaxed) {
                self.sitting.look_for_watch();
            }
            if !self.at_prompt.load(Ordering::Relaxed) || !self.sitting.lesson_may_change() {
                continue;
            }
            let mut slot = self.slot();
            if slot.quit {
                return;
            }
            if !slot.busy {
                slot.line = Some(Errand::Line(String::new()));
                slot.busy = true;
                drop(slot);
                self.handed.notify_all();
            }
        }
    }

    /// Whether a line is being carried out.
    pub fn busy(&self) -> bool {
        self.slot().busy
    }

    /// Nothing is carried out any more.
    pub fn close(&self) {
        self.give_up();
        self.handed.notify_all();
    }

    pub fn quit(&self) -> bool {
        self.slot().quit
    }

    /// The clock of the thread that serves now.
    pub fn clock(&self) -> Option<Arc<CallClock>> {
        self.slot().clock.clone()
    }

    /// The serving thread has become a job: a fresh one takes over.
    pub fn replace(&self) {
        let mut slot = self.slot();
        slot.serving += 1;
        slot.busy = false;
        let number = slot.serving;
        drop(slot);
        let nursery = self.nursery.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = nursery.send(number);
    }
}

//! Programs on hosts of the lab: jobs whose output is told line by line.

use super::jobs::{Outcomes, Work};
use super::{Failure, Job, Sitting, Turn};
use crate::event::{Ended, Ran, RanWhat, What};
use crate::kernel::CallClock;
use crate::kernel::lab::run::{self, Heard, Running};
use crate::kernel::lab::{End, Host};
use crate::text::messages::lab as say;
use crate::vocabulary::Errno;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A program that was started.
#[derive(Debug)]
pub struct Program {
    /// As it was typed.
    pub line: String,
    running: Running,
}

impl Sitting {
    /// Starts a program on a host, as a job.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run_program(&self, turn: &Turn<'_>, host: &Arc<Host>, argv: Vec<String>) -> Result<u32, Failure> {
        let Some(sitting) = self.me() else { return Err(Failure::new(say::no_lab())) };
        let line = argv.join(" ");
        if let Some(forbidden) = self.lock().forbidden_program(&line) {
            return Err(forbidden);
        }
        let (weak, place, called, turn_number) = (Arc::downgrade(&sitting), turn.place.clone(), name(&line), turn.number);
        // Its number, which it has once it runs.
        let job = Arc::new(OnceLock::new());
        let its = job.clone();
        let heard = move |heard: Heard| {
            let (Some(sitting), Some(&number)) = (weak.upgrade(), its.get()) else { return };
            let mut state = sitting.lock();
            let what = match heard {
                Heard::Line(bytes) => RanWhat::Printed { line: String::from_utf8_lossy(&bytes).into_owned() },
                Heard::Ended(end) => {
                    let ended = ended(end);
                    let failure = failure(&called, ended);
                    if let Some(job) = state.jobs.iter_mut().find(|j| j.number == number) {
                        job.ended = Some(Outcomes { errno: None, failure });
                    }
                    RanWhat::Ended(ended)
                }
            };
            state.record(turn_number, |_| {
                What::Ran(Box::new(Ran { job: number, host: place.clone(), program: called.clone(), what }))
            });
            state.flush();
            drop(state);
            sitting.changed.notify_all();
        };
        let (running, ears) = run::start(host, argv, heard).map_err(|errno| not_run(first(&line), errno))?;
        let mut state = self.lock();
        state.next_job += 1;
        state.next_token += 1;
        let (number, token) = (state.next_job, state.next_token);
        let work = Work::Program(Arc::new(Program { line: line.clone(), running }));
        let clock = Arc::new(CallClock::default());
        state.jobs.push(Job::new(number, token, turn.number, 0, work, Vec::new(), turn.place.clone(), clock, Instant::now()));
        let (program, what) = (name(&line), RanWhat::Started { line });
        state.record(turn.number, |_| What::Ran(Box::new(Ran { job: number, host: turn.place.clone(), program, what })));
        drop(state);
        let _ = job.set(number);
        ears.open();
        Ok(number)
    }

    /// Ends a program: it is asked to (SIGTERM), and after a moment no longer asked (SIGKILL). Its end is recorded before this returns.
    pub(super) fn end_program(&self, number: u32, program: &Program) -> bool {
        for (signal, patience) in [(libc::SIGTERM, Duration::from_millis(500)), (libc::SIGKILL, Duration::from_secs(2))] {
            let _ = program.running.signal(signal);
            let end = Instant::now() + patience;
            let mut state = self.lock();
            while state.jobs.iter().any(|j| j.number == number && j.waiting()) {
                if Instant::now() >= end {
                    break;
                }
                state = self.wait_changed(state, Duration::from_millis(5));
            }
            if !state.jobs.iter().any(|j| j.number == number && j.waiting()) {
                return true;
            }
        }
        false
    }
}

/// It is not there, or no program.
pub fn not_run(program: &str, errno: Errno) -> Failure {
    Failure::fault("program", say::program_not_run(program, errno.name().into_owned(), errno.words()))
}

/// The word that the kernel was asked to run.
fn first(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// The program's own name.
fn name(line: &str) -> String {
    let first = first(line);
    first.rsplit('/').next().unwrap_or(first).to_string()
}

/// As an event tells it.
pub fn ended(end: End) -> Ended {
    match end {
        End::Exited(status) => Ended::Exited { status },
        End::Killed(signal) => Ended::Killed { signal },
    }
}

fn failure(program: &str, ended: Ended) -> Option<Failure> {
    let text = match ended {
        Ended::Exited { status: 0 } => return None,
        Ended::Exited { status } => say::ended_with(program, status),
        Ended::Killed { signal } => say::ended_by(program, signal),
    };
    // What happened to it is an event of its own.
    Some(Failure { said: true, ..Failure::new(text) })
}

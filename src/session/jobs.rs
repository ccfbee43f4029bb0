//! Calls that wait in threads of their own.

use super::finish::Finished;
use super::step::verdict;
use super::turn::{Failure, Flow, Verdict};
use super::{Sitting, State};
use crate::call::{AnyCall, Outcome};
use crate::kernel::clock::Kick;
use crate::kernel::{CallClock, Place};
use crate::text::messages::said;
use crate::vocabulary::Errno;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a job ended: its verdict, kept for `wait`.
#[derive(Debug, Clone)]
pub struct Outcomes {
    pub errno: Option<Errno>,
    pub failure: Option<Failure>,
}

/// What a job does.
#[derive(Debug, Clone)]
pub enum Work {
    Call(Arc<AnyCall>),
    /// A program on a host of the lab.
    Program(Arc<super::program::Program>),
}

/// A call in a thread of its own, or a program.
#[derive(Debug, Clone)]
pub struct Job {
    pub number: u32,
    pub token: u64,
    pub turn: u32,
    pub of: u64,
    pub work: Work,
    /// Names it will give to what it makes: nobody else gets them meanwhile.
    pub names: Vec<String>,
    /// Where its line made sockets.
    pub place: Place,
    pub clock: Arc<CallClock>,
    pub since: Instant,
    pub ended: Option<Outcomes>,
}

/// Finished jobs that nobody waited for are kept for `wait`, but not without end.
const KEPT: usize = 1000;

impl Job {
    #[expect(clippy::too_many_arguments, reason = "one line per field, at two places")]
    pub fn new(
        number: u32,
        token: u64,
        turn: u32,
        of: u64,
        work: Work,
        names: Vec<String>,
        place: Place,
        clock: Arc<CallClock>,
        since: Instant,
    ) -> Job {
        Job { number, token, turn, of, work, names, place, clock, since, ended: None }
    }

    pub fn waiting(&self) -> bool {
        self.ended.is_none()
    }

    /// The call that waits, if it is one.
    pub fn call(&self) -> Option<&Arc<AnyCall>> {
        match &self.work {
            Work::Call(call) => Some(call),
            Work::Program(_) => None,
        }
    }
}

impl Sitting {
    /// A job's call has returned.
    pub(super) fn end_job(&self, state: &mut State, number: u32, outcome: Outcome, why: Kick, moves: bool) {
        let Some(at) = state.jobs.iter().position(|j| j.number == number) else { return };
        let job = state.jobs[at].clone();
        let Some(call) = job.call().cloned() else { return };
        let ended = verdict(&call, &outcome, why, &self.config);
        state.jobs[at].ended = Some(Outcomes { errno: outcome.errno(), failure: ended.err() });
        let finished = Finished {
            turn: job.turn,
            of: job.of,
            call,
            outcome,
            names: job.names,
            place: job.place,
            moves,
            job: Some(number),
            why,
            expect: None,
        };
        self.finish(state, finished);
        state.table.release(number);
        if state.jobs.iter().filter(|j| !j.waiting()).count() > KEPT
            && let Some(oldest) = state.jobs.iter().position(|j| !j.waiting())
        {
            state.jobs.remove(oldest);
        }
        self.changed.notify_all();
    }

    /// Interrupts a waiting job's call; its answer is EINTR, and it is recorded before this returns.
    pub fn cancel(&self, number: u32, why: Kick) -> bool {
        let found = self.lock().jobs.iter().find(|j| j.number == number && j.waiting()).map(|j| (j.clock.clone(), j.work.clone()));
        let Some((clock, work)) = found else { return false };
        if let Work::Program(program) = work {
            return self.end_program(number, &program);
        }
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end {
            if let Some(call) = clock.inside() {
                clock.kick(call, why, Duration::from_secs(2));
            }
            let state = self.lock();
            if state.jobs.iter().any(|j| j.number == number && j.waiting()) {
                drop(self.wait_changed(state, Duration::from_millis(5)));
            } else {
                return true;
            }
        }
        false
    }

    /// Waits for a job, or for all; its verdict is the line's. `limit`: a script does not wait for ever.
    pub fn wait_job(&self, clock: &CallClock, number: Option<u32>, limit: Option<Duration>) -> Verdict {
        let end = limit.map(|l| Instant::now() + l);
        let mut state = self.lock();
        state.flush();
        loop {
            let waiting = state.jobs.iter().any(|j| j.waiting() && number.is_none_or(|n| n == j.number));
            if !waiting {
                break;
            }
            if clock.should_stop() {
                clock.clear();
                return Err(Failure { stopped: true, ..Failure::new(said::wait_stopped()) });
            }
            if end.is_some_and(|e| Instant::now() >= e) {
                let limit = crate::grammar::number::show_duration(limit.unwrap_or_default());
                return Err(Failure { stopped: true, ..Failure::new(said::timed_out("wait", limit)) });
            }
            state = self.wait_changed(state, Duration::from_millis(20));
        }
        let (ended, rest): (Vec<Job>, Vec<Job>) =
            std::mem::take(&mut state.jobs).into_iter().partition(|j| !j.waiting() && number.is_none_or(|n| n == j.number));
        state.jobs = rest;
        match ended.into_iter().find_map(|j| j.ended.and_then(|e| e.failure)) {
            Some(failure) => Err(Failure { said: true, ..failure }),
            None => Ok(Flow::Done),
        }
    }
}

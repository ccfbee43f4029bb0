//! Making one call: in the foreground, where it may become a job, or as a job from the beginning.

use super::finish::Finished;
use super::jobs::Work;
use super::state::Foreground;
use super::turn::{Failure, Flow, Turn, Verdict};
use super::world::Prepared;
use super::{Job, Sitting, State};
use crate::call::{self, AnyCall, Cx, Outcome};
use crate::event::What;
use crate::grammar::{Handle, Spec};
use crate::kernel::clock::Kick;
use crate::kernel::{CallClock, Place, clerk, sys, thread};
use crate::text::messages::said;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

/// Stack of a job's thread: it makes one call.
const STACK: usize = 256 << 10;

impl Sitting {
    /// Makes the call of a line.
    pub fn make(
        &self,
        mut state: MutexGuard<'_, State>,
        turn: &mut Turn<'_>,
        call: AnyCall,
        spec: &'static Spec,
        names: Vec<String>,
        job: bool,
    ) -> Verdict {
        if !job && !state.recording {
            return self.make_quietly(state, turn, &call, spec, &names);
        }
        let call = Arc::new(call);
        if job {
            return self.make_job(state, turn, call, spec, names);
        }
        let token = self.to_foreground(&mut state, turn, &call, &names);
        drop(state);
        let _there = turn.place.stand();
        let (outcome, why, detached) = self.in_foreground(turn, &call, token);
        let mut state = self.lock();
        if let Some(job) = detached {
            // The prompt has gone on without us: this is a job's answer now.
            self.end_job(&mut state, job, outcome, why, spec.moves);
            return Ok(Flow::Detached);
        }
        let of = state.foreground.take().map_or_else(|| state.log.next_seq(), |f| f.of);
        turn.last = Some(outcome.ret);
        let verdict = verdict(&call, &outcome, why, &self.config);
        let finished = Finished {
            turn: turn.number,
            of,
            call,
            outcome,
            names,
            place: turn.place.clone(),
            moves: spec.moves,
            job: None,
            why,
            expect: turn.expect,
        };
        self.finish(&mut state, finished);
        verdict
    }

    /// Nobody reads: no event is built, no clock is read, nothing is probed.
    fn make_quietly(
        &self,
        mut state: MutexGuard<'_, State>,
        turn: &mut Turn<'_>,
        call: &AnyCall,
        spec: &'static Spec,
        names: &[String],
    ) -> Verdict {
        // Only a job's thread could look at the socket meanwhile, and only this thread starts jobs.
        if let AnyCall::Close(c) = call
            && !state.jobs.is_empty()
        {
            state.table.closing(c.fd.id);
        }
        drop(state);
        let _there = turn.place.stand();
        let outcome = call.perform(&Cx { clock: turn.clock, record: false, epoch: self.epoch });
        self.lockstep();
        let failed = outcome.ret.is_err();
        turn.last = Some(outcome.ret);
        let mut state = self.lock();
        self.apply(&mut state, call, &outcome, names, &turn.place, spec.moves);
        drop(state);
        if !failed {
            return Ok(Flow::Done);
        }
        verdict(call, &outcome, turn.clock.take_why(), &self.config)
    }

    /// A step that a line needs: recorded as a call of its own, with what it answered. The lock is given up for it.
    ///
    /// # Errors
    /// The call's errno.
    pub(super) fn step(&self, mut state: MutexGuard<'_, State>, turn: &mut Turn<'_>, call: AnyCall) -> Result<Outcome, Failure> {
        let call = Arc::new(call);
        let of = state.record(turn.number, |s| called(s, &call, &turn.place, None, None));
        if let AnyCall::Close(c) = &*call {
            state.table.closing(c.fd.id);
        }
        let record = state.recording;
        drop(state);
        let outcome = call.perform(&Cx { clock: turn.clock, record, epoch: self.epoch });
        self.lockstep();
        let why = turn.clock.take_why();
        let mut state = self.lock();
        let verdict = verdict(&call, &outcome, why, &self.config);
        if record {
            // What such a step opens has no name and no row: it lives as long as the line.
            let mut kept = outcome.clone();
            let made = std::mem::take(&mut kept.made);
            let finished = Finished {
                turn: turn.number,
                of,
                call,
                outcome: kept,
                names: Vec::new(),
                place: turn.place.clone(),
                moves: false,
                job: None,
                why,
                expect: None,
            };
            self.finish(&mut state, finished);
            drop(made);
        }
        verdict.map(|_| outcome)
    }

    /// Closes what was opened for a line.
    pub(super) fn close_opened(&self, turn: &mut Turn<'_>, prepared: &Prepared) {
        for (_, fd) in &prepared.opened {
            let call = call::Close { fd: Handle { id: 0, fd: *fd } };
            if *fd >= 0 {
                let _ = self.step(self.lock(), turn, call.into());
            }
        }
    }

    /// Records the call and puts it in the foreground of the prompt.
    fn to_foreground(&self, state: &mut State, turn: &Turn<'_>, call: &Arc<AnyCall>, names: &[String]) -> u64 {
        let socket = socket_name(state, call);
        let of = state.record(turn.number, |s| called(s, call, &turn.place, socket, None));
        if let AnyCall::Close(c) = &**call {
            state.table.closing(c.fd.id);
        }
        state.next_token += 1;
        let token = state.next_token;
        state.foreground = Some(Foreground {
            clock: turn.clock.clone(),
            token,
            turn: turn.number,
            of,
            call: call.clone(),
            names: names.to_vec(),
            place: turn.place.clone(),
            since: Instant::now(),
        });
        token
    }

    fn in_foreground(&self, turn: &Turn<'_>, call: &Arc<AnyCall>, token: u64) -> (Outcome, Kick, Option<u32>) {
        let outcome = call.perform(&Cx { clock: turn.clock, record: true, epoch: self.epoch });
        self.lockstep();
        let why = turn.clock.take_why();
        let job = self.lock().jobs.iter().find(|j| j.token == token).map(|j| j.number);
        (outcome, why, job)
    }

    /// Makes the call of the foreground a job, if it still waits; says which. The caller starts a fresh thread for the session.
    pub fn background(&self, state: &mut State) -> Option<u32> {
        let waiting = state.foreground.as_ref().is_some_and(|f| f.clock.inside().is_some());
        if !waiting {
            return None;
        }
        let f = state.foreground.take()?;
        state.next_job += 1;
        let number = state.next_job;
        let job = Job::new(number, f.token, f.turn, f.of, Work::Call(f.call.clone()), f.names, f.place, f.clock, f.since);
        state.jobs.push(job);
        state.record(f.turn, |_| What::Backgrounded { of: f.of, job: number, call: f.call });
        state.waited = true;
        // The line it stood in is over for the prompt, and so are the ones around it.
        for turn in std::mem::take(&mut state.open).into_iter().rev() {
            state.record(turn, |_| What::Done { ok: true, reason: None });
        }
        Some(number)
    }

    fn make_job(
        &self,
        mut state: MutexGuard<'_, State>,
        turn: &mut Turn<'_>,
        call: Arc<AnyCall>,
        spec: &'static Spec,
        names: Vec<String>,
    ) -> Verdict {
        state.next_job += 1;
        state.next_token += 1;
        let number = state.next_job;
        let socket = socket_name(&state, &call);
        let of = state.record(turn.number, |s| called(s, &call, &turn.place, socket, Some(number)));
        if let AnyCall::Close(c) = &*call {
            state.table.closing(c.fd.id);
        }
        let clock = Arc::new(CallClock::default());
        let token = state.next_token;
        state.jobs.push(Job::new(
            number,
            token,
            turn.number,
            of,
            Work::Call(call.clone()),
            names,
            turn.place.clone(),
            clock.clone(),
            Instant::now(),
        ));
        let (record, epoch, place) = (state.recording, self.epoch, turn.place.clone());
        drop(state);
        // The thread shares the learner's descriptor table, since this one does.
        let Some(sitting) = self.me() else { return Ok(Flow::Done) };
        let body = {
            let (call, clock) = (call.clone(), clock.clone());
            move || {
                clock.adopt();
                let _there = place.stand();
                let outcome = call.perform(&Cx { clock: &clock, record, epoch });
                sitting.lockstep();
                let why = clock.take_why();
                let mut state = sitting.lock();
                sitting.end_job(&mut state, number, outcome, why, spec.moves);
            }
        };
        let started = std::thread::Builder::new().name(format!("job {number}")).stack_size(STACK).spawn(body);
        if let Err(e) = started {
            let mut state = self.lock();
            state.jobs.retain(|j| j.number != number);
            let reason = said::no_thread(e.to_string());
            state.record(turn.number, |_| What::Fault { code: "no-thread", reason: reason.clone() });
            return Err(Failure { said: true, ..Failure::new(reason) });
        }
        self.wait_entered(&clock, number);
        Ok(Flow::Done)
    }

    /// A job has entered its call before the prompt comes back: its thread sleeps in the kernel, or has already returned.
    fn wait_entered(&self, clock: &Arc<CallClock>, job: u32) {
        let end = Instant::now() + Duration::from_millis(200);
        while Instant::now() < end {
            if self.lock().jobs.iter().any(|j| j.number == job && !j.waiting()) {
                return;
            }
            if clock.inside().is_some() {
                let tid = clock.tid();
                if clerk::ask(move || thread::sleeps(tid)).flatten() == Some(true) {
                    return;
                }
            }
            std::thread::yield_now();
        }
    }
}

fn called(state: &State, call: &Arc<AnyCall>, place: &Place, socket: Option<String>, job: Option<u32>) -> What {
    What::Called { call: call.clone(), socket, host: host_of(state, call, place), job }
}

/// Where a call is made: where the socket it is called on was born, and else where the line stands.
pub(super) fn host_of(state: &State, call: &AnyCall, place: &Place) -> Place {
    call.on().and_then(|h| state.table.entry(h.id)).map_or(place, |e| &e.place).clone()
}

pub(super) fn socket_name(state: &State, call: &AnyCall) -> Option<String> {
    call.on().and_then(|h| state.table.name(h.id)).map(str::to_string)
}

/// What a call's outcome means for its line.
pub(super) fn verdict(call: &AnyCall, outcome: &Outcome, why: Kick, config: &super::Config) -> Verdict {
    let Err(errno) = outcome.ret else { return Ok(Flow::Done) };
    if why == Kick::Timeout {
        let limit = crate::grammar::number::show_duration(config.timeout);
        return Err(Failure { stopped: true, errno: Some(errno), ..Failure::new(said::timed_out(call.name(), limit)) });
    }
    if let Some((name, words)) = outcome.out.as_ref().and_then(|o| o.eai.clone()) {
        return Err(Failure { said: true, ..Failure::new(said::call_failed(call.name(), name, words)) });
    }
    let reason = said::call_failed(call.name(), errno.name().into_owned(), errno.words());
    Err(Failure { errno: Some(errno), said: true, ..Failure::new(reason) })
}

/// The identity of a path that a bind has just made.
pub(super) fn identity(path: &[u8]) -> Option<(u64, u64)> {
    sys::path_identity(path)
}

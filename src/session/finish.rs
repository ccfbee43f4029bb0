//! What a call brought is applied to the table, recorded, and looked at.

use super::state::MadePath;
use super::step::{host_of, identity, socket_name};
use super::{Sitting, State, diagnose, look};
use crate::call::{AnyCall, Outcome};
use crate::event::{Fact, Interrupted, Returned, What};
use crate::grammar::Handle;
use crate::kernel::clock::Kick;
use crate::kernel::{Addr, Place, probe};
use crate::text::messages::said;
use crate::vocabulary::Errno;
use std::sync::Arc;

/// A call that has returned.
pub struct Finished {
    pub turn: u32,
    pub of: u64,
    pub call: Arc<AnyCall>,
    pub outcome: Outcome,
    pub names: Vec<String>,
    /// Where its line made sockets.
    pub place: Place,
    pub moves: bool,
    pub job: Option<u32>,
    pub why: Kick,
    pub expect: Option<Errno>,
}

impl Sitting {
    /// Applies an outcome to the table; no event, no probe.
    pub(super) fn apply(
        &self,
        state: &mut State,
        call: &AnyCall,
        outcome: &Outcome,
        names: &[String],
        place: &Place,
        moves: bool,
    ) -> Vec<Handle> {
        let keeper = match call {
            AnyCall::Close(c) if !state.jobs.is_empty() => state
                .jobs
                .iter()
                .find(|j| j.waiting() && j.call().is_some_and(|call| call.on().is_some_and(|h| h.id == c.fd.id)))
                .map(|j| j.number),
            _ => None,
        };
        let made = state.table.apply(call, outcome, names, place, moves, keeper);
        if outcome.ret.is_ok() {
            match call {
                AnyCall::Bind(b) => {
                    if let Addr::Path(path) = &b.addr {
                        state.paths.push(MadePath { path: path.clone(), identity: identity(path) });
                    }
                }
                AnyCall::Unlink(u) => state.paths.retain(|p| *p.path != *u.pathname.as_bytes()),
                _ => {}
            }
        }
        made
    }

    /// Applies, records, looks, and finds out about a failure.
    pub(super) fn finish(&self, state: &mut State, f: Finished) {
        let Finished { turn, of, call, mut outcome, names, place, moves, job, why, expect } = f;
        let socket = socket_name(state, &call);
        let host = host_of(state, &call, &place);
        let made = self.apply(state, &call, &outcome, &names, &place, moves);
        state.place_passed(&call, &made);
        if !state.recording {
            return;
        }
        {
            let _there = host.stand();
            outcome.on_its_links();
        }
        if let Some(ready) = outcome.out.as_mut().and_then(|o| o.ready.as_mut()) {
            for r in ready {
                r.socket = state.table.by_fd(r.fd).map(|e| e.name.clone());
            }
        }
        let interrupted = match (why, outcome.errno()) {
            (Kick::None, _) | (_, None) => None,
            (Kick::CtrlC, _) => Some(Interrupted::CtrlC),
            (Kick::Cancel, _) => Some(Interrupted::Cancelled),
            (Kick::Timeout, _) => Some(Interrupted::TimedOut),
        };
        let errno = outcome.errno();
        let returned = Returned {
            of,
            call: call.clone(),
            outcome: outcome.clone(),
            socket,
            made: made.iter().filter_map(|h| state.table.name(h.id)).map(str::to_string).collect(),
            host: host.clone(),
            job,
            interrupted,
            expected: expect.is_some() && expect == errno,
        };
        let seq = state.record(turn, |_| What::Returned(Box::new(returned)));
        let failed = errno.is_some() || outcome.out.as_ref().is_some_and(|o| o.eai.is_some());
        if failed {
            state.last_failure = Some(seq);
        }
        for handle in call.on().iter().chain(&made) {
            if let Some(seen) = look::observe(&mut state.table, handle.id) {
                state.record(turn, |_| What::Observed(Box::new(seen)));
            }
        }
        if let (AnyCall::Bind(b), None) = (&*call, errno)
            && b.addr.port() == Some(0)
            && let Some(port) = probe::local(b.sockfd.fd).and_then(|a| a.port()).filter(|p| *p != 0)
        {
            let facts = vec![Fact { text: said::chosen_port(port), source: "getsockname" }];
            state.record(turn, |_| What::Diagnosed { of: seq, facts });
        }
        let keeper = match &*call {
            AnyCall::Close(c) => state.table.kept.iter().find(|k| k.id == c.fd.id).map(|k| k.job),
            _ => None,
        };
        if let Some(job) = keeper {
            let facts = vec![Fact { text: said::closed_under_job(job), source: "session table" }];
            state.record(turn, |_| What::Diagnosed { of: seq, facts });
        } else if failed || surprising(&call, &outcome) {
            let now_us = self.epoch.elapsed().as_nanos() as f64 / 1e3;
            let mut facts = {
                let _there = host.stand();
                let events = state.log.events();
                let mut cx = diagnose::Cx { table: &mut state.table, events, places: &state.places, now_us };
                diagnose::diagnose(&mut cx, &call, &outcome)
            };
            if let AnyCall::Resolve(asked) = &*call
                && host.is_local()
                && let Some(known) = state.places.iter().find(|p| !p.is_local() && p.name() == asked.node)
            {
                facts.insert(
                    0,
                    Fact { text: crate::text::messages::fact::name_of_a_host(&asked.node, known.name()), source: "hosts" },
                );
            }
            if !facts.is_empty() {
                state.record(turn, |_| What::Diagnosed { of: seq, facts });
            }
        }
    }
}

/// A success that may not mean what a learner thinks: an end of stream, a cut, a short write, another value than was asked.
fn surprising(call: &AnyCall, outcome: &Outcome) -> bool {
    match call {
        AnyCall::Recv(_) | AnyCall::Recvfrom(_) | AnyCall::Recvmsg(_) | AnyCall::Read(_) | AnyCall::Readv(_) => {
            outcome.ret == Ok(0) || outcome.out.as_ref().is_some_and(|o| o.msg_flags.is_some_and(|f| f != 0))
        }
        AnyCall::Send(s) => outcome.ret.is_ok_and(|n| (n as u64) < s.buf.len),
        AnyCall::Write(w) => outcome.ret.is_ok_and(|n| (n as u64) < w.buf.len),
        AnyCall::Setsockopt(_) => true,
        _ => false,
    }
}

//! `replay`: the sitting told again, with its own timing.

use super::super::export::lost_words;
use crate::command::look::report;
use crate::event::{Event, Report, What};
use crate::grammar::kinds::Int;
use crate::grammar::{Example, Group, Param, Spec};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::messages::{file as say, said};
use crate::view::code::plan::Lost;
use std::collections::HashMap;
use std::time::{Duration, Instant};

static SPEED: Param<Int> = Param::optional("speed", Int { low: 1, high: 1_000_000 });

pub const REPLAY: Builtin = Builtin {
    spec: &Spec {
        name: "replay",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&SPEED],
        summary: said::sum_replay,
        examples: &[Example { before: "a b = socketpair unix stream; send a hello; recv b 100", line: "replay 10" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Replay { speed: args.optional(&SPEED)?.unwrap_or(1).max(1) as f64 })),
};

struct Replay {
    speed: f64,
}

/// When each event happened, in microseconds of the sitting: calls say it themselves, and what stands between them happened between
/// them.
fn times(events: &[Event]) -> Vec<f64> {
    let begun: HashMap<u64, f64> = events
        .iter()
        .filter_map(|e| match &e.what {
            What::Returned(r) => Some((r.of, r.outcome.timing.t_us)),
            _ => None,
        })
        .collect();
    let own = events.iter().map(|e| match &e.what {
        What::Called { .. } => begun.get(&e.seq).copied(),
        What::Returned(r) => Some(r.outcome.timing.t_us + r.outcome.timing.took_us),
        _ => None,
    });
    let mut times: Vec<Option<f64>> = own.collect();
    // A line was typed when its first call was made.
    for at in (0..events.len()).rev() {
        if times[at].is_none() && matches!(events[at].what, What::Typed { .. }) {
            let next = events[at + 1..].iter().position(|e| matches!(e.what, What::Called { .. } | What::Typed { .. }));
            times[at] = next.and_then(|n| times[at + 1 + n]);
        }
    }
    let mut last = times.iter().flatten().copied().next().unwrap_or(0.0);
    times
        .into_iter()
        .map(|t| {
            last = t.map_or(last, |t| t.max(last));
            last
        })
        .collect()
}

impl Act for Replay {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let events: Vec<Event> = {
            let state = turn.sitting.lock();
            let own = turn.number;
            let of_now = state.recording_of.is_none();
            let told = |e: &&Event| !(of_now && e.turn == own) && !replays(e);
            state.told().iter().filter(told).cloned().collect()
        };
        if events.is_empty() {
            return Err(Failure::new(lost_words(&Lost::Nothing)));
        }
        let times = times(&events);
        report(turn, Report::Said(say::file_replay_begins(events.len())));
        let (begun, first) = (Instant::now(), times.first().copied().unwrap_or(0.0));
        for (event, time) in events.into_iter().zip(times) {
            let due = begun + Duration::from_secs_f64(((time - first).max(0.0) / 1e6 / self.speed).min(86_400.0));
            while Instant::now() < due {
                if turn.clock.should_stop() {
                    turn.clock.clear();
                    return Err(Failure { stopped: true, ..Failure::new(said::stopped()) });
                }
                let mut state = turn.sitting.lock();
                state.flush();
                let left = due.saturating_duration_since(Instant::now()).min(Duration::from_millis(50));
                drop(turn.sitting.wait_changed(state, left));
            }
            report(turn, Report::Replayed(Box::new(event)));
        }
        report(turn, Report::Said(say::file_replay_ends()));
        Ok(Flow::Done)
    }
}

/// A replay is not told in a replay.
fn replays(event: &Event) -> bool {
    matches!(&event.what, What::Report(r) if matches!(**r, Report::Replayed(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_time_of_its_own_happens_between_its_neighbours() {
        let done = |seq| Event { seq, turn: 1, at_us: 0.0, what: What::Done { ok: true, reason: None } };
        assert_eq!(times(&[done(1), done(2)]), [0.0, 0.0]);
        assert!(times(&[]).is_empty());
    }
}

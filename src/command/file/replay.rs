//! `replay`: the sitting told again, with its own timing.

use super::super::export::lost_words;
use crate::command::look::report;
use crate::event::{Event, Report, What};
use crate::grammar::kinds::Int;
use crate::grammar::{Example, Group, Param, Spec};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::messages::{file as say, said};
use crate::view::code::plan::Lost;
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

impl Act for Replay {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let events: Vec<Event> = {
            let state = turn.sitting.lock();
            let own = turn.number;
            let of_now = state.recording_of.is_none();
            let told = |e: &&Event| (!of_now || e.turn != own) && !replays(e);
            state.told().iter().filter(told).cloned().collect()
        };
        if events.is_empty() {
            return Err(Failure::new(lost_words(&Lost::Nothing)));
        }
        report(turn, Report::Said(say::file_replay_begins(events.len())));
        let (begun, first) = (Instant::now(), events.first().map_or(0.0, |e| e.at_us));
        for event in events {
            let due = begun + Duration::from_secs_f64(((event.at_us - first).max(0.0) / 1e6 / self.speed).min(86_400.0));
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

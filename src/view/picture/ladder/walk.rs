//! The steps of a log, in the order in which they are drawn.

use crate::event::{Event, Frame, Ran, RanWhat, Returned, What};
use crate::kernel::Kind;
use crate::view::picture::cast::Cast;
use crate::view::picture::ends::{Both, Ends};
use crate::vocabulary::State;
use std::collections::HashMap;

/// A call that took longer, in microseconds, stood still, also where nothing happened meanwhile.
pub const STOOD_US: f64 = 100_000.0;
/// What happens next, from the top down.
pub enum Step<'a> {
    /// A call begins to stand still.
    Stands { event: &'a Event, on: Option<usize>, waits: bool },
    /// A call has returned; `stood`: its beginning was a step of its own.
    Returned { event: &'a Event, r: &'a Returned, on: Option<usize>, born: Vec<usize>, gone: Option<usize>, stood: bool },
    /// A state was seen that is another than the last.
    State { on: usize, state: State },
    /// The wire has seen a frame.
    Frame { event: &'a Event, frame: &'a Frame, ends: Both, states: Vec<(usize, State)> },
    /// A program on a host was started, or has ended.
    Ran { event: &'a Event, ran: &'a Ran },
    /// A socket is there that nobody saw come: the log has lost its beginning.
    Found { at: usize },
}

/// Walks through a log, step by step.
pub fn walk<'a>(events: &'a [Event], ends: &Ends, mut each: impl FnMut(&Cast, Step<'a>)) -> Cast {
    let mut cast = Cast::default();
    let mut states: Vec<Option<State>> = Vec::new();
    // Calls that have not returned: where they stand in the log, on whom, and whether they were told.
    let mut open: HashMap<u64, (usize, Option<usize>, bool)> = HashMap::new();
    let mut newest: Option<u64> = None;
    for (i, event) in events.iter().enumerate() {
        let change = cast.feed(event);
        states.resize(cast.actors.len(), None);
        let of = match &event.what {
            What::Returned(r) => Some(r.of),
            What::Observed(_) | What::Diagnosed { .. } => newest,
            _ => None,
        };
        // Something else happened while the newest call had not returned: it stands still.
        if let Some(call) = newest.filter(|n| of != Some(*n))
            && let Some((at, on, told)) = open.get_mut(&call)
        {
            if !*told {
                *told = true;
                each(&cast, Step::Stands { event: &events[*at], on: *on, waits: !matches!(event.what, What::Frame(_)) });
            }
            newest = None;
        }
        match &event.what {
            What::Called { job, .. } => {
                change.born.iter().for_each(|at| each(&cast, Step::Found { at: *at }));
                open.insert(event.seq, (i, change.on, job.is_some()));
                newest = Some(event.seq);
                if job.is_some() {
                    each(&cast, Step::Stands { event, on: change.on, waits: true });
                    newest = None;
                }
            }
            What::Returned(r) => {
                let begun = open.remove(&r.of);
                let mut stood = begun.is_some_and(|b| b.2);
                if let Some((at, on, false)) = begun
                    && r.outcome.timing.took_us >= STOOD_US
                {
                    stood = true;
                    each(&cast, Step::Stands { event: &events[at], on, waits: true });
                }
                newest = None;
                let on = change.on;
                each(&cast, Step::Returned { event, r, on, born: change.born, gone: change.gone, stood });
            }
            What::Ran(ran) if !matches!(ran.what, RanWhat::Printed { .. }) => each(&cast, Step::Ran { event, ran }),
            What::Frame(frame) => {
                // The kernels' own tables, read at each frame.
                let mut changed = Vec::new();
                let both = ends.at(event);
                if let Some(said) = &frame.states {
                    for (at, end) in [(both.from, &said.sender), (both.to, &said.receiver)] {
                        let named = at.filter(|at| end.socket.as_deref() == Some(&cast.actors[*at].name));
                        if let (Some(at), Some(state)) = (named, end.after)
                            && states[at] != Some(state)
                        {
                            states[at] = Some(state);
                            changed.push((at, state));
                        }
                    }
                }
                each(&cast, Step::Frame { event, frame, ends: both, states: changed });
            }
            What::Observed(seen) => {
                change.born.iter().for_each(|at| each(&cast, Step::Found { at: *at }));
                let Some(at) = change.on else { continue };
                let worth = match seen.kind {
                    Some(k) if k.is_tcp() => true,
                    Some(k) if k.is_datagram() => false,
                    Some(Kind::Socket { .. }) => states[at].is_some() || seen.probe.state != Some(State::Close),
                    _ => false,
                };
                if let Some(state) = seen.probe.state.filter(|s| worth && states[at] != Some(*s)) {
                    states[at] = Some(state);
                    each(&cast, Step::State { on: at, state });
                }
            }
            _ => {}
        }
    }
    // What has not returned at the end of the log.
    let mut left: Vec<_> = open.into_values().filter(|o| !o.2).collect();
    left.sort_unstable_by_key(|o| o.0);
    for (at, on, _) in left {
        each(&cast, Step::Stands { event: &events[at], on, waits: true });
    }
    cast
}

//! From the states that were seen to the way that was taken: what lies between two looks, as far as the figure and the calls allow one
//! conclusion.

use super::figure::{EDGES, Edge};
use crate::vocabulary::State;

/// How we know of a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Seen,
    /// Seen in the kernel's table, by the addresses, when the socket had no descriptor any more.
    InTable,
    /// Every way the figure allows leads through it.
    OnlyWay,
    /// The shortest of several ways.
    Likely,
}

impl How {
    pub fn is_seen(self) -> bool {
        matches!(self, How::Seen | How::InTable)
    }
}

/// A state on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    pub state: State,
    pub how: How,
    /// When it was first seen, in microseconds since the sitting began.
    pub at_us: Option<f64>,
    pub note: Option<Note>,
}

/// What is odd about a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// No way of the figure leads here from the stop before.
    NoWay,
    /// The descriptor reads CLOSE, and the connection's end is an entry of the kernel's own: no step of the figure.
    Apart,
}

/// What the log tells of one socket, in order.
#[derive(Debug, Default)]
pub struct Found {
    /// States as they changed, and which calls were made between the one before and this one.
    looks: Vec<Look>,
    calls: Vec<&'static str>,
    maker: Option<&'static str>,
    /// How many looks there were when the last connect began.
    began: usize,
    /// A connect has not had its answer: the next one asks for that, and sends nothing.
    pending: bool,
    /// A connect has sent its SYN, and no look has found what became of that: how sure this is.
    sent: Option<How>,
}

/// A state as it was found.
#[derive(Debug)]
struct Look {
    state: State,
    at_us: f64,
    in_table: bool,
    /// Made between the look before and this one.
    calls: Vec<&'static str>,
    /// The state is what it was, but the socket was in SYN_SENT meanwhile: how sure this is.
    back: Option<How>,
}

impl Found {
    pub fn seen(&mut self, state: State, at_us: f64, in_table: bool) {
        // The kernel has two numbers for it, and one name.
        let state = if state == State::NewSynRecv { State::SynRecv } else { state };
        // The descriptor read CLOSE, and now the table tells where the connection's end is.
        if in_table && self.looks.last().is_some_and(|l| l.state == State::Close) && self.looks.len() > 1 {
            let calls = self.looks.pop().map(|l| l.calls).unwrap_or_default();
            self.calls.splice(0..0, calls);
        }
        let sent = if in_table { None } else { self.sent.take() };
        let mut back = None;
        if self.looks.last().is_some_and(|l| l.state == state) {
            back = sent.filter(|_| state == State::Close);
            if back.is_none() {
                return;
            }
        }
        self.looks.push(Look { state, at_us, in_table, calls: std::mem::take(&mut self.calls), back });
    }

    /// A connect begins.
    pub fn connects(&mut self) {
        self.began = self.looks.len();
    }

    /// A connect has answered, with this errno.
    pub fn connected(&mut self, errno: Option<i32>) {
        let looked = self.looks.len() > self.began;
        let pending = matches!(errno, Some(libc::EINPROGRESS | libc::EALREADY | libc::EINTR));
        let before = std::mem::replace(&mut self.pending, pending);
        self.sent = match errno {
            _ if before || looked => None,
            Some(libc::ECONNREFUSED | libc::ETIMEDOUT | libc::EINPROGRESS | libc::EINTR) => Some(How::OnlyWay),
            // Nobody answered for the address; a route that forbids it answers the same, before a SYN (ip-route(8), unreachable).
            Some(libc::EHOSTUNREACH) => Some(How::Likely),
            _ => None,
        };
    }

    pub fn called(&mut self, call: &'static str) {
        self.calls.push(call);
    }

    pub fn made_by(&mut self, call: &'static str) {
        self.maker = Some(call);
    }
}

/// Whether the calls that were made allow a step.
fn allowed(edge: &Edge, calls: &[&str]) -> bool {
    edge.calls.is_empty() || edge.calls.iter().any(|c| calls.contains(c))
}

/// Every way from one state to another without passing one twice, the shortest first.
fn ways(from: State, to: State, calls: &[&str]) -> Vec<Vec<State>> {
    let mut found = Vec::new();
    let mut open = vec![vec![from]];
    while let Some(way) = open.pop() {
        let here = way[way.len() - 1];
        for edge in EDGES.iter().filter(|e| e.from == here && allowed(e, calls)) {
            let mut next = way.clone();
            next.push(edge.to);
            if edge.to == to {
                found.push(next);
            } else if !way.contains(&edge.to) && edge.to != State::Close {
                open.push(next);
            }
        }
    }
    found.sort_by_key(Vec::len);
    found
}

/// The way of a socket through the figure.
pub fn path(found: &Found) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    let mut before: Option<State> = None;
    for (i, Look { state, at_us, in_table, calls, back }) in found.looks.iter().enumerate() {
        let mut note = None;
        // What accept gives was born of a listener: its way begins there, as far as the figure goes.
        let from = before.or((i == 0 && found.maker == Some("accept")).then_some(State::Listen));
        if let Some(from) = from {
            let mut all = ways(from, *state, calls);
            // TIME_WAIT lasts a minute, in an entry without a descriptor; the descriptor reads CLOSE at once (tcp_time_wait).
            if *state == State::Close && all.first().is_some_and(|w| w.contains(&State::TimeWait)) || from == State::TimeWait {
                note = Some(Note::Apart);
            }
            if all.is_empty() {
                note = Some(Note::NoWay);
            }
            let skip = usize::from(before.is_some());
            let shortest = if all.is_empty() { Vec::new() } else { all[0].clone() };
            all.retain(|w| w.len() > 1);
            for passed in shortest.iter().take(shortest.len().saturating_sub(1)).skip(skip) {
                let everywhere = note.is_none() && *back != Some(How::Likely) && all.iter().all(|w| w.contains(passed));
                let how = if everywhere { How::OnlyWay } else { How::Likely };
                stops.push(Stop { state: *passed, how, at_us: None, note: None });
            }
        }
        let how = if *in_table { How::InTable } else { How::Seen };
        stops.push(Stop { state: *state, how, at_us: Some(*at_us), note });
        before = Some(*state);
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::*;

    /// Steps of a log: calls in small letters, states that were seen.
    fn way(maker: Option<&'static str>, steps: &[Result<State, &'static str>]) -> Vec<(State, How)> {
        let mut found = Found::default();
        maker.into_iter().for_each(|m| found.made_by(m));
        for step in steps {
            match step {
                Ok(state) => found.seen(*state, 0.0, false),
                Err(call) => found.called(call),
            }
        }
        path(&found).into_iter().map(|s| (s.state, s.how)).collect()
    }

    #[test]
    fn what_lies_between_two_looks_is_concluded_from_the_calls() {
        let client = way(None, &[Ok(Close), Err("connect"), Ok(Established)]);
        assert_eq!(client, [(Close, How::Seen), (SynSent, How::OnlyWay), (Established, How::Seen)]);
        let accepted = way(Some("accept"), &[Ok(Established), Err("recv"), Ok(CloseWait)]);
        assert_eq!(accepted, [(Listen, How::OnlyWay), (SynRecv, How::OnlyWay), (Established, How::Seen), (CloseWait, How::Seen)]);
        let first = way(None, &[Ok(Established), Err("shutdown"), Ok(TimeWait)]);
        assert_eq!(first[1], (FinWait1, How::OnlyWay));
        // By FIN_WAIT2 or by CLOSING: both are as long, and nothing tells which.
        assert_eq!(first[2].1, How::Likely);
        assert_eq!(first[3], (TimeWait, How::Seen));
    }

    #[test]
    fn a_refused_connect_was_in_syn_sent_also_where_no_look_found_it() {
        let tried = |errnos: &[i32]| {
            let mut found = Found::default();
            found.seen(Close, 0.0, false);
            for errno in errnos {
                found.connects();
                found.called("connect");
                found.connected(Some(*errno));
                found.seen(Close, 1.0, false);
            }
            path(&found).into_iter().map(|s| (s.state, s.how)).collect::<Vec<_>>()
        };
        let there = |how| vec![(Close, How::Seen), (SynSent, how), (Close, How::Seen)];
        assert_eq!(tried(&[libc::ECONNREFUSED]), there(How::OnlyWay));
        assert_eq!(tried(&[libc::EHOSTUNREACH]), there(How::Likely));
        // These are answered before a SYN is sent.
        assert_eq!(tried(&[libc::ENETUNREACH, libc::EINVAL]), [(Close, How::Seen)]);
        // The second connect only fetches what the first one's SYN brought.
        assert_eq!(tried(&[libc::EINPROGRESS, libc::ECONNREFUSED]), there(How::OnlyWay));
        assert_eq!(tried(&[libc::ECONNREFUSED, libc::ECONNREFUSED]).len(), 5);
    }

    #[test]
    fn a_reset_is_no_step_of_the_figure() {
        let mut found = Found::default();
        found.seen(Established, 1.0, false);
        found.called("recv");
        found.seen(Close, 2.0, false);
        let stops = path(&found);
        assert_eq!(stops.len(), 2);
        assert_eq!(stops[1].note, Some(Note::NoWay), "{stops:?}");
    }

    #[test]
    fn a_descriptor_that_reads_close_is_not_the_end_of_time_wait() {
        let mut found = Found::default();
        found.seen(FinWait2, 2.0, false);
        found.seen(Close, 3.0, false);
        let stops = path(&found);
        assert_eq!((stops[1].state, stops[1].how), (TimeWait, How::Likely));
        assert_eq!((stops[2].state, stops[2].note), (Close, Some(Note::Apart)));
        // The kernel's table is asked, and shows it.
        found.seen(TimeWait, 4.0, true);
        let stops = path(&found);
        assert_eq!(stops.iter().map(|s| (s.state, s.how)).collect::<Vec<_>>(), [(FinWait2, How::Seen), (TimeWait, How::InTable)]);
    }

    #[test]
    fn every_state_of_the_figure_can_be_reached_and_left() {
        for state in State::ALL.into_iter().filter(|s| *s != NewSynRecv) {
            assert!(EDGES.iter().any(|e| e.from == state) && EDGES.iter().any(|e| e.to == state), "{state:?}");
        }
    }
}

//! Going back: a kernel cannot rewind, so all that the sitting made is closed, and lines are run again.

use super::Sitting;
use crate::event::{Again, Report, What};
use crate::grammar::lex::Lexed;
use crate::kernel::clock::Kick;
use crate::kernel::{CallClock, Place, ports, sys};
use crate::text::Text;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Sitting {
    /// Closes every socket, cancels what waits, removes the paths that are left, ends the lab and the lesson. What views tell of begins
    /// anew behind it; nothing is told until [`Sitting::again_over`]. `text` says what is being done.
    ///
    /// Returns how many sockets were closed.
    pub fn start_over(&self, clock: &Arc<CallClock>, turn: Option<u32>, text: Option<Text>) -> usize {
        let turn = self.say_again(turn, Again::Closing, text);
        self.leave_lesson_for_good(clock);
        let waiting: Vec<u32> = self.lock().jobs.iter().filter(|j| j.waiting()).map(|j| j.number).collect();
        for job in waiting {
            self.cancel(job, Kick::Cancel);
        }
        let names: Vec<String> = self.lock().table.entries().map(|e| e.name.clone()).collect();
        for name in &names {
            // A close that fails (EINTR, EIO) has closed all the same (close(2)).
            let _ = self.run_again(clock, &format!("close {name}"));
        }
        let mut state = self.lock();
        for made in std::mem::take(&mut state.paths) {
            if made.identity.is_some() && sys::path_identity(&made.path) == made.identity {
                let _ = sys::unlink(&made.path);
            }
        }
        drop(state);
        self.end_lab();
        let mut state = self.lock();
        // Jobs count from 1 again, as the lines that wait for them mean it.
        state.jobs.retain(super::Job::waiting);
        state.next_job = state.jobs.iter().map(|j| j.number).max().unwrap_or(0);
        state.here = Place::Local;
        state.used.clear();
        state.last_failure = None;
        state.anew = state.log.next_seq() - 1;
        drop(state);
        self.say_again(Some(turn), Again::Anew, None);
        names.len()
    }

    /// The lines were run again; `text` says how that went.
    pub fn again_over(&self, turn: Option<u32>, text: Option<Text>) {
        self.say_again(turn, Again::Over, text);
    }

    fn say_again(&self, turn: Option<u32>, phase: Again, text: Option<Text>) -> u32 {
        let mut state = self.lock();
        let turn = turn.unwrap_or_else(|| {
            state.turn += 1;
            state.turn
        });
        state.record(turn, |_| What::Report(Box::new(Report::Again { phase, text })));
        turn
    }

    /// Runs a line of the sitting once more, inside another.
    pub fn run_again(&self, clock: &Arc<CallClock>, line: &str) -> super::Verdict {
        let mut lexed = Lexed::default();
        let mut from = 0;
        loop {
            let (verdict, next) = self.statement(clock, line, from, &mut lexed, None, 1);
            if !matches!(verdict, Ok(super::Flow::Done)) {
                return verdict;
            }
            match next {
                Some(next) => from = next,
                None => return verdict,
            }
        }
    }

    /// A lesson ends without a word, and what it made is closed.
    fn leave_lesson_for_good(&self, clock: &Arc<CallClock>) {
        if self.in_lesson() {
            self.close_lesson(clock);
            self.lock().player = None;
            self.playing.store(false, Ordering::Relaxed);
        }
    }
}

/// Ports that lines name themselves, and the fresh ones that stand for those that somebody still has: at the least a TIME_WAIT of ours.
#[derive(Debug, Default)]
pub struct Fresh(Vec<(u16, u16)>);

impl Fresh {
    /// Looks, before any of these lines is run, which of the ports they bind to can be had.
    pub fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Fresh {
        let mut fresh = Fresh::default();
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let binds = words.contains(&"bind") && !words.contains(&"expect");
            let port = words.iter().find_map(|w| own_port(w)).filter(|p| binds && !fresh.0.iter().any(|(from, _)| from == p));
            if let Some(port) = port.filter(|p| ports::taken(*p))
                && let Some(free) = ports::free(&[])
            {
                fresh.0.push((port, free));
            }
        }
        fresh
    }

    /// A line with the ports that can be had.
    pub fn line(&self, line: &str) -> String {
        let other = |word: &str| {
            let (from, to) = self.0.iter().find(|(from, _)| own_port(word) == Some(*from))?;
            Some(format!("{}{to}", word.strip_suffix(&from.to_string())?))
        };
        line.split(' ').map(|w| other(w).unwrap_or_else(|| w.to_string())).collect::<Vec<_>>().join(" ")
    }

    /// Ports that are other ones now: `9000 → 14821`.
    pub fn said(&self) -> String {
        self.0.iter().map(|(from, to)| format!("{from} → {to}")).collect::<Vec<_>>().join(", ")
    }

    pub fn changed(&self) -> bool {
        !self.0.is_empty()
    }
}

/// The port of an address of this machine, as it is typed.
fn own_port(word: &str) -> Option<u16> {
    let (host, port) = word.rsplit_once(':')?;
    let own = host.is_empty() || host.starts_with("127.") || ["localhost", "0.0.0.0", "[::1]", "[::]"].contains(&host);
    port.parse().ok().filter(|p| own && *p != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_somebody_has_becomes_a_fresh_one_in_every_line() {
        let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = held.local_addr().unwrap().port();
        let (bind, connect) = (format!("bind s 127.0.0.1:{port}"), format!("connect c 127.0.0.1:{port}"));
        // Who only connects means that very port, and so does who wants it to be taken.
        let means_it = format!("expect EADDRINUSE {bind}");
        assert!(!Fresh::of([connect.as_str(), means_it.as_str()].into_iter()).changed());
        let fresh = Fresh::of([bind.as_str()].into_iter());
        let free = own_port(fresh.line(&bind).rsplit(' ').next().unwrap()).unwrap();
        assert_ne!(free, port);
        assert_eq!(fresh.line(&connect), format!("connect c 127.0.0.1:{free}"));
        assert_eq!(fresh.line("connect c {s.local}"), "connect c {s.local}");
        assert_eq!(fresh.said(), format!("{port} → {free}"));
        assert_eq!(own_port("10.0.0.1:80"), None);
    }
}

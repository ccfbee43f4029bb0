//! The sitting as lines that can be typed again: `save FILE.sock`. What the kernel chose is said as `{server.local}`, what failed is
//! expected, what waited is a job.

use super::code::plan::{self, Lost, Made, Place};
use crate::event::{Ended, Event, RanWhat, Returned, What};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// A line and what came of it.
struct Line<'a> {
    text: &'a str,
    /// Calls it made itself, by number, in order; of a round, those of its `repeat`.
    calls: Vec<u64>,
    /// The job of a program that it started.
    program: Option<u32>,
    refused: bool,
    /// It failed otherwise than a call fails.
    failed: Option<String>,
    rounds: bool,
}

/// The lines of a sitting; `left_out` are commands that are not said again. `head` stands above them as a comment.
///
/// # Errors
/// Why it cannot be said.
pub fn script(events: &[Event], left_out: &dyn Fn(&str) -> bool, head: &str) -> Result<String, Lost> {
    let made = plan::calls(events)?;
    let mut writer = Writer { made, ..Writer::default() };
    writer.look(events);
    let mut out = String::new();
    head.lines().for_each(|l| out.push_str(&format!("# {l}\n")));
    out.push('\n');
    let mut open: Option<Line<'_>> = None;
    let mut turn = 0;
    for event in events {
        match &event.what {
            What::Typed { line, round: None, .. } => {
                if let Some(line) = open.take() {
                    writer.line(&line, left_out, &mut out);
                }
                writer.waits(&mut out);
                turn = event.turn;
                open = Some(Line { text: line, calls: Vec::new(), program: None, refused: false, failed: None, rounds: false });
            }
            What::Typed { .. } => {
                if let Some(line) = open.as_mut() {
                    line.rounds = true;
                }
            }
            What::Called { .. } => {
                if let Some(line) = open.as_mut() {
                    line.calls.push(event.seq);
                }
            }
            What::Refused { .. } if event.turn == turn => {
                if let Some(line) = open.as_mut() {
                    line.refused = true;
                }
            }
            What::Returned(r) if writer.jobs.contains_key(&r.of) => writer.answered(r, open.is_some()),
            What::Ran(ran) => match &ran.what {
                RanWhat::Started { .. } => open.iter_mut().for_each(|line| line.program = Some(ran.job)),
                RanWhat::Ended(Ended::Exited { status: 0 }) => writer.program_ended(ran.job),
                RanWhat::Ended(_) | RanWhat::Printed { .. } => {}
            },
            What::Done { ok: false, reason: Some(reason) } if event.turn == turn => {
                if let Some(line) = open.as_mut() {
                    line.failed = Some(reason.plain(crate::text::Lang::En));
                }
            }
            _ => {}
        }
    }
    if let Some(line) = open.take() {
        writer.line(&line, left_out, &mut out);
    }
    writer.waits(&mut out);
    Ok(out)
}

/// What is waited for before the next line.
enum Due {
    /// The number of a job's call.
    Call(u64),
    /// A program's job.
    Program(u32),
}

#[derive(Default)]
struct Writer<'a> {
    made: HashMap<u64, Made>,
    returned: HashMap<u64, &'a Returned>,
    /// Jobs of the sitting, by the number of their call.
    jobs: HashMap<u64, u32>,
    /// What the script calls them.
    numbers: HashMap<u32, u32>,
    next: u32,
    /// Jobs that have answered, and programs that have ended: they are waited for before the next line.
    due: Vec<Due>,
    /// Jobs that a line of the sitting itself waits for.
    waited: HashSet<u32>,
    waits_for_all: bool,
}

impl<'a> Writer<'a> {
    fn look(&mut self, events: &'a [Event]) {
        for event in events {
            match &event.what {
                What::Returned(r) => drop(self.returned.insert(r.of, r)),
                What::Called { job: Some(job), .. } => drop(self.jobs.insert(event.seq, *job)),
                What::Backgrounded { of, job, .. } => drop(self.jobs.insert(*of, *job)),
                What::Typed { line, .. } => {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    match words.iter().position(|w| *w == "wait").map(|at| words.get(at + 1)) {
                        Some(Some(number)) => drop(number.parse().map(|n| self.waited.insert(n))),
                        Some(None) => self.waits_for_all = true,
                        None => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// A job has answered: the next line of a script must not run before it has.
    fn answered(&mut self, r: &Returned, _: bool) {
        let job = self.jobs[&r.of];
        if r.interrupted.is_none() && !self.waited.contains(&job) && !self.waits_for_all {
            self.due.push(Due::Call(r.of));
        }
    }

    /// A program has ended well. One that did not cannot be waited for without failing, as it failed then.
    fn program_ended(&mut self, job: u32) {
        if !self.waited.contains(&job) && !self.waits_for_all {
            self.due.push(Due::Program(job));
        }
    }

    fn waits(&mut self, out: &mut String) {
        for due in std::mem::take(&mut self.due) {
            let (job, errno) = match due {
                Due::Call(of) => (self.jobs.get(&of).copied(), self.returned.get(&of).and_then(|r| r.outcome.errno())),
                Due::Program(job) => (Some(job), None),
            };
            let Some(number) = job.and_then(|j| self.numbers.get(&j)) else { continue };
            let expect = errno.map(|e| format!("expect {} ", e.name())).unwrap_or_default();
            let _ = writeln!(out, "{expect}wait {number}");
        }
    }

    fn line(&mut self, line: &Line<'_>, left_out: &dyn Fn(&str) -> bool, out: &mut String) {
        let text = line.text.trim();
        let words: Vec<&str> = text.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        if text.is_empty() || left_out(first) {
            return;
        }
        if line.refused {
            let _ = writeln!(out, "# {text}");
            return;
        }
        let mut said = text.to_string();
        if !line.rounds {
            line.calls.iter().filter_map(|of| self.made.get(of)).for_each(|m| said = relative(&said, m));
        }
        // A job has the number of its turn among the jobs of the script.
        let own: Vec<u64> = line.calls.clone();
        let job = own.iter().find_map(|of| self.jobs.get(of).copied());
        if let Some(job) = job {
            self.next += 1;
            self.numbers.insert(job, self.next);
            if !said.ends_with('&') {
                said.push_str(" &");
            }
        }
        if let Some(program) = line.program {
            self.next += 1;
            self.numbers.insert(program, self.next);
        }
        if let (Some(at), true) = (words.iter().position(|w| ["wait", "cancel"].contains(w)), own.is_empty()) {
            let number = words.get(at + 1).and_then(|n| n.parse().ok()).and_then(|n: u32| self.numbers.get(&n));
            if let (Some(number), Some(old)) = (number, words.get(at + 1)) {
                said = said.replacen(&format!("{} {old}", words[at]), &format!("{} {number}", words[at]), 1);
            }
        }
        let last = own.iter().rev().find_map(|of| self.returned.get(of).copied());
        let interrupted = last.is_some_and(|r| r.interrupted.is_some()) && job.is_none();
        if interrupted {
            // It waited in vain, till somebody or the time put an end to it.
            self.next += 1;
            let _ = writeln!(out, "{said} &\ncancel {}", self.next);
            return;
        }
        let errno = last.filter(|_| job.is_none() && !line.rounds).and_then(|r| r.outcome.errno());
        match (errno, &line.failed) {
            (Some(errno), _) if !words.iter().any(|w| w.eq_ignore_ascii_case("expect")) => {
                let _ = writeln!(out, "expect {} {said}", errno.name());
            }
            (None, Some(reason)) => drop(writeln!(out, "# {said}   ({})", reason.replace('\n', " "))),
            _ => drop(writeln!(out, "{said}")),
        }
    }
}

/// The line with an address that the kernel chose said by its socket's name.
fn relative(line: &str, made: &Made) -> String {
    let Some(place) = &made.place else { return line.to_string() };
    let alive = |socket: &str| made.names.values().any(|n| n == socket);
    let (from, to) = match place {
        Place::Of(socket, addr) if alive(socket) => (addr.to_string(), format!("{{{socket}.local}}")),
        Place::PortOf(addr, socket) if alive(socket) => {
            let from = addr.to_string();
            let port = addr.port().unwrap_or(0).to_string();
            let host = from.strip_suffix(&port).unwrap_or(&from).to_string();
            (from, format!("{host}{{{socket}.port}}"))
        }
        _ => return line.to_string(),
    };
    let words: Vec<&str> = line.split(' ').collect();
    words.into_iter().map(|w| if w == from { to.as_str() } else { w }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_recorded_is_said_so() {
        assert_eq!(script(&[], &|_| false, "x").unwrap_err(), Lost::Nothing);
    }
}

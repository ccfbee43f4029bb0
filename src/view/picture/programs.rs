//! Programs that were started on hosts: since when they run, and how they ended.

use crate::event::{Ended, Event, Ran, RanWhat, What};
use crate::markup::{Role, safe};
use crate::text::Text;
use crate::text::messages::picture as say;

/// A program of the log.
#[derive(Debug, Clone)]
pub struct Program {
    pub job: u32,
    pub host: String,
    /// As it was typed.
    pub line: String,
    /// Where it began in the log.
    pub began: usize,
    pub from: f64,
    /// When it ended, and how.
    pub ended: Option<(f64, Ended)>,
}

/// All of them, in the order in which they began.
pub fn of(events: &[Event]) -> Vec<Program> {
    let mut all: Vec<Program> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let What::Ran(ran) = &event.what else { continue };
        let Ran { job, host, what, .. } = &**ran;
        match what {
            RanWhat::Started { line } => all.push(Program {
                job: *job,
                host: host.name().to_string(),
                line: safe(line).into_owned(),
                began: at,
                from: event.at_us,
                ended: None,
            }),
            RanWhat::Printed { .. } => {}
            RanWhat::Ended(how) => {
                if let Some(program) = all.iter_mut().rev().find(|p| p.job == *job) {
                    program.ended = Some((event.at_us, *how));
                }
            }
        }
    }
    all
}

/// Whether it runs, or how it ended.
pub fn how(ended: Option<Ended>) -> (Role, Text) {
    match ended {
        None => (Role::State, say::program_runs()),
        Some(Ended::Exited { status: 0 }) => (Role::Dim, say::program_exited(0)),
        Some(Ended::Exited { status }) => (Role::Bad, say::program_exited(status)),
        Some(Ended::Killed { signal }) => (Role::Bad, say::program_killed(signal)),
    }
}

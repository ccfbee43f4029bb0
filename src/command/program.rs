//! `run`, `shell`: real programs on a host of the lab.

use super::look::report;
use super::wire::words::{Rest, Said};
use crate::event::Report;
use crate::grammar::{Example, Group, Param, Spec};
use crate::kernel::Place;
use crate::kernel::lab::Host;
use crate::session::program::not_run;
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::messages::lab as say;
use std::io::IsTerminal;
use std::sync::Arc;

static PROGRAM: Param<Rest> = Param::many("program", Rest(&[], say::what_program));

pub const RUN: Builtin = Builtin {
    spec: &Spec {
        name: "run",
        sub: None,
        also: &[],
        group: Group::Lab,
        params: &[&PROGRAM],
        summary: say::sum_run,
        examples: &[Example { before: "host alice", line: "on alice run sh -c \"hostname\"" }],
        makes: (0, 0),
        moves: false,
        job: true,
    },
    read: |args| Ok(Box::new(Run(args.many(&PROGRAM)?))),
};

struct Run(Vec<Said>);

fn host(turn: &Turn<'_>) -> Result<Arc<Host>, Failure> {
    match &turn.place {
        Place::Host(host) => Ok(host.clone()),
        _ => Err(Failure::new(say::only_on_a_host())),
    }
}

impl Act for Run {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let host = host(turn)?;
        let argv = self.0.into_iter().map(|w| w.word).collect();
        turn.sitting.run_program(turn, &host, argv)?;
        Ok(Flow::Done)
    }
}

pub const SHELL: Builtin = Builtin {
    spec: &Spec {
        name: "shell",
        sub: None,
        also: &[],
        group: Group::Lab,
        params: &[],
        summary: say::sum_shell,
        examples: &[Example { before: "host alice", line: "on alice shell" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |_| Ok(Box::new(Shell)),
};

struct Shell;

impl Act for Shell {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let host = host(turn)?;
        if !turn.sitting.config.interactive || !std::io::stdin().is_terminal() {
            return Err(Failure::new(say::shell_needs_a_terminal()));
        }
        let shell = std::env::var("SHELL").unwrap_or_else(|_| "/bin/sh".into());
        let ended = crate::kernel::lab::run::lend_terminal(&host, vec![shell.clone()]);
        match ended {
            Ok(_) => report(turn, Report::Said(say::shell_left(&*host.name))),
            Err(errno) => return Err(not_run(&shell, errno)),
        }
        Ok(Flow::Done)
    }
}

//! `sockets`, `inspect`, `who`: looking changes nothing.

use crate::call::params::{ADDR, SOCKFD};
use crate::event::{Report, What};
use crate::grammar::kinds::Choice;
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::Addr;
use crate::session::{Act, Builtin, Flow, Turn, Verdict, look};
use crate::text::messages::{said, summary};

/// Records a report, if anybody reads.
pub(super) fn report(turn: &Turn<'_>, what: Report) {
    let mut state = turn.sitting.lock();
    state.record(turn.number, |_| What::Report(Box::new(what)));
}

static ALL: Param<Choice> = Param::optional("--all", Choice(&["--all", "all"], summary::what_all));

pub const SOCKETS: Builtin = Builtin {
    spec: &Spec {
        name: "sockets",
        sub: None,
        also: &["ls"],
        group: Group::Look,
        params: &[&ALL],
        summary: said::sum_sockets,
        examples: &[
            Example { before: "a b = socketpair unix stream", line: "sockets" },
            Example { before: "server = socket inet stream", line: "sockets --all" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Sockets { all: args.optional(&ALL)?.is_some() })),
};

struct Sockets {
    all: bool,
}

impl Act for Sockets {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let mut state = turn.sitting.lock();
        let mut rows = look::observe_all(&mut state.table);
        if self.all {
            let places = state.places.clone();
            rows.extend(look::observe_kernel(&mut state.table, &places));
        }
        let all = self.all;
        // A look at each is a fact of its own; the table of them all is the answer.
        for row in &rows {
            state.record(turn.number, |_| What::Observed(Box::new(row.clone())));
        }
        state.record(turn.number, |s| {
            let current = s.table.current.and_then(|c| s.table.name(c.id)).map(str::to_string);
            What::Report(Box::new(Report::Sockets { rows, current, all }))
        });
        Ok(Flow::Done)
    }
}

pub const INSPECT: Builtin = Builtin {
    spec: &Spec {
        name: "inspect",
        sub: None,
        also: &[],
        group: Group::Look,
        params: &[&SOCKFD],
        summary: said::sum_inspect,
        examples: &[Example { before: "s = socket inet stream", line: "inspect s" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args: &mut Args<'_>| -> Result<Box<dyn Act>, Refusal> { Ok(Box::new(Inspect(args.handle()?))) },
};

struct Inspect(Handle);

impl Act for Inspect {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let mut state = turn.sitting.lock();
        let found = look::inspect(&mut state.table, self.0.id);
        if let Some(found) = found {
            state.record(turn.number, |_| What::Report(Box::new(Report::Inspect(Box::new(found)))));
        }
        Ok(Flow::Done)
    }
}

pub const WHO: Builtin = Builtin {
    spec: &Spec {
        name: "who",
        sub: None,
        also: &[],
        group: Group::Look,
        params: &[&ADDR],
        summary: said::sum_who,
        examples: &[Example {
            before: "server = socket inet stream; bind server 127.0.0.1:0; listen server",
            line: "who {server.local}",
        }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(WhoIs(args.one(&ADDR)?))),
};

struct WhoIs(Addr);

impl Act for WhoIs {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let mut state = turn.sitting.lock();
        if !state.recording {
            return Ok(Flow::Done);
        }
        // On a host its own network is looked through; here, and where nothing is found, every one: the address is some host's.
        let all = state.places.clone();
        let near = if turn.place.is_local() { all.clone() } else { vec![turn.place.clone()] };
        let mut found = look::who(&mut state.table, &self.0, &near);
        if found.holders.is_empty() && near.len() < all.len() {
            found = look::who(&mut state.table, &self.0, &all);
        }
        state.record(turn.number, |_| What::Report(Box::new(Report::Who(Box::new(found)))));
        Ok(Flow::Done)
    }
}

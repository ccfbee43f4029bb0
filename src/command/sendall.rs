//! `sendall`: send, repeated until everything is taken; each call is shown.

use crate::call::params::{BUF, FLAGS, SOCKFD};
use crate::call::{AnyCall, COMMANDS, Send};
use crate::grammar::{Example, Group, Spec};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::messages::said;

pub const SENDALL: Builtin = Builtin {
    spec: &Spec {
        name: "sendall",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUF, &FLAGS],
        summary: said::sum_sendall,
        examples: &[Example { before: "a b = socketpair unix stream", line: "sendall a zeros:10K" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Sendall(Send { sockfd: args.handle()?, buf: args.data(&BUF)?, flags: args.flags(&FLAGS)? }))),
};

struct Sendall(Send);

impl Act for Sendall {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(spec) = COMMANDS.iter().find(|c| c.name == "send").map(|c| c.spec) else { return Ok(Flow::Done) };
        let mut rest = self.0;
        loop {
            let state = turn.sitting.lock();
            let call = AnyCall::Send(rest.clone());
            let flow = turn.sitting.make(state, turn, call, spec, Vec::new(), false)?;
            let taken = turn.last.and_then(Result::ok).unwrap_or(0) as u64;
            if flow != Flow::Done || taken >= rest.buf.len {
                return Ok(flow);
            }
            if turn.clock.should_stop() {
                return Err(Failure { stopped: true, ..Failure::new(said::stopped()) });
            }
            rest.buf = rest.buf.behind(taken);
        }
    }
}

//! listen(2).

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::kinds::Int;
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

static BACKLOG: Param<Int> = Param::optional("backlog", Int { low: i32::MIN as i64, high: i32::MAX as i64 });

/// What Python's and many other libraries choose as well.
const USUAL: i32 = 128;

/// listen(sockfd, backlog).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listen {
    pub sockfd: Handle,
    pub backlog: i32,
}

impl Call for Listen {
    const NAME: &'static str = "listen";
    const SYS: &'static str = "listen";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![("sockfd", Value::Fd(self.sockfd.fd)), ("backlog", Value::Int(self.backlog.into()))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::listen(self.sockfd.fd, self.backlog))
    }
}

impl Typed for Listen {
    const SPEC: &'static Spec = &Spec {
        name: "listen",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BACKLOG],
        summary: say::sum_listen,
        examples: &[Example { before: "server = socket inet stream; bind server 127.0.0.1:0", line: "listen server 5" }],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Listen, Refusal> {
        let sockfd = args.handle()?;
        let backlog = args.optional(&BACKLOG)?.map_or(USUAL, |b| b as i32);
        Ok(Listen { sockfd, backlog })
    }
}

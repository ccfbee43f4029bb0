//! dup(2).

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

/// dup(oldfd).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dup {
    pub oldfd: Handle,
}

impl Call for Dup {
    const NAME: &'static str = "dup";
    const SYS: &'static str = "dup";

    fn on(&self) -> Option<Handle> {
        Some(self.oldfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![("oldfd", Value::Fd(self.oldfd.fd))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::dup(self.oldfd.fd)).making()
    }
}

impl Typed for Dup {
    const SPEC: &'static Spec = &Spec {
        name: "dup",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD],
        summary: say::sum_dup,
        examples: &[Example { before: "conn = socket inet stream", line: "d = dup conn" }],
        makes: (1, 1),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Dup, Refusal> {
        Ok(Dup { oldfd: args.handle()? })
    }
}

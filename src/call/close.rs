//! close(2).

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

/// close(fd).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Close {
    pub fd: Handle,
}

impl Call for Close {
    const NAME: &'static str = "close";
    const SYS: &'static str = "close";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![("fd", Value::Fd(self.fd.fd))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::close(self.fd.fd))
    }
}

impl Typed for Close {
    const SPEC: &'static Spec = &Spec {
        name: "close",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD],
        summary: say::sum_close,
        examples: &[Example { before: "s = socket inet stream", line: "close s" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Close, Refusal> {
        Ok(Close { fd: args.handle()? })
    }
}

//! shutdown(2).

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::kinds::OneOf;
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};

static HOW: Param<OneOf> = Param::one("how", OneOf(&voc::HOW));

/// shutdown(sockfd, how).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shutdown {
    pub sockfd: Handle,
    pub how: i32,
}

impl Call for Shutdown {
    const NAME: &'static str = "shutdown";
    const SYS: &'static str = "shutdown";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![("sockfd", Value::Fd(self.sockfd.fd)), ("how", Value::Const(voc::HOW.name_or_number(self.how.into())))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::shutdown(self.sockfd.fd, self.how))
    }
}

impl Typed for Shutdown {
    const SPEC: &'static Spec = &Spec {
        name: "shutdown",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &HOW],
        summary: say::sum_shutdown,
        examples: &[Example { before: "a b = socketpair unix stream", line: "shutdown a wr" }],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Shutdown, Refusal> {
        Ok(Shutdown { sockfd: args.handle()?, how: args.one(&HOW)? as i32 })
    }
}

//! bind(2).

use super::params::{ADDR, SOCKFD};
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::{Addr, sys};
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

/// bind(sockfd, addr, addrlen).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bind {
    pub sockfd: Handle,
    pub addr: Addr,
}

impl Call for Bind {
    const NAME: &'static str = "bind";
    const SYS: &'static str = "bind";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("addr", Value::Addr(&self.addr)),
            ("addrlen", Value::Len(self.addr.encoded_len().into())),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::bind(self.sockfd.fd, &self.addr))
    }
}

impl Typed for Bind {
    const SPEC: &'static Spec = &Spec {
        name: "bind",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &ADDR],
        summary: say::sum_bind,
        examples: &[
            Example { before: "server = socket inet stream", line: "bind server 127.0.0.1:0" },
            Example { before: "s = socket unix dgram", line: "bind @example" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Bind, Refusal> {
        Ok(Bind { sockfd: args.handle()?, addr: args.one(&ADDR)? })
    }
}

//! connect(2).

use super::params::{ADDR, SOCKFD};
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::{Addr, sys};
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

/// connect(sockfd, addr, addrlen).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connect {
    pub sockfd: Handle,
    pub addr: Addr,
}

impl Call for Connect {
    const NAME: &'static str = "connect";
    const SYS: &'static str = "connect";

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
        cx.plain(|| sys::connect(self.sockfd.fd, &self.addr))
    }
}

impl Typed for Connect {
    const SPEC: &'static Spec = &Spec {
        name: "connect",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &ADDR],
        summary: say::sum_connect,
        examples: &[
            Example {
                before: "server = socket inet stream; bind server 127.0.0.1:0; listen server; client = socket inet stream",
                line: "connect client {server.local}",
            },
            Example { before: "u = socket inet dgram", line: "connect u unspec" },
        ],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Connect, Refusal> {
        Ok(Connect { sockfd: args.handle()?, addr: args.one(&ADDR)? })
    }
}

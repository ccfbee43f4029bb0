//! accept4(2).

use super::params::{SOCKFD, TYPE_FLAGS};
use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};

/// accept4(sockfd, addr, addrlen, flags). SOCK_CLOEXEC is added, and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accept {
    pub sockfd: Handle,
    pub flags: i32,
}

impl Call for Accept {
    const NAME: &'static str = "accept4";
    const SYS: &'static str = "accept4";
    const CARD: &'static str = "accept";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("addr", Value::Filled(Filled::Addr)),
            ("addrlen", Value::Filled(Filled::AddrLen(128))),
            ("flags", Value::Flags(voc::TYPE_FLAGS.flags(self.flags.into()))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let ((ret, addr), timing) = cx.run(|| sys::accept4(self.sockfd.fd, self.flags));
        let outcome = Outcome::new(ret, timing).making();
        if cx.record { outcome.with(|o| o.addr = addr) } else { outcome }
    }
}

impl Typed for Accept {
    const SPEC: &'static Spec = &Spec {
        name: "accept",
        sub: None,
        also: &["accept4"],
        group: Group::Call,
        params: &[&SOCKFD, &TYPE_FLAGS],
        summary: say::sum_accept,
        examples: &[Example {
            before: "server = socket inet stream; bind server 127.0.0.1:0; listen server; client = socket inet stream; connect client {server.local}",
            line: "conn = accept server",
        }],
        makes: (1, 1),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Accept, Refusal> {
        let sockfd = args.handle()?;
        Ok(Accept { sockfd, flags: args.flags(&TYPE_FLAGS)? | libc::SOCK_CLOEXEC })
    }
}

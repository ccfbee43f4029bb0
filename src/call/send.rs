//! send(2) and sendto(2).

use super::params::{ADDR, BUF, FLAGS, SOCKFD};
use super::{Arguments, Call, Cx, Data, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::{Addr, sys};
use crate::text::messages::summary as say;
use crate::vocabulary::MSG_FLAGS;
use serde::{Deserialize, Serialize};

/// send(sockfd, buf, len, flags): sendto without an address for strace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Send {
    pub sockfd: Handle,
    pub buf: Data,
    pub flags: i32,
}

impl Call for Send {
    const NAME: &'static str = "send";
    const SYS: &'static str = "sendto";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("buf", Value::Data(&self.buf)),
            ("len", Value::Len(self.buf.len)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::send(self.sockfd.fd, self.buf.all(), self.flags))
    }
}

const PAIR: &str = "a b = socketpair unix stream";

impl Typed for Send {
    const SPEC: &'static Spec = &Spec {
        name: "send",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUF, &FLAGS],
        summary: say::sum_send,
        examples: &[
            Example { before: PAIR, line: "send a hello" },
            Example { before: PAIR, line: "send a \"two words\\r\\n\" nosignal" },
            Example { before: PAIR, line: "send a zeros:64K dontwait" },
        ],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Send, Refusal> {
        Ok(Send { sockfd: args.handle()?, buf: args.data(&BUF)?, flags: args.flags(&FLAGS)? })
    }
}

/// sendto(sockfd, buf, len, flags, dest_addr, addrlen).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sendto {
    pub sockfd: Handle,
    pub buf: Data,
    pub flags: i32,
    pub addr: Addr,
}

impl Call for Sendto {
    const NAME: &'static str = "sendto";
    const SYS: &'static str = "sendto";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("buf", Value::Data(&self.buf)),
            ("len", Value::Len(self.buf.len)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
            ("dest_addr", Value::Addr(&self.addr)),
            ("addrlen", Value::Len(self.addr.encoded_len().into())),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::sendto(self.sockfd.fd, self.buf.all(), self.flags, &self.addr))
    }
}

impl Typed for Sendto {
    const SPEC: &'static Spec = &Spec {
        name: "sendto",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUF, &FLAGS, &ADDR],
        summary: say::sum_sendto,
        examples: &[Example {
            before: "v = socket inet dgram; bind v 127.0.0.1:0; u = socket inet dgram",
            line: "sendto u \"one\" {v.local}",
        }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Sendto, Refusal> {
        let sockfd = args.handle()?;
        let buf = args.data(&BUF)?;
        // Flags come before the address, as in the call, or behind it, as everywhere else here.
        let before = args.flags(&FLAGS)?;
        let addr = args.one(&ADDR)?;
        let flags = before | args.flags(&FLAGS)?;
        Ok(Sendto { sockfd, buf, flags, addr })
    }
}

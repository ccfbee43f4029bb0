//! read(2) and write(2): a socket is a file.

use super::params::{BUF, LEN, SOCKFD};
use super::recv::into_room;
use super::{Arguments, Call, Cx, Data, Filled, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

/// read(fd, buf, count).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Read {
    pub fd: Handle,
    pub count: u64,
}

impl Call for Read {
    const NAME: &'static str = "read";
    const SYS: &'static str = "read";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![("fd", Value::Fd(self.fd.fd)), ("buf", Value::Filled(Filled::Buf)), ("count", Value::Len(self.count))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        into_room(cx, self.count, |room| (sys::read(self.fd.fd, room), ())).0
    }
}

impl Typed for Read {
    const SPEC: &'static Spec = &Spec {
        name: "read",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &LEN],
        summary: say::sum_read,
        examples: &[Example { before: "a b = socketpair unix stream; write a hello", line: "read b 1024" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Read, Refusal> {
        Ok(Read { fd: args.handle()?, count: args.one(&LEN)? })
    }
}

/// write(fd, buf, count).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    pub fd: Handle,
    pub buf: Data,
}

impl Call for Write {
    const NAME: &'static str = "write";
    const SYS: &'static str = "write";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![("fd", Value::Fd(self.fd.fd)), ("buf", Value::Data(&self.buf)), ("count", Value::Len(self.buf.len))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::write(self.fd.fd, self.buf.all()))
    }
}

impl Typed for Write {
    const SPEC: &'static Spec = &Spec {
        name: "write",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUF],
        summary: say::sum_write,
        examples: &[Example { before: "a b = socketpair unix stream", line: "write a hello" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Write, Refusal> {
        Ok(Write { fd: args.handle()?, buf: args.data(&BUF)? })
    }
}

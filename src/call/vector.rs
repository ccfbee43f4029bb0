//! readv(2) and writev(2): several buffers, one call.

use super::params::SOCKFD;
use super::recv::into_room;
use super::{Arguments, Call, Cx, Data, Filled, Outcome, Typed, Value};
use crate::grammar::kinds::{DataKind, Size};
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

static LENGTHS: Param<Size> = Param::many("iov_len", Size);
static BUFFERS: Param<DataKind> = Param::many("iov_base", DataKind);

/// readv(fd, iov, iovcnt).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Readv {
    pub fd: Handle,
    pub lengths: Vec<u64>,
}

impl Call for Readv {
    const NAME: &'static str = "readv";
    const SYS: &'static str = "readv";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let mut before = 0u64;
        let iov = self.lengths.iter().map(|len| {
            let base = Value::Filled(Filled::Part(before, *len));
            before = before.saturating_add(*len);
            Value::Struct(vec![("iov_base", base), ("iov_len", Value::Len(*len))])
        });
        vec![("fd", Value::Fd(self.fd.fd)), ("iov", Value::List(iov.collect())), ("iovcnt", Value::Len(self.lengths.len() as u64))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let lengths: Vec<usize> = self.lengths.iter().map(|l| *l as usize).collect();
        let all = self.lengths.iter().fold(0u64, |a, b| a.saturating_add(*b));
        into_room(cx, all, |room| (sys::readv(self.fd.fd, room, &lengths), ())).0
    }
}

impl Typed for Readv {
    const SPEC: &'static Spec = &Spec {
        name: "readv",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &LENGTHS],
        summary: say::sum_readv,
        examples: &[Example { before: "a b = socketpair unix stream; write a hello", line: "readv b 2 100" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Readv, Refusal> {
        Ok(Readv { fd: args.handle()?, lengths: args.many(&LENGTHS)? })
    }
}

/// writev(fd, iov, iovcnt).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Writev {
    pub fd: Handle,
    pub buffers: Vec<Data>,
}

impl Call for Writev {
    const NAME: &'static str = "writev";
    const SYS: &'static str = "writev";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let iov = self.buffers.iter().map(|d| Value::Struct(vec![("iov_base", Value::Data(d)), ("iov_len", Value::Len(d.len))]));
        vec![("fd", Value::Fd(self.fd.fd)), ("iov", Value::List(iov.collect())), ("iovcnt", Value::Len(self.buffers.len() as u64))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let parts: Vec<&[u8]> = self.buffers.iter().map(Data::all).collect();
        cx.plain(|| sys::writev(self.fd.fd, &parts))
    }
}

impl Typed for Writev {
    const SPEC: &'static Spec = &Spec {
        name: "writev",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUFFERS],
        summary: say::sum_writev,
        examples: &[Example { before: "a b = socketpair unix stream", line: "writev a \"head: \" body" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Writev, Refusal> {
        let fd = args.handle()?;
        Ok(Writev { fd, buffers: args.data_many(|_| false)? })
    }
}

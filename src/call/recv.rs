//! recv(2) and recvfrom(2).

use super::params::{FLAGS, LEN, SOCKFD};
use super::{Arguments, Call, Cx, Filled, Outcome, Payload, Timing, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::{memory, sys};
use crate::text::messages::summary as say;
use crate::vocabulary::{Errno, MSG_FLAGS};
use serde::{Deserialize, Serialize};

/// Receives into room of `len` bytes: what `receive` gets, and its data where somebody reads it. More may be reported than there was
/// room for (MSG_TRUNC).
pub(super) fn into_room<T>(
    cx: &Cx<'_>,
    len: u64,
    receive: impl FnOnce(&mut [u8]) -> (Result<i64, Errno>, T),
) -> (Outcome, Option<T>) {
    let got = memory::with_room(len as usize, |room| {
        let ((ret, extra), timing) = cx.run(|| receive(room));
        let mut outcome = Outcome::new(ret, timing);
        if let (Ok(n), true) = (ret, cx.record) {
            let filled = (n as usize).min(room.len());
            outcome = outcome.with(|o| o.data = Some(Payload::of(&room[..filled])));
        }
        (outcome, Some(extra))
    });
    // The kernel would have had the same trouble with such a buffer: there is no memory for it.
    got.unwrap_or_else(|e| (Outcome::new(Err(e), Timing::default()), None))
}

/// recv(sockfd, buf, len, flags): recvfrom without an address for strace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recv {
    pub sockfd: Handle,
    pub len: u64,
    pub flags: i32,
}

impl Call for Recv {
    const NAME: &'static str = "recv";
    const SYS: &'static str = "recvfrom";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("buf", Value::Filled(Filled::Buf)),
            ("len", Value::Len(self.len)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        into_room(cx, self.len, |room| (sys::recv(self.sockfd.fd, room, self.flags), ())).0
    }
}

impl Typed for Recv {
    const SPEC: &'static Spec = &Spec {
        name: "recv",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &LEN, &FLAGS],
        summary: say::sum_recv,
        examples: &[
            Example { before: "a b = socketpair unix stream; send a hello", line: "recv b 1024" },
            Example { before: "a b = socketpair unix stream; send a hello", line: "recv b 1024 peek|dontwait" },
        ],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Recv, Refusal> {
        Ok(Recv { sockfd: args.handle()?, len: args.one(&LEN)?, flags: args.flags(&FLAGS)? })
    }
}

/// recvfrom(sockfd, buf, len, flags, src_addr, addrlen).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recvfrom {
    pub sockfd: Handle,
    pub len: u64,
    pub flags: i32,
}

impl Call for Recvfrom {
    const NAME: &'static str = "recvfrom";
    const SYS: &'static str = "recvfrom";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("buf", Value::Filled(Filled::Buf)),
            ("len", Value::Len(self.len)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
            ("src_addr", Value::Filled(Filled::Addr)),
            ("addrlen", Value::Filled(Filled::AddrLen(128))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let (outcome, from) = into_room(cx, self.len, |room| sys::recvfrom(self.sockfd.fd, room, self.flags));
        match from.flatten() {
            Some(addr) if cx.record => outcome.with(|o| o.addr = Some(addr)),
            _ => outcome,
        }
    }
}

impl Typed for Recvfrom {
    const SPEC: &'static Spec = &Spec {
        name: "recvfrom",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &LEN, &FLAGS],
        summary: say::sum_recvfrom,
        examples: &[Example {
            before: "v = socket inet dgram; bind v 127.0.0.1:0; u = socket inet dgram; sendto u one {v.local}",
            line: "recvfrom v 100",
        }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Recvfrom, Refusal> {
        Ok(Recvfrom { sockfd: args.handle()?, len: args.one(&LEN)?, flags: args.flags(&FLAGS)? })
    }
}

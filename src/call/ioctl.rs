//! ioctl(2): the queues.

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::kinds::{Int, OneOf};
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};

static REQUEST: Param<OneOf> = Param::one("request", OneOf(&voc::IOCTLS));
static ARG: Param<Int> = Param::optional("arg", Int { low: i32::MIN as i64, high: i32::MAX as i64 });

/// `libc::Ioctl` has another width with another C library.
const FIONBIO: u64 = libc::FIONBIO as _;

/// ioctl(fd, request, argp), the argument an int.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ioctl {
    pub fd: Handle,
    pub request: u64,
    pub arg: i32,
}

impl Call for Ioctl {
    const NAME: &'static str = "ioctl";
    const SYS: &'static str = "ioctl";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let argp =
            if self.request == FIONBIO { Value::List(vec![Value::Int(self.arg.into())]) } else { Value::Filled(Filled::Int) };
        vec![
            ("fd", Value::Fd(self.fd.fd)),
            ("request", Value::Const(voc::IOCTLS.name_or_number(self.request as i64))),
            ("argp", argp),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let ((ret, value), timing) = cx.run(|| sys::ioctl(self.fd.fd, self.request, self.arg));
        let outcome = Outcome::new(ret, timing);
        if ret.is_ok() && cx.record && self.request != FIONBIO { outcome.with(|o| o.int = Some(value.into())) } else { outcome }
    }
}

impl Typed for Ioctl {
    const SPEC: &'static Spec = &Spec {
        name: "ioctl",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &REQUEST, &ARG],
        summary: say::sum_ioctl,
        examples: &[
            Example { before: "a b = socketpair unix stream; send a hello", line: "ioctl b fionread" },
            Example { before: "a b = socketpair unix stream; send a hello", line: "ioctl a siocoutq" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Ioctl, Refusal> {
        let fd = args.handle()?;
        let request = args.one(&REQUEST)? as u64;
        let arg = args.optional(&ARG)?.unwrap_or(0) as i32;
        Ok(Ioctl { fd, request, arg })
    }
}

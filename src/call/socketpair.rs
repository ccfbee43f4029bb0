//! socketpair(2).

use super::params::{DOMAIN, PROTOCOL, TYPE, TYPE_FLAGS};
use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};

/// socketpair(domain, type, protocol, sv). SOCK_CLOEXEC is added, and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Socketpair {
    pub domain: i32,
    pub kind: i32,
    pub protocol: i32,
}

impl Call for Socketpair {
    const NAME: &'static str = "socketpair";
    const SYS: &'static str = "socketpair";

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("domain", Value::Const(voc::FAMILIES.name_or_number(self.domain.into()))),
            ("type", Value::Flags(voc::type_name(self.kind))),
            ("protocol", Value::Const(voc::protocol_name(self.domain, self.protocol))),
            ("sv", Value::Filled(Filled::Pair)),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let ((ret, fds), timing) = cx.run(|| sys::socketpair(self.domain, self.kind, self.protocol));
        let mut outcome = Outcome::new(ret, timing);
        if ret.is_ok() {
            outcome.made = fds.to_vec();
        }
        outcome
    }
}

impl Typed for Socketpair {
    const SPEC: &'static Spec = &Spec {
        name: "socketpair",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&DOMAIN, &TYPE, &PROTOCOL, &TYPE_FLAGS],
        summary: say::sum_socketpair,
        examples: &[
            Example { before: "", line: "a b = socketpair unix stream" },
            Example { before: "", line: "a b = socketpair unix seqpacket nonblock" },
        ],
        makes: (2, 2),
        moves: true,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Socketpair, Refusal> {
        let domain = args.one(&DOMAIN)? as i32;
        let kind = args.one(&TYPE)? as i32;
        let protocol = args.optional(&PROTOCOL)?.unwrap_or(0) as i32;
        let flags = args.flags(&TYPE_FLAGS)?;
        Ok(Socketpair { domain, kind: kind | flags | libc::SOCK_CLOEXEC, protocol })
    }
}

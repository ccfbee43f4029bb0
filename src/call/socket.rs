//! socket(2).

use super::params::{DOMAIN, PROTOCOL, TYPE, TYPE_FLAGS};
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};

/// socket(domain, type, protocol). SOCK_CLOEXEC is added, and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Socket {
    pub domain: i32,
    pub kind: i32,
    pub protocol: i32,
}

impl Call for Socket {
    const NAME: &'static str = "socket";
    const SYS: &'static str = "socket";

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("domain", Value::Const(voc::FAMILIES.name_or_number(self.domain.into()))),
            ("type", Value::Flags(voc::type_name(self.kind))),
            ("protocol", Value::Const(voc::protocol_name(self.domain, self.protocol))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::socket(self.domain, self.kind, self.protocol)).making()
    }
}

impl Typed for Socket {
    const SPEC: &'static Spec = &Spec {
        name: "socket",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&DOMAIN, &TYPE, &PROTOCOL, &TYPE_FLAGS],
        summary: say::sum_socket,
        examples: &[
            Example { before: "", line: "server = socket inet stream" },
            Example { before: "", line: "u = socket inet6 dgram nonblock" },
            Example { before: "", line: "socket AF_UNIX SOCK_SEQPACKET" },
        ],
        makes: (1, 1),
        moves: true,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Socket, Refusal> {
        let domain = args.one(&DOMAIN)? as i32;
        let kind = args.one(&TYPE)? as i32;
        // A flag may stand where the protocol would.
        let protocol = args.optional(&PROTOCOL)?.unwrap_or(0) as i32;
        let flags = args.flags(&TYPE_FLAGS)?;
        Ok(Socket { domain, kind: kind | flags | libc::SOCK_CLOEXEC, protocol })
    }
}

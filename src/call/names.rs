//! getsockname(2) and getpeername(2).

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

macro_rules! name_call {
    ($ty:ident $name:ident $sum:path, $before:literal, $line:literal) => {
        /// (sockfd, addr, addrlen).
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $ty {
            pub sockfd: Handle,
        }

        impl Call for $ty {
            const NAME: &'static str = stringify!($name);
            const SYS: &'static str = stringify!($name);

            fn on(&self) -> Option<Handle> {
                Some(self.sockfd)
            }

            fn arguments(&self) -> Arguments<'_> {
                vec![
                    ("sockfd", Value::Fd(self.sockfd.fd)),
                    ("addr", Value::Filled(Filled::Addr)),
                    ("addrlen", Value::Filled(Filled::AddrLen(128))),
                ]
            }

            fn perform(&self, cx: &Cx<'_>) -> Outcome {
                let ((ret, addr), timing) = cx.run(|| sys::$name(self.sockfd.fd));
                let outcome = Outcome::new(ret, timing);
                if cx.record && addr.is_some() { outcome.with(|o| o.addr = addr) } else { outcome }
            }
        }

        impl Typed for $ty {
            const SPEC: &'static Spec = &Spec {
                name: stringify!($name),
                sub: None,
                also: &[],
                group: Group::Call,
                params: &[&SOCKFD],
                summary: $sum,
                examples: &[Example { before: $before, line: $line }],
                makes: (0, 0),
                moves: false,
                job: false,
            };

            fn read(args: &mut Args<'_>) -> Result<$ty, Refusal> {
                Ok($ty { sockfd: args.handle()? })
            }
        }
    };
}

name_call!(Getsockname getsockname say::sum_getsockname, "s = socket inet stream; bind s 127.0.0.1:0", "getsockname s");
name_call!(Getpeername getpeername say::sum_getpeername, "u = socket inet dgram; connect u 127.0.0.1:9", "getpeername u");

//! unlink(2), of sockets only.

use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::kinds::PathKind;
use crate::grammar::{Args, Example, Group, Param, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::{refusal, summary as say};
use serde::{Deserialize, Serialize};

static PATHNAME: Param<PathKind> = Param::one("pathname", PathKind);

/// unlink(pathname). A path that is there and is no socket is refused before the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unlink {
    pub pathname: String,
}

impl Call for Unlink {
    const NAME: &'static str = "unlink";
    const SYS: &'static str = "unlink";

    fn arguments(&self) -> Arguments<'_> {
        vec![("pathname", Value::Text(self.pathname.as_str().into()))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::unlink(self.pathname.as_bytes()))
    }
}

impl Typed for Unlink {
    const SPEC: &'static Spec = &Spec {
        name: "unlink",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&PATHNAME],
        summary: say::sum_unlink,
        examples: &[Example { before: "s = socket unix stream; bind s ./example.sock; close s", line: "unlink ./example.sock" }],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Unlink, Refusal> {
        let span = args.peek().map_or((0, 0), |w| w.span);
        let pathname = args.one(&PATHNAME)?;
        if sys::is_socket_path(pathname.as_bytes()) == Some(false) {
            return Err(Refusal::bad(span, refusal::only_sockets(&pathname)));
        }
        Ok(Unlink { pathname })
    }
}

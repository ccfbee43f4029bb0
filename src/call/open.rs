//! openat(2): the file that a `file:PATH` of sendfile or `rights=` speaks of, opened in the learner's own table.

use super::{Arguments, Call, Cx, Outcome, Value};
use crate::kernel::sys;
use serde::{Deserialize, Serialize};

const FLAGS: i32 = libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NONBLOCK;

/// openat(AT_FDCWD, pathname, O_RDONLY|O_NONBLOCK|O_CLOEXEC): non-blocking, so that a FIFO cannot hold us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub pathname: String,
}

impl Call for Open {
    const NAME: &'static str = "openat";
    const SYS: &'static str = "openat";
    const CARD: &'static str = "open";

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("dirfd", Value::Const("AT_FDCWD".into())),
            ("pathname", Value::Text(self.pathname.as_str().into())),
            ("flags", Value::Flags("O_RDONLY|O_NONBLOCK|O_CLOEXEC".into())),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| sys::open(self.pathname.as_bytes(), FLAGS)).making()
    }
}

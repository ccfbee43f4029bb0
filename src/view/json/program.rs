//! Programs on hosts, for machines.

use super::object::Obj;
use crate::event::{Ended, Ran, RanWhat};

/// A program on a host.
pub fn ran(o: &mut Obj, r: &Ran) {
    o.str("kind", "program");
    o.raw("job", r.job);
    o.str("host", r.host.name());
    o.str("program", &r.program);
    match &r.what {
        RanWhat::Started { line } => {
            o.str("what", "started");
            o.str("line", line);
        }
        RanWhat::Printed { line } => {
            o.str("what", "printed");
            o.str("line", line);
        }
        RanWhat::Ended(ended) => {
            o.str("what", "ended");
            match ended {
                Ended::Exited { status } => o.raw("status", status),
                Ended::Killed { signal } => o.raw("signal", signal),
            }
        }
    }
}

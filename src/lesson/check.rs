//! stub
use crate::grammar::{Args, Refusal};
use crate::text::Text;
#[derive(Debug, Clone)]
pub struct Check;
pub struct Verdict {
    pub met: bool,
    pub seen: Text,
}
impl Check {
    pub fn read(args: &mut Args<'_>) -> Result<Check, Refusal> {
        while args.next_word().is_some() {}
        Ok(Check)
    }
    pub fn judge(&self, _: &mut crate::event::SocketTable) -> Verdict {
        Verdict { met: true, seen: crate::text::messages::said::stopped() }
    }
    pub fn goal(&self) -> Text {
        crate::text::messages::said::stopped()
    }
}

//! setsockopt(2).

use super::getsockopt::level_and_name;
use super::options::{OPTNAME, OPTVAL, read_value};
use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::opt::{self, OptValue};
use crate::text::messages::{refusal, summary as say};
use crate::vocabulary::option::{Opt, Shape, by_number};
use serde::{Deserialize, Serialize};

/// setsockopt(sockfd, level, optname, optval, optlen).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setsockopt {
    pub sockfd: Handle,
    pub level: i32,
    pub optname: i32,
    pub optval: OptValue,
}

impl Setsockopt {
    fn option(&self) -> Option<&'static Opt> {
        by_number(self.level, self.optname)
    }

    fn bytes(&self) -> Vec<u8> {
        opt::encode(&self.optval, self.option().map_or(Shape::Bytes, |o| o.shape))
    }
}

impl Call for Setsockopt {
    const NAME: &'static str = "setsockopt";
    const SYS: &'static str = "setsockopt";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let mut all = vec![("sockfd", Value::Fd(self.sockfd.fd))];
        all.extend(level_and_name(self.level, self.optname));
        all.push(("optval", Value::Option(&self.optval)));
        all.push(("optlen", Value::Len(self.bytes().len() as u64)));
        all
    }

    /// Beside a change that succeeded stands what the kernel now holds: it may have stored something else than was asked.
    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let bytes = self.bytes();
        let outcome = cx.plain(|| opt::set_raw(self.sockfd.fd, self.level, self.optname, &bytes));
        match self.option() {
            Some(option) if cx.record && outcome.ret.is_ok() && option.can_read() => {
                match opt::get(self.sockfd.fd, self.level, self.optname, option.shape) {
                    (Ok(_), Some(value), len) => outcome.with(|o| o.option = Some((value, len))),
                    _ => outcome,
                }
            }
            _ => outcome,
        }
    }
}

impl Typed for Setsockopt {
    const SPEC: &'static Spec = &Spec {
        name: "setsockopt",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &OPTNAME, &OPTVAL],
        summary: say::sum_setsockopt,
        examples: &[
            Example { before: "server = socket inet stream", line: "setsockopt server reuseaddr 1" },
            Example { before: "s = socket inet stream", line: "setsockopt s linger on 5" },
            Example { before: "s = socket inet stream", line: "setsockopt s rcvtimeo 500ms" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Setsockopt, Refusal> {
        let sockfd = args.handle()?;
        let word = args.one(&OPTNAME)?;
        let option = word.on(sockfd);
        if !option.can_set() {
            let why = match option.shape {
                Shape::Never(why) => why.text(),
                _ => say::never_set(),
            };
            return Err(Refusal::bad(word.span, refusal::option_not_set(option.name, why)));
        }
        let optval = read_value(args, option)?;
        Ok(Setsockopt { sockfd, level: option.level.number(), optname: option.number, optval })
    }
}

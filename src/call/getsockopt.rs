//! getsockopt(2).

use super::options::OPTNAME;
use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Refusal, Spec};
use crate::kernel::opt;
use crate::text::messages::{refusal, summary as say};
use crate::vocabulary::option::{Opt, Shape, by_number};
use serde::{Deserialize, Serialize};

/// getsockopt(sockfd, level, optname, optval, optlen).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Getsockopt {
    pub sockfd: Handle,
    pub level: i32,
    pub optname: i32,
}

impl Getsockopt {
    fn option(&self) -> Option<&'static Opt> {
        by_number(self.level, self.optname)
    }

    fn shape(&self) -> Shape {
        self.option().map_or(Shape::Bytes, |o| o.shape)
    }
}

/// A level and an option by name.
pub(super) fn level_and_name(level: i32, optname: i32) -> [(&'static str, Value<'static>); 2] {
    let option = by_number(level, optname);
    let level_name = option.map_or(level.to_string().into(), |o| o.level.name().into());
    let name = option.map_or(optname.to_string().into(), |o| o.name.into());
    [("level", Value::Const(level_name)), ("optname", Value::Const(name))]
}

impl Call for Getsockopt {
    const NAME: &'static str = "getsockopt";
    const SYS: &'static str = "getsockopt";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let mut all = vec![("sockfd", Value::Fd(self.sockfd.fd))];
        all.extend(level_and_name(self.level, self.optname));
        all.push(("optval", Value::Filled(Filled::Option)));
        all.push(("optlen", Value::Filled(Filled::OptionLen(opt::room_for(self.shape()) as u32))));
        all
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let ((ret, value, len), timing) = cx.run(|| opt::get(self.sockfd.fd, self.level, self.optname, self.shape()));
        let outcome = Outcome::new(ret, timing);
        match value {
            Some(value) if cx.record => outcome.with(|o| o.option = Some((value, len))),
            _ => outcome,
        }
    }
}

impl Typed for Getsockopt {
    const SPEC: &'static Spec = &Spec {
        name: "getsockopt",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &OPTNAME],
        summary: say::sum_getsockopt,
        examples: &[
            Example { before: "s = socket inet stream", line: "getsockopt s rcvbuf" },
            Example { before: "s = socket inet stream", line: "getsockopt s ip ttl" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Getsockopt, Refusal> {
        let sockfd = args.handle()?;
        let word = args.one(&OPTNAME)?;
        let option = word.on(sockfd);
        if !option.can_read() {
            let why = match option.shape {
                Shape::Never(why) => why.text(),
                _ => say::never_read(),
            };
            return Err(Refusal::bad(word.span, refusal::option_not_read(option.name, why)));
        }
        Ok(Getsockopt { sockfd, level: option.level.number(), optname: option.number })
    }
}

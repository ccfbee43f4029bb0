//! epoll(7): create, control, wait.

use super::params::TIMEOUT;
use super::{Arguments, Call, Cx, Filled, Outcome, Ready, Typed, Value};
use crate::grammar::kinds::{Flags, HandleKind, Int};
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::wait;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};
use std::time::Duration;

static EPFD: Param<HandleKind> = Param::one("epfd", HandleKind);
static FD: Param<HandleKind> = Param::one("fd", HandleKind);
static EVENTS: Param<Flags> = Param::any("events", Flags(&voc::EPOLL_EVENTS));
static MAXEVENTS: Param<Int> = Param::optional("maxevents", Int { low: i32::MIN as i64, high: i32::MAX as i64 });

/// How many events are asked for where the line does not say.
const USUAL: i64 = 16;

/// epoll_create1(flags). EPOLL_CLOEXEC is added, and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpollCreate {
    pub flags: i32,
}

impl Call for EpollCreate {
    const NAME: &'static str = "epoll_create1";
    const SYS: &'static str = "epoll_create1";

    fn arguments(&self) -> Arguments<'_> {
        vec![("flags", Value::Flags(voc::EPOLL_FLAGS.flags(self.flags.into())))]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| wait::epoll_create(self.flags)).making()
    }
}

impl Typed for EpollCreate {
    const SPEC: &'static Spec = &Spec {
        name: "epoll",
        sub: Some("create"),
        also: &["epoll_create1", "epoll_create"],
        group: Group::Call,
        params: &[],
        summary: say::sum_epoll_create,
        examples: &[Example { before: "", line: "ep = epoll create" }],
        makes: (1, 1),
        moves: false,
        job: false,
    };

    fn read(_: &mut Args<'_>) -> Result<EpollCreate, Refusal> {
        Ok(EpollCreate { flags: libc::EPOLL_CLOEXEC })
    }
}

/// epoll_ctl(epfd, op, fd, event).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    pub epfd: Handle,
    pub op: i32,
    pub fd: Handle,
    pub events: u32,
}

impl Control {
    fn arguments(&self) -> Arguments<'_> {
        let event = if self.op == libc::EPOLL_CTL_DEL {
            Value::Null
        } else {
            Value::Struct(vec![
                ("events", Value::Flags(voc::EPOLL_EVENTS.flags(self.events.into()))),
                ("data", Value::Fd(self.fd.fd)),
            ])
        };
        vec![
            ("epfd", Value::Fd(self.epfd.fd)),
            ("op", Value::Const(voc::EPOLL_OPS.name_or_number(self.op.into()))),
            ("fd", Value::Fd(self.fd.fd)),
            ("event", event),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        cx.plain(|| wait::epoll_ctl(self.epfd.fd, self.op, self.fd.fd, self.events))
    }

    fn read(args: &mut Args<'_>, op: i32) -> Result<Control, Refusal> {
        let epfd = args.one(&EPFD)?;
        let fd = args.one(&FD)?;
        let mut events = 0;
        if op != libc::EPOLL_CTL_DEL {
            events = args.flags(&EVENTS)? as u32;
            // A set of flags alone (`et`) still waits for something: the usual thing.
            const KINDS: u32 = 0x7ff;
            if events & KINDS == 0 {
                events |= libc::EPOLLIN as u32;
            }
        }
        Ok(Control { epfd, op, fd, events })
    }
}

macro_rules! epoll_control {
    ($ty:ident $sub:literal $op:path, $also:expr, $sum:path, $params:expr, $before:literal, $line:literal) => {
        /// One kind of epoll_ctl(2).
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $ty(pub Control);

        impl Call for $ty {
            const NAME: &'static str = "epoll_ctl";
            const SYS: &'static str = "epoll_ctl";

            fn on(&self) -> Option<Handle> {
                Some(self.0.epfd)
            }

            fn arguments(&self) -> Arguments<'_> {
                self.0.arguments()
            }

            fn perform(&self, cx: &Cx<'_>) -> Outcome {
                self.0.perform(cx)
            }
        }

        impl Typed for $ty {
            const SPEC: &'static Spec = &Spec {
                name: "epoll",
                sub: Some($sub),
                also: &[],
                group: Group::Call,
                params: $params,
                summary: $sum,
                examples: &[Example { before: $before, line: $line }],
                makes: (0, 0),
                moves: false,
                job: false,
            };

            fn read(args: &mut Args<'_>) -> Result<$ty, Refusal> {
                Control::read(args, $op).map($ty)
            }
        }
    };
}

epoll_control!(EpollAdd "add" libc::EPOLL_CTL_ADD, &[], say::sum_epoll_add, &[&EPFD, &FD, &EVENTS],
    "ep = epoll create; a b = socketpair unix stream", "epoll add ep b in|et");
epoll_control!(EpollMod "mod" libc::EPOLL_CTL_MOD, &[], say::sum_epoll_mod, &[&EPFD, &FD, &EVENTS],
    "ep = epoll create; a b = socketpair unix stream; epoll add ep b in", "epoll mod ep b in|out");
epoll_control!(EpollDel "del" libc::EPOLL_CTL_DEL, &[], say::sum_epoll_del, &[&EPFD, &FD],
    "ep = epoll create; a b = socketpair unix stream; epoll add ep b in", "epoll del ep b");

/// epoll_wait(epfd, events, maxevents, timeout in milliseconds).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpollWait {
    pub epfd: Handle,
    pub maxevents: i32,
    pub timeout: Option<Duration>,
}

impl Call for EpollWait {
    const NAME: &'static str = "epoll_wait";
    const SYS: &'static str = if cfg!(target_arch = "x86_64") { "epoll_wait" } else { "epoll_pwait" };

    fn on(&self) -> Option<Handle> {
        Some(self.epfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("epfd", Value::Fd(self.epfd.fd)),
            ("events", Value::Filled(Filled::Ready)),
            ("maxevents", Value::Int(self.maxevents.into())),
            ("timeout", Value::Int(wait::millis(self.timeout).into())),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let ((ret, came), timing) = cx.run(|| wait::epoll_wait(self.epfd.fd, self.maxevents, self.timeout));
        let outcome = Outcome::new(ret, timing);
        if !cx.record || ret.is_err() {
            return outcome;
        }
        let ready =
            came.into_iter().map(|(fd, e)| Ready { fd, events: voc::EPOLL_EVENTS.flags(e.into()).into_owned(), socket: None });
        outcome.with(|o| o.ready = Some(ready.collect()))
    }
}

impl Typed for EpollWait {
    const SPEC: &'static Spec = &Spec {
        name: "epoll",
        sub: Some("wait"),
        also: &["epoll_wait"],
        group: Group::Call,
        params: &[&EPFD, &MAXEVENTS, &TIMEOUT],
        summary: say::sum_epoll_wait,
        examples: &[Example {
            before: "ep = epoll create; a b = socketpair unix stream; epoll add ep b in; send a x",
            line: "epoll wait ep 10 500ms",
        }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<EpollWait, Refusal> {
        let epfd = args.one(&EPFD)?;
        let maxevents = args.optional(&MAXEVENTS)?.unwrap_or(USUAL) as i32;
        Ok(EpollWait { epfd, maxevents, timeout: args.optional(&TIMEOUT)? })
    }
}

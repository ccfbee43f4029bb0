//! fcntl(2): the flags of the open file and of the descriptor.

use super::params::SOCKFD;
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::kinds::{Flags, Int, OneOf};
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::sys;
use crate::text::messages::summary as say;
use crate::vocabulary as voc;
use serde::{Deserialize, Serialize};

static CMD: Param<OneOf> = Param::one("cmd", OneOf(&voc::FCNTL));
static ARG: Param<Flags> = Param::any("arg", Flags(&voc::FILE_FLAGS));
static FD_ARG: Param<Flags> = Param::any("arg", Flags(&voc::FD_FLAGS));
static NUMBER: Param<Int> = Param::one("arg", Int { low: i32::MIN as i64, high: i32::MAX as i64 });

/// fcntl(fd, cmd, arg).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fcntl {
    pub fd: Handle,
    pub cmd: i32,
    pub arg: Option<i32>,
}

impl Fcntl {
    fn flags(&self, value: i64) -> Option<String> {
        match self.cmd {
            // O_RDWR is 2 and O_RDONLY 0: the access mode is a number, not a flag.
            libc::F_GETFL => Some(match value & 3 {
                2 => voc::FILE_FLAGS.flags(value).into_owned(),
                _ => format!("O_RDONLY|{}", voc::FILE_FLAGS.flags(value)).replace("|0", ""),
            }),
            libc::F_GETFD => Some(voc::FD_FLAGS.flags(value).into_owned()),
            _ => None,
        }
    }
}

impl Call for Fcntl {
    const NAME: &'static str = "fcntl";
    const SYS: &'static str = "fcntl";

    fn on(&self) -> Option<Handle> {
        Some(self.fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let mut all = vec![("fd", Value::Fd(self.fd.fd)), ("cmd", Value::Const(voc::FCNTL.name_or_number(self.cmd.into())))];
        if let Some(arg) = self.arg {
            all.push((
                "arg",
                match self.cmd {
                    libc::F_SETFL => Value::Flags(voc::FILE_FLAGS.flags(arg.into())),
                    libc::F_SETFD => Value::Flags(voc::FD_FLAGS.flags(arg.into())),
                    _ => Value::Int(arg.into()),
                },
            ));
        }
        all
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let outcome = cx.plain(|| sys::fcntl(self.fd.fd, self.cmd, self.arg));
        match outcome.ret.ok().and_then(|v| self.flags(v)) {
            Some(flags) if cx.record => outcome.with(|o| o.flags = Some(flags)),
            _ => outcome,
        }
    }
}

impl Typed for Fcntl {
    const SPEC: &'static Spec = &Spec {
        name: "fcntl",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &CMD, &ARG],
        summary: say::sum_fcntl,
        examples: &[
            Example { before: "conn = socket inet stream", line: "fcntl conn getfl" },
            Example { before: "conn = socket inet stream", line: "fcntl conn setfl nonblock" },
            Example { before: "conn = socket inet stream", line: "fcntl conn setfl 0" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    };

    fn read(args: &mut Args<'_>) -> Result<Fcntl, Refusal> {
        let fd = args.handle()?;
        let cmd = args.one(&CMD)? as i32;
        let number = args.peek().and_then(|w| w.bare_str()).is_some_and(|w| w.parse::<i32>().is_ok());
        let arg = match cmd {
            libc::F_GETFL | libc::F_GETFD | libc::F_GETOWN => None,
            _ if number => Some(args.one(&NUMBER)? as i32),
            libc::F_SETFL if args.left() > 0 => Some(args.one(&ARG)? | args.flags(&ARG)?),
            libc::F_SETFD if args.left() > 0 => Some(args.one(&FD_ARG)?),
            libc::F_SETFL => return Err(args.missing(say::what_file_flag())),
            libc::F_SETFD => return Err(args.missing(say::what_fd_flag())),
            _ => Some(args.one(&NUMBER)? as i32),
        };
        Ok(Fcntl { fd, cmd, arg })
    }
}

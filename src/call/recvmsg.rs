//! recvmsg(2), with what came beside the data.

use super::params::{FLAGS, LEN, SOCKFD, extra, int_in};
use super::recv::into_room;
use super::sendmsg::ExtraKind;
use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::{Args, Example, Group, Handle, Param, Refusal, Spec, args::is_name};
use crate::kernel::msg::{self, Control};
use crate::text::messages::{refusal, summary as say};
use crate::vocabulary::MSG_FLAGS;
use serde::{Deserialize, Serialize};

static EXTRAS: Param<ExtraKind> = Param::any("msg_control", ExtraKind(&["rights", "name", "control"]));

/// Room for ancillary data where the line does not say: an entry of the error queue, credentials and a few descriptors.
const USUAL_CONTROL: u64 = 512;
/// The kernel passes at most this many descriptors in one message (SCM_MAX_FD, unix(7)).
const MOST_RIGHTS: i64 = 253;

/// recvmsg(sockfd, msg, flags). MSG_CMSG_CLOEXEC is added, and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recvmsg {
    pub sockfd: Handle,
    pub len: u64,
    /// Bytes of room for ancillary data.
    pub control: u64,
    /// What received descriptors are to be called: `got` makes got1, got2, …
    pub name: Option<String>,
    pub flags: i32,
}

impl Call for Recvmsg {
    const NAME: &'static str = "recvmsg";
    const SYS: &'static str = "recvmsg";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let iov = Value::Struct(vec![("iov_base", Value::Filled(Filled::Buf)), ("iov_len", Value::Len(self.len))]);
        let header = vec![
            ("msg_name", Value::Filled(Filled::Addr)),
            ("msg_iov", Value::List(vec![iov])),
            ("msg_iovlen", Value::Len(1)),
            ("msg_control", Value::Filled(Filled::Control)),
            ("msg_controllen", Value::Len(self.control)),
            ("msg_flags", Value::Filled(Filled::MsgFlags)),
        ];
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("msg", Value::Struct(header)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let control = self.control as usize;
        let (mut outcome, got) = into_room(cx, self.len, |room| msg::recvmsg(self.sockfd.fd, room, control, self.flags));
        let Some(got) = got.filter(|_| outcome.ret.is_ok()) else { return outcome };
        for c in &got.control {
            if let Control::Rights(fds) = c {
                outcome.made.extend(fds);
            }
        }
        if !cx.record {
            return outcome;
        }
        outcome.with(|o| {
            o.addr = got.from;
            o.control = got.control;
            // The kernel reports our own MSG_CMSG_CLOEXEC back; it says nothing about the message.
            o.msg_flags = Some(got.flags & !libc::MSG_CMSG_CLOEXEC);
        })
    }
}

impl Typed for Recvmsg {
    const SPEC: &'static Spec = &Spec {
        name: "recvmsg",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &LEN, &EXTRAS, &FLAGS],
        summary: say::sum_recvmsg,
        examples: &[Example {
            before: "a b = socketpair unix seqpacket; conn = socket inet stream; sendmsg a x rights=conn",
            line: "recvmsg b 100 rights=1 name=got",
        }],
        makes: (0, 253),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Recvmsg, Refusal> {
        let sockfd = args.handle()?;
        let len = args.one(&LEN)?;
        let mut m = Recvmsg { sockfd, len, control: USUAL_CONTROL, name: None, flags: libc::MSG_CMSG_CLOEXEC };
        while let Some(word) = args.peek() {
            if let Some(n) = extra(&word, "rights") {
                let count = int_in(&n)?;
                if !(0..=MOST_RIGHTS).contains(&count) {
                    return Err(Refusal::bad(n.span, refusal::number_range(n.shown(), 0, MOST_RIGHTS)));
                }
                m.control = if count == 0 { 0 } else { msg::space(4 * count as usize) as u64 };
            } else if let Some(n) = extra(&word, "control") {
                m.control = int_in(&n)?.clamp(0, 1 << 20) as u64;
            } else if let Some(n) = extra(&word, "name") {
                let name = n.str()?;
                if !is_name(name) {
                    return Err(Refusal::bad(n.span, refusal::bad_name(name)));
                }
                m.name = Some(name.to_string());
            } else if args.left() > 0 {
                m.flags |= args.one(&FLAGS)?;
                continue;
            }
            args.at += 1;
        }
        Ok(m)
    }
}

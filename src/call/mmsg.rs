//! sendmmsg(2) and recvmmsg(2): many datagrams, one call.

use super::outcome::Message;
use super::params::{ADDR, FLAGS, SOCKFD, TIMEOUT, extra};
use super::sendmsg::ExtraKind;
use super::{Arguments, Call, Cx, Data, Filled, Outcome, Payload, Timing, Typed, Value};
use crate::grammar::kinds::{DataKind, Int, Size};
use crate::grammar::spec::Kind;
use crate::grammar::{Args, DataWord, Example, Group, Handle, Param, Refusal, Spec};
use crate::kernel::msg::{self, Outgoing};
use crate::kernel::{Addr, memory};
use crate::text::messages::summary as say;
use crate::vocabulary::MSG_FLAGS;
use serde::{Deserialize, Serialize};
use std::time::Duration;

static BUFFERS: Param<DataKind> = Param::many("msgvec", DataKind);
static TO: Param<ExtraKind> = Param::any("msg_name", ExtraKind(&["to"]));
static VLEN: Param<Int> = Param::one("vlen", Int { low: 0, high: 1024 });
static EACH: Param<Size> = Param::one("iov_len", Size);

/// sendmmsg(sockfd, msgvec, vlen, flags): a word a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sendmmsg {
    pub sockfd: Handle,
    pub messages: Vec<Data>,
    pub to: Option<Addr>,
    pub flags: i32,
}

impl Call for Sendmmsg {
    const NAME: &'static str = "sendmmsg";
    const SYS: &'static str = "sendmmsg";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let messages = self.messages.iter().map(|d| {
            let name = self.to.as_ref().map_or(Value::Null, Value::Addr);
            Value::Struct(vec![("msg_name", name), ("iov_base", Value::Data(d)), ("iov_len", Value::Len(d.len))])
        });
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("msgvec", Value::List(messages.collect())),
            ("vlen", Value::Len(self.messages.len() as u64)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let outgoing: Vec<Outgoing<'_>> =
            self.messages.iter().map(|d| Outgoing { data: vec![d.all()], to: self.to.as_ref(), control: &[] }).collect();
        let ((ret, lens), timing) = cx.run(|| msg::sendmmsg(self.sockfd.fd, &outgoing, self.flags));
        let outcome = Outcome::new(ret, timing);
        if cx.record { outcome.with(|o| o.lens = lens) } else { outcome }
    }
}

impl Typed for Sendmmsg {
    const SPEC: &'static Spec = &Spec {
        name: "sendmmsg",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUFFERS, &TO, &FLAGS],
        summary: say::sum_sendmmsg,
        examples: &[Example { before: "a b = socketpair unix dgram", line: "sendmmsg a one two three" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Sendmmsg, Refusal> {
        let sockfd = args.handle()?;
        let mut m = Sendmmsg { sockfd, messages: Vec::new(), to: None, flags: 0 };
        while let Some(word) = args.peek() {
            if let Some(addr) = extra(&word, "to") {
                m.to = Some(ADDR.kind.read(args, addr)?);
                args.at += 1;
            } else if !m.messages.is_empty() && FLAGS.kind.accepts(&word, args.world) {
                m.flags |= args.one(&FLAGS)?;
            } else {
                args.at += 1;
                m.messages.push(Data::new(DataWord::read(&word)?, word.span)?);
            }
        }
        if m.messages.is_empty() { Err(args.missing(say::what_data())) } else { Ok(m) }
    }
}

/// recvmmsg(sockfd, msgvec, vlen, flags, timeout): up to `vlen` messages, each into room of its own. MSG_CMSG_CLOEXEC is added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recvmmsg {
    pub sockfd: Handle,
    pub vlen: u64,
    pub each: u64,
    pub flags: i32,
    pub timeout: Option<Duration>,
}

impl Call for Recvmmsg {
    const NAME: &'static str = "recvmmsg";
    const SYS: &'static str = "recvmmsg";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("msgvec", Value::Filled(Filled::Messages(self.each))),
            ("vlen", Value::Len(self.vlen)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
            ("timeout", self.timeout.map_or(Value::Null, Value::Time)),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let (count, each) = (self.vlen as usize, self.each as usize);
        let performed = memory::with_room(count.saturating_mul(each), |room| {
            let ((ret, got), timing) = cx.run(|| msg::recvmmsg(self.sockfd.fd, room, count, each, self.flags, self.timeout));
            let outcome = Outcome::new(ret, timing);
            if !cx.record {
                return outcome;
            }
            let message = |(i, m): (usize, msg::Received)| {
                let from = (i * each).min(room.len());
                let data = Payload::of(&room[from..(from + m.len.min(each)).min(room.len())]);
                Message { data, from: m.from, flags: m.flags & !libc::MSG_CMSG_CLOEXEC }
            };
            outcome.with(|o| o.messages = got.into_iter().enumerate().map(message).collect())
        });
        performed.unwrap_or_else(|e| Outcome::new(Err(e), Timing::default()))
    }
}

impl Typed for Recvmmsg {
    const SPEC: &'static Spec = &Spec {
        name: "recvmmsg",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &VLEN, &EACH, &FLAGS, &TIMEOUT],
        summary: say::sum_recvmmsg,
        examples: &[Example { before: "a b = socketpair unix dgram; sendmmsg a one two", line: "recvmmsg b 10 1500 dontwait" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Recvmmsg, Refusal> {
        let sockfd = args.handle()?;
        let vlen = args.one(&VLEN)? as u64;
        let each = args.one(&EACH)?;
        let flags = args.flags(&FLAGS)? | libc::MSG_CMSG_CLOEXEC;
        let timeout = args.optional(&TIMEOUT)?;
        Ok(Recvmmsg { sockfd, vlen, each, flags, timeout })
    }
}

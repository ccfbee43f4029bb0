//! sendmsg(2), with descriptors and credentials beside the data.

use super::params::{ADDR, BUF, FLAGS, SOCKFD, extra, file_in};
use super::{Arguments, Call, Cx, Data, Outcome, Typed, Value};
use crate::grammar::args::unknown_name;
use crate::grammar::complete::matching;
use crate::grammar::kinds::DataKind;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, DataWord, Example, Group, Handle, Param, Refusal, Spec, Word, World, number};
use crate::kernel::msg::{Control, Outgoing};
use crate::kernel::{Addr, msg};
use crate::text::Text;
use crate::text::messages::{refusal, summary as say};
use crate::vocabulary::MSG_FLAGS;
use serde::{Deserialize, Serialize};

/// `rights=a,b,file:PATH`, `creds`, `creds=PID,UID,GID`, `to=ADDRESS`, and for recvmsg `name=NAME`.
pub struct ExtraKind(pub &'static [&'static str]);

impl Kind for ExtraKind {
    type Out = ();
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        self.0.iter().any(|k| extra(word, k).is_some()) || (self.0.contains(&"creds") && word.bare_str() == Some("creds"))
    }
    fn read(&self, _: &mut Args<'_>, _: Word<'_>) -> Result<(), Refusal> {
        Ok(())
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        if let Some(names) = prefix.strip_prefix("rights=") {
            let (done, last) = names.rsplit_once(',').map_or((String::new(), names), |(d, l)| (format!("{d},"), l));
            return matching(last, world.names()).into_iter().map(|c| Candidate::new(format!("rights={done}{}", c.word))).collect();
        }
        matching(prefix, self.0.iter().map(|k| format!("{k}=")))
    }
    fn what(&self) -> Text {
        say::what_extra()
    }
}

static EXTRAS: Param<ExtraKind> = Param::any("msg_control", ExtraKind(&["rights", "creds", "to"]));
static BUFFERS: Param<DataKind> = Param::many("msg_iov", DataKind);

/// sendmsg(sockfd, msg, flags).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sendmsg {
    pub sockfd: Handle,
    pub buffers: Vec<Data>,
    pub to: Option<Addr>,
    pub control: Vec<Control>,
    pub flags: i32,
}

/// Ancillary data as strace names it.
pub(super) fn control_value(c: &Control) -> Value<'static> {
    let int = |n: i64| Value::Int(n);
    match c {
        Control::Rights(fds) => Value::Struct(vec![
            ("cmsg_level", Value::Const("SOL_SOCKET".into())),
            ("cmsg_type", Value::Const("SCM_RIGHTS".into())),
            ("cmsg_data", Value::List(fds.iter().map(|f| Value::Fd(*f)).collect())),
        ]),
        Control::Creds(pid, uid, gid) => Value::Struct(vec![
            ("cmsg_level", Value::Const("SOL_SOCKET".into())),
            ("cmsg_type", Value::Const("SCM_CREDENTIALS".into())),
            ("pid", int((*pid).into())),
            ("uid", int((*uid).into())),
            ("gid", int((*gid).into())),
        ]),
        _ => Value::Null,
    }
}

impl Call for Sendmsg {
    const NAME: &'static str = "sendmsg";
    const SYS: &'static str = "sendmsg";

    fn on(&self) -> Option<Handle> {
        Some(self.sockfd)
    }

    fn arguments(&self) -> Arguments<'_> {
        let iov = self.buffers.iter().map(|d| Value::Struct(vec![("iov_base", Value::Data(d)), ("iov_len", Value::Len(d.len))]));
        let mut header = vec![
            ("msg_name", self.to.as_ref().map_or(Value::Null, Value::Addr)),
            ("msg_iov", Value::List(iov.collect())),
            ("msg_iovlen", Value::Len(self.buffers.len() as u64)),
        ];
        if !self.control.is_empty() {
            header.push(("msg_control", Value::List(self.control.iter().map(control_value).collect())));
        }
        vec![
            ("sockfd", Value::Fd(self.sockfd.fd)),
            ("msg", Value::Struct(header)),
            ("flags", Value::Flags(MSG_FLAGS.flags(self.flags.into()))),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let data = self.buffers.iter().map(Data::all).collect();
        let message = Outgoing { data, to: self.to.as_ref(), control: &self.control };
        cx.plain(|| msg::sendmsg(self.sockfd.fd, &message, self.flags))
    }
}

/// Reads `rights=`, `creds`, `to=` where they stand.
fn read_extra(args: &mut Args<'_>, control: &mut Vec<Control>, to: &mut Option<Addr>) -> Result<bool, Refusal> {
    let Some(word) = args.peek() else { return Ok(false) };
    if let Some(list) = extra(&word, "rights") {
        let mut fds = Vec::new();
        for part in list.split(b',') {
            let name = part.str()?;
            let found = match name.starts_with("file:") {
                true => file_in(args, &part)?,
                false => args.world.find(name).ok_or_else(|| unknown_name(&part, args.world))?,
            };
            fds.push(found.fd);
        }
        control.push(Control::Rights(fds));
    } else if let Some(list) = extra(&word, "creds") {
        let numbers: Option<Vec<i64>> = list.str()?.split(',').map(number::int).collect();
        match numbers.as_deref() {
            Some([pid, uid, gid]) => control.push(Control::Creds(*pid as i32, *uid as u32, *gid as u32)),
            _ => return Err(Refusal::bad(list.span, refusal::not_one_of(list.shown(), say::what_extra())).hint(Some("creds"))),
        }
    } else if word.bare_str() == Some("creds") {
        control.push(Control::Creds(std::process::id() as i32, nix::unistd::getuid().as_raw(), nix::unistd::getgid().as_raw()));
    } else if let Some(addr) = extra(&word, "to") {
        *to = Some(ADDR.kind.read(args, addr)?);
    } else {
        return Ok(false);
    }
    args.at += 1;
    Ok(true)
}

impl Typed for Sendmsg {
    const SPEC: &'static Spec = &Spec {
        name: "sendmsg",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &BUFFERS, &EXTRAS, &FLAGS],
        summary: say::sum_sendmsg,
        examples: &[
            Example { before: "a b = socketpair unix seqpacket; conn = socket inet stream", line: "sendmsg a \"x\" rights=conn" },
            Example { before: "a b = socketpair unix stream", line: "sendmsg a x creds" },
        ],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Sendmsg, Refusal> {
        let sockfd = args.handle()?;
        let mut m = Sendmsg { sockfd, buffers: Vec::new(), to: None, control: Vec::new(), flags: 0 };
        while let Some(word) = args.peek() {
            if read_extra(args, &mut m.control, &mut m.to)? {
                continue;
            }
            // The first word is data whatever it says; behind it flags may stand.
            if !m.buffers.is_empty() && FLAGS.kind.accepts(&word, args.world) {
                m.flags |= args.one(&FLAGS)?;
                continue;
            }
            args.at += 1;
            m.buffers.push(Data::new(DataWord::read(&word)?, word.span)?);
        }
        if m.buffers.is_empty() {
            return Err(args.missing(BUF.kind.what()));
        }
        Ok(m)
    }
}

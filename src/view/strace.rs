//! A call and its answer on one line, in strace's manner: what was really called, and what the kernel said. The line is told in pieces,
//! so that one that is too long for the screen is broken between arguments.

use super::bytes::quoted;
use crate::call::{AnyCall, Data, Filled, Out, Outcome, Payload, Value};
use crate::grammar::Source;
use crate::grammar::number::show_duration;
use crate::kernel::Addr;
use crate::kernel::msg::Control;
use crate::kernel::opt::OptValue;
use crate::kernel::optshow;
use crate::markup::{Piece, Role, Span};
use crate::vocabulary::{self as voc, Errno};

/// Characters of data on the line; more is cut with an ellipsis.
const DATA: usize = 60;

/// A call's line as it grows: what has to stay together, and where it may be broken if it is too long.
struct Pieces(Vec<Piece>);

impl Pieces {
    fn of(call: &AnyCall) -> Pieces {
        Pieces(vec![vec![Span::new(Role::Call, call.name()), Span::plain("(")]])
    }

    fn push(&mut self, span: Span) {
        match self.0.last_mut() {
            Some(piece) => piece.push(span),
            None => self.0.push(vec![span]),
        }
    }

    /// The line may be broken here.
    fn cut(&mut self) {
        self.0.push(Vec::new());
    }

    /// Ends an argument, a field or an entry that another one follows.
    fn comma(&mut self) {
        self.push(Span::plain(", "));
        self.cut();
    }

    /// Texts of one role between two marks.
    fn list(&mut self, role: Role, marks: [&'static str; 2], texts: impl Iterator<Item = String>) {
        self.push(Span::new(role, marks[0]));
        for (i, text) in texts.enumerate() {
            if i > 0 {
                self.push(Span::new(role, ", "));
                self.cut();
            }
            self.push(Span::new(role, text));
        }
        self.push(Span::new(role, marks[1]));
    }

    /// What stands in brackets behind the answer.
    fn remark(&mut self, texts: impl Iterator<Item = String>) {
        self.push(Span::plain(" "));
        self.cut();
        self.list(Role::Plain, ["(", ")"], texts);
    }
}

/// The call without its answer: it waits.
pub fn waiting(call: &AnyCall, note: &str) -> Vec<Piece> {
    let mut pieces = Pieces::of(call);
    let first = call.arguments().into_iter().next();
    if let Some((_, value)) = first {
        put(&mut pieces, &value, None);
        pieces.comma();
    }
    pieces.push(Span::plain("… "));
    pieces.push(Span::new(Role::Dim, note.to_string()));
    pieces.0
}

/// The call and what it answered.
pub fn line(call: &AnyCall, outcome: &Outcome) -> Vec<Piece> {
    let mut pieces = Pieces::of(call);
    let out = outcome.out.as_deref();
    let made = &outcome.made;
    for (i, (_, value)) in call.arguments().iter().enumerate() {
        if i > 0 {
            pieces.comma();
        }
        match value {
            Value::Filled(Filled::Pair) if made.len() == 2 => {
                pieces.push(Span::plain("["));
                pieces.push(Span::new(Role::Number, format!("{}, {}", made[0], made[1])));
                pieces.push(Span::plain("]"));
            }
            value => put(&mut pieces, value, Some((out, outcome.ret.is_ok()))),
        }
    }
    pieces.push(Span::plain(") = "));
    answer(&mut pieces, outcome);
    pieces.0
}

fn answer(pieces: &mut Pieces, outcome: &Outcome) {
    let out = outcome.out.as_deref();
    match outcome.ret {
        Ok(value) => {
            pieces.push(Span::new(Role::Good, value.to_string()));
            if let Some(flags) = out.and_then(|o| o.flags.as_ref()) {
                pieces.remark([flags.to_string()].into_iter());
            }
            if let Some(ready) = out.and_then(|o| o.ready.as_ref()).filter(|r| !r.is_empty()) {
                let socket = |r: &crate::call::Ready| r.socket.clone().unwrap_or_else(|| format!("fd {}", r.fd));
                pieces.remark(ready.iter().map(|r| format!("{}: {}", socket(r), r.events)));
            }
            if let Some(lens) = out.map(|o| &o.lens).filter(|l| !l.is_empty()) {
                pieces.remark(lens.iter().map(u32::to_string));
            }
        }
        Err(errno) => match out.and_then(|o| o.eai.as_ref()) {
            Some((name, words)) => {
                pieces.push(Span::new(Role::Bad, name.clone()));
                pieces.remark([words.to_string()].into_iter());
            }
            None => {
                pieces.push(Span::plain("-1 "));
                pieces.push(errno_span(errno));
                pieces.remark([errno.words().to_string()].into_iter());
            }
        },
    }
}

/// An errno in the colour of what it is: an answer or a failure.
pub fn errno_span(errno: Errno) -> Span {
    Span::new(if errno.is_answer() { Role::Answer } else { Role::Bad }, errno.name())
}

type Answered<'a> = Option<(Option<&'a Out>, bool)>;

fn put(pieces: &mut Pieces, value: &Value<'_>, answered: Answered<'_>) {
    match value {
        Value::Fd(fd) => pieces.push(Span::new(Role::Number, fd.to_string())),
        Value::Int(n) => pieces.push(Span::new(Role::Number, n.to_string())),
        Value::Len(n) => pieces.push(Span::new(Role::Number, n.to_string())),
        Value::Const(name) | Value::Flags(name) => pieces.push(Span::new(Role::Constant, name.to_string())),
        Value::Text(text) => pieces.push(Span::new(Role::Data, quoted(text.as_bytes(), text.len() as u64, 120))),
        Value::Null => pieces.push(Span::new(Role::Constant, "NULL")),
        Value::Addr(addr) => address(pieces, addr),
        Value::Data(data) => pieces.push(Span::new(Role::Data, data_text(data))),
        Value::Time(d) => pieces.push(Span::new(Role::Number, show_duration(*d))),
        Value::Option(value) => pieces.push(Span::new(Role::Number, format!("[{}]", option(value)))),
        Value::Struct(fields) => {
            pieces.push(Span::plain("{"));
            for (i, (name, value)) in fields.iter().enumerate() {
                if i > 0 {
                    pieces.comma();
                }
                pieces.push(Span::plain(format!("{name}=")));
                put(pieces, value, answered);
            }
            pieces.push(Span::plain("}"));
        }
        Value::List(list) => {
            pieces.push(Span::plain("["));
            // A set of ten thousand is no line for a screen.
            for (i, value) in list.iter().take(16).enumerate() {
                if i > 0 {
                    pieces.comma();
                }
                put(pieces, value, answered);
            }
            if list.len() > 16 {
                pieces.comma();
                pieces.push(Span::plain("…"));
            }
            pieces.push(Span::plain("]"));
        }
        Value::Filled(filled) => put_filled(pieces, *filled, answered),
    }
}

fn put_filled(pieces: &mut Pieces, filled: Filled, answered: Answered<'_>) {
    let Some((out, ok)) = answered.filter(|(_, ok)| *ok) else {
        pieces.push(Span::plain(match filled {
            Filled::AddrLen(n) | Filled::OptionLen(n) => format!("[{n}]"),
            _ => "…".into(),
        }));
        return;
    };
    let _ = ok;
    match filled {
        Filled::Addr => match out.and_then(|o| o.addr.as_ref()) {
            Some(addr) => address(pieces, addr),
            None => pieces.push(Span::new(Role::Constant, "NULL")),
        },
        Filled::AddrLen(_) => {
            let len = out.and_then(|o| o.addr.as_ref()).map_or(0, Addr::encoded_len);
            pieces.push(Span::new(Role::Number, format!("[{len}]")));
        }
        Filled::Buf => match out.and_then(|o| o.data.as_ref()) {
            Some(p) => pieces.push(Span::new(Role::Data, payload(p))),
            None => pieces.push(Span::plain("…")),
        },
        Filled::Option => match out.and_then(|o| o.option.as_ref()) {
            Some((value, _)) => pieces.push(Span::new(Role::Number, format!("[{}]", option(value)))),
            None => pieces.push(Span::plain("…")),
        },
        Filled::OptionLen(_) => {
            let len = out.and_then(|o| o.option.as_ref()).map_or(0, |o| o.1);
            pieces.push(Span::new(Role::Number, format!("[{len}]")));
        }
        Filled::Int => {
            let n = out.and_then(|o| o.int).unwrap_or(0);
            pieces.push(Span::new(Role::Number, format!("[{n}]")));
        }
        Filled::MsgFlags => {
            let flags = out.and_then(|o| o.msg_flags).unwrap_or(0);
            pieces.push(Span::new(Role::Constant, voc::MSG_FLAGS.flags(flags.into())));
        }
        Filled::Control => {
            pieces.list(Role::Plain, ["[", "]"], out.iter().flat_map(|o| o.control.iter().map(control)));
        }
        Filled::Messages(each) => {
            pieces.push(Span::plain("["));
            for (i, m) in out.iter().flat_map(|o| o.messages.iter().take(16)).enumerate() {
                if i > 0 {
                    pieces.comma();
                }
                message(pieces, m, each);
            }
            pieces.push(Span::plain("]"));
        }
        Filled::Addresses => {
            pieces.list(Role::Address, ["[", "]"], out.iter().flat_map(|o| o.addresses.iter().map(|a| a.addr.to_string())));
        }
        Filled::Part(before, length) => match out.and_then(|o| o.data.as_ref()) {
            Some(p) => pieces.push(Span::new(Role::Data, part(p, before, length))),
            None => pieces.push(Span::plain("…")),
        },
        Filled::Ready | Filled::Pair => pieces.push(Span::plain("[…]")),
    }
}

/// A message as sendmmsg's are told, with what came: its sender, its flags, its length.
fn message(pieces: &mut Pieces, m: &crate::call::ReceivedMessage, room: u64) {
    pieces.push(Span::plain("{msg_name="));
    match &m.from {
        Some(from) => address(pieces, from),
        None => pieces.push(Span::new(Role::Constant, "NULL")),
    }
    pieces.comma();
    pieces.push(Span::plain("iov_base="));
    pieces.push(Span::new(Role::Data, payload(&m.data)));
    pieces.push(Span::plain(format!(", iov_len={room}, msg_flags=")));
    pieces.push(Span::new(Role::Constant, voc::MSG_FLAGS.flags(m.flags.into())));
    pieces.push(Span::plain("}"));
}

/// What came into one of several buffers.
fn part(p: &Payload, before: u64, length: u64) -> String {
    let came = p.len.saturating_sub(before).min(length);
    let kept = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(p.bytes.len());
    quoted(&p.bytes[kept(before)..kept(before.saturating_add(came))], came, DATA)
}

fn address(pieces: &mut Pieces, addr: &Addr) {
    pieces.push(Span::plain("{"));
    pieces.push(Span::new(Role::Constant, voc::FAMILIES.name_or_number(addr.family().into())));
    let shown = addr.to_string();
    if !shown.is_empty() && !matches!(addr, Addr::Unspec) {
        pieces.push(Span::plain(", "));
        pieces.push(Span::new(Role::Address, shown));
    }
    pieces.push(Span::plain("}"));
}

fn data_text(data: &Data) -> String {
    // One zero is like the other.
    let most = if matches!(data.source, Source::Zeros(_)) { 4 } else { DATA };
    quoted(data.shown(), data.len, most)
}

/// Received bytes, quoted.
pub fn payload(p: &Payload) -> String {
    quoted(&p.bytes, p.len, DATA)
}

fn control(c: &Control) -> String {
    match c {
        Control::Rights(fds) => format!("SCM_RIGHTS {fds:?}"),
        Control::Creds(pid, uid, gid) => format!("SCM_CREDENTIALS {{pid={pid}, uid={uid}, gid={gid}}}"),
        Control::Error { errno, offender, .. } => {
            let from = offender.as_ref().map_or(String::new(), |a| format!(" from {}", a.to_string().trim_end_matches(":0")));
            format!("{}{from}", Errno(*errno).name())
        }
        Control::Timestamp(s, ns) => format!("timestamp {s}.{ns:09}"),
        Control::Other(level, kind, data) => format!("{level}/{kind} {} bytes", data.len()),
    }
}

/// An option's value: structures in strace's manner, the rest as it would be typed.
pub fn option(value: &OptValue) -> String {
    match value {
        OptValue::Linger(on, s) => format!("{{l_onoff={}, l_linger={s}}}", i32::from(*on)),
        OptValue::Text(s) => quoted(s.as_bytes(), s.len() as u64, DATA),
        OptValue::Cred(pid, uid, gid) => format!("{{pid={pid}, uid={}, gid={}}}", *uid as i32, *gid as i32),
        OptValue::TcpInfo(b) => format!("tcp_info, {} bytes", b.len()),
        OptValue::Bytes(b) => quoted(b, b.len() as u64, DATA),
        other => optshow::show(other),
    }
}

//! A call and its answer on one line, in strace's manner: what was really called, and what the kernel said.

use super::bytes::quoted;
use crate::call::{AnyCall, Data, Filled, Out, Outcome, Payload, Value};
use crate::grammar::Source;
use crate::grammar::number::show_duration;
use crate::kernel::Addr;
use crate::kernel::msg::Control;
use crate::kernel::opt::OptValue;
use crate::kernel::optshow;
use crate::markup::{Role, Span};
use crate::vocabulary::{self as voc, Errno};

/// Characters of data on the line; more is cut with an ellipsis.
const DATA: usize = 60;

/// The call without its answer: it waits.
pub fn waiting(call: &AnyCall, note: &str) -> Vec<Span> {
    let mut spans = vec![Span::new(Role::Call, call.name()), Span::plain("(")];
    let first = call.arguments().into_iter().next();
    if let Some((_, value)) = first {
        put(&mut spans, &value, None);
        spans.push(Span::plain(", "));
    }
    spans.push(Span::plain("… "));
    spans.push(Span::new(Role::Dim, note.to_string()));
    spans
}

/// The call and what it answered.
pub fn line(call: &AnyCall, outcome: &Outcome) -> Vec<Span> {
    let mut spans = vec![Span::new(Role::Call, call.name()), Span::plain("(")];
    let out = outcome.out.as_deref();
    let made = &outcome.made;
    for (i, (_, value)) in call.arguments().iter().enumerate() {
        if i > 0 {
            spans.push(Span::plain(", "));
        }
        match value {
            Value::Filled(Filled::Pair) if made.len() == 2 => {
                spans.push(Span::plain("["));
                spans.push(Span::new(Role::Number, format!("{}, {}", made[0], made[1])));
                spans.push(Span::plain("]"));
            }
            value => put(&mut spans, value, Some((out, outcome.ret.is_ok()))),
        }
    }
    spans.push(Span::plain(") = "));
    answer(&mut spans, call, outcome);
    spans
}

fn answer(spans: &mut Vec<Span>, call: &AnyCall, outcome: &Outcome) {
    let out = outcome.out.as_deref();
    match outcome.ret {
        Ok(value) => {
            spans.push(Span::new(Role::Good, value.to_string()));
            if let Some(flags) = out.and_then(|o| o.flags.as_ref()) {
                spans.push(Span::plain(format!(" ({flags})")));
            }
            if let Some(ready) = out.and_then(|o| o.ready.as_ref()).filter(|r| !r.is_empty()) {
                let list =
                    ready.iter().map(|r| format!("{}: {}", r.socket.clone().unwrap_or_else(|| format!("fd {}", r.fd)), r.events));
                spans.push(Span::plain(format!(" ({})", list.collect::<Vec<_>>().join(", "))));
            }
            if let Some(lens) = out.map(|o| &o.lens).filter(|l| !l.is_empty()) {
                let list = lens.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                spans.push(Span::plain(format!(" ({list})")));
            }
        }
        Err(errno) => match out.and_then(|o| o.eai.as_ref()) {
            Some((name, words)) => {
                spans.push(Span::new(Role::Bad, name.clone()));
                spans.push(Span::plain(format!(" ({words})")));
            }
            None => {
                spans.push(Span::plain("-1 "));
                spans.push(errno_span(errno));
                spans.push(Span::plain(format!(" ({})", errno.words())));
            }
        },
    }
    let _ = call;
}

/// An errno in the colour of what it is: an answer or a failure.
pub fn errno_span(errno: Errno) -> Span {
    Span::new(if errno.is_answer() { Role::Answer } else { Role::Bad }, errno.name())
}

type Answered<'a> = Option<(Option<&'a Out>, bool)>;

fn put(spans: &mut Vec<Span>, value: &Value<'_>, answered: Answered<'_>) {
    match value {
        Value::Fd(fd) => spans.push(Span::new(Role::Number, fd.to_string())),
        Value::Int(n) => spans.push(Span::new(Role::Number, n.to_string())),
        Value::Len(n) => spans.push(Span::new(Role::Number, n.to_string())),
        Value::Const(name) | Value::Flags(name) => spans.push(Span::new(Role::Constant, name.to_string())),
        Value::Text(text) => spans.push(Span::new(Role::Data, quoted(text.as_bytes(), text.len() as u64, 120))),
        Value::Null => spans.push(Span::new(Role::Constant, "NULL")),
        Value::Addr(addr) => address(spans, addr),
        Value::Data(data) => spans.push(Span::new(Role::Data, data_text(data))),
        Value::Time(d) => spans.push(Span::new(Role::Number, show_duration(*d))),
        Value::Option(value) => spans.push(Span::new(Role::Number, format!("[{}]", option(value)))),
        Value::Struct(fields) => {
            spans.push(Span::plain("{"));
            for (i, (name, value)) in fields.iter().enumerate() {
                spans.push(Span::plain(format!("{}{name}=", if i > 0 { ", " } else { "" })));
                put(spans, value, answered);
            }
            spans.push(Span::plain("}"));
        }
        Value::List(list) => {
            spans.push(Span::plain("["));
            // A set of ten thousand is no line for a screen.
            for (i, value) in list.iter().take(16).enumerate() {
                if i > 0 {
                    spans.push(Span::plain(", "));
                }
                put(spans, value, answered);
            }
            if list.len() > 16 {
                spans.push(Span::plain(", …"));
            }
            spans.push(Span::plain("]"));
        }
        Value::Filled(filled) => put_filled(spans, *filled, answered),
    }
}

fn put_filled(spans: &mut Vec<Span>, filled: Filled, answered: Answered<'_>) {
    let Some((out, ok)) = answered.filter(|(_, ok)| *ok) else {
        spans.push(Span::plain(match filled {
            Filled::AddrLen(n) | Filled::OptionLen(n) => format!("[{n}]"),
            _ => "…".into(),
        }));
        return;
    };
    let _ = ok;
    match filled {
        Filled::Addr => match out.and_then(|o| o.addr.as_ref()) {
            Some(addr) => address(spans, addr),
            None => spans.push(Span::new(Role::Constant, "NULL")),
        },
        Filled::AddrLen(_) => {
            let len = out.and_then(|o| o.addr.as_ref()).map_or(0, Addr::encoded_len);
            spans.push(Span::new(Role::Number, format!("[{len}]")));
        }
        Filled::Buf => match out.and_then(|o| o.data.as_ref()) {
            Some(p) => spans.push(Span::new(Role::Data, payload(p))),
            None => spans.push(Span::plain("…")),
        },
        Filled::Option => match out.and_then(|o| o.option.as_ref()) {
            Some((value, _)) => spans.push(Span::new(Role::Number, format!("[{}]", option(value)))),
            None => spans.push(Span::plain("…")),
        },
        Filled::OptionLen(_) => {
            let len = out.and_then(|o| o.option.as_ref()).map_or(0, |o| o.1);
            spans.push(Span::new(Role::Number, format!("[{len}]")));
        }
        Filled::Int => {
            let n = out.and_then(|o| o.int).unwrap_or(0);
            spans.push(Span::new(Role::Number, format!("[{n}]")));
        }
        Filled::MsgFlags => {
            let flags = out.and_then(|o| o.msg_flags).unwrap_or(0);
            spans.push(Span::new(Role::Constant, voc::MSG_FLAGS.flags(flags.into())));
        }
        Filled::Control => {
            let list = out.map_or(String::new(), |o| o.control.iter().map(control).collect::<Vec<_>>().join(", "));
            spans.push(Span::plain(format!("[{list}]")));
        }
        Filled::Messages => {
            let list = out.map_or(String::new(), |o| {
                let one = |m: &crate::call::ReceivedMessage| match m.flags {
                    0 => payload(&m.data),
                    flags => format!("{} {}", payload(&m.data), voc::MSG_FLAGS.flags(flags.into())),
                };
                o.messages.iter().take(16).map(one).collect::<Vec<_>>().join(", ")
            });
            spans.push(Span::new(Role::Data, format!("[{list}]")));
        }
        Filled::Addresses => {
            let list = out.map_or(String::new(), |o| o.addresses.iter().map(|a| a.addr.to_string()).collect::<Vec<_>>().join(", "));
            spans.push(Span::new(Role::Address, format!("[{list}]")));
        }
        Filled::Rest => spans.push(Span::plain("…")),
        Filled::Ready | Filled::Pair => spans.push(Span::plain("[…]")),
    }
}

fn address(spans: &mut Vec<Span>, addr: &Addr) {
    spans.push(Span::plain("{"));
    spans.push(Span::new(Role::Constant, voc::FAMILIES.name_or_number(addr.family().into())));
    let shown = addr.to_string();
    if !shown.is_empty() && !matches!(addr, Addr::Unspec) {
        spans.push(Span::plain(", "));
        spans.push(Span::new(Role::Address, shown));
    }
    spans.push(Span::plain("}"));
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

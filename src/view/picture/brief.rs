//! A call in a few words, as a learner would type it, and its answer: what has room beside a line of a picture.

use super::cast::Cast;
use crate::call::{AnyCall, Outcome, Value};
use crate::event::Returned;
use crate::markup::Role;
use crate::view::bytes::quoted;
use crate::view::strace;

/// Words, each with its role; a space is between them.
pub type Words = Vec<(Role, String)>;

/// Characters of data that are shown.
const DATA: usize = 24;

/// The name of a call, and what was asked of it. Its own socket, lengths and what the kernel fills in are left out.
pub fn call(call: &AnyCall, cast: &Cast) -> Words {
    let mut words = vec![(Role::Call, call.card().replace('_', " "))];
    for (i, (name, value)) in call.arguments().iter().enumerate() {
        let own = i == 0 && matches!(value, Value::Fd(fd) if call.on().is_some_and(|h| h.fd == *fd));
        // The level of an option is seen from its name; protocol 0 says nothing; what a file is opened with nobody typed.
        let ours = call.card() == "open" && *name != "pathname";
        if own || ours || *name == "level" || matches!(value, Value::Const(c) if *c == "0" || *c == "IPPROTO_IP") {
            continue;
        }
        put(&mut words, value, cast);
    }
    words
}

fn put(words: &mut Words, value: &Value<'_>, cast: &Cast) {
    match value {
        Value::Fd(fd) => match cast.by_fd(*fd) {
            Some(at) => words.push((Role::Name, cast.actors[at].name.clone())),
            None => words.push((Role::Number, format!("fd {fd}"))),
        },
        Value::Const(name) | Value::Flags(name) => {
            let short = short(name);
            if !short.is_empty() {
                words.push((Role::Constant, short));
            }
        }
        Value::Addr(addr) => words.push((Role::Address, addr.to_string())),
        Value::Data(data) => words.push((Role::Data, quoted(data.shown(), data.len, DATA))),
        Value::Int(n) => words.push((Role::Number, n.to_string())),
        Value::Text(text) => words.push((Role::Data, crate::markup::safe(text).into_owned())),
        Value::Time(d) => words.push((Role::Number, crate::grammar::number::show_duration(*d))),
        Value::Option(v) => words.push((Role::Number, strace::option(v))),
        Value::Struct(fields) if fields.iter().any(|(name, _)| *name == "cmsg_type") => words.push(ancillary(fields, cast)),
        Value::Struct(fields) => fields.iter().for_each(|(name, v)| match v {
            // One address for all messages is typed once.
            Value::Addr(addr) if *name == "msg_name" => {
                let to = (Role::Address, format!("to={addr}"));
                if !words.contains(&to) {
                    words.push(to);
                }
            }
            // Hints that ask for nothing.
            Value::Int(0) | Value::Const(_) if is_nothing(name, v) => {}
            v => put(words, v, cast),
        }),
        Value::List(list) => list.iter().take(8).for_each(|v| put(words, v, cast)),
        Value::Null | Value::Len(_) | Value::Filled(_) => {}
    }
}

/// Of any family, of any kind (getaddrinfo(3)).
fn is_nothing(name: &str, value: &Value<'_>) -> bool {
    match value {
        Value::Const(family) => name == "ai_family" && *family == "AF_UNSPEC",
        _ => name == "ai_socktype",
    }
}

/// Ancillary data as it is typed: `rights=a,b`, `creds=PID,UID,GID`.
fn ancillary(fields: &[(&'static str, Value<'_>)], cast: &Cast) -> (Role, String) {
    let mut parts = Vec::new();
    let mut part = |value: &Value<'_>| {
        let mut words = Words::new();
        put(&mut words, value, cast);
        parts.extend(words.into_iter().map(|w| w.1));
    };
    let mut what = "creds";
    for (name, value) in fields {
        match value {
            Value::Const(kind) => what = if *kind == "SCM_RIGHTS" { "rights" } else { what },
            Value::List(list) if *name == "cmsg_data" => list.iter().for_each(&mut part),
            value => part(value),
        }
    }
    (Role::Name, format!("{what}={}", parts.join(",")))
}

/// What every new descriptor gets from us, and nobody types.
const OURS: [&str; 3] = ["SOCK_CLOEXEC", "EPOLL_CLOEXEC", "MSG_CMSG_CLOEXEC"];

/// `SOCK_STREAM|SOCK_CLOEXEC` as it would be typed: `stream`. No flags say nothing.
fn short(name: &str) -> String {
    const PREFIXES: [&str; 11] = ["AF_", "SOCK_", "IPPROTO_", "MSG_", "SHUT_", "SO_", "TCP_", "O_", "F_", "EPOLL", "POLL"];
    let part = |p: &str| {
        let p = PREFIXES.iter().find_map(|prefix| p.strip_prefix(prefix)).unwrap_or(p);
        p.to_ascii_lowercase()
    };
    name.split('|').filter(|p| !OURS.contains(p) && *p != "0").map(part).collect::<Vec<_>>().join("|")
}

/// The answer: nothing where it is what everybody expects.
pub fn answer(r: &Returned) -> Words {
    let outcome: &Outcome = &r.outcome;
    let out = outcome.out.as_deref();
    if let Some((name, _)) = out.and_then(|o| o.eai.as_ref()) {
        return vec![(Role::Plain, "=".into()), (Role::Bad, name.clone())];
    }
    let n = match outcome.ret {
        Err(e) => return vec![(Role::Plain, "=".into()), (strace::errno_span(e).role, e.name().into_owned())],
        Ok(n) => n,
    };
    let mut words = Vec::new();
    let data = out.and_then(|o| o.data.as_ref());
    if !r.made.is_empty() {
        // A socket that was made stands there by its name.
        if r.call.on().is_some() {
            words.push((Role::Name, r.made.join(" ")));
        }
    } else if n != 0 || data.is_some() {
        words.push((Role::Good, n.to_string()));
    }
    if let Some(p) = data.filter(|p| p.len > 0) {
        words.push((Role::Data, quoted(&p.bytes, p.len, DATA)));
    }
    if let Some((value, _)) = out.and_then(|o| o.option.as_ref()).filter(|_| words.is_empty()) {
        words.push((Role::Number, strace::option(value)));
    }
    if let Some(ready) = out.and_then(|o| o.ready.as_ref()) {
        words.extend(ready.iter().take(8).map(|r| {
            let name = r.socket.clone().unwrap_or_else(|| format!("fd {}", r.fd));
            (Role::State, format!("{name}:{}", r.events.replace("EPOLL", "").replace("POLL", "").to_ascii_lowercase()))
        }));
    }
    if !words.is_empty() {
        words.insert(0, (Role::Plain, "=".into()));
    }
    words
}

/// All words in a line.
pub fn text(words: &Words) -> String {
    words.iter().map(|(_, w)| w.as_str()).collect::<Vec<_>>().join(" ")
}

/// A time that fits 8 columns.
pub fn time(us: f64) -> String {
    match us {
        us if us < 999.5 => format!("{us:.0} µs"),
        us if us < 99_950.0 => format!("{:.1} ms", us / 1e3),
        us if us < 999_500.0 => format!("{:.0} ms", us / 1e3),
        us if us < 99.95e6 => format!("{:.2} s", us / 1e6),
        us if us < 9999.5e6 => format!("{:.0} s", us / 1e6),
        us => format!("{:.0} h", us / 3.6e9),
    }
}

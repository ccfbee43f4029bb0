//! One event against one line of strace.

use super::record::{Traced, V, values};
use crate::kit::EventExt;
use serde_json::Value;
use std::collections::BTreeSet;

/// How an event and a line go together.
pub enum Held {
    Yes,
    /// Another system call, or on another descriptor.
    OtherCall,
    /// The same, up to so many arguments; what differs.
    No(usize, String),
}

/// The man pages' names of the arguments, in their order.
fn names(call: &str) -> &'static [&'static str] {
    match call {
        "socket" => &["domain", "type", "protocol"],
        "socketpair" => &["domain", "type", "protocol", "sv"],
        "bind" | "connect" => &["sockfd", "addr", "addrlen"],
        "listen" => &["sockfd", "backlog"],
        "accept4" => &["sockfd", "addr", "addrlen", "flags"],
        "getsockname" | "getpeername" => &["sockfd", "addr", "addrlen"],
        "send" | "recv" => &["sockfd", "buf", "len", "flags"],
        "sendto" => &["sockfd", "buf", "len", "flags", "dest_addr", "addrlen"],
        "recvfrom" => &["sockfd", "buf", "len", "flags", "src_addr", "addrlen"],
        "sendmsg" | "recvmsg" => &["sockfd", "msg", "flags"],
        "sendmmsg" => &["sockfd", "msgvec", "vlen", "flags"],
        "recvmmsg" => &["sockfd", "msgvec", "vlen", "flags", "timeout"],
        "read" | "write" => &["fd", "buf", "count"],
        "readv" | "writev" => &["fd", "iov", "iovcnt"],
        "sendfile" => &["out_fd", "in_fd", "offset", "count"],
        "shutdown" => &["sockfd", "how"],
        "close" => &["fd"],
        "dup" => &["oldfd"],
        "getsockopt" | "setsockopt" => &["sockfd", "level", "optname", "optval", "optlen"],
        "fcntl" => &["fd", "cmd", "arg"],
        "ioctl" => &["fd", "request", "argp"],
        "poll" => &["fds", "nfds", "timeout"],
        "ppoll" => &["fds", "nfds", "tmo_p", "sigmask"],
        "select" => &["nfds", "readfds", "writefds", "exceptfds", "timeout"],
        "epoll_create1" => &["flags"],
        "epoll_ctl" => &["epfd", "op", "fd", "event"],
        "epoll_wait" => &["epfd", "events", "maxevents", "timeout"],
        "openat" => &["dirfd", "pathname", "flags"],
        "unlink" => &["pathname"],
        other => panic!("`{other}` has no row here"),
    }
}

/// Other names of the same number, strace's on the left.
fn alias(name: &str) -> &str {
    match name {
        // asm-generic/socket.h: the option with a 32-bit time is the one that libc calls by the plain name on 64-bit machines.
        "SO_RCVTIMEO_OLD" => "SO_RCVTIMEO",
        "SO_SNDTIMEO_OLD" => "SO_SNDTIMEO",
        "SO_TIMESTAMP_OLD" => "SO_TIMESTAMP",
        // linux/sockios.h: SIOCINQ and SIOCOUTQ are the terminal's requests.
        "SIOCOUTQ" => "TIOCOUTQ",
        "SIOCINQ" => "FIONREAD",
        // strace writes the protocol of socketpair as a number, that of socket by name.
        "IPPROTO_IP" => "",
        // Zero of every kind: no flags; the access mode O_RDONLY is no flag either.
        "0" | "O_RDONLY" | "" => "",
        other => other,
    }
}

fn flags(text: &str) -> BTreeSet<&str> {
    text.split('|').map(alias).filter(|w| !w.is_empty()).collect()
}

fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Holds an event against a line.
pub fn hold(called: &Value, returned: &Value, made: &[i64], line: &Traced) -> Held {
    if called["sys"] != line.name.as_str() {
        return Held::OtherCall;
    }
    let call = called.text("call");
    let args = called["args"].as_object().expect("arguments");
    let names = names(call);
    // `buf_hex` stands in place of `buf` where the bytes are no text, as `data_hex` does; `buf_cut` says that they are many.
    let plain = |k: &str| k.trim_end_matches("_hex").trim_end_matches("_cut").to_string();
    let foreign: Vec<&String> = args.keys().filter(|k| !names.contains(&plain(k).as_str())).collect();
    assert!(foreign.is_empty(), "no argument of {call} in its man page: {foreign:?}");
    for (i, name) in names.iter().enumerate() {
        // fcntl's third argument may be missing; every other one is there.
        // Of a message that did not come strace shows nothing but the room for an address.
        if call == "recvmsg" && *name == "msg" && returned["ok"] == false {
            continue;
        }
        let hex = args.get(&format!("{name}_hex"));
        let Some(ours) = hex.or_else(|| args.get(*name)) else {
            assert!(call == "fcntl" && *name == "arg", "{call} lacks {name}: {called}");
            continue;
        };
        let Some(theirs) = line.args.get(i) else { return Held::No(i, format!("{name}: strace has none")) };
        if let Err(why) = if hex.is_some() { same_hex(ours, theirs) } else { same(ours, theirs) } {
            return if i == 0 && name.ends_with("fd") { Held::OtherCall } else { Held::No(i, format!("{name}: {why}")) };
        }
    }
    match outcome(call, returned, made, line) {
        Ok(()) => Held::Yes,
        Err(why) => Held::No(names.len(), why),
    }
}

/// The result, the errno, and what the kernel filled in.
fn outcome(call: &str, returned: &Value, made: &[i64], line: &Traced) -> Result<(), String> {
    if returned["ok"] == false {
        // The kernel's internal restarts are EINTR for a program whose handler does not restart calls (signal(7)).
        let theirs = match line.errno.as_deref() {
            Some("ERESTARTSYS" | "ERESTARTNOHAND" | "ERESTART_RESTARTBLOCK" | "ERESTARTNOINTR") => "EINTR",
            Some(name) => name,
            None => return Err("strace saw it go well".into()),
        };
        return if returned["errno"] == theirs { Ok(()) } else { Err(format!("errno: {} and {theirs}", returned["errno"])) };
    }
    if returned["value"] != line.result || line.errno.is_some() {
        return Err(format!("result: {} and {}", returned["value"], line.result));
    }
    let arg = |i: usize| line.args.get(i).ok_or_else(|| format!("argument {i} is missing"));
    let out = returned.get("out").unwrap_or(&Value::Null);
    let held = |name: &str, value: &V| match out.get(name) {
        Some(ours) => same(ours, value).map_err(|why| format!("out.{name}: {why}")),
        None => Err(format!("out.{name} is missing")),
    };
    match call {
        "socket" | "accept4" | "dup" | "epoll_create1" if made != [line.result] => return Err(format!("made: {made:?}")),
        "socketpair" => same(&made.into(), arg(3)?)?,
        "getsockname" | "getpeername" => held("addr", arg(1)?)?,
        "recv" | "read" => same_bytes(returned, &[arg(1)?])?,
        "recvfrom" => {
            same_bytes(returned, &[arg(1)?])?;
            if out.get("addr").is_some() {
                held("addr", arg(4)?)?;
            }
        }
        "readv" => same_bytes(returned, &parts(arg(1)?))?,
        "recvmsg" => {
            let message = arg(1)?;
            same_bytes(returned, &parts(message.field("msg_iov").ok_or("no msg_iov")?))?;
            let flags_of = |v: &V| matches!(v, V::Atom(a) if flags(a).iter().filter(|f| **f != "MSG_CMSG_CLOEXEC").eq(flags(out["msg_flags"].as_str().unwrap_or("?")).iter()));
            if !message.field("msg_flags").is_some_and(flags_of) {
                return Err(format!("msg_flags: {}", out["msg_flags"]));
            }
            for control in out.get("control").and_then(Value::as_array).into_iter().flatten() {
                let theirs = message.field("msg_control").ok_or("no msg_control")?;
                match control["type"].as_str() {
                    Some("SCM_RIGHTS") => same(&control["fds"], theirs.field("cmsg_data").ok_or("no cmsg_data")?)?,
                    Some("SCM_CREDENTIALS") => {
                        for name in ["pid", "uid", "gid"] {
                            same(&control[name], theirs.field(name).ok_or("no credentials")?)?;
                        }
                    }
                    other => return Err(format!("control of type {other:?}")),
                }
            }
        }
        "sendmmsg" => {
            let V::List(list) = arg(1)? else { return Err("no messages".into()) };
            for (ours, theirs) in out["msg_len"].as_array().into_iter().flatten().zip(list) {
                same(ours, theirs.field("msg_len").ok_or("no msg_len")?)?;
            }
        }
        "recvmmsg" => {
            let V::List(list) = arg(1)? else { return Err("no messages".into()) };
            let messages = out["messages"].as_array().ok_or("no messages")?;
            if messages.len() as i64 != line.result {
                return Err(format!("{} messages", messages.len()));
            }
            for (ours, theirs) in messages.iter().zip(list) {
                same_bytes(ours, &parts(theirs.field("msg_iov").ok_or("no msg_iov")?))?;
                same(&ours["data_len"], theirs.field("msg_len").ok_or("no msg_len")?).or_else(|e| {
                    // MSG_TRUNC: the length is the datagram's, the data what there was room for.
                    if ours["msg_flags"] == "MSG_TRUNC" { Ok(()) } else { Err(e) }
                })?;
            }
        }
        "getsockopt" => {
            held("optval", arg(3)?)?;
            held("optlen", arg(4)?)?;
        }
        "ioctl" if out.get("argp").is_some() => held("argp", arg(2)?)?,
        "fcntl" => {
            if let Some(ours) = out.get("flags").and_then(Value::as_str) {
                let theirs = line.note.trim_matches(['(', ')']).trim_start_matches("flags ");
                if flags(ours) != flags(theirs) {
                    return Err(format!("flags: {ours} and {theirs}"));
                }
            }
        }
        "poll" | "ppoll" => {
            let note = values(&line.note.replacen('(', "", 1));
            let theirs: Vec<&V> =
                note.iter().find_map(|v| if let V::List(l) = v { Some(l.iter().collect()) } else { None }).unwrap_or_default();
            let ours = out["ready"].as_array().ok_or("no ready")?;
            if ours.len() != theirs.len() {
                return Err(format!("ready: {} and {}", out["ready"], line.note));
            }
            for (ours, theirs) in ours.iter().zip(theirs) {
                same(&ours["fd"], theirs.field("fd").ok_or("no fd")?)?;
                same(&ours["events"], theirs.field("revents").ok_or("no revents")?)?;
            }
        }
        "select" => {
            let ours = out["ready"].as_array().ok_or("no ready")?;
            for (set, word) in [("read", "in ["), ("write", "out ["), ("except", "except [")] {
                let theirs: Vec<i64> = line
                    .note
                    .split_once(word)
                    .map_or(Vec::new(), |(_, rest)| rest.split(']').next().unwrap_or("").split(' ').filter_map(number).collect());
                let is = |r: &&Value| r["events"].as_str().is_some_and(|e| e.split('|').any(|w| w == set));
                let mut ours: Vec<i64> = ours.iter().filter(is).map(|r| r.number("fd")).collect();
                ours.sort_unstable();
                if ours != theirs {
                    return Err(format!("{set}: {ours:?} and {}", line.note));
                }
            }
        }
        "epoll_wait" => {
            let V::List(theirs) = arg(1)? else { return Err("no events".into()) };
            let ours = out["ready"].as_array().ok_or("no ready")?;
            if ours.len() != theirs.len() {
                return Err(format!("ready: {} and {}", out["ready"], line.line));
            }
            for (ours, theirs) in ours.iter().zip(theirs) {
                same(&ours["events"], theirs.field("events").ok_or("no events")?)?;
                same(&ours["fd"], theirs.field("u32").ok_or("no data")?)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The pieces of a vector that hold bytes.
fn parts(iov: &V) -> Vec<&V> {
    match iov {
        V::List(list) => list.iter().filter_map(|v| v.field("iov_base")).collect(),
        _ => Vec::new(),
    }
}

/// `data` or `data_hex` of an event, against the pieces strace shows.
fn same_bytes(event: &Value, pieces: &[&V]) -> Result<(), String> {
    let ours = match (event.get("data"), event.get("data_hex")) {
        (Some(text), _) => text.as_str().ok_or("data is no text")?.as_bytes().to_vec(),
        (_, Some(hex)) => unhex(hex.as_str().ok_or("data_hex is no text")?),
        _ => return Err("no data".into()),
    };
    let mut theirs = Vec::new();
    for piece in pieces {
        if let V::Str(bytes, _) = piece {
            theirs.extend_from_slice(bytes);
        }
    }
    let shown = ours.len().min(theirs.len());
    let whole = event.get("data_cut").is_some() || ours.len() == theirs.len();
    if ours[..shown] == theirs[..shown] && whole { Ok(()) } else { Err(format!("data: {ours:?} and {theirs:?}")) }
}

/// Bytes in hexadecimal, as many as are shown.
fn same_hex(ours: &Value, theirs: &V) -> Result<(), String> {
    let (V::Str(theirs, _), Some(ours)) = (theirs, ours.as_str().map(unhex)) else { return Err(format!("{ours} and {theirs:?}")) };
    let shown = ours.len().min(theirs.len());
    if ours[..shown] == theirs[..shown] && shown > 0 { Ok(()) } else { Err(format!("{ours:?} and {theirs:?}")) }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect()
}

fn duration_us(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let n: f64 = digits.parse().ok()?;
    let scale = match &text[digits.len()..] {
        "s" => 1e6,
        "ms" => 1e3,
        "us" => 1.0,
        _ => return None,
    };
    Some((n * scale) as i64)
}

/// An address as it is typed, out of strace's struct.
fn address(v: &V) -> Option<String> {
    let func = |name: &str| match v.field(name) {
        Some(V::Func(_, args)) => args.first().cloned(),
        _ => None,
    };
    let text = |v: V| match v {
        V::Str(bytes, _) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        V::Atom(a) => Some(a),
        _ => None,
    };
    let V::Atom(family) = v.field("sa_family")? else { return None };
    match family.as_str() {
        "AF_INET" => Some(format!("{}:{}", text(func("sin_addr")?)?, text(func("sin_port")?)?)),
        "AF_INET6" => {
            let V::Struct(fields) = v else { return None };
            let ip = fields.iter().find_map(|(_, v)| match v {
                V::Func(name, args) if name == "inet_pton" => args.get(1).cloned(),
                _ => None,
            });
            Some(format!("[{}]:{}", text(ip?)?, text(func("sin6_port")?)?))
        }
        "AF_UNIX" => Some(v.field("sun_path").cloned().and_then(text).unwrap_or_default()),
        _ => None,
    }
}

/// A value of an event against a value of strace.
fn same(ours: &Value, theirs: &V) -> Result<(), String> {
    let differ = || Err(format!("{ours} and {theirs:?}"));
    match (ours, theirs) {
        // What the kernel fills in is no argument: it is looked at with the outcome.
        (Value::Null, _) => Ok(()),
        // A length that was given, and one that came back: `optlen` in `out` is the second, an argument the first.
        (Value::Number(_), V::List(list)) if list.len() == 1 => same(ours, &list[0]),
        (Value::Number(n), V::Became(before, after)) => {
            if same(&Value::Number(n.clone()), before).is_ok() {
                Ok(())
            } else {
                same(ours, after)
            }
        }
        (Value::Number(n), V::Atom(a)) => {
            // An int and its bits: -1 and 0xffffffff.
            let (n, a) = (n.as_i64(), number(a));
            if n == a || n.zip(a).is_some_and(|(n, a)| n as i32 == a as i32 && n < 0) { Ok(()) } else { differ() }
        }
        // epoll_data: strace shows it as every member of the union.
        (Value::Number(_), V::Struct(_)) if theirs.field("u32").is_some() => same(ours, theirs.field("u32").expect("u32")),
        (Value::Number(n), V::Str(bytes, _)) => {
            let mut room = [0u8; 8];
            let len = bytes.len().min(8);
            room[..len].copy_from_slice(&bytes[..len]);
            if n.as_i64() == Some(i64::from_ne_bytes(room)) { Ok(()) } else { differ() }
        }
        (Value::String(s), V::Str(bytes, cut)) => {
            let time = duration_us(s)
                .filter(|_| bytes.len() == 16)
                .map(|us| [(us / 1_000_000).to_ne_bytes(), (us % 1_000_000).to_ne_bytes()].concat());
            let s = s.as_bytes();
            let shown = s.len().min(bytes.len());
            let equal = s == bytes || (*cut && s[..shown] == bytes[..shown]) || s.len() >= 4000 && s[..shown] == bytes[..shown];
            // A text option comes with the zero bytes behind it.
            let padded = bytes.starts_with(s) && bytes[shown..].iter().all(|b| *b == 0);
            if equal || padded || time.as_ref() == Some(bytes) { Ok(()) } else { differ() }
        }
        (Value::String(s), V::Struct(_)) if theirs.field("sa_family").is_some() => {
            if address(theirs).as_deref() == Some(s) {
                Ok(())
            } else {
                differ()
            }
        }
        (Value::String(s), V::Struct(_)) => {
            let part = |name: &str| theirs.field(name).and_then(|v| if let V::Atom(a) = v { number(a) } else { None });
            let us = part("tv_sec").map(|sec| sec * 1_000_000 + part("tv_usec").or(part("tv_nsec").map(|n| n / 1000)).unwrap_or(0));
            if us.is_some() && us == duration_us(s) { Ok(()) } else { differ() }
        }
        (Value::String(s), V::List(list)) if list.len() == 1 => {
            // SO_TYPE, SO_DOMAIN, SO_PROTOCOL: names here, a number for strace.
            let numbered = [("AF_INET", 2), ("SOCK_STREAM", 1), ("IPPROTO_TCP", 6)];
            let n = numbered.iter().find(|n| n.0 == s).map(|n| V::Atom(n.1.to_string()));
            if n.as_ref() == Some(&list[0]) { Ok(()) } else { same(ours, &list[0]) }
        }
        (Value::String(s), V::Atom(a)) => {
            if flags(s) == flags(a) {
                Ok(())
            } else {
                differ()
            }
        }
        (Value::Array(ours), V::List(theirs)) => {
            if ours.len() != theirs.len() {
                return differ();
            }
            ours.iter().zip(theirs).try_for_each(|(o, t)| same(o, t))
        }
        // sendfile's offset: given, and as it was afterwards.
        (Value::Array(_), V::Became(before, _)) => same(ours, before),
        (Value::Object(fields), V::Struct(_)) => fields.iter().try_for_each(|(name, value)| {
            // strace writes struct linger and struct ucred without the members' prefixes.
            let short = name.trim_start_matches("l_");
            if let Some(bytes) = name.strip_suffix("_hex") {
                return same_hex(value, theirs.field(bytes).ok_or_else(|| format!("strace has no {bytes}"))?);
            }
            if name.ends_with("_cut") {
                return Ok(());
            }
            // Of a value that the kernel changes, strace 6 shows the room for control data only as it is afterwards.
            if let ("msg_controllen", Some(room), Some(V::Atom(after))) = (name.as_str(), value.as_i64(), theirs.field(name)) {
                return if number(after).is_some_and(|n| n <= room) { Ok(()) } else { Err(format!("{room} and {after}")) };
            }
            match theirs.field(name).or_else(|| theirs.field(short)) {
                Some(field) => same(value, field).map_err(|why| format!("{name}: {why}")),
                None if value.is_null() => Ok(()),
                None => Err(format!("strace has no {name}")),
            }
        }),
        _ => differ(),
    }
}

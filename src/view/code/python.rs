//! Python: the `socket`, `select` and `fcntl` modules of its standard library (3.9 and newer).

mod check;
pub mod program;
mod words;

use self::words::WORDS;
use super::Step;
use crate::call::{Data, Value};
use crate::grammar::Source;
use crate::kernel::Addr;
use crate::kernel::net::Interface;
use crate::kernel::opt::OptValue;
use std::fmt::Write;
use std::net::IpAddr;

/// The step as Python would say it; `None` where Python has no such call.
pub fn say(step: &Step<'_>) -> Option<String> {
    let on = step.on.map(ident).unwrap_or_else(|| "s".into());
    let made = |i: usize| step.made.get(i).map_or("_".into(), |n| ident(n));
    let buf = |name: &str| match (step.arg(name), &step.place) {
        (Some(Value::Addr(_)), Some(place)) => place.clone(),
        (Some(v), _) => value(v),
        _ => String::new(),
    };
    let flags = flags(step);
    let with_flags = |first: String| if flags.is_empty() { first } else { format!("{first}, {flags}") };
    Some(match step.call {
        "socket" => format!("{} = socket.socket({})", made(0), kind(step)),
        "socketpair" => format!("{}, {} = socket.socketpair({})", made(0), made(1), kind(step)),
        "bind" | "connect" => format!("{on}.{}({})", step.call, buf("addr")),
        "listen" => format!("{on}.listen({})", buf("backlog")),
        "accept4" => format!("{}, address = {on}.accept()", made(0)),
        "send" => format!("{on}.send({})", with_flags(buf("buf"))),
        "sendto" => format!("{on}.sendto({}, {})", with_flags(buf("buf")), buf("dest_addr")),
        "recv" => format!("data = {on}.recv({})", with_flags(buf("len"))),
        "recvfrom" => format!("data, address = {on}.recvfrom({})", with_flags(buf("len"))),
        "sendmsg" => sendmsg(step, &on),
        "recvmsg" => format!(
            "data, ancillary, flags, address = {on}.recvmsg({}, {}{})",
            field(step, "msg_iov", "iov_len"),
            field(step, "msg_controllen", ""),
            if flags.is_empty() { String::new() } else { format!(", {flags}") }
        ),
        "read" => format!("data = os.read({on}.fileno(), {})", buf("count")),
        "write" => format!("os.write({on}.fileno(), {})", buf("buf")),
        "readv" => {
            let list: Vec<String> = items(step, "iov").map(|i| format!("bytearray({})", inside(i, "iov_len"))).collect();
            format!("os.readv({on}.fileno(), [{}])", list.join(", "))
        }
        "writev" => {
            let list: Vec<String> = items(step, "iov").map(|i| inside(i, "iov_base")).collect();
            format!("os.writev({on}.fileno(), [{}])", list.join(", "))
        }
        "sendfile" => format!("os.sendfile({on}.fileno(), file.fileno(), {}, {})", buf("offset"), buf("count")),
        "openat" => format!("file = open({}, \"rb\")", buf("pathname")),
        "shutdown" => format!("{on}.shutdown({})", buf("how")),
        "close" => match step.on {
            Some(_) => format!("{on}.close()"),
            None => "file.close()".into(),
        },
        "dup" => format!("{} = {on}.dup()", made(0)),
        "getsockname" | "getpeername" => format!("{on}.{}()", step.call),
        "getsockopt" => getsockopt(step, &on),
        "setsockopt" => format!("{on}.setsockopt({}, {}, {})", module(&buf("level")), optname(step), option(step)),
        "fcntl" => match step.arg("arg") {
            Some(arg) => {
                format!("fcntl.fcntl({on}, {}, {})", buf("cmd").replace("socket.", "fcntl."), value(arg).replace("socket.", "os."))
            }
            None => format!("fcntl.fcntl({on}, {})", buf("cmd").replace("socket.", "fcntl.")),
        },
        "ioctl" => format!(
            "fcntl.ioctl({on}, termios.{}, bytearray(4))",
            buf("request").trim_start_matches("socket.").replace("SIOCOUTQ", "TIOCOUTQ").replace("SIOCINQ", "FIONREAD")
        ),
        "poll" => poll(step),
        "select" => select(step),
        "epoll_create1" => format!("{} = select.epoll()", made(0)),
        "epoll_ctl" => epoll(step, &on),
        "epoll_wait" => format!("{on}.poll({}, {})", seconds(step), buf("maxevents")),
        "getaddrinfo" => format!("socket.getaddrinfo({}, {})", buf("node"), buf("service")),
        "unlink" => format!("os.unlink({})", step.place.clone().unwrap_or_else(|| buf("pathname"))),
        _ => return None,
    })
}

/// A learner's name as a Python identifier.
pub(super) fn ident(name: &str) -> String {
    let name = name.replace('-', "_");
    if WORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

fn module(name: &str) -> String {
    // Python knows the levels of protocols as IPPROTO_….
    match name.strip_prefix("socket.SOL_") {
        Some(level) if level != "SOCKET" => format!("socket.IPPROTO_{level}"),
        _ => name.to_string(),
    }
}

fn kind(step: &Step<'_>) -> String {
    let Some(Value::Flags(kind)) = step.arg("type") else { return String::new() };
    // Python closes on exec by itself.
    let parts: Vec<String> = kind.split('|').filter(|p| *p != "SOCK_CLOEXEC").map(constant).collect();
    let mut out = format!("{}, {}", step.arg("domain").map(value).unwrap_or_default(), parts.join(" | "));
    if let Some(Value::Const(p)) = step.arg("protocol")
        && p != "IPPROTO_IP"
        && p != "0"
    {
        let _ = write!(out, ", {}", constant(p));
    }
    out
}

fn constant(name: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit() || c == '-') { name.to_string() } else { format!("socket.{name}") }
}

fn flags(step: &Step<'_>) -> String {
    match step.arg("flags") {
        Some(Value::Flags(f)) => {
            let list: Vec<String> =
                f.split('|').filter(|p| *p != "0" && *p != "SOCK_CLOEXEC" && *p != "MSG_CMSG_CLOEXEC").map(constant).collect();
            list.join(" | ")
        }
        _ => String::new(),
    }
}

/// An argument in Python's words.
fn value(v: &Value<'_>) -> String {
    match v {
        Value::Fd(n) => n.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Len(n) => n.to_string(),
        Value::Const(name) | Value::Flags(name) => name.split('|').map(constant).collect::<Vec<_>>().join(" | "),
        Value::Text(t) => string(t.as_bytes()),
        Value::Null => "None".into(),
        Value::Addr(a) => address(a),
        Value::Data(d) => data(d),
        Value::Time(d) => format!("{}", d.as_secs_f64()),
        Value::List(list) => format!("[{}]", list.iter().map(value).collect::<Vec<_>>().join(", ")),
        _ => "…".into(),
    }
}

fn string(bytes: &[u8]) -> String {
    one_literal(bytes).trim_start_matches('b').to_string()
}

fn bytes_literal(bytes: &[u8]) -> String {
    match super::all_alike(bytes) {
        Some(0) => format!("bytes({})", bytes.len()),
        Some(b) => format!("{} * {}", one_literal(&[b]), bytes.len()),
        None => one_literal(bytes),
    }
}

fn one_literal(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for b in bytes {
        match b {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x20..=0x7e => out.push(*b as char),
            b => drop(write!(out, "\\x{b:02x}")),
        }
    }
    out.push('"');
    out
}

fn data(d: &Data) -> String {
    match &d.source {
        Source::Zeros(_) => format!("bytes({})", d.len),
        Source::File(path) => format!("open({}, \"rb\").read()", string(path.as_bytes())),
        _ => {
            // Text that is not ASCII is easier to read as text.
            match std::str::from_utf8(d.shown()) {
                Ok(text) if !text.is_ascii() && !text.chars().any(char::is_control) => {
                    format!("\"{}\".encode()", text.replace('\\', "\\\\").replace('"', "\\\""))
                }
                _ => bytes_literal(d.shown()),
            }
        }
    }
}

fn address(a: &Addr) -> String {
    match a {
        Addr::V4(a) => format!("(\"{}\", {})", a.ip(), a.port()),
        Addr::V6(a) if a.scope.number == 0 => format!("(\"{}\", {})", a.ip, a.port),
        Addr::V6(a) => format!("(\"{}\", {}, {}, {})", a.ip, a.port, a.flowinfo, interface(&a.scope)),
        Addr::Path(p) => string(p),
        Addr::Abstract(n) => string(&[&[0], &n[..]].concat()),
        _ => "\"\"".into(),
    }
}

fn items<'a>(step: &'a Step<'a>, name: &str) -> impl Iterator<Item = &'a Value<'a>> {
    let list = match step.arg(name) {
        Some(Value::List(list)) => list.as_slice(),
        _ => &[],
    };
    list.iter()
}

fn inside(v: &Value<'_>, name: &str) -> String {
    match v {
        Value::Struct(fields) => fields.iter().find(|f| f.0 == name).map(|f| value(&f.1)).unwrap_or_default(),
        _ => String::new(),
    }
}

/// A field of the message header, or of the first entry of one of its lists.
fn field(step: &Step<'_>, name: &str, inner: &str) -> String {
    let Some(Value::Struct(fields)) = step.arg("msg") else { return String::new() };
    match fields.iter().find(|f| f.0 == name).map(|f| &f.1) {
        Some(Value::List(list)) => list.first().map(|v| inside(v, inner)).unwrap_or_default(),
        Some(v) => value(v),
        None => String::new(),
    }
}

fn sendmsg(step: &Step<'_>, on: &str) -> String {
    let Some(Value::Struct(header)) = step.arg("msg") else { return String::new() };
    let find = |name: &str| header.iter().find(|f| f.0 == name).map(|f| &f.1);
    let buffers: Vec<String> = match find("msg_iov") {
        Some(Value::List(list)) => list.iter().map(|v| inside(v, "iov_base")).collect(),
        _ => Vec::new(),
    };
    let mut control = Vec::new();
    if let Some(Value::List(list)) = find("msg_control") {
        for c in list {
            let Value::Struct(fields) = c else { continue };
            let get = |name: &str| fields.iter().find(|f| f.0 == name).map(|f| &f.1);
            if let Some(Value::List(fds)) = get("cmsg_data") {
                let fds: Vec<String> = fds
                    .iter()
                    .map(|f| match f {
                        Value::Fd(fd) => step.names.get(fd).map_or_else(|| fd.to_string(), |n| format!("{}.fileno()", ident(n))),
                        other => value(other),
                    })
                    .collect();
                control.push(format!("(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array(\"i\", [{}]))", fds.join(", ")));
            } else {
                let n = |name: &str| get(name).map(value).unwrap_or_default();
                control.push(format!(
                    "(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack(\"3i\", {}, {}, {}))",
                    n("pid"),
                    n("uid"),
                    n("gid")
                ));
            }
        }
    }
    let mut rest = String::new();
    if let Some(to @ Value::Addr(_)) = find("msg_name") {
        let flags = flags(step);
        let to = step.place.clone().unwrap_or_else(|| value(to));
        let _ = write!(rest, ", {}, {to}", if flags.is_empty() { "0" } else { &flags });
    } else if !flags(step).is_empty() {
        let _ = write!(rest, ", {}", flags(step));
    }
    format!("{on}.sendmsg([{}], [{}]{rest})", buffers.join(", "), control.join(", "))
}

fn getsockopt(step: &Step<'_>, on: &str) -> String {
    let arg = |n: &str| step.arg(n).map(value).unwrap_or_default();
    // Anything that is not an int is asked for with room for its bytes.
    let size = match step.arg("optlen") {
        Some(Value::Filled(crate::call::Filled::OptionLen(n))) if *n != 4 => format!(", {n}"),
        _ => String::new(),
    };
    format!("{on}.getsockopt({}, {}{size})", module(&arg("level")), optname(step))
}

fn optname(step: &Step<'_>) -> String {
    match step.arg("optname") {
        Some(Value::Const(name)) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => super::lacks::python(name),
        Some(v) => value(v),
        None => String::new(),
    }
}

fn option(step: &Step<'_>) -> String {
    match step.arg("optval") {
        Some(Value::Option(o)) => match o {
            OptValue::Int(n) => n.to_string(),
            OptValue::Bool(b) => i32::from(*b).to_string(),
            OptValue::Time(d) => format!("struct.pack(\"ll\", {}, {})", d.as_secs(), d.subsec_micros()),
            OptValue::Linger(on, s) => format!("struct.pack(\"ii\", {}, {s})", i32::from(*on)),
            OptValue::Text(s) => bytes_literal(s.as_bytes()),
            OptValue::Mreq(g, a, i) => {
                format!("socket.inet_aton(\"{g}\") + struct.pack(\"4si\", socket.inet_aton(\"{a}\"), {})", interface(i))
            }
            OptValue::Interface4(ip) => format!("socket.inet_aton(\"{ip}\")"),
            OptValue::Interface(i) => match optname(step) {
                name if name.ends_with("UNICAST_IF") => format!("socket.htonl({})", interface(i)),
                name if name.ends_with("IP_MULTICAST_IF") => format!("struct.pack(\"8xi\", {})", interface(i)),
                _ => interface(i),
            },
            OptValue::Mreq6(g, i) => {
                format!("socket.inet_pton(socket.AF_INET6, \"{g}\") + struct.pack(\"I\", {})", interface(i))
            }
            // struct group_req: the interface, and a sockaddr_storage.
            OptValue::GroupReq(IpAddr::V4(g), i) => {
                format!("struct.pack(\"I4xHH4s120x\", {}, socket.AF_INET, 0, socket.inet_aton(\"{g}\"))", interface(i))
            }
            OptValue::GroupReq(IpAddr::V6(g), i) => format!(
                "struct.pack(\"I4xHHI16s104x\", {}, socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, \"{g}\"))",
                interface(i)
            ),
            OptValue::MreqSource(g, l, s) => format!("b\"\".join(map(socket.inet_aton, [\"{g}\", \"{l}\", \"{s}\"]))"),
            OptValue::Bytes(b) => bytes_literal(b),
            _ => "…".into(),
        },
        _ => "…".into(),
    }
}

/// An interface's number, which another machine or host may count otherwise.
fn interface(i: &Interface) -> String {
    i.name.as_ref().map_or_else(|| i.number.to_string(), |name| format!("socket.if_nametoindex({})", string(name.as_bytes())))
}

fn name(step: &Step<'_>, fd: &Value<'_>) -> String {
    match fd {
        Value::Fd(fd) => step.names.get(fd).map_or_else(|| fd.to_string(), |n| ident(n)),
        other => value(other),
    }
}

fn poll(step: &Step<'_>) -> String {
    let mut out = String::from("p = select.poll()");
    for item in items(step, "fds") {
        let Value::Struct(fields) = item else { continue };
        let get = |n: &str| fields.iter().find(|f| f.0 == n).map(|f| &f.1);
        let fd = get("fd").map(|f| name(step, f)).unwrap_or_default();
        let events = get("events").map(value).unwrap_or_default().replace("socket.", "select.");
        let _ = write!(out, "; p.register({fd}, {events})");
    }
    let timeout = step.arg("timeout").map(value).unwrap_or_default();
    let _ = write!(out, "; p.poll({})", if timeout == "-1" { "" } else { &timeout });
    out
}

fn select(step: &Step<'_>) -> String {
    let set = |n: &str| -> String {
        let list: Vec<String> = items(step, n).map(|f| name(step, f)).collect();
        format!("[{}]", list.join(", "))
    };
    let timeout = match step.arg("timeout") {
        Some(Value::Time(d)) => format!(", {}", d.as_secs_f64()),
        _ => String::new(),
    };
    format!("select.select({}, {}, {}{timeout})", set("readfds"), set("writefds"), set("exceptfds"))
}

fn epoll(step: &Step<'_>, on: &str) -> String {
    let fd = step.arg("fd").map(|f| name(step, f)).unwrap_or_default();
    let events = match step.arg("event") {
        Some(e @ Value::Struct(_)) => inside(e, "events").replace("socket.", "select."),
        _ => String::new(),
    };
    match step.arg("op") {
        Some(Value::Const(op)) if op == "EPOLL_CTL_ADD" => format!("{on}.register({fd}, {events})"),
        Some(Value::Const(op)) if op == "EPOLL_CTL_MOD" => format!("{on}.modify({fd}, {events})"),
        _ => format!("{on}.unregister({fd})"),
    }
}

fn seconds(step: &Step<'_>) -> String {
    match step.arg("timeout") {
        Some(Value::Int(ms)) if *ms >= 0 => format!("{}", *ms as f64 / 1000.0),
        _ => "None".into(),
    }
}

//! One call in Rust: an expression whose value is an `io::Result`.

use super::{bytes, ident, interface, string};
use crate::call::{Data, Value};
use crate::grammar::Source;
use crate::kernel::opt::{OptValue, encode};
use crate::view::code::Step;
use crate::vocabulary::Shape;

/// The call; `place` is its address. `None` where there are no words for it.
pub fn speak(step: &Step<'_>, place: Option<&str>) -> Option<String> {
    let on = step.on.map(ident).unwrap_or_else(|| "file".into());
    let number = |name: &str| match step.arg(name) {
        Some(Value::Len(n)) => Some(n.to_string()),
        Some(Value::Int(n)) => Some(n.to_string()),
        _ => None,
    };
    let flags = flags(step);
    Some(match step.call {
        "socket" => format!("Socket::new({})", kind(step)?),
        "socketpair" => format!("Socket::pair({})", kind(step)?),
        "bind" | "connect" => format!("{on}.{}(&{})", step.call, place?),
        "listen" => format!("{on}.listen({})", number("backlog")?),
        "accept4" => format!("{on}.accept()"),
        "send" if flags == "0" => format!("{on}.send({})", data(step.arg("buf")?)?),
        "send" => format!("{on}.send_with_flags({}, {flags})", data(step.arg("buf")?)?),
        "sendto" if flags == "0" => format!("{on}.send_to({}, &{})", data(step.arg("buf")?)?, place?),
        "sendto" => format!("{on}.send_to_with_flags({}, &{}, {flags})", data(step.arg("buf")?)?, place?),
        "recv" => format!("received(&{on}, {}, {flags})", number("len")?),
        "recvfrom" => format!("received_from(&{on}, {}, {flags})", number("len")?),
        "read" => format!("received(&{on}, {}, 0)", number("count")?),
        "write" => format!("{on}.send({})", data(step.arg("buf")?)?),
        "sendmsg" => sendmsg(step, &on, place)?,
        "recvmsg" => recvmsg(step, &on, &flags)?,
        "writev" => {
            let parts = parts(step.arg("iov"))?;
            format!("{on}.send_vectored(&[{}])", parts.join(", "))
        }
        "shutdown" => format!("{on}.shutdown(Shutdown::{})", how(step)?),
        "close" => format!("drop({on})"),
        "dup" => format!("{on}.try_clone()"),
        "getsockname" => format!("{on}.local_addr()"),
        "getpeername" => format!("{on}.peer_addr()"),
        "getsockopt" => {
            let (level, name) = option_names(step)?;
            match step.arg("optlen") {
                Some(Value::Filled(crate::call::Filled::OptionLen(4))) => format!("option(&{on}, {level}, {name})"),
                _ => return None,
            }
        }
        "setsockopt" => set_option(step, &on)?,
        "fcntl" => match (step.arg("cmd")?, step.arg("arg")) {
            (Value::Const(cmd), Some(Value::Flags(arg))) if cmd == "F_SETFL" && (arg == "0" || arg == "O_NONBLOCK") => {
                format!("{on}.set_nonblocking({})", arg == "O_NONBLOCK")
            }
            (Value::Const(cmd), None) if cmd == "F_GETFL" => format!("status_flags(&{on})"),
            _ => return None,
        },
        "ioctl" => match step.arg("request")? {
            Value::Const(name) if name == "FIONREAD" || name == "SIOCINQ" => format!("amount(&{on}, libc::FIONREAD)"),
            Value::Const(name) if name == "SIOCOUTQ" || name == "TIOCOUTQ" => format!("amount(&{on}, libc::TIOCOUTQ)"),
            _ => return None,
        },
        "poll" => format!("poll(&mut [{}], {})", polled(step)?.join(", "), number("timeout")?),
        "select" => select(step)?,
        "epoll_create1" => "epoll_create()".into(),
        "epoll_ctl" => {
            let events = match step.arg("event") {
                Some(Value::Struct(fields)) => match &fields.first()?.1 {
                    Value::Flags(f) => libc_names(f),
                    _ => return None,
                },
                _ => "0".into(),
            };
            let Some(Value::Const(op)) = step.arg("op") else { return None };
            format!("epoll_ctl(&{on}, libc::{op}, &{}, {events})", fd_name(step, step.arg("fd")?)?)
        }
        "epoll_wait" => format!("epoll_wait(&{on}, {}, {})", number("maxevents")?, number("timeout")?),
        "openat" => match step.arg("pathname")? {
            Value::Text(path) => format!("File::open({})", string(path.as_bytes())),
            _ => return None,
        },
        "unlink" => match (place, step.arg("pathname")?) {
            (Some(place), _) => format!("std::fs::remove_file({place})"),
            (None, Value::Text(path)) => format!("std::fs::remove_file({})", string(path.as_bytes())),
            _ => return None,
        },
        _ => return None,
    })
}

fn fd_name(step: &Step<'_>, v: &Value<'_>) -> Option<String> {
    match v {
        Value::Fd(fd) => step.names.get(fd).map(|n| ident(n)),
        _ => None,
    }
}

/// `A|B` as `libc::A | libc::B`.
pub fn libc_names(names: &str) -> String {
    let one = |n: &str| if n.starts_with(|c: char| c.is_ascii_digit()) { n.to_string() } else { format!("libc::{n}") };
    let list: Vec<String> =
        names.split('|').filter(|n| !matches!(*n, "SOCK_CLOEXEC" | "MSG_CMSG_CLOEXEC") || names == *n).map(one).collect();
    if list.is_empty() { "0".into() } else { list.join(" | ") }
}

fn flags(step: &Step<'_>) -> String {
    match step.arg("flags") {
        Some(Value::Flags(f)) => libc_names(f),
        _ => "0".into(),
    }
}

fn kind(step: &Step<'_>) -> Option<String> {
    let (Value::Const(domain), Value::Flags(kind), Value::Const(protocol)) =
        (step.arg("domain")?, step.arg("type")?, step.arg("protocol")?)
    else {
        return None;
    };
    let domain = match &**domain {
        "AF_INET" => "Domain::IPV4".into(),
        "AF_INET6" => "Domain::IPV6".into(),
        "AF_UNIX" => "Domain::UNIX".into(),
        other => format!("Domain::from({})", libc_names(other)),
    };
    let mut ty = String::new();
    for part in kind.split('|') {
        match part {
            "SOCK_STREAM" => ty.push_str("Type::STREAM"),
            "SOCK_DGRAM" => ty.push_str("Type::DGRAM"),
            "SOCK_SEQPACKET" => ty.push_str("Type::SEQPACKET"),
            "SOCK_NONBLOCK" => ty.push_str(".nonblocking()"),
            "SOCK_CLOEXEC" => {}
            other => ty.push_str(&format!("Type::from({})", libc_names(other))),
        }
    }
    let protocol = match &**protocol {
        "IPPROTO_IP" | "0" => "None".into(),
        other => format!("Some(Protocol::from({}))", libc_names(other)),
    };
    Some(format!("{domain}, {ty}, {protocol}"))
}

pub fn data(v: &Value<'_>) -> Option<String> {
    let Value::Data(d) = v else { return None };
    Some(of_data(d))
}

fn of_data(d: &Data) -> String {
    match &d.source {
        Source::Zeros(_) => format!("&vec![0; {}]", d.len),
        Source::File(path) => format!("&std::fs::read({})?", string(path.as_bytes())),
        _ => match std::str::from_utf8(d.shown()) {
            Ok(text) if !text.is_ascii() && !text.chars().any(char::is_control) => {
                format!("\"{}\".as_bytes()", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            _ => bytes(d.shown()),
        },
    }
}

fn how(step: &Step<'_>) -> Option<&'static str> {
    match step.arg("how")? {
        Value::Const(how) => Some(match &**how {
            "SHUT_RD" => "Read",
            "SHUT_WR" => "Write",
            "SHUT_RDWR" => "Both",
            _ => return None,
        }),
        _ => None,
    }
}

fn option_names(step: &Step<'_>) -> Option<(String, String)> {
    let (Value::Const(level), Value::Const(name)) = (step.arg("level")?, step.arg("optname")?) else { return None };
    let level = match &**level {
        "SOL_TCP" => "libc::IPPROTO_TCP".into(),
        "SOL_IP" => "libc::IPPROTO_IP".into(),
        "SOL_IPV6" => "libc::IPPROTO_IPV6".into(),
        other => libc_names(other),
    };
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic());
    Some((level, if named { crate::view::code::lacks::rust(name) } else { name.to_string() }))
}

/// socket2's own word for an option, or the option by number.
fn set_option(step: &Step<'_>, on: &str) -> Option<String> {
    let (level, name) = option_names(step)?;
    let Some(Value::Option(value)) = step.arg("optval") else { return None };
    let int = match value {
        OptValue::Int(n) => Some(*n),
        OptValue::Bool(b) => Some(i64::from(*b)),
        _ => None,
    };
    let said = match (name.trim_start_matches("libc::"), int, value) {
        ("SO_REUSEADDR", Some(n), _) => format!("set_reuse_address({})", n != 0),
        ("SO_REUSEPORT", Some(n), _) => format!("set_reuse_port({})", n != 0),
        ("SO_KEEPALIVE", Some(n), _) => format!("set_keepalive({})", n != 0),
        ("SO_BROADCAST", Some(n), _) => format!("set_broadcast({})", n != 0),
        ("IPV6_V6ONLY", Some(n), _) => format!("set_only_v6({})", n != 0),
        ("SO_RCVBUF", Some(n), _) if n >= 0 => format!("set_recv_buffer_size({n})"),
        ("SO_SNDBUF", Some(n), _) if n >= 0 => format!("set_send_buffer_size({n})"),
        ("SO_LINGER", _, OptValue::Linger(true, s)) if *s >= 0 => format!("set_linger(Some(Duration::from_secs({s})))"),
        ("SO_LINGER", _, OptValue::Linger(false, _)) => "set_linger(None)".into(),
        ("SO_RCVTIMEO", _, OptValue::Time(d)) if !d.is_zero() => {
            format!("set_read_timeout(Some(Duration::from_micros({})))", d.as_micros())
        }
        ("SO_SNDTIMEO", _, OptValue::Time(d)) if !d.is_zero() => {
            format!("set_write_timeout(Some(Duration::from_micros({})))", d.as_micros())
        }
        (_, Some(n), _) => return Some(format!("set_option(&{on}, {level}, {name}, &i32::to_ne_bytes({n}))")),
        (short, None, value) => {
            let raw = match value {
                OptValue::Interface(i) if short == "IP_MULTICAST_IF" => {
                    format!("&[[0; 4], [0; 4], {}.to_ne_bytes()].concat()", interface(i))
                }
                OptValue::Interface(i) if short.ends_with("UNICAST_IF") => format!("&u32::to_be_bytes({})", interface(i)),
                OptValue::Interface(i) => format!("&u32::to_ne_bytes({})", interface(i)),
                OptValue::Mreq(group, address, i) => {
                    let [group, address] = [group, address].map(|a| format!("{:?}", a.octets()));
                    format!("&[{group}, {address}, u32::to_ne_bytes({})].concat()", interface(i))
                }
                OptValue::Mreq6(group, i) => {
                    format!("&[&{:?}[..], &u32::to_ne_bytes({})].concat()", group.octets(), interface(i))
                }
                OptValue::Interface4(ip) => bytes(&ip.octets()),
                other => bytes(&encode(other, Shape::Bytes)),
            };
            return Some(format!("set_option(&{on}, {level}, {name}, {raw})"));
        }
    };
    Some(format!("{on}.{said}"))
}

fn items<'a, 'b>(v: Option<&'b Value<'a>>) -> &'b [Value<'a>] {
    match v {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

fn field<'a, 'b>(v: &'b Value<'a>, name: &str) -> Option<&'b Value<'a>> {
    match v {
        Value::Struct(fields) => fields.iter().find(|f| f.0 == name).map(|f| &f.1),
        _ => None,
    }
}

fn parts(list: Option<&Value<'_>>) -> Option<Vec<String>> {
    items(list).iter().map(|p| Some(format!("IoSlice::new({})", data(field(p, "iov_base")?)?))).collect()
}

fn sendmsg(step: &Step<'_>, on: &str, place: Option<&str>) -> Option<String> {
    let header = step.arg("msg")?;
    let parts = parts(field(header, "msg_iov"))?;
    let control = items(field(header, "msg_control"));
    let rights: Option<Vec<String>> = control
        .iter()
        .map(|c| items(field(c, "cmsg_data")).iter().map(|f| Some(format!("&{}", fd_name(step, f)?))).collect::<Option<Vec<_>>>())
        .map(|list| list.filter(|l| !l.is_empty()).map(|l| l.join(", ")))
        .collect();
    match (control.is_empty(), rights, place) {
        (true, _, None) => Some(format!("{on}.send_vectored(&[{}])", parts.join(", "))),
        (true, _, Some(place)) => Some(format!("{on}.send_to_vectored(&[{}], &{place})", parts.join(", "))),
        (false, Some(rights), None) if parts.len() == 1 => {
            let part = parts[0].trim_start_matches("IoSlice::new(").trim_end_matches(')').to_string();
            Some(format!("send_rights(&{on}, {part}, &[{}])", rights.join(", ")))
        }
        _ => None,
    }
}

fn recvmsg(step: &Step<'_>, on: &str, flags: &str) -> Option<String> {
    let header = step.arg("msg")?;
    let room = match field(items(field(header, "msg_iov")).first()?, "iov_len")? {
        Value::Len(n) => *n,
        _ => return None,
    };
    // Where nothing came along, recv is all that is needed.
    Some(match step.made.len() {
        0 => format!("received(&{on}, {room}, {flags})"),
        _ => format!("received_rights(&{on}, {room})"),
    })
}

fn polled(step: &Step<'_>) -> Option<Vec<String>> {
    items(step.arg("fds"))
        .iter()
        .map(|p| {
            let (name, Value::Flags(events)) = (fd_name(step, field(p, "fd")?)?, field(p, "events")?) else { return None };
            Some(format!("polled(&{name}, {})", libc_names(events)))
        })
        .collect()
}

fn select(step: &Step<'_>) -> Option<String> {
    let set = |name: &str| -> Option<String> {
        let names: Option<Vec<String>> =
            items(step.arg(name)).iter().map(|f| Some(format!("{}.as_raw_fd()", fd_name(step, f)?))).collect();
        Some(format!("&[{}]", names?.join(", ")))
    };
    let limit = match step.arg("timeout") {
        Some(Value::Time(d)) => format!("Some(Duration::from_micros({}))", d.as_micros()),
        _ => "None".into(),
    };
    Some(format!("select([{}, {}, {}], {limit})", set("readfds")?, set("writefds")?, set("exceptfds")?))
}

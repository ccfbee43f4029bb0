//! One call in C: the declarations it needs, and the call.

use super::value::{self, option};
use super::{constants, field, ident, items};
use crate::call::{Filled, Value};
use crate::view::code::Step;

/// What a call finds around it.
#[derive(Default)]
pub struct Room {
    /// The buffer that data is received into.
    pub data: String,
    /// The variable that holds the call's address, and how many bytes of it count.
    pub place: Option<(String, String)>,
    /// Who sent a datagram is kept in `sender`.
    pub sender: bool,
}

/// A call, and what must stand before it. What stands before it belongs to this call alone: a block holds both.
#[derive(Default)]
pub struct Spoken {
    pub before: Vec<String>,
    pub call: String,
}

/// The call in C; `None` where its arguments have no words here.
pub fn speak(step: &Step<'_>, room: &Room) -> Option<Spoken> {
    let mut spoken = Spoken::default();
    let name = match step.call {
        "openat" => "open",
        call => call,
    };
    match step.call {
        "poll" | "ppoll" => poll(step, &mut spoken),
        "select" => select(step, &mut spoken),
        "epoll_ctl" => epoll_ctl(step, &mut spoken),
        "epoll_wait" => {
            let most = step.arg("maxevents").map(|v| plain(v, step, room))?;
            spoken.before.push(format!("struct epoll_event found[{most}];"));
            let (ep, limit) = (on(step), step.arg("timeout").map(|v| plain(v, step, room))?);
            spoken.call = format!("epoll_wait({ep}, found, {most}, {limit})");
        }
        "sendmsg" | "recvmsg" => message(step, room, &mut spoken),
        "sendmmsg" | "recvmmsg" => messages(step, room, &mut spoken)?,
        "readv" | "writev" => vector(step, room, &mut spoken),
        "getsockopt" => getsockopt(step, &mut spoken),
        "getsockname" | "getpeername" => {
            spoken.before.push("struct sockaddr_storage found;".into());
            spoken.before.push("socklen_t length = sizeof found;".into());
            spoken.call = format!("{}({}, (struct sockaddr *)&found, &length)", step.call, on(step));
        }
        "socketpair" => {
            spoken.before.push("int pair[2];".into());
            let args: Vec<String> =
                ["domain", "type", "protocol"].iter().filter_map(|a| step.arg(a)).map(|v| plain(v, step, room)).collect();
            spoken.call = format!("socketpair({}, pair)", args.join(", "));
        }
        "getaddrinfo" => getaddrinfo(step, &mut spoken),
        "ioctl" => {
            let set = items(step.arg("argp")).first().map(|v| plain(v, step, room)).unwrap_or_else(|| "0".into());
            spoken.before.push(format!("int value = {set};"));
            let request = step.arg("request").map(|v| plain(v, step, room))?;
            spoken.call = format!("ioctl({}, {request}, &value)", on(step));
        }
        "openat" => spoken.call = format!("open({}, O_RDONLY | O_CLOEXEC)", plain(step.arg("pathname")?, step, room)),
        "sendfile" => {
            let offset = step.arg("offset").map(|v| plain(v, step, room)).unwrap_or_else(|| "NULL".into());
            let offset = if offset == "NULL" { offset } else { format!("&(off_t){{{offset}}}") };
            let file = step.arg("in_fd").map(|v| plain(v, step, room))?;
            spoken.call = format!("sendfile({}, {file}, {offset}, {})", on(step), plain(step.arg("count")?, step, room));
        }
        _ => {
            let args = arguments(step, room, &mut spoken)?;
            spoken.call = format!("{name}({})", args.join(", "));
        }
    }
    Some(spoken)
}

fn on(step: &Step<'_>) -> String {
    step.on.map(ident).unwrap_or_else(|| "file".into())
}

/// Every argument in the man page's order.
fn arguments(step: &Step<'_>, room: &Room, spoken: &mut Spoken) -> Option<Vec<String>> {
    let mut args: Vec<String> = Vec::new();
    for (i, (name, v)) in step.arguments.iter().enumerate() {
        let last = match v {
            Value::Fd(_) if i == 0 => on(step),
            Value::Addr(a) => {
                let (variable, length) = place(a, room, spoken);
                args.push(format!("(struct sockaddr *)&{variable}"));
                length
            }
            Value::Len(_) if *name == "addrlen" => continue,
            Value::Option(o) => {
                let optname = step.arg("optname").map(|v| plain(v, step, room)).unwrap_or_default();
                let (pointer, size) = option(o, &optname);
                args.push(pointer);
                size
            }
            Value::Len(_) if *name == "optlen" => continue,
            Value::Data(d) => value::data(d).0,
            Value::Struct(_) | Value::List(_) | Value::Time(_) => return None,
            v => plain(v, step, room),
        };
        args.push(last);
    }
    Some(args)
}

fn place(a: &crate::kernel::Addr, room: &Room, spoken: &mut Spoken) -> (String, String) {
    room.place.clone().unwrap_or_else(|| {
        spoken.before.push(format!("{} address = {};", value::structure(a), value::literal(a)));
        ("address".into(), value::length(a, "address", None))
    })
}

/// A value that is one word or a few.
fn plain(v: &Value<'_>, step: &Step<'_>, room: &Room) -> String {
    match v {
        Value::Fd(fd) => step.names.get(fd).map_or_else(|| fd.to_string(), |n| ident(n)),
        Value::Const(names) | Value::Flags(names) => constants(names),
        Value::Int(n) => n.to_string(),
        Value::Len(n) => n.to_string(),
        Value::Text(t) => value::string(t.as_bytes()),
        Value::Filled(Filled::Buf) => room.data.clone(),
        Value::Filled(Filled::Addr) if room.sender => "(struct sockaddr *)&sender".into(),
        Value::Filled(Filled::AddrLen(_)) if room.sender => "&(socklen_t){sizeof sender}".into(),
        _ => "NULL".into(),
    }
}

fn poll(step: &Step<'_>, spoken: &mut Spoken) {
    let room = Room::default();
    let list = items(step.arg("fds"));
    let one = |v: &Value<'_>| {
        let get = |n: &str| field(v, n).map(|v| plain(v, step, &room)).unwrap_or_default();
        format!("{{{}, {}, 0}}", get("fd"), get("events"))
    };
    spoken.before.push(format!("struct pollfd polled[] = {{{}}};", list.iter().map(one).collect::<Vec<_>>().join(", ")));
    let count = list.len();
    spoken.call = match step.arg("tmo_p") {
        Some(Value::Time(d)) => {
            spoken.before.push(format!("struct timespec limit = {{{}, {}}};", d.as_secs(), d.subsec_nanos()));
            format!("ppoll(polled, {count}, &limit, NULL)")
        }
        Some(_) => format!("ppoll(polled, {count}, NULL, NULL)"),
        None => format!("poll(polled, {count}, {})", step.arg("timeout").map(|v| plain(v, step, &room)).unwrap_or_default()),
    };
}

/// The sets of select(2) with their argument's name.
pub const SETS: [(&str, &str, &str); 3] =
    [("readfds", "reads", "read"), ("writefds", "writes", "write"), ("exceptfds", "excepts", "except")];

fn select(step: &Step<'_>, spoken: &mut Spoken) {
    let room = Room::default();
    let mut args = vec!["FD_SETSIZE".to_string()];
    for (argument, variable, _) in SETS {
        let list = items(step.arg(argument));
        if list.is_empty() {
            args.push("NULL".into());
            continue;
        }
        spoken.before.push(format!("fd_set {variable};"));
        spoken.before.push(format!("FD_ZERO(&{variable});"));
        spoken.before.extend(list.iter().map(|fd| format!("FD_SET({}, &{variable});", plain(fd, step, &room))));
        args.push(format!("&{variable}"));
    }
    match step.arg("timeout") {
        Some(Value::Time(d)) => {
            spoken.before.push(format!("struct timeval limit = {{{}, {}}};", d.as_secs(), d.subsec_micros()));
            args.push("&limit".into());
        }
        _ => args.push("NULL".into()),
    }
    spoken.call = format!("select({})", args.join(", "));
}

fn epoll_ctl(step: &Step<'_>, spoken: &mut Spoken) {
    let room = Room::default();
    let get = |n: &str| step.arg(n).map(|v| plain(v, step, &room)).unwrap_or_default();
    let event = match step.arg("event") {
        Some(e @ Value::Struct(_)) => {
            let events = field(e, "events").map(|v| plain(v, step, &room)).unwrap_or_default();
            format!("&(struct epoll_event){{.events = {events}, .data.fd = {}}}", get("fd"))
        }
        _ => "NULL".into(),
    };
    spoken.call = format!("epoll_ctl({}, {}, {}, {event})", on(step), get("op"), get("fd"));
}

fn message(step: &Step<'_>, room: &Room, spoken: &mut Spoken) {
    let Some(header) = step.arg("msg") else { return };
    let iov: Vec<String> = items(field(header, "msg_iov")).iter().map(|part| iovec(part, room)).collect();
    spoken.before.push(format!("struct iovec parts[] = {{{}}};", iov.join(", ")));
    let mut fields = vec![".msg_iov = parts".to_string(), format!(".msg_iovlen = {}", iov.len())];
    if let Some(Value::Addr(a)) = field(header, "msg_name") {
        let (variable, length) = place(a, room, spoken);
        fields.push(format!(".msg_name = &{variable}, .msg_namelen = {length}"));
    }
    let (mut size, mut filling) = (None, Vec::new());
    match field(header, "msg_control") {
        Some(Value::List(list)) => {
            let sizes: Vec<String> = list.iter().map(|c| format!("CMSG_SPACE({})", control_size(c))).collect();
            size = (!sizes.is_empty()).then(|| sizes.join(" + "));
            for (i, c) in list.iter().enumerate() {
                let first = if i == 0 {
                    "struct cmsghdr *extra = CMSG_FIRSTHDR(&message);"
                } else {
                    "extra = CMSG_NXTHDR(&message, extra);"
                };
                filling.push(first.to_string());
                filling.extend(control(c, step));
            }
        }
        Some(Value::Filled(_)) => {
            size = match field(header, "msg_controllen") {
                Some(Value::Len(n)) if *n > 0 => Some(n.to_string()),
                _ => None,
            };
        }
        _ => {}
    }
    if let Some(size) = size {
        // The control buffer holds a cmsghdr at its start, and is aligned like one (cmsg(3)).
        spoken.before.push(format!("_Alignas(struct cmsghdr) char control[{size}];"));
        spoken.before.push("memset(control, 0, sizeof control);".into());
        fields.push(".msg_control = control, .msg_controllen = sizeof control".into());
    }
    spoken.before.push(format!("struct msghdr message = {{{}}};", fields.join(", ")));
    spoken.before.extend(filling);
    let flags = step.arg("flags").map(|v| plain(v, step, room)).unwrap_or_else(|| "0".into());
    spoken.call = format!("{}({}, &message, {flags})", step.call, on(step));
}

fn iovec(part: &Value<'_>, room: &Room) -> String {
    let len = match field(part, "iov_len") {
        Some(Value::Len(n)) => *n,
        _ => 0,
    };
    let base = match field(part, "iov_base") {
        Some(Value::Data(d)) => format!("(void *){}", value::data(d).0),
        _ => room.data.clone(),
    };
    format!("{{{base}, {len}}}")
}

fn control_size(c: &Value<'_>) -> String {
    match field(c, "cmsg_data") {
        Some(Value::List(fds)) => format!("{} * sizeof(int)", fds.len()),
        _ => "sizeof(struct ucred)".into(),
    }
}

fn control(c: &Value<'_>, step: &Step<'_>) -> Vec<String> {
    let room = Room::default();
    let get = |n: &str| field(c, n).map(|v| plain(v, step, &room)).unwrap_or_default();
    let size = control_size(c);
    let bytes = match field(c, "cmsg_data") {
        Some(Value::List(fds)) => {
            format!("(int[]){{{}}}", fds.iter().map(|f| plain(f, step, &room)).collect::<Vec<_>>().join(", "))
        }
        _ => format!("(&(struct ucred){{{}, {}, {}}})", "getpid()", get("uid"), get("gid")),
    };
    vec![
        format!("extra->cmsg_level = {};", get("cmsg_level")),
        format!("extra->cmsg_type = {};", get("cmsg_type")),
        format!("extra->cmsg_len = CMSG_LEN({size});"),
        format!("memcpy(CMSG_DATA(extra), {bytes}, {size});"),
    ]
}

fn messages(step: &Step<'_>, room: &Room, spoken: &mut Spoken) -> Option<()> {
    let flags = step.arg("flags").map(|v| plain(v, step, room))?;
    let count = match step.arg("vlen")? {
        Value::Len(n) => *n,
        _ => return None,
    };
    let mut list = Vec::new();
    let mut named = String::new();
    for m in items(step.arg("msgvec")) {
        list.push(iovec(m, room));
        if let (Some(Value::Addr(a)), true) = (field(m, "msg_name"), named.is_empty()) {
            let (variable, length) = place(a, room, spoken);
            named = format!(", .msg_name = &{variable}, .msg_namelen = {length}");
        }
    }
    if list.is_empty() {
        return None;
    }
    spoken.before.push(format!("struct iovec parts[] = {{{}}};", list.join(", ")));
    let headers: Vec<String> =
        (0..list.len()).map(|i| format!("{{.msg_hdr = {{.msg_iov = &parts[{i}], .msg_iovlen = 1{named}}}}}")).collect();
    spoken.before.push(format!("struct mmsghdr messages[] = {{{}}};", headers.join(", ")));
    spoken.call = format!("{}({}, messages, {count}, {flags})", step.call, on(step));
    Some(())
}

fn vector(step: &Step<'_>, room: &Room, spoken: &mut Spoken) {
    let list = items(step.arg("iov"));
    let mut at = 0;
    let mut parts = Vec::new();
    for part in list {
        let len = match field(part, "iov_len") {
            Some(Value::Len(n)) => *n,
            _ => 0,
        };
        parts.push(match field(part, "iov_base") {
            Some(Value::Data(_)) => iovec(part, room),
            _ => format!("{{{} + {at}, {len}}}", room.data),
        });
        at += len;
    }
    spoken.before.push(format!("struct iovec parts[] = {{{}}};", parts.join(", ")));
    spoken.call = format!("{}({}, parts, {})", step.call, on(step), list.len());
}

fn getsockopt(step: &Step<'_>, spoken: &mut Spoken) {
    let room = Room::default();
    let get = |n: &str| step.arg(n).map(|v| plain(v, step, &room)).unwrap_or_default();
    let size = match step.arg("optlen") {
        Some(Value::Filled(Filled::OptionLen(n))) => *n,
        _ => 4,
    };
    let ty = match (size, get("optname").as_str()) {
        (4, _) => "int value = 0;".to_string(),
        (_, "SO_LINGER") => "struct linger value = {0};".into(),
        (16, _) => "struct timeval value = {0};".into(),
        (_, "SO_PEERCRED") => "struct ucred value = {0};".into(),
        (n, _) => format!("char value[{n}] = {{0}};"),
    };
    spoken.before.push(ty);
    spoken.before.push("socklen_t length = sizeof value;".into());
    // SOL_IP is the level 0, which IPPROTO_IP names as well.
    let level = if get("level") == "0" { "IPPROTO_IP".into() } else { get("level") };
    spoken.call = format!("getsockopt({}, {level}, {}, &value, &length)", on(step), get("optname"));
}

fn getaddrinfo(step: &Step<'_>, spoken: &mut Spoken) {
    let room = Room::default();
    let get = |n: &str| step.arg(n).map(|v| plain(v, step, &room)).unwrap_or_else(|| "NULL".into());
    let hint = step.arg("hints");
    let one = |n: &str| hint.and_then(|h| field(h, n)).map(|v| plain(v, step, &room)).unwrap_or_else(|| "0".into());
    spoken.before.push(format!(
        "struct addrinfo hints = {{.ai_family = {}, .ai_socktype = {}}};",
        one("ai_family"),
        one("ai_socktype")
    ));
    spoken.before.push("struct addrinfo *found = NULL;".into());
    spoken.call = format!("getaddrinfo({}, {}, &hints, &found)", get("node"), get("service"));
}

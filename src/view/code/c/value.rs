//! C literals: strings, addresses, option values.

use crate::call::Data;
use crate::grammar::Source;
use crate::kernel::Addr;
use crate::kernel::net::Interface;
use crate::kernel::opt::OptValue;
use crate::vocabulary::{self as voc, Errno};
use std::fmt::Write;
use std::net::Ipv6Addr;

/// A string literal of these bytes; a hexadecimal escape takes every hexadecimal digit that follows, so three octal digits are written.
pub fn string(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for (i, b) in bytes.iter().enumerate() {
        match b {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            // ??= and its like were trigraphs once, and are warned of.
            b'?' if i > 0 && bytes[i - 1] == b'?' => out.push_str("\\?"),
            0x20..=0x7e => out.push(*b as char),
            b => drop(write!(out, "\\{b:03o}")),
        }
    }
    out.push('"');
    out
}

/// The bytes of data, and how many they are.
pub fn data(d: &Data) -> (String, String) {
    match &d.source {
        Source::Zeros(_) => ("zeros".into(), d.len.to_string()),
        Source::File(path) => (format!("file_bytes({})", string(path.as_bytes())), d.len.to_string()),
        _ => match std::str::from_utf8(d.shown()) {
            // UTF-8 stands as it is in a source file of today.
            Ok(text) if !text.is_ascii() && !text.chars().any(char::is_control) => {
                (format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")), d.len.to_string())
            }
            _ => (string(d.shown()), d.len.to_string()),
        },
    }
}

/// The type of an address's structure.
pub fn structure(a: &Addr) -> &'static str {
    match a.family() {
        libc::AF_INET6 => "struct sockaddr_in6",
        libc::AF_UNIX => "struct sockaddr_un",
        libc::AF_INET => "struct sockaddr_in",
        _ => "struct sockaddr",
    }
}

/// An address as it is made by the helpers of a program; `port`, `name`: what stands for them.
pub fn made(a: &Addr, instead: Option<&str>) -> String {
    let or = |text: String| instead.map_or(text, str::to_string);
    match a {
        Addr::V4(v) => format!("ip4(\"{}\", {})", v.ip(), or(v.port().to_string())),
        Addr::V6(v) => format!("ip6(\"{}\", {}, {})", v.ip, or(v.port.to_string()), interface(&v.scope)),
        Addr::Path(p) => format!("un({})", or(string(p))),
        Addr::Abstract(n) => format!("un_abstract({})", or(string(n))),
        _ => "(struct sockaddr){.sa_family = AF_UNSPEC}".into(),
    }
}

/// An address as one expression, for a line that stands alone.
pub fn literal(a: &Addr) -> String {
    match a {
        Addr::V4(v) => {
            format!("{{.sin_family = AF_INET, .sin_port = htons({}), .sin_addr.s_addr = inet_addr(\"{}\")}}", v.port(), v.ip())
        }
        Addr::V6(v) => {
            let ip = match v.ip {
                Ipv6Addr::LOCALHOST => "IN6ADDR_LOOPBACK_INIT".into(),
                Ipv6Addr::UNSPECIFIED => "IN6ADDR_ANY_INIT".into(),
                ip => format!("{{{{{{{}}}}}}}", ip.octets().map(|b| b.to_string()).join(", ")),
            };
            let scope = if v.scope.number == 0 { String::new() } else { format!(", .sin6_scope_id = {}", interface(&v.scope)) };
            format!("{{.sin6_family = AF_INET6, .sin6_port = htons({}), .sin6_addr = {ip}{scope}}}", v.port)
        }
        Addr::Path(p) => format!("{{.sun_family = AF_UNIX, .sun_path = {}}}", string(p)),
        Addr::Abstract(n) => format!("{{.sun_family = AF_UNIX, .sun_path = {}}}", string(&[&[0], &n[..]].concat())),
        _ => "{.sa_family = AF_UNSPEC}".into(),
    }
}

/// How many bytes of an address's structure count; `name`: the constant of an abstract name.
pub fn length(a: &Addr, variable: &str, name: Option<&str>) -> String {
    match a {
        // The name of an abstract socket is every byte that is counted (unix(7)).
        Addr::Abstract(n) => {
            let count = name.map_or_else(|| (n.len() + 1).to_string(), |n| format!("sizeof({n})"));
            format!("offsetof(struct sockaddr_un, sun_path) + {count}")
        }
        _ => format!("sizeof {variable}"),
    }
}

/// An interface's number, which another machine or host may count otherwise.
fn interface(i: &Interface) -> String {
    i.name.as_ref().map_or_else(|| i.number.to_string(), |name| format!("if_nametoindex({})", string(name.as_bytes())))
}

/// An option's value: a pointer to it and its size.
pub fn option(value: &OptValue, optname: &str) -> (String, String) {
    let of = |ty: &str, inside: String| (format!("&({ty}){{{inside}}}"), format!("sizeof({ty})"));
    match value {
        OptValue::Bool(b) => of("int", i32::from(*b).to_string()),
        OptValue::Int(n) if i32::try_from(*n).is_ok() => of("int", n.to_string()),
        OptValue::Int(n) => of("long", n.to_string()),
        OptValue::Linger(on, s) => of("struct linger", format!("{}, {s}", i32::from(*on))),
        OptValue::Time(d) => of("struct timeval", format!("{}, {}", d.as_secs(), d.subsec_micros())),
        OptValue::Text(t) => (string(t.as_bytes()), t.len().to_string()),
        OptValue::Interface4(ip) => of("struct in_addr", format!("inet_addr(\"{ip}\")")),
        OptValue::Interface(i) if optname == "IP_MULTICAST_IF" => of("struct ip_mreqn", format!(".imr_ifindex = {}", interface(i))),
        OptValue::Interface(i) if optname.ends_with("UNICAST_IF") => of("int", format!("htonl({})", interface(i))),
        OptValue::Interface(i) => of("int", interface(i)),
        OptValue::Mreq(group, address, i) => {
            of("struct ip_mreqn", format!("{{inet_addr(\"{group}\")}}, {{inet_addr(\"{address}\")}}, {}", interface(i)))
        }
        OptValue::MreqSource(group, local, source) => {
            let inside = format!(
                ".imr_multiaddr.s_addr = inet_addr(\"{group}\"), .imr_interface.s_addr = inet_addr(\"{local}\"), .imr_sourceaddr.s_addr = inet_addr(\"{source}\")"
            );
            of("struct ip_mreq_source", inside)
        }
        OptValue::Mreq6(group, i) => {
            let bytes = group.octets().map(|b| b.to_string()).join(", ");
            of("struct ipv6_mreq", format!("{{{{{{{bytes}}}}}}}, {}", interface(i)))
        }
        other => {
            let bytes = crate::kernel::opt::encode(other, voc::Shape::Bytes);
            (string(&bytes), bytes.len().to_string())
        }
    }
}

/// An option's value where it is one int in C.
pub fn option_int(value: &OptValue) -> Option<String> {
    Some(match value {
        OptValue::Int(n) => n.to_string(),
        OptValue::Bool(b) => i32::from(*b).to_string(),
        OptValue::Error(0) => "0".into(),
        OptValue::Error(n) => Errno(*n).name().into_owned(),
        OptValue::Type(n) => voc::type_name(*n).into_owned(),
        OptValue::Domain(n) => voc::FAMILIES.name_or_number((*n).into()).into_owned(),
        OptValue::Protocol(n) => n.to_string(),
        OptValue::Interface(i) => interface(i),
        _ => return None,
    })
}

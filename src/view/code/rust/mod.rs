//! Rust: the `socket2` crate, and `libc` where it has no words.

mod helpers;
mod program;
mod shape;
mod speak;

pub use program::{package, packages};

use super::Step;
use crate::kernel::Addr;
use crate::kernel::net::Interface;
use std::fmt::Write;

/// The step as Rust would say it; `None` where neither crate has such a call.
pub fn say(step: &Step<'_>) -> Option<String> {
    let place = step.arguments.iter().find_map(|(_, v)| match v {
        crate::call::Value::Addr(a) => Some(address(a, None)),
        _ => None,
    });
    let call = speak::speak(step, step.place.clone().or(place).as_deref())?;
    let made: Vec<String> = step.made.iter().map(|n| ident(n)).collect();
    Some(match (&*made, step.call) {
        ([one], "accept4") => format!("let ({one}, _) = {call}?;"),
        ([one], _) => format!("let {one} = {call}?;"),
        ([a, b], "socketpair") => format!("let ({a}, {b}) = {call}?;"),
        _ if call.starts_with("drop(") => format!("{call};"),
        _ => format!("{call}?;"),
    })
}

/// A learner's name as a Rust identifier.
pub fn ident(name: &str) -> String {
    let name = name.replace('-', "_");
    if WORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Words of the language, and names that a program of ours has for something else.
const WORDS: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "macro",
    "override",
    "priv",
    "try",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "drop",
    "fails",
    "received",
    "received_from",
    "set_option",
    "option",
    "ready",
    "amount",
    "info",
    "tell",
    "told",
    "turn",
    "until",
    "written",
    "start",
    "give_up",
    "poll",
    "select",
    "epoll_create",
    "epoll_ctl",
    "epoll_wait",
    "ip",
    "scoped",
    "interface",
    "file",
    "send_rights",
    "received_rights",
    "status_flags",
    "libc",
    "io",
    "main",
    "_",
];

/// A literal of bytes.
pub fn bytes(bytes: &[u8]) -> String {
    match super::all_alike(bytes) {
        Some(0) => format!("&[0; {}]", bytes.len()),
        Some(b) if b.is_ascii_graphic() => format!("&[b'{}'; {}]", b.escape_ascii(), bytes.len()),
        Some(b) => format!("&[{b:#04x}; {}]", bytes.len()),
        None => format!("b\"{}\"", escaped(bytes)),
    }
}

/// A string literal: paths and names are text, as far as they are UTF-8.
fn string(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => format!("\"{}\"", text.chars().flat_map(char::escape_default).collect::<String>()),
        Err(_) => format!("\"{}\"", String::from_utf8_lossy(bytes).escape_default()),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for b in bytes {
        match b {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0 => out.push_str("\\0"),
            0x20..=0x7e => out.push(*b as char),
            b => drop(write!(out, "\\x{b:02x}")),
        }
    }
    out
}

/// An interface's number, which another machine or host may count otherwise.
fn interface(i: &Interface) -> String {
    i.name.as_ref().map_or_else(|| i.number.to_string(), |name| format!("interface({})", string(name.as_bytes())))
}

/// An address; `instead`: what stands for its port, its path or its name.
pub fn address(a: &Addr, instead: Option<&str>) -> String {
    let or = |text: String| instead.map_or(text, str::to_string);
    match a {
        Addr::V4(v) => format!("ip(\"{}\", {})", v.ip(), or(v.port().to_string())),
        Addr::V6(v) if v.scope.number == 0 => format!("ip(\"{}\", {})", v.ip, or(v.port.to_string())),
        Addr::V6(v) => format!("scoped(\"{}\", {}, {})", v.ip, or(v.port.to_string()), interface(&v.scope)),
        Addr::Path(p) => format!("SockAddr::unix({})?", or(string(p))),
        Addr::Abstract(n) => format!("SockAddr::unix({})?", or(string(&[&[0], &n[..]].concat()))),
        _ => "SockAddr::unix(\"\")?".into(),
    }
}

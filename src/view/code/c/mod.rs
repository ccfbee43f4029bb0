//! C, as the man pages have it: glibc on Linux.

mod program;
mod speak;
mod value;

pub use program::program;
pub use value::option_int;

use super::Step;
use crate::call::Value;
use std::borrow::Cow;

/// The step as C would say it, in one line: declarations it needs stand before the call.
pub fn say(step: &Step<'_>) -> Option<String> {
    let room = speak::Room { data: "data".into(), ..Default::default() };
    let spoken = speak::speak(step, &room)?;
    let mut all = spoken.before.clone();
    let made: Vec<String> = step.made.iter().map(|n| ident(n)).collect();
    all.push(match (&*made, step.call) {
        ([one], "socket" | "accept4" | "dup" | "epoll_create1") => format!("int {one} = {};", spoken.call),
        _ => format!("{};", spoken.call),
    });
    Some(all.join(" "))
}

/// A learner's name as a C identifier.
pub fn ident(name: &str) -> String {
    // Every letter that is none of C's becomes its number (universal character names are not for every compiler).
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '-' => out.push('_'),
            c if c.is_ascii_alphanumeric() || c == '_' => out.push(c),
            c => out.push_str(&format!("u{:x}", c as u32)),
        }
    }
    if WORDS.contains(&out.as_str()) { format!("{out}_") } else { out }
}

/// Words of C, functions and variables of its library, and names that a program of ours has for something else.
const WORDS: &[&str] = &[
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for",
    "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct",
    "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "main", "data", "errno", "environ", "stdin", "stdout",
    "stderr", "socket", "bind", "listen", "accept", "accept4", "connect", "send", "recv", "sendto", "recvfrom", "read", "write",
    "readv", "writev", "close", "dup", "poll", "select", "fcntl", "ioctl", "shutdown", "unlink", "open", "log", "exp", "index",
    "rindex", "signal", "pow", "y0", "y1", "yn", "j0", "j1", "jn", "sin", "cos", "tan", "exit", "abort", "printf", "puts",
    "remove", "time", "wait", "kill", "pipe", "gamma", "round", "floor", "ceil", "abs", "div", "start", "ok", "same", "fails",
    "received", "ready", "amount", "info", "give_up", "ip4", "ip6", "un", "found", "value", "length", "message", "parts",
    "control", "extra", "polled", "limit", "linux", "unix", "zeros", "argc", "argv", "asm", "typeof", "clone", "daemon", "tell",
    "told", "told4", "told6", "turn", "truncate", "sync", "link", "alarm", "pause", "nice", "brk",
];

/// Names of constants: `A|B` is `A | B`; a protocol of 0 has no name of its own.
fn constants(names: &str) -> String {
    names.split('|').map(constant).collect::<Vec<_>>().join(" | ")
}

fn constant(name: &str) -> Cow<'_, str> {
    match name {
        "IPPROTO_IP" => "0".into(),
        name => name.into(),
    }
}

/// A field of a structure among the arguments.
fn field<'a, 'b>(v: &'b Value<'a>, name: &str) -> Option<&'b Value<'a>> {
    match v {
        Value::Struct(fields) => fields.iter().find(|f| f.0 == name).map(|f| &f.1),
        _ => None,
    }
}

fn items<'a, 'b>(v: Option<&'b Value<'a>>) -> &'b [Value<'a>] {
    match v {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

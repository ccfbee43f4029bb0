//! What a call answered in the sitting, asked of the program as well.

use super::super::Remarks;
use super::super::plan::Made;
use super::program::events;
use super::{bytes_literal, constant, ident, value};
use crate::call::{AnyCall, Out, Payload, Ready};
use crate::kernel::opt::OptValue;
use crate::kernel::{Kind, optshow};
use crate::text::messages::code as words;

/// A call that succeeded: the statement and what is asked of its answer. `target`: what Python gives its answer to.
pub fn checked(made: &Made, target: Option<&str>, expression: &str, remarks: &Remarks<'_>) -> Vec<String> {
    let value = made.value().unwrap_or(0);
    let out = made.outcome.as_ref().and_then(|o| o.out.as_deref());
    let plain = || match target {
        Some(target) => vec![format!("{target} = {expression}")],
        None => vec![expression.to_string()],
    };
    match &*made.call {
        AnyCall::Send(_)
        | AnyCall::Sendto(_)
        | AnyCall::Sendmsg(_)
        | AnyCall::Write(_)
        | AnyCall::Writev(_)
        | AnyCall::Sendfile(_) => {
            let wanted = if made.exact { format!("== {value}") } else { "> 0".into() };
            vec![format!("sent = {expression}"), format!("assert sent {wanted}")]
        }
        AnyCall::Recv(c) if c.flags & libc::MSG_TRUNC != 0 && value > c.len as i64 => {
            // recv would hand out bytes that were never received: its buffer is made as long as the answer says.
            let with = expression.replacen(".recv(", ".recv_into(data, ", 1);
            vec![
                format!("data = bytearray({})", c.len),
                format!("length = {with}"),
                format!("assert length == {value}"),
                received(made, out, true),
            ]
        }
        AnyCall::Recv(_) | AnyCall::Recvfrom(_) | AnyCall::Read(_) => {
            let mut lines = plain();
            lines.push(received(made, out, false));
            lines
        }
        AnyCall::Recvmsg(_) => {
            let mut lines = plain();
            lines.push(received(made, out, false));
            lines.extend(passed(made));
            lines
        }
        AnyCall::Readv(c) => {
            let rooms: Vec<String> = c.lengths.iter().map(|n| format!("bytearray({n})")).collect();
            let list = rooms.join(", ");
            let mut lines =
                vec![format!("rooms = [{list}]"), format!("count = {}", expression.replace(&format!("[{list}]"), "rooms"))];
            if let Some(data) = out.and_then(|o| o.data.as_ref()).filter(|_| made.exact) {
                lines.push(format!("assert b\"\".join(rooms)[:count] == {}", bytes_literal(&data.bytes)));
            }
            lines
        }
        AnyCall::Accept(c) => {
            let mut lines = plain();
            if c.flags & libc::SOCK_NONBLOCK != 0
                && let Some((name, _)) = made.made.first()
            {
                lines.push(format!("{}.setblocking(False)  # {}", ident(name), remarks.say(words::code_no_flags_accept())));
            }
            lines
        }
        AnyCall::Getsockname(_) | AnyCall::Getpeername(_) => vec![format!("address = {expression}")],
        AnyCall::Getsockopt(_) => match out.and_then(|o| o.option.as_ref()) {
            Some((option, _)) if made.exact => asked(expression, &option_value(option)),
            Some((option, _)) => vec![format!("{expression}  # {}", remarks.say(words::code_it_was(optshow::show(option))))],
            None => plain(),
        },
        AnyCall::Fcntl(c) if c.cmd == libc::F_SETFL && c.arg.is_some_and(|a| a == 0 || a == libc::O_NONBLOCK) => {
            let on = made.on.as_deref().map(ident).unwrap_or_default();
            vec![format!("{on}.setblocking({})", if c.arg == Some(0) { "True" } else { "False" })]
        }
        AnyCall::Fcntl(c) if matches!(c.cmd, libc::F_GETFL | libc::F_GETFD) => {
            let flags = out.and_then(|o| o.flags.clone()).unwrap_or_default();
            let module = if c.cmd == libc::F_GETFD { "fcntl" } else { "os" };
            let flags =
                flags.split('|').map(|f| constant(f).replace("socket.", &format!("{module}."))).collect::<Vec<_>>().join(" | ");
            asked(expression, &flags)
        }
        AnyCall::Ioctl(c) if c.request == libc::FIONREAD || c.request == libc::TIOCOUTQ => {
            let on = made.on.as_deref().map(ident).unwrap_or_default();
            let name = if c.request == libc::FIONREAD { "termios.FIONREAD" } else { "termios.TIOCOUTQ" };
            match out.and_then(|o| o.int) {
                Some(n) if made.exact => asked(&format!("amount({on}, {name})"), &n.to_string()),
                n => vec![format!("amount({on}, {name})  # {}", remarks.say(words::code_it_was(n.unwrap_or(0))))],
            }
        }
        AnyCall::Poll(_) | AnyCall::Ppoll(_) => {
            let (first, last) = expression.rsplit_once("; ").unwrap_or(("", expression));
            let mut lines: Vec<String> = first.split("; ").filter(|l| !l.is_empty()).map(str::to_string).collect();
            if let Some(t) = target {
                // `p = select.poll()` is the first of the pieces.
                if let Some(l) = lines.first_mut() {
                    *l = format!("{t} = {l}");
                }
            }
            lines.extend(found(&format!("dict({last})"), &ready_map(ready(out), made)));
            lines
        }
        AnyCall::EpollWait(_) => found(&format!("dict({expression})"), &ready_map(ready(out), made)),
        AnyCall::Select(_) => {
            let set = |name: &str| -> String {
                let names: Vec<String> = ready(out)
                    .iter()
                    .filter(|r| r.events.split('|').any(|e| e == name))
                    .map(|r| r.socket.as_deref().map_or(r.fd.to_string(), ident))
                    .collect();
                format!("[{}]", names.join(", "))
            };
            found(expression, &format!("({}, {}, {})", set("read"), set("write"), set("except")))
        }
        _ => plain(),
    }
}

/// The call stands in a line of its own: `python -O` leaves asserts out.
fn asked(expression: &str, wanted: &str) -> Vec<String> {
    vec![format!("value = {expression}"), format!("assert value == {wanted}")]
}

fn found(expression: &str, wanted: &str) -> Vec<String> {
    vec![format!("found = {expression}"), format!("assert found == {wanted}")]
}

fn ready(out: Option<&Out>) -> &[Ready] {
    out.and_then(|o| o.ready.as_deref()).unwrap_or_default()
}

fn ready_map(ready: &[Ready], made: &Made) -> String {
    let one = |r: &Ready| {
        let name = r.socket.as_deref().or_else(|| made.names.get(&r.fd).map(String::as_str));
        format!("{}: {}", name.map_or(r.fd.to_string(), |n| format!("{}.fileno()", ident(n))), events(&r.events))
    };
    format!("{{{}}}", ready.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// What came, as it came then. `cut`: the buffer is shorter than the answer.
fn received(made: &Made, out: Option<&Out>, cut: bool) -> String {
    match out.and_then(|o| o.data.as_ref()) {
        Some(Payload { bytes, .. }) if made.exact && cut => format!("assert data == {}", bytes_literal(bytes)),
        Some(Payload { bytes, len }) if made.exact && *len as usize == bytes.len() => {
            // Text that is not ASCII is easier to read as text.
            match std::str::from_utf8(bytes) {
                Ok(text) if !text.is_ascii() && !text.chars().any(char::is_control) => {
                    format!("assert data.decode() == {}", quoted(text))
                }
                _ => format!("assert data == {}", bytes_literal(bytes)),
            }
        }
        Some(Payload { len: 0, .. }) | None if made.value() == Some(0) => "assert data == b\"\"".into(),
        _ => "assert data".into(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Descriptors that came along.
fn passed(made: &Made) -> Vec<String> {
    if made.made.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "rights = array.array(\"i\")".to_string(),
        "for _, _, bytes_of in ancillary:".into(),
        "    rights.frombytes(bytes_of)".into(),
    ];
    for (i, (name, kind)) in made.made.iter().enumerate() {
        lines.push(match kind {
            Some(Kind::File) => format!("{} = rights[{i}]", ident(name)),
            _ => format!("{} = socket.socket(fileno=rights[{i}])", ident(name)),
        });
    }
    lines
}

fn option_value(option: &OptValue) -> String {
    match option {
        OptValue::Int(n) => n.to_string(),
        OptValue::Bool(b) => i32::from(*b).to_string(),
        OptValue::Error(0) => "0".into(),
        OptValue::Error(n) => format!("errno.{}", crate::vocabulary::Errno(*n).name()),
        OptValue::Time(d) => format!("struct.pack(\"ll\", {}, {})", d.as_secs(), d.subsec_micros()),
        OptValue::Linger(on, s) => format!("struct.pack(\"ii\", {}, {s})", i32::from(*on)),
        OptValue::Type(n) => constant(&crate::vocabulary::type_name(*n)),
        OptValue::Domain(n) => constant(&crate::vocabulary::FAMILIES.name_or_number((*n).into())),
        OptValue::Protocol(n) => n.to_string(),
        other => value(&crate::call::Value::Option(other)),
    }
}

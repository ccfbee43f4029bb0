//! What a call answered in the sitting, asked of the program as well.

use super::super::speak::{SETS, Spoken};
use super::super::{ident, value};
use super::Writer;
use crate::call::{AnyCall, Out, Ready};
use crate::kernel::{msg::Control, optshow};
use crate::text::messages::code as words;
use crate::view::code::plan::Made;

/// Whether its declarations and its answer stand in a block of their own.
pub fn in_a_block(made: &Made) -> bool {
    matches!(*made.call, AnyCall::Socketpair(_) | AnyCall::Recvmsg(_))
}

/// Bytes of room that a call receives into.
pub fn room(made: &Made) -> u64 {
    match &*made.call {
        AnyCall::Recv(c) => c.len,
        AnyCall::Recvfrom(c) => c.len,
        AnyCall::Recvmsg(c) => c.len,
        AnyCall::Read(c) => c.count,
        AnyCall::Readv(c) => c.lengths.iter().sum(),
        _ => 0,
    }
}

/// The statements of a call; `data` is the buffer it receives into.
pub fn lines(writer: &mut Writer<'_>, made: &Made, spoken: Spoken, data: &str) -> Vec<String> {
    let Spoken { before, call } = spoken;
    let mut lines = before;
    let Some(outcome) = made.outcome.as_ref() else {
        // It never answered: nothing is asked of what it might say.
        lines.push(format!("if ({call} < 0)"));
        lines.push("    return unused;".into());
        return block(lines);
    };
    let out = outcome.out.as_deref();
    match outcome.ret {
        Err(errno) => match out.and_then(|o| o.eai.as_ref()) {
            Some((name, _)) => lines.push(format!("SAME({call}, {name});")),
            None => lines.push(format!("FAILS({call}, {});", errno.name())),
        },
        Ok(value) => succeeded(writer, made, (value, &call), out, data, &mut lines),
    }
    block(lines)
}

/// Declarations are the call's own: a block holds them.
fn block(lines: Vec<String>) -> Vec<String> {
    if lines.len() < 2 || (!lines[0].ends_with(';') && !lines[0].contains(" = ")) {
        return lines;
    }
    if !["struct ", "int value", "char value", "fd_set ", "socklen_t ", "int pair", "_Alignas"]
        .iter()
        .any(|d| lines[0].starts_with(d))
    {
        return lines;
    }
    let mut all = vec!["{".to_string()];
    all.extend(lines.into_iter().map(|l| format!("    {l}")));
    all.push("}".into());
    all
}

fn succeeded(
    writer: &mut Writer<'_>,
    made: &Made,
    (got, call): (i64, &str),
    out: Option<&Out>,
    data: &str,
    lines: &mut Vec<String>,
) {
    let ok = format!("OK({call})");
    match &*made.call {
        AnyCall::Socket(_) | AnyCall::Accept(_) | AnyCall::Dup(_) | AnyCall::EpollCreate(_) => {
            let name = made.made.first().map(|m| ident(&m.0)).unwrap_or_default();
            let line = writer.assign("int", &name, &ok);
            lines.push(line);
        }
        AnyCall::Open(_) => {
            let line = writer.assign("int", "file", &ok);
            lines.push(line);
        }
        AnyCall::Socketpair(_) => {
            lines.push(format!("{ok};"));
            lines.extend(made.made.iter().enumerate().map(|(i, (n, _))| format!("{} = pair[{i}];", ident(n))));
        }
        AnyCall::Send(_)
        | AnyCall::Sendto(_)
        | AnyCall::Sendmsg(_)
        | AnyCall::Write(_)
        | AnyCall::Writev(_)
        | AnyCall::Sendfile(_) => {
            lines.push(if made.exact { format!("SAME({call}, {got});") } else { format!("{ok};") });
        }
        AnyCall::Recv(_) | AnyCall::Recvfrom(_) | AnyCall::Recvmsg(_) | AnyCall::Read(_) | AnyCall::Readv(_) => {
            lines.push(if made.exact { format!("SAME({call}, {got});") } else { format!("{ok};") });
            if let Some(p) = out.and_then(|o| o.data.as_ref()).filter(|p| made.exact && !p.bytes.is_empty()) {
                let count = p.bytes.len();
                lines.push(match crate::view::code::all_alike(&p.bytes) {
                    // The first is so, and each is like the one before it.
                    Some(b) => format!("SAME({data}[0] == {b} && !memcmp({data}, {data} + 1, {}), 1);", count - 1),
                    None => format!("SAME(memcmp({data}, {}, {count}), 0);", value::string(&p.bytes)),
                });
            }
            passed(made, out, lines);
        }
        AnyCall::Getsockopt(_) => {
            lines.push(format!("{ok};"));
            match out.and_then(|o| o.option.as_ref()) {
                Some((option, _)) if made.exact && value::option_int(option).is_some() => {
                    lines.push(format!("SAME(value, {});", value::option_int(option).unwrap_or_default()));
                }
                Some((option, _)) => {
                    let was = writer.say(words::code_it_was(optshow::show(option)));
                    if let Some(last) = lines.last_mut() {
                        last.push_str(&format!(" /* {was} */"));
                    }
                }
                None => {}
            }
        }
        AnyCall::Ioctl(_) => {
            lines.push(format!("{ok};"));
            if let Some(n) = out.and_then(|o| o.int).filter(|_| made.exact) {
                lines.push(format!("SAME(value, {n});"));
            }
        }
        AnyCall::Fcntl(c) if matches!(c.cmd, libc::F_GETFL | libc::F_GETFD) => {
            let flags = out.and_then(|o| o.flags.clone()).unwrap_or_default();
            lines.push(format!("SAME({call}, {});", super::super::constants(&flags)));
        }
        AnyCall::Poll(_) | AnyCall::Ppoll(_) => {
            lines.push(format!("SAME({call}, {got});"));
            let fds = match &*made.call {
                AnyCall::Poll(c) => &c.0.fds,
                AnyCall::Ppoll(c) => &c.0.fds,
                _ => return,
            };
            for (i, (fd, _)) in fds.iter().enumerate() {
                let events = ready(out).iter().find(|r| r.fd == *fd).map_or("0".into(), |r| super::super::constants(&r.events));
                lines.push(format!("SAME(polled[{i}].revents, {events});"));
            }
        }
        AnyCall::Select(c) => {
            lines.push(format!("SAME({call}, {got});"));
            for (set, (_, variable, word)) in c.sets.iter().zip(SETS) {
                for fd in set {
                    let is = ready(out).iter().any(|r| r.fd == *fd && r.events.split('|').any(|e| e == word));
                    let name = made.names.get(fd).map_or_else(|| fd.to_string(), |n| ident(n));
                    lines.push(format!("SAME(FD_ISSET({name}, &{variable}) != 0, {});", i32::from(is)));
                }
            }
        }
        AnyCall::EpollWait(_) => {
            lines.push(format!("SAME({call}, {got});"));
            for r in ready(out) {
                let name = r.socket.as_deref().or_else(|| made.names.get(&r.fd).map(String::as_str));
                let name = name.map_or_else(|| r.fd.to_string(), ident);
                lines.push(format!("SAME(events_of(found, {got}, {name}), {});", super::super::constants(&r.events)));
            }
        }
        AnyCall::Resolve(_) => {
            lines.push(format!("SAME({call}, 0);"));
            lines.push("freeaddrinfo(found);".into());
        }
        AnyCall::Sendmmsg(_) | AnyCall::Recvmmsg(_) => lines.push(format!("SAME({call}, {got});")),
        _ => lines.push(format!("{ok};")),
    }
}

fn ready(out: Option<&Out>) -> &[Ready] {
    out.and_then(|o| o.ready.as_deref()).unwrap_or_default()
}

/// Descriptors that came along.
fn passed(made: &Made, out: Option<&Out>, lines: &mut Vec<String>) {
    if made.made.is_empty() {
        return;
    }
    let mut names = made.made.iter().map(|m| ident(&m.0));
    let mut first = true;
    for control in out.map(|o| o.control.as_slice()).unwrap_or_default() {
        lines.push(match first {
            true => "struct cmsghdr *extra = CMSG_FIRSTHDR(&message);".into(),
            false => "extra = CMSG_NXTHDR(&message, extra);".to_string(),
        });
        first = false;
        let Control::Rights(fds) = control else { continue };
        lines.push("SAME(extra->cmsg_type, SCM_RIGHTS);".into());
        for i in 0..fds.len() {
            let Some(name) = names.next() else { continue };
            lines.push(format!("memcpy(&{name}, CMSG_DATA(extra) + {i} * sizeof(int), sizeof(int));"));
        }
    }
}

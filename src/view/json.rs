//! One event a line, for machines: the shapes of `language.md`.

mod frame;
mod lesson;
mod object;
mod program;

use self::object::{Obj, array, quoted};
use super::strace::option as option_text;
use crate::call::{Data, Filled, Out, Payload, Value};
use crate::event::{Event, Interrupted, Observation, Report, Returned, What};
use crate::grammar::number::show_duration;
use crate::kernel::msg::Control;
use crate::kernel::opt::OptValue;
use crate::kernel::{Kind, Probe};
use crate::text::Lang;
use crate::vocabulary::{self as voc, Errno};

/// The event as one line of JSON, without its line end.
pub fn line(event: &Event, lang: Lang) -> String {
    let mut o = Obj::new();
    o.raw("seq", event.seq);
    o.raw("turn", event.turn);
    match &event.what {
        What::Typed { line, host, round, lesson, loaded, .. } => {
            o.str("kind", "typed");
            o.str("line", line);
            if host.name() != "local" {
                o.str("host", host.name());
            }
            if let Some(round) = round {
                o.raw("round", round);
            }
            if *lesson {
                o.raw("lesson", true);
            }
            if *loaded {
                o.raw("loaded", true);
            }
        }
        What::Refused { line, refusal } => {
            o.str("kind", "refused");
            o.str("code", refusal.code.word());
            o.str("line", line);
            o.raw("span", format!("[{},{}]", refusal.span.0, refusal.span.1));
            o.str("reason", &refusal.reason.plain(lang));
            o.opt_str("hint", refusal.hint.as_deref());
        }
        What::Called { call, socket, host, job } => {
            o.str("kind", "called");
            o.str("call", call.name());
            o.str("sys", call.sys());
            o.str("host", host.name());
            o.opt_str("socket", socket.as_deref());
            let args = call.arguments();
            o.raw("args", object(args.iter().map(|(n, v)| (*n, v))));
            if call.library() {
                o.raw("library", true);
            }
            if let Some(job) = job {
                o.raw("job", job);
            }
        }
        What::Returned(r) => returned(&mut o, r),
        What::Observed(seen) => {
            o.str("kind", "observed");
            observed(&mut o, seen);
        }
        What::Diagnosed { of, facts } => {
            o.str("kind", "diagnosed");
            o.raw("of", of);
            o.list(
                "facts",
                facts.iter().map(|f| {
                    let mut fact = Obj::new();
                    fact.str("text", &f.text.plain(lang));
                    fact.str("source", f.source);
                    fact.end()
                }),
            );
        }
        What::Backgrounded { of, job, call } => {
            o.str("kind", "backgrounded");
            o.raw("of", of);
            o.raw("job", job);
            o.str("call", call.name());
        }
        What::Report(report) => reported(&mut o, report, lang),
        What::Ran(r) => program::ran(&mut o, r),
        What::Frame(f) => frame::frame(&mut o, f),
        What::Lesson(p) => lesson::played(&mut o, p, lang),
        What::Fault { code, reason } => {
            o.str("kind", "fault");
            o.str("code", code);
            o.str("reason", &reason.plain(lang));
        }
        What::Done { ok, reason } => {
            o.str("kind", "done");
            o.raw("ok", ok);
            if let Some(reason) = reason {
                o.str("reason", &reason.plain(lang));
            }
        }
    }
    o.end()
}

/// The event as `save` keeps it: the line of [`line`], and beside it all that a replay needs.
pub fn kept(event: &Event, lang: Lang) -> String {
    let mut text = line(event, lang);
    if let Ok(whole) = serde_json::to_string(event) {
        text.truncate(text.len() - 1);
        text.push_str(&format!(",\"{}\":{whole}}}", crate::event::RECORDED_FIELD));
    }
    text
}

fn object<'a>(fields: impl Iterator<Item = (&'a str, &'a Value<'a>)>) -> String {
    let mut o = Obj::new();
    for (name, v) in fields {
        match v {
            Value::Data(d) => data(&mut o, name, d),
            v => o.raw(name, value(v)),
        }
    }
    o.end()
}

fn data(o: &mut Obj, name: &str, d: &Data) {
    o.bytes(name, d.shown(), d.len);
}

fn value(v: &Value<'_>) -> String {
    match v {
        Value::Fd(n) => n.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Len(n) => n.to_string(),
        Value::Const(s) | Value::Flags(s) | Value::Text(s) => quoted(s),
        Value::Addr(a) => quoted(&a.to_string()),
        // A length is passed, and the kernel only then changes it.
        Value::Filled(Filled::AddrLen(n) | Filled::OptionLen(n)) => n.to_string(),
        Value::Null | Value::Filled(_) => "null".into(),
        Value::Data(d) => quoted(&String::from_utf8_lossy(d.shown())),
        Value::Time(d) => quoted(&show_duration(*d)),
        Value::Option(o) => option(o),
        Value::Struct(fields) => object(fields.iter().map(|(n, v)| (*n, v))),
        Value::List(list) => {
            let mut out = String::new();
            array(&mut out, list.iter().map(value));
            out
        }
    }
}

/// An option's value: a number where the kernel holds one.
fn option(v: &OptValue) -> String {
    match v {
        OptValue::Int(n) => n.to_string(),
        OptValue::Bool(b) => i32::from(*b).to_string(),
        OptValue::Interface(i) => i.number.to_string(),
        OptValue::Linger(on, seconds) => format!("{{\"l_onoff\":{},\"l_linger\":{seconds}}}", i32::from(*on)),
        OptValue::Cred(pid, uid, gid) => format!("{{\"pid\":{pid},\"uid\":{uid},\"gid\":{gid}}}"),
        OptValue::Words(w) => format!("[{}]", w.iter().map(u32::to_string).collect::<Vec<_>>().join(",")),
        OptValue::Text(s) => quoted(s),
        OptValue::TcpInfo(b) | OptValue::Bytes(b) => quoted(&b.iter().map(|b| format!("{b:02x}")).collect::<String>()),
        OptValue::Nothing => "null".into(),
        other => quoted(&option_text(other)),
    }
}

fn returned(o: &mut Obj, r: &Returned) {
    let outcome = &r.outcome;
    o.str("kind", "returned");
    o.raw("of", r.of);
    o.str("call", r.call.name());
    o.raw("ok", outcome.ret.is_ok());
    match outcome.ret {
        Ok(value) => o.raw("value", value),
        Err(errno) => match outcome.out.as_ref().and_then(|x| x.eai.as_ref()) {
            Some((name, _)) => o.str("errno", name),
            None => o.str("errno", &errno.name()),
        },
    }
    o.opt_str("socket", r.socket.as_deref());
    if !r.made.is_empty() {
        o.list("made", r.made.iter().map(|n| quoted(n)));
    }
    if let Some(out) = outcome.out.as_deref() {
        if let Some(p) = &out.data {
            payload(o, p);
        }
        let filled = filled(out);
        if filled.len() > 2 {
            o.raw("out", filled);
        }
    }
    if let Some(job) = r.job {
        o.raw("job", job);
    }
    if let Some(by) = r.interrupted {
        o.str(
            "interrupted",
            match by {
                Interrupted::CtrlC => "ctrl-c",
                Interrupted::Cancelled => "cancelled",
                Interrupted::TimedOut => "timeout",
            },
        );
    }
    if r.expected {
        o.raw("expected", true);
    }
    if r.host.name() != "local" {
        o.str("host", r.host.name());
    }
    o.raw("t_us", format_args!("{:.1}", outcome.timing.t_us));
    o.raw("took_us", format_args!("{:.1}", outcome.timing.took_us));
}

fn payload(o: &mut Obj, p: &Payload) {
    o.bytes("data", &p.bytes, p.len);
    o.raw("data_len", p.len);
}

fn filled(out: &Out) -> String {
    let mut o = Obj::new();
    if let Some(addr) = &out.addr {
        o.str("addr", &addr.to_string());
    }
    if let Some((value, len)) = &out.option {
        o.raw("optval", option(value));
        o.raw("optlen", len);
    }
    if let Some(ready) = &out.ready {
        o.list(
            "ready",
            ready.iter().map(|r| {
                let mut one = Obj::new();
                one.raw("fd", r.fd);
                one.opt_str("socket", r.socket.as_deref());
                one.str("events", &r.events);
                one.end()
            }),
        );
    }
    if !out.control.is_empty() {
        o.list("control", out.control.iter().map(control));
    }
    if let Some(flags) = out.msg_flags {
        o.str("msg_flags", &voc::MSG_FLAGS.flags(flags.into()));
    }
    if let Some(n) = out.int {
        o.raw("argp", n);
    }
    if let Some(flags) = &out.flags {
        o.str("flags", flags);
    }
    if !out.lens.is_empty() {
        o.list("msg_len", out.lens.iter().map(u32::to_string));
    }
    if !out.messages.is_empty() {
        o.list(
            "messages",
            out.messages.iter().map(|m| {
                let mut one = Obj::new();
                payload(&mut one, &m.data);
                one.opt_str("addr", m.from.as_ref().map(ToString::to_string).as_deref());
                one.str("msg_flags", &voc::MSG_FLAGS.flags(m.flags.into()));
                one.end()
            }),
        );
    }
    if !out.addresses.is_empty() {
        o.list(
            "addresses",
            out.addresses.iter().map(|a| {
                let mut one = Obj::new();
                one.str("family", &voc::FAMILIES.name_or_number(a.family.into()));
                one.str("socktype", &voc::type_name(a.kind));
                one.str("protocol", &voc::PROTOCOLS.name_or_number(a.protocol.into()));
                one.str("addr", &a.addr.to_string());
                one.end()
            }),
        );
    }
    if let Some(name) = &out.canonical {
        o.str("canonname", name);
    }
    o.end()
}

fn control(c: &Control) -> String {
    let mut o = Obj::new();
    match c {
        Control::Rights(fds) => {
            o.str("type", "SCM_RIGHTS");
            o.list("fds", fds.iter().map(i32::to_string));
        }
        Control::Creds(pid, uid, gid) => {
            o.str("type", "SCM_CREDENTIALS");
            o.raw("pid", pid);
            o.raw("uid", uid);
            o.raw("gid", gid);
        }
        Control::Error { errno, origin, kind, code, info, offender } => {
            o.str("type", "RECVERR");
            o.str("errno", &Errno(*errno).name());
            o.raw("origin", origin);
            o.raw("icmp_type", kind);
            o.raw("icmp_code", code);
            o.raw("info", info);
            o.opt_str("offender", offender.as_ref().map(ToString::to_string).as_deref());
        }
        Control::Timestamp(s, ns) => {
            o.str("type", "SCM_TIMESTAMP");
            o.raw("sec", s);
            o.raw("nsec", ns);
        }
        Control::Other(level, kind, data) => {
            o.raw("level", level);
            o.raw("cmsg_type", kind);
            o.str("data_hex", &data.iter().map(|b| format!("{b:02x}")).collect::<String>());
        }
    }
    o.end()
}

fn observed(o: &mut Obj, seen: &Observation) {
    o.opt_str("socket", seen.socket.as_deref());
    o.opt_num("id", seen.id.map(u64::from));
    o.str("host", seen.host.name());
    let Probe { state, local, peer, recv_queue, recv_mem, send_queue, backlog, nonblock } = &seen.probe;
    o.opt_str("state", state.map(|s| s.name()));
    o.opt_str("local", local.as_ref().map(ToString::to_string).as_deref());
    o.opt_str("peer", peer.as_ref().map(ToString::to_string).as_deref());
    o.opt_num("recv_queue", *recv_queue);
    o.opt_num("send_queue", *send_queue);
    if let Some(mem) = recv_mem {
        o.raw("recv_mem", mem);
    }
    if let Some(most) = backlog {
        o.raw("backlog", most);
    }
    if let Some(fd) = seen.fd {
        o.raw("fd", fd);
    }
    match seen.kind {
        Some(Kind::Socket { domain, kind, protocol }) => {
            o.str("domain", &voc::FAMILIES.name_or_number(domain.into()));
            o.str("type", &voc::type_name(kind));
            o.str("protocol", &voc::protocol_name(domain, protocol));
        }
        Some(Kind::Epoll) => o.str("type", "epoll"),
        Some(Kind::File) => o.str("type", "file"),
        None => {}
    }
    o.raw("nonblock", nonblock);
    if let Some(job) = seen.kept_by {
        o.raw("kept_by", job);
    }
}

fn reported(o: &mut Obj, report: &Report, lang: Lang) {
    o.str("kind", "report");
    match report {
        Report::Said(text) => {
            o.str("report", "said");
            o.str("text", &text.plain(lang));
        }
        // Its rows are `observed` events before it.
        Report::Sockets { rows, current, .. } => {
            o.str("report", "sockets");
            o.raw("count", rows.len());
            o.opt_str("current", current.as_deref());
        }
        Report::Host { row, .. } => {
            o.str("report", "host");
            o.raw("host", serde_json::to_string(row).unwrap_or_default());
        }
        Report::Hosts(rows) => {
            o.str("report", "hosts");
            o.raw("hosts", serde_json::to_string(rows).unwrap_or_default());
        }
        Report::Inspect(found) => {
            o.str("report", "inspect");
            let mut look = Obj::new();
            observed(&mut look, &found.look);
            o.raw("look", look.end());
            o.opt_num("inode", found.inode);
            o.opt_num("cookie", found.cookie);
            let mut options = Obj::new();
            for opt in &found.options {
                match &opt.value {
                    Ok(v) => options.raw(opt.name, option(v)),
                    Err(e) => options.raw(opt.name, format!("{{\"errno\":\"{}\"}}", e.name())),
                }
            }
            o.raw("options", options.end());
            if let Some(tcp) = &found.tcp {
                let mut info = Obj::new();
                tcp.fields.iter().for_each(|(n, v, _)| info.raw(n, v));
                o.raw("tcp_info", info.end());
            }
            o.list("reading_clears", found.untouched.iter().map(|n| quoted(n)));
        }
        Report::Packets(frames) => frame::packets(o, frames),
        Report::Packet(detail) => frame::packet(o, detail),
        other => {
            // The rest has no form that scripts could rely on more than its own.
            let text = serde_json::to_value(other).ok();
            let inner = text.as_ref().and_then(|v| v.as_object()).and_then(|m| m.iter().next());
            if let Some((name, value)) = inner {
                o.str("report", name);
                o.raw(name, value);
            }
        }
    }
}

//! A whole sitting as a Cargo package.

use super::helpers;
use super::shape::{fitted, style};
use super::speak::{libc_names, speak};
use super::{address, bytes, ident, string};
use crate::call::{AnyCall, Out, Ready};
use crate::kernel::{Addr, Kind, optshow};
use crate::text::Text;
use crate::text::messages::code as words;
use crate::view::code::c::option_int;
use crate::view::code::plan::{Act, Amount, Const, Made, Place, Plan, Wait};
use crate::view::code::{Remarks, Step};
use std::fmt::Write;

/// The files of a package with one program.
pub fn package(plan: &Plan, remarks: &Remarks<'_>, name: &str) -> Vec<(String, String)> {
    vec![manifest(name), style(), ("src/main.rs".into(), program(plan, remarks))]
}

/// The files of a package with a program for each host.
pub fn packages(plans: &[Plan], remarks: &Remarks<'_>, name: &str) -> Vec<(String, String)> {
    let programs = plans.iter().map(|p| (format!("src/bin/{}.rs", p.host().unwrap_or_default()), program(p, remarks)));
    [manifest(name), style()].into_iter().chain(programs).collect()
}

fn manifest(name: &str) -> (String, String) {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let name = name.trim_matches(|c: char| c == '-' || c.is_ascii_digit()).to_string();
    let name = if name.is_empty() { "sitting".to_string() } else { name };
    // A package of its own, wherever its folder lies.
    let text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nlibc = \"0.2\"\nsocket2 = {{ version = \"0.6\", features = [\"all\"] }}\n\n[workspace]\n"
    );
    ("Cargo.toml".into(), text)
}

fn program(plan: &Plan, remarks: &Remarks<'_>) -> String {
    let writer = Writer { plan, remarks };
    let mut lines = Vec::new();
    for (name, _) in &plan.told {
        lines.push(format!("// {}", remarks.say(words::code_told_address(plan.other().name()))));
        lines.push("let words: Vec<String> = std::env::args().collect();".into());
        lines.push("let [_, host, port] = &words[..] else { panic!(\"HOST PORT\") };".into());
        lines.push(format!("let {}_address = ip(host, port.parse().expect(\"a port\"));", ident(name)));
    }
    plan.acts.iter().for_each(|a| lines.extend(writer.act(a)));
    lines.extend(writer.ending());
    if plan.jobs().any(|(n, _)| plan.gave_up(n)) {
        lines.insert(0, "hear_signals();".into());
    }
    let body: String = lines.iter().map(|l| fitted(l)).collect();
    let spoken: String = lines.iter().filter(|l| !l.starts_with("//")).flat_map(|l| [l, "\n"]).collect();
    let mut helpers = String::new();
    // A helper may need another, which stands before it.
    let mut needed = spoken.clone();
    for helper in helpers::from_the_last() {
        if calls(&needed, helper.name) {
            let text = helper.text(|t| remarks.say(t));
            helper.code().for_each(|line| needed.extend([line, "\n"]));
            helpers = format!("\n{text}{helpers}");
        }
    }
    let constants: String = plan
        .consts
        .iter()
        .map(|c| match c {
            Const::Port(name, port) => format!("const {name}: u16 = {port};\n"),
            Const::Path(name, path) => format!("const {name}: &str = {};\n", string(path)),
            Const::Name(name, n) => format!("const {name}: &str = {};\n", string(&[&[0], n.as_slice()].concat())),
        })
        .collect();
    let mut out = format!("//! {}\n", remarks.say(remarks.title(plan)));
    if plan.names.iter().any(|n| n.chars().any(char::is_uppercase)) {
        out.push_str("#![allow(non_snake_case)]\n");
    }
    out.push('\n');
    let all = format!("{needed}{constants}io"); // main returns an io::Result
    for (module, items) in IMPORTS {
        let items: Vec<&str> = items.iter().filter(|i| uses(&all, i.1)).map(|i| i.0).collect();
        let _ = match items[..] {
            [] => Ok(()),
            ["self"] => writeln!(out, "use {module};"),
            [item] => writeln!(out, "use {module}::{item};"),
            _ => writeln!(out, "use {module}::{{{}}};", items.join(", ")),
        };
    }
    if !constants.is_empty() {
        let _ = write!(out, "\n// {}\n{constants}", remarks.say(words::code_change_me()));
    }
    let _ = write!(out, "{helpers}\nfn main() -> io::Result<()> {{\n{body}    Ok(())\n}}\n");
    out
}

/// What is imported of a module for which word.
const IMPORTS: &[(&str, &[(&str, &str)])] = &[
    (
        "socket2",
        &[("Domain", "Domain"), ("Protocol", "Protocol"), ("SockAddr", "SockAddr"), ("Socket", "Socket"), ("Type", "Type")],
    ),
    ("std::ffi", &[("CString", "CString")]),
    ("std::fs", &[("File", "File")]),
    ("std::io", &[("self", "io"), ("IoSlice", "IoSlice"), ("Write", "write_all")]),
    ("std::mem", &[("MaybeUninit", "MaybeUninit")]),
    ("std::net", &[("Shutdown", "Shutdown"), ("SocketAddr", "SocketAddr"), ("SocketAddrV6", "SocketAddrV6")]),
    ("std::os::fd", &[("AsRawFd", "as_raw_fd"), ("FromRawFd", "from_raw_fd"), ("OwnedFd", "OwnedFd"), ("RawFd", "RawFd")]),
    ("std::os::unix::thread", &[("JoinHandleExt", "as_pthread_t")]),
    ("std::thread", &[("JoinHandle", "JoinHandle")]),
    ("std::time", &[("Duration", "Duration"), ("Instant", "Instant")]),
];

/// Whether a function of the program's own is called.
fn calls(text: &str, word: &str) -> bool {
    let other = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(other) && text[at + word.len()..].starts_with('('))
}

fn uses(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

struct Writer<'a> {
    plan: &'a Plan,
    remarks: &'a Remarks<'a>,
}

impl Writer<'_> {
    fn place(&self, place: &Place) -> String {
        match place {
            Place::Literal(a) => address(a, None),
            Place::Const(a, name) => address(a, Some(name)),
            Place::Of(socket, _) => format!("{}_address", ident(socket)),
            Place::PortOf(a, socket) => address(a, Some(&format!("port_of(&{}_address)", ident(socket)))),
        }
    }

    fn expression(&self, made: &Made) -> Option<String> {
        let names = made.made_names();
        let step = Step::of(made, &names);
        let place = match (&*made.call, &made.place) {
            (AnyCall::Unlink(_), Some(Place::Const(_, name))) => Some(name.clone()),
            (AnyCall::Unlink(_), _) => None,
            (_, Some(Place::Literal(Addr::Unspec | Addr::Other(..) | Addr::Unnamed))) => return None,
            (_, place) => place.as_ref().map(|p| self.place(p)),
        };
        speak(&step, place.as_deref())
    }

    fn act(&self, act: &Act) -> Vec<String> {
        match act {
            Act::Call(made) => {
                let mut lines = self.card(made);
                lines.extend(self.call(made, None));
                lines
            }
            Act::Start(job, made) => self.start(*job, made),
            Act::Join(job, made) => self.call(made, Some(format!("job{job}.join().expect(\"a thread\")"))),
            Act::GiveUp(job, made) if self.expression(made).is_some() => {
                vec![format!("fails(give_up(job{job}), libc::EINTR);")]
            }
            Act::GiveUp(..) => Vec::new(),
            Act::Again(errno, rounds, made) => self.again(*errno, *rounds, made),
            Act::Wait(wait) => waited(wait),
            Act::Keep(name, _) => {
                let name = ident(name);
                let mut lines = self.remarked(words::code_kernel_chose(), format!("let {name}_address = {name}.local_addr()?;"));
                if self.plan.tells.iter().any(|t| ident(t) == name) {
                    lines.push(format!("let told = {name}_address.as_socket().expect(\"an IP address\");"));
                    lines.push(match self.plan.host() {
                        Some(_) => format!("tell(&format!(\"{name} {{}} {{}}\", told.ip(), told.port()))?;"),
                        None => "println!(\"{} {}\", told.ip(), told.port());".into(),
                    });
                }
                lines
            }
            Act::Told(name, _) => {
                let comment = self.remarks.say(words::code_told_by(&**name));
                let name = ident(name);
                vec![format!("// {comment}"), format!("let {name}_address = told(\"{name}\")?;")]
            }
            Act::Turn(number) => vec![String::new(), format!("turn({number})?;")],
            Act::Pass(number) => vec![format!("tell(\"turn {number}\")?;")],
            Act::Heard(name, _) => vec![format!("let {}_address = sender;", ident(name))],
            Act::Remark(text) => vec![format!("// {}", self.remarks.say(text.clone()))],
        }
    }

    /// A line with what is to be said of it: above it, since rustfmt draws what stands above the next line to a remark behind this one.
    fn remarked(&self, remark: Text, line: String) -> Vec<String> {
        vec![format!("// {}", self.remarks.say(remark)), line]
    }

    fn card(&self, made: &Made) -> Vec<String> {
        self.remarks.card(made).map(|text| format!("// {text}")).into_iter().collect()
    }

    fn missing(&self, made: &Made) -> Vec<String> {
        vec![format!("// {}", self.remarks.say(words::code_not_here(made.call.name())))]
    }

    fn start(&self, job: u32, made: &Made) -> Vec<String> {
        let mut lines = self.card(made);
        let Some(expression) = self.expression(made) else { return self.missing(made) };
        let ends = self.plan.acts.iter().any(|a| matches!(a, Act::Join(n, _) | Act::GiveUp(n, _) if *n == job));
        let name = if ends { format!("job{job}") } else { format!("_job{job}") };
        if !ends {
            lines.push(format!("// {}", self.remarks.say(words::code_job_stays())));
        }
        lines.push(format!("let {name} = {{"));
        // The thread has handles of its own on the same open sockets.
        for socket in self.plan.names.iter().map(|n| ident(n)).filter(|n| uses(&expression, n)) {
            lines.push(format!("    let {socket} = {socket}.try_clone()?;"));
        }
        for variable in self.plan.names.iter().map(|n| format!("{}_address", ident(n))).filter(|v| uses(&expression, v)) {
            lines.push(format!("    let {variable} = {variable}.clone();"));
        }
        lines.push(format!("    start(move || {expression})"));
        lines.push("};".into());
        lines
    }

    fn call(&self, made: &Made, instead: Option<String>) -> Vec<String> {
        let Some(expression) = self.expression(made) else { return self.missing(made) };
        let expression = instead.unwrap_or(expression);
        let Some(outcome) = made.outcome.as_ref() else { return vec![format!("{expression}?;")] };
        match outcome.ret {
            Err(_) if outcome.out.as_ref().is_some_and(|o| o.eai.is_some()) => self.missing(made),
            Err(errno) => vec![format!("fails({expression}, libc::{});", errno.name())],
            Ok(value) => self.succeeded(made, value, &expression, outcome.out.as_deref()),
        }
    }

    fn succeeded(&self, made: &Made, value: i64, expression: &str, out: Option<&Out>) -> Vec<String> {
        let names: Vec<String> = made.made.iter().map(|m| ident(&m.0)).collect();
        match (&*made.call, &*names) {
            (AnyCall::Close(_), _) => vec![format!("{expression};")],
            (AnyCall::Accept(c), [name]) => {
                let mut lines = vec![format!("let ({name}, _) = {expression}?;")];
                if c.flags & libc::SOCK_NONBLOCK != 0 {
                    lines.extend(self.remarked(words::code_no_flags_accept(), format!("{name}.set_nonblocking(true)?;")));
                }
                lines
            }
            (AnyCall::Socketpair(_), [a, b]) => vec![format!("let ({a}, {b}) = {expression}?;")],
            (AnyCall::Recvmsg(_), [_, ..]) => {
                let mut lines = vec![format!("let (data, rights) = {expression}?;")];
                lines.extend(self.received(made, out, "data"));
                lines.push("let mut rights = rights.into_iter();".into());
                for (name, kind) in &made.made {
                    let from = if *kind == Some(Kind::File) { "File" } else { "Socket" };
                    lines.push(format!("let {} = {from}::from(rights.next().expect(\"a descriptor\"));", ident(name)));
                }
                lines
            }
            (AnyCall::Open(_), _) => vec![format!("let file = {expression}?;")],
            (_, [name]) => vec![format!("let {name} = {expression}?;")],
            (AnyCall::Send(_) | AnyCall::Sendto(_) | AnyCall::Sendmsg(_) | AnyCall::Write(_) | AnyCall::Writev(_), _) => {
                vec![if made.exact {
                    format!("assert_eq!({expression}?, {value});")
                } else {
                    format!("assert!({expression}? > 0);")
                }]
            }
            (AnyCall::Recvfrom(_), _) => {
                let sender = if self.plan.acts.iter().any(|a| matches!(a, Act::Heard(..))) { "sender" } else { "_" };
                let mut lines = vec![format!("let (data, {sender}) = {expression}?;")];
                lines.extend(self.received(made, out, "data"));
                lines
            }
            (AnyCall::Recv(_) | AnyCall::Read(_) | AnyCall::Recvmsg(_), _) => self.received(made, out, &format!("{expression}?")),
            (AnyCall::Getsockopt(_), _) => match out.and_then(|o| o.option.as_ref()) {
                Some((option, _)) if made.exact && option_int(option).is_some() => {
                    let wanted = option_int(option).unwrap_or_default();
                    vec![format!("assert_eq!({expression}?, {});", libc_names(&wanted))]
                }
                Some((option, _)) => self.remarked(words::code_it_was(optshow::show(option)), format!("{expression}?;")),
                None => vec![format!("{expression}?;")],
            },
            (AnyCall::Fcntl(c), _) if c.cmd == libc::F_GETFL => {
                let flags = out.and_then(|o| o.flags.clone()).unwrap_or_default();
                vec![format!("assert_eq!({expression}?, {});", libc_names(&flags))]
            }
            (AnyCall::Ioctl(_), _) => match out.and_then(|o| o.int) {
                Some(n) if made.exact => vec![format!("assert_eq!({expression}?, {n});")],
                n => self.remarked(words::code_it_was(n.unwrap_or(0)), format!("{expression}?;")),
            },
            (AnyCall::Poll(c), _) => {
                let events = |fd: &i32| ready(out).iter().find(|r| r.fd == *fd).map_or("0".into(), |r| libc_names(&r.events));
                let wanted: Vec<String> = c.0.fds.iter().map(|(fd, _)| events(fd)).collect();
                vec![format!("assert_eq!({expression}?, [{}]);", wanted.join(", "))]
            }
            (AnyCall::Select(c), _) => {
                let is = |fd: &i32, set: &str| ready(out).iter().any(|r| r.fd == *fd && r.events.split('|').any(|e| e == set));
                let list = |fds: &[i32], set: &str| -> String {
                    let all: Vec<String> = fds
                        .iter()
                        .filter(|f| is(f, set))
                        .filter_map(|f| Some(format!("{}.as_raw_fd()", ident(made.names.get(f)?))))
                        .collect();
                    format!("vec![{}]", all.join(", "))
                };
                let [r, w, x] = &c.sets;
                vec![format!("assert_eq!({expression}?, [{}, {}, {}]);", list(r, "read"), list(w, "write"), list(x, "except"))]
            }
            (AnyCall::EpollWait(_), _) => {
                let mut lines = vec![format!("let found = {expression}?;"), format!("assert_eq!(found.len(), {value});")];
                for r in ready(out) {
                    let name = r.socket.as_deref().or_else(|| made.names.get(&r.fd).map(String::as_str));
                    let Some(name) = name else { continue };
                    lines.push(format!("assert!(found.contains(&({}.as_raw_fd(), {})));", ident(name), libc_names(&r.events)));
                }
                lines
            }
            _ => vec![format!("{expression}?;")],
        }
    }

    fn received(&self, made: &Made, out: Option<&Out>, expression: &str) -> Vec<String> {
        vec![match out.and_then(|o| o.data.as_ref()) {
            Some(p) if made.exact => format!("assert_eq!({expression}, {});", bytes(&p.bytes)),
            _ if made.value() == Some(0) => format!("assert_eq!({expression}, b\"\");"),
            _ => format!("assert!(!{expression}.is_empty());"),
        }]
    }

    fn again(&self, errno: Option<crate::vocabulary::Errno>, rounds: u64, made: &Made) -> Vec<String> {
        let Some(expression) = self.expression(made) else { return self.missing(made) };
        let mut lines = self.card(made);
        match errno {
            Some(errno) => {
                lines.push("loop {".into());
                lines.push(format!("    if let Err(e) = {expression} {{"));
                lines.push(format!("        assert_eq!(e.raw_os_error(), Some(libc::{}));", errno.name()));
                lines.extend(["        break;".to_string(), "    }".into(), "}".into()]);
            }
            None => {
                lines.push(format!("for _ in 0..{rounds} {{"));
                lines.extend(self.call(made, None).into_iter().map(|l| format!("    {l}")));
                lines.push("}".into());
            }
        }
        lines
    }

    fn ending(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.plan.open.is_empty() || !self.plan.paths.is_empty() {
            lines.push(format!("// {}", self.remarks.say(words::code_at_the_end())));
        }
        lines.extend(self.plan.open.iter().map(|(name, _)| format!("drop({});", ident(name))));
        for path in &self.plan.paths {
            if let Place::Const(_, name) = path {
                lines.extend(self.remarked(words::code_paths_removed(), format!("std::fs::remove_file({name})?;")));
            }
        }
        lines
    }
}

fn ready(out: Option<&Out>) -> &[Ready] {
    out.and_then(|o| o.ready.as_deref()).unwrap_or_default()
}

fn waited(wait: &Wait) -> Vec<String> {
    let on = ident(&wait.on);
    let so = match wait.what {
        Amount::Readable => format!("ready(&{on}, libc::POLLIN)"),
        Amount::Writable => format!("ready(&{on}, libc::POLLOUT)"),
        Amount::Bytes(n) => format!("Ok(amount(&{on}, libc::FIONREAD)? >= {n})"),
        Amount::Unacked(n) => format!("Ok(amount(&{on}, libc::TIOCOUTQ)? <= {n})"),
        Amount::Waiting(n) => format!("Ok(info(&{on})?.tcpi_unacked >= {n})"),
        Amount::State(state) => {
            return vec![format!("// {}", state.name()), format!("until(|| Ok(info(&{on})?.tcpi_state == {}))?;", state as u8)];
        }
    };
    vec![format!("until(|| {so})?;")]
}

//! A whole sitting in Python (3.9 and newer).

use super::super::plan::{Act, Amount, Const, Made, Place, Plan, Wait};
use super::super::{Remarks, Step, indented};
use super::check::checked;
use super::{address, constant, ident, say, string};
use crate::kernel::{Addr, Kind};
use crate::text::messages::code as words;
use std::fmt::Write;

/// The program's text.
pub fn program(plan: &Plan, remarks: &Remarks<'_>) -> String {
    let mut body = String::new();
    for (name, family) in &plan.told {
        let name = ident(name);
        let _ = writeln!(body, "    # {}", remarks.say(words::code_told_address(plan.other().name())));
        let tail = if *family == libc::AF_INET6 { ", 0, 0" } else { "" };
        let _ = writeln!(body, "    if len(sys.argv) < 3:\n        sys.exit(f\"{{sys.argv[0]}} HOST PORT\")");
        let _ = writeln!(body, "    {name}_address = (sys.argv[1], int(sys.argv[2]){tail})");
    }
    for act in &plan.acts {
        let lines = lines(act, plan, remarks);
        for line in lines {
            let _ = writeln!(body, "{}", indented(&line));
        }
    }
    ending(plan, remarks, &mut body);
    let spoken: String = body.lines().filter(|l| !l.trim_start().starts_with('#')).flat_map(|l| [l, "\n"]).collect();
    let helpers = helpers(plan, &spoken, remarks);
    let mut out = String::from("#!/usr/bin/env python3\n");
    let _ = writeln!(out, "\"\"\"{}\"\"\"\n", remarks.say(remarks.title(plan)));
    let both = format!("{helpers}\n{spoken}");
    const MODULES: [&str; 12] =
        ["array", "contextlib", "errno", "fcntl", "os", "select", "socket", "struct", "sys", "termios", "threading", "time"];
    for module in MODULES.iter().filter(|m| uses(&both, &format!("{m}."))) {
        let _ = writeln!(out, "import {module}");
    }
    if !plan.consts.is_empty() {
        let _ = writeln!(out, "\n# {}", remarks.say(words::code_change_me()));
    }
    for constant in &plan.consts {
        let _ = match constant {
            Const::Port(name, port) => writeln!(out, "{name} = {port}"),
            Const::Path(name, path) => writeln!(out, "{name} = {}", string(path)),
            Const::Name(name, bytes) => writeln!(out, "{name} = {}", string(&[&[0], bytes.as_slice()].concat())),
        };
    }
    let _ = write!(out, "{helpers}\n\ndef main():\n{body}\n\nif __name__ == \"__main__\":\n    main()\n");
    out
}

/// Whether a word stands in the text as a word of its own.
fn uses(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
}

/// An address in the program's words.
fn place(place: &Place) -> String {
    match place {
        Place::Literal(a) => address(a),
        Place::Const(a @ (Addr::V4(_) | Addr::V6(_)), name) => with_port(a, name),
        Place::Const(_, name) => name.clone(),
        Place::Of(socket, _) => format!("{}_address", ident(socket)),
        Place::PortOf(a, socket) => with_port(a, &format!("{}_address[1]", ident(socket))),
    }
}

fn with_port(addr: &Addr, port: &str) -> String {
    let literal = address(addr);
    match addr.port() {
        // The port is the first number behind the host.
        Some(n) => literal.replacen(&format!(", {n}"), &format!(", {port}"), 1),
        None => literal,
    }
}

/// What a call looks like: what it is assigned to, and the call itself.
fn parts(made: &Made) -> Option<(Option<String>, String)> {
    let names = made.made_names();
    let step = Step { place: made.place.as_ref().map(place), ..Step::of(made, &names) };
    let said = say(&step)?;
    let equals = said.find(" = ").filter(|at| !said[..*at].contains('('));
    Some(match equals {
        Some(at) => (Some(said[..at].to_string()), said[at + 3..].to_string()),
        None => (None, said),
    })
}

fn lines(act: &Act, plan: &Plan, remarks: &Remarks<'_>) -> Vec<String> {
    match act {
        Act::Call(made) => {
            let mut lines = card(made, remarks);
            lines.extend(call(made, None, remarks));
            lines
        }
        Act::Start(job, made) => {
            let mut lines = card(made, remarks);
            let Some((_, expression)) = parts(made) else { return vec![missing(made, remarks)] };
            let name = job_name(*job);
            lines.push(match stoppable(made).filter(|_| plan.gave_up(*job)) {
                Some(waits) => format!("{name} = Job(lambda: {expression}, {waits})"),
                None => format!("{name} = Job(lambda: {expression})"),
            });
            if !plan.acts.iter().any(|a| matches!(a, Act::Join(n, _) | Act::GiveUp(n, _) if n == job)) {
                lines.push(format!("# {name}: {}", remarks.say(words::code_job_stays())));
            }
            lines
        }
        Act::Join(job, made) => call(made, Some(format!("{}.result()", job_name(*job))), remarks),
        Act::GiveUp(job, made) => match stoppable(made) {
            Some(_) => vec!["with fails(errno.EINTR):".into(), format!("    {}.give_up()", job_name(*job))],
            None => vec![format!("# {}", remarks.say(words::code_cannot_give_up()))],
        },
        Act::Again(errno, rounds, made) => again(*errno, *rounds, made, remarks),
        Act::Wait(wait) => waited(wait),
        Act::Keep(name, _) => {
            let name = ident(name);
            let mut lines = vec![format!("{name}_address = {name}.getsockname()  # {}", remarks.say(words::code_kernel_chose()))];
            if plan.tells.iter().any(|t| ident(t) == name) {
                lines.push(match plan.host() {
                    Some(_) => format!("tell(\"{name}\", *{name}_address[:2])"),
                    None => format!("print(*{name}_address[:2], flush=True)"),
                });
            }
            lines
        }
        Act::Told(name, family) => {
            let name = ident(name);
            let tail = if *family == libc::AF_INET6 { ", 0, 0" } else { "" };
            vec![
                format!("# {}", remarks.say(words::code_told_by(&name))),
                format!("host, port = told(\"{name}\")"),
                format!("{name}_address = (host, int(port){tail})"),
            ]
        }
        Act::Turn(number) => vec![String::new(), format!("turn({number})")],
        Act::Pass(number) => vec![format!("done({number})")],
        Act::Heard(name, _) => vec![format!("{}_address = address", ident(name))],
        Act::Remark(text) => vec![format!("# {}", remarks.say(text.clone()))],
    }
}

fn job_name(job: u32) -> String {
    format!("job{job}")
}

/// What a call waits for, where select(2) can wait for it as well.
fn stoppable(made: &Made) -> Option<String> {
    let on = ident(made.on.as_deref()?);
    match made.call.name() {
        "accept4" | "recv" | "recvfrom" | "recvmsg" | "read" | "readv" => Some(format!("reads={on}")),
        "send" | "sendto" | "sendmsg" | "write" | "writev" => Some(format!("writes={on}")),
        _ => None,
    }
}

fn card(made: &Made, remarks: &Remarks<'_>) -> Vec<String> {
    remarks.card(made).map(|text| format!("# {text}")).into_iter().collect()
}

fn missing(made: &Made, remarks: &Remarks<'_>) -> String {
    format!("# {}", remarks.say(words::code_not_here(made.call.name())))
}

/// A call with its answer; `instead`: its answer comes from here.
fn call(made: &Made, instead: Option<String>, remarks: &Remarks<'_>) -> Vec<String> {
    let Some((target, expression)) = parts(made) else { return vec![missing(made, remarks)] };
    let expression = instead.unwrap_or(expression);
    match made.outcome.as_ref() {
        Some(o) if o.ret.is_err() => {
            let number = match o.out.as_ref().and_then(|x| x.eai.as_ref()) {
                Some((name, _)) => format!("socket.{name}"),
                None => format!("errno.{}", o.errno().map(|e| e.name().into_owned()).unwrap_or_default()),
            };
            let (first, last) = match expression.rsplit_once("; ") {
                Some((first, last)) => (first.split("; ").map(str::to_string).collect(), last.to_string()),
                None => (Vec::new(), expression),
            };
            let mut lines: Vec<String> = first;
            lines.extend([format!("with fails({number}):"), format!("    {last}")]);
            lines
        }
        _ => checked(made, target.as_deref(), &expression, remarks),
    }
}

fn again(errno: Option<crate::vocabulary::Errno>, rounds: u64, made: &Made, remarks: &Remarks<'_>) -> Vec<String> {
    let Some((_, expression)) = parts(made) else { return vec![missing(made, remarks)] };
    let mut lines = card(made, remarks);
    match errno {
        Some(errno) => lines.extend([
            format!("with fails(errno.{}):", errno.name()),
            "    while True:".into(),
            format!("        {expression}"),
        ]),
        None => {
            lines.push(format!("for _ in range({rounds}):"));
            lines.extend(call(made, None, remarks).into_iter().map(|l| format!("    {l}")));
        }
    }
    lines
}

fn waited(wait: &Wait) -> Vec<String> {
    let on = ident(&wait.on);
    let condition = match wait.what {
        Amount::Readable => format!("ready({on}, select.POLLIN)"),
        Amount::Writable => format!("ready({on}, select.POLLOUT)"),
        Amount::Bytes(n) => format!("amount({on}, termios.FIONREAD) >= {n}"),
        Amount::Unacked(n) => format!("amount({on}, termios.TIOCOUTQ) <= {n}"),
        Amount::Waiting(n) => format!("tcp_info({on})[24] >= {n}"),
        Amount::State(state) => format!("tcp_info({on})[0] == {}  # {}", state as u8, state.name()),
    };
    let (condition, comment) = condition.split_once("  # ").map_or((condition.as_str(), None), |(c, n)| (c, Some(n)));
    let comment = comment.map(|c| format!("  # {c}")).unwrap_or_default();
    vec![format!("until(lambda: {condition}){comment}")]
}

fn ending(plan: &Plan, remarks: &Remarks<'_>, body: &mut String) {
    if plan.open.is_empty() && plan.paths.is_empty() {
        return;
    }
    let _ = writeln!(body, "    # {}", remarks.say(words::code_at_the_end()));
    for (name, kind) in &plan.open {
        let _ = match kind {
            Some(Kind::File) => writeln!(body, "    os.close({})", ident(name)),
            _ => writeln!(body, "    {}.close()", ident(name)),
        };
    }
    for path in &plan.paths {
        let _ = writeln!(body, "    os.unlink({})  # {}", self::place(path), remarks.say(words::code_paths_removed()));
    }
}

fn helpers(plan: &Plan, body: &str, remarks: &Remarks<'_>) -> String {
    let mut out = String::new();
    let mut add = |text: &str| {
        out.push_str("\n\n");
        out.push_str(text);
    };
    if uses(body, "fails(") {
        add(&format!(
            "@contextlib.contextmanager\ndef fails(number):\n    \"\"\"{}\"\"\"\n    try:\n        yield\n    except OSError as e:\n        if e.errno != number:\n            raise\n    else:\n        raise AssertionError(f\"no {{number}} came: {{os.strerror(number)}}\")\n",
            remarks.say(words::code_fails_doc())
        ));
    }
    if plan.jobs().next().is_some() {
        add(&job(plan, remarks));
    }
    let turns = uses(body, "turn(");
    if turns || uses(body, "done(") || uses(body, "tell(") {
        out.push_str(&format!("\n# {}\nTURNS = \"turns\"\n", remarks.say(words::code_turns_doc())));
    }
    let mut add = |text: &str| {
        out.push_str("\n\n");
        out.push_str(text);
    };
    if turns || uses(body, "told(") {
        add("def written():\n    with open(TURNS) as file:\n        return file.read().splitlines()\n");
    }
    if uses(body, "done(") || uses(body, "tell(") {
        add("def tell(*words):\n    with open(TURNS, \"a\") as file:\n        print(*words, file=file)\n");
    }
    if uses(body, "told(") {
        add("def told(name):\n    return next(line.split()[1:] for line in written() if line.startswith(name + \" \"))\n");
    }
    if turns {
        add(&format!(
            "def turn(number):\n    \"\"\"{}\"\"\"\n    until(lambda: f\"turn {{number}}\" in written(), 60)\n",
            remarks.say(words::code_turn_doc())
        ));
    }
    if uses(body, "done(") {
        add("def done(number):\n    tell(\"turn\", number)\n");
    }
    if turns || uses(body, "until(") {
        add(&format!(
            "def until(so, seconds=10):\n    \"\"\"{}\"\"\"\n    end = time.monotonic() + seconds\n    while not so():\n        assert time.monotonic() < end\n        time.sleep(0.001)\n",
            remarks.say(words::code_until_doc())
        ));
    }
    if uses(body, "ready(") {
        add("def ready(sock, events):\n    p = select.poll()\n    p.register(sock, events)\n    return p.poll(0)\n");
    }
    if uses(body, "amount(") {
        add("def amount(sock, request):\n    return struct.unpack(\"i\", fcntl.ioctl(sock, request, bytes(4)))[0]\n");
    }
    if uses(body, "tcp_info(") {
        add("def tcp_info(sock):\n    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)\n");
    }
    out
}

fn job(plan: &Plan, remarks: &Remarks<'_>) -> String {
    let stops = plan.jobs().any(|(n, m)| plan.gave_up(n) && stoppable(m).is_some());
    let mut out = format!("class Job(threading.Thread):\n    \"\"\"{}\"\"\"\n\n", remarks.say(words::code_job_doc()));
    let (more, keep) = match stops {
        true => (
            ", reads=None, writes=None",
            "        self.reads, self.writes = reads, writes\n        self.stop, self.stopped = socket.socketpair()\n",
        ),
        false => ("", ""),
    };
    let _ = write!(
        out,
        "    def __init__(self, call{more}):\n        super().__init__(daemon=True)\n        self.call = call\n        self.value = self.error = None\n{keep}        self.start()\n        time.sleep(0.1)  # {}\n\n    def run(self):\n        try:\n",
        remarks.say(words::code_job_entered())
    );
    if stops {
        let _ = write!(
            out,
            "            # {}\n            if self.reads or self.writes:\n                reads = [s for s in (self.reads, self.stopped) if s]\n                found = select.select(reads, [s for s in (self.writes,) if s], [])\n                if self.stopped in found[0]:\n                    raise InterruptedError(errno.EINTR, os.strerror(errno.EINTR))\n",
            remarks.say(words::code_no_interrupt())
        );
    }
    out.push_str("            self.value = self.call()\n        except OSError as e:\n            self.error = e\n\n    def result(self):\n        self.join(10)\n        assert not self.is_alive()\n        if self.error:\n            raise self.error\n        return self.value\n");
    if stops {
        out.push_str("\n    def give_up(self):\n        self.stop.send(b\"x\")\n        return self.result()\n");
    }
    out
}

/// Names joined by `|`, as the `select` module has them.
pub(super) fn events(names: &str) -> String {
    names.split('|').map(constant).collect::<Vec<_>>().join(" | ").replace("socket.", "select.")
}

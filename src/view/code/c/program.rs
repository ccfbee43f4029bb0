//! A whole sitting in C.

mod answer;
mod helpers;

use super::speak::{Room, Spoken, speak};
use super::{ident, value};
use crate::call::AnyCall;
use crate::kernel::Addr;
use crate::text::messages::code as words;
use crate::view::code::plan::{Act, Amount, Const, Made, Place, Plan, Wait};
use crate::view::code::{Remarks, Step};
use crate::vocabulary::Errno;
use std::collections::HashSet;
use std::fmt::Write;

/// The program's text.
pub fn program(plan: &Plan, remarks: &Remarks<'_>) -> String {
    let mut writer = Writer::new(plan, remarks);
    for (name, family) in &plan.told {
        writer.told(name, *family);
    }
    for act in &plan.acts {
        writer.act(act);
    }
    writer.ending();
    helpers::whole(writer)
}

/// A program being written.
pub struct Writer<'a> {
    plan: &'a Plan,
    remarks: &'a Remarks<'a>,
    /// Lines of main.
    body: Vec<String>,
    /// Functions of jobs.
    jobs: Vec<String>,
    /// Variables that stand outside main, since a job uses them too.
    globals: Vec<String>,
    declared: HashSet<String>,
    /// Addresses that have a variable.
    places: Vec<(Place, String)>,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan, remarks: &'a Remarks<'a>) -> Writer<'a> {
        Writer {
            plan,
            remarks,
            body: Vec::new(),
            jobs: Vec::new(),
            globals: Vec::new(),
            declared: HashSet::new(),
            places: Vec::new(),
        }
    }

    fn threads(&self) -> bool {
        self.plan.jobs().next().is_some()
    }

    fn say(&self, text: crate::text::Text) -> String {
        self.remarks.say(text)
    }

    /// A variable is given a value; the first time it is declared.
    fn assign(&mut self, ty: &str, name: &str, value: &str) -> String {
        if !self.declared.insert(name.to_string()) {
            return format!("{name} = {value};");
        }
        if self.threads() {
            self.globals.push(format!("static {ty} {name};"));
            return format!("{name} = {value};");
        }
        format!("{ty} {name} = {value};")
    }

    fn declare(&mut self, ty: &str, name: &str) -> Option<String> {
        if !self.declared.insert(name.to_string()) {
            return None;
        }
        if self.threads() {
            self.globals.push(format!("static {ty} {name};"));
            return None;
        }
        // What memcpy fills in looks unfilled to a compiler that optimises.
        Some(if ty == "int" { format!("int {name} = -1;") } else { format!("{ty} {name};") })
    }

    fn told(&mut self, name: &str, family: i32) {
        let variable = format!("{}_address", ident(name));
        self.body.push(format!("/* {} */", self.say(words::code_told_address(self.plan.other().name()))));
        self.body.push("if (argc < 3) {".into());
        self.body.push("    fprintf(stderr, \"%s HOST PORT\\n\", argv[0]);".into());
        self.body.push("    return 2;".into());
        self.body.push("}".into());
        let (ty, made) = match family {
            libc::AF_INET6 => ("struct sockaddr_in6", "ip6(argv[1], atoi(argv[2]), 0)"),
            _ => ("struct sockaddr_in", "ip4(argv[1], atoi(argv[2]))"),
        };
        let line = self.assign(ty, &variable, made);
        self.body.push(line);
    }

    /// The variable of an address, which is made where there is none yet.
    fn place(&mut self, made: &Made) -> Option<(String, String)> {
        let place = made.place.as_ref()?;
        let addr = place.addr();
        let constant = match place {
            Place::Const(_, name) => Some(name.as_str()),
            _ => None,
        };
        if let Place::Of(socket, a) = place {
            let variable = format!("{}_address", ident(socket));
            let length = value::length(a, &variable, None);
            return Some((variable, length));
        }
        if let Some((_, variable)) = self.places.iter().find(|(p, _)| p == place) {
            return Some((variable.clone(), value::length(addr, variable, constant)));
        }
        let base = format!("{}_{}", ident(made.on.as_deref().unwrap_or("the")), if is_bind(made) { "address" } else { "peer" });
        let mut variable = base.clone();
        let mut number = 2;
        while self.places.iter().any(|(_, v)| *v == variable) || (self.declared.contains(&variable) && !is_bind(made)) {
            variable = format!("{base}{number}");
            number += 1;
        }
        let instead = match place {
            Place::PortOf(_, socket) => Some(format!("port_of(&{}_address)", ident(socket))),
            _ => constant.map(str::to_string),
        };
        let line = self.assign(value::structure(addr), &variable, &value::made(addr, instead.as_deref()));
        self.body.push(line);
        // What a bind leaves to the kernel is filled up afterwards, and stands for something else then.
        if !matches!(place, Place::Literal(a) if a.port() == Some(0)) {
            self.places.push((place.clone(), variable.clone()));
        }
        let length = value::length(addr, &variable, constant);
        Some((variable, length))
    }

    fn spoken(&mut self, made: &Made, data: &str) -> Option<Spoken> {
        if let (AnyCall::Unlink(_), Some(Place::Const(_, name))) = (&*made.call, &made.place) {
            return Some(Spoken { before: Vec::new(), call: format!("unlink({name})") });
        }
        let place = self.place(made);
        let names = made.made_names();
        let step = Step::of(made, &names);
        let sender = matches!(*made.call, AnyCall::Recvfrom(_)) && self.plan.acts.iter().any(|a| matches!(a, Act::Heard(..)));
        speak(&step, &Room { data: data.into(), place, sender })
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Call(made) => {
                self.card(made);
                let lines = self.call(made, "data");
                self.body.extend(lines);
            }
            Act::Start(job, made) => self.start(*job, made),
            Act::Join(job, _) => self.body.push(format!("pthread_join(job{job}, NULL);")),
            Act::GiveUp(job, _) => self.body.push(format!("give_up(job{job});")),
            Act::Again(errno, rounds, made) => self.again(*errno, *rounds, made),
            Act::Wait(wait) => self.body.push(waited(wait)),
            Act::Keep(name, family) => self.keep(name, *family),
            Act::Told(name, family) => {
                let comment = self.say(words::code_told_by(&**name));
                let name = ident(name);
                let (ty, made) = match *family {
                    libc::AF_INET6 => ("struct sockaddr_in6", format!("told6(\"{name}\")")),
                    _ => ("struct sockaddr_in", format!("told4(\"{name}\")")),
                };
                let line = self.assign(ty, &format!("{name}_address"), &made);
                self.body.extend([format!("/* {comment} */"), line]);
            }
            Act::Turn(number) => self.body.extend([String::new(), format!("turn({number});")]),
            Act::Pass(number) => self.body.push(format!("tell(\"turn %d\\n\", {number});")),
            Act::Heard(name, family) => {
                let ty = if *family == libc::AF_INET6 { "struct sockaddr_in6" } else { "struct sockaddr_in" };
                let variable = format!("{}_address", ident(name));
                let declared = self.declare(ty, &variable);
                self.body.extend(declared);
                self.body.push(format!("memcpy(&{variable}, &sender, sizeof {variable});"));
            }
            Act::Remark(text) => {
                let text = self.say(text.clone());
                self.body.push(format!("/* {text} */"));
            }
        }
    }

    fn card(&mut self, made: &Made) {
        if let Some(text) = self.remarks.card(made) {
            self.body.push(format!("/* {} */", text.replace("*/", "* /")));
        }
    }

    fn missing(&self, made: &Made) -> Vec<String> {
        vec![format!("/* {} */", self.say(words::code_not_here(made.call.name())))]
    }

    /// A call with its answer.
    fn call(&mut self, made: &Made, data: &str) -> Vec<String> {
        let declared: Vec<String> =
            made.made.iter().filter(|_| answer::in_a_block(made)).filter_map(|(n, _)| self.declare("int", &ident(n))).collect();
        let Some(spoken) = self.spoken(made, data) else { return self.missing(made) };
        let mut lines = declared;
        lines.extend(answer::lines(self, made, spoken, data));
        lines
    }

    fn start(&mut self, job: u32, made: &Made) {
        self.card(made);
        let data = format!("data{job}");
        let lines = self.call(made, &data);
        let waits = !self.plan.acts.iter().any(|a| matches!(a, Act::Join(n, _) | Act::GiveUp(n, _) if *n == job));
        let stays = if waits { format!(": {}", self.say(words::code_job_stays())) } else { String::new() };
        let mut function = format!("/* {}{stays} */\n", self.say(words::code_job_start(job)));
        let _ = writeln!(function, "static void *run_job{job}(void *unused)\n{{");
        if lines.iter().any(|l| l.contains(&data)) {
            let _ = writeln!(function, "    static char {data}[{}];", answer::room(made).max(1));
        }
        for line in &lines {
            let _ = writeln!(function, "    {line}");
        }
        let _ = write!(function, "    return unused;\n}}\n");
        self.jobs.push(function);
        let start = format!("start(run_job{job})");
        self.body.push(if waits { format!("{start};") } else { format!("pthread_t job{job} = {start};") });
    }

    fn again(&mut self, errno: Option<Errno>, rounds: u64, made: &Made) {
        self.card(made);
        match errno {
            Some(errno) => {
                let Some(spoken) = self.spoken(made, "data") else { return self.body.extend(self.missing(made)) };
                self.body.extend(spoken.before);
                self.body.push(format!("while ({} >= 0)", spoken.call));
                self.body.push("    continue;".into());
                self.body.push(format!("SAME(errno, {});", errno.name()));
            }
            None => {
                let lines = self.call(made, "data");
                self.body.push(format!("for (int round = 0; round < {rounds}; round++) {{"));
                self.body.extend(lines.into_iter().map(|l| format!("    {l}")));
                self.body.push("}".into());
            }
        }
    }

    /// The address that the kernel chose is read back.
    fn keep(&mut self, name: &str, family: i32) {
        let name = ident(name);
        let variable = format!("{name}_address");
        let ty = if family == libc::AF_INET6 { "struct sockaddr_in6" } else { "struct sockaddr_in" };
        let declared = self.declare(ty, &variable);
        self.body.extend(declared);
        let comment = self.say(words::code_kernel_chose());
        self.body.push(format!(
            "OK(getsockname({name}, (struct sockaddr *)&{variable}, &(socklen_t){{sizeof {variable}}})); /* {comment} */"
        ));
        if self.plan.tells.iter().any(|t| ident(t) == name) {
            if self.plan.host().is_some() {
                self.body.push(format!("tell(\"{name} %s %d\\n\", host_of(&{variable}), port_of(&{variable}));"));
            } else {
                self.body.push(format!("printf(\"%s %d\\n\", host_of(&{variable}), port_of(&{variable}));"));
                self.body.push("fflush(stdout);".into());
            }
        }
    }

    fn ending(&mut self) {
        if self.plan.open.is_empty() && self.plan.paths.is_empty() {
            return;
        }
        self.body.push(format!("/* {} */", self.say(words::code_at_the_end())));
        for (name, _) in &self.plan.open {
            self.body.push(format!("close({});", ident(name)));
        }
        for path in &self.plan.paths {
            let path = match path {
                Place::Const(_, name) => name.clone(),
                other => match other.addr() {
                    Addr::Path(p) => value::string(p),
                    _ => continue,
                },
            };
            let comment = self.say(words::code_paths_removed());
            self.body.push(format!("OK(unlink({path})); /* {comment} */"));
        }
    }

    /// Constants at the program's top.
    fn constants(&self) -> String {
        let mut out = String::new();
        if !self.plan.consts.is_empty() {
            let _ = writeln!(out, "/* {} */", self.say(words::code_change_me()));
        }
        for constant in &self.plan.consts {
            let _ = match constant {
                Const::Port(name, port) => writeln!(out, "#define {name} {port}"),
                Const::Path(name, bytes) | Const::Name(name, bytes) => writeln!(out, "#define {name} {}", value::string(bytes)),
            };
        }
        out
    }
}

fn is_bind(made: &Made) -> bool {
    made.call.name() == "bind"
}

fn waited(wait: &Wait) -> String {
    let on = ident(&wait.on);
    let so = match wait.what {
        Amount::Readable => format!("ready({on}, POLLIN)"),
        Amount::Writable => format!("ready({on}, POLLOUT)"),
        Amount::Bytes(n) => format!("amount({on}, FIONREAD) >= {n}"),
        Amount::Unacked(n) => format!("amount({on}, SIOCOUTQ) <= {n}"),
        Amount::Waiting(n) => format!("info({on}).tcpi_unacked >= {n}"),
        Amount::State(state) => format!("info({on}).tcpi_state == TCP_{}", state.name()),
    };
    format!("UNTIL({so});")
}

//! Each failure is produced for real: lines are typed, calls are made, the log is kept as a session keeps it.

mod addresses;
mod connections;
mod limits;

use super::{Cx, diagnose};
use crate::call::{self, AnyCall, Outcome};
use crate::event::{Fact, Log, Observation, Returned, SocketTable, What};
use crate::grammar::{Args, Handle, Lexed, World, lex};
use crate::kernel::{CallClock, Place, probe, sys};
use crate::text::Lang;
use crate::vocabulary::Errno;
use std::sync::Arc;
use std::time::Instant;

/// A small session: the table, the log and a clock.
pub struct Play {
    pub table: SocketTable,
    log: Log,
    clock: CallClock,
    epoch: Instant,
    turn: u32,
}

/// What came of a line, and what was found out about it.
pub struct Found {
    pub outcome: Outcome,
    facts: Vec<Fact>,
}

impl Play {
    pub fn new() -> Play {
        Play {
            table: SocketTable::default(),
            log: Log::new(true, Instant::now()),
            clock: CallClock::here(),
            epoch: Instant::now(),
            turn: 0,
        }
    }

    fn read(&self, line: &str) -> (AnyCall, Vec<String>) {
        let (names, line) = match line.split_once(" = ") {
            Some((names, rest)) => (names.split(' ').map(str::to_string).collect(), rest),
            None => (Vec::new(), line),
        };
        let world = &self.table;
        let mut lexed = Lexed::default();
        lex(line, 0, Some(world), &mut lexed).expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        let (command, at) = call::command(words[0], words.get(1).copied()).expect("a command");
        let mut args = Args::new(line, &lexed, at, command.spec, world, (0, words[0].len()));
        ((command.read)(&mut args).expect("a call"), names)
    }

    fn observe(&mut self, handle: Handle) {
        let Some(kind) = self.table.kind(handle.id) else { return };
        let look = Observation {
            socket: self.table.name(handle.id).map(str::to_string),
            id: Some(handle.id),
            fd: Some(handle.fd),
            host: Place::Local,
            kind: Some(kind),
            probe: probe::look(handle.fd, kind),
            kept_by: None,
        };
        self.log.add(self.turn, What::Observed(Box::new(look)));
    }

    /// Types a line: its call is made, diagnosed, and recorded.
    pub fn line(&mut self, line: &str) -> Found {
        let (call, names) = self.read(line);
        self.turn += 1;
        let cx = call::Cx { clock: &self.clock, record: true, epoch: self.epoch };
        let outcome = call.perform(&cx);
        let facts = self.diagnose(&call, &outcome);
        let on = call.on();
        let socket = on.and_then(|h| self.table.name(h.id)).map(str::to_string);
        let made = self.table.apply(&call, &outcome, &names, &Place::Local, true, None);
        let returned = Returned {
            of: 0,
            call: Arc::new(call),
            outcome: outcome.clone(),
            socket,
            made: made.iter().filter_map(|h| self.table.name(h.id)).map(str::to_string).collect(),
            host: Place::Local,
            job: None,
            interrupted: None,
            expected: false,
        };
        self.log.add(self.turn, What::Returned(Box::new(returned)));
        for h in on.into_iter().chain(made) {
            self.observe(h);
        }
        Found { outcome, facts }
    }

    /// Types a line while a close of another thread has been answered by the kernel, and is not yet recorded.
    pub fn while_closing(&mut self, name: &str, line: &str) -> Found {
        let (close, _) = self.read(&format!("close {name}"));
        let on = close.on().expect("a socket");
        self.table.closing(on.id);
        let outcome = close.perform(&call::Cx { clock: &self.clock, record: true, epoch: self.epoch });
        let found = self.line(line);
        self.table.apply(&close, &outcome, &[], &Place::Local, false, None);
        found
    }

    fn diagnose(&mut self, call: &AnyCall, outcome: &Outcome) -> Vec<Fact> {
        let now_us = self.epoch.elapsed().as_secs_f64() * 1e6;
        diagnose(&mut Cx { table: &mut self.table, events: self.log.events(), places: &[], now_us }, call, outcome)
    }

    /// A failure that cannot be had on a machine that is well: the answer is made up, the facts are real.
    pub fn pretend(&mut self, line: &str, errno: i32) -> Found {
        let (call, _) = self.read(line);
        let outcome = Outcome::new(Err(Errno(errno)), call::Timing::default());
        let facts = self.diagnose(&call, &outcome);
        Found { outcome, facts }
    }

    /// Lines that must go well.
    pub fn all(&mut self, lines: &[&str]) {
        for line in lines {
            let found = self.line(line);
            assert!(found.outcome.ret.is_ok(), "{line}: {:?}", found.outcome.errno().map(|e| e.name()));
        }
    }

    pub fn fails(&mut self, line: &str, errno: &str) -> Found {
        let found = self.line(line);
        assert_eq!(found.outcome.errno().map(|e| e.name().into_owned()).as_deref(), Some(errno), "{line}");
        assert!(found.facts.len() <= 4);
        found
    }

    pub fn addr(&self, name: &str) -> String {
        World::value(&self.table, name, "local").expect("an address")
    }

    /// A connection: `server`, `client`, `conn`.
    pub fn connected() -> Play {
        let mut p = Play::new();
        p.all(&[
            "server = socket inet stream",
            "bind server 127.0.0.1:0",
            "listen server",
            "client = socket inet stream",
            "connect client {server.local}",
            "conn = accept server",
        ]);
        p
    }
}

impl Drop for Play {
    fn drop(&mut self) {
        for e in self.table.entries() {
            let _ = sys::close(e.fd);
        }
    }
}

impl Found {
    pub fn text(&self, lang: Lang) -> String {
        self.facts.iter().map(|f| format!("{} [{}]\n", f.text.in_lang(lang), f.source)).collect()
    }

    /// The facts contain this, in English and in Chinese.
    pub fn says(&self, en: &str, zh: &str) -> &Found {
        let (english, chinese) = (self.text(Lang::En), self.text(Lang::Zh));
        assert!(english.contains(en), "no {en:?} in:\n{english}");
        assert!(chinese.contains(zh), "no {zh:?} in:\n{chinese}");
        self
    }

    /// A value both languages show.
    pub fn names(&self, what: &str) -> &Found {
        self.says(what, what)
    }

    pub fn says_not(&self, en: &str) -> &Found {
        assert!(!self.text(Lang::En).contains(en), "{en:?} in:\n{}", self.text(Lang::En));
        self
    }
}

/// Another process that holds a port; ends when dropped.
pub struct Python(std::process::Child, pub String);

impl Python {
    /// Runs a program that prints one line when it is ready, and then waits for the end of its input.
    pub fn run(program: &str) -> Python {
        use std::io::BufRead;
        let program = format!("import socket,sys\n{program}\nsys.stdout.flush()\nsys.stdin.read()");
        let mut child = std::process::Command::new("python3")
            .args(["-c", &program])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("python3 is needed by this test");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        std::io::BufReader::new(out).read_line(&mut line).expect("a line");
        Python(child, line.trim().to_string())
    }

    pub fn pid(&self) -> String {
        format!("pid {}", self.0.id())
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A path nobody else uses.
pub fn fresh_path(name: &str) -> String {
    let path = std::env::temp_dir().join(format!("sockscope-fact-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path.to_string_lossy().into_owned()
}

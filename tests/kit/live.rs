//! A session that is fed line by line, and whose events are read as they come.

use super::{BOUND, EventExt, Script, piped};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};

pub struct Live {
    child: Child,
    stdin: Option<ChildStdin>,
    events: Receiver<Value>,
    pub seen: Vec<Value>,
    script: Script,
}

impl Live {
    /// The program under `--json`, its standard input open.
    pub fn start() -> Live {
        Live::of(piped(""))
    }

    pub fn of(script: Script) -> Live {
        let script = script.json();
        let mut child = script.spawn(Stdio::piped());
        let stdout = child.stdout.take().expect("its output");
        let (send, events) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let Ok(event) = serde_json::from_str(&line) else { panic!("no JSON: {line}") };
                if send.send(event).is_err() {
                    break;
                }
            }
        });
        Live { stdin: child.stdin.take(), child, events, seen: Vec::new(), script }
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    pub fn path(&self) -> &std::path::Path {
        self.script.path()
    }

    /// Types a line; does not wait for anything.
    pub fn write(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("an open session");
        stdin.write_all(format!("{line}\n").as_bytes()).expect("the session reads");
        stdin.flush().expect("the session reads");
    }

    /// Types a line and waits until it is over; its events.
    pub fn line(&mut self, line: &str) -> Vec<Value> {
        let from = self.seen.len();
        self.write(line);
        let done = self.next(|e| e.is("done"));
        assert_eq!(done["ok"], true, "{line}: {:?}", &self.seen[from..]);
        self.seen[from..].to_vec()
    }

    /// Waits for an event.
    pub fn next(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = std::time::Instant::now() + BOUND;
        loop {
            let left = end.saturating_duration_since(std::time::Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else { panic!("it never came; seen: {:#?}", self.seen) };
            self.seen.push(event.clone());
            if wanted(&event) {
                return event;
            }
        }
    }

    /// The port a socket is bound to, as last observed.
    pub fn port(&self, socket: &str) -> u16 {
        let seen = self.seen.iter().rfind(|e| e.is("observed") && e["socket"] == socket).expect("it was observed");
        seen.text("local").rsplit(':').next().and_then(|p| p.parse().ok()).expect("a port")
    }

    /// Waits until the main thread of the program sleeps inside a call: it has said so, and the kernel agrees.
    pub fn asleep(&mut self, call: &str) {
        self.next(|e| e.is("called") && e["call"] == call);
        wait_asleep(self.child.id());
    }

    pub fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("it lives");
    }

    /// Ends the input and waits for the end: the status, and standard error.
    pub fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        self.wait()
    }

    /// Waits for the end, the input still open.
    pub fn wait(&mut self) -> (Option<i32>, String) {
        while let Ok(event) = self.events.recv_timeout(BOUND) {
            self.seen.push(event);
        }
        let status = self.child.wait().expect("a child can be waited for");
        let mut stderr = String::new();
        if let Some(mut from) = self.child.stderr.take() {
            let _ = from.read_to_string(&mut stderr);
        }
        (status.code(), stderr)
    }
}

/// Waits until the main thread of a process sleeps in the kernel.
pub fn wait_asleep(pid: u32) {
    let end = std::time::Instant::now() + BOUND;
    let stat = format!("/proc/{pid}/task/{pid}/stat");
    while !std::fs::read_to_string(&stat).expect("it lives").rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S')) {
        assert!(std::time::Instant::now() < end, "it never slept");
        std::thread::yield_now();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

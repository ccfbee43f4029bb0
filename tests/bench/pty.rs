//! A program in a pseudo-terminal, seen as a person sees it.

use crate::measure::us;
use crate::peers::Peers;
use nix::pty::{Winsize, openpty};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

pub struct Terminal {
    child: Child,
    master: File,
}

impl Terminal {
    pub fn open(command: &mut Command, peers: &Peers) -> Terminal {
        let size = Winsize { ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(Some(&size), None).expect("a pseudo-terminal");
        let copy = || Stdio::from(pty.slave.try_clone().expect("a descriptor"));
        command.stdin(copy()).stdout(copy()).stderr(copy());
        // A history of its own, and nothing but text in what is read back.
        command.env("HOME", &peers.dir).env("XDG_STATE_HOME", &peers.dir).env("XDG_DATA_HOME", &peers.dir);
        command.env("TERM", "xterm").env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8").env_remove("PYTHONSTARTUP");
        let child = command.spawn().expect("a program to run");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Terminal { child, master: File::from(pty.master) }
    }

    /// Microseconds from start to the first prompt.
    pub fn first_prompt(command: &mut Command, peers: &Peers) -> f64 {
        let begun = Instant::now();
        let mut terminal = Terminal::open(command, peers);
        terminal.read_until(&["› "]);
        us(begun.elapsed())
    }

    /// Microseconds from start to the end of a program that says nothing.
    pub fn until_end(command: &mut Command, peers: &Peers) -> f64 {
        let begun = Instant::now();
        let mut terminal = Terminal::open(command, peers);
        let _ = terminal.child.wait();
        us(begun.elapsed())
    }

    /// Reads until the marks have come, one after the other.
    pub fn read_until(&mut self, marks: &[&str]) {
        let mut seen = Vec::new();
        let mut room = [0; 4096];
        let (mut from, mut next) = (0, 0);
        while next < marks.len() {
            let mark = marks[next].as_bytes();
            match seen[from..].windows(mark.len()).position(|w| w == mark) {
                Some(at) => {
                    from += at + mark.len();
                    next += 1;
                }
                None => match self.master.read(&mut room) {
                    Ok(n) if n > 0 => seen.extend_from_slice(&room[..n]),
                    end => panic!("waiting for {:?}: {end:?} after {}", marks[next], String::from_utf8_lossy(&seen)),
                },
            }
        }
    }

    /// Types a line; microseconds until the marks of its answer, the last of them the prompt, have come.
    pub fn answer(&mut self, line: &str, marks: &[&str]) -> f64 {
        let begun = Instant::now();
        self.master.write_all(line.as_bytes()).expect("a terminal that takes a line");
        self.read_until(marks);
        us(begun.elapsed())
    }

    /// What the program holds now, and has held at most, in KiB.
    pub fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|l| l.strip_prefix(name)).unwrap_or("");
            line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
        };
        (field("VmRSS:"), field("VmHWM:"))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

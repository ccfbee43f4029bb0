//! Real peers: other programs with sockets of their own.

use super::BOUND;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// A running program that is no sockscope.
pub struct Peer {
    child: Child,
    lines: Receiver<String>,
}

/// A Python program; `socket`, `sys` and `os` are imported, `port` is its first argument as a number where there is one.
pub fn python(code: &str, args: &[&str]) -> Peer {
    let head = "import socket, sys, os\nport = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 0\n\
                def say(*words): print(*words, flush=True)\n";
    let code = format!("{head}{code}");
    let mut words = vec!["python3", "-c", &code];
    words.extend(args);
    Peer::start(&words, None)
}

impl Peer {
    /// Starts a program; `input` is written to it, and its input then closed.
    pub fn start(words: &[&str], input: Option<&[u8]>) -> Peer {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        Peer::of(&mut command, input)
    }

    /// The same of a program that is called in another way.
    pub fn of(command: &mut Command, input: Option<&[u8]>) -> Peer {
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        command.stdin(stdin).stdout(Stdio::piped()).env("LC_ALL", "C");
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            stdin.write_all(input).expect("the peer reads");
        }
        let stdout = child.stdout.take().expect("its output");
        let (send, lines) = channel();
        std::thread::spawn(move || {
            let mut from = BufReader::new(stdout);
            let mut line = Vec::new();
            while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                let text = String::from_utf8_lossy(&line).into_owned();
                line.clear();
                if send.send(text).is_err() {
                    // Read on: a peer must not be stopped by a full pipe.
                    let _ = std::io::copy(&mut from.by_ref(), &mut std::io::sink());
                    break;
                }
            }
        });
        Peer { child, lines }
    }

    /// The next line it writes.
    #[track_caller]
    pub fn says(&mut self) -> String {
        self.lines.recv_timeout(BOUND).expect("the peer says something").trim_end_matches('\n').to_string()
    }

    /// Everything it writes until it ends, which must be well.
    #[track_caller]
    pub fn rest(mut self) -> String {
        let mut all = String::new();
        loop {
            match self.lines.recv_timeout(BOUND) {
                Ok(line) => all.push_str(&line),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(e) => panic!("the peer does not end: {e}"),
            }
        }
        let status = self.child.wait().expect("a peer can be waited for");
        assert!(status.success(), "the peer failed: {status}\n{all}");
        all
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

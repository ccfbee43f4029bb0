//! Scripts: a file, standard input, or the words of `-c`.

use super::console::Ended;
use super::signals;
use crate::grammar::lex::Lexed;
use crate::kernel::CallClock;
use crate::kernel::clock::Kick;
use crate::kernel::thread;
use crate::session::{Failure, Flow, Sitting, State};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Where the lines come from.
pub enum Input {
    /// A whole text, and what it is called in messages. It was read before the first socket was made.
    Text(String, Vec<u8>),
    /// Standard input, a line at a time.
    Stdin,
}

/// Runs a script to its end, or to its first failing line: the exit status.
pub fn run_script(sitting: &Arc<Sitting>, input: Input, ended: Option<&Ended>) -> i32 {
    let clock = Arc::new(CallClock::here());
    watch_time(sitting, &clock);
    let signalled = Arc::new(AtomicBool::new(false));
    {
        let (sitting, clock, signalled) = (sitting.clone(), clock.clone(), signalled.clone());
        signals::watch(move |signal| {
            signalled.store(true, Ordering::SeqCst);
            clock.ask_to_stop(Kick::CtrlC);
            leave_soon(&sitting, 128 + signal);
        });
    }
    let runner = |name| Runner {
        sitting,
        clock: &clock,
        name,
        lexed: Lexed::default(),
        number: 0,
        failed: false,
        ended,
        signalled: &signalled,
    };
    let status = match &input {
        Input::Text(name, text) => run_text(runner(name), text),
        Input::Stdin => run_stdin(runner("stdin")),
    };
    give_way(&signalled);
    sitting.leave();
    match ended {
        Some(e) if e.closed() => 0,
        Some(e) if e.broken() => {
            eprintln!("sockscope: standard output cannot be written");
            1
        }
        _ => status,
    }
}

/// Leaves on the signals' thread. Who reads our output may have stopped reading, and the session's thread then waits in a write
/// with the state locked: that must not keep the program alive.
fn leave_soon(sitting: &Sitting, status: i32) {
    let last = std::thread::Builder::new().name("last".into()).stack_size(64 << 10);
    let limit = move || {
        std::thread::sleep(PATIENCE);
        thread::exit_now(status);
    };
    drop(last.spawn(limit));
    sitting.leave();
    thread::exit_now(status);
}

/// How long an ending signal waits for the session's last words.
const PATIENCE: Duration = Duration::from_secs(1);

/// Once a signal ends the program, its thread does so: what the lines still come to is no exit status.
fn give_way(signalled: &AtomicBool) {
    while signalled.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

struct Runner<'a> {
    sitting: &'a Sitting,
    clock: &'a Arc<CallClock>,
    name: &'a str,
    lexed: Lexed,
    number: usize,
    failed: bool,
    ended: Option<&'a Ended>,
    signalled: &'a AtomicBool,
}

impl Runner<'_> {
    /// Runs one line; false ends the script.
    fn line(&mut self, line: &[u8]) -> bool {
        self.number += 1;
        let result = match std::str::from_utf8(line) {
            Ok(text) => self.sitting.run_text(self.clock, text, &mut self.lexed),
            Err(_) => Err(self.sitting.refuse_bytes(line)),
        };
        match result {
            Ok(Flow::Quit) => return false,
            Ok(_) => {}
            Err(failure) => {
                give_way(self.signalled);
                self.failed = true;
                self.tell(&failure);
                if !self.sitting.config.keep_going {
                    return false;
                }
            }
        }
        !self.ended.is_some_and(|e| e.closed() || e.broken())
    }

    fn tell(&self, failure: &Failure) {
        let mut state = self.sitting.lock();
        State::flush(&mut state);
        drop(state);
        let reason = failure.reason.plain(self.sitting.config.lang);
        let reason = crate::markup::safe(&reason);
        // Standard error may be closed: nobody is left to be told.
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{}:{}: {reason}", self.name, self.number);
    }
}

fn run_text(mut runner: Runner<'_>, text: &[u8]) -> i32 {
    for line in text.split(|b| *b == b'\n') {
        if !runner.line(line) {
            break;
        }
    }
    i32::from(runner.failed)
}

fn run_stdin(mut runner: Runner<'_>) -> i32 {
    let sitting = runner.sitting;
    let mut buffer: Vec<u8> = Vec::with_capacity(64 << 10);
    let mut room = vec![0u8; 64 << 10];
    let mut from = 0;
    loop {
        if let Some(end) = buffer[from..].iter().position(|b| *b == b'\n') {
            let line = from..from + end;
            from += end + 1;
            if !runner.line(&buffer[line]) {
                break;
            }
            continue;
        }
        buffer.drain(..from);
        from = 0;
        // Whoever feeds us may wait for an answer before the next line.
        sitting.lock().flush();
        match nix::unistd::read(std::io::stdin(), &mut room) {
            Ok(0) => {
                if !buffer.is_empty() {
                    runner.line(&buffer);
                }
                break;
            }
            Ok(n) => buffer.extend_from_slice(&room[..n]),
            Err(nix::errno::Errno::EINTR) => {}
            Err(nix::errno::Errno::EAGAIN) => {
                let _ = crate::kernel::wait::poll(&[(0, libc::POLLIN)], None).0;
            }
            Err(_) => break,
        }
    }
    i32::from(runner.failed)
}

/// One thread looks now and then at the call counter, and interrupts a call that takes longer than the script's limit; and lets what
/// was told so far be seen while a call waits.
fn watch_time(sitting: &Arc<Sitting>, clock: &Arc<CallClock>) {
    let limit = sitting.config.timeout;
    let tick = (limit / 20).clamp(Duration::from_millis(1), Duration::from_millis(50));
    let sitting: Weak<Sitting> = Arc::downgrade(sitting);
    let clock = clock.clone();
    let body = move || {
        let mut seen: Option<(u64, std::time::Instant, bool)> = None;
        loop {
            std::thread::park_timeout(tick);
            let Some(call) = clock.inside() else {
                seen = None;
                continue;
            };
            match seen {
                Some((same, since, flushed)) if same == call => {
                    if !flushed {
                        let Some(sitting) = sitting.upgrade() else { return };
                        sitting.lock().flush();
                        seen = Some((same, since, true));
                    }
                    if since.elapsed() >= limit {
                        clock.kick(call, Kick::Timeout, Duration::from_secs(5));
                        seen = None;
                    }
                }
                _ => seen = Some((call, std::time::Instant::now(), false)),
            }
        }
    };
    drop(std::thread::Builder::new().name("watchdog".into()).stack_size(128 << 10).spawn(body));
}

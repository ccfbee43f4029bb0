//! Scripts: a file, standard input, or the words of `-c`.

use super::console::Ended;
use super::signals;
use crate::grammar::lex::Lexed;
use crate::kernel::CallClock;
use crate::kernel::clock::Kick;
use crate::kernel::pieces::{PIECE, Pieces};
use crate::kernel::thread;
use crate::session::{Failure, Flow, Sitting, State};
use crate::text::Text;
use crate::text::messages::refusal;
use crate::vocabulary::Errno;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Where the lines come from.
pub enum Input {
    /// A whole text, and what it is called in messages. It was read before the first socket was made.
    Text(String, Vec<u8>),
    /// A large file, read piece by piece as its lines are carried out.
    File(String),
    /// Standard input, a line at a time.
    Stdin,
}

impl Input {
    /// The script in a file. What is small, or no plain file, is read at once.
    ///
    /// # Errors
    /// It cannot be opened or read.
    pub fn file(path: &str) -> std::io::Result<Input> {
        let mut file = std::fs::File::open(path)?;
        if file.metadata().is_ok_and(|about| about.is_file() && about.len() > PIECE as u64) {
            return Ok(Input::File(path.to_string()));
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        Ok(Input::Text(path.to_string(), text))
    }
}

/// Why there is no script to be run.
pub fn unreadable(path: &str, e: &std::io::Error) -> Text {
    let why = e.raw_os_error().map_or_else(|| refusal::file_other(e.to_string()), |n| Errno(n).of_file());
    refusal::cannot_read_file(path, why)
}

/// Why a script goes on no longer, whatever its lines say.
struct Over {
    ended: Option<Arc<Ended>>,
    /// A signal ends the program.
    killed: AtomicBool,
}

impl Over {
    /// Nobody reads any more, or a signal came.
    fn now(&self) -> bool {
        self.killed.load(Ordering::Acquire) || self.ended.as_ref().is_some_and(|e| e.closed() || e.broken())
    }
}

/// Runs a script to its end, or to its first failing line: the exit status.
pub fn run_script(sitting: &Arc<Sitting>, input: Input, ended: Option<Arc<Ended>>, first: Option<String>) -> i32 {
    let clock = Arc::new(CallClock::here());
    let over = Arc::new(Over { ended, killed: AtomicBool::new(false) });
    watch_time(sitting, &clock, over.clone());
    {
        let (sitting, clock, over) = (sitting.clone(), clock.clone(), over.clone());
        signals::watch(move |signal| {
            over.killed.store(true, Ordering::Release);
            clock.ask_to_stop(Kick::CtrlC);
            signals::leave(&sitting);
            thread::exit_now(128 + signal);
        });
    }
    let in_lesson = first.is_some();
    if let Some(line) = first
        && let Err(failure) = sitting.run_text(&clock, &line, &mut Lexed::default())
    {
        eprintln!("sockscope: {}", failure.reason.plain(sitting.lang()));
        return 2;
    }
    let status = match input {
        Input::Text(name, text) => run_text(sitting, &clock, &name, &text, &over),
        Input::File(name) => match Pieces::of(&name) {
            Some(mut pieces) => run_pieces(sitting, &clock, &name, &over, |text| pieces.next(text)),
            // A path that means one of our own descriptors (`/dev/fd/5`) means nothing to the clerk. No socket is made yet: it is read here.
            None => match std::fs::read(&name) {
                Ok(text) => run_text(sitting, &clock, &name, &text, &over),
                Err(e) => {
                    eprintln!("sockscope: {}", unreadable(&name, &e).plain(sitting.config.lang));
                    2
                }
            },
        },
        Input::Stdin => run_pieces(sitting, &clock, "stdin", &over, |text| {
            // Whoever feeds us may wait for an answer before the next line.
            sitting.lock().flush();
            read_stdin(text)
        }),
    };
    while over.killed.load(Ordering::Acquire) {
        // The line stopped for the signal's sake: the status is the signal's.
        std::thread::park();
    }
    sitting.leave();
    sitting.end_lab();
    match over.ended.as_deref() {
        Some(e) if e.closed() => 0,
        Some(e) if e.broken() => {
            eprintln!("sockscope: {}", refusal::output_lost().plain(sitting.config.lang));
            1
        }
        // In a lesson, to fail is to learn.
        _ if in_lesson => 0,
        _ => status,
    }
}

struct Runner<'a> {
    sitting: &'a Sitting,
    clock: &'a Arc<CallClock>,
    name: &'a str,
    lexed: Lexed,
    number: usize,
    failed: bool,
    over: &'a Over,
}

impl Runner<'_> {
    /// Runs one line; false ends the script.
    fn line(&mut self, line: &[u8]) -> bool {
        self.number += 1;
        let (sitting, name, number, over) = (self.sitting, self.name, self.number, self.over);
        let mut failed = |failure: &Failure| {
            if !over.now() {
                tell(sitting, name, number, failure);
            }
        };
        let result = match std::str::from_utf8(line) {
            Ok(text) => sitting.run_each(self.clock, text, &mut self.lexed, &mut failed),
            Err(_) => {
                let failure = sitting.refuse_bytes(line);
                failed(&failure);
                Err(failure)
            }
        };
        match result {
            Ok(Flow::Quit) => return false,
            Ok(_) => {}
            // Neither is the line's failure.
            Err(_) if self.over.now() => return false,
            Err(_) => {
                self.failed = true;
                if !self.sitting.config.keep_going {
                    return false;
                }
            }
        }
        !self.over.now()
    }
}

/// What failed, on standard error, with where its line stands.
fn tell(sitting: &Sitting, name: &str, number: usize, failure: &Failure) {
    let mut state = sitting.lock();
    State::flush(&mut state);
    drop(state);
    let reason = failure.reason.plain(sitting.config.lang);
    let reason = crate::markup::safe(&reason);
    if sitting.lesson_position().is_some() {
        return;
    }
    // Standard error may be closed: nobody is left to be told.
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{name}:{number}: {reason}");
}

fn run_text(sitting: &Sitting, clock: &Arc<CallClock>, name: &str, text: &[u8], over: &Over) -> i32 {
    let mut runner = Runner { sitting, clock, name, lexed: Lexed::default(), number: 0, failed: false, over };
    for line in text.split(|b| *b == b'\n') {
        if !runner.line(line) {
            break;
        }
    }
    i32::from(runner.failed)
}

/// Carries out lines as they come. `more` puts the next piece behind what is there; false is the end.
fn run_pieces(
    sitting: &Sitting,
    clock: &Arc<CallClock>,
    name: &str,
    over: &Over,
    mut more: impl FnMut(&mut Vec<u8>) -> bool,
) -> i32 {
    let mut runner = Runner { sitting, clock, name, lexed: Lexed::default(), number: 0, failed: false, over };
    let mut buffer: Vec<u8> = Vec::with_capacity(2 * PIECE);
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
        if !more(&mut buffer) {
            if !buffer.is_empty() {
                runner.line(&buffer);
            }
            break;
        }
    }
    i32::from(runner.failed)
}

/// Puts what standard input has behind `text`; false where it ends.
fn read_stdin(text: &mut Vec<u8>) -> bool {
    let mut room = [0; PIECE];
    loop {
        match nix::unistd::read(std::io::stdin(), &mut room) {
            Ok(0) => return false,
            Ok(n) => {
                text.extend_from_slice(&room[..n]);
                return true;
            }
            Err(nix::errno::Errno::EINTR) => {}
            Err(nix::errno::Errno::EAGAIN) => {
                let _ = crate::kernel::wait::poll(&[(0, libc::POLLIN)], None).0;
            }
            Err(_) => return false,
        }
    }
}

/// One thread looks now and then at the call counter, and interrupts a call that takes longer than the script's limit; lets what was
/// told so far be seen while a call waits; and stops the line where nobody reads any more.
fn watch_time(sitting: &Arc<Sitting>, clock: &Arc<CallClock>, over: Arc<Over>) {
    let limit = sitting.config.timeout;
    let tick = (limit / 20).clamp(Duration::from_millis(1), Duration::from_millis(50));
    let sitting: Weak<Sitting> = Arc::downgrade(sitting);
    let clock = clock.clone();
    let body = move || {
        thread::own_table();
        let mut seen: Option<(u64, std::time::Instant, bool)> = None;
        loop {
            std::thread::park_timeout(tick);
            // A `repeat` of many rounds does not go on for nobody.
            if over.now() {
                clock.ask_to_stop(Kick::None);
            }
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

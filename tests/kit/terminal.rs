//! A terminal with the program in it: keys go in, a screen comes out.
//!
//! The terminal is a real pseudo-terminal, and the program's controlling one; what it draws is read by a vt100 emulator. Nothing here
//! waits for a time: everything waits for what the screen or the kernel shows, and gives up after [`PATIENCE`].

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, SpecialCharacterIndices, tcgetattr};
use nix::unistd::Pid;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Nothing is waited for any longer.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A folder of the test's own, gone at its end.
pub struct Home(pub PathBuf);

impl Home {
    pub fn new() -> Home {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sockscope-test-{}-pty{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Home(path)
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }

    pub fn history(&self) -> PathBuf {
        self.path("state/sockscope/history")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How the program is to be started.
pub struct Starter<'a> {
    home: &'a Home,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    shell: String,
    rows: u16,
    columns: u16,
}

/// A program to be started in a terminal of 100 columns and 60 rows.
pub fn program(home: &Home) -> Starter<'_> {
    Starter { home, arguments: Vec::new(), environment: Vec::new(), shell: String::new(), rows: 60, columns: 100 }
}

impl Starter<'_> {
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(ToString::to_string));
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// A shell command that comes first: `ulimit -n 64`.
    pub fn after(mut self, command: &str) -> Self {
        self.shell = format!("{command}; ");
        self
    }

    pub fn size(mut self, rows: u16, columns: u16) -> Self {
        (self.rows, self.columns) = (rows, columns);
        self
    }

    /// Starts it and waits for its first prompt.
    pub fn start(self) -> Terminal {
        let mut terminal = self.launch();
        terminal.until("the first prompt", |t| t.at_prompt());
        terminal
    }

    /// Starts it.
    pub fn launch(self) -> Terminal {
        // Close-on-exec from the first moment: another test may start a program just now.
        let master = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let slave = ptsname_r(&master).unwrap();
        let slave = File::options().read(true).write(true).custom_flags(OFlag::O_NOCTTY.bits()).open(slave).unwrap();
        resize(&slave, self.rows, self.columns);
        // setsid(1) makes the terminal the program's controlling one, so that Ctrl-C is a signal; it keeps the process id.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "sh", "-c", &format!("{}exec \"$0\" \"$@\"", self.shell), env!("CARGO_BIN_EXE_sockscope")]);
        command.args(&self.arguments);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &self.home.0).env("XDG_STATE_HOME", self.home.path("state"));
        command.env("LANG", "C").env("TERM", "xterm-256color").envs(self.environment).current_dir(&self.home.0);
        let end = |file: &File| Stdio::from(file.try_clone().unwrap());
        command.stdin(end(&slave)).stdout(end(&slave)).stderr(end(&slave));
        let child = command.spawn().expect("setsid(1) of util-linux");
        let size = |n| NonZeroU16::new(n).unwrap();
        Terminal {
            child,
            master: File::from(OwnedFd::from(master)),
            slave,
            screen: vt100::Parser::new(size(self.rows), size(self.columns), 10_000),
            raw: Vec::new(),
            prompts: 0,
        }
    }
}

fn resize(terminal: &File, rows: u16, columns: u16) {
    let mut stty = Command::new("stty");
    stty.args(["rows", &rows.to_string(), "cols", &columns.to_string()]).stdin(terminal.try_clone().unwrap());
    assert!(stty.status().expect("stty(1) of coreutils").success());
}

/// The program in its terminal.
pub struct Terminal {
    child: Child,
    master: File,
    slave: File,
    screen: vt100::Parser,
    /// Everything it has ever drawn, as bytes.
    pub raw: Vec<u8>,
    prompts: usize,
}

/// An open prompt says that it understands pasted text.
const PROMPT_OPENED: &[u8] = b"\x1b[?2004h";

impl Terminal {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends keys as they are.
    pub fn keys(&mut self, keys: &str) {
        let mut rest = keys.as_bytes();
        while !rest.is_empty() {
            // The program may wait for its own output to be read before it reads more.
            self.read(Duration::ZERO);
            let piece = &rest[..rest.len().min(512)];
            self.master.write_all(piece).unwrap();
            rest = &rest[piece.len()..];
        }
    }

    /// Types a line and Enter, and waits until the prompt is back.
    pub fn run(&mut self, line: &str) {
        let before = self.prompts;
        self.keys(line);
        self.keys("\r");
        self.until(&format!("the prompt behind `{line}`"), |t| t.prompts > before && t.at_prompt());
    }

    /// Pastes text, as terminals do it, without Enter.
    pub fn paste(&mut self, text: &str) {
        self.keys(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Types a key and waits until the prompt is a new one.
    pub fn key_to_prompt(&mut self, key: &str) {
        let before = self.prompts;
        self.keys(key);
        self.until("a new prompt", |t| t.prompts > before && t.at_prompt());
    }

    /// Waits until the screen shows `text`.
    pub fn see(&mut self, text: &str) {
        self.until(&format!("`{text}` on the screen"), |t| t.text().contains(text));
    }

    pub fn until(&mut self, what: &str, mut reached: impl FnMut(&Terminal) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !reached(self) {
            assert!(Instant::now() < end, "{what} did not come; the screen:\n{}\n--", self.text());
            self.read(Duration::from_millis(50));
        }
    }

    /// Reads what there is, and waits for it up to `limit`.
    fn read(&mut self, limit: Duration) {
        let mut wait = PollTimeout::try_from(limit).unwrap_or(PollTimeout::ZERO);
        loop {
            let mut fds = [PollFd::new(self.master.as_fd(), PollFlags::POLLIN)];
            if !matches!(poll(&mut fds, wait), Ok(1)) {
                return;
            }
            let mut room = [0; 16384];
            let Ok(n @ 1..) = self.master.read(&mut room) else { return };
            self.screen.process(&room[..n]);
            let from = self.raw.len().saturating_sub(PROMPT_OPENED.len() - 1);
            self.raw.extend_from_slice(&room[..n]);
            self.prompts += self.raw[from..].windows(PROMPT_OPENED.len()).filter(|w| *w == PROMPT_OPENED).count();
            wait = PollTimeout::ZERO;
        }
    }

    /// The screen's text, without empty ends of lines.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Everything it has ever shown, without escape sequences.
    pub fn history(&self) -> String {
        let raw = String::from_utf8_lossy(&self.raw);
        let plain = |s: &str| s.find(|c: char| c.is_ascii_alphabetic()).map_or(String::new(), |at| s[at + 1..].to_string());
        let mut parts = raw.split("\x1b[");
        parts.next().unwrap_or_default().to_string() + &parts.map(plain).collect::<String>()
    }

    /// The port of the listener that the screen shows.
    pub fn port(&self) -> u16 {
        let row = self.rows().into_iter().find(|r| r.contains("LISTEN")).expect("a listener's row");
        row.split("127.0.0.1:").nth(1).and_then(|r| r.split_whitespace().next()?.parse().ok()).expect("its port")
    }

    pub fn rows(&self) -> Vec<String> {
        let columns = self.screen.screen().size().1.get();
        self.screen.screen().rows(0, columns).collect()
    }

    /// The row in which the cursor stands.
    pub fn row(&self) -> String {
        self.rows()[usize::from(self.screen.screen().cursor_position().0)].trim_end().to_string()
    }

    /// The column of the cursor.
    pub fn column(&self) -> usize {
        self.screen.screen().cursor_position().1.into()
    }

    /// What stands in the cursor's row before the cursor.
    pub fn before_cursor(&self) -> String {
        let (row, column) = self.screen.screen().cursor_position();
        self.screen.screen().contents_between(row, 0, row, column)
    }

    /// Whether an empty prompt waits for keys.
    pub fn at_prompt(&self) -> bool {
        let before = self.before_cursor();
        before.ends_with("› ") || before.ends_with("> ") && !before.contains('›')
    }

    /// Whether the letters behind the cursor are dimmed: ghost text.
    pub fn ghost(&self) -> Option<String> {
        let (row, column) = self.screen.screen().cursor_position();
        let dim = self.screen.screen().cell(row, column).is_some_and(|c| c.dim());
        let rest: String = self.rows().get(usize::from(row))?.chars().skip(column.into()).collect();
        Some(rest.trim_end().to_string()).filter(|r| dim && !r.is_empty())
    }

    /// How often a text stands on the screen.
    pub fn count(&self, text: &str) -> usize {
        self.text().matches(text).count()
    }

    /// Another size of the window.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        resize(&self.slave, rows, columns);
        self.screen.set_size(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id() as i32), signal).unwrap();
    }

    /// Waits for the program's end, reading what it still writes.
    pub fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            self.read(Duration::from_millis(20));
            if let Some(status) = self.child.try_wait().unwrap() {
                self.read(Duration::ZERO);
                return status;
            }
            assert!(Instant::now() < end, "the program did not end; the screen:\n{}\n--", self.text());
        }
    }

    /// Whether a line is being carried out: lines are edited by the kernel, and letters are shown.
    pub fn carries_out(&self) -> bool {
        let flags = tcgetattr(&self.slave).unwrap().local_flags;
        flags.contains(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG) && !self.screen.screen().bracketed_paste()
    }

    /// Whether the terminal is as a shell wants it.
    pub fn is_restored(&self) -> bool {
        let end = tcgetattr(&self.slave).unwrap().control_chars[SpecialCharacterIndices::VEOF as usize];
        self.carries_out() && end == 4
    }

    /// The program's descriptors, as /proc/PID/fd shows them.
    pub fn descriptors(&self) -> Vec<(i32, String)> {
        let mut all: Vec<(i32, String)> = std::fs::read_dir(format!("/proc/{}/fd", self.pid()))
            .unwrap()
            .flatten()
            .filter_map(|e| {
                let fd = e.file_name().to_str()?.parse().ok()?;
                Some((fd, std::fs::read_link(e.path()).ok()?.to_string_lossy().into_owned()))
            })
            .collect();
        all.sort();
        all
    }

    /// Those of them that are the learner's: not standard input, output and error, and not what the test itself was started with.
    pub fn sockets(&self) -> Vec<(i32, String)> {
        let inherited = inherited();
        self.descriptors().into_iter().filter(|d| d.0 > 2 && !inherited.contains(&d.0)).collect()
    }

    /// Whether any thread of the program sleeps in the system call of this number.
    pub fn waits_in(&self, call: i64) -> bool {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.pid())) else { return false };
        let wanted = format!("{call} ");
        threads.flatten().any(|t| is_in(&t.path(), &wanted))
    }
}

/// Descriptors that this process hands on to what it starts: whoever started the tests may have left some open.
pub fn inherited() -> Vec<i32> {
    let all = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let numbers = all.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok()).filter(|fd| *fd > 2);
    let handed_on = |fd: &i32| {
        let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).unwrap_or_default();
        let flags = info.lines().find_map(|l| u32::from_str_radix(l.strip_prefix("flags:")?.trim(), 8).ok());
        flags.is_some_and(|f| f & OFlag::O_CLOEXEC.bits() as u32 == 0)
    };
    numbers.filter(handed_on).collect()
}

fn is_in(thread: &Path, call: &str) -> bool {
    std::fs::read_to_string(thread.join("syscall")).is_ok_and(|s| s.starts_with(call))
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

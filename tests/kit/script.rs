//! One run of the program over a script, from its start to its end.

use super::{BOUND, EventExt, Folder, PROGRAM};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

enum Input {
    /// `run script`, a file of this name in the test's folder.
    File(Vec<u8>),
    /// `-c`.
    Words(String),
    /// Standard input.
    Piped(Vec<u8>),
    /// The arguments say it all.
    None,
}

/// A run that is being described.
pub struct Script {
    pub folder: Folder,
    input: Input,
    args: Vec<OsString>,
    env: Vec<(String, String)>,
    under: Vec<OsString>,
    shell: Option<String>,
    user: Option<u32>,
}

/// A script in a file: `run FILE`.
pub fn script(text: impl AsRef<[u8]>) -> Script {
    Script::new(Input::File(text.as_ref().to_vec()))
}

/// `-c 'LINES'`.
pub fn lines(text: &str) -> Script {
    Script::new(Input::Words(text.into()))
}

/// A script on standard input.
pub fn piped(text: impl AsRef<[u8]>) -> Script {
    Script::new(Input::Piped(text.as_ref().to_vec()))
}

impl Script {
    fn new(input: Input) -> Script {
        Script { folder: Folder::new(), input, args: Vec::new(), env: Vec::new(), under: Vec::new(), shell: None, user: None }
    }

    /// The program with these arguments alone.
    pub fn program<S: AsRef<str>>(args: &[S]) -> Script {
        args.iter().fold(Script::new(Input::None), |s, a| s.arg(a.as_ref()))
    }

    pub fn arg(mut self, arg: impl Into<OsString>) -> Script {
        self.args.push(arg.into());
        self
    }

    pub fn json(self) -> Script {
        self.arg("--json")
    }

    pub fn quiet(self) -> Script {
        self.arg("--quiet")
    }

    pub fn keep_going(self) -> Script {
        self.arg("--keep-going")
    }

    pub fn timeout(self, limit: &str) -> Script {
        self.arg("--timeout").arg(limit)
    }

    pub fn env(mut self, key: &str, value: &str) -> Script {
        self.env.push((key.into(), value.into()));
        self
    }

    /// Run by another program: `strace -f -o FILE`.
    pub fn under<S: Into<OsString>>(mut self, words: impl IntoIterator<Item = S>) -> Script {
        self.under = words.into_iter().map(Into::into).collect();
        self
    }

    /// Run by a shell that does something first: `ulimit -n 8`. `$0 "$@"` is the program.
    pub fn shell(mut self, line: &str) -> Script {
        self.shell = Some(line.into());
        self
    }

    /// Run as another user, who may use its folder; only root can.
    pub fn run_as(mut self, uid: u32) -> Script {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(self.path(), open).expect("a folder of our own");
        self.user = Some(uid);
        self
    }

    /// The folder it runs in, for paths in the script.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn words(&self, program: &str) -> Vec<OsString> {
        let mut words: Vec<OsString> = match &self.shell {
            Some(line) => ["sh", "-c", line].map(OsString::from).to_vec(),
            None => Vec::new(),
        };
        words.extend(self.under.iter().cloned());
        words.push(program.into());
        words.extend(self.args.iter().cloned());
        match &self.input {
            Input::File(text) => {
                self.folder.file("script", text);
                words.extend(["run", "script"].map(OsString::from));
            }
            Input::Words(text) => words.extend(["-c", text].map(OsString::from)),
            Input::Piped(_) | Input::None => {}
        }
        words
    }

    /// Starts it. Descriptors of the test runner do not come along: the learner's first socket is 3.
    pub fn spawn(&self, stdin: Stdio) -> Child {
        // Another user may not reach the folder that the program lies in: it is run through a descriptor of ours.
        let opened = self.user.map(|_| std::fs::File::open(PROGRAM).expect("the program"));
        let fd = opened.as_ref().map(std::os::fd::AsRawFd::as_raw_fd);
        let words = self.words(&fd.map_or_else(|| PROGRAM.to_string(), |fd| format!("/proc/self/fd/{fd}")));
        let through = fd.filter(|_| self.shell.is_some() || !self.under.is_empty());
        let home = self.folder.path();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(home).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        for key in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env(key, home);
        }
        for key in ["LC_ALL", "LC_MESSAGES", "LANGUAGE", "NO_COLOR"] {
            command.env_remove(key);
        }
        command.env("LANG", "C").env("TERM", "xterm-256color").env("RUST_BACKTRACE", "0");
        command.envs(self.env.iter().map(|(k, v)| (k, v)));
        if let Some(uid) = self.user {
            command.uid(uid).gid(uid);
        }
        #[expect(unsafe_code, reason = "a few system calls between fork and exec")]
        // SAFETY: system calls that take numbers and touch no memory.
        unsafe {
            command.pre_exec(move || {
                libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
                // Who has changed its user may not look into its own /proc before it says so.
                libc::prctl(libc::PR_SET_DUMPABLE, 1);
                if let Some(fd) = through {
                    libc::fcntl(fd, libc::F_SETFD, 0);
                }
                Ok(())
            });
        }
        command.spawn().unwrap_or_else(|e| panic!("{words:?}: {e}"))
    }

    /// Runs it to its end.
    pub fn run(self) -> Ran {
        let stdin = if matches!(self.input, Input::Piped(_)) { Stdio::piped() } else { Stdio::null() };
        let child = self.spawn(stdin);
        self.finish(child)
    }

    /// Waits for the end of a run that was started.
    pub fn finish(self, mut child: Child) -> Ran {
        let pid = child.id() as i32;
        if let (Some(mut stdin), Input::Piped(text)) = (child.stdin.take(), &self.input) {
            let text = text.clone();
            // The program may end before it has read everything.
            std::thread::spawn(move || drop(stdin.write_all(&text)));
        }
        let stdout = child.stdout.take().map(reader);
        let stderr = child.stderr.take().map(reader);
        let (send, ended) = channel();
        std::thread::spawn(move || send.send(child.wait()));
        let Ok(status) = ended.recv_timeout(BOUND) else {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
            panic!("the program did not end within {BOUND:?}: {:?}", self.args);
        };
        let status = status.expect("a child can be waited for");
        let text = |r: Option<std::thread::JoinHandle<Vec<u8>>>| r.map(|r| r.join().expect("a reader")).unwrap_or_default();
        let (stdout, stderr) = (text(stdout), text(stderr));
        Ran {
            status: status.code(),
            signal: status.signal(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            events: if self.args.iter().any(|a| a == "--json") { events(&stdout) } else { Vec::new() },
            stdout,
            folder: self.folder,
        }
    }
}

fn reader(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        let _ = from.read_to_end(&mut all);
        all
    })
}

fn events(stdout: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(stdout).expect("JSON is UTF-8");
    text.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("no JSON: {e}: {l}"))).collect()
}

/// A run that is over.
pub struct Ran {
    pub status: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
    pub events: Vec<Value>,
    pub folder: Folder,
}

impl Ran {
    #[track_caller]
    pub fn exits(self, status: i32) -> Ran {
        let told = self.told();
        let end = told.char_indices().rev().nth(3000).map_or(0, |c| c.0);
        assert_eq!(self.status, Some(status), "signal {:?}\n{}\n{}", self.signal, self.stderr, &told[end..]);
        self
    }

    #[track_caller]
    pub fn ok(self) -> Ran {
        self.exits(0)
    }

    #[track_caller]
    pub fn fails(self) -> Ran {
        self.exits(1)
    }

    /// Standard output as text.
    pub fn told(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl DoubleEndedIterator<Item = &'a Value> {
        self.events.iter().filter(move |e| e.is(kind))
    }

    /// Every `called` of a call.
    pub fn calls(&self, call: &str) -> Vec<&Value> {
        self.of_kind("called").filter(|e| e["call"] == call).collect()
    }

    /// Every `returned` of a call.
    pub fn answers(&self, call: &str) -> Vec<&Value> {
        self.of_kind("returned").filter(|e| e["call"] == call).collect()
    }

    /// The last `called` of a call.
    #[track_caller]
    pub fn called(&self, call: &str) -> &Value {
        self.calls(call).pop().unwrap_or_else(|| panic!("no `{call}` was called"))
    }

    /// The last `returned` of a call.
    #[track_caller]
    pub fn returned(&self, call: &str) -> &Value {
        self.answers(call).pop().unwrap_or_else(|| panic!("no `{call}` returned"))
    }

    /// The last look at a socket.
    #[track_caller]
    pub fn observed(&self, socket: &str) -> &Value {
        self.of_kind("observed").rfind(|e| e["socket"] == socket).unwrap_or_else(|| panic!("`{socket}` was never observed"))
    }

    /// The only refusal.
    #[track_caller]
    pub fn refused(&self) -> &Value {
        let all: Vec<&Value> = self.of_kind("refused").collect();
        assert_eq!(all.len(), 1, "one refusal: {all:?}");
        all[0]
    }

    /// What a refusal points at.
    #[track_caller]
    pub fn pointed_at(&self) -> String {
        pointed_at(self.refused())
    }
}

/// The bytes of the line that a refusal's span holds.
pub fn pointed_at(refused: &Value) -> String {
    let span: Vec<usize> =
        refused["span"].as_array().expect("a span").iter().map(|n| n.as_u64().expect("a byte") as usize).collect();
    refused.text("line").get(span[0]..span[1]).map_or_else(|| format!("behind the line, {span:?}"), str::to_string)
}

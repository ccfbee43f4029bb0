//! The programs we are measured against, and how ours and theirs are run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Ours.
pub const SOCKSCOPE: &str = env!("CARGO_BIN_EXE_sockscope");

/// A folder of our own with the peers built in it; removed at the end.
pub struct Peers {
    pub dir: PathBuf,
}

impl Peers {
    pub fn build() -> Peers {
        let dir = std::env::temp_dir().join(format!("sockscope-bench-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder for the peers");
        let peers = Peers { dir };
        for name in ["loop", "lines", "sockets", "receiver", "sender", "peak", "wire"] {
            let source = source(&format!("{name}.c"));
            run(Command::new("cc").args(["-O2", "-Wall", "-o"]).arg(peers.path(name)).arg(source));
        }
        run(Command::new("rustc").args(["-C", "opt-level=3", "-o"]).arg(peers.path("empty")).arg(source("empty.rs")));
        peers
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A file in our folder.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("room for a script");
        path
    }

    pub fn command(&self, name: &str) -> Command {
        Command::new(self.path(name))
    }

    /// The most memory that a run of ours held, in KiB.
    pub fn peak(&self, args: &[&str]) -> u64 {
        let out = self.command("peak").arg(SOCKSCOPE).args(args).stdin(Stdio::null()).output().expect("peak");
        assert!(out.status.success(), "{args:?} failed: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stderr).trim().parse().expect("KiB")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

pub fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/peers").join(name)
}

pub fn ours(args: &[&str]) -> Command {
    let mut command = Command::new(SOCKSCOPE);
    command.args(args);
    command
}

/// Python itself, not the shim of a version manager, which would be measured with it.
pub fn python() -> Command {
    static PATH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let path = PATH.get_or_init(|| {
        let out = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().expect("python3");
        String::from_utf8_lossy(&out.stdout).trim().to_string()
    });
    Command::new(path)
}

/// Runs to the end, silently; a failure ends the benchmark.
pub fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.as_ref().is_ok_and(|s| s.success()), "{command:?}: {status:?}");
}

/// Runs with everything it says going through a pipe into `cat`, as in a shell.
pub fn run_into_pipe(command: &mut Command) {
    let mut cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("cat");
    let pipe = std::os::fd::OwnedFd::from(cat.stdin.take().expect("a pipe"));
    let errors = pipe.try_clone().expect("a second descriptor");
    let status = command.stdout(pipe).stderr(errors).status();
    assert!(status.as_ref().is_ok_and(|s| s.success()), "{command:?}: {status:?}");
    // The command still holds the pipe's end; cat ends when it is dropped.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let _ = cat.wait();
}

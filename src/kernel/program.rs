//! Other programs, started for a lesson: real second processes, which never outlive us.

use super::clerk;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A line of output longer than this is cut.
const LONGEST: u64 = 4 << 10;

/// What is heard of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A line that it printed, on either output.
    Line(String),
    /// The last that is heard.
    Over {
        /// We ended it.
        killed: bool,
    },
}

/// A program that runs. It ends with the value.
#[derive(Debug)]
pub struct Program {
    /// The process group, until it is known to be over.
    group: Arc<Mutex<Option<Pid>>>,
    /// It has ended, and all that it said was handed over.
    heard: Arc<AtomicBool>,
    killed: Arc<AtomicBool>,
}

fn lock(group: &Mutex<Option<Pid>>) -> MutexGuard<'_, Option<Pid>> {
    group.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a program of this name can be run.
pub fn exists(name: &str) -> bool {
    if name.contains('/') {
        return std::path::Path::new(name).is_file();
    }
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(name).is_file()))
}

/// Starts a line of the shell's. What it prints is handed to `told` line by line; at last, that it is over.
///
/// # Errors
/// It cannot be started.
pub fn start(line: &str, told: impl Fn(Heard) + Send + 'static) -> std::io::Result<Program> {
    let line = line.to_string();
    // The clerk's thread outlives every lesson (PR_SET_PDEATHSIG means the thread that forked), and its descriptors are not the learner's.
    let started = clerk::ask(move || {
        let (reader, writer) = std::io::pipe()?;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(&line).stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).process_group(0);
        // SAFETY: between fork and exec only system calls are made, which is what fork(2) allows.
        unsafe {
            command.pre_exec(|| {
                // A shell must not find the signals blocked that we keep for ourselves.
                nix::sys::signal::SigSet::empty().thread_set_mask()?;
                nix::sys::prctl::set_pdeathsig(Signal::SIGKILL).map_err(std::io::Error::from)
            });
        }
        let mut child = command.spawn()?;
        // The writing end goes with the command: the output ends when the program does.
        drop(command);
        let pid = Pid::from_raw(child.id() as i32);
        let group = Arc::new(Mutex::new(Some(pid)));
        let shared = group.clone();
        let heard = Arc::new(AtomicBool::new(false));
        let killed = Arc::new(AtomicBool::new(false));
        let (all, ours) = (heard.clone(), killed.clone());
        // Started here, it shares the clerk's descriptors.
        std::thread::Builder::new().name("program".into()).stack_size(128 << 10).spawn(move || {
            let mut reader = BufReader::new(reader);
            loop {
                let mut bytes = Vec::new();
                match (&mut reader).take(LONGEST).read_until(b'\n', &mut bytes) {
                    Ok(0) | Err(_) => break,
                    Ok(_) => told(Heard::Line(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_string())),
                }
            }
            // Its number stays its own until it is waited for, so nobody else is killed under it.
            let _ = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
            let mut group = lock(&shared);
            let _ = child.wait();
            *group = None;
            drop(group);
            told(Heard::Over { killed: ours.load(Ordering::Acquire) });
            all.store(true, Ordering::Release);
        })?;
        Ok(Program { group, heard, killed })
    });
    started.unwrap_or_else(|| Err(std::io::ErrorKind::Other.into()))
}

impl Program {
    pub fn runs(&self) -> bool {
        lock(&self.group).is_some()
    }

    /// Whether it has ended and its last word was told.
    pub fn heard(&self) -> bool {
        self.heard.load(Ordering::Acquire)
    }

    pub fn end(&self) {
        if let Some(group) = *lock(&self.group) {
            self.killed.store(true, Ordering::Release);
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_program_is_heard_and_ends_with_its_value() {
        let (send, hear) = channel();
        let program = start("echo one; echo two >&2; exec sleep 600", move |line| send.send(line).unwrap_or(())).unwrap();
        assert_eq!(hear.recv().unwrap(), Heard::Line("one".into()));
        assert_eq!(hear.recv().unwrap(), Heard::Line("two".into()));
        assert!(program.runs() && !program.heard());
        drop(program);
        assert_eq!(hear.recv().unwrap(), Heard::Over { killed: true });
        let (send, hear) = channel();
        let _short = start("echo three", move |line| send.send(line).unwrap_or(())).unwrap();
        assert_eq!(hear.iter().collect::<Vec<_>>(), [Heard::Line("three".into()), Heard::Over { killed: false }]);
        assert!(exists("sh") && !exists("no-such-program"));
    }
}

//! Programs on a host, seen from the house's own process, which is the first process of their PID namespace: it starts them, waits for
//! them and for what they leave behind, and tells how they ended.

use crate::kernel::resolve::{self, Hints};
use crate::vocabulary::Errno;
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, pthread_sigmask, signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ffi::CString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::linux::fs::MetadataExt;

/// Where a program runs.
pub struct Place<'a> {
    pub namespace: BorrowedFd<'a>,
    pub host: u32,
    /// The host's name, which is the program's `hostname`.
    pub name: &'a str,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    Exited(i32),
    Killed(i32),
}

struct Child {
    host: u32,
    status: File,
}

/// What runs in the house.
pub struct Running {
    ended: SignalFd,
    children: HashMap<i32, Child>,
}

impl Running {
    /// # Errors
    /// Those of signalfd(2).
    pub fn new() -> nix::Result<Running> {
        let set: SigSet = [Signal::SIGCHLD].into_iter().collect();
        pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&set), None)?;
        let ended = SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        Ok(Running { ended, children: HashMap::new() })
    }

    /// Readable when a process has ended.
    pub fn fd(&self) -> i32 {
        self.ended.as_raw_fd()
    }

    /// Waits for what has ended, orphans of programs included.
    pub fn reap(&mut self) {
        while matches!(self.ended.read_signal(), Ok(Some(_))) {}
        loop {
            let (pid, end) = match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, status)) => (pid, End::Exited(status)),
                Ok(WaitStatus::Signaled(pid, signal, _)) => (pid, End::Killed(signal as i32)),
                _ => return,
            };
            if let Some(mut child) = self.children.remove(&pid.as_raw()) {
                let _ = child.status.write_all(&serde_json::to_vec(&end).unwrap_or_default());
            }
        }
    }

    /// Starts a program; `beside` are its input, output, error and where its end is told. When this returns, it runs.
    ///
    /// # Errors
    /// Those of fork(2), pipe(2) and execvp(3), and EBADF where a descriptor is missing.
    pub fn start(&mut self, place: &Place<'_>, argv: &[String], terminal: bool, beside: Vec<OwnedFd>) -> Result<i32, Errno> {
        let words: Vec<CString> = argv.iter().filter_map(|w| CString::new(w.as_str()).ok()).collect();
        let Ok([input, output, error, status]) = <[OwnedFd; 4]>::try_from(beside) else { return Err(Errno(libc::EBADF)) };
        let status = File::from(status);
        // Closes with a successful exec: what is read from it is why there was none.
        let (mut failed, mut fail) = std::io::pipe().map_err(|e| Errno(e.raw_os_error().unwrap_or(libc::EIO)))?;
        // SAFETY: this process has one thread: what its child finds is whole.
        match unsafe { fork() }.map_err(|e| Errno(e as i32))? {
            ForkResult::Parent { child } => {
                drop(fail);
                let mut errno = [0; 4];
                if failed.read_exact(&mut errno).is_ok() {
                    return Err(Errno(i32::from_ne_bytes(errno)));
                }
                // Who leads a group already cannot begin a session (setsid(2)).
                if !terminal {
                    let _ = nix::unistd::setpgid(child, child);
                }
                self.children.insert(child.as_raw(), Child { host: place.host, status });
                Ok(child.as_raw())
            }
            ForkResult::Child => {
                let errno = become_program(place, &words, terminal, [&input, &output, &error]);
                let _ = fail.write_all(&errno.0.to_ne_bytes());
                crate::kernel::thread::exit_now(127)
            }
        }
    }

    /// Asks the resolver in a process of its own, which may take its time; the answer is written to `to`.
    ///
    /// # Errors
    /// Those of fork(2).
    pub fn resolve(&mut self, host: &str, service: &str, hints: Hints, to: &OwnedFd) -> Result<i32, Errno> {
        // SAFETY: as above.
        match unsafe { fork() }.map_err(|e| Errno(e as i32))? {
            ForkResult::Parent { child } => Ok(child.as_raw()),
            ForkResult::Child => {
                let answer = resolve::here(host, service, hints);
                let bytes = serde_json::to_vec(&answer).unwrap_or_default();
                let mut rest = &bytes[..];
                while let Ok(n @ 1..) = nix::unistd::write(to, rest) {
                    rest = &rest[n..];
                }
                crate::kernel::thread::exit_now(0)
            }
        }
    }

    /// Does something that takes its time in a process of its own.
    ///
    /// # Errors
    /// Those of fork(2).
    pub fn beside(&self, work: impl FnOnce()) -> Result<(), Errno> {
        // SAFETY: as above.
        match unsafe { fork() }.map_err(|e| Errno(e as i32))? {
            ForkResult::Parent { .. } => Ok(()),
            ForkResult::Child => {
                work();
                crate::kernel::thread::exit_now(0)
            }
        }
    }

    /// Sends a signal to a program's process group.
    ///
    /// # Errors
    /// ESRCH for a process that is not, or not any more, a program of ours.
    pub fn signal(&self, pid: i32, signal: i32) -> Result<(), Errno> {
        if !self.children.contains_key(&pid) {
            return Err(Errno(libc::ESRCH));
        }
        let signal = Signal::try_from(signal).map_err(|_| Errno(libc::EINVAL))?;
        nix::sys::signal::killpg(Pid::from_raw(pid), signal).map_err(|e| Errno(e as i32))
    }

    /// Ends everything that runs in a host's namespace, what its programs left behind included.
    pub fn end_all(&mut self, host: u32, namespace: &File) {
        for (pid, _) in self.children.iter().filter(|(_, c)| c.host == host) {
            let _ = nix::sys::signal::killpg(Pid::from_raw(*pid), Signal::SIGKILL);
        }
        let Ok(home) = namespace.metadata().map(|m| (m.st_dev(), m.st_ino())) else { return };
        let Ok(all) = std::fs::read_dir("/proc") else { return };
        let own = std::process::id() as i32;
        for pid in all.flatten().filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok()).filter(|p| *p != own) {
            let there = std::fs::metadata(format!("/proc/{pid}/ns/net")).map(|m| (m.st_dev(), m.st_ino()));
            if there.is_ok_and(|t| t == home) {
                let _ = nix::sys::signal::kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
        }
    }
}

/// Turns the forked child into the program; comes back only if that fails.
fn become_program(place: &Place<'_>, words: &[CString], terminal: bool, streams: [&OwnedFd; 3]) -> Errno {
    let of = |e: nix::errno::Errno| Errno(e as i32);
    let prepared = (|| {
        setns(place.namespace, CloneFlags::CLONE_NEWNET)?;
        unshare(CloneFlags::CLONE_NEWUTS)?;
        nix::unistd::sethostname(place.name)?;
        if terminal {
            nix::unistd::setsid()?;
        } else {
            nix::unistd::setpgid(Pid::from_raw(0), Pid::from_raw(0))?;
        }
        for (number, stream) in streams.into_iter().enumerate() {
            // SAFETY: takes numbers; the standard streams are this child's own.
            if unsafe { libc::dup2(stream.as_raw_fd(), number as i32) } < 0 {
                return Err(nix::errno::Errno::last());
            }
        }
        if terminal {
            // SAFETY: takes numbers: standard input becomes the controlling terminal (tty_ioctl(4)).
            unsafe { libc::ioctl(0, libc::TIOCSCTTY, 0) };
        }
        for ignored in [Signal::SIGPIPE, Signal::SIGXFSZ, Signal::SIGUSR1] {
            // SAFETY: the default action is no function of ours.
            unsafe { signal(ignored, SigHandler::SigDfl) }?;
        }
        if !terminal {
            // Its output is a terminal only so that it is not kept back: nothing there understands colours or a cursor.
            // SAFETY: this child has one thread.
            unsafe { std::env::set_var("TERM", "dumb") };
        }
        pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None)
    })();
    if let Err(e) = prepared {
        return of(e);
    }
    match words.first() {
        Some(program) => of(nix::unistd::execvp(program, words).unwrap_err()),
        None => Errno(libc::EINVAL),
    }
}

//! Programs on a host, seen from here: what they print, and how they end. Their terminals and pipes are the clerk's.

use super::Host;
use super::program::End;
use super::talk::{Ask, Told};
use crate::kernel::{clerk, last, wait};
use crate::vocabulary::Errno;
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

/// A line of output longer than this is cut in two.
const LONGEST: usize = 4 << 10;

/// A program that was started.
#[derive(Debug, Clone)]
pub struct Running {
    host: Arc<Host>,
    /// Its number in the house's PID namespace.
    pid: i32,
}

/// Nothing is heard of a program before these are opened: who started it has its start to tell first.
#[derive(Debug)]
pub struct Ears(Sender<()>);

impl Ears {
    pub fn open(self) {
        let _ = self.0.send(());
    }
}

/// What a program does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A line on either of its outputs, without its end.
    Line(Vec<u8>),
    Ended(End),
}

impl Running {
    /// Sends a signal to its process group.
    ///
    /// # Errors
    /// ESRCH if it is over.
    pub fn signal(&self, signal: i32) -> Result<(), Errno> {
        self.host.house.done(&Ask::Signal { pid: self.pid, signal }).map_err(|t| t.errno)
    }
}

/// Starts a program on a host. Its output is a terminal, so that it prints line by line as it would there; its input is empty.
///
/// # Errors
/// No terminal can be had, or the house cannot start it: those of execvp(3) above all.
pub fn start(host: &Arc<Host>, argv: Vec<String>, heard: impl Fn(Heard) + Send + 'static) -> Result<(Running, Ears), Errno> {
    let there = host.clone();
    let started = clerk::ask(move || {
        let of = |e: std::io::Error| Errno(e.raw_os_error().unwrap_or(libc::EIO));
        let OpenptyResult { master, slave } = openpty(None::<&Winsize>, None).map_err(|e| Errno(e as i32))?;
        raw(&slave);
        let input = std::fs::File::open("/dev/null").map_err(of)?;
        let (told, tell) = std::io::pipe().map_err(of)?;
        let beside = [input.as_raw_fd(), slave.as_raw_fd(), slave.as_raw_fd(), tell.as_raw_fd()];
        let (ears, open) = channel();
        let body = move || {
            if open.recv().is_ok() {
                listen(&master, told, &heard);
            }
        };
        std::thread::Builder::new().name("program".into()).stack_size(256 << 10).spawn(body).map_err(of)?;
        let pid = run(&there, argv, false, &beside)?;
        // What only the program holds ends with it.
        drop((slave, tell));
        Ok((Running { host: there, pid }, Ears(ears)))
    });
    started.unwrap_or(Err(Errno(libc::EAGAIN)))
}

fn run(host: &Arc<Host>, argv: Vec<String>, terminal: bool, beside: &[RawFd]) -> Result<i32, Errno> {
    let ask = Ask::Run { number: host.number, name: host.name.to_string(), argv, terminal };
    match host.house.ask_as_clerk(&ask, beside).map_err(|t| t.errno)?.0 {
        Told::Pid(pid) => Ok(pid),
        _ => Err(Errno(libc::EBADMSG)),
    }
}

/// No line end becomes two characters, nothing is echoed.
fn raw(terminal: &OwnedFd) {
    if let Ok(mut settings) = tcgetattr(terminal) {
        cfmakeraw(&mut settings);
        let _ = tcsetattr(terminal, SetArg::TCSANOW, &settings);
    }
}

/// Hears a program to its end, and what it leaves behind to the end of that.
fn listen(output: &OwnedFd, mut told: std::io::PipeReader, heard: &impl Fn(Heard)) {
    let mut line = Vec::new();
    let mut ended = false;
    let mut room = [0u8; 4096];
    loop {
        let mut fds = vec![(output.as_raw_fd(), libc::POLLIN)];
        if !ended {
            fds.push((told.as_raw_fd(), libc::POLLIN));
        }
        let ready = wait::poll(&fds, None).1;
        if ready.first().is_some_and(|events| *events != 0) {
            match nix::unistd::read(output, &mut room) {
                Ok(n @ 1..) => {
                    take_lines(&mut line, &room[..n], heard);
                    continue;
                }
                Err(nix::errno::Errno::EINTR) => continue,
                // EIO: nobody has the terminal open any more.
                _ if ended => break,
                _ => {}
            }
        }
        if !ended && ready.get(1).is_some_and(|events| *events != 0) {
            let mut text = Vec::new();
            let _ = told.read_to_end(&mut text);
            // What it printed last may still be on its way through the terminal: that is read first.
            drain(output, &mut line, &mut room, heard);
            ended = true;
            heard(Heard::Ended(end(&text)));
            // A daemon that it left behind may go on to print.
            if wait::ready_now(output.as_raw_fd(), libc::POLLIN) & libc::POLLHUP != 0 {
                break;
            }
        }
    }
    if !line.is_empty() {
        heard(Heard::Line(line));
    }
}

fn drain(output: &OwnedFd, line: &mut Vec<u8>, room: &mut [u8], heard: &impl Fn(Heard)) {
    while wait::ready_now(output.as_raw_fd(), libc::POLLIN) & libc::POLLIN != 0 {
        match nix::unistd::read(output, room) {
            Ok(n @ 1..) => take_lines(line, &room[..n], heard),
            _ => break,
        }
    }
    if !line.is_empty() {
        heard(Heard::Line(std::mem::take(line)));
    }
}

fn take_lines(line: &mut Vec<u8>, bytes: &[u8], heard: &impl Fn(Heard)) {
    for byte in bytes {
        match byte {
            b'\n' => heard(Heard::Line(std::mem::take(line))),
            b'\r' => {}
            byte => line.push(*byte),
        }
        if line.len() >= LONGEST {
            heard(Heard::Line(std::mem::take(line)));
        }
    }
}

/// Lends the terminal on our standard streams to a program on a host, until it ends.
///
/// # Errors
/// There is no terminal, or the house cannot start it.
pub fn lend_terminal(host: &Arc<Host>, argv: Vec<String>) -> Result<End, Errno> {
    let there = host.clone();
    let (send, receive) = channel();
    let started: Option<Result<(), Errno>> = clerk::ask(move || {
        let of = |e: std::io::Error| Errno(e.raw_os_error().unwrap_or(libc::EIO));
        let before = tcgetattr(std::io::stdin()).map_err(|e| Errno(e as i32))?;
        // SAFETY: plain data, filled by the call.
        let mut size: Winsize = unsafe { std::mem::zeroed() };
        // SAFETY: writes one winsize.
        if unsafe { libc::ioctl(1, libc::TIOCGWINSZ, &mut size) } < 0 {
            return Err(last());
        }
        let OpenptyResult { master, slave } = openpty(Some(&size), Some(&before)).map_err(|e| Errno(e as i32))?;
        let (told, tell) = std::io::pipe().map_err(of)?;
        let beside = [slave.as_raw_fd(), slave.as_raw_fd(), slave.as_raw_fd(), tell.as_raw_fd()];
        run(&there, argv, true, &beside)?;
        drop((slave, tell));
        let body = move || {
            let _ = send.send(pass(&master, told, &before));
        };
        std::thread::Builder::new().name("terminal".into()).stack_size(256 << 10).spawn(body).map_err(of)?;
        Ok(())
    });
    started.unwrap_or(Err(Errno(libc::EAGAIN)))?;
    receive.recv().map_err(|_| Errno(libc::EIO))
}

/// Passes keys and output between our terminal and the program's.
fn pass(master: &OwnedFd, mut told: std::io::PipeReader, before: &Termios) -> End {
    let mut settings = before.clone();
    cfmakeraw(&mut settings);
    let _ = tcsetattr(std::io::stdin(), SetArg::TCSADRAIN, &settings);
    let mut room = [0u8; 4096];
    loop {
        let (_, ready) = wait::poll(&[(master.as_raw_fd(), libc::POLLIN), (0, libc::POLLIN)], None);
        if ready.first().is_some_and(|events| *events != 0) {
            match nix::unistd::read(master, &mut room) {
                Ok(n @ 1..) => write_all(1, &room[..n]),
                Err(nix::errno::Errno::EINTR) => {}
                _ => break,
            }
        }
        if ready.get(1).is_some_and(|events| *events != 0) {
            match nix::unistd::read(std::io::stdin(), &mut room) {
                Ok(n @ 1..) => write_all(master.as_raw_fd(), &room[..n]),
                Err(nix::errno::Errno::EINTR) => {}
                _ => break,
            }
        }
    }
    let _ = tcsetattr(std::io::stdin(), SetArg::TCSADRAIN, before);
    let mut text = Vec::new();
    let _ = told.read_to_end(&mut text);
    end(&text)
}

/// How it ended; a house that is gone ended it with itself.
fn end(text: &[u8]) -> End {
    serde_json::from_slice(text).unwrap_or(End::Killed(libc::SIGKILL))
}

fn write_all(fd: RawFd, mut bytes: &[u8]) {
    while let Ok(n @ 1..) = crate::kernel::sys::write(fd, bytes) {
        bytes = &bytes[n as usize..];
    }
}

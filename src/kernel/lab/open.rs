//! Moving into a house: the process is cloned straight into its namespaces, and knocks are answered at a socket it inherits.

use super::House;
use super::talk::{self, to_top};
use crate::kernel::{answer, clerk, last};
use crate::vocabulary::Errno;
use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The word by which the program knows that it is to be a house.
pub const HOUSE: &str = "--house";

/// Why there can be no house: what the kernel answered, and what is set here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub errno: Errno,
    /// The step that failed.
    pub step: String,
    /// A setting that forbids it, as `path = value`, where one was found.
    pub setting: Option<(&'static str, String)>,
}

/// Starts a house.
///
/// # Errors
/// User namespaces are not permitted here, or something else is missing.
pub fn open() -> Result<House, Missing> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let missing = |(errno, step): (Errno, &str)| Missing { errno, step: step.into(), setting: forbidding() };
    let token = token().map_err(|e| missing((e, "getrandom")))?;
    let secret = token.clone();
    let moved = clerk::ask(move || move_in(&secret)).unwrap_or(Err((Errno(libc::EAGAIN), "clerk")));
    let (pid, address) = moved.map_err(missing)?;
    let door = knock(&address, &token).and_then(to_top).map_err(|e| {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        missing((e, "connect"))
    })?;
    Ok(House { number: NEXT.fetch_add(1, Ordering::Relaxed), address, token, pid, door: Mutex::new(Some(door)) })
}

fn token() -> Result<String, Errno> {
    let mut bytes = [0u8; 16];
    // SAFETY: writes at most the slice.
    answer(unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) } as i64)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Connects to a house and says the word.
pub fn knock(address: &[u8], token: &str) -> Result<OwnedFd, Errno> {
    // The house listens on this machine, wherever the caller stands.
    let _here = crate::kernel::Place::Local.stand();
    let fd = crate::kernel::sys::socket(libc::AF_UNIX, libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC, 0)?;
    // SAFETY: just made.
    let fd = unsafe { OwnedFd::from_raw_fd(fd as RawFd) };
    crate::kernel::sys::connect(fd.as_raw_fd(), &crate::kernel::Addr::Abstract(address.into()))?;
    talk::send(fd.as_raw_fd(), &token, &[])?;
    Ok(fd)
}

/// What failed, and at which step.
type Step = (Errno, &'static str);

/// Clones the process. Runs on the clerk's thread, whose table holds nothing of the learner's.
fn move_in(token: &str) -> Result<(i32, Box<[u8]>), Step> {
    let listener =
        crate::kernel::sys::socket(libc::AF_UNIX, libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC, 0).map_err(|e| (e, "socket"))?;
    // SAFETY: just made.
    let listener = unsafe { OwnedFd::from_raw_fd(listener as RawFd) };
    let name = format!("sockscope-house-{token}");
    let address: Box<[u8]> = name.as_bytes().into();
    crate::kernel::sys::bind(listener.as_raw_fd(), &crate::kernel::Addr::Abstract(address.clone())).map_err(|e| (e, "bind"))?;
    crate::kernel::sys::listen(listener.as_raw_fd(), 64).map_err(|e| (e, "listen"))?;
    let words = ["sockscope", HOUSE, token].map(|w| CString::new(w).unwrap_or_default());
    let (uid, gid) = (nix::unistd::geteuid(), nix::unistd::getegid());
    let maps = [
        (c"/proc/self/setgroups", "deny".to_string()),
        (c"/proc/self/uid_map", format!("0 {uid} 1\n")),
        (c"/proc/self/gid_map", format!("0 {gid} 1\n")),
    ];
    let rooms = libc::CLONE_NEWPID | libc::CLONE_NEWNS | libc::CLONE_NEWNET;
    let with_user = clone_into(rooms | libc::CLONE_NEWUSER, &listener, &words, &maps);
    let moved = match with_user {
        // Who may do it without a user namespace of its own does.
        Err((Errno(libc::EPERM | libc::ENOSPC | libc::EINVAL | libc::EUSERS), _)) if nix::unistd::geteuid().is_root() => {
            clone_into(rooms, &listener, &words, &[]).or(with_user)
        }
        moved => moved,
    };
    moved.map(|pid| (pid, address))
}

/// One clone(2). The child has a single thread of a process that had many: until it becomes the house it makes system calls and
/// nothing else.
fn clone_into(flags: i32, listener: &OwnedFd, words: &[CString; 3], maps: &[(&std::ffi::CStr, String)]) -> Result<i32, Step> {
    let argv: Vec<*const libc::c_char> = words.iter().map(|w| w.as_ptr()).chain([std::ptr::null()]).collect();
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    let (told, tell) = std::io::pipe().map_err(|e| (Errno(e.raw_os_error().unwrap_or(libc::EIO)), "pipe"))?;
    let none: usize = 0;
    // SAFETY: without CLONE_VM this is a fork: the child has its own copy of everything. It only makes system calls on memory that was
    // prepared above, and ends in execve or _exit.
    let pid = unsafe {
        let pid = libc::syscall(libc::SYS_clone, flags as i64 | i64::from(libc::SIGCHLD), none, none, none, none);
        if pid == 0 {
            // Descriptor 3 will be the listener's: what is told goes above it, and ends with execve.
            let telling = libc::fcntl(tell.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 4);
            let fail = |step: u8| -> ! {
                let errno = last().0.to_ne_bytes();
                let said = [step, errno[0], errno[1], errno[2], errno[3]];
                libc::write(if telling < 0 { tell.as_raw_fd() } else { telling }, said.as_ptr().cast(), said.len());
                libc::_exit(1)
            };
            if telling < 0 {
                fail(2);
            }
            for (path, text) in maps {
                let fd = libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
                if fd < 0 || libc::write(fd, text.as_ptr().cast(), text.len()) < 0 {
                    // A kernel without setgroups(2) control has no such file; the maps decide.
                    if *path != c"/proc/self/setgroups" {
                        fail(1);
                    }
                }
                libc::close(fd);
            }
            libc::setpgid(0, 0);
            let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
            for stream in 0..3 {
                libc::dup2(null, stream);
            }
            // The listener becomes 3, and nothing else comes along.
            if listener.as_raw_fd() == 3 {
                libc::fcntl(3, libc::F_SETFD, 0);
            } else if libc::dup2(listener.as_raw_fd(), 3) < 0 {
                fail(2);
            }
            libc::syscall(libc::SYS_close_range, 4u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
            let mut nothing: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut nothing);
            libc::sigprocmask(libc::SIG_SETMASK, &nothing, std::ptr::null_mut());
            libc::execve(c"/proc/self/exe".as_ptr(), argv.as_ptr(), environ);
            fail(3)
        }
        pid
    };
    if pid < 0 {
        return Err((last(), "clone"));
    }
    drop(tell);
    // Nothing is written where all went well: the pipe closes with execve.
    let mut said = Vec::new();
    let _ = std::io::Read::read_to_end(&mut { told }, &mut said);
    if let [step, a, b, c, d] = said[..] {
        let _ = nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(pid as i32), None);
        let step = ["", "uid_map", "descriptors", "execve"][usize::from(step.min(3))];
        return Err((Errno(i32::from_ne_bytes([a, b, c, d])), step));
    }
    Ok(pid as i32)
}

/// A setting that forbids user namespaces, if one does: user_namespaces(7), and what Debian and Ubuntu add.
fn forbidding() -> Option<(&'static str, String)> {
    let read = |path: &'static str| {
        let text = clerk::ask(move || std::fs::read_to_string(path).ok()).flatten()?;
        Some((path, text.trim().to_string()))
    };
    let is = |path, wrong: &str| read(path).filter(|(_, value)| value == wrong);
    is("/proc/sys/user/max_user_namespaces", "0")
        .or_else(|| is("/proc/sys/kernel/unprivileged_userns_clone", "0"))
        .or_else(|| is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
        .or_else(|| is("/proc/sys/user/max_net_namespaces", "0"))
}

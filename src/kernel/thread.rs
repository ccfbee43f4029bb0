//! Threads: their ids, their descriptor tables, and the signals that reach them.

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, pthread_sigmask, sigaction};

/// The signal that interrupts a blocked call; its handler does nothing and does not restart the call (signal(7)).
pub const INTERRUPT: Signal = Signal::SIGUSR1;

extern "C" fn nothing(_: libc::c_int) {}

/// The calling thread's id (gettid(2)).
pub fn tid() -> i32 {
    nix::unistd::gettid().as_raw()
}

/// Prepares the whole process: the interrupt has a handler, a broken pipe is EPIPE and no signal, and the signals that end
/// the program wait for [`wait_signal`]. Called before any thread is started, so that all inherit it.
pub fn prepare(ending: bool) {
    let quiet = SigAction::new(SigHandler::Handler(nothing), SaFlags::empty(), SigSet::empty());
    let ignore = SigAction::new(SigHandler::SigIgn, SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing at all, so it is safe in any context.
    unsafe {
        let _ = sigaction(INTERRUPT, &quiet);
        let _ = sigaction(Signal::SIGPIPE, &ignore);
        // A file that may not grow (ulimit -f) is an error to be told, not the end.
        let _ = sigaction(Signal::SIGXFSZ, &ignore);
    }
    if ending {
        let mut all = ending_signals();
        // The line editor's handler writes to a pipe of the editor's table. On a thread of the learner's side that number could be a
        // socket of the learner's: only the editor may get this signal.
        all.add(Signal::SIGWINCH);
        let _ = pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&all), None);
    }
}

/// Takes all capabilities from the calling thread, and from it alone (capset(2)).
#[cfg(test)]
pub fn drop_privileges() -> bool {
    // _LINUX_CAPABILITY_VERSION_3 and the calling thread; three masks of two words each, all empty.
    let head = [0x2008_0522u32, 0];
    let none = [0u32; 6];
    // SAFETY: the kernel reads eight bytes and twenty-four, which is what stands there.
    unsafe { libc::syscall(libc::SYS_capset, head.as_ptr(), none.as_ptr()) == 0 }
}

/// Lets the calling thread, the editor's, hear of a resized window.
pub fn take_window_signal() {
    let window: SigSet = [Signal::SIGWINCH].into_iter().collect();
    let _ = pthread_sigmask(SigmaskHow::SIG_UNBLOCK, Some(&window), None);
}

/// Keeps all signals from the calling thread: a helper that may have been started before [`prepare`], or by the editor.
pub fn hear_nothing() {
    let _ = pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&SigSet::all()), None);
}

fn ending_signals() -> SigSet {
    [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect()
}

/// Waits for SIGINT, SIGTERM or SIGHUP: its number.
pub fn wait_signal() -> i32 {
    loop {
        if let Ok(signal) = ending_signals().wait() {
            return signal as i32;
        }
    }
}

/// Sends the interrupt to one thread of this process (tgkill(2)); a thread that has ended is no error.
pub fn interrupt(tid: i32) {
    // SAFETY: takes three numbers.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), tid, INTERRUPT as i32) };
}

/// Gives the calling thread a descriptor table of its own that holds standard input, output and error and nothing else: what it
/// opens is never in the learner's table, and it never keeps a learner's socket alive (close_range(2), Linux 5.9).
///
/// A thread that needs no socket takes one too: a table that several threads share makes every call of each dearer, and waits for all
/// CPUs each time it grows.
pub fn own_table() -> bool {
    // SAFETY: takes three numbers.
    unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, libc::CLOSE_RANGE_UNSHARE) == 0 }
}

/// Whether a thread of this process sleeps in the kernel (state `S` of /proc/self/task/TID/stat).
pub fn sleeps(tid: i32) -> Option<bool> {
    let stat = std::fs::read_to_string(format!("/proc/self/task/{tid}/stat")).ok()?;
    stat.rsplit_once(')').map(|(_, rest)| rest.trim_start().starts_with('S'))
}

/// Ends the process at once, as a signal would have: no destructor runs, standard output is already flushed.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: does not return.
    unsafe { libc::_exit(status) }
}

/// Columns of the terminal on standard output (TIOCGWINSZ), if it is one.
pub fn terminal_width() -> Option<usize> {
    terminal_size().map(|s| s.0)
}

/// Columns and rows of the terminal on standard output, if it is one.
pub fn terminal_size() -> Option<(usize, usize)> {
    // SAFETY: plain data, filled by the call.
    let mut size: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: writes one winsize.
    let ret = unsafe { libc::ioctl(1, libc::TIOCGWINSZ, &mut size) };
    (ret == 0 && size.ws_col > 0).then_some((size.ws_col.into(), size.ws_row.into()))
}

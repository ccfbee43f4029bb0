//! Says, from any thread, whether a thread is inside a system call and since which one: what interrupts and time limits look at.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Why a call was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kick {
    None = 0,
    CtrlC = 1,
    Cancel = 2,
    Timeout = 3,
}

/// The call counter of one thread: odd while a call is being made.
#[derive(Debug, Default)]
pub struct CallClock {
    tid: AtomicI32,
    calls: AtomicU64,
    why: AtomicU8,
    /// The line should stop at the next chance: between the rounds of a `repeat`, in a wait.
    stop: AtomicBool,
}

impl CallClock {
    /// For the calling thread.
    pub fn here() -> CallClock {
        let clock = CallClock::default();
        clock.adopt();
        clock
    }

    /// From now on this clock is the calling thread's.
    pub fn adopt(&self) {
        self.tid.store(super::thread::tid(), Ordering::Relaxed);
    }

    pub fn tid(&self) -> i32 {
        self.tid.load(Ordering::Relaxed)
    }

    #[inline]
    pub fn enter(&self) {
        self.count();
    }

    #[inline]
    pub fn leave(&self) {
        self.count();
    }

    /// Only the clock's own thread counts: a load and a store are enough, and cheaper than one atomic step.
    #[inline]
    fn count(&self) {
        self.calls.store(self.calls.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// The number of the call the thread is in, if it is in one.
    pub fn inside(&self) -> Option<u64> {
        Some(self.calls.load(Ordering::Relaxed)).filter(|n| n % 2 == 1)
    }

    /// Why the last interrupt came; forgets it.
    pub fn take_why(&self) -> Kick {
        match self.why.swap(0, Ordering::Relaxed) {
            1 => Kick::CtrlC,
            2 => Kick::Cancel,
            3 => Kick::Timeout,
            _ => Kick::None,
        }
    }

    /// Whether an interrupt is on its way: for what waits without being in the kernel.
    pub fn kicked(&self) -> bool {
        self.why.load(Ordering::Relaxed) != 0
    }

    pub fn ask_to_stop(&self, why: Kick) {
        self.why.store(why as u8, Ordering::Relaxed);
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn clear(&self) {
        self.stop.store(false, Ordering::Relaxed);
        self.why.store(0, Ordering::Relaxed);
    }

    /// Interrupts call number `call` of this thread with a real signal until it has returned. One signal alone can come before the
    /// thread is in the kernel, so it is repeated. Says whether the call returned within `limit`.
    pub fn kick(&self, call: u64, why: Kick, limit: Duration) -> bool {
        self.why.store(why as u8, Ordering::Relaxed);
        let end = Instant::now() + limit;
        while self.inside() == Some(call) {
            if Instant::now() > end {
                return false;
            }
            super::thread::interrupt(self.tid());
            std::thread::park_timeout(Duration::from_millis(2));
        }
        true
    }
}

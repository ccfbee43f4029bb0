//! Waiting on many: poll(2), ppoll(2), select(2), epoll(7).

use super::{Answer, answer};
use std::time::Duration;

/// A duration as the kernel takes it.
pub fn timespec(d: Duration) -> libc::timespec {
    libc::timespec { tv_sec: d.as_secs() as _, tv_nsec: d.subsec_nanos() as _ }
}

/// Milliseconds for poll(2) and epoll_wait(2), rounded up; -1 waits for ever.
pub fn millis(d: Option<Duration>) -> i32 {
    d.map_or(-1, |d| i32::try_from(d.as_micros().div_ceil(1000)).unwrap_or(i32::MAX))
}

fn pollfds(set: &[(i32, i16)]) -> Vec<libc::pollfd> {
    set.iter().map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 }).collect()
}

/// poll(2): the events that came, in the order of the set.
pub fn poll(set: &[(i32, i16)], timeout: Option<Duration>) -> (Answer, Vec<i16>) {
    let mut fds = pollfds(set);
    // SAFETY: the array has as many entries as said.
    let ret = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as _, millis(timeout)) };
    (answer(i64::from(ret)), fds.iter().map(|f| f.revents).collect())
}

/// ppoll(2) without a signal mask.
pub fn ppoll(set: &[(i32, i16)], timeout: Option<Duration>) -> (Answer, Vec<i16>) {
    let mut fds = pollfds(set);
    let limit = timeout.map(timespec);
    let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the array has as many entries as said; a null mask changes nothing.
    let ret = unsafe { libc::ppoll(fds.as_mut_ptr(), fds.len() as _, limit, std::ptr::null()) };
    (answer(i64::from(ret)), fds.iter().map(|f| f.revents).collect())
}

/// What is ready right now on one descriptor; asks without waiting.
pub fn ready_now(fd: i32, events: i16) -> i16 {
    poll(&[(fd, events)], Some(Duration::ZERO)).1[0]
}

/// FD_SETSIZE of the C library: a set holds descriptors below it.
pub const FD_SETSIZE: i32 = 1024;

type Bits = [u64; (FD_SETSIZE / 64) as usize];

/// select(2) by its system call pselect6, which every C library of today makes of it: the three sets as they are afterwards. The
/// caller has seen that every descriptor is below [`FD_SETSIZE`].
pub fn select(sets: [&[i32]; 3], timeout: Option<Duration>) -> (Answer, [Vec<i32>; 3]) {
    let top = sets.iter().flat_map(|s| s.iter()).max().map_or(0, |m| m + 1).clamp(0, FD_SETSIZE);
    let mut bits: [Bits; 3] = [[0; 16]; 3];
    for (set, fds) in bits.iter_mut().zip(sets) {
        for fd in fds.iter().filter(|f| (0..FD_SETSIZE).contains(*f)) {
            set[*fd as usize / 64] |= 1 << (fd % 64);
        }
    }
    let mut limit = timeout.map(timespec);
    let limit = limit.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
    let [r, w, e] = &mut bits;
    let pointer = |set: &mut Bits, fds: &[i32]| if fds.is_empty() { std::ptr::null_mut() } else { set.as_mut_ptr() };
    let (r, w, e) = (pointer(r, sets[0]), pointer(w, sets[1]), pointer(e, sets[2]));
    // SAFETY: each set has FD_SETSIZE bits, and `top` is at most that.
    let ret = answer(unsafe { libc::syscall(libc::SYS_pselect6, top, r, w, e, limit, std::ptr::null::<u8>()) });
    let left = |i: usize| -> Vec<i32> {
        sets[i]
            .iter()
            .copied()
            .filter(|fd| (0..FD_SETSIZE).contains(fd) && bits[i][*fd as usize / 64] >> (fd % 64) & 1 == 1)
            .collect()
    };
    let after = if ret.is_ok() { [left(0), left(1), left(2)] } else { Default::default() };
    (ret, after)
}

/// epoll_create1(2).
pub fn epoll_create(flags: i32) -> Answer {
    // SAFETY: takes a number.
    answer(i64::from(unsafe { libc::epoll_create1(flags) }))
}

/// epoll_ctl(2); the entry's data is the descriptor.
pub fn epoll_ctl(ep: i32, op: i32, fd: i32, events: u32) -> Answer {
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: one event, read by the kernel.
    answer(i64::from(unsafe { libc::epoll_ctl(ep, op, fd, &mut event) }))
}

/// epoll_wait(2): descriptors and events.
pub fn epoll_wait(ep: i32, most: i32, timeout: Option<Duration>) -> (Answer, Vec<(i32, u32)>) {
    // The kernel checks `most` itself; we never lend it less room than that.
    let room = most.clamp(1, 65536);
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; room as usize];
    // SAFETY: `events` has room for min(most, room) entries; a negative or zero `most` is refused by the kernel.
    let ret = answer(i64::from(unsafe { libc::epoll_wait(ep, events.as_mut_ptr(), most.min(room), millis(timeout)) }));
    let got = *ret.as_ref().unwrap_or(&0) as usize;
    (ret, events[..got].iter().map(|e| (e.u64 as i32, e.events)).collect())
}

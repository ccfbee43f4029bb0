//! SIGINT, SIGTERM and SIGHUP: one thread waits for them, and nothing happens inside a handler.

use crate::kernel::thread::{own_table, wait_signal};
use crate::session::Sitting;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Starts the thread; it calls `act` with each signal's number.
pub fn watch(mut act: impl FnMut(i32) + Send + 'static) {
    let body = move || {
        own_table();
        loop {
            act(wait_signal());
        }
    };
    drop(std::thread::Builder::new().name("signals".into()).stack_size(256 << 10).spawn(body));
}

/// Ends the sitting, but not at any price: a thread that waits for a reader of standard output may hold what this needs.
pub fn leave(sitting: &Arc<Sitting>) {
    let sitting = sitting.clone();
    in_time(move || sitting.leave());
}

/// What `body` gives, if it is over soon.
pub fn in_time<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = channel();
    let body = move || drop(done.send(body()));
    std::thread::Builder::new().name("leave".into()).stack_size(256 << 10).spawn(body).ok()?;
    wait.recv_timeout(Duration::from_secs(2)).ok()
}

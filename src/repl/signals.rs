//! SIGINT, SIGTERM and SIGHUP: one thread waits for them, and nothing happens inside a handler.

use crate::kernel::thread::{own_table, wait_signal};

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

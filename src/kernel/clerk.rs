//! A thread with a descriptor table of its own, for every file that is ours and not the learner's: /proc, netlink, cards, data
//! files. It is started when first asked.

use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

type Errand = Box<dyn FnOnce() + Send>;

fn desk() -> &'static std::sync::Mutex<Sender<Errand>> {
    static DESK: OnceLock<std::sync::Mutex<Sender<Errand>>> = OnceLock::new();
    DESK.get_or_init(|| {
        let (send, receive) = channel::<Errand>();
        std::thread::Builder::new()
            .name("clerk".into())
            .stack_size(512 << 10)
            .spawn(move || {
                super::thread::hear_nothing();
                super::thread::own_table();
                receive.iter().for_each(|errand| errand());
            })
            .ok();
        std::sync::Mutex::new(send)
    })
}

/// Runs `errand` on the clerk's thread and waits for its answer; `None` if it could not be run at all.
pub fn ask<T: Send + 'static>(errand: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, receive) = channel();
    let errand: Errand = Box::new(move || drop(send.send(errand())));
    desk().lock().unwrap_or_else(std::sync::PoisonError::into_inner).send(errand).ok()?;
    receive.recv().ok()
}

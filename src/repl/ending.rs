//! What signals do at a prompt, and how the terminal is given back.

use super::console::write_out;
use super::desk::Desk;
use super::teller::Teller;
use super::{editor, signals};
use crate::kernel::clock::Kick;
use crate::kernel::{terminal, thread};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// SIGINT interrupts what runs; any other ends the program.
pub fn on_signal(desk: &Desk, teller: &Arc<Mutex<Teller>>, signal: i32, terminal: &terminal::Saved) {
    if signal != libc::SIGINT {
        end(desk, teller, signal, terminal);
    }
    if desk.at_prompt.load(Ordering::Relaxed) && editor::plain_terminal() {
        // Only a plain terminal makes a signal of it here: the typed line is gone, the prompt is shown again.
        desk.show_prompt.store(true, Ordering::Relaxed);
        desk.sitting.changed.notify_all();
        return;
    }
    desk.stopped.store(true, Ordering::Relaxed);
    if let Some(clock) = desk.clock().filter(|_| desk.busy()) {
        desk.sitting.interrupt(&clock, Kick::CtrlC);
    }
}

/// Leaves, and says what was done: the sockets closed, the paths removed.
fn end(desk: &Desk, teller: &Arc<Mutex<Teller>>, signal: i32, terminal: &terminal::Saved) -> ! {
    let (sitting, teller) = (desk.sitting.clone(), teller.clone());
    let told = signals::in_time(move || {
        // Nobody else tells it meanwhile: what the editor is handed now, it would no longer draw.
        let mut teller = teller.lock().unwrap_or_else(PoisonError::into_inner);
        sitting.leave();
        teller.tell(&sitting)
    });
    give_back(terminal);
    // SIGHUP says that the terminal is gone.
    if let Some(text) = told.filter(|t| !t.is_empty() && signal != libc::SIGHUP) {
        // A plain terminal still stands behind its prompt.
        let start = if editor::plain_terminal() && desk.at_prompt.load(Ordering::Relaxed) { "\n" } else { "" };
        signals::in_time(move || drop(write_out(&format!("{start}{text}"))));
    }
    // Not at any price either: whoever holds it may be stuck.
    signals::in_time(move || super::cast::rescue(128 + signal));
    thread::exit_now(128 + signal)
}

/// Gives the terminal back as it was. Not by way of the locked standard output, which may be stuck.
pub fn give_back(terminal: &terminal::Saved) {
    terminal.restore();
    if !editor::plain_terminal() {
        // What is written from here on is not to stand among the rows of a long line or a list below it.
        let _ = nix::unistd::write(std::io::stdout(), b"\x1b[?2004l\r\n\x1b[J");
    }
}

//! Whose a socket of the kernel's table is: this session's, a process's, or the kernel's own.

use super::{Case, history::span};
use crate::event::{Seat, SocketTable};
use crate::kernel::diag::Entry;
use crate::kernel::{procfs, sys};
use crate::text::Text;
use crate::text::messages::fact as say;
use crate::vocabulary::State;
use std::collections::HashMap;

/// The names of the session's sockets by inode.
pub fn inodes(table: &SocketTable) -> HashMap<u64, Vec<String>> {
    let mut names: HashMap<u64, Vec<String>> = HashMap::new();
    for e in table.entries().filter(|e| !e.closing) {
        if let Some((inode, true)) = sys::inode(e.fd) {
            names.entry(inode).or_default().push(e.name.clone());
        }
    }
    names
}

/// Finds the seats of all of them, with one scan of /proc at most.
pub fn seats(table: &SocketTable, entries: Vec<Entry>) -> Vec<(Entry, Seat)> {
    let ours = inodes(table);
    let foreign: Vec<u64> = entries.iter().map(|e| u64::from(e.inode)).filter(|i| *i != 0 && !ours.contains_key(i)).collect();
    let (mut held, _) = if foreign.is_empty() { Default::default() } else { procfs::holders(foreign) };
    let seat = |e: Entry| {
        let inode = u64::from(e.inode);
        let seat = if inode == 0 {
            Seat::Kernel { left_ms: (e.timer == 3).then_some(e.expires_ms) }
        } else if let Some(names) = ours.get(&inode) {
            Seat::Session(names.clone())
        } else if let Some(processes) = held.remove(&inode) {
            Seat::Processes(processes)
        } else {
            Seat::Unseen { uid: e.uid }
        };
        (e, seat)
    };
    entries.into_iter().map(seat).collect()
}

/// Who it is, to stand in a sentence.
pub fn who(case: &Case, seat: &Seat) -> Text {
    match seat {
        Seat::Session(names) => say::seat_session(names.join("`, `")),
        Seat::Processes(all) => match all.first() {
            Some(p) => say::seat_process(short(&p.command), p.pid),
            None => say::seat_kernel(),
        },
        Seat::Kernel { .. } => say::seat_kernel(),
        Seat::Unseen { uid } => match case.cx.table.kept.first() {
            // Nobody has it open by a descriptor, and a socket of ours lives on under a waiting call.
            Some(kept) => say::seat_kept(&*kept.name, kept.job),
            None => say::seat_unseen(*uid),
        },
    }
}

/// The table that says whose it is.
pub fn source(seat: &Seat) -> &'static str {
    match seat {
        Seat::Session(_) => "session table",
        Seat::Processes(_) => "/proc/PID/fd",
        _ => "sock_diag",
    }
}

/// A command line cut to what fits into a sentence.
fn short(command: &str) -> String {
    let clean = command.replace('`', "'");
    match clean.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

/// The sentence of a socket that takes an address.
pub fn holds(case: &Case, entry: &Entry, seat: &Seat) -> Text {
    let local = entry.local.to_string();
    let peer = || entry.peer.as_ref().map_or(String::new(), ToString::to_string);
    let state = entry.state.map_or("", State::name);
    match (seat, entry.state) {
        (Seat::Kernel { left_ms }, Some(State::TimeWait)) => match left_ms {
            Some(ms) => say::held_time_wait(local, peer(), span(f64::from(*ms) * 1e3)),
            None => say::held_time_wait_open(local, peer()),
        },
        (Seat::Kernel { .. }, Some(State::SynRecv | State::NewSynRecv)) => say::held_syn_recv(local, peer()),
        (Seat::Kernel { .. }, Some(State::Established | State::CloseWait)) => say::held_unaccepted(local, peer(), state),
        (Seat::Kernel { .. }, _) => say::held_orphan(local, peer(), state),
        (_, Some(State::Listen)) => say::held_listening(local, who(case, seat)),
        (_, _) if entry.peer.is_some() => say::held_connection(local, who(case, seat), peer(), state),
        _ if entry.protocol == libc::IPPROTO_TCP => say::held_bound(local, who(case, seat)),
        _ => say::held_datagram(local, who(case, seat)),
    }
}

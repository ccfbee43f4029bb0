//! Addresses of the unix family: the path, what stands in it, and whose socket it is. Also paths of open and unlink.

use super::{Case, fact, seat};
use crate::call::AnyCall;
use crate::event::{Fact, Seat};
use crate::kernel::diag::{self, Entry};
use crate::kernel::path::{self, End};
use crate::kernel::{Addr, sys};
use crate::text::messages::fact as say;
use crate::vocabulary::{State, TYPES};

/// The sockets bound to this file, under whatever name, or to this very name; with their seats. Connections that a listener accepted
/// carry its name too.
fn at(case: &Case, addr: &Addr) -> Vec<(Entry, Seat)> {
    let file = bytes(addr).and_then(path::file);
    let wanted = |e: &Entry| e.local == *addr || (file.is_some() && e.file == file);
    let mut found: Vec<Entry> = diag::all_unix().into_iter().filter(wanted).collect();
    found.sort_by_key(|e| (e.state != Some(State::Listen), e.peer_inode.is_some_and(|p| p != 0)));
    found.truncate(3);
    seat::seats(case.cx.table, found)
}

/// The type of a unix entry: `SOCK_STREAM`.
fn type_name(entry: &Entry) -> String {
    TYPES.name_or_number(i64::from(entry.protocol)).into_owned()
}

fn bytes(addr: &Addr) -> Option<&[u8]> {
    match addr {
        Addr::Path(p) => Some(p),
        _ => None,
    }
}

/// EADDRINUSE.
pub fn in_use(case: &mut Case) -> Vec<Fact> {
    let Some(addr) = case.address().cloned() else { return Vec::new() };
    let name = addr.to_string();
    let there = at(case, &addr);
    let mut facts = Vec::new();
    if let Some(p) = bytes(&addr) {
        match path::walk(p).1 {
            End::Socket => {}
            End::Missing => return vec![fact(say::path_missing_now(name), "stat")],
            _ => return vec![fact(say::path_no_socket(name), "stat")],
        }
        if there.is_empty() {
            facts.push(fact(say::path_left_over(&*name), "sock_diag"));
            let made = case.past().rev().find(|p| matches!(p.call, AnyCall::Bind(c) if c.addr == addr) && p.ok());
            if let Some(p) = made {
                facts.push(fact(say::path_made_by(&*name, p.told(case.cx.now_us)), "log"));
            }
            return facts;
        }
    }
    facts.extend(there.first().map(|(e, s)| fact(holds(case, e, s), seat::source(s))));
    facts
}

fn holds(case: &Case, e: &Entry, s: &Seat) -> crate::text::Text {
    let (local, who) = (e.local.to_string(), seat::who(case, s));
    match e.state {
        Some(State::Listen) => say::unix_listening(local, who),
        _ => say::unix_bound(local, who, type_name(e)),
    }
}

/// ECONNREFUSED.
pub fn refused(case: &mut Case) -> Vec<Fact> {
    let Some(addr) = case.address().cloned() else { return Vec::new() };
    let name = addr.to_string();
    let there = at(case, &addr);
    if let Some((e, s)) = there.first() {
        let who = seat::who(case, s);
        let text = match (e.state, s) {
            (Some(State::Listen), _) => say::unix_listening(name, who),
            (_, Seat::Session(names)) if e.protocol != libc::SOCK_DGRAM => say::bound_not_listening(names.join("`, `"), name),
            _ => say::unix_not_listening(name, who),
        };
        return vec![fact(text, seat::source(s))];
    }
    let Some(p) = bytes(&addr) else { return vec![fact(say::abstract_nobody(name), "sock_diag")] };
    if path::walk(p).1 != End::Socket {
        return vec![fact(say::path_no_socket(name), "stat")];
    }
    let mut facts = vec![fact(say::path_nobody(&*name), "sock_diag")];
    // The last socket of ours that was bound there, and its close.
    let bound = case.past().rev().find(|p| matches!(p.call, AnyCall::Bind(c) if c.addr == addr) && p.ok());
    let id = bound.and_then(|b| b.call.on()).map_or(0, |h| h.id);
    if let Some(told) = case.told(|p| p.closes(id)) {
        facts.push(fact(say::was_closed(name, told), "log"));
    }
    facts
}

/// EPROTOTYPE: the type of the socket at the path, and of this one.
pub fn wrong_type(case: &mut Case) -> Vec<Fact> {
    if let AnyCall::Socket(c) = case.call {
        return vec![fact(
            say::type_needs_protocol(TYPES.name_or_number(i64::from(c.kind & 0xff)).into_owned(), c.protocol),
            "socket",
        )];
    }
    let Some(addr) = case.address().cloned() else { return Vec::new() };
    let there = at(case, &addr);
    let (Some((e, s)), Some((_, kind, _))) = (there.first(), case.socket()) else { return Vec::new() };
    let mine = TYPES.name_or_number(i64::from(kind)).into_owned();
    vec![fact(say::types_differ(addr.to_string(), type_name(e), seat::who(case, s), &*case.name, mine), "sock_diag")]
}

/// EPERM of unix datagrams: the receiver takes messages from its own peer only.
pub fn not_permitted(case: &mut Case) -> Vec<Fact> {
    let Some(addr) = case.destination().filter(super::is_bound) else { return Vec::new() };
    let there = at(case, &addr);
    let Some((e, s)) = there.first().filter(|(e, _)| e.peer_inode.is_some_and(|p| p != 0)) else { return Vec::new() };
    let names = seat::inodes(case.cx.table);
    let peer = e.peer_inode.and_then(|p| names.get(&u64::from(p))).and_then(|n| n.first());
    vec![match peer {
        Some(peer) => fact(say::connected_elsewhere_named(addr.to_string(), seat::who(case, s), &**peer), "sock_diag"),
        None => fact(say::connected_elsewhere(addr.to_string(), seat::who(case, s)), "sock_diag"),
    }]
}

/// The path a call speaks of.
fn path_of(case: &Case) -> Option<Vec<u8>> {
    match case.call {
        AnyCall::Unlink(c) => Some(c.pathname.clone().into_bytes()),
        AnyCall::Open(c) => Some(c.pathname.clone().into_bytes()),
        _ => case.destination().as_ref().and_then(bytes).map(<[u8]>::to_vec),
    }
}

/// ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EROFS, EACCES: which part of the path it is.
pub fn trouble(case: &mut Case) -> Vec<Fact> {
    let Some(p) = path_of(case) else { return Vec::new() };
    let errno = case.outcome.errno().map_or(0, |e| e.0);
    let mut facts = Vec::new();
    if errno == libc::EROFS {
        facts.extend(path::read_only_mount(&p).map(|at| fact(say::mounted_read_only(at), "/proc/self/mountinfo")));
        return facts;
    }
    let whole = String::from_utf8_lossy(&p).into_owned();
    let (at, end) = path::walk(&p);
    let last = at == whole;
    facts.extend(match end {
        End::Missing if last && matches!(case.call, AnyCall::Bind(_)) => None,
        End::Missing if last => Some(fact(say::no_such_file(at), "stat")),
        End::Missing => Some(fact(say::no_such_folder(at), "stat")),
        End::Dangling => Some(fact(say::dangling(at), "lstat")),
        End::NotFolder => Some(fact(say::not_a_folder(at), "stat")),
        End::Closed => Some(fact(say::folder_closed(at), "stat")),
        End::Loop => Some(fact(say::link_loop(at), "stat")),
        End::TooLong => {
            let length = at.rsplit('/').next().map_or(0, str::len);
            Some(fact(say::name_too_long(length), "stat"))
        }
        _ => None,
    });
    if errno == libc::EACCES && facts.is_empty() {
        let folder = path::folder(&p);
        let makes = matches!(case.call, AnyCall::Bind(_) | AnyCall::Unlink(_));
        if makes && !path::may_write(folder.as_bytes()) {
            facts.push(fact(say::folder_not_writable(folder), "access"));
        } else if !makes && !path::may_write(&p) {
            facts.push(fact(say::file_not_writable(whole), "access"));
        }
    }
    // A relative path is looked for from the folder the session works in.
    if !p.starts_with(b"/")
        && matches!(errno, libc::ENOENT)
        && let Ok(cwd) = std::env::current_dir()
    {
        facts.push(fact(say::working_folder(cwd.to_string_lossy().into_owned()), "getcwd"));
    }
    facts
}

/// Listeners of unix sockets with their queues, for a connect that would wait.
pub fn backlog(case: &Case) -> Option<Fact> {
    let addr = case.destination()?;
    let there = at(case, &addr);
    let (e, s) = there.first()?;
    if e.state == Some(State::Listen) {
        // What sock_diag calls the send queue of a listener is its backlog; the kernel lets one more wait.
        return Some(fact(say::queue_of_listener(addr.to_string(), seat::who(case, s), e.recv_queue, e.send_queue), "sock_diag"));
    }
    let Seat::Session(names) = s else {
        return Some(fact(say::queue_of_receiver(addr.to_string(), seat::who(case, s)), "sock_diag"));
    };
    let fd = case.cx.table.find(names.first()?)?.fd;
    sys::inode(fd)?;
    let most = crate::kernel::procfs::sysctl("net/unix/max_dgram_qlen")?;
    Some(fact(say::receiver_full(&**names.first()?, most), "max_dgram_qlen"))
}

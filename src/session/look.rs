//! Looking without touching: what `sockets`, `inspect` and `who` tell, asked of the kernel in ways that change nothing.
//!
//! Knows no views and records nothing: it takes the table and returns event types.

mod gauge;
mod inspect;
mod who;

pub use gauge::gauge_all;
pub use inspect::inspect;
pub use who::who;

use crate::event::{Kept, Observation, SocketTable};
use crate::kernel::diag::{self, Entry};
use crate::kernel::{Addr, Kind, Place, Probe, probe};
use crate::vocabulary::State;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

/// One look at a live socket. `None` where there is none, or where its close is on its way: the number may already be another's.
pub fn observe(table: &mut SocketTable, id: u32) -> Option<Observation> {
    observe_with(table, id, probe::look)
}

fn observe_with(table: &mut SocketTable, id: u32, look: impl FnOnce(i32, Kind) -> Probe) -> Option<Observation> {
    let kind = table.kind(id)?;
    let entry = table.entry(id).filter(|e| !e.closing)?;
    let _there = entry.place.stand();
    Some(Observation {
        socket: Some(entry.name.clone()),
        id: Some(id),
        fd: Some(entry.fd),
        host: entry.place.clone(),
        kind: Some(kind),
        probe: look(entry.fd, kind),
        kept_by: None,
    })
}

/// The queues of unix listeners, by inode.
type Queues = HashMap<u64, (u32, u32)>;

/// A look at every live socket, and at those that a waiting call keeps. The queues of all unix listeners come from one dump of the
/// kernel's table a place, made when the first is met.
pub fn observe_all(table: &mut SocketTable) -> Vec<Observation> {
    let ids: Vec<u32> = table.entries().map(|e| e.id).collect();
    let mut queues: Vec<(Place, Queues)> = Vec::new();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(place) = table.entry(id).map(|e| e.place.clone()) else { continue };
        let mut unix = |inode: u64| {
            let at = queues.iter().position(|(p, _)| *p == place).unwrap_or_else(|| {
                let read = diag::all_unix().into_iter().map(|e| (u64::from(e.inode), (e.recv_queue, e.send_queue))).collect();
                queues.push((place.clone(), read));
                queues.len() - 1
            });
            queues[at].1.get(&inode).copied()
        };
        rows.extend(observe_with(table, id, |fd, kind| probe::look_asking(fd, kind, &mut unix)));
    }
    rows.extend(table.kept.iter().map(observe_kept));
    rows
}

/// A socket without a descriptor: its number may be another's already, so only the kernel's table is asked, by the inode.
pub fn observe_kept(kept: &Kept) -> Observation {
    let _there = kept.place.stand();
    Observation {
        socket: Some(kept.name.clone()),
        id: Some(kept.id),
        fd: None,
        host: kept.place.clone(),
        kind: kept.kind,
        probe: kept.inode.and_then(|inode| entry_of(inode, kept.kind?)).map(|e| e.probe()).unwrap_or_default(),
        kept_by: Some(kept.job),
    }
}

/// The kernel's entry of a socket known by its inode.
fn entry_of(inode: u64, kind: Kind) -> Option<Entry> {
    let entries = match kind {
        Kind::Socket { domain: libc::AF_UNIX, .. } => return diag::unix(inode),
        Kind::Socket { kind: libc::SOCK_RAW, .. } => diag::raw(),
        Kind::Socket { protocol: libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6, .. } => diag::ping(),
        Kind::Socket { domain: libc::AF_INET | libc::AF_INET6, protocol, .. } => diag::inet(protocol),
        _ => return None,
    };
    entries.into_iter().find(|e| u64::from(e.inode) == inode)
}

/// An address to compare with: an IPv4 address written inside IPv6 is the IPv4 address.
fn point(addr: &Addr) -> Option<(IpAddr, u16)> {
    Some((addr.ip()?, addr.port()?))
}

/// What the kernel holds and no process has a descriptor for: TIME_WAIT, SYN_RECV, connections that wait in an accept queue, closed
/// ones whose last bytes are still on their way. Of a host of the lab all of it; here, what is at this session's TCP addresses.
pub fn observe_kernel(table: &mut SocketTable, places: &[Place]) -> Vec<Observation> {
    let here = own_addresses(table);
    places.iter().flat_map(|place| kernel_at(place, &here)).collect()
}

/// Addresses and, of sockets at any address, ports.
#[derive(Default)]
struct Addresses {
    points: HashSet<(IpAddr, u16)>,
    ports: HashSet<u16>,
}

impl Addresses {
    fn add(&mut self, addr: &Addr) {
        if let Some((ip, port)) = point(addr).filter(|(_, port)| *port != 0) {
            let _ = if ip.is_unspecified() { self.ports.insert(port) } else { self.points.insert((ip, port)) };
        }
    }

    fn has(&self, addr: &Addr) -> bool {
        point(addr).is_some_and(|p| self.points.contains(&p) || self.ports.contains(&p.1))
    }
}

/// The addresses at both ends of this session's TCP sockets on this machine.
fn own_addresses(table: &mut SocketTable) -> Addresses {
    let ids: Vec<u32> = table.entries().filter(|e| !e.closing && e.place.is_local()).map(|e| e.id).collect();
    let mut own = Addresses::default();
    for id in ids {
        let stream = |k: Kind| matches!(k, Kind::Socket { kind: libc::SOCK_STREAM, .. }) && k.is_inet();
        if let Some(entry) = table.kind(id).filter(|k| stream(*k)).and_then(|_| table.entry(id)) {
            let names = [probe::local(entry.fd), probe::peer(entry.fd)];
            names.iter().flatten().for_each(|a| own.add(a));
        }
    }
    let kept: Vec<Observation> = table.kept.iter().filter(|k| k.place.is_local()).map(observe_kept).collect();
    kept.iter().flat_map(|k| [&k.probe.local, &k.probe.peer]).flatten().for_each(|a| own.add(a));
    own
}

fn kernel_at(place: &Place, own: &Addresses) -> Vec<Observation> {
    if place.is_local() && own.points.is_empty() && own.ports.is_empty() {
        return Vec::new();
    }
    let _there = place.stand();
    diag::inet(libc::IPPROTO_TCP)
        .into_iter()
        .filter(|e| e.inode == 0 && !matches!(e.state, Some(State::Listen | State::Close)))
        .filter(|e| !place.is_local() || own.has(&e.local) || e.peer.as_ref().is_some_and(|p| own.has(p)))
        .map(|e| Observation {
            socket: None,
            id: None,
            fd: None,
            host: place.clone(),
            kind: Some(e.kind()),
            probe: e.probe(),
            kept_by: None,
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::call::{AnyCall, Cx};
    use crate::grammar::{Args, Handle, Lexed, World, lex, refusal};
    use crate::kernel::CallClock;
    use std::time::{Duration, Instant};

    /// A session of one table, just enough to type lines at.
    #[derive(Default)]
    pub struct Sitting {
        pub table: SocketTable,
    }

    /// The names of a table, for lines that a test types.
    impl World for SocketTable {
        fn find(&self, name: &str) -> Option<Handle> {
            SocketTable::find(self, name)
        }
        fn current(&self) -> Option<Handle> {
            self.current
        }
        fn names(&self) -> Vec<String> {
            self.entries().map(|e| e.name.clone()).collect()
        }
        fn value(&self, name: &str, field: &str) -> Result<String, refusal::Why> {
            let fd = self.find(name).expect("a name").fd;
            let addr = match field {
                "local" => probe::local(fd),
                _ => probe::peer(fd),
            };
            Ok(addr.expect("an address").to_string())
        }
    }

    impl Sitting {
        /// Runs `NAME… = CALL ARGUMENTS` lines for real; says the last answer.
        pub fn run(&mut self, lines: &str) -> Result<i64, crate::vocabulary::Errno> {
            lines.lines().map(|l| self.line(l.trim(), None)).last().unwrap()
        }

        pub fn line(&mut self, line: &str, keeper: Option<u32>) -> Result<i64, crate::vocabulary::Errno> {
            let (names, line) =
                line.split_once(" = ").map_or((Vec::new(), line), |(n, l)| (n.split(' ').map(str::to_string).collect(), l));
            let mut lexed = Lexed::default();
            lex(line, 0, Some(&self.table), &mut lexed).unwrap();
            let words: Vec<&str> = line.split(' ').collect();
            let (command, taken) = crate::call::command(words[0], words.get(1).copied()).unwrap();
            let mut args = Args::new(line, &lexed, taken, command.spec, &self.table, (0, 0));
            let call: AnyCall = (command.read)(&mut args).unwrap();
            if let AnyCall::Close(c) = &call {
                self.table.closing(c.fd.id);
            }
            let clock = CallClock::here();
            let outcome = call.perform(&Cx { clock: &clock, record: true, epoch: Instant::now() });
            self.table.apply(&call, &outcome, &names, &Place::Local, command.spec.moves, keeper);
            outcome.ret
        }

        pub fn id(&self, name: &str) -> u32 {
            self.table.find(name).unwrap().id
        }

        pub fn look(&mut self, name: &str) -> Observation {
            let id = self.id(name);
            observe(&mut self.table, id).unwrap()
        }

        /// A listener, a client and the accepted connection.
        pub fn connected() -> Sitting {
            let mut s = Sitting::default();
            s.run("server = socket inet stream\nbind server 127.0.0.1:0\nlisten server\nclient = socket inet stream").unwrap();
            s.run("connect client {server.local}\nconn = accept server").unwrap();
            s
        }
    }

    impl Drop for Sitting {
        fn drop(&mut self) {
            self.table.entries().for_each(|e| {
                let _ = crate::kernel::sys::close(e.fd);
            });
        }
    }

    #[test]
    fn a_look_tells_state_names_and_queues() {
        let mut s = Sitting::connected();
        s.run("send client hello").unwrap();
        assert_eq!(crate::kernel::wait::poll(&[(s.look("conn").fd.unwrap(), libc::POLLIN)], Some(Duration::from_secs(2))).0, Ok(1));
        let conn = s.look("conn");
        assert_eq!((conn.probe.state, conn.probe.recv_queue), (Some(State::Established), Some(5)));
        assert_eq!(conn.probe.peer, s.look("client").probe.local);
        let id = s.id("conn");
        s.table.closing(id);
        assert_eq!(observe(&mut s.table, id), None);
    }

    #[test]
    fn many_sockets_are_looked_at_quickly_and_unix_listeners_in_one_dump() {
        let _ = crate::kernel::limits::raise();
        let many = crate::kernel::limits::soft().map_or(200, |n| (n as usize).saturating_sub(300).min(5000));
        let mut s = Sitting::default();
        let stamp = std::process::id();
        for i in 0..many {
            if i % 2 == 0 {
                s.run(&format!("u{i} = socket unix stream\nbind u{i} @sockscope-look-{stamp}-{i}\nlisten u{i} 7")).unwrap();
            } else {
                s.run(&format!("t{i} = socket inet stream")).unwrap();
            }
        }
        let begun = Instant::now();
        let rows = observe_all(&mut s.table);
        let took = begun.elapsed();
        assert_eq!(rows.len(), many);
        let u0 = rows.iter().find(|r| r.socket.as_deref() == Some("u0")).unwrap();
        assert_eq!((u0.probe.state, u0.probe.recv_queue, u0.probe.backlog), (Some(State::Listen), Some(0), Some(7)));
        assert!(took < Duration::from_millis(900), "{many} took {took:?}");
    }

    #[test]
    fn a_socket_closed_under_a_waiting_call_is_still_seen() {
        let mut s = Sitting::default();
        s.run("server = socket inet stream\nbind server 127.0.0.1:0\nlisten server 3").unwrap();
        let fd = s.look("server").fd.unwrap();
        let local = s.look("server").probe.local;
        // The second descriptor keeps the socket alive, as a waiting accept would.
        let other = crate::kernel::sys::dup(fd).unwrap() as i32;
        s.line("close server", Some(4)).unwrap();
        let rows = observe_all(&mut s.table);
        assert_eq!((rows.len(), rows[0].kept_by, rows[0].fd), (1, Some(4), None));
        assert_eq!((rows[0].probe.state, rows[0].probe.backlog), (Some(State::Listen), Some(3)));
        assert_eq!(rows[0].probe.local, local);
        crate::kernel::sys::close(other).unwrap();
    }

    #[test]
    fn the_kernels_own_entries_are_those_at_our_addresses() {
        let mut s = Sitting::default();
        s.run("server = socket inet stream\nbind server 127.0.0.1:0\nlisten server\nclient = socket inet stream").unwrap();
        s.run("connect client {server.local}").unwrap();
        let client = s.look("client").probe;
        let waiting = observe_kernel(&mut s.table, &[Place::Local]);
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        assert_eq!((waiting[0].socket.as_deref(), waiting[0].probe.state), (None, Some(State::Established)));
        assert_eq!(waiting[0].probe.peer, client.local);
        s.run("conn = accept server\nclose conn\nclose client").unwrap();
        let left = observe_kernel(&mut s.table, &[Place::Local]);
        assert!(left.iter().any(|r| r.probe.state == Some(State::TimeWait) && r.probe.recv_queue.is_none()), "{left:?}");
        s.run("close server").unwrap();
        assert_eq!(observe_kernel(&mut s.table, &[Place::Local]), []);
    }
}

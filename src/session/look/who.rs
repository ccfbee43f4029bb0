//! Every socket at an address, and who holds it.

use super::{observe_kept, point};
use crate::event::{Holder, Seat, SocketTable, Who};
use crate::kernel::diag::{self, Entry};
use crate::kernel::{Addr, Kind, Place, Probe, opt, probe, procfs, sys};
use crate::vocabulary::State;
use std::collections::{HashMap, HashSet};

/// Looks through the kernel's tables of these places: sockets at exactly this address, at a wildcard address that would receive for it,
/// and what the kernel keeps there on its own account.
pub fn who(table: &mut SocketTable, asked: &Addr, places: &[Place]) -> Who {
    let session = inodes(table);
    let mut entries: Vec<(Place, Entry)> = Vec::new();
    for place in places {
        let _there = place.stand();
        let mut found = match asked {
            Addr::V4(_) | Addr::V6(_) => inet_at(asked),
            Addr::Path(_) | Addr::Abstract(_) => unix_at(asked),
            _ => Vec::new(),
        };
        add_own(table, asked, place, &mut found);
        entries.extend(found.into_iter().map(|e| (place.clone(), e)));
    }
    let inodes = entries.iter().map(|(_, e)| u64::from(e.inode));
    let strangers = inodes.filter(|i| *i != 0 && !session.contains_key(i)).collect::<Vec<_>>();
    // One scan of /proc for all; none where every socket is known.
    let (mut processes, hidden) = if strangers.is_empty() { Default::default() } else { procfs::holders(strangers) };
    let holders = entries.into_iter().map(|(place, e)| holder(e, &place, &session, &mut processes)).collect();
    let file_is_socket = match asked {
        Addr::Path(path) => sys::is_socket_path(path),
        _ => None,
    };
    Who { asked: asked.to_string(), holders, hidden, file_is_socket }
}

/// The inodes of this session's sockets, and by which names they are known.
fn inodes(table: &SocketTable) -> HashMap<u64, Vec<String>> {
    let mut known: HashMap<u64, Vec<String>> = HashMap::new();
    for entry in table.entries().filter(|e| !e.closing) {
        if let Some((inode, true)) = sys::inode(entry.fd) {
            known.entry(inode).or_default().push(entry.name.clone());
        }
    }
    for kept in &table.kept {
        if let Some(inode) = kept.inode {
            known.entry(inode).or_default().push(kept.name.clone());
        }
    }
    known
}

fn inet_at(asked: &Addr) -> Vec<Entry> {
    let protocols = [libc::IPPROTO_MPTCP, libc::IPPROTO_TCP, libc::IPPROTO_UDP, libc::IPPROTO_UDPLITE];
    let mut found: Vec<Entry> = protocols.into_iter().flat_map(diag::inet).collect();
    found.extend(diag::raw());
    found.extend(diag::ping());
    found.retain(|e| is_at(asked, &e.local, e.v6only));
    // A TCP connection that is a part of an MPTCP socket is no socket of its own.
    let whole: HashSet<u32> = found.iter().filter(|e| e.protocol == libc::IPPROTO_MPTCP).map(|e| e.inode).collect();
    found.retain(|e| e.protocol != libc::IPPROTO_TCP || e.inode == 0 || !whole.contains(&e.inode));
    // Who serves there is what is asked most.
    found.sort_by_key(|e| e.state != Some(State::Listen));
    found
}

/// Whether a socket bound to `local` is at the address asked: the same, a wildcard that takes what is sent there, or, where a wildcard
/// was asked, any address it stands for. What is unknown about a `[::]` socket is taken for "IPv6 alone".
fn is_at(asked: &Addr, local: &Addr, v6only: Option<bool>) -> bool {
    let (Some((ip, port)), Some((own, own_port))) = (point(asked), point(local)) else { return false };
    if port != own_port {
        return false;
    }
    let dual = v6only == Some(false);
    own == ip
        || (local.is_any() && (own.is_ipv4() == ip.is_ipv4() || (own.is_ipv6() && dual)))
        || (asked.is_any() && (ip.is_ipv6() || own.is_ipv4()))
}

/// Unix sockets by name: the same bytes, or a path that leads to the same file.
fn unix_at(asked: &Addr) -> Vec<Entry> {
    let file = match asked {
        Addr::Path(path) => crate::kernel::path::file(path),
        _ => None,
    };
    let mut found = diag::all_unix();
    found.retain(|e| e.local == *asked || (file.is_some() && e.file == file && matches!(e.local, Addr::Path(_))));
    found
}

/// Sockets of the session that the kernel's tables do not list: bound TCP ones before Linux 6.7, protocols without sock_diag.
fn add_own(table: &mut SocketTable, asked: &Addr, place: &Place, entries: &mut Vec<Entry>) {
    let listed: HashSet<u64> = entries.iter().map(|e| u64::from(e.inode)).collect();
    let ids: Vec<u32> = table.entries().filter(|e| !e.closing && e.place == *place).map(|e| e.id).collect();
    let mut own: Vec<Entry> = Vec::new();
    for id in ids {
        let Some(kind) = table.kind(id).filter(|k| k.is_inet()) else { continue };
        let Some(fd) = table.entry(id).map(|e| e.fd) else { continue };
        let Some((inode, _)) = sys::inode(fd).filter(|(inode, _)| !listed.contains(inode)) else { continue };
        let v6only = opt::int(fd, libc::SOL_IPV6, libc::IPV6_V6ONLY).ok().map(|n| n != 0);
        let at = probe::local(fd).is_some_and(|local| is_at(asked, &local, v6only));
        // Two names of one socket are one row.
        if at && !own.iter().any(|e| u64::from(e.inode) == inode) {
            own.extend(entry(kind, probe::look(fd, kind), inode));
        }
    }
    let kept = table.kept.iter().filter(|k| k.place == *place && k.inode.is_some_and(|i| !listed.contains(&i)));
    for k in kept {
        let probe = observe_kept(k).probe;
        if probe.local.as_ref().is_some_and(|local| is_at(asked, local, None)) {
            own.extend(k.kind.zip(k.inode).and_then(|(kind, inode)| entry(kind, probe, inode)));
        }
    }
    entries.append(&mut own);
}

fn entry(kind: Kind, probe: Probe, inode: u64) -> Option<Entry> {
    let Kind::Socket { domain, kind, protocol } = kind else { return None };
    Some(Entry {
        family: domain,
        protocol: if kind == libc::SOCK_RAW { libc::IPPROTO_RAW } else { protocol },
        state: probe.state,
        local: probe.local?,
        peer: probe.peer,
        recv_queue: 0,
        send_queue: 0,
        inode: u32::try_from(inode).ok()?,
        uid: 0,
        timer: 0,
        expires_ms: 0,
        peer_inode: None,
        v6only: None,
        file: None,
    })
}

fn holder(
    e: Entry,
    place: &Place,
    session: &HashMap<u64, Vec<String>>,
    processes: &mut HashMap<u64, Vec<procfs::Process>>,
) -> Holder {
    let inode = u64::from(e.inode);
    let seat = if e.inode == 0 {
        Seat::Kernel { left_ms: (e.timer != 0).then_some(e.expires_ms) }
    } else if let Some(names) = session.get(&inode) {
        Seat::Session(names.clone())
    } else if let Some(found) = processes.remove(&inode) {
        Seat::Processes(found)
    } else {
        Seat::Unseen { uid: e.uid }
    };
    Holder {
        host: (!place.is_local()).then(|| place.name().to_string()),
        protocol: protocol_name(&e),
        state: e.state,
        local: e.local.to_string(),
        peer: e.peer.map(|p| p.to_string()),
        inode: e.inode,
        seat,
    }
}

/// `TCP`, `UDP`, `unix stream`.
fn protocol_name(e: &Entry) -> String {
    match e.family {
        libc::AF_UNIX => crate::vocabulary::kind_name(libc::AF_UNIX, e.protocol, 0),
        _ => {
            let name = crate::vocabulary::PROTOCOLS.name_or_number(i64::from(e.protocol));
            name.trim_start_matches("IPPROTO_").to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Sitting;
    use super::*;
    use crate::kernel::addr::{AddrWord, parse};

    fn ask(s: &mut Sitting, word: &str) -> Who {
        let Ok(AddrWord::Addr(addr)) = parse(word) else { panic!("{word}") };
        who(&mut s.table, &addr, &[Place::Local])
    }

    fn names(w: &Who) -> Vec<(String, Option<State>, Vec<String>)> {
        let name = |h: &Holder| match &h.seat {
            Seat::Session(names) => names.clone(),
            Seat::Kernel { .. } => vec!["kernel".to_string()],
            Seat::Processes(p) => p.iter().map(|p| p.pid.to_string()).collect(),
            Seat::Unseen { uid } => vec![format!("uid {uid}")],
        };
        w.holders.iter().map(|h| (h.protocol.clone(), h.state, name(h))).collect()
    }

    fn row(protocol: &str, state: State, name: &str) -> (String, Option<State>, Vec<String>) {
        (protocol.into(), Some(state), vec![name.into()])
    }

    #[test]
    fn our_own_are_named_bound_ones_too() {
        let mut s = Sitting::default();
        s.run("bound = socket inet stream\nbind bound 127.0.0.1:0").unwrap();
        let local = s.look("bound").probe.local.unwrap();
        assert_eq!(names(&ask(&mut s, &local.to_string())), [row("TCP", State::Close, "bound")]);
        // UDP has ports of its own: the same number is another socket.
        s.run(&format!("u = socket inet dgram\nbind u {local}\nu2 = dup u")).unwrap();
        let found = names(&ask(&mut s, &local.to_string()));
        assert_eq!(found[1], ("UDP".into(), Some(State::Close), vec!["u".into(), "u2".into()]));
        // Asked for any address, it is found as well; at another address it is not.
        assert_eq!(names(&ask(&mut s, &format!(":{}", local.port().unwrap()))).len(), 2);
        assert_eq!(names(&ask(&mut s, &format!("127.0.0.2:{}", local.port().unwrap()))), []);
        s.run("listen bound").unwrap();
        assert_eq!(names(&ask(&mut s, &local.to_string()))[0], row("TCP", State::Listen, "bound"));
    }

    #[test]
    fn a_wildcard_serves_every_address_and_a_dual_stack_one_ipv4_too() {
        let mut s = Sitting::default();
        s.run("w = socket inet stream\nbind w :0\nlisten w").unwrap();
        let port = s.look("w").probe.local.unwrap().port().unwrap();
        assert_eq!(names(&ask(&mut s, &format!("127.0.0.1:{port}"))), [row("TCP", State::Listen, "w")]);
        assert_eq!(names(&ask(&mut s, &format!("[::1]:{port}"))), []);
        s.run("d = socket inet6 stream\nsetsockopt d v6only 0\nbind d [::]:0\nlisten d").unwrap();
        let port = s.look("d").probe.local.unwrap().port().unwrap();
        for asked in [format!("127.0.0.1:{port}"), format!("[::1]:{port}"), format!("0.0.0.0:{port}")] {
            assert_eq!(names(&ask(&mut s, &asked)), [row("TCP", State::Listen, "d")], "{asked}");
        }
        s.run("six = socket inet6 dgram\nsetsockopt six v6only 1\nbind six [::]:0").unwrap();
        let port = s.look("six").probe.local.unwrap().port().unwrap();
        assert_eq!(names(&ask(&mut s, &format!("127.0.0.1:{port}"))), []);
        assert_eq!(names(&ask(&mut s, &format!("[::1]:{port}"))), [row("UDP", State::Close, "six")]);
    }

    #[test]
    fn the_kernels_own_have_no_process_and_time_wait_a_timer() {
        let mut s = Sitting::connected();
        let server = s.look("server").probe.local.unwrap().to_string();
        s.run("late = socket inet stream\nconnect late {server.local}").unwrap();
        assert!(names(&ask(&mut s, &server)).contains(&row("TCP", State::Established, "kernel")), "not yet accepted");
        s.run("close conn\nclose client").unwrap();
        let w = ask(&mut s, &server);
        let left = w.holders.iter().find(|h| h.state == Some(State::TimeWait)).map(|h| h.seat.clone());
        assert!(matches!(left, Some(Seat::Kernel { left_ms: Some(1..=60_000) })), "{w:?}");
    }

    #[test]
    fn another_process_is_known_by_its_command() {
        let mut s = Sitting::default();
        // A socket of this process that is in no table of the session is like any other process's.
        let l = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let w = ask(&mut s, &l.local_addr().unwrap().to_string());
        let Seat::Processes(found) = &w.holders[0].seat else { panic!("{w:?}") };
        assert_eq!(found[0].pid, std::process::id() as i32);
        assert!(found[0].command.starts_with(&std::env::args().next().unwrap()), "{found:?}");
    }

    #[test]
    fn unix_names_are_found_and_a_file_left_behind_is_seen() {
        let mut s = Sitting::default();
        let path = std::env::temp_dir().join(format!("sockscope-who-{}", std::process::id()));
        let path = path.to_str().unwrap().to_string();
        s.run(&format!("x = socket unix stream\nbind x {path}\nlisten x\ny = socket unix stream\nconnect y {path}\nz = accept x"))
            .unwrap();
        let w = ask(&mut s, &path);
        assert_eq!(w.file_is_socket, Some(true));
        let found = names(&w);
        assert!(
            found.contains(&row("unix stream", State::Listen, "x")) && found.contains(&row("unix stream", State::Established, "z"))
        );
        assert_eq!(found.len(), 2);
        // Another way to the same file.
        let other = format!("{}/./{}", path.rsplit_once('/').unwrap().0, path.rsplit_once('/').unwrap().1);
        assert_eq!(ask(&mut s, &other).holders.len(), 2);
        s.run("close x\nclose z").unwrap();
        let w = ask(&mut s, &path);
        assert_eq!((w.holders.len(), w.file_is_socket), (0, Some(true)));
        std::fs::remove_file(&path).unwrap();
        s.run(&format!("a = socket unix dgram\nbind a @sockscope-who-{}", std::process::id())).unwrap();
        let asked = s.look("a").probe.local.unwrap().to_string();
        assert_eq!(names(&ask(&mut s, &asked)), [row("unix dgram", State::Close, "a")]);
    }

    #[test]
    fn an_mptcp_socket_of_another_process_is_one_row_and_says_so() {
        let mut s = Sitting::default();
        let Ok(fd) = sys::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, libc::IPPROTO_MPTCP) else {
            println!("skipped: this kernel has no MPTCP");
            return;
        };
        let fd = fd as i32;
        sys::bind(fd, &"127.0.0.1:0".parse::<std::net::SocketAddrV4>().map(Addr::V4).unwrap()).unwrap();
        sys::listen(fd, 7).unwrap();
        let local = probe::local(fd).unwrap();
        let found = names(&ask(&mut s, &local.to_string()));
        let kind = Kind::Socket { domain: libc::AF_INET, kind: libc::SOCK_STREAM, protocol: libc::IPPROTO_MPTCP };
        let probe = probe::look(fd, kind);
        sys::close(fd).unwrap();
        assert_eq!(found, [row("MPTCP", State::Listen, &std::process::id().to_string())]);
        assert_eq!((probe.state, probe.recv_queue, probe.backlog), (Some(State::Listen), Some(0), Some(7)));
    }

    #[test]
    fn raw_sockets_are_listed_under_their_protocol() {
        let mut s = Sitting::default();
        if s.run("r = socket inet raw icmp").is_err() {
            println!("skipped: raw sockets need CAP_NET_RAW");
            return;
        }
        assert!(names(&ask(&mut s, "127.0.0.1:1")).contains(&row("RAW", State::Close, "r")));
    }
}

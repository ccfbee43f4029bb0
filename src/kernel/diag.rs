//! The kernel's socket tables by sock_diag(7): also what has no descriptor, as TIME_WAIT and SYN_RECV. Asked at the clerk's.

mod exact;
mod listed;

pub use exact::tcp_states;
pub use listed::{ping, raw};

use super::lab::Host;
use super::net::V6;
use super::{Addr, Kind, Place, Probe, clerk};
use crate::vocabulary::State;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};
use std::sync::{Arc, Weak};

/// An entry of a kernel table. Queues are the kernel's figures, as `ss` shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub family: i32,
    /// IPPROTO_TCP, IPPROTO_UDP, …; for unix the socket type.
    pub protocol: i32,
    pub state: Option<State>,
    pub local: Addr,
    pub peer: Option<Addr>,
    pub recv_queue: u32,
    pub send_queue: u32,
    /// 0 where no process holds it any more.
    pub inode: u32,
    pub uid: u32,
    /// Which timer runs, and when it ends, in milliseconds (TIME_WAIT: timer 3).
    pub timer: u8,
    pub expires_ms: u32,
    /// unix: the inode of the other end.
    pub peer_inode: Option<u32>,
    /// inet6, unconnected: whether it refuses IPv4.
    pub v6only: Option<bool>,
    /// unix: the file it is bound to: the low half of its inode, and its device as major and minor.
    pub file: Option<(u32, u32, u32)>,
}

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const ALL_STATES: u32 = 0xfff;
/// So many places are asked without opening a new netlink socket.
const MOST_LINKS: usize = 64;

/// An errand of the clerk's, for the place the calling thread stands at.
fn ask<T: Send + 'static>(errand: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let place = super::place::host().map_or(Place::Local, Place::Host);
    clerk::ask(move || {
        let _there = place.stand();
        errand()
    })
}

/// One unix socket, by its inode.
pub fn unix(inode: u64) -> Option<Entry> {
    let inode = u32::try_from(inode).ok()?;
    ask(move || query(&unix_request(inode), false).and_then(|mut found| found.pop())).flatten()
}

/// All unix sockets of this network namespace.
pub fn all_unix() -> Vec<Entry> {
    ask(|| query(&unix_request(0), true)).flatten().unwrap_or_default()
}

/// All sockets of one protocol (IPPROTO_TCP, IPPROTO_UDP, …), both families, bound ones that do not listen included. The parts of an
/// MPTCP socket are in the kernel's table of TCP as well.
pub fn inet(protocol: i32) -> Vec<Entry> {
    // Bit 13 (TCP_BOUND_INACTIVE) asks, since Linux 6.7, for TCP sockets that are bound and no more.
    inet_states(protocol, ALL_STATES | 1 << 12 | 1 << 13)
}

/// All sockets that share their port numbers with those of a protocol: an MPTCP socket holds a port of TCP's, and a ping socket's
/// "port" is the identifier of its echo requests.
pub fn sharing_ports(protocol: i32) -> Vec<Entry> {
    match protocol {
        libc::IPPROTO_MPTCP => inet(libc::IPPROTO_TCP),
        libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6 => ping(),
        protocol => inet(protocol),
    }
}

pub fn inet_states(protocol: i32, states: u32) -> Vec<Entry> {
    ask(move || {
        let mut found = Vec::new();
        for family in [libc::AF_INET, libc::AF_INET6] {
            found.extend(query(&inet_request(family, protocol, states), true).unwrap_or_default());
        }
        found.iter_mut().for_each(|e| e.protocol = protocol);
        found
    })
    .unwrap_or_default()
}

fn unix_request(inode: u32) -> Vec<u8> {
    let mut r = vec![libc::AF_UNIX as u8, 0, 0, 0];
    r.extend((if inode == 0 { u32::MAX } else { ALL_STATES }).to_ne_bytes());
    r.extend(inode.to_ne_bytes());
    // UDIAG_SHOW_NAME | VFS | PEER | RQLEN | UID
    r.extend((0x1u32 | 0x2 | 0x4 | 0x10 | 0x40).to_ne_bytes());
    r.extend([0xff; 8]);
    r
}

fn inet_request(family: i32, protocol: i32, states: u32) -> Vec<u8> {
    let byte = u8::try_from(protocol).ok();
    let mut r = vec![family as u8, byte.unwrap_or(libc::IPPROTO_RAW as u8), 0, 0];
    r.extend(states.to_ne_bytes());
    r.extend([0; 40]);
    r.extend([0xff; 8]);
    if byte.is_none() {
        // INET_DIAG_REQ_PROTOCOL: a number that does not fit the field (IPPROTO_MPTCP).
        r.extend([8u16, 3].map(u16::to_ne_bytes).concat());
        r.extend(protocol.to_ne_bytes());
    }
    r
}

/// A netlink socket of a host's, or of this machine's, and how many requests it has seen.
type Link = (Option<Weak<Host>>, std::os::fd::OwnedFd, u32);

/// Sends one request over a netlink socket that the clerk keeps, and reads all its answers. Runs on the clerk's thread.
fn query(body: &[u8], dump: bool) -> Option<Vec<Entry>> {
    use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
    use std::os::fd::AsRawFd;
    thread_local! {
        static LINKS: std::cell::RefCell<Vec<Link>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let place = super::place::host();
    LINKS.with(|links| {
        let mut links = links.borrow_mut();
        let same = |at: &Option<Weak<Host>>| at.as_ref().map(Weak::as_ptr) == place.as_ref().map(Arc::as_ptr);
        let known = links.iter().position(|(at, ..)| same(at));
        let index = match known {
            Some(index) => index,
            None => {
                let fd = match &place {
                    Some(host) => host.diag_socket()?,
                    None => {
                        socket(AddressFamily::Netlink, SockType::Datagram, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkSockDiag)
                            .ok()?
                    }
                };
                // A host that was removed is forgotten; and not more are kept than a small table holds.
                links.retain(|(at, ..)| at.as_ref().is_none_or(|host| host.strong_count() > 0));
                if links.len() >= MOST_LINKS {
                    links.remove(1);
                }
                links.push((place.as_ref().map(Arc::downgrade), fd, 0));
                links.len() - 1
            }
        };
        let (_, fd, seq) = links.get_mut(index)?;
        *seq += 1;
        let flags: u16 = 1 | if dump { 0x300 } else { 0 };
        let mut message = Vec::with_capacity(16 + body.len());
        message.extend((16 + body.len() as u32).to_ne_bytes());
        message.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        message.extend(flags.to_ne_bytes());
        message.extend(seq.to_ne_bytes());
        message.extend(0u32.to_ne_bytes());
        message.extend(body);
        send(fd.as_raw_fd(), &message, MsgFlags::empty()).ok()?;
        let mut found = Vec::new();
        let mut room = vec![0u8; 64 << 10];
        loop {
            let n = recv(fd.as_raw_fd(), &mut room, MsgFlags::empty()).ok()?;
            let mut rest = &room[..n];
            while rest.len() >= 16 {
                let len = (word(rest, 0) as usize).clamp(16, rest.len());
                let kind = u16::from_ne_bytes([rest[4], rest[5]]);
                if word(rest, 8) == *seq {
                    match kind {
                        // NLMSG_ERROR, NLMSG_DONE
                        2 => return if dump { Some(found) } else { None },
                        3 => return Some(found),
                        _ => found.extend(read(&rest[16..len])),
                    }
                    if !dump {
                        return Some(found);
                    }
                }
                rest = &rest[((len + 3) & !3).min(rest.len())..];
            }
        }
    })
}

fn word(b: &[u8], at: usize) -> u32 {
    b.get(at..at + 4).map_or(0, |w| u32::from_ne_bytes([w[0], w[1], w[2], w[3]]))
}

fn read(b: &[u8]) -> Option<Entry> {
    match i32::from(*b.first()?) {
        libc::AF_UNIX => read_unix(b),
        _ => read_inet(b),
    }
}

fn read_inet(b: &[u8]) -> Option<Entry> {
    if b.len() < 72 {
        return None;
    }
    let family = i32::from(b[0]);
    let port = |at: usize| u16::from_be_bytes([b[at], b[at + 1]]);
    let addr = |port_at: usize, at: usize| -> Addr {
        if family == libc::AF_INET {
            Addr::V4(SocketAddrV4::new(Ipv4Addr::new(b[at], b[at + 1], b[at + 2], b[at + 3]), port(port_at)))
        } else {
            let ip: [u8; 16] = b[at..at + 16].try_into().unwrap_or_default();
            Addr::V6(V6::new(Ipv6Addr::from(ip), port(port_at)))
        }
    };
    let peer = addr(6, 24);
    let mut v6only = None;
    attributes(&b[72..], |kind, value| {
        if kind == 11 {
            // INET_DIAG_SKV6ONLY
            v6only = value.first().map(|v| *v != 0);
        }
    });
    Some(Entry {
        family,
        protocol: 0,
        // TCP_BOUND_INACTIVE (13): bound, and nothing more: CLOSE.
        state: if b[1] == 13 { Some(State::Close) } else { State::from_number(b[1]) },
        local: addr(4, 8),
        peer: (peer.port() != Some(0)).then_some(peer),
        recv_queue: word(b, 56),
        send_queue: word(b, 60),
        inode: word(b, 68),
        uid: word(b, 64),
        timer: b[2],
        expires_ms: word(b, 52),
        peer_inode: None,
        v6only,
        file: None,
    })
}

fn read_unix(b: &[u8]) -> Option<Entry> {
    if b.len() < 16 {
        return None;
    }
    let mut entry = Entry {
        family: libc::AF_UNIX,
        protocol: i32::from(b[1]),
        state: State::from_number(b[2]),
        local: Addr::Unnamed,
        peer: None,
        recv_queue: 0,
        send_queue: 0,
        inode: word(b, 4),
        uid: 0,
        timer: 0,
        expires_ms: 0,
        peer_inode: None,
        v6only: None,
        file: None,
    };
    attributes(&b[16..], |kind, value| match kind {
        0 => {
            entry.local = match value {
                [0, name @ ..] => Addr::Abstract(name.into()),
                path => Addr::Path(path.split(|c| *c == 0).next().unwrap_or(path).into()),
            }
        }
        // The kernel's own dev_t: 12 bits major, 20 bits minor.
        1 => entry.file = Some((word(value, 0), word(value, 4) >> 20, word(value, 4) & 0xf_ffff)),
        2 => entry.peer_inode = Some(word(value, 0)),
        4 => (entry.recv_queue, entry.send_queue) = (word(value, 0), word(value, 4)),
        7 => entry.uid = word(value, 0),
        _ => {}
    });
    Some(entry)
}

/// The attributes behind an answer's fixed part: number and value (netlink(7)).
fn attributes(mut rest: &[u8], mut each: impl FnMut(u16, &[u8])) {
    while rest.len() >= 4 {
        let len = usize::from(u16::from_ne_bytes([rest[0], rest[1]])).clamp(4, rest.len());
        each(u16::from_ne_bytes([rest[2], rest[3]]), &rest[4..len]);
        rest = &rest[((len + 3) & !3).min(rest.len())..];
    }
}

impl Entry {
    /// The same figures as a look at a descriptor gives, as far as the table has them. TIME_WAIT and SYN_RECV have no queues.
    pub fn probe(&self) -> Probe {
        let (recv, send) = (Some(u64::from(self.recv_queue)), Some(u64::from(self.send_queue)));
        let mut probe = Probe { state: self.state, local: Some(self.local.clone()), peer: self.peer.clone(), ..Probe::default() };
        let tcp = self.family != libc::AF_UNIX && matches!(self.protocol, libc::IPPROTO_TCP | libc::IPPROTO_MPTCP);
        match self.state {
            Some(State::Listen) => (probe.recv_queue, probe.backlog) = (recv, send),
            Some(State::TimeWait | State::SynRecv | State::NewSynRecv) => {}
            Some(State::Close | State::SynSent) if tcp => probe.send_queue = send,
            _ if tcp => (probe.recv_queue, probe.send_queue) = (recv, send),
            _ if self.family == libc::AF_UNIX && self.protocol == libc::SOCK_STREAM => {
                (probe.recv_queue, probe.send_queue) = (recv, send);
            }
            _ if self.family == libc::AF_UNIX => probe.send_queue = send,
            _ => (probe.recv_mem, probe.send_queue) = (recv, send),
        }
        probe
    }

    /// What a descriptor of it would be.
    pub fn kind(&self) -> Kind {
        let (kind, protocol) = match (self.family, self.protocol) {
            (libc::AF_UNIX, ty) => (ty, 0),
            (_, p @ (libc::IPPROTO_TCP | libc::IPPROTO_MPTCP)) => (libc::SOCK_STREAM, p),
            (_, p @ (libc::IPPROTO_UDP | libc::IPPROTO_UDPLITE)) => (libc::SOCK_DGRAM, p),
            (_, p @ (libc::IPPROTO_ICMP | libc::IPPROTO_ICMPV6)) => (libc::SOCK_DGRAM, p),
            // A raw socket's port is its protocol.
            (_, _) => (libc::SOCK_RAW, self.local.port().map_or(0, i32::from)),
        };
        Kind::Socket { domain: self.family, kind, protocol }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_of_this_process_is_in_the_kernels_table() {
        let l = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let local = l.local_addr().unwrap().to_string();
        let found = inet(libc::IPPROTO_TCP);
        let mine = found.iter().find(|e| e.local.to_string() == local).expect("the kernel lists it");
        assert_eq!(mine.state, Some(State::Listen));
    }

    #[test]
    fn a_socket_that_is_only_bound_is_in_the_kernels_table() {
        use crate::kernel::sys;
        let fd = sys::socket(libc::AF_INET6, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0).unwrap() as i32;
        let any = Addr::V6(V6::new(Ipv6Addr::UNSPECIFIED, 0));
        sys::bind(fd, &any).unwrap();
        let local = sys::getsockname(fd).1.unwrap();
        let found = inet(libc::IPPROTO_TCP).into_iter().find(|e| e.local == local);
        sys::close(fd).unwrap();
        // Older kernels than 6.7 have no way to list it: who adds the session's own from the session's table.
        let release = nix::sys::utsname::uname().map(|u| u.release().to_string_lossy().into_owned()).unwrap_or_default();
        let mut version = release.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
        if (version.next(), version.next()) >= (Some(6), Some(7)) {
            let e = found.expect("TCP_BOUND_INACTIVE is asked for");
            assert_eq!((e.state, e.v6only), (Some(State::Close), Some(false)));
        }
    }

    #[test]
    fn a_unix_listener_is_found_by_its_inode() {
        use std::os::fd::AsRawFd;
        let folder = std::env::temp_dir().join(format!("sockscope-diag-{}", std::process::id()));
        let l = std::os::unix::net::UnixListener::bind(&folder).unwrap();
        let (inode, _) = crate::kernel::sys::inode(l.as_raw_fd()).unwrap();
        let e = unix(inode).expect("the kernel knows it");
        std::fs::remove_file(&folder).unwrap();
        assert_eq!(e.state, Some(State::Listen));
        assert_eq!(e.local.to_string(), folder.to_str().unwrap());
    }
}

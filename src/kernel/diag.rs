//! The kernel's socket tables by sock_diag(7): also what has no descriptor, as TIME_WAIT and SYN_RECV. Asked at the clerk's.

use super::{Addr, clerk};
use crate::vocabulary::State;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

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
    /// unix: the file it is bound to: the low half of its inode, and its device as major and minor.
    pub file: Option<(u32, u32, u32)>,
}

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const ALL_STATES: u32 = 0xfff;

/// One unix socket, by its inode.
pub fn unix(inode: u64) -> Option<Entry> {
    let inode = u32::try_from(inode).ok()?;
    clerk::ask(move || query(&unix_request(inode), false).and_then(|mut found| found.pop())).flatten()
}

/// All unix sockets of this network namespace.
pub fn all_unix() -> Vec<Entry> {
    clerk::ask(|| query(&unix_request(0), true)).flatten().unwrap_or_default()
}

/// All sockets of one protocol (IPPROTO_TCP, IPPROTO_UDP, …), both families, bound ones that do not listen included.
pub fn inet(protocol: i32) -> Vec<Entry> {
    // Bit 13 (TCP_BOUND_INACTIVE) asks, since Linux 6.7, for TCP sockets that are bound and no more.
    inet_states(protocol, ALL_STATES | 1 << 12 | 1 << 13)
}

pub fn inet_states(protocol: i32, states: u32) -> Vec<Entry> {
    clerk::ask(move || {
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
    let mut r = vec![family as u8, protocol as u8, 0, 0];
    r.extend(states.to_ne_bytes());
    r.extend([0; 40]);
    r.extend([0xff; 8]);
    r
}

/// Sends one request over a netlink socket that the clerk keeps, and reads all its answers. Runs on the clerk's thread.
fn query(body: &[u8], dump: bool) -> Option<Vec<Entry>> {
    use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
    use std::os::fd::{AsRawFd, OwnedFd};
    thread_local! {
        static LINK: std::cell::RefCell<Option<(OwnedFd, u32)>> = const { std::cell::RefCell::new(None) };
    }
    LINK.with(|link| {
        let mut link = link.borrow_mut();
        if link.is_none() {
            let fd =
                socket(AddressFamily::Netlink, SockType::Datagram, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkSockDiag).ok()?;
            *link = Some((fd, 0));
        }
        let (fd, seq) = link.as_mut()?;
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
                rest = &rest[(len + 3 & !3).min(rest.len())..];
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
            Addr::V6(SocketAddrV6::new(Ipv6Addr::from(ip), port(port_at), 0, 0))
        }
    };
    let peer = addr(6, 24);
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
        file: None,
    };
    let mut rest = &b[16..];
    while rest.len() >= 4 {
        let len = usize::from(u16::from_ne_bytes([rest[0], rest[1]])).clamp(4, rest.len());
        let value = &rest[4..len];
        match u16::from_ne_bytes([rest[2], rest[3]]) {
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
        }
        rest = &rest[(len + 3 & !3).min(rest.len())..];
    }
    Some(entry)
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

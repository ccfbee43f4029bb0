//! What the kernel says of a socket when asked in ways that change nothing: names, state, queues. Never SO_ERROR.

use super::{Addr, opt, sys, wait};
use crate::vocabulary::State;
use serde::{Deserialize, Serialize};

/// What a descriptor is, for as long as it lives (SO_DOMAIN, SO_TYPE, SO_PROTOCOL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Socket {
        domain: i32,
        kind: i32,
        protocol: i32,
    },
    Epoll,
    /// A file that came with SCM_RIGHTS.
    File,
}

impl Kind {
    /// Asks the kernel.
    pub fn of(fd: i32) -> Kind {
        let ask = |name| opt::int(fd, libc::SOL_SOCKET, name);
        match (ask(libc::SO_DOMAIN), ask(libc::SO_TYPE), ask(libc::SO_PROTOCOL)) {
            (Ok(domain), Ok(kind), Ok(protocol)) => Kind::Socket { domain, kind, protocol },
            _ => Kind::File,
        }
    }

    pub fn is_tcp(self) -> bool {
        matches!(
            self,
            Kind::Socket { domain: libc::AF_INET | libc::AF_INET6, kind: libc::SOCK_STREAM, protocol: libc::IPPROTO_TCP }
        )
    }

    pub fn is_inet(self) -> bool {
        matches!(self, Kind::Socket { domain: libc::AF_INET | libc::AF_INET6, .. })
    }

    pub fn is_unix(self) -> bool {
        matches!(self, Kind::Socket { domain: libc::AF_UNIX, .. })
    }

    pub fn is_datagram(self) -> bool {
        matches!(self, Kind::Socket { kind: libc::SOCK_DGRAM | libc::SOCK_RAW, .. })
    }

    pub fn is_socket(self) -> bool {
        matches!(self, Kind::Socket { .. })
    }
}

/// One look at a socket. What does not exist is `None`, never 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    pub state: Option<State>,
    pub local: Option<Addr>,
    pub peer: Option<Addr>,
    /// Streams: bytes. Datagrams: the size of the next one. Listeners: connections waiting.
    pub recv_queue: Option<u64>,
    /// Datagram sockets: bytes of kernel memory that what waits takes (SO_MEMINFO).
    pub recv_mem: Option<u64>,
    /// TCP: bytes not yet acknowledged. Others: bytes of kernel memory.
    pub send_queue: Option<u64>,
    /// Listeners: how many connections may wait.
    pub backlog: Option<u64>,
    pub nonblock: bool,
}

/// Bytes of struct tcp_info up to and with tcpi_sacked, where a listener's queue stands (tcp(7)).
const INFO_HEAD: usize = 40;

/// The state, and for a listener its queue and backlog: TCP_INFO.
fn tcp_head(fd: i32) -> Option<(State, u32, u32)> {
    let mut room = [0u8; INFO_HEAD];
    let (ret, len) = opt::get_raw(fd, libc::SOL_TCP, libc::TCP_INFO, &mut room);
    if ret.is_err() || len < 1 {
        return None;
    }
    let word = |at: usize| u32::from_ne_bytes([room[at], room[at + 1], room[at + 2], room[at + 3]]);
    // tcpi_unacked and tcpi_sacked: sk_ack_backlog and sk_max_ack_backlog of a listener.
    Some((State::from_number(room[0])?, word(24), word(28)))
}

/// What TCP_INFO tells beside the queues; `None` for a field behind the end of this kernel's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpNow {
    pub state: State,
    /// How often the last segment was sent again (tcpi_retransmits); for SYN_SENT, the SYN.
    pub retransmits: u8,
    /// Segments ever sent and received: none on a socket that never began to connect.
    pub segs_out: Option<u32>,
    pub segs_in: Option<u32>,
}

/// Asks TCP_INFO.
pub fn tcp_now(fd: i32) -> Option<TcpNow> {
    const SEGS_OUT: usize = 136;
    let mut room = [0u8; SEGS_OUT + 8];
    let (ret, len) = opt::get_raw(fd, libc::SOL_TCP, libc::TCP_INFO, &mut room);
    if ret.is_err() || len < 8 {
        return None;
    }
    let word = |at: usize| (len >= at + 4).then(|| u32::from_ne_bytes([room[at], room[at + 1], room[at + 2], room[at + 3]]));
    let state = State::from_number(room[0])?;
    Some(TcpNow { state, retransmits: room[2], segs_out: word(SEGS_OUT), segs_in: word(SEGS_OUT + 4) })
}

/// Bytes that wait to be received (streams, and all messages of SOCK_SEQPACKET), or the size of the next datagram: SIOCINQ.
pub fn unread(fd: i32) -> Option<u64> {
    queue(fd, libc::FIONREAD)
}

/// Bytes not yet acknowledged (TCP), or kernel memory in use for sending: SIOCOUTQ.
pub fn unsent(fd: i32) -> Option<u64> {
    queue(fd, libc::TIOCOUTQ)
}

fn queue(fd: i32, request: u64) -> Option<u64> {
    match sys::ioctl(fd, request, 0) {
        (Ok(_), n) => u64::try_from(n).ok(),
        _ => None,
    }
}

/// sk_rmem_alloc: what waits to be received, in bytes of kernel memory.
fn receive_memory(fd: i32) -> Option<u64> {
    const SO_MEMINFO: i32 = 55;
    let mut room = [0u8; 36];
    opt::get_raw(fd, libc::SOL_SOCKET, SO_MEMINFO, &mut room).0.ok()?;
    Some(u64::from(u32::from_ne_bytes([room[0], room[1], room[2], room[3]])))
}

/// Its own name (getsockname(2)).
pub fn local(fd: i32) -> Option<Addr> {
    sys::getsockname(fd).1.map(Addr::on_its_link)
}

/// Its peer's name (getpeername(2)).
pub fn peer(fd: i32) -> Option<Addr> {
    sys::getpeername(fd).1.map(Addr::on_its_link)
}

/// Looks at a socket.
pub fn look(fd: i32, kind: Kind) -> Probe {
    look_asking(fd, kind, |inode| super::diag::unix(inode).map(|e| (e.recv_queue, e.send_queue)))
}

/// Looks at a socket; the queue and the backlog of a unix listener, which only the kernel's table tells, are asked of `unix` by the
/// inode: who looks at many reads that table once.
pub fn look_asking(fd: i32, kind: Kind, unix: impl FnOnce(u64) -> Option<(u32, u32)>) -> Probe {
    let Kind::Socket { domain, kind: ty, .. } = kind else { return Probe::default() };
    let (local, peer) = (local(fd), peer(fd));
    let connected = peer.is_some();
    let mut probe = Probe { local, peer, nonblock: is_nonblocking(fd), ..Probe::default() };
    if kind.is_tcp() {
        let head = tcp_head(fd);
        probe.state = head.map(|h| h.0);
        match head {
            Some((State::Listen, waiting, most)) => {
                probe.recv_queue = Some(u64::from(waiting));
                probe.backlog = Some(u64::from(most));
            }
            Some((state, ..)) => {
                // In CLOSE nothing is queued any more, yet the kernel's subtraction (write_seq - snd_una) can leave a number there.
                probe.send_queue = if state == State::Close { Some(0) } else { queue(fd, libc::TIOCOUTQ) };
                let bytes = queue(fd, libc::FIONREAD);
                // A socket that never had a peer has no stream to receive from.
                probe.recv_queue = bytes.filter(|n| *n > 0 || !matches!(state, State::Close | State::SynSent));
            }
            None => {}
        }
        return probe;
    }
    let listening = opt::int(fd, libc::SOL_SOCKET, libc::SO_ACCEPTCONN).unwrap_or(0) != 0;
    probe.state = Some(match (listening, connected) {
        (true, _) => State::Listen,
        (_, true) => State::Established,
        _ => State::Close,
    });
    if listening {
        if domain == libc::AF_UNIX
            && let Some((waiting, most)) = sys::inode(fd).and_then(|(inode, _)| unix(inode))
        {
            probe.recv_queue = Some(u64::from(waiting));
            probe.backlog = Some(u64::from(most));
        }
        // An MPTCP listener answers as the TCP one that it rests on.
        if let (true, Some((State::Listen, waiting, most))) = (domain != libc::AF_UNIX, tcp_head(fd)) {
            probe.recv_queue = Some(u64::from(waiting));
            probe.backlog = Some(u64::from(most));
        }
        return probe;
    }
    probe.send_queue = queue(fd, libc::TIOCOUTQ);
    if ty == libc::SOCK_STREAM {
        probe.recv_queue = if connected { queue(fd, libc::FIONREAD) } else { None };
        return probe;
    }
    probe.recv_mem = receive_memory(fd);
    // An empty datagram also has the size 0: only whether something waits tells the two apart.
    // A unix datagram's memory is the sender's until it is received (sock_alloc_send_pskb), so 0 there says nothing.
    let ready = wait::ready_now(fd, libc::POLLIN | libc::POLLRDHUP);
    let waits = (probe.recv_mem != Some(0) || domain == libc::AF_UNIX) && ready & libc::POLLIN != 0;
    // What is shut down is readable for its end alone: then a size of 0 says nothing.
    let ends = ready & (libc::POLLRDHUP | libc::POLLHUP) != 0;
    probe.recv_queue = if waits { queue(fd, libc::FIONREAD).filter(|n| *n > 0 || !ends) } else { None };
    probe
}

pub fn is_nonblocking(fd: i32) -> bool {
    sys::fcntl(fd, libc::F_GETFL, None).is_ok_and(|f| f & i64::from(libc::O_NONBLOCK) != 0)
}

/// SO_COOKIE: the kernel's own number for a socket, unique while the machine runs.
pub fn cookie(fd: i32) -> Option<u64> {
    let mut room = [0u8; 8];
    opt::get_raw(fd, libc::SOL_SOCKET, 57, &mut room).0.ok()?;
    Some(u64::from_ne_bytes(room))
}

/// The port range the kernel draws ephemeral ports from (ip(7), ip_local_port_range).
pub fn ephemeral_ports() -> Option<(u16, u16)> {
    let text = super::procfs::sysctl("net/ipv4/ip_local_port_range")?;
    let mut parts = text.split_whitespace().map(|p| p.parse().ok());
    Some((parts.next()??, parts.next()??))
}

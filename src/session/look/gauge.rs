//! What sockets hold at this moment: queues, and for TCP windows. For pictures; nothing is changed by it.

use super::observe;
use crate::event::{Gauge, SocketTable, TcpInfo};
use crate::kernel::opt;

/// Room for struct tcp_info of kernels to come.
const ROOM: usize = 1024;

/// Measures a live socket; `None` where there is none, or where it is no socket.
pub fn gauge(table: &mut SocketTable, id: u32) -> Option<Gauge> {
    let look = observe(table, id)?;
    let (fd, kind) = (look.fd?, look.kind.filter(|k| k.is_socket())?);
    let room = |name| opt::int(fd, libc::SOL_SOCKET, name).ok().and_then(|n| u64::try_from(n).ok());
    let (send_room, recv_room) = (room(libc::SO_SNDBUF), room(libc::SO_RCVBUF));
    let tcp = kind.is_tcp().then(|| {
        let mut bytes = [0u8; ROOM];
        let (ret, len) = opt::get_raw(fd, libc::SOL_TCP, libc::TCP_INFO, &mut bytes);
        ret.is_ok().then(|| TcpInfo::decode(&bytes[..len.min(ROOM)]))
    });
    Some(Gauge { look, send_room, recv_room, tcp: tcp.flatten() })
}

/// Measures all that are alive.
pub fn gauge_all(table: &mut SocketTable) -> Vec<Gauge> {
    let ids: Vec<u32> = table.entries().map(|e| e.id).collect();
    ids.into_iter().filter_map(|id| gauge(table, id)).collect()
}

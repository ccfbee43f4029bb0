//! Tables that sock_diag does not have everywhere: read as files.

use super::Entry;
use crate::kernel::net::V6;
use crate::kernel::{Addr, procfs};
use crate::vocabulary::State;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};

/// The raw sockets, of /proc/net/raw and raw6: sock_diag knows them only where the kernel was built so.
pub fn raw() -> Vec<Entry> {
    listed([("/proc/net/raw", libc::AF_INET, libc::IPPROTO_RAW), ("/proc/net/raw6", libc::AF_INET6, libc::IPPROTO_RAW)])
}

/// The ICMP sockets that need no privilege ("ping sockets", icmp(7)), of /proc/net/icmp and icmp6: sock_diag has no table of them.
pub fn ping() -> Vec<Entry> {
    listed([("/proc/net/icmp", libc::AF_INET, libc::IPPROTO_ICMP), ("/proc/net/icmp6", libc::AF_INET6, libc::IPPROTO_ICMPV6)])
}

fn listed(files: [(&'static str, i32, i32); 2]) -> Vec<Entry> {
    let read = |path: &str| procfs::read(path.into()).unwrap_or_default();
    let of = |(path, family, protocol)| -> Vec<Entry> {
        read(path).lines().skip(1).filter_map(|l| listed_line(family, protocol, l)).collect()
    };
    files.into_iter().flat_map(of).collect()
}

/// `sl local rem st tx:rx tr:when retransmits uid timeout inode …` (proc(5)): addresses as words of the machine, the rest in hexadecimal.
fn listed_line(family: i32, protocol: i32, line: &str) -> Option<Entry> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let number = |text: &str| u32::from_str_radix(text, 16).ok();
    let addr = |text: &str| -> Option<Addr> {
        let (ip, port) = text.split_once(':')?;
        let port = u16::try_from(number(port)?).ok()?;
        let mut bytes = Vec::with_capacity(16);
        for at in (0..ip.len()).step_by(8) {
            bytes.extend(number(ip.get(at..at + 8)?)?.to_ne_bytes());
        }
        match <[u8; 4]>::try_from(&bytes[..]) {
            Ok(ip) => Some(Addr::V4(SocketAddrV4::new(Ipv4Addr::from(ip), port))),
            Err(_) => Some(Addr::V6(V6::new(Ipv6Addr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?), port))),
        }
    };
    let (send, recv) = fields.get(4)?.split_once(':')?;
    let peer = addr(fields.get(2)?)?;
    Some(Entry {
        family,
        protocol,
        state: State::from_number(number(fields.get(3)?)? as u8),
        local: addr(fields.get(1)?)?,
        peer: (!peer.is_any()).then_some(peer),
        recv_queue: number(recv)?,
        send_queue: number(send)?,
        inode: fields.get(9)?.parse().ok()?,
        uid: fields.get(7)?.parse().ok()?,
        timer: 0,
        expires_ms: 0,
        peer_inode: None,
        v6only: None,
        file: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kind;

    #[test]
    fn a_line_of_proc_net_icmp_is_a_ping_socket() {
        let line = "   53: 0100007F:004D 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 104273 2 00000000e8e16082 0";
        let e = listed_line(libc::AF_INET, libc::IPPROTO_ICMP, line).unwrap();
        assert_eq!((e.local.to_string().as_str(), e.peer.clone(), e.state), ("127.0.0.1:77", None, Some(State::Close)));
        assert_eq!((e.inode, e.uid), (104_273, 1000));
        let kind = Kind::Socket { domain: libc::AF_INET, kind: libc::SOCK_DGRAM, protocol: libc::IPPROTO_ICMP };
        assert_eq!(e.kind(), kind);
    }
}

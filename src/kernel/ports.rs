//! Free ports, drawn where the kernel does not hand out its own.

use super::clerk;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, SockaddrIn6, bind, socket};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsRawFd;

/// The range the kernel draws ephemeral ports from (ip(7), ip_local_port_range).
fn ephemeral() -> (u16, u16) {
    let text = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut numbers = text.split_whitespace().filter_map(|w| w.parse().ok());
    (numbers.next().unwrap_or(32768), numbers.next().unwrap_or(60999))
}

/// Nobody has the port: neither TCP nor UDP, neither IPv4 nor IPv6, not even a TIME_WAIT.
fn is_free(port: u16) -> bool {
    let v4 = SockaddrIn::from(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port));
    let v6 = SockaddrIn6::from(SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, port, 0, 0));
    [SockType::Stream, SockType::Datagram].into_iter().all(|kind| {
        let flags = SockFlag::SOCK_CLOEXEC;
        let four = socket(AddressFamily::Inet, kind, flags, None).is_ok_and(|s| bind(s.as_raw_fd(), &v4).is_ok());
        // A kernel without IPv6 has nobody there.
        let six = socket(AddressFamily::Inet6, kind, flags, None)
            .map_or(true, |s| !matches!(bind(s.as_raw_fd(), &v6), Err(nix::errno::Errno::EADDRINUSE)));
        four && six
    })
}

/// A port that nobody has just now, outside the range of ephemeral ports where there is room, and none of `taken`.
pub fn free(taken: &[u16]) -> Option<u16> {
    let taken = taken.to_vec();
    // Probed with sockets of the clerk's, not of the learner's.
    clerk::ask(move || {
        let (low, high) = ephemeral();
        let (from, to) = match (low, high) {
            (low, _) if low > 11_000 => (10_000, low - 1),
            (_, high) if high < 60_000 => (high + 1, u16::MAX),
            _ => (1_024, u16::MAX),
        };
        (0..500u64).find_map(|round| {
            let mut random = RandomState::new().build_hasher();
            random.write_u64(round);
            let port = from + (random.finish() % u64::from(to - from + 1)) as u16;
            (!taken.contains(&port) && is_free(port)).then_some(port)
        })
    })
    .flatten()
}

/// Whether somebody has a port, be it only a TIME_WAIT.
pub fn taken(port: u16) -> bool {
    clerk::ask(move || !is_free(port)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_port_can_be_bound_and_is_not_drawn_while_it_is_held() {
        let port = free(&[]).expect("a port is free");
        let held = std::net::TcpListener::bind(("127.0.0.1", port)).expect("it can be bound");
        assert!(!is_free(port));
        drop(held);
        let (low, high) = ephemeral();
        assert!(!(low..=high).contains(&port) || low <= 11_000);
    }
}

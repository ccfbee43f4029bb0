//! One socket asked for by both its addresses.

use super::query;
use crate::kernel::{Place, clerk};
use crate::vocabulary::State;
use std::net::{IpAddr, SocketAddr};

/// The state of what TCP has between two addresses: the connection, the half-open one, or else the listener that would take it.
/// `ends` are asked together: for each where, the own address and the peer's.
pub fn tcp_states(ends: Vec<(Place, SocketAddr, SocketAddr)>) -> Vec<Option<State>> {
    let asked = ends.len();
    let errand = move || -> Vec<Option<State>> {
        let one = |(place, own, peer): (Place, SocketAddr, SocketAddr)| {
            let _there = place.stand();
            query(&exact_request(own, peer), false)?.pop()?.state
        };
        ends.into_iter().map(one).collect()
    };
    clerk::ask(errand).unwrap_or_else(|| vec![None; asked])
}

/// struct inet_diag_req_v2 for one socket: no cookie asked for.
fn exact_request(own: SocketAddr, peer: SocketAddr) -> Vec<u8> {
    let family = if own.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let mut r = vec![family as u8, libc::IPPROTO_TCP as u8, 0, 0];
    r.extend(u32::MAX.to_ne_bytes());
    r.extend(own.port().to_be_bytes());
    r.extend(peer.port().to_be_bytes());
    for ip in [own.ip(), peer.ip()] {
        let mut room = [0u8; 16];
        match ip {
            IpAddr::V4(v4) => room[..4].copy_from_slice(&v4.octets()),
            IpAddr::V6(v6) => room = v6.octets(),
        }
        r.extend(room);
    }
    r.extend([0; 4]);
    r.extend([0xff; 8]);
    r
}

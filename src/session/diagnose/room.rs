//! Sizes and limits: EMSGSIZE, ENOBUFS, EMFILE, ENFILE.

use super::{Case, fact, waiting};
use crate::event::Fact;
use crate::kernel::{Addr, limits, procfs};
use crate::text::messages::fact as say;

/// Bytes of data that fit into the largest IPv4 packet behind its header and UDP's (RFC 768, RFC 791).
const MOST_UDP4: u64 = 65_535 - 20 - 8;
/// IPv6 does not count its own header (RFC 8200).
const MOST_UDP6: u64 = 65_535 - 8;

/// EMSGSIZE.
pub fn too_long(case: &mut Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let (Some((domain, kind, _)), Some(asked)) = (case.socket(), case.to_send()) else { return facts };
    if domain == libc::AF_UNIX {
        let size = case.option(libc::SOL_SOCKET, libc::SO_SNDBUF);
        // af_unix takes a message up to the buffer's size less 32 bytes.
        facts.extend(size.map(|s| fact(say::size_against_sndbuf(asked, &*case.name, s), "SO_SNDBUF")));
        return facts;
    }
    if kind == libc::SOCK_DGRAM {
        let v4 =
            domain == libc::AF_INET || matches!(case.destination(), Some(a @ Addr::V6(_)) if a.ip().is_some_and(|i| i.is_ipv4()));
        let (most, version) = if v4 { (MOST_UDP4, "IPv4") } else { (MOST_UDP6, "IPv6") };
        if asked > most {
            return vec![fact(say::size_against_udp(asked, most, version), "RFC 768")];
        }
    }
    let (level, discover, mtu) = match domain {
        libc::AF_INET6 => (libc::SOL_IPV6, libc::IPV6_MTU_DISCOVER, libc::IPV6_MTU),
        _ => (libc::SOL_IP, libc::IP_MTU_DISCOVER, libc::IP_MTU),
    };
    let header = if domain == libc::AF_INET6 { 48 } else { 28 };
    match (case.option(level, mtu), case.option(level, discover)) {
        (Some(mtu), _) => facts.push(fact(say::size_against_mtu(asked, mtu, header), "IP_MTU")),
        (None, Some(d)) if d >= 2 => facts.push(fact(say::fragments_forbidden(&*case.name), "IP_MTU_DISCOVER")),
        _ => {}
    }
    facts
}

/// ENOBUFS, ENOMEM.
pub fn no_buffer(case: &mut Case) -> Vec<Fact> {
    if case.to_send().is_some() { waiting::send_buffer(case).into_iter().collect() } else { Vec::new() }
}

/// EMFILE, ENFILE.
pub fn no_descriptor(case: &mut Case, errno: i32) -> Vec<Fact> {
    let mut facts = Vec::new();
    if errno == libc::ENFILE {
        // Allocated, free, limit (proc(5), file-nr).
        let all = procfs::sysctl("fs/file-nr").unwrap_or_default();
        let mut numbers = all.split_whitespace();
        if let (Some(open), Some(most)) = (numbers.next(), numbers.nth(1)) {
            facts.push(fact(say::files_of_system(open, most), "/proc/sys/fs/file-nr"));
        }
        return facts;
    }
    if let (Some(open), Some(most)) = (procfs::open_descriptors(), limits::soft()) {
        facts.push(fact(say::descriptors_open(open, most), "RLIMIT_NOFILE"));
    }
    facts.push(fact(say::names_alive(case.cx.table.len()), "session table"));
    facts
}

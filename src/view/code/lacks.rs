//! Options that a language has no name for: their number stands in its place.

use crate::vocabulary::option::OPTIONS;

/// The `socket` module of Python 3.9.
const PYTHON: &[&str] = &[
    "ICMPV6_FILTER",
    "ICMP_FILTER",
    "IPV6_ADDRFORM",
    "IPV6_ADDR_PREFERENCES",
    "IPV6_ADD_MEMBERSHIP",
    "IPV6_AUTOFLOWLABEL",
    "IPV6_DROP_MEMBERSHIP",
    "IPV6_FLOWINFO",
    "IPV6_FLOWINFO_SEND",
    "IPV6_FLOWLABEL_MGR",
    "IPV6_FREEBIND",
    "IPV6_HDRINCL",
    "IPV6_JOIN_ANYCAST",
    "IPV6_LEAVE_ANYCAST",
    "IPV6_MINHOPCOUNT",
    "IPV6_MTU",
    "IPV6_MTU_DISCOVER",
    "IPV6_MULTICAST_ALL",
    "IPV6_RECVERR",
    "IPV6_RECVERR_RFC4884",
    "IPV6_RECVFRAGSIZE",
    "IPV6_RECVORIGDSTADDR",
    "IPV6_ROUTER_ALERT",
    "IPV6_ROUTER_ALERT_ISOLATE",
    "IPV6_TRANSPARENT",
    "IPV6_UNICAST_IF",
    "IPV6_USE_MIN_MTU",
    "IP_ADD_SOURCE_MEMBERSHIP",
    "IP_BLOCK_SOURCE",
    "IP_CHECKSUM",
    "IP_DROP_SOURCE_MEMBERSHIP",
    "IP_FREEBIND",
    "IP_IPSEC_POLICY",
    "IP_LOCAL_PORT_RANGE",
    "IP_MINTTL",
    "IP_MSFILTER",
    "IP_MTU",
    "IP_MTU_DISCOVER",
    "IP_MULTICAST_ALL",
    "IP_NODEFRAG",
    "IP_PASSSEC",
    "IP_PKTINFO",
    "IP_RECVERR",
    "IP_RECVERR_RFC4884",
    "IP_RECVFRAGSIZE",
    "IP_RECVIF",
    "IP_RECVORIGDSTADDR",
    "IP_RECVTOS",
    "IP_RECVTTL",
    "IP_ROUTER_ALERT",
    "IP_UNBLOCK_SOURCE",
    "IP_UNICAST_IF",
    "IP_XFRM_POLICY",
    "MCAST_JOIN_GROUP",
    "MCAST_LEAVE_GROUP",
    "SO_ATTACH_BPF",
    "SO_ATTACH_FILTER",
    "SO_ATTACH_REUSEPORT_CBPF",
    "SO_ATTACH_REUSEPORT_EBPF",
    "SO_BINDTOIFINDEX",
    "SO_BSDCOMPAT",
    "SO_BUF_LOCK",
    "SO_BUSY_POLL",
    "SO_BUSY_POLL_BUDGET",
    "SO_CNX_ADVICE",
    "SO_COOKIE",
    "SO_DETACH_FILTER",
    "SO_DETACH_REUSEPORT_BPF",
    "SO_GET_FILTER",
    "SO_INCOMING_CPU",
    "SO_INCOMING_NAPI_ID",
    "SO_LOCK_FILTER",
    "SO_MAX_PACING_RATE",
    "SO_MEMINFO",
    "SO_NETNS_COOKIE",
    "SO_NOFCS",
    "SO_NO_CHECK",
    "SO_PASSPIDFD",
    "SO_PASSRIGHTS",
    "SO_PEEK_OFF",
    "SO_PEERGROUPS",
    "SO_PEERNAME",
    "SO_PEERPIDFD",
    "SO_PREFER_BUSY_POLL",
    "SO_RCVBUFFORCE",
    "SO_RCVMARK",
    "SO_RESERVE_MEM",
    "SO_RXQ_OVFL",
    "SO_SELECT_ERR_QUEUE",
    "SO_SNDBUFFORCE",
    "SO_TIMESTAMP",
    "SO_TIMESTAMPING",
    "SO_TIMESTAMPNS",
    "SO_TXREHASH",
    "SO_TXTIME",
    "SO_WIFI_STATUS",
    "SO_ZEROCOPY",
    "TCP_CC_INFO",
    "TCP_DELACK_MAX_US",
    "TCP_FASTOPEN_CONNECT",
    "TCP_FASTOPEN_KEY",
    "TCP_FASTOPEN_NO_COOKIE",
    "TCP_INQ",
    "TCP_IS_MPTCP",
    "TCP_MD5SIG",
    "TCP_MD5SIG_EXT",
    "TCP_QUEUE_SEQ",
    "TCP_REPAIR",
    "TCP_REPAIR_OPTIONS",
    "TCP_REPAIR_QUEUE",
    "TCP_REPAIR_WINDOW",
    "TCP_RTO_MAX_MS",
    "TCP_RTO_MIN_US",
    "TCP_SAVED_SYN",
    "TCP_SAVE_SYN",
    "TCP_THIN_DUPACK",
    "TCP_THIN_LINEAR_TIMEOUTS",
    "TCP_TIMESTAMP",
    "TCP_TX_DELAY",
    "TCP_ULP",
    "TCP_ZEROCOPY_RECEIVE",
    "UDP_CORK",
    "UDP_ENCAP",
    "UDP_GRO",
    "UDP_NO_CHECK6_RX",
    "UDP_NO_CHECK6_TX",
    "UDP_SEGMENT",
];

/// The headers of glibc 2.36.
pub const C: &[&str] = &[
    "ICMPV6_FILTER",
    "ICMP_FILTER",
    "IPV6_FLOWINFO_SEND",
    "IPV6_FLOWINFO",
    "IPV6_FLOWLABEL_MGR",
    "IPV6_USE_MIN_MTU",
    "IP_LOCAL_PORT_RANGE",
    "IP_RECVIF",
    "SO_PASSPIDFD",
    "SO_PASSRIGHTS",
    "SO_PEERPIDFD",
    "TCP_DELACK_MAX_US",
    "TCP_IS_MPTCP",
    "TCP_RTO_MAX_MS",
    "TCP_RTO_MIN_US",
];

/// The `libc` crate 0.2.
const RUST: &[&str] = &[
    "ICMPV6_FILTER",
    "ICMP_FILTER",
    "IPV6_RECVERR_RFC4884",
    "IPV6_USE_MIN_MTU",
    "IP_LOCAL_PORT_RANGE",
    "IP_RECVERR_RFC4884",
    "IP_RECVIF",
    "SO_ATTACH_BPF",
    "SO_BUF_LOCK",
    "SO_BUSY_POLL_BUDGET",
    "SO_CNX_ADVICE",
    "SO_COOKIE",
    "SO_INCOMING_CPU",
    "SO_INCOMING_NAPI_ID",
    "SO_LOCK_FILTER",
    "SO_MAX_PACING_RATE",
    "SO_MEMINFO",
    "SO_NETNS_COOKIE",
    "SO_NOFCS",
    "SO_PASSPIDFD",
    "SO_PASSRIGHTS",
    "SO_PEERGROUPS",
    "SO_PEERPIDFD",
    "SO_PREFER_BUSY_POLL",
    "SO_RCVMARK",
    "SO_RESERVE_MEM",
    "SO_SELECT_ERR_QUEUE",
    "SO_TXREHASH",
    "SO_TXTIME",
    "SO_WIFI_STATUS",
    "SO_ZEROCOPY",
    "TCP_DELACK_MAX_US",
    "TCP_IS_MPTCP",
    "TCP_RTO_MAX_MS",
    "TCP_RTO_MIN_US",
];

/// The number of an option by its name.
pub fn number(name: &str) -> Option<i32> {
    OPTIONS.iter().find(|o| o.name == name).map(|o| o.number)
}

/// The name as Python has it, or the number.
pub fn python(name: &str) -> String {
    instead(PYTHON, name).unwrap_or_else(|| format!("socket.{name}"))
}

/// The name as the `libc` crate has it, or the number.
pub fn rust(name: &str) -> String {
    instead(RUST, name).unwrap_or_else(|| format!("libc::{name}"))
}

fn instead(lacks: &[&str], name: &str) -> Option<String> {
    lacks.contains(&name).then(|| number(name)).flatten().map(|n| n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacked_is_an_option_of_ours() {
        for name in [PYTHON, C, RUST].into_iter().flatten() {
            assert!(number(name).is_some(), "{name}");
        }
        assert_eq!((python("SO_REUSEADDR").as_str(), python("UDP_SEGMENT").as_str()), ("socket.SO_REUSEADDR", "103"));
        assert_eq!(rust("SO_ZEROCOPY"), "60");
    }
}

//! Families, types, protocols, flags, events, requests. The first row of a value is the name that is shown.

use crate::grammar::{Lexicon, Named};
use crate::text::messages::summary as what;
use libc as c;

const fn row(name: &'static str, short: &'static str, value: i64) -> Named {
    Named { name, short, value }
}

macro_rules! rows {
    ($($name:ident $short:literal),* $(,)?) => { &[$(row(stringify!($name), $short, c::$name as i64)),*] };
}

/// socket(2): the family of addresses.
pub static FAMILIES: Lexicon = Lexicon {
    what: what::what_family,
    rows: rows![
        AF_INET "inet", AF_INET6 "inet6", AF_UNIX "unix", AF_UNSPEC "unspec", AF_LOCAL "local", AF_NETLINK "netlink",
        AF_PACKET "packet", AF_VSOCK "vsock", AF_BLUETOOTH "bluetooth", AF_CAN "can", AF_ALG "alg", AF_XDP "xdp",
        AF_TIPC "tipc", AF_AX25 "ax25", AF_X25 "x25", AF_IPX "ipx", AF_APPLETALK "appletalk", AF_KEY "key", AF_NFC "nfc",
    ],
};

/// socket(2): the type, without its flags.
pub static TYPES: Lexicon = Lexicon {
    what: what::what_type,
    rows: rows![
        SOCK_STREAM "stream", SOCK_DGRAM "dgram", SOCK_SEQPACKET "seqpacket", SOCK_RAW "raw", SOCK_RDM "rdm",
    ],
};

/// Flags that Linux lets stand in the type (socket(2), accept4(2)).
pub static TYPE_FLAGS: Lexicon =
    Lexicon { what: what::what_type_flag, rows: rows![SOCK_NONBLOCK "nonblock", SOCK_CLOEXEC "cloexec"] };

/// protocols(5).
pub static PROTOCOLS: Lexicon = Lexicon {
    what: what::what_protocol,
    rows: &[
        row("IPPROTO_IP", "ip", 0),
        row("IPPROTO_TCP", "tcp", c::IPPROTO_TCP as i64),
        row("IPPROTO_UDP", "udp", c::IPPROTO_UDP as i64),
        row("IPPROTO_ICMP", "icmp", c::IPPROTO_ICMP as i64),
        row("IPPROTO_ICMPV6", "icmpv6", c::IPPROTO_ICMPV6 as i64),
        row("IPPROTO_IPV6", "ipv6", c::IPPROTO_IPV6 as i64),
        row("IPPROTO_RAW", "rawip", c::IPPROTO_RAW as i64),
        row("IPPROTO_UDPLITE", "udplite", c::IPPROTO_UDPLITE as i64),
        row("IPPROTO_SCTP", "sctp", c::IPPROTO_SCTP as i64),
        row("IPPROTO_DCCP", "dccp", c::IPPROTO_DCCP as i64),
        row("IPPROTO_MPTCP", "mptcp", c::IPPROTO_MPTCP as i64),
        row("IPPROTO_IGMP", "igmp", c::IPPROTO_IGMP as i64),
        row("IPPROTO_GRE", "gre", c::IPPROTO_GRE as i64),
        row("IPPROTO_ESP", "esp", c::IPPROTO_ESP as i64),
        row("IPPROTO_AH", "ah", c::IPPROTO_AH as i64),
    ],
};

/// Flags of send(2), recv(2) and their relatives; some are only ever reported by the kernel.
pub static MSG_FLAGS: Lexicon = Lexicon {
    what: what::what_msg_flag,
    rows: &[
        row("MSG_OOB", "oob", c::MSG_OOB as i64),
        row("MSG_PEEK", "peek", c::MSG_PEEK as i64),
        row("MSG_DONTROUTE", "dontroute", c::MSG_DONTROUTE as i64),
        row("MSG_CTRUNC", "ctrunc", c::MSG_CTRUNC as i64),
        row("MSG_PROBE", "probe", 0x10),
        row("MSG_TRUNC", "trunc", c::MSG_TRUNC as i64),
        row("MSG_DONTWAIT", "dontwait", c::MSG_DONTWAIT as i64),
        row("MSG_EOR", "eor", c::MSG_EOR as i64),
        row("MSG_WAITALL", "waitall", c::MSG_WAITALL as i64),
        row("MSG_FIN", "fin", c::MSG_FIN as i64),
        row("MSG_SYN", "syn", c::MSG_SYN as i64),
        row("MSG_CONFIRM", "confirm", c::MSG_CONFIRM as i64),
        row("MSG_RST", "rst", c::MSG_RST as i64),
        row("MSG_ERRQUEUE", "errqueue", c::MSG_ERRQUEUE as i64),
        row("MSG_NOSIGNAL", "nosignal", c::MSG_NOSIGNAL as i64),
        row("MSG_MORE", "more", c::MSG_MORE as i64),
        row("MSG_WAITFORONE", "waitforone", c::MSG_WAITFORONE as i64),
        row("MSG_BATCH", "batch", 0x40000),
        row("MSG_ZEROCOPY", "zerocopy", 0x4000000),
        row("MSG_FASTOPEN", "fastopen", c::MSG_FASTOPEN as i64),
        row("MSG_CMSG_CLOEXEC", "cmsg_cloexec", c::MSG_CMSG_CLOEXEC as i64),
    ],
};

/// shutdown(2).
pub static HOW: Lexicon = Lexicon {
    what: what::what_how,
    rows: &[
        row("SHUT_RD", "rd", c::SHUT_RD as i64),
        row("SHUT_WR", "wr", c::SHUT_WR as i64),
        row("SHUT_RDWR", "rdwr", c::SHUT_RDWR as i64),
    ],
};

/// poll(2).
pub static POLL_EVENTS: Lexicon = Lexicon {
    what: what::what_event,
    rows: &[
        row("POLLIN", "in", c::POLLIN as i64),
        row("POLLPRI", "pri", c::POLLPRI as i64),
        row("POLLOUT", "out", c::POLLOUT as i64),
        row("POLLERR", "err", c::POLLERR as i64),
        row("POLLHUP", "hup", c::POLLHUP as i64),
        row("POLLNVAL", "nval", c::POLLNVAL as i64),
        row("POLLRDNORM", "rdnorm", c::POLLRDNORM as i64),
        row("POLLRDBAND", "rdband", c::POLLRDBAND as i64),
        row("POLLWRNORM", "wrnorm", c::POLLWRNORM as i64),
        row("POLLWRBAND", "wrband", c::POLLWRBAND as i64),
        row("POLLRDHUP", "rdhup", c::POLLRDHUP as i64),
    ],
};

/// epoll_ctl(2).
pub static EPOLL_EVENTS: Lexicon = Lexicon {
    what: what::what_event,
    rows: &[
        row("EPOLLIN", "in", c::EPOLLIN as i64),
        row("EPOLLPRI", "pri", c::EPOLLPRI as i64),
        row("EPOLLOUT", "out", c::EPOLLOUT as i64),
        row("EPOLLERR", "err", c::EPOLLERR as i64),
        row("EPOLLHUP", "hup", c::EPOLLHUP as i64),
        row("EPOLLRDNORM", "rdnorm", c::EPOLLRDNORM as i64),
        row("EPOLLRDBAND", "rdband", c::EPOLLRDBAND as i64),
        row("EPOLLWRNORM", "wrnorm", c::EPOLLWRNORM as i64),
        row("EPOLLWRBAND", "wrband", c::EPOLLWRBAND as i64),
        row("EPOLLRDHUP", "rdhup", c::EPOLLRDHUP as i64),
        row("EPOLLEXCLUSIVE", "exclusive", c::EPOLLEXCLUSIVE as i64),
        row("EPOLLWAKEUP", "wakeup", c::EPOLLWAKEUP as i64),
        row("EPOLLONESHOT", "oneshot", c::EPOLLONESHOT as i64),
        row("EPOLLET", "et", 1 << 31),
    ],
};

/// epoll_ctl(2): what to do.
pub static EPOLL_OPS: Lexicon = Lexicon {
    what: what::what_epoll_op,
    rows: &[
        row("EPOLL_CTL_ADD", "add", c::EPOLL_CTL_ADD as i64),
        row("EPOLL_CTL_MOD", "mod", c::EPOLL_CTL_MOD as i64),
        row("EPOLL_CTL_DEL", "del", c::EPOLL_CTL_DEL as i64),
    ],
};

/// epoll_create1(2).
pub static EPOLL_FLAGS: Lexicon =
    Lexicon { what: what::what_type_flag, rows: &[row("EPOLL_CLOEXEC", "cloexec", c::EPOLL_CLOEXEC as i64)] };

/// fcntl(2): the requests that concern sockets.
pub static FCNTL: Lexicon = Lexicon {
    what: what::what_fcntl,
    rows: &[
        row("F_GETFL", "getfl", c::F_GETFL as i64),
        row("F_SETFL", "setfl", c::F_SETFL as i64),
        row("F_GETFD", "getfd", c::F_GETFD as i64),
        row("F_SETFD", "setfd", c::F_SETFD as i64),
        row("F_GETOWN", "getown", c::F_GETOWN as i64),
        row("F_SETOWN", "setown", c::F_SETOWN as i64),
    ],
};

/// Flags of the open file description (open(2), F_GETFL).
pub static FILE_FLAGS: Lexicon = Lexicon {
    what: what::what_file_flag,
    rows: &[
        row("O_RDONLY", "rdonly", c::O_RDONLY as i64),
        row("O_RDWR", "rdwr", c::O_RDWR as i64),
        row("O_NONBLOCK", "nonblock", c::O_NONBLOCK as i64),
        row("O_ASYNC", "async", c::O_ASYNC as i64),
        row("O_APPEND", "append", c::O_APPEND as i64),
        row("O_CLOEXEC", "cloexec", c::O_CLOEXEC as i64),
    ],
};

/// Flags of the descriptor (F_GETFD).
pub static FD_FLAGS: Lexicon = Lexicon { what: what::what_fd_flag, rows: &[row("FD_CLOEXEC", "cloexec", c::FD_CLOEXEC as i64)] };

/// ioctl(2): tcp(7), udp(7), unix(7), socket(7).
pub static IOCTLS: Lexicon = Lexicon {
    what: what::what_ioctl,
    rows: &[
        row("FIONREAD", "fionread", c::FIONREAD as i64),
        row("SIOCINQ", "siocinq", c::FIONREAD as i64),
        row("SIOCOUTQ", "siocoutq", c::TIOCOUTQ as i64),
        row("TIOCOUTQ", "tiocoutq", c::TIOCOUTQ as i64),
        row("SIOCOUTQNSD", "siocoutqnsd", 0x894B),
        row("SIOCATMARK", "siocatmark", 0x8905),
        row("FIONBIO", "fionbio", c::FIONBIO as i64),
    ],
};

/// getaddrinfo(3): hints.
pub static AI_FLAGS: Lexicon = Lexicon {
    what: what::what_ai_flag,
    rows: &[
        row("AI_PASSIVE", "passive", c::AI_PASSIVE as i64),
        row("AI_CANONNAME", "canonname", c::AI_CANONNAME as i64),
        row("AI_NUMERICHOST", "numerichost", c::AI_NUMERICHOST as i64),
        row("AI_NUMERICSERV", "numericserv", c::AI_NUMERICSERV as i64),
        row("AI_ADDRCONFIG", "addrconfig", c::AI_ADDRCONFIG as i64),
        row("AI_V4MAPPED", "v4mapped", c::AI_V4MAPPED as i64),
        row("AI_ALL", "all", c::AI_ALL as i64),
    ],
};

/// Every table a constant can be found in, for `explain`.
pub static LEXICONS: &[&Lexicon] = &[
    &FAMILIES,
    &TYPES,
    &TYPE_FLAGS,
    &PROTOCOLS,
    &MSG_FLAGS,
    &HOW,
    &POLL_EVENTS,
    &EPOLL_EVENTS,
    &EPOLL_OPS,
    &EPOLL_FLAGS,
    &FCNTL,
    &FILE_FLAGS,
    &FD_FLAGS,
    &IOCTLS,
    &AI_FLAGS,
];

/// The protocol as strace shows it: for families other than the internet's it is a plain number.
pub fn protocol_name(domain: i32, protocol: i32) -> std::borrow::Cow<'static, str> {
    match domain {
        c::AF_INET | c::AF_INET6 => PROTOCOLS.name_or_number(i64::from(protocol)),
        _ => protocol.to_string().into(),
    }
}

/// A type with its flags: `SOCK_STREAM|SOCK_CLOEXEC`.
pub fn type_name(value: i32) -> std::borrow::Cow<'static, str> {
    let flags = value & (c::SOCK_NONBLOCK | c::SOCK_CLOEXEC);
    let base = TYPES.name_or_number(i64::from(value & !flags));
    if flags == 0 { base } else { format!("{base}|{}", TYPE_FLAGS.flags(i64::from(flags))).into() }
}

/// `inet stream (TCP)`: family, type and what the learner would call the protocol. `protocol` is the kernel's (SO_PROTOCOL).
pub fn kind_name(domain: i32, kind: i32, protocol: i32) -> String {
    let short = |l: &Lexicon, v: i32| l.rows.iter().find(|r| r.value == i64::from(v)).map_or(v.to_string(), |r| r.short.into());
    let base = format!("{} {}", short(&FAMILIES, domain), short(&TYPES, kind));
    let protocol = match (domain, protocol) {
        (c::AF_INET | c::AF_INET6, p) if p != 0 => PROTOCOLS.name_of(i64::from(p)).map(|n| n.trim_start_matches("IPPROTO_")),
        _ => None,
    };
    match protocol {
        Some(p) => format!("{base} ({p})"),
        None => base,
    }
}

//! Which frames are meant: words by host, address, protocol, flags and port.
//!
//! Words one after the other must all fit, `or` stands between alternatives, `not` denies the word behind it. `from` and
//! `to` go by the station that put the frame on its segment and the one that gets it, or, with an address, by the packet's own.

use super::{Proto, Summary, Tcp};
use rustc_hash::FxHashMap;
use std::fmt::{self, Display, Formatter};
use std::net::IpAddr;
use std::sync::Arc;

/// Hosts of a segment, each with how many ports it has there.
pub type Hosts = FxHashMap<Arc<str>, u32>;

/// Alternatives, each a list of terms that must all fit. Empty fits every frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    any: Vec<Vec<Term>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    not: bool,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    From(End),
    To(End),
    /// From or to.
    Is(End),
    Proto(Proto),
    /// By the EtherType.
    Ip,
    Ipv6,
    /// SYN without ACK: the first segment of a connection.
    Syn,
    /// ACK and nothing else: no SYN, FIN or RST, no payload.
    Ack,
    /// All of these flags are set, whatever else is.
    Flags(u8),
    /// It has a payload; of TCP and UDP what they carry, of ICMP what follows its header.
    Data,
    /// Either port.
    Port(u16),
    /// To more than one station.
    Group,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Host(Arc<str>),
    Addr(IpAddr),
}

/// The words that mean something by themselves, in the order to offer them. A host should have none of these names.
pub const WORDS: &[&str] = &[
    "tcp", "udp", "icmp", "icmpv6", "arp", "ip", "ipv6", "igmp", "syn", "syn+ack", "ack", "fin", "rst", "psh", "urg", "data",
    "group", "port", "from", "to", "not", "or", "and",
];

/// What is wrong with a word of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Neither one of `WORDS` nor a host nor an address.
    UnknownWord,
    /// Behind `from` or `to`: neither a host nor an address.
    UnknownHost,
    /// Behind `port`: no number from 0 to 65535.
    BadPort,
    /// Something must follow the word: a host, a port, a word to deny, an alternative.
    Missing,
    /// `or` or `and` with nothing before it.
    NothingBefore,
}

/// The wrong word, by its index among those given. One that lacks its follower is named itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    pub word: usize,
    pub reason: Reason,
}

/// A frame as a filter looks at it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub summary: &'a Summary,
    /// The host that put it on the segment.
    pub from: &'a str,
    pub to: Reach<'a>,
}

/// Who gets a frame.
#[derive(Clone, Copy)]
pub enum Reach<'a> {
    Nobody,
    One(&'a str),
    /// Every port of the segment but the one it came from.
    Group(&'a Hosts),
}

impl Filter {
    /// Reads words. `is_host` knows the hosts' names; a host named like a word of the language is read as that word, except
    /// behind `from` and `to`.
    pub fn parse(words: &[&str], is_host: impl Fn(&str) -> bool) -> Result<Filter, Wrong> {
        let wrong = |word, reason| Err(Wrong { word, reason });
        let end = |word: &str| match word.parse() {
            Ok(addr) => Some(End::Addr(addr)),
            Err(_) => is_host(word).then(|| End::Host(word.into())),
        };
        let mut any: Vec<Vec<Term>> = Vec::new();
        let mut all = Vec::new();
        let mut not = None;
        let mut at = 0;
        while at < words.len() {
            let word = words[at].to_ascii_lowercase();
            let follower = |reason| words.get(at + 1).copied().ok_or(Wrong { word: at, reason });
            match word.as_str() {
                "or" | "and" => {
                    if let Some(word) = not {
                        return wrong(word, Reason::Missing);
                    }
                    if all.is_empty() {
                        return wrong(at, Reason::NothingBefore);
                    }
                    follower(Reason::Missing)?;
                    if word == "or" {
                        any.push(std::mem::take(&mut all));
                    } else if words[at + 1].eq_ignore_ascii_case("or") {
                        return wrong(at, Reason::Missing);
                    }
                    at += 1;
                    continue;
                }
                "not" => {
                    // Twice denied is said.
                    not = if not.is_some() { None } else { Some(at) };
                    follower(Reason::Missing)?;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let what = match word.as_str() {
                "from" | "to" => {
                    let named = follower(Reason::Missing)?;
                    at += 1;
                    let Some(end) = end(named) else { return wrong(at, Reason::UnknownHost) };
                    if word == "from" { What::From(end) } else { What::To(end) }
                }
                "port" => {
                    let number = follower(Reason::Missing)?;
                    at += 1;
                    let Ok(port) = number.parse() else { return wrong(at, Reason::BadPort) };
                    What::Port(port)
                }
                word => match What::of(word).or_else(|| end(words[at]).map(What::Is)) {
                    Some(what) => what,
                    None => return wrong(at, Reason::UnknownWord),
                },
            };
            all.push(Term { not: not.take().is_some(), what });
            at += 1;
        }
        if !all.is_empty() {
            any.push(all);
        }
        Ok(Filter { any })
    }

    /// Whether it says nothing, and so fits every frame.
    pub fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    pub fn fits(&self, frame: &Seen) -> bool {
        self.any.is_empty() || self.any.iter().any(|all| all.iter().all(|t| t.what.fits(frame) != t.not))
    }

    /// Whether it fits, and with an alternative that names a protocol by which hosts find each other.
    pub fn fits_discovery(&self, frame: &Seen) -> bool {
        let names = |t: &Term| !t.not && matches!(t.what, What::Proto(Proto::Arp | Proto::Icmpv6 | Proto::Igmp));
        self.any.iter().any(|all| all.iter().any(names) && all.iter().all(|t| t.what.fits(frame) != t.not))
    }
}

impl What {
    fn of(word: &str) -> Option<What> {
        Some(match word {
            "tcp" => What::Proto(Proto::Tcp),
            "udp" => What::Proto(Proto::Udp),
            "icmp" => What::Proto(Proto::Icmp),
            "icmpv6" | "icmp6" => What::Proto(Proto::Icmpv6),
            "arp" => What::Proto(Proto::Arp),
            "igmp" => What::Proto(Proto::Igmp),
            "ip" | "ipv4" => What::Ip,
            "ipv6" | "ip6" => What::Ipv6,
            "syn" => What::Syn,
            "ack" => What::Ack,
            "data" => What::Data,
            "group" | "broadcast" | "multicast" => What::Group,
            flags => {
                let bit = |name: &str| Tcp::NAMES.iter().position(|n| n.eq_ignore_ascii_case(name)).map(|bit| 1 << bit);
                What::Flags(flags.split('+').try_fold(0, |all, name| Some(all | bit(name)?))?)
            }
        })
    }

    fn fits(&self, frame: &Seen) -> bool {
        let s = frame.summary;
        let from = |end: &End| match end {
            End::Host(host) => **host == *frame.from,
            End::Addr(addr) => s.src == Some(*addr),
        };
        let to = |end: &End| match (end, frame.to) {
            (End::Addr(addr), _) => s.dst == Some(*addr),
            (End::Host(host), Reach::One(to)) => **host == *to,
            (End::Host(host), Reach::Group(all)) => all.get(host).is_some_and(|n| *n > u32::from(**host == *frame.from)),
            (End::Host(_), Reach::Nobody) => false,
        };
        let tcp = |test: &dyn Fn(&Tcp) -> bool| s.tcp.as_ref().is_some_and(test);
        match self {
            What::From(end) => from(end),
            What::To(end) => to(end),
            What::Is(end) => from(end) || to(end),
            What::Proto(proto) => s.proto == *proto,
            What::Ip => s.ether_type == 0x0800,
            What::Ipv6 => s.ether_type == 0x86dd,
            What::Syn => tcp(&|t| t.has(Tcp::SYN) && !t.has(Tcp::ACK)),
            What::Ack => s.len == 0 && tcp(&|t| t.has(Tcp::ACK) && !t.has(Tcp::SYN | Tcp::FIN | Tcp::RST)),
            What::Flags(flags) => tcp(&|t| t.flags & flags == *flags),
            What::Data => s.len > 0 && s.proto != Proto::Ether,
            What::Port(port) => s.src_port == Some(*port) || s.dst_port == Some(*port),
            What::Group => s.is_group(),
        }
    }
}

impl Display for Filter {
    /// The words that make it.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, all) in self.any.iter().enumerate() {
            f.write_str(if i > 0 { " or " } else { "" })?;
            for (i, term) in all.iter().enumerate() {
                f.write_str(if i > 0 { " " } else { "" })?;
                f.write_str(if term.not { "not " } else { "" })?;
                term.what.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl Display for What {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            What::From(end) => write!(f, "from {end}"),
            What::To(end) => write!(f, "to {end}"),
            What::Is(end) => end.fmt(f),
            What::Proto(proto) => f.write_str(proto.name()),
            What::Ip => f.write_str("ip"),
            What::Ipv6 => f.write_str("ipv6"),
            What::Syn => f.write_str("syn"),
            What::Ack => f.write_str("ack"),
            What::Flags(flags) => {
                let tcp = Tcp { flags: *flags, seq: 0, ack: 0, window: 0 };
                // `flag_names` goes by bit, and SYN comes before ACK there too.
                let names: Vec<String> = tcp.flag_names().map(str::to_ascii_lowercase).collect();
                f.write_str(&names.join("+"))
            }
            What::Data => f.write_str("data"),
            What::Port(port) => write!(f, "port {port}"),
            What::Group => f.write_str("group"),
        }
    }
}

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            End::Host(host) => f.write_str(host),
            End::Addr(addr) => addr.fmt(f),
        }
    }
}

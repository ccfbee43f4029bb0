//! Socket options: their level, their number, and the shape of their value.

pub use super::option_rows::OPTIONS;
use crate::grammar::nearest::nearest;
use crate::text::{Text, messages::summary as what};

/// A protocol layer that options belong to (getsockopt(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Level {
    Socket,
    Ip,
    Ipv6,
    Tcp,
    Udp,
    Raw,
    Icmpv6,
}

impl Level {
    pub const ALL: [Level; 7] = [Level::Socket, Level::Tcp, Level::Ip, Level::Ipv6, Level::Udp, Level::Raw, Level::Icmpv6];

    pub fn number(self) -> i32 {
        match self {
            Level::Socket => libc::SOL_SOCKET,
            Level::Ip => libc::SOL_IP,
            Level::Ipv6 => libc::SOL_IPV6,
            Level::Tcp => libc::SOL_TCP,
            Level::Udp => libc::SOL_UDP,
            Level::Raw => libc::SOL_RAW,
            Level::Icmpv6 => libc::SOL_ICMPV6,
        }
    }

    /// The name strace prints.
    pub fn name(self) -> &'static str {
        match self {
            Level::Socket => "SOL_SOCKET",
            Level::Ip => "SOL_IP",
            Level::Ipv6 => "SOL_IPV6",
            Level::Tcp => "SOL_TCP",
            Level::Udp => "SOL_UDP",
            Level::Raw => "SOL_RAW",
            Level::Icmpv6 => "SOL_ICMPV6",
        }
    }

    pub fn short(self) -> &'static str {
        match self {
            Level::Socket => "socket",
            Level::Ip => "ip",
            Level::Ipv6 => "ipv6",
            Level::Tcp => "tcp",
            Level::Udp => "udp",
            Level::Raw => "raw",
            Level::Icmpv6 => "icmpv6",
        }
    }

    /// `tcp`, `SOL_TCP`, `IPPROTO_TCP`.
    pub fn from_name(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| {
            l.short().eq_ignore_ascii_case(word)
                || l.name().eq_ignore_ascii_case(word)
                || word.to_ascii_uppercase().strip_prefix("IPPROTO_").is_some_and(|p| p.eq_ignore_ascii_case(l.short()))
        })
    }

    pub fn from_number(n: i32) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.number() == n)
    }
}

/// The form of an option's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Bool,
    Int,
    Unsigned,
    U64,
    /// struct timeval.
    Time,
    Linger,
    Text,
    /// struct ucred.
    Cred,
    /// An errno number.
    Error,
    Domain,
    Type,
    Protocol,
    /// A socket address.
    Address,
    /// An IPv4 interface: by address (read), by address or name (set; struct ip_mreqn).
    Interface4,
    /// An interface index; typed by name as well.
    Interface,
    /// An interface index in network byte order.
    InterfaceBe,
    /// Group and interface (struct ip_mreqn).
    Mreq,
    /// Group, interface, source (struct ip_mreq_source).
    MreqSource,
    /// Group and interface (struct ipv6_mreq).
    Mreq6,
    /// Interface and group of either family (struct group_req).
    GroupReq,
    /// Low and high port in one word.
    PortRange,
    /// An array of 32-bit words.
    Words,
    TcpInfo,
    Bytes,
    /// Set without a value.
    Flag,
    Never(Why),
}

/// Why an option can be neither read nor set here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Program,
    Structure,
    Descriptor,
    Memory,
    Key,
    Foreign,
    Ancillary,
}

impl Why {
    pub fn text(self) -> Text {
        match self {
            Why::Program => what::never_program(),
            Why::Structure => what::never_structure(),
            Why::Descriptor => what::never_descriptor(),
            Why::Memory => what::never_memory(),
            Why::Key => what::never_key(),
            Why::Foreign => what::never_foreign(),
            Why::Ancillary => what::never_ancillary(),
        }
    }
}

/// What may be done with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    ReadWrite,
    ReadOnly,
    WriteOnly,
    /// Reading changes it, so nothing but `getsockopt` reads it.
    ReadClears,
}

/// One socket option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opt {
    pub level: Level,
    pub name: &'static str,
    pub number: i32,
    pub shape: Shape,
    pub access: Access,
}

pub(super) const fn row(level: Level, name: &'static str, number: i32, shape: Shape, access: Access) -> Opt {
    Opt { level, name, number, shape, access }
}

impl Opt {
    /// The name without its level's prefix, in small letters: `reuseaddr`.
    pub fn short(&self) -> String {
        let cut = self.name.find('_').map_or(0, |i| i + 1);
        let prefixes = ["SO_", "TCP_", "IP_", "IPV6_", "UDP_"];
        let bare = if prefixes.contains(&&self.name[..cut]) { &self.name[cut..] } else { self.name };
        bare.to_ascii_lowercase()
    }

    fn called(&self, word: &str) -> bool {
        self.name.eq_ignore_ascii_case(word) || {
            let cut = self.name.len().checked_sub(word.len());
            // The short name without making one: this runs for each line of a script.
            cut.is_some_and(|c| {
                self.name[c..].eq_ignore_ascii_case(word) && matches!(&self.name[..c], "SO_" | "TCP_" | "IP_" | "IPV6_" | "UDP_")
            })
        }
    }

    pub fn can_read(&self) -> bool {
        !matches!(self.shape, Shape::Never(_)) && self.access != Access::WriteOnly
    }

    pub fn can_set(&self) -> bool {
        !matches!(self.shape, Shape::Never(_)) && matches!(self.access, Access::ReadWrite | Access::WriteOnly)
    }
}

/// Options a word may mean, in the order of the table.
pub fn called(word: &str) -> impl Iterator<Item = &'static Opt> + '_ {
    OPTIONS.iter().filter(move |o| o.called(word))
}

/// The option of a level with this number.
pub fn by_number(level: i32, number: i32) -> Option<&'static Opt> {
    OPTIONS.iter().find(|o| o.level.number() == level && o.number == number)
}

/// Levels that concern a socket of this family and protocol, nearest first: where a short name is shared, the first wins.
pub fn levels_of(domain: i32, kind: i32, protocol: i32) -> Vec<Level> {
    let mut levels = Vec::new();
    match (domain, kind, protocol) {
        (libc::AF_INET | libc::AF_INET6, libc::SOCK_STREAM, _) => levels.push(Level::Tcp),
        (libc::AF_INET | libc::AF_INET6, libc::SOCK_DGRAM, p) if p == libc::IPPROTO_UDP || p == 0 => levels.push(Level::Udp),
        (libc::AF_INET, libc::SOCK_RAW, _) => levels.push(Level::Raw),
        (libc::AF_INET6, libc::SOCK_RAW, _) => levels.push(Level::Icmpv6),
        _ => {}
    }
    match domain {
        libc::AF_INET => levels.push(Level::Ip),
        libc::AF_INET6 => levels.extend([Level::Ipv6, Level::Ip]),
        _ => {}
    }
    levels.push(Level::Socket);
    levels
}

pub fn suggest(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let shorts: Vec<String> = OPTIONS.iter().map(Opt::short).collect();
    nearest(&lower, shorts.iter().map(String::as_str))
        .map(str::to_string)
        .or_else(|| nearest(&word.to_ascii_uppercase(), OPTIONS.iter().map(|o| o.name)).map(str::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_level_are_one_row() {
        for (i, a) in OPTIONS.iter().enumerate() {
            assert!(OPTIONS[i + 1..].iter().all(|b| b.name != a.name), "{} stands twice", a.name);
        }
    }

    #[test]
    fn short_names_find_their_rows() {
        for o in OPTIONS {
            assert!(called(&o.short()).any(|x| x == o), "{}", o.name);
        }
        assert_eq!(called("recverr").count(), 2);
    }
}

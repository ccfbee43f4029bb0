//! One network interface: its number, which the kernel counts by, and its name, which is how people know it (netdevice(7)).

use super::{interface_index, interface_name};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{Ipv6Addr, SocketAddrV6};

/// An interface of this machine or of a host of the lab. Its name is looked up where and when the number is met: the same number means
/// another interface elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    pub number: u32,
    pub name: Option<Box<str>>,
}

impl Interface {
    /// Its name is not known, or not asked.
    pub fn numbered(number: u32) -> Interface {
        Interface { number, name: None }
    }

    /// By its name or its number, as the place knows it where the calling thread stands.
    pub fn find(word: &str) -> Option<Interface> {
        match word.parse() {
            Ok(number) => Some(Interface::numbered(number).known()),
            Err(_) => interface_index(word).map(|number| Interface { number, name: Some(word.into()) }),
        }
    }

    /// With its name where the calling thread stands; 0 is no interface, and has none.
    #[must_use]
    pub fn known(self) -> Interface {
        let name = if self.number == 0 { None } else { self.name.or_else(|| interface_name(self.number).map(Into::into)) };
        Interface { name, ..self }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.number),
        }
    }
}

/// The kernel knows the number alone.
impl PartialEq for Interface {
    fn eq(&self, other: &Interface) -> bool {
        self.number == other.number
    }
}

impl Eq for Interface {}

impl Hash for Interface {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

/// In a saved log: the number, or the number and the name.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Saved {
    Number(u32),
    Named(u32, Box<str>),
}

impl Serialize for Interface {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match &self.name {
            Some(name) => Saved::Named(self.number, name.clone()).serialize(s),
            None => Saved::Number(self.number).serialize(s),
        }
    }
}

impl<'de> Deserialize<'de> for Interface {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Interface, D::Error> {
        Ok(match Saved::deserialize(d)? {
            Saved::Number(number) => Interface::numbered(number),
            Saved::Named(number, name) => Interface { number, name: Some(name) },
        })
    }
}

/// An IPv6 address and port; an address that counts on one link only says on which (ipv6(7), RFC 4007).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct V6 {
    pub ip: Ipv6Addr,
    pub port: u16,
    pub flowinfo: u32,
    /// sin6_scope_id; 0 is none.
    pub scope: Interface,
}

impl V6 {
    pub fn new(ip: Ipv6Addr, port: u16) -> V6 {
        V6 { ip, port, flowinfo: 0, scope: Interface::default() }
    }
}

impl From<V6> for SocketAddrV6 {
    fn from(a: V6) -> SocketAddrV6 {
        SocketAddrV6::new(a.ip, a.port, a.flowinfo, a.scope.number)
    }
}

impl fmt::Display for V6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope.number {
            0 => write!(f, "[{}]:{}", self.ip, self.port),
            _ => write!(f, "[{}%{}]:{}", self.ip, self.scope, self.port),
        }
    }
}

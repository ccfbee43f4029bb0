//! The lab's plan: which host has which name, number, cables and addresses. Pure: it says what is to be built, and builds nothing.
//!
//! Segment `s` is 10.s.0.0/16 and fd00:s::/64; host n, counted in the order made, is 10.s.0.n and fd00:s::n. A hardware address holds
//! the IPv4 address, so that one is read off the other.

use crate::event::HostRow;
use crate::kernel::lab::{Gateway, Link};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// IPv4's prefix of a segment; IPv6's is [`PREFIX6`].
pub const PREFIX4: u8 = 16;
pub const PREFIX6: u8 = 64;
/// What Ethernet carries (RFC 894).
pub const MTU: u32 = 1500;
/// So many hosts a lab may have.
pub const MOST: usize = 500;

/// An interface of a planned host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    pub segment: u8,
    pub link: Link,
}

/// A host, or a router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its number in the house, never used again.
    pub number: u32,
    pub name: Arc<str>,
    pub interfaces: Vec<Interface>,
    pub router: bool,
}

impl Planned {
    /// Its addresses, IPv4 first, in the order of its interfaces.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        let v4 = self.interfaces.iter().filter_map(|i| i.link.v4.map(|a| IpAddr::V4(a.0)));
        v4.chain(self.interfaces.iter().filter_map(|i| i.link.v6.map(|a| IpAddr::V6(a.0))))
    }
}

impl Planned {
    /// What /etc/hosts says of it.
    pub fn names(&self) -> String {
        self.addresses().map(|a| format!("{a} {}\n", self.name)).collect()
    }

    /// As it is shown.
    pub fn row(&self) -> HostRow {
        let links = || self.interfaces.iter().map(|i| &i.link);
        let v4 = links().filter_map(|l| l.v4.map(|(a, n)| format!("{a}/{n}")));
        let mac = |m: [u8; 6]| m.map(|b| format!("{b:02x}")).join(":");
        HostRow {
            name: self.name.to_string(),
            router: self.router,
            addresses: v4.chain(links().filter_map(|l| l.v6.map(|(a, n)| format!("{a}/{n}")))).collect(),
            macs: links().map(|l| mac(l.mac)).collect(),
            sockets: 0,
        }
    }
}

/// Why a host cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Impossible {
    NameTaken,
    /// The host that has the address.
    AddressTaken(Arc<str>),
    /// Not in 10.0.0.0/8, or an address that no host may have.
    NotOfTheLab(Ipv4Addr),
    TooMany,
    /// Another router joins this segment already.
    HasRouter(u8, Arc<str>),
    /// A router joins two segments at least.
    OneSegment,
}

/// Hosts in the order they were made.
#[derive(Debug, Default)]
pub struct Plan {
    pub hosts: Vec<Planned>,
    numbers: u32,
    ports: u32,
    /// What a segment's links carry, where that is not [`MTU`].
    mtus: std::collections::HashMap<u8, u32>,
    /// How many hosts each segment was given.
    made: std::collections::HashMap<u8, u16>,
}

fn v6(segment: u8, n: u16) -> Ipv6Addr {
    // The decimal digits of n stand in the address as they are: host 12 is fd00::12.
    let digits = u16::from_str_radix(&n.to_string(), 16).unwrap_or(0xffff);
    Ipv6Addr::new(0xfd00, segment.into(), 0, 0, 0, 0, 0, digits)
}

fn v4(segment: u8, n: u16) -> Ipv4Addr {
    let [high, low] = n.to_be_bytes();
    Ipv4Addr::new(10, segment, high, low)
}

/// Where a segment's router stands: 10.s.255.254, fd00:s::ffff.
pub fn router_of(segment: u8) -> (Ipv4Addr, Ipv6Addr) {
    (Ipv4Addr::new(10, segment, 255, 254), Ipv6Addr::new(0xfd00, segment.into(), 0, 0, 0, 0, 0, 0xffff))
}

impl Plan {
    pub fn find(&self, name: &str) -> Option<&Planned> {
        self.hosts.iter().find(|h| &*h.name == name)
    }

    /// Plans a host, at an address or at the next one of segment 0.
    ///
    /// # Errors
    /// The name or the address is taken, or is none for a host.
    pub fn host(&mut self, name: &str, at: Option<Ipv4Addr>) -> Result<&Planned, Impossible> {
        self.free_name(name)?;
        let segment = at.map_or(0, |a| a.octets()[1]);
        let (address, n) = match at {
            Some(a) => {
                let [net, _, high, low] = a.octets();
                let n = u16::from_be_bytes([high, low]);
                if net != 10 || n == 0 || n == u16::MAX || a == router_of(segment).0 {
                    return Err(Impossible::NotOfTheLab(a));
                }
                (a, n)
            }
            None => self.next(segment),
        };
        if let Some(holder) = self.hosts.iter().find(|h| h.addresses().any(|a| a == IpAddr::V4(address))) {
            return Err(Impossible::AddressTaken(holder.name.clone()));
        }
        let interface = self.interface(segment, 0, address, v6(segment, n));
        Ok(self.add(name, vec![interface], false))
    }

    /// Plans a router between segments.
    ///
    /// # Errors
    /// The name is taken, a segment has a router, or there are fewer than two of them.
    pub fn router(&mut self, name: &str, segments: &[u8]) -> Result<&Planned, Impossible> {
        self.free_name(name)?;
        let mut all = segments.to_vec();
        all.sort_unstable();
        all.dedup();
        if all.len() < 2 {
            return Err(Impossible::OneSegment);
        }
        if let Some((segment, router)) = all.iter().find_map(|s| Some((*s, self.router_name(*s)?))) {
            return Err(Impossible::HasRouter(segment, router));
        }
        let interfaces = all.iter().enumerate().map(|(i, s)| self.interface(*s, i, router_of(*s).0, router_of(*s).1)).collect();
        Ok(self.add(name, interfaces, true))
    }

    /// Makes a segment's links narrower, those of its hosts as well; says which interfaces there are to change: the host's number, the
    /// interface's name, and the MTU.
    pub fn narrow(&mut self, segment: u8, mtu: u32) -> Vec<(u32, String, u32)> {
        self.mtus.insert(segment, mtu);
        let mut changed = Vec::new();
        for host in &mut self.hosts {
            for interface in host.interfaces.iter_mut().filter(|i| i.segment == segment && i.link.mtu != mtu) {
                interface.link.mtu = mtu;
                changed.push((host.number, interface.link.name.clone(), mtu));
            }
        }
        changed
    }

    fn free_name(&self, name: &str) -> Result<(), Impossible> {
        match () {
            () if self.find(name).is_some() || name == crate::kernel::Place::LOCAL => Err(Impossible::NameTaken),
            () if self.hosts.len() >= MOST => Err(Impossible::TooMany),
            () => Ok(()),
        }
    }

    fn next(&mut self, segment: u8) -> (Ipv4Addr, u16) {
        loop {
            let n = self.made.entry(segment).or_insert(0);
            *n = n.wrapping_add(1);
            let (n, address) = (*n, v4(segment, *n));
            let taken = self.hosts.iter().any(|h| h.addresses().any(|a| a == IpAddr::V4(address)));
            if !taken && n != 0 && n != u16::MAX && address != router_of(segment).0 {
                return (address, n);
            }
        }
    }

    fn interface(&mut self, segment: u8, index: usize, v4: Ipv4Addr, v6: Ipv6Addr) -> Interface {
        self.ports += 1;
        let [a, b, c, d] = v4.octets();
        let link = Link {
            port: self.ports,
            name: format!("eth{index}"),
            // Locally administered (the second bit of the first byte), no group.
            mac: [2, 0, a, b, c, d],
            v4: Some((v4, PREFIX4)),
            v6: Some((v6, PREFIX6)),
            mtu: self.mtus.get(&segment).copied().unwrap_or(MTU),
        };
        Interface { segment, link }
    }

    fn add(&mut self, name: &str, interfaces: Vec<Interface>, router: bool) -> &Planned {
        self.numbers += 1;
        self.hosts.push(Planned { number: self.numbers, name: name.into(), interfaces, router });
        &self.hosts[self.hosts.len() - 1]
    }

    fn router_name(&self, segment: u8) -> Option<Arc<str>> {
        let joins = |h: &&Planned| h.router && h.interfaces.iter().any(|i| i.segment == segment);
        self.hosts.iter().find(joins).map(|h| h.name.clone())
    }

    /// The way out of a host: the router of its segment, if there is one. A router has none.
    pub fn gateway(&self, host: &Planned) -> Option<Gateway> {
        let segment = host.interfaces.first().filter(|_| !host.router)?.segment;
        let (v4, v6) = router_of(segment);
        self.router_name(segment).map(|_| Gateway { v4: Some(v4), v6: Some(v6) })
    }

    pub fn remove(&mut self, name: &str) -> Option<Planned> {
        let at = self.hosts.iter().position(|h| &*h.name == name)?;
        Some(self.hosts.remove(at))
    }

    /// What /etc/hosts says on every host.
    pub fn hosts_file(&self) -> String {
        let mut text = String::from("127.0.0.1 localhost\n::1 localhost\n");
        self.hosts.iter().for_each(|host| text.push_str(&host.names()));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(p: &Planned) -> String {
        p.addresses().map(|a| a.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn hosts_are_numbered_in_the_order_made_around_those_that_chose() {
        let mut plan = Plan::default();
        assert_eq!(all(plan.host("alice", None).unwrap()), "10.0.0.1 fd00::1");
        assert_eq!(all(plan.host("bob", Some(Ipv4Addr::new(10, 0, 0, 2))).unwrap()), "10.0.0.2 fd00::2");
        let carol = plan.host("carol", None).unwrap();
        assert_eq!((all(carol), carol.interfaces[0].link.mac), ("10.0.0.3 fd00::3".into(), [2, 0, 10, 0, 0, 3]));
        assert_eq!(plan.host("alice", None), Err(Impossible::NameTaken));
        assert_eq!(plan.host("dora", Some(Ipv4Addr::new(10, 0, 0, 1))), Err(Impossible::AddressTaken("alice".into())));
        assert!(plan.host("dora", Some(Ipv4Addr::new(192, 0, 2, 1))).is_err());
        plan.remove("carol").unwrap();
        assert_eq!(all(plan.host("carol", None).unwrap()), "10.0.0.4 fd00::4", "a number is not used twice");
    }

    #[test]
    fn five_hundred_hosts_have_five_hundred_addresses() {
        let mut plan = Plan::default();
        for i in 0..MOST {
            plan.host(&format!("h{i}"), None).unwrap();
        }
        let mut found: Vec<String> = plan.hosts.iter().map(all).collect();
        assert_eq!(found.last().unwrap(), "10.0.1.244 fd00::500");
        found.sort();
        found.dedup();
        assert_eq!(found.len(), MOST);
        assert_eq!(plan.host("more", None), Err(Impossible::TooMany));
    }

    #[test]
    fn a_router_joins_segments_and_is_the_way_out_of_each() {
        let mut plan = Plan::default();
        plan.host("alice", None).unwrap();
        plan.host("bob", Some(Ipv4Addr::new(10, 1, 0, 1))).unwrap();
        assert!(plan.gateway(plan.find("alice").unwrap()).is_none());
        assert_eq!(plan.router("r", &[0]), Err(Impossible::OneSegment));
        let r = plan.router("r", &[1, 0]).unwrap();
        assert_eq!(all(r), "10.0.255.254 10.1.255.254 fd00::ffff fd00:1::ffff");
        assert_eq!(plan.gateway(plan.find("bob").unwrap()).unwrap().v4, Some(Ipv4Addr::new(10, 1, 255, 254)));
        assert_eq!(plan.router("q", &[1, 2]), Err(Impossible::HasRouter(1, "r".into())));
        assert!(plan.hosts_file().contains("fd00:1::1 bob\n"));
    }
}

//! What a frame is in a few words: read for every frame that passes, without allocation.

use super::wire::{arp, eth, ether_type, icmp, ipv4, ipv6, number, proto, tcp, udp};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// The protocol a person would name a frame by: the highest one that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proto {
    Tcp,
    Udp,
    Icmp,
    Icmpv6,
    Igmp,
    Arp,
    /// IP with a payload of another protocol, or a fragment that is not the first.
    Ip,
    /// Anything else in an Ethernet frame.
    Ether,
}

impl Proto {
    pub fn name(self) -> &'static str {
        match self {
            Proto::Tcp => "tcp",
            Proto::Udp => "udp",
            Proto::Icmp => "icmp",
            Proto::Icmpv6 => "icmpv6",
            Proto::Igmp => "igmp",
            Proto::Arp => "arp",
            Proto::Ip => "ip",
            Proto::Ether => "ether",
        }
    }
}

/// The fields of a TCP header that a row shows (RFC 9293, section 3.1). Numbers as they stand in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tcp {
    /// The flag bits, FIN lowest: FIN SYN RST PSH ACK URG ECE CWR.
    pub flags: u8,
    pub seq: u32,
    pub ack: u32,
    /// Not scaled.
    pub window: u16,
}

impl Tcp {
    pub const FIN: u8 = 1;
    pub const SYN: u8 = 2;
    pub const RST: u8 = 4;
    pub const PSH: u8 = 8;
    pub const ACK: u8 = 16;
    pub const URG: u8 = 32;
    pub const ECE: u8 = 64;
    pub const CWR: u8 = 128;
    /// The flags' names, by bit.
    pub const NAMES: [&'static str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    /// The names of the flags that are set, SYN before ACK as people say them.
    pub fn flag_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        Tcp::NAMES.iter().enumerate().filter(|(bit, _)| self.flags >> bit & 1 == 1).map(|(_, name)| *name)
    }

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// How much of the sequence space a segment with `len` bytes of payload takes: SYN and FIN count as one each.
    pub fn space(&self, len: u32) -> u32 {
        len + u32::from(self.has(Tcp::SYN)) + u32::from(self.has(Tcp::FIN))
    }
}

/// What a frame is. Fields that its protocol lacks are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub from: [u8; 6],
    pub to: [u8; 6],
    /// The EtherType.
    pub ether_type: u16,
    pub proto: Proto,
    /// IP addresses, or ARP's protocol addresses.
    pub src: Option<IpAddr>,
    pub dst: Option<IpAddr>,
    pub src_port: Option<u16>,
    pub dst_port: Option<u16>,
    pub tcp: Option<Tcp>,
    /// ICMP, ICMPv6: type and code. ARP: the operation and 0.
    pub kind: Option<(u16, u8)>,
    /// Bytes of the payload: TCP's, UDP's; for ICMP what follows its 8-byte header; else the IP payload.
    pub len: u32,
    /// A fragment of an IP packet: its offset in bytes, and whether more follow.
    pub fragment: Option<(u32, bool)>,
}

impl Summary {
    /// Reads a frame; of a broken one as much as can be read. By hand: etherparse 0.21 reads past the end of an IPv6 packet whose
    /// extension headers are cut, and this stands where every frame passes.
    pub fn of(frame: &[u8]) -> Summary {
        let mut s = Summary {
            from: [0; 6],
            to: [0; 6],
            ether_type: 0,
            proto: Proto::Ether,
            src: None,
            dst: None,
            src_port: None,
            dst_port: None,
            tcp: None,
            kind: None,
            len: frame.len().saturating_sub(eth::LEN) as u32,
            fragment: None,
        };
        let mac = |at: std::ops::Range<usize>| frame.get(at).and_then(|b| <[u8; 6]>::try_from(b).ok()).unwrap_or_default();
        (s.to, s.from) = (mac(eth::DST), mac(eth::SRC));
        s.ether_type = number(frame, eth::TYPE).unwrap_or(0) as u16;
        let mut kind = s.ether_type;
        let mut data = frame.get(eth::LEN..).unwrap_or_default();
        while matches!(kind, ether_type::VLAN | ether_type::QINQ) {
            let Some(inner) = number(data, 2..4) else { return s };
            (kind, data) = (inner as u16, &data[4..]);
        }
        match kind {
            ether_type::IPV4 => s.ipv4(data),
            ether_type::IPV6 => s.ipv6(data),
            ether_type::ARP => s.arp(data),
            _ => {}
        }
        s
    }

    fn arp(&mut self, data: &[u8]) {
        let Some(op) = number(data, arp::OPCODE) else { return };
        (self.proto, self.kind, self.len) = (Proto::Arp, Some((op as u16, 0)), 0);
        let (hw, ip) = (usize::from(data[arp::HW_SIZE.start]), usize::from(data[arp::PROTO_SIZE.start]));
        let at = |start: usize| data.get(start..start + ip).and_then(|b| <[u8; 4]>::try_from(b).ok()).map(IpAddr::from);
        self.src = at(arp::ADDRESSES + hw);
        self.dst = at(arp::ADDRESSES + 2 * hw + ip);
    }

    fn ipv4(&mut self, data: &[u8]) {
        let Some(header) = data.get(..ipv4::HEADER).filter(|h| h[0] >> 4 == 4) else { return };
        self.proto = Proto::Ip;
        let at = |r: std::ops::Range<usize>| <[u8; 4]>::try_from(&header[r]).ok().map(IpAddr::from);
        (self.src, self.dst) = (at(ipv4::SRC), at(ipv4::DST));
        let size = usize::from(header[0] & 15) * 4;
        let total = number(header, ipv4::LEN).unwrap_or(0) as usize;
        let end = if total < size { data.len() } else { total.min(data.len()) };
        let Some(payload) = data.get(size.max(ipv4::HEADER)..end) else {
            self.len = 0;
            return;
        };
        self.len = payload.len() as u32;
        let word = number(header, ipv4::FLAGS_OFFSET).unwrap_or(0) as u32;
        let (offset, more) = ((word & 0x1fff) * 8, word & 0x2000 != 0);
        self.fragment = (offset > 0 || more).then_some((offset, more));
        if offset == 0 && size >= ipv4::HEADER {
            self.transport(header[ipv4::PROTO.start], payload);
        }
    }

    fn ipv6(&mut self, data: &[u8]) {
        let Some(header) = data.get(..ipv6::HEADER).filter(|h| h[0] >> 4 == 6) else { return };
        self.proto = Proto::Ip;
        let at = |r: std::ops::Range<usize>| <[u8; 16]>::try_from(&header[r]).ok().map(IpAddr::from);
        (self.src, self.dst) = (at(ipv6::SRC), at(ipv6::DST));
        let mut next = header[ipv6::NEXT.start];
        let len = number(header, ipv6::PAYLOAD_LEN).unwrap_or(0) as usize;
        let mut payload = &data[ipv6::HEADER..];
        payload = &payload[..len.min(payload.len())];
        loop {
            self.len = payload.len() as u32;
            let size = match next {
                proto::FRAGMENT => 8,
                proto::HOP_BY_HOP | proto::ROUTING | proto::DEST_OPTIONS => {
                    payload.get(1).map_or(usize::MAX, |n| usize::from(*n) * 8 + 8)
                }
                _ => break,
            };
            let Some((head, rest)) = payload.split_at_checked(size) else { return };
            if next == proto::FRAGMENT {
                let word = number(head, 2..4).unwrap_or(0) as u32;
                let (offset, more) = (word & 0xfff8, word & 1 == 1);
                self.fragment = (offset > 0 || more).then_some((offset, more));
                if offset > 0 {
                    self.len = rest.len() as u32;
                    return;
                }
            }
            (next, payload) = (head[0], rest);
        }
        self.transport(next, payload);
    }

    fn transport(&mut self, protocol: u8, data: &[u8]) {
        let port = |at| number(data, at).map(|n| n as u16);
        match protocol {
            proto::TCP => {
                self.proto = Proto::Tcp;
                (self.src_port, self.dst_port) = (port(tcp::SRC_PORT), port(tcp::DST_PORT));
                self.len = 0;
                let Some(header) = data.get(..tcp::HEADER) else { return };
                self.tcp = Some(Tcp {
                    flags: header[tcp::FLAGS.start],
                    seq: number(header, tcp::SEQ).unwrap_or(0) as u32,
                    ack: number(header, tcp::ACK).unwrap_or(0) as u32,
                    window: number(header, tcp::WINDOW).unwrap_or(0) as u16,
                });
                let size = usize::from(header[tcp::DATA_OFFSET.start] >> 4) * 4;
                self.len = data.len().saturating_sub(size.max(tcp::HEADER)) as u32;
            }
            proto::UDP => {
                self.proto = Proto::Udp;
                (self.src_port, self.dst_port) = (port(udp::SRC_PORT), port(udp::DST_PORT));
                let said = number(data, udp::LEN).map_or(0, |n| n as usize);
                let end = if said < udp::HEADER { data.len() } else { said.min(data.len()) };
                self.len = end.saturating_sub(udp::HEADER) as u32;
            }
            proto::ICMP | proto::ICMPV6 => {
                self.proto = if protocol == proto::ICMP { Proto::Icmp } else { Proto::Icmpv6 };
                self.kind = data.first().zip(data.get(1)).map(|(t, c)| (u16::from(*t), *c));
                self.len = data.len().saturating_sub(icmp::HEADER) as u32;
            }
            proto::IGMP => self.proto = Proto::Igmp,
            _ => {}
        }
    }

    /// Both ends with their ports, where there are ports.
    pub fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        Some((SocketAddr::new(self.src?, self.src_port?), SocketAddr::new(self.dst?, self.dst_port?)))
    }

    /// Whether it goes to more than one station: Ethernet's group bit.
    pub fn is_group(&self) -> bool {
        self.to[0] & 1 == 1
    }

    /// A report of group membership: MLD's (RFC 2710, RFC 3810) and IGMP's. Spoken to routers and to switches that listen.
    pub fn is_membership(&self) -> bool {
        match self.proto {
            Proto::Igmp => true,
            Proto::Icmpv6 => matches!(self.kind, Some((130..=132 | 143, _))),
            _ => false,
        }
    }

    /// ARP, and IPv6's neighbour and router discovery and group membership (RFC 4861, RFC 3810): what hosts say to find each other.
    pub fn is_discovery(&self) -> bool {
        match self.proto {
            Proto::Arp | Proto::Igmp => true,
            Proto::Icmpv6 => matches!(self.kind, Some((130..=137 | 143, _))),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    #[test]
    fn a_segment_is_read() {
        let mut frame = Vec::new();
        let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64);
        builder.tcp(40_001, 9000, 7, 64_240).syn().write(&mut frame, b"hi").unwrap();
        let s = Summary::of(&frame);
        assert_eq!((s.proto, s.len), (Proto::Tcp, 2));
        assert_eq!(s.ends().unwrap().1.to_string(), "10.0.0.2:9000");
        assert_eq!(s.tcp.unwrap().flag_names().collect::<Vec<_>>(), ["SYN"]);
        assert_eq!(s.tcp.unwrap().space(s.len), 3);
    }

    #[test]
    fn a_frame_cut_anywhere_is_read_as_far_as_it_goes() {
        let mut frame = Vec::new();
        let builder = PacketBuilder::ethernet2([2; 6], [3; 6]).ipv6([1; 16], [2; 16], 64);
        builder.udp(1, 2).write(&mut frame, b"payload").unwrap();
        for end in 0..=frame.len() {
            let s = Summary::of(&frame[..end]);
            assert!(end < 14 || s.ether_type == 0x86dd);
        }
        assert_eq!(Summary::of(&frame).src_port, Some(1));
    }
}

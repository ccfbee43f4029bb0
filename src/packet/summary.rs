//! What a frame is in a few words: read for every frame that passes, without allocation.

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
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
    /// Reads a frame; of a broken one as much as can be read.
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
            len: frame.len().saturating_sub(14) as u32,
            fragment: None,
        };
        if let Some((to, rest)) = frame.split_first_chunk::<6>() {
            s.to = *to;
            if let Some((from, rest)) = rest.split_first_chunk::<6>() {
                s.from = *from;
                s.ether_type = rest.first_chunk::<2>().map_or(0, |t| u16::from_be_bytes(*t));
            }
        }
        let Ok(packet) = LaxSlicedPacket::from_ethernet(frame) else { return s };
        match &packet.net {
            Some(LaxNetSlice::Ipv4(ip)) => {
                let header = ip.header();
                s.proto = Proto::Ip;
                (s.src, s.dst) = (Some(header.source_addr().into()), Some(header.destination_addr().into()));
                s.len = ip.payload().payload.len() as u32;
                let (offset, more) = (u32::from(header.fragments_offset().value()) * 8, header.more_fragments());
                s.fragment = (offset > 0 || more).then_some((offset, more));
            }
            Some(LaxNetSlice::Ipv6(ip)) => {
                let header = ip.header();
                s.proto = Proto::Ip;
                (s.src, s.dst) = (Some(header.source_addr().into()), Some(header.destination_addr().into()));
                s.len = ip.payload().payload.len() as u32;
                s.fragment = ip.extensions().clone().into_iter().find_map(|e| match e {
                    etherparse::Ipv6ExtensionSlice::Fragment(f) => {
                        Some((u32::from(f.fragment_offset().value()) * 8, f.more_fragments()))
                    }
                    _ => None,
                });
            }
            Some(LaxNetSlice::Arp(arp)) => {
                s.proto = Proto::Arp;
                s.kind = Some((arp.operation().0, 0));
                let ip = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
                (s.src, s.dst) = (ip(arp.sender_protocol_addr()), ip(arp.target_protocol_addr()));
                s.len = 0;
            }
            None => {}
        }
        match &packet.transport {
            Some(TransportSlice::Tcp(t)) => {
                s.proto = Proto::Tcp;
                (s.src_port, s.dst_port) = (Some(t.source_port()), Some(t.destination_port()));
                s.tcp = Some(Tcp {
                    flags: t.slice()[13],
                    seq: t.sequence_number(),
                    ack: t.acknowledgment_number(),
                    window: t.window_size(),
                });
                s.len = t.payload().len() as u32;
            }
            Some(TransportSlice::Udp(u)) => {
                s.proto = Proto::Udp;
                (s.src_port, s.dst_port) = (Some(u.source_port()), Some(u.destination_port()));
                s.len = u.payload().len() as u32;
            }
            Some(TransportSlice::Icmpv4(i)) => {
                s.proto = Proto::Icmp;
                s.kind = Some((i.type_u8().into(), i.code_u8()));
                s.len = i.slice().len().saturating_sub(8) as u32;
            }
            Some(TransportSlice::Icmpv6(i)) => {
                s.proto = Proto::Icmpv6;
                s.kind = Some((i.type_u8().into(), i.code_u8()));
                s.len = i.slice().len().saturating_sub(8) as u32;
            }
            Some(TransportSlice::Igmp(_)) => s.proto = Proto::Igmp,
            None => {}
        }
        s
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

//! Frames made and changed: a captured one with some of its fields changed, one made by hand, one with a bit flipped.
//!
//! Where it says so, lengths and checksums are computed again, so that the receiver's kernel takes the frame for a right one.

mod hand;

pub use hand::{Between, echo, fragmentation_needed, reset, syn, udp, unreachable};

use super::checksum::{Sum, over, pseudo};
use super::flow::tcp_start;
use super::summary::{Proto, Summary, Tcp};
use super::wire::{eth, ether_type, icmp, ipv4, ipv6, number, proto, put, tcp, udp as udp_at};
use crate::text::Text;
use crate::text::messages::capture as say;
use std::net::IpAddr;

/// A field to be changed. Numbers as they stand in the header: not relative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The whole byte of TCP's flags.
    Flags(u8),
    Seq(u32),
    Ack(u32),
    Window(u16),
    Urgent(u16),
    SrcPort(u16),
    DstPort(u16),
    Src(IpAddr),
    Dst(IpAddr),
    /// TTL, or hop limit.
    Ttl(u8),
    /// IPv4: the Don't Fragment bit.
    DontFragment(bool),
    EthSrc([u8; 6]),
    EthDst([u8; 6]),
    /// Everything behind the TCP, UDP or ICMP header.
    Payload(Vec<u8>),
}

/// Why a change cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cannot {
    /// The frame has no such field: `seq` of a UDP datagram.
    NoSuchField,
    /// An IPv6 address for an IPv4 packet, or the other way round.
    OtherFamily,
    /// More than 65,535 bytes.
    TooLong,
    /// It is a fragment, or cut: lengths and checksums could not be made right.
    NotWhole,
}

impl Cannot {
    /// Why, for a reader; `field` is the word that was typed.
    pub fn text(self, packet: u64, field: &str) -> Text {
        match self {
            Cannot::NoSuchField => say::change_no_such_field(packet, field),
            Cannot::OtherFamily => say::change_other_family(),
            Cannot::TooLong => say::change_too_long(),
            Cannot::NotWhole => say::change_not_whole(),
        }
    }
}

impl Change {
    /// The words of a change, as they are typed: `seq 5`.
    pub const WORDS: [&'static str; 14] = [
        "flags", "seq", "ack", "window", "urgent", "src_port", "dst_port", "src", "dst", "ttl", "df", "eth_src", "eth_dst",
        "payload",
    ];

    /// Reads a word and its value. Flags are names joined by `|` or `+`; `None` where either is not understood.
    pub fn read(word: &str, value: &str) -> Option<Change> {
        fn num<T: TryFrom<u64>>(text: &str) -> Option<T> {
            let n = match text.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16).ok()?,
                None => text.parse().ok()?,
            };
            T::try_from(n).ok()
        }
        Some(match word {
            "flags" => Change::Flags(flags(value)?),
            "seq" => Change::Seq(num(value)?),
            "ack" => Change::Ack(num(value)?),
            "window" => Change::Window(num(value)?),
            "urgent" => Change::Urgent(num(value)?),
            "src_port" => Change::SrcPort(num(value)?),
            "dst_port" => Change::DstPort(num(value)?),
            "src" => Change::Src(value.parse().ok()?),
            "dst" => Change::Dst(value.parse().ok()?),
            "ttl" | "hop_limit" => Change::Ttl(num(value)?),
            "df" => Change::DontFragment(match value {
                "1" | "on" => true,
                "0" | "off" => false,
                _ => return None,
            }),
            "eth_src" => Change::EthSrc(mac(value)?),
            "eth_dst" => Change::EthDst(mac(value)?),
            "payload" => Change::Payload(value.as_bytes().to_vec()),
            _ => return None,
        })
    }
}

/// `SYN|ACK`, `syn+ack`, `none`.
pub fn flags(text: &str) -> Option<u8> {
    if text.eq_ignore_ascii_case("none") || text == "0" {
        return Some(0);
    }
    text.split(['|', '+', ',']).try_fold(0, |all, name| {
        let bit = Tcp::NAMES.iter().position(|n| n.eq_ignore_ascii_case(name.trim()))?;
        Some(all | 1 << bit)
    })
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let bytes: Vec<u8> = text.split(':').map(|p| u8::from_str_radix(p, 16).ok()).collect::<Option<_>>()?;
    bytes.try_into().ok()
}

/// Where the headers of a frame begin.
struct Places {
    ip: usize,
    transport: usize,
    v6: bool,
}

impl Places {
    fn of(frame: &[u8], s: &Summary) -> Option<Places> {
        let transport = tcp_start(frame, s).filter(|t| *t <= frame.len())?;
        let mut ip = eth::LEN;
        let mut kind = s.ether_type;
        while matches!(kind, ether_type::VLAN | ether_type::QINQ) {
            kind = number(frame, ip + 2..ip + 4)? as u16;
            ip += 4;
        }
        Some(Places { ip, transport, v6: kind == ether_type::IPV6 })
    }
}

/// A copy of `frame` with these changes; all its lengths and checksums are right afterwards.
pub fn edit(frame: &[u8], changes: &[Change]) -> Result<Vec<u8>, Cannot> {
    let mut out = frame.to_vec();
    for change in changes {
        let s = Summary::of(&out);
        apply(&mut out, &s, change)?;
    }
    if changes.iter().all(|c| matches!(c, Change::EthSrc(_) | Change::EthDst(_))) {
        return Ok(out);
    }
    mend(&mut out)?;
    Ok(out)
}

fn apply(out: &mut Vec<u8>, s: &Summary, change: &Change) -> Result<(), Cannot> {
    match change {
        Change::EthSrc(mac) => return set(out, 0, eth::SRC, mac),
        Change::EthDst(mac) => return set(out, 0, eth::DST, mac),
        _ => {}
    }
    let p = Places::of(out, s).ok_or(Cannot::NoSuchField)?;
    if s.fragment.is_some() {
        return Err(Cannot::NotWhole);
    }
    let t = p.transport;
    let is_tcp = s.tcp.is_some();
    let has_ports = s.src_port.is_some() && s.dst_port.is_some();
    let only = |is: bool| if is { Ok(()) } else { Err(Cannot::NoSuchField) };
    match change {
        Change::Flags(n) => only(is_tcp).and_then(|()| set(out, t, tcp::FLAGS, &[*n])),
        Change::Seq(n) => only(is_tcp).and_then(|()| set(out, t, tcp::SEQ, &n.to_be_bytes())),
        Change::Ack(n) => only(is_tcp).and_then(|()| set(out, t, tcp::ACK, &n.to_be_bytes())),
        Change::Window(n) => only(is_tcp).and_then(|()| set(out, t, tcp::WINDOW, &n.to_be_bytes())),
        Change::Urgent(n) => only(is_tcp).and_then(|()| set(out, t, tcp::URGENT, &n.to_be_bytes())),
        // TCP and UDP have their ports at the same place.
        Change::SrcPort(n) => only(has_ports).and_then(|()| set(out, t, tcp::SRC_PORT, &n.to_be_bytes())),
        Change::DstPort(n) => only(has_ports).and_then(|()| set(out, t, tcp::DST_PORT, &n.to_be_bytes())),
        Change::Ttl(n) => set(out, p.ip, if p.v6 { ipv6::HOP_LIMIT } else { ipv4::TTL }, &[*n]),
        Change::DontFragment(on) => {
            only(!p.v6)?;
            let flags = out.get_mut(p.ip + ipv4::FLAGS_OFFSET.start).ok_or(Cannot::NoSuchField)?;
            *flags = *flags & !0x40 | if *on { 0x40 } else { 0 };
            Ok(())
        }
        Change::Src(ip) | Change::Dst(ip) => {
            let is_src = matches!(change, Change::Src(_));
            match (ip, p.v6) {
                (IpAddr::V4(ip), false) => set(out, p.ip, if is_src { ipv4::SRC } else { ipv4::DST }, &ip.octets()),
                (IpAddr::V6(ip), true) => set(out, p.ip, if is_src { ipv6::SRC } else { ipv6::DST }, &ip.octets()),
                _ => Err(Cannot::OtherFamily),
            }
        }
        Change::Payload(bytes) => {
            let header = match s.proto {
                Proto::Tcp => usize::from(out.get(t + 12).ok_or(Cannot::NotWhole)? >> 4) * 4,
                Proto::Udp => udp_at::HEADER,
                Proto::Icmp | Proto::Icmpv6 => icmp::HEADER,
                _ => return Err(Cannot::NoSuchField),
            };
            if t + header > out.len() {
                return Err(Cannot::NotWhole);
            }
            out.truncate(t + header);
            out.extend(bytes);
            let whole = out.len() - p.ip - if p.v6 { ipv6::HEADER } else { 0 };
            let said = u16::try_from(whole).map_err(|_| Cannot::TooLong)?;
            set(out, p.ip, if p.v6 { ipv6::PAYLOAD_LEN } else { ipv4::LEN }, &said.to_be_bytes())
        }
        Change::EthSrc(_) | Change::EthDst(_) => Ok(()),
    }
}

fn set(out: &mut [u8], base: usize, at: std::ops::Range<usize>, bytes: &[u8]) -> Result<(), Cannot> {
    let field = out.get_mut(base + at.start..base + at.end).ok_or(Cannot::NoSuchField)?;
    field.copy_from_slice(bytes);
    Ok(())
}

/// Makes the lengths and the checksums of a frame right.
pub fn mend(frame: &mut [u8]) -> Result<(), Cannot> {
    let s = Summary::of(frame);
    let Some(p) = Places::of(frame, &s) else { return Ok(()) };
    if s.fragment.is_some() {
        return Err(Cannot::NotWhole);
    }
    let said = number(frame, p.ip + ipv4::LEN.start..p.ip + ipv4::LEN.end).ok_or(Cannot::NotWhole)? as usize;
    let v6_said = || number(frame, p.ip + ipv6::PAYLOAD_LEN.start..p.ip + ipv6::PAYLOAD_LEN.end).map(|n| n as usize + ipv6::HEADER);
    let end = p.ip + if p.v6 { v6_said().ok_or(Cannot::NotWhole)? } else { said };
    if end > frame.len() || p.transport > end {
        return Err(Cannot::NotWhole);
    }
    if !p.v6 {
        let header = &mut frame[p.ip..p.transport];
        let sum = over(Sum::default(), header, ipv4::CHECKSUM.start);
        put(header, ipv4::CHECKSUM, sum.into());
    }
    let (Some(src), Some(dst)) = (s.src, s.dst) else { return Ok(()) };
    let data = &mut frame[p.transport..end];
    let len = data.len();
    let (protocol, field) = match s.proto {
        Proto::Tcp => (proto::TCP, tcp::CHECKSUM),
        Proto::Udp => (proto::UDP, udp_at::CHECKSUM),
        Proto::Icmpv6 => (proto::ICMPV6, icmp::CHECKSUM),
        Proto::Icmp => (proto::ICMP, icmp::CHECKSUM),
        _ => return Ok(()),
    };
    if data.len() < field.end {
        return Err(Cannot::NotWhole);
    }
    if s.proto == Proto::Udp {
        put(data, udp_at::LEN, len as u64);
    }
    let start = if s.proto == Proto::Icmp { Sum::default() } else { pseudo(src, dst, protocol, len) };
    let sum = match over(start, data, field.start) {
        0 if s.proto == Proto::Udp => 0xffff,
        sum => sum,
    };
    put(data, field, sum.into());
    Ok(())
}

/// A copy with one bit flipped, and no checksum mended: what a bad cable does. `bit` counts from the frame's first, most significant
/// first; past the end it starts again. An empty frame stays as it is.
pub fn flip_bit(frame: &[u8], bit: usize) -> Vec<u8> {
    let mut out = frame.to_vec();
    if !out.is_empty() {
        let bit = bit % (out.len() * 8);
        out[bit / 8] ^= 0x80 >> (bit % 8);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::decode::{Judged, decode, ids};
    use etherparse::PacketBuilder;

    fn segment() -> Vec<u8> {
        let mut frame = Vec::new();
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64);
        builder.tcp(1000, 80, 5, 100).ack(7).psh().write(&mut frame, b"hello").unwrap();
        frame
    }

    /// Right in every sum, whole in every layer.
    fn sound(frame: &[u8]) {
        let d = decode(frame);
        assert!(d.wrong().next().is_none(), "{d:#?}");
        assert!(d.layers.iter().filter(|l| !l.quoted).all(|l| !l.cut), "{d:#?}");
    }

    #[test]
    fn any_field_can_be_changed_and_the_sums_are_right() {
        let changes = [
            ("flags", "syn|ack"),
            ("seq", "99"),
            ("ack", "0x10"),
            ("window", "0"),
            ("src_port", "1"),
            ("dst_port", "65535"),
            ("src", "10.0.0.9"),
            ("dst", "10.0.0.8"),
            ("ttl", "1"),
            ("df", "on"),
            ("payload", "something longer than before"),
            ("eth_dst", "ff:ff:ff:ff:ff:ff"),
            ("urgent", "3"),
            ("eth_src", "02:00:00:00:00:09"),
        ];
        assert_eq!(changes.len(), Change::WORDS.len());
        assert!(changes.iter().all(|c| Change::WORDS.contains(&c.0)));
        let all: Vec<Change> = changes.iter().map(|(w, v)| Change::read(w, v).unwrap()).collect();
        let made = edit(&segment(), &all).unwrap();
        sound(&made);
        let s = Summary::of(&made);
        let tcp = s.tcp.unwrap();
        assert_eq!((tcp.flags, tcp.seq, tcp.ack, tcp.window, s.len), (Tcp::SYN | Tcp::ACK, 99, 16, 0, 28));
        assert_eq!(s.ends().unwrap().0.to_string(), "10.0.0.9:1");
        assert!(s.is_group());
    }

    #[test]
    fn what_a_frame_lacks_cannot_be_changed() {
        let mut datagram = Vec::new();
        PacketBuilder::ethernet2([2; 6], [4; 6]).ipv6([1; 16], [2; 16], 9).udp(1, 2).write(&mut datagram, b"x").unwrap();
        assert_eq!(edit(&datagram, &[Change::Seq(1)]), Err(Cannot::NoSuchField));
        assert_eq!(edit(&datagram, &[Change::Src("10.0.0.1".parse().unwrap())]), Err(Cannot::OtherFamily));
        assert_eq!(edit(&datagram, &[Change::Payload(vec![0; 70_000])]), Err(Cannot::TooLong));
        let longer = edit(&datagram, &[Change::Payload(vec![7; 100]), Change::Ttl(3)]).unwrap();
        sound(&longer);
        assert_eq!(decode(&longer).number(ids::UDP_LEN), Some(108));
        let mut fragment = segment();
        fragment[20] = 0x20;
        assert_eq!(edit(&fragment, &[Change::Seq(1)]), Err(Cannot::NotWhole));
    }

    #[test]
    fn a_flipped_bit_is_found_by_the_sum() {
        let frame = segment();
        let last = frame.len() * 8 - 1;
        let bad = flip_bit(&frame, last);
        assert_eq!(bad.iter().zip(&frame).filter(|(a, b)| a != b).count(), 1);
        assert!(matches!(decode(&bad).field(ids::TCP_CHECKSUM).unwrap().judged, Some(Judged::Wrong(_))));
        assert_eq!(flip_bit(&bad, last), frame);
        assert_eq!(flip_bit(&[], 3), Vec::<u8>::new());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..120),
            kind in proptest::sample::select(vec![0x0800u16, 0x86dd, 0x8100, 0x0806]),
            first in proptest::num::u8::ANY,
        ) {
            if bytes.len() > 15 {
                bytes[12..14].copy_from_slice(&kind.to_be_bytes());
                bytes[14] = first;
            }
            for word in Change::WORDS {
                for value in ["1", "10.0.0.1", "syn", "02:00:00:00:00:01"] {
                    if let Some(change) = Change::read(word, value) {
                        let _ = edit(&bytes, &[change]);
                    }
                }
            }
        }
    }
}

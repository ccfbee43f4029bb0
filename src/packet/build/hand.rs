//! Frames made by hand: who they claim to be from is up to whoever makes them, as on a real wire.

use super::mend;
use crate::packet::summary::Tcp;
use crate::packet::wire::{eth, ether_type, icmp, ipv4, ipv6, proto, put, tcp, udp as udp_at};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// From whom to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between {
    pub eth_src: [u8; 6],
    pub eth_dst: [u8; 6],
    pub src: IpAddr,
    pub dst: IpAddr,
}

impl Between {
    /// Ethernet and IP headers around a payload, sums mended; `None` where the addresses are of two families.
    fn wrap(self, protocol: u8, payload: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(eth::LEN + ipv6::HEADER + payload.len());
        out.extend(self.eth_dst);
        out.extend(self.eth_src);
        let len = u16::try_from(payload.len() + ipv4::HEADER).ok()?;
        match (self.src, self.dst) {
            (IpAddr::V4(src), IpAddr::V4(dst)) => v4(&mut out, src, dst, protocol, len),
            (IpAddr::V6(src), IpAddr::V6(dst)) => v6(&mut out, src, dst, protocol, payload.len() as u16),
            _ => return None,
        }
        out.extend(payload);
        mend(&mut out).ok()?;
        Some(out)
    }

    /// The protocol number of ICMP, and this family's type and code of two.
    fn icmp(self, v4: (u8, u8), v6: (u8, u8)) -> (u8, u8, u8) {
        if self.src.is_ipv4() { (proto::ICMP, v4.0, v4.1) } else { (proto::ICMPV6, v6.0, v6.1) }
    }
}

fn v4(out: &mut Vec<u8>, src: Ipv4Addr, dst: Ipv4Addr, protocol: u8, len: u16) {
    out.extend(ether_type::IPV4.to_be_bytes());
    let mut header = [0u8; ipv4::HEADER];
    header[0] = 0x45;
    put(&mut header, ipv4::LEN, len.into());
    header[ipv4::FLAGS_OFFSET.start] = 0x40;
    header[ipv4::TTL.start] = 64;
    header[ipv4::PROTO.start] = protocol;
    header[ipv4::SRC].copy_from_slice(&src.octets());
    header[ipv4::DST].copy_from_slice(&dst.octets());
    out.extend(header);
}

fn v6(out: &mut Vec<u8>, src: Ipv6Addr, dst: Ipv6Addr, protocol: u8, len: u16) {
    out.extend(ether_type::IPV6.to_be_bytes());
    let mut header = [0u8; ipv6::HEADER];
    header[0] = 0x60;
    put(&mut header, ipv6::PAYLOAD_LEN, len.into());
    header[ipv6::NEXT.start] = protocol;
    header[ipv6::HOP_LIMIT.start] = 64;
    header[ipv6::SRC].copy_from_slice(&src.octets());
    header[ipv6::DST].copy_from_slice(&dst.octets());
    out.extend(header);
}

fn segment(macs: ([u8; 6], [u8; 6]), src: SocketAddr, dst: SocketAddr, set: Tcp, options: &[u8]) -> Option<Vec<u8>> {
    let mut header = [0u8; tcp::HEADER];
    put(&mut header, tcp::SRC_PORT, src.port().into());
    put(&mut header, tcp::DST_PORT, dst.port().into());
    put(&mut header, tcp::SEQ, set.seq.into());
    put(&mut header, tcp::ACK, set.ack.into());
    put(&mut header, tcp::DATA_OFFSET, ((tcp::HEADER + options.len()) as u64 / 4) << 4);
    put(&mut header, tcp::FLAGS, set.flags.into());
    put(&mut header, tcp::WINDOW, set.window.into());
    let between = Between { eth_src: macs.0, eth_dst: macs.1, src: src.ip(), dst: dst.ip() };
    between.wrap(proto::TCP, &[&header, options].concat())
}

/// A RST, as if `src` had sent it. With `ack` it acknowledges so much, as the answer to a SYN must (RFC 9293, section 3.10.7).
/// `macs` are the Ethernet source and destination. `None` where the addresses are of two families; so for all below.
pub fn reset(macs: ([u8; 6], [u8; 6]), src: SocketAddr, dst: SocketAddr, seq: u32, ack: Option<u32>) -> Option<Vec<u8>> {
    let flags = Tcp::RST | if ack.is_some() { Tcp::ACK } else { 0 };
    segment(macs, src, dst, Tcp { flags, seq, ack: ack.unwrap_or(0), window: 0 }, &[])
}

/// A SYN that offers an MSS of 1460.
pub fn syn(macs: ([u8; 6], [u8; 6]), src: SocketAddr, dst: SocketAddr, seq: u32) -> Option<Vec<u8>> {
    segment(macs, src, dst, Tcp { flags: Tcp::SYN, seq, ack: 0, window: 64_240 }, &[2, 4, 0x05, 0xb4])
}

/// A UDP datagram.
pub fn udp(macs: ([u8; 6], [u8; 6]), src: SocketAddr, dst: SocketAddr, payload: &[u8]) -> Option<Vec<u8>> {
    let mut datagram = vec![0u8; udp_at::HEADER];
    put(&mut datagram, udp_at::SRC_PORT, src.port().into());
    put(&mut datagram, udp_at::DST_PORT, dst.port().into());
    put(&mut datagram, udp_at::LEN, (udp_at::HEADER + payload.len()) as u64);
    datagram.extend(payload);
    let between = Between { eth_src: macs.0, eth_dst: macs.1, src: src.ip(), dst: dst.ip() };
    between.wrap(proto::UDP, &datagram)
}

fn message(between: Between, (protocol, kind, code): (u8, u8, u8), rest: u32, payload: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![kind, code, 0, 0];
    out.extend(rest.to_be_bytes());
    out.extend(payload);
    debug_assert!(out.len() >= icmp::HEADER);
    between.wrap(protocol, &out)
}

/// A ping: an echo request.
pub fn echo(between: Between, id: u16, seq: u16, payload: &[u8]) -> Option<Vec<u8>> {
    message(between, between.icmp((8, 0), (128, 0)), u32::from(id) << 16 | u32::from(seq), payload)
}

/// "Port unreachable" or, with another code, another kind of unreachable, about the packet in `frame`. Codes are those of the family:
/// port unreachable is 3 in ICMP and 4 in ICMPv6.
pub fn unreachable(between: Between, code: u8, frame: &[u8]) -> Option<Vec<u8>> {
    message(between, between.icmp((3, code), (1, code)), 0, quote(between, frame)?)
}

/// "Fragmentation needed" or "Packet too big": the next link takes only `mtu` bytes.
pub fn fragmentation_needed(between: Between, mtu: u32, frame: &[u8]) -> Option<Vec<u8>> {
    // ICMP has 16 bits for it (RFC 1191).
    let rest = if between.src.is_ipv4() { u32::from(u16::try_from(mtu).ok()?) } else { mtu };
    message(between, between.icmp((3, 4), (2, 0)), rest, quote(between, frame)?)
}

/// What an error quotes: the packet, cut so that the error keeps within 576 bytes (RFC 1812, section 4.3.2.3) or 1280 (RFC 4443, section 2.4).
fn quote(between: Between, frame: &[u8]) -> Option<&[u8]> {
    let packet = frame.get(eth::LEN..)?;
    let most = if between.src.is_ipv4() { 576 - ipv4::HEADER } else { 1280 - ipv6::HEADER } - icmp::HEADER;
    Some(&packet[..packet.len().min(most)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::decode::{LayerKind, decode, ids};
    use crate::packet::summary::Summary;

    const MACS: ([u8; 6], [u8; 6]) = ([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);

    fn ends(v6: bool) -> (SocketAddr, SocketAddr) {
        let (a, b) = if v6 { ("[fd00::1]:40", "[fd00::2]:80") } else { ("10.0.0.1:40", "10.0.0.2:80") };
        (a.parse().unwrap(), b.parse().unwrap())
    }

    fn sound(frame: &[u8]) {
        let d = decode(frame);
        assert!(d.wrong().next().is_none() && d.layers.iter().filter(|l| !l.quoted).all(|l| !l.cut), "{d:#?}");
    }

    #[test]
    fn what_is_made_by_hand_is_right_in_both_families() {
        for v6 in [false, true] {
            let (src, dst) = ends(v6);
            let rst = reset(MACS, src, dst, 7, Some(9)).unwrap();
            let opening = syn(MACS, src, dst, 7).unwrap();
            let datagram = udp(MACS, src, dst, b"hi").unwrap();
            let between = Between { eth_src: MACS.0, eth_dst: MACS.1, src: src.ip(), dst: dst.ip() };
            let ping = echo(between, 3, 4, b"abc").unwrap();
            let error = unreachable(between, 3, &datagram).unwrap();
            let big = fragmentation_needed(between, 1280, &[&opening[..], &[0; 3000]].concat()).unwrap();
            [&rst, &opening, &datagram, &ping, &error, &big].into_iter().for_each(|f| sound(f));
            assert_eq!(Summary::of(&rst).tcp.unwrap().flag_names().collect::<Vec<_>>(), ["RST", "ACK"]);
            assert_eq!(decode(&opening).number(ids::TCP_OPT_MSS), Some(1460));
            assert_eq!(decode(&big).number(if v6 { ids::ICMPV6_MTU } else { ids::ICMP_MTU }), Some(1280));
            assert!(big.len() <= 1280 + eth::LEN);
            assert!(decode(&error).layers.iter().any(|l| l.quoted && l.kind == LayerKind::Udp));
        }
    }

    #[test]
    fn two_families_make_no_frame() {
        assert_eq!(syn(MACS, ends(false).0, ends(true).1, 1), None);
    }
}

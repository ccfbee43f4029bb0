//! What decoding must hold: on frames that are right, on frames that are cut, on any bytes at all.

use super::*;
use etherparse::{PacketBuilder, TcpOptionElement};
use proptest::prelude::*;

fn tcp_frame() -> Vec<u8> {
    use TcpOptionElement::*;
    let mut frame = Vec::new();
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64);
    let options = [MaximumSegmentSize(1460), SelectiveAcknowledgementPermitted, Timestamp(7, 9), Noop, WindowScale(7)];
    builder.tcp(40_001, 9000, 7, 64_240).syn().ack(3).options(&options).unwrap().write(&mut frame, b"hello").unwrap();
    frame
}

fn shown(d: &Decoded, id: FieldId) -> &str {
    &d.field(id).unwrap_or_else(|| panic!("{id} is not there")).shown
}

/// Bits that no field of the frame's own and quoted layers stands in, between the first byte and the last.
fn holes(d: &Decoded, len: usize) -> Vec<usize> {
    let mut seen = vec![false; len * 8];
    for f in d.layers.iter().flat_map(|l| &l.fields) {
        seen[f.bits.clone()].fill(true);
    }
    (0..len).filter(|b| seen[b * 8..b * 8 + 8].contains(&false)).collect()
}

#[test]
fn every_field_of_a_segment_is_named() {
    let frame = tcp_frame();
    let d = decode(&frame);
    assert_eq!(d.layers.iter().map(|l| l.kind.name()).collect::<Vec<_>>(), ["Ethernet", "IPv4", "TCP", "Data"]);
    for (id, want) in [
        (ids::ETH_SRC, "02:00:00:00:00:01"),
        (ids::ETH_TYPE, "0x0800 (IPv4)"),
        (ids::IP_HDR_LEN, "5 (20 bytes)"),
        (ids::IP_TTL, "64"),
        (ids::IP_PROTO, "6 (TCP)"),
        (ids::IP_SRC, "10.0.0.1"),
        (ids::TCP_DST_PORT, "9000"),
        (ids::TCP_SEQ, "7"),
        (ids::TCP_FLAGS, "0x12 (SYN ACK)"),
        (ids::TCP_FLAG_SYN, "1"),
        (ids::TCP_FLAG_FIN, "0"),
        (ids::TCP_OPT_MSS, "1460"),
        (ids::TCP_OPT_WSCALE, "7 (×128)"),
        (ids::TCP_OPT_TSVAL, "7"),
        (ids::TCP_OPT_TSECR, "9"),
    ] {
        assert_eq!(shown(&d, id), want, "{id}");
    }
    let data = d.field(ids::DATA).unwrap();
    assert_eq!(&frame[data.bytes()], b"hello");
    assert!(d.layers.iter().all(|l| !l.cut));
    // A kind and a length byte before the value of MSS, window scale and timestamps are the option's frame, not its value.
    assert!(holes(&d, frame.len()).len() <= 6, "{:?}", holes(&d, frame.len()));
}

#[test]
fn checksums_are_computed_and_compared() {
    let mut frame = tcp_frame();
    let judged = |f: &[u8], id| decode(f).field(id).unwrap().judged;
    assert_eq!(judged(&frame, ids::IP_CHECKSUM), Some(Judged::Right));
    assert_eq!(judged(&frame, ids::TCP_CHECKSUM), Some(Judged::Right));
    let right = decode(&frame).number(ids::TCP_CHECKSUM).unwrap();
    *frame.last_mut().unwrap() ^= 4;
    let Some(Judged::Wrong(should)) = judged(&frame, ids::TCP_CHECKSUM) else { panic!("a changed byte goes unseen") };
    assert_ne!(should, right);
    assert_eq!(decode(&frame).wrong().map(|f| f.id).collect::<Vec<_>>(), [ids::TCP_CHECKSUM]);
}

#[test]
fn an_icmp_error_shows_the_packet_it_quotes() {
    let original = &tcp_frame()[14..];
    let mut frame = Vec::new();
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([10, 0, 0, 9], [10, 0, 0, 1], 64);
    builder.icmpv4_raw(3, 4, [0, 0, 5, 0]).write(&mut frame, &original[..28]).unwrap();
    let d = decode(&frame);
    assert_eq!(shown(&d, ids::ICMP_CODE), "4 (Fragmentation Needed and DF Set)");
    assert_eq!(shown(&d, ids::ICMP_MTU), "1280");
    let quoted: Vec<&Layer> = d.layers.iter().filter(|l| l.quoted).collect();
    assert_eq!(quoted.iter().map(|l| l.kind).collect::<Vec<_>>(), [LayerKind::Ipv4, LayerKind::Tcp]);
    assert_eq!(quoted[1].field(ids::TCP_SEQ).unwrap().number(), Some(7));
    // The quote ends before the window: that is a cut, and no checksum is judged by half of a segment.
    assert!(quoted[1].cut && quoted[1].field(ids::TCP_CHECKSUM).is_none());
    assert_eq!(d.field(ids::IP_SRC).unwrap().shown, "10.0.0.9");
}

#[test]
fn a_neighbour_is_asked_for() {
    let mut frame = Vec::new();
    let mut body = vec![0xfd; 16];
    body.extend([1, 1, 2, 0, 0, 0, 0, 1]);
    let builder = PacketBuilder::ethernet2([2; 6], [0x33; 6]).ipv6([0xfd; 16], [0xff; 16], 255);
    builder.icmpv6_raw(135, 0, [0; 4]).write(&mut frame, &body).unwrap();
    let d = decode(&frame);
    assert_eq!(shown(&d, ids::ICMPV6_TYPE), "135 (Neighbor Solicitation)");
    assert_eq!(shown(&d, ids::ND_OPTION), "Source Link-Layer Address 02:00:00:00:00:01");
    assert_eq!(d.field(ids::ICMPV6_CHECKSUM).unwrap().judged, Some(Judged::Right));
    assert_eq!(holes(&d, frame.len()), Vec::<usize>::new());
}

#[test]
fn padding_is_no_part_of_the_packet() {
    let mut frame = Vec::new();
    PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([1; 4], [2; 4], 1).udp(1, 2).write(&mut frame, b"x").unwrap();
    let len = frame.len();
    frame.resize(60, 0);
    let d = decode(&frame);
    assert_eq!(d.field(ids::ETH_PADDING).unwrap().bytes(), len..60);
    assert_eq!(d.field(ids::UDP_CHECKSUM).unwrap().judged, Some(Judged::Right));
}

#[test]
fn a_fragment_is_not_judged_by_its_part() {
    let mut frame = tcp_frame();
    frame[20] = 0x20;
    let d = decode(&frame);
    assert_eq!(d.number(ids::IP_MF), Some(1));
    assert_eq!(d.field(ids::TCP_CHECKSUM).unwrap().judged, None);
    frame[21] = 3;
    let d = decode(&frame);
    assert_eq!(shown(&d, ids::IP_FRAG_OFFSET), "3 (24 bytes)");
    assert!(d.layer(LayerKind::Tcp).is_none() && d.layer(LayerKind::Data).is_some());
}

#[test]
fn a_frame_cut_anywhere_says_so() {
    let frame = tcp_frame();
    for end in 0..frame.len() {
        assert!(decode(&frame[..end]).layers.iter().any(|l| l.cut) || end == 14, "cut at {end}");
    }
}

#[test]
fn wrong_lengths_end_the_options() {
    for len in [0u8, 1, 200] {
        let mut frame = tcp_frame();
        frame[14 + 20 + 20 + 1] = len;
        let d = decode(&frame);
        assert_eq!(shown(&d, ids::TCP_OPT_OTHER), "the length is wrong");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn no_broken_frame_makes_it_panic(
        which in 0..8usize,
        changes in proptest::collection::vec((0..120usize, any::<u8>()), 0..8),
        end in 0..140usize,
    ) {
        let (kind, proto) = [(0x0800, 6), (0x0800, 1), (0x86dd, 58), (0x86dd, 0), (0x86dd, 44), (0x0806, 0), (0x8100, 0), (0x0800, 2)][which];
        let mut frame = [0u8; 140];
        frame[12..14].copy_from_slice(&u16::to_be_bytes(kind));
        match kind {
            0x0800 => { frame[14] = 0x46; frame[17] = 120; frame[23] = proto; }
            0x86dd => { frame[14] = 0x60; frame[19] = 80; frame[20] = proto; }
            _ => {}
        }
        for (at, b) in changes {
            frame[14 + at] = b;
        }
        check(&frame[..end]);
    }
}

fn check(frame: &[u8]) {
    let d = decode(frame);
    for f in d.layers.iter().flat_map(|l| &l.fields) {
        assert!(f.bits.start <= f.bits.end && f.bytes().end <= frame.len(), "{f:?} is outside {}", frame.len());
        assert!(ids::ALL.contains(&f.id));
    }
    let s = crate::packet::Summary::of(frame);
    if let (Some(tcp), Some(seq)) = (s.tcp, d.number(ids::TCP_SEQ)) {
        assert_eq!(u64::from(tcp.seq), seq);
    }
}

//! What we say of frames is what tshark says of them: captures that we write, read by another program.

use crate::kit::{Folder, have};
use etherparse::{PacketBuilder, TcpHeader, TcpOptionElement, TcpOptionElement::*};
use sockscope::packet::decode::ids;
use sockscope::packet::{Note, Seen, Summary, Tcp, Tracker, build, decode, pcapng};
use std::path::{Path, PathBuf};
use std::process::Command;

const A: u32 = 4_000_000_000;
const B: u32 = 700;

/// A frame of a conversation between 10.0.0.1:40001 and 10.0.0.2:9000, numbers relative.
fn tcp(from_a: bool, flags: &str, seq: u32, ack: u32, window: u16, payload: &[u8], options: &[TcpOptionElement]) -> Vec<u8> {
    let ends = [([10, 0, 0, 1], 40_001, A), ([10, 0, 0, 2], 9000, B)];
    let ((src, sport, mine), (dst, dport, other)) = if from_a { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
    let mut header = TcpHeader::new(sport, dport, mine.wrapping_add(seq), window);
    header.syn = flags.contains('S');
    header.fin = flags.contains('F');
    header.rst = flags.contains('R');
    header.psh = flags.contains('P');
    header.ack = flags.contains('A');
    header.acknowledgment_number = if header.ack { other.wrapping_add(ack) } else { 0 };
    header.set_options(options).expect("options");
    let mut out = Vec::new();
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, src[3]], [2, 0, 0, 0, 0, dst[3]]).ipv4(src, dst, 64);
    builder.tcp_header(header).write(&mut out, payload).expect("a frame");
    out
}

/// A connection in which nearly everything happens that TCP knows.
fn conversation() -> Vec<Vec<u8>> {
    let syn = [MaximumSegmentSize(1460), SelectiveAcknowledgementPermitted, Timestamp(100, 0), Noop, WindowScale(2)];
    let ten = b"0123456789";
    let mut all = vec![
        tcp(true, "S", 0, 0, 1000, b"", &syn),
        tcp(true, "S", 0, 0, 1000, b"", &syn),
        tcp(false, "SA", 0, 1, 1000, b"", &syn),
        tcp(true, "A", 1, 1, 1000, b"", &[]),
    ];
    all.extend((0..5).map(|i| tcp(true, "PA", 1 + 10 * i, 1, 1000, ten, &[])));
    all.push(tcp(false, "A", 1, 11, 1000, b"", &[]));
    all.extend((0..3).map(|_| tcp(false, "A", 1, 11, 1000, b"", &[])));
    all.push(tcp(true, "PA", 11, 1, 1000, ten, &[]));
    all.push(tcp(false, "A", 1, 51, 1000, b"", &[]));
    all.push(tcp(true, "PA", 51, 1, 1000, ten, &[]));
    all.push(tcp(true, "PA", 51, 1, 1000, ten, &[]));
    all.push(tcp(false, "A", 1, 61, 0, b"", &[]));
    all.push(tcp(true, "A", 61, 1, 1000, b"x", &[]));
    all.push(tcp(false, "A", 1, 61, 0, b"", &[]));
    all.push(tcp(false, "A", 1, 61, 500, b"", &[]));
    all.push(tcp(true, "PA", 61, 1, 1000, ten, &[]));
    all.push(tcp(false, "A", 1, 71, 500, b"", &[]));
    all.push(tcp(true, "A", 70, 1, 1000, b"", &[]));
    all.push(tcp(false, "A", 1, 71, 500, b"", &[]));
    all.push(tcp(false, "FA", 1, 71, 500, b"", &[]));
    all.push(tcp(true, "A", 71, 2, 1000, b"", &[]));
    all.push(tcp(true, "RA", 71, 2, 0, b"", &[]));
    all
}

/// Frames of every protocol we name.
fn zoo() -> Vec<Vec<u8>> {
    let (a, b) = ([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
    let mut arp = vec![0xff; 6];
    arp.extend(a);
    arp.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
    arp.extend(a);
    arp.extend([10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]);
    let v4 = |src: &str, dst: &str| build::Between { eth_src: a, eth_dst: b, src: src.parse().unwrap(), dst: dst.parse().unwrap() };
    let datagram = build::udp((a, b), "10.0.0.1:5000".parse().unwrap(), "10.0.0.2:6000".parse().unwrap(), b"hi there").unwrap();
    let datagram6 = build::udp((a, b), "[fd00::1]:5000".parse().unwrap(), "[fd00::2]:6000".parse().unwrap(), b"hi").unwrap();
    let mut ns = Vec::new();
    let mut body = [&[0xfdu8, 0][..], &[0; 13], &[2]].concat();
    body.extend([1, 1, 2, 0, 0, 0, 0, 1]);
    let group = PacketBuilder::ethernet2(a, [0x33, 0x33, 0xff, 0, 0, 2]);
    let mut to = [0; 16];
    (to[0], to[1], to[11], to[12], to[15]) = (0xff, 2, 1, 0xff, 2);
    let mut from = [0; 16];
    (from[0], from[15]) = (0xfd, 1);
    group.ipv6(from, to, 255).icmpv6_raw(135, 0, [0; 4]).write(&mut ns, &body).expect("a frame");
    let mut options = Vec::new();
    let layers = PacketBuilder::ethernet2(a, b).vlan(etherparse::VlanHeader::Single(etherparse::SingleVlanHeader {
        pcp: 3.try_into().unwrap(),
        drop_eligible_indicator: false,
        vlan_id: 7.try_into().unwrap(),
        ether_type: 0x0800.into(),
    }));
    layers.ipv4([10, 0, 0, 1], [10, 0, 0, 2], 5).udp(1, 2).write(&mut options, b"tagged").expect("a frame");
    vec![
        arp,
        datagram.clone(),
        datagram6.clone(),
        build::echo(v4("10.0.0.1", "10.0.0.2"), 7, 1, b"ping").unwrap(),
        build::echo(v4("fd00::1", "fd00::2"), 7, 1, b"ping").unwrap(),
        build::unreachable(v4("10.0.0.2", "10.0.0.1"), 3, &datagram).unwrap(),
        build::fragmentation_needed(v4("10.0.0.2", "10.0.0.1"), 1280, &datagram).unwrap(),
        build::unreachable(v4("fd00::2", "fd00::1"), 4, &datagram6).unwrap(),
        build::fragmentation_needed(v4("fd00::2", "fd00::1"), 1280, &datagram6).unwrap(),
        ns,
        options,
        build::edit(&datagram, &[build::Change::Ttl(3), build::Change::Payload(b"changed".to_vec())]).unwrap(),
        build::flip_bit(&datagram, datagram.len() * 8 - 3),
    ]
}

fn save(folder: &Folder, frames: &[Vec<u8>]) -> PathBuf {
    let mut bytes = Vec::new();
    let mut w = pcapng::Writer::new(&mut bytes, "sockscope test").unwrap();
    let hosts = [w.interface("alice", None).unwrap(), w.interface("bob", None).unwrap()];
    // 5 ms apart: tshark calls a retransmission fast only within 20 ms of the last duplicate ACK.
    for (i, frame) in frames.iter().enumerate() {
        let from = usize::from(frame[11] == 2);
        let comment = format!("#{} {}: delivered 已送达", i + 1, ["alice", "bob"][from]);
        w.packet(hosts[from], 1_800_000_000_000_000_001 + i as u64 * 5_000_000, frame, frame.len() as u32, &comment).unwrap();
    }
    w.finish().unwrap();
    folder.file("sample.pcapng", bytes)
}

/// What a program says of a file; it must say nothing on standard error but that it runs as root.
fn told(program: &str, args: &[&str], file: &Path) -> String {
    let out = Command::new(program).args(args).arg(file).env("LC_ALL", "C.UTF-8").output().expect("it starts");
    let complaints = String::from_utf8_lossy(&out.stderr).into_owned();
    let left: Vec<&str> = complaints.lines().filter(|l| !l.contains("Running as user \"root\"") && !l.trim().is_empty()).collect();
    assert!(out.status.success() && left.is_empty(), "{program}: {left:?}");
    String::from_utf8(out.stdout).expect("UTF-8")
}

/// tshark's rows: the fields asked for, of each frame; of several values in a frame the first.
fn fields(file: &Path, names: &[&str]) -> Vec<Vec<String>> {
    let mut args = vec!["-T", "fields", "-E", "separator=/t", "-E", "occurrence=f"];
    for check in
        ["tcp.check_checksum:TRUE", "udp.check_checksum:TRUE", "ip.check_checksum:TRUE", "tcp.relative_sequence_numbers:TRUE"]
    {
        args.extend(["-o", check]);
    }
    names.iter().for_each(|n| args.extend(["-e", *n]));
    args.push("-r");
    told("tshark", &args, file).lines().map(|l| l.split('\t').map(str::to_string).collect()).collect()
}

fn watched(frames: &[Vec<u8>]) -> Vec<Seen> {
    let mut tracker = Tracker::new();
    frames.iter().enumerate().map(|(i, f)| tracker.see(i as u64 + 1, &Summary::of(f), f)).collect()
}

#[test]
fn a_saved_capture_opens_without_a_warning() {
    if !have(&["tshark", "capinfos"]) {
        return;
    }
    let folder = Folder::new();
    let frames = [conversation(), zoo()].concat();
    let file = save(&folder, &frames);
    let about = told("capinfos", &[], &file);
    assert!(about.contains("Name = alice") && about.contains("Name = bob"), "{about}");
    assert!(about.contains(&format!("Number of packets:   {}", frames.len())), "{about}");
    assert!(about.contains("nanoseconds"), "{about}");
    let rows = fields(&file, &["frame.number", "frame.interface_name", "frame.comment", "frame.time_epoch"]);
    assert_eq!(rows[0], ["1", "alice", "#1 alice: delivered 已送达", "1800000000.000000001"]);
    assert_eq!(rows[2][1], "bob");
}

#[test]
fn tshark_reads_the_same_fields() {
    if !have(&["tshark"]) {
        return;
    }
    let folder = Folder::new();
    let frames = [conversation(), zoo()].concat();
    let file = save(&folder, &frames);
    // tshark's name for a field, and ours; numbers and addresses as both write them.
    let same = [
        ("eth.dst", ids::ETH_DST),
        ("eth.src", ids::ETH_SRC),
        ("ip.src", ids::IP_SRC),
        ("ip.dst", ids::IP_DST),
        ("ip.ttl", ids::IP_TTL),
        ("ip.len", ids::IP_LEN),
        ("ip.proto", ids::IP_PROTO),
        ("ipv6.src", ids::IPV6_SRC),
        ("ipv6.plen", ids::IPV6_LEN),
        ("ipv6.hlim", ids::IPV6_HOP_LIMIT),
        ("vlan.id", ids::VLAN_ID),
        ("vlan.priority", ids::VLAN_PRIORITY),
        ("arp.opcode", ids::ARP_OPCODE),
        ("arp.src.proto_ipv4", ids::ARP_SRC_PROTO),
        ("arp.dst.proto_ipv4", ids::ARP_DST_PROTO),
        ("icmp.type", ids::ICMP_TYPE),
        ("icmp.code", ids::ICMP_CODE),
        ("icmp.seq", ids::ICMP_SEQ),
        ("icmp.mtu", ids::ICMP_MTU),
        ("icmpv6.type", ids::ICMPV6_TYPE),
        ("icmpv6.code", ids::ICMPV6_CODE),
        ("icmpv6.mtu", ids::ICMPV6_MTU),
        ("icmpv6.nd.ns.target_address", ids::ND_TARGET),
        ("udp.srcport", ids::UDP_SRC_PORT),
        ("udp.length", ids::UDP_LEN),
        ("tcp.srcport", ids::TCP_SRC_PORT),
        ("tcp.dstport", ids::TCP_DST_PORT),
        ("tcp.seq_raw", ids::TCP_SEQ),
        ("tcp.ack_raw", ids::TCP_ACK),
        ("tcp.window_size_value", ids::TCP_WINDOW),
        ("tcp.urgent_pointer", ids::TCP_URGENT),
        ("tcp.options.mss_val", ids::TCP_OPT_MSS),
        ("tcp.options.wscale.shift", ids::TCP_OPT_WSCALE),
        ("tcp.options.timestamp.tsval", ids::TCP_OPT_TSVAL),
        ("tcp.options.timestamp.tsecr", ids::TCP_OPT_TSECR),
    ];
    let names: Vec<&str> = same.iter().map(|s| s.0).collect();
    let mut compared = 0;
    for (row, (frame, theirs)) in frames.iter().zip(fields(&file, &names)).enumerate() {
        let ours = decode(frame);
        for ((name, id), theirs) in same.iter().zip(theirs) {
            // Of a quoted packet tshark fills in the same fields: only the frame's own are compared.
            let own = ours.field(*id);
            let quoted = own.is_none() && ours.layers.iter().any(|l| l.quoted);
            if !quoted {
                let shown = own.map(|f| f.number().map_or(f.shown.clone(), |n| n.to_string())).unwrap_or_default();
                assert_eq!(shown, theirs, "{name} of frame {}", row + 1);
                compared += usize::from(!theirs.is_empty());
            }
        }
    }
    assert!(compared > 300, "only {compared} values were compared");
}

#[test]
fn tshark_judges_the_sums_alike() {
    if !have(&["tshark"]) {
        return;
    }
    let folder = Folder::new();
    let frames = [conversation(), zoo()].concat();
    let file = save(&folder, &frames);
    let rows = fields(&file, &["ip.checksum.status", "tcp.checksum.status", "udp.checksum.status", "icmp.checksum.status"]);
    let ours = [ids::IP_CHECKSUM, ids::TCP_CHECKSUM, ids::UDP_CHECKSUM, ids::ICMP_CHECKSUM];
    let mut bad = 0;
    for (frame, row) in frames.iter().zip(rows) {
        let d = decode(frame);
        for (id, theirs) in ours.iter().zip(row) {
            if let Some(judged) = d.field(*id).and_then(|f| f.judged) {
                let is_bad = matches!(judged, sockscope::packet::Judged::Wrong(_));
                assert_eq!(if is_bad { "0" } else { "1" }, theirs, "{id}");
                bad += u32::from(is_bad);
            }
        }
    }
    assert_eq!(bad, 1);
}

#[test]
fn tshark_counts_and_notes_the_same() {
    if !have(&["tshark"]) {
        return;
    }
    let folder = Folder::new();
    let frames = conversation();
    let file = save(&folder, &frames);
    let names = [
        "tcp.seq",
        "tcp.ack",
        "tcp.window_size",
        "tcp.len",
        "tcp.analysis.retransmission",
        "tcp.analysis.fast_retransmission",
        "tcp.analysis.duplicate_ack_num",
        "tcp.analysis.zero_window",
        "tcp.analysis.window_update",
        "tcp.analysis.zero_window_probe",
        "tcp.analysis.zero_window_probe_ack",
        "tcp.analysis.keep_alive",
        "tcp.analysis.keep_alive_ack",
    ];
    let seen = watched(&frames);
    for (i, (ours, row)) in seen.iter().zip(fields(&file, &names)).enumerate() {
        let s = Summary::of(&frames[i]);
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let n = i + 1;
        assert_eq!(number(ours.seq_rel), row[0], "seq of {n}");
        // tshark shows an acknowledgement of 0 where the flag is not set.
        let ack = if s.tcp.unwrap().has(Tcp::ACK) { number(ours.ack_rel) } else { "0".into() };
        assert_eq!(ack, row[1], "ack of {n}");
        assert_eq!(number(ours.window), row[2], "window of {n}");
        assert_eq!(s.len.to_string(), row[3], "length of {n}");
        let has = |f: &dyn Fn(&Note) -> bool| ours.notes.iter().any(f);
        let told = |i: usize| !row[i].is_empty();
        let again = |n: &Note| matches!(n, Note::Retransmission { .. } | Note::FastRetransmission { .. } | Note::SynAgain { .. });
        assert_eq!(has(&again), told(4), "{n}: {:?} {row:?}", ours.notes);
        assert_eq!(has(&|n| matches!(n, Note::FastRetransmission { .. })), told(5), "{n}: {:?} {row:?}", ours.notes);
        let dup = ours.notes.iter().find_map(|n| match n {
            Note::DuplicateAck { n, .. } => Some(n.to_string()),
            _ => None,
        });
        assert_eq!(dup.unwrap_or_default(), row[6], "{n}");
        for (note, column) in [
            (Note::ZeroWindow, 7),
            (Note::ZeroWindowProbe, 9),
            (Note::ZeroWindowProbeAck, 10),
            (Note::KeepAlive, 11),
            (Note::KeepAliveAck, 12),
        ] {
            assert_eq!(ours.notes.contains(&note), told(column), "{note:?} of {n}: {:?} {row:?}", ours.notes);
        }
        assert_eq!(has(&|n| matches!(n, Note::WindowUpdate { .. })), told(8), "{n}: {:?} {row:?}", ours.notes);
    }
}

#[test]
fn a_capture_of_another_program_is_read() {
    if !have(&["tshark", "editcap"]) {
        return;
    }
    let folder = Folder::new();
    let frames = [conversation(), zoo()].concat();
    let file = save(&folder, &frames);
    let again = folder.path().join("again.pcapng");
    let out = Command::new("editcap").arg(&file).arg(&again).output().expect("editcap starts");
    assert!(out.status.success(), "{out:?}");
    let capture = pcapng::read(&mut std::fs::File::open(&again).unwrap()).unwrap();
    assert_eq!(capture.records.iter().map(|r| &r.bytes).collect::<Vec<_>>(), frames.iter().collect::<Vec<_>>());
    assert_eq!(capture.records[0].time_ns, 1_800_000_000_000_000_001);
    assert!(capture.records[0].comment.starts_with("#1 alice"));
}

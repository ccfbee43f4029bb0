//! Conversations, frame by frame, and what must be said of each.

use super::*;
use etherparse::{PacketBuilder, TcpHeader, TcpOptionElement};

/// A conversation between 10.0.0.1:1000 (`a`, initial number 5000) and 10.0.0.2:80 (`b`, initial number 4294967290, so that it wraps).
struct Talk {
    tracker: Tracker,
    packet: u64,
}

const A: u32 = 5000;
const B: u32 = u32::MAX - 5;

fn frame(from_a: bool, flags: &str, seq: u32, ack: u32, window: u16, payload: &[u8], options: &[TcpOptionElement]) -> Vec<u8> {
    let ends = [([10, 0, 0, 1], 1000), ([10, 0, 0, 2], 80)];
    let ((src, sport), (dst, dport)) = if from_a { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
    let (my, their) = if from_a { (A, B) } else { (B, A) };
    let mut tcp = TcpHeader::new(sport, dport, my.wrapping_add(seq), window);
    tcp.syn = flags.contains('S');
    tcp.fin = flags.contains('F');
    tcp.rst = flags.contains('R');
    tcp.ack = flags.contains('A');
    tcp.acknowledgment_number = if tcp.ack { their.wrapping_add(ack) } else { 0 };
    tcp.set_options(options).unwrap();
    let mut out = Vec::new();
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(src, dst, 64);
    builder.tcp_header(tcp).write(&mut out, payload).unwrap();
    out
}

impl Talk {
    fn new() -> Talk {
        Talk { tracker: Tracker::new(), packet: 0 }
    }

    /// After a handshake with window scale 2 at both ends, as packets 1, 2, 3.
    fn open() -> Talk {
        let mut t = Talk::new();
        t.say_with(true, "S", 0, 0, 1000, b"", &[TcpOptionElement::WindowScale(2)]);
        t.say_with(false, "SA", 0, 1, 1000, b"", &[TcpOptionElement::WindowScale(2)]);
        t.say(true, "A", 1, 1, 1000, b"");
        t
    }

    fn say(&mut self, from_a: bool, flags: &str, seq: u32, ack: u32, window: u16, payload: &[u8]) -> Seen {
        self.say_with(from_a, flags, seq, ack, window, payload, &[])
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a segment, in their order")]
    fn say_with(
        &mut self,
        from_a: bool,
        flags: &str,
        seq: u32,
        ack: u32,
        win: u16,
        data: &[u8],
        options: &[TcpOptionElement],
    ) -> Seen {
        self.packet += 1;
        let bytes = frame(from_a, flags, seq, ack, win, data, options);
        let seen = self.tracker.see(self.packet, &Summary::of(&bytes), &bytes);
        assert_eq!(seen.seq_rel, Some(seq), "packet {}", self.packet);
        assert_eq!(seen.ack_rel, flags.contains('A').then_some(ack), "packet {}", self.packet);
        seen
    }

    fn notes(&mut self, from_a: bool, flags: &str, seq: u32, ack: u32, window: u16, payload: &[u8]) -> Vec<Note> {
        self.say(from_a, flags, seq, ack, window, payload).notes
    }
}

#[test]
fn a_handshake_and_a_farewell_are_nothing_special() {
    let mut t = Talk::new();
    assert_eq!(t.notes(true, "S", 0, 0, 1000, b""), []);
    assert_eq!(t.notes(false, "SA", 0, 1, 1000, b""), []);
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b""), []);
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"hello"), []);
    assert_eq!(t.notes(false, "A", 1, 6, 1000, b""), []);
    assert_eq!(t.notes(false, "FA", 1, 6, 1000, b""), []);
    assert_eq!(t.notes(true, "A", 6, 2, 1000, b""), []);
    assert_eq!(t.notes(true, "FA", 6, 2, 1000, b""), []);
    assert_eq!(t.notes(false, "A", 2, 7, 1000, b""), []);
}

#[test]
fn the_window_is_scaled_where_both_syns_were_seen() {
    let mut t = Talk::open();
    assert_eq!(t.say(true, "A", 1, 1, 1000, b"").window, Some(4000));
    let mut one_sided = Talk::new();
    assert_eq!(one_sided.say_with(true, "S", 0, 0, 1000, b"", &[TcpOptionElement::WindowScale(7)]).window, Some(1000));
    one_sided.say(false, "SA", 0, 1, 500, b"");
    assert_eq!(one_sided.say(true, "A", 1, 1, 1000, b"").window, Some(1000));
    let mut tracker = Tracker::new();
    let bytes = frame(true, "A", 77, 99, 10, b"x", &[]);
    let seen = tracker.see(1, &Summary::of(&bytes), &bytes);
    assert_eq!((seen.seq_rel, seen.ack_rel, seen.window), (Some(1), Some(1), None));
}

#[test]
fn a_syn_is_sent_again() {
    let mut t = Talk::new();
    t.say(true, "S", 0, 0, 1000, b"");
    assert_eq!(t.notes(true, "S", 0, 0, 1000, b""), [Note::SynAgain { of: Some(1), n: 2 }]);
    assert_eq!(t.notes(true, "S", 0, 0, 1000, b""), [Note::SynAgain { of: Some(1), n: 3 }]);
    t.say(false, "SA", 0, 1, 1000, b"");
    assert_eq!(t.notes(false, "SA", 0, 1, 1000, b""), [Note::SynAgain { of: Some(4), n: 2 }]);
}

#[test]
fn data_is_sent_again() {
    let mut t = Talk::open();
    t.say(true, "A", 1, 1, 1000, b"hello");
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"hello"), [Note::Retransmission { of: Some(4), same: Some(true) }]);
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"jello"), [Note::Retransmission { of: Some(4), same: Some(false) }]);
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"hello, you"), [Note::RetransmissionWithNewData { of: Some(4), new: 5 }]);
    t.say(false, "A", 1, 11, 1000, b"");
    let late = t.notes(true, "A", 1, 1, 1000, b"hello");
    assert_eq!(late, [Note::Retransmission { of: Some(4), same: Some(true) }, Note::AlreadyAcknowledged]);
}

#[test]
fn three_duplicate_acks_ask_for_a_fast_retransmission() {
    let mut t = Talk::open();
    for i in 0..5 {
        t.say(true, "A", 1 + 10 * i, 1, 1000, b"0123456789");
    }
    assert_eq!(t.notes(false, "A", 1, 11, 1000, b""), []);
    let first = t.packet;
    for n in 1..=3 {
        assert_eq!(t.notes(false, "A", 1, 11, 1000, b""), [Note::DuplicateAck { of: Some(first), n }]);
    }
    assert_eq!(t.notes(true, "A", 11, 1, 1000, b"0123456789"), [Note::FastRetransmission { of: Some(5), same: Some(true) }]);
    assert_eq!(t.notes(false, "A", 1, 51, 1000, b""), []);
}

#[test]
fn a_closed_window_is_probed_and_opened() {
    let mut t = Talk::open();
    t.say(true, "A", 1, 1, 1000, b"hello");
    assert_eq!(t.notes(false, "A", 1, 6, 0, b""), [Note::ZeroWindow]);
    // Linux probes with the number before the next one, and no byte.
    assert_eq!(t.notes(true, "A", 5, 1, 1000, b""), [Note::ZeroWindowProbe]);
    assert_eq!(t.notes(false, "A", 1, 6, 0, b""), [Note::ZeroWindow, Note::ZeroWindowProbeAck]);
    // Others probe with the next byte.
    assert_eq!(t.notes(true, "A", 6, 1, 1000, b"x"), [Note::ZeroWindowProbe]);
    assert_eq!(t.notes(false, "A", 1, 6, 0, b""), [Note::ZeroWindow, Note::ZeroWindowProbeAck]);
    assert_eq!(t.notes(false, "A", 1, 6, 500, b""), [Note::WindowUpdate { from: 0, to: 2000 }]);
    assert_eq!(t.notes(true, "A", 6, 1, 1000, b"x"), []);
}

#[test]
fn a_silent_connection_is_kept_alive() {
    let mut t = Talk::open();
    t.say(true, "A", 1, 1, 1000, b"h");
    // One byte, not yet acknowledged, is sent again: that is no keep-alive, though it looks like one.
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"h"), [Note::Retransmission { of: Some(4), same: Some(true) }]);
    t.say(false, "A", 1, 2, 1000, b"");
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b""), [Note::KeepAlive]);
    assert_eq!(t.notes(false, "A", 1, 2, 1000, b""), [Note::KeepAliveAck]);
}

#[test]
fn what_was_not_seen_is_a_gap_and_may_come_late() {
    let mut t = Talk::open();
    assert_eq!(t.notes(true, "A", 11, 1, 1000, b"0123456789"), [Note::Gap { missing: 10 }]);
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"0123456789"), [Note::OutOfOrder]);
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"0123456789"), [Note::Retransmission { of: Some(5), same: Some(true) }]);
}

#[test]
fn both_may_open_and_close_at_once() {
    let mut t = Talk::new();
    t.say(true, "S", 0, 0, 1000, b"");
    assert_eq!(t.notes(false, "S", 0, 0, 1000, b""), [Note::SimultaneousOpen]);
    assert_eq!(t.notes(true, "SA", 0, 1, 1000, b""), []);
    let mut t = Talk::open();
    assert_eq!(t.notes(true, "FA", 1, 1, 1000, b""), []);
    assert_eq!(t.notes(false, "FA", 1, 1, 1000, b""), [Note::SimultaneousClose]);
}

#[test]
fn the_window_is_filled() {
    let mut t = Talk::open();
    t.say(false, "A", 1, 1, 2, b"");
    assert_eq!(t.notes(true, "A", 1, 1, 1000, b"12345678"), [Note::WindowFull]);
}

#[test]
fn a_reset_is_named() {
    let mut t = Talk::open();
    assert_eq!(t.notes(false, "R", 1, 0, 0, b""), [Note::Reset]);
}

#[test]
fn the_same_ports_may_be_used_again() {
    let mut t = Talk::open();
    t.packet += 1;
    let bytes = frame(true, "S", 70_000, 0, 10, b"", &[]);
    let seen = t.tracker.see(t.packet, &Summary::of(&bytes), &bytes);
    assert_eq!((seen.seq_rel, seen.notes), (Some(0), vec![Note::NewConnection]));
}

#[test]
fn ever_new_connections_do_not_fill_the_memory() {
    let mut tracker = Tracker::new();
    let mut s = Summary::of(&frame(true, "S", 0, 0, 1000, b"", &[]));
    for n in 0..20_000u32 {
        s.src = Some(std::net::Ipv4Addr::from(n).into());
        tracker.see(n.into(), &s, &[]);
    }
    assert!(tracker.len() <= MOST);
}

proptest::proptest! {
    #[test]
    fn any_segments_in_any_order_are_taken(
        segments in proptest::collection::vec((proptest::bool::ANY, 0u8..64, 0..40u32, 0..40u32, 0..3u16, 0..20usize), 0..80)
    ) {
        let mut tracker = Tracker::new();
        for (n, (from_a, flags, seq, ack, window, len)) in segments.into_iter().enumerate() {
            let mut s = Summary::of(&frame(from_a, "A", seq, ack, window, &[7; 20][..len], &[]));
            s.tcp.as_mut().unwrap().flags = flags;
            tracker.see(n as u64, &s, &[]);
        }
    }
}

//! The verbs of a person: hold, step, drop, flow, keep, duplicate, reorder, corrupt, inject.

use super::super::*;
use super::kit::*;

fn three_held() -> Lab {
    let mut lab = Lab::new();
    lab.hold("udp");
    for payload in [b"one", b"two", b"thr"] {
        lab.says(ALICE, &udp(ALICE, BOB, payload));
    }
    lab
}

fn step(lab: &mut Lab, pick: Pick) -> Result<usize, NotDone> {
    lab.wire.step(pick, &Filter::default(), lab.now, &mut Vec::new())
}

fn once(lab: &mut Lab, once: Once, pick: Pick) -> Result<Did, NotDone> {
    lab.wire.once(once, pick, Filter::default(), lab.now, &mut Vec::new())
}

#[test]
fn a_handshake_is_stepped_through() {
    let mut lab = Lab::new();
    lab.hold("tcp");
    assert!(!lab.wire.is_plain());
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["1 held"]);
    assert_eq!(lab.step(), ["1 > bob", "1 delivered Stepped"]);
    assert_eq!(lab.says(BOB, &tcp(BOB, ALICE, "syn+ack", 0, 1, b"")), ["2 held"]);
    assert_eq!(lab.wire.capture().row(2).unwrap().fate, Fate::Held);
    assert_eq!(lab.step(), ["2 > alice", "2 delivered Stepped"]);
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b"")), ["3 held"]);
    assert_eq!(lab.step(), ["3 > bob", "3 delivered Stepped"]);
    assert_eq!(step(&mut lab, Pick::Oldest(1)), Err(NotDone::NothingHeld));
}

#[test]
fn holding_without_a_filter_lets_hosts_find_each_other() {
    let mut lab = Lab::new();
    lab.hold("");
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["1 > bob", "1 > carol"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["2 held"]);
    lab.hold("from alice");
    assert_eq!(lab.says(ALICE, &arp(ALICE, CAROL)).len(), 2, "a filter that does not name ARP lets it pass too");
    lab.hold("arp");
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["4 held"]);
}

#[test]
fn all_is_all() {
    let mut lab = Lab::new();
    lab.hold("all");
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["1 held"]);
    assert_eq!(lab.says(ALICE, &[&mac(BOB)[..], &mac(ALICE), &[0x88, 0xcc], &[0; 46]].concat()), ["2 held"]);
    assert_eq!(lab.step(), ["1 > bob", "1 > carol", "1 delivered Stepped"]);
}

#[test]
fn flow_delivers_what_is_held_in_order() {
    let mut lab = three_held();
    let words = lab.with(|w, now, d| assert_eq!(w.flow(now, d), 3));
    assert_eq!(words.join(" "), "1 > bob 1 delivered Flowed 2 > bob 2 delivered Flowed 3 > bob 3 delivered Flowed");
    assert!(lab.wire.is_plain());
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["4 > bob"]);
}

#[test]
fn several_holds_hold_each_what_fits() {
    let mut lab = Lab::new();
    lab.hold("syn");
    lab.hold("udp");
    lab.hold("udp");
    assert_eq!(lab.wire.holds().len(), 2);
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["1 held"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"")), ["2 held"]);
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b"")), ["3 > bob"]);
}

#[test]
fn some_are_stepped_or_one_by_its_number() {
    let mut lab = three_held();
    assert_eq!(step(&mut lab, Pick::Number(2)), Ok(1));
    assert_eq!(step(&mut lab, Pick::Number(2)), Err(NotDone::NotHeld { packet: 2 }));
    assert_eq!(step(&mut lab, Pick::Oldest(5)), Ok(2), "as many as there are");
    assert_eq!(lab.wire.held(), (0, 0));
}

#[test]
fn some_are_dropped_or_one_by_its_number() {
    let mut lab = three_held();
    let now = lab.now;
    let words = lab.with(|w, now, d| assert_eq!(w.drop_held(Pick::Number(3), &Filter::default(), now, d), Ok(1)));
    assert_eq!(words, ["3 dropped Hand"]);
    assert_eq!(lab.wire.drop_held(Pick::Oldest(9), &Filter::default(), now, &mut Vec::new()), Ok(2));
    assert_eq!(lab.wire.drop_held(Pick::Oldest(1), &Filter::default(), now, &mut Vec::new()), Err(NotDone::NothingHeld));
    assert_eq!(lab.wire.counts().dropped, 3);
}

#[test]
fn a_retransmission_of_what_is_held_is_dropped_and_named() {
    let mut lab = Lab::new();
    lab.hold("tcp");
    let syn = tcp(ALICE, BOB, "syn", 0, 0, b"");
    assert_eq!(lab.says(ALICE, &syn), ["1 held"]);
    assert_eq!(lab.says(ALICE, &syn), ["2 dropped HeldAgain { of: 1 }"]);
    assert_eq!(lab.says(BOB, &tcp(BOB, ALICE, "syn", 0, 0, b"")), ["3 held"], "the other direction is another segment");
    lab.step();
    assert_eq!(lab.says(ALICE, &syn), ["4 held"], "not held any more: nothing to compare with");

    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b"data")), ["5 held"]);
    assert_eq!(
        lab.says(ALICE, &tcp(ALICE, BOB, "psh+ack", 1, 9, b"data")),
        ["6 dropped HeldAgain { of: 5 }"],
        "another ACK, and PSH"
    );
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b"dat")), ["7 held"], "another length");
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b"DATA")), ["8 held"], "another payload");
}

#[test]
fn segments_sent_again_in_one_are_a_retransmission_too() {
    let mut lab = Lab::new();
    lab.hold("tcp");
    let mut segment = |flags: &str, seq: u32, data: &[u8]| lab.says(ALICE, &tcp(ALICE, BOB, flags, seq, 1, data)).remove(0);
    assert_eq!(segment("ack", u32::MAX - 1, b"one"), "1 held");
    assert_eq!(segment("ack", 1, b"two"), "2 held");
    assert_eq!(segment("fin+ack", 4, b""), "3 held");
    assert_eq!(segment("ack", u32::MAX - 1, b"onetwo"), "4 dropped HeldAgain { of: 1 }");
    assert_eq!(segment("fin+ack", u32::MAX - 1, b"onetwo"), "5 dropped HeldAgain { of: 1 }");
    assert_eq!(segment("fin+ack", 1, b"two"), "6 dropped HeldAgain { of: 2 }");
    assert_eq!(segment("ack", u32::MAX - 1, b"onetwothree"), "7 held", "the rest of it is new");
    assert_eq!(segment("ack", u32::MAX - 1, b"onetw"), "8 held");
}

#[test]
fn what_only_looks_alike_is_no_retransmission() {
    let mut lab = Lab::new();
    lab.hold("all");
    let ack = tcp(ALICE, BOB, "ack", 1, 1, b"");
    assert_eq!(lab.says(ALICE, &ack), ["1 held"]);
    assert_eq!(lab.says(ALICE, &ack), ["2 held"], "duplicate ACKs mean something");
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["3 held"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["4 held"], "two equal datagrams are two");
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["5 held"]);
    assert_eq!(lab.says(ALICE, &arp(ALICE, CAROL)), ["6 held"]);
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["7 dropped HeldAgain { of: 5 }"], "but ARP asks again");
}

#[test]
fn keep_holds_retransmissions_as_well() {
    let mut lab = Lab::new();
    lab.wire.keep(true);
    lab.hold("tcp");
    let syn = tcp(ALICE, BOB, "syn", 0, 0, b"");
    lab.says(ALICE, &syn);
    assert_eq!(lab.says(ALICE, &syn), ["2 held again of 1"]);
    lab.step();
    assert_eq!(lab.says(ALICE, &syn), ["3 held again of 2"]);
    lab.wire.keep(false);
    assert_eq!(lab.says(ALICE, &syn), ["4 dropped HeldAgain { of: 2 }"]);
}

#[test]
fn a_held_frame_is_doubled_behind_itself() {
    let mut lab = three_held();
    let words = lab.with(|w, now, d| {
        let did = w.once(Once::Duplicate, Pick::Number(1), Filter::default(), now, d);
        assert_eq!(did, Ok(Did::Held(vec![4])));
    });
    assert_eq!(words, ["4 held copy of 1"]);
    assert_eq!(once(&mut lab, Once::Duplicate, Pick::Number(1)), Ok(Did::Held(vec![5])));
    assert_eq!(lab.wire.held_packets().collect::<Vec<_>>(), [1, 4, 5, 2, 3]);
    assert_eq!(lab.wire.counts().copied, 2);
    assert_eq!(once(&mut lab, Once::Duplicate, Pick::Number(9)), Err(NotDone::NotHeld { packet: 9 }));
}

#[test]
fn where_nothing_is_held_the_next_is_doubled() {
    let mut lab = Lab::new();
    let did = lab.wire.once(Once::Duplicate, Pick::Oldest(1), filter("udp"), lab.now, &mut Vec::new());
    assert_eq!(did, Ok(Did::Next(1)));
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["1 > bob"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["2 > bob", "3 > bob", "3 delivered Passed"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["4 > bob"]);
    assert!(lab.wire.is_plain() && lab.wire.promises().is_empty());

    lab.hold("udp");
    once(&mut lab, Once::Duplicate, Pick::Oldest(1)).unwrap();
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["5 held", "6 held copy of 5"]);
}

#[test]
fn held_frames_change_places() {
    let mut lab = three_held();
    assert_eq!(lab.wire.reorder(None, filter("")), Ok(Did::Held(vec![1, 2])));
    assert_eq!(lab.wire.reorder(Some((1, 3)), filter("")), Ok(Did::Held(vec![1, 3])));
    assert_eq!(lab.wire.held_packets().collect::<Vec<_>>(), [2, 3, 1]);
    assert!(lab.wire.capture().row(3).unwrap().marks.reordered);
    assert_eq!(lab.wire.reorder(Some((1, 1)), filter("")), Err(NotDone::SamePacket));
    assert_eq!(lab.wire.reorder(Some((1, 9)), filter("")), Err(NotDone::NotHeld { packet: 9 }));
    lab.says(ALICE, &udp(ALICE, BOB, b"four"));
    once(&mut lab, Once::Duplicate, Pick::Number(3)).unwrap();
    assert_eq!(lab.wire.held_packets().collect::<Vec<_>>(), [2, 3, 5, 1, 4]);
    step(&mut lab, Pick::Oldest(4)).unwrap();
    assert_eq!(lab.wire.reorder(None, filter("")), Err(NotDone::NothingHeld), "one alone");
}

#[test]
fn where_nothing_is_to_be_held_the_next_is_overtaken() {
    let mut lab = Lab::new();
    assert_eq!(lab.wire.reorder(None, filter("")), Ok(Did::Next(1)));
    assert!(lab.says(ALICE, &udp(ALICE, BOB, b"one")).is_empty());
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"two")), ["2 > bob"]);
    assert_eq!(lab.later(20), ["1 > bob", "1 delivered Delayed"]);
    assert!(lab.wire.is_plain());
}

#[test]
fn one_bit_is_flipped() {
    let mut lab = three_held();
    let sent = lab.wire.capture().bytes(1).unwrap().to_vec();
    // Bit 0 of byte 42, the payload's first.
    assert_eq!(once(&mut lab, Once::Corrupt { bit: Some(336) }, Pick::Oldest(1)), Ok(Did::Held(vec![1])));
    let mut deeds = Vec::new();
    lab.wire.step(Pick::Oldest(1), &Filter::default(), lab.now, &mut deeds).unwrap();
    let Deed::Send { bytes, .. } = &deeds[0] else { panic!("{deeds:?}") };
    assert_eq!((bytes[42], &bytes[..42], &bytes[43..]), (sent[42] ^ 0x80, &sent[..42], &sent[43..]));
    let Deed::Fact(fact) = &deeds[1] else { panic!("{deeds:?}") };
    assert_eq!((fact.marks.flipped, &fact.bytes), (Some(336), bytes));
    assert_eq!(*lab.wire.capture().bytes(1).unwrap(), **bytes, "the capture shows what was delivered");
    let no_bit = NotDone::NoSuchBit { bits: sent.len() as u32 * 8 };
    assert_eq!(once(&mut lab, Once::Corrupt { bit: Some(sent.len() as u32 * 8) }, Pick::Oldest(1)), Err(no_bit));
}

#[test]
fn a_bit_that_nobody_named_is_behind_the_ethernet_header() {
    let mut lab = Lab::new();
    assert_eq!(once(&mut lab, Once::Corrupt { bit: None }, Pick::Oldest(100)), Ok(Did::Next(100)));
    for i in 0..100 {
        let frame = udp(ALICE, BOB, &[i; 4]);
        lab.says(ALICE, &frame);
        let number = u64::from(i) + 1;
        let bytes = lab.wire.capture().bytes(number).unwrap().to_vec();
        let differ: u32 = frame.iter().zip(&bytes).map(|(a, b)| (a ^ b).count_ones()).sum();
        assert_eq!((differ, &bytes[..14]), (1, &frame[..14]));
        assert!(lab.wire.capture().row(number).unwrap().marks.flipped.is_some_and(|b| b >= 112));
    }
    assert!(lab.wire.is_plain());
}

#[test]
fn a_promise_about_a_bit_waits_for_a_frame_that_has_it() {
    let mut lab = Lab::new();
    once(&mut lab, Once::Corrupt { bit: Some(8 * 100) }, Pick::Oldest(1)).unwrap();
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"short")), ["1 > bob"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, &[0; 100])), ["2 > bob", "2 delivered Passed"]);
    assert_eq!(lab.wire.capture().row(2).unwrap().marks.flipped, Some(800));
}

#[test]
fn an_injected_frame_passes_what_holds_and_what_rules() {
    let mut lab = Lab::new();
    lab.hold("tcp");
    lab.rule(Act::Loss(Share::ALL), "", 0);
    let rst = tcp(BOB, ALICE, "rst", 1, 0, b"");
    let words = lab.with(|w, now, d| assert_eq!(w.inject(Port(2), &rst, now, d), Ok(1)));
    assert_eq!(words, ["1 > alice", "1 delivered Passed"]);
    assert!(lab.wire.capture().row(1).unwrap().marks.injected);
    let words = lab.with(|w, now, d| assert_eq!(w.inject(Port(2), &udp(BOB, 9, b""), now, d), Ok(2)));
    assert_eq!(words, ["2 dropped NoStation"]);
    lab.with(|w, now, d| assert_eq!(w.inject(Port(9), &rst, now, d), Err(NotDone::NoSuchPort)));
    lab.with(|w, now, d| assert_eq!(w.inject(Port(2), b"short", now, d), Err(NotDone::Runt)));
}

#[test]
fn all_can_be_cleared() {
    let mut lab = three_held();
    lab.rule(Act::Delay { by: ms(50), jitter: ms(0) }, "", 0);
    lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b""));
    lab.wire.reorder(None, filter("arp")).unwrap_err();
    let words = lab.with(|w, now, d| w.clear(now, d));
    assert_eq!(words, ["1 dropped Cleared", "2 dropped Cleared", "3 dropped Cleared", "4 dropped Cleared"]);
    assert!(lab.wire.is_plain());
}

//! How much is kept, and what is said when it is too much.

use super::super::*;
use super::kit::*;
use std::time::Instant;

fn small() -> Bounds {
    Bounds { held: 3, held_bytes: 1000, late: 3, late_bytes: 1000, captured: 4, captured_bytes: 1000 }
}

#[test]
fn the_newest_is_dropped_when_as_many_are_held_as_may_be() {
    let mut lab = Lab::bounded(small());
    lab.hold("udp");
    for n in 1..=3 {
        assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), [format!("{n} held")]);
    }
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["4 dropped HoldFull"]);
    lab.with(|w, now, d| {
        let did = w.once(Once::Duplicate, Pick::Oldest(1), Filter::default(), now, d);
        assert_eq!(did, Ok(Did::Held(vec![5])));
    });
    assert_eq!(lab.wire.capture().row(5).unwrap().cause, Cause::HoldFull, "a copy too");
    lab.step();
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["6 held"]);
}

#[test]
fn bytes_count_too() {
    let mut lab = Lab::bounded(small());
    lab.hold("udp");
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, &[0; 900])), ["1 held"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, &[0; 900])), ["2 dropped HoldFull"]);
    assert_eq!(lab.wire.held(), (1, 942));
}

#[test]
fn so_many_are_on_their_way_at_most() {
    let mut lab = Lab::bounded(small());
    lab.rule(Act::Delay { by: ms(50), jitter: ms(0) }, "", 0);
    lab.flood(3);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["4 dropped DelayFull"]);
    assert_eq!(lab.comes(ms(50)).len(), 3);
    assert!(lab.says(ALICE, &udp(ALICE, BOB, &[0; 900])).is_empty());
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, &[0; 900])), ["6 dropped DelayFull"]);
}

#[test]
fn the_capture_forgets_the_oldest_and_says_how_many() {
    let mut lab = Lab::bounded(small());
    for i in 0..10 {
        lab.says(ALICE, &udp(ALICE, BOB, &[i; 50]));
    }
    let capture = lab.wire.capture();
    assert_eq!((capture.forgotten(), capture.len(), capture.size()), (6, 4, 4 * 92));
    assert_eq!(capture.rows().map(|r| r.packet).collect::<Vec<_>>(), [7, 8, 9, 10]);
    assert!(capture.row(6).is_none() && capture.bytes(6).is_none() && capture.row(11).is_none());
    for n in 7..=10 {
        assert_eq!(*capture.bytes(n).unwrap(), udp(ALICE, BOB, &[n as u8 - 1; 50]), "{n}");
    }
}

#[test]
fn the_capture_keeps_to_its_bytes_with_frames_of_every_size() {
    let mut lab = Lab::bounded(Bounds { captured: 100, ..small() });
    for i in 0..1000_usize {
        let len = i * 7919 % 300;
        let frame = udp(ALICE, BOB, &vec![i as u8; len]);
        lab.says(ALICE, &frame);
        let capture = lab.wire.capture();
        assert!(capture.size() <= 1000);
        assert_eq!(*capture.bytes(i as u64 + 1).unwrap(), frame);
        let first = capture.rows().next().unwrap();
        assert_eq!(capture.bytes(first.packet).unwrap().len() as u32, first.len);
    }
    // One that is larger than all is kept alone: there is no packet without its bytes.
    lab.says(ALICE, &udp(ALICE, BOB, &[0; 1400]));
    assert_eq!((lab.wire.capture().len(), lab.wire.capture().size()), (1, 1442));
}

#[test]
fn a_fate_that_comes_when_the_packet_is_forgotten_is_told_all_the_same() {
    let mut lab = Lab::bounded(small());
    lab.hold("udp");
    lab.says(ALICE, &udp(ALICE, BOB, b"held"));
    for _ in 0..5 {
        lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b""));
    }
    assert!(lab.wire.capture().row(1).is_none());
    assert_eq!(lab.step(), ["1 > bob", "1 delivered Stepped"]);
}

#[test]
fn rules_holds_and_cuts_are_bounded() {
    let mut wire = Wire::new(0);
    let port = |n: u32| {
        let n = n.to_string();
        Filter::parse(&["port", &n], |_| false).unwrap()
    };
    let rule = |n: u32| Rule { act: Act::Queue(n), filter: port(n), seed: 0 };
    assert!((1..=100).all(|n| wire.set(rule(n)).is_ok()));
    assert_eq!(wire.set(rule(101)), Err(NotDone::TooMany { most: 100 }));
    assert_eq!(wire.set(rule(1)), Ok(()), "one that takes another's place");
    assert!((1..=100).all(|n| wire.hold(Hold { all: false, filter: port(n) }).is_ok()));
    assert_eq!(wire.hold(Hold::default()), Err(NotDone::TooMany { most: 100 }));
    let cut = |n: u32| Cut { host: n.to_string().into(), peer: None, filter: Filter::default() };
    assert!((1..=1000).all(|n| wire.cut(cut(n)).is_ok()));
    assert_eq!(wire.cut(cut(0)), Err(NotDone::TooMany { most: 1000 }));
}

#[test]
fn ten_thousand_held_are_taken_from_anywhere() {
    let mut lab = Lab::new();
    lab.hold("udp");
    lab.flood(10_000);
    assert_eq!(lab.wire.held().0, 10_000);
    let began = Instant::now();
    let mut deeds = Vec::new();
    for n in (1..=10_000).step_by(2) {
        lab.wire.step(Pick::Number(n), &Filter::default(), lab.now, &mut deeds).unwrap();
    }
    lab.wire.reorder(None, Filter::default()).unwrap();
    assert_eq!(lab.wire.flow(lab.now, &mut deeds), 5_000);
    println!("10,000 held packets: {:?}", began.elapsed());
    assert_eq!(lab.wire.counts().delivered, 10_000);
}

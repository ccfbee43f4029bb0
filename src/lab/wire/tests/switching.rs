//! Who gets a frame.

use super::super::*;
use super::kit::*;

#[test]
fn a_frame_goes_to_its_station_and_is_captured() {
    let mut lab = Lab::new();
    assert!(lab.wire.is_plain());
    let frame = udp(ALICE, BOB, b"hello");
    assert_eq!(lab.says(ALICE, &frame), ["1 > bob"]);
    let row = lab.wire.capture().row(1).unwrap();
    assert_eq!((row.fate, row.cause, row.delivered, &*row.from.host), (Fate::Delivered, Cause::Passed, 1, "alice"));
    assert_eq!(lab.wire.capture().bytes(1).unwrap(), frame);
}

#[test]
fn a_broadcast_goes_to_everybody_else_and_is_one_packet() {
    let mut lab = Lab::new();
    assert_eq!(lab.says(BOB, &arp(BOB, CAROL)), ["1 > alice", "1 > carol"]);
    let row = lab.wire.capture().row(1).unwrap();
    assert_eq!((&row.to, row.delivered), (&Target::Many, 2));
}

#[test]
fn what_nobody_has_is_dropped_with_the_reason() {
    let mut lab = Lab::new();
    assert_eq!(lab.says(ALICE, &udp(ALICE, 9, b"?")), ["1 dropped NoStation"]);
    assert_eq!(lab.says(ALICE, &udp(BOB, ALICE, b"to herself")), ["2 dropped NoStation"]);
    assert_eq!(lab.says(ALICE, &[0; 13]), ["3 dropped Runt"]);
    assert_eq!(lab.wire.capture().row(1).unwrap().to, Target::Nobody);
    assert!(lab.says(77, &udp(ALICE, BOB, b"from nowhere")).is_empty());
    assert_eq!(lab.wire.counts().stray, 1);
}

#[test]
fn segments_know_nothing_of_each_other() {
    let mut lab = Lab::new();
    lab.wire.plug(Port(4), "dave".into(), 1, mac(4));
    assert_eq!(lab.says(ALICE, &udp(ALICE, 4, b"?")), ["1 dropped NoStation"]);
    assert_eq!(lab.says(4, &arp(4, ALICE)), ["2 dropped NoStation"], "alone on its segment");
}

#[test]
fn a_host_taken_off_gets_nothing_any_more_and_what_it_sent_goes_on() {
    let mut lab = Lab::new();
    lab.hold("udp");
    lab.says(ALICE, &udp(ALICE, BOB, b"one"));
    lab.says(BOB, &udp(BOB, ALICE, b"two"));
    lab.says(CAROL, &udp(CAROL, 0, b"to all"));
    assert_eq!(lab.with(|w, now, d| w.unplug(Port(2), now, d)), ["1 dropped Unplugged"]);
    assert_eq!(lab.step(), ["2 > alice", "2 delivered Stepped"]);
    assert_eq!(lab.step(), ["3 > alice", "3 delivered Stepped"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"late")), ["4 dropped NoStation"]);
}

#[test]
fn what_was_on_its_way_to_a_host_taken_off_is_dropped() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: ms(50), jitter: ms(0) }, "", 0);
    lab.says(ALICE, &udp(ALICE, BOB, b"one"));
    lab.says(ALICE, &udp(ALICE, 0, b"to all"));
    assert_eq!(lab.with(|w, now, d| w.unplug(Port(2), now, d)), ["1 dropped Unplugged", "2 dropped Unplugged"]);
    assert_eq!(lab.later(50), ["2 > carol"]);
    assert_eq!(lab.wire.late(), (0, 0));
    let row = lab.wire.capture().row(2).unwrap();
    assert_eq!((row.fate, row.delivered, row.dropped), (Fate::Delivered, 1, 1));
}

#[test]
fn a_cut_wire_lets_nothing_pass_in_both_directions() {
    let mut lab = Lab::new();
    let cut = |peer: Option<&str>| Cut { host: "alice".into(), peer: peer.map(Into::into), filter: Filter::default() };
    lab.wire.cut(cut(Some("bob"))).unwrap();
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["1 dropped Cut"]);
    assert_eq!(lab.says(BOB, &udp(BOB, ALICE, b"x")), ["2 dropped Cut"]);
    assert_eq!(lab.says(ALICE, &udp(ALICE, CAROL, b"x")), ["3 > carol"]);
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["4 > carol", "4 dropped Cut"]);
    lab.wire.cut(cut(None)).unwrap();
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["5 dropped Cut"]);
    assert_eq!(lab.says(CAROL, &udp(CAROL, ALICE, b"x")), ["6 dropped Cut"]);
    assert_eq!(lab.wire.cuts().iter().map(Cut::to_string).collect::<Vec<_>>(), ["cut alice bob", "cut alice"]);

    lab.wire.mend(Some("bob"), Some("alice")).unwrap();
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["7 dropped Cut"], "alice is cut from everybody still");
    lab.wire.mend(Some("alice"), None).unwrap();
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["8 > bob"]);
    assert_eq!(lab.wire.mend(None, None), Err(NotDone::NotCut));
    assert!(lab.wire.is_plain());
}

#[test]
fn a_cut_may_be_for_some_frames_and_stops_what_is_held_or_on_its_way() {
    let mut lab = Lab::new();
    lab.hold("udp");
    lab.says(ALICE, &udp(ALICE, BOB, b"held"));
    lab.rule(Act::Delay { by: ms(50), jitter: ms(0) }, "", 0);
    lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b""));
    lab.wire.cut(Cut { host: "alice".into(), peer: Some("bob".into()), filter: filter("udp") }).unwrap();
    assert_eq!(lab.step(), ["1 dropped Cut"]);
    assert_eq!(lab.later(50), ["2 > bob"]);
    lab.wire.cut(Cut { host: "bob".into(), peer: Some("alice".into()), filter: filter("") }).unwrap();
    assert_eq!(lab.wire.cuts().len(), 1, "the second takes the first one's place");
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["3 dropped Cut"]);
}

#[test]
fn who_wants_to_know_is_told_of_every_frame() {
    let mut lab = Lab::new();
    lab.wire.tell_all(true);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["1 > bob", "1 delivered Passed"]);
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["2 > bob", "2 > carol", "2 delivered Passed"]);
}

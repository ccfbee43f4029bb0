//! The standing rules: delay, loss, duplicate, reorder, corrupt, rate, queue.

use super::super::*;
use super::kit::*;
use std::time::Duration;

const NO: Time = Duration::ZERO;

#[test]
fn a_delay_makes_frames_late_and_keeps_their_order() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: ms(50), jitter: NO }, "from alice", 0);
    assert!(lab.says(ALICE, &udp(ALICE, BOB, b"x")).is_empty());
    assert_eq!(lab.says(BOB, &udp(BOB, ALICE, b"x")), ["2 > alice"], "it is for frames from alice");
    assert_eq!(lab.wire.capture().row(1).unwrap().fate, Fate::Underway);
    assert_eq!(lab.wire.next_due(), Some(lab.now + ms(50)));
    assert!(lab.later(49).is_empty());
    assert_eq!(lab.later(1), ["1 > bob"]);
    let row = lab.wire.capture().row(1).unwrap();
    assert_eq!((row.cause, row.at - row.arrived), (Cause::Delayed, ms(50)));
}

#[test]
fn jitter_lets_nothing_overtake() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: ms(50), jitter: ms(40) }, "", 3);
    assert!(lab.flood(200).is_empty());
    let came = lab.comes(ms(1000));
    assert_eq!(came.iter().map(|c| c.1).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
    assert!(came.iter().all(|c| (ms(10)..=ms(90)).contains(&c.0)));
    assert!(came[0].0 < came[199].0);
}

#[test]
fn a_delay_that_ends_lets_nothing_overtake_either() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: ms(50), jitter: NO }, "", 0);
    lab.flood(2);
    lab.rule(Act::Delay { by: NO, jitter: NO }, "", 0);
    assert_eq!(lab.wire.rules().len(), 0);
    assert!(!lab.wire.is_plain(), "two are on their way");
    assert!(lab.says(ALICE, &udp(ALICE, BOB, &2_u32.to_be_bytes())).is_empty());
    assert_eq!(lab.says(ALICE, &udp(ALICE, CAROL, b"x")), ["4 > carol"], "to others the way is free");
    assert_eq!(lab.comes(ms(50)).iter().map(|c| c.1).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(lab.wire.is_plain());
}

#[test]
fn a_frame_that_comes_behind_what_is_due_follows_it() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: ms(50), jitter: NO }, "port 5001", 0);
    lab.flood(1);
    lab.now += ms(60);
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["1 > bob", "2 > bob"]);
}

#[test]
fn loss_loses_its_share_and_says_so() {
    let mut lab = Lab::new();
    lab.rule(Act::Loss(Share::percent(10)), "udp", 7);
    let got = lab.flood(10_000);
    assert!((8_800..9_200).contains(&got.len()), "{}", got.len());
    assert_eq!(lab.wire.counts().dropped as usize, 10_000 - got.len());
    let lost = lab.wire.capture().rows().find(|r| r.fate == Fate::Dropped).unwrap();
    assert_eq!(lost.cause, Cause::Loss);
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)).len(), 2);
}

#[test]
fn the_same_seed_has_the_same_fates_whatever_else_passes() {
    let fates = |seed, noise: bool| {
        let mut lab = Lab::new();
        lab.rule(Act::Loss(Share::percent(30)), "udp", seed);
        let mut got = Vec::new();
        for _ in 0..100 {
            got.push(lab.flood(1).len());
            if noise {
                lab.says(ALICE, &tcp(ALICE, BOB, "ack", 1, 1, b""));
            }
        }
        got
    };
    assert_eq!(fates(7, false), fates(7, true));
    assert_ne!(fates(7, false), fates(8, false));
}

#[test]
fn a_rule_set_again_begins_with_its_seed_again() {
    let mut lab = Lab::new();
    lab.rule(Act::Loss(Share::percent(30)), "", 7);
    let first = lab.flood(100);
    lab.rule(Act::Loss(Share::percent(30)), "", 7);
    assert_eq!(lab.flood(100), first);
}

#[test]
fn everybody_loses_a_broadcast_for_himself() {
    let mut lab = Lab::new();
    lab.rule(Act::Loss(Share::ALL), "to bob", 0);
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["1 > carol", "1 dropped Loss"]);
    let row = lab.wire.capture().row(1).unwrap();
    assert_eq!((row.fate, row.delivered, row.dropped), (Fate::Delivered, 1, 1));
    lab.rule(Act::Loss(Share::ALL), "", 0);
    assert_eq!(lab.says(ALICE, &arp(ALICE, BOB)), ["2 dropped Loss"]);
    assert_eq!(lab.wire.capture().row(2).unwrap().dropped, 2);
}

#[test]
fn duplicates_are_packets_of_their_own() {
    let mut lab = Lab::new();
    lab.rule(Act::Duplicate(Share::ALL), "udp", 0);
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["1 > bob", "2 > bob", "2 delivered Passed"]);
    assert_eq!(lab.wire.capture().row(2).unwrap().marks.copy_of, Some(1));
    lab.rule(Act::Duplicate(Share::percent(25)), "udp", 5);
    let got = lab.flood(1000);
    assert!((1200..1300).contains(&got.len()), "{}", got.len());
}

#[test]
fn a_frame_chosen_for_reordering_is_overtaken() {
    let mut lab = Lab::new();
    lab.rule(Act::Reorder(Share::percent(25)), "", 2);
    let at_once = lab.flood(100);
    assert!((60..90).contains(&at_once.len()) && at_once.is_sorted());
    let rest = lab.comes(REORDER);
    assert_eq!(rest.len() + at_once.len(), 100);
    assert!(rest.iter().all(|r| r.0 == REORDER && !at_once.contains(&r.1)));
    assert!(lab.wire.capture().row(u64::from(rest[0].1) + 1).unwrap().marks.reordered);
}

#[test]
fn reordering_works_under_a_delay_too() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: ms(100), jitter: NO }, "", 0);
    lab.rule(Act::Reorder(Share::percent(25)), "", 2);
    assert!(lab.flood(100).is_empty());
    let came: Vec<u32> = lab.comes(ms(200)).iter().map(|c| c.1).collect();
    assert_eq!(came.len(), 100);
    assert!(!came.is_sorted());
}

#[test]
fn corruption_flips_one_bit_of_its_share() {
    let mut lab = Lab::new();
    lab.rule(Act::Corrupt(Share::percent(20)), "udp", 2);
    let frame = udp(ALICE, BOB, &[0; 100]);
    let mut wrong = 0;
    for _ in 0..500 {
        let mut deeds = Vec::new();
        lab.wire.arrive(Port(1), &frame, lab.now, &mut deeds);
        let Deed::Send { bytes, .. } = &deeds[0] else { panic!() };
        let bits: u32 = frame.iter().zip(bytes.iter()).map(|(a, b)| (a ^ b).count_ones()).sum();
        assert!(bits <= 1);
        assert_eq!(deeds.len() as u32, 1 + bits, "told where it was");
        wrong += bits;
    }
    assert!((70..130).contains(&wrong), "{wrong}");
}

#[test]
fn a_rate_sends_one_frame_after_the_other() {
    let mut lab = Lab::new();
    lab.rule(Act::Rate(Speed(1_000_000)), "", 0);
    // 46 bytes are 368 µs at 1 Mbit/s.
    assert!(lab.flood(100).is_empty());
    let took = |i: u64| Duration::from_micros(368 * i);
    let came = lab.comes(ms(100));
    assert_eq!(came, (0..100).map(|i| (took(u64::from(i) + 1), i)).collect::<Vec<_>>());
    // The other direction has a line of its own.
    lab.flood(1);
    lab.says(BOB, &udp(BOB, ALICE, &0_u32.to_be_bytes()));
    assert_eq!(lab.comes(ms(1)), [(took(1), 0), (took(1), 0)]);
}

#[test]
fn two_senders_share_the_line_to_a_receiver() {
    let mut lab = Lab::new();
    lab.rule(Act::Rate(Speed(1_000_000)), "", 0);
    lab.says(ALICE, &udp(ALICE, CAROL, &0_u32.to_be_bytes()));
    lab.says(BOB, &udp(BOB, CAROL, &1_u32.to_be_bytes()));
    let took = |i: u64| Duration::from_micros(368 * i);
    assert_eq!(lab.comes(ms(1)), [(took(1), 0), (took(2), 1)]);
}

#[test]
fn a_delay_behind_a_rate_is_added() {
    let mut lab = Lab::new();
    lab.rule(Act::Rate(Speed(1_000_000)), "", 0);
    lab.rule(Act::Delay { by: ms(10), jitter: NO }, "", 0);
    lab.flood(2);
    let at = |i: u64| ms(10) + Duration::from_micros(368 * i);
    assert_eq!(lab.comes(ms(20)), [(at(1), 0), (at(2), 1)]);
}

#[test]
fn a_full_queue_drops_what_comes_on_top() {
    let mut lab = Lab::new();
    lab.rule(Act::Rate(Speed(1_000_000)), "", 0);
    lab.rule(Act::Queue(20), "", 0);
    lab.flood(30);
    assert_eq!(lab.wire.counts().dropped, 10);
    assert_eq!(lab.wire.capture().row(21).unwrap().cause, Cause::QueueFull);
    assert_eq!(lab.says(BOB, &udp(BOB, CAROL, &0_u32.to_be_bytes())), [""; 0], "every port has a queue of its own");
    lab.comes(Duration::from_micros(368));
    lab.flood(2);
    assert_eq!(lab.wire.counts().dropped, 11, "one has left, one may come");
    assert_eq!(lab.comes(ms(100)).len(), 20);
}

#[test]
fn without_a_rate_a_delay_is_the_queue_and_alone_there_is_none() {
    let mut lab = Lab::new();
    lab.rule(Act::Queue(5), "", 0);
    assert_eq!(lab.flood(100).len(), 100);
    lab.rule(Act::Delay { by: ms(10), jitter: NO }, "", 0);
    lab.flood(100);
    assert_eq!(lab.comes(ms(10)).len(), 5);
    // Under a rate, what has had its turn is on the line and in the queue no more.
    lab.rule(Act::Rate(Speed(1_000_000)), "", 0);
    for _ in 0..20 {
        lab.flood(1);
        lab.now += Duration::from_micros(368);
    }
    assert_eq!(lab.comes(ms(20)).len(), 20);
}

#[test]
fn the_newest_rule_that_fits_acts() {
    let mut lab = Lab::new();
    lab.rule(Act::Loss(Share::ALL), "", 0);
    lab.rule(Act::Loss(Share::NONE), "tcp", 0);
    assert_eq!(lab.wire.rules().map(Rule::to_string).collect::<Vec<_>>(), ["loss 100%", "loss 0% for tcp"]);
    assert_eq!(lab.flood(1).len(), 0);
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["2 > bob"], "an exception");
    lab.rule(Act::Loss(Share::NONE), "", 0);
    assert_eq!(lab.wire.rules().len(), 0, "no loss any more, no exception to it");
    lab.rule(Act::Loss(Share::NONE), "tcp", 0);
    assert!(lab.wire.is_plain());
}

#[test]
fn a_rule_takes_the_place_of_that_with_the_same_filter() {
    let mut lab = Lab::new();
    for (percent, words) in [(1, "tcp"), (2, "udp"), (3, "tcp")] {
        lab.rule(Act::Loss(Share::percent(percent)), words, 0);
    }
    lab.rule(Act::Queue(5), "", 0);
    let rules = |lab: &Lab| lab.wire.rules().map(Rule::to_string).collect::<Vec<_>>();
    assert_eq!(rules(&lab), ["loss 2% for udp seed 0", "loss 3% for tcp seed 0", "queue 5"]);
    lab.rule(Act::Loss(Share::percent(4)), "", 0);
    assert_eq!(rules(&lab), ["queue 5", "loss 4% seed 0"]);
}

#[test]
fn what_is_held_no_rule_touches() {
    let mut lab = Lab::new();
    lab.rule(Act::Loss(Share::ALL), "", 0);
    lab.hold("udp");
    assert_eq!(lab.says(ALICE, &udp(ALICE, BOB, b"x")), ["1 held"]);
    assert_eq!(lab.step(), ["1 > bob", "1 delivered Stepped"]);
    assert_eq!(lab.says(ALICE, &tcp(ALICE, BOB, "syn", 0, 0, b"")), ["2 dropped Loss"]);
}

#[test]
fn time_that_goes_back_or_never_ends_harms_nothing() {
    let mut lab = Lab::new();
    lab.rule(Act::Delay { by: Duration::MAX, jitter: Duration::MAX }, "", 0);
    lab.rule(Act::Rate(Speed(1)), "", 0);
    lab.flood(10);
    lab.now = NO;
    lab.flood(10);
    let words = lab.with(|w, now, d| w.clear(now, d));
    assert_eq!(words.len(), 20);
}

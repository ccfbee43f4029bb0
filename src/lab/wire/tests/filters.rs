//! Which frames a filter means, and which words make none.

use super::super::*;
use super::kit::*;
use crate::packet::Summary;
use proptest::prelude::*;
use rustc_hash::FxHashMap;

fn fits(words: &str, from: u8, to: u8, frame: &[u8]) -> bool {
    let hosts: Hosts = NAMES[1..].iter().map(|n| ((*n).into(), 1)).collect::<FxHashMap<_, _>>();
    let to = if frame[0] & 1 == 1 { Reach::Group(&hosts) } else { Reach::One(NAMES[to as usize]) };
    filter(words).fits(&Seen { summary: &Summary::of(frame), from: NAMES[from as usize], to })
}

#[test]
fn words_by_protocol_flags_and_port() {
    let frames = [
        ("syn", tcp(ALICE, BOB, "syn", 0, 0, b"")),
        ("syn+ack", tcp(ALICE, BOB, "syn+ack", 0, 1, b"")),
        ("ack", tcp(ALICE, BOB, "ack", 1, 1, b"")),
        ("data", tcp(ALICE, BOB, "psh+ack", 1, 1, b"hi")),
        ("fin", tcp(ALICE, BOB, "fin+ack", 1, 1, b"")),
        ("rst", tcp(ALICE, BOB, "rst", 1, 0, b"")),
        ("udp", udp(ALICE, BOB, b"hi")),
        ("empty udp", udp(ALICE, BOB, b"")),
        ("arp", arp(ALICE, BOB)),
    ];
    let which = |words: &str| frames.iter().filter(|f| fits(words, ALICE, BOB, &f.1)).map(|f| f.0).collect::<Vec<_>>();
    let tcp = ["syn", "syn+ack", "ack", "data", "fin", "rst"];
    assert_eq!(which("tcp"), tcp);
    assert_eq!(which("syn"), ["syn"], "the first segment, not its answer");
    assert_eq!(which("syn+ack"), ["syn+ack"]);
    assert_eq!(which("ack"), ["ack"], "an acknowledgment and nothing else");
    assert_eq!(which("fin"), ["fin"], "with ACK or without");
    assert_eq!(which("FIN+ACK"), ["fin"]);
    assert_eq!(which("rst"), ["rst"]);
    assert_eq!(which("data"), ["data", "udp"]);
    assert_eq!(which("udp"), ["udp", "empty udp"]);
    assert_eq!(which("arp"), ["arp"]);
    assert_eq!(which("group"), ["arp"]);
    assert_eq!(which("ip").len(), 8);
    assert_eq!(which("not ip"), ["arp"]);
    assert!(which("ipv6").is_empty());
    assert_eq!(which("port 9000"), tcp);
    assert_eq!(which("port 40000"), tcp, "either end");
    assert_eq!(which("tcp not data not ack"), ["syn", "syn+ack", "fin", "rst"]);
    assert_eq!(which("syn or tcp data or arp"), ["syn", "data", "arp"]);
    assert_eq!(which("tcp and fin"), ["fin"]);
    assert_eq!(which("").len(), frames.len());
}

#[test]
fn words_by_host_and_address() {
    let there = udp(ALICE, BOB, b"x");
    for (words, yes) in [
        ("alice", true),
        ("bob", true),
        ("carol", false),
        ("from alice", true),
        ("to alice", false),
        ("to bob", true),
        ("not from alice", false),
        ("10.0.0.2", true),
        ("to 10.0.0.2", true),
        ("from 10.0.0.2", false),
        ("from alice to bob udp", true),
    ] {
        assert_eq!(fits(words, ALICE, BOB, &there), yes, "{words}");
    }
    let all = arp(ALICE, BOB);
    assert!(fits("to bob", ALICE, 0, &all) && fits("to carol", ALICE, 0, &all), "a broadcast goes to each");
    assert!(!fits("to alice", ALICE, 0, &all), "but not to who sent it");
}

#[test]
fn the_wrong_word_is_named() {
    let wrong = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let wrong = Filter::parse(&words, |w| w == "alice").unwrap_err();
        (wrong.word, wrong.reason)
    };
    assert_eq!(wrong("tcp snyc"), (1, Reason::UnknownWord));
    assert_eq!(wrong("syn+akc"), (0, Reason::UnknownWord));
    assert_eq!(wrong("from dave"), (1, Reason::UnknownHost));
    assert_eq!(wrong("from"), (0, Reason::Missing));
    assert_eq!(wrong("tcp port"), (1, Reason::Missing));
    assert_eq!(wrong("port http"), (1, Reason::BadPort));
    assert_eq!(wrong("port 65536"), (1, Reason::BadPort));
    assert_eq!(wrong("or tcp"), (0, Reason::NothingBefore));
    assert_eq!(wrong("tcp or"), (1, Reason::Missing));
    assert_eq!(wrong("tcp or or udp"), (2, Reason::NothingBefore));
    assert_eq!(wrong("tcp not"), (1, Reason::Missing));
    assert_eq!(wrong("tcp not or udp"), (1, Reason::Missing));
}

proptest! {
    /// A filter said in words is the same filter when it is read again; no words make the reader fail otherwise.
    #[test]
    fn said_and_read_again(words in prop::collection::vec(prop::sample::select([WORDS, &["alice", "bob", "9000", "10.0.0.1", "fd00::1", "psh+urg", "?"]].concat()), 0..9)) {
        let is_host = |w: &str| NAMES[1..].contains(&w);
        match Filter::parse(&words, is_host) {
            Ok(filter) => {
                let said = filter.to_string();
                prop_assert_eq!(Filter::parse(&said.split_whitespace().collect::<Vec<_>>(), is_host), Ok(filter));
            }
            Err(wrong) => prop_assert!(wrong.word < words.len()),
        }
    }
}

#[test]
fn amounts_are_read_and_said_again() {
    for word in ["10%", "0.5%", "100%", "0%", "0.0001%", "99.99%"] {
        assert_eq!(Share::parse(word).unwrap().to_string(), word);
    }
    assert_eq!(Share::parse("7"), Some(Share::percent(7)));
    for word in ["", "%", "101%", "-1%", "1.%", ".5%", "0.00001%", "ten", "99999999999%"] {
        assert_eq!(Share::parse(word), None, "{word}");
    }
    for word in ["1mbit", "64kbit", "2.5gbit", "9600bit", "1.25mbit"] {
        let speed = Speed::parse(word).unwrap();
        assert_eq!(Speed::parse(&speed.to_string()), Some(speed), "{word}");
    }
    assert_eq!(Speed::parse("1Mbit/s"), Some(Speed(1_000_000)));
    assert_eq!(Speed::parse("2.5gbit").unwrap().to_string(), "2.5gbit");
    for word in ["", "1", "mbit", "1.mbit", "1.5bit", "-1mbit", "1..5mbit", "1megabit", "99999999999999999gbit"] {
        assert_eq!(Speed::parse(word), None, "{word}");
    }
}

#[test]
fn what_is_set_is_said_in_the_words_that_set_it() {
    let rule = |act, words: &str| Rule { act, filter: filter(words), seed: 7 }.to_string();
    assert_eq!(rule(Act::Delay { by: ms(50), jitter: ms(10) }, "from alice"), "delay 50ms jitter 10ms for from alice seed 7");
    assert_eq!(rule(Act::Delay { by: ms(2000), jitter: ms(0) }, ""), "delay 2s");
    assert_eq!(rule(Act::Loss(Share::percent(10)), "tcp data"), "loss 10% for tcp data seed 7");
    assert_eq!(rule(Act::Loss(Share::ALL), "syn"), "loss 100% for syn");
    assert_eq!(rule(Act::Rate(Speed(1_000_000)), ""), "rate 1mbit");
    assert_eq!(rule(Act::Queue(20), ""), "queue 20");
    assert_eq!(Hold { all: false, filter: filter("tcp syn or not port 53") }.to_string(), "hold tcp syn or not port 53");
    assert_eq!(Hold { all: true, filter: filter("") }.to_string(), "hold all");
    let promise = |once| Promise { once, left: 2, filter: filter("udp") }.to_string();
    assert_eq!(promise(Once::Duplicate), "duplicate 2 for udp");
    assert_eq!(promise(Once::Corrupt { bit: Some(336) }), "corrupt 336 for udp");
}

//! Rows and tables as they look.

use super::*;
use crate::event::Ends;
use crate::event::sample::{self, MACS};
use crate::markup::{Style, render, width};
use crate::packet::{Note, Summary, build};
use std::sync::Arc;

fn frame(packet: u64, fate: Fate) -> Frame {
    let client = || Some(State::SynSent);
    let sender = End { socket: Some("client".into()), before: client(), after: client(), listens: false };
    let receiver = End { listens: true, ..End::default() };
    Frame { fate, t_us: 1_234_567.0, states: Some(Ends { sender, receiver }), ..sample::syn(packet) }
}

fn shown(doc: &Doc, width: usize, ascii: bool) -> String {
    let mut out = String::new();
    render(doc, Style { width, ascii, ..Style::PLAIN }, &mut out);
    out
}

#[test]
fn a_frame_is_told_in_a_line() {
    let mut f = frame(1, Fate::Held);
    assert_eq!(
        shown(&row(&f, false, Lang::En), 100, false),
        "  #1 alice → bob   SYN seq 0   held   client SYN_SENT   bob: LISTEN\n"
    );
    f.fate = Fate::Delivered;
    f.cause = Some(Cause::Step);
    f.states.as_mut().unwrap().receiver.after = Some(State::SynRecv);
    assert_eq!(
        shown(&row(&f, true, Lang::En), 100, false),
        "  #1 SYN delivered to bob   client SYN_SENT   bob: LISTEN, SYN_RECV\n"
    );
    assert!(shown(&row(&f, true, Lang::Zh), 100, false).starts_with("  #1 SYN 已送达 bob   client"));
    f.fate = Fate::Dropped;
    f.states = None;
    f.cause = Some(Cause::HeldAgain { of: 3 });
    f.notes = vec![Note::SynAgain { of: Some(1), n: 2 }];
    assert_eq!(
        shown(&row(&f, false, Lang::En), 100, true),
        "  #1 alice -> bob   SYN seq 0   dropped\n     SYN again: the same as #1, number 2\n     the same as #3, which is still held\n"
    );
}

#[test]
fn the_states_before_and_after() {
    let end = |before, after, listens| states(&End { socket: None, before, after, listens });
    assert_eq!(end(None, None, false), "");
    assert_eq!(end(None, None, true), "LISTEN");
    assert_eq!(end(Some(State::Established), Some(State::Established), false), "ESTABLISHED");
    assert_eq!(end(Some(State::SynSent), Some(State::Established), false), "SYN_SENT → ESTABLISHED");
    assert_eq!(end(Some(State::SynRecv), Some(State::Established), true), "LISTEN, SYN_RECV → ESTABLISHED");
    assert_eq!(end(Some(State::Established), None, false), "ESTABLISHED → -");
}

#[test]
fn the_table_fits_its_screen() {
    let mut frames: Vec<Frame> = (1..=20).map(|n| frame(n, Fate::Delivered)).collect();
    frames[3].notes = vec![Note::SynAgain { of: Some(1), n: 2 }];
    frames[4].states.as_mut().unwrap().receiver.after = Some(State::SynRecv);
    for lang in Lang::ALL {
        for columns in [80, 100, 140, 200] {
            let text = shown(&packets(&frames, lang, columns), columns, false);
            for line in text.lines() {
                assert!(width(line) <= columns, "{columns}: {line}");
            }
            for part in ["#20", "alice → bob", "SYN seq 0", "LISTEN", "SYN_SENT", "#1"] {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
        }
    }
    let wide = shown(&packets(&frames, Lang::En, 200), 200, false);
    assert!(wide.contains("64240") && wide.contains("10.0.0.1:40001 → 10.0.0.2:9000") && wide.contains("1.234567"), "{wide}");
    assert_eq!(shown(&packets(&[], Lang::En, 80), 80, false), "  no packet has passed yet\n");
}

#[test]
fn other_protocols_have_words_too() {
    let said = |bytes: Vec<u8>, lang| {
        let mut f = frame(1, Fate::Delivered);
        f.summary = Summary::of(&bytes);
        f.bytes = Arc::from(bytes);
        what(&f, lang).iter().map(|s| s.text.to_string()).collect::<String>()
    };
    let mut arp = vec![0xff; 6];
    arp.extend([2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]);
    assert_eq!(said(arp.clone(), Lang::En), "ARP who has 10.0.0.2? asks 10.0.0.1");
    assert_eq!(said(arp, Lang::Zh), "ARP 谁是 10.0.0.2？10.0.0.1 在问");
    let datagram = build::udp(MACS, "10.0.0.1:5".parse().unwrap(), "10.0.0.2:6".parse().unwrap(), b"hello").unwrap();
    assert_eq!(said(datagram.clone(), Lang::En), "UDP 5 → 6 len 5");
    let between =
        build::Between { eth_src: MACS.0, eth_dst: MACS.1, src: "10.0.0.2".parse().unwrap(), dst: "10.0.0.1".parse().unwrap() };
    assert_eq!(
        said(build::unreachable(between, 3, &datagram).unwrap(), Lang::En),
        "ICMP Destination Unreachable: Port Unreachable len 33"
    );
    assert_eq!(said(vec![1, 2, 3], Lang::En), "EtherType 0x0000");
}

//! A lab without a kernel: alice, bob and carol, frames, and deeds in a few words.

use super::super::*;
use etherparse::PacketBuilder;
use std::time::Duration;

pub const ALICE: u8 = 1;
pub const BOB: u8 = 2;
pub const CAROL: u8 = 3;
pub const NAMES: [&str; 4] = ["", "alice", "bob", "carol"];
pub const ALL: [u8; 6] = [0xff; 6];

pub fn mac(host: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, host]
}

pub fn ms(n: u64) -> Time {
    Duration::from_millis(n)
}

pub fn filter(words: &str) -> Filter {
    let words: Vec<&str> = words.split_whitespace().collect();
    Filter::parse(&words, |w| NAMES[1..].contains(&w)).expect("a filter")
}

/// A TCP segment from port 40000 of one host to port 9000 of another, or back; flags by name.
pub fn tcp(from: u8, to: u8, flags: &str, seq: u32, ack: u32, payload: &[u8]) -> Vec<u8> {
    let (sport, dport) = if from < to { (40_000, 9_000) } else { (9_000, 40_000) };
    let mut b = PacketBuilder::ethernet2(mac(from), mac(to)).ipv4([10, 0, 0, from], [10, 0, 0, to], 64).tcp(sport, dport, seq, 500);
    for flag in flags.split('+') {
        b = match flag {
            "syn" => b.syn(),
            "fin" => b.fin(),
            "rst" => b.rst(),
            "psh" => b.psh(),
            "ack" => b.ack(ack),
            _ => b,
        };
    }
    let mut frame = Vec::new();
    b.write(&mut frame, payload).expect("a frame");
    frame
}

pub fn udp(from: u8, to: u8, payload: &[u8]) -> Vec<u8> {
    let b = PacketBuilder::ethernet2(mac(from), if to == 0 { ALL } else { mac(to) });
    let mut frame = Vec::new();
    b.ipv4([10, 0, 0, from], [10, 0, 0, to], 64).udp(5000, 5001).write(&mut frame, payload).expect("a frame");
    frame
}

/// "Who has `of`?", to everybody.
pub fn arp(from: u8, of: u8) -> Vec<u8> {
    let mut frame = [&ALL[..], &mac(from), &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1], &mac(from), &[10, 0, 0, from]].concat();
    frame.extend([0, 0, 0, 0, 0, 0, 10, 0, 0, of]);
    frame
}

pub struct Lab {
    pub wire: Wire,
    pub now: Time,
}

impl Lab {
    pub fn new() -> Lab {
        Lab::bounded(Bounds::default())
    }

    pub fn bounded(bounds: Bounds) -> Lab {
        let mut wire = Wire::bounded(1, bounds);
        for host in [ALICE, BOB, CAROL] {
            wire.plug(Port(host.into()), NAMES[host as usize].into(), 0, mac(host));
        }
        Lab { wire, now: ms(1000) }
    }

    /// What a deed list says: `1 > bob` is packet 1 put on bob's port, `1 held` and so on are facts.
    fn words(deeds: Vec<Deed>) -> Vec<String> {
        let host = |port: Port| NAMES.get(port.0 as usize).copied().unwrap_or("?");
        let word = |deed: Deed| match deed {
            Deed::Pass { packet, to } | Deed::Send { packet, to, .. } => format!("{packet} > {}", host(to)),
            Deed::Fact(f) => {
                let (fate, cause) = (format!("{:?}", f.fate).to_lowercase(), f.cause);
                match (f.fate, cause) {
                    (Fate::Held, _) if f.marks.copy_of.is_some() => {
                        format!("{} held copy of {}", f.packet, f.marks.copy_of.unwrap())
                    }
                    (Fate::Held, _) if f.marks.again.is_some() => format!("{} held again of {}", f.packet, f.marks.again.unwrap()),
                    (Fate::Held, _) => format!("{} held", f.packet),
                    (Fate::Delivered, _) => format!("{} delivered {cause:?}", f.packet),
                    _ => format!("{} {fate} {cause:?}", f.packet),
                }
            }
        };
        deeds.into_iter().map(word).collect()
    }

    pub fn with(&mut self, act: impl FnOnce(&mut Wire, Time, &mut Vec<Deed>)) -> Vec<String> {
        let mut deeds = Vec::new();
        act(&mut self.wire, self.now, &mut deeds);
        Lab::words(deeds)
    }

    pub fn says(&mut self, from: u8, frame: &[u8]) -> Vec<String> {
        self.with(|wire, now, deeds| wire.arrive(Port(from.into()), frame, now, deeds))
    }

    /// Time goes on.
    pub fn later(&mut self, by: u64) -> Vec<String> {
        self.now += ms(by);
        self.with(|wire, now, deeds| wire.due(now, deeds))
    }

    pub fn hold(&mut self, words: &str) {
        let all = words.strip_prefix("all");
        self.wire.hold(Hold { all: all.is_some(), filter: filter(all.unwrap_or(words)) }).expect("a hold");
    }

    pub fn rule(&mut self, act: Act, words: &str, seed: u64) {
        self.wire.set(Rule { act, filter: filter(words), seed }).expect("a rule");
    }

    pub fn step(&mut self) -> Vec<String> {
        self.with(|wire, now, deeds| {
            wire.step(Pick::Oldest(1), &Filter::default(), now, deeds).expect("something held");
        })
    }

    /// Alice sends `n` datagrams to bob, each of one payload of its own; which of them get there by now.
    pub fn flood(&mut self, n: u32) -> Vec<u32> {
        let mut got = Vec::new();
        for i in 0..n {
            let mut deeds = Vec::new();
            self.wire.arrive(Port(1), &udp(ALICE, BOB, &i.to_be_bytes()), self.now, &mut deeds);
            got.extend(delivered(&deeds));
        }
        got
    }

    /// Which of them come within a time, and when.
    pub fn comes(&mut self, within: Time) -> Vec<(Time, u32)> {
        let (began, end) = (self.now, self.now + within);
        let mut got = Vec::new();
        while let Some(due) = self.wire.next_due().filter(|due| *due <= end) {
            let mut deeds = Vec::new();
            self.now = due;
            self.wire.due(due, &mut deeds);
            got.extend(delivered(&deeds).into_iter().map(|i| (due - began, i)));
        }
        self.now = end;
        got
    }
}

fn delivered(deeds: &[Deed]) -> Vec<u32> {
    let number = |d: &Deed| match d {
        Deed::Send { bytes, .. } => Some(u32::from_be_bytes(bytes[42..46].try_into().unwrap())),
        _ => None,
    };
    deeds.iter().filter_map(number).collect()
}

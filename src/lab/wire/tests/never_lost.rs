//! Whatever is done to the wire, every packet is accounted for: delivered, dropped, held or on its way, and once.

use super::super::*;
use super::kit::*;
use proptest::prelude::*;
use rustc_hash::FxHashMap;

#[derive(Debug, Clone)]
enum Do {
    Frame(u8, Vec<u8>),
    Later(u64),
    Hold(Hold),
    Flow,
    Keep(bool),
    Step(Pick),
    Drop(Pick),
    Once(Once, Pick, &'static str),
    Reorder(Option<(u64, u64)>),
    Set(Act, &'static str, u64),
    Cut(u8, Option<u8>),
    Mend(Option<u8>, Option<u8>),
    Inject(u8, Vec<u8>),
    Plug(u8),
    Unplug(u8),
    Clear,
}

fn frame() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let host = 1..5_u8;
    let flags = prop::sample::select(vec!["syn", "syn+ack", "ack", "fin+ack", "rst"]);
    let made = (host.clone(), host.clone(), flags, 0..3_u32, prop::collection::vec(any::<u8>(), 0..40));
    prop_oneof![
        4 => made.clone().prop_map(|(a, b, flags, seq, data)| (a, tcp(a, b, flags, seq, 1, &data))),
        4 => made.prop_map(|(a, b, _, _, data)| (a, udp(a, b - 1, &data))),
        2 => (host.clone(), host.clone()).prop_map(|(a, b)| (a, arp(a, b))),
        1 => (host, prop::collection::vec(any::<u8>(), 0..60)),
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![(1..4_u32).prop_map(Pick::Oldest), (1..40_u64).prop_map(Pick::Number)]
}

fn words() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "tcp", "udp", "to bob", "from alice", "not data", "syn or arp", "group"])
}

fn act() -> impl Strategy<Value = Act> {
    let share = (0..5_u32).prop_map(|n| Share::percent(n * 25)).boxed();
    prop_oneof![
        (0..30_u64, 0..20_u64).prop_map(|(by, jitter)| Act::Delay { by: ms(by), jitter: ms(jitter) }),
        share.clone().prop_map(Act::Loss),
        share.clone().prop_map(Act::Duplicate),
        share.clone().prop_map(Act::Reorder),
        share.prop_map(Act::Corrupt),
        (0..3_u64).prop_map(|n| Act::Rate(Speed(n * 100_000))),
        (0..4_u32).prop_map(Act::Queue),
    ]
}

fn doing() -> impl Strategy<Value = Do> {
    let host = 1..5_u8;
    let once =
        prop_oneof![Just(Once::Duplicate), Just(Once::Reorder), prop::option::of(0..600_u32).prop_map(|bit| Once::Corrupt { bit })];
    prop_oneof![
        20 => frame().prop_map(|(from, f)| Do::Frame(from, f)),
        4 => (0..30_u64).prop_map(Do::Later),
        2 => (any::<bool>(), words()).prop_map(|(all, w)| Do::Hold(Hold { all, filter: filter(w) })),
        1 => Just(Do::Flow),
        1 => any::<bool>().prop_map(Do::Keep),
        4 => pick().prop_map(Do::Step),
        2 => pick().prop_map(Do::Drop),
        2 => (once, pick(), words()).prop_map(|(o, p, w)| Do::Once(o, p, w)),
        1 => prop::option::of((1..40_u64, 1..40_u64)).prop_map(Do::Reorder),
        4 => (act(), words(), any::<u64>()).prop_map(|(a, w, s)| Do::Set(a, w, s)),
        1 => (host.clone(), prop::option::of(host.clone())).prop_map(|(a, b)| Do::Cut(a, b)),
        1 => (prop::option::of(host.clone()), prop::option::of(host.clone())).prop_map(|(a, b)| Do::Mend(a, b)),
        1 => frame().prop_map(|(from, f)| Do::Inject(from, f)),
        1 => host.clone().prop_map(Do::Plug),
        1 => host.prop_map(Do::Unplug),
        1 => Just(Do::Clear),
    ]
}

fn name(host: u8) -> &'static str {
    NAMES.get(host as usize).copied().unwrap_or("dave")
}

fn perform(wire: &mut Wire, what: Do, now: &mut Time, deeds: &mut Vec<Deed>) {
    let port = |host: u8| Port(host.into());
    match what {
        Do::Frame(from, frame) => wire.arrive(port(from), &frame, *now, deeds),
        Do::Later(by) => {
            *now += ms(by);
            wire.due(*now, deeds);
            assert!(wire.next_due().is_none_or(|due| due > *now));
        }
        Do::Hold(hold) => {
            let _ = wire.hold(hold);
        }
        Do::Flow => {
            let _ = wire.flow(*now, deeds);
        }
        Do::Keep(yes) => wire.keep(yes),
        Do::Step(pick) => {
            let _ = wire.step(pick, &Filter::default(), *now, deeds);
        }
        Do::Drop(pick) => {
            let _ = wire.drop_held(pick, &Filter::default(), *now, deeds);
        }
        Do::Once(once, pick, words) => {
            let _ = wire.once(once, pick, filter(words), *now, deeds);
        }
        Do::Reorder(pair) => {
            let _ = wire.reorder(pair, Filter::default());
        }
        Do::Set(act, words, seed) => {
            let _ = wire.set(Rule { act, filter: filter(words), seed });
        }
        Do::Cut(host, peer) => {
            let cut = Cut { host: name(host).into(), peer: peer.map(|p| name(p).into()), filter: Filter::default() };
            let _ = wire.cut(cut);
        }
        Do::Mend(host, peer) => {
            let _ = wire.mend(host.map(name), peer.map(name));
        }
        Do::Inject(from, frame) => {
            let _ = wire.inject(port(from), &frame, *now, deeds);
        }
        Do::Plug(host) => {
            wire.unplug(port(host), *now, deeds);
            wire.plug(port(host), name(host).into(), 0, mac(host));
        }
        Do::Unplug(host) => wire.unplug(port(host), *now, deeds),
        Do::Clear => wire.clear(*now, deeds),
    }
}

/// What was put on ports and what was told, packet by packet.
#[derive(Debug, Default)]
struct Account {
    sent: u32,
    told_dropped: u32,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn every_packet_is_accounted_for(doings in prop::collection::vec(doing(), 1..80), telling: bool, tight: bool) {
        let bounds = if tight { Bounds { held: 4, late: 4, ..Bounds::default() } } else { Bounds::default() };
        let mut lab = Lab::bounded(bounds);
        lab.wire.tell_all(telling);
        let mut accounts: FxHashMap<u64, Account> = FxHashMap::default();
        for what in doings {
            let ports = 4;
            let mut deeds = Vec::new();
            let said = format!("{what:?}");
            perform(&mut lab.wire, what, &mut lab.now, &mut deeds);
            for deed in deeds {
                match deed {
                    Deed::Pass { packet, .. } | Deed::Send { packet, .. } => accounts.entry(packet).or_default().sent += 1,
                    Deed::Fact(f) if f.fate == Fate::Dropped => accounts.entry(f.packet).or_default().told_dropped += f.ports,
                    Deed::Fact(_) => {}
                }
            }
            let (wire, capture) = (&lab.wire, lab.wire.capture());
            let counts = wire.counts();
            prop_assert_eq!(counts.arrived + counts.copied + counts.injected, capture.len() as u64, "{}", said);
            let held: Vec<u64> = wire.held_packets().collect();
            let (mut on_the_way, mut delivered, mut dropped) = (0, 0, 0);
            for row in capture.rows() {
                let none = Account::default();
                let account = accounts.get(&row.packet).unwrap_or(&none);
                prop_assert_eq!((row.delivered, row.dropped), (account.sent, account.told_dropped), "{:?} after {}", row, said);
                prop_assert_eq!(row.fate == Fate::Held, held.contains(&row.packet), "{:?} after {}", row, said);
                let ends = row.delivered + row.dropped;
                match (row.fate, &row.to) {
                    (Fate::Held, _) => prop_assert_eq!(ends, 0),
                    (Fate::Underway, _) => on_the_way += 1,
                    (_, Target::Many) => prop_assert!((1..=ports).contains(&ends)),
                    // Nothing is twice: a copy has a number of its own.
                    _ => prop_assert_eq!(ends, 1, "{:?} after {}", row, said),
                }
                delivered += u64::from(row.delivered);
                dropped += u64::from(row.dropped);
            }
            prop_assert_eq!((counts.delivered, counts.dropped), (delivered, dropped));
            prop_assert_eq!(wire.held().0, held.len());
            prop_assert!(on_the_way <= wire.late().0);
            prop_assert!(wire.held().0 <= wire.bounds().held && wire.late().0 <= wire.bounds().late + 4);
        }
        // In the end everything is somewhere.
        let mut deeds = Vec::new();
        lab.wire.clear(lab.now, &mut deeds);
        prop_assert!(lab.wire.is_plain());
        prop_assert!(lab.wire.capture().rows().all(|r| matches!(r.fate, Fate::Delivered | Fate::Dropped)));
        prop_assert_eq!((lab.wire.held(), lab.wire.late()), ((0, 0), (0, 0)));
    }

    /// Without rules, cuts and verbs the wire is a wire: what goes in comes out, at once, in order, unchanged.
    #[test]
    fn a_plain_wire_changes_nothing(frames in prop::collection::vec(frame(), 1..50)) {
        let mut lab = Lab::new();
        for (from, frame) in frames {
            let mut deeds = Vec::new();
            lab.wire.arrive(Port(from.into()), &frame, lab.now, &mut deeds);
            let passed = deeds.iter().filter(|d| matches!(d, Deed::Pass { .. })).count();
            let dropped = deeds.iter().filter(|d| matches!(d, Deed::Fact(f) if f.fate == Fate::Dropped)).count();
            prop_assert_eq!(passed + dropped, deeds.len());
            prop_assert!((passed == 0) == (dropped == 1) || from == 4);
        }
    }
}

//! What a frame costs: printed, not judged (`cargo test --release speed -- --nocapture`).

use super::super::*;
use super::kit::*;
use std::time::Instant;

fn many_ports(ports: u32) -> Wire {
    let mut wire = Wire::new(0);
    for p in 0..ports {
        wire.plug(Port(p), format!("h{p}").into(), 0, [2, 0, 0, 0, (p >> 8) as u8, p as u8]);
    }
    wire
}

fn measure(what: &str, wire: &mut Wire, frame: &[u8], times: u32) {
    let mut deeds = Vec::new();
    let began = Instant::now();
    for i in 0..times {
        deeds.clear();
        wire.arrive(Port(1), frame, ms(u64::from(i)), &mut deeds);
    }
    println!("{what}: {} ns a frame, {} deeds", began.elapsed().as_nanos() / u128::from(times), deeds.len());
}

#[test]
fn what_a_frame_costs() {
    let small = udp(ALICE, BOB, &[0; 18]);
    let large = udp(ALICE, BOB, &[0; 1472]);
    measure("plain, 60 bytes", &mut many_ports(3), &small, 200_000);
    measure("plain, 1514 bytes", &mut many_ports(3), &large, 200_000);
    measure("plain, 500 ports", &mut many_ports(500), &small, 200_000);
    measure("broadcast, 500 ports", &mut many_ports(500), &udp(ALICE, 0, &[0; 18]), 2_000);
    let mut wire = many_ports(3);
    wire.set(Rule { act: Act::Loss(Share::percent(5)), filter: Filter::default(), seed: 0 }).unwrap();
    measure("loss 5%, 1514 bytes", &mut wire, &large, 100_000);
    let mut wire = many_ports(3);
    wire.set(Rule { act: Act::Delay { by: ms(5), jitter: ms(2) }, filter: Filter::default(), seed: 0 }).unwrap();
    measure("delay 5ms, 1514 bytes", &mut wire, &large, 100_000);
    let mut wire = many_ports(500);
    wire.set(Rule { act: Act::Loss(Share::percent(5)), filter: Filter::default(), seed: 0 }).unwrap();
    measure("loss 5%, broadcast, 500 ports", &mut wire, &udp(ALICE, 0, &[0; 18]), 500);
    let mut wire = many_ports(3);
    wire.hold(Hold::default()).unwrap();
    measure("held, 60 bytes", &mut wire, &small, 10_000);
    measure("hold is full, 60 bytes", &mut wire, &small, 50_000);
}

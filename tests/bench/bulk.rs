//! Bulk: `sendall zeros:1G` over TCP loopback, to the same receiver as a C loop.

use crate::measure::{by_turns, heading, row};
use crate::peers::{Peers, ours, run};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

pub fn measure(peers: &Peers, scale: usize) {
    let size: u64 = 1 << 30;
    for room in ["65536", "262144"] {
        heading(&format!(
            "1 GiB over TCP loopback, to a receiver that reads {} KiB at a time: ms",
            room.parse().unwrap_or(0) / 1024
        ));
        let receive = |sender: &dyn Fn(&str) -> Command| received(peers, room, size, sender);
        let script = |port: &str| {
            let lines = format!("s = socket inet stream; connect s 127.0.0.1:{port}; sendall s zeros:1G");
            ours(&["--quiet", "-c", &lines])
        };
        let sender = |chunk: &'static str| {
            move |port: &str| {
                let mut command = peers.command("sender");
                command.args([port, &size.to_string(), chunk]);
                command
            }
        };
        let [ours, c64, c256] =
            by_turns(3 * scale, [&mut || receive(&script), &mut || receive(&sender("65536")), &mut || receive(&sender("262144"))]);
        row("sockscope: sendall s zeros:1G", &ours, 1e3, "ms", None);
        row("a C loop, 64 KiB a send (aim: 1.25 at most)", &c64, 1e3, "ms", Some((&ours, 1e3)));
        row("a C loop, 256 KiB a send (aim: 1.25 at most)", &c256, 1e3, "ms", Some((&ours, 1e3)));
    }
}

/// Microseconds from the first byte to the end, by the receiver's clock.
fn received(peers: &Peers, room: &str, size: u64, sender: &dyn Fn(&str) -> Command) -> f64 {
    let mut receiver = peers.command("receiver").arg(room).stdout(Stdio::piped()).spawn().expect("a receiver");
    let mut said = BufReader::new(receiver.stdout.take().expect("a pipe")).lines();
    let port = said.next().and_then(Result::ok).expect("a port");
    run(&mut sender(&port));
    let answer = said.next().and_then(Result::ok).expect("an answer");
    let _ = receiver.wait();
    let (bytes, us) = answer.split_once(' ').expect("two numbers");
    assert_eq!(bytes.parse(), Ok(size), "the receiver got it all");
    us.parse().expect("microseconds")
}

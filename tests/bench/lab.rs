//! The lab: hosts made and removed, round trips over the flowing wire, and bulk over it. Needs `ip`, `unshare` and user namespaces.

use crate::measure::{Runs, by_turns, heading, row, timed};
use crate::peers::{Peers, ours, run};
use std::fmt::Write;
use std::process::{Command, Stdio};

pub fn measure(peers: &Peers, scale: usize) {
    // One more is made beside them to begin the lab, and 500 are the most.
    for n in [2, 20, 100, 499] {
        hosts(peers, scale, n);
    }
    round_trips(peers, scale);
    bulk(peers, scale);
}

/// Each less the other of the same turn.
fn less(all: &Runs, other: &Runs) -> Runs {
    Runs(all.0.iter().zip(&other.0).map(|(a, b)| (a - b).max(0.0)).collect())
}

fn hosts(peers: &Peers, scale: usize, n: usize) {
    // The lab itself comes and goes with its first host.
    let one = "host first\n";
    let up = format!("{one}repeat {n} host h{{i}}\n");
    let down = format!("{up}repeat {n} host rm h{{i}}\n");
    let file = |name: &str, text: &str| peers.file(name, text).to_string_lossy().into_owned();
    let (up, down, none) = (file("up.txt", &up), file("down.txt", &down), file("one.txt", one));
    let sockscope = |script: &str| timed(|| run(&mut ours(&["run", "--quiet", script])));
    let (with_ip, then_down) = batches(peers, n);
    let ip = |script: &str| timed(|| run(Command::new("unshare").args(["-Urmn", "sh", "-e", script])));
    heading(&format!("{n} hosts: ms a host"));
    let rounds = if n > 100 { scale } else { 3 * scale };
    let [start, ours_up, ours_both, ip_up, ip_both] = by_turns(
        rounds,
        [&mut || sockscope(&none), &mut || sockscope(&up), &mut || sockscope(&down), &mut || ip(&with_ip), &mut || ip(&then_down)],
    );
    let per = n as f64 * 1e3;
    let (up, down) = (less(&ours_up, &start), less(&ours_both, &ours_up));
    row("sockscope: host, up (aim: 2.5)", &up, per, "ms", None);
    row("the lab itself, with one host, begun and left", &start, 1e3, "ms", None);
    row("ip -batch: up", &ip_up, per, "ms", Some((&up, per)));
    row("sockscope: host rm (aim: 1)", &down, per, "ms", None);
    row("ip -batch: netns del", &less(&ip_both, &ip_up), per, "ms", Some((&down, per)));
}

/// The same hosts by `ip -batch`: made, and made and removed.
fn batches(peers: &Peers, n: usize) -> (String, String) {
    let (mut made, mut gone, mut inside) = (String::new(), String::new(), String::new());
    for i in 1..=n {
        let _ =
            writeln!(made, "netns add h{i}\nlink add w{i} mtu 1500 type veth peer name eth0 netns h{i}\nlink set w{i} up arp off");
        let _ = writeln!(gone, "netns del h{i}\nlink del w{i}");
        let (high, low) = (i / 256, i % 256);
        let text = format!(
            "link set lo up\naddr add 10.0.{high}.{low}/16 dev eth0\naddr add fd00::{i}/64 dev eth0 nodad\nlink set eth0 up\n"
        );
        let file = peers.file(&format!("inside{i}.txt"), &text);
        let _ = writeln!(inside, "ip -n h{i} -batch {}", file.display());
    }
    let (made, gone) = (peers.file("made.txt", &made), peers.file("gone.txt", &gone));
    let up = format!("mount -t tmpfs none /run\nip -batch {}\n{inside}", made.display());
    let both = format!("{up}ip -force -batch {} 2>/dev/null || true\n", gone.display());
    let path = |name: &str, text: &str| peers.file(name, text).to_string_lossy().into_owned();
    (path("ip-up.sh", &up), path("ip-both.sh", &both))
}

const UDP: &str = "host alice; host bob\non bob b = socket inet dgram; bind b 10.0.0.2:9\non alice a = socket inet dgram; bind a 10.0.0.1:9\n\
                   connect a 10.0.0.2:9; connect b 10.0.0.1:9\n";
const TCP: &str = "host alice; host bob\non bob s = socket inet stream; bind s 10.0.0.2:9; listen s\n\
                   on alice a = socket inet stream; connect a 10.0.0.2:9; b = accept s\nsetsockopt a nodelay 1; setsockopt b nodelay 1\n";

/// What the C program says, in microseconds.
fn by_hand(peers: &Peers, what: &str, n: u64) -> f64 {
    let out = peers.command("wire").args([what, &n.to_string()]).stdin(Stdio::null()).output().expect("wire");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim().parse().expect("microseconds")
}

fn round_trips(peers: &Peers, scale: usize) {
    let n = 20_000;
    heading("a byte there and a byte back, in lockstep: µs a round trip");
    for (name, what, set_up) in [("TCP", "tcp", TCP), ("UDP", "udp", UDP)] {
        let file = |name: &str, text: &str| peers.file(name, text).to_string_lossy().into_owned();
        let none = file("before.txt", set_up);
        let all = file("trips.txt", &format!("{set_up}{}", "send a x\nrecv b 10\nsend b x\nrecv a 10\n".repeat(n)));
        let script = |script: &str| timed(|| run(&mut ours(&["run", "--quiet", script])));
        let [before, all, c] =
            by_turns(5 * scale, [&mut || script(&none), &mut || script(&all), &mut || by_hand(peers, what, n as u64)]);
        let (per, trips) = (n as f64, less(&all, &before));
        row(&format!("{name}, sockscope --quiet"), &trips, per, "µs", None);
        row(&format!("{name}, a C program (aim: 1.50 at most)"), &c, per, "µs", Some((&trips, per)));
    }
}

fn bulk(peers: &Peers, scale: usize) {
    let bytes: u64 = 256 << 20;
    heading("256 MiB over the wire, MTU 1500: ms");
    let file = |name: &str, text: &str| peers.file(name, text).to_string_lossy().into_owned();
    let none = file("before.txt", TCP);
    let all = file("bulk.txt", &format!("{TCP}recv b 256M waitall &\nsendall a zeros:256M\nwait\n"));
    let script = |script: &str| timed(|| run(&mut ours(&["run", "--quiet", script])));
    let [before, all, c] =
        by_turns(3 * scale, [&mut || script(&none), &mut || script(&all), &mut || by_hand(peers, "copy", bytes)]);
    let took = less(&all, &before);
    row("sockscope: sendall, recv waitall", &took, 1e3, "ms", None);
    row("a C copier, 64 frames a call (aim: 1.25 at most)", &c, 1e3, "ms", Some((&took, 1e3)));
}

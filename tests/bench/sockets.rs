//! Many sockets: opened, listed, closed.

use crate::measure::{by_turns, figure, heading, row, timed};
use crate::peers::{Peers, ours, run};
use nix::sys::resource::{Resource, getrlimit};
use std::process::Command;

pub fn measure(peers: &Peers, scale: usize) {
    // Standard input, output and error are open already, and whatever else we were started with. `ls` counts its own look at them.
    let inherited =
        Command::new("ls").arg("/proc/self/fd").output().map_or(3, |o| o.stdout.split(|b| *b == b'\n').count() as u64 - 2);
    let most = getrlimit(Resource::RLIMIT_NOFILE).map_or(1024, |l| l.1).saturating_sub(inherited);
    many(peers, scale, 10_000.min(most));
    many(peers, scale, most.min(1_000_000));
}

fn many(peers: &Peers, scale: usize, n: u64) {
    let open = format!("repeat {n} c{{i}} = socket inet stream\n");
    let listed = format!("{open}sockets\n");
    let closed = format!("{listed}repeat {n} close c{{i}}\n");
    let file = |name: &str, text: &str| peers.file(name, text).to_string_lossy().into_owned();
    let (open, listed, closed) = (file("open.txt", &open), file("listed.txt", &listed), file("closed.txt", &closed));
    heading(&format!("{n} sockets, run --quiet: µs a socket"));
    let us = |script: &str| timed(|| run(&mut ours(&["run", "--quiet", script])));
    let peer = |what: &str| timed(|| run(peers.command("sockets").args([n.to_string().as_str(), what])));
    let per = n as f64;
    let [all, c] = by_turns(3 * scale, [&mut || us(&closed), &mut || peer("lc")]);
    row("opened, listed, closed (aim: 10)", &all, per, "µs", None);
    row("a C loop", &c, per, "µs", Some((&all, per)));
    let [one, two] = by_turns(3 * scale, [&mut || us(&open), &mut || us(&listed)]);
    row("opened, left to the end of the process", &one, per, "µs", None);
    row("opened and listed, left to the end", &two, per, "µs", None);
    let told = |script: &str| timed(|| run(&mut ours(&["run", script])));
    let [told] = by_turns(1, [&mut || told(&closed)]);
    row("the same, narrated to /dev/null", &told, per, "µs", None);
    let none = file("none.txt", "\n");
    let bytes = |quiet: &str, with: &str, without: &str| {
        let grown = peers.peak(&["run", quiet, with]).saturating_sub(peers.peak(&["run", quiet, without]));
        grown as f64 * 1024.0 / per
    };
    figure("bytes a socket, opened and listed", format!("{:.0}   (aim: 1024)", bytes("--quiet", &listed, &none)));
    figure("the same, narrated (the log is kept)", format!("{:.0}", bytes("--color=never", &listed, &none)));
}

//! Lines of a script: `send` and `recv` on a socketpair, silent and narrated.

use crate::measure::{by_turns, figure, heading, row, timed};
use crate::peers::{Peers, ours, python, run, run_into_pipe, source};
use std::process::Stdio;

/// A script of so many lines behind the first.
fn script(lines: usize) -> String {
    format!("a b = socketpair unix stream\n{}", "send a hello\nrecv b 5\n".repeat(lines / 2))
}

pub fn quiet(peers: &Peers, scale: usize) {
    let lines = 400_000;
    let pairs = (lines / 2).to_string();
    let file = peers.file("lines.txt", &script(lines));
    let file = file.to_string_lossy();
    heading("400,000 lines, run --quiet: µs a line");
    let [ours, minimal, c, python] = by_turns(
        5 * scale,
        [
            &mut || timed(|| run(&mut ours(&["run", "--quiet", &file]))),
            &mut || timed(|| run(peers.command("lines").arg(&*file))),
            &mut || timed(|| run(peers.command("loop").arg(&pairs))),
            &mut || timed(|| run(python().arg(source("script.py")).arg(&pairs))),
        ],
    );
    let per = lines as f64;
    row("sockscope run --quiet", &ours, per, "µs", None);
    row("a Python script (aim: 1.00 at most)", &python, per, "µs", Some((&ours, per)));
    row("a C loop", &c, per, "µs", Some((&ours, per)));
    row("a minimal C line interpreter", &minimal, per, "µs", Some((&ours, per)));

    println!();
    let few = peers.file("few.txt", &script(4_000));
    let peak = |file: &str| peers.peak(&["run", "--quiet", file]);
    let (small, large) = (peak(&few.to_string_lossy()), peak(&file));
    figure("memory, 4,000 and 400,000 lines (VmHWM)", format!("{small} KiB, {large} KiB   (aim: the same)"));
}

pub fn narrated(peers: &Peers, scale: usize) {
    let lines = 40_000 * if scale > 1 { 10 } else { 1 };
    let file = peers.file("narrated.txt", &script(lines));
    let file = file.to_string_lossy();
    // Python takes a line at a time too, and far longer: fewer of them.
    let fed = 4_000 * scale;
    let setup = "import socket\na, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)\n";
    let fed_file = peers.file("fed.py", &format!("{setup}{}", "a.send(b'hello')\nb.recv(5)\n".repeat(fed / 2)));
    let start = peers.file("none.py", setup);
    let input = |path: &std::path::Path| Stdio::from(std::fs::File::open(path).expect("a script"));
    let interactive = |path| timed(|| run_into_pipe(python().args(["-q", "-i"]).stdin(input(path))));
    heading(&format!("{lines} lines, fully narrated into a pipe: µs a line"));
    let [ours, c, python] = by_turns(
        5,
        [
            &mut || timed(|| run_into_pipe(ours(&["run", &file]).stdin(Stdio::null()))),
            &mut || timed(|| run(peers.command("loop").arg((lines / 2).to_string()))),
            // What starting Python costs is not the lines' fault.
            &mut || interactive(&fed_file) - interactive(&start),
        ],
    );
    let per = lines as f64;
    row("sockscope run", &ours, per, "µs", None);
    row("python3 -i fed the lines (aim: 0.33 at most)", &python, fed as f64, "µs", Some((&ours, per)));
    row("a C loop", &c, per, "µs", Some((&ours, per)));
}

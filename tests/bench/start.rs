//! Starting: `-c quit`, the first prompt, a line typed and the prompt back; the size of the program and its memory there.

use crate::measure::{by_turns, figure, heading, row, timed};
use crate::peers::{Peers, SOCKSCOPE, ours, python, run};
use crate::pty::Terminal;

pub fn measure(peers: &Peers, scale: usize) {
    heading("start: the whole process");
    let rounds = 100 * scale;
    let [quit, empty] =
        by_turns(rounds, [&mut || timed(|| run(&mut ours(&["-c", "quit"]))), &mut || timed(|| run(&mut peers.command("empty")))]);
    row("sockscope -c quit", &quit, 1e3, "ms", None);
    row("an empty Rust program", &empty, 1e3, "ms", Some((&quit, 1e3)));
    let import = || timed(|| run(python().args(["-c", "import socket"])));
    let [quit, import] = by_turns(10 * scale, [&mut || timed(|| run(&mut ours(&["-c", "quit"]))), &mut { import }]);
    row("python3 -c 'import socket'", &import, 1e3, "ms", Some((&quit, 1e3)));

    heading("first prompt, in a pseudo-terminal");
    let [prompt, empty] = by_turns(
        rounds / 2,
        [&mut || Terminal::first_prompt(&mut ours(&[]), peers), &mut || Terminal::until_end(&mut peers.command("empty"), peers)],
    );
    row("sockscope, start to prompt", &prompt, 1e3, "ms", None);
    row("an empty Rust program, start to end", &empty, 1e3, "ms", Some((&prompt, 1e3)));
    figure("above the empty program (min, median)", {
        let over = |a: f64, b: f64| (a - b) / 1e3;
        format!("{:.2} ms, {:.2} ms   (aim: 2)", over(prompt.min(), empty.min()), over(prompt.median(), empty.median()))
    });

    heading("a line typed to the prompt back");
    let mut here = Terminal::open(&mut ours(&[]), peers);
    here.read_until(&["› "]);
    let (resident, most) = here.memory();
    here.answer("a b = socketpair unix stream nonblock\r", &["= 0", "› "]);
    here.answer("set explain off\r", &["explain", "› "]);
    let mut there = Terminal::open(python().args(["-q", "-i"]), peers);
    there.read_until(&[">>> "]);
    there.answer("import socket; a, b = socket.socketpair(); a.setblocking(False)\r", &["\n", ">>> "]);
    let [typed, python] = by_turns(
        200 * scale,
        [&mut || here.answer("send a hi\r", &["= 2", "› "]), &mut || there.answer("a.send(b'hi')\r", &["\n2", ">>> "])],
    );
    row("sockscope: send a hi", &typed, 1e3, "ms", None);
    row("python3 -i: a.send(b'hi')", &python, 1e3, "ms", Some((&typed, 1e3)));

    println!();
    let size = std::fs::metadata(SOCKSCOPE).map_or(0, |m| m.len());
    figure("the program's file", format!("{:.2} MB   (aim: 3)", size as f64 / 1e6));
    figure("memory at the first prompt (VmRSS, VmHWM)", format!("{resident} KiB, {most} KiB   (aim: 6144)"));
}

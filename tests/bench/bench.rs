//! How fast: ours beside peers in the same run, by turns, with the ratios. Needs `cc`, `rustc` and `python3`.
//!
//!     cargo bench                      everything, within three minutes
//!     cargo bench -- start bulk        some of: start quiet narrated sockets bulk pictures lab
//!     cargo bench -- --full            more rounds, and all 400,000 lines narrated

mod bulk;
mod lab;
mod lines;
mod measure;
mod peers;
mod pictures;
mod pty;
mod sockets;
mod start;

/// A benchmark's name, and what runs it with how many times the usual rounds.
type Bench = (&'static str, fn(&peers::Peers, usize));

const ALL: [Bench; 7] = [
    ("start", start::measure),
    ("quiet", lines::quiet),
    ("narrated", lines::narrated),
    ("sockets", sockets::measure),
    ("bulk", bulk::measure),
    ("lab", lab::measure),
    ("pictures", pictures::measure),
];

fn main() {
    // cargo says `--bench` to whatever it runs.
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let scale = if asked.iter().any(|a| a == "--full") { 5 } else { 1 };
    let names: Vec<&String> = asked.iter().filter(|a| !a.starts_with('-')).collect();
    if let Some(unknown) = names.iter().find(|n| !ALL.iter().any(|b| b.0 == n.as_str())) {
        eprintln!("no benchmark is called {unknown}: {}", ALL.map(|b| b.0).join(" "));
        std::process::exit(2);
    }
    let peers = peers::Peers::build();
    for (name, bench) in ALL {
        if names.is_empty() || names.iter().any(|n| *n == name) {
            bench(&peers, scale);
        }
    }
}

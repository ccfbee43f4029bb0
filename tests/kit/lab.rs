//! The lab as other programs see it: who runs the test, and the kernel's own tables on a host, read from outside.

use super::{BOUND, Script};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

/// Who runs the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever runs the tests.
    Own,
    /// An ordinary user, where the tests run as root.
    User,
}

/// The number of nobody.
pub const NOBODY: u32 = 65_534;

impl Who {
    /// A run as this user.
    pub fn runs(self, script: Script) -> Script {
        match self {
            Who::User if nix::unistd::geteuid().is_root() => script.run_as(NOBODY),
            _ => script,
        }
    }

    /// Whether this user may make hosts here; if not the test is skipped, with what the program says. Under `SOCKSCOPE_TEST_ALL` it fails.
    pub fn has_lab(self) -> bool {
        static SAID: OnceLock<[Option<String>; 2]> = OnceLock::new();
        let tried = |who: Who| {
            let ran = who.runs(super::lines("host alice")).quiet().run();
            (ran.status != Some(0)).then_some(ran.stderr)
        };
        let said = &SAID.get_or_init(|| [Who::Own, Who::User].map(tried))[self as usize];
        let Some(why) = said else { return true };
        assert!(std::env::var_os("SOCKSCOPE_TEST_ALL").is_none(), "no lab for {self:?}: {why}");
        eprintln!("skipped: no lab for {self:?}: {why}");
        false
    }
}

/// The process that holds a lab's hosts.
pub struct House {
    pub pid: i32,
}

/// A row of a host's table of TCP sockets: its own address, the peer's, the state's name.
pub type Row = (String, String, String);

const STATES: [&str; 12] = [
    "",
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
];

impl House {
    /// That of a running sockscope, by its parent alone: others have labs on this machine too.
    pub fn of(parent: i32) -> Option<House> {
        let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).ok()?;
        let children = tasks.flatten().filter_map(|t| std::fs::read_to_string(t.path().join("children")).ok());
        let mut pids = children.flat_map(|c| c.split_whitespace().filter_map(|p| p.parse().ok()).collect::<Vec<i32>>());
        pids.find(|pid| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|c| c.contains("--house")))
            .map(|pid| House { pid })
    }

    /// The network namespaces it holds: the wire's first, then the hosts' in the order made.
    pub fn namespaces(&self) -> Vec<PathBuf> {
        let fds = std::fs::read_dir(format!("/proc/{}/fd", self.pid)).expect("it lives");
        let is_net = |p: &PathBuf| std::fs::read_link(p).is_ok_and(|l| l.to_string_lossy().starts_with("net:["));
        let mut found: Vec<PathBuf> = fds.flatten().map(|e| e.path()).filter(is_net).collect();
        found.sort_by_key(|p| p.file_name().and_then(|n| n.to_str()?.parse::<i32>().ok()));
        found
    }

    /// What a program prints that runs on the host made as number `n` (from 1).
    #[track_caller]
    pub fn on(&self, n: usize, words: &[&str]) -> String {
        let namespaces = self.namespaces();
        let net = namespaces.get(n).unwrap_or_else(|| panic!("host {n} of {namespaces:?}"));
        let user = |pid: &str| std::fs::read_link(format!("/proc/{pid}/ns/user")).ok();
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", net.display()));
        if user("self") != user(&self.pid.to_string()) {
            command.args(["--preserve-credentials", &format!("--user=/proc/{}/ns/user", self.pid)]);
        }
        let out = command.args(words).output().expect("nsenter");
        assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    /// The TCP sockets of a host, as the kernel's own file lists them, sorted.
    #[track_caller]
    pub fn tcp(&self, n: usize) -> Vec<Row> {
        let address = |word: &str| {
            let (ip, port) = word.split_once(':').expect("an address and a port");
            let ip = u32::from_str_radix(ip, 16).expect("hexadecimal").to_ne_bytes();
            format!("{}:{}", std::net::Ipv4Addr::from(ip), u16::from_str_radix(port, 16).expect("hexadecimal"))
        };
        let text = self.on(n, &["cat", "/proc/net/tcp"]);
        let row = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let state = usize::from_str_radix(words[3], 16).expect("hexadecimal");
            // 12 is TCP_NEW_SYN_RECV, which this file shows as 3.
            (address(words[1]), address(words[2]), STATES[state].to_string())
        };
        let mut rows: Vec<Row> = text.lines().skip(1).map(row).collect();
        rows.sort();
        rows
    }

    /// A host's state between two addresses.
    #[track_caller]
    pub fn state(&self, n: usize, own: &str, peer: &str) -> Option<String> {
        self.tcp(n).into_iter().find(|(a, b, _)| (a.as_str(), b.as_str()) == (own, peer)).map(|r| r.2)
    }

    /// A counter of a host: `Tcp`, `InCsumErrors` (/proc/net/snmp).
    #[track_caller]
    pub fn count(&self, n: usize, protocol: &str, name: &str) -> u64 {
        let text = self.on(n, &["cat", "/proc/net/snmp", "/proc/net/snmp6", "/proc/net/netstat"]);
        if let Some(line) = text.lines().find(|l| l.split_whitespace().next() == Some(name)) {
            return line.split_whitespace().nth(1).and_then(|v| v.parse().ok()).expect("a number");
        }
        let lines: Vec<&str> = text.lines().filter(|l| l.starts_with(&format!("{protocol}:"))).collect();
        let at = lines[0].split_whitespace().position(|w| w == name).unwrap_or_else(|| panic!("no {protocol} {name}"));
        lines[1].split_whitespace().nth(at).and_then(|v| v.parse().ok()).expect("a number")
    }

    /// Whether it, and all that it held, is gone: waits for it, and not for ever.
    #[track_caller]
    pub fn is_gone(&self, inodes: &[String]) {
        wait_for("the house to end", || !std::path::Path::new(&format!("/proc/{}", self.pid)).exists());
        // No process of this machine stands in one of its namespaces any more.
        wait_for("its programs to end", || {
            let all = std::fs::read_dir("/proc").expect("/proc").flatten();
            let there = all.filter_map(|e| std::fs::read_link(e.path().join("ns/net")).ok());
            !there.map(|l| l.to_string_lossy().into_owned()).any(|net| inodes.contains(&net))
        });
    }

    /// What its namespaces are called: `net:[4026532182]`.
    pub fn inodes(&self) -> Vec<String> {
        let name = |p: &PathBuf| std::fs::read_link(p).map(|l| l.to_string_lossy().into_owned()).unwrap_or_default();
        self.namespaces().iter().map(name).collect()
    }
}

/// Waits for a state, with a bound.
#[track_caller]
pub fn wait_for(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + BOUND;
    while !is() {
        assert!(Instant::now() < end, "waiting for {what}");
        std::thread::yield_now();
    }
}

//! Which process holds a socket: the inodes behind /proc/PID/fd (proc(5)). Read at the clerk's.

use super::clerk;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A process, as far as it may be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: i32,
    /// The descriptor it holds the socket by.
    pub fd: i32,
    pub command: String,
}

/// Who holds these inodes; and whether some process's table was closed to us.
pub fn holders(inodes: Vec<u64>) -> (HashMap<u64, Vec<Process>>, bool) {
    clerk::ask(move || scan(&inodes.into_iter().collect())).unwrap_or_default()
}

fn scan(inodes: &HashSet<u64>) -> (HashMap<u64, Vec<Process>>, bool) {
    let mut found: HashMap<u64, Vec<Process>> = HashMap::new();
    let mut hidden = false;
    let Ok(processes) = std::fs::read_dir("/proc") else { return (found, true) };
    for entry in processes.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<i32>().ok()) else { continue };
        let fds = match std::fs::read_dir(format!("/proc/{pid}/fd")) {
            Ok(fds) => fds,
            Err(e) => {
                hidden |= e.kind() == std::io::ErrorKind::PermissionDenied;
                continue;
            }
        };
        for fd in fds.flatten() {
            let Ok(link) = std::fs::read_link(fd.path()) else { continue };
            let Some(inode) = link.to_str().and_then(|l| l.strip_prefix("socket:[")?.strip_suffix(']')?.parse::<u64>().ok()) else {
                continue;
            };
            if inodes.contains(&inode) {
                let number = fd.file_name().to_str().and_then(|n| n.parse().ok()).unwrap_or(-1);
                found.entry(inode).or_default().push(Process { pid, fd: number, command: command(pid) });
            }
        }
    }
    (found, hidden)
}

/// The command line of a process, or its short name where it has none.
pub fn command(pid: i32) -> String {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<String> =
        line.split(|b| *b == 0).filter(|w| !w.is_empty()).map(|w| String::from_utf8_lossy(w).into_owned()).collect();
    if words.is_empty() {
        std::fs::read_to_string(format!("/proc/{pid}/comm")).map_or_else(|_| "?".into(), |c| format!("[{}]", c.trim()))
    } else {
        words.join(" ")
    }
}

/// A file of /proc, as it is seen where the calling thread stands: much of /proc/sys/net and all of /proc/net is each host's own.
pub fn read(path: String) -> Option<String> {
    match super::place::host() {
        Some(host) => host.read(&path),
        None => clerk::ask(move || std::fs::read_to_string(path).ok()).flatten(),
    }
}

/// A line of /proc/sys, trimmed.
pub fn sysctl(path: &str) -> Option<String> {
    read(format!("/proc/sys/{path}")).map(|s| s.trim().to_string())
}

/// CAP_NET_BIND_SERVICE (capabilities(7)).
pub const NET_BIND_SERVICE: u32 = 10;

/// CAP_NET_ADMIN.
pub const NET_ADMIN: u32 = 12;
/// CAP_NET_RAW.
pub const NET_RAW: u32 = 13;

/// A line of the calling thread's own status (proc_pid_status(5)), behind its name.
fn status(name: &'static str) -> Option<String> {
    let tid = super::thread::tid();
    let status = clerk::ask(move || std::fs::read_to_string(format!("/proc/self/task/{tid}/status")).ok()).flatten()?;
    status.lines().find_map(|l| l.strip_prefix(name)).map(|l| l.trim().to_string())
}

/// Whether the calling thread has a capability: CapEff.
pub fn capable(bit: u32) -> Option<bool> {
    Some(u64::from_str_radix(&status("CapEff:")?, 16).ok()? >> bit & 1 == 1)
}

/// Its groups: the effective one, then the supplementary ones.
pub fn groups() -> Option<String> {
    let own = status("Gid:")?.split_whitespace().nth(1)?.to_string();
    let more = status("Groups:")?.split_whitespace().filter(|g| *g != own).map(str::to_string).collect::<Vec<_>>();
    Some([vec![own], more].concat().join(", "))
}

/// How many descriptors are open in the calling thread's table.
pub fn open_descriptors() -> Option<usize> {
    let tid = super::thread::tid();
    clerk::ask(move || std::fs::read_dir(format!("/proc/self/task/{tid}/fd")).ok().map(Iterator::count)).flatten()
}

/// What a descriptor of the calling thread is, in the kernel's words: a path, `anon_inode:[eventpoll]`, `socket:[…]`.
pub fn descriptor(fd: i32) -> Option<String> {
    let tid = super::thread::tid();
    let link = clerk::ask(move || std::fs::read_link(format!("/proc/self/task/{tid}/fd/{fd}")).ok()).flatten()?;
    Some(link.to_string_lossy().into_owned())
}

/// The list of an epoll instance: descriptors and events (proc(5), fdinfo).
pub fn epoll_list(epfd: i32) -> Option<Vec<(i32, u32)>> {
    let tid = super::thread::tid();
    let info = clerk::ask(move || std::fs::read_to_string(format!("/proc/self/task/{tid}/fdinfo/{epfd}")).ok()).flatten()?;
    let line = |l: &str| -> Option<(i32, u32)> {
        let mut words = l.strip_prefix("tfd:")?.split_whitespace();
        let fd = words.next()?.parse().ok()?;
        let events = words.skip_while(|w| *w != "events:").nth(1)?;
        Some((fd, u32::from_str_radix(events, 16).ok()?))
    };
    Some(info.lines().filter_map(line).collect())
}

/// Whether the main routing table has a default route for the family.
pub fn default_route(family: i32) -> Option<bool> {
    let v6 = family == libc::AF_INET6;
    let path = if v6 { "/proc/net/ipv6_route" } else { "/proc/net/route" };
    let table = read(path.into())?;
    let is_default = |l: &str| {
        let w: Vec<&str> = l.split_whitespace().collect();
        // RTF_UP 1, RTF_REJECT 0x200; the IPv6 table shows an unreachable default of lo.
        let up = |flags: &str| u32::from_str_radix(flags, 16).is_ok_and(|f| f & 0x201 == 1);
        match v6 {
            true => w.len() > 9 && w[1] == "00" && w[0].bytes().all(|b| b == b'0') && up(w[8]) && w[9] != "lo",
            false => w.len() > 7 && w[1] == "00000000" && w[7] == "00000000" && up(w[3]),
        }
    };
    Some(table.lines().any(is_default))
}

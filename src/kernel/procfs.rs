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

/// A line of /proc/sys, trimmed.
pub fn sysctl(path: &str) -> Option<String> {
    let path = format!("/proc/sys/{path}");
    clerk::ask(move || std::fs::read_to_string(path).ok().map(|s| s.trim().to_string())).flatten()
}

//! What the kernel saw a program do, and what a sitting says that it did, in the same words.

use super::EventExt;
use super::sitting::{ends_well, run};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Calls that are made to do something, and not to look at it.
const COMPARED: &[&str] = &["socket", "socketpair", "bind", "listen", "accept4", "connect", "sendto", "recvfrom", "shutdown"];

/// Where the C library, and a shell or Python through it, asks for a name of this machine (nscd(8)): where HOME is not set, as a rule.
const NAMES_OF_THE_MACHINE: &str = "\"/var/run/nscd/socket\"";

/// What the kernel itself saw the program do: `name = result`, errnos by name; numbers of descriptors are not compared.
///
/// What the C library asks nscd is left out: no line of the program says it.
pub fn seen_by_strace(program: &mut Command, record: &Path) -> Vec<String> {
    ends_well("strace", "", &run(program));
    let text = std::fs::read_to_string(record).expect("strace's record");
    let mut seen = Vec::new();
    for line in text.lines() {
        let Some((name, rest)) = line.split_once('(') else { continue };
        if rest.contains(NAMES_OF_THE_MACHINE) {
            assert_eq!(seen.pop().as_deref(), Some("socket made"), "the socket that was made to ask");
            continue;
        }
        if let (true, Some((_, answer))) = (COMPARED.contains(&name), rest.rsplit_once(" = ")) {
            let words: Vec<&str> = answer.split_whitespace().collect();
            let made = ["socket", "accept4"].contains(&name);
            seen.push(match words[..] {
                ["-1", errno, ..] => format!("{name} {errno}"),
                _ if made => format!("{name} made"),
                [value, ..] => format!("{name} {value}"),
                _ => String::new(),
            });
        }
    }
    seen
}

/// The same of a sitting's events.
pub fn done(events: &[Value]) -> Vec<String> {
    let mut did = Vec::new();
    for called in events.iter().filter(|e| e.is("called")) {
        let (seq, sys) = (called.number("seq"), called.text("sys"));
        let Some(returned) = events.iter().find(|e| e.is("returned") && e["of"] == seq) else { continue };
        if COMPARED.contains(&sys) {
            did.push(match (returned["ok"] == true, ["socket", "accept4"].contains(&sys)) {
                (false, _) => format!("{sys} {}", returned.text("errno")),
                (true, true) => format!("{sys} made"),
                (true, false) => format!("{sys} {}", returned.number("value")),
            });
        }
    }
    did
}

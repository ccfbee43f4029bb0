//! Every `called` and `returned` against strace's own record: names, descriptors, constants, flags, lengths, results, errnos.

mod compare;
mod record;

use crate::kit::{EventExt, Ran, Script, have, script};
use compare::{Held, hold};
use record::{Record, Traced};
use serde_json::Value;

/// Each call of the list, some well and some not, and jobs.
const LONG: &str = include_str!("long.sock");

/// A run under strace: its events and the record.
fn traced(s: Script) -> (Ran, Record) {
    let record = s.path().join("record");
    let words = ["strace", "-f", "-v", "-s", "6000", "-e", "trace=%network,%desc,prctl,unlink,unlinkat", "-o"];
    let ran = s.json().under(words.iter().map(Into::into).chain([record.clone().into_os_string()])).run();
    let record = Record::read(&std::fs::read(&record).expect("strace has written its record"));
    (ran, record)
}

/// Every call of the events, in order per thread, stands in the record. Returns how many did.
fn every_call_is_recorded(ran: &Ran, record: &Record) -> usize {
    let mut cursors = std::collections::HashMap::new();
    let mut held = 0;
    for called in ran.of_kind("called").filter(|e| !e.has("library")) {
        let returned = ran.of_kind("returned").find(|e| e["of"] == called["seq"]).unwrap_or_else(|| panic!("no answer: {called}"));
        // A job's call is made by a thread of its own, which has the job's name.
        let thread = match called.get("job").and_then(Value::as_u64) {
            Some(job) => record.named(&format!("job {job}")),
            None => record.main,
        };
        let calls = record.of(thread);
        let from = cursors.entry(thread).or_insert(0);
        let made = made(ran, returned);
        let mut nearest: Option<(usize, String)> = None;
        let found = calls[*from..].iter().position(|c| match hold(called, returned, &made, c) {
            Held::Yes => true,
            Held::OtherCall => false,
            Held::No(agreed, why) => {
                if nearest.as_ref().is_none_or(|n| n.0 < agreed) {
                    nearest = Some((agreed, format!("{why}\n  {}", c.line)));
                }
                false
            }
        });
        let Some(found) = found else {
            panic!("strace has no such call\n  {called}\n  {returned}\nnearest: {}", nearest.map_or("none".into(), |n| n.1));
        };
        *from += found + 1;
        held += 1;
    }
    held
}

/// Descriptors of what a call made, as they were observed.
fn made(ran: &Ran, returned: &Value) -> Vec<i64> {
    let names = returned.get("made").and_then(Value::as_array).cloned().unwrap_or_default();
    let behind = || ran.of_kind("observed").filter(|e| e.number("seq") > returned.number("seq"));
    names.iter().filter_map(|n| behind().find(|e| e["socket"] == *n)).map(|e| e.number("fd")).collect()
}

#[test]
fn every_event_of_a_long_script_stands_in_straces_record() {
    if !have(&["strace"]) {
        return;
    }
    let s = script(LONG);
    s.folder.file("content", "a file of some bytes\n");
    let (ran, record) = traced(s);
    let ran = ran.ok();
    let held = every_call_is_recorded(&ran, &record);
    assert_eq!(held, ran.of_kind("called").filter(|e| !e.has("library")).count());
    // Nothing of the list was left out.
    for call in sockscope::call::COMMANDS.iter().map(|c| c.name).filter(|c| *c != "getaddrinfo") {
        let answers = ran.answers(call);
        assert!(answers.iter().any(|e| e["ok"] == true), "`{call}` never went well");
        assert!(answers.iter().any(|e| e["ok"] == false) || NEVER_FAILS.contains(&call), "`{call}` never failed");
    }
}

/// Calls that no line of a session can make fail without spoiling the rest of it.
const NEVER_FAILS: &[&str] = &["close", "dup", "epoll_create1", "fcntl"];

#[test]
fn a_call_that_was_interrupted_is_eintr_in_both() {
    if !have(&["strace"]) {
        return;
    }
    for line in ["recv b 10", "poll b:in 60s", "ppoll b:in 60s", "select read b 60s", "ep = epoll create\nepoll wait ep 1 60s"] {
        let (ran, record) = traced(script(format!("a b = socketpair unix stream\n{line}")).timeout("300ms"));
        let ran = ran.fails();
        assert_eq!(ran.of_kind("returned").next_back().expect("an answer")["errno"], "EINTR");
        every_call_is_recorded(&ran, &record);
    }
}

#[test]
fn a_learners_thread_makes_no_call_that_no_event_tells_of() {
    if !have(&["strace"]) {
        return;
    }
    let text: String =
        LONG.lines().filter(|l| !l.contains("resolve") && !l.contains("localhost")).map(|l| format!("{l}\n")).collect();
    let s = script(text);
    s.folder.file("content", "a file of some bytes\n");
    let (ran, record) = traced(s);
    let ran = ran.ok();
    // Probes ask and change nothing; everything else is the learner's.
    let acts = [
        "socket",
        "socketpair",
        "bind",
        "listen",
        "accept4",
        "connect",
        "sendto",
        "sendmsg",
        "recvfrom",
        "recvmsg",
        "shutdown",
        "setsockopt",
        "dup",
        "epoll_create1",
        "epoll_ctl",
        "sendmmsg",
        "recvmmsg",
        "sendfile",
    ];
    let first = |c: &&Traced| c.name == "socket" || c.name == "socketpair";
    let calls = record.of(record.main);
    let from = calls.iter().position(|c| first(&c)).expect("a first socket");
    for act in acts {
        let recorded = calls[from..].iter().filter(|c| c.name == act).count();
        let told = ran.of_kind("called").filter(|e| e["sys"] == act && !e.has("job")).count();
        assert_eq!(recorded, told, "{act}");
    }
}

//! A picture that is kept on the screen of a real terminal.

use crate::kit::terminal::{Home, program};

const CTRL_C: &str = "\x03";

#[test]
fn a_watched_picture_stays_at_the_top_and_follows_what_happens() {
    let home = Home::new();
    let mut t = program(&home).size(40, 100).start();
    t.run("set explain off");
    t.run("a b = socketpair unix stream");
    t.run("watch ladder");
    t.until("the picture at the top", |t| t.rows()[0].starts_with("Ladder · sockets: 2 · calls: 1"));
    t.run("send a hello");
    t.until("the new call in it", |t| t.rows()[0].contains("calls: 2") && t.text().contains("● send"));
    // The answer stands below the picture, with the line it belongs to.
    let rows = t.rows();
    let line = rows.iter().position(|r| r.starts_with("a › send a hello")).expect("the line");
    assert!(rows[line + 1].contains("sendto(") || rows[line + 1].contains("send("), "{}", t.text());
    t.run("recv a 10 &");
    t.run("send b back");
    t.until("the job's answer in the picture", |t| t.text().contains("recv = 4") && t.rows()[0].starts_with("Ladder"));
    t.key_to_prompt(CTRL_C);
    t.see("not drawn anew any more");
    t.run("close a");
    assert!(t.at_prompt(), "{}", t.text());
    assert!(!t.rows()[0].contains("calls: 5"), "{}", t.text());
}

#[test]
fn buffers_follow_the_kernel_without_a_line() {
    let home = Home::new();
    let mut t = program(&home).size(40, 100).start();
    t.run("set explain off");
    t.run("server = socket inet stream; bind server 127.0.0.1:0; listen server");
    let port = t.port();
    t.run("watch buffers");
    t.until("the queue", |t| t.text().contains("0 of 128 waiting"));
    let _caller = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    t.until("somebody waits", |t| t.text().contains("1 of 128 waiting"));
    t.key_to_prompt(CTRL_C);
}

#[test]
fn a_plain_terminal_gets_the_picture_once() {
    let home = Home::new();
    let mut t = program(&home).env("TERM", "dumb").size(40, 100).start();
    t.keys("set explain off; a b = socketpair unix stream\r");
    t.until("the pair", |t| t.text().contains("fd 4") || t.text().contains("b   fd"));
    t.keys("watch ladder\r");
    t.until("the picture", |t| t.text().contains("No packet was seen"));
    t.keys("close b\r");
    t.until("the next call", |t| t.text().contains("close(") && t.text().contains(" = 0"));
    assert_eq!(t.text().matches("Ladder ·").count(), 1, "{}", t.text());
}

#[test]
fn a_lab_that_is_watched_follows_its_hosts_and_its_wire() {
    if !crate::kit::lab::Who::Own.has_lab() {
        return;
    }
    let home = Home::new();
    let mut t = program(&home).size(50, 100).start();
    t.run("set explain off");
    t.run("host alice");
    t.run("watch topology");
    t.until("the picture at the top", |t| t.rows()[0].starts_with("Topology · hosts: 1"));
    t.run("host bob; wire cut bob");
    t.until("the new host and its cut cable", |t| t.rows()[0].contains("hosts: 2") && t.text().contains("✗ cut bob"));
    t.run("host rm bob");
    t.until("it is gone", |t| t.rows()[0].contains("hosts: 1") && !t.text().contains("[bob]"));
    t.key_to_prompt(CTRL_C);
}

#[test]
fn a_watch_may_begin_before_there_is_anything_and_follows_the_terminals_size() {
    let home = Home::new();
    let mut t = program(&home).size(40, 80).start();
    t.run("set explain off");
    t.run("watch ladder");
    t.until("the watch", |t| t.rows()[0].contains("nothing to draw yet"));
    t.run("a b = socketpair unix stream; send a hello; recv b 5; send b hello; recv a 5; close a");
    t.until("the picture", |t| t.rows()[0].starts_with("Ladder · sockets: 2 · calls: 6"));
    t.resize(40, 140);
    t.until("the clock that a wide picture has", |t| t.text().contains(" ms "));
    // On few rows what has no room is counted.
    t.resize(14, 60);
    t.until("the rows that are left out", |t| t.rows()[0].starts_with("Ladder") && t.rows()[1].starts_with("… rows left out"));
    t.key_to_prompt(CTRL_C);
}

#[test]
fn a_watched_state_that_has_no_room_says_so() {
    let home = Home::new();
    let mut t = program(&home).size(30, 100).start();
    t.run("set explain off");
    t.run("s = socket inet stream");
    t.run("watch state");
    t.until("the picture", |t| t.rows()[0].starts_with("TCP states of s") && t.text().contains("… rows left out"));
    t.key_to_prompt(CTRL_C);
}

#[test]
fn a_recording_that_is_loaded_is_what_is_watched() {
    let home = Home::new();
    let mut t = program(&home).size(40, 100).start();
    t.run("set explain off");
    t.run("a b = socketpair unix stream; send a hello");
    t.run(&format!("save {}", home.path("x.json").display()));
    t.run("reset");
    t.run("watch ladder");
    t.run(&format!("load {}", home.path("x.json").display()));
    t.until("the recording", |t| t.rows()[0].starts_with("Ladder · sockets: 2 · calls: 2"));
    t.key_to_prompt(CTRL_C);
}

#[test]
fn lines_that_are_run_again_are_drawn_once() {
    let home = Home::new();
    let mut t = program(&home).size(40, 100).start();
    t.run("set explain off");
    for line in ["a b = socketpair unix stream", "send a one", "send a two", "send a three", "send a four"] {
        t.run(line);
    }
    t.run("watch ladder");
    t.until("the picture", |t| t.rows()[0].contains("calls: 5"));
    let before = t.raw.len();
    t.run("undo");
    t.until("one line less", |t| t.rows()[0].contains("calls: 4"));
    // Each whole picture begins with its title.
    let drawn = String::from_utf8_lossy(&t.raw[before..]).matches("Ladder · sockets").count();
    assert!(drawn <= 2, "{drawn} pictures");
    t.key_to_prompt(CTRL_C);
}

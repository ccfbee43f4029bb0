//! Programs of learners, in Python and C, as lines: what is said of each is kept in a file, and said lines do what the program does.
//!
//! tests/programs holds programs as they stand in books and guides. What is kept beside each is compared exactly; set
//! `SOCKSCOPE_PROGRAMS=1` to write it anew, and read it.

use crate::kit::sitting::{ends_well, run};
use crate::kit::traced::{done, seen_by_strace};
use crate::kit::{BOUND, EventExt, Folder, Live, Peer, have, script};
use proptest::prelude::*;
use sockscope::session::foreign::{Language, program::program};
use sockscope::text::Lang;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let all = std::fs::read_dir(folder).expect("the programs").flatten().map(|f| f.path());
    let mut all: Vec<PathBuf> = all.filter(|p| p.extension().is_some_and(|e| e == "py" || e == "c")).collect();
    all.sort();
    all
}

fn text_of(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name);
    std::fs::read_to_string(path).expect("a program")
}

#[test]
fn what_is_said_of_each_program_is_kept_in_both_languages() {
    for path in programs() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        for lang in ["en", "zh"] {
            let ran = script(format!("load {name}")).arg("--lang").arg(lang).arg("--width").arg("80");
            ran.folder.file(&name, text_of(&name));
            let ran = ran.run();
            let said = String::from_utf8_lossy(&ran.stdout).into_owned();
            let file = path.with_file_name(format!("{name}.{lang}.txt"));
            if std::env::var_os("SOCKSCOPE_PROGRAMS").is_some_and(|v| !v.is_empty()) {
                std::fs::write(&file, &said).expect("a file");
            }
            let kept = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(kept == said, "{} is another than\n{said}", file.display());
        }
    }
}

#[test]
fn every_line_that_is_said_is_one_that_our_reader_takes() {
    for path in programs() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let language = if name.ends_with(".c") { Language::C } else { Language::Python };
        // No other test's port, and no path outside the folder.
        let text = text_of(&name).replace("50007", "0").replace("/tmp/learner.sock", "./learner.sock");
        let (said, cannot) = program(&text, language);
        if !cannot.is_empty() {
            continue;
        }
        let lines: Vec<String> = said.iter().map(|s| s.text(Lang::En)).collect();
        let ran = script(lines.join("\n")).json().keep_going().arg("--timeout").arg("50ms").run();
        for refused in ran.events.iter().filter(|e| e.is("refused")) {
            // Nobody is there: what was never made has no name, and what never came has no value.
            let lacks = refused["code"] == "unknown-name" || refused["code"] == "bad-value" && refused.text("line").contains('{');
            assert!(lacks, "{name}: {refused:?}");
        }
        assert!(ran.events.iter().any(|e| e.is("called")), "{name}");
    }
}

#[test]
fn only_run_stands_behind_a_file() {
    let ran = script("load a.py walk").json();
    ran.folder.file("a.py", "");
    let refused = ran.run().fails();
    let refused = refused.events.iter().find(|e| e.is("refused")).expect("it is refused");
    assert_eq!(refused.text("reason"), "run behind the file carries its lines out; walk means nothing here");
}

/// What the kernel saw of the program itself, and what the sitting that runs its lines did.
#[track_caller]
fn the_same(name: &str, program: &mut Command, folder: &Folder) {
    let record = folder.path().join("record");
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-o"]).arg(&record).arg(program.get_program()).args(program.get_args());
    let seen = seen_by_strace(&mut strace, &record);
    let ran = script(format!("load {name} run")).json().keep_going();
    ran.folder.file(name, std::fs::read(folder.path().join(name)).expect("the program"));
    let did = done(&ran.run().events);
    assert_eq!(seen, did, "{name}");
    assert!(seen.len() > 1);
}

#[test]
fn the_lines_of_a_program_are_the_calls_that_strace_sees_of_it() {
    if !have(&["strace", "python3", "cc"]) {
        return;
    }
    for name in ["kernel_port.py", "pair.py"] {
        let folder = Folder::new();
        let file = folder.file(name, text_of(name));
        the_same(name, Command::new("python3").arg(file), &folder);
    }
    for name in ["options.c", "no_htons.c"] {
        let folder = Folder::new();
        let (file, out) = (folder.file(name, text_of(name)), folder.path().join("program"));
        let built = run(Command::new("cc").arg("-o").arg(&out).arg(file));
        ends_well("cc", "", &built);
        the_same(name, &mut Command::new(out), &folder);
    }
}

/// A server whose port the kernel chooses, run as lines: until the call that makes it reachable has returned, and its port.
fn served(folder: &Folder, name: &str, socket: &str, until: &str) -> (Live, u16) {
    let file = folder.file(name, text_of(name).replace("50007", "0"));
    let mut live = Live::start();
    live.write(&format!("load {} run", file.display()));
    live.next(|e| e.is("returned") && e["call"] == until);
    live.next(|e| e.is("observed") && e["socket"] == socket);
    let port = live.port(socket);
    (live, port)
}

#[test]
fn a_server_said_as_lines_serves_the_programs_real_client() {
    if !have(&["python3"]) {
        return;
    }
    let folder = Folder::new();
    let (mut live, port) = served(&folder, "echo_server.py", "s", "listen");
    let client = folder.file("client.py", text_of("echo_client.py").replace("50007", &port.to_string()));
    let ran = run(Command::new("python3").arg(client));
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "Received b'Hello, world'");
    let received = live.next(|e| e.is("returned") && e["call"] == "recv");
    assert_eq!(received.text("data"), "Hello, world");
    assert_eq!(live.end().0, Some(0));
}

#[test]
fn a_client_said_as_lines_is_served_by_the_programs_real_server() {
    if !have(&["python3"]) {
        return;
    }
    let folder = Folder::new();
    let tells = "print(s.getsockname()[1], flush=True)\n    conn, addr = s.accept()";
    let server = text_of("echo_server.py").replace("50007", "0").replace("conn, addr = s.accept()", tells);
    let file = folder.file("server.py", server);
    let mut peer = Peer::start(&["python3", &file.to_string_lossy()], None);
    let client = folder.file("client.py", text_of("echo_client.py").replace("50007", &peer.says()));
    let ran = script(format!("load {} run", client.display())).json().run().ok();
    assert_eq!(ran.returned("recv").text("data"), "Hello, world");
    peer.rest();
}

#[test]
fn datagrams_go_back_to_whoever_sent_them() {
    let folder = Folder::new();
    let (mut live, port) = served(&folder, "udp_server.py", "sock", "bind");
    let peer = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    peer.set_read_timeout(Some(BOUND)).expect("a limit");
    peer.send_to(b"who is there", (Ipv4Addr::LOCALHOST, port)).expect("it is sent");
    let mut room = [0; 100];
    let length = peer.recv(&mut room).expect("an answer");
    assert_eq!(&room[..length], b"who is there");
    live.next(|e| e.is("done"));
}

#[test]
fn every_place_that_cannot_be_said_is_pointed_at_and_nothing_is_run() {
    let text = "import socket\ns = socket.socket()\ns.connect((input('host? '), 80))\ns.send('text')\ns.close()\n";
    let ran = script("load a.py run").json();
    ran.folder.file("a.py", text);
    let ran = ran.run().fails();
    let refused: Vec<_> = ran.events.iter().filter(|e| e.is("refused")).collect();
    let lines: Vec<&str> = refused.iter().map(|e| e.text("line")).collect();
    assert_eq!(lines, ["s.connect((input('host? '), 80))", "s.send('text')"]);
    assert!(refused[0].text("reason").contains("typed while the program runs"));
    assert!(refused[1].text("reason").contains("Python sends bytes alone"));
    assert!(!ran.events.iter().any(|e| e.is("called")));
    assert!(ran.stderr.contains("a.py, line 3"), "{}", ran.stderr);
}

/// A program with a part of it taken away, doubled or turned into something else.
fn spoilt() -> impl Strategy<Value = (String, Language)> {
    let all: Vec<(String, Language)> = programs()
        .into_iter()
        .map(|p| {
            let language = if p.extension().is_some_and(|e| e == "c") { Language::C } else { Language::Python };
            (std::fs::read_to_string(p).expect("a program"), language)
        })
        .collect();
    (0..all.len(), any::<prop::sample::Index>(), 0..40usize, "[ -~\n\t“é\\\\]{0,6}").prop_map(move |(which, at, length, put)| {
        let (text, language) = &all[which];
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let end = (at + length).min(chars.len());
        let spoilt: String = chars[..at].iter().copied().chain(put.chars()).chain(chars[end..].iter().copied()).collect();
        (spoilt, *language)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_program_with_a_fault_is_said_or_pointed_at_and_never_ends_us((text, language) in spoilt()) {
        let (_, cannot) = program(&text, language);
        for cannot in cannot {
            let line = text.lines().nth(cannot.line - 1).unwrap_or_default();
            prop_assert!(line.get(cannot.span.0..cannot.span.1).is_some(), "{:?} in {line:?}", cannot.span);
        }
    }

    #[test]
    fn any_text_at_all_is_read(text in "[ -~\n\t“é\\\\]{0,200}", c in any::<bool>()) {
        program(&text, if c { Language::C } else { Language::Python });
    }
}

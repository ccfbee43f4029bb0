//! Bad input: each piece gets a clear answer, and nothing is lost.

use crate::kit::{EventExt, Live, PROGRAM, Ran, Script, have, lines, piped, pointed_at, python, script};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use std::fs::File;
use std::time::{Duration, Instant};

const PAIR: &str = "a b = socketpair unix stream\n";

fn going(text: impl AsRef<[u8]>) -> Ran {
    script(text).json().keep_going().run()
}

// Lines.

#[test]
fn a_line_of_10_mb_is_refused_shortly_and_the_rest_runs() {
    let text = format!("{PAIR}{}\nsend a ok\nrecv b 10", "x".repeat(10_000_000));
    let begun = Instant::now();
    for ran in [going(&text).fails(), piped(&text).json().keep_going().run().fails()] {
        assert_eq!(ran.refused()["code"], "unknown-command");
        assert_eq!(ran.returned("recv")["data"], "ok");
        assert!(ran.stderr.len() < 1000, "{} bytes of reason", ran.stderr.len());
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
    let told = script(&text).keep_going().run().fails().told();
    assert!(told.len() < 100_000, "{} bytes are told of a line of 10 MB", told.len());
}

#[test]
fn ten_megabytes_of_data_in_a_line_are_data() {
    let ran =
        script(format!("a b = socketpair unix stream nonblock\nsend a {}\nsend a \"{}\"", "y".repeat(10_000_000), "z".repeat(10)));
    let ran = ran.json().keep_going().run();
    let called = ran.calls("send")[0];
    assert_eq!((called["args"]["len"].as_i64(), called["args"].text("buf").len()), (Some(10_000_000), 4096));
}

#[test]
fn a_line_too_long_is_refused_and_named_so() {
    let ran = going(format!("{PAIR}send a {}\nsend a ok", "y".repeat(17 << 20))).fails();
    assert_eq!(ran.refused()["code"], "syntax");
    assert_eq!(ran.answers("send").len(), 1);
}

#[test]
fn many_words_and_many_statements_are_no_trouble() {
    let ran = going(format!("{PAIR}send a {}\n{}send a ok", "w ".repeat(1_000_000), ";".repeat(1_000_000))).fails();
    assert_eq!(ran.pointed_at(), "w");
    assert_eq!(ran.answers("send").len(), 1);
}

#[test]
fn nul_bytes_are_refused_where_they_stand() {
    let ran = going(format!("{PAIR}send a x\0y\nsend a \"x\0\"\n\0\nsend a ok")).fails();
    let refused: Vec<_> = ran.of_kind("refused").collect();
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|r| r["code"] == "syntax" && pointed_at(r) == "\0"));
    assert_eq!(ran.returned("send")["ok"], true);
}

#[test]
fn broken_utf8_is_refused_and_the_next_line_runs() {
    for broken in [&b"send a \"\xff\""[..], b"\xfe\xff", b"send a \xe4\xb8", b"s\xc3\x28 = socket inet stream"] {
        let ran = going([PAIR.as_bytes(), broken, b"\nsend a ok\n"].concat()).fails();
        assert_eq!(ran.refused()["code"], "syntax");
        assert_eq!(pointed_at(ran.refused()), "\u{fffd}");
        assert_eq!(ran.returned("send")["ok"], true);
    }
}

#[test]
fn an_open_quote_is_shown_where_it_opens_and_ends_with_its_line() {
    let ran = going(format!("{PAIR}send a \"open; close a\nsend a ok")).fails();
    assert_eq!(ran.refused()["span"], serde_json::json!([7, 8]));
    assert!(ran.calls("close").is_empty());
    assert_eq!(ran.returned("send")["ok"], true);
}

#[test]
fn lines_that_end_as_on_windows_are_lines() {
    let ran = script("s = socket inet stream\r\nclose s\r\n").json().run().ok();
    assert_eq!(ran.calls("close").len(), 1);
}

#[test]
fn names_that_never_were_ports_and_paths_that_cannot_be() {
    for (line, code) in [
        ("close ghost", "unknown-name"),
        ("poll ghost:in 1ms", "unknown-name"),
        ("sendmsg s x rights=ghost", "unknown-name"),
        ("bind s 127.0.0.1:65536", "bad-value"),
        ("bind s 127.0.0.1:-1", "bad-value"),
        ("bind s 300.0.0.1:1", "bad-value"),
        ("connect s [::1:1", "bad-value"),
        ("setsockopt s linger soon", "bad-value"),
        ("listen s 99999999999", "bad-value"),
        ("recv s 99999999999G", "bad-value"),
        ("poll s:inn 1ms", "bad-value"),
    ] {
        let ran = script(format!("s = socket inet stream\n{line}")).json().run().fails();
        assert_eq!(ran.refused()["code"], code, "{line}");
        assert!(ran.stderr.starts_with("script:2: "), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_path_of_200_bytes_is_refused_with_the_limit() {
    let ran = script(format!("u = socket unix stream\nbind u ./{}", "p".repeat(200))).json().run().fails();
    assert!(ran.stderr.contains("108"), "{}", ran.stderr);
    assert!(ran.calls("bind").is_empty());
}

#[test]
fn a_file_that_is_no_file_to_send_is_said_so() {
    for path in ["./nothing", ".", "/dev/zero", "/proc/self/mem"] {
        let ran = script(format!("{PAIR}send a file:{path}")).json().run();
        assert_eq!(ran.exits(1).calls("send").len(), 0, "{path}");
    }
}

#[test]
fn repeat_inside_repeat_has_a_bottom() {
    for depth in [9, 200, 20_000] {
        let ran = script(format!("{}socket inet stream", "repeat 1 ".repeat(depth))).run().fails();
        assert!(ran.stderr.starts_with("script:1: "), "{}", ran.stderr);
    }
    assert_eq!(script("repeat 2 repeat 2 repeat 2 socket inet stream").json().run().ok().answers("socket").len(), 8);
}

// Sockets and jobs.

#[test]
fn a_socket_closed_under_a_waiting_job_lives_until_the_job_returns() {
    let text = format!("{PAIR}recv b 10 &\nclose b\njobs\nsend a late\nwait 1\nexpect EPIPE send a gone");
    let ran = script(text).json().run().ok();
    assert_eq!(ran.returned("recv")["data"], "late");
    let ran = script(format!("{PAIR}recv b 10 &\nclose b\nsend b x")).json().run().fails();
    assert_eq!(ran.refused()["code"], "unknown-name");
}

#[test]
fn a_number_reused_under_a_job_is_another_socket() {
    let text = format!("{PAIR}recv b 10 &\nclose b\nc = socket inet dgram\nsend a x\nwait 1");
    let ran = script(text).json().run().ok();
    assert_eq!(ran.observed("b")["fd"], ran.observed("c")["fd"]);
    assert_ne!(ran.observed("b")["id"], ran.observed("c")["id"]);
    let job = ran.returned("recv");
    assert_ne!(job["socket"], "c");
    assert_eq!(job["data"], "x");
}

#[test]
fn a_full_table_is_taught_and_the_session_goes_on() {
    let text = "repeat until EMFILE socket inet stream\nsockets\nresolve localhost:80\nwho 127.0.0.1:1\nexplain EMFILE\ninspect s1\n\
                expect EMFILE a b = socketpair unix stream\nexpect EMFILE dup s1\nexpect EMFILE epoll create\nclose s2\nagain = socket inet dgram\nsendto again file:./content 127.0.0.1:9";
    let run = |s: Script| {
        s.folder.file("content", "from a file");
        s.shell("ulimit -n 8; exec \"$0\" \"$@\"").run()
    };
    let ran = run(script(text).json()).ok();
    assert_eq!(ran.answers("socket").iter().filter(|e| e["ok"] == true).count(), 6);
    let fds: Vec<i64> = ran.of_kind("observed").filter(|e| e["turn"].as_i64() < Some(8)).map(|e| e.number("fd")).collect();
    assert_eq!(fds, [3, 4, 5, 6, 7]);
    let told = run(script(text)).ok().told();
    assert!(told.contains("EMFILE (Too many open files)") && told.contains("descriptor"), "{told}");
}

#[test]
fn thousands_of_sockets_are_listed_and_closed() {
    let limit = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE).expect("a limit").1;
    if limit < 3100 {
        eprintln!("skipped: at most {limit} descriptors here");
        return;
    }
    let ran = script("repeat 3000 c{i} = socket inet dgram\nsockets\nrepeat 3000 close c{i}\nsockets").json().run().ok();
    assert_eq!(ran.answers("close").iter().filter(|e| e["ok"] == true).count(), 3000);
}

#[test]
fn a_request_for_1_gib_does_not_take_1_gib() {
    let mut live = Live::start();
    live.line("a b = socketpair unix stream nonblock");
    live.line("expect EAGAIN recv b 1G");
    live.line("send a hello");
    live.line("recv b 1G");
    live.line("send a hello");
    live.line("readv b 512M 512M");
    live.line("u = socket unix dgram");
    live.line("expect EAGAIN recvmmsg u 16 64M dontwait");
    live.line("send a zeros:1G");
    let status = std::fs::read_to_string(format!("/proc/{}/status", live.pid())).expect("it lives");
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("a peak");
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(kib < 64 << 10, "{kib} KiB at the most");
}

#[test]
fn a_request_beyond_memory_is_answered() {
    for line in [
        "recv b 1000000G",
        "recv b 9000000000000000000",
        "send a zeros:1000000G",
        "readv b 9000000000000000000 9000000000000000000",
    ] {
        let ran = script(format!("{PAIR}send b x\n{line}")).json().run();
        assert!(matches!(ran.status, Some(0 | 1)), "{line}: {:?} {}", ran.status, ran.stderr);
    }
}

// What comes from outside is shown, never obeyed.

const TITLE: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\r\u{8}";

fn obeys_nothing(ran: &Ran) {
    let told = ran.told() + &ran.stderr;
    assert!(
        !told.contains("\u{1b}]") && !told.contains('\u{7}') && !told.contains("\u{1b}[2J") && !told.contains('\u{9b}'),
        "{told:?}"
    );
    assert!(!told.contains('\u{202e}') && !told.contains('\r') && !told.contains('\u{8}'), "{told:?}");
}

#[test]
fn what_a_peer_sends_is_shown_escaped() {
    let typed: String = TITLE.chars().map(|c| format!("\\u{{{:x}}}", c as u32)).collect();
    for colour in ["never", "always"] {
        let ran = script(format!("{PAIR}send a \"{typed}\"\nrecv b 100\nread b 1 &\nsend a \"{typed}\"\nwait\nsendmmsg a \"{typed}\" \"{typed}\"\nrecvmsg b 100")).arg("--color").arg(colour).run().ok();
        obeys_nothing(&ran);
        assert!(ran.told().contains("owned"));
    }
}

#[test]
fn what_stands_in_a_line_is_shown_escaped() {
    let ran = script(format!("{PAIR}send a {TITLE}\n{TITLE}\nclose {TITLE}\nsend a \"\\{TITLE}\"\nsetsockopt a {TITLE} 1"))
        .keep_going()
        .run()
        .fails();
    obeys_nothing(&ran);
    let ran = script(format!("u = socket unix stream\nbind u @{TITLE}\ngetsockname u\nsockets")).keep_going().run();
    obeys_nothing(&ran);
}

#[test]
fn a_python_peer_cannot_reach_the_screen() {
    if !have(&["python3"]) {
        return;
    }
    let mut peer = python(
        "l = socket.create_server(('127.0.0.1', 0))\nsay(l.getsockname()[1])\nc, a = l.accept()\nc.sendall(b'\\x1b]0;owned\\x07\\x1b[2J')\nc.recv(1)",
        &[],
    );
    let port = peer.says();
    let ran = lines(&format!("s = socket inet stream; connect s 127.0.0.1:{port}; recv s 100")).run().ok();
    obeys_nothing(&ran);
    assert!(ran.told().contains("owned"));
}

// Around the program.

#[test]
fn a_lessons_folder_with_broken_files_hides_nothing() {
    let s = script("s = socket inet stream\nexplain bind\nexplain connect").arg("--lessons").arg("lessons");
    s.folder.file("lessons/en/call/bind.md", [0xff, 0xfe, 0, 1]);
    s.folder.file("lessons/en/call/connect.md", "");
    s.folder.file("lessons/en/call/nonsense.md", "# nonsense\n\nNo such call.\n");
    s.folder.file("lessons/readme.txt", "not a card");
    std::fs::create_dir_all(s.path().join("lessons/en/call/socket.md")).expect("a folder");
    let ran = s.run().ok();
    assert!(ran.stderr.contains("bind.md"), "{}", ran.stderr);
    let built_in = script("s = socket inet stream\nexplain bind\nexplain connect").run().ok();
    assert_eq!(without_times(&ran.told()), without_times(&built_in.told()));
}

/// Without the times at the ends of lines.
fn without_times(told: &str) -> String {
    let plain =
        |l: &str| l.trim_end_matches(" µs").trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end().to_string();
    told.lines().map(plain).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_lessons_folder_that_is_not_there_is_said_so() {
    let ran = script("socket inet stream").arg("--lessons").arg("no/such/folder").run().ok();
    assert!(ran.stderr.contains("no/such/folder"), "{}", ran.stderr);
}

#[test]
fn a_full_disk_under_standard_output_is_said_once_and_fails() {
    for look in [None, Some("--json")] {
        let s = script("socket inet stream\nrepeat 10000 getsockopt rcvbuf");
        let s = if let Some(look) = look { s.arg(look) } else { s };
        let ran = s.shell("exec \"$0\" \"$@\" >/dev/full").run().fails();
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn closed_standard_streams_do_not_lend_their_numbers_to_sockets() {
    let ran = script("s = socket inet stream\ngetsockname s").shell("exec \"$0\" --json \"$@\" <&- 2>&-");
    let told = ran.run().told();
    assert!(told.contains(r#""value":3"#), "{told}");
}

#[test]
fn standard_input_that_is_a_folder_or_nothing_ends_well_or_says_so() {
    let s = Script::program(&["--json"]);
    let child = s.spawn(File::open("/").expect("the root").into());
    assert!(matches!(s.finish(child).status, Some(0..=2)));
    lines("").json().run().ok();
}

#[test]
fn a_non_blocking_standard_input_is_read_to_its_end() {
    if !have(&["python3"]) {
        return;
    }
    // The feeder makes the pipe non-blocking, and writes its second line only after the first was answered.
    let peer = python(
        "import subprocess, fcntl\nr, w = os.pipe()\nfcntl.fcntl(r, fcntl.F_SETFL, os.O_NONBLOCK)\n\
         p = subprocess.Popen([sys.argv[1], '--json'], stdin=r, stdout=subprocess.PIPE)\nos.write(w, b's = socket inet stream\\n')\n\
         while b'\"done\"' not in p.stdout.readline(): pass\nos.write(w, b'close s\\n')\nos.close(w)\nos.close(r)\nsay(p.stdout.read().decode().count('\"close\"'), p.wait())",
        &[PROGRAM],
    );
    // Typed without quotes, called twice (`call`, `sys`), returned once.
    assert_eq!(peer.rest(), "3 0\n");
}

#[test]
fn a_home_that_cannot_be_written_is_no_trouble_for_scripts() {
    script("socket inet stream").env("HOME", "/proc/nowhere").env("XDG_STATE_HOME", "/dev/full").run().ok();
    script("socket inet stream").env("HOME", "").env("LANG", "").env("TERM", "").run().ok();
}

// Anything at all.

/// A word that could be typed: no name of a host that is not this one.
fn word() -> impl Strategy<Value = String> {
    let fixed = |words: &'static [&'static str]| prop::sample::select(words).prop_map(str::to_string);
    prop_oneof![
        4 => fixed(&["a", "b", "s", "u", "l", "ep", "s1", "s2", "ghost", "套接字"]),
        3 => fixed(&["inet", "inet6", "unix", "stream", "dgram", "seqpacket", "raw", "nonblock", "tcp", "udp", "AF_INET", "sock_stream"]),
        3 => fixed(&["127.0.0.1:0", "[::1]:0", ":0", "@sockscope-any", "./any.sock", "127.0.0.1:9", "{a.local}", "{s.fd}", "{i}", "{l.port}"]),
        3 => fixed(&["hello", "\"two words\"", "\"\\x00\\xff\"", "\"", "\"\\q\"", "\"open", "rights=a", "creds", "name=got", "中文", "\u{1b}[31m", "\0"]),
        3 => fixed(&["peek", "dontwait", "oob|trunc", "0", "1", "-1", "64K", "1M", "99999999999999999999", "0x7fffffff", "1ms", "500us", "NaN"]),
        2 => fixed(&["rcvbuf", "linger", "on", "off", "so_reuseaddr", "tcp", "nodelay", "rcvtimeo", "error", "info", "level", "getfl", "setfl", "fionread", "rd", "wr", "rdwr"]),
        2 => fixed(&["a|b", "read", "a,b", "write", "is", "ESTABLISHED", "readable", "has", "waiting", "="]),
        1 => "[a-z=|,.{}#&\"\\\\ ]{1,12}",
        1 => "\\PC{0,6}".prop_map(|w: String| w.replace([':', '/'], "")),
    ]
}

fn command() -> impl Strategy<Value = String> {
    let all: Vec<String> = sockscope::command::specs()
        .map(|s| s.title())
        .filter(|t| !["unlink", "resolve", "quit", "sendfile"].contains(&t.as_str()) && !t.starts_with("repeat"))
        .collect();
    prop::sample::select(all)
}

fn any_line() -> impl Strategy<Value = String> {
    let prefix = prop_oneof![
        6 => Just(String::new()),
        1 => Just("expect EAGAIN ".to_string()),
        1 => Just("on local ".to_string()),
        1 => Just("x = ".to_string()),
        1 => Just("repeat 2 ".to_string()),
        1 => Just("repeat 2 c{i} = ".to_string()),
    ];
    let tail = prop_oneof![8 => Just(""), 1 => Just(" &"), 1 => Just(" # so"), 1 => Just(";")];
    prop_oneof![
        12 => (prefix, command(), prop::collection::vec(word(), 0..5), tail).prop_map(|(p, c, w, t)| format!("{p}{c} {}{t}", w.join(" "))),
        2 => prop::sample::select(&["a b = socketpair unix stream", "s = socket inet stream", "u = socket inet dgram", "l = socket inet stream; bind l 127.0.0.1:0; listen l", "ep = epoll create", "a b = socketpair unix dgram nonblock", "send a hex:00ff", "sendall a zeros:64K", "poll a:in b:out 1ms", "connect s {l.local}"][..]).prop_map(str::to_string),
        1 => "[ -~]{0,40}".prop_map(|l: String| l.replace([':', '/'], " ")),
    ]
}

#[test]
fn no_line_makes_it_panic() {
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, max_shrink_iters: 60, ..Config::default() });
    let script_lines = prop::collection::vec(any_line(), 1..40);
    let ran = runner.run(&(script_lines, 0..3u8), |(all, look)| {
        let s = script(all.join("\n")).keep_going().timeout("20ms");
        let ran = match look {
            0 => s.json().run(),
            1 => s.quiet().run(),
            _ => s.run(),
        };
        let ended = matches!(ran.status, Some(0 | 1));
        prop_assert!(ended, "status {:?}, signal {:?}\n{}", ran.status, ran.signal, ran.stderr);
        let panicked = ran.stderr.contains("panicked");
        prop_assert!(!panicked, "{}", ran.stderr);
        let told = ran.told();
        let raw = told.contains('\u{1b}') || told.contains('\0');
        prop_assert!(!raw, "raw bytes are told");
        let turn = |e: &Value| e["turn"].as_u64();
        let ends: Vec<_> = ran.of_kind("done").map(turn).collect();
        for begun in ran.events.iter().map(turn) {
            let n = ends.iter().filter(|e| **e == begun).count();
            prop_assert!(n == 1, "turn {begun:?} has {n} ends");
        }
        Ok(())
    });
    if let Err(e) = ran {
        panic!("{e}");
    }
}

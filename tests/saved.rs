//! What is saved comes back: lines that run again, a log that is told again.

use crate::kit::sitting::{Sitting, lessons, on_the_wire, sit};
use crate::kit::{EventExt, Live, lines, script};
use serde_json::Value;

/// Sockets on which a call still waited when the sitting ended: what would have come of it nobody knows.
fn waiting_at_the_end(events: &[Value]) -> Vec<&str> {
    let saved = events.iter().position(|e| e.is("typed") && e.text("line").starts_with("save")).unwrap_or(events.len());
    let late = events[saved..].iter().filter(|e| e.is("returned") && e.has("job"));
    late.filter_map(|e| e["socket"].as_str()).collect()
}

/// What calls answered, in the order in which they were made: descriptors and what depends on buffers left out.
fn answers(events: &[Value], but: &[&str]) -> Vec<String> {
    let left_out = |e: &Value| e["socket"].as_str().is_some_and(|s| but.contains(&s));
    let called = events.iter().filter(|e| e.is("called") && e["call"] != "getaddrinfo" && !left_out(e));
    let answer = |called: &Value| {
        let of = called.number("seq");
        let returned = events.iter().find(|e| e.is("returned") && e["of"] == of)?;
        let call = called.text("call");
        Some(match returned["ok"] == true {
            false => format!("{call} {}", returned.text("errno")),
            true if returned.get("made").is_some() => format!("{call} made {}", returned["made"]),
            true if returned["value"].as_i64().is_some_and(|n| n > 4096) => format!("{call} much"),
            true => format!("{call} {}", returned["value"]),
        })
    };
    let mut all: Vec<String> = called.filter_map(answer).collect();
    // How often a buffer takes a piece is the buffer's affair.
    all.dedup();
    all
}

#[test]
fn the_saved_lines_of_every_lesson_do_the_same_again() {
    for lesson in lessons() {
        let sitting = sit(&lesson, &format!("save x.sock\n{REPORTS}"));
        are_small(&lesson, &sitting);
        let text = sitting.text("x.sock");
        let again = script(&text).json().timeout("3s").run();
        assert_eq!(again.status, Some(0), "{lesson}: {}\n{text}", again.stderr);
        let waiting = waiting_at_the_end(&sitting.events);
        assert_eq!(answers(&again.events, &waiting), answers(&sitting.events, &waiting), "{lesson}\n{text}");
    }
}

#[test]
fn a_port_that_the_kernel_chose_is_said_by_its_socket() {
    let ran = script("u = socket inet dgram\nbind u 127.0.0.1:0\nv = socket inet dgram\nsave x.sock\n").json().run().ok();
    let port = ran.observed("u").text("local").to_string();
    let digits = port.rsplit_once(':').expect("a port").1.to_string();
    assert_ne!(digits, "0");
    // Typed as a number, as a learner at the prompt does.
    let folder = ran.folder;
    drop(folder);
    let typed = "u = socket inet dgram; bind u 127.0.0.1:0; bind u {u.local}; v = socket inet dgram; sendto v hi 127.0.0.1:{u.port}; \
        recv u 10; save x.sock";
    let ran = lines(typed).keep_going().run();
    let saved = std::fs::read_to_string(ran.folder.path().join("x.sock")).expect("a file");
    assert!(saved.contains("\nexpect EINVAL bind u {u.local}\n") && saved.contains("sendto v hi 127.0.0.1:{u.port}"), "{saved}");
}

#[test]
fn jobs_are_waited_for_and_what_was_refused_is_a_comment() {
    let typed = "server = socket inet stream\nbind server 127.0.0.1:0\nlisten server\nconn = accept server &\n\
        client = socket inet stream\nconnect client {server.local}\nuntil conn is ESTABLISHED 5s\n\
        listen\nsned client x\nlate = accept server\nsave x.sock\n";
    let ran = script(typed).keep_going().timeout("300ms").run();
    let saved = std::fs::read_to_string(ran.folder.path().join("x.sock")).expect("a file");
    let (_, saved) = saved.split_once("\n\n").expect("a head");
    let wanted = "server = socket inet stream\nbind server 127.0.0.1:0\nlisten server\nconn = accept server &\n\
        client = socket inet stream\nconnect client {server.local}\nuntil conn is ESTABLISHED 5s\nexpect EINVAL listen\n# sned client x\n\
        late = accept server &\ncancel 2\n";
    // Without the `until` the second accept may be the one that gets the connection.
    // The job's answer came behind the connect, before or behind the next line: there it is waited for.
    let (before, behind) = saved.split_once("wait 1\n").expect("the job is waited for");
    assert!(before.contains("connect client") && behind.contains("late = accept"), "{saved}");
    assert_eq!(format!("{before}{behind}"), wanted);
    script(saved).run().ok();
}

#[test]
fn a_program_that_ended_is_waited_for_and_numbers_its_job() {
    if std::env::var_os("SOCKSCOPE_TEST_ALL").is_none() && script("host alice\n").run().status != Some(0) {
        println!("skipped: no lab is permitted here");
        return;
    }
    let mut live = Live::start();
    live.line("host alice");
    live.line("on alice run true");
    // It may have ended before its line was over.
    let ended = |e: &Value| e.is("program") && e["what"] == "ended";
    if !live.seen.iter().any(ended) {
        live.next(ended);
    }
    for line in ["server = socket inet stream", "listen server", "conn = accept server &", "cancel 2", "save x.sock"] {
        live.line(line);
    }
    let saved = std::fs::read_to_string(live.path().join("x.sock")).expect("a file");
    let (_, lines) = saved.split_once("\n\n").expect("a head");
    let wanted =
        "host alice\non alice run true\nwait 1\nserver = socket inet stream\nlisten server\nconn = accept server &\ncancel 2\n";
    assert_eq!(lines, wanted);
    script(lines).run().ok();
}

#[test]
fn a_loaded_file_is_run_line_by_line_and_its_lines_are_shown() {
    let ran = script("load pair.sock\nsend a hello\n");
    ran.folder.file("pair.sock", "# a pair\na b = socketpair unix stream; send a x\nrecv b 10\n");
    let ran = ran.json().run().ok();
    let loaded: Vec<&str> = ran.of_kind("typed").filter(|e| e["loaded"] == true).map(|e| e.text("line")).collect();
    assert_eq!(loaded, ["a b = socketpair unix stream", "send a x", "recv b 10"]);

    let ran = script("load bad.sock\n");
    ran.folder.file("bad.sock", "a b = socketpair unix stream\nrecv a 1 dontwait\nsend a x\n");
    let ran = ran.run().fails();
    assert!(ran.stderr.contains("bad.sock, line 2: recv failed: EAGAIN"), "{}", ran.stderr);

    let ran = script("load me.sock\n");
    ran.folder.file("me.sock", "load me.sock\n");
    assert!(ran.run().fails().stderr.contains("here it ends"));
}

#[test]
fn a_recording_is_told_as_one_and_the_kernel_is_not_asked() {
    let sitting = sit("first-udp", "save x.json\n");
    let made = script("u = socket inet dgram\nload x.json\nreplay 1000000\nexport c x.c\nsave x.sock\nload live\nsockets\n");
    made.folder.file("x.json", std::fs::read(sitting.path("x.json")).expect("a recording"));
    let ran = made.json().run().ok();
    // One socket was made here; what the recording made is only told.
    assert_eq!(ran.calls("socket").len(), 1);
    let replayed: Vec<&Value> = ran.of_kind("report").filter(|e| e["report"] == "replayed").collect();
    let lines = std::fs::read_to_string(sitting.path("x.json")).expect("a recording").lines().count();
    assert_eq!(replayed.len(), lines - 1, "every event, and the head of the file is none");
    let text = std::fs::read_to_string(ran.folder.path().join("x.c")).expect("an export");
    assert!(text.contains("recvfrom(u") && text.contains("sendto(v"), "{text}");
    let saved = std::fs::read_to_string(ran.folder.path().join("x.sock")).expect("lines");
    assert!(saved.contains("recvfrom u 100"), "{saved}");
    let sockets = ran.of_kind("report").find(|e| e["report"] == "sockets").expect("sockets");
    assert_eq!(sockets["count"], 1);
}

#[test]
fn every_event_of_every_lesson_comes_back_as_it_was() {
    for lesson in lessons() {
        let sitting = sit(&lesson, "save x.json\n");
        let made = script("load x.json\nsave y.json\n");
        let before = std::fs::read_to_string(sitting.path("x.json")).expect("a recording");
        made.folder.file("x.json", &before);
        let ran = made.run().ok();
        let after = std::fs::read_to_string(ran.folder.path().join("y.json")).expect("a recording");
        assert!(before.lines().eq(after.lines()), "{lesson}");
    }
}

#[test]
fn what_is_no_recording_is_refused_with_the_line() {
    let cases = [
        (
            "{\"seq\":1,\"turn\":1,\"kind\":\"done\",\"ok\":true}\n",
            "line 1 is no event of a saved sitting: it has the fields of --json alone",
        ),
        ("{\"kind\":\"recording\"}\nnot json\n", "line 2 is no event"),
        ("", "holds no event"),
    ];
    for (text, why) in cases {
        let made = script("load x.json\n");
        made.folder.file("x.json", text);
        let ran = made.run().fails();
        assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
    }
    assert!(script("load none.sock\n").run().fails().stderr.contains("there is no file none.sock"));
    let ran = script("save x.doc\n").json().run().fails();
    assert_eq!(ran.pointed_at(), "x.doc");
}

#[test]
fn a_transcript_tells_every_line_and_fetches_nothing() {
    let lines = "a b = socketpair unix stream\nsend a \"<b> & `x`\"\nrecv b 100\nlisten a\n";
    for (lang, why) in [("en", "Hands bytes to the kernel"), ("zh", "内核")] {
        let ran = script(format!("set lang {lang}\n{lines}transcript x.md\ntranscript x.html\n")).keep_going().run();
        let text = |name: &str| std::fs::read_to_string(ran.folder.path().join(name)).expect("a report");
        let (md, html) = (text("x.md"), text("x.html"));
        assert!(md.contains("## ``send a \"<b> & `x`\"``") && md.contains(why), "{md}");
        assert!(html.contains("&lt;b&gt; &amp; `x`") && html.contains(why) && !html.contains("<b>"), "{html}");
        for fetched in ["src=", "href=\"http", "url(", "@import", "<script"] {
            assert!(!html.contains(fetched), "{fetched}");
        }
        assert!(html.contains("<svg") && html.contains("prefers-color-scheme:dark") && html.contains("@media print"));
        // A page is no XML, a line's time stands behind it and not at a margin that a narrow page breaks.
        assert!(!html.contains("<?xml") && html.lines().any(|l| l.contains("µs")), "{html}");
        assert!(html.lines().filter(|l| l.contains("µs")).all(|l| l.starts_with('<') || !l.contains("      ")), "{html}");
        // One blank line between what stands apart, and no quotation goes on to nothing.
        assert!(!md.contains("\n\n\n") && !md.contains("\n>\n\n"), "{md}");
        assert!(md.contains("EOPNOTSUPP") || md.contains("EINVAL"), "{md}");
    }
}

/// The reports that a sitting of a lesson writes, in both languages.
const REPORTS: &str = "set lang en\ntranscript en.html\nset lang zh\ntranscript zh.html\n";

fn are_small(lesson: &str, sitting: &Sitting) {
    for name in ["en.html", "zh.html"] {
        let html = std::fs::metadata(sitting.path(name)).expect("a report").len();
        assert!(html < 300_000, "{lesson}, {name}: {html} B");
    }
}

#[test]
fn the_report_of_a_lesson_on_the_wire_is_below_300_kb() {
    if !crate::kit::lab::Who::Own.has_lab() {
        return;
    }
    let one = |lesson: String| are_small(&lesson, &sit(&lesson, REPORTS));
    std::thread::scope(|scope| {
        let lessons = sockscope::lesson::course::built_in().map(|id| id.to_string()).filter(|id| on_the_wire(id));
        lessons.for_each(|lesson| drop(scope.spawn(move || one(lesson))));
    });
}

#[test]
fn a_learners_program_is_said_before_it_is_run() {
    let program = "import socket\na, b = socket.socketpair()\na.send(b\"hello\")\nprint(b.recv(100))\n";
    let made = script("load p.py\nload p.py run\n");
    made.folder.file("p.py", program);
    let ran = made.json().run().ok();
    let said: Vec<&str> = ran.of_kind("report").filter_map(|e| e["text"].as_str()).collect();
    assert!(said.contains(&"send a \"hello\"") && said.contains(&"recv b 100"), "{said:?}");
    assert_eq!((ran.calls("send").len(), ran.returned("recv").text("data")), (1, "hello"));

    let made = script("load p.py\n");
    made.folder.file("p.py", "import socket\ns = socket.socket()\nif s.recv(1) == b'x':\n    s.listen()\n");
    let ran = made.json().run().fails();
    assert_eq!((ran.pointed_at().as_str(), ran.refused().text("line")), ("s.recv(1) == b'x'", "if s.recv(1) == b'x':"));
}

#[test]
fn a_socket_of_a_recording_takes_no_call_and_is_said_to_be_one() {
    let ran = script("ua ub = socketpair unix stream\nsave log.json\n").run().ok();
    let again = script("load log.json\nsend ua hi\nassert {ua.fd} = 3\nsend uc hi\n").keep_going();
    again.folder.file("log.json", std::fs::read(ran.folder.path().join("log.json")).expect("the log"));
    let told = again.run().fails().stderr;
    assert_eq!(told.matches("ua is a socket of the recording that was loaded").count(), 2, "{told}");
    assert!(told.contains("no socket is named uc"), "{told}");
}

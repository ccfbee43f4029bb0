//! A demo in a real terminal, through every key; its recording; the presenter's view; the proof before class; `undo`.

use crate::kit::script;
use crate::kit::terminal::{Home, Starter, Terminal, program};

const LINES: &str = "# Who calls whom?\n\
    server = socket inet stream\n\
    # The kernel chooses the port.\n\
    bind server 127.0.0.1:0   # a port of the kernel's\n\
    listen server\n\
    conn = accept server &\n\
    client = socket inet stream\n\
    connect client {server.local}\n";

fn demo(home: &Home) -> Starter<'_> {
    std::fs::write(home.path("hello.sock"), LINES).unwrap();
    program(home).with(&["demo", "hello.sock", "--speed", "1000"])
}

/// The lines of a demo, as they stand on the screen when they are typed and nothing is run yet.
fn typed(t: &mut Terminal, line: &str, number: &str) {
    t.until(&format!("`{line}`, typed, {number}"), |t| {
        t.row().ends_with(line) && t.rows().iter().any(|r| r.trim_start().starts_with(number))
    });
}

fn pressed(t: &mut Terminal, key: &str, line: &str, number: &str) {
    t.keys(key);
    typed(t, line, number);
}

#[test]
fn a_space_shows_the_result_and_types_the_next_line() {
    let home = Home::new();
    let mut t = demo(&home).launch();
    typed(&mut t, "› server = socket inet stream", "1/6");
    assert!(!t.text().contains("socket(AF_INET"), "{}", t.text());
    assert!(t.sockets().is_empty(), "nothing is carried out before the key");
    pressed(&mut t, " ", "server › bind server 127.0.0.1:0", "2/6");
    assert!(t.text().contains("socket(AF_INET"), "{}", t.text());
    // Comments are the presenter's.
    assert!(!t.text().contains("Who calls whom") && !t.text().contains("a port of the kernel's"), "{}", t.text());
    assert_eq!(t.sockets().len(), 1, "the presenter's socket is not in the learner's table");
}

#[test]
fn where_the_keys_have_no_room_a_question_mark_tells_them() {
    let home = Home::new();
    let mut t = demo(&home).size(30, 44).launch();
    typed(&mut t, "server = socket inet stream", "1/6  ? keys");
    t.keys("?");
    t.see("t take over");
    t.keys("q");
    assert!(t.end().success());
}

#[test]
fn every_key_does_what_it_says() {
    let home = Home::new();
    let mut t = demo(&home).launch();
    typed(&mut t, "server = socket inet stream", "1/6");
    t.keys("b");
    t.see("this is the first line");
    t.keys("?\x03");
    t.see("q ends the demo");
    pressed(&mut t, " ", "bind server 127.0.0.1:0", "2/6");
    // Forward by a jump: what stands between is really run.
    t.keys("j");
    t.see("to line (1 to 6)");
    t.keys("9\r");
    t.see("the demo has lines 1 to 6");
    typed(&mut t, "bind server 127.0.0.1:0", "2/6");
    t.keys("j6\r");
    typed(&mut t, "connect client {server.local}", "6/6");
    assert!(t.text().contains("LISTEN") && t.sockets().len() == 2, "{}", t.text());
    t.keys(" ");
    t.see("[1] accept4");
    t.until("the end", |t| t.rows().iter().any(|r| r.contains("the end")));
    let port = t.port();
    // Back: closed, and run again on fresh ports.
    pressed(&mut t, "b", "connect client {server.local}", "6/6");
    t.see("A kernel cannot rewind");
    assert_eq!(t.sockets().len(), 2, "{:?}", t.sockets());
    t.keys(" ");
    t.until("the end", |t| t.rows().iter().any(|r| r.contains("the end")));
    let ports: std::collections::BTreeSet<_> = listeners(&t).into_iter().collect();
    assert!(ports.len() == 1 && !ports.contains(&port), "{ports:?}, and not {port}");
    // The last line once more, with its result.
    let before = t.history().matches("connect(").count();
    t.keys("a");
    t.until("another result", |t| t.history().matches("connect(").count() > before);
    t.until("the end", |t| t.rows().last().is_some() && t.row().ends_with('›'));
    // To an earlier line.
    t.keys("j2\r");
    typed(&mut t, "server › bind server 127.0.0.1:0", "2/6");
    assert_eq!(t.sockets().len(), 1);
    // Skipped: it is not run, and not run again either.
    pressed(&mut t, "s", "server › listen server", "3/6");
    t.see("line 2 is skipped");
    // The prompt is the presenter's own.
    t.keys("t");
    t.until("a prompt", |t| t.at_prompt());
    t.see("the prompt is yours");
    t.run("mine = socket unix dgram");
    assert_eq!(t.sockets().len(), 2);
    pressed(&mut t, "h\r", "listen server", "3/6");
    t.see("the demo goes on");
    pressed(&mut t, "b", "bind server 127.0.0.1:0", "2/6");
    assert_eq!(t.sockets().len(), 1, "what was made at the prompt is closed");
    t.keys("q");
    assert!(t.end().success());
    assert!(t.is_restored());
    assert!(!home.history().exists(), "a demo writes no history");
}

/// Ports of the program's listeners, as the kernel's table has them.
fn listeners(t: &Terminal) -> Vec<u16> {
    let mine: Vec<String> =
        t.sockets().into_iter().filter_map(|(_, s)| Some(s.strip_prefix("socket:[")?.strip_suffix(']')?.to_string())).collect();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let row = |line: &str| {
        let w: Vec<&str> = line.split_whitespace().collect();
        (w.get(3) == Some(&"0A") && mine.iter().any(|i| w.get(9) == Some(&i.as_str())))
            .then(|| u16::from_str_radix(w[1].split(':').nth(1)?, 16).ok())
    };
    table.lines().filter_map(row).flatten().collect()
}

#[test]
fn it_fits_80_and_140_columns_in_both_languages_and_says_the_same_without_colour() {
    for (columns, lang, result) in
        [(80, "en", "space result"), (140, "en", "space result"), (80, "zh", "空格 看结果"), (140, "zh", "空格 看结果")]
    {
        let home = Home::new();
        let mut shown = Vec::new();
        for color in [false, true] {
            let no_color = if color { "" } else { "1" };
            let mut t = demo(&home).with(&["--lang", lang]).env("NO_COLOR", no_color).size(50, columns).launch();
            typed(&mut t, "server = socket inet stream", "1/6");
            t.see(result);
            t.keys("b");
            pressed(&mut t, " ", "bind server 127.0.0.1:0", "2/6");
            t.keys("q");
            assert!(t.end().success());
            assert_eq!(t.raw.windows(4).any(|w| w == b"\x1b[0m"), color);
            // How long the call took is another time each time.
            let plain = |row: String| {
                row.split(" µs").next().unwrap().trim_end_matches(|c: char| c.is_ascii_digit() || ". ".contains(c)).to_string()
            };
            shown.push(t.rows().into_iter().map(plain).collect::<Vec<_>>());
        }
        assert_eq!(shown[0], shown[1], "{columns} {lang}");
    }
}

#[test]
fn on_a_projector_nothing_is_dim_or_yellow_and_large_windows_are_told_of() {
    let home = Home::new();
    let mut t = demo(&home).with(&["--present"]).size(50, 140).launch();
    typed(&mut t, "server = socket inet stream", "1/6");
    t.see("140 × 50 is small print");
    t.see("? keys");
    pressed(&mut t, " ", "bind server 127.0.0.1:0", "2/6");
    for faint in ["\x1b[2m", "\x1b[33m", "\x1b[36m"] {
        assert!(!t.raw.windows(faint.len()).any(|w| w == faint.as_bytes()), "{faint:?}");
    }
    assert!(t.raw.windows(4).any(|w| w == b"\x1b[1m") || t.raw.windows(4).any(|w| w == b"\x1b[1;"));
}

/// A lesson's demo, a space for each line.
fn played_to_the_end(home: &Home, lesson: &str) -> Terminal {
    let mut t = program(home).with(&["demo", lesson, "--speed", "1000"]).size(60, 100).launch();
    t.until("the first line", |t| t.rows().iter().any(|r| r.trim_start().starts_with("1/")));
    let end = std::time::Instant::now() + crate::kit::terminal::PATIENCE;
    while !t.text().contains("the end ·") {
        assert!(std::time::Instant::now() < end, "{}", t.text());
        let before = t.raw.len();
        t.keys(" ");
        t.until("something new", |t| t.raw.len() > before);
    }
    t
}

#[test]
fn lines_that_only_wait_are_not_run_behind_the_end_of_their_lesson() {
    if !crate::kit::lab::Who::Own.has_lab() {
        return;
    }
    let home = Home::new();
    let mut t = played_to_the_end(&home, "under-ip");
    t.see("the lesson is finished");
    assert!(!t.text().contains(" ! ") && !t.text().contains("no socket is named"), "{}", t.text());
    t.keys("q");
    assert!(t.end().success());
}

#[test]
fn a_lesson_is_played_with_its_words_through_to_its_end_and_leaves_no_progress() {
    let home = Home::new();
    let mut t = played_to_the_end(&home, "unix");
    t.keys("b");
    t.see("A kernel cannot rewind");
    t.until("the last line again", |t| t.rows().iter().any(|r| r.contains("space result")));
    t.keys("q");
    assert!(t.end().success());
    assert!(!home.path(".local/share/sockscope").exists(), "a demo is nobody's progress");
}

#[test]
fn the_recording_is_an_asciicast_with_a_marker_for_each_line() {
    let home = Home::new();
    let mut t = demo(&home).with(&["--record", "hello.cast"]).size(40, 90).launch();
    for (line, number) in [("socket inet stream", "1/6"), ("bind server 127.0.0.1:0", "2/6"), ("listen server", "3/6")] {
        typed(&mut t, line, number);
        t.keys(" ");
    }
    typed(&mut t, "conn = accept server &", "4/6");
    t.keys("t");
    t.until("a prompt", |t| t.at_prompt());
    t.run("mine = socket unix dgram");
    pressed(&mut t, "h\r", "conn = accept server &", "4/6");
    t.keys("q");
    assert!(t.end().success());
    assert!(t.text().contains("hello.cast is written"), "{}", t.text());
    let text = std::fs::read_to_string(home.path("hello.cast")).unwrap();
    let events: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).expect(l)).collect();
    assert_eq!(events[0]["version"], 3);
    assert_eq!((&events[0]["term"]["cols"], &events[0]["term"]["rows"]), (&90.into(), &40.into()));
    let markers: Vec<&str> = events[1..].iter().filter(|e| e[1] == "m").map(|e| e[2].as_str().unwrap()).collect();
    assert_eq!(markers[..2], ["1. server = socket inet stream", "2. bind server 127.0.0.1:0"]);
    assert!(events[1..].iter().all(|e| e[0].as_f64().is_some_and(|s| (0.0..60.0).contains(&s)) && e[2].is_string()));
    assert_eq!(events.last().unwrap()[1], "x");
    // A terminal that is fed with it shows what the class saw.
    let mut screen = vt100::Parser::new(400.try_into().unwrap(), 90.try_into().unwrap(), 0);
    events[1..].iter().filter(|e| e[1] == "o").for_each(|e| screen.process(e[2].as_str().unwrap().as_bytes()));
    let seen = screen.screen().contents();
    for part in ["socket(AF_INET", "mine = socket unix dgram", "listen(", "the demo goes on"] {
        assert!(seen.contains(part), "{part} is not in\n{seen}");
    }
}

#[test]
fn tools_that_are_missing_are_named_before_the_demo_begins() {
    let home = Home::new();
    for (option, tool) in [("--gif", "agg"), ("--svg", "svg-term, termtosvg")] {
        let mut t = demo(&home).with(&[option, "x"]).after("PATH=/nowhere").launch();
        assert_eq!(t.end().code(), Some(2));
        assert!(t.text().contains(&format!("{option} needs one of these, and none is installed: {tool}")), "{}", t.text());
    }
}

#[test]
fn presenters_see_notes_the_next_line_the_outcome_and_a_clock() {
    let home = Home::new();
    let mut t = demo(&home).launch();
    typed(&mut t, "server = socket inet stream", "1/6");
    let mut en = program(&home).with(&["present", "--attach"]).size(24, 80).launch();
    let mut zh = program(&home).with(&["present", "--attach", "--lang", "zh"]).size(24, 140).launch();
    for part in ["hello.sock", "1/6", "Who calls whom?", "next bind server 127.0.0.1:0", "expected it succeeds", "0:0"] {
        en.see(part);
    }
    zh.see("备注");
    pressed(&mut t, " ", "bind server 127.0.0.1:0", "2/6");
    en.see("expected a port of the kernel's");
    zh.see("2/6");
    zh.see("已输入");
    // Nobody but its owner comes near.
    use std::os::unix::fs::PermissionsExt;
    let folder = home.path("state/sockscope/demos");
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    t.keys("q");
    assert!(t.end().success() && en.end().success() && zh.end().success());
    assert!(en.text().contains("the demo has ended"), "{}", en.text());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let mut late = program(&home).with(&["present", "--attach"]).launch();
    assert_eq!(late.end().code(), Some(1));
    assert!(late.text().contains("no demo runs"), "{}", late.text());
}

#[test]
fn a_port_that_a_line_names_is_another_one_where_a_time_wait_holds_it() {
    let home = Home::new();
    let port = sockscope::kernel::ports::free(&[]).unwrap();
    let text = format!(
        "set explain off\ns = socket inet stream\nbind s 127.0.0.1:{port}\nlisten s\nc = socket inet stream\nconnect c {{s.local}}\n\
         d = accept s\nclose d\nclose c\nother = socket inet stream\nexpect EADDRINUSE bind other 127.0.0.1:{port}\n"
    );
    std::fs::write(home.path("fixed.sock"), text).unwrap();
    let mut t = program(&home).with(&["demo", "fixed.sock", "--speed", "1000"]).launch();
    typed(&mut t, "set explain off", "1/11");
    t.keys("j11\r");
    typed(&mut t, &format!("expect EADDRINUSE bind other 127.0.0.1:{port}"), "11/11");
    t.keys("j3\r");
    t.until("the line with the port that is told", |t| {
        let told = t.text().split_whitespace().collect::<Vec<_>>().join(" ");
        let fresh = told.split(&format!("others stand for them: {port} → ")).nth(1).and_then(|r| r.split(' ').next());
        fresh.is_some_and(|p| t.row().ends_with(&format!("bind s 127.0.0.1:{p}")))
    });
    // The port that the demo itself holds by then is meant to be taken.
    t.keys("j11\r");
    t.until("the last line", |t| t.row().contains("expect EADDRINUSE bind other") && t.text().contains("  11/11"));
    t.keys(" ");
    t.see("EADDRINUSE (Address already in use)");
}

#[test]
fn a_demo_is_proved_before_class_with_file_line_and_reason() {
    let home = Home::new();
    std::fs::write(home.path("hello.sock"), LINES).unwrap();
    let check = |file: &str| {
        let mut t = program(&home).with(&["check", "--demo", file]).launch();
        (t.end().code(), t.text())
    };
    let (code, text) = check("hello.sock");
    assert!(code == Some(0) && text.contains("hello.sock runs here: 6 lines"), "{text}");
    std::fs::write(home.path("bad.sock"), "a = socket inet stream\n\n# wrong\nlisten b\nexpect EINVAL listen a\n").unwrap();
    let (code, text) = check("bad.sock");
    assert_eq!(code, Some(1));
    assert!(text.contains("bad.sock:4: ") && text.contains("bad.sock:5: EINVAL was expected"), "{text}");
    // A line that waits becomes a job, as at the prompt.
    std::fs::write(home.path("waits.sock"), "a b = socketpair unix stream\nrecv a 10\nsend b hello\n").unwrap();
    let (code, text) = check("waits.sock");
    assert!(code == Some(0) && text.contains("waits.sock:2: it waits and becomes a job"), "{text}");
    assert_eq!(check("unix").0, Some(0));
    assert_eq!(check("nothing.sock").0, Some(2));
    // A wait without an end has one here, and what stands behind the end is never shown.
    std::fs::write(home.path("ends.sock"), "a b = socketpair unix stream\nrecv a 10 &\nwait\n").unwrap();
    let (code, text) = check("ends.sock");
    assert!(code == Some(1) && text.contains("ends.sock:3: it had not ended after 5s"), "{text}");
    std::fs::write(home.path("quits.sock"), "quit\nbnid\n").unwrap();
    let (code, text) = check("quits.sock");
    assert!(code == Some(1) && text.contains("quits.sock:1: it ends the demo; lines behind it that are never shown: 1"), "{text}");
    assert!(check("fisrt-tcp").1.contains("did you mean first-tcp?"));
}

#[test]
fn a_lesson_is_proved_with_the_reason_of_the_line_that_is_wrong() {
    let home = Home::new();
    let lesson = |lines: &str, check: &str| {
        format!("---\ntitle: Hello\nminutes: 5\n---\n\n## One {{#one}}\n\nx\n\n```try\n{lines}\n```\n\n```check\n{check}\n```\n")
    };
    std::fs::create_dir_all(home.path("L/en/course")).unwrap();
    let check = |text: &str| {
        std::fs::write(home.path("L/en/course/hello.md"), text).unwrap();
        let mut t = program(&home).with(&["--lessons", "L", "check", "--demo", "hello"]).launch();
        (t.end().code(), t.text())
    };
    let (code, text) = check(&lesson("s = socket inet stream", "s is an inet stream socket"));
    assert!(code == Some(0) && text.contains("hello runs here: 1 lines"), "{text}");
    let (code, text) = check(&lesson("s = socket inet stream\nbnid s 127.0.0.1:0", "s is bound to 127.0.0.1:9"));
    assert!(code == Some(1) && text.contains("no command is called bnid"), "{text}");
    let (code, text) = check(&lesson("s = socket inet stream", "s is floating"));
    assert!(code == Some(1) && text.contains("course/hello.md:15: floating"), "{text}");
    let (code, text) = check("no lesson at all\n");
    assert!(code == Some(2) && text.contains("hello is no lesson that can be played: line 1"), "{text}");
    std::fs::write(home.path("lesson.md"), lesson("s = socket inet stream", "s is open")).unwrap();
    let mut t = program(&home).with(&["check", "--demo", "lesson.md"]).launch();
    assert!(t.end().code() == Some(2) && t.text().contains("is a lesson and no script"), "{}", t.text());
}

#[test]
fn nothing_is_recorded_over_and_a_recording_that_is_lost_is_a_failure() {
    let home = Home::new();
    let refused = |file: &str| {
        let mut t = demo(&home).with(&["--record", file]).launch();
        (t.end().code(), t.text())
    };
    let (code, text) = refused("hello.sock");
    assert!(code == Some(2) && text.contains("hello.sock is there already"), "{text}");
    assert_eq!(std::fs::read_to_string(home.path("hello.sock")).unwrap(), LINES);
    let (code, text) = refused("nowhere/x.cast");
    assert!(code == Some(2) && text.contains("there is no folder nowhere") && !home.path("nowhere").exists(), "{text}");
    let mut t = demo(&home).with(&["--record", "/dev/full"]).launch();
    typed(&mut t, "server = socket inet stream", "1/6");
    t.keys("q");
    assert_eq!(t.end().code(), Some(1), "{}", t.text());
}

#[test]
fn what_is_pressed_while_a_line_waits_is_for_no_other_line() {
    let home = Home::new();
    std::fs::write(home.path("wait.sock"), "a b = socketpair unix stream\nrecv a 10\nsend b hello\n").unwrap();
    let mut t = program(&home).with(&["demo", "wait.sock"]).launch();
    typed(&mut t, "a b = socketpair unix stream", "1/3");
    pressed(&mut t, " ", "recv a 10", "2/3");
    t.keys(" ");
    t.see("<waiting>");
    t.keys("   st");
    // None of them showed the result of the next line, skipped it, or took the prompt.
    t.see("goes on in the background as job 1, and the demo goes on");
    typed(&mut t, "a › send b hello", "3/3");
    assert!(t.sockets().len() == 2 && !t.text().contains("skipped"), "{}", t.text());
    // The socket that the demo's own last line left is the current one again.
    t.keys("t");
    t.until("a prompt", |t| t.at_prompt());
    t.run("mine = socket unix dgram");
    pressed(&mut t, "h\r", "a › send b hello", "3/3");
    // A line that waits is left by `q` at once.
    pressed(&mut t, "b", "recv a 10", "2/3");
    t.keys(" ");
    t.see("<waiting>");
    t.keys("q");
    assert!(t.end().success());
}

#[test]
fn a_lesson_in_front_of_a_class_asks_for_no_key() {
    let home = Home::new();
    let mut t = program(&home).with(&["demo", "first-tcp"]).size(60, 100).launch();
    typed(&mut t, "server = socket inet stream", "1/15");
    assert!(!t.history().contains("every command stays available"), "{}", t.history());
    t.keys("j4\r");
    typed(&mut t, "client = socket inet stream", "4/15");
    t.see("what does the class say?");
    assert!(!t.history().contains("answer with its letter"), "{}", t.history());
    // What is done by hand is not done once more.
    t.keys("t");
    t.until("a prompt", |t| t.at_prompt());
    t.run("client = socket inet stream; connect client {server.local}");
    t.see("step 3 of 7 · done");
    pressed(&mut t, "h\r", "conn = accept server", "6/15");
    t.see("step 3 of the lesson is passed already");
}

#[test]
fn undo_closes_what_was_made_and_runs_the_lines_before_again() {
    let home = Home::new();
    let mut t = program(&home).start();
    t.run("set explain off");
    t.run("server = socket inet stream; bind server 127.0.0.1:0; listen server");
    let port = t.port();
    t.run("client = socket inet stream; connect client {server.local}");
    assert_eq!(t.sockets().len(), 2);
    t.run("undo");
    t.see("undone: connect client");
    t.see("A kernel cannot rewind");
    t.run("sockets");
    let fresh = listeners(&t);
    assert!(fresh.len() == 1 && fresh[0] != port, "{fresh:?}");
    // Once more: the line before that one; a line that only looks is nothing to be undone.
    t.run("undo");
    t.see("undone: client = socket inet stream");
    assert_eq!(t.sockets().len(), 1);
    t.run("save now.sock");
    let saved = std::fs::read_to_string(home.path("now.sock")).unwrap();
    let lines: Vec<&str> = saved.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).collect();
    assert_eq!(lines, ["server = socket inet stream", "bind server 127.0.0.1:0", "listen server"]);
}

#[test]
fn undo_has_nothing_to_undo_and_jobs_are_jobs_again() {
    let ran = script("undo").run().fails();
    assert!(ran.stderr.contains("there is no line that could be undone"), "{}", ran.stderr);
    let lines =
        "a b = socketpair unix stream\nrecv a 10 &\nsend b hello\nwait 1\nundo\nassert recv waits on a\nsend b other\nwait 1\n";
    script(lines).run().ok();
}

//! Guided lessons: learners in a terminal, authors and their checker, progress, transcripts.

use crate::kit::lab::Who;
use crate::kit::terminal::{Home, Terminal, program};
use crate::kit::{EventExt, Folder, Script, have, piped, script};
use nix::sys::signal::Signal;
use serde_json::Value;
use sockscope::command::BUILTINS;
use sockscope::event::What;
use sockscope::grammar::Lexed;
use sockscope::kernel::CallClock;
use sockscope::lesson::Library;
use sockscope::session::{Config, Sitting};
use sockscope::text::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn program_with(args: &[&str]) -> Script {
    Script::program(args)
}

/// A learner at the prompt of a lesson, without cards, so that the screen shows the lesson.
fn learner(home: &Home, lesson: &str) -> Terminal {
    let mut t = program(home).size(100, 100).start();
    t.run("set explain off");
    t.run(&format!("lesson {lesson}"));
    t
}

fn progress(home: &Home) -> String {
    std::fs::read_to_string(home.path(".local/share/sockscope/progress")).unwrap_or_default()
}

// ---- learners ----

#[test]
fn a_learner_who_goes_the_right_way_finishes_the_lesson() {
    let home = Home::new();
    let mut t = learner(&home, "first-tcp");
    t.see("step 1 of 7");
    t.see("○ server is a socket: inet stream");
    t.run("server = socket inet stream");
    t.see("✓ server is a socket: inet stream");
    t.run("bind server 127.0.0.1:0");
    t.see("✓ step 1 of 7 · done");
    t.run("listen server");
    t.see("before you act");
    t.run("c");
    t.see("you said c.");
    t.run("client = socket inet stream");
    t.run("connect client {server.local}");
    t.see("you said c; it was c: right");
    t.run("a");
    t.run("conn = accept server");
    t.see("you said a; it was b: not what happened");
    t.run("send client hello");
    t.run("recv conn 100");
    // More than one answer, in any order.
    t.run("d a");
    t.run("send server hello");
    t.run("recv server 100");
    t.run("listen server");
    t.run("bind server 127.0.0.1:0");
    t.see("you said a, d; it was a, b, d: part of it");
    t.run("?");
    t.run("other = socket inet stream");
    t.run("bind other {server.local}");
    t.run("listen other");
    t.see("you did not know; it was c");
    t.see("The first TCP connection   the lesson is finished");
    t.see("predictions right: 1 of 3");
    let kept = progress(&home);
    assert_eq!(kept.matches(" done ").count(), 7, "{kept}");
    assert!(kept.contains("first-tcp/connect done attempts=2 hints=0 skips=0 solutions=0 guesses=1 right=1 at="), "{kept}");
}

#[test]
fn another_right_way_passes_as_well() {
    let home = Home::new();
    let mut t = learner(&home, "first-udp");
    // Other names, a port of the kernel's, other calls.
    t.run("box = socket inet dgram; bind box 127.0.0.1:0");
    t.see("✓ step 1 of 7 · done");
    t.see("your box is the lesson's u");
    t.run("b");
    t.run("pen = socket inet dgram; bind pen {box.local}");
    t.see("your pen is the lesson's v");
    t.run("c");
    t.run("connect pen {box.local}");
    t.run("send pen one");
    t.see("✓ step 3 of 7 · done");
    t.run("recv box 50");
    t.run("sendto box back {pen.local}; recv pen 9");
    t.see("✓ step 4 of 7 · done");
    t.run("guess b");
    t.run("ink = socket inet dgram; sendto ink three {box.local}; send pen two; recvfrom box 9; recvfrom box 9");
    t.see("✓ step 5 of 7 · done");
    // Hints of later steps speak of the learner's own sockets.
    t.run("?");
    for _ in 0..3 {
        t.run("hint");
    }
    t.see("› sendto pen longer {box.local}");
}

#[test]
fn a_learner_who_goes_wrong_is_told_what_is_missing_and_led_on() {
    let home = Home::new();
    let mut t = learner(&home, "first-tcp");
    t.run("server = socket inet dgram");
    t.see("○ server is a socket: inet stream   now: server is inet dgram");
    t.run("hint");
    t.see("hint 1 of 3");
    t.run("hint");
    t.see("hint 2 of 3");
    t.run("hint");
    t.see("hint 3 of 3  type");
    // The name is taken by the wrong socket, so the line has another one.
    t.see("› server2 = socket inet stream");
    t.run("solution");
    t.see("solution again shows it");
    t.run("solution");
    t.see("this does it");
    t.run("server2 = socket inet stream");
    // A foreseen mistake: listen without bind.
    t.run("listen server2");
    t.see("○ server is bound to 127.0.0.1:*   now: server is bound to 0.0.0.0:");
    t.see("! Without bind the kernel picks a port");
    t.run("again");
    t.see("A kernel cannot rewind");
    t.run("skip");
    t.see("done for you");
    t.run("skip");
    t.see("step 3 of 7");
    t.run("b");
    t.run("back");
    t.see("back to step 2");
    t.run("play");
    t.see("the lesson waits at step 2");
    t.run("close server");
    t.run("resume");
    t.see("server was closed meanwhile, and a kernel cannot rewind");
    t.see("○ server is in the state LISTEN");
    t.run("quit");
    t.see("lesson left at step 2; lesson first-tcp goes on there");
    let kept = progress(&home);
    assert!(kept.contains("first-tcp/bind skipped attempts=3 hints=3 skips=1 solutions=1"), "{kept}");
}

#[test]
fn a_way_that_needs_what_was_closed_says_so() {
    let of = |lines: &str| piped(lines).arg("lesson").arg("first-tcp").run().told();
    let told = of("skip\nclose server\nhint\nhint\nagain\nhint\nhint\n");
    assert_eq!(told.matches("server is closed, and this way needs it: again begins the step anew").count(), 1, "{told}");
    assert_eq!(told.matches("    › listen server").count(), 2, "{told}");
}

#[test]
fn a_lesson_on_the_wire_begins_on_an_empty_lab_and_leaves_none_behind() {
    if !Who::Own.has_lab() {
        return;
    }
    // The learner's own hosts are the learner's: the lesson says so, and waits.
    let ran = piped("host mine\nlesson lost-packet\nlab reset\nlesson lost-packet\nhosts\n").keep_going().run();
    assert!(ran.stderr.contains("there are hosts already: mine"), "{}", ran.stderr);
    assert!(ran.told().contains("step 1 of 5"), "{}", ran.told());
    // Back: the hosts are made anew, and the steps are done again on them.
    let ran = piped("lesson lost-packet\nskip\nskip\nback\npackets\nskip\nskip\nskip\nskip\nhosts\n").run();
    let told = ran.told();
    assert!(told.contains("back to step 2"), "{told}");
    assert!(told.contains("the lesson is finished"), "{told}");
    assert!(told.trim_end().ends_with("there is no host yet: host alice makes one"), "{told}");
    // Left in the middle, it takes its hosts along.
    let ran = piped("lesson lost-packet\nquit\nhosts\n").run().ok();
    assert!(ran.told().contains("there is no host yet"), "{}", ran.told());
}

#[test]
fn a_foreseen_mistake_is_answered_by_the_author() {
    let ran = piped("skip\nskip\nc\nskip\nb\naccept client\n").arg("lesson").arg("first-tcp").run();
    assert!(ran.told().contains("! accept belongs to the socket that listens"), "{}", ran.told());
}

#[test]
fn a_lesson_goes_on_where_a_kill_left_it() {
    let home = Home::new();
    let mut t = learner(&home, "first-tcp");
    t.run("server = socket inet stream");
    t.run("bind server 127.0.0.1:0");
    t.run("listen server");
    t.see("step 3 of 7");
    t.signal(Signal::SIGKILL);
    t.end();
    let mut t = learner(&home, "first-tcp");
    t.see("you were at step 3; the lesson goes on there");
    t.see("the lesson does steps 1 to 2 again");
    t.see("step 3 of 7");
    t.run("c");
    // What was done again is really there.
    t.run("connect {server.local}");
    t.run("c = socket inet stream; connect c {server.local}");
    t.see("✓ step 3 of 7 · done");
}

#[test]
fn the_language_can_change_in_the_middle() {
    let home = Home::new();
    let mut t = learner(&home, "first-tcp");
    t.run("server = socket inet stream; bind server 127.0.0.1:0");
    t.run("set lang zh");
    t.run("goal");
    t.see("第 2 步，共 7 步");
    t.run("hint");
    t.see("提示 1/");
    t.run("set lang en");
    t.run("goal");
    t.see("step 2 of 7 · Ready to be called");
}

#[test]
fn who_knows_it_all_passes_by_the_last_step() {
    let home = Home::new();
    let mut t = learner(&home, "goodbye");
    t.run("test out");
    t.see("step 5 of 5");
    t.run("hint");
    t.see("in a test there are no hints");
    t.run("send client unread");
    t.run("until conn has 6 bytes 2s");
    t.run("close conn");
    t.run("recv client 10");
    t.see("the lesson is finished");
    assert_eq!(progress(&home).matches("goodbye/").count(), 5, "{}", progress(&home));
}

#[test]
fn a_second_process_is_real_and_ends_with_its_step() {
    let home = Home::new();
    let mut t = learner(&home, "naming");
    t.see("in the background runs: sockscope -q");
    let port: String = t.text().split("127.0.0.1:").nth(1).expect("an address").chars().take_while(char::is_ascii_digit).collect();
    // The kernel's own table knows it, and it is no descriptor of the learner's.
    let hex = format!(":{:04X} ", port.parse::<u16>().expect("a port"));
    let listens = || std::fs::read_to_string("/proc/net/tcp").unwrap().lines().any(|l| l.contains(&hex) && l.contains(" 0A "));
    t.until("the other process listens", |_| listens());
    assert!(t.sockets().is_empty(), "{:?}", t.sockets());
    // Another place is not what was asked.
    t.run("who 127.0.0.1:9");
    t.see("who was not asked yet");
    t.run(&format!("who 127.0.0.1:{port}"));
    t.see("✓ step 1 of 5 · done");
    t.until("the other process is gone", |_| !listens());
}

#[test]
fn a_real_web_client_is_served_by_hand() {
    if !have(&["curl", "python3"]) {
        return;
    }
    let home = Home::new();
    let mut t = learner(&home, "by-hand");
    t.run("skip");
    t.see("in the background runs: curl");
    t.run("a");
    t.run("c = accept server");
    t.run("recv c 4K");
    t.see("GET / HTTP/1.1");
    t.see("✓ step 2 of 5 · done");
    t.run("send c \"HTTP/1.0 200 OK\\r\\n\\r\\nhello\\n\"; close c");
    t.see("curl │ hello");
    t.see("✓ step 3 of 5 · done");
    t.run("c");
    t.run("skip");
    t.see("in the background runs: python3");
    t.run("e = accept server");
    t.run("until e readable 5s; recv e 100; send e \"echo me\"");
    t.see("python3 │ python got b'echo me'");
    t.see("the lesson is finished");
}

// ---- lessons from elsewhere ----

const FOREIGN: &str = "---\ntitle: Foreign\nminutes: 5\n---\n\n## One {#one}\n\nx\n\n```run\nsh -c 'echo it runs'\n```\n\n```try\n\
                       s = socket inet dgram\nconnect s 192.0.2.1:9\n```\n\n```check\ns is an inet dgram socket\n```\n";

#[test]
fn a_lesson_from_elsewhere_asks_before_it_runs_a_program_or_reaches_another_machine() {
    let folder = Folder::new();
    folder.file("foreign.md", FOREIGN);
    let of = |lines: &str| {
        let ran = piped(lines).arg("lesson").arg("foreign").arg("--lessons").arg(folder.path()).json().run();
        ran.events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
    };
    let asked = of("skip\n");
    assert!(asked.contains("wants to run a program") && asked.contains("wants to reach 192.0.2.1:9"), "{asked}");
    assert!(!asked.contains("it runs\"") && !asked.contains("\"call\":\"connect\""), "{asked}");
    let allowed = of("allow\nuntil s is open 100ms\nskip\n");
    assert!(allowed.contains("\"line\":\"it runs\""), "{allowed}");
    assert!(allowed.contains("\"call\":\"connect\""), "{allowed}");
}

#[test]
fn a_setup_line_that_may_not_run_is_the_flaw_and_not_what_comes_of_it() {
    let folder = Folder::new();
    let setup = "```setup\nt = socket inet dgram\nconnect t 192.0.2.1:9\n```\n";
    let text = FOREIGN.replace("```run\nsh -c 'echo it runs'\n```\n", setup).replace("connect s 192.0.2.1:9\n", "");
    let file = folder.file("far.md", text);
    let ran = program_with(&["check"]).arg(&file).run();
    let told = ran.told();
    assert!(told.contains("wants to reach 192.0.2.1:9") && told.contains("--trust lets it"), "{told}");
    assert!(ran.status == Some(1) && told.contains("flaws: 1") && !told.contains("not within"), "{told}");
}

#[test]
fn a_course_is_added_and_played_under_its_name() {
    let folder = Folder::new();
    folder.file(
        "ours/en/course/01-hello.md",
        FOREIGN.replace("```run\nsh -c 'echo it runs'\n```\n", "").replace("connect s 192.0.2.1:9\n", ""),
    );
    let home = folder.path().join("home");
    let home = home.to_str().expect("a path");
    let run = |args: &[&str]| program_with(args).env("XDG_DATA_HOME", home).run();
    let added = run(&["lesson", "add", folder.path().join("ours").to_str().expect("a path")]);
    assert_eq!((added.status, added.told().trim()), (Some(0), "lessons added: 1; the course is called ours"));
    assert!(run(&["lesson"]).told().contains("ours:hello"));
    let played = piped("s = socket inet dgram\n").arg("lesson").arg("ours:hello").env("XDG_DATA_HOME", home).run();
    assert!(played.told().contains("the lesson is finished"), "{}", played.told());
    assert_eq!(run(&["lesson", "add", "/nowhere"]).status, Some(2));
}

#[test]
fn a_program_that_should_end_by_itself_is_heard_out_and_another_is_stopped_at_once() {
    let step = |id: &str, run: &str| {
        format!(
            "## {id} {{#{id}}}\n\nx\n\n```{run}\n```\n\n```try\n{id} = socket inet dgram\n```\n\n```check\n{id} is open\n```\n\n"
        )
    };
    let folder = Folder::new();
    // Its last words come when the second step has begun.
    let go = folder.path().join("go");
    let slow = format!("run until two\necho begun; until [ -e {} ]; do sleep 0.02; done; echo last words", go.display());
    let other = format!("run\ntouch {}; sleep 3600", go.display());
    let text = format!("---\ntitle: Words\nminutes: 5\n---\n\n{}{}", step("one", &slow), step("two", &other));
    folder.file("words.md", text);
    let ran = piped("allow\nuntil u is open 100ms\none = socket inet dgram\ntwo = socket inet dgram\n")
        .arg("lesson")
        .arg("words")
        .arg("--lessons")
        .arg(folder.path())
        .run();
    let told = ran.told();
    let order = [
        "│ begun",
        "step 1 of 2 · done",
        "│ last words",
        "echo has ended",
        "step 2 of 2 · done",
        "the lesson stopped it",
        "is finished",
    ];
    let found: Vec<Option<usize>> = order.iter().map(|w| told.find(w)).collect();
    assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{found:?} {told}");
}

// ---- authors ----

#[test]
fn the_built_in_course_is_proved() {
    if !have(&["curl", "python3"]) || !Who::Own.has_lab() {
        return;
    }
    let ran = program_with(&["check"]).run();
    assert_eq!(
        (ran.status, ran.told().lines().next()),
        (Some(0), Some("proved: lessons 26, steps 149, checks 334")),
        "{}",
        ran.told()
    );
    assert!(!ran.told().contains("not proved"), "{}", ran.told());
}

#[test]
fn a_reader_who_goes_away_is_no_trouble_of_the_checkers() {
    let folder = Folder::new();
    let path = folder.path().to_str().expect("a path");
    folder.file("broken.md", FOREIGN.replace("inet dgram socket", "inet dgrma socket"));
    let ran = program_with(&["check", path]).shell("\"$0\" \"$@\" 2>err | true; cat err >&2").run();
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_recording_that_nobody_ends_is_written_and_one_that_cannot_be_goes_on() {
    let live = "lesson record mine\nserver = socket inet stream\nlesson record done\nc = socket inet dgram\n";
    let script = piped(live).keep_going();
    script.folder.file("mine.md", "taken");
    let ran = script.run();
    assert_eq!(ran.told().matches("mine.md is there already").count(), 2, "at `done`, and at the end: {}", ran.told());
    let text = "lesson record mine\nserver = socket inet stream\nbind server 127.0.0.1:0\n";
    let ran = piped(text).shell("\"$0\" \"$@\"; cat mine.md").run();
    assert!(ran.told().contains("mine.md is written"), "{}", ran.told());
    assert!(ran.told().contains("```check\nserver is an inet stream socket\n"), "{}", ran.told());
}

#[test]
fn the_course_has_its_lessons_in_order_and_treats_every_misconception() {
    let library = Library::new(None);
    let lessons = library.lessons_of(Lang::En);
    let ids: Vec<&str> = lessons.iter().map(|l| l.id.as_str()).collect();
    let order = [
        "naming",
        "files",
        "first-tcp",
        "first-udp",
        "unix",
        "byte-stream",
        "goodbye",
        "port-taken",
        "backlog",
        "waiting",
        "many",
        "buffers",
        "udp-truth",
        "ipv6-names",
        "options",
        "passing",
        "by-hand",
        "handshake",
        "lost-packet",
        "windows",
        "four-ends",
        "nobody",
        "under-ip",
        "udp-bad-wire",
        "syn-flood",
        "writing-lessons",
    ];
    assert_eq!(ids, order);
    let mut covered = BTreeSet::new();
    for id in ids {
        let lesson = library.lesson(Lang::En, id).expect("a lesson");
        assert!(library.lesson(Lang::Zh, id).is_some_and(|l| l.front.title != lesson.front.title), "{id} in Chinese");
        covered.extend(lesson.front.covers.iter().copied());
        assert!((5..=15).contains(&lesson.front.minutes), "{id}");
        let predicts: usize = lesson.steps.iter().map(|s| s.predicts.len()).sum();
        assert!(predicts >= 2, "{id} has {predicts} predictions");
        for step in &lesson.steps {
            for predict in &step.predicts {
                assert!(
                    predict.options.iter().filter(|o| o.right).all(|o| o.when.is_some()),
                    "{id}/{}: a prediction is not proved",
                    step.id
                );
            }
            assert!(step.parts.iter().all(|p| !p.hints.is_empty()), "{id}/{} has a check without a hint", step.id);
        }
    }
    assert_eq!(covered, (1..=30).collect());
}

/// A small course in both languages, with one file changed.
fn broken(change: impl Fn(&str) -> String) -> Vec<(String, u64, String)> {
    const GOOD: &str = "---\ntitle: T\nlevel: beginner\nminutes: 5\n---\n\nText.\n\n## One {#one}\n\nSee `explain bind` and [bind](more.md).\n\n\
        ```predict\nWhat?\n- [x] it works\n  if bind succeeds on server\n- [ ] it fails\n  if bind fails on server\n> So.\n```\n\n\
        ```try\nserver = socket inet stream\nbind server 127.0.0.1:{port}\n```\n\n```check\nserver is bound to 127.0.0.1:{port}\n```\n\n\
        ```hint\nThink.\n```\n\n```also\nserver = socket inet stream\nbind server 127.0.0.1:0\n```\n\n\
        ```wrong EINVAL\nserver = socket unix stream\nbind server 127.0.0.1:{port}\n> No.\n```\n";
    let folder = Folder::new();
    folder.file("en/course/more.md", GOOD);
    folder.file("zh/course/more.md", GOOD);
    folder.file("en/course/one.md", if change("only zh") == "only zh" { change(GOOD) } else { GOOD.to_string() });
    folder.file("zh/course/one.md", change(GOOD));
    let ran = program_with(&["check", "--json"]).arg(folder.path()).run();
    assert_eq!(ran.status, Some(i32::from(!ran.events.is_empty())), "{}", ran.stderr);
    let flaw = |e: &Value| {
        let file = e["file"].as_str().expect("a file");
        let name = Path::new(file).strip_prefix(folder.path()).expect("in the folder").display().to_string();
        (name, e["line"].as_u64().expect("a line"), e["code"].as_str().expect("a code").to_string())
    };
    ran.events.iter().map(flaw).collect()
}

#[test]
fn every_defect_of_a_lesson_is_found_named_and_located() {
    assert_eq!(broken(str::to_string), []);
    let rows: &[(&str, &str, u64, &str)] = &[
        ("title: T\n", "titel: T\n", 2, "front_key"),
        ("minutes: 5", "minutes: soon", 4, "front_minutes"),
        ("level: beginner", "level: easy", 3, "front_level"),
        ("minutes: 5\n", "minutes: 5\nneeds: nothing\n", 5, "needs_unknown"),
        ("{#one}", "", 9, "step_no_id"),
        ("`explain bind`", "`explain bnid`", 11, "word_unknown"),
        ("(more.md)", "(less.md)", 11, "link_broken"),
        ("- [x] it works", "- [ ] it works", 13, "predict_no_right"),
        ("> So.\n", "", 13, "predict_no_answer"),
        ("  if bind succeeds on server", "  if bind fails on server", 16, "marked_right"),
        ("  if bind fails on server", "  if bind succeeds on server", 18, "marked_wrong"),
        ("bind server 127.0.0.1:{port}\n```\n\n```check", "bnid server 127.0.0.1:{port}\n```\n\n```check", 24, "unknown_command"),
        ("bind server 127.0.0.1:{port}\n```\n\n```check", "getsockname server\n```\n\n```check", 28, "unmet_after"),
        ("server is bound to 127.0.0.1:{port}\n```", "server is not open\n```", 28, "unmet_after"),
        ("server is bound to 127.0.0.1:{port}\n```", "server is bonud\n```", 28, "not_one_of"),
        ("server is bound to 127.0.0.1:{port}\n```", "server is bound\ngetsockname used\n```", 29, "unmet_after"),
        ("{port}\n```\n\n```hint", "{prot}\n```\n\n```hint", 28, "hole_unknown"),
        ("```hint\nThink.\n```", "```hint\n```", 31, "fence_empty"),
        ("bind server 127.0.0.1:0\n", "listen server\n", 37, "way_fails"),
        ("wrong EINVAL", "wrong EADDRINUSE", 42, "mistake_other"),
        ("wrong EINVAL", "wrong EOOPS", 40, "wrong_reason"),
        ("server = socket unix stream\nbind", "server = socket inet stream\nbind", 40, "mistake_passes"),
        ("```try\nserver", "```tri\nserver", 22, "fence_unknown"),
    ];
    for (from, to, line, code) in rows {
        let found = broken(|text| text.replacen(from, to, 1));
        assert!(found.iter().any(|(_, l, c)| l == line && c == code), "{to:?} should be {code} in line {line}: {found:?}");
    }
}

#[test]
fn two_languages_must_have_the_same_bones() {
    let rows: &[(&str, &str, u64, &str)] = &[
        ("minutes: 5", "minutes: 6", 1, "differs_front"),
        ("{#one}", "{#two}", 9, "differs_step"),
        ("bind server 127.0.0.1:{port}\n```\n\n```check", "bind server :{port}\n```\n\n```check", 24, "differs_line"),
        ("> No.\n", "", 40, "differs_count"),
        ("- [ ] it fails", "- [x] it fails", 13, "differs_predict"),
    ];
    for (from, to, line, code) in rows {
        // `only zh` is answered otherwise, so the English file stays as it is.
        let found = broken(|text| if text == "only zh" { String::new() } else { text.replacen(from, to, 1) });
        assert!(found.contains(&("zh/course/one.md".to_string(), *line, code.to_string())), "{to:?}: {found:?}");
    }
}

#[test]
fn a_check_that_is_met_before_its_try_proves_nothing() {
    let text = "---\ntitle: T\nminutes: 5\n---\n\n## One {#one}\n\n```setup\ns = socket inet stream\n```\n\n```try\nlisten s\n```\n\n```check\ns is open\n```\n";
    let folder = Folder::new();
    let file = folder.file("one.md", text);
    let ran = program_with(&["check"]).arg(&file).run();
    assert_eq!(ran.status, Some(1));
    assert!(ran.told().contains("one.md:17: this check is met before its try"), "{}", ran.told());
    assert!(ran.told().contains("  s is open\n  ^^^^^^^^^"), "{}", ran.told());
    let zh = program_with(&["check", "--lang", "zh"]).arg(&file).run();
    assert!(zh.told().contains("在 try 之前就已满足"), "{}", zh.told());
    assert_eq!(program_with(&["check", "/nowhere"]).run().status, Some(2));
}

#[test]
fn a_skeleton_and_a_recording_are_lessons_that_can_be_proved() {
    let folder = Folder::new();
    let path = folder.path().to_str().expect("a path");
    assert_eq!(program_with(&["lesson", "new", "hello", "--lessons", path]).run().status, Some(0));
    assert_eq!(program_with(&["check", path]).run().status, Some(0));
    assert_eq!(program_with(&["lesson", "new", "hello", "--lessons", path]).run().status, Some(2));
    let live = "lesson record mine\nserver = socket inet stream\nbind server 127.0.0.1:0\nsockets\nlesson record step Call it\nlisten server\n\
                client = socket inet stream\nconnect client {server.local}\nexpect EINVAL accept client\nlesson record done\n";
    let ran = piped(live).run();
    let text = std::fs::read_to_string(ran.folder.path().join("mine.md")).expect("the lesson is written");
    assert!(
        text.contains("## Call it {#step-2}") && text.contains("accept fails with EINVAL on client") && !text.contains("sockets"),
        "{text}"
    );
    let proved = program_with(&["check"]).arg(ran.folder.path().join("mine.md")).run();
    assert_eq!(proved.status, Some(0), "{}", proved.told());
}

#[test]
fn a_thousand_lessons_are_listed() {
    let folder = Folder::new();
    let text = "---\ntitle: T\nminutes: 5\n---\n\n## One {#one}\n";
    for n in 0..1000 {
        folder.file(&format!("en/course/{n:04}-l{n}.md"), text);
    }
    let ran = program_with(&["lesson", "--lessons"]).arg(folder.path()).run();
    assert!(ran.told().contains("l999") && ran.told().lines().count() > 1000);
}

// ---- progress ----

#[test]
fn copies_that_run_side_by_side_lose_nothing() {
    let folder = Folder::new();
    let home = folder.path().to_str().expect("a path").to_string();
    std::thread::scope(|scope| {
        for n in 0..4 {
            let (folder, home) = (&folder, &home);
            scope.spawn(move || {
                for step in 0..5 {
                    let file =
                        folder.file(&format!("in-{n}-{step}"), format!("# sockscope progress 1\nl{n}/s{step} done attempts=1\n"));
                    let ran = program_with(&["progress", "import"]).arg(&file).env("XDG_DATA_HOME", home).run();
                    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
                }
            });
        }
    });
    let kept = program_with(&["progress", "export"]).env("XDG_DATA_HOME", &home).run();
    assert_eq!(kept.told().matches(" done ").count(), 20, "{}", kept.told());
}

#[test]
fn progress_is_kept_taken_out_taken_in_and_forgotten() {
    let folder = Folder::new();
    let home = folder.path().to_str().expect("a path").to_string();
    let run = |args: &[&str]| program_with(args).env("XDG_DATA_HOME", &home).run();
    folder.file("sockscope/progress", "what is this\nfirst-tcp/bind done attempts=2 mood=good\ngone/step done attempts=1\n");
    let shown = run(&["progress"]).told();
    assert!(shown.contains("first-tcp  1/7") && shown.contains("gone       1 ") && shown.contains("could not be read"), "{shown}");
    assert!(run(&["progress", "--lang", "zh"]).told().contains("课程"));
    let out = folder.path().join("out");
    assert_eq!(run(&["progress", "export", out.to_str().expect("a path")]).status, Some(0));
    let text = std::fs::read_to_string(&out).expect("it is written");
    assert!(text.contains("what is this\n") && text.contains("mood=good"), "{text}");
    assert_eq!(run(&["progress", "forget", "first-tcp"]).status, Some(0));
    assert_eq!(run(&["progress", "forget", "first-tcp"]).status, Some(1));
    assert!(!run(&["progress", "export"]).told().contains("first-tcp"));
    assert_eq!(run(&["progress", "import", out.to_str().expect("a path")]).status, Some(0));
    assert_eq!(run(&["progress", "export"]).told(), text);
    // A place where nothing can be kept stops no lesson.
    let ran = piped("s = socket inet stream\nbind s 127.0.0.1:0\n")
        .arg("lesson")
        .arg("first-tcp")
        .env("XDG_DATA_HOME", "/proc/nowhere")
        .run();
    assert!(ran.told().contains("progress cannot be kept") && ran.told().contains("step 2 of 7"), "{}", ran.told());
}

// ---- transcripts ----

fn graded(ran: &crate::kit::Ran) -> BTreeMap<String, bool> {
    let object = &ran.events[0];
    let steps = object["steps"].as_array().expect("steps");
    steps.iter().map(|s| (s["id"].as_str().expect("an id").to_string(), s["met"] == true)).collect()
}

#[test]
fn a_transcript_is_judged_by_what_its_lines_do() {
    let folder = Folder::new();
    let home = folder.path().to_str().expect("a path").to_string();
    let lines =
        "srv = socket inet stream\nhint\nbind srv 127.0.0.1:0\nlisten srv\nc\nc = socket inet stream\nconnect c {srv.local}\n";
    let sat = piped(lines).arg("lesson").arg("first-tcp").env("XDG_DATA_HOME", &home).run();
    assert_eq!(sat.status, Some(0));
    let junit = folder.path().join("junit.xml");
    let gradescope = folder.path().join("results.json");
    let ran = program_with(&["grade", "first-tcp", "--json", "--junit"])
        .arg(&junit)
        .arg("--gradescope")
        .arg(&gradescope)
        .env("XDG_DATA_HOME", &home)
        .run();
    assert_eq!(ran.status, Some(1), "not every step is met");
    let object = &ran.events[0];
    assert_eq!((&object["lesson"], &object["met"], &object["of"]), (&"first-tcp".into(), &3.into(), &7.into()), "{object}");
    assert_eq!((&object["hints"], &object["skips"], &object["right"]), (&1.into(), &0.into(), &1.into()), "{object}");
    assert!(graded(&ran)["connect"] && !graded(&ran)["accept"]);
    let xml = std::fs::read_to_string(junit).expect("JUnit's file");
    assert!(xml.contains("tests=\"7\" failures=\"4\"") && xml.contains("<failure message=\"missing: "), "{xml}");
    let results: Value = serde_json::from_slice(&std::fs::read(gradescope).expect("Gradescope's file")).expect("JSON");
    assert_eq!((&results["score"], results["tests"].as_array().map(Vec::len)), (&3.into(), Some(7)));
}

#[test]
fn what_a_transcript_says_of_itself_counts_nothing_and_its_lines_reach_nothing_outside() {
    let forged = "# sockscope transcript 1\n# lesson first-tcp\n# begins at step 7\n# step close done\n";
    let ran = piped(forged).arg("grade").arg("-").json().run();
    assert!(graded(&ran).values().all(|met| !met), "{:?}", ran.events);
    let folder = Folder::new();
    let secret = folder.file("secret", "x");
    let lines = format!(
        "# lesson first-tcp\ns = socket inet stream\nconnect s 192.0.2.1:9\nunlink {0}\na b = socketpair unix stream\nsend a file:{0}\n",
        secret.display()
    );
    let ran = piped(lines).arg("grade").arg("-").json().run();
    assert_eq!(ran.events[0]["met"], 0, "{:?}", ran.events);
    assert!(secret.exists());
    // Nor do they run programs on a host of the lab: its files are this machine's.
    let lines = format!(
        "# lesson handshake\nhost alice\non alice run rm {0}\nwait\non alice run sh -c \"rm {0}\" &\nwait\n",
        secret.display()
    );
    let ran = piped(lines).arg("grade").arg("-").json().run();
    assert_eq!(ran.events[0]["met"], 0, "{:?}", ran.events);
    assert!(secret.exists());
    assert_eq!(piped("nothing\n").arg("grade").arg("-").run().status, Some(2));
}

#[test]
fn a_sitting_in_a_terminal_is_judged_with_the_calls_that_waited() {
    let home = Home::new();
    let mut t = program(&home).start();
    t.run("set explain off; set patience 100ms");
    t.run("lesson waiting");
    t.run("accept server");
    t.see("✓ step 1 of ");
    t.run("a");
    t.run("cancel");
    t.see("✓ step 2 of ");
    t.run("quit");
    t.run("progress");
    let data = home.path(".local/share");
    let ran = program_with(&["grade", "waiting", "--json"]).env("XDG_DATA_HOME", data.to_str().expect("a path")).run();
    let met = graded(&ran);
    assert!(met["block"] && met["eintr"] && !met["eagain"], "{:?}", ran.events);
}

#[test]
fn a_hint_that_needs_another_name_uses_it_in_every_line() {
    if !Who::Own.has_lab() {
        return;
    }
    let told = piped(
        "lesson handshake\nhost alice\nhost bob\non bob server = socket inet stream\nbind server 10.0.0.2:80\nlisten server\n\
         hint\nhint\nhint\n",
    )
    .run()
    .told();
    for line in ["on bob server2 = socket inet stream", "bind server2 10.0.0.2:9000", "listen server2"] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[test]
fn a_question_whose_answers_did_not_happen_says_so() {
    if !Who::Own.has_lab() {
        return;
    }
    // The socket that the question is about is gone, and the lesson's own way fails as well.
    let told = piped("lesson nobody\nskip\nskip\nskip\nb\ncancel\nclose quiet\nskip\nskip\n").keep_going().run().told();
    assert!(told.contains("none of the answers was seen to happen"), "{told}");
}

// Mistakes that the author foresaw.

/// What a lesson told while these lines were typed.
fn told(lesson: &str, lines: &str) -> Vec<String> {
    let ran = script(format!("lesson {lesson}\n{lines}")).json().keep_going().timeout("20s").run();
    ran.events.iter().filter(|e| e.is("lesson")).map(|e| e.text("what").to_string()).collect()
}

/// What a lesson told a learner who went its own way, with the ports and paths that it drew.
fn own_way(lesson: &str) -> Vec<String> {
    let lesson = lesson.to_string();
    // In a descriptor table of its own: no number is another test's, and all goes with the thread.
    let way = std::thread::spawn(move || {
        sockscope::kernel::thread::prepare(false);
        assert!(sockscope::kernel::thread::own_table());
        let library = Arc::new(Library::new(None));
        let steps = library.lesson(Lang::En, &lesson).expect("a lesson");
        let timeout = Duration::from_secs(20);
        let config = Config {
            interactive: false,
            recording: true,
            keep: true,
            keep_going: true,
            timeout,
            lang: Lang::En,
            library,
            data: None,
        };
        let sitting = Sitting::new(config, BUILTINS);
        let clock = Arc::new(CallClock::here());
        let _ = sitting.run_text(&clock, &format!("lesson {lesson}"), &mut Lexed::default());
        for line in steps.steps.iter().flat_map(|s| s.tries()) {
            // Lines may fail: lessons are about that.
            let _ = sitting.run_text(&clock, &sitting.lesson_words(&line.text), &mut Lexed::default());
        }
        let events = sitting.lock().log.events().to_vec();
        sitting.leave();
        events
    });
    let events = way.join().expect("the sitting ends");
    let told = events
        .into_iter()
        .filter_map(|e| if let What::Lesson(played) = e.what { Some(format!("{:?}", played.what)) } else { None });
    told.collect()
}

#[test]
fn who_goes_a_lessons_own_way_is_told_of_no_mistake() {
    let library = Library::new(None);
    for lesson in crate::kit::sitting::lessons() {
        // A lesson's programs are the program's own, which is not what runs here.
        let steps = library.lesson(Lang::En, &lesson).expect("a lesson");
        if steps.steps.iter().any(|s| !s.run.is_empty()) {
            continue;
        }
        let told = own_way(&lesson);
        assert!(!told.iter().any(|t| t.starts_with("Slipped")), "{lesson}: {told:#?}");
        assert!(told.iter().any(|t| t.starts_with("Finished")), "{lesson}: {told:#?}");
    }
    // On the wire every address is the lesson's own.
    let wired = crate::kit::lab::Who::Own.has_lab().then(crate::kit::sitting::lessons_on_the_wire);
    for lesson in wired.into_iter().flatten() {
        let told = told(&lesson, &crate::kit::sitting::typed(&lesson));
        assert!(!told.contains(&"slipped".to_string()), "{lesson}: {told:?}");
    }
}

#[test]
fn a_mistake_is_told_once_it_is_made_and_not_on_the_way_to_it() {
    let slipped = |lines: &str| told("udp-truth", lines).contains(&"slipped".to_string());
    assert!(!slipped("sendto v longer {u.local}\n"));
    assert!(slipped("sendto v longer {u.local}\nrecv u 4\n"));
    assert!(!slipped("recv u 4 dontwait\n") && !slipped("sendto v longer {u.local}\nrecv u 4 trunc\n"));
}

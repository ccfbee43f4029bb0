//! Scripts: repeats, checks, jobs, limits, and how a run ends.

use crate::kit::{EventExt, Live, Script, lines, piped, script, wait_asleep};
use nix::sys::signal::Signal;
use std::process::Stdio;

const PAIR: &str = "a b = socketpair unix stream\n";
const LISTENING: &str = "server = socket inet stream; bind server 127.0.0.1:0; listen server\n";

// repeat, until, assert.

#[test]
fn repeat_runs_a_line_so_often_and_counts_its_rounds() {
    let ran = script("repeat 3 c{i} = socket inet stream").json().run().ok();
    let made: Vec<String> = ran.answers("socket").iter().map(|e| e["made"].to_string()).collect();
    assert_eq!(made, [r#"["c1"]"#, r#"["c2"]"#, r#"["c3"]"#]);
    let rounds: Vec<i64> = ran.of_kind("typed").filter(|e| e.has("round")).map(|e| e.number("round")).collect();
    assert_eq!(rounds, [1, 2, 3]);
}

#[test]
fn a_repeated_line_ends_at_its_semicolon_and_reads_values_anew() {
    let ran = script("repeat 2 c{i} = socket inet stream; u = socket inet dgram").json().run().ok();
    assert_eq!(ran.calls("socket").len(), 3);
    let ran = script(format!("{LISTENING}repeat 2 c{{i}} = socket inet stream\nrepeat 2 connect c{{i}} {{server.local}}"))
        .json()
        .run()
        .ok();
    assert_eq!(ran.calls("connect")[1]["socket"], "c2");
}

#[test]
fn repeat_until_an_errno_ends_well_when_it_comes() {
    let ran = script("a b = socketpair unix stream nonblock\nrepeat until EAGAIN send a zeros:64K").json().run().ok();
    let last = ran.returned("send");
    assert_eq!((&last["ok"], &last["errno"]), (&false.into(), &"EAGAIN".into()));
    assert!(ran.answers("send").len() > 1);
}

#[test]
fn another_failure_ends_a_repeat_and_fails() {
    let ran = script("s = socket inet stream\nrepeat until EAGAIN connect s 127.0.0.1:1").json().run().fails();
    assert_eq!(ran.answers("connect").len(), 1);
    assert!(ran.stderr.contains("ECONNREFUSED"), "{}", ran.stderr);
}

#[test]
fn zero_rounds_are_none() {
    assert!(script("repeat 0 socket inet stream").json().run().ok().calls("socket").is_empty());
}

#[test]
fn until_waits_for_a_state_and_assert_looks_once() {
    let text = format!(
        "{LISTENING}client = socket inet stream; connect client {{server.local}}\nuntil server has 1 waiting\nconn = accept server\n\
         assert conn is ESTABLISHED\nsend client x\nuntil conn readable\nassert client is ESTABLISHED\nshutdown client wr\nuntil conn is CLOSE_WAIT 2s"
    );
    script(text).run().ok();
}

#[test]
fn until_waits_for_what_a_job_does() {
    let text = format!(
        "{LISTENING}conn = accept server &\nclient = socket inet stream; connect client {{server.local}}\nuntil conn is ESTABLISHED 5s"
    );
    script(text).run().ok();
}

#[test]
fn a_check_that_is_not_met_fails_the_line() {
    let ran = script(format!("{PAIR}assert a is LISTEN")).json().run().fails();
    assert!(ran.stderr.starts_with("script:2: "), "{}", ran.stderr);
    let ran = script(format!("{PAIR}until b readable 50ms")).json().run().fails();
    assert!(ran.stderr.contains("50ms"), "{}", ran.stderr);
}

// Jobs.

#[test]
fn a_job_waits_beside_the_script() {
    let text = format!(
        "{LISTENING}conn = accept server &\njobs\nclient = socket inet stream; connect client {{server.local}}\nwait 1\nsend client hi\nrecv conn 10"
    );
    let ran = script(text).json().run().ok();
    assert_eq!(ran.called("accept4")["job"], 1);
    assert_eq!(ran.returned("accept4")["job"], 1);
    assert_eq!(ran.returned("accept4")["made"], serde_json::json!(["conn"]));
    assert_eq!(ran.returned("accept4")["turn"], ran.called("accept4")["turn"]);
    assert_eq!(ran.returned("recv")["data"], "hi");
    let jobs = ran.of_kind("report").find(|e| e["report"] == "jobs").expect("a list of jobs");
    assert_eq!(jobs["jobs"][0]["job"], 1);
}

#[test]
fn a_job_keeps_the_name_of_a_socket_that_was_closed_under_it() {
    let ran = script(format!("{PAIR}recv b 10 &\njobs\nclose b\njobs\ncancel 1")).json().run().ok();
    let listed: Vec<_> = ran.of_kind("report").filter(|e| e["report"] == "jobs").map(|e| &e["jobs"][0]["line"]).collect();
    assert_eq!(listed, ["recv b", "recv b"]);
}

#[test]
fn wait_without_a_number_waits_for_all() {
    let text = format!("{PAIR}recv a 10 &\nrecv b 10 &\nsend a x\nsend b y\nwait\njobs");
    let ran = script(text).json().run().ok();
    assert_eq!(ran.answers("recv").iter().filter(|e| e["ok"] == true).count(), 2);
    assert!(!ran.of_kind("report").any(|e| e["report"] == "jobs"));
}

#[test]
fn a_jobs_failure_counts_at_its_wait() {
    let text = "s = socket inet stream\nconnect s 127.0.0.1:1 &\nsocket inet dgram\nwait 1";
    let ran = script(text).json().run().fails();
    assert!(ran.stderr.starts_with("script:4: "), "{}", ran.stderr);
    script(text.replace("wait 1", "expect ECONNREFUSED wait 1")).run().ok();
    // Nobody waits: it changes nothing.
    script(text.replace("wait 1", "socket inet dgram")).run().ok();
}

#[test]
fn a_cancelled_call_answers_eintr() {
    let ran = script(format!("{PAIR}recv b 10 &\ncancel 1\nexpect EINTR wait 1")).json().run().ok();
    let returned = ran.returned("recv");
    assert_eq!((&returned["errno"], &returned["interrupted"], &returned["job"]), (&"EINTR".into(), &"cancelled".into(), &1.into()));
}

#[test]
fn jobs_that_wait_at_the_end_are_cancelled_and_change_nothing() {
    let ran = script(format!("{PAIR}recv b 10 &")).json().run().ok();
    assert_eq!(ran.returned("recv")["errno"], "EINTR");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_job_that_never_was_cannot_be_waited_for() {
    for line in ["wait 9", "cancel 9"] {
        assert!(script(line).json().run().fails().stderr.starts_with("script:1: "));
    }
}

#[test]
fn a_name_promised_to_a_job_is_taken() {
    let ran = script(format!("{LISTENING}conn = accept server &\nconn = socket inet stream")).json().run().fails();
    assert_eq!(ran.refused()["code"], "name-taken");
}

#[test]
fn not_every_command_can_be_a_job() {
    let ran = script("jobs &").json().run().fails();
    assert_eq!(ran.refused()["code"], "syntax");
}

// Limits and failures.

#[test]
fn a_timeout_really_interrupts_the_call() {
    for line in ["recv b 10", "accept server", "recv b 10 waitall", "poll b:in 10s"] {
        let ran = script(format!("{PAIR}{LISTENING}{line}")).json().timeout("200ms").run().fails();
        let returned = ran.of_kind("returned").next_back().expect("it returned");
        assert_eq!((&returned["errno"], &returned["interrupted"]), (&"EINTR".into(), &"timeout".into()), "{line}");
        let took = returned["took_us"].as_f64().expect("a time");
        assert!((200_000.0..5_000_000.0).contains(&took), "{line} took {took} µs");
        assert!(ran.stderr.starts_with("script:3: ") && ran.stderr.contains("200ms"), "{}", ran.stderr);
    }
}

#[test]
fn no_expect_makes_a_timeout_right() {
    script(format!("{PAIR}expect EINTR recv b 10")).timeout("100ms").run().fails();
}

#[test]
fn waiting_for_a_job_has_the_same_limit() {
    let ran = script(format!("{PAIR}recv b 10 &\nwait 1")).timeout("100ms").run().fails();
    assert!(ran.stderr.starts_with("script:3: "), "{}", ran.stderr);
}

#[test]
fn the_first_failing_line_ends_a_script() {
    let ran = script("s = socket inet stream\nconnect s 127.0.0.1:1\nsocket inet dgram").json().run().fails();
    assert_eq!(ran.calls("socket").len(), 1);
    let ran = lines("s = socket inet stream; connect s 127.0.0.1:1; socket inet dgram").json().run().fails();
    assert_eq!(ran.calls("socket").len(), 1);
}

#[test]
fn keep_going_goes_on_and_the_status_is_still_1() {
    for s in [
        script("s = socket inet stream\nconnect s 127.0.0.1:1\nbnid\nsocket inet dgram"),
        lines("s = socket inet stream; connect s 127.0.0.1:1; bnid; socket inet dgram"),
        script("s = socket inet stream\nclose {x.fd}; socket inet dgram"),
    ] {
        assert_eq!(s.json().keep_going().run().fails().calls("socket").len(), 2);
    }
}

#[test]
fn eagain_and_einprogress_fail_like_any_other() {
    let ran = script("a b = socketpair unix stream nonblock\nrecv a 10").run().fails();
    assert!(ran.stderr.contains("EAGAIN"), "{}", ran.stderr);
    script("a b = socketpair unix stream nonblock\nexpect EAGAIN recv a 10\nexpect EWOULDBLOCK recv a 10").run().ok();
}

#[test]
fn a_failure_says_file_line_and_reason_on_standard_error() {
    let ran = script("s = socket inet stream\n\n  bnid s\n").run().fails();
    assert!(ran.stderr.starts_with("script:3: ") && ran.stderr.contains("bnid"), "{}", ran.stderr);
    let ran = script("s = socket inet stream\nconnect s 127.0.0.1:1").quiet().run().fails();
    assert_eq!((ran.stdout.len(), ran.stderr.lines().count()), (0, 1));
    assert!(ran.stderr.starts_with("script:2: ") && ran.stderr.contains("ECONNREFUSED"), "{}", ran.stderr);
}

#[test]
fn each_failure_of_a_line_is_told_where_the_run_goes_on() {
    for s in [
        lines("bnid; s = socket inet stream; connect s 127.0.0.1:1"),
        script("bnid; s = socket inet stream; connect s 127.0.0.1:1"),
    ] {
        let ran = s.quiet().keep_going().run().fails();
        let told: Vec<&str> = ran.stderr.lines().collect();
        assert!(matches!(told[..], [a, b] if a.contains(":1: ") && a.contains("bnid") && b.contains("ECONNREFUSED")), "{told:?}");
    }
}

#[test]
fn quiet_tells_nothing() {
    let ran = script("socket inet stream\nsockets\nhelp").quiet().run().ok();
    assert_eq!((ran.told().as_str(), ran.stderr.as_str()), ("", ""));
}

// How a run ends.

#[test]
fn the_exit_status_is_0_1_or_2() {
    lines("quit").run().ok();
    script("").run().ok();
    piped("socket inet stream").run().ok();
    Script::program(&["run", "-"]).run().ok();
    lines("bnid").run().fails();
    for args in [&["--frobnicate"][..], &["run", "no/such/file"], &["run"], &["--timeout", "soon", "-c", "quit"], &["run", "."]] {
        let ran = Script::program(args).run().exits(2);
        assert!(!ran.stderr.is_empty() && ran.stdout.is_empty());
    }
}

#[test]
fn run_dash_and_a_pipe_and_a_file_are_the_same() {
    for ran in [
        piped("socket inet stream\nsockets").json().arg("run").arg("-").run(),
        piped("socket inet stream\nsockets\n").json().run(),
        script("socket inet stream\nsockets").json().run(),
    ] {
        assert_eq!(ran.ok().of_kind("typed").count(), 2);
    }
}

#[test]
fn nothing_runs_behind_quit() {
    assert_eq!(script("socket inet stream\nquit\nsocket inet stream").json().run().ok().calls("socket").len(), 1);
}

#[test]
fn a_signal_ends_a_waiting_script_with_its_status() {
    for (signal, status) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let mut live = Live::start();
        live.line("u = socket unix stream; bind u ./here.sock");
        live.line("a b = socketpair unix stream");
        let path = live.path().join("here.sock");
        assert!(path.exists());
        live.write("recv a 10");
        live.asleep("recv");
        live.signal(signal);
        assert_eq!(live.wait().0, Some(status));
        assert!(!path.exists(), "the path that the session made is gone");
    }
}

#[test]
fn a_signal_ends_a_script_that_waits_for_its_next_line() {
    let mut live = Live::start();
    live.line("socket inet stream");
    live.signal(Signal::SIGTERM);
    assert_eq!(live.wait().0, Some(143));
}

#[test]
fn a_signal_ends_a_busy_script() {
    let mut live = Live::start();
    live.line("a b = socketpair unix dgram");
    live.write("repeat 1000M poll a:out 0");
    live.next(|e| e.is("returned"));
    live.signal(Signal::SIGINT);
    assert_eq!(live.wait().0, Some(130));
}

#[test]
fn a_signal_ends_a_script_whose_output_nobody_reads() {
    let s = script("socket inet stream\nrepeat 100000 getsockopt rcvbuf").json();
    let mut child = s.spawn(Stdio::null());
    let stdout = child.stdout.take();
    // A busy script sleeps only where its output waits for a reader; one piece of it says that it is at work.
    let mut stdout = stdout.expect("its output");
    std::io::Read::read_exact(&mut stdout, &mut [0; 1]).expect("it tells");
    wait_asleep(child.id());
    let pid = nix::unistd::Pid::from_raw(child.id() as i32);
    nix::sys::signal::kill(pid, Signal::SIGTERM).expect("it lives");
    s.finish(child).exits(143);
    drop(stdout);
}

#[test]
fn a_closed_standard_output_ends_quietly_with_0() {
    for look in ["--json", "--width=100"] {
        let s = script("socket inet stream\nrepeat 100000 getsockopt rcvbuf").arg(look);
        let mut child = s.spawn(Stdio::null());
        drop(child.stdout.take());
        let ran = s.finish(child).ok();
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn a_reader_that_leaves_early_ends_it_quietly() {
    let s = script("socket inet stream\nrepeat 100000 getsockopt rcvbuf")
        .shell("{ \"$0\" \"$@\"; echo \"status $?\" >&2; } | head -1")
        .arg("--json");
    let ran = s.run();
    assert_eq!(ran.stderr, "status 0\n");
    assert_eq!(ran.told().lines().count(), 1);
}

#[test]
fn the_language_is_the_locales_or_the_one_asked_for() {
    let reason = |s: Script| s.run().fails().stderr;
    let has_chinese = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(!has_chinese(&reason(lines("bnid"))));
    assert!(has_chinese(&reason(lines("bnid").env("LANG", "zh_CN.UTF-8"))));
    assert!(has_chinese(&reason(lines("bnid").arg("--lang").arg("zh"))));
    assert!(!has_chinese(&reason(lines("bnid").env("LANG", "zh_CN.UTF-8").arg("--lang").arg("en"))));
}

#[test]
fn wrong_words_of_the_process_and_its_help_are_told_in_the_readers_language() {
    let has_chinese = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for args in
        [&["--frobnicate"][..], &["run"], &["--timeout", "soon"], &["completions", "csh"], &["--json", "-q"], &["run", "/missing"]]
    {
        let chinese = Script::program(args).env("LANG", "zh_CN.UTF-8").run().exits(2);
        assert!(has_chinese(&chinese.stderr) && chinese.stdout.is_empty(), "{args:?}: {}", chinese.stderr);
        let english = Script::program(args).run().exits(2);
        assert!(!has_chinese(&english.stderr) && english.stderr.starts_with("sockscope: "), "{args:?}: {}", english.stderr);
    }
    let help = Script::program(&["--help", "--lang", "zh"]).run().ok().told();
    assert!(help.contains("用法：sockscope [选项] [命令]") && !help.contains("Options"), "{help}");
    assert!(Script::program(&["--help"]).run().ok().told().contains("Usage: sockscope [OPTIONS] [COMMAND]"));
}

#[test]
fn a_script_that_cannot_be_read_is_told_without_the_number_of_its_errno() {
    for (path, en, zh) in [
        ("/missing", "/missing cannot be read: No such file or directory", "无法读取 /missing：没有这个文件或目录"),
        ("/", "/ cannot be read: Is a directory", "无法读取 /：这是一个目录"),
    ] {
        assert_eq!(Script::program(&["run", path]).run().exits(2).stderr, format!("sockscope: {en}\n"));
        assert_eq!(Script::program(&["run", path, "--lang", "zh"]).run().exits(2).stderr, format!("sockscope: {zh}\n"));
    }
}

#[test]
fn words_that_are_no_text_are_refused_like_others() {
    use std::os::unix::ffi::OsStringExt;
    let words = std::ffi::OsString::from_vec(b"--\xff".to_vec());
    Script::program::<&str>(&[]).arg(words).run().exits(2);
}

#[test]
fn help_and_explain_work_without_a_session() {
    for args in [
        &["help"][..],
        &["help", "bind"],
        &["explain", "bind"],
        &["explain", "bind", "EADDRINUSE"],
        &["completions", "bash"],
        &["--version"],
    ] {
        assert!(!Script::program(args).run().ok().stdout.is_empty(), "{args:?}");
    }
    Script::program(&["explain", "frobnicate"]).run().fails();
}

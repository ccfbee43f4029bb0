//! The prompt in a real terminal: keys go in, the screen is read.

use crate::kit::terminal::{Home, Terminal, inherited, program};
use nix::sys::signal::Signal;

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";
const UP: &str = "\x1b[A";
const BACKSPACE: &str = "\x7f";

/// A prompt that explains nothing, so that the screen shows what the test is about.
fn quiet(home: &Home) -> Terminal {
    let mut terminal = program(home).start();
    terminal.run("set explain off");
    terminal
}

/// A prompt with a listener `server` on a port of the kernel's choice.
fn listening(home: &Home) -> Terminal {
    let mut terminal = quiet(home);
    terminal.run("server = socket inet stream; bind server 127.0.0.1:0; listen server");
    terminal
}

/// The descriptor number the first socket should have.
fn first_free() -> i32 {
    (3..).find(|fd| !inherited().contains(fd)).unwrap_or(3)
}

#[test]
fn the_first_socket_has_the_lowest_number_and_the_table_is_the_learners_alone() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("server = socket inet stream");
    t.see(&format!("IPPROTO_IP) = {}", first_free()));
    let mine = t.sockets();
    assert_eq!(mine.len(), 1, "{mine:?}");
    assert!(mine[0].0 == first_free() && mine[0].1.starts_with("socket:"), "{mine:?}");
    // With a job waiting, after looking at everything and with a line half typed it is still so.
    t.run("bind 127.0.0.1:0; listen; conn = accept &; sockets; inspect server; who {server.local}; client = socket inet stream");
    t.keys("send cl");
    t.until("the ghost", |t| t.ghost().is_some());
    t.keys("\t\t");
    assert_eq!(t.sockets().len(), 2, "{:?}", t.sockets());
}

#[test]
fn tab_completes_commands_names_constants_options_flags_addresses_and_paths() {
    let home = Home::new();
    std::fs::write(home.path("page.html"), "x").unwrap();
    let mut t = listening(&home);
    t.run("client = socket inet stream");
    let mut completes = |typed: &str, whole: &str| {
        t.keys(typed);
        t.until(typed, |t| t.before_cursor().ends_with(typed));
        t.keys("\t");
        t.until(&format!("`{whole}`"), |t| t.before_cursor().trim_end().ends_with(&format!("› {whole}")));
        // The line is dropped, nothing of it is run.
        t.key_to_prompt(CTRL_C);
    };
    completes("socketp", "socketpair");
    completes("socket ine", "socket inet");
    completes("socket inet dg", "socket inet dgram");
    completes("x = socket AF_UNI", "x = socket AF_UNIX");
    completes("epoll cr", "epoll create");
    completes("expect ECONNREF", "expect ECONNREFUSED");
    completes("close cl", "close client");
    completes("accept ser", "accept server");
    completes("send client hello nosig", "send client hello nosignal");
    completes("send client hello oob|nosig", "send client hello oob|nosignal");
    completes("setsockopt server reusea", "setsockopt server reuseaddr");
    completes("setsockopt server SO_REUSEA", "setsockopt server SO_REUSEADDR");
    completes("poll server:in cl", "poll server:in client:in");
    completes("bind client {server.loc", "bind client {server.local}");
    completes("unlink ./pa", "unlink ./page.html");
    completes("send client file:pag", "send client file:page.html");
    completes("help epo", "help epoll");
    completes("set explain br", "set explain brief");
    completes("explain EADDRI", "explain EADDRINUSE");
    completes("explain SO_REUSEA", "explain SO_REUSEADDR");
    completes("explain TIME_W", "explain TIME_WAIT");
    // The listener's own address is offered where one is wanted.
    let address = format!("127.0.0.1:{}", t.port());
    let before = t.count(&address);
    t.keys("connect client 127.0.0.1:\t\t");
    t.until("the server's address", |t| t.count(&address) > before);
}

#[test]
fn explain_completes_the_words_of_the_cards_in_the_readers_language() {
    let home = Home::new();
    let mut t = program(&home).with(&["--lang", "zh"]).start();
    for (typed, whole) in [("explain backl", "explain backlog"), ("explain 三次握", "explain 三次握手")] {
        t.keys(typed);
        t.until(typed, |t| t.before_cursor().ends_with(typed));
        t.keys("\t");
        t.until(whole, |t| t.before_cursor().trim_end().ends_with(whole));
        t.key_to_prompt(CTRL_C);
    }
}

#[test]
fn two_tabs_list_what_could_stand_there() {
    let home = Home::new();
    let mut t = listening(&home);
    t.keys("shutdown server \t\t");
    t.until("the list", |t| t.rows().iter().any(|r| r.split_whitespace().eq(["rd", "wr", "rdwr"])));
    t.until("the line below it", |t| t.before_cursor().ends_with("shutdown server "));
}

#[test]
fn ghost_text_appears_and_the_right_arrow_takes_a_word() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.keys("sock");
    t.until("the ghost", |t| t.ghost().as_deref() == Some("et"));
    t.keys(RIGHT);
    t.until("the word", |t| t.before_cursor().ends_with("› socket"));
    t.keys(" ");
    t.until("what is wanted", |t| t.ghost().as_deref() == Some("domain"));
    // What is only described cannot be taken.
    t.keys(RIGHT);
    t.keys("inet d");
    t.until("the next ghost", |t| t.ghost().as_deref() == Some("gram"));
    t.key_to_prompt(CTRL_C);
    assert!(t.rows().iter().any(|r| r.ends_with("› socket inet d")), "the ghost is left behind:\n{}", t.text());
}

#[test]
fn a_caret_stands_under_the_wrong_word_and_the_nearest_right_one_is_named() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("server = sokcet inet stream");
    let rows = t.rows();
    let at = rows.iter().position(|r| r.contains("^^^^^^")).expect("a caret");
    assert_eq!(rows[at].find('^'), rows[at - 1].find("sokcet"), "{}", t.text());
    t.see("did you mean `socket`?".replace('`', "").as_str());
    t.run("server = socket inet stream");
    t.run("bind sevrer 127.0.0.1:0");
    t.see("no socket is named sevrer; alive: server");
}

#[test]
fn ctrl_c_in_a_blocked_accept_is_a_real_eintr_and_is_told() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("set patience 30s");
    t.keys("conn = accept server\r");
    t.see("<waiting>");
    t.key_to_prompt(CTRL_C);
    t.see("EINTR");
    assert!(t.text().contains("Ctrl-C"), "{}", t.text());
    assert_eq!(t.sockets().len(), 1, "nothing was accepted");
}

#[test]
fn a_call_that_waits_longer_than_patience_becomes_a_job_and_one_person_plays_both_ends() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("set patience 300ms");
    t.run("conn = accept server");
    t.see("[1] accept server goes on in the background");
    t.run("client = socket inet stream");
    t.run("connect client {server.local}");
    t.see("conn");
    t.until("the job's answer", |t| t.text().contains("[1] accept4("));
    t.run("send client hello");
    t.run("recv conn 100");
    t.see("\"hello\"");
}

#[test]
fn a_jobs_answer_does_not_disturb_the_line_that_is_being_typed() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("client = socket inet stream; conn = accept server &");
    // From outside, so that the answer comes while the line stands half typed.
    let port = t.port();
    t.keys("send client hel");
    t.until("the half line", |t| t.before_cursor().ends_with("send client hel"));
    let caller = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    t.see("[1] accept4(");
    t.until("the line again", |t| t.before_cursor().ends_with("send client hel"));
    t.keys("lo");
    t.until("more of it", |t| t.before_cursor().ends_with("› send client hello"));
    assert_eq!(t.count("› send client hel"), 1, "{}", t.text());
    drop(caller);
}

#[test]
fn cancel_and_ctrl_c_on_an_empty_line_interrupt_a_job() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("accept server &");
    t.run("accept server &");
    t.run("jobs");
    t.run("cancel 1");
    t.until("job 1's answer", |t| t.rows().iter().any(|r| r.contains("[1]") && r.contains("EINTR")));
    // A typed line is only dropped.
    t.keys("close server");
    t.until("the line", |t| t.before_cursor().ends_with("close server"));
    t.key_to_prompt(CTRL_C);
    assert!(!t.rows().iter().any(|r| r.contains("[2]") && r.contains("EINTR")), "{}", t.text());
    t.key_to_prompt(CTRL_C);
    t.until("job 2's answer", |t| t.rows().iter().any(|r| r.contains("[2]") && r.contains("EINTR")));
    t.key_to_prompt(CTRL_C);
    t.see("nothing is waiting");
    t.run("sockets");
    t.see("LISTEN");
}

#[test]
fn ctrl_d_leaves_closes_and_removes_the_path_that_the_session_made() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("server = socket unix stream; bind server ./demo.sock; listen server");
    let path = home.path("demo.sock");
    assert!(path.exists());
    t.keys(CTRL_D);
    let status = t.end();
    assert_eq!(status.code(), Some(0));
    assert!(!path.exists());
    assert!(t.text().contains("removed ./demo.sock"), "{}", t.text());
    assert!(t.is_restored());
}

#[test]
fn a_path_that_somebody_else_put_there_stays() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("server = socket unix stream; bind server ./demo.sock");
    let path = home.path("demo.sock");
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "mine").unwrap();
    t.keys(CTRL_D);
    t.end();
    assert!(path.exists());
}

#[test]
fn each_line_of_a_pasted_text_is_run() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("set patience 200ms");
    // The accept in the middle becomes a job, and what follows is still run.
    t.paste("server = socket inet stream\r\nbind server 127.0.0.1:0\nlisten server\n\nconn = accept server\n# a remark\nclient = socket inet stream\nconnect client {server.local}\n");
    t.until("the pasted text", |t| t.text().contains("connect client {server.local}"));
    assert!(!t.text().contains("socket(AF_INET"), "a paste alone runs nothing");
    t.key_to_prompt("\r");
    t.see("connect(");
    t.until("the job's answer", |t| t.text().contains("[1] accept4("));
    t.run("send client x");
    t.run("recv conn 10");
    t.see("\"x\"");
    // Each line stands once more above its own answer.
    let rows = t.rows();
    let call = rows.iter().position(|r| r.contains("listen(")).expect("the call");
    assert!(rows[call - 1].ends_with("› listen server"), "{}", t.text());
}

#[test]
fn ctrl_c_in_a_pasted_text_drops_the_rest() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("set patience 30s");
    t.paste("accept server\nclose server\nquit\n");
    t.keys("\r");
    t.see("<waiting>");
    t.key_to_prompt(CTRL_C);
    t.see("the rest of the text is dropped");
    t.run("sockets");
    t.see("LISTEN");
}

#[test]
fn what_is_typed_ahead_while_a_call_runs_is_not_lost() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("set patience 30s");
    t.keys("poll server:in 1s\r");
    t.see("<waiting>");
    t.keys("a b = socketpair unix stream\rsend a ahead\rrecv b 1");
    t.until("the half line", |t| t.before_cursor().ends_with("› recv b 1"));
    t.key_to_prompt("00\r");
    t.see("\"ahead\"");
}

#[test]
fn ctrl_d_typed_ahead_while_a_call_runs_leaves_when_the_line_is_over() {
    for kind in ["xterm-256color", "dumb"] {
        let home = Home::new();
        let mut t = program(&home).env("TERM", kind).start();
        t.keys("set explain off; set patience 30s; a b = socketpair unix stream\r");
        t.until("the sockets", |t| t.before_cursor() == "a › ");
        t.keys("poll b:in 500ms; send a over\r");
        t.until("the call", |t| t.waits_in(libc::SYS_poll) || t.waits_in(libc::SYS_ppoll));
        t.keys(CTRL_D);
        assert_eq!(t.end().code(), Some(0));
        assert!(t.text().contains("= 4") && t.text().contains("sockets were still open"), "{kind}:\n{}", t.text());
        assert!(t.is_restored());
    }
}

#[test]
fn ctrl_d_in_a_typed_line_and_ctrl_space_do_not_leave() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.keys("\0socXket\x1b[D\x1b[D\x1b[D\x1b[D");
    t.until("the line", |t| t.before_cursor().ends_with("› soc"));
    t.keys(CTRL_D);
    t.until("one letter less", |t| t.row().starts_with("› socket") && !t.row().contains('X'));
    t.run("");
    t.keys("\0");
    t.run("sockets");
    t.keys(CTRL_D);
    assert_eq!(t.end().code(), Some(0));
    assert!(t.is_restored());
}

#[test]
fn chinese_text_is_edited_and_aligned_by_its_columns() {
    let home = Home::new();
    let mut t = program(&home).with(&["--lang", "zh"]).start();
    t.see("真实的套接字");
    t.run("set explain off");
    t.run("甲 乙 = socketpair unix stream");
    t.keys("发送");
    t.until("the column", |t| t.row() == "甲 › 发送" && t.column() == 9);
    t.keys(BACKSPACE);
    t.until("the column after a backspace", |t| t.row() == "甲 › 发" && t.column() == 7);
    t.keys("x");
    t.keys(LEFT);
    t.keys("中");
    t.until("an insertion", |t| t.row() == "甲 › 发中x" && t.column() == 9);
    t.key_to_prompt(CTRL_C);
    t.run("send 甲 \"你好，世界\"");
    t.run("recv 乙 100");
    t.until("the text that came", |t| t.count("你好，世界") >= 3);
    t.keys("close 乙");
    t.until("the name", |t| t.row() == "甲 › close 乙");
    t.key_to_prompt(CTRL_C);
    // The caret stands under the wide word.
    t.run("close 丙");
    let rows = t.rows();
    let at = rows.iter().position(|r| r.contains("^^")).expect("a caret");
    let columns = |s: &str, what: &str| s.find(what).map(|i| unicode_columns(&s[..i]));
    assert_eq!(columns(&rows[at], "^"), columns(&rows[at - 1], "丙"), "{}", t.text());
}

fn unicode_columns(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() || "›│".contains(c) { 1 } else { 2 }).sum()
}

/// Whether any escape sequence sets a colour or a weight.
fn is_coloured(raw: &[u8]) -> bool {
    let text = String::from_utf8_lossy(raw);
    text.split("\x1b[").skip(1).any(|s| {
        let end = s.find(|c: char| !c.is_ascii_digit() && c != ';');
        end.is_some_and(|e| s[e..].starts_with('m') && !matches!(&s[..e], "" | "0"))
    })
}

#[test]
fn colour_is_there_and_no_color_and_color_never_take_it_away() {
    for (arguments, environment, coloured) in [
        (&[][..], ("X", ""), true),
        (&[], ("NO_COLOR", "1"), false),
        (&["--color", "never"], ("X", ""), false),
        (&["--color", "always"], ("NO_COLOR", "1"), true),
    ] {
        let home = Home::new();
        let mut t = program(&home).with(arguments).env(environment.0, environment.1).start();
        t.keys("sock");
        t.until("the letters", |t| t.before_cursor().ends_with("sock"));
        t.run("et inet stream; bind 127.0.0.1:0; bogus; send x; help; inspect");
        assert_eq!(is_coloured(&t.raw), coloured, "{arguments:?} {environment:?}");
    }
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let home = Home::new();
    let mut t = program(&home).env("TERM", "dumb").start();
    t.keys("set explain off\n");
    t.see("explain is off now");
    t.keys("server = socket inet stream\n");
    t.see("server › ");
    t.keys("bind 127.0.0.1:0; listen; conn = accept &\n");
    t.see("[1] accept server is waiting");
    // A job's answer is told without a key being pressed, and the prompt is shown again behind it.
    let _caller = std::net::TcpStream::connect(("127.0.0.1", t.port())).unwrap();
    t.see("[1] accept4(");
    t.until("the prompt", |t| t.before_cursor() == "server › ");
    // Ctrl-C is a signal here; the session lives on.
    t.keys("quit\x03");
    t.see("^C");
    t.until("the prompt", |t| t.before_cursor() == "server › ");
    t.keys("set patience 30s; accept\n");
    t.until("the call", |t| t.waits_in(libc::SYS_accept4));
    t.keys(CTRL_C);
    t.see("EINTR");
    assert!(!t.raw.contains(&0x1b), "{}", String::from_utf8_lossy(&t.raw));
    t.keys(CTRL_D);
    assert_eq!(t.end().code(), Some(0));
}

#[test]
fn ascii_draws_nothing_else() {
    let home = Home::new();
    let mut t = program(&home).with(&["--ascii"]).start();
    t.keys("socket ");
    t.until("what is wanted", |t| t.ghost().is_some());
    t.run(
        "inet stream; bind 127.0.0.1:0; listen; accept &; c = socket inet stream; connect {s1.local}; bogus; sockets; jobs; help",
    );
    t.run("recv s2 1 dontwait; inspect s1; who {s1.local}; explain TIME_WAIT; poll s1:in 1ms");
    t.keys("sendmsg c \"a\" ");
    t.until("the ghost", |t| t.ghost().is_some());
    t.key_to_prompt(CTRL_C);
    let text = String::from_utf8_lossy(&t.raw);
    let other: String = text.chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(other, "");
    t.keys(CTRL_D);
    t.end();
}

#[test]
fn present_has_no_ghost_text_and_writes_no_history() {
    let home = Home::new();
    let mut t = program(&home).with(&["--present"]).start();
    t.keys("sock");
    t.until("the letters", |t| t.before_cursor().ends_with("› sock"));
    t.run("et inet stream");
    assert_eq!(t.count("domain"), t.count("domain]"), "no ghost was drawn");
    assert!(!String::from_utf8_lossy(&t.raw).contains("\x1b[2met"));
    t.run(UP);
    t.keys("quit\r");
    assert_eq!(t.end().code(), Some(0));
    assert!(!home.history().exists());
}

#[test]
fn the_history_is_kept_and_two_copies_running_both_keep_their_lines() {
    let home = Home::new();
    let (mut a, mut b) = (program(&home).start(), program(&home).start());
    for i in 0..5 {
        a.run(&format!("# a{i}"));
        b.run(&format!("# b{i}"));
    }
    a.keys(CTRL_D);
    a.end();
    b.keys(CTRL_D);
    b.end();
    let kept = std::fs::read_to_string(home.history()).unwrap();
    for i in 0..5 {
        assert!(kept.contains(&format!("# a{i}")) && kept.contains(&format!("# b{i}")), "{kept}");
    }
    let mut c = program(&home).start();
    c.keys(UP);
    c.until("the last line", |t| t.before_cursor().ends_with("› # b4"));
}

#[test]
fn a_history_that_cannot_be_kept_is_told_once_and_stops_nobody() {
    type Spoil = fn(&Home);
    let spoils: [(&str, Spoil); 3] = [
        ("true", |h| std::fs::write(h.path("state"), "a file in place of the folder").unwrap()),
        ("true", |h| {
            std::fs::create_dir_all(h.path("state/sockscope")).unwrap();
            std::os::unix::fs::symlink("/dev/full", h.history()).unwrap();
        }),
        // As on a full disk: no file may grow.
        ("ulimit -f 0", |_| {}),
    ];
    for (before, spoil) in spoils {
        let home = Home::new();
        spoil(&home);
        let mut t = program(&home).after(before).start();
        t.run("set explain off");
        t.run("a b = socketpair unix stream");
        t.run("send a hello");
        t.run("recv b 10");
        t.see("\"hello\"");
        assert_eq!(t.count("the history could not be kept"), 1, "{}", t.text());
        t.keys(UP);
        t.until("the last line all the same", |t| t.before_cursor().ends_with("› recv b 10"));
    }
}

#[test]
fn a_terminal_of_20_columns_is_enough() {
    let home = Home::new();
    let mut t = program(&home).size(200, 20).start();
    t.run("server = socket inet stream");
    t.run("bind server 127.0.0.1:0");
    t.run("bnid server :0");
    t.run("sockets");
    t.keys("setsockopt server reusea");
    t.until("the wrapped line", |t| t.row().ends_with("reuseaddr") || t.row().ends_with("reusea"));
    t.keys("\t");
    t.run("1");
    t.until("the call", |t| t.text().replace('\n', "").contains("SO_REUSEADDR"));
    t.keys(CTRL_D);
    assert_eq!(t.end().code(), Some(0));
}

#[test]
fn a_resized_window_writes_nothing_into_a_socket() {
    let home = Home::new();
    let mut t = quiet(&home);
    // Every number that the editor's own files could have is a socket of the learner's.
    t.run("repeat 6 a{i} b{i} = socketpair unix stream");
    t.run("set patience 30s");
    t.keys("recv b1 10\r");
    t.see("<waiting>");
    for columns in [60, 80, 100] {
        t.resize(60, columns);
    }
    t.key_to_prompt(CTRL_C);
    t.see("EINTR");
    for columns in [60, 100] {
        t.resize(60, columns);
    }
    t.run("# the prompt lives");
    for i in 1..=6 {
        for end in ["a", "b"] {
            t.run(&format!("expect EAGAIN recv {end}{i} 10 dontwait"));
        }
    }
    t.run("assert a1 is ESTABLISHED");
    assert!(!t.text().contains("! "), "{}", t.text());
}

#[test]
fn with_1100_open_sockets_the_prompt_still_works() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("repeat 1100 c{i} = socket inet dgram");
    assert_eq!(t.sockets().len(), 1100);
    t.run("special = socket inet dgram");
    let highest = t.sockets().last().unwrap().0;
    assert!(highest >= 1100);
    t.keys("close spec\t");
    t.until("the name", |t| t.before_cursor().ends_with("close special "));
    t.run("");
    t.see(&format!("close({highest}) = 0"));
    t.run("accept c1099 &");
    t.run("sockets");
    t.run("expect EAGAIN recv c1099 10 dontwait");
}

#[test]
fn with_a_full_table_the_prompt_still_works_and_emfile_is_taught() {
    let home = Home::new();
    std::fs::write(home.path("page.html"), "x").unwrap();
    let mut t = program(&home).after("ulimit -n 64").start();
    t.see("only 64 descriptors may be open here");
    t.run("set explain off");
    t.run("repeat until EMFILE c{i} = socket inet dgram");
    t.see("EMFILE");
    t.run("set explain full");
    t.run("socket inet stream");
    t.see("EMFILE");
    assert!(t.text().contains('│'), "{}", t.text());
    t.run("explain backlog; sockets; who 127.0.0.1:1; inspect c1");
    t.keys("send c1 file:pag\t");
    t.until("the path", |t| t.before_cursor().trim_end().ends_with("file:page.html"));
    t.key_to_prompt(CTRL_C);
    t.run("close c1; d = dup c2");
    t.see("dup(");
    assert!(std::fs::read_to_string(home.history()).unwrap().contains("explain backlog"));
}

#[test]
fn sigterm_and_sighup_give_the_terminal_back_and_end_with_their_status() {
    for (signal, status) in [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let home = Home::new();
        let mut t = quiet(&home);
        t.run("server = socket unix stream; bind server ./demo.sock; listen server; accept server &");
        t.keys("half a li");
        t.until("the half line", |t| t.before_cursor().ends_with("half a li"));
        assert!(!t.is_restored());
        t.signal(signal);
        assert_eq!(t.end().code(), Some(status));
        assert!(t.is_restored(), "{signal}");
        assert!(!home.path("demo.sock").exists());
        // SIGHUP says that the terminal is gone: there is nobody to be told.
        assert_eq!(t.text().contains("removed ./demo.sock"), signal == Signal::SIGTERM, "{signal}:\n{}", t.text());
    }
}

#[test]
fn sigterm_tells_what_was_removed_while_a_call_waits_and_on_a_plain_terminal_too() {
    let bound = "set explain off; set patience 30s; u = socket unix dgram; bind u ./demo.sock";
    for kind in ["xterm-256color", "dumb"] {
        for waits in [false, true] {
            let home = Home::new();
            let mut t = program(&home).env("TERM", kind).start();
            t.keys(&format!("{bound}\r"));
            t.until("the path", |t| home.path("demo.sock").exists() && t.before_cursor() == "u › ");
            if waits {
                t.keys("recv u 10\r");
                t.until("the call", |t| t.waits_in(libc::SYS_recvfrom));
            }
            t.signal(Signal::SIGTERM);
            assert_eq!(t.end().code(), Some(143));
            let told = t.rows().iter().any(|r| r.starts_with("  removed ./demo.sock"));
            assert!(told, "{kind}, waiting {waits}:\n{}", t.text());
        }
    }
}

#[test]
fn signals_are_heard_with_a_folder_of_ones_own_cards_too() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("cards/en/word")).unwrap();
    let cards = home.path("cards");
    let mut t = program(&home).with(&["--lessons", cards.to_str().unwrap()]).start();
    t.run("set patience 30s; s = socket inet dgram");
    t.keys("recv s 10\r");
    t.see("<waiting>");
    t.key_to_prompt(CTRL_C);
    t.see("EINTR");
    t.signal(Signal::SIGTERM);
    assert_eq!(t.end().code(), Some(143));
    assert!(t.is_restored());
}

#[test]
fn what_a_peer_sends_changes_nothing_on_the_screen() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("a b = socketpair unix stream");
    t.run(r#"send a "\x1b]0;owned\x07\x1b[2J\u{202e}""#);
    t.run("recv b 100");
    t.until("the data", |t| t.rows().iter().any(|r| r.contains("recvfrom(") || r.contains("recv(")));
    assert!(!String::from_utf8_lossy(&t.raw).contains("\x1b]0;"));
    assert!(t.text().contains("set explain off"), "the screen was cleared:\n{}", t.text());
}

#[test]
fn a_long_line_is_edited_and_run() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("a b = socketpair unix stream");
    t.run(&format!("send a \"{}\"", "long ".repeat(200)));
    t.see("= 1000");
    // A pasted text of 100 KB is refused or run, but never lost or stuck.
    t.paste(&format!("send a {}", "x".repeat(100_000)));
    t.key_to_prompt("\r");
    t.see("= 100000");
}

#[test]
fn a_stopped_program_goes_on_where_it_was() {
    let home = Home::new();
    let mut t = listening(&home);
    t.keys("sock");
    t.until("the letters", |t| t.before_cursor().ends_with("sock"));
    t.signal(Signal::SIGSTOP);
    t.signal(Signal::SIGCONT);
    t.run("ets");
    t.see("waiting 0/128");
}

#[test]
fn ctrl_c_stops_a_wait_a_repeat_and_an_until() {
    let home = Home::new();
    let mut t = listening(&home);
    t.run("conn = accept server &");
    for line in ["wait 1", "until server has 5 waiting 3600s"] {
        t.keys(&format!("{line}\r"));
        // However early it comes, it stops the line.
        t.until("the line is being carried out", |t| t.carries_out());
        t.key_to_prompt(CTRL_C);
    }
    t.keys("repeat 1000000000 poll server:in 1ms\r");
    t.see("poll(");
    t.key_to_prompt(CTRL_C);
    t.run("jobs");
    t.until("the job", |t| t.text().lines().rev().take(3).any(|r| r.contains("[1] accept server")));
}

#[test]
fn answers_that_come_all_at_once_do_not_stop_the_prompt() {
    let home = Home::new();
    let mut t = listening(&home);
    let port = t.port();
    for _ in 0..20 {
        t.run("accept server &");
    }
    let callers: Vec<_> = (0..20).map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    for i in 0..20 {
        t.run(&format!("# line {i}"));
    }
    for job in 1..=20 {
        t.until("every answer", |t| t.history().contains(&format!("[{job}] accept4(3")));
    }
    drop(callers);
}

/// A narrated script that would go on for long, and the end of the pipe it writes into.
fn long_script() -> (std::process::Child, std::process::ChildStdout) {
    let mut script = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["-c", "a b = socketpair unix dgram; repeat 300000 getsockname a"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = script.stdout.take().unwrap();
    std::io::Read::read_exact(&mut out, &mut [0; 4096]).unwrap();
    (script, out)
}

#[test]
fn a_script_nobody_reads_ends_at_sigterm() {
    let (mut script, out) = long_script();
    // The pipe is full, or will be, and its reader has stopped.
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(script.id() as i32), Signal::SIGTERM).unwrap();
    assert_eq!(script.wait().unwrap().code(), Some(143));
    drop(out);
}

#[test]
fn a_script_whose_reader_has_gone_ends_quietly_in_the_middle_of_a_repeat() {
    let (mut script, out) = long_script();
    drop(out);
    assert_eq!(script.wait().unwrap().code(), Some(0));
}

#[test]
fn completions_are_written_for_each_shell() {
    for (shell, mark) in [("bash", "complete -F"), ("zsh", "#compdef sockscope"), ("fish", "complete -c sockscope")] {
        let found = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope")).args(["completions", shell]).output().unwrap();
        let text = String::from_utf8(found.stdout).unwrap();
        assert!(found.status.success() && text.contains(mark) && text.contains("keep-going"), "{shell}: {text}");
    }
    // bash itself reads it and completes with it.
    let script = "source <(\"$0\" completions bash); COMP_WORDS=(sockscope expl); COMP_CWORD=1; _sockscope sockscope expl sockscope; echo \"${COMPREPLY[@]}\"";
    let found = std::process::Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_sockscope")]).output();
    match found {
        Ok(found) => assert_eq!(String::from_utf8_lossy(&found.stdout).trim(), "explain", "{found:?}"),
        Err(e) if std::env::var_os("SOCKSCOPE_TEST_ALL").is_none() => eprintln!("skipped: no bash here ({e})"),
        Err(e) => panic!("bash: {e}"),
    }
}

//! The language: what a line means, statement by statement of its contract.

use crate::kit::{EventExt, Ran, lines, piped, pointed_at, script};

/// The lines that work as they stand, in their order.
const AS_THEY_STAND: &str = r#"
    server = socket inet stream
    setsockopt server reuseaddr 1
    bind server 127.0.0.1:0
    listen server                         # backlog 128 unless a number is given
    client = socket AF_INET SOCK_STREAM
    connect client {server.local}
    conn = accept server
    send client "hello\r\n" nosignal
    recv conn 1024 peek
    shutdown client wr
    expect EPIPE send client late
    a b = socketpair unix seqpacket
    n = socket inet stream nonblock
    u = socket inet dgram
    sendto u "one" {server.local}
    getsockopt conn rcvbuf
    setsockopt conn linger on 5
    setsockopt conn rcvtimeo 500ms
    poll server:in conn:in|out 500ms
    select read server,conn write client 1s
    ep = epoll create
    epoll add ep conn in|et
    epoll wait ep 10 500ms
    fcntl conn getfl
    fcntl conn setfl nonblock
    ioctl conn fionread
    sendmsg a "x" rights=conn,file:/etc/hostname
    recvmsg b 100 rights=2 name=got       # got1, got2
    d = dup conn
    resolve localhost:http inet stream
    close conn
"#;

const PAIR: &str = "a b = socketpair unix stream\n";
const TCP: &str = "server = socket inet stream; bind server 127.0.0.1:0; listen server\n\
                   client = socket inet stream; connect client {server.local}; conn = accept server\n";

fn json(text: impl AsRef<str>) -> Ran {
    script(text.as_ref()).json().run()
}

#[test]
fn the_lines_of_the_contract_work_as_they_stand() {
    for ran in [script(AS_THEY_STAND).run(), script(AS_THEY_STAND).quiet().run(), piped(AS_THEY_STAND).run()] {
        ran.ok();
    }
    let ran = json(AS_THEY_STAND).ok();
    assert_eq!(ran.of_kind("typed").count(), AS_THEY_STAND.trim().lines().count());
    assert!(ran.of_kind("done").all(|e| e["ok"] == true));
    assert_eq!(ran.called("listen")["args"]["backlog"], 128);
    assert_eq!(ran.returned("recvmsg")["made"], serde_json::json!(["got1", "got2"]));
    assert_eq!(ran.returned("ioctl")["out"]["argp"], 7);
}

// Names and the current socket.

#[test]
fn the_name_before_the_equals_sign_names_what_is_made() {
    let ran = json("server = socket inet stream; a b = socketpair unix stream").ok();
    assert_eq!(ran.returned("socket")["made"], serde_json::json!(["server"]));
    assert_eq!(ran.returned("socketpair")["made"], serde_json::json!(["a", "b"]));
}

#[test]
fn without_a_name_they_are_s1_s2_and_so_on() {
    let ran = json("socket inet stream; x = socket inet stream; socketpair unix stream").ok();
    assert_eq!(ran.answers("socket")[0]["made"], serde_json::json!(["s1"]));
    assert_eq!(ran.returned("socketpair")["made"], serde_json::json!(["s2", "s3"]));
}

#[test]
fn a_name_that_somebody_took_is_passed_over() {
    let ran = json("s2 = socket inet stream; socket inet stream; socket inet stream").ok();
    assert_eq!(ran.answers("socket")[1]["made"], serde_json::json!(["s1"]));
    assert_eq!(ran.answers("socket")[2]["made"], serde_json::json!(["s3"]));
}

#[test]
fn the_name_of_a_live_socket_is_refused_and_nothing_is_made() {
    let ran = json("server = socket inet stream\nserver = socket inet dgram").fails();
    assert_eq!(ran.refused()["code"], "name-taken");
    assert_eq!(ran.pointed_at(), "server");
    assert_eq!(ran.calls("socket").len(), 1);
}

#[test]
fn the_same_name_twice_in_a_line_is_refused() {
    let ran = json("a a = socketpair unix stream").fails();
    assert_eq!(ran.refused()["code"], "name-taken");
}

#[test]
fn after_close_a_name_is_free_again_and_the_id_is_another() {
    let ran = json("s = socket inet stream; close s; s = socket inet stream").ok();
    let ids: Vec<i64> = ran.of_kind("observed").filter(|e| e["socket"] == "s").map(|e| e.number("id")).collect();
    assert_eq!(ids, [1, 2]);
}

#[test]
fn socket_and_the_first_of_a_pair_become_current() {
    let ran = json("s = socket inet stream; getsockname\na b = socketpair unix stream; send x").ok();
    assert_eq!(ran.called("getsockname")["socket"], "s");
    assert_eq!(ran.called("send")["socket"], "a");
}

#[test]
fn what_accept_dup_recvmsg_and_jobs_make_does_not_become_current() {
    let ran = json(format!("{TCP}getsockname")).ok();
    assert_eq!(ran.called("getsockname")["socket"], "client");
    let ran = json(format!("{PAIR}d = dup a; getsockname")).ok();
    assert_eq!(ran.called("getsockname")["socket"], "a");
    let ran = json(format!("{PAIR}sendmsg a x rights=a; recvmsg b 10 rights=1 name=got; getsockname")).ok();
    assert_eq!(ran.called("getsockname")["socket"], "a");
    let job = "server = socket inet stream; bind server 127.0.0.1:0; listen server; conn = accept server &\n\
               client = socket inet stream; connect client {server.local}; wait 1; getsockname";
    let ran = json(job).ok();
    assert_eq!(ran.called("getsockname")["socket"], "client");
}

#[test]
fn use_changes_the_current_socket() {
    let ran = json(format!("{PAIR}use b; send x")).ok();
    assert_eq!(ran.called("send")["socket"], "b");
}

// The socket argument.

#[test]
fn the_socket_may_be_left_out_where_the_current_one_is_meant() {
    let ran = json("socket inet stream; bind 127.0.0.1:0; listen; listen 5; getsockopt rcvbuf; close").ok();
    assert_eq!(ran.calls("listen")[0]["args"]["backlog"], 128);
    assert_eq!(ran.calls("listen")[1]["args"]["backlog"], 5);
    assert!(ran.of_kind("called").skip(1).all(|e| e["socket"] == "s1"));
}

#[test]
fn a_word_that_names_a_live_socket_is_the_socket() {
    let ran = json(format!("{PAIR}send a b")).ok();
    assert_eq!((&ran.called("send")["socket"], &ran.called("send")["args"]["buf"]), (&"a".into(), &"b".into()));
    // `send a` names the socket and lacks the data.
    assert_eq!(json(format!("{PAIR}send a")).fails().refused()["code"], "missing");
}

#[test]
fn a_mistyped_socket_is_refused_with_the_nearest_name_and_sends_nothing() {
    let ran = json("client = socket inet stream\nsend cleint hello").fails();
    let refused = ran.refused();
    assert_eq!((refused.text("code"), refused.text("hint")), ("unknown-name", "client"));
    assert_eq!(ran.pointed_at(), "cleint");
    assert!(ran.calls("send").is_empty());
}

#[test]
fn a_bare_word_is_data_where_no_more_follows() {
    let ran = json(format!("{PAIR}send hello")).ok();
    assert_eq!(ran.called("send")["args"]["buf"], "hello");
}

#[test]
fn a_quoted_word_is_never_a_socket() {
    let ran = json(format!("{PAIR}send \"b\" nosignal")).ok();
    assert_eq!(ran.called("send")["args"]["buf"], "b");
    assert_eq!(ran.called("send")["socket"], "a");
}

// Words and constants.

#[test]
fn words_are_short_or_full_in_any_case() {
    let ran = json("SOCKET af_inet Sock_Stream\nsocket INET stream ipproto_tcp NONBLOCK\nsetsockopt so_reuseaddr 1\nsetsockopt SOL_SOCKET SO_REUSEADDR 1").ok();
    assert_eq!(ran.calls("socket")[0]["args"]["domain"], "AF_INET");
    assert_eq!(ran.calls("socket")[1]["args"]["type"], "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC");
    assert_eq!(ran.calls("socket")[1]["args"]["protocol"], "IPPROTO_TCP");
    assert!(ran.calls("setsockopt").iter().all(|e| e["args"]["optname"] == "SO_REUSEADDR"));
}

#[test]
fn an_option_shared_by_levels_means_the_sockets_own() {
    let ran = json("s = socket inet6 dgram; setsockopt s recverr 1\nt = socket inet dgram; setsockopt t recverr 1\nc = socket inet stream; setsockopt c cork 1\nsetsockopt t cork 1").ok();
    let named: Vec<(&str, &str)> =
        ran.calls("setsockopt").iter().map(|e| (e["args"].text("level"), e["args"].text("optname"))).collect();
    let wanted = [("SOL_IPV6", "IPV6_RECVERR"), ("SOL_IP", "IP_RECVERR"), ("SOL_TCP", "TCP_CORK"), ("SOL_UDP", "UDP_CORK")];
    assert_eq!(named, wanted);
}

#[test]
fn a_level_that_is_named_is_the_one() {
    let ran = json("s = socket inet6 dgram; setsockopt s ipv6 recverr 1; setsockopt s ip recverr 1").ok();
    assert_eq!(ran.calls("setsockopt")[0]["args"]["level"], "SOL_IPV6");
    assert_eq!(ran.calls("setsockopt")[1]["args"]["level"], "SOL_IP");
}

#[test]
fn flags_stand_apart_or_joined() {
    let ran = json(format!("{PAIR}send a hello dontwait|nosignal; recv b 10 peek dontwait; recv b 10 MSG_PEEK|DONTWAIT")).ok();
    assert_eq!(ran.called("send")["args"]["flags"], "MSG_DONTWAIT|MSG_NOSIGNAL");
    assert!(ran.calls("recv").iter().all(|e| e["args"]["flags"] == "MSG_PEEK|MSG_DONTWAIT"));
}

#[test]
fn a_number_of_seconds_needs_no_unit() {
    let ran = json("s = socket inet dgram; setsockopt s rcvtimeo 2; setsockopt s rcvtimeo 50ms; poll s:in 1ms; poll s:out 2").ok();
    assert_eq!(ran.calls("setsockopt")[0]["args"]["optval"], "2s");
    assert_eq!(ran.calls("setsockopt")[1]["args"]["optval"], "50ms");
    assert_eq!(ran.calls("poll")[0]["args"]["timeout"], 1);
    assert_eq!(ran.calls("poll")[1]["args"]["timeout"], 2000);
}

// Addresses.

#[test]
fn addresses_of_every_kind_are_understood() {
    let text = "s = socket inet stream; bind s :0\nt = socket inet6 stream; bind t [::1]:0\n\
                u = socket unix stream; bind u ./x.sock\nv = socket unix stream; bind v @sockscope-test-{s.port}";
    let ran = json(text).ok();
    let bound: Vec<&str> = ran.calls("bind").iter().map(|e| e["args"].text("addr")).collect();
    assert_eq!(bound[..3], ["0.0.0.0:0", "[::1]:0", "./x.sock"]);
    assert!(bound[3].starts_with("@sockscope-test-"));
    assert!(ran.observed("t").text("local").starts_with("[::1]:"));
    assert_eq!(ran.observed("u")["local"], "./x.sock");
}

#[test]
fn a_unix_path_that_the_session_made_is_gone_afterwards() {
    let ran = json("u = socket unix stream; bind u ./x.sock").ok();
    assert!(!ran.folder.path().join("x.sock").exists());
}

#[test]
fn a_hosts_name_is_resolved_first_as_a_step_of_its_own() {
    let ran = json("s = socket inet stream; expect ECONNREFUSED connect s localhost:1").ok();
    let calls: Vec<&str> = ran.of_kind("called").map(|e| e.text("call")).collect();
    assert_eq!(calls, ["socket", "getaddrinfo", "connect"]);
    assert_eq!(ran.called("getaddrinfo")["library"], true);
    assert_eq!(ran.called("getaddrinfo")["args"]["node"], "localhost");
    assert_eq!(ran.called("connect")["args"]["addr"], "127.0.0.1:1");
}

// Data.

fn sent(word: &str) -> Vec<u8> {
    let ran = json(format!("{PAIR}send a {word}\nrecv b 64K")).ok();
    let got = ran.returned("recv");
    match got.get("data") {
        Some(text) => text.as_str().expect("text").as_bytes().to_vec(),
        None => {
            let hex = got.text("data_hex");
            (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).expect("hex")).collect()
        }
    }
}

#[test]
fn data_is_one_word_with_escapes_in_quotes() {
    assert_eq!(sent("hello"), b"hello");
    assert_eq!(sent(r#""two words\r\n""#), b"two words\r\n");
    assert_eq!(sent(r#""\t\0\\\"\x41\u{4e2d}""#), "\t\0\\\"A中".as_bytes());
    assert_eq!(sent(r#""a;b # no comment""#), b"a;b # no comment");
    assert_eq!(sent(r#""\xff\x00""#), b"\xff\0");
    // Outside quotes a backslash is a backslash.
    assert_eq!(sent(r"a\n"), br"a\n");
    assert_eq!(sent("中文"), "中文".as_bytes());
}

#[test]
fn data_in_hexadecimal_zeros_and_files() {
    assert_eq!(sent("hex:48656c"), b"Hel");
    assert_eq!(sent(r#"hex:"48 65 6c""#), b"Hel");
    assert_eq!(sent("zeros:2K"), vec![0; 2048]);
    let s = script(format!("{PAIR}send a file:./content\nrecv b 100")).json();
    s.folder.file("content", "from a file");
    let ran = s.run().ok();
    assert_eq!(ran.returned("recv")["data"], "from a file");
    // Mapped, not read: one system call.
    assert_eq!(ran.calls("send").len(), 1);
    assert!(ran.calls("openat").is_empty() && ran.calls("read").is_empty());
}

#[test]
fn any_other_escape_is_refused() {
    for (word, at) in [(r#""a\q""#, r"\q"), (r#""\x4""#, r"\x"), (r#""\u{110000}""#, r"\u"), (r#""\u4e2d""#, r"\u")] {
        let ran = json(format!("{PAIR}send a {word}")).fails();
        assert_eq!(ran.refused()["code"], "syntax", "{word}");
        assert!(ran.pointed_at().starts_with(at), "{word}: {}", ran.pointed_at());
        assert!(ran.calls("send").is_empty());
    }
}

#[test]
fn data_of_two_words_is_refused_and_nothing_is_sent() {
    let ran = json(format!("{PAIR}send a two words")).fails();
    assert_eq!(ran.pointed_at(), "words");
    assert!(ran.calls("send").is_empty());
}

#[test]
fn k_m_and_g_are_powers_of_1024() {
    let ran = script(format!("{PAIR}recv b 1K dontwait\nrecv b 2m dontwait\nrecv b 1G dontwait")).json().keep_going().run().fails();
    let lens: Vec<i64> = ran.calls("recv").iter().map(|e| e["args"].number("len")).collect();
    assert_eq!(lens, [1 << 10, 2 << 20, 1 << 30]);
}

#[test]
fn a_short_write_says_so_and_sendall_repeats_it() {
    let ran = json("a b = socketpair unix stream nonblock\nsend a zeros:10M").ok();
    let (asked, sent) = (ran.called("send")["args"].number("len"), ran.returned("send").number("value"));
    assert!(asked == 10 << 20 && 0 < sent && sent < asked, "{sent} of {asked}");
    let text = format!("{TCP}sendall client zeros:1M");
    let ran = json(format!("{text}\nrecv conn 4M waitall dontwait")).ok();
    let all: i64 = ran.answers("send").iter().map(|e| e.number("value")).sum();
    assert_eq!(all, 1 << 20);
}

// Values of earlier steps.

#[test]
fn values_of_earlier_steps_stand_in_unquoted_words() {
    let ran = json(format!(
        "{TCP}u = socket inet dgram\nsend client {{server.local}}; recv conn 100\nsend client {{conn.peer}}; recv conn 100\n\
         send client {{server.port}}-{{conn.peer_port}}-{{client.fd}}; recv conn 100"
    ))
    .ok();
    let server = ran.observed("server").text("local").to_string();
    let client = ran.observed("client").text("local").to_string();
    let port = |a: &str| a.rsplit(':').next().expect("a port").to_string();
    let got: Vec<&str> = ran.answers("recv").iter().map(|e| e.text("data")).collect();
    let fd = ran.observed("client").number("fd");
    assert_eq!(got, [server.clone(), client.clone(), format!("{}-{}-{fd}", port(&server), port(&client))]);
}

#[test]
fn what_was_received_is_sent_back_to_its_sender() {
    let ran = json(
        "a b = socketpair unix stream; send a hex:00ff2263; recv b 100; send b {b.received}; recv a 100; shutdown a wr; recv b 9; send b {b.received}\n\
         u = socket inet dgram; bind u 127.0.0.1:0; v = socket inet dgram; sendto v \"two words\" {u.local}\n\
         recvfrom u 100; sendto u {u.received} {u.sender}; recv v 100",
    )
    .ok();
    let got: Vec<_> = ran.answers("recv").iter().map(|e| (e["data"].clone(), e["data_hex"].clone())).collect();
    assert_eq!(got[0], got[1]);
    assert_eq!(ran.answers("recv").last().expect("an answer").text("data"), "two words");
    for (line, why) in [
        ("s = socket inet stream; send s {s.received}", "s has received nothing yet"),
        ("a b = socketpair unix stream; send a zeros:8K; recv b 8K; send b {b.received}", "only the first 4096 are kept"),
    ] {
        let ran = script(line).run().fails();
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    let ran = script("a b = socketpair unix stream; send a x; recv b 9; send b {b.received}").quiet().run().fails();
    assert!(ran.stderr.contains("not kept under --quiet"), "{}", ran.stderr);
}

#[test]
fn in_quotes_braces_are_braces() {
    assert_eq!(sent(r#""{a.fd}""#), b"{a.fd}");
    assert_eq!(sent("{}"), b"{}");
    assert_eq!(sent("{nothing"), b"{nothing");
}

#[test]
fn a_value_that_does_not_exist_is_refused() {
    for (line, code, at) in [
        ("connect s {sever.local}", "unknown-name", "{sever.local}"),
        ("connect s {s.colour}", "bad-value", "{s.colour}"),
        ("connect s {s.peer}", "bad-value", "{s.peer}"),
        ("connect s {i}", "bad-value", "{i}"),
    ] {
        let ran = json(format!("s = socket inet stream\n{line}")).fails();
        assert_eq!(ran.refused()["code"], code, "{line}");
        assert_eq!(ran.pointed_at(), at);
        assert!(ran.calls("connect").is_empty());
    }
}

// What separates lines, and what stands before them.

#[test]
fn a_semicolon_separates_lines_everywhere_but_in_quotes() {
    for ran in [
        lines("socket inet stream; close").json().run(),
        script("socket inet stream;close").json().run(),
        piped("socket inet stream ;close;;").json().run(),
    ] {
        assert_eq!(
            ran.ok().of_kind("typed").map(|e| e.text("line").trim().to_string()).collect::<Vec<_>>(),
            ["socket inet stream", "close"]
        );
    }
}

#[test]
fn a_comment_begins_with_a_word() {
    let ran = json(format!("# nothing\n{PAIR}send a a#b # and this; send a never\n#send a never\nrecv b 10")).ok();
    assert_eq!(ran.returned("recv")["data"], "a#b");
    assert_eq!(ran.calls("send").len(), 1);
}

#[test]
fn expect_and_on_stand_in_either_order_before_the_whole_line() {
    for prefixes in ["expect ECONNREFUSED", "on local expect ECONNREFUSED", "expect ECONNREFUSED on local", "EXPECT econnrefused"] {
        json(format!("s = socket inet stream\n{prefixes} connect s 127.0.0.1:1")).ok();
    }
    let ran = json("on local s = socket inet stream\nexpect EPROTONOSUPPORT on local t = socket inet stream udp").ok();
    assert_eq!(ran.answers("socket")[1]["expected"], true);
    assert!(ran.answers("socket")[1].get("made").is_none());
}

#[test]
fn an_expected_errno_that_does_not_come_fails_the_line() {
    let ran = json("expect EPIPE s = socket inet stream").fails();
    assert!(ran.stderr.contains("EPIPE"));
    let ran = json("s = socket inet stream; expect EPIPE connect s 127.0.0.1:1").fails();
    assert!(ran.stderr.contains("EPIPE") && ran.stderr.contains("ECONNREFUSED"), "{}", ran.stderr);
    // A line that is refused was not called: no errno came.
    assert_eq!(json("expect EBADF close nobody").fails().refused()["code"], "unknown-name");
}

#[test]
fn what_is_named_before_expect_and_on_must_exist() {
    for (line, code, at) in [
        ("expect EPIP socket inet stream", "bad-value", "EPIP"),
        ("on mars socket inet stream", "unknown-name", "mars"),
        ("expect EPIPE expect EPIPE socket inet stream", "syntax", "expect"),
    ] {
        let ran = json(line).fails();
        assert_eq!((ran.refused().text("code"), ran.pointed_at().as_str()), (code, at));
    }
}

// Refusals.

#[test]
fn each_refusal_has_its_code_and_points_at_its_cause() {
    for (line, code, at) in [
        ("bnid server :0", "unknown-command", "bnid"),
        ("send nobody hello", "unknown-name", "nobody"),
        ("s = socket inet stream", "name-taken", "s"),
        ("bind s 127.0.0.1:65536", "bad-value", "127.0.0.1:65536"),
        ("t = socket inte stream", "bad-value", "inte"),
        ("send s \"open", "syntax", "\""),
        ("close s s", "syntax", "s"),
        ("1st = socket inet stream", "syntax", "1st"),
        ("x y = socket inet stream", "syntax", "x y"),
        ("x = close s", "syntax", "x"),
        ("setsockopt s reusead 1", "bad-value", "reusead"),
        ("recv s many", "bad-value", "many"),
        ("send s hex:4", "bad-value", "hex:4"),
        ("cancel x", "bad-value", "x"),
    ] {
        let ran = json(format!("s = socket inet stream\n{line}")).fails();
        assert_eq!((ran.refused().text("code"), ran.pointed_at().as_str()), (code, at), "{line}");
        assert!(!ran.refused().text("reason").is_empty());
    }
}

#[test]
fn a_word_of_another_tool_is_answered_with_what_it_is_here() {
    for (line, wanted) in [
        ("lang zh", "set lang zh"),
        ("patience 5s", "set patience 5s"),
        ("ss -tn", "`sockets`"),
        ("ping -c1 10.0.0.2", "`on HOST run ping -c1 10.0.0.2`"),
        ("clear", "Ctrl-L"),
        ("sleep 1", "until CHECK"),
    ] {
        let ran = json(line).fails();
        let refused = ran.refused();
        let hint = refused["hint"].as_str().unwrap_or_default();
        let reason = refused.text("reason");
        let bare = wanted.replace('`', "");
        assert!(hint == wanted || reason.contains(wanted) || reason.contains(&bare), "{line}: {refused}");
    }
    let ran = script("explain off").run().ok();
    assert!(String::from_utf8_lossy(&ran.stdout).contains("did you mean set explain off?"));
}

#[test]
fn a_word_that_is_no_value_for_what_may_stand_there_is_told_why() {
    for (line, at, why) in [
        ("poll s:in 1y", "1y", "not a duration"),
        ("poll s:in 1s 1y", "1y", "takes nothing more here"),
        ("select read s 1y", "1y", "not a duration"),
        ("until s is CLOSE 1y", "1y", "not a duration"),
        ("wait x", "x", "not the number of a job"),
        ("cancel x", "x", "not the number of a job"),
        ("wait 1 2", "2", "takes nothing more here"),
        ("listen s 12x", "12x", "not a whole number"),
        ("sockets everything", "everything", "not the option --all"),
        ("resolve localhost:http 12x", "12x", "takes nothing more here"),
        // Either would do there.
        ("epoll wait e 1y", "1y", "not a whole number or a duration"),
        ("epoll wait e 10 1y", "1y", "not a duration"),
        // A name comes before the time: it is a slip in one.
        ("poll s:in server", "server", "no socket is named server"),
        // Data of two words is the likelier mistake.
        ("send s two words", "words", "takes nothing more here"),
    ] {
        let ran = json(format!("s = socket inet stream\ne = epoll create\n{line}")).fails();
        let reason = ran.refused().text("reason").replace('`', "");
        assert!(ran.pointed_at() == at && reason.contains(why), "{line}: {reason}");
    }
}

#[test]
fn what_is_missing_would_stand_behind_the_line() {
    for line in ["socket", "bind s", "send s", "s t =", "epoll"] {
        let ran = json(format!("s = socket inet stream\n{line}")).fails();
        let refused = ran.refused();
        assert_eq!(refused["code"], "missing", "{line}");
        assert_eq!(refused["span"], serde_json::json!([line.len(), line.len() + 1]), "{line}");
    }
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    for (line, hint) in [
        ("bnid s :0", "bind"),
        ("socket inet straem", "stream"),
        ("setsockopt s reusead 1", "reuseaddr"),
        ("recv s 10 peak", "peek"),
        ("t=socket inet stream", "t = socket"),
    ] {
        let ran = json(format!("s = socket inet stream\n{line}")).fails();
        assert!(ran.refused().text("hint").starts_with(hint), "{line}: {}", ran.refused());
    }
}

#[test]
fn a_refused_line_changes_nothing() {
    let ran = script("s = socket inet stream\nx = bnid\nx = socket inte stream\nx = socket inet stream")
        .json()
        .keep_going()
        .run()
        .fails();
    assert_eq!(ran.of_kind("refused").map(pointed_at).collect::<Vec<_>>(), ["bnid", "inte"]);
    assert_eq!(ran.answers("socket").len(), 2);
    assert_eq!(ran.observed("x")["id"], 2);
}

#[test]
fn the_end_of_a_stream_is_told_of_the_last_descriptor_that_was_closed() {
    let told = lines("a b = socketpair unix stream; d = dup a; close a; close d; recv b 10").run().ok().told();
    assert!(told.contains("was closed: close d") && !told.contains("was closed: close a"), "{told}");
    // While one is open, no close has ended anything.
    let told = lines("a b = socketpair unix stream; d = dup a; close a; shutdown d wr; recv b 10").run().ok().told();
    assert!(told.contains("was shut down: shutdown d wr") && !told.contains("was closed"), "{told}");
}

#[test]
fn checks_ask_calls_roles_and_ports() {
    let text = "server = socket inet stream\nassert server is an inet stream socket\nassert server is a stream socket\n\
        bind server 127.0.0.1:0\nassert server is bound to port {server.port}\nlisten server\nassert listen returns 0 on server\n\
        accept server &\nassert accept waits on server\nshutdown server rd\nexpect EINVAL wait\n\
        a b = socketpair unix dgram\nassert a is a unix dgram socket\nassert a is not bound to a path\nsend a hello\nrecv b 100\n\
        assert recv|read gets \"hello\" on b\nassert recv returns at least 5 on b\nassert recv returns at most 5 bytes on b\n\
        d = dup a\nassert d is the same socket as a\nassert b is not the same socket as a\nsockets\nassert sockets used\ninspect a\n\
        assert inspect used on a\npoll b:out 1s\nassert poll returns 1\nx = socket unix dgram\nbind x @sockscope-check\n\
        assert x is bound to an abstract name\n";
    script(text).run().ok();
    let failing = ["assert who used", "assert nothing used", "assert recv gets hello", "assert port of server is LISTEN"];
    for line in failing {
        script(format!("server = socket inet stream\n{line}\n")).run().fails();
    }
}

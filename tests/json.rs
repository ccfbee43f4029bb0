//! The JSON events, field by field.

use crate::kit::{EventExt, Ran, lines, pointed_at, script};
use serde_json::{Value, json};
use std::collections::HashMap;

const PAIR: &str = "a b = socketpair unix stream\n";
const TCP: &str = "server = socket inet stream; bind server 127.0.0.1:0; listen server\n\
                   client = socket inet stream; connect client {server.local}; conn = accept server\n";

fn run(text: impl AsRef<str>) -> Ran {
    script(text.as_ref()).json().run().ok()
}

/// The fields of an event, without those that differ from run to run.
#[track_caller]
fn fields(event: &Value, without: &[&str]) -> Value {
    let mut event = event.clone();
    let object = event.as_object_mut().expect("an object");
    for key in without {
        assert!(object.remove(*key).is_some(), "`{key}` is missing in {object:?}");
    }
    event
}

/// The part of an event that is compared.
fn part(event: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|k| (k.to_string(), event.get(*k).cloned().unwrap_or(Value::String("absent".into())))).collect()
}

#[test]
fn a_line_is_typed_called_returned_observed_done() {
    let ran = run("server = socket inet stream");
    let e = &ran.events;
    assert_eq!(e[0], json!({"seq": 1, "turn": 1, "kind": "typed", "line": "server = socket inet stream"}));
    assert_eq!(
        e[1],
        json!({"seq": 2, "turn": 1, "kind": "called", "call": "socket", "sys": "socket", "host": "local", "socket": null,
               "args": {"domain": "AF_INET", "type": "SOCK_STREAM|SOCK_CLOEXEC", "protocol": "IPPROTO_IP"}})
    );
    assert_eq!(
        fields(&e[2], &["t_us", "took_us"]),
        json!({"seq": 3, "turn": 1, "kind": "returned", "of": 2, "call": "socket", "ok": true, "value": 3, "socket": null, "made": ["server"]})
    );
    let wanted = json!({"seq": 4, "turn": 1, "kind": "observed", "socket": "server", "id": 1, "host": "local", "state": "CLOSE",
                        "local": "0.0.0.0:0", "peer": null, "recv_queue": null, "send_queue": 0});
    let keys: Vec<&str> = wanted.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(part(&e[3], &keys), wanted);
    assert_eq!(e[4], json!({"seq": 5, "turn": 1, "kind": "done", "ok": true}));
}

#[test]
fn a_failure_has_an_errno_in_place_of_a_value() {
    let ran = script("s = socket inet stream\nconnect s 127.0.0.1:1").json().run().fails();
    let returned = ran.returned("connect");
    assert_eq!(
        fields(returned, &["t_us", "took_us", "seq", "of"]),
        json!({"turn": 2, "kind": "returned", "call": "connect", "ok": false, "errno": "ECONNREFUSED", "socket": "s"})
    );
    assert!(returned["took_us"].as_f64().is_some_and(|t| t > 0.0));
    assert_eq!(ran.of_kind("done").find(|e| e["turn"] == 2).map(|e| &e["ok"]), Some(&json!(false)));
}

#[test]
fn times_are_taken_around_the_call_and_grow() {
    let ran = run(format!("{PAIR}poll a:in 20ms\nsend a x"));
    assert!(ran.returned("poll")["took_us"].as_f64().is_some_and(|t| t >= 20_000.0));
    let times: Vec<f64> = ran.of_kind("returned").filter_map(|e| e["t_us"].as_f64()).collect();
    assert!(times.windows(2).all(|w| w[0] < w[1]), "{times:?}");
}

#[test]
fn call_is_the_c_functions_name_and_sys_what_strace_shows() {
    let ran = run(format!("{TCP}send client hi; recv conn 10; select read conn 1ms; sendmsg client x; epoll create"));
    let named: HashMap<&str, &str> = ran.of_kind("called").map(|e| (e.text("call"), e.text("sys"))).collect();
    assert_eq!((named["send"], named["recv"], named["accept4"]), ("sendto", "recvfrom", "accept4"));
    assert_eq!((named["select"], named["sendmsg"], named["epoll_create1"]), ("pselect6", "sendmsg", "epoll_create1"));
}

#[test]
fn args_are_all_arguments_under_the_man_pages_names() {
    let ran =
        run(format!("{TCP}send client hi nosignal|more\nu = socket inet dgram\nsendto u x dontwait {{server.local}}\nclose u"));
    let server = ran.observed("server").text("local");
    let fd = |name: &str| ran.observed(name)["fd"].clone();
    assert_eq!(ran.called("bind")["args"], json!({"sockfd": fd("server"), "addr": "127.0.0.1:0", "addrlen": 16}));
    assert_eq!(ran.called("listen")["args"], json!({"sockfd": fd("server"), "backlog": 128}));
    assert_eq!(ran.called("connect")["args"], json!({"sockfd": fd("client"), "addr": server, "addrlen": 16}));
    assert_eq!(
        ran.called("accept4")["args"],
        json!({"sockfd": fd("server"), "addr": null, "addrlen": 128, "flags": "SOCK_CLOEXEC"})
    );
    assert_eq!(
        ran.called("send")["args"],
        json!({"sockfd": fd("client"), "buf": "hi", "len": 2, "flags": "MSG_NOSIGNAL|MSG_MORE"})
    );
    let sendto = json!({"sockfd": fd("u"), "buf": "x", "len": 1, "flags": "MSG_DONTWAIT", "dest_addr": server, "addrlen": 16});
    assert_eq!(ran.called("sendto")["args"], sendto);
    assert_eq!(ran.called("close")["args"], json!({"fd": fd("u")}));
}

#[test]
fn no_flags_are_0_and_an_unnamed_address_is_empty() {
    let ran = run(format!("{PAIR}send a x; getsockname a; recvfrom b 10"));
    assert_eq!(ran.called("send")["args"]["flags"], "0");
    assert_eq!(ran.returned("getsockname")["out"], json!({"addr": ""}));
    assert_eq!((&ran.observed("a")["local"], &ran.observed("a")["peer"]), (&json!(""), &json!("")));
}

#[test]
fn out_is_what_the_kernel_filled_in() {
    let ran = run(format!(
        "{TCP}send client hello\ngetsockopt conn rcvbuf\ngetsockopt conn linger\nioctl conn fionread\npoll server:in conn:in|out 1s\n\
         select read server,conn write client 1s\nfcntl conn getfl\nep = epoll create; epoll add ep conn in; epoll wait ep 5 1s"
    ));
    assert_eq!(ran.returned("accept4")["out"]["addr"], ran.observed("client")["local"]);
    assert_eq!(ran.answers("getsockopt")[0]["out"]["optlen"], 4);
    assert!(ran.answers("getsockopt")[0]["out"]["optval"].as_i64().is_some_and(|n| n > 1000));
    assert_eq!(ran.answers("getsockopt")[1]["out"], json!({"optval": {"l_onoff": 0, "l_linger": 0}, "optlen": 8}));
    assert_eq!(ran.returned("ioctl")["out"], json!({"argp": 5}));
    let fd = |name: &str| ran.observed(name)["fd"].clone();
    assert_eq!(ran.returned("poll")["out"]["ready"], json!([{"fd": fd("conn"), "socket": "conn", "events": "POLLIN|POLLOUT"}]));
    let ready = json!([{"fd": fd("conn"), "socket": "conn", "events": "read"}, {"fd": fd("client"), "socket": "client", "events": "write"}]);
    assert_eq!(ran.returned("select")["out"]["ready"], ready);
    assert_eq!(ran.returned("fcntl")["out"], json!({"flags": "O_RDWR"}));
    assert_eq!(ran.returned("epoll_wait")["out"]["ready"], json!([{"fd": fd("conn"), "socket": "conn", "events": "EPOLLIN"}]));
}

#[test]
fn passed_descriptors_are_made_and_stand_in_control() {
    let ran =
        run("a b = socketpair unix seqpacket; c = socket inet dgram\nsendmsg a x rights=c,c\nrecvmsg b 100 rights=2 name=got");
    let returned = ran.returned("recvmsg");
    assert_eq!(returned["made"], json!(["got1", "got2"]));
    let fds = json!([ran.observed("got1")["fd"], ran.observed("got2")["fd"]]);
    assert_eq!(returned["out"]["control"], json!([{"type": "SCM_RIGHTS", "fds": fds}]));
    assert_eq!((&returned["data"], &returned["data_len"]), (&json!("x"), &json!(1)));
}

// Data.

#[test]
fn received_data_is_text_where_it_is_utf8_and_else_hexadecimal() {
    let ran = run(format!("{PAIR}send a \"h\u{e9}\\r\\n\\x00\"; recv b 100\nsend a \"\\xff\\x00A\"; recv b 100"));
    let (text, hex) = (ran.answers("recv")[0], ran.answers("recv")[1]);
    assert_eq!(
        part(text, &["data", "data_len", "data_hex", "data_cut"]),
        json!({"data": "h\u{e9}\r\n\0", "data_len": 6, "data_hex": "absent", "data_cut": "absent"})
    );
    assert_eq!(
        part(hex, &["data", "data_len", "data_hex", "data_cut"]),
        json!({"data": "absent", "data_len": 3, "data_hex": "ff0041", "data_cut": "absent"})
    );
}

#[test]
fn no_data_is_an_empty_text() {
    let ran = run(format!("{PAIR}shutdown a wr; recv b 100"));
    assert_eq!(part(ran.returned("recv"), &["value", "data", "data_len"]), json!({"value": 0, "data": "", "data_len": 0}));
}

#[test]
fn data_is_cut_past_4_kib_and_says_so() {
    let ran = run(format!("{PAIR}send a zeros:4K; recv b 64K\nsend a zeros:5000; recv b 64K"));
    let (whole, cut) = (ran.answers("recv")[0], ran.answers("recv")[1]);
    assert_eq!((whole.text("data").len(), whole.number("data_len"), whole.has("data_cut")), (4096, 4096, false));
    assert_eq!((cut.text("data").len(), cut.number("data_len"), &cut["data_cut"]), (4096, 5000, &json!(true)));
}

#[test]
fn a_cut_through_a_character_does_not_make_text_binary() {
    let ran = run(format!("{PAIR}send a \"{}\"; recv b 64K", "中".repeat(2000)));
    let data = ran.returned("recv").text("data").to_string();
    assert_eq!((data.chars().count(), ran.returned("recv").number("data_len")), (1365, 6000));
}

#[test]
fn control_characters_are_escaped() {
    let ran = script(format!("{PAIR}send a \"\\x1b]0;title\\x07\\x7f\"; recv b 100")).json().run().ok();
    assert_eq!(ran.returned("recv")["data"], "\u{1b}]0;title\u{7}\u{7f}");
    assert!(ran.stdout.iter().all(|b| *b >= b' ' && *b != 0x7f || *b == b'\n'));
}

// States and queues.

#[test]
fn a_fresh_tcp_socket_has_no_queue_to_receive_from() {
    let ran = run("s = socket inet stream");
    let wanted =
        json!({"state": "CLOSE", "local": "0.0.0.0:0", "peer": null, "recv_queue": null, "send_queue": 0, "backlog": "absent"});
    assert_eq!(part(ran.observed("s"), &["state", "local", "peer", "recv_queue", "send_queue", "backlog"]), wanted);
}

#[test]
fn a_listeners_queue_is_the_connections_that_wait() {
    let ran = run(
        "server = socket inet stream; bind server 127.0.0.1:0; listen server 7\nc = socket inet stream; connect c {server.local}\ngetsockname server",
    );
    let seen = part(ran.observed("server"), &["state", "recv_queue", "send_queue", "backlog", "peer"]);
    assert_eq!(seen, json!({"state": "LISTEN", "recv_queue": 1, "send_queue": null, "backlog": 7, "peer": null}));
}

#[test]
fn a_connections_queues_are_bytes() {
    let ran = run(format!(
        "{TCP}send client hello\nuntil conn readable\ngetsockname conn\nrecv conn 2\nshutdown client wr\nuntil conn is CLOSE_WAIT\ngetsockname conn"
    ));
    let queues: Vec<&Value> = ran.of_kind("observed").filter(|e| e["socket"] == "conn").map(|e| &e["recv_queue"]).collect();
    assert_eq!(queues, [&json!(0), &json!(5), &json!(3), &json!(3)]);
    assert_eq!(ran.observed("conn")["state"], "CLOSE_WAIT");
    assert_eq!(ran.observed("conn")["peer"], ran.observed("client")["local"]);
}

#[test]
fn a_datagram_sockets_queue_is_the_next_datagram_with_the_memory_beside_it() {
    let ran = run(
        "s = socket inet dgram; bind s 127.0.0.1:0\nc = socket inet dgram; connect c {s.local}\nsend c \"\"\ngetsockname s\nsend c 12345\nrecv s 10\nsend c 123\nrecv s 10",
    );
    let seen: Vec<&Value> = ran.of_kind("observed").filter(|e| e["socket"] == "s").collect();
    let queues: Vec<&Value> = seen.iter().map(|e| &e["recv_queue"]).collect();
    // Nothing, nothing, an empty datagram, then five bytes, then three.
    assert_eq!(queues, [&json!(null), &json!(null), &json!(0), &json!(5), &json!(3)]);
    let mem: Vec<bool> = seen.iter().map(|e| e["recv_mem"].as_u64().is_some_and(|n| n > 0)).collect();
    assert_eq!(mem, [false, false, true, true, true]);
    assert_eq!(seen[0]["recv_mem"], 0);
    assert_eq!((&ran.observed("c")["state"], &seen[0]["state"]), (&json!("ESTABLISHED"), &json!("CLOSE")));
}

#[test]
fn unix_sockets_have_states_and_queues_too() {
    let ran = run(
        "l = socket unix stream; bind l ./u.sock; listen l 3\nc = socket unix stream; connect c ./u.sock\ngetsockname l\ns = accept l; send c hello; getsockname s",
    );
    assert_eq!(
        part(ran.observed("l"), &["state", "backlog", "local", "send_queue"]),
        json!({"state": "LISTEN", "backlog": 3, "local": "./u.sock", "send_queue": null})
    );
    let waiting: Vec<&Value> =
        ran.of_kind("observed").filter(|e| e["socket"] == "l" && e.has("backlog")).map(|e| &e["recv_queue"]).collect();
    assert_eq!(waiting, [&json!(0), &json!(1), &json!(0)]);
    assert_eq!(
        part(ran.observed("s"), &["state", "recv_queue", "local", "peer"]),
        json!({"state": "ESTABLISHED", "recv_queue": 5, "local": "./u.sock", "peer": ""})
    );
}

#[test]
fn the_socket_called_on_and_those_made_are_observed() {
    let ran = run(TCP);
    let accept = ran.returned("accept4").number("seq");
    let looks: Vec<&str> = ran.of_kind("observed").filter(|e| e.number("seq") > accept).map(|e| e.text("socket")).collect();
    assert_eq!(looks, ["server", "conn"]);
    let ran = run("s = socket inet stream; close s");
    assert_eq!(ran.events.iter().rfind(|e| e["turn"] == 2).map(|e| e.text("kind")), Some("done"));
    assert!(!ran.of_kind("observed").any(|e| e["turn"] == 2));
}

// Refusals.

#[test]
fn a_refusal_has_code_line_span_reason_and_hint() {
    let ran = script("bnid server :0").json().run().fails();
    let refused = fields(ran.refused(), &["reason"]);
    assert_eq!(
        refused,
        json!({"seq": 2, "turn": 1, "kind": "refused", "code": "unknown-command", "line": "bnid server :0", "span": [0, 4], "hint": "bind"})
    );
}

#[test]
fn a_span_is_bytes_of_the_line_also_behind_chinese_words() {
    let ran = script("套接字 = socket inet stream\n  bind 套接字 \"：\"0\nclose 套字\n发送 x\nsend 套接字 \"中\\q\"")
        .json()
        .keep_going()
        .run()
        .fails();
    let refused: Vec<&Value> = ran.of_kind("refused").collect();
    assert_eq!(refused[1]["span"], json!([6, 12]));
    assert_eq!(refused.iter().skip(1).map(|r| pointed_at(r)).collect::<Vec<_>>(), ["套字", "发送", "\\q"]);
    assert_eq!(refused[1]["hint"], "套接字");
}

#[test]
fn a_span_counts_from_the_beginning_of_its_own_statement() {
    let ran = lines("socket inet stream;   socket inet dgram ;  bnid x").json().run().fails();
    assert_eq!((ran.refused().text("line"), &ran.refused()["span"]), ("bnid x", &json!([0, 4])));
}

#[test]
fn reasons_are_in_the_language_and_everything_else_is_not() {
    let ran = |lang: &str| script("bnid x").json().arg("--lang").arg(lang).run().fails();
    let (en, zh) = (ran("en"), ran("zh"));
    assert_ne!(en.refused()["reason"], zh.refused()["reason"]);
    assert_eq!(fields(en.refused(), &["reason"]), fields(zh.refused(), &["reason"]));
}

// Turns and numbers.

#[test]
fn every_turn_ends_with_done_and_seq_only_grows() {
    let text = "s = socket inet stream\nbnid\nconnect s 127.0.0.1:1\nhelp\nsockets\ninspect s\nwho :80\nexplain bind\nwhy\njobs\nset explain off\nrepeat 2 socket inet dgram\n\
                a b = socketpair unix stream; recv b 10 &; cancel 1\nsend a \"open\nwait 9\nresolve nowhere.invalid:80\nrecv a 10";
    let ran = script(text).json().keep_going().timeout("100ms").run().fails();
    let seqs: Vec<i64> = ran.events.iter().map(|e| e.number("seq")).collect();
    assert!(seqs.windows(2).all(|w| w[0] + 1 == w[1]) && seqs[0] == 1);
    let mut open: Vec<i64> = Vec::new();
    let mut last = 0;
    for e in &ran.events {
        let turn = e.number("turn");
        if turn > last {
            last = turn;
            open.push(turn);
        }
        if e.is("done") {
            assert_eq!(open.pop(), Some(turn), "{e}");
        } else if !e.has("job") && !e.is("observed") {
            assert!(open.contains(&turn), "behind its own end: {e}");
        }
    }
    assert!(open.is_empty(), "never done: {open:?}");
}

#[test]
fn a_returned_event_names_its_called_event() {
    let ran = run(format!("{TCP}send client x; recv conn 10; recv conn 10 &; send client y; wait"));
    for returned in ran.of_kind("returned") {
        let called = ran.of_kind("called").find(|e| e["seq"] == returned["of"]).expect("its call");
        assert_eq!((&called["call"], &called["turn"]), (&returned["call"], &returned["turn"]));
        assert!(called.number("seq") < returned.number("seq"));
    }
}

#[test]
fn a_job_says_so_when_called_and_when_it_returns() {
    let ran = run(format!("{PAIR}recv b 10 &; send a x; wait 1; recv b 10 &; send a y; wait 2; send a z"));
    let jobs = |kind: &str| ran.of_kind(kind).filter_map(|e| e.get("job")).cloned().collect::<Vec<_>>();
    assert_eq!((jobs("called"), jobs("returned")), (vec![json!(1), json!(2)], vec![json!(1), json!(2)]));
    assert!(!ran.called("send").has("job") && !ran.returned("send").has("job"));
}

#[test]
fn a_library_function_says_that_it_is_one() {
    let ran = run("resolve localhost:80 inet stream; socket inet stream");
    assert_eq!((&ran.called("getaddrinfo")["library"], ran.called("socket").has("library")), (&json!(true), false));
    assert_eq!(ran.returned("getaddrinfo")["out"]["addresses"][0]["addr"], "127.0.0.1:80");
}

#[test]
fn what_was_expected_is_marked() {
    let ran = run("s = socket inet stream; expect ECONNREFUSED connect s 127.0.0.1:1");
    assert_eq!((&ran.returned("connect")["expected"], ran.returned("socket").has("expected")), (&json!(true), false));
}

#[test]
fn nothing_else_is_on_standard_output_under_json() {
    let ran = run("socket inet stream\nhelp\nsockets\nexplain tcp\nset code python\nsocket inet dgram");
    assert!(ran.events.iter().all(|e| e["kind"].is_string() && e["turn"].is_number()));
}

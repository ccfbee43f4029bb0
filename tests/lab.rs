//! Real hosts on one machine, and the wire between them: what the program tells is what the kernel's own tables say, read by another
//! program.

use crate::kit::lab::{House, Who, wait_for};
use crate::kit::terminal::{Home, program};
use crate::kit::{EventExt, Live, Ran, have, piped, pointed_at, script};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

/// Each of these runs twice: as whoever runs the tests, and as an ordinary user.
macro_rules! as_both {
    ($($name:ident)*) => {
        mod own { $(#[test] fn $name() { super::$name(crate::kit::lab::Who::Own) })* }
        mod user { $(#[test] fn $name() { super::$name(crate::kit::lab::Who::User) })* }
    };
}

as_both! {
    the_ten_lines_of_a_handshake
    each_host_has_its_own_names_and_shares_the_files
    all_families_work_on_a_host
    the_first_socket_is_three_and_nothing_of_ours_is_below_the_top
    on_a_host_moves_and_on_a_host_with_a_command_does_not
    a_router_is_seen_at_work
    kill_nine_leaves_nothing
    a_real_program_on_a_host_meets_a_real_client
}

const TWO: &str = "host alice; host bob\n";
/// A connection between two hosts: `client` on alice, `server` and `conn` on bob.
const CONNECTED: &str = "host alice; host bob\n\
    on bob server = socket inet stream; bind server 10.0.0.2:9000; listen server\n\
    on alice client = socket inet stream; connect client 10.0.0.2:9000; conn = accept server\n";
/// Two UDP sockets: `a` on alice, `b` on bob at port 9; the neighbour is known already.
const UDP: &str = "host alice; host bob\n\
    on bob b = socket inet dgram; bind b 10.0.0.2:9\n\
    on alice a = socket inet dgram; sendto a hello 10.0.0.2:9; recv b 10\n";

fn run(text: &str) -> Ran {
    script(text).json().run().ok()
}

/// A sitting that is typed into line by line.
fn live(who: Who) -> Live {
    Live::of(who.runs(piped("")))
}

/// Types lines, each of which must go well.
#[track_caller]
fn typed(live: &mut Live, text: &str) {
    text.split(['\n', ';']).filter(|l| !l.trim().is_empty()).for_each(|l| drop(live.line(l.trim())));
}

fn house(live: &Live) -> House {
    House::of(live.pid().as_raw()).expect("a house")
}

/// Frames of one kind and protocol.
fn frames<'a>(events: &'a [Value], kind: &str, proto: &str) -> Vec<&'a Value> {
    events.iter().filter(|e| e.is(kind) && e["proto"] == proto).collect()
}

fn flags(event: &Value) -> String {
    event["flags"].as_array().map(|f| f.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("+")).unwrap_or_default()
}

/// A frame in a few words: `held SYN alice bob 0 0 0`.
fn told(e: &Value) -> String {
    let [kind, from, to] = ["kind", "from", "to"].map(|k| e.text(k));
    let [seq, ack, len] = ["seq_rel", "ack_rel", "len"].map(|k| e.number(k));
    format!("{kind} {} {from} {to} {seq} {ack} {len}", flags(e))
}

/// What a frame's event says of both ends afterwards.
fn after(e: &Value) -> [Option<String>; 2] {
    ["sender", "receiver"].map(|end| e["states"][end]["after"].as_str().map(str::to_string))
}

// The handshake.

fn the_ten_lines_of_a_handshake(who: Who) {
    if !who.has_lab() {
        return;
    }
    let text = "host alice\nhost bob\non bob server = socket inet stream\nbind server 10.0.0.2:9000\nlisten server\nwire hold tcp\n\
                on alice client = socket inet stream\nconnect client 10.0.0.2:9000 &\nstep\nstep\nstep\nwait\npackets\n";
    let ran = who.runs(script(text)).json().run().ok();
    let tcp: Vec<String> = ran.events.iter().filter(|e| e["proto"] == "tcp").map(told).collect();
    assert_eq!(
        tcp,
        [
            "held SYN alice bob 0 0 0",
            "delivered SYN alice bob 0 0 0",
            "held SYN+ACK bob alice 0 1 0",
            "delivered SYN+ACK bob alice 0 1 0",
            "held ACK alice bob 1 1 0",
            "delivered ACK alice bob 1 1 0",
        ]
    );
    // ARP passes a wire that holds TCP; it is asked of everybody.
    let arp = frames(&ran.events, "delivered", "arp");
    assert_eq!([arp[0].text("from"), arp[0].text("to")], ["alice", "*"]);
    assert!(!arp[0].has("flags") && !arp[0].has("seq_rel"), "fields that a protocol lacks are absent: {}", arp[0]);
    let syn = frames(&ran.events, "held", "tcp")[0];
    assert_eq!((syn.text("dst"), syn["src"].as_str().is_some_and(|s| s.starts_with("10.0.0.1:"))), ("10.0.0.2:9000", true));
    // The calls are told with their hosts.
    assert_eq!((&ran.called("connect")["host"], &ran.called("bind")["host"]), (&json!("alice"), &json!("bob")));
    assert_eq!(ran.returned("connect")["ok"], true);
    let listed = ran.of_kind("report").find(|e| e["report"] == "packets").expect("packets");
    let flagged: Vec<String> = listed["packets"].as_array().expect("rows").iter().map(flags).filter(|f| !f.is_empty()).collect();
    assert_eq!(flagged, ["SYN", "SYN+ACK", "ACK"]);
    // And without JSON, at the end of a pipe.
    let told = who.runs(script(text)).run().ok().told();
    assert!(told.contains("#3 SYN delivered to bob"), "{told}");
}

/// The states that the last frame's event claims are those of the kernel's tables, which `cat` reads on each host.
#[track_caller]
fn as_the_kernel_says(live: &Live, e: &Value) {
    let house = house(live);
    let number = |host: &str| match host {
        "alice" => 1,
        _ => 2,
    };
    let (src, dst) = (e.text("src"), e.text("dst"));
    let seen = [house.state(number(e.text("from")), src, dst), house.state(number(e.text("to")), dst, src)];
    assert_eq!(after(e), seen, "{e}");
}

/// Types a line and compares what the last frame of it claims with the kernel's tables.
#[track_caller]
fn step(live: &mut Live, line: &str) -> Value {
    let events = live.line(line);
    let last = events.iter().rfind(|e| e["proto"] == "tcp" && (e.is("held") || e.is("delivered") || e.is("dropped")));
    let last = last.unwrap_or_else(|| panic!("no frame: {events:?}")).clone();
    as_the_kernel_says(live, &last);
    last
}

/// Waits until something was told. What happens beside a script is told with its next line.
#[track_caller]
fn until(live: &mut Live, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut from = 0;
    loop {
        if let Some(found) = live.seen[from..].iter().find(|e| wanted(e)) {
            return found.clone();
        }
        from = live.seen.len();
        live.line("jobs");
    }
}

#[test]
fn of_what_is_held_the_frames_that_are_meant_are_moved() {
    if !Who::Own.has_lab() {
        return;
    }
    // A person is slow: both kernels repeat themselves meanwhile, and the oldest frame is none that is meant.
    let text = "host alice\nhost bob\non bob server = socket inet stream\nbind server 10.0.0.2:9000\nlisten server\nwire hold tcp\n\
                on alice client = socket inet stream\nconnect client 10.0.0.2:9000 &\nuntil a SYN is held 2s\nstep for syn\n\
                until a retransmission from alice is held 5s\nstep for syn+ack\nwait\nuntil an ACK from alice is held 2s\n\
                drop for ack from alice\nsend client hello\nuntil a data from alice is held 2s\nstep for data from alice\n\
                until server has 1 waiting 2s\n";
    let ran = run(text);
    let moved: Vec<String> =
        ran.events.iter().filter(|e| e["proto"] == "tcp" && (e.is("delivered") || e.is("dropped"))).map(told).collect();
    let by_hand: Vec<&str> = moved.iter().map(String::as_str).filter(|m| !m.starts_with("dropped SYN")).collect();
    assert_eq!(
        by_hand,
        [
            "delivered SYN alice bob 0 0 0",
            "delivered SYN+ACK bob alice 0 1 0",
            "dropped ACK alice bob 1 1 0",
            "delivered PSH+ACK alice bob 1 1 5",
        ]
    );
    for (line, at) in [("step for", "for"), ("drop 2 for nonsense", "nonsense"), ("step some", "some")] {
        let ran = script(format!("{TWO}{line}")).json().run().fails();
        assert_eq!(ran.pointed_at(), at);
    }
}

#[test]
fn the_states_of_a_handshake_are_the_kernels() {
    if !Who::Own.has_lab() || !have(&["nsenter"]) {
        return;
    }
    let mut live = live(Who::Own);
    for line in
        "host alice\nhost bob\non bob server = socket inet stream\nbind server 10.0.0.2:9000\nlisten server\nwire hold tcp\n\
                 on alice client = socket inet stream"
            .lines()
    {
        live.line(line);
    }
    live.line("connect client 10.0.0.2:9000 &");
    let syn = until(&mut live, |e| e.is("held") && flags(e) == "SYN");
    assert_eq!(after(&syn), [Some("SYN_SENT".into()), None]);
    as_the_kernel_says(&live, &syn);
    for (wanted, states) in [("SYN+ACK", ["SYN_RECV", "SYN_SENT"]), ("ACK", ["ESTABLISHED", "SYN_RECV"])] {
        live.line("step");
        let held = frames(&live.seen, "held", "tcp").last().expect("the next one").to_owned().clone();
        assert_eq!((flags(&held).as_str(), after(&held)), (wanted, states.map(|s| Some(s.to_string()))));
        as_the_kernel_says(&live, &held);
    }
    let last = step(&mut live, "step");
    assert_eq!(after(&last), ["ESTABLISHED", "ESTABLISHED"].map(|s| Some(s.to_string())));
    live.line("wait");
    // `sockets --all` shows what has no descriptor: the connection that nobody has accepted.
    let listed = live.line("sockets --all");
    let nobodys = listed.iter().find(|e| e.is("observed") && e["socket"].is_null()).expect("an entry without a handle");
    assert_eq!((nobodys.text("host"), nobodys.text("state"), nobodys.text("local")), ("bob", "ESTABLISHED", "10.0.0.2:9000"));
}

#[test]
fn the_states_of_a_loss_are_the_kernels_and_the_segment_comes_again() {
    if !Who::Own.has_lab() || !have(&["nsenter"]) {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, CONNECTED);
    live.line("wire hold data");
    live.line("send client hello");
    let lost = step(&mut live, "drop");
    assert_eq!(
        (lost.text("kind"), lost.number("len"), after(&lost)),
        ("dropped", 5, ["ESTABLISHED", "ESTABLISHED"].map(|s| Some(s.into())))
    );
    // `step` waits for the retransmission, which the kernel makes when its timer ends; the acknowledgment is not held.
    let answered = step(&mut live, "step");
    let again = frames(&live.seen, "delivered", "tcp").into_iter().rfind(|e| e["len"] == 5).expect("the segment again").clone();
    assert_eq!((told(&again).as_str(), again["packet"] == lost["packet"]), ("delivered PSH+ACK alice bob 1 1 5", false));
    assert_eq!(told(&answered), "delivered ACK bob alice 1 6 0");
    assert!(house(&live).count(1, "Tcp", "RetransSegs") >= 1);
    let got = live.line("recv conn 10");
    assert!(got.iter().any(|e| e.is("returned") && e["data"] == "hello"));
}

#[test]
fn a_simultaneous_close_passes_through_closing_as_the_kernel_says() {
    if !Who::Own.has_lab() || !have(&["nsenter"]) {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, CONNECTED);
    live.line("wire hold tcp");
    live.line("shutdown client wr");
    live.line("shutdown conn wr");
    let fins = frames(&live.seen, "held", "tcp");
    assert_eq!(fins.iter().filter(|e| flags(e) == "FIN+ACK").count(), 2, "both FINs are under way");
    // One FIN arrives: its receiver, which has sent its own, is CLOSING.
    live.line("step");
    let first = frames(&live.seen, "delivered", "tcp").last().expect("the FIN").to_owned().clone();
    assert_eq!(after(&first), ["FIN_WAIT1", "CLOSING"].map(|s| Some(s.to_string())));
    live.line("step");
    let second = frames(&live.seen, "delivered", "tcp").last().expect("the FIN").to_owned().clone();
    assert_eq!(after(&second), ["CLOSING", "CLOSING"].map(|s| Some(s.to_string())));
    as_the_kernel_says(&live, &second);
    // The two acknowledgments.
    let third = step(&mut live, "step");
    let last = step(&mut live, "step");
    assert_eq!([after(&third)[1].as_deref(), after(&last)[1].as_deref()], [Some("TIME_WAIT"), Some("TIME_WAIT")]);
    // TIME_WAIT has no descriptor: `sockets --all` reads it in the hosts' tables.
    let waiting: Vec<Value> = live.line("sockets --all").into_iter().filter(|e| e["state"] == "TIME_WAIT").collect();
    let hosts: Vec<&str> = waiting.iter().map(|e| e.text("host")).collect();
    assert!(hosts.contains(&"alice") && hosts.contains(&"bob"), "{waiting:?}");
}

// What a host has of its own, and what it shares.

fn each_host_has_its_own_names_and_shares_the_files(who: Who) {
    if !who.has_lab() {
        return;
    }
    let text = format!(
        "{TWO}on alice a = socket unix stream; bind a @name\non bob b = socket unix stream; bind b @name\n\
         on alice p = socket unix stream; bind p ./path.sock; listen p\non bob q = socket unix stream; connect q ./path.sock\n\
         on bob o = socket unix stream; expect EADDRINUSE bind o ./path.sock\n\
         l = socket unix stream; bind l @name"
    );
    let ran = who.runs(script(text)).json().run().ok();
    assert_eq!(ran.answers("bind").iter().filter(|e| e["ok"] == true).count(), 4);
}

fn all_families_work_on_a_host(who: Who) {
    if !who.has_lab() {
        return;
    }
    let text = format!(
        "{TWO}on alice p = socket inet dgram icmp; on alice r = socket inet raw icmp\n\
         connect p 10.0.0.2:0; send p hex:0800000000000001; recv p 100\n\
         on bob s = socket inet stream; bind s 10.0.0.2:80; listen s\n\
         on bob t = socket inet6 stream; bind t [fd00::2]:80; listen t\n\
         on alice c = socket inet6 stream; connect c [fd00::2]:80; d = accept t\n\
         on alice e = socket inet stream; connect e bob:80; f = accept s\n\
         on alice resolve bob:80 inet stream\n\
         poll d:in f:in e:out 500ms\nsend c x; send e y\npoll d:in f:in 2s\n\
         on bob who {{s.local}}\n\
         on alice x y = socketpair unix stream; sendmsg x z rights=e; recvmsg y 10 rights=1 name=g\n\
         assert g1 is ESTABLISHED\nsend g1 again"
    );
    let ran = who.runs(script(text)).json().run().ok();
    let pong = ran.answers("recv")[0];
    assert_eq!(pong["data_len"].as_i64().or(pong["value"].as_i64()), Some(8), "{pong}");
    let ready: Vec<&Value> = ran.answers("poll").into_iter().map(|e| &e["value"]).collect();
    assert_eq!(ready, [&json!(1), &json!(2)], "sockets of two hosts, in one call");
    assert!(ran.returned("getaddrinfo")["out"].to_string().contains("10.0.0.2:80"));
    let who = ran.of_kind("report").find(|e| e["report"] == "who").expect("who");
    assert_eq!((who["who"]["holders"][0].text("host"), &who["who"]["holders"][0]["seat"]), ("bob", &json!({"session": ["s"]})));
    assert_eq!(ran.observed("g1")["host"], "alice", "a socket keeps its host through SCM_RIGHTS");
    assert_eq!(ran.observed("d")["host"], "bob", "what accept makes is where the listener is");
}

fn the_first_socket_is_three_and_nothing_of_ours_is_below_the_top(who: Who) {
    if !who.has_lab() {
        return;
    }
    let mut live = live(who);
    live.line("host alice");
    live.line("host bob");
    let made = live.line("on bob s = socket inet stream");
    assert_eq!(made.iter().find(|e| e.is("returned")).expect("an answer")["value"], 3);
    live.line("on alice c = socket inet stream");
    let table = format!("/proc/{}/fd", live.pid());
    let mut fds: Vec<i32> =
        std::fs::read_dir(table).expect("it lives").flatten().filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    fds.sort_unstable();
    let low: Vec<i32> = fds.iter().copied().filter(|fd| *fd < 512).collect();
    assert_eq!(low, [0, 1, 2, 3, 4], "all: {fds:?}");
    assert!(fds.len() <= 8, "the lab's own are few, at the top: {fds:?}");
}

fn on_a_host_moves_and_on_a_host_with_a_command_does_not(who: Who) {
    if !who.has_lab() {
        return;
    }
    let text = format!(
        "{TWO}on alice x = socket inet dgram\nl = socket inet dgram\non bob\ny = socket inet dgram\non local\nz = socket inet dgram"
    );
    let ran = who.runs(script(text)).json().run().ok();
    let hosts: Vec<&str> = ran.calls("socket").iter().map(|e| e.text("host")).collect();
    assert_eq!(hosts, ["alice", "local", "bob", "local"]);
}

#[test]
fn a_host_that_is_not_there_is_refused_with_the_nearest() {
    if !Who::Own.has_lab() {
        return;
    }
    for (line, word) in [
        ("on alcie socket inet dgram", "alcie"),
        ("wire cut alice bbo", "bbo"),
        ("wire hold from bbo", "bbo"),
        ("host rm alcie", "alcie"),
    ] {
        let ran = script(format!("{TWO}{line}")).json().run().fails();
        let refused = ran.refused();
        assert_eq!((pointed_at(refused).as_str(), refused["hint"].is_string()), (word, true), "{refused}");
    }
    let names = script(format!("{TWO}host alice")).run().fails();
    assert!(names.stderr.contains("alice"), "{}", names.stderr);
    script("host a_b").run().fails();
    script("host dora 192.0.2.1").run().fails();
    script("on alice socket inet dgram").run().fails();
}

fn a_router_is_seen_at_work(who: Who) {
    if !who.has_lab() {
        return;
    }
    // TTL counts down at the router; a packet that has none left comes back as ICMP time exceeded, which the socket tells.
    let text = "host alice; host bob 10.1.0.1; router r 0 1\n\
                on bob b = socket inet dgram; bind b 10.1.0.1:9; setsockopt b recvttl 1\n\
                on alice a = socket inet dgram; sendto a hi 10.1.0.1:9; recvmsg b 10\n\
                on alice t = socket inet dgram; setsockopt t ttl 1; setsockopt t ip recverr 1; connect t 10.1.0.1:9; send t lost\n\
                expect EHOSTUNREACH recv t 10\n\
                on alice n = socket inet dgram; connect n 10.1.0.77:9; send n nobody";
    let ran = who.runs(script(text)).json().timeout("9s").run().ok();
    let control = ran.returned("recvmsg")["out"]["control"].to_string();
    assert!(control.contains("3f000000"), "63, the usual 64 less the router's one: {control}");
    let exceeded = frames(&ran.events, "delivered", "icmp").into_iter().find(|e| e["from"] == "r").expect("an ICMP error");
    assert_eq!((exceeded["type"].as_i64(), exceeded.text("to")), (Some(11), "alice"));
}

#[test]
fn a_small_mtu_on_the_way_is_learnt_from_icmp() {
    if !Who::Own.has_lab() || !have(&["nsenter", "ip"]) {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, "host alice; host bob 10.1.0.1; router r 0 1");
    // Behind the router is a link of 600 bytes: another program has set it.
    house(&live).on(3, &["ip", "link", "set", "eth1", "mtu", "600"]);
    typed(&mut live, "on bob b = socket inet dgram; bind b 10.1.0.1:9; on alice a = socket inet dgram; connect a 10.1.0.1:9");
    live.line("send a zeros:1000");
    let icmp = frames(&live.seen, "delivered", "icmp").pop().expect("fragmentation needed").clone();
    assert_eq!((icmp["type"].as_i64(), icmp["code"].as_i64(), icmp.text("to")), (Some(3), Some(4), "alice"));
    // The kernel has noted it, and says so.
    let mtu = live.line("getsockopt a mtu");
    assert!(mtu.iter().any(|e| e.is("returned") && e["out"].to_string().contains("600")), "{mtu:?}");
    live.line("expect EMSGSIZE send a zeros:1000");
    live.line("send a zeros:1000");
    live.line("recv b 2000");
    assert_eq!(live.seen.iter().rfind(|e| e.is("returned")).expect("an answer")["value"], 1000, "in fragments, put together again");
}

// The wire's verbs, each by its effect on a kernel.

/// Two UDP sockets in a sitting that is typed into.
fn udp() -> Option<Live> {
    if !Who::Own.has_lab() || !have(&["nsenter"]) {
        return None;
    }
    let mut live = live(Who::Own);
    typed(&mut live, UDP);
    Some(live)
}

/// How many packets bob's kernel has been given.
fn received(live: &Live) -> u64 {
    house(live).count(2, "Ip", "InReceives")
}

/// The causes of the frames that were dropped since.
fn dropped(events: &[Value]) -> Vec<&str> {
    events.iter().filter(|e| e.is("dropped")).map(|e| e.text("cause")).collect()
}

#[test]
fn loss_keeps_frames_from_the_kernel_and_cut_and_mend_do() {
    let Some(mut live) = udp() else { return };
    let before = received(&live);
    live.line("wire loss 100% for udp");
    assert_eq!(dropped(&live.line("sendto a one 10.0.0.2:9")), ["loss"]);
    live.line("wire loss 0%");
    live.line("wire clear");
    live.line("wire cut alice bob");
    assert_eq!(dropped(&live.line("sendto a two 10.0.0.2:9")), ["cut"]);
    assert_eq!(received(&live), before);
    live.line("wire mend");
    live.line("sendto a three 10.0.0.2:9");
    assert_eq!(received(&live), before + 1);
}

#[test]
fn a_delay_is_no_shorter_than_it_says() {
    let Some(mut live) = udp() else { return };
    live.line("wire delay 60ms");
    let sent = live.line("sendto a late 10.0.0.2:9");
    let got = live.line("recv b 10");
    let time = |events: &[Value]| {
        let e = events.iter().find(|e| e.is("returned")).expect("an answer").clone();
        (e["t_us"].as_f64().expect("a time"), e["took_us"].as_f64().expect("a time"))
    };
    let (left, (began, took)) = (time(&sent).0, time(&got));
    assert!(began + took - left >= 60_000.0, "{sent:?} {got:?}");
}

#[test]
fn a_duplicate_arrives_twice_and_a_reordered_pair_in_the_other_order() {
    let Some(mut live) = udp() else { return };
    let before = received(&live);
    live.line("wire duplicate");
    live.line("sendto a twice 10.0.0.2:9");
    assert_eq!(received(&live), before + 2);
    typed(
        &mut live,
        "recv b 10; recv b 10; wire hold udp; sendto a first 10.0.0.2:9; sendto a second 10.0.0.2:9; wire reorder; step 2; recv b 10; recv b 10",
    );
    let data: Vec<&str> = live.seen.iter().filter(|e| e.is("returned") && e["call"] == "recv").map(|e| e.text("data")).collect();
    assert_eq!(data, ["hello", "twice", "twice", "second", "first"]);
}

#[test]
fn a_flipped_bit_is_a_checksum_error_in_the_receivers_kernel() {
    let Some(mut live) = udp() else { return };
    typed(&mut live, "wire hold udp; sendto a hello 10.0.0.2:9");
    // Behind Ethernet, IP and UDP: the first bit of the payload.
    live.line(&format!("wire corrupt {}", (14 + 20 + 8) * 8));
    live.line("step");
    let house = house(&live);
    assert_eq!(house.count(2, "Udp", "InCsumErrors"), 1);
    typed(&mut live, "wire flow; wire clear");
    typed(&mut live, "on bob server = socket inet stream; bind server 10.0.0.2:9000; listen server");
    typed(
        &mut live,
        "on alice client = socket inet stream; connect client 10.0.0.2:9000; wire hold data; send client x; wire corrupt 528; step",
    );
    assert_eq!(house.count(2, "Tcp", "InCsumErrors"), 1);
}

#[test]
fn a_rate_takes_its_time_and_a_full_queue_drops() {
    let Some(mut live) = udp() else { return };
    live.line("wire rate 1mbit for udp");
    let first = live.line("sendto a zeros:1250 10.0.0.2:9").iter().find(|e| e.is("returned")).expect("an answer")["t_us"].as_f64();
    (0..5).for_each(|_| drop(live.line("sendto a zeros:1250 10.0.0.2:9")));
    (0..6).for_each(|_| drop(live.line("recv b 2000")));
    let last = live.seen.iter().rfind(|e| e.is("returned")).expect("an answer");
    let passed = last["t_us"].as_f64().expect("a time") + last["took_us"].as_f64().expect("a time") - first.expect("a time");
    assert!(passed >= 50_000.0, "five times ten thousand bits at least: {passed}");
    live.line("wire queue 2 for udp");
    (0..8).for_each(|_| drop(live.line("sendto a zeros:1250 10.0.0.2:9")));
    assert!(dropped(&live.seen).contains(&"queue_full"), "{:?}", dropped(&live.seen));
}

#[test]
fn a_seed_repeats_what_chance_did() {
    if !Who::Own.has_lab() {
        return;
    }
    let fates = |seed: u32| -> Vec<String> {
        let text = format!("{UDP}wire loss 50% for udp seed {seed}\nrepeat 40 sendto a x 10.0.0.2:9");
        let ran = run(&text);
        ran.events.iter().filter(|e| e["proto"] == "udp").map(|e| e.text("kind").to_string()).collect()
    };
    let (one, again, other) = (fates(7), fates(7), fates(8));
    assert_eq!(one, again);
    assert_ne!(one, other);
    assert!(one.iter().any(|k| k == "dropped") && one.iter().filter(|k| *k == "delivered").count() > 5, "{one:?}");
}

// Where there can be no lab.

#[test]
fn where_user_namespaces_are_forbidden_it_says_so_and_all_else_works() {
    if !have(&["unshare", "setpriv"]) || !Who::User.has_lab() {
        return;
    }
    let forbidden = |text: &str| {
        let line = "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all \"$0\" \"$@\"";
        Who::User.runs(script(text).under(["unshare", "-Ur", "sh", "-c", line])).json()
    };
    let ran = forbidden("host alice").run().fails();
    let fault = ran.of_kind("fault").next().expect("a fault");
    assert_eq!(fault.text("code"), "no-lab");
    for said in [fault.text("reason"), &ran.stderr] {
        assert!(said.contains("/proc/sys/user/max_user_namespaces is 0") && said.contains("root"), "{said}");
    }
    let ran = forbidden("host alice\na b = socketpair unix stream\nsend a x\nhosts").keep_going().run().fails();
    assert_eq!(ran.returned("send")["value"], 1);
    assert_eq!(ran.of_kind("done").filter(|e| e["ok"] == false).count(), 1);
}

// Trouble.

fn kill_nine_leaves_nothing(who: Who) {
    if !who.has_lab() {
        return;
    }
    let mut live = live(who);
    typed(&mut live, "host alice; host bob; on bob s = socket inet dgram; on bob run sleep 1000");
    until(&mut live, |e| e.is("program") && e["what"] == "started");
    let house = house(&live);
    let inodes = house.inodes();
    assert_eq!(inodes.len(), 3, "the wire's and two hosts'");
    live.signal(Signal::SIGKILL);
    live.wait();
    house.is_gone(&inodes);
}

/// What a script tells on the screen; lines of it may fail.
fn told_on_screen(text: &str) -> String {
    String::from_utf8(script(text).keep_going().run().stdout).expect("text")
}

#[test]
fn a_refusal_is_told_by_the_packet_that_brought_it() {
    if !Who::Own.has_lab() {
        return;
    }
    let tcp = told_on_screen(&format!("{TWO}on alice c = socket inet stream; connect c 10.0.0.2:9"));
    assert!(tcp.contains("10.0.0.2 itself answered: packet #4 on the wire, RST"), "{tcp}");
    let udp =
        told_on_screen(&format!("{TWO}on alice u = socket inet dgram; connect u 10.0.0.2:9; send u x; until u readable; recv u 9"));
    assert!(udp.contains("10.0.0.2 itself answered: packet #4 on the wire, ICMP"), "{udp}");
}

#[test]
fn who_asks_for_a_hosts_name_from_outside_hears_where_it_is_known() {
    if !Who::Own.has_lab() {
        return;
    }
    let told = told_on_screen(&format!("{TWO}c = socket inet stream; connect c bob:9"));
    assert!(told.contains("bob is a host of the lab") && told.contains("on bob goes to"), "{told}");
}

#[test]
fn states_that_the_wire_saw_are_on_the_path_of_the_state_machine() {
    if !Who::Own.has_lab() {
        return;
    }
    let told = told_on_screen(
        "host alice; host bob\n\
        on bob server = socket inet stream; bind server 10.0.0.2:9000; listen server; wire hold tcp\n\
        on alice client = socket inet stream; connect client 10.0.0.2:9000 &\n\
        step 3; wait; conn = accept server; show state client; show state conn\n",
    );
    let path: Vec<&str> =
        told.lines().filter(|l| l.contains(" seen")).filter_map(|l| l.split(" · ").next()).map(str::trim).collect();
    let path: Vec<String> = path.iter().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let wanted = [
        "1 ● CLOSE seen",
        "2 ● SYN_SENT seen",
        "3 ● ESTABLISHED seen",
        "1 ○ LISTEN not seen, but the only way",
        "2 ● SYN_RECV seen in the kernel's table",
        "3 ● ESTABLISHED seen in the kernel's table",
    ];
    assert_eq!(path, wanted, "{told}");
}

#[test]
fn a_reset_leaves_no_house_behind_while_the_log_still_tells_of_its_hosts() {
    if !Who::Own.has_lab() {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, UDP);
    let house = house(&live);
    let inodes = house.inodes();
    typed(&mut live, "on bob run sleep 1000; lab reset");
    house.is_gone(&inodes);
    typed(&mut live, "host carol; on carol s = socket inet dgram; sendto s x 10.0.0.1:9; packets");
    assert_eq!(live.end().0, Some(0));
}

#[test]
fn a_house_that_is_killed_is_a_clear_fault_and_the_session_lives() {
    if !Who::Own.has_lab() {
        return;
    }
    let mut live = live_on(Who::Own);
    typed(&mut live, UDP);
    let house = house(&live);
    kill(Pid::from_raw(house.pid), Signal::SIGKILL).expect("it lives");
    wait_for("its end", || std::fs::read_to_string(format!("/proc/{}/stat", house.pid)).is_ok_and(|s| s.contains(") Z ")));
    live.write("host carol");
    let fault = live.next(|e| e.is("fault"));
    assert!(fault.text("reason").contains("EPIPE") || fault.text("reason").contains("ECONNRESET"), "{fault}");
    live.next(|e| e.is("done"));
    live.write("on alice t = socket inet dgram");
    live.next(|e| e.is("done"));
    for line in [
        "x y = socketpair unix stream",
        "send x hi",
        "recv y 10",
        "hosts",
        "wire",
        "packets",
        "lab reset",
        "host alice",
        "on alice z = socket inet dgram",
    ] {
        live.line(line);
    }
    let (status, _) = live.end();
    assert_eq!(status, Some(1), "two lines failed");
}

/// As [`live`], and a line that fails is not the end.
fn live_on(who: Who) -> Live {
    Live::of(who.runs(piped("").keep_going()))
}

#[test]
fn a_host_is_removed_under_open_sockets_and_waiting_calls() {
    if !Who::Own.has_lab() {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, UDP);
    typed(&mut live, CONNECTED.split_once('\n').expect("two lines").1);
    live.line("recv conn 10 &");
    live.line("recv b 10 &");
    let said = live.line("host rm bob");
    assert!(said.iter().any(|e| e["text"].as_str().is_some_and(|t| t.contains("3 of your sockets"))), "{said:?}");
    // What alice sends now goes nowhere; the sockets are open still, and their calls wait.
    let void = live.line("sendto a into-the-void 10.0.0.2:9");
    let lost = void.iter().find(|e| e.is("dropped")).expect("nobody takes it");
    assert_eq!((lost.text("cause"), lost.text("to")), ("no_such_host", "10.0.0.2"), "told by the address it looked for: {lost}");
    live.line("sockets");
    for line in
        ["cancel 1", "cancel 2", "close conn", "close b", "close server", "host bob", "on bob u = socket inet dgram", "lab reset"]
    {
        live.line(line);
    }
    assert_eq!(live.end().0, Some(0));
}

#[test]
fn a_full_table_is_the_learners_own_trouble() {
    if !Who::Own.has_lab() {
        return;
    }
    let text = format!(
        "{TWO}repeat until EMFILE on alice socket inet dgram\non alice expect EMFILE socketpair unix stream\nclose s1\non bob t = socket inet stream\nhost carol\nhosts"
    );
    let ran = script(text).json().shell("ulimit -n 64; exec \"$0\" \"$@\"").run().ok();
    assert_eq!(ran.returned("socket")["value"], 3);
}

#[test]
fn ten_thousand_packets_are_held_and_more_are_said_to_be_lost() {
    if !Who::Own.has_lab() {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, UDP);
    live.line("wire hold udp");
    live.write("repeat 10010 sendto a zeros:1000 10.0.0.2:9");
    live.write("wire");
    let wire = live.next(|e| e["report"] == "wire" && e["wire"]["held"] != 0)["wire"].clone();
    live.next(|e| e.is("done"));
    assert_eq!(wire["held"], 10_000, "{wire}");
    assert_eq!(dropped(&live.seen).len(), 10);
    let status = std::fs::read_to_string(format!("/proc/{}/status", live.pid())).expect("it lives");
    let most: u64 =
        status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.split_whitespace().next()?.parse().ok()).expect("KiB");
    assert!(most < 200_000, "{most} KiB");
    live.line("wire flow");
    assert!(received(&live) >= 10);
}

/// Frames of all lengths and kinds, from a program on alice: most are no packets at all.
const NONSENSE: &str = "import socket, random\n\
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0); s.bind(('eth0', 0))\n\
    r = random.Random(1)\n\
    for i in range(20000):\n\
    \x20\x20kind = r.choice([b'\\x08\\x00', b'\\x86\\xdd', b'\\x08\\x06', b'\\x81\\x00', r.randbytes(2)])\n\
    \x20\x20body = r.choice([b'', b'\\x45', b'\\x60', b'\\x4f\\x00']) + r.randbytes(r.choice([0, 1, 19, 20, 46, r.randrange(1480)]))\n\
    \x20\x20to = r.choice([b'\\x02\\x00\\x0a\\x00\\x00\\x02', b'\\xff' * 6, r.randbytes(6)])\n\
    \x20\x20try: s.send((to + b'\\x02\\x00\\x0a\\x00\\x00\\x01' + kind + body)[:1514])\n\
    \x20\x20except OSError: pass\n";
const FLOOD: &str = "import socket\n\
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0); s.bind(('eth0', 0))\n\
    f = bytes.fromhex('02000a000002' '02000a000001' '88b5') + bytes(50)\n\
    for i in range(200000):\n\
    \x20\x20try: s.send(f)\n\
    \x20\x20except OSError: pass\n";

#[test]
fn nonsense_and_a_flood_of_small_frames_pass_and_the_session_lives() {
    if !Who::Own.has_lab() || !have(&["nsenter", "python3"]) {
        return;
    }
    let mut live = live(Who::Own);
    typed(&mut live, UDP);
    for (program, holds) in [(NONSENSE, None), (NONSENSE, Some("wire hold all")), (FLOOD, None)] {
        holds.into_iter().for_each(|l| drop(live.line(l)));
        house(&live).on(1, &["python3", "-c", program]);
        live.line("wire flow");
        live.line("packets 1000");
        live.line("wire clear");
    }
    live.line("sendto a still-here 10.0.0.2:9");
    live.line("recv b 20");
    let wire = live.line("wire").iter().find(|e| e["report"] == "wire").expect("the wire")["wire"].clone();
    let count = |k: &str| wire[k].as_u64().unwrap_or(0);
    assert!(count("passed") + count("lost") >= 200_000, "every frame is accounted for: {wire}");
    let status = std::fs::read_to_string(format!("/proc/{}/status", live.pid())).expect("it lives");
    let most: u64 =
        status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.split_whitespace().next()?.parse().ok()).expect("KiB");
    assert!(most < 300_000, "{most} KiB");
    assert_eq!(live.end().0, Some(0));
}

#[test]
fn five_hundred_hosts() {
    if !Who::Own.has_lab() {
        return;
    }
    let text = "repeat 500 host h{i}\nexpect nothing hosts\n".replace("expect nothing hosts\n", "hosts\n")
        + "on h500 s = socket inet stream; bind s 10.0.1.244:80; listen s; on h1 c = socket inet stream; connect c h500:80";
    let ran = script(text).json().run();
    let ran = if ran.status == Some(1) { panic!("{}", ran.stderr) } else { ran.ok() };
    assert_eq!(ran.returned("connect")["ok"], true);
    let more = script("repeat 501 host h{i}").quiet().run().fails();
    assert!(more.stderr.contains("500"), "{}", more.stderr);
}

#[test]
fn signals_end_a_call_that_waits_on_a_host() {
    for (signal, status) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        if !Who::Own.has_lab() {
            return;
        }
        let mut live = live(Who::Own);
        typed(&mut live, UDP);
        let house = house(&live);
        let inodes = house.inodes();
        live.write("recv b 10");
        live.asleep("recv");
        live.signal(signal);
        assert_eq!(live.wait().0, Some(status));
        house.is_gone(&inodes);
    }
}

// Real programs.

#[test]
fn a_shell_on_a_host_has_the_terminal_and_gives_it_back() {
    if !Who::Own.has_lab() {
        return;
    }
    let home = Home::new();
    let mut t = program(&home).env("SHELL", "/bin/sh").start();
    t.run("host alice");
    t.keys("on alice shell\r");
    t.see("# ");
    t.keys("echo this is $(hostname)\r");
    t.see("this is alice");
    // Ctrl-C is for what runs there, not for us.
    t.keys("sh -c 'echo go$((1 + 1)); exec sleep 1000'\r");
    t.see("go2");
    t.keys("\x03");
    t.until("the shell's prompt", |t| t.text().trim_end().ends_with('#'));
    t.keys("exit\r");
    t.see("back from alice");
    t.run("a b = socketpair unix stream");
    t.see("fd 3");
    t.keys("\x04");
    assert_eq!(t.end().code(), Some(0));
}

fn a_real_program_on_a_host_meets_a_real_client(who: Who) {
    if !who.has_lab() || !have(&["python3", "curl"]) {
        return;
    }
    let mut live = live(who);
    typed(&mut live, TWO);
    std::fs::write(live.path().join("page"), "a page of bob's\n").expect("a file");
    live.line("on bob run python3 -u -m http.server 80");
    until(&mut live, |e| e.is("program") && e["line"].as_str().is_some_and(|l| l.contains("Serving HTTP")));
    live.line("on alice run curl -sS --max-time 20 http://bob/page");
    until(&mut live, |e| e.is("program") && e["host"] == "alice" && e["line"] == "a page of bob's");
    let ended = until(&mut live, |e| e.is("program") && e["host"] == "alice" && e["what"] == "ended");
    assert_eq!(ended["status"], 0, "{ended}");
    until(&mut live, |e| e.is("program") && e["host"] == "bob" && e["line"].as_str().is_some_and(|l| l.contains("GET /page")));
}

#[test]
fn an_address_of_one_link_keeps_the_name_of_its_hosts_interface() {
    if !Who::Own.has_lab() {
        return;
    }
    // The same number is another interface on another host: r alone has an eth1.
    let lines = "host alice; host bob 10.1.0.1; router r 0 1\n\
        on alice s = socket inet6 dgram; bind s [fe80::aff:fe00:1%eth0]:0\n\
        on r u = socket inet6 dgram; on alice\nsendto u x [fe80::77%eth1]:9\nsockets\ninspect s\nsave log.json\nlab reset\n";
    let ran = run(lines);
    assert_eq!(ran.called("sendto")["args"]["dest_addr"], "[fe80::77%eth1]:9");
    let said: Vec<String> = ran.events.iter().map(Value::to_string).filter(|e| e.contains("fe80::aff:fe00:1%")).collect();
    assert!(said.len() > 4 && said.iter().all(|e| !e.replace("fe00:1%eth0]", "").contains("fe00:1%")), "{said:#?}");
    // Also behind the host's end, and in what was saved.
    for text in [format!("{lines}show ladder\n"), "load log.json\nshow ladder\n".into()] {
        let again = script(text);
        again.folder.file("log.json", std::fs::read(ran.folder.path().join("log.json")).expect("the log"));
        let told = again.run().ok().told();
        let ladder = &told[told.find("show ladder").expect("a ladder")..];
        assert!(ladder.contains("[fe80::aff:fe00:1%eth0]") && ladder.contains("[fe80::77%eth1]"), "{told}");
    }
}

#[test]
fn a_program_that_cannot_be_started_is_never_told_as_running() {
    if !Who::Own.has_lab() {
        return;
    }
    for (program, errno) in [("sockscope-no-such -x", "ENOENT"), ("/etc/passwd", "EACCES"), ("/", "EACCES")] {
        let ran = script(format!("host alice; on alice run {program}")).json().run().fails();
        assert!(ran.stderr.contains(errno), "{}", ran.stderr);
        assert!(!ran.events.iter().any(|e| e.is("program")), "{program}");
        let fault = ran.events.iter().find(|e| e.is("fault")).expect("a fault");
        assert_eq!(fault["code"], "program");
    }
    // No number of a job is spent on it.
    let ran = script("host alice\non alice run sockscope-no-such\non alice run true\nwait 1").json().keep_going().run().fails();
    let jobs: Vec<&Value> = ran.events.iter().filter(|e| e.is("program")).map(|e| &e["job"]).collect();
    assert_eq!(jobs, [1, 1]);
}

#[test]
fn iperf_passes_a_good_wire_and_a_bad_one() {
    if !Who::Own.has_lab() || !have(&["iperf3"]) {
        return;
    }
    for loss in ["0%", "5%"] {
        let mut live = live(Who::Own);
        typed(&mut live, TWO);
        live.line(&format!("wire loss {loss} for tcp seed 3"));
        live.line("on bob run iperf3 -s -1 --forceflush");
        until(&mut live, |e| e.is("program") && e["line"].as_str().is_some_and(|l| l.contains("listening")));
        live.line("on alice run iperf3 -c 10.0.0.2 -n 200K --json");
        let ended = until(&mut live, |e| e.is("program") && e["host"] == "alice" && e["what"] == "ended");
        assert_eq!(ended["status"], 0, "{ended}");
        // What was lost was sent again, by the kernels' own count.
        let (house, lost) = (house(&live), dropped(&live.seen).len());
        let again = house.count(1, "Tcp", "RetransSegs") + house.count(2, "Tcp", "RetransSegs");
        assert!(loss == "0%" || lost > 0 && again > 0, "{lost} frames lost at {loss}, {again} segments again");
    }
}

#[test]
fn tshark_reads_what_was_saved_and_agrees_on_every_row() {
    if !Who::Own.has_lab() || !have(&["tshark"]) {
        return;
    }
    let text = format!(
        "{CONNECTED}send client hello; recv conn 10; shutdown client wr; close conn\non alice u = socket inet dgram; sendto u x 10.0.0.2:9\nsave lab.pcapng\npackets"
    );
    let ran = run(&text);
    let file = ran.folder.path().join("lab.pcapng");
    let fields = ["_ws.col.Protocol", "tcp.seq", "tcp.ack", "tcp.len", "ip.src", "ip.dst", "tcp.flags.str"];
    let mut command = std::process::Command::new("tshark");
    command.arg("-r").arg(&file).args(["-T", "fields", "-E", "separator=|"]).args(fields.iter().flat_map(|f| ["-e", f]));
    let out = command.output().expect("tshark");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let theirs: Vec<Vec<&str>> = text.lines().map(|l| l.split('|').collect()).collect();
    let listed = ran.of_kind("report").find(|e| e["report"] == "packets").expect("packets");
    let ours = listed["packets"].as_array().expect("rows");
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        if ours["proto"] != "tcp" {
            assert!(theirs[1].is_empty(), "{ours} {theirs:?}");
            continue;
        }
        let numbers: Vec<String> = ["seq_rel", "ack_rel", "len"].map(|k| ours.number(k).to_string()).to_vec();
        assert_eq!(numbers, theirs[1..4], "{ours}");
        let ip = |k: &str| ours.text(k).rsplit_once(':').expect("a port").0.to_string();
        assert_eq!([ip("src"), ip("dst")], [theirs[4], theirs[5]]);
        let letters = |f: &str| f.chars().filter(|c| c.is_ascii_alphabetic()).collect::<String>();
        let mine: String = ["FIN", "SYN", "RST", "PSH", "ACK"]
            .iter()
            .filter(|f| ours["flags"].as_array().is_some_and(|a| a.iter().any(|x| x == *f)))
            .map(|f| &f[..1])
            .collect();
        let theirs: String = ["F", "S", "R", "P", "A"].into_iter().filter(|l| letters(theirs[6]).contains(l)).collect();
        assert_eq!(mine, theirs, "{ours}");
    }
}

//! What pictures conclude, and what they leave out.

use super::{CONVERSATION, asked, drawable, log};
use sockscope::event::{Event, PictureKind, What};
use sockscope::markup::{Style, render};
use sockscope::text::Lang;
use sockscope::view::picture;

fn drawn(events: &[Event], view: PictureKind, socket: Option<&str>, width: usize) -> String {
    let mut text = String::new();
    match picture::of(&asked(view, socket), events, Lang::En) {
        Ok(picture) => render(&picture::screen(&*picture, width, false), Style { width, ..Style::PLAIN }, &mut text),
        Err(why) => text = why.plain(Lang::En),
    }
    text
}

/// The first row that says this.
fn row<'a>(picture: &'a str, says: &str) -> &'a str {
    picture.lines().find(|l| l.contains(says)).unwrap_or_else(|| panic!("no `{says}` in\n{picture}"))
}

#[test]
fn an_arrow_needs_both_ends_and_a_call_that_succeeded() {
    let ladder = drawn(&log(CONVERSATION), PictureKind::Ladder, None, 140);
    assert!(row(&ladder, "● connect").contains('◀'), "{ladder}");
    assert!(!row(&ladder, "recv dontwait").contains('◀') && !row(&ladder, "✗ bind").contains(['◀', '▶']), "{ladder}");
    // What the call itself made is a fact: no dashes lead there.
    assert!(row(&ladder, "[conn]").contains("───▶") && !row(&ladder, "[conn]").contains('╌'), "{ladder}");
    assert!(row(&ladder, "shutdown wr").contains("FIN ╌") || ladder.contains("FIN ╌"), "{ladder}");
}

#[test]
fn nothing_is_concluded_of_a_socket_that_another_descriptor_holds() {
    let lines = "a b = socketpair unix stream
        d = dup b
        close b
        send a hello
        close d";
    let ladder = drawn(&log(lines), PictureKind::Ladder, None, 120);
    let closes: Vec<&str> = ladder.lines().filter(|l| l.contains("● close")).collect();
    assert!(!closes[0].contains('◀') && closes[1].contains('◀'), "{ladder}");
    // The bytes are d's now.
    assert!(ladder.contains("5 B"), "{ladder}");
    let passed = "a b = socketpair unix stream
        c e = socketpair unix stream
        sendmsg a x rights=c
        close c";
    let ladder = drawn(&log(passed), PictureKind::Ladder, None, 120);
    assert!(!row(&ladder, "● close").contains(['▶', '◀']), "{ladder}");
}

#[test]
fn a_datagram_socket_that_connects_sends_nothing() {
    let lines = "u = socket inet dgram; bind u 127.0.0.1:0
        v = socket inet dgram
        connect v {u.local}
        send v hi";
    let ladder = drawn(&log(lines), PictureKind::Ladder, None, 100);
    assert!(!row(&ladder, "● connect").contains('◀') && row(&ladder, "● send").contains("2 B"), "{ladder}");
}

#[test]
fn one_socket_is_drawn_with_those_it_dealt_with() {
    let events = log(CONVERSATION);
    let ladder = drawn(&events, PictureKind::Ladder, Some("conn"), 100);
    for there in ["[server]", "[client]", "[conn]"] {
        assert!(ladder.contains(there), "{ladder}");
    }
    assert!(!ladder.contains("[other]") && !ladder.contains("EADDRINUSE"), "{ladder}");
    assert!(drawn(&events, PictureKind::Timeline, Some("other"), 100).contains("calls: 2"));
}

#[test]
fn columns_of_closed_sockets_are_used_again_and_what_finds_none_is_named() {
    let pairs = |close: bool| {
        let line = |i: i32| {
            format!(
                "a{i} b{i} = socketpair unix stream{}\n",
                if close { format!("; close a{i}; close b{i}") } else { String::new() }
            )
        };
        (0..12).map(line).collect::<String>()
    };
    let ladder = drawn(&log(&pairs(true)), PictureKind::Ladder, None, 80);
    assert!(ladder.contains("[b11]") && !ladder.contains("Not drawn"), "{ladder}");
    let ladder = drawn(&log(&pairs(false)), PictureKind::Ladder, None, 80);
    assert!(ladder.contains("Not drawn, for want of columns: b2"), "{ladder}");
    assert!(!ladder.contains("[b11]"), "{ladder}");
}

#[test]
fn a_log_that_lost_its_beginning_has_a_picture_of_the_rest() {
    let events = log(CONVERSATION);
    let from = events.iter().position(|e| matches!(&e.what, What::Typed { line, .. } if line.starts_with("send client"))).unwrap();
    let rest = &events[from..];
    let ladder = drawn(rest, PictureKind::Ladder, None, 100);
    assert!(ladder.contains("[client]") && ladder.contains("● send"), "{ladder}");
    assert!(drawn(rest, PictureKind::State, Some("client"), 100).contains("FIN_WAIT1"), "{ladder}");
    assert!(drawn(rest, PictureKind::Timeline, None, 100).contains("shutdown"));
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let events = log(CONVERSATION);
    assert_eq!(drawn(&[], PictureKind::Ladder, None, 80), "nothing to draw yet: no call was made in this sitting");
    assert_eq!(drawn(&[], PictureKind::Timeline, None, 80), "nothing to draw yet: no call was made in this sitting");
    assert!(drawn(&[], PictureKind::Buffers, None, 80).starts_with("no socket is alive"));
    assert!(drawn(&events, PictureKind::State, None, 80).starts_with("which socket?"));
    assert!(drawn(&events, PictureKind::State, Some("clinet"), 80).ends_with("did you mean client?"));
    let u = log("u = socket inet dgram");
    assert_eq!(
        drawn(&u, PictureKind::State, Some("u"), 80),
        "u is inet dgram (UDP): the state machine is TCP's, and only a TCP socket has a path in it"
    );
}

#[test]
fn every_width_is_kept_to() {
    use unicode_width::UnicodeWidthStr;
    let events = log(CONVERSATION);
    for view in PictureKind::ALL {
        let Some((events, _)) = drawable(view, &events) else { continue };
        for width in 20..170 {
            for line in drawn(events, view, Some("client"), width).lines() {
                assert!(line.width() <= width || view == PictureKind::Buffers, "{view:?} at {width}: {line}");
            }
        }
    }
}

#[test]
fn what_the_wire_saw_is_an_arrow_of_its_own() {
    if !crate::kit::lab::Who::Own.has_lab() {
        return;
    }
    let ran = crate::kit::script(
        "host alice
         host bob
         on bob server = socket inet stream
         bind server 10.0.0.2:9000
         listen server
         wire hold tcp
         on alice client = socket inet stream
         connect client 10.0.0.2:9000 &
         step
         drop
         step
         step
         wait
         wire flow
         on bob conn = accept server
         on alice send client hello
         on bob recv conn 100
         show ladder",
    )
    .arg("--width")
    .arg("120")
    .keep_going()
    .run();
    let told = ran.told();
    let ladder = &told[told.find("Ladder ·").unwrap_or_else(|| panic!("{told}"))..];
    for there in ["[bob server]", "[alice client]", "[bob conn]", "SYN_SENT", "Solid arrows: frames that the wire saw"] {
        assert!(ladder.contains(there), "{there}: {ladder}");
    }
    // Held it stops half way; let go it arrives; dropped it never does.
    assert!(row(ladder, "SYN seq 0 held").contains("○──"), "{ladder}");
    let passes = |l: &&str| l.contains("SYN seq 0") && !l.contains("held") && l.contains("◀──");
    assert!(ladder.lines().any(|l| passes(&l)), "{ladder}");
    assert!(ladder.contains("dropped") && ladder.contains("──✗"), "{ladder}");
    // Between hosts nothing is concluded, for it was seen.
    assert!(!ladder.contains('╌'), "{ladder}");
}

/// The ladder, or another picture, that a script in a lab ends with; none where this machine permits no lab.
fn in_lab(lines: &str, width: usize) -> Option<String> {
    if !crate::kit::lab::Who::Own.has_lab() {
        return None;
    }
    let ran = crate::kit::script(lines).arg("--width").arg(width.to_string()).run().ok();
    let told = ran.told();
    let at = told.rfind("› show ").unwrap_or_else(|| panic!("{told}"));
    Some(told[at..].to_string())
}

#[test]
fn every_frame_of_a_sockets_flow_is_in_the_ladder() {
    let lines = "host alice
        host bob
        host dora 10.1.0.2
        router r 0 1
        on alice x = socket inet stream
        expect ECONNREFUSED connect x 10.0.0.2:99
        on alice d = socket inet dgram
        sendto d lost 10.0.0.2:5353
        on bob q = socket inet dgram
        bind q 10.0.0.2:53
        on alice e = socket inet dgram
        sendto e dns? 10.0.0.2:53
        recvfrom q 100
        on alice z = socket inet stream
        expect ECONNREFUSED connect z 10.1.0.2:99
        show ladder";
    let Some(ladder) = in_lab(lines, 160) else { return };
    let at = |says: &str| ladder.lines().filter(|l| l.contains(says)).collect::<Vec<_>>();
    // Where nobody has a socket, the arrow leads to the host, or comes from it.
    assert!(at(" SYN seq 0")[0].contains("───▶ bob") && !at(" SYN seq 0")[0].contains("SYN_SENT"), "{ladder}");
    assert!(at("RST+ACK")[0].contains("◀─── bob"), "{ladder}");
    assert!(at("→ 5353")[0].contains("───▶ bob"), "{ladder}");
    assert!(at("ICMP Destination Unreachable: Port Unreachable")[0].contains("◀─── bob"), "{ladder}");
    // A socket that got its port in the call that sent the datagram has its arrow all the same.
    assert!(at("→ 53 len 4")[0].contains("│◀──"), "{ladder}");
    // Between a router and a kernel no socket has an end: their row is everybody's.
    assert_eq!((at("r → dora SYN seq 0").len(), at("dora → r RST+ACK").len()), (1, 1), "{ladder}");
}

#[test]
fn frames_of_a_closed_connection_are_told_in_rows_of_their_own() {
    let lines = "host alice
        host bob
        on bob server = socket inet stream
        bind server 10.0.0.2:9000
        listen server
        on alice w = socket inet stream
        connect w 10.0.0.2:9000
        on bob conn = accept server
        on alice resolve bob:9000 inet stream
        on alice close w
        on bob close conn
        show ladder";
    let Some(ladder) = in_lab(lines, 90) else { return };
    let rows: Vec<&str> = ladder.lines().collect();
    // A state stands where its socket is there already, and not on its name.
    let born = rows.iter().position(|l| l.contains("[bob conn]")).expect("conn");
    assert!(rows[born].contains("[bob conn] ESTABLISHED"), "{ladder}");
    assert!(!rows[..born].last().is_some_and(|l| l.contains("ESTABLISHED")) && !ladder.contains("]ESTABLISHED"), "{ladder}");
    // Whose call it is, and what was asked.
    assert!(ladder.contains("● alice getaddrinfo bob 9000 inet stream  "), "{ladder}");
    // The last segments find one descriptor closed.
    assert!(ladder.contains("FIN+ACK seq 1 ack 2") && ladder.contains("───▶ alice") && ladder.contains("◀─── alice"), "{ladder}");
}

#[test]
fn labels_are_what_was_typed() {
    let lines = "a b = socketpair unix dgram
        v = socket inet stream
        sendmmsg a one two
        recvmmsg b 2 100 dontwait
        sendmsg a take rights=v
        recvmsg b 100
        ep = epoll create";
    let ladder = drawn(&log(lines), PictureKind::Ladder, None, 200);
    for label in ["sendmsg \"take\" rights=v", "● recvmmsg dontwait", "● recvmsg = s1", "epoll create1"] {
        assert!(ladder.contains(label), "`{label}` in\n{ladder}");
    }
    assert!(!ladder.contains("cloexec") && !ladder.contains("scm_rights"), "{ladder}");
}

#[test]
fn a_refused_connect_leads_back_to_the_beginning_of_the_figure() {
    // The row of a box, and of its number.
    let upper = |picture: &str| picture.lines().nth(2).is_some_and(|l| l.contains("1,3"));
    let events = log("s = socket inet stream\nconnect s 127.0.0.1:1");
    let state = drawn(&events, PictureKind::State, Some("s"), 80);
    assert!(upper(&state), "{state}");
    let path: Vec<&str> = state.lines().filter(|l| l.contains("seen")).take(3).collect();
    for (row, says) in path.iter().zip(["CLOSE        seen", "SYN_SENT     not seen, but the only way", "CLOSE        seen"]) {
        assert!(row.contains(says), "{state}");
    }
    let lines = "host alice
        host bob
        on alice x = socket inet stream
        expect ECONNREFUSED connect x 10.0.0.2:99
        show state x";
    if let Some(state) = in_lab(lines, 80) {
        assert!(state.lines().any(|l| l.contains("1,3") && l.contains("connect → SYN")), "{state}");
        assert!(!state.lines().rev().take(14).any(|l| l.contains("━")), "{state}");
    }
}

#[test]
fn a_figure_that_has_no_room_says_so() {
    let state = drawn(&log(CONVERSATION), PictureKind::State, Some("client"), 60);
    assert!(state.contains("needs 78 columns") && !state.contains("Thick"), "{state}");
}

#[test]
fn what_is_left_out_is_counted_and_a_heading_counts_what_is_drawn() {
    let lines: String = (0..20).map(|i| format!("a{i} b{i} = socketpair unix stream\n")).collect();
    let events = log(&(lines + "send a0 x"));
    let ladder = drawn(&events, PictureKind::Ladder, None, 80);
    assert!(ladder.contains("and 27 more"), "{ladder}");
    assert!(drawn(&events, PictureKind::Ladder, Some("a0"), 80).starts_with("Ladder · sockets: 2 · calls: 2\n"));
    // A file is as wide as it needs to be.
    let picture = picture::of(&asked(PictureKind::Ladder, None), &events, Lang::En).unwrap_or_else(|_| panic!());
    for file in [picture::svg(&*picture), picture::html(&*picture, Lang::En)] {
        assert!(file.matches(">b19<").count() >= 1 && !file.contains("Not drawn"), "{}", file.len());
    }
}

#[test]
fn one_open_socket_under_two_names_is_one_end() {
    let lines = "a b = socketpair unix stream
        a2 = dup a
        send a hello
        show buffers";
    let events = log(lines);
    for socket in [None, Some("a2"), Some("b")] {
        let buffers = drawn(&events, PictureKind::Buffers, socket, 100);
        assert!(buffers.contains("[a, a2]") && buffers.matches("[b]").count() == 1, "{buffers}");
    }
}

#[test]
fn what_is_said_of_a_queue_is_said_whole() {
    let lines = "server = socket inet stream; bind server 127.0.0.1:0; listen server
        client = socket inet stream; connect client {server.local}
        conn = accept server
        send client zeros:4000000 dontwait
        show buffers";
    let buffers = drawn(&log(lines), PictureKind::Buffers, None, 72);
    assert!(buffers.contains("acknowledged") && !buffers.contains('…'), "{buffers}");
}

#[test]
fn a_long_name_leaves_its_call_in_the_timeline() {
    let name = "the_name_of_this_socket_is_too_long_for_it";
    let events = log(&format!("{name} b = socketpair unix stream; send {name} hello"));
    let timeline = drawn(&events, PictureKind::Timeline, None, 80);
    let call = row(&timeline, "send \"hello\"");
    assert!(call.contains("the_") && call.contains('…'), "{timeline}");
}

#[test]
fn the_clocks_marks_stand_evenly() {
    let events = log(CONVERSATION);
    for width in 60..170 {
        let timeline = drawn(&events, PictureKind::Timeline, None, width);
        let last = timeline.lines().rfind(|l| l.contains('│')).unwrap_or_else(|| panic!("{timeline}"));
        let marks: Vec<usize> = last.chars().enumerate().filter(|(_, c)| *c == '│').map(|c| c.0).collect();
        let apart: Vec<usize> = marks.windows(2).map(|m| m[1] - m[0]).collect();
        assert!(apart.windows(2).all(|a| a[0] == a[1]), "{width}: {apart:?}\n{timeline}");
    }
}

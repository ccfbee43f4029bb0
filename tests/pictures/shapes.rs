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
    let may = std::process::Command::new("unshare").args(["--user", "--map-root-user", "--net", "true"]).output();
    if !may.is_ok_and(|o| o.status.success()) {
        assert!(std::env::var_os("SOCKSCOPE_TEST_ALL").is_none(), "no namespaces here");
        eprintln!("skipped: user namespaces are not permitted here");
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

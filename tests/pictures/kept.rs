//! Each view in both languages at 80 and at 140 columns, as it is kept in a file.

use super::{CONVERSATION, asked, log};
use sockscope::event::{Event, PictureKind};
use sockscope::markup::{Style, render};
use sockscope::text::Lang;
use sockscope::view::picture;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

fn drawn(events: &[Event], view: PictureKind, socket: Option<&str>, lang: Lang, width: usize, ascii: bool) -> String {
    let asked = asked(view, socket);
    let picture = picture::of(&asked, events, lang).unwrap_or_else(|why| panic!("{}", why.in_lang(Lang::En)));
    let mut text = String::new();
    render(&picture::screen(&*picture, width, ascii), Style { width, colour: false, ascii, contrast: false }, &mut text);
    text
}

/// Compares with the files that are kept, and looks that nothing is wider than the terminal.
pub fn compare(name: &str, events: &[Event], view: PictureKind, socket: Option<&str>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures");
    for (code, lang) in [("en", Lang::En), ("zh", Lang::Zh)] {
        for width in [80, 140] {
            let text = drawn(events, view, socket, lang, width, false);
            for line in text.lines() {
                assert!(line.width() <= width, "{name}, {code}, {width}: {line}");
            }
            let file = folder.join(format!("{name}.{code}.{width}.txt"));
            if std::env::var_os("SOCKSCOPE_PICTURE").is_some_and(|v| !v.is_empty()) {
                std::fs::write(&file, &text).unwrap();
            }
            let kept = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(kept == text, "{} is another than\n{text}", file.display());
        }
    }
    let plain = drawn(events, view, socket, Lang::En, 80, true);
    assert!(plain.chars().all(|c| c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c)), "{plain}");
    let fine = drawn(events, view, socket, Lang::En, 80, false);
    // One column for one column: in ASCII every mark stands where it stood.
    for (a, b) in plain.lines().zip(fine.lines()) {
        assert_eq!(a.width(), b.width(), "{a}\n{b}");
    }
}

#[test]
fn ladder() {
    compare("ladder", &log(CONVERSATION), PictureKind::Ladder, None);
}

#[test]
fn ladder_of_datagrams_and_of_a_pair() {
    let lines = "u = socket inet dgram; bind u 127.0.0.1:0
        v = socket inet dgram
        sendto v one {u.local}
        recvfrom u 100
        a b = socketpair unix stream
        send a hello
        recv b 100
        d = dup b
        close b; close a
        read d 10";
    compare("datagrams", &log(lines), PictureKind::Ladder, None);
}

#[test]
fn timeline() {
    compare("timeline", &log(CONVERSATION), PictureKind::Timeline, None);
}

#[test]
fn states_of_who_connected_closed_first_and_is_closed() {
    compare("state-client", &log(CONVERSATION), PictureKind::State, Some("client"));
}

#[test]
fn states_of_who_was_accepted() {
    let events = log(CONVERSATION);
    compare("state-conn", &events, PictureKind::State, Some("conn"));
}

#[test]
fn buffers() {
    let lines = "server = socket inet stream
        bind server 127.0.0.1:0
        listen server 5
        client = socket inet stream
        connect client {server.local}
        conn = accept server
        late = socket inet stream
        connect late {server.local}
        send client zeros:20000
        until conn has 20000 bytes
        until client has 0 unacked
        send conn hello
        until conn has 0 unacked
        u = socket inet dgram
        connect u 127.0.0.1:9
        show buffers";
    compare("buffers", &log(lines), PictureKind::Buffers, None);
}

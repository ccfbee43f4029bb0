//! The lab as it stands: what is there, what is gone, and what the wire does where.

use super::kept::compare;
use super::{LAB, asked, lab_log, lab_with_programs, saved};
use sockscope::event::{Event, PictureKind};
use sockscope::markup::{Style, render};
use sockscope::text::Lang;
use sockscope::view::picture;

fn drawn(events: &[Event], socket: Option<&str>, width: usize) -> String {
    let mut text = String::new();
    match picture::of(&asked(PictureKind::Topology, socket), events, Lang::En) {
        Ok(picture) => render(&picture::screen(&*picture, width, false), Style { width, ..Style::PLAIN }, &mut text),
        Err(why) => text = why.plain(Lang::En),
    }
    text
}

/// The rows of a host's box, the others beside it too.
fn rows<'a>(picture: &'a str, host: &str) -> Vec<&'a str> {
    let tag = format!("[{host}]");
    let from = picture.lines().position(|l| l.contains(&tag)).unwrap_or_else(|| panic!("no {tag} in\n{picture}"));
    picture.lines().skip(from).take_while(|l| !l.contains('└')).collect()
}

#[test]
fn topology() {
    let Some(events) = lab_log() else { return };
    compare("topology", events, PictureKind::Topology, Some("client"));
}

#[test]
fn programs_stand_in_the_box_of_their_host_and_have_bars_of_their_own() {
    if lab_log().is_none() {
        return;
    }
    let events = lab_with_programs();
    compare("programs", &events, PictureKind::Topology, None);
    compare("programs-timeline", &events, PictureKind::Timeline, None);
    compare("programs-ladder", &events, PictureKind::Ladder, None);
    let text = drawn(&events, None, 60);
    let has = |host: &str, words: &str| rows(&text, host).iter().any(|l| l.contains(words));
    assert!(has("bob", "sleep 1000  job 1  runs") && !has("alice", "runs"), "{text}");
    assert!(has("alice", "true  job 4  exit 0") && has("alice", "sleep 1000  job 5  signal 15"), "{text}");
    // Only the newest that have ended are listed.
    assert!(has("alice", "1 more that have ended") && !has("alice", "false"), "{text}");
}

#[test]
fn a_program_of_a_host_that_is_gone_is_not_on_the_new_one_of_its_name() {
    if lab_log().is_none() {
        return;
    }
    let text = drawn(&saved("host alice\non alice run true\nwait 1\nhost rm alice\nhost alice"), None, 60);
    assert!(!text.contains('▸'), "{text}");
}

#[test]
fn what_the_wire_does_stands_where_it_acts() {
    let Some(events) = lab_log() else { return };
    // In 60 columns no box stands beside another.
    let text = drawn(events, None, 60);
    let has = |host: &str, words: &str| rows(&text, host).iter().any(|l| l.contains(words));
    assert!(has("segment 0", "○ hold tcp") && has("segment 1", "○ hold tcp"), "{text}");
    assert!(has("segment 0", "◇ loss 10% for udp") && !has("bob", "loss"), "{text}");
    assert!(has("bob", "◇ delay 50ms") && !has("alice", "delay"), "{text}");
    assert!(has("carol", "✗━") && has("carol", "✗ cut carol"), "{text}");
    assert!(has("alice", "✗ cut alice bob") && has("bob", "✗ cut alice bob"), "{text}");
    // The frame is where its sender put it.
    assert!(has("segment 0", "alice → r SYN seq 0 held") && !has("segment 1", "SYN"), "{text}");
}

#[test]
fn a_host_that_is_gone_is_not_drawn_and_its_sockets_are_told_apart() {
    let Some(events) = lab_log() else { return };
    let text = drawn(events, None, 100);
    assert!(!text.contains("[eric]") && text.contains("Their host was removed: left (eric)"), "{text}");
    assert!(text.contains("On this machine itself, which is not on the wire: local"), "{text}");
    let again = saved(&format!("{LAB}\nhost eric\non eric new = socket inet dgram\nclose left"));
    let text = drawn(&again, None, 60);
    assert!(rows(&text, "eric").iter().any(|l| l.contains("new")) && !text.contains("removed"), "{text}");
    let reset = saved(&format!("{LAB}\nlab reset"));
    assert_eq!(drawn(&reset, None, 80), "there is no host yet: host alice makes one");
    assert_eq!(drawn(&[], None, 80), "there is no host yet: host alice makes one");
}

#[test]
fn a_router_of_many_segments_leads_to_each() {
    if lab_log().is_none() {
        return;
    }
    let events = saved("host a\nhost b 10.1.0.1\nhost c 10.2.0.1\nhost d 10.9.0.1\nrouter r 0 1 2\nu = socket inet dgram");
    for width in [30, 60, 80, 140] {
        let text = drawn(&events, None, width);
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what} in\n{text}"));
        assert!(at("[a]") < at("[r]") && at("[r]") < at("[b]") && at("[b]") < at("[c]"), "{text}");
        // A line leaves the router, and comes to both segments.
        assert!(text.contains("┏━") && text.contains("┣━") && text.contains("┗━"), "{text}");
        // Nothing leads to the segment that it does not join.
        let last = text.lines().find(|l| l.contains("10.9.0.0/16")).expect("segment 9");
        assert!(!last.contains('━'), "{text}");
    }
}

#[test]
fn events_say_who_is_gone() {
    if lab_log().is_none() {
        return;
    }
    let ran = crate::kit::lines("host alice; host bob; host rm bob; show topology; lab reset").json().run().ok();
    let gone: Vec<_> = ran.of_kind("report").filter(|e| e["report"] == "hosts_gone").map(|e| e["hosts_gone"].to_string()).collect();
    assert_eq!(gone, [r#"["bob"]"#, r#"["alice"]"#]);
}

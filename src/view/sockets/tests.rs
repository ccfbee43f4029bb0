//! The table at every width.

use super::*;
use crate::kernel::Place;
use crate::kernel::addr::{AddrWord, parse};
use crate::markup::{Style, render, width};

fn addr(word: &str) -> Option<Addr> {
    match parse(word) {
        Ok(AddrWord::Addr(a)) => Some(a),
        _ => None,
    }
}

const TCP: Kind = Kind::Socket { domain: libc::AF_INET, kind: libc::SOCK_STREAM, protocol: libc::IPPROTO_TCP };
const UDP: Kind = Kind::Socket { domain: libc::AF_INET, kind: libc::SOCK_DGRAM, protocol: libc::IPPROTO_UDP };
const UNIX: Kind = Kind::Socket { domain: libc::AF_UNIX, kind: libc::SOCK_STREAM, protocol: 0 };

fn row(name: &str, fd: i32, kind: Kind, state: State, local: &str, peer: &str, queues: (u64, u64)) -> Observation {
    let listens = state == State::Listen;
    let probe = Probe {
        state: Some(state),
        local: addr(local),
        peer: addr(peer),
        recv_queue: Some(queues.0),
        send_queue: (!listens).then_some(queues.1),
        backlog: listens.then_some(queues.1),
        ..Probe::default()
    };
    let socket = (!name.is_empty()).then(|| name.to_string());
    Observation { id: socket.as_ref().map(|_| 1), socket, fd: Some(fd), host: Place::Local, kind: Some(kind), probe, kept_by: None }
}

fn usual() -> Vec<Observation> {
    let mut rows = vec![
        row("server", 3, TCP, State::Listen, "127.0.0.1:9000", "", (1, 128)),
        row("client", 4, TCP, State::Established, "127.0.0.1:40122", "127.0.0.1:9000", (0, 5)),
        row("conn", 5, TCP, State::CloseWait, "127.0.0.1:9000", "127.0.0.1:40122", (5, 0)),
    ];
    rows[1].probe.nonblock = true;
    rows
}

fn lines(rows: &[Observation], lang: Lang, columns: usize) -> Vec<String> {
    let mut out = String::new();
    render(&sockets(rows, Some("client"), lang, columns), Style { width: columns, ..Style::PLAIN }, &mut out);
    out.lines().map(str::to_string).collect()
}

#[test]
fn a_wide_screen_shows_everything() {
    assert_eq!(
        lines(&usual(), Lang::En, 140),
        [
            "  name    fd  family type        state        local → peer                      recv / send    notes",
            "  server  3   inet stream (TCP)  LISTEN       127.0.0.1:9000                    waiting 1/128",
            "› client  4   inet stream (TCP)  ESTABLISHED  127.0.0.1:40122 → 127.0.0.1:9000  0 / 5          nonblock",
            "  conn    5   inet stream (TCP)  CLOSE_WAIT   127.0.0.1:9000 → 127.0.0.1:40122  5 / 0",
        ]
    );
}

#[test]
fn usual_rows_fit_eighty_columns() {
    assert_eq!(
        lines(&usual(), Lang::En, 80),
        [
            "  name    fd  kind  state        local → peer                      r/s",
            "  server  3   TCP   LISTEN       127.0.0.1:9000                    1 of 128",
            "› client  4   TCP   ESTABLISHED  127.0.0.1:40122 → 127.0.0.1:9000  0/5",
            "  conn    5   TCP   CLOSE_WAIT   127.0.0.1:9000 → 127.0.0.1:40122  5/0",
            "› client  nonblock",
        ]
    );
    assert!(lines(&usual(), Lang::Zh, 80)[0].contains("状态"));
}

#[test]
fn no_width_loses_a_name_or_a_state_and_no_line_is_too_long() {
    let mut rows = usual();
    rows.push(row("u", 6, UDP, State::Close, "127.0.0.1:5000", "", (5, 0)));
    rows.push(row("a-long-name", 1200, UNIX, State::Listen, &format!("/tmp/{}/x.sock", "deep/".repeat(15)), "", (0, 4096)));
    rows.push(row("", 0, TCP, State::Established, "127.0.0.1:9000", "127.0.0.1:40124", (0, 0)));
    rows[0].kept_by = Some(1);
    for lang in Lang::ALL {
        for columns in 28..160 {
            let got = lines(&rows, lang, columns);
            for o in &rows {
                let (name, state) = (o.socket.clone().unwrap_or_default(), o.probe.state.unwrap().name());
                assert!(got.iter().any(|l| l.contains(&name) && l.contains(state)), "{columns}: {got:#?}");
            }
            for line in &got {
                assert!(width(line) <= columns, "{columns}: {line} in {got:#?}");
            }
        }
    }
}

#[test]
fn what_is_special_is_said() {
    let mut kept = row("server", 3, TCP, State::Listen, "127.0.0.1:9000", "", (0, 1));
    kept.kept_by = Some(2);
    let rows = [
        kept,
        row("u", 6, UDP, State::Close, "127.0.0.1:5000", "", (5, 768)),
        row("", 0, TCP, State::CloseWait, "[::1]:1", "[::1]:2", (0, 0)),
    ];
    let got = lines(&rows, Lang::En, 140).join("\n");
    for words in ["closed, kept by job 2", "unconnected", "next 5 / 768", "kernel memory", "not yet accepted", "(kernel)"] {
        assert!(got.contains(words), "{words}: {got}");
    }
    assert_eq!(lines(&[], Lang::En, 80), ["  no socket is alive"]);
}

#[test]
fn names_of_unix_sockets_are_escaped() {
    let mut o = row("x", 3, UNIX, State::Listen, "/tmp/x", "", (0, 1));
    o.probe.local = Some(Addr::Path(b"/tmp/\x1b]0;a\x07\xff"[..].into()));
    assert!(lines(&[o], Lang::En, 140)[1].contains("/tmp/\\x1b]0;a\\x07\\xff"));
}

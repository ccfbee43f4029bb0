//! The answer of `who`: the sockets at an address, and whose they are.

use super::grid::{Cell, cell, columns, said, widest};
use crate::event::{Holder, Seat, Who};
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::messages::look as say;
use crate::text::{Lang, Text};
use crate::vocabulary::State;

/// A row for each socket; where there is none, a sentence.
pub fn who(w: &Who, lang: Lang, width: usize) -> Doc {
    let mut doc = Doc::new();
    let sentence = |doc: &mut Doc, text: Text| doc.para(2, inline(&text.in_lang(lang)));
    if w.holders.is_empty() {
        sentence(
            &mut doc,
            match w.file_is_socket {
                Some(true) => say::who_leftover(&w.asked),
                Some(false) => say::who_other_file(&w.asked),
                None => say::who_nobody(&w.asked),
            },
        );
        return doc;
    }
    let mut rows: Vec<[Cell; 4]> = vec![
        [say::head_protocol(), say::head_state(), say::head_addresses(), say::head_holder()].map(|t| said(Role::Dim, &t, lang)),
    ];
    rows.extend(w.holders.iter().map(|h| {
        let addresses = match &h.peer {
            Some(peer) if !peer.is_empty() => format!("{} → {peer}", h.local),
            _ => h.local.clone(),
        };
        let state = h.state.map_or("", State::name);
        // Where several networks are looked through, the protocol's cell says whose it is.
        let protocol = match &h.host {
            Some(host) => vec![Span::new(Role::Host, host.clone()), Span::plain(format!(" {}", h.protocol))],
            None => cell(Role::Plain, &*h.protocol),
        };
        [protocol, cell(Role::State, state), cell(Role::Address, addresses), holder(h, lang)]
    }));
    let fixed = 2 + (0..3).map(|i| widest(rows.iter().map(|r| &r[i])) + 2).sum::<usize>();
    if fixed + widest(rows.iter().map(|r| &r[3])) <= width {
        doc.push(Block::Table { indent: 2, rows: rows.into_iter().map(Vec::from).collect() });
    } else {
        // Whose it is is the answer: it gets a line of its own before anything is cut.
        for [protocol, state, addresses, holder] in rows.into_iter().skip(1) {
            let mut line = protocol;
            for part in [state, addresses].into_iter().filter(|p| columns(p) > 0) {
                line.push(Span::plain("  "));
                line.extend(part);
            }
            doc.para(2, line);
            doc.para(4, holder);
        }
    }
    if w.hidden && w.holders.iter().any(|h| matches!(h.seat, Seat::Unseen { .. })) {
        sentence(&mut doc, say::who_hidden());
    }
    doc
}

fn holder(h: &Holder, lang: Lang) -> Cell {
    let seconds = |ms: u32| format!("{:.1}", f64::from(ms) / 1000.0);
    match &h.seat {
        Seat::Session(names) => said(Role::Name, &say::who_session(names.join(", ")), lang),
        Seat::Processes(all) => {
            let one = |p: &crate::kernel::procfs::Process| say::who_process(&p.command, p.pid, p.fd).plain(lang);
            cell(Role::Plain, all.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        Seat::Kernel { left_ms } => {
            let text = match (h.state, left_ms) {
                (Some(State::TimeWait), Some(ms)) => say::who_kernel_left(seconds(*ms)),
                (Some(State::SynRecv | State::NewSynRecv), _) => say::who_kernel_handshake(),
                // Closed by its process it would be in another state.
                (Some(State::Established | State::CloseWait), _) => say::who_kernel_not_accepted(),
                (_, Some(ms)) => say::who_kernel_timer(seconds(*ms)),
                (_, None) => say::who_kernel(),
            };
            said(Role::Plain, &text, lang)
        }
        Seat::Unseen { uid } => said(Role::Dim, &say::who_unseen(*uid), lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::procfs::Process;
    use crate::markup::{Style, render, width};

    fn at(protocol: &str, state: State, peer: Option<&str>, seat: Seat) -> Holder {
        let (local, peer) = ("127.0.0.1:9000".to_string(), peer.map(str::to_string));
        Holder { host: None, protocol: protocol.into(), state: Some(state), local, peer, inode: 1, seat }
    }

    fn shown(w: &Who, lang: Lang, columns: usize) -> String {
        let mut out = String::new();
        render(&who(w, lang, columns), Style { width: columns, ..Style::PLAIN }, &mut out);
        out
    }

    fn some() -> Who {
        let command = "python3 evil\u{1b}[2J.py".to_string();
        let holders = vec![
            at("TCP", State::Listen, None, Seat::Session(vec!["server".into(), "d".into()])),
            at("TCP", State::TimeWait, Some("127.0.0.1:40122"), Seat::Kernel { left_ms: Some(58_940) }),
            at("TCP", State::Established, Some("127.0.0.1:40124"), Seat::Kernel { left_ms: None }),
            at("UDP", State::Close, None, Seat::Processes(vec![Process { pid: 7, fd: 3, command }])),
            at("UDP", State::Close, None, Seat::Unseen { uid: 1000 }),
        ];
        Who { asked: "127.0.0.1:9000".into(), holders, hidden: true, file_is_socket: None }
    }

    #[test]
    fn every_owner_is_said() {
        let out = shown(&some(), Lang::En, 140);
        let words =
            ["this session: server, d", "for 58.9 s more", "waits to be accepted", "python3 evil\\u{1b}[2J.py (pid 7, fd 3)"];
        for words in words.iter().chain(&["the socket's uid is 1000", "/proc/PID/fd"]) {
            assert!(out.contains(words), "{words}: {out}");
        }
        assert!(shown(&some(), Lang::Zh, 140).contains("本次会话"));
        for columns in 40..140 {
            for line in shown(&some(), Lang::En, columns).lines() {
                assert!(width(line) <= columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn nobody_is_an_answer_and_a_file_left_behind_another() {
        let mut w = Who { asked: "/tmp/x.sock".into(), holders: Vec::new(), hidden: false, file_is_socket: None };
        assert!(shown(&w, Lang::En, 100).contains("no socket is at /tmp/x.sock"));
        w.file_is_socket = Some(true);
        assert!(shown(&w, Lang::En, 100).contains("in this network namespace"));
    }
}

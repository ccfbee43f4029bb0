//! Checks as they are written: read, refused, said, completed.

use super::read::FENCE;
use super::{Check, complete};
use crate::grammar::{Args, Lexed, World, lex, refusal::Code};
use crate::grammar::{Handle, refusal::Why};
use crate::text::Lang;

/// One socket, named server.
struct Small;

impl World for Small {
    fn find(&self, name: &str) -> Option<Handle> {
        (name == "server").then_some(Handle { id: 1, fd: 3 })
    }
    fn names(&self) -> Vec<String> {
        vec!["server".into()]
    }
    fn value(&self, _: &str, _: &str) -> Result<String, Why> {
        Ok("127.0.0.1:9000".into())
    }
    fn addresses(&self) -> Vec<String> {
        vec!["127.0.0.1:9000".into()]
    }
}

fn refused(line: &str) -> (&str, String, Option<String>) {
    let r = Check::read_line(line, &Small).err().unwrap_or_else(|| panic!("{line} is a check"));
    (line.get(r.span.0..r.span.1).unwrap_or(""), r.reason.plain(Lang::En), r.hint)
}

#[test]
fn goals_are_said_in_both_languages() {
    let goal = |line: &str| {
        let goal = Check::read_line(line, &Small).unwrap_or_else(|r| panic!("{line}: {}", r.reason.in_lang(Lang::En))).goal();
        (goal.plain(Lang::En), goal.plain(Lang::Zh))
    };
    let rows = [
        ("server is listening", "server is in the state LISTEN", "server 处于 LISTEN 状态"),
        ("server is not CLOSE", "server is not in the state CLOSE", "server 不处于 CLOSE 状态"),
        ("server is bound to 127.0.0.1:0", "server is bound to 127.0.0.1:*", "server 绑定在 127.0.0.1:*"),
        (
            "server has at least 2 waiting",
            "at least 2 waiting in the accept queue of server",
            "server 的全连接队列里有至少 2 条连接等待",
        ),
        ("server has 1 waiting", "1 waiting in the accept queue of server", "server 的全连接队列里有 1 条连接等待"),
        ("conn is not blocking", "conn is non-blocking", "conn 是非阻塞的"),
        ("conn is not open", "conn is closed", "conn 已关闭"),
        ("conn readable", "poll reports POLLIN for conn", "poll 对 conn 报告 POLLIN"),
        ("epoll wait fails with EINTR on ep", "epoll_wait fails with EINTR on ep", "对 ep 的 epoll_wait 因 EINTR 失败"),
        ("accept succeeds", "accept4 succeeds", "accept4 成功"),
        ("who finds 127.0.0.1:80", "who finds a socket at 127.0.0.1:80", "who 在 127.0.0.1:80 找到套接字"),
        ("conn is on bob", "conn was made on the host bob", "conn 是在主机 bob 上创建的"),
        ("a SYN from alice is held", "a frame is held on the wire: SYN from alice", "线上扣着一个帧：SYN from alice"),
        ("2 FINs were delivered", "2 frames delivered: FINs", "送达了 2 个帧：FINs"),
        ("at least 1 udp was dropped by loss", "a frame was dropped: udp (by loss)", "有一个帧被丢弃了：udp (by loss)"),
        ("no retransmission was seen", "0 frames on the wire: retransmission", "线上出现过 0 个帧：retransmission"),
        ("host bob exists", "there is a host bob", "有主机 bob"),
        ("host bob is gone", "there is no host bob", "没有主机 bob"),
        (
            "bob has a SYN_RECV",
            "in the kernel's table of bob: at least 1 in the state SYN_RECV",
            "bob 的内核表里有至少 1 个 SYN_RECV",
        ),
        (
            "bob knows the hardware address of 10.0.0.1",
            "bob knows the hardware address of 10.0.0.1",
            "bob 知道 10.0.0.1 的硬件地址",
        ),
        ("conn option linger is on 5", "SO_LINGER of conn is on 5", "conn 的 SO_LINGER 为 on 5"),
    ];
    for (line, en, zh) in rows {
        assert_eq!(goal(line), (en.to_string(), zh.to_string()), "{line}");
    }
}

#[test]
fn refusals_point_at_the_word_and_say_the_nearest() {
    let rows = [
        ("server is LISTNE", "LISTNE", Some("LISTEN")),
        ("server is readabel", "readabel", Some("readable")),
        ("server si LISTEN", "si", Some("is")),
        ("server has 1 waitng", "waitng", Some("waiting")),
        ("server has many waiting", "many", None),
        ("bnid succeeds", "bnid", Some("bind")),
        ("bind fails with EADDRINUS", "EADDRINUS", Some("EADDRINUSE")),
        ("close succeeds", "close", Some("server is open")),
        ("server option error is 0", "error", None),
        ("server option nodelya is 1", "nodelya", Some("nodelay")),
        ("server is bound to 127.0.0.1", "127.0.0.1", None),
        ("a SNY is held", "SNY", Some("syn")),
        ("a retransmision was seen", "retransmision", Some("retransmission")),
        ("a SYN is hold", "hold", Some("held")),
        ("a SYN was dropped by los", "los", Some("loss")),
        ("host bob exist", "exist", Some("exists")),
        ("server is LISTEN now", "now", None),
        ("who finds server", "server", None),
        ("\"server\" is LISTEN", "\"server\"", Some("server is LISTEN")),
    ];
    for (line, word, hint) in rows {
        let (at, reason, near) = refused(line);
        assert_eq!((at, near.as_deref()), (word, hint), "{line}: {reason}");
    }
    for line in [
        "a SYN",
        "a SYN is",
        "at least 2 from",
        "host bob",
        "conn is on",
        "",
        "server",
        "server is",
        "server has",
        "server has at least",
        "server option nodelay",
        "bind fails with",
        "server is bound to",
    ] {
        let r = Check::read_line(line, &Small).unwrap_err();
        assert_eq!(r.code, Code::Missing, "{line}");
    }
}

#[test]
fn a_time_limit_behind_a_check_is_left_for_the_command() {
    let line = "server has at least 1 waiting 2s";
    let mut lexed = Lexed::default();
    lex(line, 0, None, &mut lexed).unwrap();
    let mut args = Args::new(line, &lexed, 0, &FENCE, &Small, (0, 0));
    Check::read(&mut args).unwrap();
    assert_eq!(args.peek().and_then(|w| w.bare_str()), Some("2s"));
}

#[test]
fn every_word_that_completion_offers_is_understood() {
    let mut lines = vec![String::new()];
    let (mut whole, mut seen) = (0, 0);
    for _ in 0..7 {
        let mut longer = Vec::new();
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            // Long lists are all alike: some of each are enough.
            for c in complete(&words, "", &Small)
                .iter()
                .filter(|c| !c.word.ends_with(':'))
                .step_by(3)
                .chain(complete(&words, "", &Small).first())
            {
                let next = format!("{line} {}", c.word).trim().to_string();
                seen += 1;
                match Check::read_line(&next, &Small) {
                    Ok(_) => whole += 1,
                    // Options that cannot be read are refused with a reason of their own.
                    Err(r) if r.code == Code::Missing || next.contains(" option ") => {}
                    Err(r) => panic!("{next}: {}", r.reason.in_lang(Lang::En)),
                }
                longer.push(next);
            }
        }
        lines = longer;
        lines.truncate(400);
    }
    assert!(whole > 50 && seen > 200, "{whole} of {seen}");
}

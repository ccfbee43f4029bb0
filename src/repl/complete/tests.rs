//! A session that is not there: a TCP listener, a TCP client that is current, a unix socket, an epoll instance.

use super::*;
use crate::grammar::Handle;
use crate::grammar::refusal::{Code, Why};
use crate::markup::Role;
use crate::text::messages::refusal;

struct Fake;

const NAMES: [&str; 4] = ["server", "client", "u", "ep"];

impl World for Fake {
    fn find(&self, name: &str) -> Option<Handle> {
        let at = NAMES.iter().position(|n| *n == name)? as u32;
        Some(Handle { id: at + 1, fd: at as i32 + 3 })
    }
    fn current(&self) -> Option<Handle> {
        self.find("client")
    }
    fn names(&self) -> Vec<String> {
        NAMES.map(String::from).to_vec()
    }
    fn value(&self, name: &str, field: &str) -> Result<String, Why> {
        Err((Code::BadValue, refusal::no_value(name, field)))
    }
    fn addresses(&self) -> Vec<String> {
        vec!["127.0.0.1:9000".into(), "@demo".into()]
    }
    fn jobs(&self) -> Vec<u32> {
        vec![1, 4]
    }
    fn explained(&self) -> Vec<String> {
        crate::lesson::Library::new(None).words(crate::text::Lang::En)
    }
}

impl Scene for Fake {
    fn kind(&self, name: &str) -> Option<Kind> {
        let socket = |domain, protocol| Some(Kind::Socket { domain, kind: libc::SOCK_STREAM, protocol });
        match name {
            "server" | "client" => socket(libc::AF_INET, libc::IPPROTO_TCP),
            "u" => socket(libc::AF_UNIX, 0),
            "ep" => Some(Kind::Epoll),
            _ => None,
        }
    }
    fn listens(&self, name: &str) -> bool {
        name == "server"
    }
    fn current_name(&self) -> Option<String> {
        Some("client".into())
    }
}

fn all(line: &str) -> Vec<String> {
    candidates(line, line.len(), &Fake).1.into_iter().map(|c| c.word).collect()
}

/// `line` followed by one Tab could become `line` with one of these words, among others.
#[track_caller]
fn offers(line: &str, words: &[&str]) {
    let found = all(line);
    for word in words {
        assert!(found.iter().any(|f| f == word), "`{line}` offers {found:?}, not `{word}`");
    }
}

#[track_caller]
fn only(line: &str, words: &[&str]) {
    assert_eq!(all(line), words, "`{line}`");
}

#[track_caller]
fn never(line: &str, word: &str) {
    assert!(!all(line).iter().any(|f| f == word), "`{line}` offers `{word}`");
}

#[test]
fn a_line_begins_with_a_command_or_a_prefix() {
    offers("", &["socket", "epoll", "sockets", "expect", "repeat", "quit"]);
    only("sockete", &[]);
    only("socketp", &["socketpair"]);
    only("epoll ", &["create", "add", "mod", "del", "wait"]);
    only("expect ECONNREF", &["ECONNREFUSED"]);
    only("expect EPIPE shutd", &["shutdown"]);
    only("close u; shutd", &["shutdown"]);
    offers("close u; ", &["socket"]);
}

#[test]
fn behind_an_equals_sign_stands_what_makes_something() {
    offers("conn = ", &["accept", "socket", "dup", "epoll", "recvmsg"]);
    offers("a b = ", &["socketpair"]);
    never("conn = ", "close");
    never("conn = ", "help");
}

#[test]
fn arguments_come_in_the_calls_own_order() {
    offers("socket ", &["inet", "inet6", "unix"]);
    offers("socket inet ", &["stream", "dgram"]);
    offers("socket inet stream ", &["nonblock"]);
    only("socket AF_INET6", &["AF_INET6"]);
    only("socket af_inet6", &["AF_INET6"]);
    only("shutdown client ", &["rd", "wr", "rdwr"]);
    offers("send client ", &["\"hello\\r\\n\"", "hex:48656c", "file:", "zeros:1M"]);
    only("send client x nosig", &["nosignal"]);
    only("send client x oob|nosig", &["oob|nosignal"]);
    only("recv client ", &["1024"]);
    offers("recv client 10 ", &["peek", "waitall"]);
    only("wait ", &["1", "4"]);
    only("cancel 4", &["4"]);
}

#[test]
fn only_a_listener_is_offered_to_accept_and_only_an_epoll_instance_to_epoll() {
    only("accept s", &["server"]);
    only("accept cl", &["client", "cloexec"]);
    only("epoll add ", &["ep"]);
    only("epoll add ep ", &["server", "client", "u"]);
    offers("epoll add ep u ", &["in", "out", "et"]);
    only("epoll_wait ", &["ep"]);
    offers("epoll wait ep 10 ", &["500ms"]);
}

#[test]
fn options_are_those_of_the_sockets_own_levels() {
    offers("getsockopt server ", &["rcvbuf", "nodelay", "ttl", "error", "acceptconn"]);
    never("getsockopt server ", "v6only");
    never("setsockopt server ", "error");
    never("getsockopt u ", "nodelay");
    offers("setsockopt ", &["server", "reuseaddr"]);
    only("setsockopt server reusea", &["reuseaddr"]);
    only("setsockopt server SO_REUSEA", &["SO_REUSEADDR"]);
    only("setsockopt server ipv6 v6", &["v6only"]);
    only("getsockopt server tcp_nodel", &["TCP_NODELAY"]);
    // Another level's option is found where it is asked for.
    only("getsockopt server ipv", &["ipv6"]);
}

#[test]
fn an_options_value_has_the_options_form() {
    only("setsockopt server reuseaddr ", &["1", "0"]);
    only("setsockopt reuseaddr ", &["1", "0"]);
    only("setsockopt server linger ", &["on 5", "off"]);
    only("setsockopt server linger on ", &["5", "0"]);
    only("setsockopt server linger on 5 ", &[]);
    only("setsockopt server rcvtimeo ", &["500ms", "1s", "0"]);
    only("setsockopt server rcvbuf ", &["64K"]);
    only("setsockopt server ip ttl ", &["64", "1"]);
    offers("setsockopt server bindtodevice ", &["lo"]);
    offers("setsockopt server congestion ", &["reno"]);
}

#[test]
fn addresses_fit_the_family() {
    only("connect client ", &["127.0.0.1:9000", "127.0.0.1:", "localhost:"]);
    only("connect u ", &["@demo"]);
    only("bind u ", &["@demo", "./demo.sock"]);
    only("bind server ", &["127.0.0.1:0", "0.0.0.0:0", "127.0.0.1:", "localhost:"]);
    only(
        "connect client {serv",
        &[
            "{server.local}",
            "{server.peer}",
            "{server.port}",
            "{server.peer_port}",
            "{server.fd}",
            "{server.received}",
            "{server.sender}",
        ],
    );
    only("connect client 127.0.0.1:{server.po", &["127.0.0.1:{server.port}"]);
    offers("who ", &["127.0.0.1:9000", "@demo"]);
    offers("sendto client x ", &["127.0.0.1:9000", "nosignal"]);
    offers("bind u /", &["/tmp/", "/etc/"]);
}

#[test]
fn waiting_calls_take_sets_of_sockets() {
    only("poll ", &["server:in", "client:in", "u:in", "ep:in"]);
    only("poll server:in ", &["client:in", "u:in", "ep:in", "500ms", "1s", "2s"]);
    only("poll server:in|o", &["server:in|out"]);
    only("select ", &["read", "write", "except"]);
    only("select read ", &["server", "client", "u", "ep"]);
    only("select read server,c", &["server,client"]);
    only("select read server ", &["write", "except", "500ms", "1s", "2s"]);
}

#[test]
fn commands_of_control_know_their_second_words() {
    offers("fcntl client ", &["getfl", "setfl", "getfd", "setfd"]);
    offers("fcntl client setfl ", &["nonblock", "0"]);
    offers("fcntl client setfd ", &["cloexec", "0"]);
    only("fcntl client getfl ", &[]);
    offers("ioctl client ", &["fionread", "siocoutq"]);
    only("ioctl client fionbio ", &["1", "0"]);
    only("set ", &["explain", "code", "lang", "patience"]);
    only("set explain ", &["full", "brief", "off"]);
    only("set code ", &["python", "off"]);
    only("set patience ", &["500ms", "2s", "10s"]);
    only("explain bind EADDRIN", &["EADDRINUSE"]);
    only("explain TIME_W", &["TIME_WAIT"]);
    only("help epo", &["epoll"]);
    offers("until server ", &["is", "has"]);
    offers("until server is LIST", &["LISTEN"]);
    offers("resolve ", &["localhost:http"]);
}

#[test]
fn the_line_of_a_repeat_completes_as_a_line() {
    only("repeat ", &["3", "until"]);
    only("repeat until EAG", &["EAGAIN"]);
    only("repeat 3 c{i} = socketp", &["socketpair"]);
    only("repeat until EAGAIN send cl", &["client"]);
    only("repeat 3 repeat 3 socket inet dg", &["dgram"]);
}

#[test]
fn the_ghost_is_the_rest_of_a_word_or_what_is_still_wanted() {
    let ghost = |line: &str| ghost(line, line.len(), &Fake);
    let shape = |text: &str| Some((text.to_string(), false));
    let rest = |text: &str| Some((text.to_string(), true));
    assert_eq!(ghost(""), None);
    assert_eq!(ghost("sock"), rest("et"));
    assert_eq!(ghost("send cl"), rest("ient"));
    assert_eq!(ghost("socket AF_INET6"), None);
    assert_eq!(ghost("socket "), shape("domain"));
    assert_eq!(ghost("socket inet "), shape("type"));
    assert_eq!(ghost("socket inet stream "), shape("[protocol] [flags]"));
    assert_eq!(ghost("bind "), shape("[sockfd] addr"));
    assert_eq!(ghost("bind server "), shape("addr"));
    assert_eq!(ghost("epoll "), shape("create|add|mod|del|wait"));
    assert_eq!(ghost("epoll add "), shape("epfd fd [events]"));
    assert_eq!(ghost("setsockopt server reuseaddr "), shape("1|0"));
    assert_eq!(ghost("setsockopt server linger on 5 "), None);
    assert_eq!(ghost("close server "), None);
    assert_eq!(ghost("# a comment"), None);
    assert_eq!(ghost("send client \"hel"), rest("lo\\r\\n\""));
}

#[test]
fn every_part_of_a_line_has_its_colour() {
    let roles = |line: &str| -> Vec<(Role, String)> {
        let spans = colour(line, &Fake).unwrap_or_default();
        assert_eq!(spans.iter().map(|s| &*s.text).collect::<String>(), line);
        spans.into_iter().filter(|s| !s.text.trim().is_empty()).map(|s| (s.role, s.text.into_owned())).collect()
    };
    let is = |line: &str, wanted: &[(Role, &str)]| {
        let wanted: Vec<_> = wanted.iter().map(|(r, t)| (*r, t.to_string())).collect();
        assert_eq!(roles(line), wanted);
    };
    use Role::*;
    is("x = socket inet stream", &[(Name, "x"), (Dim, "="), (Call, "socket"), (Constant, "inet"), (Constant, "stream")]);
    is("connect client 127.0.0.1:80", &[(Call, "connect"), (Name, "client"), (Address, "127.0.0.1:80")]);
    is(
        "expect EPIPE send client \"a b\" # so",
        &[(Dim, "expect"), (Name, "EPIPE"), (Call, "send"), (Name, "client"), (Data, "\"a b\""), (Dim, "# so")],
    );
    is(
        "recv client 10; bogus 1",
        &[(Call, "recv"), (Name, "client"), (Number, "10"), (Plain, ";"), (Plain, "bogus"), (Number, "1")],
    );
    is("send client \"open", &[(Plain, "send client "), (Data, "\"open")]);
    is("发送 数据", &[(Plain, "发送"), (Plain, "数据")]);
}

#[test]
fn no_line_and_no_place_in_it_panics() {
    use proptest::prelude::*;
    let words = "socket |send |client |server |\"|hex:|\\{|\\}|=|;|#|&|on |expect |repeat 3 |until |epoll |add |linger |poll |:|,|发|\\|| |\t|\0|\n";
    let lines = format!("({words}){{0,12}}");
    proptest!(|(line in lines.as_str())| {
        for pos in (0..=line.len()).filter(|p| line.is_char_boundary(*p)) {
            let (start, _) = candidates(&line, pos, &Fake);
            prop_assert!(start <= pos && line.is_char_boundary(start));
            ghost(&line, pos, &Fake);
        }
        if let Some(spans) = colour(&line, &Fake) {
            prop_assert_eq!(spans.iter().map(|s| &*s.text).collect::<String>(), line);
        }
    });
}

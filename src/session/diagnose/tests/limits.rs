//! What would have waited, what is too long, what does not fit together.

use super::{Play, fresh_path};

#[test]
fn nothing_to_receive_and_what_made_it_return() {
    let mut p = Play::connected();
    p.fails("recv client 10 dontwait", "EAGAIN").says("nothing waits", "没有等待接收的数据").names("MSG_DONTWAIT");
    p.all(&["fcntl client setfl nonblock"]);
    p.fails("recv client 10", "EAGAIN").says("`client` is non-blocking (O_NONBLOCK)", "`client` 是非阻塞的（O_NONBLOCK）");
    p.all(&["setsockopt conn rcvtimeo 20ms"]);
    p.fails("recv conn 10", "EAGAIN").says("SO_RCVTIMEO of `conn` is 20 ms", "`conn` 的 SO_RCVTIMEO 是 20 毫秒");
    p.all(&["fcntl server setfl nonblock"]);
    p.fails("accept server", "EAGAIN").says("0 connections wait at `server`", "等待 accept 的连接有 0 个");
}

#[test]
fn a_full_send_buffer_and_who_does_not_read() {
    let mut p = Play::connected();
    let short = p.line("send client zeros:64M dontwait");
    assert!(short.outcome.ret.is_ok());
    short.says(" of 67108864 bytes were taken", "67108864 字节中收下了").names("SO_SNDBUF");
    p.line("send client zeros:64M dontwait");
    p.line("send client zeros:64M dontwait");
    p.fails("send client zeros:64M dontwait", "EAGAIN")
        .says("not acknowledged yet; SO_SNDBUF is", "尚未被确认；SO_SNDBUF 是")
        .says("the other end, `conn`, has", "另一端 `conn` 有")
        .names("MSG_DONTWAIT");
}

#[test]
fn full_queues_of_unix_sockets() {
    let path = fresh_path("full");
    let mut p = Play::new();
    p.all(&["server = socket unix stream", &format!("bind server {path}"), "listen server 0", "a = socket unix stream"]);
    p.all(&[&format!("connect a {path}"), "b = socket unix stream nonblock"]);
    p.fails(&format!("connect b {path}"), "EAGAIN")
        .says("1 connections wait to be accepted, with a backlog of 0", "有 1 个连接等待 accept")
        .says("`server` of this session", "本会话的 `server`")
        .says("`b` is non-blocking", "`b` 是非阻塞的");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_message_too_long_is_held_against_its_limit() {
    let mut p = Play::new();
    p.all(&["u = socket inet dgram", "v = socket inet dgram", "bind v 127.0.0.1:0", "connect u {v.local}"]);
    p.fails("send u zeros:65508", "EMSGSIZE").says("UDP over IPv4 carries at most 65507", "IPv4 上的 UDP 最多 65507");
    p.all(&["a b = socketpair unix dgram"]);
    p.fails("send a zeros:8M", "EMSGSIZE").says("8388608 bytes in one message; SO_SNDBUF of `a` is", "`a` 的 SO_SNDBUF");
}

#[test]
fn a_buffer_option_stores_another_value() {
    let mut p = Play::new();
    p.all(&["s = socket inet stream"]);
    p.line("setsockopt s rcvbuf 50000").says("50000 was asked for, and 100000 is stored", "存下的是 100000");
    p.line("setsockopt s rcvbuf 1G").names("net.core.rmem_max");
    p.line("setsockopt s sndbuf 1").says("the least this kernel allows", "最小值");
    p.line("setsockopt s reuseaddr 1").says_not("asked");
    p.line("setsockopt s rcvtimeo 500ms").says_not("asked");
}

#[test]
fn a_second_bind_is_told_the_first() {
    let mut p = Play::connected();
    let at = p.addr("client");
    p.fails("bind client 127.0.0.1:0", "EINVAL")
        .says(&format!("`client` already has the address `{at}`"), &at)
        .says("given by `connect client`", "`connect client`");
    p.fails("accept client", "EINVAL").says("in ESTABLISHED, not in LISTEN", "不是 LISTEN");
    p.fails("listen client", "EINVAL").names("ESTABLISHED");
    p.all(&["x = socket unix stream", "six = socket inet6 stream"]);
    p.fails("listen x", "EINVAL").says("`bind` comes first", "要先 `bind`");
    p.fails("accept x", "EINVAL").says("`x` does not listen", "`x` 没有监听");
    p.fails("bind six 127.0.0.1:0", "EINVAL").says("at least 24 bytes; this one has 16", "至少要 24 字节");
    p.fails("bind x 127.0.0.1:0", "EINVAL").names("AF_UNIX").names("AF_INET");
    p.fails("bind six [fe80::1]:0", "EINVAL").says("needs its interface", "需要写明接口");
    p.fails("recv client 1 oob", "EINVAL").says("no urgent byte", "紧急字节");
}

#[test]
fn families_types_and_options_that_do_not_go_together() {
    let mut p = Play::new();
    p.all(&["s = socket inet stream", "u = socket inet dgram", "x = socket unix stream"]);
    p.fails("bind s [::1]:0", "EAFNOSUPPORT").names("AF_INET6").says("`s` is AF_INET", "`s` 属于 AF_INET");
    p.fails("listen u", "EOPNOTSUPP").says("`inet dgram (UDP)`: that kind has no connections", "没有可等待的连接");
    p.fails("t = socket inet stream udp", "EPROTONOSUPPORT").names("SOCK_STREAM").names("IPPROTO_UDP");
    p.fails("getsockopt x tcp nodelay", "EOPNOTSUPP").says("`x` is `unix stream`", "`x` 是 `unix stream`");
    p.pretend("getsockopt u ipv6 v6only", libc::ENOPROTOOPT).says("IPV6_V6ONLY belongs to SOL_IPV6", "IPV6_V6ONLY 属于 SOL_IPV6");
    p.fails("getsockopt u tcp nodelay", "EOPNOTSUPP").says("TCP_NODELAY belongs to SOL_TCP", "TCP_NODELAY 属于 SOL_TCP");
}

#[test]
fn the_list_of_an_epoll_is_shown() {
    let mut p = Play::connected();
    p.all(&["ep = epoll create", "epoll add ep client in|et"]);
    p.fails("epoll add ep client in", "EEXIST")
        .says("`client` is on the list of `ep` already, waiting for EPOLLIN|EPOLLET", "`client` 已在 `ep` 的列表里")
        .says("added by `epoll_ctl ep`", "加入它的是");
    p.fails("epoll mod ep conn in", "ENOENT").says("not on the list of `ep`, which has 1 entries", "列表共有 1 项");
    p.all(&["epoll del ep client"]);
    p.fails("epoll del ep client", "ENOENT").says("removed by", "移除它的是");
    p.fails("epoll add ep ep in", "EINVAL").says("its own list", "自己的列表");
    p.fails("epoll add client conn in", "EINVAL").says("`client` is `inet stream (TCP)`", "`client` 是");
    p.fails("send ep x", "ENOTSOCK").names("eventpoll");
}

#[test]
fn descriptors_are_counted_against_their_limit() {
    let mut p = Play::new();
    p.all(&["s = socket inet stream"]);
    p.pretend("t = socket inet stream", libc::EMFILE)
        .says("RLIMIT_NOFILE allows", "RLIMIT_NOFILE 只允许")
        .says("1 of them have", "1 个");
    p.pretend("t = socket inet stream", libc::ENFILE).names("fs.file-max");
}

#[test]
fn a_receiver_that_is_connected_takes_no_others() {
    let (one, two) = (fresh_path("one"), fresh_path("two"));
    let mut p = Play::new();
    p.all(&["a = socket unix dgram", &format!("bind a {one}"), "b = socket unix dgram", &format!("bind b {two}")]);
    p.all(&[&format!("connect a {two}"), "c = socket unix dgram"]);
    p.fails(&format!("sendto c x {one}"), "EPERM").says("is connected to `b`", "已连接到 `b`");
    std::fs::remove_file(&one).unwrap();
    std::fs::remove_file(&two).unwrap();
}

#[test]
fn no_way_to_a_group_by_tcp() {
    let mut p = Play::new();
    p.all(&["s = socket inet stream"]);
    p.fails("connect s 224.0.0.1:9", "ENETUNREACH").says("stands for many hosts", "代表许多主机");
}

#[test]
fn a_success_without_surprise_says_nothing() {
    let mut p = Play::connected();
    p.line("send client hello").says_not("taken");
    let got = p.line("recv conn 100");
    assert_eq!(got.outcome.ret, Ok(5));
    assert!(got.text(crate::text::Lang::En).is_empty());
}

//! Addresses taken, refused, missing: ports and paths.

use super::{Play, Python, fresh_path};

#[test]
fn a_taken_port_names_the_session_socket_and_both_options() {
    let mut p = Play::new();
    p.all(&["server = socket inet stream", "bind server 127.0.0.1:0", "other = socket inet stream"]);
    let at = p.addr("server");
    p.fails("bind other {server.local}", "EADDRINUSE")
        .names(&at)
        .says("`server` of this session", "本会话的 `server`")
        .says("does not listen", "没有监听")
        .says("off on `other` and off on `server`", "在 `other` 上为关闭，在 `server` 上为关闭")
        .says("helps only where both have it", "两边都开启才有用");
    p.all(&["setsockopt server reuseaddr 1", "setsockopt other reuseaddr 1", "listen server"]);
    p.fails("bind other {server.local}", "EADDRINUSE")
        .says("which listens there", "正在那里监听")
        .says("on on `other` and on on `server`; against a socket that listens it never helps", "对正在监听的套接字，它不起作用");
}

#[test]
fn listening_on_a_shared_address_names_the_one_that_listens() {
    let mut p = Play::new();
    p.all(&["a = socket inet stream", "b = socket inet stream", "setsockopt a reuseaddr 1", "setsockopt b reuseaddr 1"]);
    p.all(&["bind a 127.0.0.1:0", "bind b {a.local}", "listen a"]);
    p.fails("listen b", "EADDRINUSE").says("`a` of this session, which listens there", "本会话的 `a`");
}

#[test]
fn a_taken_port_names_the_process() {
    let python = Python::run("s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(); print(s.getsockname()[1])");
    let mut p = Play::new();
    p.all(&["s = socket inet stream"]);
    p.fails(&format!("bind s 127.0.0.1:{}", python.1), "EADDRINUSE")
        .names(&python.pid())
        .names("python3")
        .names("/proc/PID/fd")
        .says("SO_REUSEADDR is off on `s`", "SO_REUSEADDR 在 `s` 上为关闭");
}

#[test]
fn a_taken_udp_port_names_its_holder() {
    let mut p = Play::new();
    p.all(&["u = socket inet dgram", "bind u 127.0.0.1:0", "v = socket inet dgram"]);
    p.fails("bind v {u.local}", "EADDRINUSE").says("`u` of this session, which is bound there", "本会话的 `u`");
}

#[test]
fn time_wait_is_told_with_its_time() {
    let mut p = Play::connected();
    let at = p.addr("server");
    let client = p.addr("client");
    // Who closes first keeps the connection in TIME_WAIT.
    p.all(&["close conn", "close client", "close server", "next = socket inet stream"]);
    p.fails(&format!("bind next {at}"), "EADDRINUSE")
        .says("no process holds", "没有进程占用")
        .names("TIME_WAIT")
        .names(&client)
        .says(" s more", " 秒")
        .says("SO_REUSEADDR is off on `next`", "`next` 没有开启 SO_REUSEADDR");
    p.all(&["setsockopt next reuseaddr 1"]);
    p.fails(&format!("bind next {at}"), "EADDRINUSE")
        .says("most likely the old socket was without it", "很可能旧的套接字没有开启它");
}

#[test]
fn refused_because_nothing_listens() {
    let mut p = Play::new();
    p.all(&["gone = socket inet stream", "bind gone 127.0.0.1:0"]);
    let at = p.addr("gone");
    let port = at.rsplit(':').next().unwrap().to_string();
    p.all(&["c = socket inet stream"]);
    p.fails(&format!("connect c {at}"), "ECONNREFUSED")
        .says(&format!("`gone` is bound to `{at}` but does not listen"), "没有监听")
        .says(&format!("no socket of this machine listens on TCP port {port}"), "本机没有套接字在监听");
    p.all(&["listen gone", "close gone", "d = socket inet stream"]);
    p.fails(&format!("connect d {at}"), "ECONNREFUSED")
        .says("is gone: `close gone`", "`close gone`")
        .says("no socket of this machine listens", "本机没有套接字在监听");
}

#[test]
fn refused_because_it_listens_elsewhere() {
    let mut p = Play::new();
    p.all(&["server = socket inet6 stream", "bind server [::1]:0", "listen server", "c = socket inet stream"]);
    let port = p.addr("server").rsplit(':').next().unwrap().to_string();
    p.fails(&format!("connect c 127.0.0.1:{port}"), "ECONNREFUSED")
        .says(&format!("is open at `[::1]:{port}` (`server` of this session)"), "本会话的 `server`")
        .names(&format!("`127.0.0.1:{port}`"));
    p.all(&["six = socket inet6 stream", "setsockopt six v6only 1", "bind six [::]:0", "listen six"]);
    let port = p.addr("six").rsplit(':').next().unwrap().to_string();
    p.all(&["d = socket inet stream"]);
    p.fails(&format!("connect d 127.0.0.1:{port}"), "ECONNREFUSED").says("IPV6_V6ONLY is on", "开启了 IPV6_V6ONLY");
}

#[test]
fn a_refused_datagram_is_told_by_the_next_call() {
    let mut p = Play::new();
    p.all(&["gone = socket inet dgram", "bind gone 127.0.0.1:0"]);
    let at = p.addr("gone");
    p.all(&["u = socket inet dgram", "close gone"]);
    p.all(&["setsockopt u rcvtimeo 5s", &format!("connect u {at}"), "send u hello"]);
    p.fails("recv u 10", "ECONNREFUSED")
        .says("answer to an earlier datagram: `send u`", "`send u`")
        .says(" ago", "前）")
        .says("waits for datagrams on port", "等待数据报");
}

#[test]
fn a_unix_path_is_live_or_left_over() {
    let path = fresh_path("left");
    let mut p = Play::new();
    p.all(&["server = socket unix stream", &format!("bind server {path}"), "other = socket unix stream"]);
    p.fails(&format!("bind other {path}"), "EADDRINUSE").says("`server` of this session", "本会话的 `server`");
    p.fails(&format!("connect other {path}"), "ECONNREFUSED").says("`server` is bound to", "没有监听");
    // The same file by another way.
    p.fails(&format!("connect other /proc/self/root{path}"), "ECONNREFUSED").says("`server` is bound to", "没有监听");
    p.all(&["listen server"]);
    p.fails(&format!("bind other {path}"), "EADDRINUSE").says("which listens there", "正在那里监听");
    p.all(&["close server"]);
    p.fails(&format!("bind other {path}"), "EADDRINUSE")
        .says("is left over", "遗留")
        .says("was made by `bind server`", "`bind server`");
    p.fails(&format!("connect other {path}"), "ECONNREFUSED")
        .says("exists, and no socket", "存在，但")
        .says("`close server`", "`close server`");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_unix_path_names_the_process_that_listens() {
    let path = fresh_path("python");
    let python = Python::run(&format!("s=socket.socket(socket.AF_UNIX); s.bind('{path}'); s.listen(); print('ok')"));
    let mut p = Play::new();
    p.all(&["s = socket unix stream", "d = socket unix dgram"]);
    p.fails(&format!("bind s {path}"), "EADDRINUSE").names(&python.pid());
    p.fails(&format!("connect d {path}"), "EPROTOTYPE").names("SOCK_STREAM").names("SOCK_DGRAM").names(&python.pid());
    drop(python);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn the_part_of_the_path_that_fails_is_named() {
    let mut p = Play::new();
    p.all(&["s = socket unix stream"]);
    p.fails("bind s /nonexistent/deep/x.sock", "ENOENT").says("the way ends at `/nonexistent`", "`/nonexistent`");
    p.fails("connect s /tmp/sockscope-no-such", "ENOENT").says("there is nothing at `/tmp/sockscope-no-such`", "什么也没有");
    p.fails("bind s /proc/version/x.sock", "ENOTDIR").says("`/proc/version` is used as a folder", "`/proc/version` 被当作目录");
    let (a, b) = (fresh_path("a"), fresh_path("b"));
    std::os::unix::fs::symlink(&a, &b).unwrap();
    std::os::unix::fs::symlink(&b, &a).unwrap();
    p.fails(&format!("connect s {a}/x"), "ELOOP").says("lead in a circle", "绕成了圈");
    std::fs::remove_file(&a).unwrap();
    std::fs::remove_file(&b).unwrap();
    p.pretend("bind s /proc/x", libc::EROFS);
}

#[test]
fn an_address_of_another_machine_is_shown_beside_ours() {
    let mut p = Play::new();
    p.all(&["s = socket inet stream"]);
    p.fails("bind s 203.0.113.7:0", "EADDRNOTAVAIL")
        .says("no interface of this machine has the address `203.0.113.7`", "没有网络接口拥有地址")
        .names("`127.0.0.1` (lo)");
}

#[test]
fn a_pair_of_addresses_can_be_taken() {
    let mut p = Play::connected();
    p.all(&["close client", "close conn", "again = socket inet stream", "setsockopt again reuseaddr 1"]);
    let server = p.addr("server");
    p.all(&["one = socket inet stream", "setsockopt one reuseaddr 1", "bind one 127.0.0.1:0"]);
    p.all(&["bind again {one.local}", &format!("connect one {server}")]);
    p.fails(&format!("connect again {server}"), "EADDRNOTAVAIL")
        .says("`one` of this session: its connection with", "本会话的 `one`")
        .names(&server)
        .names("ESTABLISHED");
}

#[test]
fn what_a_permission_is_missing_for() {
    let mut p = Play::new();
    p.all(&["s = socket inet stream", "u = socket inet dgram"]);
    // Only a process without privilege gets it; root is told where the privilege counts.
    p.pretend("bind s 127.0.0.1:80", libc::EACCES).says("port 80 is below", "端口 80 小于").names("CAP_NET_BIND_SERVICE");
    p.fails("connect u 255.255.255.255:9", "EACCES").says("SO_BROADCAST is off on `u`", "`u` 没有开启 SO_BROADCAST");
}

#[test]
fn who_lacks_a_privilege_is_told_which() {
    // A thread of its own: the privileges of the others stay.
    let test = || {
        if !crate::kernel::thread::drop_privileges() {
            return println!("skipped: capset(2) is not allowed here");
        }
        let mut p = Play::new();
        p.all(&["s = socket inet stream"]);
        p.fails("r = socket inet raw icmp", "EPERM").says("this process is without `CAP_NET_RAW`", "没有 `CAP_NET_RAW`");
        p.fails("setsockopt s mark 5", "EPERM").names("CAP_NET_ADMIN");
        let low = crate::kernel::procfs::sysctl("net/ipv4/ip_unprivileged_port_start");
        if low.is_some_and(|n| n.parse::<u16>().is_ok_and(|n| n > 80)) {
            p.fails("bind s 127.0.0.1:80", "EACCES").names("CAP_NET_BIND_SERVICE").says("port 80 is below", "端口 80 小于");
        }
        // `1 0`, the kernel's own setting, is for nobody.
        if crate::kernel::procfs::sysctl("net/ipv4/ping_group_range").is_some_and(|range| range == "1\t0") {
            p.fails("p = socket inet dgram icmp", "EACCES").says("for no group", "哪个组都不行").names("`1 0`");
        }
    };
    std::thread::spawn(test).join().unwrap();
}

//! Ends of connections: who closed, who never was connected, who is still connecting.

use super::Play;

#[test]
fn a_reset_is_traced_to_the_close_with_data_unread() {
    let mut p = Play::connected();
    p.all(&["send client hello", "close conn"]);
    p.fails("recv client 10", "ECONNRESET")
        .says("the other end, `conn`, was closed: `close conn`", "另一端 `conn` 已被关闭")
        .says(" ago", "前）")
        .says("5 bytes sent to `conn` had not been received", "5 字节")
        .says("`client` is in CLOSE now", "`client` 现在处于 CLOSE");
}

#[test]
fn a_reset_is_traced_to_the_listener_that_took_its_queue_along() {
    let mut p = Play::connected();
    p.all(&["late = socket inet stream", "connect late {server.local}", "close server"]);
    p.fails("recv late 10", "ECONNRESET").says("in the queue of `server`", "关闭 `server` 时").names("close server");
    // What was accepted before lives on.
    p.all(&["send client x", "recv conn 1"]);
}

#[test]
fn a_broken_pipe_is_traced_to_the_peers_close() {
    let mut p = Play::connected();
    p.all(&["close conn", "send client one"]);
    p.fails("send client two", "EPIPE").says("`close conn`", "`close conn`").says_not("SO_LINGER");
    let zero = p.line("recv client 10");
    assert_eq!(zero.outcome.ret, Ok(0));
    zero.says("`close conn`", "`close conn`").names("CLOSE");
    p.fails("getpeername client", "ENOTCONN").says("no longer", "不再连接");
}

#[test]
fn a_close_that_is_not_recorded_yet_is_told_as_going_on() {
    let mut p = Play::connected();
    p.while_closing("conn", "recv client 10")
        .says("the other end, `conn`, is being closed just now", "另一端 `conn` 正在关闭")
        .says_not("still open");
    let mut p = Play::new();
    p.all(&["a b = socketpair unix stream"]);
    p.while_closing("b", "recv a 10").says("the other end, `b`, is being closed just now", "另一端 `b` 正在关闭");
}

#[test]
fn a_zero_linger_is_told() {
    let mut p = Play::connected();
    p.all(&["setsockopt conn linger on 0", "close conn"]);
    p.fails("recv client 10", "ECONNRESET").says("SO_LINGER on with 0 seconds", "0 秒的 SO_LINGER");
}

#[test]
fn a_broken_pipe_can_be_ones_own_doing() {
    let mut p = Play::connected();
    p.all(&["shutdown client wr"]);
    p.fails("send client x", "EPIPE")
        .says("shut down for sending from this side: `shutdown client wr`", "自己这边关闭的")
        .names("FIN_WAIT");
    let mut p = Play::new();
    p.all(&["s = socket inet stream"]);
    p.fails("send s x", "EPIPE").says("has never been connected", "从未连接过");
    p.fails("recv s 1", "ENOTCONN").says("has never been connected", "从未连接过");
    p.all(&["listen s"]);
    p.fails("send s x", "EPIPE").says("`s` is a listener", "`s` 是监听套接字");
    p.fails("connect s 127.0.0.1:9", "EISCONN").says("`s` is a listener", "`s` 是监听套接字");
}

#[test]
fn a_unix_pair_knows_its_other_end() {
    let mut p = Play::new();
    p.all(&["a b = socketpair unix stream", "close b"]);
    p.fails("send a x", "EPIPE").says("`b`, was closed: `close b`", "`close b`");
    let zero = p.line("recv a 10");
    assert_eq!(zero.outcome.ret, Ok(0));
    zero.says("`b`, was closed", "另一端 `b` 已被关闭");
}

#[test]
fn the_end_of_the_stream_is_traced() {
    let mut p = Play::connected();
    p.all(&["shutdown conn wr"]);
    p.line("recv client 10")
        .says("the other end, `conn`, was shut down: `shutdown conn wr`", "执行过 shutdown")
        .says("CLOSE_WAIT", "CLOSE_WAIT：对端的 FIN 已到");
    p.all(&["shutdown client rd"]);
    let mut p = Play::connected();
    p.all(&["shutdown client rd"]);
    p.line("recv client 10").says("shut down for receiving from this side", "自己这边关闭的");
    p.all(&["send client x"]);
    p.line("recv conn 0").says("room for 0 bytes", "0 字节");
}

#[test]
fn the_end_of_a_strangers_stream_names_the_process() {
    let python = super::Python::run(
        "s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(); print(s.getsockname()[1]); sys.stdout.flush()\n\
         c=s.accept()[0]; c.shutdown(socket.SHUT_WR)",
    );
    let mut p = Play::new();
    p.all(&["c = socket inet stream", &format!("connect c 127.0.0.1:{}", python.1)]);
    p.line("recv c 10").names(&python.pid()).names("FIN_WAIT");
}

#[test]
fn an_empty_datagram_is_no_end() {
    let mut p = Play::new();
    p.all(&["u = socket inet dgram", "bind u 127.0.0.1:0", "v = socket inet dgram", "sendto v \"\" {u.local}"]);
    p.line("recvfrom u 10").says("an empty datagram came from", "空数据报");
    p.all(&["sendto v \"\" {u.local}"]);
    p.line("recv u 10").says("an empty datagram", "空数据报");
}

#[test]
fn a_cut_datagram_says_how_much_is_lost() {
    let mut p = Play::new();
    p.all(&["u = socket inet dgram", "bind u 127.0.0.1:0", "v = socket inet dgram", "connect v {u.local}", "send v 0123456789"]);
    p.line("recv u 4 trunc").says("10 bytes and the room 4", "10 字节，缓冲区只有 4");
    p.all(&["send v 0123456789", "getsockname u"]);
    p.line("recv u 4").says("had 10 bytes; 4 were received, so most likely 6 are cut off", "很可能有 6 字节被截掉");
    p.all(&["send v 0123456789"]);
    p.line("recvmsg u 4").says("only its first 4 bytes were kept", "只留下前 4 字节");
    p.all(&["send v 0123"]);
    p.line("recv u 4").says_not("cut");
}

#[test]
fn connected_to_whom() {
    let mut p = Play::connected();
    let server = p.addr("server");
    p.fails(&format!("connect client {server}"), "EISCONN")
        .says(&format!("`client` is connected to `{server}`, which is `conn` of this session"), "即本会话的 `conn`")
        .says("by `connect client`", "来自");
    p.all(&["u = socket inet dgram", "x = socket unix stream"]);
    p.fails("send u x", "EDESTADDRREQ").says("`u` has no peer", "`u` 没有对端");
    p.fails("getpeername u", "ENOTCONN").says("`u` has no peer", "`u` 没有对端");
    p.fails("send x x", "ENOTCONN").says("`x` has no peer", "`x` 没有对端");
    p.fails("getpeername server", "ENOTCONN").says("`server` is a listener", "监听套接字");
}

#[test]
fn a_handshake_under_way() {
    let mut p = Play::connected();
    // A listener whose queue is full answers no SYN: the next connect stays under way.
    p.all(&["full = socket inet stream", "bind full 127.0.0.1:0", "listen full 0"]);
    p.all(&["one = socket inet stream", "connect one {full.local}", "two = socket inet stream nonblock"]);
    p.fails("connect two {full.local}", "EINPROGRESS")
        .says("`two` is in SYN_SENT", "`two` 处于 SYN_SENT")
        .names("poll two:out")
        .says("`two` is non-blocking", "`two` 是非阻塞的");
    p.fails("connect two {full.local}", "EALREADY").says("begun by `connect two`", "始于");
    p.fails("recv two 1", "EAGAIN").says("still in the making", "还在建立");
    p.pretend("connect two {full.local}", libc::ETIMEDOUT).names("SYN").says("gives up", "放弃");
    p.all(&["three = socket inet stream nonblock"]);
    p.fails("connect three {server.local}", "EINPROGRESS").says("ESTABLISHED by now", "已是 ESTABLISHED");
}

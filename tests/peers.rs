//! Real peers: what sockscope sends is what they get, and the other way round.

use crate::kit::{EventExt, Folder, Live, Peer, have, lines, python};

/// Bytes of every value, ends of lines, and text that is not ASCII.
const AWKWARD: &str = r#""\x00\xff\r\n\t\"\\ 中文 \u{1f600}""#;
const AWKWARD_BYTES: &[u8] = b"\x00\xff\r\n\t\"\\ \xe4\xb8\xad\xe6\x96\x87 \xf0\x9f\x98\x80";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes of a `returned`.
fn data(events: &[serde_json::Value]) -> String {
    let returned = events.iter().rfind(|e| e.is("returned")).expect("an answer");
    match returned.get("data") {
        Some(text) => hex(text.as_str().expect("text").as_bytes()),
        None => returned.text("data_hex").to_string(),
    }
}

const LISTEN: &str = "server = socket inet stream; setsockopt server reuseaddr 1; bind server 127.0.0.1:0";

fn listening() -> (Live, String) {
    let mut live = Live::start();
    for line in LISTEN.split("; ").chain(["listen server"]) {
        live.line(line);
    }
    let port = live.port("server").to_string();
    (live, port)
}

#[test]
fn a_tcp_server_typed_here_serves_pythons_client() {
    if !have(&["python3"]) {
        return;
    }
    let (mut live, port) = listening();
    let mut peer = python(
        "s = socket.create_connection(('127.0.0.1', port))\nsay(s.getsockname()[1])\ndata = s.recv(100)\nsay(data.hex())\n\
         s.sendall(data[::-1])\ns.shutdown(socket.SHUT_WR)\nsay(s.recv(100).hex() + 'end')",
        &[&port],
    );
    let from = peer.says();
    let accepted = live.line("conn = accept server");
    let returned = accepted.iter().find(|e| e.is("returned")).expect("an answer");
    assert_eq!(returned["out"]["addr"], format!("127.0.0.1:{from}"));
    live.line(&format!("send conn {AWKWARD}"));
    assert_eq!(peer.says(), hex(AWKWARD_BYTES));
    let back: Vec<u8> = AWKWARD_BYTES.iter().rev().copied().collect();
    assert_eq!(data(&live.line("recv conn 100")), hex(&back));
    assert_eq!(data(&live.line("recv conn 100")), "");
    live.line("close conn");
    assert_eq!(peer.says(), "end");
    peer.rest();
    assert_eq!(live.end().0, Some(0));
}

#[test]
fn a_tcp_client_typed_here_talks_to_pythons_server() {
    if !have(&["python3"]) {
        return;
    }
    let mut peer = python(
        "l = socket.create_server(('127.0.0.1', 0))\nsay(l.getsockname()[1])\nc, a = l.accept()\nsay(a[1])\n\
         while True:\n    d = c.recv(65536)\n    if not d: break\n    c.sendall(d)\nsay('end')",
        &[],
    );
    let port = peer.says();
    let mut live = Live::start();
    live.line("s = socket inet stream");
    live.line(&format!("connect s 127.0.0.1:{port}"));
    assert_eq!(peer.says(), live.port("s").to_string());
    live.line(&format!("send s {AWKWARD}"));
    assert_eq!(data(&live.line("recv s 100")), hex(AWKWARD_BYTES));
    live.line("sendall s zeros:100K");
    live.line("recv s 100K waitall");
    let got = live.seen.iter().rfind(|e| e.is("returned")).expect("an answer");
    assert_eq!((got["data_len"].as_u64(), got["data_cut"].as_bool()), (Some(100 << 10), Some(true)));
    live.line("shutdown s wr");
    assert_eq!(peer.says(), "end");
    assert_eq!(data(&live.line("recv s 100")), "");
    assert_eq!(live.end().0, Some(0));
}

#[test]
fn udp_datagrams_keep_their_bounds_in_both_directions() {
    if !have(&["python3"]) {
        return;
    }
    let mut peer = python(
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('127.0.0.1', 0))\nsay(s.getsockname()[1])\n\
         for _ in range(4):\n    d, a = s.recvfrom(65536)\n    say(d.hex() + '.')\n    s.sendto(d + b'!', a)",
        &[],
    );
    let port = peer.says();
    let mut live = Live::start();
    live.line("u = socket inet dgram");
    for (word, bytes) in [("one", &b"one"[..]), ("\"\"", b""), (AWKWARD, AWKWARD_BYTES), ("hex:00ff", b"\0\xff")] {
        live.line(&format!("sendto u {word} 127.0.0.1:{port}"));
        assert_eq!(peer.says(), hex(bytes) + ".");
        let got = live.line("recvfrom u 1500");
        assert_eq!(data(&got), hex(bytes) + "21");
        let returned = got.iter().find(|e| e.is("returned")).expect("an answer");
        assert_eq!(returned["out"]["addr"], format!("127.0.0.1:{port}"));
    }
    peer.rest();
}

#[test]
fn unix_sockets_by_path_and_by_abstract_name() {
    if !have(&["python3"]) {
        return;
    }
    let folder = Folder::new();
    let path = folder.path().join("there.sock").display().to_string();
    let name = format!("sockscope-peer-{}", std::process::id());
    for (python_address, address) in [(format!("'{path}'"), path.clone()), (format!("'\\0{name}'"), format!("@{name}"))] {
        let code = format!(
            "l = socket.socket(socket.AF_UNIX)\nl.bind({python_address})\nl.listen()\nsay('up')\nc, a = l.accept()\n\
             d = c.recv(100)\nsay(d.hex())\nc.sendall(d)\nc.close()"
        );
        let mut peer = python(&code, &[]);
        assert_eq!(peer.says(), "up");
        let mut live = Live::start();
        live.line("s = socket unix stream");
        live.line(&format!("connect s {address}"));
        live.line(&format!("send s {AWKWARD}"));
        assert_eq!(peer.says(), hex(AWKWARD_BYTES));
        assert_eq!(data(&live.line("recv s 100")), hex(AWKWARD_BYTES));
        peer.rest();
        assert_eq!(live.end().0, Some(0));
    }
}

#[test]
fn a_unix_server_typed_here_is_found_by_its_path() {
    if !have(&["python3"]) {
        return;
    }
    let mut live = Live::start();
    for line in ["l = socket unix stream", "bind l ./here.sock", "listen l"] {
        live.line(line);
    }
    let path = live.path().join("here.sock").display().to_string();
    let peer = python(
        "s = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.sendall(b'from python')\nsay(s.recv(100).decode())",
        &[&path],
    );
    live.line("c = accept l");
    assert_eq!(data(&live.line("recv c 100")), hex(b"from python"));
    live.line("send c \"to python\"");
    assert_eq!(peer.rest(), "to python\n");
}

#[test]
fn a_python_process_gets_a_socket_of_the_session() {
    if !have(&["python3"]) {
        return;
    }
    let mut live = Live::start();
    for line in ["l = socket unix stream", "bind l ./here.sock", "listen l", "a b = socketpair unix stream"] {
        live.line(line);
    }
    let path = live.path().join("here.sock").display().to_string();
    let peer = python(
        "s = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ndata, fds, flags, addr = socket.recv_fds(s, 100, 3)\n\
         b = socket.socket(fileno=fds[0])\nb.sendall(b'through ' + data + b' of ' + str(len(fds)).encode())",
        &[&path],
    );
    live.line("c = accept l");
    live.line("sendmsg c door rights=b,file:/etc/hostname");
    assert_eq!(data(&live.line("recv a 100")), hex(b"through door of 2"));
    peer.rest();
}

#[test]
fn nc_is_a_client_and_a_server() {
    if !have(&["nc"]) {
        return;
    }
    let (mut live, port) = listening();
    let peer = Peer::start(&["nc", "-N", "127.0.0.1", &port], Some(b"from nc\n"));
    live.line("conn = accept server");
    assert_eq!(data(&live.line("recv conn 100 waitall")), hex(b"from nc\n"));
    live.line("send conn \"to nc\\n\"");
    live.line("close conn");
    assert_eq!(peer.rest(), "to nc\n");
}

#[test]
fn socat_is_a_client_over_tcp_and_over_udp() {
    if !have(&["socat"]) {
        return;
    }
    let (mut live, port) = listening();
    let peer = Peer::start(&["socat", "-t", "30", "-", &format!("TCP:127.0.0.1:{port}")], Some(b"from socat\0\n"));
    live.line("conn = accept server");
    assert_eq!(data(&live.line("recv conn 100 waitall")), hex(b"from socat\0\n"));
    live.line("send conn \"to socat\\n\"");
    live.line("close conn");
    assert_eq!(peer.rest(), "to socat\n");

    live.line("u = socket inet dgram");
    live.line("bind u 127.0.0.1:0");
    let port = live.port("u").to_string();
    let peer = Peer::start(&["socat", "-u", "-", &format!("UDP-SENDTO:127.0.0.1:{port}")], Some(b"a datagram"));
    assert_eq!(data(&live.line("recv u 1500")), hex(b"a datagram"));
    peer.rest();
}

#[test]
fn curl_takes_an_http_answer_typed_by_hand() {
    if !have(&["curl"]) {
        return;
    }
    let (mut live, port) = listening();
    let url = format!("http://127.0.0.1:{port}/hello?who=curl");
    let peer = Peer::start(&["curl", "-sS", "--noproxy", "*", "-i", &url], None);
    live.line("conn = accept server");
    let request = live.line("recv conn 4096");
    let request = request.iter().find(|e| e.is("returned")).expect("an answer").text("data").to_string();
    assert!(request.starts_with("GET /hello?who=curl HTTP/1.1\r\n") && request.ends_with("\r\n\r\n"), "{request}");
    live.line(r#"send conn "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-Typed: by hand\r\nConnection: close\r\n\r\nhello, curl\n""#);
    live.line("close conn");
    let answer = peer.rest();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello, curl\n"), "{answer}");
}

#[test]
fn two_sockscopes_talk_to_each_other() {
    let (mut live, port) = listening();
    let child =
        lines(&format!("s = socket inet stream; connect s 127.0.0.1:{port}; send s ping; recv s 100; assert s is CLOSE_WAIT"));
    let child = std::thread::spawn(move || child.json().run());
    live.line("conn = accept server");
    assert_eq!(data(&live.line("recv conn 100")), hex(b"ping"));
    live.line("send conn pong");
    live.line("close conn");
    let ran = child.join().expect("the other one");
    assert_eq!(ran.returned("recv")["data"], "pong");
}

#[test]
fn a_peer_that_resets_the_connection_is_econnreset() {
    if !have(&["python3"]) {
        return;
    }
    let (mut live, port) = listening();
    let peer = python(
        "import struct\ns = socket.create_connection(('127.0.0.1', port))\ns.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\ns.close()",
        &[&port],
    );
    live.line("conn = accept server");
    peer.rest();
    live.line("expect ECONNRESET recv conn 10");
}

//! Learners' programs, said as lines of ours or refused with the line.

use super::super::Language;
use super::program;
use crate::text::Lang;

#[track_caller]
fn says(language: Language, text: &str, wanted: &str) {
    let said = program(text, language).unwrap_or_else(|c| panic!("line {}: {}", c.line, c.why.plain(Lang::En)));
    let said: Vec<String> = said.into_iter().map(|s| s.text).collect();
    let wanted: Vec<&str> = wanted.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(said, wanted);
}

#[track_caller]
fn cannot(language: Language, text: &str, line: usize, part: &str, why: &str) {
    let cannot = program(text, language).expect_err("it can be said");
    let pointed = text.lines().nth(cannot.line - 1).and_then(|l| l.get(cannot.span.0..cannot.span.1)).unwrap_or_default();
    assert_eq!((cannot.line, pointed), (line, part));
    assert!(cannot.why.plain(Lang::En).contains(why), "{}", cannot.why.plain(Lang::En));
}

#[test]
fn a_server_in_python_with_a_loop_around_accept() {
    says(
        Language::Python,
        r#"
"""A server."""
import socket

HOST = "127.0.0.1"
PORT = 9000  # anything free

def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, PORT))
        server.listen()
        while True:
            conn, addr = server.accept()
            print("from", addr)
            with conn:
                data = conn.recv(1024)
                conn.sendall(b"hello # not a comment\r\n")

if __name__ == "__main__":
    main()
"#,
        r#"
        server = socket AF_INET SOCK_STREAM
        setsockopt server SOL_SOCKET SO_REUSEADDR 1
        bind server 127.0.0.1:9000
        listen server
        # a loop without end: said once, and again for each round
        conn = accept server
        recv conn 1024
        sendall conn "hello # not a comment\r\n"
        close conn
        close server
        "#,
    );
}

#[test]
fn a_loop_of_one_call_is_repeat_and_a_short_one_is_said_out() {
    says(
        Language::Python,
        "u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor i in range(3):\n    u.sendto(b\"x\", (\"127.0.0.1\", 9))\nu.close()\n",
        "u = socket AF_INET SOCK_DGRAM\nrepeat 3 sendto u \"x\" 127.0.0.1:9\nclose u",
    );
    says(
        Language::Python,
        "c = socket.create_connection((\"127.0.0.1\", 9000))\nfor i in range(2):\n    c.send(\"a\".encode())\n    c.recv(10)\n",
        "c = socket inet stream\nconnect c 127.0.0.1:9000\nsend c \"a\"\nrecv c 10\nsend c \"a\"\nrecv c 10",
    );
}

#[test]
fn a_server_in_c() {
    says(
        Language::C,
        r#"
#include <sys/socket.h>
#define PORT 9000
/* A server,
   in C. */
int main(void) {
    int on = 1;
    char buf[1024];
    struct sockaddr_in addr = {0};
    addr.sin_family = AF_INET;
    addr.sin_port = htons(PORT);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) {
        perror("socket");
        return 1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
        perror("bind");
        exit(1);
    }
    listen(fd, 5);
    while (1) {
        int conn = accept(fd, NULL, NULL);
        ssize_t n = recv(conn, buf, sizeof buf, 0);
        send(conn, "hello\n", 6, 0); // and away
        close(conn);
    }
}
"#,
        r#"
        fd = socket AF_INET SOCK_STREAM
        setsockopt fd SOL_SOCKET SO_REUSEADDR 1
        bind fd 127.0.0.1:9000
        listen fd 5
        # a loop without end: said once, and again for each round
        conn = accept fd
        recv conn 1024
        send conn "hello\n"
        close conn
        "#,
    );
}

#[test]
fn what_has_no_words_here_is_pointed_at() {
    let py = Language::Python;
    cannot(py, "import socket\nif x > 1:\n    pass\n", 2, "if", "chooses");
    cannot(py, "s = socket.socket()\ndata = s.recv(10)\ns.send(data)\n", 3, "data", "keeps no variables");
    cannot(py, "frob(1)\n", 1, "frob(1)", "no call of ours");
    cannot(Language::C, "int main(void) {\n  pid_t p = fork();\n}\n", 2, "pid_t p = fork()", "no call of ours");
}

//! Learners' programs, said as lines of ours or refused with the line.

use super::super::Language;
use super::program;
use crate::text::Lang;

#[track_caller]
fn says(language: Language, text: &str, wanted: &str) {
    let (said, cannot) = program(text, language);
    assert_eq!(cannot, []);
    let said: Vec<String> = said.into_iter().map(|s| s.text(Lang::En)).collect();
    let wanted: Vec<&str> = wanted.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(said, wanted);
}

#[track_caller]
fn cannot(language: Language, text: &str, line: usize, part: &str, why: &str) {
    let (_, cannot) = program(text, language);
    let first = cannot.first().expect("it cannot be said");
    let pointed = text.lines().nth(first.line - 1).and_then(|l| l.get(first.span.0..first.span.1)).unwrap_or_default();
    assert_eq!((first.line, pointed), (line, part));
    assert!(first.why.plain(Lang::En).contains(why), "{}", first.why.plain(Lang::En));
}

const PY: Language = Language::Python;

#[test]
fn rounds_that_all_say_one_call_are_a_repeat_and_others_are_said_out() {
    says(
        PY,
        "import socket\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor i in range(300):\n    u.sendto(b'x', ('127.0.0.1', 9))\nu.close()\n",
        "u = socket AF_INET SOCK_DGRAM\nrepeat 300 sendto u \"x\" 127.0.0.1:9\nclose u",
    );
    says(
        PY,
        "import socket\na, b = socket.socketpair()\nfor i in range(2):\n    a.send(f'{i}\\n'.encode())\n    b.recv(10)\na.close()\nb.close()\n",
        "a b = socketpair AF_UNIX SOCK_STREAM\nsend a \"0\\n\"\nrecv b 10\nsend a \"1\\n\"\nrecv b 10\nclose a\nclose b",
    );
    cannot(
        PY,
        "import socket\na, b = socket.socketpair()\nfor i in range(21):\n    a.send(b'x')\n    b.recv(1)\n",
        3,
        "for",
        "21 rounds",
    );
}

#[test]
fn a_way_that_only_an_error_takes_is_left_out_and_told_of() {
    says(
        Language::C,
        "int main() {\n int fd;\n if ((fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) {\n  perror(\"socket\");\n  return 1;\n }\n close(fd);\n}\n",
        "fd = socket AF_INET SOCK_STREAM\nclose fd\n# left out: what is done where a call fails (lines 4–5); a line that fails here shows its errno",
    );
}

#[test]
fn what_only_a_run_can_tell_is_not_made_up() {
    let received = "import socket\na, b = socket.socketpair()\nd = a.recv(9)\n";
    cannot(PY, &format!("{received}b.send(d + b'!')\n"), 4, "d + b'!'", "only a run of the program can tell");
    cannot(PY, &format!("{received}if d == b'stop':\n    b.send(b'x')\n"), 4, "d == b'stop'", "which way");
    cannot(PY, &format!("{received}for c in d:\n    b.send(b'x')\n"), 4, "d", "how often");
    cannot(PY, &format!("{received}a.close()\na.send(b'x')\n"), 5, "a", "is closed here");
    let c = "int main(int argc, char **argv) {\n int fd = socket(AF_INET, SOCK_STREAM, 0);\n listen(fd, atoi(argv[1]));\n}\n";
    cannot(Language::C, c, 3, "atoi(argv[1])", "comes from the command line");
    let c = "int main() {\n char b[4];\n int fd = socket(AF_INET, SOCK_STREAM, 0);\n send(fd, b, 9, 0);\n}\n";
    cannot(Language::C, c, 4, "b", "room for 4");
}

#[test]
fn words_of_the_command_line_are_not_given_unless_the_program_ends_without() {
    let program = |guard: &str| {
        format!(
            "int main(int argc, char **argv) {{\n int port = 80;\n if ({guard}\n int fd = socket(AF_INET, SOCK_DGRAM, 0);\n close(fd);\n}}\n"
        )
    };
    let lines = "fd = socket AF_INET SOCK_DGRAM\nclose fd";
    let left = format!("# left out: line 3, for other words on the command line\n{lines}");
    says(Language::C, &program("argc > 1) port = atoi(argv[1]);"), &left);
    says(Language::C, &program("argc != 2) return 1;"), &left);
    let tick = "import socket\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nn = 1\nu.sendto(b'%d%% of %s' % (n + 1, b'x'), ('127.0.0.1', 9))\nu.close()\n";
    says(PY, tick, "u = socket AF_INET SOCK_DGRAM\nsendto u \"2% of x\" 127.0.0.1:9\nclose u");
}

#[test]
fn a_port_is_what_the_kernel_reads_of_it() {
    let c = "int main() {\n struct sockaddr_in a;\n a.sin_family = AF_INET, a.sin_port = PORT;\n int fd = socket(AF_INET, SOCK_DGRAM, 0);\n bind(fd, (struct sockaddr *)&a, sizeof a);\n close(fd);\n}\n";
    says(
        Language::C,
        &format!("#define PORT 80\n{c}"),
        "# line 4: without htons, 80 is port 20480 to the kernel\nfd = socket AF_INET SOCK_DGRAM\nbind fd 0.0.0.0:20480\nclose fd",
    );
    says(Language::C, &format!("#define PORT htons(80)\n{c}"), "fd = socket AF_INET SOCK_DGRAM\nbind fd 0.0.0.0:80\nclose fd");
}

#[test]
fn what_is_not_understood_is_pointed_at() {
    cannot(PY, "import socket\nx = [a for a in b]\n", 2, "for", "not understood");
    cannot(PY, "s = (\n", 1, "(", "never closed");
    cannot(Language::C, "int main() {\n char *s = \"open;\n}\n", 2, "\"", "never closed");
    cannot(Language::C, "int main() {\n goto out;\n}\n", 2, "goto out;", "not followed");
    let deep = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(program(&deep, PY).1.len(), 1);
    let itself = "import socket\ns = socket.socket()\ndef f():\n    s.listen()\n    f()\nf()\n";
    cannot(PY, itself, 5, "f()", "calls itself");
    let endless = "import socket\ni = 0\nwhile i < 10:\n    j = i\ns = socket.socket()\n";
    cannot(PY, endless, 3, "while", "too long");
}

/// Lines behind the making of a socket `s` of AF_INET.
fn with_socket(lines: &str) -> String {
    format!("import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n{lines}\n")
}

/// A function body in C, behind a socket `fd`, an int `on` and a structure `a`.
fn in_main(lines: &str) -> String {
    format!("int main() {{\n int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;\n struct sockaddr_in a;\n{lines}\n}}\n")
}

#[test]
fn an_address_is_one_pair_and_text_only_for_a_path() {
    let cases = [
        ("s.bind('127.0.0.1', 80)", "'127.0.0.1', 80", "s.bind(('127.0.0.1', 80))"),
        ("s.connect('localhost:80')", "'localhost:80'", "(\"localhost\", 80)"),
        ("s.connect('localhost')", "'localhost'", "for AF_UNIX alone"),
        ("s.sendto(b'x', '127.0.0.1', 9)", "'127.0.0.1', 9", "s.sendto(b'x', ('127.0.0.1', 9))"),
        ("socket.create_connection('localhost', 80)", "'localhost', 80", "socket.create_connection(('localhost', 80))"),
        ("s.bind(('127.0.0.1', '8080'))", "'8080'", "a port is one (int)"),
        ("s.bind((80, '127.0.0.1'))", "(80, '127.0.0.1')", "the host comes first"),
        ("s.bind(('127.0.0.1',))", "('127.0.0.1',)", "a pair"),
        ("s.connect((localhost, 80))", "localhost", "in quotes"),
        ("s.connect((127.0.0.1, 80))", "127.0.0.1", "in quotes"),
        ("s.listen(5, 6)", "6", "more than the call takes"),
        ("s.accept(1)", "1", "s.accept()"),
        ("s.recv()", "s.recv()", "s.recv(1024)"),
        ("s.sendto(b'x')", "s.sendto(b'x')", "more arguments"),
        ("d = s.dup()\nd.connect('a')", "'a'", "this socket is of AF_INET"),
    ];
    for (lines, part, why) in cases {
        cannot(PY, &with_socket(lines), 2 + lines.lines().count(), part, why);
    }
    says(
        PY,
        "import socket\nu = socket.socket(socket.AF_UNIX)\nu.connect('/tmp/a')\nu.close()\n",
        "u = socket AF_UNIX SOCK_STREAM\nconnect u /tmp/a\nclose u",
    );
    cannot(PY, "import socket\nu = socket.socket(socket.AF_UNIX)\nu.connect(('a', 80))\n", 3, "('a', 80)", "a path alone");
    cannot(Language::C, &in_main(" bind(fd, \"127.0.0.1\", 80);"), 4, "\"127.0.0.1\"", "structure");
    cannot(Language::C, &in_main(" recv(fd, 5);"), 4, "recv(fd, 5)", "recv(fd, buf, sizeof buf, flags)");
}

#[test]
fn a_call_of_what_is_no_socket_is_never_dropped() {
    let pair = "write conn, addr = s.accept()";
    cannot(PY, &with_socket("conn = s.accept()\ndata = conn.recv(100)"), 4, "conn", pair);
    cannot(PY, &with_socket("while True:\n    conn = s.accept()\n    conn.send(b'ok')"), 5, "conn", pair);
    cannot(PY, &with_socket("conn = s.accept()\nconn.close()"), 4, "conn", pair);
    for (line, part, why) in [
        ("s.listen", "s.listen", "write s.listen()"),
        ("conn, addr = s.accept", "s.accept", "write s.accept()"),
        ("all = {}\nall['a'].send(b'x')", "all['a']", "is a socket, is not known"),
        ("x.send(b'x')", "x", "given no value"),
        ("conect(s)", "conect", "perhaps connect"),
        ("s.conect(('a', 80))", "s.conect(('a', 80))", "perhaps connect"),
        ("socket.sockets()", "socket.sockets()", "perhaps socket"),
        ("def serve():\n    s.listen()\nserve", "serve", "write serve()"),
    ] {
        cannot(PY, &with_socket(line), 2 + line.lines().count(), part, why);
    }
    cannot(PY, "import socket\nserver = socket.socket()\nsevrer.listen()\n", 3, "sevrer", "perhaps server");
    cannot(Language::C, &in_main(" lisen(fd, 5);"), 4, "lisen(fd, 5)", "perhaps listen");
    says(
        PY,
        &with_socket("def main():\n    def serve():\n        s.listen()\n    serve()\nmain()\ns.close()"),
        "s = socket AF_INET SOCK_STREAM\nlisten s\nclose s",
    );
    // What belongs to another module is no business of ours.
    says(PY, &with_socket("import sqlite3\nbase = sqlite3.connect('a.db')\ns.close()"), "s = socket AF_INET SOCK_STREAM\nclose s");
}

#[test]
fn constants_that_are_numbers_are_what_the_kernel_reads_of_them() {
    let remark = "# line 4: a call takes one of these constants, for they are numbers and no flags:";
    says(
        Language::C,
        &in_main(" setsockopt(fd, SOL_SOCKET, SO_REUSEADDR | SO_REUSEPORT, &on, sizeof on);\n close(fd);"),
        &format!(
            "fd = socket AF_INET SOCK_STREAM\n{remark} SO_REUSEADDR | SO_REUSEPORT is 2|15 = 15 to the kernel, SO_REUSEPORT alone\nsetsockopt fd SOL_SOCKET SO_REUSEPORT 1\nclose fd"
        ),
    );
    cannot(
        Language::C,
        &in_main(" setsockopt(fd, SOL_SOCKET, SO_PASSPIDFD | SO_TXREHASH, &on, sizeof on);"),
        4,
        "SO_PASSPIDFD | SO_TXREHASH",
        "76|74 = 78",
    );
    says(
        PY,
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)\ns.setsockopt(1, 2, 1)\ns.close()\n",
        "s = socket AF_INET SOCK_STREAM SOCK_NONBLOCK\nsetsockopt s SOL_SOCKET SO_REUSEADDR 1\nclose s",
    );
    let turned = "import socket\ns = socket.socket(socket.SOCK_STREAM, socket.AF_INET)\n";
    cannot(PY, turned, 2, "socket.SOCK_STREAM", "to the kernel it is 1, AF_UNIX");
    assert!(program(turned, PY).1[1].why.plain(Lang::En).contains("it is 2, SOCK_DGRAM"));
    cannot(
        PY,
        &with_socket("s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADR, 1)"),
        3,
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADR, 1)",
        "perhaps SO_REUSEADDR",
    );
}

#[test]
fn of_any_constants_that_are_ored_only_what_our_reader_takes_is_said() {
    use crate::vocabulary::option::{Level, OPTIONS};
    let names: Vec<&str> = OPTIONS.iter().filter(|o| o.level == Level::Socket).map(|o| o.name).collect();
    for (at, a) in names.iter().enumerate() {
        for b in &names[at + 1..] {
            let text = in_main(&format!(" setsockopt(fd, SOL_SOCKET, {a} | {b}, &on, sizeof on);"));
            let number = |name: &str| OPTIONS.iter().find(|o| o.name == name).map_or(0, |o| o.number);
            let read = number(a) | number(b);
            let (said, refused) = program(&text, Language::C);
            let line = said.iter().map(|s| s.text(Lang::En)).find(|l| l.starts_with("setsockopt"));
            match (refused.first(), line) {
                (Some(cannot), _) => {
                    let known = OPTIONS.iter().any(|o| o.level == Level::Socket && o.number == read);
                    let why = cannot.why.plain(Lang::En);
                    assert!(known != why.contains(&format!("= {read} to the kernel")), "{a} | {b}: {why}");
                }
                (None, Some(line)) => {
                    let option = line.split(' ').nth(3).unwrap_or_default();
                    assert_eq!(number(option), read, "{a} | {b}: {line}");
                }
                (None, None) => panic!("{a} | {b} is dropped"),
            }
        }
    }
}

#[test]
fn a_loop_around_select_is_told_once_with_what_to_do() {
    let select =
        with_socket("import select\nwhile True:\n    r, w, x = select.select([s], [], [])\n    for one in r:\n        one.recv(5)");
    cannot(PY, &select, 5, "select.select([s], [], [])", "commands here too");
    assert_eq!(program(&select, PY).1.len(), 1);
    let poll = with_socket("import select\np = select.poll()\np.register(s)\nfor fd, event in p.poll():\n    s.recv(1)");
    cannot(PY, &poll, 4, "select.poll()", "commands here too");
    cannot(PY, &with_socket("import selectors\nall = selectors.DefaultSelector()"), 4, "selectors.DefaultSelector()", "by hand");
    let select = in_main(
        " fd_set rd;\n FD_ZERO(&rd);\n FD_SET(fd, &rd);\n while (1) {\n  select(fd + 1, &rd, NULL, NULL, NULL);\n  if (FD_ISSET(fd, &rd)) accept(fd, NULL, NULL);\n }",
    );
    cannot(Language::C, &select, 8, "select(fd + 1, &rd, NULL, NULL, NULL)", "commands here too");
    assert_eq!(program(&select, Language::C).1.len(), 1);
    let poll = in_main(
        " struct pollfd p[1];\n p[0].fd = fd;\n p[0].events = POLLIN;\n poll(p, 1, -1);\n if (p[0].revents & POLLIN) accept(fd, NULL, NULL);",
    );
    cannot(Language::C, &poll, 7, "poll(p, 1, -1)", "commands here too");
    assert_eq!(program(&poll, Language::C).1.len(), 1);
}

#[test]
fn a_slip_of_writing_is_pointed_at_where_it_is() {
    cannot(PY, &with_socket("s.bind(('a', 80)\ns.listen()"), 3, "(", "never closed");
    cannot(PY, &with_socket("s.bind(('a', 80)))\ns.listen()"), 3, ")", "closes nothing");
    cannot(Language::C, &in_main(" listen(fd, 5;\n close(fd);"), 4, "(", "never closed");
    let missing = in_main(" listen(fd, 5)\n close(fd);");
    cannot(Language::C, &missing, 4, "", "; is missing");
    assert_eq!(program(&missing, Language::C).1[0].span, (14, 14));
    cannot(PY, &with_socket("x = s.recv(1)\ns.send(f'{x}!')"), 4, "f'{x}!'", "only a run");
    cannot(PY, "class Server(object):\n    pass\nServer()\n", 1, "class", "without a class");
}

#[test]
fn a_structure_is_an_address_by_its_family_and_its_length() {
    let bind = |fields: &str, length: &str| {
        in_main(&format!(" {fields}a.sin_port = htons(80);\n bind(fd, (struct sockaddr *)&a, {length});"))
    };
    cannot(Language::C, &bind("", "sizeof a"), 5, "&a", "write a.sin_family = AF_INET;");
    cannot(Language::C, &bind("memset(&a, 0, sizeof a); ", "sizeof a"), 5, "&a", "was never set");
    cannot(Language::C, &bind("a.sin_family = SOCK_STREAM; ", "sizeof a"), 5, "&a", "sin_family is SOCK_STREAM");
    let family = "a.sin_family = AF_INET; ";
    cannot(Language::C, &bind(family, "sizeof(&a)"), 5, "sizeof(&a)", "the size of a pointer");
    cannot(
        Language::C,
        &bind(&format!("struct sockaddr_in *p = &a; {family}"), "sizeof(p)"),
        5,
        "sizeof(p)",
        "the size of a pointer",
    );
    cannot(Language::C, &bind(family, "4"), 5, "4", "shorter than 16");
    // Another function fills it in, by whatever name.
    for param in ["out", "a"] {
        says(
            Language::C,
            &format!(
                "#define SA struct sockaddr\nint make(struct sockaddr_in *{param}) {{\n {param}->sin_family = AF_INET;\n {param}->sin_port = htons(80);\n return socket(AF_INET, SOCK_STREAM, 0);\n}}\nint main() {{\n struct sockaddr_in a;\n int fd = make(&a);\n bind(fd, (SA *)&a, sizeof a);\n close(fd);\n}}\n"
            ),
            "s = socket AF_INET SOCK_STREAM\nbind s 0.0.0.0:80\nclose s",
        );
    }
    for length in ["sizeof a", "sizeof(struct sockaddr_in)", "16"] {
        assert_eq!(program(&bind(family, length), Language::C).1, []);
    }
    says(
        Language::C,
        "int main() {\n struct sockaddr_un u = { AF_UNIX, \"/tmp/x\" };\n int fd = socket(AF_UNIX, SOCK_STREAM, 0);\n connect(fd, (struct sockaddr *)&u, sizeof u);\n close(fd);\n}\n",
        "fd = socket AF_UNIX SOCK_STREAM\nconnect fd /tmp/x\nclose fd",
    );
}

#[test]
fn what_holds_for_every_round_is_remarked_once_and_lines_are_counted() {
    says(
        PY,
        &with_socket("for i in range(5):\n    s.settimeout(2)\n    s.send(b'x')\ns.close()"),
        "s = socket AF_INET SOCK_STREAM\n# left out: line 4; settimeout is Python's own, it waits with poll(2): here --timeout, and at the prompt patience, end a call\nrepeat 5 send s \"x\"\nclose s",
    );
    let tried = |handler: &str| with_socket(&format!("try:\n    s.listen()\nexcept OSError:\n{handler}s.close()"));
    let left = |text: &str, lang| program(text, PY).0.last().expect("a remark").text(lang);
    assert!(left(&tried("    pass\n"), Lang::En).contains("(line 6)"));
    let two = tried("    pass\n    pass\n");
    assert!(left(&two, Lang::En).contains("(lines 6–7)"));
    assert!(left(&two, Lang::Zh).contains("（第 6–7 行）"));
}

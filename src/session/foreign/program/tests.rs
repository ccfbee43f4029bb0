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
        "fd = socket AF_INET SOCK_STREAM\nclose fd\n# left out: what is done where a call fails (line 4–5); a line that fails here shows its errno",
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
    let c = "int main() {\n struct sockaddr_in a;\n a.sin_port = PORT;\n int fd = socket(AF_INET, SOCK_DGRAM, 0);\n bind(fd, (struct sockaddr *)&a, sizeof a);\n close(fd);\n}\n";
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
    cannot(PY, "s = (\n", 2, "", "missing");
    cannot(Language::C, "int main() {\n char *s = \"open;\n}\n", 2, "\"", "not understood");
    cannot(Language::C, "int main() {\n goto out;\n}\n", 2, "goto out;", "not followed");
    let deep = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(program(&deep, PY).1.len(), 1);
    let itself = "import socket\ns = socket.socket()\ndef f():\n    s.listen()\n    f()\nf()\n";
    cannot(PY, itself, 5, "f()", "calls itself");
    let endless = "import socket\ni = 0\nwhile i < 10:\n    j = i\ns = socket.socket()\n";
    cannot(PY, endless, 3, "while", "too long");
}

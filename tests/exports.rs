//! Exported programs: the sitting of every built-in lesson, compiled, run, and found to do what the sitting did.
//!
//! A program asks of each of its calls what the sitting's call answered, and stops where it is another answer: that it ends well is
//! the comparison call by call. That its questions are real is tested by spoiling one.

use crate::kit::{BOUND, EventExt, Folder, have, script};
use sockscope::lesson::Library;
use sockscope::lesson::course::Values;
use sockscope::text::Lang;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;

/// Lessons that play on with other programs, which an export does not have.
const WITH_PEERS: &[&str] = &["by-hand"];

/// A port that nobody has, outside the range that the kernel draws from.
fn port(taken: &[String]) -> String {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = 20_000 + (std::process::id() % 8_000) as u16;
    loop {
        let port = begin + NEXT.fetch_add(1, Ordering::Relaxed);
        let free = TcpListener::bind(("127.0.0.1", port)).is_ok() && UdpSocket::bind(("127.0.0.1", port)).is_ok();
        if free && !taken.contains(&port.to_string()) {
            return port.to_string();
        }
    }
}

fn values(folder: &Path) -> Values {
    let mut values = Values::default();
    let mut ports = Vec::new();
    for hole in ["port", "port2", "port3"] {
        let drawn = port(&ports);
        ports.push(drawn.clone());
        values.put(hole, drawn);
    }
    for hole in ["path", "path2"] {
        values.put(hole, folder.join(format!("{hole}.sock")).display().to_string());
    }
    for hole in ["name", "name2"] {
        values.put(hole, format!("sockscope-{hole}-{}", ports[0]));
    }
    values
}

/// The ids of the built-in lessons that need nobody else.
fn lessons() -> Vec<String> {
    let all = sockscope::lesson::course::built_in().map(|id| id.to_string());
    all.filter(|id| !WITH_PEERS.contains(&id.as_str())).collect()
}

/// A lesson's own way from its beginning to its end.
fn lines(lesson: &str, values: &Values) -> String {
    let lesson = Library::new(None).lesson(Lang::En, lesson).expect("a built-in lesson");
    let steps = lesson.steps.iter();
    let lines = steps.flat_map(|s| s.setup.iter().chain(s.tries())).map(|l| values.fill(&l.text) + "\n");
    lines.collect()
}

/// A sitting with its exports.
struct Sitting {
    folder: Folder,
    values: Values,
    events: Vec<serde_json::Value>,
}

fn sit(lesson: &str, exports: &str) -> Sitting {
    let paths = Folder::new();
    let values = values(paths.path());
    let ran = script(lines(lesson, &values) + exports).json().keep_going().timeout("1s").run();
    let faults: Vec<_> = ran.events.iter().filter(|e| e.is("fault")).collect();
    assert!(faults.is_empty(), "{lesson}: {faults:?}");
    Sitting { folder: ran.folder, values, events: ran.events }
}

impl Sitting {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program's text, with other ports and names: the sitting's own are in TIME_WAIT.
    fn text(&self, name: &str) -> String {
        let path = self.path(name);
        let mut text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let fresh = values(self.folder.path());
        for (hole, value) in &self.values.0 {
            text = text.replace(value.as_str(), fresh.get(hole).unwrap_or_default());
        }
        text
    }
}

/// Runs a command to its end, which must come.
fn run(command: &mut Command) -> Output {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let pid = child.id() as i32;
    let (send, ended) = channel();
    std::thread::spawn(move || send.send(child.wait_with_output()));
    match ended.recv_timeout(BOUND) {
        Ok(output) => output.expect("a child can be waited for"),
        Err(_) => {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
            panic!("{command:?} does not end");
        }
    }
}

#[track_caller]
fn ends_well(what: &str, text: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {:?}\n{said}\n{text}", output.status);
}

fn python(folder: &Folder, text: &str) -> Output {
    let file = folder.file("run.py", text);
    run(Command::new("python3").args(["-W", "error"]).arg(file).current_dir(folder.path()))
}

/// Compiles without a warning.
fn compiled(folder: &Folder, text: &str) -> PathBuf {
    let (source, program) = (folder.file("run.c", text), folder.path().join("run"));
    let mut cc = Command::new("cc");
    cc.args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"]).arg(&program).arg(source);
    ends_well("cc", text, &run(&mut cc));
    program
}

#[test]
fn every_lesson_as_a_program_in_python_does_what_the_sitting_did() {
    if !have(&["python3"]) {
        return;
    }
    for lesson in lessons() {
        let sitting = sit(&lesson, "export python x.py --comments\n");
        let text = sitting.text("x.py");
        ends_well(&lesson, &text, &python(&sitting.folder, &text));
    }
}

#[test]
fn every_lesson_as_a_program_in_c_does_what_the_sitting_did() {
    if !have(&["cc"]) {
        return;
    }
    for lesson in lessons() {
        let sitting = sit(&lesson, "export c x.c --comments\n");
        let text = sitting.text("x.c");
        let program = compiled(&sitting.folder, &text);
        ends_well(&lesson, &text, &run(Command::new(program).current_dir(sitting.folder.path())));
    }
}

#[test]
fn every_answer_is_asked_for() {
    if !have(&["python3", "cc"]) {
        return;
    }
    let sitting = sit("first-tcp", "export python x.py\nexport c x.c\n");
    for (right, wrong) in [("sent == 5", "sent == 6"), ("b\"hello\"\n", "b\"hallo\"\n"), ("errno.EPIPE", "errno.EBADF")] {
        let text = sitting.text("x.py");
        assert!(text.contains(right), "{text}");
        assert!(!python(&sitting.folder, &text.replacen(right, wrong, 1)).status.success(), "{wrong} passes");
    }
    for (right, wrong) in [("0), 5);", "0), 6);"), ("\"hello\", 5), 0)", "\"hallo\", 5), 0)"), ("EPIPE", "EBADF")] {
        let text = sitting.text("x.c");
        assert!(text.contains(right), "{text}");
        let program = compiled(&sitting.folder, &text.replacen(right, wrong, 1));
        assert!(!run(&mut Command::new(program)).status.success(), "{wrong} passes");
    }
}

/// Calls that the program makes for the sitting's sake, and not to look at something.
const COMPARED: &[&str] = &["socket", "socketpair", "bind", "listen", "accept4", "connect", "sendto", "recvfrom", "shutdown"];

/// What the kernel itself saw the program do: `name = result`, errnos by name; numbers of descriptors are not compared.
fn seen_by_strace(program: &mut Command, record: &Path) -> Vec<String> {
    ends_well("strace", "", &run(program));
    let text = std::fs::read_to_string(record).expect("strace's record");
    let mut seen = Vec::new();
    for line in text.lines() {
        let Some((name, rest)) = line.split_once('(') else { continue };
        if let (true, Some((_, answer))) = (COMPARED.contains(&name), rest.rsplit_once(" = ")) {
            let words: Vec<&str> = answer.split_whitespace().collect();
            let made = ["socket", "accept4"].contains(&name);
            seen.push(match words[..] {
                ["-1", errno, ..] => format!("{name} {errno}"),
                _ if made => format!("{name} made"),
                [value, ..] => format!("{name} {value}"),
                _ => String::new(),
            });
        }
    }
    seen
}

#[test]
fn the_kernel_sees_the_same_calls_of_the_program_as_of_the_sitting() {
    if !have(&["strace", "cc"]) {
        return;
    }
    for lesson in ["first-tcp", "first-udp", "unix", "byte-stream", "goodbye", "port-taken"] {
        let sitting = sit(lesson, "export c x.c\n");
        let text = sitting.text("x.c");
        let program = compiled(&sitting.folder, &text);
        let record = sitting.path("record");
        let seen = seen_by_strace(Command::new("strace").args(["-qq", "-o"]).arg(&record).arg(program), &record);
        let mut did = Vec::new();
        for called in sitting.events.iter().filter(|e| e.is("called")) {
            let (seq, sys) = (called.number("seq"), called.text("sys"));
            let Some(returned) = sitting.events.iter().find(|e| e.is("returned") && e["of"] == seq) else { continue };
            if COMPARED.contains(&sys) {
                did.push(match (returned["ok"] == true, ["socket", "accept4"].contains(&sys)) {
                    (false, _) => format!("{sys} {}", returned.text("errno")),
                    (true, true) => format!("{sys} made"),
                    (true, false) => format!("{sys} {}", returned.number("value")),
                });
            }
        }
        assert_eq!(seen, did, "{lesson}\n{text}");
    }
}

#[test]
fn each_end_is_a_program_of_its_own() {
    if !have(&["python3"]) {
        return;
    }
    let roles = "export python server.py --role server\nexport python client.py --role client\n";
    // A port that the kernel chooses: the server tells it, and the client is told.
    let lines = "server = socket inet stream; bind server 127.0.0.1:0; listen server\n\
        client = socket inet stream; connect client {server.local}; conn = accept server\n\
        send client one; send client two; recv conn 100; send conn answer; recv client 100\n";
    let ran = script(format!("{lines}{roles}")).run().ok();
    let text = |name: &str| std::fs::read_to_string(ran.folder.path().join(name)).expect("a program");
    assert!(!text("client.py").contains("accept") && !text("server.py").contains("connect"));
    let mut server = Command::new("python3")
        .arg(ran.folder.path().join("server.py"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut told = String::new();
    let mut out = std::io::BufReader::new(server.stdout.take().expect("its output"));
    std::io::BufRead::read_line(&mut out, &mut told).expect("the server tells where it listens");
    let client = run(Command::new("python3").arg(ran.folder.path().join("client.py")).args(told.split_whitespace()));
    ends_well("client", &text("client.py"), &client);
    assert!(server.wait().expect("the server ends").success(), "{}", text("server.py"));
}

#[test]
fn half_a_sitting_is_not_exported() {
    let ran = script("repeat 26000 getsockopt s type\nexport python x.py\n".replace("getsockopt s type", "resolve 127.0.0.1:1"))
        .keep_going()
        .run();
    assert!(ran.stderr.contains("half a sitting is not written"), "{}", &ran.stderr[ran.stderr.len().saturating_sub(400)..]);
    let ran = script("a b = socketpair unix stream\nexport python x.py\n").quiet().keep_going().run().fails();
    assert!(ran.stderr.contains("no call was recorded"), "{}", ran.stderr);
}

//! Exported programs: the sitting of every built-in lesson, compiled, run, and found to do what the sitting did.
//!
//! A program asks of each of its calls what the sitting's call answered, and stops where it is another answer: that it ends well is
//! the comparison call by call. That its questions are real is tested by spoiling one.

use crate::kit::sitting::{ends_well, lessons, run, sit};
use crate::kit::{EventExt, Folder, have, script};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
        let old = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))";
        ends_well(&lesson, &text, &run(Command::new("python3").args(["-c", old]).arg(sitting.path("x.py"))));
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
    let mut server =
        Command::new("python3").arg(ran.folder.path().join("server.py")).stdout(Stdio::piped()).spawn().expect("python3 starts");
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

/// Three lessons: a first build of the crates takes its time.
const IN_RUST: &[&str] = &["first-tcp", "many", "unix"];

#[test]
fn lessons_as_packages_in_rust_build_without_a_warning_and_do_what_the_sitting_did() {
    if !have(&["cargo"]) {
        return;
    }
    // One target folder for all: what they depend on is built once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports");
    for lesson in IN_RUST {
        let sitting = sit(lesson, &format!("export rust {lesson} --comments\n"));
        let main = format!("{lesson}/src/main.rs");
        let text = sitting.text(&main);
        std::fs::write(sitting.path(&main), &text).expect("the program is written");
        let build = |more: &[&str]| {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--quiet", "--manifest-path"]).arg(sitting.path(&format!("{lesson}/Cargo.toml"))).args(more);
            run(cargo.env("RUSTFLAGS", "-Dwarnings").env("CARGO_TARGET_DIR", &target))
        };
        let mut built = build(&["--offline"]);
        if String::from_utf8_lossy(&built.stderr).contains("--offline") {
            built = build(&[]);
            let said = String::from_utf8_lossy(&built.stderr).into_owned();
            if !built.status.success() && ["download", "fetch", "resolve host", "registry"].iter().any(|w| said.contains(w)) {
                eprintln!("skipped: the crates that exports use cannot be had here: {said}");
                return;
            }
        }
        ends_well(lesson, &text, &built);
        ends_well(lesson, &text, &run(&mut Command::new(target.join("debug").join(lesson))));
    }
}

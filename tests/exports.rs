//! Exported programs: the sitting of every built-in lesson, compiled, run, and found to do what the sitting did.
//!
//! A program asks of each of its calls what the sitting's call answered, and stops where it is another answer: that it ends well is
//! the comparison call by call. That its questions are real is tested by spoiling one.

use crate::kit::lab::Who;
use crate::kit::sitting::{ends_well, lessons, lessons_on_the_wire, run, sit};
use crate::kit::traced::{done, seen_by_strace};
use crate::kit::{Folder, have, script};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Every Python from 3.9 on that this machine has, one of each version: on the path, and where pyenv keeps them.
fn pythons() -> Vec<PathBuf> {
    let named = (9..20).map(|minor| PathBuf::from(format!("python3.{minor}")));
    let kept = std::env::var_os("PYENV_ROOT").map(|root| Path::new(&root).join("versions"));
    let kept = kept.and_then(|k| std::fs::read_dir(k).ok()).into_iter().flatten().flatten().map(|v| v.path().join("bin/python3"));
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for python in std::iter::once(PathBuf::from("python3")).chain(named).chain(kept) {
        let version = "import sys; assert sys.version_info >= (3, 9); print(sys.version_info[:2])";
        let Ok(said) = Command::new(&python).args(["-c", version]).output() else { continue };
        let said_so = String::from_utf8_lossy(&said.stdout).into_owned();
        if said.status.success() && !found.iter().any(|f| f.0 == said_so) {
            found.push((said_so, python));
        }
    }
    found.into_iter().map(|f| f.1).collect()
}

/// Run by each of them with warnings as errors; Python 3.9's grammar is asked for in any case.
fn python(folder: &Folder, text: impl Fn() -> String, pythons: &[PathBuf]) -> Vec<(String, Output)> {
    let old = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))";
    let mut ran = Vec::new();
    for (at, python) in pythons.iter().enumerate() {
        let text = text();
        let file = folder.file("run.py", &text);
        if at == 0 {
            ran.push((text.clone(), run(Command::new(python).args(["-c", old]).arg(&file))));
        }
        ran.push((text, run(Command::new(python).args(["-W", "error"]).arg(file).current_dir(folder.path()))));
    }
    ran
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
    let pythons = pythons();
    for lesson in lessons() {
        let sitting = sit(&lesson, "export python x.py --comments\n");
        for (text, ran) in python(&sitting.folder, || sitting.text("x.py"), &pythons) {
            ends_well(&lesson, &text, &ran);
        }
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
        let file = sitting.folder.file("spoilt.py", text.replacen(right, wrong, 1));
        assert!(!run(Command::new("python3").arg(file).current_dir(sitting.folder.path())).status.success(), "{wrong} passes");
    }
    for (right, wrong) in [("0), 5);", "0), 6);"), ("\"hello\", 5), 0)", "\"hallo\", 5), 0)"), ("EPIPE", "EBADF")] {
        let text = sitting.text("x.c");
        assert!(text.contains(right), "{text}");
        let program = compiled(&sitting.folder, &text.replacen(right, wrong, 1));
        assert!(!run(&mut Command::new(program)).status.success(), "{wrong} passes");
    }
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
        let did = done(&sitting.events);
        assert_eq!(seen, did, "{lesson}\n{text}");
    }
}

/// Runs what was exported of a sitting in the lab: `lab.sock` makes the hosts, and waits for every program to end well.
fn in_the_lab(lesson: &str, folder: &Path) {
    let text = std::fs::read_to_string(folder.join("lab.sock")).expect("the lab's script");
    let mut sockscope = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    let ran = run(sockscope.args(["run", "--timeout", "60s", "lab.sock"]).current_dir(folder));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{lesson}: {:?}\n{}\n{said}\n{text}", ran.status, String::from_utf8_lossy(&ran.stderr));
}

/// Every C file in a folder, compiled without a warning beside its source.
fn compiled_in(folder: &Path) {
    for file in std::fs::read_dir(folder).expect("a folder").flatten().map(|f| f.path()) {
        if file.extension().is_some_and(|e| e == "c") {
            let mut cc = Command::new("cc");
            cc.args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"]).arg(file.with_extension("")).arg(&file);
            ends_well("cc", &std::fs::read_to_string(&file).expect("a program"), &run(&mut cc));
        }
    }
}

#[test]
fn every_lesson_in_the_lab_as_a_program_for_each_host_does_what_the_sitting_did() {
    if !Who::Own.has_lab() || !have(&["python3", "cc"]) {
        return;
    }
    for lesson in lessons_on_the_wire() {
        let sitting = sit(&lesson, "export python py --comments\nexport c c --comments\n");
        in_the_lab(&lesson, &sitting.path("py"));
        compiled_in(&sitting.path("c"));
        in_the_lab(&lesson, &sitting.path("c"));
    }
}

/// bob serves at a port that the kernel chose, and alice, whose port is the kernel's too, is told which.
const TOLD: &str = "host alice; host bob\n\
    on bob server = socket inet stream; bind server 10.0.0.2:0; listen server\n\
    on bob box = socket inet dgram; bind box 10.0.0.2:0\n\
    on alice client = socket inet stream; connect client {server.local}\n\
    conn = accept server; send conn first; recv client 100\n\
    on alice u = socket inet dgram; sendto u ask {box.local}\n\
    until box readable\nrecvfrom box 100; sendto box answer 10.0.0.1:{u.port}\n\
    until u readable\nrecvfrom u 100; shutdown client wr; recv conn 10\n";

#[test]
fn programs_on_hosts_tell_each_other_what_the_kernel_chose() {
    if !Who::Own.has_lab() || !have(&["python3", "cc"]) {
        return;
    }
    let ran = script(format!("{TOLD}export python py\nexport c c\nexport python alone.py --host alice\n")).run().ok();
    let path = |name: &str| ran.folder.path().join(name);
    let text = |name: &str| std::fs::read_to_string(path(name)).expect("a program");
    assert!(
        text("py/bob.py").contains("tell(\"server\"") && text("py/alice.py").contains("told(\"server\")"),
        "{}",
        text("py/alice.py")
    );
    assert!(!text("py/alice.py").contains("accept") && !text("py/bob.py").contains("connect("));
    assert_eq!(text("alone.py"), text("py/alice.py"));
    in_the_lab("py", &path("py"));
    compiled_in(&path("c"));
    in_the_lab("c", &path("c"));
    // That the programs' questions are asked on the hosts too: another answer ends the script with a failure.
    std::fs::write(path("py/bob.py"), text("py/bob.py").replace("b\"ask\"", "b\"aks\"")).expect("a file is written");
    let mut sockscope = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    let ran = run(sockscope.args(["run", "--timeout", "3s", "lab.sock"]).current_dir(path("py")));
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stdout));
}

#[test]
fn an_address_of_one_link_names_each_hosts_own_interface() {
    if !Who::Own.has_lab() || !have(&["python3", "cc"]) {
        return;
    }
    let lines = "host alice; host bob\n\
        on alice s = socket inet6 dgram; bind s [fe80::aff:fe00:1%eth0]:0; setsockopt s IPV6_MULTICAST_IF eth0\n\
        on bob u = socket inet6 dgram; sendto u hello [fe80::aff:fe00:1%eth0]:{s.port}\n\
        recvfrom s 100; sendto s back {s.sender}; recv u 100\n\
        export python py; export c c; export rust rs\n";
    let ran = script(lines).run().ok();
    let folder = ran.folder.path();
    let written = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a program");
    for (file, named) in [
        ("py/alice.py", "socket.if_nametoindex(\"eth0\")"),
        ("py/bob.py", "socket.if_nametoindex(\"eth0\")"),
        ("c/alice.c", "if_nametoindex(\"eth0\")"),
        ("c/bob.c", "if_nametoindex(\"eth0\")"),
        ("rs/src/bin/alice.rs", "interface(\"eth0\")"),
        ("rs/src/bin/bob.rs", "interface(\"eth0\")"),
    ] {
        assert!(written(file).contains(named), "{}", written(file));
    }
    in_the_lab("py", &folder.join("py"));
    compiled_in(&folder.join("c"));
    in_the_lab("c", &folder.join("c"));
    let packages = Folder::new();
    if let Some(cargo) = Cargo::here(&packages) {
        cargo.build(&folder.join("rs"));
        in_the_lab("rs", &folder.join("rs"));
    }
}

#[test]
fn a_plain_conversation_between_hosts_needs_no_turns() {
    if !Who::Own.has_lab() || !have(&["python3"]) {
        return;
    }
    let lines = "host alice; host bob\n\
        on bob server = socket inet stream; bind server 10.0.0.2:9000; listen server\n\
        on alice client = socket inet stream; connect client 10.0.0.2:9000\n\
        conn = accept server; send client hello; recv conn 100; send conn world; recv client 100\n\
        close client; recv conn 10; close conn; close server\nexport python py\n";
    let ran = script(lines).run().ok();
    let folder = ran.folder.path().join("py");
    for name in ["alice.py", "bob.py", "lab.sock"] {
        let text = std::fs::read_to_string(folder.join(name)).expect("a file");
        assert!(!text.contains("turn"), "{text}");
    }
    assert!(!folder.join("turn.sh").exists());
    in_the_lab("plain", &folder);
}

#[test]
fn a_sitting_that_no_program_on_a_host_could_do_is_refused_with_the_reason() {
    if !Who::Own.has_lab() {
        return;
    }
    let refused = |lines: &str, export: &str| script(format!("{lines}\n{export}\n")).keep_going().run().stderr;
    let two = "host alice; host bob; on alice a = socket inet dgram; on bob b = socket inet dgram";
    let said = refused(two, "export python x.py");
    assert!(said.contains("alice, bob") && said.contains("--host NAME"), "{said}");
    let said = refused(two, "export python x.py --host carol");
    assert!(said.contains("no call was made on a host called carol"), "{said}");
    let said = refused(&format!("s = socket inet stream; {two}"), "export c folder");
    assert!(said.contains("on this machine outside it"), "{said}");
    let said = refused(&format!("{two}; poll a:in b:in 1ms"), "export c folder");
    assert!(said.contains("sockets of two hosts"), "{said}");
    let said = refused(&format!("{two}; host rm bob"), "export c folder");
    assert!(said.contains("host rm bob took a host away"), "{said}");
}

#[test]
fn half_a_sitting_is_not_exported() {
    let ran = script("socket unix dgram\nrepeat 21000 getsockname\nexport python x.py\n").keep_going().run();
    assert!(ran.stderr.contains("half a sitting is not written"), "{}", &ran.stderr[ran.stderr.len().saturating_sub(400)..]);
    let ran = script("a b = socketpair unix stream\nexport python x.py\n").quiet().keep_going().run().fails();
    assert!(ran.stderr.contains("no call was recorded"), "{}", ran.stderr);
}

/// Packages in Rust, built one after another in one target folder: what they depend on is built once.
struct Cargo {
    target: PathBuf,
}

impl Cargo {
    /// None where there is no cargo, or the crates that exports use cannot be had.
    fn here(folder: &Folder) -> Option<Cargo> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports");
        let cargo = have(&["cargo"]).then_some(Cargo { target })?;
        let first = folder.path().join("first");
        script(format!("a b = socketpair unix stream\nexport rust {}\n", first.display())).run().ok();
        let fetched = run(Command::new("cargo")
            .args(["build", "--quiet", "--manifest-path"])
            .arg(first.join("Cargo.toml"))
            .env("RUSTFLAGS", "-Dwarnings")
            .env("CARGO_TARGET_DIR", &cargo.target));
        let said = String::from_utf8_lossy(&fetched.stderr);
        if !fetched.status.success() && ["download", "fetch", "resolve host", "registry"].iter().any(|w| said.contains(w)) {
            eprintln!("skipped: the crates that exports use cannot be had here: {said}");
            return None;
        }
        ends_well("a first package", "", &fetched);
        Some(cargo)
    }

    /// Builds a package without a warning; its `target/debug` holds what was built, as after `cargo build` in its folder.
    fn build(&self, package: &Path) {
        let formatted = run(Command::new("cargo").args(["fmt", "--check", "--manifest-path"]).arg(package.join("Cargo.toml")));
        let missing =
            ["no such command", "is not installed"].iter().any(|w| String::from_utf8_lossy(&formatted.stderr).contains(w));
        assert!(missing || formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stdout));
        std::os::unix::fs::symlink(&self.target, package.join("target")).expect("a link to the target folder");
        let manifest = package.join("Cargo.toml");
        let built = run(Command::new("cargo")
            .args(["build", "--quiet", "--offline", "--manifest-path"])
            .arg(&manifest)
            .env("RUSTFLAGS", "-Dwarnings"));
        ends_well(&manifest.display().to_string(), "", &built);
    }
}

#[test]
fn every_lesson_as_a_package_in_rust_builds_without_a_warning_and_does_what_the_sitting_did() {
    let folder = Folder::new();
    let Some(cargo) = Cargo::here(&folder) else { return };
    for lesson in lessons() {
        let sitting = sit(&lesson, &format!("export rust {lesson} --comments\n"));
        let main = format!("{lesson}/src/main.rs");
        let text = sitting.text(&main);
        std::fs::write(sitting.path(&main), &text).expect("the program is written");
        cargo.build(&sitting.path(&lesson));
        let program = sitting.path(&lesson).join("target/debug").join(&lesson);
        ends_well(&lesson, &text, &run(Command::new(program).current_dir(sitting.folder.path())));
    }
    if !Who::Own.has_lab() {
        return;
    }
    // After the others: every package has a program called alice.
    for lesson in lessons_on_the_wire() {
        let sitting = sit(&lesson, "export rust hosts --comments\n");
        cargo.build(&sitting.path("hosts"));
        in_the_lab(&lesson, &sitting.path("hosts"));
    }
}

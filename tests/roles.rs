//! `export … --role`: each end as a program of its own, run against the other.

use crate::kit::lab::wait_for;
use crate::kit::sitting::{ends_well, run};
use crate::kit::{Peer, Ran, have, script};
use std::path::Path;
use std::process::Command;

/// A sitting with both of its ends exported, in Python and in C.
fn exported(lines: &str) -> Ran {
    let roles = ["server", "client"].map(|r| format!("export python {r}.py --role {r}; export c {r}.c --role {r}\n")).concat();
    let ran = script(format!("{lines}{roles}")).run().ok();
    for role in ["server", "client"] {
        let (program, file) = (ran.folder.path().join(role), ran.folder.path().join(format!("{role}.c")));
        let mut cc = Command::new("cc");
        cc.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"]).arg(program).arg(file);
        ends_well("cc", &text(&ran, &format!("{role}.c")), &run(&mut cc));
    }
    ran
}

fn text(ran: &Ran, name: &str) -> String {
    std::fs::read_to_string(ran.folder.path().join(name)).expect("a program")
}

fn command(ran: &Ran, role: &str, python: bool) -> Command {
    let folder = ran.folder.path();
    let mut command = if python { Command::new("python3") } else { Command::new(folder.join(role)) };
    if python {
        command.arg(folder.join(format!("{role}.py")));
    }
    command.current_dir(folder);
    command
}

/// The client's program against the server's, which tells where it listens, or listens at a path.
fn meet(ran: &Ran, path: Option<&Path>) {
    for python in [true, false] {
        let mut server = Peer::of(&mut command(ran, "server", python), None);
        let told = match path {
            Some(path) => {
                wait_for("the server listens", || listens(path));
                String::new()
            }
            None => server.says(),
        };
        let client = run(command(ran, "client", python).args(told.split_whitespace()));
        ends_well("client", &text(ran, if python { "client.py" } else { "client.c" }), &client);
        server.rest();
    }
}

/// Whether the kernel has a listener at a path (proc(5): __SO_ACCEPTCON).
fn listens(path: &Path) -> bool {
    let table = std::fs::read_to_string("/proc/net/unix").expect("the kernel's table");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    table.lines().any(|l| l.split_whitespace().nth(3) == Some("00010000") && l.ends_with(&name))
}

const CONNECTED: &str = "server = socket inet stream; bind server 127.0.0.1:0; listen server\n\
    client = socket inet stream; connect client {server.local}; conn = accept server\n";

#[test]
fn each_end_is_a_program_of_its_own() {
    if !have(&["python3", "cc"]) {
        return;
    }
    // A port that the kernel chooses: the server tells it, and the client is told.
    let lines = "send client one; send client two; recv conn 100; send conn answer; recv client 100\n";
    let ran = exported(&format!("{CONNECTED}{lines}"));
    assert!(!text(&ran, "client.py").contains("accept") && !text(&ran, "server.py").contains("connect"));
    meet(&ran, None);
    // Whoever starts it without the two words is told which.
    for python in [true, false] {
        let alone = run(&mut command(&ran, "client", python));
        assert!(!alone.status.success() && String::from_utf8_lossy(&alone.stderr).contains("HOST PORT"), "{alone:?}");
    }
}

#[test]
fn a_call_on_sockets_of_both_ends_is_left_out_with_the_reason() {
    if !have(&["python3", "cc"]) {
        return;
    }
    let ran = exported(&format!("{CONNECTED}poll client:in conn:out 200ms; send client one; recv conn 10\n"));
    for file in ["client.py", "client.c", "server.py", "server.c"] {
        let (text, other) = (text(&ran, file), if file.starts_with("client") { "conn" } else { "client" });
        let said = text.contains("on sockets of both ends: no program of one end has them all");
        assert!(said == file.starts_with("client") && !text.contains(&format!("({other},")), "{file}: {text}");
    }
    meet(&ran, None);
}

#[test]
fn a_path_is_removed_by_the_end_that_bound_it() {
    if !have(&["python3", "cc"]) {
        return;
    }
    let ran = exported(
        "s = socket unix stream; bind s ./roles.path; listen s\nc = socket unix stream; connect c ./roles.path; conn = accept s\n\
         send c hi; recv conn 10; close c; close conn; close s; unlink ./roles.path\n",
    );
    assert!(text(&ran, "server.py").contains("unlink") && !text(&ran, "client.py").contains("unlink"));
    meet(&ran, Some(Path::new("./roles.path")));
}

#[test]
fn an_end_that_does_not_wait_is_given_the_time_that_the_other_takes() {
    if !have(&["python3", "cc"]) {
        return;
    }
    let lines = "fcntl client setfl nonblock; expect EAGAIN recv client 100; send client hello; recv conn 10\n\
                 send conn answer; recv client 100; close conn; recv client 10\n";
    let ran = exported(&format!("{CONNECTED}{lines}"));
    for _ in 0..5 {
        meet(&ran, None);
    }
}

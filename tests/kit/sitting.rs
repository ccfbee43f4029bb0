//! The sittings of the built-in lessons, and programs that are run to their end.

use super::{BOUND, EventExt, Folder, script};
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

pub fn values(folder: &Path) -> Values {
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

/// The ids of the built-in lessons that need nobody else, on this machine alone.
pub fn lessons() -> Vec<String> {
    let all = sockscope::lesson::course::built_in().map(|id| id.to_string());
    all.filter(|id| !WITH_PEERS.contains(&id.as_str()) && !on_the_wire(id)).collect()
}

/// The ids of the built-in lessons that build a lab.
pub fn lessons_on_the_wire() -> Vec<String> {
    sockscope::lesson::course::built_in().filter(|id| on_the_wire(id)).map(|id| id.to_string()).collect()
}

/// Whether a lesson builds a lab.
pub fn on_the_wire(id: &str) -> bool {
    Library::new(None).lesson(Lang::En, id).expect("a built-in lesson").front.lab
}

/// A lesson's own way from its beginning to its end.
fn lines(lesson: &str, values: &Values) -> String {
    let lesson = Library::new(None).lesson(Lang::En, lesson).expect("a built-in lesson");
    let steps = lesson.steps.iter();
    let lines = steps.flat_map(|s| s.setup.iter().chain(s.tries())).map(|l| values.fill(&l.text) + "\n");
    lines.collect()
}

/// What a learner would type who goes the lesson's own way; the lesson prepares its steps itself.
pub fn typed(lesson: &str) -> String {
    let lesson = Library::new(None).lesson(Lang::En, lesson).expect("a built-in lesson");
    lesson.steps.iter().flat_map(|s| s.tries()).map(|l| l.text.clone() + "\n").collect()
}

/// A sitting with its exports.
pub struct Sitting {
    pub folder: Folder,
    pub values: Values,
    pub events: Vec<serde_json::Value>,
}

pub fn sit(lesson: &str, exports: &str) -> Sitting {
    let paths = Folder::new();
    let values = values(paths.path());
    // Where nobody answers a SYN, and on the wire, the kernel's own clocks are waited for.
    let limit = if on_the_wire(lesson) || lesson == "backlog" { "10s" } else { "1s" };
    let ran = script(lines(lesson, &values) + exports).json().keep_going().timeout(limit).run();
    let faults: Vec<_> = ran.events.iter().filter(|e| e.is("fault")).collect();
    assert!(faults.is_empty(), "{lesson}: {faults:?}");
    Sitting { folder: ran.folder, values, events: ran.events }
}

impl Sitting {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program's text, with other ports and names: the sitting's own are in TIME_WAIT.
    pub fn text(&self, name: &str) -> String {
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
pub fn run(command: &mut Command) -> Output {
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
pub fn ends_well(what: &str, text: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {:?}\n{said}\n{text}", output.status);
}

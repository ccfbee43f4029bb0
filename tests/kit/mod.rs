//! What the tests stand on: runs of the real program, folders that go away, real peers.
//!
//! Nothing here sleeps: everything waits for a state, and at most [`BOUND`].

pub mod lab;
mod live;
mod peer;
pub mod sitting;
pub mod terminal;
pub mod traced;
mod script;

pub use live::{Live, wait_asleep};
pub use peer::{Peer, python};
pub use script::{Ran, Script, lines, piped, pointed_at, script};

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Nothing a test waits for takes longer.
pub const BOUND: Duration = Duration::from_secs(30);

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_sockscope");

/// A folder of the test's own; it goes with the value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("sockscope-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a temporary folder can be made");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it, with this content.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, content).expect("a file can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether these tools are here. If not the test is skipped, with a reason; under `SOCKSCOPE_TEST_ALL` it fails.
pub fn have(tools: &[&str]) -> bool {
    let paths: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let missing: Vec<&&str> = tools.iter().filter(|t| !paths.iter().any(|p| p.join(t).is_file())).collect();
    if missing.is_empty() {
        return true;
    }
    assert!(std::env::var_os("SOCKSCOPE_TEST_ALL").is_none(), "this machine lacks {missing:?}");
    eprintln!("skipped: this machine lacks {missing:?}");
    false
}

/// What an event is.
pub trait EventExt {
    fn is(&self, kind: &str) -> bool;
    fn text(&self, key: &str) -> &str;
    fn number(&self, key: &str) -> i64;
    fn has(&self, key: &str) -> bool;
}

impl EventExt for Value {
    fn is(&self, kind: &str) -> bool {
        self["kind"] == kind
    }

    fn text(&self, key: &str) -> &str {
        self[key].as_str().unwrap_or_else(|| panic!("`{key}` is no text in {self}"))
    }

    fn number(&self, key: &str) -> i64 {
        self[key].as_i64().unwrap_or_else(|| panic!("`{key}` is no number in {self}"))
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }
}

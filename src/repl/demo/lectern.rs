//! The presenter's end: a unix socket of the editor's side, never in the learner's table. Each change of the demo is a JSON line to all
//! who attached; who comes later gets the present one first.

use crate::kernel::keep;
use crate::lesson::demo::Cue;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// A presenter's view that does not read is not waited for any longer.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where running demos can be found: a folder that only its owner enters.
fn folder() -> Option<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|d| Path::new(&d).is_absolute());
    let (variable, home) = if runtime { ("XDG_RUNTIME_DIR", ".local/state") } else { ("XDG_STATE_HOME", ".local/state") };
    Some(keep::folder(variable, home)?.join("demos"))
}

#[derive(Default)]
struct Hall {
    present: String,
    attached: Vec<UnixStream>,
}

/// A demo that can be attached to.
pub struct Lectern {
    path: PathBuf,
    hall: Arc<Mutex<Hall>>,
}

fn hall(hall: &Mutex<Hall>) -> MutexGuard<'_, Hall> {
    hall.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lectern {
    /// Called on the editor's side: the socket lives in its table.
    ///
    /// # Errors
    /// No folder, no room for its name in a socket's address.
    pub fn open() -> std::io::Result<Lectern> {
        let folder = folder().ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))?;
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(&folder) {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(e),
            _ => fs::set_permissions(&folder, Permissions::from_mode(0o700))?,
        }
        let path = folder.join(format!("{}.sock", std::process::id()));
        // A copy of us with this number that was killed has left it.
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let lectern = Lectern { path, hall: Arc::default() };
        let room = lectern.hall.clone();
        let body = move || {
            for stream in listener.incoming().flatten() {
                let _ = stream.set_write_timeout(Some(PATIENCE));
                let mut hall = hall(&room);
                let mut stream = stream;
                if stream.write_all(hall.present.as_bytes()).is_ok() {
                    hall.attached.push(stream);
                }
            }
        };
        std::thread::Builder::new().name("lectern".into()).stack_size(128 << 10).spawn(body)?;
        Ok(lectern)
    }

    /// Tells all who attached.
    pub fn tell(&self, cue: &Cue) {
        let Ok(mut line) = serde_json::to_string(cue) else { return };
        line.push('\n');
        let mut hall = hall(&self.hall);
        hall.attached.retain_mut(|s| s.write_all(line.as_bytes()).is_ok());
        hall.present = line;
    }
}

impl Drop for Lectern {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// What an attached view hears.
pub enum Heard {
    Cue(Box<Cue>),
    /// Nothing for a while.
    Quiet,
    /// The demo has ended.
    Gone,
}

/// A view that is attached.
pub struct Seat {
    from: BufReader<UnixStream>,
    line: String,
}

/// Attaches to the demo that began last; none runs: none is returned.
pub fn attach() -> Option<Seat> {
    let mut found: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder()?)
        .ok()?
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "sock"))
        .filter_map(|p| Some((fs::metadata(&p).ok()?.modified().ok()?, p)))
        .collect();
    found.sort();
    while let Some((_, path)) = found.pop() {
        match UnixStream::connect(&path) {
            Ok(stream) => {
                stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
                return Some(Seat { from: BufReader::new(stream), line: String::new() });
            }
            // Its demo was killed.
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => drop(fs::remove_file(&path)),
            Err(_) => {}
        }
    }
    None
}

impl Seat {
    /// Waits for the next cue, about a second.
    pub fn hear(&mut self) -> Heard {
        match self.from.read_line(&mut self.line) {
            Ok(0) => Heard::Gone,
            Ok(_) => {
                let line = std::mem::take(&mut self.line);
                serde_json::from_str(&line).map_or(Heard::Quiet, Heard::Cue)
            }
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted) => Heard::Quiet,
            Err(_) => Heard::Gone,
        }
    }
}

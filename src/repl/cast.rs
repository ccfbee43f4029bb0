//! What the screen shows, recorded as an asciicast: version 3 (intervals, markers, an exit code), and version 2 for older tools.
//!
//! Format: docs.asciinema.org/manual/asciicast/v3. What is written to the terminal passes through here; nothing else records it.

use crate::kernel::keep;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A pause longer than this is shortened by players.
const IDLE_SECONDS: f64 = 2.0;

static ON: AtomicBool = AtomicBool::new(false);
static CAST: Mutex<Option<Cast>> = Mutex::new(None);

/// One recorded event: microseconds since the beginning, its code, its data.
type Moment = (u64, char, String);

struct Cast {
    begun: Instant,
    unix: u64,
    title: String,
    /// Where it is written, if it is kept at all.
    path: Option<PathBuf>,
    size: (usize, usize),
    moments: Vec<Moment>,
    /// Bytes of a letter that is not complete yet.
    rest: Vec<u8>,
}

fn cast() -> MutexGuard<'static, Option<Cast>> {
    CAST.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cast {
    fn put(&mut self, code: char, data: String) {
        let at = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.moments.push((at, code, data));
    }
}

/// Begins a recording; `size` in columns and rows.
pub fn begin(title: &str, size: (usize, usize), path: Option<PathBuf>) {
    let unix = unix_now();
    let new = Cast { begun: Instant::now(), unix, title: title.into(), path, size, moments: Vec::new(), rest: Vec::new() };
    *cast() = Some(new);
    ON.store(true, Ordering::Release);
}

/// Seconds since 1970.
pub fn unix_now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// Bytes that the terminal was given. It makes a carriage return and a line feed of a line feed (ONLCR); a player does not.
pub fn shown(bytes: &[u8]) {
    if !ON.load(Ordering::Acquire) {
        return;
    }
    let mut cast = cast();
    let Some(cast) = cast.as_mut() else { return };
    let bytes = [std::mem::take(&mut cast.rest).as_slice(), bytes].concat();
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        cast.rest = chunk.invalid().to_vec();
    }
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    if !text.is_empty() {
        cast.put('o', text);
    }
}

/// A place to jump to.
pub fn marker(label: &str) {
    if let Some(cast) = cast().as_mut() {
        cast.put('m', label.into());
    }
}

/// The window's size, if it is another one now.
pub fn resized(size: (usize, usize)) {
    if let Some(cast) = cast().as_mut() {
        let last = cast.moments.iter().rev().find(|m| m.1 == 'r').map(|m| m.2.clone());
        let (old, new) = (last.unwrap_or(format!("{}x{}", cast.size.0, cast.size.1)), format!("{}x{}", size.0, size.1));
        if old != new {
            cast.put('r', new);
        }
    }
}

/// A signal ends the program: what was recorded so far is written.
pub fn rescue(status: i32) {
    let path = cast().as_ref().and_then(|c| c.path.clone());
    if let (Some(path), Some(recorded)) = (path, end(status)) {
        let _ = recorded.write(&path);
    }
}

/// A recording that is over.
pub struct Recorded {
    pub markers: usize,
    three: String,
    two: String,
}

/// Ends the recording, if there is one.
pub fn end(status: i32) -> Option<Recorded> {
    ON.store(false, Ordering::Release);
    let mut cast = cast().take()?;
    cast.put('x', status.to_string());
    Some(Recorded { markers: cast.moments.iter().filter(|m| m.1 == 'm').count(), three: three(&cast), two: two(&cast) })
}

impl Recorded {
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        keep::write(path, self.three.clone())
    }

    /// As version 2, in a file of its own beside `path`: older tools read nothing newer.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_old(&self, path: &Path) -> std::io::Result<PathBuf> {
        let old = path.with_extension(format!("v2-{}.cast", std::process::id()));
        keep::write(&old, self.two.clone())?;
        Ok(old)
    }
}

fn term() -> String {
    std::env::var("TERM").unwrap_or_else(|_| "xterm-256color".into())
}

fn three(cast: &Cast) -> String {
    let header = serde_json::json!({
        "version": 3,
        "term": {"cols": cast.size.0, "rows": cast.size.1, "type": term()},
        "timestamp": cast.unix,
        "idle_time_limit": IDLE_SECONDS,
        "title": cast.title,
    });
    let mut out = format!("{header}\n");
    let mut last = 0;
    for (at, code, data) in &cast.moments {
        // Each interval is rounded from where the last one ended, so that nothing drifts.
        out.push_str(&event((*at - last) as f64 / 1e6, *code, data));
        last = *at;
    }
    out
}

fn two(cast: &Cast) -> String {
    let header = serde_json::json!({
        "version": 2,
        "width": cast.size.0,
        "height": cast.size.1,
        "timestamp": cast.unix,
        "idle_time_limit": IDLE_SECONDS,
        "title": cast.title,
        "env": {"TERM": term()},
    });
    let own = cast.moments.iter().filter(|m| m.1 != 'x');
    own.fold(format!("{header}\n"), |out, (at, code, data)| out + &event(*at as f64 / 1e6, *code, data))
}

fn event(seconds: f64, code: char, data: &str) -> String {
    format!("[{seconds:.6}, \"{code}\", {}]\n", serde_json::Value::from(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_add_up_to_the_times_and_every_line_is_json() {
        let moments =
            vec![(1_500_000, 'o', "a\r\n\u{1b}[1m".to_string()), (1_500_001, 'm', "1".into()), (4_000_000, 'x', "0".into())];
        let cast =
            Cast { begun: Instant::now(), unix: 7, title: "t".into(), path: None, size: (80, 24), moments, rest: Vec::new() };
        let read = |text: String| text.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<serde_json::Value>>();
        let (three, two) = (read(three(&cast)), read(two(&cast)));
        assert_eq!((&three[0]["version"], &three[0]["term"]["cols"]), (&3.into(), &80.into()));
        let sum: f64 = three[1..].iter().map(|e| e[0].as_f64().unwrap()).sum();
        assert!((sum - 4.0).abs() < 1e-9);
        assert_eq!(three[2][1], "m");
        assert_eq!((&two[0]["version"], two.len()), (&2.into(), 3));
        assert_eq!(two[2][0].as_f64(), Some(1.500_001));
    }
}

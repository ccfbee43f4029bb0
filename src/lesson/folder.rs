//! Where files lie: in the program itself, and over them a folder of the reader's own.
//!
//! The folder is read on the clerk's thread, so that no descriptor of the learner's table is used for it.

use crate::kernel::clerk;
use crate::text::messages::lesson as say;
use crate::text::{Lang, Text};
use include_dir::{Dir, include_dir};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// A larger file is no card.
const MOST: u64 = 1 << 20;
/// A link that leads back into the folder ends here.
const DEEPEST: usize = 6;

/// The built-in text of `en/call/bind.md`.
pub(super) fn embedded(path: &str) -> Option<&'static str> {
    EMBEDDED.get_file(path).and_then(|f| f.contents_utf8())
}

/// The built-in files of `en/word`, in order of their names.
pub(super) fn embedded_files(folder: &str) -> Vec<&'static str> {
    let Some(dir) = EMBEDDED.get_dir(folder) else { return Vec::new() };
    let mut files: Vec<&str> = dir.files().filter_map(|f| f.path().file_name()?.to_str()).filter(|n| n.ends_with(".md")).collect();
    files.sort_unstable();
    files
}

/// The path inside the tree: `en/call/bind.md`.
pub(super) fn path(lang: Lang, folder: &str, name: &str) -> String {
    format!("{}/{folder}/{name}.md", lang.code())
}

/// A file of the reader's own folder: `None` if there is none.
pub(super) fn own(root: &Path, path: &str) -> Option<Result<String, Text>> {
    let file = root.join(path);
    clerk::ask(move || read(&file)).flatten()
}

fn read(file: &Path) -> Option<Result<String, Text>> {
    let unreadable = |e: std::io::Error| Some(Err(say::file_unreadable(words(&e))));
    // Asked before it is opened: to open a FIFO would wait for its writer.
    match std::fs::metadata(file) {
        Ok(about) if !about.is_file() => return Some(Err(say::file_not_plain())),
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return std::fs::symlink_metadata(file).is_ok().then(|| Err(say::file_unreadable(words(&e))));
        }
        Err(e) => return unreadable(e),
    }
    let mut bytes = Vec::new();
    match std::fs::File::open(file).and_then(|f| f.take(MOST + 1).read_to_end(&mut bytes)) {
        Err(e) => unreadable(e),
        Ok(_) if bytes.len() as u64 > MOST => Some(Err(say::file_too_big(MOST))),
        Ok(_) => Some(String::from_utf8(bytes).map_err(|_| say::file_not_utf8())),
    }
}

/// The system's own words, without the number behind them.
fn words(e: &std::io::Error) -> String {
    match e.raw_os_error() {
        Some(n) => crate::vocabulary::Errno(n).words().to_string(),
        None => e.to_string(),
    }
}

/// The cards of one folder of the reader's own: `backlog.md`, …
pub(super) fn own_files(root: &Path, folder: &str) -> Vec<String> {
    let dir = root.join(folder);
    let read = move || {
        let names = std::fs::read_dir(dir).ok()?.filter_map(|e| e.ok()?.file_name().into_string().ok());
        Some(names.filter(|n| n.ends_with(".md") && !n.starts_with('.')).collect::<Vec<_>>())
    };
    let mut names = clerk::ask(read).flatten().unwrap_or_default();
    names.sort_unstable();
    names
}

/// The files of a folder that may be lessons, each with its text.
pub(super) fn heads(root: &Path, folder: &str) -> Vec<(String, String)> {
    let dir = root.join(folder);
    let read = move || {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(dir).ok()?.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if !name.ends_with(".md") || name.starts_with('.') || !std::fs::metadata(entry.path()).is_ok_and(|m| m.is_file()) {
                continue;
            }
            let mut bytes = Vec::new();
            let read = std::fs::File::open(entry.path()).and_then(|f| f.take(MOST).read_to_end(&mut bytes));
            if read.is_ok() {
                found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        found.sort_unstable();
        Some(found)
    };
    clerk::ask(read).flatten().unwrap_or_default()
}

/// The folders in a folder, in order of their names.
pub(super) fn folders(dir: &Path) -> Vec<PathBuf> {
    let dir = dir.to_path_buf();
    let read = move || {
        let all = std::fs::read_dir(dir).ok()?.flatten().map(|e| e.path());
        let hidden = |p: &PathBuf| p.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
        Some(all.filter(|p| p.is_dir() && !hidden(p)).collect::<Vec<_>>())
    };
    let mut found = clerk::ask(read).flatten().unwrap_or_default();
    found.sort_unstable();
    found
}

/// Every file beneath the reader's folder, by its path in it; hidden ones are nobody's business.
///
/// # Errors
/// The folder itself cannot be read.
pub(super) fn walk(root: &Path) -> Result<Vec<PathBuf>, Text> {
    let top = root.to_path_buf();
    let found = clerk::ask(move || {
        let mut files = Vec::new();
        let mut open = vec![(top.clone(), 0)];
        while let Some((dir, depth)) = open.pop() {
            let entries = match std::fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(e) if depth == 0 => return Err(words(&e)),
                Err(_) => continue,
            };
            for entry in entries.flatten() {
                let path = entry.path();
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                match path.is_dir() {
                    true if depth < DEEPEST => open.push((path, depth + 1)),
                    true => {}
                    false => files.extend(path.strip_prefix(&top).map(Path::to_path_buf)),
                }
            }
        }
        files.sort_unstable();
        Ok(files)
    });
    found.unwrap_or_else(|| Err(crate::vocabulary::Errno(libc::EIO).words().into())).map_err(say::folder_unreadable)
}

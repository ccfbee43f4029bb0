//! Where the way along a path ends (path_resolution(7)): looks at each component, opens nothing, changes nothing.

use super::clerk;
use nix::unistd::{AccessFlags, eaccess};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// What stands where the way ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Missing,
    /// A symbolic link whose target is missing.
    Dangling,
    /// Something that is no folder, used as one.
    NotFolder,
    /// A folder that may not be passed.
    Closed,
    Loop,
    TooLong,
    /// The whole path is there: what it is.
    Socket,
    Folder,
    Other,
}

fn path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn failed(e: &std::io::Error, at: &Path) -> (String, End) {
    let end = match e.raw_os_error() {
        Some(libc::ENOTDIR) => End::NotFolder,
        Some(libc::EACCES) => End::Closed,
        Some(libc::ELOOP) => End::Loop,
        Some(libc::ENAMETOOLONG) => End::TooLong,
        _ if std::fs::symlink_metadata(at).is_ok() => End::Dangling,
        _ => End::Missing,
    };
    match (end, at.parent()) {
        // It is the folder before that does not let anybody pass.
        (End::Closed, Some(folder)) => (shown(folder), end),
        _ => (shown(at), end),
    }
}

/// Walks along: the part of the path where the way ends, and why.
pub fn walk(bytes: &[u8]) -> (String, End) {
    let whole = path(bytes);
    let mut so_far = PathBuf::new();
    let parts: Vec<_> = whole.components().collect();
    for (i, part) in parts.iter().enumerate() {
        so_far.push(part);
        match std::fs::metadata(&so_far) {
            Err(e) => return failed(&e, &so_far),
            Ok(m) if i + 1 < parts.len() && !m.is_dir() => return (shown(&so_far), End::NotFolder),
            Ok(m) if i + 1 == parts.len() => {
                let end = match m.file_type() {
                    t if t.is_socket() => End::Socket,
                    t if t.is_dir() => End::Folder,
                    _ => End::Other,
                };
                return (shown(&so_far), end);
            }
            Ok(_) => {}
        }
    }
    (shown(whole), End::Missing)
}

/// The file at a path as sock_diag names it: the low half of its inode, its device as major and minor.
pub fn file(bytes: &[u8]) -> Option<(u32, u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path(bytes)).ok()?;
    Some((meta.ino() as u32, libc::major(meta.dev()), libc::minor(meta.dev())))
}

/// The folder a path's last name stands in.
pub fn folder(bytes: &[u8]) -> String {
    match path(bytes).parent() {
        Some(p) if !p.as_os_str().is_empty() => shown(p),
        _ => ".".into(),
    }
}

/// Whether this process may write to a path (for a folder: make files there).
pub fn may_write(bytes: &[u8]) -> bool {
    eaccess(path(bytes), AccessFlags::W_OK).is_ok()
}

/// The mount point a path lies under, if it is mounted read-only.
pub fn read_only_mount(bytes: &[u8]) -> Option<String> {
    let folder = folder(bytes);
    clerk::ask(move || {
        let real = std::fs::canonicalize(folder).ok()?;
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
        let under = mounts.lines().filter_map(|l| {
            let mut words = l.split(' ').skip(4);
            Some((words.next()?.to_string(), words.next()?.split(',').any(|o| o == "ro")))
        });
        let (at, read_only) = under.filter(|(at, _)| real.starts_with(at)).max_by_key(|(at, _)| at.len())?;
        read_only.then_some(at)
    })
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_ends_where_it_ends() {
        assert_eq!(walk(b"/nonexistent/a/b"), ("/nonexistent".into(), End::Missing));
        assert_eq!(walk(b"/proc/version/x"), ("/proc/version".into(), End::NotFolder));
        assert_eq!(walk(b"/tmp").1, End::Folder);
        assert_eq!(walk(b"/proc/version").1, End::Other);
        assert_eq!(folder(b"x.sock"), ".");
    }
}

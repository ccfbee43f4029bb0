//! Our own data files: where they lie (XDG base directories), and how they are changed so that nothing is ever lost.
//!
//! Everything runs on the clerk's thread: the learner's descriptor table is the learner's.

use super::clerk;
use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The folder of our data: `$XDG_DATA_HOME/sockscope`, or `~/.local/share/sockscope`. It may not exist yet.
pub fn data_folder() -> Option<PathBuf> {
    folder("XDG_DATA_HOME", ".local/share")
}

/// A folder of ours under an XDG base directory; a path there that is not absolute does not count (XDG base directory specification).
pub fn folder(variable: &str, under_home: &str) -> Option<PathBuf> {
    let absolute = |v: &str| std::env::var_os(v).map(PathBuf::from).filter(|p| p.is_absolute());
    Some(absolute(variable).or_else(|| absolute("HOME").map(|h| h.join(under_home)))?.join("sockscope"))
}

fn asked<T: Send + 'static>(errand: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    clerk::ask(errand).unwrap_or_else(|| Err(Error::from(ErrorKind::Other)))
}

/// No data file of ours comes near it; somebody else's may.
const MOST: u64 = 64 << 20;

/// What a file holds; none if there is no such file.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let path = path.to_path_buf();
    asked(move || read_here(&path))
}

fn read_here(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        // A pipe in its place would be waited for without end.
        Ok(about) if !about.is_file() => Err(Error::from(ErrorKind::InvalidInput)),
        Ok(about) if about.len() > MOST => Err(Error::from_raw_os_error(libc::EFBIG)),
        Ok(_) => Ok(Some(fs::read(path)?)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Puts a new text in a file's place in one step: whoever looks, and whenever we are killed, finds the old one or the new one, whole.
pub fn write(path: &Path, text: impl Into<Vec<u8>>) -> Result<()> {
    let (path, text) = (path.to_path_buf(), text.into());
    asked(move || replace(&path, &text, &format!(".{}.new", std::process::id())))
}

/// Changes what a file holds, under a lock that every copy of us takes; two of them lose nothing.
pub fn update<T: Send + 'static>(path: &Path, change: impl FnOnce(&[u8]) -> (Vec<u8>, T) + Send + 'static) -> Result<T> {
    let path = path.to_path_buf();
    asked(move || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.with_extension("lock"))?;
        let _lock = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, e)| Error::from(e))?;
        let (text, got) = change(&read_here(&path)?.unwrap_or_default());
        // One name, since the lock is ours: what a killed copy of us left there is written over, and nothing piles up.
        replace(&path, &text, ".new")?;
        Ok(got)
    })
}

fn replace(path: &Path, text: &[u8], suffix: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let about = fs::metadata(path).ok();
    if about.as_ref().is_some_and(|a| !a.is_file() && !a.is_dir()) {
        // /dev/null must stay what it is; a pipe without a reader is not waited for.
        return OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK).open(path)?.write_all(text);
    }
    // A link stays a link: the file it points at is the one replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    let new = path.with_file_name(name);
    let written = File::create(&new).and_then(|mut file| {
        if let Some(about) = about.filter(fs::Metadata::is_file) {
            // Who hid the old one from others hid the new one too.
            file.set_permissions(about.permissions())?;
        }
        file.write_all(text)?;
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&new, &path));
    if moved.is_err() {
        let _ = fs::remove_file(&new);
    }
    moved
}

/// Adds a line at the end of a file; its folder is made.
pub fn append(path: &Path, line: String) -> Result<()> {
    let path = path.to_path_buf();
    asked(move || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // One write of a whole line: two copies do not mix inside it (O_APPEND, open(2)).
        OpenOptions::new().create(true).append(true).open(&path)?.write_all(line.as_bytes())
    })
}

/// Today's date, UTC: `2026-11-24`.
pub fn today() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let seconds = libc::time_t::try_from(seconds).unwrap_or(0);
    // SAFETY: plain data, filled by the call.
    let mut parts: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: reads a number, writes one tm.
    unsafe { libc::gmtime_r(&seconds, &mut parts) };
    format!("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_many_threads_are_all_there_in_the_end() {
        let folder = std::env::temp_dir().join(format!("sockscope-keep-{}", std::process::id()));
        let path = folder.join("deep/progress");
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| (0..10).for_each(|_| update(&path, |text| ([text, b"x"].concat(), ())).unwrap()));
            }
        });
        assert_eq!(read(&path).unwrap(), Some("x".repeat(40).into_bytes()));
        assert_eq!(read(&folder.join("none")).unwrap(), None);
        assert!(read(&folder).is_err() && write(Path::new("/proc/nothing/x"), String::new()).is_err());
        assert_eq!(fs::read_dir(folder.join("deep")).unwrap().count(), 2);
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(today().len(), 10);
    }

    #[test]
    fn a_link_stays_a_link_a_hidden_file_hidden_and_a_device_a_device() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let folder = std::env::temp_dir().join(format!("sockscope-keep-link-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&file, &link).unwrap();
        update(&link, |_| (b"new".to_vec(), ())).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((fs::read(&file).unwrap(), fs::metadata(&file).unwrap().permissions().mode() & 0o777), (b"new".to_vec(), 0o600));
        write(Path::new("/dev/null"), "x").unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        assert_eq!(write(Path::new("/dev/full"), "x").unwrap_err().raw_os_error(), Some(libc::ENOSPC));
        assert!(write(&folder, "x").is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}

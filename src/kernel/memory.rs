//! Memory that is mapped and not read: zeros, files, and the room a learner asks to receive into (mmap(2)).

use super::{clerk, last};
use crate::vocabulary::Errno;
use std::sync::{Arc, Mutex};

/// A piece of mapped memory; unmapped when dropped.
#[derive(Debug)]
pub struct Mapping {
    at: *mut libc::c_void,
    len: usize,
    /// FNV-1a of a file's bytes at the time it was mapped is too dear for big files: size and modification time instead.
    pub stamp: Option<String>,
}

// SAFETY: the memory belongs to the mapping alone; shared references only ever read it.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

/// From here on large pages are worth asking for.
const MANY: usize = 4 << 20;

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: `at` and `len` are what mmap gave, and nobody borrows it any more.
        unsafe { libc::munmap(self.at, self.len) };
    }
}

impl Mapping {
    fn new(len: usize, prot: i32, flags: i32, fd: i32) -> Result<Mapping, Errno> {
        // SAFETY: the kernel chooses the place; length is checked by it.
        let at = unsafe { libc::mmap(std::ptr::null_mut(), len, prot, flags, fd, 0) };
        if at == libc::MAP_FAILED { Err(last()) } else { Ok(Mapping { at, len, stamp: None }) }
    }

    /// Zeros: every page is the kernel's one zero page, whatever the length. Where they are many, its large zero page is asked for
    /// (MADV_HUGEPAGE): a gigabyte then takes 500 page faults and not 260,000.
    pub fn zeros(len: usize) -> Result<Mapping, Errno> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let zeros = Mapping::new(len.max(1), libc::PROT_READ, flags, -1)?;
        if len >= MANY {
            // SAFETY: advice on memory that is ours. It is only advice: a kernel without large pages says EINVAL.
            unsafe { libc::madvise(zeros.at, zeros.len, libc::MADV_HUGEPAGE) };
        }
        Ok(zeros)
    }

    /// Room to receive into: only pages that are written take memory.
    pub fn room(len: usize) -> Result<Mapping, Errno> {
        let prot = libc::PROT_READ | libc::PROT_WRITE;
        Mapping::new(len.max(1), prot, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE, -1)
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: readable for `len` bytes while self lives. A mapped file that somebody truncates raises SIGBUS only for us
        // reading it; the kernel reading it for a call answers EFAULT. We read at most the first 4 KiB, right after mapping.
        unsafe { std::slice::from_raw_parts(self.at.cast(), self.len) }
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: made by `room`, so writable, and borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.at.cast(), self.len) }
    }
}

/// A file's bytes, mapped by the clerk: no descriptor of the learner's table is used.
///
/// # Errors
/// What open(2), fstat(2) or mmap(2) answered; EISDIR for a folder, ENODATA for an empty file.
pub fn file(path: &str) -> Result<Arc<Mapping>, Errno> {
    let path = path.to_string();
    let errand = move || -> Result<Mapping, Errno> {
        use std::os::fd::AsRawFd;
        let raw = |e: std::io::Error| Errno(e.raw_os_error().unwrap_or(libc::EIO));
        // Opening a FIFO would wait for a writer; it is no file to send from.
        let meta = std::fs::metadata(&path).map_err(raw)?;
        if meta.is_dir() {
            return Err(Errno(libc::EISDIR));
        }
        if !meta.is_file() {
            return Err(Errno(libc::EINVAL));
        }
        let file = std::fs::File::open(&path).map_err(raw)?;
        // Files of /proc have size 0 and yet content: they are read into memory instead.
        let mut mapping = if meta.len() == 0 {
            let content = std::fs::read(&path).map_err(raw)?;
            if content.is_empty() {
                return Err(Errno(libc::ENODATA));
            }
            let mut room = Mapping::room(content.len())?;
            room.bytes_mut()[..content.len()].copy_from_slice(&content);
            room
        } else {
            Mapping::new(meta.len() as usize, libc::PROT_READ, libc::MAP_PRIVATE, file.as_raw_fd())?
        };
        let modified = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
        mapping.stamp = Some(format!("{}-{}", meta.len(), modified.map_or(0, |d| d.as_nanos())));
        Ok(mapping)
    };
    clerk::ask(errand).unwrap_or(Err(Errno(libc::EAGAIN))).map(Arc::new)
}

/// Zeros, shared and kept: the same mapping serves every `zeros:` of the session.
pub fn zeros(len: usize) -> Result<Arc<Mapping>, Errno> {
    static KEPT: Mutex<Option<Arc<Mapping>>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match &*kept {
        Some(m) if m.len >= len => Ok(m.clone()),
        _ => {
            let new = Arc::new(Mapping::zeros(len)?);
            *kept = Some(new.clone());
            Ok(new)
        }
    }
}

/// Up to this many bytes a receive uses the thread's own buffer instead of a fresh mapping.
const SCRATCH: usize = 64 << 10;

/// Lends room of `len` bytes to `body`.
///
/// # Errors
/// ENOMEM and the like, where no such room is to be had.
pub fn with_room<T>(len: usize, body: impl FnOnce(&mut [u8]) -> T) -> Result<T, Errno> {
    thread_local! {
        static ROOM: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    if len > SCRATCH {
        let mut map = Mapping::room(len)?;
        return Ok(body(&mut map.bytes_mut()[..len]));
    }
    ROOM.with(|room| {
        let mut room = room.borrow_mut();
        if room.len() < len {
            room.resize(len, 0);
        }
        Ok(body(&mut room[..len]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gigabyte_of_room_takes_no_gigabyte() {
        let resident = || -> usize {
            let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
            statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
        };
        let before = resident();
        with_room(1 << 30, |room| {
            room[0] = 1;
            assert!(resident() < before + (64 << 20), "a promise of room is not the room itself");
        })
        .unwrap();
    }

    #[test]
    fn files_that_cannot_be_mapped_say_why() {
        assert_eq!(file("/nonexistent").unwrap_err(), Errno(libc::ENOENT));
        assert_eq!(file("/tmp").unwrap_err(), Errno(libc::EISDIR));
        assert!(file("/proc/self/status").unwrap().bytes().starts_with(b"Name:"));
    }
}

//! The calls themselves, one function each, with exactly what was typed. Buffers are slices; a descriptor may be any number.

use super::{Addr, Answer, answer};
use crate::vocabulary::Errno;

/// socket(2).
pub fn socket(domain: i32, kind: i32, protocol: i32) -> Answer {
    if let Some(host) = super::place::host() {
        return host.socket(domain, kind, protocol);
    }
    // SAFETY: takes three numbers.
    answer(i64::from(unsafe { libc::socket(domain, kind, protocol) }))
}

/// socketpair(2): both descriptors.
pub fn socketpair(domain: i32, kind: i32, protocol: i32) -> (Answer, [i32; 2]) {
    if let Some(host) = super::place::host() {
        return host.socketpair(domain, kind, protocol);
    }
    let mut fds = [-1; 2];
    // SAFETY: `fds` has room for two descriptors.
    let ret = unsafe { libc::socketpair(domain, kind, protocol, fds.as_mut_ptr()) };
    (answer(i64::from(ret)), fds)
}

/// bind(2).
pub fn bind(fd: i32, addr: &Addr) -> Answer {
    let (storage, len) = addr.encode();
    // SAFETY: `storage` holds `len` bytes.
    answer(i64::from(unsafe { libc::bind(fd, std::ptr::from_ref(&storage).cast(), len) }))
}

/// connect(2).
pub fn connect(fd: i32, addr: &Addr) -> Answer {
    let (storage, len) = addr.encode();
    // SAFETY: `storage` holds `len` bytes.
    answer(i64::from(unsafe { libc::connect(fd, std::ptr::from_ref(&storage).cast(), len) }))
}

/// listen(2).
pub fn listen(fd: i32, backlog: i32) -> Answer {
    // SAFETY: takes two numbers.
    answer(i64::from(unsafe { libc::listen(fd, backlog) }))
}

type NameCall = unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut u32) -> i32;

fn with_name(call: impl FnOnce(*mut libc::sockaddr, *mut u32) -> i32) -> (Answer, Option<Addr>) {
    // SAFETY: sockaddr_storage is plain bytes.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of::<libc::sockaddr_storage>() as u32;
    let ret = answer(i64::from(call(std::ptr::from_mut(&mut storage).cast(), &mut len)));
    let addr = if ret.is_ok() { Addr::decode(&storage, len) } else { None };
    (ret, addr)
}

/// accept4(2): the new descriptor and the peer's address.
pub fn accept4(fd: i32, flags: i32) -> (Answer, Option<Addr>) {
    // SAFETY: the pointers are valid for the length passed.
    with_name(|addr, len| unsafe { libc::accept4(fd, addr, len, flags) })
}

/// getsockname(2).
pub fn getsockname(fd: i32) -> (Answer, Option<Addr>) {
    named(fd, libc::getsockname)
}

/// getpeername(2).
pub fn getpeername(fd: i32) -> (Answer, Option<Addr>) {
    named(fd, libc::getpeername)
}

fn named(fd: i32, call: NameCall) -> (Answer, Option<Addr>) {
    // SAFETY: the pointers are valid for the length passed.
    with_name(|addr, len| unsafe { call(fd, addr, len) })
}

/// send(2). Not by glibc's function: that one prepares for the thread's cancellation, which nobody here asks for, at every call.
pub fn send(fd: i32, data: &[u8], flags: i32) -> Answer {
    let nobody: *const libc::sockaddr = std::ptr::null();
    // SAFETY: sendto(2) without an address; reads `data.len()` bytes of a live slice.
    answer(unsafe { libc::syscall(libc::SYS_sendto, fd, data.as_ptr(), data.len(), flags, nobody, 0) })
}

/// sendto(2).
pub fn sendto(fd: i32, data: &[u8], flags: i32, to: &Addr) -> Answer {
    let (storage, len) = to.encode();
    let addr = std::ptr::from_ref(&storage).cast();
    // SAFETY: reads live slices of the lengths passed.
    answer(unsafe { libc::sendto(fd, data.as_ptr().cast(), data.len(), flags, addr, len) } as i64)
}

/// recv(2), as [`send`].
pub fn recv(fd: i32, room: &mut [u8], flags: i32) -> Answer {
    let nobody: *mut libc::sockaddr = std::ptr::null_mut();
    // SAFETY: recvfrom(2) without room for an address; writes at most `room.len()` bytes into an exclusive slice.
    answer(unsafe { libc::syscall(libc::SYS_recvfrom, fd, room.as_mut_ptr(), room.len(), flags, nobody, nobody) })
}

/// recvfrom(2): and who sent it, where the kernel says so.
pub fn recvfrom(fd: i32, room: &mut [u8], flags: i32) -> (Answer, Option<Addr>) {
    // SAFETY: sockaddr_storage is plain bytes.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of::<libc::sockaddr_storage>() as u32;
    let addr = std::ptr::from_mut(&mut storage).cast();
    // SAFETY: writes into exclusive memory of the lengths passed.
    let ret = answer(unsafe { libc::recvfrom(fd, room.as_mut_ptr().cast(), room.len(), flags, addr, &mut len) } as i64);
    let from = if ret.is_ok() && len > 0 { Addr::decode(&storage, len) } else { None };
    (ret, from)
}

/// read(2).
pub fn read(fd: i32, room: &mut [u8]) -> Answer {
    // SAFETY: writes at most `room.len()` bytes into an exclusive slice.
    answer(unsafe { libc::read(fd, room.as_mut_ptr().cast(), room.len()) } as i64)
}

/// write(2).
pub fn write(fd: i32, data: &[u8]) -> Answer {
    // SAFETY: reads `data.len()` bytes of a live slice.
    answer(unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) } as i64)
}

/// readv(2) into one room, cut into `lengths`.
pub fn readv(fd: i32, room: &mut [u8], lengths: &[usize]) -> Answer {
    let mut rest = room;
    let mut parts = Vec::with_capacity(lengths.len());
    for len in lengths {
        let (head, tail) = rest.split_at_mut(*len);
        parts.push(libc::iovec { iov_base: head.as_mut_ptr().cast(), iov_len: head.len() });
        rest = tail;
    }
    // SAFETY: the vectors are disjoint parts of an exclusive slice.
    answer(unsafe { libc::readv(fd, parts.as_ptr(), parts.len() as i32) } as i64)
}

/// writev(2).
pub fn writev(fd: i32, data: &[&[u8]]) -> Answer {
    let parts: Vec<libc::iovec> =
        data.iter().map(|d| libc::iovec { iov_base: d.as_ptr().cast_mut().cast(), iov_len: d.len() }).collect();
    // SAFETY: writev only reads the slices.
    answer(unsafe { libc::writev(fd, parts.as_ptr(), parts.len() as i32) } as i64)
}

/// sendfile(2): how much, and the offset afterwards.
pub fn sendfile(out: i32, file: i32, offset: Option<i64>, count: usize) -> (Answer, Option<i64>) {
    let mut at = offset.unwrap_or(0);
    let pointer = if offset.is_some() { std::ptr::from_mut(&mut at) } else { std::ptr::null_mut() };
    // SAFETY: the offset is ours; null means "the file's own".
    let ret = answer(unsafe { libc::sendfile(out, file, pointer, count) } as i64);
    (ret, offset.map(|_| at))
}

/// openat(2) of an existing file, to read it.
pub fn open(path: &[u8], flags: i32) -> Answer {
    let Ok(path) = std::ffi::CString::new(path) else { return Err(Errno(libc::EINVAL)) };
    // SAFETY: a C string and numbers.
    answer(i64::from(unsafe { libc::openat(libc::AT_FDCWD, path.as_ptr(), flags) }))
}

/// unlink(2).
pub fn unlink(path: &[u8]) -> Answer {
    let Ok(path) = std::ffi::CString::new(path) else { return Err(Errno(libc::EINVAL)) };
    // SAFETY: a C string.
    answer(i64::from(unsafe { libc::unlink(path.as_ptr()) }))
}

/// Whether a path is a socket (lstat(2)); `None` if it cannot be looked at.
pub fn is_socket_path(path: &[u8]) -> Option<bool> {
    use std::os::unix::{ffi::OsStrExt, fs::FileTypeExt};
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
    std::fs::symlink_metadata(path).ok().map(|m| m.file_type().is_socket())
}

/// The identity of a path's file (device and inode), to know later whether it is still the same.
pub fn path_identity(path: &[u8]) -> Option<(u64, u64)> {
    use std::os::unix::{ffi::OsStrExt, fs::MetadataExt};
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
    std::fs::symlink_metadata(path).ok().map(|m| (m.dev(), m.ino()))
}

/// shutdown(2).
pub fn shutdown(fd: i32, how: i32) -> Answer {
    // SAFETY: takes two numbers.
    answer(i64::from(unsafe { libc::shutdown(fd, how) }))
}

/// close(2). Linux frees the descriptor whatever it answers.
pub fn close(fd: i32) -> Answer {
    // SAFETY: the descriptor is the session table's, which forgets it afterwards.
    answer(i64::from(unsafe { libc::close(fd) }))
}

/// dup(2).
pub fn dup(fd: i32) -> Answer {
    // SAFETY: takes a number.
    answer(i64::from(unsafe { libc::dup(fd) }))
}

/// fcntl(2) with an integer argument, or none.
pub fn fcntl(fd: i32, request: i32, argument: Option<i32>) -> Answer {
    // SAFETY: the requests of this session take an int or nothing.
    answer(i64::from(unsafe { libc::fcntl(fd, request, argument.unwrap_or(0)) }))
}

/// ioctl(2) whose argument is one int: given, and as the kernel left it.
pub fn ioctl(fd: i32, request: u64, argument: i32) -> (Answer, i32) {
    let mut value = argument;
    // SAFETY: the requests of this session read or write one int.
    let ret = unsafe { libc::ioctl(fd, request as libc::Ioctl, std::ptr::from_mut(&mut value)) };
    (answer(i64::from(ret)), value)
}

/// The inode of a socket, as /proc/PID/fd shows it (fstat(2)); and whether it is a socket at all.
pub fn inode(fd: i32) -> Option<(u64, bool)> {
    // SAFETY: plain data, filled by the call.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: writes one stat.
    let ret = unsafe { libc::fstat(fd, &mut stat) };
    (ret == 0).then_some((stat.st_ino, stat.st_mode & libc::S_IFMT == libc::S_IFSOCK))
}

//! Messages with ancillary data: sendmsg, recvmsg, sendmmsg, recvmmsg (cmsg(3), unix(7)).

use super::{Addr, Answer, answer};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A piece of ancillary data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Descriptors, passed to another process.
    Rights(Vec<i32>),
    /// Who sends: pid, uid, gid.
    Creds(i32, u32, u32),
    /// An entry of the error queue: errno, origin, type, code, info, and who reported it (ip(7)).
    Error { errno: i32, origin: u8, kind: u8, code: u8, info: u32, offender: Option<Addr> },
    /// Seconds and nanoseconds of arrival.
    Timestamp(i64, i64),
    /// Anything else: level, type, bytes.
    Other(i32, i32, Vec<u8>),
}

impl Control {
    fn bytes(&self) -> (i32, Vec<u8>) {
        match self {
            Control::Rights(fds) => (libc::SCM_RIGHTS, fds.iter().flat_map(|f| f.to_ne_bytes()).collect()),
            Control::Creds(pid, uid, gid) => {
                (libc::SCM_CREDENTIALS, [pid.to_ne_bytes(), uid.to_ne_bytes(), gid.to_ne_bytes()].concat())
            }
            _ => (0, Vec::new()),
        }
    }

    fn read(level: i32, kind: i32, data: &[u8]) -> Control {
        let int = |at: usize| data.get(at..at + 4).map_or(0, |b| i32::from_ne_bytes([b[0], b[1], b[2], b[3]]));
        let long = |at: usize| data.get(at..at + 8).map_or(0, |b| i64::from_ne_bytes(b.try_into().unwrap_or_default()));
        match (level, kind) {
            (libc::SOL_SOCKET, libc::SCM_RIGHTS) => Control::Rights((0..data.len() / 4).map(|i| int(4 * i)).collect()),
            (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => Control::Creds(int(0), int(4) as u32, int(8) as u32),
            (libc::SOL_SOCKET, libc::SO_TIMESTAMP) => Control::Timestamp(long(0), long(8) * 1000),
            (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS) => Control::Timestamp(long(0), long(8)),
            (libc::SOL_IP, libc::IP_RECVERR) | (libc::SOL_IPV6, libc::IPV6_RECVERR) if data.len() >= 16 => Control::Error {
                errno: int(0),
                origin: data[4],
                kind: data[5],
                code: data[6],
                info: int(8) as u32,
                offender: Addr::from_bytes(&data[16..]).filter(|a| !matches!(a, Addr::Unspec)),
            },
            _ => Control::Other(level, kind, data.to_vec()),
        }
    }
}

/// What a received message brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Received {
    pub from: Option<Addr>,
    pub control: Vec<Control>,
    pub flags: i32,
    pub len: usize,
}

const fn align(n: usize) -> usize {
    (n + size_of::<usize>() - 1) & !(size_of::<usize>() - 1)
}

/// Room for `len` bytes of one control message (CMSG_SPACE).
pub fn space(len: usize) -> usize {
    align(size_of::<libc::cmsghdr>()) + align(len)
}

/// Ancillary data as the kernel reads it. Words of 8 bytes, so that every header is aligned.
fn encode(control: &[Control]) -> (Vec<u64>, usize) {
    let mut bytes = Vec::new();
    for c in control {
        let (kind, data) = c.bytes();
        let at = bytes.len();
        bytes.resize(at + space(data.len()), 0u8);
        let len = align(size_of::<libc::cmsghdr>()) + data.len();
        bytes[at..at + 8].copy_from_slice(&len.to_ne_bytes());
        bytes[at + 8..at + 12].copy_from_slice(&libc::SOL_SOCKET.to_ne_bytes());
        bytes[at + 12..at + 16].copy_from_slice(&kind.to_ne_bytes());
        bytes[at + 16..at + 16 + data.len()].copy_from_slice(&data);
    }
    let len = bytes.len();
    let words = bytes.chunks(8).map(|c| u64::from_ne_bytes(c.try_into().unwrap_or_default())).collect();
    (words, len)
}

fn decode(bytes: &[u8]) -> Vec<Control> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 16) {
        let len = usize::from_ne_bytes(head[..8].try_into().unwrap_or_default());
        let int = |i: usize| i32::from_ne_bytes(head[i..i + 4].try_into().unwrap_or_default());
        if len < 16 || at + len > bytes.len() {
            break;
        }
        out.push(Control::read(int(8), int(12), &bytes[at + 16..at + len]));
        at += align(len);
    }
    out
}

/// What one message to be sent consists of.
pub struct Outgoing<'a> {
    pub data: Vec<&'a [u8]>,
    pub to: Option<&'a Addr>,
    pub control: &'a [Control],
}

struct Prepared {
    name: Option<(Box<libc::sockaddr_storage>, u32)>,
    parts: Vec<libc::iovec>,
    control: (Vec<u64>, usize),
}

impl Prepared {
    fn new(m: &Outgoing<'_>) -> Prepared {
        let parts = m.data.iter().map(|d| libc::iovec { iov_base: d.as_ptr().cast_mut().cast(), iov_len: d.len() }).collect();
        let name = m.to.map(|a| a.encode()).map(|(s, l)| (Box::new(s), l));
        Prepared { name, parts, control: encode(m.control) }
    }

    /// The header points into self: it must not outlive it.
    fn header(&mut self) -> libc::msghdr {
        // SAFETY: plain data; all zero is an empty header.
        let mut h: libc::msghdr = unsafe { std::mem::zeroed() };
        if let Some((storage, len)) = &mut self.name {
            h.msg_name = std::ptr::from_mut(storage.as_mut()).cast();
            h.msg_namelen = *len;
        }
        h.msg_iov = self.parts.as_mut_ptr();
        h.msg_iovlen = self.parts.len() as _;
        if self.control.1 > 0 {
            h.msg_control = self.control.0.as_mut_ptr().cast();
            h.msg_controllen = self.control.1 as _;
        }
        h
    }
}

/// sendmsg(2).
pub fn sendmsg(fd: i32, message: &Outgoing<'_>, flags: i32) -> Answer {
    let mut prepared = Prepared::new(message);
    let header = prepared.header();
    // SAFETY: the header points to live memory of the lengths it says; sendmsg only reads it.
    answer(unsafe { libc::sendmsg(fd, &header, flags) } as i64)
}

/// sendmmsg(2): how many were sent, and how many bytes of each.
pub fn sendmmsg(fd: i32, messages: &[Outgoing<'_>], flags: i32) -> (Answer, Vec<u32>) {
    let mut prepared: Vec<Prepared> = messages.iter().map(Prepared::new).collect();
    let mut headers: Vec<libc::mmsghdr> = prepared.iter_mut().map(|p| libc::mmsghdr { msg_hdr: p.header(), msg_len: 0 }).collect();
    // SAFETY: as for sendmsg, `headers.len()` times; the kernel writes msg_len.
    let ret = answer(i64::from(unsafe { libc::sendmmsg(fd, headers.as_mut_ptr(), headers.len() as u32, flags as _) }));
    let sent = *ret.as_ref().unwrap_or(&0) as usize;
    (ret, headers[..sent].iter().map(|h| h.msg_len).collect())
}

/// recvmsg(2): data goes into `room`, cut into `lengths`; `control` bytes of room for ancillary data.
pub fn recvmsg(fd: i32, room: &mut [u8], control: usize, flags: i32) -> (Answer, Received) {
    let mut parts = [libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() }];
    let mut ancillary = vec![0u64; control.div_ceil(8)];
    // SAFETY: plain data.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    // SAFETY: plain data; all zero is an empty header.
    let mut h: libc::msghdr = unsafe { std::mem::zeroed() };
    h.msg_name = std::ptr::from_mut(&mut storage).cast();
    h.msg_namelen = size_of::<libc::sockaddr_storage>() as u32;
    h.msg_iov = parts.as_mut_ptr();
    h.msg_iovlen = 1;
    if control > 0 {
        h.msg_control = ancillary.as_mut_ptr().cast();
        h.msg_controllen = control as _;
    }
    // SAFETY: every pointer of the header is to exclusive memory of the length it says.
    let ret = answer(unsafe { libc::recvmsg(fd, &mut h, flags) } as i64);
    let mut received = Received::default();
    if let Ok(n) = ret {
        received.len = n as usize;
        received.flags = h.msg_flags;
        received.from = if h.msg_namelen > 0 { Addr::decode(&storage, h.msg_namelen) } else { None };
        received.control = decode(&words_as_bytes(&ancillary)[..(h.msg_controllen as usize).min(control)]);
    }
    (ret, received)
}

fn words_as_bytes(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_ne_bytes()).collect()
}

/// recvmmsg(2): up to `count` messages of at most `each` bytes; the data lies in `room`, `each` bytes apart.
pub fn recvmmsg(
    fd: i32,
    room: &mut [u8],
    count: usize,
    each: usize,
    flags: i32,
    timeout: Option<Duration>,
) -> (Answer, Vec<Received>) {
    // SAFETY: plain data.
    let mut names: Vec<libc::sockaddr_storage> = vec![unsafe { std::mem::zeroed() }; count];
    let mut parts: Vec<libc::iovec> = room
        .chunks_mut(each.max(1))
        .take(count)
        .map(|c| libc::iovec { iov_base: c.as_mut_ptr().cast(), iov_len: c.len().min(each) })
        .collect();
    let mut headers: Vec<libc::mmsghdr> = Vec::with_capacity(count);
    for (i, name) in names.iter_mut().enumerate() {
        // SAFETY: plain data; all zero is an empty header.
        let mut h: libc::msghdr = unsafe { std::mem::zeroed() };
        h.msg_name = std::ptr::from_mut(name).cast();
        h.msg_namelen = size_of::<libc::sockaddr_storage>() as u32;
        if let Some(part) = parts.get_mut(i) {
            h.msg_iov = part;
            h.msg_iovlen = 1;
        }
        headers.push(libc::mmsghdr { msg_hdr: h, msg_len: 0 });
    }
    let mut limit = timeout.map(super::wait::timespec);
    let limit = limit.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
    // SAFETY: each header points to exclusive memory of the lengths it says.
    let ret = answer(i64::from(unsafe { libc::recvmmsg(fd, headers.as_mut_ptr(), count as u32, flags as _, limit) }));
    let got = *ret.as_ref().unwrap_or(&0) as usize;
    let received = headers[..got]
        .iter()
        .zip(&names)
        .map(|(h, name)| Received {
            from: if h.msg_hdr.msg_namelen > 0 { Addr::decode(name, h.msg_hdr.msg_namelen) } else { None },
            control: Vec::new(),
            flags: h.msg_hdr.msg_flags,
            len: h.msg_len as usize,
        })
        .collect();
    (ret, received)
}

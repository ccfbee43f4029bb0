//! The wire's side of all cables: one packet(7) socket in a namespace that holds nothing but cable ends. Frames come through a ring that
//! the kernel fills (PACKET_RX_RING, TPACKET_V2), so that reading one is no system call; many are sent with one sendmmsg(2).

use super::WIRE_END;
use crate::kernel::{answer, last};
use crate::vocabulary::Errno;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

/// A slot of the ring: a frame of 1,514 bytes and what the kernel writes before it.
const SLOT: usize = 2048;
const SLOTS: usize = 4096;
const BLOCK: usize = 64 << 10;
/// So many frames go into one system call.
pub const BATCH: usize = 64;

/// packet(7).
const PACKET_QDISC_BYPASS: i32 = 20;

/// Opens the socket in the namespace the caller stands in.
///
/// # Errors
/// Those of socket(2), setsockopt(2) and bind(2).
pub fn open() -> Result<OwnedFd, Errno> {
    let every = (libc::ETH_P_ALL as u16).to_be();
    // SAFETY: takes numbers. Protocol 0: nothing is received until it is bound.
    let fd = answer(i64::from(unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) }))?;
    // SAFETY: just made.
    let fd = unsafe { OwnedFd::from_raw_fd(fd as RawFd) };
    let set = |name: i32, value: &[u8]| -> Result<(), Errno> {
        // SAFETY: the kernel reads the slice.
        let ret = unsafe {
            libc::setsockopt(fd.as_raw_fd(), libc::SOL_PACKET, name, value.as_ptr().cast(), value.len() as libc::socklen_t)
        };
        answer(i64::from(ret)).map(|_| ())
    };
    set(libc::PACKET_VERSION, &1u32.to_ne_bytes())?;
    // What we send ourselves is not heard again (Linux 4.20).
    set(libc::PACKET_IGNORE_OUTGOING, &1u32.to_ne_bytes())?;
    // The queue of an interface that was just switched on throws everything away until the kernel has noticed its carrier, which it
    // does a little later by itself: what goes past the queue arrives from the beginning.
    set(PACKET_QDISC_BYPASS, &1u32.to_ne_bytes())?;
    // struct tpacket_req: block size, blocks, slot size, slots.
    let request = [BLOCK as u32, (SLOTS * SLOT / BLOCK) as u32, SLOT as u32, SLOTS as u32];
    let request: Vec<u8> = request.iter().flat_map(|n| n.to_ne_bytes()).collect();
    set(libc::PACKET_RX_RING, &request)?;
    // SAFETY: plain data.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_protocol = every;
    let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
    // SAFETY: reads one sockaddr_ll.
    answer(i64::from(unsafe { libc::bind(fd.as_raw_fd(), std::ptr::from_ref(&address).cast(), length) }))?;
    Ok(fd)
}

/// The socket with its ring mapped.
pub struct Wire {
    fd: OwnedFd,
    ring: NonNull<u8>,
    /// The slot that is filled next.
    at: usize,
    lost: u64,
}

// SAFETY: the mapping belongs to this value alone; slots change hands through `&mut self`, and the frames lent by `read` end before.
unsafe impl Send for Wire {}

/// struct tpacket2_hdr (linux/if_packet.h).
#[repr(C)]
struct Header {
    status: AtomicU32,
    length: u32,
    captured: u32,
    mac: u16,
    net: u16,
    seconds: u32,
    nanoseconds: u32,
    vlan: [u16; 2],
    padding: [u8; 4],
}

/// A frame that came from a host.
pub struct Came<'a> {
    /// The port it came from.
    pub port: u32,
    pub bytes: &'a [u8],
    /// Its whole length, if it did not fit into a slot of the ring.
    pub cut: Option<usize>,
}

impl Wire {
    /// # Errors
    /// Those of mmap(2).
    pub fn new(fd: OwnedFd) -> Result<Wire, Errno> {
        let (protect, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        // SAFETY: a fresh mapping of a descriptor of ours.
        let ring = unsafe { libc::mmap(std::ptr::null_mut(), SLOT * SLOTS, protect, flags, fd.as_raw_fd(), 0) };
        if ring == libc::MAP_FAILED {
            return Err(last());
        }
        let ring = NonNull::new(ring.cast()).ok_or(Errno(libc::ENOMEM))?;
        Ok(Wire { fd, ring, at: 0, lost: 0 })
    }

    /// For poll: readable when a frame is in the ring.
    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    /// Reads what has come, at most [`BATCH`] frames: `take` sees them together, then their slots are the kernel's again. Says how many
    /// there were.
    pub fn read(&mut self, take: impl FnOnce(&Wire, &[Came<'_>])) -> usize {
        let mut came = Vec::new();
        while came.len() < BATCH
            && let Some(frame) = self.slot((self.at + came.len()) % SLOTS)
        {
            came.push(frame);
        }
        let count = came.len();
        if count > 0 {
            take(self, &came);
            drop(came);
            for i in 0..count {
                self.status((self.at + i) % SLOTS).store(0, Ordering::Release);
            }
            self.at = (self.at + count) % SLOTS;
        }
        count
    }

    fn status(&self, slot: usize) -> &AtomicU32 {
        // SAFETY: `slot` is below SLOTS; a slot begins with a header, aligned.
        unsafe { &(*self.ring.as_ptr().add(slot * SLOT).cast::<Header>()).status }
    }

    /// The frame in a slot, if the kernel has put one there.
    fn slot(&self, slot: usize) -> Option<Came<'_>> {
        const USER: u32 = 1;
        if self.status(slot).load(Ordering::Acquire) & USER == 0 {
            return None;
        }
        let slot = slot * SLOT;
        // SAFETY: while the status says USER the kernel does not touch the slot.
        let header = unsafe { &*self.ring.as_ptr().add(slot).cast::<Header>() };
        let (offset, captured, length) = (usize::from(header.mac), header.captured as usize, header.length as usize);
        let captured = captured.min(SLOT.saturating_sub(offset));
        // SAFETY: sockaddr_ll stands behind the header (TPACKET2_HDRLEN); the frame lies inside the slot.
        let (address, bytes) = unsafe {
            let behind = slot + size_of::<Header>().next_multiple_of(16);
            let address = self.ring.as_ptr().add(behind).cast::<libc::sockaddr_ll>().read_unaligned();
            (address, std::slice::from_raw_parts(self.ring.as_ptr().add(slot + offset), captured))
        };
        let port = (address.sll_ifindex as u32).wrapping_sub(WIRE_END);
        Some(Came { port, bytes, cut: (length > captured).then_some(length) })
    }

    /// Puts frames on cables, each into a host; says how many the kernel took, and why it refused the next one.
    pub fn send<'a>(&self, frames: impl Iterator<Item = (u32, &'a [u8])>) -> (usize, Option<Errno>) {
        let mut sent = 0;
        let mut frames = frames.peekable();
        while frames.peek().is_some() {
            let batch: Vec<(u32, &[u8])> = frames.by_ref().take(BATCH).collect();
            let mut names: Vec<libc::sockaddr_ll> = batch
                .iter()
                .map(|(port, _)| {
                    // SAFETY: plain data.
                    let mut a: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
                    a.sll_family = libc::AF_PACKET as u16;
                    a.sll_ifindex = (WIRE_END + port) as i32;
                    a
                })
                .collect();
            let mut parts: Vec<libc::iovec> =
                batch.iter().map(|(_, b)| libc::iovec { iov_base: b.as_ptr().cast_mut().cast(), iov_len: b.len() }).collect();
            let mut messages: Vec<libc::mmsghdr> = names
                .iter_mut()
                .zip(parts.iter_mut())
                .map(|(name, part)| {
                    // SAFETY: plain data.
                    let mut m: libc::mmsghdr = unsafe { std::mem::zeroed() };
                    m.msg_hdr.msg_name = std::ptr::from_mut(name).cast();
                    m.msg_hdr.msg_namelen = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
                    m.msg_hdr.msg_iov = part;
                    m.msg_hdr.msg_iovlen = 1;
                    m
                })
                .collect();
            let mut from = 0;
            while from < messages.len() {
                let rest = &mut messages[from..];
                // SAFETY: the messages point at names and parts that live here; sendmmsg only reads the frames.
                let n = unsafe { libc::sendmmsg(self.fd(), rest.as_mut_ptr(), rest.len() as u32, libc::MSG_DONTWAIT) };
                match n {
                    1.. => {
                        from += n as usize;
                        sent += n as usize;
                    }
                    _ if last().0 == libc::EINTR => {}
                    // The cable is gone or is switched off: this frame is lost, the next one may have another way.
                    _ => return (sent, Some(last())),
                }
            }
        }
        (sent, None)
    }

    /// Frames that the ring had no room for, since the beginning (PACKET_STATISTICS).
    pub fn lost(&mut self) -> u64 {
        let mut room = [0u8; 8];
        if crate::kernel::opt::get_raw(self.fd(), libc::SOL_PACKET, libc::PACKET_STATISTICS, &mut room).0.is_ok() {
            self.lost += u64::from(u32::from_ne_bytes([room[4], room[5], room[6], room[7]]));
        }
        self.lost
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // SAFETY: mapped in `new`, with this length, and unmapped once.
        unsafe { libc::munmap(self.ring.as_ptr().cast(), SLOT * SLOTS) };
    }
}

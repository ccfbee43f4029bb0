//! What a house is asked, and what it answers: one message of a SOCK_SEQPACKET socket each, descriptors beside it (SCM_RIGHTS).

use crate::kernel::resolve::Hints;
use crate::vocabulary::Errno;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// The largest message: what a file of /proc may be, and no more.
pub const LONGEST: usize = 128 << 10;

/// An interface of a host: its end of a cable whose other end is the wire's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The number of the wire's end, unique in the house.
    pub port: u32,
    /// Its name on the host.
    pub name: String,
    pub mac: [u8; 6],
    /// Addresses, each with the length of its prefix.
    pub v4: Option<(Ipv4Addr, u8)>,
    pub v6: Option<(Ipv6Addr, u8)>,
    pub mtu: u32,
}

/// Where packets for everywhere else go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    pub v4: Option<Ipv4Addr>,
    pub v6: Option<Ipv6Addr>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Ask {
    /// Makes a network namespace with these interfaces; `forward`: it is a router. `names`: what
    /// /etc/hosts says of it, behind what it says already.
    Host {
        number: u32,
        links: Vec<Link>,
        forward: bool,
        gateway: Option<Gateway>,
        names: String,
    },
    /// Says how long an interface's packets may be.
    Mtu {
        number: u32,
        name: String,
        mtu: u32,
    },
    /// Sets a host's way to everywhere else.
    Gateway {
        number: u32,
        gateway: Gateway,
    },
    /// Pulls a host's cables, ends its programs and forgets it. Its namespace lives as long as sockets in it do. `names`: all that
    /// /etc/hosts says now.
    Remove {
        number: u32,
        names: String,
    },
    /// A socket that is born on a host.
    Socket {
        number: u32,
        domain: i32,
        kind: i32,
        protocol: i32,
    },
    Socketpair {
        number: u32,
        domain: i32,
        kind: i32,
        protocol: i32,
    },
    /// The wire's side of all cables: one packet(7) socket.
    Wire,
    /// A file as it is seen on the host.
    Read {
        number: u32,
        path: String,
    },
    Write {
        number: u32,
        path: String,
        text: String,
    },
    /// A program on a host; beside it: its standard input, output, error, and where its exit status is written. `terminal`: the first
    /// three are one, which becomes its controlling terminal.
    Run {
        number: u32,
        name: String,
        argv: Vec<String>,
        terminal: bool,
    },
    /// A signal for a program's process group.
    Signal {
        pid: i32,
        signal: i32,
    },
    /// getaddrinfo(3) on a host; beside it: where the answer is written.
    Resolve {
        number: u32,
        host: String,
        service: String,
        hints: Hints,
    },
    /// The number of an interface, or the name of a number.
    InterfaceNumber {
        number: u32,
        name: String,
    },
    InterfaceName {
        number: u32,
        index: u32,
    },
    /// The addresses of a host's interfaces.
    Addresses {
        number: u32,
    },
    Quit,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Told {
    Done,
    /// Descriptors are beside it.
    Made,
    /// SO_NETNS_COOKIE of the new host, and the interface numbers of the wire's ends, in the order of the links.
    Host {
        cookie: u64,
        wire_ends: Vec<u32>,
    },
    Text(String),
    Number(u32),
    Pid(i32),
    Addresses(Vec<(String, std::net::IpAddr)>),
    Failed {
        errno: Errno,
        step: String,
    },
}

/// Sends one message with descriptors beside it.
///
/// # Errors
/// Those of sendmsg(2).
pub fn send<T: Serialize>(fd: RawFd, what: &T, beside: &[RawFd]) -> Result<(), Errno> {
    use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
    let bytes = serde_json::to_vec(what).map_err(|_| Errno(libc::EINVAL))?;
    let rights = [ControlMessage::ScmRights(beside)];
    let control: &[ControlMessage<'_>] = if beside.is_empty() { &[] } else { &rights };
    let parts = [std::io::IoSlice::new(&bytes)];
    loop {
        match sendmsg::<()>(fd, &parts, control, MsgFlags::MSG_NOSIGNAL, None) {
            Ok(_) => return Ok(()),
            Err(nix::errno::Errno::EINTR) => {}
            Err(e) => return Err(Errno(e as i32)),
        }
    }
}

/// Receives one message; `None` at the end. Descriptors come close-on-exec. The flag says that some were lost: this table is full.
///
/// # Errors
/// Those of recvmsg(2), and EBADMSG for what is no message.
pub fn receive<T: DeserializeOwned>(fd: RawFd) -> Result<Option<(T, Vec<OwnedFd>, bool)>, Errno> {
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
    let mut room = vec![0u8; LONGEST + 1024];
    let mut control = nix::cmsg_space!([RawFd; 4]);
    let (length, beside, cut) = loop {
        let mut parts = [std::io::IoSliceMut::new(&mut room)];
        match recvmsg::<()>(fd, &mut parts, Some(&mut control), MsgFlags::MSG_CMSG_CLOEXEC) {
            Ok(got) => {
                let cut = got.flags.contains(MsgFlags::MSG_CTRUNC);
                let mut beside = Vec::new();
                // After MSG_CTRUNC nix tells nothing of what did come.
                for message in got.cmsgs().into_iter().flatten() {
                    if let ControlMessageOwned::ScmRights(fds) = message {
                        // SAFETY: the kernel has just put these descriptors into our table; nobody else knows them.
                        beside.extend(fds.into_iter().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }));
                    }
                }
                break (got.bytes, beside, cut);
            }
            Err(nix::errno::Errno::EINTR) => {}
            Err(e) => return Err(Errno(e as i32)),
        }
    };
    if length == 0 {
        return Ok(None);
    }
    let what = serde_json::from_slice(&room[..length]).map_err(|_| Errno(libc::EBADMSG))?;
    Ok(Some((what, beside, cut)))
}

/// Moves a descriptor of our own to the top of the table, out of the learner's way.
pub fn to_top(fd: OwnedFd) -> Result<OwnedFd, Errno> {
    // A table is as long as its highest number: a limit of a million would cost megabytes.
    let limit = crate::kernel::limits::soft().unwrap_or(1024).min(1 << 16) as i32;
    let high = (limit - 16).max(limit / 2);
    // SAFETY: takes numbers; the new descriptor is ours alone.
    let top = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, high) };
    if top < 0 {
        return Err(crate::kernel::last());
    }
    // SAFETY: as above.
    Ok(unsafe { OwnedFd::from_raw_fd(top) })
}

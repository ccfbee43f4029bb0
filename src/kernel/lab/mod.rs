//! Hosts: network namespaces that a process of ours, the house, holds (namespaces(7), user_namespaces(7), veth(4)). It needs no
//! privileges: inside its own user namespace it has them.
//!
//! Sockets are born in the house and handed over (SCM_RIGHTS); every later call on them is an ordinary call of this process.

mod link;
mod open;
mod program;
pub mod run;
mod serve;
mod talk;
pub mod wire;

pub use open::{HOUSE, Missing, open};
pub use program::End;
pub use serve::main as house_main;
pub use talk::{Gateway, Link};
pub use wire::Wire;

use super::resolve::{Answer as Resolved, Hints};
use super::{Answer, clerk};
use crate::vocabulary::Errno;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, PoisonError};
use talk::{Ask, Told};

/// The wire's ends are numbered from here: the port's number is what is above it.
const WIRE_END: u32 = 1000;

/// SO_NETNS_COOKIE: the kernel's own number for the network namespace of a socket (Linux 5.14).
pub fn cookie_of(fd: RawFd) -> Option<u64> {
    const SO_NETNS_COOKIE: i32 = 71;
    let mut room = [0u8; 8];
    super::opt::get_raw(fd, libc::SOL_SOCKET, SO_NETNS_COOKIE, &mut room).0.ok()?;
    Some(u64::from_ne_bytes(room))
}

/// A failed request: the errno, and which step of the house's it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub errno: Errno,
    pub step: String,
}

impl From<Errno> for Trouble {
    fn from(errno: Errno) -> Trouble {
        Trouble { errno, step: "house".into() }
    }
}

/// The running house. It ends when it is told to, or when this is dropped, and the kernel ends what is in it.
#[derive(Debug)]
pub struct House {
    /// Tells houses apart, of which the clerk may know several.
    number: u64,
    /// Where it listens, and what must be said at the door.
    address: Box<[u8]>,
    token: String,
    pid: i32,
    /// The learner's door: descriptors that come through it land in the learner's table. None is left of it when the house has ended.
    door: Mutex<Option<OwnedFd>>,
}

impl House {
    /// Asks through the learner's door.
    fn ask(&self, what: &Ask) -> Result<(Told, Vec<OwnedFd>), Trouble> {
        let door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(door) = &*door else { return Err(Errno(libc::EPIPE).into()) };
        converse(door.as_raw_fd(), what, &[])
    }

    /// Ends it, and with it everything that is in it, whoever still speaks of its hosts: the log does, as long as it lasts. Once is enough.
    pub fn end(&self) {
        let Some(door) = self.door.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let _ = talk::send(door.as_raw_fd(), &Ask::Quit, &[]);
        let pid = nix::unistd::Pid::from_raw(self.pid);
        // It ends by itself; where it hangs it is ended. Everything in it goes with it: it is the first process of its PID namespace.
        if super::wait::poll(&[(door.as_raw_fd(), libc::POLLIN)], Some(std::time::Duration::from_secs(2))).0 == Ok(0) {
            let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL);
        }
        let _ = nix::sys::wait::waitpid(pid, None);
    }

    /// Asks through a door of the clerk's, on the clerk's thread: what comes lands in the clerk's table.
    fn ask_as_clerk(&self, what: &Ask, beside: &[RawFd]) -> Result<(Told, Vec<OwnedFd>), Trouble> {
        thread_local! {
            static DOORS: std::cell::RefCell<HashMap<u64, OwnedFd>> = std::cell::RefCell::default();
        }
        DOORS.with(|doors| {
            let mut doors = doors.borrow_mut();
            // Doors of houses that are gone are shut: the other side has closed.
            doors.retain(|n, d| *n == self.number || super::wait::ready_now(d.as_raw_fd(), libc::POLLIN) & libc::POLLHUP == 0);
            let door = match doors.entry(self.number) {
                Entry::Occupied(door) => door.into_mut(),
                Entry::Vacant(none) => none.insert(open::knock(&self.address, &self.token)?),
            };
            converse(door.as_raw_fd(), what, beside)
        })
    }

    fn done(&self, what: &Ask) -> Result<(), Trouble> {
        self.ask(what).map(|_| ())
    }

    /// Makes a host, of which /etc/hosts says `names`; its sockets' cookie (SO_NETNS_COOKIE).
    ///
    /// # Errors
    /// What failed in the house, and where.
    pub fn build(
        &self,
        number: u32,
        links: Vec<Link>,
        forward: bool,
        gateway: Option<Gateway>,
        names: String,
    ) -> Result<u64, Trouble> {
        match self.ask(&Ask::Host { number, links, forward, gateway, names })?.0 {
            Told::Host { cookie, .. } => Ok(cookie),
            _ => Err(Errno(libc::EBADMSG).into()),
        }
    }

    /// Says how long the packets of a host's interface may be.
    ///
    /// # Errors
    /// As above.
    pub fn mtu(&self, number: u32, name: String, mtu: u32) -> Result<(), Trouble> {
        self.done(&Ask::Mtu { number, name, mtu })
    }

    /// Sets a host's way to everywhere else.
    ///
    /// # Errors
    /// As above.
    pub fn route(&self, number: u32, gateway: Gateway) -> Result<(), Trouble> {
        self.done(&Ask::Gateway { number, gateway })
    }

    /// Pulls a host's cables, ends its programs, forgets it. `names` is what /etc/hosts says then.
    ///
    /// # Errors
    /// As above.
    pub fn remove(&self, number: u32, names: String) -> Result<(), Trouble> {
        self.done(&Ask::Remove { number, names })
    }

    /// The wire's side of all cables, at the top of the learner's table.
    ///
    /// # Errors
    /// As above.
    pub fn wire(&self) -> Result<Wire, Trouble> {
        let fd = self.ask(&Ask::Wire)?.1.pop().ok_or(Errno(libc::EMFILE))?;
        Ok(Wire::new(talk::to_top(fd)?)?)
    }
}

/// Something to wake a thread by that waits in poll (eventfd(2)), at the top of the learner's table.
///
/// # Errors
/// Those of eventfd(2).
pub fn wake() -> Result<OwnedFd, Errno> {
    use nix::sys::eventfd::{EfdFlags, EventFd};
    let made = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK).map_err(|e| Errno(e as i32))?;
    talk::to_top(made.into())
}

fn converse(door: RawFd, what: &Ask, beside: &[RawFd]) -> Result<(Told, Vec<OwnedFd>), Trouble> {
    talk::send(door, what, beside)?;
    match talk::receive::<Told>(door)? {
        Some((Told::Failed { errno, step }, ..)) => Err(Trouble { errno, step }),
        // It was made, and could not be handed over.
        Some((_, made, true)) if made.is_empty() => Err(Trouble { errno: Errno(libc::EMFILE), step: "recvmsg".into() }),
        Some((told, made, _)) => Ok((told, made)),
        None => Err(Trouble { errno: Errno(libc::EPIPE), step: "house".into() }),
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.end();
    }
}

/// A host of a house.
#[derive(Debug)]
pub struct Host {
    pub house: Arc<House>,
    /// Its number in the house, never used again.
    pub number: u32,
    pub name: Box<str>,
    /// SO_NETNS_COOKIE of its sockets.
    pub cookie: u64,
}

impl Host {
    /// socket(2), on this host.
    pub fn socket(&self, domain: i32, kind: i32, protocol: i32) -> Answer {
        let (_, made) = self.house.ask(&Ask::Socket { number: self.number, domain, kind, protocol }).map_err(|t| t.errno)?;
        let fd = made.into_iter().next().ok_or(Errno(libc::EMFILE))?;
        Ok(i64::from(fd.into_raw_fd()))
    }

    /// socketpair(2), on this host.
    pub fn socketpair(&self, domain: i32, kind: i32, protocol: i32) -> (Answer, [i32; 2]) {
        let asked = self.house.ask(&Ask::Socketpair { number: self.number, domain, kind, protocol });
        match asked.map(|(_, made)| <[OwnedFd; 2]>::try_from(made)) {
            Ok(Ok(pair)) => (Ok(0), pair.map(IntoRawFd::into_raw_fd)),
            Ok(Err(_)) => (Err(Errno(libc::EMFILE)), [-1; 2]),
            Err(t) => (Err(t.errno), [-1; 2]),
        }
    }

    /// A file as it is seen on the host; of a long one, the beginning.
    pub fn read(&self, path: &str) -> Option<String> {
        match self.house.ask(&Ask::Read { number: self.number, path: path.into() }).ok()?.0 {
            Told::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Writes a file as it is seen on the host: a setting below /proc/sys/net.
    ///
    /// # Errors
    /// Those of open(2) and write(2).
    pub fn write(&self, path: &str, text: &str) -> Result<(), Errno> {
        self.house.done(&Ask::Write { number: self.number, path: path.into(), text: text.into() }).map_err(|t| t.errno)
    }

    pub fn interface_number(&self, name: &str) -> Option<u32> {
        match self.house.ask(&Ask::InterfaceNumber { number: self.number, name: name.into() }).ok()?.0 {
            Told::Number(n) => Some(n),
            _ => None,
        }
    }

    pub fn interface_name(&self, index: u32) -> Option<String> {
        match self.house.ask(&Ask::InterfaceName { number: self.number, index }).ok()?.0 {
            Told::Text(name) => Some(name),
            _ => None,
        }
    }

    pub fn addresses(&self) -> Vec<(String, std::net::IpAddr)> {
        match self.house.ask(&Ask::Addresses { number: self.number }) {
            Ok((Told::Addresses(all), _)) => all,
            _ => Vec::new(),
        }
    }

    /// getaddrinfo(3), on this host; when `stopped` says so nobody waits for the answer any longer, and it is EINTR.
    ///
    /// # Errors
    /// The EAI_… number, and the errno if that is EAI_SYSTEM.
    pub fn resolve(&self, host: &str, service: &str, hints: Hints, stopped: impl Fn() -> bool) -> Resolved {
        let failed = |errno: i32| Err((libc::EAI_SYSTEM, errno));
        let ask = Ask::Resolve { number: self.number, host: host.into(), service: service.into(), hints };
        let (send, receive) = std::sync::mpsc::channel();
        // The pipe is the clerk's, and is read by a thread of the clerk's side.
        let house = self.house.clone();
        let started = clerk::ask(move || {
            let (reader, writer) = std::io::pipe().ok()?;
            house.ask_as_clerk(&ask, &[writer.as_raw_fd()]).ok()?;
            drop(writer);
            let read = move || {
                use std::io::Read;
                let mut reader = reader;
                let mut text = Vec::new();
                let _ = reader.read_to_end(&mut text);
                let _ = send.send(serde_json::from_slice::<Resolved>(&text).unwrap_or(Err((libc::EAI_SYSTEM, libc::EIO))));
            };
            std::thread::Builder::new().name("resolver".into()).stack_size(256 << 10).spawn(read).ok()
        });
        if started.flatten().is_none() {
            return failed(libc::EIO);
        }
        loop {
            match receive.recv_timeout(super::resolve::LOOK) {
                Ok(answer) => return answer,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) if !stopped() => {}
                Err(_) => return failed(libc::EINTR),
            }
        }
    }

    /// A netlink socket of the host's, for sock_diag(7), in the clerk's table. Runs on the clerk's thread.
    pub fn diag_socket(&self) -> Option<OwnedFd> {
        let ask = Ask::Socket {
            number: self.number,
            domain: libc::AF_NETLINK,
            kind: libc::SOCK_DGRAM | libc::SOCK_CLOEXEC,
            protocol: libc::NETLINK_SOCK_DIAG,
        };
        self.house.ask_as_clerk(&ask, &[]).ok()?.1.pop()
    }
}

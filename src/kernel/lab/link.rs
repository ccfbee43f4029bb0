//! Interfaces by netlink (rtnetlink(7)): cables, addresses, ways. Runs in the house's own process, in the namespace it stands in.

use crate::kernel::last;
use crate::vocabulary::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

const NEW_LINK: u16 = 16;
const DELETE_LINK: u16 = 17;
const GET_LINK: u16 = 18;
const NEW_ADDRESS: u16 = 20;
const NEW_ROUTE: u16 = 24;
const IFLA_OPERSTATE: u16 = 16;
const IFLA_GROUP: u16 = 27;
const IFLA_EXT_MASK: u16 = 29;
/// RTEXT_FILTER_SKIP_STATS.
const SKIP_STATISTICS: u32 = 8;
/// The group of cables that were pulled.
const GONE: u32 = 1;
const REQUEST_ACK: u16 = 1 | 4;
const CREATE: u16 = 0x400 | 0x200;
const REPLACE: u16 = 0x400 | 0x100;

/// A request that is being written: a header, a fixed part, attributes.
struct Request(Vec<u8>);

impl Request {
    fn new(kind: u16, flags: u16, fixed: &[u8]) -> Request {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend((REQUEST_ACK | flags).to_ne_bytes());
        bytes.extend(1u32.to_ne_bytes());
        bytes.extend(0u32.to_ne_bytes());
        bytes.extend(fixed);
        Request(bytes)
    }

    fn put(&mut self, kind: u16, value: &[u8]) {
        self.nest(kind, |r| r.0.extend(value));
    }

    fn nest(&mut self, kind: u16, inner: impl FnOnce(&mut Request)) {
        let from = self.0.len();
        self.0.extend([0, 0]);
        self.0.extend(kind.to_ne_bytes());
        inner(self);
        let length = (self.0.len() - from) as u16;
        self.0[from..from + 2].copy_from_slice(&length.to_ne_bytes());
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }
}

fn text(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

/// struct ifinfomsg: of interface `index`, with these flags set.
fn interface(index: u32, flags: u32) -> Vec<u8> {
    let mut fixed = vec![0; 4];
    fixed.extend(index.to_ne_bytes());
    fixed.extend(flags.to_ne_bytes());
    fixed.extend(flags.to_ne_bytes());
    fixed
}

const UP: u32 = libc::IFF_UP as u32;
const NO_ARP: u32 = libc::IFF_NOARP as u32;

/// Whether an answer to RTM_GETLINK says IF_OPER_UP (rtnetlink(7)): behind the header of 16 bytes and as many of the interface, attributes.
fn operates(answer: &[u8]) -> bool {
    let mut at = 32;
    while let Some(head) = answer.get(at..at + 4) {
        let length = usize::from(u16::from_ne_bytes([head[0], head[1]]));
        if u16::from_ne_bytes([head[2], head[3]]) == IFLA_OPERSTATE {
            return answer.get(at + 4) == Some(&6);
        }
        if length < 4 {
            break;
        }
        at += length.next_multiple_of(4);
    }
    false
}

/// A route socket of the namespace it was made in.
pub struct Route(OwnedFd);

impl Route {
    /// # Errors
    /// Those of socket(2).
    pub fn here() -> Result<Route, Errno> {
        socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute)
            .map(Route)
            .map_err(|e| Errno(e as i32))
    }

    /// Asks, and receives the first answer.
    fn exchange(&self, mut request: Request) -> Result<([u8; 4096], usize), Errno> {
        let length = request.0.len() as u32;
        request.0[..4].copy_from_slice(&length.to_ne_bytes());
        let fd = self.0.as_raw_fd();
        send(fd, &request.0, MsgFlags::empty()).map_err(|e| Errno(e as i32))?;
        let mut room = [0u8; 4096];
        let n = recv(fd, &mut room, MsgFlags::empty()).map_err(|e| Errno(e as i32))?;
        Ok((room, n))
    }

    fn ask(&self, request: Request) -> Result<(), Errno> {
        let (room, n) = self.exchange(request)?;
        // NLMSG_ERROR with 0 is the acknowledgement.
        let code = room.get(16..20).filter(|_| n >= 20).map_or(-libc::EBADMSG, |c| i32::from_ne_bytes([c[0], c[1], c[2], c[3]]));
        if code == 0 { Ok(()) } else { Err(Errno(-code)) }
    }

    /// A cable between the two ends, each a name and a number: the first lies here and speaks no ARP of its own, the second in the
    /// namespace `there`, has this MAC and is still switched off.
    pub fn cable(&self, ends: &[(String, u32); 2], mac: [u8; 6], mtu: u32, there: RawFd) -> Result<(), Errno> {
        let [(wire, wire_index), (name, index)] = ends;
        let mut r = Request::new(NEW_LINK, CREATE, &interface(*wire_index, UP | NO_ARP));
        r.put(libc::IFLA_IFNAME, &text(wire));
        r.put(libc::IFLA_MTU, &mtu.to_ne_bytes());
        r.nest(libc::IFLA_LINKINFO, |r| {
            r.put(libc::IFLA_INFO_KIND, b"veth");
            r.nest(libc::IFLA_INFO_DATA, |r| {
                // VETH_INFO_PEER
                r.nest(1, |r| {
                    // A veth cannot be switched on before it knows its other end.
                    r.0.extend(interface(*index, 0));
                    r.put(libc::IFLA_IFNAME, &text(name));
                    r.put(libc::IFLA_ADDRESS, &mac);
                    r.put(libc::IFLA_MTU, &mtu.to_ne_bytes());
                    r.put(libc::IFLA_NET_NS_FD, &(there as u32).to_ne_bytes());
                });
            });
        });
        self.ask(r)
    }

    /// Puts an interface where [`Route::remove_gone`] finds it.
    pub fn is_gone(&self, index: u32) -> Result<(), Errno> {
        let mut r = Request::new(NEW_LINK, 0, &interface(index, 0));
        r.put(IFLA_GROUP, &GONE.to_ne_bytes());
        self.ask(r)
    }

    /// Removes all of those together: the kernel waits for its readers (RCU) once, which takes longer than all the rest.
    pub fn remove_gone(&self) -> Result<(), Errno> {
        let mut r = Request::new(DELETE_LINK, 0, &interface(0, 0));
        r.put(IFLA_GROUP, &GONE.to_ne_bytes());
        self.ask(r)
    }

    /// Says how long an interface's packets may be.
    pub fn mtu(&self, index: u32, mtu: u32) -> Result<(), Errno> {
        let mut r = Request::new(NEW_LINK, 0, &interface(index, 0));
        r.put(libc::IFLA_MTU, &mtu.to_ne_bytes());
        self.ask(r)
    }

    /// Switches an interface on.
    pub fn up(&self, index: u32) -> Result<(), Errno> {
        self.ask(Request::new(NEW_LINK, 0, &interface(index, UP)))
    }

    /// Waits until an interface carries frames, for a while. Both ends are switched on by then; but the queue of the one that was first
    /// throws everything away until the kernel has looked at its carrier, which it does a little later (linkwatch). Since Linux 6.8 to
    /// ask is enough.
    pub fn carries(&self, index: u32) -> Result<(), Errno> {
        for _ in 0..100 {
            let mut request = Request::new(GET_LINK, 0, &interface(index, 0));
            // The answer is enough: no acknowledgement behind it.
            request.0[6..8].copy_from_slice(&1u16.to_ne_bytes());
            request.put(IFLA_EXT_MASK, &SKIP_STATISTICS.to_ne_bytes());
            let (room, n) = self.exchange(request)?;
            if operates(&room[..n]) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        Ok(())
    }

    /// Gives an interface an address. IPv6 addresses are usable at once: no duplicate is looked for (IFA_F_NODAD).
    pub fn address(&self, index: u32, ip: IpAddr, prefix: u8) -> Result<(), Errno> {
        let (family, bytes) = raw(ip);
        let mut fixed = vec![family, prefix, if family == libc::AF_INET6 as u8 { libc::IFA_F_NODAD as u8 } else { 0 }, 0];
        fixed.extend(index.to_ne_bytes());
        let mut r = Request::new(NEW_ADDRESS, CREATE, &fixed);
        r.put(libc::IFA_LOCAL, &bytes);
        r.put(libc::IFA_ADDRESS, &bytes);
        if let IpAddr::V4(v4) = ip {
            let host = u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
            r.put(libc::IFA_BROADCAST, &(u32::from(v4) | host).to_be_bytes());
        }
        self.ask(r)
    }

    /// The way to everywhere else.
    pub fn default_route(&self, gateway: IpAddr) -> Result<(), Errno> {
        let (family, bytes) = raw(gateway);
        // Main table, set by hand (RTPROT_STATIC), everywhere, one hop on.
        let mut fixed = vec![family, 0, 0, 0, libc::RT_TABLE_MAIN, libc::RTPROT_STATIC, libc::RT_SCOPE_UNIVERSE, libc::RTN_UNICAST];
        fixed.extend(0u32.to_ne_bytes());
        let mut r = Request::new(NEW_ROUTE, REPLACE, &fixed);
        r.put(libc::RTA_GATEWAY, &bytes);
        self.ask(r)
    }
}

fn raw(ip: IpAddr) -> (u8, Vec<u8>) {
    match ip {
        IpAddr::V4(v4) => (libc::AF_INET as u8, v4.octets().to_vec()),
        IpAddr::V6(v6) => (libc::AF_INET6 as u8, v6.octets().to_vec()),
    }
}

/// The number of an interface of this namespace.
pub fn index(name: &str) -> Result<u32, Errno> {
    let name = std::ffi::CString::new(name).map_err(|_| Errno(libc::EINVAL))?;
    // SAFETY: reads a C string.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(last()),
        n => Ok(n),
    }
}

/// Makes an interface of this namespace compute its checksums and cut its segments itself. Across a wire of ours nobody would do it
/// for it (ethtool's ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_STXCSUM).
pub fn no_offloads(fd: RawFd, name: &str) -> Result<(), Errno> {
    #[repr(C)]
    struct Value {
        command: u32,
        data: u32,
    }
    for command in [0x24, 0x1f, 0x17] {
        let mut value = Value { command, data: 0 };
        // SAFETY: plain data.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        for (to, from) in request.ifr_name.iter_mut().zip(name.bytes().take(libc::IFNAMSIZ - 1)) {
            *to = from as libc::c_char;
        }
        request.ifr_ifru.ifru_data = std::ptr::from_mut(&mut value).cast();
        // SAFETY: SIOCETHTOOL reads an ifreq whose data is one ethtool_value; both live here.
        if unsafe { libc::ioctl(fd, libc::SIOCETHTOOL as libc::Ioctl, &mut request) } < 0 {
            return Err(last());
        }
    }
    Ok(())
}

//! Everything the kernel tells of one socket, as far as asking changes nothing.

use super::observe;
use crate::event::{InspectedOption, Inspection, SocketTable, TcpInfo};
use crate::kernel::opt::{self, OptValue};
use crate::kernel::{Kind, probe, sys};
use crate::vocabulary::option::{self, Access, Level, OPTIONS, Opt, Shape};
use crate::vocabulary::{Errno, FILE_FLAGS};

/// Looks into a socket: names and queues, options, TCP_INFO. What reading would change is only named.
pub fn inspect(table: &mut SocketTable, id: u32) -> Option<Inspection> {
    let look = observe(table, id)?;
    let (fd, kind) = (look.fd?, look.kind?);
    let _there = look.host.stand();
    let inode = sys::inode(fd);
    // An epoll shares its inode with all others of the machine, and a file may be opened twice: only for sockets does the same inode
    // mean the same open socket.
    let socket = inode.filter(|(_, socket)| *socket).map(|(inode, _)| inode);
    let same = |fd: i32| socket.is_some() && sys::inode(fd).map(|(inode, _)| inode) == socket;
    let shared_with = table.entries().filter(|e| e.id != id && !e.closing && same(e.fd)).map(|e| e.name.clone()).collect();
    let flags = sys::fcntl(fd, libc::F_GETFL, None).ok().map(|f| FILE_FLAGS.flags(f).into_owned());
    let mut found = Inspection {
        look,
        inode: inode.map(|(inode, _)| inode),
        cookie: if kind.is_socket() { probe::cookie(fd) } else { None },
        pid: std::process::id() as i32,
        shared_with,
        flags,
        options: Vec::new(),
        tcp: None,
        untouched: Vec::new(),
    };
    for option in options_of(kind) {
        if option.access == Access::ReadClears {
            found.untouched.push(option.name);
        } else if let Some(value) = read(fd, option) {
            match value {
                Ok(OptValue::TcpInfo(bytes)) => found.tcp = Some(TcpInfo::decode(&bytes)),
                value => found.options.push(InspectedOption { level: option.level.name(), name: option.name, value }),
            }
        }
    }
    Some(found)
}

/// The options whose level concerns such a socket, the nearest level first, and that can be read at all.
fn options_of(kind: Kind) -> Vec<&'static Opt> {
    let Kind::Socket { domain, kind, protocol } = kind else { return Vec::new() };
    let levels: Vec<Level> = option::levels_of(domain, kind, protocol);
    let readable = |o: &&Opt| o.can_read() && o.shape != Shape::Flag;
    levels.iter().flat_map(|l| OPTIONS.iter().filter(readable).filter(move |o| o.level == *l)).collect()
}

/// `None` where this kernel, or such a socket, has no such option.
fn read(fd: i32, option: &'static Opt) -> Option<Result<OptValue, Errno>> {
    match opt::get(fd, option.level.number(), option.number, option.shape) {
        (Ok(_), Some(value), _) => Some(Ok(value.on_its_link())),
        (Ok(_), None, _) => None,
        (Err(Errno(libc::ENOPROTOOPT | libc::EOPNOTSUPP)), ..) => None,
        (Err(e), ..) => Some(Err(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Sitting;
    use super::*;

    #[test]
    fn a_tcp_socket_tells_its_options_and_tcp_info() {
        let mut s = Sitting::connected();
        s.run("setsockopt client rcvbuf 50000\nsetsockopt client nodelay 1\nd = dup client").unwrap();
        let id = s.id("client");
        let i = inspect(&mut s.table, id).unwrap();
        let option = |name: &str| i.options.iter().find(|o| o.name == name).map(|o| o.value.clone());
        assert_eq!(option("SO_RCVBUF"), Some(Ok(OptValue::Int(100_000))));
        assert_eq!(option("TCP_NODELAY"), Some(Ok(OptValue::Bool(true))));
        assert_eq!(option("SO_TYPE"), Some(Ok(OptValue::Type(libc::SOCK_STREAM))));
        assert_eq!((option("SO_ERROR"), option("TCP_SAVED_SYN"), option("TCP_INFO")), (None, None, None));
        assert_eq!(i.untouched, ["TCP_SAVED_SYN", "SO_ERROR"]);
        assert_eq!(i.tcp.unwrap().get("tcpi_state"), Some(1));
        assert_eq!(i.shared_with, ["d"]);
        assert_eq!(i.flags.as_deref(), Some("O_RDWR"));
        assert!(i.inode.is_some() && i.cookie.is_some());
    }

    #[test]
    fn inspecting_leaves_a_pending_error_where_it_is() {
        let mut s = Sitting::default();
        // A port that was just free: nobody listens there.
        s.run("x = socket inet stream\nbind x 127.0.0.1:0\nclient = socket inet stream nonblock").unwrap();
        let _ = s.run("connect client {x.local}");
        let fd = s.look("client").fd.unwrap();
        let limit = Some(std::time::Duration::from_secs(2));
        assert_eq!(crate::kernel::wait::poll(&[(fd, libc::POLLOUT)], limit).0, Ok(1));
        let id = s.id("client");
        assert!(inspect(&mut s.table, id).is_some());
        assert_eq!(opt::int(fd, libc::SOL_SOCKET, libc::SO_ERROR), Ok(libc::ECONNREFUSED));
    }

    #[test]
    fn every_kind_can_be_inspected() {
        let mut s = Sitting::default();
        s.run("a b = socketpair unix seqpacket\nu = socket inet6 dgram\nep = epoll create\nep2 = epoll create").unwrap();
        for (name, level) in [("a", Some("SOL_SOCKET")), ("u", Some("SOL_UDP")), ("ep", None)] {
            let id = s.id(name);
            let i = inspect(&mut s.table, id).unwrap();
            assert_eq!(i.options.first().map(|o| o.level), level, "{name}");
            assert!(i.tcp.is_none() && i.shared_with.is_empty(), "{name}");
        }
    }
}

//! The house's own process: first process of its own user, PID, mount and network namespaces. It makes hosts, and in them sockets and
//! programs; when the connection it was started for closes, it ends, and the kernel ends everything in it.
//!
//! It has one thread, so it may walk from namespace to namespace (setns(2)).

use super::link::{self, Route};
use super::talk::{self, Ask, Gateway, Link, Told};
use super::{WIRE_END, program};
use crate::kernel::{answer, last, sys};
use crate::vocabulary::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, Write};
use std::net::IpAddr;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

/// A host: its network namespace.
struct Home {
    namespace: File,
    ports: Vec<u32>,
    /// How many interfaces it was ever given.
    links: u32,
}

struct House {
    wire: File,
    /// Makes cables: a route socket of the wire's namespace.
    cables: Route,
    homes: HashMap<u32, Home>,
    /// The host whose namespace this process stands in; none is the wire's.
    stands: Option<u32>,
    /// /etc/hosts, as everything in the house sees it.
    names: Option<File>,
    running: program::Running,
    /// Cables were pulled that still lie there.
    gone: bool,
}

/// Pulled cables are removed when so long nobody has asked for anything.
const PAUSE: Duration = Duration::from_millis(20);

type Answer = Result<(Told, Vec<OwnedFd>), Failed>;

/// What went wrong, and where.
struct Failed(Errno, &'static str);

trait At<T> {
    fn at(self, step: &'static str) -> Result<T, Failed>;
}

impl<T> At<T> for Result<T, Errno> {
    fn at(self, step: &'static str) -> Result<T, Failed> {
        self.map_err(|e| Failed(e, step))
    }
}

impl<T> At<T> for nix::Result<T> {
    fn at(self, step: &'static str) -> Result<T, Failed> {
        self.map_err(|e| Failed(Errno(e as i32), step))
    }
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, step: &'static str) -> Result<T, Failed> {
        self.map_err(|e| Failed(Errno(e.raw_os_error().unwrap_or(libc::EIO)), step))
    }
}

/// Runs the house on the listening socket that it inherited as descriptor 3; whoever connects must know `token`.
pub fn main(token: &str) -> i32 {
    crate::kernel::thread::prepare(false);
    // SAFETY: whoever starts a house puts the listening socket there.
    let listener = unsafe { OwnedFd::from_raw_fd(3) };
    let furnished = furnish(token);
    let Ok((wire, cables, names)) = furnished else { return 1 };
    let Ok(running) = program::Running::new() else { return 1 };
    let mut house = House { wire, cables, homes: HashMap::new(), stands: None, names, running, gone: false };
    let mut doors: Vec<OwnedFd> = Vec::new();
    loop {
        let mut fds = vec![(listener.as_raw_fd(), libc::POLLIN), (house.running.fd(), libc::POLLIN)];
        fds.extend(doors.iter().map(|d| (d.as_raw_fd(), libc::POLLIN)));
        let (ret, ready) = crate::kernel::wait::poll(&fds, house.gone.then_some(PAUSE));
        if ret == Ok(0) {
            house.sweep();
            continue;
        }
        let is_ready = |i: usize| ready.get(i).is_some_and(|events| *events != 0);
        if is_ready(1) {
            house.running.reap();
        }
        if is_ready(0)
            && let Ok(fd) = answer(i64::from(accept(listener.as_raw_fd())))
        {
            // SAFETY: just made by accept4.
            let door = unsafe { OwnedFd::from_raw_fd(fd as RawFd) };
            if matches!(talk::receive::<String>(door.as_raw_fd()), Ok(Some((said, ..))) if said == token) {
                doors.push(door);
            }
            continue;
        }
        let mut shut = Vec::new();
        for (i, door) in doors.iter().enumerate().filter(|(i, _)| is_ready(i + 2)) {
            match talk::receive::<Ask>(door.as_raw_fd()) {
                Ok(Some((Ask::Quit, ..))) => return 0,
                Ok(Some((ask, beside, _))) => {
                    let (told, made) = house
                        .answer(ask, beside)
                        .unwrap_or_else(|Failed(errno, step)| (Told::Failed { errno, step: step.to_string() }, Vec::new()));
                    let fds: Vec<RawFd> = made.iter().map(AsRawFd::as_raw_fd).collect();
                    if talk::send(door.as_raw_fd(), &told, &fds).is_err() {
                        shut.push(i);
                    }
                }
                Ok(None) | Err(_) => shut.push(i),
            }
        }
        // The first door is the session's own: when it closes, nobody is left.
        if shut.first() == Some(&0) {
            return 0;
        }
        for i in shut.into_iter().rev() {
            doors.remove(i);
        }
    }
}

fn accept(fd: RawFd) -> i32 {
    // SAFETY: null means that the address is not wanted.
    unsafe { libc::accept4(fd, std::ptr::null_mut(), std::ptr::null_mut(), libc::SOCK_CLOEXEC) }
}

/// Mounts and settings of a house that has just been moved into.
fn furnish(token: &str) -> std::io::Result<(File, Route, Option<File>)> {
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    // Programs should see the house's processes alone. Where a container hides parts of /proc the kernel refuses a new one: the old stays.
    let _ = mount(Some("proc"), "/proc", Some("proc"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC, none);
    let names = cover(token, "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
    // Nobody answers questions here: the resolver is told so at once.
    drop(cover(token, "/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"));
    // The wire's ends speak no IPv6 of their own.
    let _ = std::fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    let cables = Route::here().map_err(|e| std::io::Error::from_raw_os_error(e.0))?;
    Ok((File::open("/proc/self/ns/net")?, cables, names))
}

/// Puts a file of ours in the place of a system's one, for this house alone; kept open, to be written again.
fn cover(token: &str, path: &str, text: &str) -> Option<File> {
    let own = std::env::temp_dir().join(format!(".sockscope-{}-{token}", path.rsplit('/').next().unwrap_or_default()));
    let mut file = File::options().create_new(true).write(true).open(&own).ok()?;
    file.write_all(text.as_bytes()).ok()?;
    let mounted = mount(Some(&own), path, None::<&str>, MsFlags::MS_BIND, None::<&str>);
    let _ = std::fs::remove_file(&own);
    mounted.is_ok().then_some(file)
}

fn done() -> Answer {
    Ok((Told::Done, Vec::new()))
}

impl House {
    fn answer(&mut self, ask: Ask, mut beside: Vec<OwnedFd>) -> Answer {
        match ask {
            Ask::Host { number, links, forward, gateway, names } => {
                let built = self.build(number, &links, forward, gateway.as_ref())?;
                if let Some(file) = self.names.as_mut() {
                    file.write_all(names.as_bytes()).at("/etc/hosts")?;
                }
                Ok(built)
            }
            Ask::Mtu { number, name, mtu } => {
                self.enter(Some(number))?;
                let index = link::index(&name).at("interface")?;
                Route::here().and_then(|r| r.mtu(index, mtu)).at("mtu")?;
                done()
            }
            Ask::Gateway { number, gateway } => {
                self.enter(Some(number))?;
                route(&gateway)?;
                done()
            }
            Ask::Remove { number, names } => {
                self.name_all(names.as_bytes()).at("/etc/hosts")?;
                self.remove(number)
            }
            Ask::Socket { number, domain, kind, protocol } => {
                self.enter(Some(number))?;
                let fd = sys::socket(domain, kind, protocol).at("socket")?;
                // SAFETY: just made.
                Ok((Told::Made, vec![unsafe { OwnedFd::from_raw_fd(fd as RawFd) }]))
            }
            Ask::Socketpair { number, domain, kind, protocol } => {
                self.enter(Some(number))?;
                let (ret, fds) = sys::socketpair(domain, kind, protocol);
                ret.at("socketpair")?;
                // SAFETY: just made.
                Ok((Told::Made, fds.into_iter().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }).collect()))
            }
            Ask::Wire => {
                self.enter(None)?;
                Ok((Told::Made, vec![super::wire::open().at("packet socket")?]))
            }
            Ask::Read { number, path } => {
                self.enter(Some(number))?;
                let mut text = std::fs::read_to_string(path).at("read")?;
                let end = (0..=text.len().min(talk::LONGEST / 2)).rev().find(|e| text.is_char_boundary(*e)).unwrap_or(0);
                text.truncate(end);
                Ok((Told::Text(text), Vec::new()))
            }
            Ask::Write { number, path, text } => {
                self.enter(Some(number))?;
                std::fs::write(path, text).at("write")?;
                done()
            }
            Ask::Run { number, name, argv, terminal } => {
                let home = self.homes.get(&number).ok_or(Failed(Errno(libc::ESRCH), "host"))?;
                let place = program::Place { namespace: home.namespace.as_fd(), host: number, name: &name };
                let pid = self.running.start(&place, &argv, terminal, beside).at("fork")?;
                Ok((Told::Pid(pid), Vec::new()))
            }
            Ask::Signal { pid, signal } => {
                self.running.signal(pid, signal).at("kill")?;
                done()
            }
            Ask::Resolve { number, host, service, hints } => {
                self.enter(Some(number))?;
                let to = beside.pop().ok_or(Failed(Errno(libc::EBADF), "pipe"))?;
                let pid = self.running.resolve(&host, &service, hints, &to).at("fork")?;
                Ok((Told::Pid(pid), Vec::new()))
            }
            Ask::InterfaceNumber { number, name } => {
                self.enter(Some(number))?;
                Ok((Told::Number(link::index(&name).at("interface")?), Vec::new()))
            }
            Ask::InterfaceName { number, index } => {
                self.enter(Some(number))?;
                let name = crate::kernel::net::name_here(index).ok_or(Failed(Errno(libc::ENXIO), "interface"))?;
                Ok((Told::Text(name), Vec::new()))
            }
            Ask::Addresses { number } => {
                self.enter(Some(number))?;
                Ok((Told::Addresses(crate::kernel::net::addresses_here()), Vec::new()))
            }
            Ask::Quit => done(),
        }
    }

    /// Writes what /etc/hosts says anew.
    fn name_all(&mut self, text: &[u8]) -> std::io::Result<()> {
        let Some(names) = self.names.as_mut() else { return Ok(()) };
        names.set_len(0).and_then(|()| names.rewind()).and_then(|()| names.write_all(text))
    }

    /// Walks into a host's namespace, or back into the wire's.
    fn enter(&mut self, host: Option<u32>) -> Result<(), Failed> {
        if self.stands == host {
            return Ok(());
        }
        let namespace = match host {
            None => &self.wire,
            Some(number) => &self.homes.get(&number).ok_or(Failed(Errno(libc::ESRCH), "host"))?.namespace,
        };
        setns(namespace.as_fd(), CloneFlags::CLONE_NEWNET).at("setns")?;
        self.stands = host;
        Ok(())
    }

    fn build(&mut self, number: u32, links: &[Link], forward: bool, gateway: Option<&Gateway>) -> Answer {
        if self.homes.contains_key(&number) {
            return Err(Failed(Errno(libc::EEXIST), "host"));
        }
        unshare(CloneFlags::CLONE_NEWNET).at("unshare")?;
        self.stands = Some(number);
        let opened = File::open("/proc/self/ns/net");
        let Ok(namespace) = opened else {
            self.stands = None;
            let _ = setns(self.wire.as_fd(), CloneFlags::CLONE_NEWNET);
            return Err(opened.at("namespace").err().unwrap_or(Failed(Errno(libc::EIO), "namespace")));
        };
        self.homes.insert(number, Home { namespace, ports: Vec::new(), links: 0 });
        let built = self.equip(number, links, forward, gateway);
        if built.is_err() {
            let _ = self.remove(number);
        }
        built
    }

    fn equip(&mut self, number: u32, links: &[Link], forward: bool, gateway: Option<&Gateway>) -> Answer {
        // What is written here fails where /proc may not be written: then there are a few more frames, and no harm.
        let set = |path: &str, value: &str| drop(std::fs::write(format!("/proc/sys/net/{path}"), value));
        set("ipv6/conf/default/accept_dad", "0");
        set("ipv6/conf/default/router_solicitations", "0");
        set("ipv6/conf/default/accept_ra", "0");
        set("ipv4/ping_group_range", "0 0");
        if forward {
            set("ipv4/ip_forward", "1");
            set("ipv6/conf/all/forwarding", "1");
        }
        let cookie = cookie().at("cookie")?;
        Route::here().and_then(|r| r.up(1)).at("loopback")?;
        let mut wire_ends = Vec::new();
        for link in links {
            wire_ends.push(self.lay(number, link)?);
        }
        self.enter(Some(number))?;
        if let Some(gateway) = gateway {
            route(gateway)?;
        }
        Ok((Told::Host { cookie, wire_ends }, Vec::new()))
    }

    /// Lays a cable from the wire to a host; says the number of the wire's end.
    fn lay(&mut self, number: u32, link: &Link) -> Result<u32, Failed> {
        let home = self.homes.get_mut(&number).ok_or(Failed(Errno(libc::ESRCH), "host"))?;
        let (wire_index, host_index) = (WIRE_END + link.port, 2 + home.links);
        home.links += 1;
        home.ports.push(link.port);
        let ends = [(format!("w{}", link.port), wire_index), (link.name.clone(), host_index)];
        self.cables.cable(&ends, link.mac, link.mtu, home.namespace.as_raw_fd()).at("veth")?;
        self.enter(Some(number))?;
        let any = sys::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0).at("socket")?;
        // SAFETY: just made.
        let any = unsafe { OwnedFd::from_raw_fd(any as RawFd) };
        link::no_offloads(any.as_raw_fd(), &link.name).at("ethtool")?;
        let route = Route::here().at("netlink")?;
        route.up(host_index).at("interface")?;
        self.cables.carries(wire_index).at("interface")?;
        for (ip, prefix) in
            [link.v4.map(|(ip, n)| (IpAddr::V4(ip), n)), link.v6.map(|(ip, n)| (IpAddr::V6(ip), n))].into_iter().flatten()
        {
            match route.address(host_index, ip, prefix) {
                // A machine without IPv6 has hosts without it.
                Err(_) if ip.is_ipv6() => {}
                given => given.at("address")?,
            }
        }
        Ok(wire_index)
    }

    fn remove(&mut self, number: u32) -> Answer {
        let Some(home) = self.homes.remove(&number) else { return done() };
        self.stands = self.stands.filter(|n| *n != number);
        if self.stands.is_none() {
            setns(self.wire.as_fd(), CloneFlags::CLONE_NEWNET).at("setns")?;
        }
        self.running.end_all(number, &home.namespace);
        for port in home.ports {
            // The namespace may be on its way out already, and the cable with it. Where sockets keep it, the cable is removed later.
            self.gone |= self.cables.is_gone(WIRE_END + port).is_ok();
        }
        done()
    }

    /// Removes the cables that were pulled.
    fn sweep(&mut self) {
        self.gone = false;
        let cables = &self.cables;
        if self.running.beside(|| _ = cables.remove_gone()).is_err() {
            let _ = cables.remove_gone();
        }
    }
}

fn route(gateway: &Gateway) -> Result<(), Failed> {
    let routes = Route::here().at("netlink")?;
    if let Some(v4) = gateway.v4 {
        routes.default_route(v4.into()).at("route")?;
    }
    if let Some(v6) = gateway.v6 {
        // Without IPv6 there is no way for it.
        let _ = routes.default_route(v6.into());
    }
    Ok(())
}

/// SO_NETNS_COOKIE (socket(7), Linux 5.14): the kernel's own number for the network namespace this process stands in.
fn cookie() -> Result<u64, Errno> {
    let fd = sys::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0)?;
    // SAFETY: just made.
    let fd = unsafe { OwnedFd::from_raw_fd(fd as RawFd) };
    super::cookie_of(fd.as_raw_fd()).ok_or_else(last)
}

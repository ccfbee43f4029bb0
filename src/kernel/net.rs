//! Network interfaces by name and number (netdevice(7)).

mod interface;

pub use interface::{Interface, V6};
use std::ffi::{CStr, CString};

/// The number of an interface.
pub fn interface_index(name: &str) -> Option<u32> {
    if let Some(host) = super::place::host() {
        return host.interface_number(name);
    }
    let name = CString::new(name).ok()?;
    // SAFETY: reads a C string. Opens a socket of its own for a moment, so it runs at the clerk's.
    super::clerk::ask(move || unsafe { libc::if_nametoindex(name.as_ptr()) }).filter(|n| *n != 0)
}

/// The name of an interface.
pub fn interface_name(index: u32) -> Option<String> {
    if let Some(host) = super::place::host() {
        return host.interface_name(index);
    }
    super::clerk::ask(move || name_here(index)).flatten()
}

/// As [`interface_name`], on the calling thread.
pub fn name_here(index: u32) -> Option<String> {
    let mut name = [0u8; libc::IF_NAMESIZE];
    // SAFETY: the buffer has IF_NAMESIZE bytes, as the function asks.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
    if found.is_null() { None } else { CStr::from_bytes_until_nul(&name).ok()?.to_str().ok().map(str::to_string) }
}

/// Whether this machine, or the host the thread stands on, has the address: what bind(2) asks.
pub fn is_local(ip: std::net::IpAddr) -> Option<bool> {
    let loopback = matches!(ip, std::net::IpAddr::V4(v4) if v4.is_loopback());
    let all = addresses();
    // No interface at all, not even the loopback one: it could not be asked.
    (loopback || !all.is_empty()).then(|| loopback || all.iter().any(|a| a.1 == ip))
}

/// The addresses of the interfaces of this machine, or of the host the thread stands on, each with the interface's name (getifaddrs(3)).
pub fn addresses() -> Vec<(String, std::net::IpAddr)> {
    if let Some(host) = super::place::host() {
        return host.addresses();
    }
    super::clerk::ask(addresses_here).unwrap_or_default()
}

/// As [`addresses`], on the calling thread.
pub fn addresses_here() -> Vec<(String, std::net::IpAddr)> {
    let read = || {
        let all = nix::ifaddrs::getifaddrs().ok()?;
        let one = |i: nix::ifaddrs::InterfaceAddress| {
            let a = i.address?;
            let v4 = a.as_sockaddr_in().map(|v4| std::net::IpAddr::V4(v4.ip()));
            v4.or_else(|| a.as_sockaddr_in6().map(|v6| std::net::IpAddr::V6(v6.ip()))).map(|ip| (i.interface_name, ip))
        };
        Some(all.filter_map(one).collect())
    };
    read().unwrap_or_default()
}

/// The interfaces of this machine, by name. Opens a socket of its own for a moment, so it is asked by threads whose descriptor table is
/// not the learner's.
pub fn interfaces() -> Vec<String> {
    let names = nix::net::if_::if_nameindex();
    names.map(|all| all.iter().filter_map(|i| i.name().to_str().ok().map(str::to_string)).collect()).unwrap_or_default()
}

/// The congestion controls that TCP_CONGESTION may name here (tcp(7)); a file is opened, as above.
pub fn congestion_controls() -> Vec<String> {
    let list = std::fs::read_to_string("/proc/sys/net/ipv4/tcp_available_congestion_control");
    list.map(|l| l.split_whitespace().map(str::to_string).collect()).unwrap_or_default()
}

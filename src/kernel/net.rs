//! Network interfaces by name and number (netdevice(7)).

use std::ffi::{CStr, CString};

/// The number of an interface.
pub fn interface_index(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: reads a C string. Opens a socket of its own for a moment, so it runs at the clerk's.
    super::clerk::ask(move || unsafe { libc::if_nametoindex(name.as_ptr()) }).filter(|n| *n != 0)
}

/// The name of an interface.
pub fn interface_name(index: u32) -> Option<String> {
    super::clerk::ask(move || {
        let mut name = [0u8; libc::IF_NAMESIZE];
        // SAFETY: the buffer has IF_NAMESIZE bytes, as the function asks.
        let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
        if found.is_null() { None } else { CStr::from_bytes_until_nul(&name).ok()?.to_str().ok().map(str::to_string) }
    })
    .flatten()
}

/// Whether this machine has the address: what bind(2) asks.
pub fn is_local(ip: std::net::IpAddr) -> Option<bool> {
    super::clerk::ask(move || {
        let all = nix::ifaddrs::getifaddrs().ok()?;
        let loopback = matches!(ip, std::net::IpAddr::V4(v4) if v4.is_loopback());
        Some(
            loopback
                || all.filter_map(|i| i.address).any(|a| {
                    a.as_sockaddr_in().is_some_and(|v4| std::net::IpAddr::V4(v4.ip()) == ip)
                        || a.as_sockaddr_in6().is_some_and(|v6| std::net::IpAddr::V6(v6.ip()) == ip)
                }),
        )
    })
    .flatten()
}

/// The addresses of this machine's interfaces, each with the interface's name (getifaddrs(3)).
pub fn addresses() -> Vec<(String, std::net::IpAddr)> {
    super::clerk::ask(|| {
        let all = nix::ifaddrs::getifaddrs().ok()?;
        let one = |i: nix::ifaddrs::InterfaceAddress| {
            let a = i.address?;
            let v4 = a.as_sockaddr_in().map(|v4| std::net::IpAddr::V4(v4.ip()));
            v4.or_else(|| a.as_sockaddr_in6().map(|v6| std::net::IpAddr::V6(v6.ip()))).map(|ip| (i.interface_name, ip))
        };
        Some(all.filter_map(one).collect())
    })
    .flatten()
    .unwrap_or_default()
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

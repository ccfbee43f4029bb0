//! Socket options as raw bytes, and as values of a shape (getsockopt(2), setsockopt(2)).

use super::net::{Interface, V6};
use super::{Addr, Answer, answer};
use crate::vocabulary::{Errno, Shape};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptValue {
    Int(i64),
    Bool(bool),
    Time(Duration),
    /// On, seconds.
    Linger(bool, i32),
    Text(String),
    /// pid, uid, gid.
    Cred(i32, u32, u32),
    Error(i32),
    Domain(i32),
    Type(i32),
    Protocol(i32),
    Address(Addr),
    Interface4(Ipv4Addr),
    Interface(Interface),
    /// Group, interface address, interface.
    Mreq(Ipv4Addr, Ipv4Addr, Interface),
    MreqSource(Ipv4Addr, Ipv4Addr, Ipv4Addr),
    Mreq6(Ipv6Addr, Interface),
    GroupReq(std::net::IpAddr, Interface),
    Ports(u16, u16),
    Words(Vec<u32>),
    /// Bytes of struct tcp_info: as many as the kernel gave.
    TcpInfo(Vec<u8>),
    Bytes(Vec<u8>),
    Nothing,
}

/// getsockopt(2): the answer, the value's bytes, and their number as the kernel says it.
pub fn get_raw(fd: i32, level: i32, name: i32, room: &mut [u8]) -> (Answer, usize) {
    let mut len = room.len() as u32;
    // SAFETY: writes at most `len` bytes into an exclusive slice.
    let ret = answer(i64::from(unsafe { libc::getsockopt(fd, level, name, room.as_mut_ptr().cast(), &mut len) }));
    (ret, (len as usize).min(room.len()))
}

/// setsockopt(2).
pub fn set_raw(fd: i32, level: i32, name: i32, value: &[u8]) -> Answer {
    // SAFETY: reads the slice.
    answer(i64::from(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), value.len() as u32) }))
}

/// An int option.
pub fn int(fd: i32, level: i32, name: i32) -> Result<i32, Errno> {
    let mut room = [0; 4];
    get_raw(fd, level, name, &mut room).0.map(|_| i32::from_ne_bytes(room))
}

/// Bytes of room that a value of this shape is read into.
pub fn room_for(shape: Shape) -> usize {
    match shape {
        Shape::Bool | Shape::Int | Shape::Unsigned | Shape::Error | Shape::Domain | Shape::Type | Shape::Protocol => 4,
        Shape::Interface | Shape::InterfaceBe | Shape::Interface4 | Shape::PortRange => 4,
        Shape::U64 | Shape::Linger => 8,
        Shape::Time => 16,
        Shape::Cred => 12,
        Shape::Address => size_of::<libc::sockaddr_storage>(),
        _ => 1024,
    }
}

/// Reads an option into a value of its shape: the answer, the value, the length the kernel gave.
pub fn get(fd: i32, level: i32, name: i32, shape: Shape) -> (Answer, Option<OptValue>, usize) {
    let mut room = [0u8; 1024];
    let (ret, len) = get_raw(fd, level, name, &mut room[..room_for(shape)]);
    let value = ret.is_ok().then(|| decode(shape, &room[..len]));
    (ret, value, len)
}

fn decode(shape: Shape, b: &[u8]) -> OptValue {
    // Some options are one byte long when asked for less than an int (ip(7)); a missing byte is 0.
    let byte = |i: usize| b.get(i).copied().unwrap_or(0);
    let int = i32::from_ne_bytes([byte(0), byte(1), byte(2), byte(3)]);
    let word = |at: usize| i32::from_ne_bytes([byte(at), byte(at + 1), byte(at + 2), byte(at + 3)]);
    let long = |at: usize| i64::from_ne_bytes(std::array::from_fn(|i| byte(at + i)));
    match shape {
        Shape::Bool => match int {
            0 => OptValue::Bool(false),
            1 => OptValue::Bool(true),
            other => OptValue::Int(i64::from(other)),
        },
        Shape::Int => OptValue::Int(i64::from(int)),
        Shape::Unsigned => OptValue::Int(i64::from(int as u32)),
        Shape::U64 if b.len() >= 8 => OptValue::Int(long(0)),
        Shape::U64 => OptValue::Int(i64::from(int as u32)),
        Shape::Time => OptValue::Time(Duration::new(long(0).max(0) as u64, (long(8).clamp(0, 999_999) * 1000) as u32)),
        Shape::Linger => OptValue::Linger(int != 0, word(4)),
        Shape::Text => {
            let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
            OptValue::Text(String::from_utf8_lossy(&b[..end]).into_owned())
        }
        Shape::Cred => OptValue::Cred(int, word(4) as u32, word(8) as u32),
        Shape::Error => OptValue::Error(int),
        Shape::Domain => OptValue::Domain(int),
        Shape::Type => OptValue::Type(int),
        Shape::Protocol => OptValue::Protocol(int),
        Shape::Address => Addr::from_bytes(b).map_or(OptValue::Bytes(b.to_vec()), OptValue::Address),
        Shape::Interface4 => OptValue::Interface4(Ipv4Addr::new(byte(0), byte(1), byte(2), byte(3))),
        Shape::Interface => OptValue::Interface(Interface::numbered(int as u32)),
        Shape::InterfaceBe => OptValue::Interface(Interface::numbered(u32::from_be(int as u32))),
        Shape::PortRange => OptValue::Ports(int as u32 as u16, (int as u32 >> 16) as u16),
        Shape::Words => OptValue::Words(b.chunks_exact(4).map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]])).collect()),
        Shape::TcpInfo => OptValue::TcpInfo(b.to_vec()),
        _ => OptValue::Bytes(b.to_vec()),
    }
}

/// The bytes that setsockopt(2) reads.
pub fn encode(value: &OptValue, shape: Shape) -> Vec<u8> {
    let int = |n: i64| (n as i32).to_ne_bytes().to_vec();
    match value {
        OptValue::Int(n) if shape == Shape::U64 => n.to_ne_bytes().to_vec(),
        OptValue::Int(n) => int(*n),
        OptValue::Bool(b) => int(i64::from(*b)),
        OptValue::Time(d) => [(d.as_secs() as i64).to_ne_bytes(), i64::from(d.subsec_micros()).to_ne_bytes()].concat(),
        OptValue::Linger(on, seconds) => [i32::from(*on).to_ne_bytes(), seconds.to_ne_bytes()].concat(),
        OptValue::Text(s) => s.as_bytes().to_vec(),
        OptValue::Cred(pid, uid, gid) => [pid.to_ne_bytes(), uid.to_ne_bytes(), gid.to_ne_bytes()].concat(),
        OptValue::Error(n) | OptValue::Domain(n) | OptValue::Type(n) | OptValue::Protocol(n) => int(i64::from(*n)),
        OptValue::Address(a) => {
            let (storage, len) = a.encode();
            // SAFETY: any storage is readable as bytes.
            let all = unsafe { std::slice::from_raw_parts(std::ptr::from_ref(&storage).cast::<u8>(), size_of_val(&storage)) };
            all[..len as usize].to_vec()
        }
        OptValue::Interface4(ip) => ip.octets().to_vec(),
        OptValue::Interface(n) if shape == Shape::InterfaceBe => n.number.to_be_bytes().to_vec(),
        // IP_MULTICAST_IF by number: struct ip_mreqn with the number alone.
        OptValue::Interface(n) if shape == Shape::Interface4 => [[0; 4], [0; 4], n.number.to_ne_bytes()].concat(),
        OptValue::Interface(n) => n.number.to_ne_bytes().to_vec(),
        OptValue::Mreq(group, address, index) => [group.octets(), address.octets(), index.number.to_ne_bytes()].concat(),
        OptValue::MreqSource(group, interface, source) => [group.octets(), interface.octets(), source.octets()].concat(),
        OptValue::Mreq6(group, index) => [&group.octets()[..], &index.number.to_ne_bytes()].concat(),
        OptValue::GroupReq(group, index) => {
            let addr = Addr::from(*group);
            let mut out = u64::from(index.number).to_ne_bytes().to_vec();
            let (storage, _) = addr.encode();
            // SAFETY: any storage is readable as bytes.
            out.extend_from_slice(unsafe {
                std::slice::from_raw_parts(std::ptr::from_ref(&storage).cast::<u8>(), size_of_val(&storage))
            });
            out
        }
        OptValue::Ports(low, high) => (u32::from(*low) | u32::from(*high) << 16).to_ne_bytes().to_vec(),
        OptValue::Words(words) => words.iter().flat_map(|w| w.to_ne_bytes()).collect(),
        OptValue::TcpInfo(b) | OptValue::Bytes(b) => b.clone(),
        OptValue::Nothing => int(0),
    }
}

impl OptValue {
    /// With the name of its interface, as the place knows it where the calling thread stands.
    #[must_use]
    pub fn on_its_link(self) -> OptValue {
        match self {
            OptValue::Address(a) => OptValue::Address(a.on_its_link()),
            OptValue::Interface(i) => OptValue::Interface(i.known()),
            other => other,
        }
    }
}

impl From<std::net::IpAddr> for Addr {
    /// The address with port 0.
    fn from(ip: std::net::IpAddr) -> Addr {
        match ip {
            std::net::IpAddr::V4(v4) => Addr::V4(std::net::SocketAddrV4::new(v4, 0)),
            std::net::IpAddr::V6(v6) => Addr::V6(V6::new(v6, 0)),
        }
    }
}

//! Socket addresses: as they are typed, and as the kernel holds them (ip(7), ipv6(7), unix(7)).

use super::net::{Interface, V6};
use crate::grammar::refusal::{Code, Why};
use crate::text::messages::refusal as say;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};

/// A socket address. A path or an abstract name is bytes, not text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Addr {
    V4(SocketAddrV4),
    V6(V6),
    Path(Box<[u8]>),
    Abstract(Box<[u8]>),
    /// A unix socket without a name.
    Unnamed,
    /// AF_UNSPEC: connect(2) takes it to dissolve an association.
    Unspec,
    /// Another family: its number and the bytes behind it.
    Other(u16, Box<[u8]>),
}

/// A word that stands for an address: one, or a name that must be resolved first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddrWord {
    Addr(Addr),
    Name { host: String, service: String },
}

/// sockaddr_un.sun_path holds this many bytes (unix(7)).
pub const SUN_PATH: usize = 108;
const PATH_AT: usize = std::mem::offset_of!(libc::sockaddr_un, sun_path);

impl Addr {
    pub fn family(&self) -> i32 {
        match self {
            Addr::V4(_) => libc::AF_INET,
            Addr::V6(_) => libc::AF_INET6,
            Addr::Path(_) | Addr::Abstract(_) | Addr::Unnamed => libc::AF_UNIX,
            Addr::Unspec => libc::AF_UNSPEC,
            Addr::Other(family, _) => i32::from(*family),
        }
    }

    pub fn port(&self) -> Option<u16> {
        match self {
            Addr::V4(a) => Some(a.port()),
            Addr::V6(a) => Some(a.port),
            _ => None,
        }
    }

    /// The same address with another port.
    pub fn with_port(&self, port: u16) -> Addr {
        match self {
            Addr::V4(a) => Addr::V4(SocketAddrV4::new(*a.ip(), port)),
            Addr::V6(a) => Addr::V6(V6 { port, ..a.clone() }),
            other => other.clone(),
        }
    }

    /// Whether it says "any address of this machine".
    pub fn is_any(&self) -> bool {
        match self {
            Addr::V4(a) => a.ip().is_unspecified(),
            Addr::V6(a) => a.ip.is_unspecified(),
            _ => false,
        }
    }

    /// The IP address, with an IPv4 address written inside IPv6 taken out of it.
    pub fn ip(&self) -> Option<std::net::IpAddr> {
        match self {
            Addr::V4(a) => Some((*a.ip()).into()),
            Addr::V6(a) => Some(a.ip.to_ipv4_mapped().map_or(a.ip.into(), Into::into)),
            _ => None,
        }
    }

    /// The structure the kernel reads, and its length in bytes.
    pub fn encode(&self) -> (libc::sockaddr_storage, u32) {
        // SAFETY: sockaddr_storage is plain bytes; all zero is a value of it.
        let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
        let len = self.write(bytes_mut(&mut storage));
        (storage, len as u32)
    }

    fn write(&self, out: &mut [u8]) -> usize {
        out[..2].copy_from_slice(&(self.family() as u16).to_ne_bytes());
        match self {
            Addr::V4(a) => {
                out[2..4].copy_from_slice(&a.port().to_be_bytes());
                out[4..8].copy_from_slice(&a.ip().octets());
                16
            }
            Addr::V6(a) => {
                out[2..4].copy_from_slice(&a.port.to_be_bytes());
                out[4..8].copy_from_slice(&a.flowinfo.to_be_bytes());
                out[8..24].copy_from_slice(&a.ip.octets());
                out[24..28].copy_from_slice(&a.scope.number.to_ne_bytes());
                28
            }
            Addr::Path(path) => {
                out[PATH_AT..PATH_AT + path.len()].copy_from_slice(path);
                // The ending NUL counts, where there is room for it.
                (PATH_AT + path.len() + 1).min(PATH_AT + SUN_PATH)
            }
            Addr::Abstract(name) => {
                out[PATH_AT + 1..PATH_AT + 1 + name.len()].copy_from_slice(name);
                PATH_AT + 1 + name.len()
            }
            Addr::Unnamed => PATH_AT,
            Addr::Unspec => 16,
            Addr::Other(_, rest) => {
                let n = rest.len().min(out.len() - 2);
                out[2..2 + n].copy_from_slice(&rest[..n]);
                2 + n
            }
        }
    }

    /// Length of the structure as it would be passed.
    pub fn encoded_len(&self) -> u32 {
        self.encode().1
    }

    /// With the name of the interface that it counts on, as the place knows it where the calling thread stands.
    #[must_use]
    pub fn on_its_link(mut self) -> Addr {
        if let Addr::V6(a) = &mut self {
            a.scope = std::mem::take(&mut a.scope).known();
        }
        self
    }

    /// Reads what the kernel wrote. `None` where it wrote nothing (recvfrom on a stream).
    pub fn decode(storage: &libc::sockaddr_storage, len: u32) -> Option<Addr> {
        Addr::from_bytes(&bytes(storage)[..(len as usize).min(size_of::<libc::sockaddr_storage>())])
    }

    pub fn from_bytes(b: &[u8]) -> Option<Addr> {
        if b.len() < 2 {
            return None;
        }
        let be16 = |at: usize| u16::from_be_bytes([b[at], b[at + 1]]);
        let family = u16::from_ne_bytes([b[0], b[1]]);
        Some(match i32::from(family) {
            libc::AF_INET if b.len() >= 8 => Addr::V4(SocketAddrV4::new(Ipv4Addr::new(b[4], b[5], b[6], b[7]), be16(2))),
            libc::AF_INET6 if b.len() >= 28 => {
                let ip: [u8; 16] = b[8..24].try_into().ok()?;
                let flowinfo = u32::from_be_bytes(b[4..8].try_into().ok()?);
                let scope = Interface::numbered(u32::from_ne_bytes(b[24..28].try_into().ok()?));
                Addr::V6(V6 { ip: ip.into(), port: be16(2), flowinfo, scope })
            }
            libc::AF_UNIX => match &b[PATH_AT.min(b.len())..] {
                [] => Addr::Unnamed,
                [0, name @ ..] => Addr::Abstract(name.into()),
                path => {
                    let end = path.iter().position(|c| *c == 0).unwrap_or(path.len());
                    Addr::Path(path[..end].into())
                }
            },
            libc::AF_UNSPEC => Addr::Unspec,
            _ => Addr::Other(family, b[2..].into()),
        })
    }
}

fn bytes(storage: &libc::sockaddr_storage) -> &[u8] {
    // SAFETY: any storage is readable as that many bytes.
    unsafe { std::slice::from_raw_parts(std::ptr::from_ref(storage).cast(), size_of::<libc::sockaddr_storage>()) }
}

fn bytes_mut(storage: &mut libc::sockaddr_storage) -> &mut [u8] {
    // SAFETY: any bytes are a storage, and the borrow is exclusive.
    unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(storage).cast(), size_of::<libc::sockaddr_storage>()) }
}

/// Bytes of a unix name as text: what is not printable UTF-8 is escaped.
fn show_name(name: &[u8], f: &mut impl fmt::Write) -> fmt::Result {
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                c if c.is_control() => write!(f, "\\x{:02x}", c as u32)?,
                c => f.write_char(c)?,
            }
        }
        for b in chunk.invalid() {
            write!(f, "\\x{b:02x}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Addr {
    /// As it is typed at the prompt; an unnamed one is empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Addr::V4(a) => {
                // Far cheaper than the formatter of the standard library, and this runs at each step.
                let [a1, a2, a3, a4] = a.ip().octets();
                let mut text = String::with_capacity(24);
                for (i, part) in [a1, a2, a3, a4].into_iter().enumerate() {
                    text.push_str(if i == 0 { "" } else { "." });
                    push_number(&mut text, u32::from(part));
                }
                text.push(':');
                push_number(&mut text, u32::from(a.port()));
                f.write_str(&text)
            }
            Addr::V6(a) => a.fmt(f),
            Addr::Path(p) => show_name(p, f),
            Addr::Abstract(n) => {
                f.write_str("@")?;
                show_name(n, f)
            }
            Addr::Unnamed => Ok(()),
            Addr::Unspec => f.write_str("unspec"),
            Addr::Other(family, rest) => write!(f, "family {family}, {} bytes", rest.len()),
        }
    }
}

fn push_number(out: &mut String, n: u32) {
    let mut digits = [0u8; 10];
    let mut at = 10;
    let mut n = n;
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|d| *d as char));
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Addr({self})")
    }
}

impl Serialize for Addr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let (storage, len) = self.encode();
        let mut saved: String = bytes(&storage)[..len as usize].iter().map(|b| format!("{b:02x}")).collect();
        if let Addr::V6(V6 { scope: Interface { name: Some(name), .. }, .. }) = self {
            saved.push('%');
            saved.push_str(name);
        }
        s.serialize_str(&saved)
    }
}

impl<'de> Deserialize<'de> for Addr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Addr, D::Error> {
        let saved = String::deserialize(d)?;
        let (hex, interface) = saved.split_once('%').map_or((&*saved, None), |(hex, name)| (hex, Some(name)));
        let bytes: Option<Vec<u8>> =
            (0..hex.len() / 2).map(|i| hex.get(2 * i..2 * i + 2).and_then(|h| u8::from_str_radix(h, 16).ok())).collect();
        let mut addr = bytes.and_then(|b| Addr::from_bytes(&b)).ok_or_else(|| serde::de::Error::custom("no address"))?;
        if let Addr::V6(a) = &mut addr {
            a.scope.name = interface.map(Into::into);
        }
        Ok(addr)
    }
}

/// Whether a word has the form of an address, right or wrong: what completion and optional parameters ask.
pub fn looks_like(word: &str) -> bool {
    word == "unspec"
        || word.starts_with(['/', '@', ':', '['])
        || word.starts_with("./")
        || word.starts_with("../")
        || word.contains(':')
}

/// Reads a word as an address. `[::1]:9000`, `:9000`, `/tmp/x.sock`, `@name`, `localhost:http`.
///
/// # Errors
/// A port out of range, a path longer than `sun_path`, an address that is none: with the reason.
pub fn parse(word: &str) -> Result<AddrWord, Why> {
    let bad = |text| Err((Code::BadValue, text));
    let found = |a| Ok(AddrWord::Addr(a));
    if word.eq_ignore_ascii_case("unspec") || word == "AF_UNSPEC" {
        return found(Addr::Unspec);
    }
    if let Some(name) = word.strip_prefix('@') {
        let name = unescape(name);
        return match name.len() < SUN_PATH {
            true => found(Addr::Abstract(name.into())),
            false => bad(say::path_too_long(name.len(), SUN_PATH - 1)),
        };
    }
    if word.starts_with('/') || word.starts_with("./") || word.starts_with("../") {
        let path = unescape(word);
        return match path.len() <= SUN_PATH {
            true => found(Addr::Path(path.into())),
            false => bad(say::path_too_long(path.len(), SUN_PATH)),
        };
    }
    if let Some(rest) = word.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else { return bad(say::not_an_address(word)) };
        let Some(port) = port.strip_prefix(':') else { return bad(say::port_missing(word)) };
        let (ip, scope) = host.split_once('%').map_or((host, None), |(ip, s)| (ip, Some(s)));
        let Ok(ip) = ip.parse::<Ipv6Addr>() else { return bad(say::not_an_address(word)) };
        let scope = match scope {
            None => Interface::default(),
            Some(s) => match Interface::find(s) {
                Some(interface) => interface,
                None => return bad(say::unknown_interface(s)),
            },
        };
        return match number_port(port)? {
            Some(port) => found(Addr::V6(V6 { scope, ..V6::new(ip, port) })),
            None => Ok(AddrWord::Name { host: host.into(), service: port.into() }),
        };
    }
    let Some((host, port)) = word.rsplit_once(':') else {
        return if word.parse::<Ipv4Addr>().is_ok() { bad(say::port_missing(word)) } else { bad(say::not_an_address(word)) };
    };
    if host.contains(':') {
        return if word.parse::<Ipv6Addr>().is_ok() { bad(say::bare_ipv6(word)) } else { bad(say::not_an_address(word)) };
    }
    if port.is_empty() || host.contains(['/', '"', '@']) {
        return bad(say::not_an_address(word));
    }
    let ip = if host.is_empty() { Some(Ipv4Addr::UNSPECIFIED) } else { host.parse::<Ipv4Addr>().ok() };
    match (ip, number_port(port)?) {
        (Some(ip), Some(port)) => found(Addr::V4(SocketAddrV4::new(ip, port))),
        (None, Some(port)) if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            bad(say::not_an_address(format!("{host}:{port}")))
        }
        (_, _) => Ok(AddrWord::Name { host: host.into(), service: port.into() }),
    }
}

/// A numeric port, or `None` for a service's name.
fn number_port(port: &str) -> Result<Option<u16>, Why> {
    if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) {
        return port.parse().map(Some).map_err(|_| (Code::BadValue, say::port_range(port)));
    }
    let named = port.starts_with(|c: char| c.is_ascii_alphabetic())
        && port.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_+.".contains(&b));
    if named { Ok(None) } else { Err((Code::BadValue, say::port_range(port))) }
}

/// Undoes `show_name`: `\xNN` and `\\`.
fn unescape(word: &str) -> Vec<u8> {
    let b = word.as_bytes();
    let mut out = Vec::with_capacity(b.len());
    let mut at = 0;
    while at < b.len() {
        let hex = (b[at] == b'\\' && b.get(at + 1) == Some(&b'x')).then(|| word.get(at + 2..at + 4)).flatten();
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 4;
            }
            None if b[at] == b'\\' && b.get(at + 1) == Some(&b'\\') => {
                out.push(b'\\');
                at += 2;
            }
            None => {
                out.push(b[at]);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(word: &str) -> String {
        match parse(word) {
            Ok(AddrWord::Addr(a)) => a.to_string(),
            Ok(AddrWord::Name { host, service }) => format!("name {host} {service}"),
            Err((_, text)) => text.in_lang(crate::text::Lang::En),
        }
    }

    #[test]
    fn addresses_are_read_and_shown_alike() {
        for word in ["127.0.0.1:9000", "[::1]:9000", "/tmp/x.sock", "./x.sock", "@name", "@a\\x00b", "0.0.0.0:0", "unspec"] {
            assert_eq!(shown(word), word);
        }
        assert_eq!(shown(":9000"), "0.0.0.0:9000");
        assert_eq!(shown("localhost:http"), "name localhost http");
        assert_eq!(shown("localhost:80"), "name localhost 80");
    }

    #[test]
    fn wrong_addresses_say_what_is_wrong() {
        assert!(shown("127.0.0.1:65536").contains("0 to 65535"));
        assert!(shown("127.0.0.1").contains("has no port"));
        assert!(shown("::1:9000").contains("brackets"));
        assert!(shown(&format!("/{}", "x".repeat(200))).contains("at most 108"));
        assert!(shown("300.1.1.1:80").contains("not an address"));
        assert!(shown("hello").contains("not an address"));
    }

    #[test]
    fn the_kernels_form_comes_back() {
        for word in ["127.0.0.1:9000", "[fe80::1]:1", "/tmp/x.sock", "@abstract"] {
            let Ok(AddrWord::Addr(a)) = parse(word) else { panic!() };
            let (storage, len) = a.encode();
            assert_eq!(Addr::decode(&storage, len), Some(a));
        }
    }
}

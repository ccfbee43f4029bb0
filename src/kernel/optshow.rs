//! The value of an option in one word or a few, the same in every language: as it would be typed, or as strace names it.

use super::opt::OptValue;
use crate::grammar::number::show_duration;
use crate::vocabulary::{self as voc, Errno};
use std::fmt::Write;

/// Bytes shown of a long value.
const MOST: usize = 32;

/// `1`, `500ms`, `on 5`, `cubic`, `SOCK_STREAM`, `hex:0102`.
pub fn show(value: &OptValue) -> String {
    match value {
        OptValue::Int(n) => n.to_string(),
        OptValue::Bool(b) => u8::from(*b).to_string(),
        OptValue::Time(d) => show_duration(*d),
        OptValue::Linger(true, seconds) => format!("on {seconds}"),
        OptValue::Linger(false, _) => "off".into(),
        OptValue::Text(s) if s.is_empty() => "\"\"".into(),
        OptValue::Text(s) => s.clone(),
        // What the kernel answers where there is no peer whose credentials it could know: 0, -1, -1.
        OptValue::Cred(pid, uid, gid) => format!("pid {pid}, uid {}, gid {}", *uid as i32, *gid as i32),
        OptValue::Error(0) => "0".into(),
        OptValue::Error(n) => Errno(*n).name().into_owned(),
        OptValue::Domain(n) => voc::FAMILIES.name_or_number(i64::from(*n)).into_owned(),
        OptValue::Type(n) => voc::type_name(*n).into_owned(),
        OptValue::Protocol(n) => voc::PROTOCOLS.name_or_number(i64::from(*n)).into_owned(),
        OptValue::Address(a) => a.to_string(),
        OptValue::Interface4(ip) => ip.to_string(),
        OptValue::Interface(i) => i.to_string(),
        OptValue::Mreq(group, address, index) => format!("{group} {address} {index}"),
        OptValue::MreqSource(group, address, source) => format!("{group} {address} {source}"),
        OptValue::Mreq6(group, index) => format!("{group} {index}"),
        OptValue::GroupReq(group, index) => format!("{group} {index}"),
        OptValue::Ports(low, high) => format!("{low}-{high}"),
        OptValue::Words(words) => words.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
        OptValue::TcpInfo(b) | OptValue::Bytes(b) => hex(b),
        OptValue::Nothing => String::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::from("hex:");
    for b in bytes.iter().take(MOST) {
        let _ = write!(out, "{b:02x}");
    }
    if bytes.len() > MOST {
        let _ = write!(out, "… ({})", bytes.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn values_are_short_and_typable() {
        assert_eq!(show(&OptValue::Bool(true)), "1");
        assert_eq!(show(&OptValue::Time(Duration::from_millis(500))), "500ms");
        assert_eq!(show(&OptValue::Linger(true, 5)), "on 5");
        assert_eq!(show(&OptValue::Type(libc::SOCK_STREAM)), "SOCK_STREAM");
        assert_eq!(show(&OptValue::Interface(crate::kernel::net::Interface::find("lo").unwrap())), "lo");
        assert_eq!(show(&OptValue::Bytes(vec![1, 2])), "hex:0102");
        assert!(show(&OptValue::Bytes(vec![0; 1000])).ends_with("… (1000)"));
    }
}

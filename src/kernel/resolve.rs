//! getaddrinfo(3): the one library function that stands beside the calls.

use super::Addr;
use std::ffi::{CStr, CString};

/// One answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Resolved {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub addr: Addr,
    pub canonical: Option<String>,
}

/// Asks the resolver. 0 stands for "any" in family, kind and protocol. It runs at the clerk's: the resolver opens files and sockets.
///
/// # Errors
/// The EAI_… number, and the errno if that is EAI_SYSTEM.
pub fn resolve(host: &str, service: &str, family: i32, kind: i32, protocol: i32, flags: i32) -> Result<Vec<Resolved>, (i32, i32)> {
    let c = |s: &str| CString::new(s).map_err(|_| (libc::EAI_NONAME, 0));
    let (host, service) = (c(host)?, c(service)?);
    let errand = move || {
        // SAFETY: plain data; all zero means "no hint".
        let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
        hints.ai_family = family;
        hints.ai_socktype = kind;
        hints.ai_protocol = protocol;
        hints.ai_flags = flags;
        let or_null = |s: &CString| if s.is_empty() { std::ptr::null() } else { s.as_ptr() };
        let mut list = std::ptr::null_mut();
        // SAFETY: the strings and the hints outlive the call; `list` is freed below.
        let code = unsafe { libc::getaddrinfo(or_null(&host), or_null(&service), &hints, &mut list) };
        if code != 0 {
            return Err((code, if code == libc::EAI_SYSTEM { super::last().0 } else { 0 }));
        }
        let mut found = Vec::new();
        let mut at = list;
        // SAFETY: the list is what getaddrinfo made: each entry valid, the last one's next null; read before it is freed.
        unsafe {
            while let Some(entry) = at.as_ref() {
                let bytes = std::slice::from_raw_parts(entry.ai_addr.cast::<u8>(), entry.ai_addrlen as usize);
                let canonical =
                    (!entry.ai_canonname.is_null()).then(|| CStr::from_ptr(entry.ai_canonname).to_string_lossy().into_owned());
                if let Some(addr) = Addr::from_bytes(bytes) {
                    found.push(Resolved {
                        family: entry.ai_family,
                        kind: entry.ai_socktype,
                        protocol: entry.ai_protocol,
                        addr,
                        canonical,
                    });
                }
                at = entry.ai_next;
            }
            libc::freeaddrinfo(list);
        }
        Ok(found)
    };
    super::clerk::ask(errand).unwrap_or(Err((libc::EAI_AGAIN, 0)))
}

/// The names of gai_strerror(3)'s numbers.
pub fn eai_name(code: i32) -> &'static str {
    match code {
        libc::EAI_BADFLAGS => "EAI_BADFLAGS",
        libc::EAI_NONAME => "EAI_NONAME",
        libc::EAI_AGAIN => "EAI_AGAIN",
        libc::EAI_FAIL => "EAI_FAIL",
        libc::EAI_FAMILY => "EAI_FAMILY",
        libc::EAI_SOCKTYPE => "EAI_SOCKTYPE",
        libc::EAI_SERVICE => "EAI_SERVICE",
        libc::EAI_MEMORY => "EAI_MEMORY",
        libc::EAI_SYSTEM => "EAI_SYSTEM",
        libc::EAI_NODATA => "EAI_NODATA",
        _ => "EAI_OTHER",
    }
}

/// The C library's words for an EAI_… number.
pub fn eai_words(code: i32) -> String {
    // SAFETY: gai_strerror returns a static string for any number.
    unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned()
}

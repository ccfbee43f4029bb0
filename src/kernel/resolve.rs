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

/// What the resolver answered: addresses, or the EAI_… number and, for EAI_SYSTEM, the errno.
pub type Answer = Result<Vec<Resolved>, (i32, i32)>;

/// What is asked for; 0 stands for "any".
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Hints {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub flags: i32,
}

/// How often a waiting question is looked after.
pub const LOOK: std::time::Duration = std::time::Duration::from_millis(10);

/// Asks the resolver, in a thread with a descriptor table of its own: it opens files and sockets. getaddrinfo cannot be interrupted, so
/// when `stopped` says so its thread is left to itself, and the answer is EINTR.
///
/// # Errors
/// The EAI_… number, and the errno if that is EAI_SYSTEM.
pub fn resolve(host: &str, service: &str, hints: Hints, stopped: impl Fn() -> bool) -> Answer {
    if let Some(there) = super::place::host() {
        return there.resolve(host, service, hints, stopped);
    }
    let errand = question(host, service, hints)?;
    let (send, receive) = std::sync::mpsc::channel();
    let body = move || {
        super::thread::own_table();
        let _ = send.send(errand());
    };
    if std::thread::Builder::new().name("resolver".into()).stack_size(512 << 10).spawn(body).is_err() {
        return Err((libc::EAI_MEMORY, 0));
    }
    loop {
        match receive.recv_timeout(LOOK) {
            Ok(answer) => return answer,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) if !stopped() => {}
            Err(_) => return Err((libc::EAI_SYSTEM, libc::EINTR)),
        }
    }
}

/// Asks the resolver on the calling thread, however long it takes.
///
/// # Errors
/// As for [`resolve`].
pub fn here(host: &str, service: &str, hints: Hints) -> Answer {
    question(host, service, hints)?()
}

fn question(host: &str, service: &str, asked: Hints) -> Result<impl FnOnce() -> Answer + Send + use<>, (i32, i32)> {
    let c = |s: &str| CString::new(s).map_err(|_| (libc::EAI_NONAME, 0));
    let (host, service) = (c(host)?, c(service)?);
    Ok(move || {
        // SAFETY: plain data; all zero means "no hint".
        let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
        hints.ai_family = asked.family;
        hints.ai_socktype = asked.kind;
        hints.ai_protocol = asked.protocol;
        hints.ai_flags = asked.flags;
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
    })
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

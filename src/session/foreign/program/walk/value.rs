//! What the names of a program stand for, as far as it can be known without running it.

use super::super::tree::{At, Function};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Nothing,
    Int(i64),
    /// A number that htons has turned into the network's order.
    Turned(i64),
    Float(f64),
    Bytes(Vec<u8>),
    Text(Vec<u8>),
    List(Vec<Value>),
    /// A constant by its name, several joined by `|`.
    Word(String),
    /// A socket by the name that it has here.
    Socket(String),
    /// An address in our words.
    Address(String),
    /// What a socket received last.
    Received(String),
    /// What a call answered: whether it failed, or the peer has closed.
    Answer(Answer),
    /// A structure of C, its fields by their whole path (`sin_addr.s_addr`).
    Fields(BTreeMap<String, Value>),
    /// C: where a variable stands, with a path inside it.
    Pointer(String, String),
    Function(Rc<Function>),
    /// Something of a library: `socket.socket`, a method of a value.
    Library(String),
    /// A thread, not yet started.
    Thread(Rc<Function>, Vec<Value>),
    /// A candidate of getaddrinfo: host, service, and the fields of its hints.
    Candidate {
        host: Box<Value>,
        service: Box<Value>,
        hints: Box<Value>,
    },
    Unknown(Unknown),
}

/// What only a run can tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Unknown {
    /// Given on the command line.
    Argument,
    /// Typed while it runs.
    Typed,
    /// Made of something that only a run can tell, at this place.
    Made(At),
    /// How many bytes a call received or sent.
    Count,
    /// Which family getaddrinfo answers first.
    Family,
    /// What a problem that was already reported has left behind.
    Spoilt,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// 0, or an error.
    Status,
    /// 1, or an error.
    One,
    /// A count of bytes sent, or an error.
    Sent,
    /// A count of bytes received: 0 where the peer has closed.
    Got,
    /// fork's: 0 in the child.
    Fork,
}

impl Value {
    pub fn unknown(at: At) -> Value {
        Value::Unknown(Unknown::Made(at))
    }

    /// The bytes of a text or of bytes.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(b) | Value::Text(b) => Some(b),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<String> {
        self.bytes().map(|b| String::from_utf8_lossy(b).into_owned())
    }

    pub fn spoilt(&self) -> bool {
        match self {
            Value::Unknown(Unknown::Spoilt) => true,
            Value::List(all) => all.iter().any(Value::spoilt),
            _ => false,
        }
    }

    /// Whether it is true as a condition, where that can be known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Nothing => Some(false),
            Value::Int(n) | Value::Turned(n) => Some(*n != 0),
            Value::Float(n) => Some(*n != 0.0),
            Value::Bytes(b) | Value::Text(b) => Some(!b.is_empty()),
            Value::List(all) => Some(!all.is_empty()),
            Value::Socket(_) | Value::Function(_) | Value::Pointer(..) | Value::Candidate { .. } => Some(true),
            Value::Word(w) if matches!(w.as_str(), "True" | "true") => Some(true),
            Value::Word(w) if matches!(w.as_str(), "False" | "false") => Some(false),
            _ => None,
        }
    }

    /// A whole number, also of words that C and Python have for one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Value::Int(n) | Value::Turned(n) => Some(*n),
            Value::Word(w) => Some(match w.as_str() {
                "True" | "true" => 1,
                "False" | "false" | "INADDR_ANY" => 0,
                "SOMAXCONN" => 4096,
                "INADDR_LOOPBACK" => i64::from(u32::from(Ipv4Addr::LOCALHOST)),
                "INADDR_BROADCAST" => i64::from(u32::MAX),
                "BUFSIZ" => 8192,
                "INET_ADDRSTRLEN" => 16,
                "INET6_ADDRSTRLEN" => 46,
                "STDIN_FILENO" => 0,
                "STDOUT_FILENO" => 1,
                "STDERR_FILENO" => 2,
                _ => return None,
            }),
            _ => None,
        }
    }
}

/// Bytes as a word of data: quoted where they are text, in hexadecimal otherwise.
pub fn data_word(bytes: &[u8]) -> String {
    let printable = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t' | '\0');
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(printable) => {
            let mut out = String::from("\"");
            for c in text.chars() {
                match c {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    '\r' => out.push_str("\\r"),
                    '\n' => out.push_str("\\n"),
                    '\t' => out.push_str("\\t"),
                    '\0' => out.push_str("\\0"),
                    c => out.push(c),
                }
            }
            out + "\""
        }
        _ => bytes.iter().fold("hex:".to_string(), |word, byte| word + &format!("{byte:02x}")),
    }
}

/// The path of a unix socket, or its abstract name, as an address; none where it has no such form.
pub fn path_word(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let plain = |t: &str| !t.is_empty() && t.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"\"{};#".contains(c));
    if let Some(name) = text.strip_prefix('\0') {
        return plain(name).then(|| format!("@{name}"));
    }
    plain(text).then(|| if text.starts_with(['/', '.']) { text.to_string() } else { format!("./{text}") })
}

/// A host and a port as an address.
pub fn inet_word(host: &str, port: &str, six: bool) -> String {
    let host = match host {
        "" if six => "::",
        "" => "0.0.0.0",
        "<broadcast>" => "255.255.255.255",
        host => host,
    };
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

//! C's functions, its structures and where they stand.

mod fields;

use super::address::Given;
use super::value::{Answer, Unknown, Value};
use super::{Step, Walker};
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::text::messages::foreign as words;
use std::net::{Ipv4Addr, Ipv6Addr};

impl Walker<'_> {
    pub(super) fn c_call(&mut self, name: &str, args: &[Expr], at: At) -> Step<Value> {
        if name == "write"
            && args.first().is_some_and(|a| matches!(a.what, What::Int(1 | 2)) || self.words(a.at).starts_with("STD"))
        {
            self.quietly(name, at);
            return Ok(Value::unknown(at));
        }
        if super::names::is_plain(name) && !matches!(name, "strlen" | "fgets" | "ntohs" | "ntohl") {
            args.iter().try_for_each(|a| self.shown(a))?;
            self.quietly(name, at);
            return Ok(Value::Answer(Answer::Status));
        }
        if matches!(name, "memset" | "bzero") {
            self.cleared(args)?;
            return Ok(Value::Int(0));
        }
        let places: Vec<At> = args.iter().map(|a| a.at).collect();
        self.counted("", name, &places, at)?;
        let hints = std::mem::take(&mut self.hints);
        let mut values = Vec::new();
        for arg in args {
            values.push((self.eval(arg)?, arg.at));
        }
        self.hints = hints;
        if values.iter().any(|v| v.0.spoilt()) {
            return Ok(Value::Unknown(Unknown::Spoilt));
        }
        let first = values.first().cloned().unwrap_or((Value::Nothing, at));
        if super::names::is_c_call(name) && !matches!(name, "socket" | "socketpair" | "unlink" | "remove") {
            // read(0, …): the terminal.
            if matches!(first.0.int(), Some(0..=2)) && matches!(name, "read" | "write" | "close") {
                if let (true, Some((Value::Pointer(buffer, _), _))) = (name == "read", values.get(1)) {
                    self.set(&buffer.clone(), Value::Unknown(Unknown::Typed));
                }
                self.quietly(name, at);
                return Ok(Value::unknown(at));
            }
            if let ("close", Value::Socket(socket)) = (name, &first.0) {
                self.close(socket, at);
                return Ok(Value::Answer(Answer::Status));
            }
            let Some(socket) = self.the_socket(&first.0, first.1)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
            return self.on_descriptor(name, &socket, args, &values, at);
        }
        self.c_library(name, args, &values, at)
    }

    /// A call whose first argument is a socket.
    fn on_descriptor(&mut self, name: &str, s: &str, args: &[Expr], values: &[(Value, At)], at: At) -> Step<Value> {
        let nothing = (Value::Nothing, at);
        let arg = |n: usize| values.get(n).unwrap_or(&nothing);
        let (second, third) = (arg(1), arg(2));
        let family = self.families.get(s).cloned();
        let family = family.as_deref();
        let given = |n: usize| Given { value: &values.get(n).unwrap_or(&nothing).0, at: arg(n).1, parts: &[] };
        Ok(match name {
            "bind" | "connect" => {
                let Some(address) = self.address(given(1), family)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
                self.address_length(args, values, 2, family)?;
                self.line(at, format!("{name} {s} {address}"));
                Value::Answer(Answer::Status)
            }
            "listen" => {
                let Some(backlog) = self.number(&second.0, second.1)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
                self.line(at, format!("listen {s} {backlog}"));
                Value::Answer(Answer::Status)
            }
            "accept" | "accept4" => {
                let flags = self.flags(values.get(3).map(|v| &v.0), arg(3).1)?;
                let made = self.accept(at, s, &flags);
                self.fill_address(&second.0, format!("{{{made}.peer}}"));
                Value::Socket(made)
            }
            "getsockname" | "getpeername" => {
                self.line(at, format!("{name} {s}"));
                let field = if name == "getsockname" { "local" } else { "peer" };
                self.fill_address(&second.0, format!("{{{s}.{field}}}"));
                Value::Answer(Answer::Status)
            }
            "send" | "write" | "sendto" => {
                let Some(data) = self.sent(args, second, third)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
                let flags = self.flags(values.get(3).map(|v| &v.0), arg(3).1)?;
                // Without an address it is send.
                let to = match arg(4) {
                    (Value::Nothing | Value::Int(0), _) => None,
                    _ if name == "sendto" => {
                        let address = self.address(given(4), family)?;
                        self.address_length(args, values, 5, family)?;
                        address
                    }
                    _ => None,
                };
                match to {
                    Some(to) => self.line(at, format!("sendto {s} {data} {to}{flags}")),
                    None if name == "sendto" => self.line(at, format!("send {s} {data}{flags}")),
                    None => self.line(at, format!("{name} {s} {data}{flags}")),
                }
                Value::Answer(Answer::Sent)
            }
            "recv" | "read" | "recvfrom" => {
                let Some(room) = self.number(&third.0, third.1)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
                let flags = self.flags(values.get(3).map(|v| &v.0), arg(3).1)?;
                self.line(at, format!("{name} {s} {room}{flags}"));
                if let Some(buffer) = args.get(1).and_then(buffer) {
                    self.set(&buffer, Value::Received(s.to_string()));
                }
                self.fill_address(&arg(4).0, format!("{{{s}.sender}}"));
                Value::Answer(Answer::Got)
            }
            "shutdown" => {
                let how = self.how(&second.0, second.1)?;
                self.line(at, format!("shutdown {s} {how}"));
                Value::Answer(Answer::Status)
            }
            "setsockopt" | "getsockopt" => return self.option(name, s, values, at),
            "fcntl" => {
                let command = self.word(&second.0, second.1)?;
                match command.as_str() {
                    "F_SETFL" => {
                        let flags = match &third.0 {
                            Value::Word(w) => w.split('|').filter(|f| *f != "F_GETFL").collect::<Vec<_>>().join("|"),
                            Value::Int(0) => "0".into(),
                            v => return Err(self.not_known(v, third.1)),
                        };
                        self.line(at, format!("fcntl {s} setfl {flags}"));
                        Value::Answer(Answer::Status)
                    }
                    "F_GETFL" => {
                        self.line(at, format!("fcntl {s} getfl"));
                        // What stands there without any flag set; F_SETFL leaves the rest as it is.
                        Value::Int(0)
                    }
                    _ => return Err(self.cannot(at, words::foreign_call(self.words(at)))),
                }
            }
            "dup" => {
                let made = self.makes(at, &format!("dup {s}"));
                self.of_same_family(&made, s);
                Value::Socket(made)
            }
            _ => return Err(self.cannot(at, self.no_call(name, at))),
        })
    }

    /// What is sent: so many bytes of a buffer, or what was received into it.
    fn sent(&mut self, args: &[Expr], data: &(Value, At), length: &(Value, At)) -> Step<Option<String>> {
        let mut value = match &data.0 {
            Value::Pointer(name, _) => self.get(name).cloned().unwrap_or(Value::unknown(data.1)),
            other => other.clone(),
        };
        let whole = matches!(length.0, Value::Answer(Answer::Got) | Value::Unknown(Unknown::Count));
        match &mut value {
            Value::Bytes(bytes) => {
                let Some(length) = self.number(&length.0, length.1)? else { return Ok(None) };
                let length = usize::try_from(length).map_err(|_| self.not_known(&Value::Nothing, data.1))?;
                let room = args.get(1).and_then(buffer).and_then(|b| self.sizes.get(&b).copied()).unwrap_or(bytes.len() as i64 + 1);
                // Behind a text in C stands a zero, and behind that, in an array, more of them.
                if length as i64 > room {
                    return Err(self.cannot(data.1, words::foreign_beyond(length, room)));
                }
                bytes.resize(length, 0);
            }
            Value::Received(_) if !whole && length.0.int().is_some() => {
                return Err(self.cannot(length.1, words::foreign_part_received(self.words(length.1))));
            }
            _ => {}
        }
        self.data(&value, data.1)
    }

    /// Functions that say nothing to a socket, or make one.
    fn c_library(&mut self, name: &str, args: &[Expr], values: &[(Value, At)], at: At) -> Step<Value> {
        let value = |n: usize| values.get(n).map_or(Value::Nothing, |v| v.0.clone());
        let place = |n: usize| values.get(n).map_or(at, |v| v.1);
        let pointed = |w: &Self, n: usize| match value(n) {
            Value::Pointer(name, path) if path.is_empty() => w.get(&name).cloned().unwrap_or(Value::Nothing),
            v => v,
        };
        Ok(match name {
            "socket" => {
                let kind = self.kind((&value(0), place(0)), (&value(1), place(1)), (&value(2), place(2)))?;
                self.socket(at, &kind)
            }
            "socketpair" => {
                let kind = self.kind((&value(0), place(0)), (&value(1), place(1)), (&value(2), place(2)))?;
                let into = args.get(3).and_then(buffer).unwrap_or_default();
                self.hints = vec![format!("{into}0"), format!("{into}1")];
                let (a, b) = self.makes_two(at, &kind);
                self.set(&into, Value::List(vec![Value::Socket(a), Value::Socket(b)]));
                Value::Answer(Answer::Status)
            }
            "unlink" | "remove" => {
                if let Some(path) = self.path(&pointed(self, 0), place(0))? {
                    self.line(at, format!("unlink {path}"));
                }
                Value::Answer(Answer::Status)
            }
            "htons" | "ntohs" => match value(0).int() {
                Some(n) => Value::Turned(i64::from((n as u16).to_be())),
                None => value(0),
            },
            "htonl" | "ntohl" => match value(0).int() {
                Some(n) => Value::Int(i64::from((n as u32).to_be())),
                None => value(0),
            },
            "inet_addr" => match pointed(self, 0).text().and_then(|t| t.parse::<Ipv4Addr>().ok()) {
                Some(ip) => Value::Int(i64::from(u32::from_ne_bytes(ip.octets()))),
                None => return Err(self.not_known(&pointed(self, 0), place(0))),
            },
            "inet_pton" | "inet_aton" => {
                let (text, to) = if name == "inet_pton" { (1, 2) } else { (0, 1) };
                let host = pointed(self, text);
                let fits = host.text().is_some_and(|t| t.parse::<Ipv4Addr>().is_ok() || t.parse::<Ipv6Addr>().is_ok());
                if !fits {
                    return Err(self.not_known(&host, place(text)));
                }
                if let Value::Pointer(variable, path) = value(to) {
                    self.put(&variable, &path, host);
                }
                Value::Answer(Answer::One)
            }
            "gethostbyname" => Value::Candidate {
                host: Box::new(pointed(self, 0)),
                service: Box::new(Value::Nothing),
                hints: Box::new(Value::Nothing),
            },
            "getaddrinfo" => {
                let candidate = Value::Candidate {
                    host: Box::new(pointed(self, 0)),
                    service: Box::new(pointed(self, 1)),
                    hints: Box::new(pointed(self, 2)),
                };
                if let Value::Pointer(variable, _) = value(3) {
                    self.set(&variable, candidate);
                }
                Value::Answer(Answer::Status)
            }
            "strcpy" | "strncpy" | "memcpy" | "bcopy" | "memmove" | "strlcpy" | "strcat" | "snprintf" | "sprintf" => {
                self.copied(name, args, values, at)?;
                Value::Answer(Answer::Sent)
            }
            "strlen" => match pointed(self, 0) {
                Value::Bytes(b) => Value::Int(b.iter().position(|c| *c == 0).unwrap_or(b.len()) as i64),
                Value::Received(_) => Value::Unknown(Unknown::Count),
                v @ Value::Unknown(_) => v,
                _ => Value::unknown(at),
            },
            "atoi" | "strtol" => match pointed(self, 0) {
                v @ Value::Unknown(_) => v,
                v => v.text().and_then(|t| t.trim().parse().ok()).map_or(Value::unknown(at), Value::Int),
            },
            "fgets" | "scanf" | "gets" | "getline" | "getchar" => {
                for arg in args {
                    if let Some(buffer) = buffer(arg) {
                        self.set(&buffer, Value::Unknown(Unknown::Typed));
                    }
                }
                Value::Unknown(Unknown::Typed)
            }
            "fork" => Value::Answer(Answer::Fork),
            "pthread_create" => match (pointed(self, 2), pointed(self, 3)) {
                (Value::Function(f), Value::Socket(s)) if self.connections.contains_key(&s) => {
                    self.remark(at.line, words::foreign_thread_here(at.line));
                    // A pointer to it, as the thread gets it.
                    let given = Value::Socket(s);
                    let given = args.get(3).and_then(buffer).map_or(given, |b| Value::Pointer(b, String::new()));
                    if let Value::Pointer(b, _) = &given
                        && let Some(v) = self.get(b).cloned()
                        && let Some(global) = self.names.first_mut()
                    {
                        global.insert(b.clone(), v);
                    }
                    self.invoke(&f, vec![given], at)?;
                    self.exited = false;
                    Value::Answer(Answer::Status)
                }
                _ => return Err(self.cannot(at, words::foreign_thread())),
            },
            "malloc" | "calloc" | "getpid" | "rand" | "random" | "strcmp" | "strncmp" | "strstr" | "memcmp" | "isdigit"
            | "toupper" | "strchr" | "strtok" | "strrchr" => Value::unknown(at),
            "FD_ISSET" => Value::Unknown(Unknown::Spoilt),
            _ if super::forms::is_waiting(name) => {
                // What it writes there, only a run can tell; that is told here, and not again at each use.
                for into in args.iter().filter_map(buffer) {
                    if !matches!(self.get(&into), Some(Value::Socket(_) | Value::Int(_)) | None) {
                        self.set(&into, Value::Unknown(Unknown::Spoilt));
                    }
                }
                return Err(self.cannot(at, words::foreign_waits_for_several(self.words(at))));
            }
            _ => return Err(self.cannot(at, self.no_call(name, at))),
        })
    }

    fn option(&mut self, name: &str, s: &str, values: &[(Value, At)], at: At) -> Step<Value> {
        let nothing = (Value::Nothing, at);
        let arg = |n: usize| values.get(n).unwrap_or(&nothing);
        let (level, option) = self.option_words((&arg(1).0, arg(1).1), (&arg(2).0, arg(2).1))?;
        if name == "getsockopt" {
            self.line(at, format!("getsockopt {s} {level} {option}"));
            if let Value::Pointer(variable, _) = &arg(3).0 {
                self.set(&variable.clone(), Value::unknown(at));
            }
            return Ok(Value::Answer(Answer::Status));
        }
        let value = match &arg(3).0 {
            Value::Pointer(variable, _) => self.get(variable).cloned().unwrap_or(Value::Nothing),
            v => v.clone(),
        };
        let said = match &value {
            Value::Fields(fields) => {
                let part = |n: &str| fields.get(n).and_then(Value::int).unwrap_or(0);
                if fields.contains_key("l_onoff") {
                    format!("{} {}", if part("l_onoff") == 0 { "off" } else { "on" }, part("l_linger"))
                } else if fields.contains_key("tv_sec") || fields.contains_key("tv_usec") {
                    format!("{}ms", part("tv_sec") * 1000 + part("tv_usec") / 1000)
                } else {
                    return Err(self.not_known(&value, arg(3).1));
                }
            }
            v => match self.number(v, arg(3).1)? {
                Some(n) => n.to_string(),
                None => return Ok(Value::Unknown(Unknown::Spoilt)),
            },
        };
        self.line(at, format!("setsockopt {s} {level} {option} {said}"));
        Ok(Value::Answer(Answer::Status))
    }
}

/// The variable that a buffer is: `buf`, `&buf`, `buf + 3` is none.
fn buffer(expr: &Expr) -> Option<String> {
    match &expr.what {
        What::Name(name) => Some(name.clone()),
        What::Unary("&", inner) => buffer(inner),
        What::Index(of, index) if index.what == What::Int(0) => buffer(of),
        _ => None,
    }
}

//! Python's functions and methods: the socket module, and the few others that programs with sockets use.

use super::value::{Answer, Unknown, Value};
use super::{Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::text::messages::foreign as words;
use std::rc::Rc;

/// Arguments by place and by name, each with its place in the text.
struct Args(Vec<(Option<String>, Value, At)>);

impl Args {
    /// By its place, or by its name.
    fn get(&self, place: usize, name: &str) -> Option<&Value> {
        let named = self.0.iter().find(|a| a.0.as_deref() == Some(name));
        named.or_else(|| self.0.get(place).filter(|a| a.0.is_none())).map(|a| &a.1)
    }

    fn at(&self, place: usize, otherwise: At) -> At {
        self.0.get(place).map_or(otherwise, |a| a.2)
    }

    fn spoilt(&self) -> bool {
        self.0.iter().any(|a| a.1.spoilt())
    }
}

impl Walker<'_> {
    pub(super) fn call(&mut self, function: &Expr, args: &[Expr], at: At) -> Step<Value> {
        let name = match &function.what {
            What::Name(name) => name.clone(),
            What::Member(_, name) => name.clone(),
            _ => return Err(self.cannot(at, words::foreign_call(self.words(at)))),
        };
        if let What::Name(_) = &function.what
            && let Some(own) = self.functions.get(&name).cloned()
        {
            let args = self.args(args)?;
            return self.invoke(&own, args.0.into_iter().map(|a| a.1).collect(), at);
        }
        if self.language == Language::C {
            return self.c_call(&name, args, at);
        }
        // What is only shown is not looked into, but for the calls on sockets in it.
        if let What::Member(of, method) = &function.what {
            let hints = std::mem::take(&mut self.hints);
            let object = self.eval(of)?;
            self.hints = hints;
            return match object {
                Value::Library(module) => self.library(&format!("{module}.{method}"), args, at),
                Value::Socket(_) | Value::Received(_) | Value::Bytes(_) | Value::Text(_) | Value::List(_) | Value::Thread(..) => {
                    self.method(&object, of, method, args, at)
                }
                v if v.spoilt() => Ok(v),
                _ if super::names::is_plain(method) => {
                    self.quietly(method, at);
                    Ok(Value::unknown(at))
                }
                _ => {
                    args.iter().try_for_each(|a| self.shown(a))?;
                    Ok(Value::unknown(at))
                }
            };
        }
        self.library(&name, args, at)
    }

    fn args(&mut self, args: &[Expr]) -> Step<Args> {
        let hints = std::mem::take(&mut self.hints);
        let mut all = Vec::new();
        for arg in args {
            let (name, value) = match &arg.what {
                What::Named(name, value) => (Some(name.clone()), value.as_ref()),
                _ => (None, arg),
            };
            all.push((name, self.eval(value)?, value.at));
        }
        self.hints = hints;
        Ok(Args(all))
    }

    /// A function of a module.
    fn library(&mut self, path: &str, args: &[Expr], at: At) -> Step<Value> {
        let name = path.rsplit('.').next().unwrap_or(path);
        if super::names::is_plain(name) && !matches!(name, "len" | "str" | "bytes" | "int" | "input") {
            args.iter().try_for_each(|a| self.shown(a))?;
            self.quietly(name, at);
            return Ok(Value::unknown(at));
        }
        let args = self.args(args)?;
        if args.spoilt() {
            return Ok(Value::Unknown(Unknown::Spoilt));
        }
        let word = |w: &Self, place: usize, name: &str, otherwise: &str| match args.get(place, name) {
            Some(value) => w.word(value, args.at(place, at)),
            None => Ok(otherwise.to_string()),
        };
        Ok(match name {
            "socket" => {
                let (family, kind) = (word(self, 0, "family", "AF_INET")?, word(self, 1, "type", "SOCK_STREAM")?);
                let protocol = word(self, 2, "proto", "0")?;
                self.socket(at, &family, &kind, &protocol)
            }
            "socketpair" => {
                let (family, kind) = (word(self, 0, "family", "AF_UNIX")?, word(self, 1, "type", "SOCK_STREAM")?);
                let (a, b) = self.makes_two(at, &format!("socketpair {family} {kind}"));
                Value::List(vec![Value::Socket(a), Value::Socket(b)])
            }
            "create_connection" | "create_server" => return self.create(name, &args, at),
            "unlink" | "remove" if path.starts_with("os.") => {
                let path = args.get(0, "path").cloned().unwrap_or(Value::Nothing);
                if let Some(path) = self.address(&path, "", args.at(0, at))? {
                    self.line(at, format!("unlink {path}"));
                }
                Value::Nothing
            }
            "gethostbyname" => args.get(0, "hostname").cloned().unwrap_or(Value::Nothing),
            "Thread" => {
                let given = match args.get(3, "args") {
                    Some(Value::List(all)) => all.clone(),
                    Some(one) => vec![one.clone()],
                    None => Vec::new(),
                };
                match args.get(1, "target") {
                    Some(Value::Function(f)) => Value::Thread(f.clone(), given),
                    _ => return Err(self.cannot(at, words::foreign_call(self.words(at)))),
                }
            }
            "start_new_thread" => match (args.get(0, ""), args.get(1, "")) {
                (Some(Value::Function(f)), Some(Value::List(given))) => {
                    let (f, given) = (f.clone(), given.clone());
                    return self.thread(&f, given, at);
                }
                _ => return Err(self.cannot(at, words::foreign_call(self.words(at)))),
            },
            "range" => {
                let numbers: Option<Vec<i64>> = args.0.iter().map(|a| a.1.int()).collect();
                match numbers.as_deref() {
                    Some([end]) if *end <= 10_000 => Value::List((0..*end).map(Value::Int).collect()),
                    Some([begin, end]) if end.saturating_sub(*begin) <= 10_000 => {
                        Value::List((*begin..*end).map(Value::Int).collect())
                    }
                    _ => Value::unknown(at),
                }
            }
            "enumerate" => match args.get(0, "iterable") {
                Some(Value::List(all)) => {
                    let pair = |(n, v): (usize, &Value)| Value::List(vec![Value::Int(n as i64), v.clone()]);
                    Value::List(all.iter().enumerate().map(pair).collect())
                }
                _ => Value::unknown(at),
            },
            "len" => match args.get(0, "") {
                Some(Value::Received(_)) => Value::Unknown(Unknown::Count),
                Some(Value::Unknown(Unknown::Argument)) => Value::Unknown(Unknown::Argument),
                Some(Value::List(all)) => Value::Int(all.len() as i64),
                Some(Value::Bytes(b)) => Value::Int(b.len() as i64),
                Some(Value::Text(t)) => Value::Int(String::from_utf8_lossy(t).chars().count() as i64),
                _ => Value::unknown(at),
            },
            "int" => match args.get(0, "") {
                Some(Value::Unknown(Unknown::Argument)) => Value::Unknown(Unknown::Argument),
                Some(Value::Unknown(Unknown::Typed)) => Value::Unknown(Unknown::Typed),
                Some(v) => match v.int().or_else(|| v.text().and_then(|t| t.trim().parse().ok())) {
                    Some(n) => Value::Int(n),
                    None => Value::unknown(at),
                },
                None => Value::Int(0),
            },
            "str" => match args.get(0, "object") {
                Some(Value::Int(n)) => Value::Text(n.to_string().into_bytes()),
                Some(v @ Value::Text(_)) => v.clone(),
                _ => Value::unknown(at),
            },
            "bytes" | "bytearray" => match args.get(0, "source") {
                Some(Value::Text(t)) if args.0.len() > 1 => Value::Bytes(t.clone()),
                Some(v @ Value::Bytes(_) | v @ Value::Received(_)) => v.clone(),
                Some(Value::Int(n)) if (0..=1 << 20).contains(n) => Value::Bytes(vec![0; *n as usize]),
                _ => Value::unknown(at),
            },
            "input" | "raw_input" | "readline" => Value::Unknown(Unknown::Typed),
            "select" | "poll" | "epoll" | "DefaultSelector" | "getaddrinfo" | "run" | "fromfd" | "Popen" | "fork" => {
                return Err(self.cannot(at, words::foreign_call(self.words(at))));
            }
            _ if args.0.iter().any(|a| matches!(a.1, Value::Socket(_))) => {
                return Err(self.cannot(at, words::foreign_call(self.words(at))));
            }
            _ => Value::unknown(at),
        })
    }

    /// create_connection, create_server: several calls in one.
    fn create(&mut self, name: &str, args: &Args, at: At) -> Step<Value> {
        let address = args.get(0, "address").cloned().unwrap_or(Value::Nothing);
        let host = match &address {
            Value::List(parts) => parts.first().and_then(Value::text),
            _ => None,
        };
        let six = host.as_ref().is_some_and(|h| h.contains(':'))
            || matches!(args.get(1, "family"), Some(Value::Word(w)) if w == "AF_INET6" && name == "create_server");
        let family = if six { "AF_INET6" } else { "AF_INET" };
        // Refused before anything is said.
        let Some(_) = self.address(&address, "", args.at(0, at))? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
        let Value::Socket(socket) = self.socket(at, family, "SOCK_STREAM", "0") else { return Ok(Value::Nothing) };
        let address = self.address(&address, &socket, args.at(0, at))?.unwrap_or_default();
        if name == "create_server" {
            self.line(at, format!("setsockopt {socket} SOL_SOCKET SO_REUSEADDR 1"));
            self.line(at, format!("bind {socket} {address}"));
            let backlog = args.get(99, "backlog").and_then(Value::int);
            self.line(at, format!("listen {socket}{}", backlog.map_or(String::new(), |n| format!(" {n}"))));
        } else {
            if host.as_ref().is_some_and(|h| h.parse::<std::net::IpAddr>().is_err()) {
                self.remark(at.line, words::foreign_each_address(at.line, host.unwrap_or_default()));
            }
            self.line(at, format!("connect {socket} {address}"));
        }
        Ok(Value::Socket(socket))
    }

    /// A thread of the program's own. One that serves a connection is done where it begins; two that wait for one another are not to be
    /// told apart here.
    fn thread(&mut self, function: &Rc<crate::session::foreign::program::tree::Function>, args: Vec<Value>, at: At) -> Step<Value> {
        let serves = args.iter().any(|a| matches!(a, Value::Socket(s) if self.connections.contains(s)));
        if !serves {
            return Err(self.cannot(at, words::foreign_thread()));
        }
        self.remark(at.line, words::foreign_thread_here(at.line));
        self.invoke(function, args, at)?;
        // The end of a thread is not the program's.
        self.exited = false;
        Ok(Value::Nothing)
    }

    fn method(&mut self, object: &Value, of: &Expr, method: &str, args: &[Expr], at: At) -> Step<Value> {
        let args = self.args(args)?;
        if let Value::Socket(_) = object {
            return self.on_socket(object, of, method, &args, at);
        }
        Ok(match (object, method) {
            (Value::Thread(f, given), "start") => return self.thread(&f.clone(), given.clone(), at),
            (Value::Text(t), "encode") => Value::Bytes(t.clone()),
            (Value::Bytes(b), "decode") => Value::Text(b.clone()),
            (Value::Text(t), "upper") => Value::Text(String::from_utf8_lossy(t).to_uppercase().into_bytes()),
            (Value::Text(t), "lower") => Value::Text(String::from_utf8_lossy(t).to_lowercase().into_bytes()),
            (Value::Bytes(b), "upper") => Value::Bytes(b.to_ascii_uppercase()),
            (Value::List(all), "append") => {
                if let (What::Name(name), Some(value)) = (&of.what, args.get(0, "")) {
                    let mut all = all.clone();
                    all.push(value.clone());
                    self.set(name, Value::List(all));
                }
                Value::Nothing
            }
            _ if args.0.iter().any(|a| matches!(a.1, Value::Socket(_))) => {
                return Err(self.cannot(at, words::foreign_call(self.words(at))));
            }
            _ => Value::unknown(at),
        })
    }

    fn on_socket(&mut self, object: &Value, of: &Expr, method: &str, args: &Args, at: At) -> Step<Value> {
        if matches!(method, "close" | "__exit__") {
            if let Value::Socket(name) = object {
                self.close(name, at);
            }
            return Ok(Value::Nothing);
        }
        let Some(s) = self.the_socket(object, of.at)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
        if args.spoilt() {
            return Ok(Value::Unknown(Unknown::Spoilt));
        }
        let (first, place) = (args.get(0, ""), args.at(0, at));
        let nothing = Value::Nothing;
        Ok(match method {
            "bind" | "connect" | "connect_ex" => {
                let Some(address) = self.address(first.unwrap_or(&nothing), &s, place)? else { return Ok(Value::Nothing) };
                self.line(at, format!("{} {s} {address}", method.trim_end_matches("_ex")));
                Value::Answer(Answer::Status)
            }
            "listen" => {
                let backlog = match first {
                    Some(v) => self.number(v, place)?.map_or(String::new(), |n| format!(" {n}")),
                    None => String::new(),
                };
                self.line(at, format!("listen {s}{backlog}"));
                Value::Nothing
            }
            "accept" => {
                let name = self.accept(at, &s, "");
                Value::List(vec![Value::Socket(name.clone()), Value::Address(format!("{{{name}.peer}}"))])
            }
            "send" | "sendall" => {
                let flags = self.flags(args.get(1, "flags"), args.at(1, at))?;
                let Some(data) = self.data(first.unwrap_or(&nothing), place)? else { return Ok(Value::Nothing) };
                self.line(at, format!("{method} {s} {data}{flags}"));
                Value::Answer(Answer::Sent)
            }
            "sendto" => {
                let (flags, to) = match args.0.as_slice() {
                    [_, flags, to] => (self.flags(Some(&flags.1), flags.2)?, to),
                    [_, to] => (String::new(), to),
                    _ => return Err(self.cannot(at, words::foreign_call(self.words(at)))),
                };
                let Some(data) = self.data(first.unwrap_or(&nothing), place)? else { return Ok(Value::Nothing) };
                let Some(address) = self.address(&to.1, &s, to.2)? else { return Ok(Value::Nothing) };
                self.line(at, format!("sendto {s} {data} {address}{flags}"));
                Value::Answer(Answer::Sent)
            }
            "recv" | "recvfrom" => {
                let flags = self.flags(args.get(1, "flags"), args.at(1, at))?;
                let Some(room) = self.number(first.unwrap_or(&nothing), place)? else { return Ok(Value::Nothing) };
                self.line(at, format!("{method} {s} {room}{flags}"));
                match method {
                    "recv" => Value::Received(s),
                    _ => Value::List(vec![Value::Received(s.clone()), Value::Address(format!("{{{s}.sender}}"))]),
                }
            }
            "shutdown" => {
                let how = self.how(first.unwrap_or(&nothing), place)?;
                self.line(at, format!("shutdown {s} {how}"));
                Value::Nothing
            }
            "setsockopt" | "getsockopt" => {
                let level = self.word(first.unwrap_or(&nothing), place)?;
                let name = self.word(args.get(1, "").unwrap_or(&nothing), args.at(1, at))?;
                let value = match args.get(2, "") {
                    Some(value) if method == "setsockopt" => match self.number(value, args.at(2, at))? {
                        Some(n) => format!(" {n}"),
                        None => return Ok(Value::Nothing),
                    },
                    _ => String::new(),
                };
                self.line(at, format!("{method} {s} {level} {name}{value}"));
                Value::unknown(at)
            }
            "setblocking" => {
                let blocks = first.and_then(Value::truth).unwrap_or(true);
                self.line(at, format!("fcntl {s} setfl {}", if blocks { "0" } else { "nonblock" }));
                Value::Nothing
            }
            "settimeout" => {
                self.remark(at.line, words::foreign_settimeout(at.line));
                Value::Nothing
            }
            "getsockname" => {
                self.line(at, format!("getsockname {s}"));
                Value::Address(format!("{{{s}.local}}"))
            }
            "getpeername" => {
                self.line(at, format!("getpeername {s}"));
                Value::Address(format!("{{{s}.peer}}"))
            }
            "dup" => {
                let name = self.makes(at, &format!("dup {s}"));
                Value::Socket(name)
            }
            "fileno" | "gettimeout" | "__enter__" => Value::unknown(at),
            _ => return Err(self.cannot(at, words::foreign_call(self.words(at)))),
        })
    }

    /// SHUT_WR, or its number.
    pub(super) fn how(&self, value: &Value, at: At) -> Step<String> {
        Ok(match value {
            Value::Int(n @ 0..=2) => ["SHUT_RD", "SHUT_WR", "SHUT_RDWR"][*n as usize].to_string(),
            v => self.word(v, at)?,
        })
    }
}

//! Python's functions and methods: the socket module, and the few others that programs with sockets use.

mod args;
mod socket;

use super::address::Given;
use super::value::{Unknown, Value};
use super::{Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::text::messages::foreign as words;
use args::Args;
use std::rc::Rc;

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
            return self.invoke(&own, args.0.into_iter().map(|a| a.value).collect(), at);
        }
        if self.language == Language::C {
            return self.c_call(&name, args, at);
        }
        // What is only shown is not looked into, but for the calls on sockets in it.
        if let What::Member(of, method) = &function.what {
            let hints = std::mem::take(&mut self.hints);
            let object = self.eval(of)?;
            self.hints = hints;
            let own = super::forms::is_own_method(method);
            return match object {
                Value::Library(root) if own && !self.imports.contains(&root) && !root.contains('.') && root != "socket" => {
                    self.no_socket(&Value::Library(root), of, method, at)
                }
                Value::Library(module) => self.library(&format!("{module}.{method}"), args, at),
                Value::Socket(_) | Value::Received(_) | Value::Bytes(_) | Value::Text(_) | Value::List(_) | Value::Thread(..) => {
                    self.method(&object, of, method, args, at)
                }
                v if v.spoilt() => Ok(v),
                v if own => self.no_socket(&v, of, method, at),
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
        let known = self.get(&name).is_some() || ["*", &name].iter().any(|n| self.imports.contains(*n));
        if !known && !super::forms::is_builtin(&name) {
            return Err(self.cannot(function.at, self.no_call(&name, function.at)));
        }
        self.library(&name, args, at)
    }

    /// A call that only a socket has, of something that is none as far as is known: it would be lost without a word.
    fn no_socket(&mut self, object: &Value, of: &Expr, method: &str, at: At) -> Step<Value> {
        // conn = s.accept(): a pair.
        if let Value::List(pair) = object
            && let [Value::Socket(socket), Value::Address(_)] = pair.as_slice()
            && let Some(place) = self.connections.get(socket)
        {
            let call = self.words(*place);
            // Told once, and not again at each use.
            if let What::Name(name) = &of.what {
                self.set(name, Value::Unknown(Unknown::Spoilt));
            }
            return Err(self.cannot(of.at, words::foreign_accept_pair(self.words(of.at), method, format!("conn, addr = {call}"))));
        }
        let why = match object {
            Value::Library(name) if *name == self.words(of.at) => {
                let alive = self.live.iter().map(String::as_str);
                match crate::grammar::nearest::nearest(name, alive) {
                    Some(near) => words::foreign_near_name(&**name, near),
                    None => words::foreign_name(&**name),
                }
            }
            _ => words::foreign_no_socket(self.words(of.at), method),
        };
        Err(self.cannot(if self.words(of.at).is_empty() { at } else { of.at }, why))
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
        Ok(match name {
            "socket" => {
                let kind = self.kind_given(&args, "AF_INET", at)?;
                self.socket(at, &kind)
            }
            "socketpair" => {
                let kind = self.kind_given(&args, "AF_UNIX", at)?;
                let (a, b) = self.makes_two(at, &kind);
                Value::List(vec![Value::Socket(a), Value::Socket(b)])
            }
            "create_connection" | "create_server" => return self.create(name, &args, at),
            "unlink" | "remove" if path.starts_with("os.") => {
                let path = args.get(0, "path").cloned().unwrap_or(Value::Nothing);
                if let Some(path) = self.path(&path, args.at(0, at))? {
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
                let numbers: Option<Vec<i64>> = args.0.iter().map(|a| a.value.int()).collect();
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
            "setdefaulttimeout" => {
                self.remark_once(at.line, words::foreign_settimeout(at.line));
                Value::Nothing
            }
            "select" | "poll" | "epoll" if !path.contains('.') || path.starts_with("select.") => {
                return Err(self.cannot(at, words::foreign_waits_for_several(self.words(at))));
            }
            _ if super::forms::is_waiting(name) && !matches!(name, "select" | "poll" | "epoll") => {
                return Err(self.cannot(at, words::foreign_waits_for_several(self.words(at))));
            }
            "getaddrinfo" | "run" | "fromfd" | "Popen" | "fork" => {
                return Err(self.cannot(at, words::foreign_call(self.words(at))));
            }
            _ if path.strip_prefix("socket.").is_some_and(|f| !f.contains('.') && !super::forms::is_of_module(f)) => {
                return Err(self.cannot(at, self.no_call(name, at)));
            }
            _ if args.0.iter().any(|a| matches!(a.value, Value::Socket(_))) => {
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
        let call = self.words(at);
        self.apart(args, 0, call.split('(').next().unwrap_or(name), at)?;
        let given = Given { value: &address, ..args.given(0, &address, at) };
        // Refused before anything is said.
        let Some(address) = self.address(given, Some(family))? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
        let kind = super::constants::Kind { family: family.into(), kind: "SOCK_STREAM".into(), protocol: String::new() };
        let Value::Socket(socket) = self.socket(at, &kind) else { return Ok(Value::Nothing) };
        if name == "create_server" {
            self.line(at, format!("setsockopt {socket} SOL_SOCKET SO_REUSEADDR 1"));
            self.line(at, format!("bind {socket} {address}"));
            let backlog = args.get(99, "backlog").and_then(Value::int);
            self.line(at, format!("listen {socket}{}", backlog.map_or(String::new(), |n| format!(" {n}"))));
        } else {
            if host.as_ref().is_some_and(|h| h.parse::<std::net::IpAddr>().is_err()) {
                self.remark_once(at.line, words::foreign_each_address(at.line, host.unwrap_or_default()));
            }
            self.line(at, format!("connect {socket} {address}"));
        }
        Ok(Value::Socket(socket))
    }

    /// A thread of the program's own. One that serves a connection is done where it begins; two that wait for one another are not to be
    /// told apart here.
    fn thread(&mut self, function: &Rc<crate::session::foreign::program::tree::Function>, args: Vec<Value>, at: At) -> Step<Value> {
        let serves = args.iter().any(|a| matches!(a, Value::Socket(s) if self.connections.contains_key(s)));
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
        // A thread, a text and a list have none of a socket's own.
        if super::forms::is_own_method(method) || method == "close" && matches!(object, Value::List(_)) {
            return self.no_socket(object, of, method, at);
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
            _ if args.0.iter().any(|a| matches!(a.value, Value::Socket(_))) => {
                return Err(self.cannot(at, words::foreign_call(self.words(at))));
            }
            _ => Value::unknown(at),
        })
    }
}

//! The methods of a socket in Python.

use super::super::address::is_unix;
use super::super::value::{Answer, Unknown, Value};
use super::super::{Step, Walker};
use super::args::Args;
use crate::session::foreign::program::tree::{At, Expr};
use crate::text::messages::foreign as words;

impl Walker<'_> {
    pub(super) fn on_socket(&mut self, object: &Value, of: &Expr, method: &str, args: &Args, at: At) -> Step<Value> {
        if matches!(method, "close" | "__exit__") {
            self.counted(&self.words(of.at), method, &args.places(), at)?;
            if let Value::Socket(name) = object {
                self.close(name, at);
            }
            return Ok(Value::Nothing);
        }
        let Some(s) = self.the_socket(object, of.at)? else { return Ok(Value::Unknown(Unknown::Spoilt)) };
        if args.spoilt() {
            return Ok(Value::Unknown(Unknown::Spoilt));
        }
        let shown = self.words(of.at);
        let family = self.families.get(&s).cloned();
        let family = family.as_deref();
        let address_at = match method {
            "bind" | "connect" | "connect_ex" => Some(0),
            "sendto" => Some(1),
            _ => None,
        };
        if let Some(from) = address_at.filter(|_| !family.is_some_and(is_unix)) {
            self.apart(args, from, &format!("{shown}.{method}"), at)?;
        }
        self.counted(&shown, method, &args.places(), at)?;
        let (first, place) = (args.get(0, ""), args.at(0, at));
        let nothing = Value::Nothing;
        Ok(match method {
            "bind" | "connect" | "connect_ex" => {
                let Some(address) = self.address(args.given(0, &nothing, at), family)? else { return Ok(Value::Nothing) };
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
                    [_, flags, _] => (self.flags(Some(&flags.value), flags.at)?, 2),
                    _ => (String::new(), 1),
                };
                let Some(data) = self.data(first.unwrap_or(&nothing), place)? else { return Ok(Value::Nothing) };
                let Some(address) = self.address(args.given(to, &nothing, at), family)? else { return Ok(Value::Nothing) };
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
                let second = args.get(1, "").unwrap_or(&nothing);
                let (level, name) = self.option_words((first.unwrap_or(&nothing), place), (second, args.at(1, at)))?;
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
                self.remark_once(at.line, words::foreign_settimeout(at.line));
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
                self.of_same_family(&name, &s);
                Value::Socket(name)
            }
            "fileno" | "gettimeout" | "__enter__" => Value::unknown(at),
            _ => return Err(self.cannot(at, self.no_call(method, at))),
        })
    }
}

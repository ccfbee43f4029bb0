//! What an expression stands for; the calls in it are said.

use super::value::{Answer, Unknown, Value};
use super::{Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::text::messages::foreign as words;

/// A constant of the sockets' headers, by its name.
fn is_constant(name: &str) -> bool {
    let prefixes = [
        "AF_", "PF_", "SOCK_", "SOL_", "SO_", "MSG_", "IPPROTO_", "TCP_", "UDP_", "SHUT_", "IP_", "IPV6_", "INADDR_", "F_", "O_",
        "AI_", "NI_", "INET_", "INET6_", "FD_", "STDIN_", "STDOUT_", "STDERR_", "EPOLL", "POLL", "SIG", "CLOCK_", "EAI_", "SCM_",
    ];
    prefixes.iter().any(|p| name.starts_with(p))
        || matches!(name, "SOMAXCONN" | "BUFSIZ" | "True" | "False" | "true" | "false" | "in6addr_any" | "in6addr_loopback")
}

/// Constants of C are written in capitals.
fn is_upper(name: &str) -> bool {
    name.contains('_') && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// So many bytes has a pointer.
pub(super) const POINTER: i64 = 8;
/// Longer texts are not put together.
const LONG: usize = 1 << 20;

impl Walker<'_> {
    pub(super) fn eval(&mut self, expr: &Expr) -> Step<Value> {
        let at = expr.at;
        Ok(match &expr.what {
            What::Name(name) => return self.named(name, at),
            What::Int(n) => Value::Int(*n),
            What::Float(n) => Value::Float(*n),
            What::Bytes(b) => Value::Bytes(b.clone()),
            What::Text(b) => Value::Text(b.clone()),
            What::Pieces(parts) => {
                let mut all = Value::Bytes(Vec::new());
                for part in parts {
                    let value = self.eval(part)?;
                    let value = match value {
                        Value::Int(n) => Value::Text(n.to_string().into_bytes()),
                        v => v,
                    };
                    if let What::Text(_) | What::Pieces(_) = part.what
                        && let Value::Bytes(b) = &all
                        && b.is_empty()
                    {
                        all = Value::Text(Vec::new());
                    }
                    all = joined(all, value, at);
                }
                all
            }
            What::List(all) => {
                let mut values = Vec::new();
                for e in all {
                    values.push(match &e.what {
                        What::Named(_, value) => self.eval(value)?,
                        _ => self.eval(e)?,
                    });
                }
                Value::List(values)
            }
            What::Named(_, value) => return self.eval(value),
            What::Call(function, args) => return self.call(function, args, at),
            What::Member(of, name) => return self.member(of, name, at),
            What::Index(of, index) => return self.index(of, index, at),
            What::Slice(of, begin, end) => {
                let value = self.eval(of)?;
                let mut bound = |e: &Option<Box<Expr>>| e.as_ref().map(|e| self.eval(e)).transpose();
                let (begin, end) = (bound(begin)?, bound(end)?);
                sliced(value, begin, end, at)
            }
            What::Unary(op, inner) => return self.unary(op, inner, at),
            What::Binary(op, a, b) => {
                if matches!(*op, "&&" | "||") || matches!(*op, "==" | "!=" | "<" | ">" | "<=" | ">=") {
                    return Ok(match self.truth(expr)? {
                        Some((holds, _)) => Value::Int(i64::from(holds)),
                        None => Value::unknown(at),
                    });
                }
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                computed(op, a, b, at)
            }
            What::Assign(op, target, value) => {
                self.hints = super::hint_names(target);
                let given = value;
                let mut value = self.eval(given)?;
                match op {
                    Some(op) => {
                        let before = self.eval(target)?;
                        value = computed(op, before, value, at);
                    }
                    None => self.unturned(target, given, &value),
                }
                self.assign(target, value.clone())?;
                value
            }
            What::Choice(condition, yes, no) => match self.truth(condition)? {
                Some((true, _)) => return self.eval(yes),
                Some((false, _)) => return self.eval(no),
                None => Value::unknown(at),
            },
            What::Sizeof(inner) => match inner.as_ref().map(|i| &i.what) {
                Some(What::Name(name)) => match (self.sizes.get(name), self.get(name)) {
                    (Some(n), _) => Value::Int(*n),
                    // A pointer, wherever it points.
                    (None, Some(Value::Pointer(..))) => Value::Int(POINTER),
                    _ => Value::unknown(at),
                },
                Some(What::Unary("&", _)) => Value::Int(POINTER),
                Some(What::Bytes(b)) => Value::Int(b.len() as i64 + 1),
                _ => Value::unknown(at),
            },
        })
    }

    fn named(&mut self, name: &str, at: At) -> Step<Value> {
        if let Some(value) = self.get(name) {
            return Ok(value.clone());
        }
        if let Some(function) = self.functions.get(name) {
            return Ok(Value::Function(function.clone()));
        }
        Ok(match name {
            "None" => Value::Nothing,
            "NULL" => Value::Int(0),
            "EXIT_FAILURE" => Value::Int(1),
            "EXIT_SUCCESS" => Value::Int(0),
            _ if is_constant(name) || self.language == Language::C && is_upper(name) => Value::Word(name.to_string()),
            "errno" | "stdin" | "stdout" | "stderr" | "socket" | "sys" | "os" | "time" | "select" | "threading" | "signal" => {
                Value::Library(name.to_string())
            }
            // What no line of ours has to do with may be called anything.
            _ if self.language == Language::Python => Value::Library(name.to_string()),
            _ => return Err(self.cannot(at, words::foreign_name(name))),
        })
    }

    fn member(&mut self, of: &Expr, name: &str, at: At) -> Step<Value> {
        if self.language == Language::C {
            let place = self.place(&Expr { what: What::Member(Box::new(of.clone()), name.to_string()), at });
            return Ok(match place {
                Some((variable, path)) => self.inside(&variable, &path, at),
                None => Value::unknown(at),
            });
        }
        if let What::Name(variable) = &of.what {
            if let Some(value) = self.get(&format!("{variable}.{name}")) {
                return Ok(value.clone());
            }
            if self.get(variable).is_none() && is_constant(name) {
                return Ok(Value::Word(name.to_string()));
            }
        }
        Ok(match self.eval(of)? {
            // What is called is looked at by the call itself; here it stands without its parentheses.
            Value::Socket(_) if super::forms::is_method(name) => {
                let word = self.words(at);
                return Err(self.cannot(at, words::foreign_not_called(&*word, format!("{word}()"))));
            }
            Value::Library(module) if module == "sys" && name == "argv" => Value::Unknown(Unknown::Argument),
            Value::Library(module) => Value::Library(format!("{module}.{name}")),
            v if v.spoilt() => v,
            _ => Value::unknown(at),
        })
    }

    fn index(&mut self, of: &Expr, index: &Expr, at: At) -> Step<Value> {
        let value = self.eval(of)?;
        let index = self.eval(index)?;
        Ok(match (value, index.int()) {
            (Value::List(all), Some(n)) => {
                let n = if n < 0 { n + all.len() as i64 } else { n };
                usize::try_from(n).ok().and_then(|n| all.get(n).cloned()).unwrap_or(Value::unknown(at))
            }
            // An address as Python has it: host and port.
            (Value::Address(address), Some(1)) if address.ends_with(".local}") => Value::Word(address.replace(".local}", ".port}")),
            (Value::Address(address), Some(1)) if address.ends_with(".peer}") => {
                Value::Word(address.replace(".peer}", ".peer_port}"))
            }
            (Value::Unknown(Unknown::Argument), _) => Value::Unknown(Unknown::Argument),
            (v, _) if v.spoilt() => v,
            _ => Value::unknown(at),
        })
    }

    fn unary(&mut self, op: &str, inner: &Expr, at: At) -> Step<Value> {
        if self.language == Language::C && op == "&" {
            return Ok(match self.place(inner) {
                Some((variable, path)) => Value::Pointer(variable, path),
                None => self.eval(inner)?,
            });
        }
        if op == "!" {
            return Ok(match self.truth(inner)? {
                Some((holds, _)) => Value::Int(i64::from(!holds)),
                None => Value::unknown(at),
            });
        }
        if matches!(op, "++" | "--") {
            let before = self.eval(inner)?;
            let value = computed(if op == "++" { "+" } else { "-" }, before, Value::Int(1), at);
            self.assign(inner, value.clone())?;
            return Ok(value);
        }
        let value = self.eval(inner)?;
        Ok(match (op, value) {
            ("-", Value::Int(n)) => Value::Int(n.wrapping_neg()),
            ("-", Value::Float(n)) => Value::Float(-n),
            ("+", v) => v,
            ("~", Value::Int(n)) => Value::Int(!n),
            ("*", Value::Pointer(variable, path)) => self.inside(&variable, &path, at),
            (_, v) if v.spoilt() => v,
            ("*", v) => v,
            _ => Value::unknown(at),
        })
    }

    /// Gives a target its value.
    pub(super) fn assign(&mut self, target: &Expr, value: Value) -> Step<()> {
        match &target.what {
            What::Name(name) => self.set(name, value),
            What::List(targets) => {
                let parts: Vec<Value> = match &value {
                    Value::List(all) if all.len() == targets.len() => all.clone(),
                    // host, port = s.getsockname()
                    Value::Address(_) => (0..targets.len())
                        .map(|n| match &value {
                            Value::Address(a) if n == 1 && a.ends_with(".local}") => Value::Word(a.replace(".local}", ".port}")),
                            Value::Address(a) if n == 1 && a.ends_with(".peer}") => Value::Word(a.replace(".peer}", ".peer_port}")),
                            _ => Value::unknown(target.at),
                        })
                        .collect(),
                    v if v.spoilt() => vec![Value::Unknown(Unknown::Spoilt); targets.len()],
                    _ => vec![Value::unknown(target.at); targets.len()],
                };
                for (target, value) in targets.iter().zip(parts) {
                    self.assign(target, value)?;
                }
            }
            What::Member(of, name) if self.language == Language::Python => {
                if let What::Name(variable) = &of.what {
                    self.set(&format!("{variable}.{name}"), value);
                }
            }
            // A byte of a buffer, an entry of a list: what the whole is then is not followed, unless it was received.
            What::Index(of, _) => {
                if let What::Name(name) = &of.what
                    && !matches!(self.get(name), Some(Value::Received(_) | Value::Unknown(_)))
                {
                    self.set(name, Value::unknown(target.at));
                }
            }
            _ => {
                if let Some((variable, path)) = self.place(target) {
                    self.put(&variable, &path, value);
                }
            }
        }
        Ok(())
    }
}

/// Two texts, or bytes, one behind the other.
fn joined(a: Value, b: Value, at: At) -> Value {
    match (a, b) {
        (Value::Bytes(mut a), Value::Bytes(b)) if a.len() + b.len() <= LONG => {
            a.extend(b);
            Value::Bytes(a)
        }
        (Value::Text(mut a), Value::Text(b)) if a.len() + b.len() <= LONG => {
            a.extend(b);
            Value::Text(a)
        }
        (Value::Bytes(a), v @ Value::Text(_)) if a.is_empty() => v,
        (a, b) if a.spoilt() || b.spoilt() => Value::Unknown(Unknown::Spoilt),
        _ => Value::unknown(at),
    }
}

fn computed(op: &str, a: Value, b: Value, at: At) -> Value {
    if let (Value::Int(a), Value::Int(b)) = (&a, &b) {
        let (a, b) = (*a, *b);
        let value = match op {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            "*" => a.checked_mul(b),
            "/" => a.checked_div(b),
            "%" => a.checked_rem(b),
            "<<" => u32::try_from(b).ok().filter(|b| *b < 63).and_then(|b| a.checked_shl(b)),
            ">>" => u32::try_from(b).ok().and_then(|b| a.checked_shr(b)),
            "&" => Some(a & b),
            "|" => Some(a | b),
            "^" => Some(a ^ b),
            "**" => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            _ => None,
        };
        return value.map_or(Value::unknown(at), Value::Int);
    }
    match (op, a, b) {
        ("|", Value::Word(a), Value::Word(b)) => Value::Word(format!("{a}|{b}")),
        ("|", Value::Word(a), Value::Int(b)) if b > 0 => Value::Word(format!("{a}|{b}")),
        ("|", Value::Int(a), Value::Word(b)) if a > 0 => Value::Word(format!("{a}|{b}")),
        ("|", v @ Value::Word(_), Value::Int(0)) | ("|", Value::Int(0), v @ Value::Word(_)) => v,
        ("+", a, b) => joined(a, b, at),
        ("%", Value::Bytes(form), b) => formed(&form, &b).map_or(Value::unknown(at), Value::Bytes),
        ("%", Value::Text(form), b) => formed(&form, &b).map_or(Value::unknown(at), Value::Text),
        ("*", Value::Bytes(b), Value::Int(n)) | ("*", Value::Int(n), Value::Bytes(b))
            if b.len() as i64 * n.max(0) <= LONG as i64 =>
        {
            Value::Bytes(b.repeat(n.max(0) as usize))
        }
        ("*", Value::Text(b), Value::Int(n)) if b.len() as i64 * n.max(0) <= LONG as i64 => {
            Value::Text(b.repeat(n.max(0) as usize))
        }
        // One byte less than a buffer has room for: a count all the same.
        (_, Value::Answer(Answer::Got), Value::Int(_)) => Value::Unknown(Unknown::Count),
        (_, a, b) if a.spoilt() || b.spoilt() => Value::Unknown(Unknown::Spoilt),
        _ => Value::unknown(at),
    }
}

/// `b"tick %d" % n`, of what is known; of `%d` and `%s` alone.
fn formed(form: &[u8], given: &Value) -> Option<Vec<u8>> {
    let one = std::slice::from_ref(given);
    let mut given = match given {
        Value::List(all) => all.iter(),
        _ => one.iter(),
    };
    let (mut out, mut rest) = (Vec::new(), form);
    while let Some(at) = rest.iter().position(|b| *b == b'%') {
        out.extend_from_slice(&rest[..at]);
        match rest.get(at + 1)? {
            b'%' => out.push(b'%'),
            b'd' | b'i' => out.extend(given.next()?.int()?.to_string().bytes()),
            b's' => match given.next()? {
                Value::Int(n) => out.extend(n.to_string().bytes()),
                v => out.extend_from_slice(v.bytes()?),
            },
            _ => return None,
        }
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
    (given.next().is_none() && out.len() <= LONG).then_some(out)
}

fn sliced(value: Value, begin: Option<Value>, end: Option<Value>, at: At) -> Value {
    let bound = |v: Option<Value>, otherwise: i64, len: i64| match v {
        None | Some(Value::Nothing) => Some(otherwise),
        Some(v) => v.int().map(|n| if n < 0 { n + len } else { n }.clamp(0, len)),
    };
    let len = match &value {
        Value::Bytes(b) | Value::Text(b) => b.len() as i64,
        Value::List(all) => all.len() as i64,
        _ => return if value.spoilt() { value } else { Value::unknown(at) },
    };
    let (Some(begin), Some(end)) = (bound(begin, 0, len), bound(end, len, len)) else { return Value::unknown(at) };
    let range = begin as usize..(end.max(begin)) as usize;
    match value {
        Value::Bytes(b) => Value::Bytes(b[range].to_vec()),
        Value::Text(t) => match std::str::from_utf8(&t) {
            Ok(text) if text.is_ascii() => Value::Text(t[range].to_vec()),
            _ => Value::unknown(at),
        },
        Value::List(all) => Value::List(all[range].to_vec()),
        _ => Value::unknown(at),
    }
}

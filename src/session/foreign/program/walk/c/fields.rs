//! Structures of C, field by field, and the addresses that are put together in them.

use super::super::address::is_unix;
use super::super::eval::POINTER;
use super::super::value::{Unknown, Value, inet_word, path_word};
use super::super::{Step, Walker};
use crate::vocabulary::FAMILIES;

use crate::session::foreign::program::tree::{At, Expr, What};
use crate::text::messages::foreign as words;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

impl Walker<'_> {
    pub(in super::super) fn declare(
        &mut self,
        name: &str,
        size: Option<&Option<Expr>>,
        structure: bool,
        value: Option<&Expr>,
    ) -> Step<()> {
        self.hints = vec![name.to_string()];
        let known = match value {
            Some(value) => match &value.what {
                What::List(parts) if structure => self.braces(parts, "")?,
                What::List(_) if size.is_some() => {
                    let list = self.eval(value)?;
                    // char buf[100] = {0};
                    match list {
                        Value::List(all) if all.iter().all(|v| v.int() == Some(0)) => Value::Bytes(Vec::new()),
                        other => other,
                    }
                }
                _ => self.eval(value)?,
            },
            None if structure => Value::Fields(BTreeMap::new()),
            None if size.is_some() => Value::Bytes(Vec::new()),
            None => Value::Unknown(Unknown::Made(At::default())),
        };
        if let Some(size) = size {
            let room = match (size, &known) {
                (Some(size), _) => self.eval(size)?.int(),
                (None, Value::Bytes(b)) => Some(b.len() as i64 + 1),
                _ => None,
            };
            match room {
                Some(room) => self.sizes.insert(name.to_string(), room),
                None => self.sizes.remove(name),
            };
        }
        if let Some(scope) = self.names.last_mut() {
            scope.insert(name.to_string(), known);
        }
        Ok(())
    }

    /// `{ .sin_family = AF_INET, .sin_addr = { … } }`; one without names is told by the order of sockaddr_in.
    fn braces(&mut self, parts: &[Expr], before: &str) -> Step<Value> {
        let mut fields = BTreeMap::new();
        for (at, part) in parts.iter().enumerate() {
            let (name, value) = match &part.what {
                What::Named(name, value) => (name.clone(), value.as_ref()),
                _ if parts.len() == 1 => (if before == "sin_addr." { "s_addr" } else { "" }.to_string(), part),
                _ => (["sin_family", "sin_port", "sin_addr"].get(at).copied().unwrap_or_default().to_string(), part),
            };
            let path = format!("{before}{name}");
            match &value.what {
                What::List(inner) => {
                    if let Value::Fields(inner) = self.braces(inner, &format!("{path}."))? {
                        fields.extend(inner);
                    }
                }
                _ => {
                    let value = self.eval(value)?;
                    fields.insert(path, value);
                }
            }
        }
        fields.remove("");
        // In the order of sockaddr_un.
        if matches!(fields.get("sin_family"), Some(Value::Word(w)) if is_unix(&w.replace("PF_", "AF_"))) {
            for (inet, unix) in [("sin_family", "sun_family"), ("sin_port", "sun_path")] {
                if let Some(value) = fields.remove(inet) {
                    fields.insert(unix.to_string(), value);
                }
            }
        }
        Ok(Value::Fields(fields))
    }

    /// The variable that an expression stands in, and the path inside it.
    pub(in super::super) fn place(&self, expr: &Expr) -> Option<(String, String)> {
        match &expr.what {
            What::Name(name) => Some(match self.get(name) {
                Some(Value::Pointer(variable, path)) if variable != name => (variable.clone(), path.clone()),
                _ => (name.clone(), String::new()),
            }),
            What::Member(of, field) => {
                let (variable, path) = self.place(of)?;
                Some((variable, if path.is_empty() { field.clone() } else { format!("{path}.{field}") }))
            }
            What::Unary("*" | "&", inner) | What::Index(inner, _) => self.place(inner),
            _ => None,
        }
    }

    /// What stands at a place.
    pub(in super::super) fn inside(&self, variable: &str, path: &str, at: At) -> Value {
        match self.get(variable) {
            Some(value) if path.is_empty() => value.clone(),
            Some(Value::Fields(fields)) => match fields.get(path) {
                Some(value) => value.clone(),
                // A path that is an array is passed by its place.
                None => Value::Pointer(variable.to_string(), path.to_string()),
            },
            Some(candidate @ Value::Candidate { hints, .. }) => match path {
                "ai_next" => Value::Int(0),
                "ai_addr" => candidate.clone(),
                "ai_family" | "ai_socktype" | "ai_protocol" => {
                    let zero = if path == "ai_protocol" { Value::Int(0) } else { Value::unknown(at) };
                    match hints.as_ref() {
                        Value::Fields(fields) => match fields.get(path) {
                            Some(Value::Word(w)) if w == "AF_UNSPEC" => Value::Unknown(Unknown::Family),
                            Some(value) => value.clone(),
                            None if path == "ai_family" => Value::Unknown(Unknown::Family),
                            None => zero,
                        },
                        _ => zero,
                    }
                }
                // hostent's address: by its name, which is resolved when the line runs.
                "h_addr" | "h_addr_list" => {
                    *(match candidate {
                        Value::Candidate { host, .. } => host.clone(),
                        _ => Box::new(Value::unknown(at)),
                    })
                }
                "h_addrtype" => Value::Word("AF_INET".into()),
                _ => Value::unknown(at),
            },
            Some(v) if v.spoilt() => v.clone(),
            _ => Value::unknown(at),
        }
    }

    /// Puts a value at a place.
    pub(in super::super) fn put(&mut self, variable: &str, path: &str, value: Value) {
        if path.is_empty() {
            return self.set(variable, value);
        }
        let mut fields = match self.get(variable) {
            Some(Value::Fields(fields)) => fields.clone(),
            _ => BTreeMap::new(),
        };
        fields.insert(path.to_string(), value);
        self.set(variable, Value::Fields(fields));
    }

    /// memset(&addr, 0, sizeof addr)
    pub(super) fn cleared(&mut self, args: &[Expr]) -> Step<()> {
        if let Some((variable, path)) = args.first().and_then(|a| self.place(a)) {
            match self.get(&variable) {
                Some(Value::Fields(_)) | Some(Value::Address(_)) if path.is_empty() => {
                    self.set(&variable, Value::Fields(BTreeMap::new()));
                }
                Some(Value::Bytes(_) | Value::Received(_)) => self.set(&variable, Value::Bytes(Vec::new())),
                _ => {}
            }
        }
        Ok(())
    }

    /// strcpy, memcpy, snprintf: what stands at the place then.
    pub(super) fn copied(&mut self, name: &str, args: &[Expr], values: &[(Value, At)], at: At) -> Step<()> {
        let (to, from) = if name == "bcopy" { (1, 0) } else { (0, 1) };
        let value = match name {
            // With a form alone, and nothing to be put into it.
            "snprintf" | "sprintf" => {
                let form = if name == "snprintf" { 2 } else { 1 };
                match values.get(form).map(|v| &v.0) {
                    Some(v @ Value::Bytes(b)) if values.len() == form + 1 && !b.contains(&b'%') => v.clone(),
                    Some(Value::Bytes(b)) if b == b"%s" => values.get(form + 1).map_or(Value::unknown(at), |v| v.0.clone()),
                    _ => Value::unknown(at),
                }
            }
            "strcat" => Value::unknown(at),
            _ => match values.get(from).map(|v| &v.0) {
                Some(Value::Pointer(variable, path)) => self.inside(variable, path, at),
                Some(value) => value.clone(),
                None => Value::unknown(at),
            },
        };
        if let Some((variable, path)) = args.get(to).and_then(|a| self.place(a)) {
            // A name of a path inside an address: `un.sun_path`.
            self.put(&variable, &path, value);
        }
        Ok(())
    }

    /// accept, recvfrom: the kernel puts an address there.
    pub(super) fn fill_address(&mut self, to: &Value, address: String) {
        if let Value::Pointer(variable, path) = to
            && path.is_empty()
        {
            self.set(variable, Value::Address(address));
        }
    }

    /// A structure as an address, and what it would be if bytes were turned that are not.
    pub(in super::super) fn fields_address(&self, fields: &BTreeMap<String, Value>, of: Option<&str>, at: At) -> Step<String> {
        self.family_of(fields, of, at)?;
        if let Some(path) = fields.get("sun_path") {
            let bytes = path.bytes().ok_or_else(|| self.not_known(path, at))?;
            let end =
                if bytes.first() == Some(&0) { bytes.len() } else { bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len()) };
            return path_word(&bytes[..end]).ok_or_else(|| self.cannot(at, words::foreign_value(self.words(at))));
        }
        let port = match fields.get("sin_port").or_else(|| fields.get("sin6_port")) {
            None => "0".to_string(),
            Some(Value::Int(n) | Value::Turned(n)) => u16::from_be(*n as u16).to_string(),
            Some(Value::Word(word)) if word.starts_with('{') => word.clone(),
            Some(v) => return Err(self.not_known(v, at)),
        };
        let six = fields.keys().any(|k| k.starts_with("sin6_"));
        let host = fields.get("sin_addr.s_addr").or_else(|| fields.get("sin_addr")).or_else(|| fields.get("sin6_addr"));
        let host = match host {
            None => String::new(),
            Some(Value::Word(word)) => match word.as_str() {
                "in6addr_any" => String::new(),
                "in6addr_loopback" => "::1".to_string(),
                word => match Value::Word(word.to_string()).int() {
                    Some(n) => Ipv4Addr::from((n as u32).to_ne_bytes()).to_string(),
                    None => return Err(self.not_known(&Value::Nothing, at)),
                },
            },
            Some(Value::Int(n)) => Ipv4Addr::from((*n as u32).to_ne_bytes()).to_string(),
            Some(v) => v.text().ok_or_else(|| self.not_known(v, at))?,
        };
        Ok(inet_word(&host, &port, six))
    }

    /// The family that stands in the structure: the kernel looks at it before anything else.
    fn family_of(&self, fields: &BTreeMap<String, Value>, of: Option<&str>, at: At) -> Step<()> {
        let is = |prefix: &str| fields.keys().any(|k| k.starts_with(prefix));
        let (field, meant) = match of {
            _ if is("sun_") => ("sun_family", "AF_UNIX"),
            _ if is("sin6_") => ("sin6_family", "AF_INET6"),
            _ if is("sin_") => ("sin_family", "AF_INET"),
            Some("AF_INET6") => ("sin6_family", "AF_INET6"),
            Some(of) if is_unix(of) => ("sun_family", "AF_UNIX"),
            _ => ("sin_family", "AF_INET"),
        };
        let word = self.words(at);
        let word = word.rsplit(['&', ')', '*', ' ']).find(|w| !w.is_empty()).unwrap_or_default();
        let known = match fields.get(field) {
            None => return Err(self.cannot(at, words::foreign_no_family(word, field, meant))),
            Some(Value::Word(family)) => family.replace("PF_", "AF_"),
            Some(Value::Int(n)) => FAMILIES.name_or_number(*n).into_owned(),
            Some(v) => return Err(self.not_known(v, at)),
        };
        let number = |w: &str| FAMILIES.find(w).map(|r| r.value);
        if number(&known) == number(meant) {
            return Ok(());
        }
        Err(self.cannot(at, words::foreign_other_family(word, field, known, meant)))
    }

    /// The length that is given with an address: the kernel takes none that is shorter than the structure.
    pub(super) fn address_length(&self, args: &[Expr], values: &[(Value, At)], n: usize, family: Option<&str>) -> Step<()> {
        let (Some(expr), Some((value, at))) = (args.get(n), values.get(n)) else { return Ok(()) };
        let word = self.words(*at);
        if let (What::Sizeof(Some(of)), Value::Int(POINTER)) = (&expr.what, value)
            && !matches!(&of.what, What::Name(name) if self.sizes.contains_key(name))
        {
            return Err(self.cannot(*at, words::foreign_size_of_pointer(word)));
        }
        // As the kernel compares it; sockaddr_in6 may come without its scope, sockaddr_un without a path.
        let least = match family {
            Some("AF_INET") => 16,
            Some("AF_INET6") => 24,
            _ => 2,
        };
        match value {
            Value::Int(n) if *n < least => Err(self.cannot(*at, words::foreign_short_address(*n, least))),
            _ => Ok(()),
        }
    }

    /// A port that nobody turned round: what the kernel reads is another.
    pub(in super::super) fn unturned(&mut self, target: &Expr, value: &Expr, known: &Value) {
        let What::Member(_, field) = &target.what else { return };
        if let (true, Value::Int(n)) = (matches!(field.as_str(), "sin_port" | "sin6_port"), known)
            && let n = *n
            && n != 0
            && (n as u16) != u16::from_be(n as u16)
        {
            let line = value.at.line;
            self.remark_once(line, words::foreign_htons(line, n, u16::from_be(n as u16)));
        }
    }
}

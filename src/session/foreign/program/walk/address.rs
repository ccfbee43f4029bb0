//! Addresses: what a program puts one together from, in our words, and what is none for the socket that it is given to.

use super::value::{Value, inet_word, path_word};
use super::{Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::At;
use crate::text::messages::foreign as words;

/// What is given to a call: the value, its place, and the places of its parts where it is a pair that is written out.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub value: &'a Value,
    pub at: At,
    pub parts: &'a [At],
}

impl Given<'_> {
    fn part(&self, n: usize) -> At {
        self.parts.get(n).copied().unwrap_or(self.at)
    }
}

pub(super) fn is_unix(family: &str) -> bool {
    matches!(family, "AF_UNIX" | "AF_LOCAL")
}

impl Walker<'_> {
    /// An address in our words, for a socket of a family, where that is known.
    pub(super) fn address(&self, given: Given<'_>, family: Option<&str>) -> Step<Option<String>> {
        let Given { value, at, .. } = given;
        match value {
            Value::Address(address) => Ok(Some(address.clone())),
            Value::List(_) if value.spoilt() => Ok(None),
            Value::List(parts) if self.language == Language::Python => self.pair(parts, given, family).map(Some),
            Value::Bytes(path) | Value::Text(path) => match family {
                _ if self.language == Language::C => Err(self.cannot(at, words::foreign_address_structure(self.words(at)))),
                Some(family) if !is_unix(family) => {
                    let (word, text) = (self.words(at), String::from_utf8_lossy(path).into_owned());
                    let (host, port) = match text.rsplit_once(':') {
                        Some((host, port)) if port.parse::<u16>().is_ok() => (host, port),
                        _ => (text.as_str(), "8080"),
                    };
                    Err(self.cannot(at, words::foreign_address_text(word, family, format!("(\"{host}\", {port})"))))
                }
                _ => self.path(value, at),
            },
            Value::Fields(fields) => self.fields_address(fields, family, at).map(Some),
            Value::Candidate { host, service, hints } => self.candidate(host, service, hints, at).map(Some),
            Value::Pointer(name, _) => match self.get(name).cloned() {
                Some(other) if !matches!(other, Value::Pointer(..)) => self.address(Given { value: &other, ..given }, family),
                _ => Err(self.not_known(value, at)),
            },
            v if v.spoilt() => Ok(None),
            v => Err(self.not_known(v, at)),
        }
    }

    /// A path in the file system, or an abstract name.
    pub(super) fn path(&self, value: &Value, at: At) -> Step<Option<String>> {
        match value.bytes() {
            Some(path) => path_word(path).map(Some).ok_or_else(|| self.cannot(at, words::foreign_value(self.words(at)))),
            None if value.spoilt() => Ok(None),
            None => Err(self.not_known(value, at)),
        }
    }

    /// Python's pair of host and port; IPv6 has two parts more, which may be left out.
    fn pair(&self, parts: &[Value], given: Given<'_>, family: Option<&str>) -> Step<String> {
        let word = |n: usize| self.words(given.part(n));
        if family.is_some_and(is_unix) {
            return Err(self.cannot(given.at, words::foreign_path_wanted(self.words(given.at))));
        }
        let six = family == Some("AF_INET6");
        let (host, port) = match parts {
            [host, port] => (host, port),
            [host, port, _] | [host, port, _, _] if six => (host, port),
            _ => return Err(self.cannot(given.at, words::foreign_no_pair(self.words(given.at)))),
        };
        let host = match host {
            Value::Text(_) | Value::Bytes(_) => host.text().unwrap_or_default(),
            Value::Int(_) if port.bytes().is_some() => {
                return Err(self.cannot(given.at, words::foreign_pair_turned(self.words(given.at))));
            }
            Value::Library(name) if !self.imports.contains(name) => {
                return Err(self.cannot(given.part(0), words::foreign_host_name(&**name)));
            }
            Value::Int(_) | Value::Nothing | Value::Word(_) => {
                return Err(self.cannot(given.part(0), words::foreign_host_text(word(0))));
            }
            v => return Err(self.not_known(v, given.part(0))),
        };
        let port = match port {
            Value::Word(word) if word.starts_with('{') => word.clone(),
            Value::Int(n) if (0..=65_535).contains(n) => n.to_string(),
            Value::Int(n) => return Err(self.cannot(given.part(1), words::foreign_port(*n))),
            Value::Text(_) | Value::Bytes(_) | Value::Float(_) | Value::Nothing => {
                let inner = port.text().filter(|t| t.parse::<u16>().is_ok()).unwrap_or("8080".to_string());
                return Err(self.cannot(given.part(1), words::foreign_port_number(word(1), inner)));
            }
            v => return Err(self.not_known(v, given.part(1))),
        };
        Ok(inet_word(&host, &port, six))
    }

    /// The first address that getaddrinfo would answer, where that can be known: of one family alone.
    fn candidate(&self, host: &Value, service: &Value, hints: &Value, at: At) -> Step<String> {
        let Value::Fields(hints) = hints else { return Err(self.cannot(at, words::foreign_family())) };
        let six = match hints.get("ai_family") {
            Some(Value::Word(family)) if family == "AF_INET" => false,
            Some(Value::Word(family)) if family == "AF_INET6" => true,
            _ => return Err(self.cannot(at, words::foreign_family())),
        };
        let passive = matches!(hints.get("ai_flags"), Some(Value::Word(flags)) if flags.contains("AI_PASSIVE"));
        let host = match host {
            Value::Nothing | Value::Int(0) if passive => String::new(),
            Value::Nothing | Value::Int(0) => if six { "::1" } else { "127.0.0.1" }.to_string(),
            v => v.text().ok_or_else(|| self.not_known(v, at))?,
        };
        let port = match service {
            Value::Nothing | Value::Int(0) => "0".to_string(),
            v => v.text().ok_or_else(|| self.not_known(v, at))?,
        };
        Ok(inet_word(&host, &port, six))
    }
}

//! What is said: a line for each call, a remark for what is left out; and what a value is in our words.

use super::value::{Unknown, Value, data_word, inet_word, path_word};
use super::{Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::session::foreign::program::{Cannot, Said, Says};
use crate::text::Text;
use crate::text::messages::foreign as words;

/// The longest text that is said as one word of data.
const DATA: usize = 4096;

impl Walker<'_> {
    pub(super) fn line(&mut self, at: At, text: String) {
        self.said.push(Said { line: at.line, says: Says::Line(text) });
    }

    pub(super) fn remark(&mut self, line: usize, text: Text) {
        self.said.push(Said { line, says: Says::Remark(text) });
    }

    pub(super) fn quietly(&mut self, name: &str, at: At) {
        self.plain.entry(name.to_string()).or_default().insert(at.line);
    }

    /// What was left out stands at the end.
    pub(super) fn finish(mut self) -> (Vec<Said>, Vec<Cannot>) {
        let last = self.source.len().max(1);
        if !self.live.is_empty() && self.problems.is_empty() && !self.said.is_empty() {
            let open = self.live.iter().cloned().collect::<Vec<_>>().join(", ");
            self.remark(last, words::foreign_open_at_end(open));
        }
        if !self.errors.is_empty() {
            let lines = ranges(self.errors.iter().copied());
            self.remark(last, words::foreign_errors_left(lines));
        }
        let plain: Vec<String> = self.plain.iter().map(|(n, l)| format!("{n} ({})", ranges(l.iter().copied()))).collect();
        if !plain.is_empty() {
            self.remark(last, words::foreign_plain_left(plain.join(", ")));
        }
        (self.said, self.problems)
    }

    /// A name for a socket: the program's own for it, or one that is free.
    fn name(&mut self) -> String {
        let wanted = if self.hints.is_empty() { "s".to_string() } else { self.hints.remove(0) };
        let letters: String = wanted.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).collect();
        let fits = letters.starts_with(|c: char| c.is_alphabetic() || c == '_') && letters != "_";
        let root = if fits { letters } else { "s".to_string() };
        if !self.live.contains(&root) {
            return root;
        }
        (2..).map(|n| format!("{root}{n}")).find(|n| !self.live.contains(n)).unwrap_or(root)
    }

    /// A call that makes a socket.
    pub(super) fn makes(&mut self, at: At, call: &str) -> String {
        let name = self.name();
        self.live.insert(name.clone());
        [&mut self.six, &mut self.unix, &mut self.connections].into_iter().for_each(|set| {
            set.remove(&name);
        });
        self.line(at, format!("{name} = {call}"));
        name
    }

    pub(super) fn makes_two(&mut self, at: At, call: &str) -> (String, String) {
        let first = self.name();
        self.live.insert(first.clone());
        let second = self.name();
        self.live.insert(second.clone());
        self.line(at, format!("{first} {second} = {call}"));
        (first, second)
    }

    /// An address family; the PF_ names are the same numbers.
    pub(super) fn family(&self, value: &Value, at: At) -> Step<String> {
        let word = self.word(value, at)?;
        Ok(word.strip_prefix("PF_").map_or(word.clone(), |rest| format!("AF_{rest}")))
    }

    /// `family type protocol`, remembered for the addresses of the socket.
    pub(super) fn socket(&mut self, at: At, family: &str, kind: &str, protocol: &str) -> Value {
        let protocol = if matches!(protocol, "0" | "IPPROTO_IP" | "") { String::new() } else { format!(" {protocol}") };
        let name = self.makes(at, &format!("socket {family} {kind}{protocol}"));
        match family {
            "AF_INET6" => {
                self.six.insert(name.clone());
            }
            "AF_UNIX" | "AF_LOCAL" => {
                self.unix.insert(name.clone());
            }
            _ => {}
        }
        Value::Socket(name)
    }

    pub(super) fn accept(&mut self, at: At, listener: &str, flags: &str) -> String {
        let name = self.makes(at, &format!("accept {listener}{flags}"));
        if self.unix.contains(listener) {
            self.unix.insert(name.clone());
        }
        self.connections.insert(name.clone());
        name
    }

    pub(super) fn close(&mut self, socket: &str, at: At) {
        if !self.live.contains(socket) {
            return;
        }
        if self.child.as_ref().is_some_and(|parents| parents.contains(socket)) {
            self.remark(at.line, words::foreign_child_closes(at.line, socket));
            return;
        }
        self.line(at, format!("close {socket}"));
        self.live.remove(socket);
    }

    /// The socket that a value is.
    pub(super) fn the_socket(&self, value: &Value, at: At) -> Step<Option<String>> {
        match value {
            Value::Socket(name) if self.live.contains(name) => Ok(Some(name.clone())),
            Value::Socket(name) => Err(self.cannot(at, words::foreign_closed(&**name))),
            v if v.spoilt() => Ok(None),
            v => Err(self.not_known(v, at)),
        }
    }

    /// Why a value cannot stand in a line.
    pub(super) fn not_known(&self, value: &Value, at: At) -> Cannot {
        let word = self.words(at);
        let why = match value {
            Value::Unknown(Unknown::Argument) => words::foreign_argument(word),
            Value::Unknown(Unknown::Typed) => words::foreign_typed(word),
            Value::Unknown(Unknown::Family) => words::foreign_family(),
            Value::Unknown(_) | Value::Received(_) | Value::Answer(_) => words::foreign_variable(word),
            Value::Text(_) if self.language == Language::Python => words::foreign_text(word),
            _ => words::foreign_value(word),
        };
        self.cannot(at, why)
    }

    /// A value as a word of data; `None` where a problem before it has been told.
    pub(super) fn data(&self, value: &Value, at: At) -> Step<Option<String>> {
        match value {
            Value::Bytes(bytes) if bytes.len() > DATA && bytes.iter().all(|b| *b == 0) => {
                Ok(Some(format!("zeros:{}", bytes.len())))
            }
            Value::Bytes(bytes) if bytes.len() > DATA => Err(self.cannot(at, words::foreign_large(bytes.len()))),
            Value::Bytes(bytes) => Ok(Some(data_word(bytes))),
            Value::Received(socket) if self.live.contains(socket) => Ok(Some(format!("{{{socket}.received}}"))),
            Value::Received(socket) => Err(self.cannot(at, words::foreign_closed(&**socket))),
            v if v.spoilt() => Ok(None),
            v => Err(self.not_known(v, at)),
        }
    }

    /// An address in our words.
    pub(super) fn address(&self, value: &Value, socket: &str, at: At) -> Step<Option<String>> {
        match value {
            Value::Address(address) => Ok(Some(address.clone())),
            Value::List(parts) if parts.len() >= 2 => {
                if parts.iter().any(Value::spoilt) {
                    return Ok(None);
                }
                let host = parts[0].text().ok_or_else(|| self.not_known(&parts[0], at))?;
                let port = match &parts[1] {
                    Value::Word(word) if word.starts_with('{') => word.clone(),
                    Value::Int(n) if (0..=65_535).contains(n) => n.to_string(),
                    Value::Int(n) => return Err(self.cannot(at, words::foreign_port(*n))),
                    v => return Err(self.not_known(v, at)),
                };
                Ok(Some(inet_word(&host, &port, self.six.contains(socket))))
            }
            Value::Bytes(path) | Value::Text(path) => {
                path_word(path).map(Some).ok_or_else(|| self.cannot(at, words::foreign_value(self.words(at))))
            }
            Value::Fields(fields) => self.fields_address(fields, at).map(Some),
            Value::Candidate { host, service, hints } => self.candidate(host, service, hints, at).map(Some),
            Value::Pointer(name, _) => match self.get(name).cloned() {
                Some(other) if !matches!(other, Value::Pointer(..)) => self.address(&other, socket, at),
                _ => Err(self.not_known(value, at)),
            },
            v if v.spoilt() => Ok(None),
            v => Err(self.not_known(v, at)),
        }
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

    /// Flags: words, or a number; none is nothing.
    pub(super) fn flags(&self, value: Option<&Value>, at: At) -> Step<String> {
        match value {
            None | Some(Value::Int(0) | Value::Nothing) => Ok(String::new()),
            Some(Value::Word(word)) => Ok(format!(" {word}")),
            Some(v) => Err(self.not_known(v, at)),
        }
    }

    /// A whole number.
    pub(super) fn number(&self, value: &Value, at: At) -> Step<Option<i64>> {
        match value.int() {
            Some(n) => Ok(Some(n)),
            None if value.spoilt() => Ok(None),
            None => Err(self.not_known(value, at)),
        }
    }

    /// A constant by its name, or a number.
    pub(super) fn word(&self, value: &Value, at: At) -> Step<String> {
        match value {
            Value::Word(word) => Ok(word.clone()),
            Value::Int(n) => Ok(n.to_string()),
            v => Err(self.not_known(v, at)),
        }
    }

    /// Of what is only shown, the calls on sockets are made.
    pub(super) fn shown(&mut self, expr: &Expr) -> Step<()> {
        match &expr.what {
            What::Call(function, args) => {
                let on_socket = match &function.what {
                    What::Member(of, _) => matches!(&of.what, What::Name(n) if matches!(self.get(n), Some(Value::Socket(_)))),
                    What::Name(name) => {
                        self.function_speaks(name, 0) || super::names::is_c_call(name) && self.language == Language::C
                    }
                    _ => false,
                };
                if on_socket {
                    return self.eval(expr).map(|_| ());
                }
                if let What::Member(of, _) = &function.what {
                    self.shown(of)?;
                }
                args.iter().try_for_each(|a| self.shown(a))
            }
            What::Pieces(list) | What::List(list) => list.iter().try_for_each(|e| self.shown(e)),
            What::Named(_, e) | What::Member(e, _) | What::Unary(_, e) | What::Slice(e, ..) => self.shown(e),
            What::Index(a, b) | What::Binary(_, a, b) | What::Assign(_, a, b) => self.shown(a).and_then(|()| self.shown(b)),
            What::Choice(a, b, c) => self.shown(a).and_then(|()| self.shown(b)).and_then(|()| self.shown(c)),
            _ => Ok(()),
        }
    }
}

/// `3, 7–9`.
fn ranges(lines: impl Iterator<Item = usize>) -> String {
    let mut all: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match all.last_mut() {
            Some(last) if last.1 + 1 == line => last.1 = line,
            _ => all.push((line, line)),
        }
    }
    all.into_iter().map(|(a, b)| super::lines(a, b)).collect::<Vec<_>>().join(", ")
}

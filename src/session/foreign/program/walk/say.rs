//! What is said: a line for each call, a remark for what is left out; and what a value is in our words.

use super::value::{Unknown, Value, data_word};
use super::{Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::session::foreign::program::{Cannot, Said, Says};
use crate::text::messages::foreign as words;
use crate::text::{Arg, Text};
use crate::vocabulary::MSG_FLAGS;

/// The longest text that is said as one word of data.
const DATA: usize = 4096;

impl Walker<'_> {
    pub(super) fn line(&mut self, at: At, text: String) {
        self.asked(at, &text);
        self.said.push(Said { line: at.line, says: Says::Line(text) });
    }

    /// Nothing is said that our own reader refuses.
    fn asked(&mut self, at: At, call: &str) {
        if let Some(refusal) = super::guard::refusal(call, &self.live) {
            let why = match refusal.hint {
                Some(near) => words::foreign_refused_near(call, refusal.reason, near),
                None => words::foreign_refused(call, refusal.reason),
            };
            let cannot = self.cannot(at, why);
            self.problem(cannot);
        }
    }

    /// Of what holds for a line of the program, however often it is gone through.
    pub(super) fn remark_once(&mut self, line: usize, text: Text) {
        if !self.said.iter().any(|s| s.line == line && matches!(&s.says, Says::Remark(known) if *known == text)) {
            self.remark(line, text);
        }
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
            let lines = places(self.errors.iter().copied());
            self.remark(last, words::foreign_errors_left(lines));
        }
        let plain = std::mem::take(&mut self.plain).into_iter();
        let plain = plain.map(|(name, lines)| words::foreign_plain_one(name, listed(ranges(lines.into_iter()))));
        if let Some(plain) = plain.reduce(words::foreign_listed) {
            self.remark(last, words::foreign_plain_left(plain));
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
        self.families.remove(&name);
        self.connections.remove(&name);
        self.makes_line(at, &name, call);
        name
    }

    fn makes_line(&mut self, at: At, names: &str, call: &str) {
        self.asked(at, call);
        self.said.push(Said { line: at.line, says: Says::Line(format!("{names} = {call}")) });
    }

    /// What comes of a socket has its addresses too.
    pub(super) fn of_same_family(&mut self, name: &str, of: &str) {
        if let Some(family) = self.families.get(of).cloned() {
            self.families.insert(name.to_string(), family);
        }
    }

    pub(super) fn makes_two(&mut self, at: At, kind: &super::constants::Kind) -> (String, String) {
        let first = self.name();
        self.live.insert(first.clone());
        let second = self.name();
        self.live.insert(second.clone());
        self.makes_line(at, &format!("{first} {second}"), &format!("socketpair {}", kind.words()));
        for name in [&first, &second] {
            self.connections.remove(name);
            self.families.insert(name.clone(), kind.family.clone());
        }
        (first, second)
    }

    /// A socket, whose family is remembered for its addresses.
    pub(super) fn socket(&mut self, at: At, kind: &super::constants::Kind) -> Value {
        let name = self.makes(at, &format!("socket {}", kind.words()));
        self.families.insert(name.clone(), kind.family.clone());
        Value::Socket(name)
    }

    pub(super) fn accept(&mut self, at: At, listener: &str, flags: &str) -> String {
        let name = self.makes(at, &format!("accept {listener}{flags}"));
        self.of_same_family(&name, listener);
        self.connections.insert(name.clone(), at);
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
            // A name that nothing was given to, and that is no module either.
            Value::Library(name) if *name == word && !self.imports.contains(name) => words::foreign_name(word),
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

    /// Flags: words, or a number; none is nothing.
    pub(super) fn flags(&self, value: Option<&Value>, at: At) -> Step<String> {
        match value {
            None | Some(Value::Int(0) | Value::Nothing) => Ok(String::new()),
            Some(Value::Word(word)) => Ok(format!(" {word}")),
            Some(Value::Int(n)) => Ok(format!(" {}", MSG_FLAGS.flags(*n))),
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

/// Lines as they are told: one, or several.
pub(super) fn places(lines: impl Iterator<Item = usize>) -> Text {
    let shown = ranges(lines);
    match shown.as_slice() {
        [one] if !one.contains('–') => words::foreign_one_line(one),
        _ => words::foreign_lines(listed(shown)),
    }
}

/// Each language has its own way of listing.
fn listed(all: Vec<String>) -> Arg {
    let all = all.into_iter().map(Arg::Word);
    all.reduce(|all, one| words::foreign_listed(all, one).into()).unwrap_or(Arg::Word(String::new()))
}

/// `3`, `7–9`.
fn ranges(lines: impl Iterator<Item = usize>) -> Vec<String> {
    let mut all: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match all.last_mut() {
            Some(last) if last.1 + 1 == line => last.1 = line,
            _ => all.push((line, line)),
        }
    }
    all.into_iter().map(|(a, b)| if b > a { format!("{a}–{b}") } else { a.to_string() }).collect()
}

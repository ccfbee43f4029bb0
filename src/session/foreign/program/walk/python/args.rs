//! What a call of Python is given: by place or by name, each with its place in the text.

use super::super::address::Given;
use super::super::constants::Kind;
use super::super::value::Value;
use super::super::{Step, Walker};
use crate::session::foreign::program::tree::{At, Expr, What};
use crate::text::messages::foreign as words;

pub(super) struct Arg {
    name: Option<String>,
    pub value: Value,
    pub at: At,
    /// The places of the parts of a tuple or a list that is written out.
    parts: Vec<At>,
}

pub(super) struct Args(pub Vec<Arg>);

impl Args {
    fn find(&self, place: usize, name: &str) -> Option<&Arg> {
        let named = self.0.iter().find(|a| a.name.as_deref() == Some(name));
        named.or_else(|| self.0.get(place).filter(|a| a.name.is_none()))
    }

    /// By its place, or by its name.
    pub fn get(&self, place: usize, name: &str) -> Option<&Value> {
        self.find(place, name).map(|a| &a.value)
    }

    pub fn at(&self, place: usize, otherwise: At) -> At {
        self.0.get(place).map_or(otherwise, |a| a.at)
    }

    pub fn places(&self) -> Vec<At> {
        self.0.iter().map(|a| a.at).collect()
    }

    pub fn spoilt(&self) -> bool {
        self.0.iter().any(|a| a.value.spoilt())
    }

    pub fn given<'a>(&'a self, place: usize, otherwise: &'a Value, at: At) -> Given<'a> {
        match self.0.get(place) {
            Some(arg) => Given { value: &arg.value, at: arg.at, parts: &arg.parts },
            None => Given { value: otherwise, at, parts: &[] },
        }
    }
}

impl Walker<'_> {
    pub(super) fn args(&mut self, args: &[Expr]) -> Step<Args> {
        let hints = std::mem::take(&mut self.hints);
        let mut all = Vec::new();
        for arg in args {
            let (name, value) = match &arg.what {
                What::Named(name, value) => (Some(name.clone()), value.as_ref()),
                _ => (None, arg),
            };
            let parts = match &value.what {
                What::List(parts) => parts.iter().map(|p| p.at).collect(),
                _ => Vec::new(),
            };
            all.push(Arg { name, value: self.eval(value)?, at: value.at, parts });
        }
        self.hints = hints;
        Ok(Args(all))
    }

    /// Family, type and protocol, with what Python takes where they are left out.
    pub(super) fn kind_given(&mut self, args: &Args, family: &str, at: At) -> Step<Kind> {
        let otherwise = [("family", family), ("type", "SOCK_STREAM"), ("proto", "0")];
        let mut given = otherwise.into_iter().enumerate().map(|(place, (name, word))| match args.find(place, name) {
            Some(arg) => (arg.value.clone(), arg.at),
            None => (Value::Word(word.to_string()), at),
        });
        let mut next = || given.next().unwrap_or((Value::Nothing, at));
        let (family, kind, protocol) = (next(), next(), next());
        self.kind((&family.0, family.1), (&kind.0, kind.1), (&protocol.0, protocol.1))
    }

    /// A host and a port that are two arguments, where one pair is wanted.
    pub(super) fn apart(&self, args: &Args, from: usize, call: &str, at: At) -> Step<()> {
        let Some([host, port, ..]) = args.0.get(from..) else { return Ok(()) };
        let is_host = host.value.bytes().is_some() || matches!(host.value, Value::Library(_));
        if !is_host || matches!(port.value, Value::List(_)) || port.name.is_some() {
            return Ok(());
        }
        let before: String = args.0[..from].iter().map(|a| self.words(a.at) + ", ").collect();
        let form = format!("{call}({before}({}, {}))", self.words(host.at), self.words(port.at));
        let place = if host.at.line == port.at.line { At { to: port.at.to, ..host.at } } else { at };
        Err(self.cannot(place, words::foreign_pair_apart(form)))
    }
}

//! Parameters that several calls share, and the kinds of words that know sockets.

use super::Data;
use crate::grammar::complete::matching;
use crate::grammar::kinds::{DataKind, Flags, HandleKind, OneOf, Size, Time};
use crate::grammar::refusal::{Ask, Code, Refusal};
use crate::grammar::spec::{Kind, Param};
use crate::grammar::{Args, Candidate, DataWord, Word, World, number};
use crate::kernel::addr::{self, Addr, AddrWord};
use crate::text::Text;
use crate::text::messages::{refusal as say, summary as what};
use crate::vocabulary as voc;

pub static SOCKFD: Param<HandleKind> = Param::one("sockfd", HandleKind);
pub static DOMAIN: Param<OneOf> = Param::one("domain", OneOf(&voc::FAMILIES));
pub static TYPE: Param<OneOf> = Param::one("type", OneOf(&voc::TYPES));
pub static TYPE_FLAGS: Param<Flags> = Param::any("flags", Flags(&voc::TYPE_FLAGS));
pub static PROTOCOL: Param<OneOf> = Param::optional("protocol", OneOf(&voc::PROTOCOLS));
pub static ADDR: Param<AddressKind> = Param::one("addr", AddressKind);
pub static BUF: Param<DataKind> = Param::one("buf", DataKind);
pub static LEN: Param<Size> = Param::one("len", Size);
pub static FLAGS: Param<Flags> = Param::any("flags", Flags(&voc::MSG_FLAGS));
pub static TIMEOUT: Param<Time> = Param::optional("timeout", Time);

/// A socket address, or a name for one.
pub struct AddressKind;

impl Kind for AddressKind {
    type Out = Addr;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(addr::looks_like)
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Addr, Refusal> {
        let text = word.str()?;
        match addr::parse(text).map_err(|why| Refusal::at(why, word.span))? {
            AddrWord::Addr(addr) => Ok(addr),
            AddrWord::Name { host, service } => {
                let known = args.world.resolved(&host, &service);
                match known.as_deref().map(addr::parse) {
                    Some(Ok(AddrWord::Addr(addr))) => Ok(addr),
                    _ => Err(Refusal::new(Code::BadValue, word.span, say::not_an_address(text)).ask(Ask::Resolve(host, service))),
                }
            }
        }
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        if prefix.starts_with('/') || prefix.starts_with("./") || prefix.starts_with("../") {
            return crate::grammar::kinds::paths(prefix);
        }
        let mut found: Vec<Candidate> = Vec::new();
        if let Some(name) = prefix.strip_prefix('{') {
            for n in world.names().into_iter().filter(|n| n.starts_with(name.split('.').next().unwrap_or(""))) {
                found.extend(["local", "peer"].map(|f| Candidate::new(format!("{{{n}.{f}}}"))));
            }
            return found.into_iter().filter(|c| c.word.starts_with(prefix)).collect();
        }
        found.extend(matching(prefix, world.addresses()));
        found.extend(matching(prefix, ["127.0.0.1:0", "127.0.0.1:", "[::1]:0", "localhost:"]));
        found.dedup();
        found
    }
    fn what(&self) -> Text {
        what::what_address()
    }
}

impl<'a> Args<'a> {
    /// The data word and what it maps.
    pub fn data(&mut self, param: &'static Param<DataKind>) -> Result<Data, Refusal> {
        let span = self.peek().map_or((0, 0), |w| w.span);
        let word = self.one(param)?;
        Data::new(word, span)
    }

    /// Several data words.
    pub fn data_many(&mut self, stop: impl Fn(&Word<'_>) -> bool) -> Result<Vec<Data>, Refusal> {
        let mut all = Vec::new();
        while let Some(word) = self.peek().filter(|w| !stop(w)) {
            self.at += 1;
            all.push(Data::new(DataWord::read(&word)?, word.span)?);
        }
        if all.is_empty() { Err(self.missing(what::what_data())) } else { Ok(all) }
    }
}

/// `name=value` words, in any order: `rights=…`, `to=…`.
pub fn extra<'a>(word: &Word<'a>, key: &str) -> Option<Word<'a>> {
    let text = word.bytes;
    let is =
        !word.quoted && text.len() > key.len() && text[..key.len()].eq_ignore_ascii_case(key.as_bytes()) && text[key.len()] == b'=';
    is.then(|| word.part(key.len() + 1, text.len()))
}

/// A number inside a word.
pub fn int_in(word: &Word<'_>) -> Result<i64, Refusal> {
    let value = word.bare_str().and_then(number::int);
    value.ok_or_else(|| Refusal::bad(word.span, say::not_a_number(word.shown())))
}

/// The descriptor of the file a word `file:PATH` speaks of.
pub fn file_in(args: &Args<'_>, word: &Word<'_>) -> Result<crate::grammar::Handle, Refusal> {
    let text = word.str()?;
    let Some(path) = text.strip_prefix("file:").filter(|p| !p.is_empty() && !word.quoted) else {
        return Err(Refusal::bad(word.span, say::not_one_of(text, what::what_file())));
    };
    let unread = || Refusal::bad(word.span, say::cannot_read_file(path, "…")).ask(Ask::Open(path.to_string()));
    args.world.opened(path).ok_or_else(unread)
}

//! Option names and values as they are typed.

use crate::grammar::complete::matching;
use crate::grammar::refusal::Refusal;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, DataWord, Handle, Param, Word, World, number};
use crate::kernel;
use crate::kernel::net::Interface;
use crate::kernel::opt::OptValue;
use crate::text::Text;
use crate::text::messages::{refusal as say, summary as what};
use crate::vocabulary::option::{self, Level, Opt, Shape};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An option's name, or its level (the name follows), or both as numbers.
pub struct OptionKind;

impl Kind for OptionKind {
    type Out = Word2;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| Level::from_name(w).is_some() || option::called(w).next().is_some())
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Word2, Refusal> {
        let text = word.str()?.to_string();
        let level = Level::from_name(&text).or_else(|| number::int(&text).and_then(|n| Level::from_number(n as i32)));
        // `ipv6 recverr`: a level, if an option of it follows.
        if let (Some(level), Some(next)) = (level, args.peek())
            && let Some(name) = next.bare_str()
        {
            if let Some(found) = option::called(name).find(|o| o.level == level) {
                args.at += 1;
                return Ok(Word2 { level: Some(level), option: found, span: (word.span.0, next.span.1) });
            }
            if option::called(name).next().is_none() {
                return Err(unknown(&next));
            }
        }
        match option::called(&text).next() {
            Some(option) => Ok(Word2 { level: None, option, span: word.span }),
            None => Err(unknown(&word)),
        }
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let full = prefix.chars().next().is_some_and(char::is_uppercase);
        let names = option::OPTIONS.iter().map(|o| if full { o.name.to_string() } else { o.short() });
        let mut found = matching(prefix, names);
        found.sort_by(|a, b| a.word.cmp(&b.word));
        found.dedup();
        found
    }
    fn what(&self) -> Text {
        what::what_option()
    }
    fn closed(&self) -> bool {
        true
    }
}

fn unknown(word: &Word<'_>) -> Refusal {
    Refusal::bad(word.span, say::unknown_option(word.shown())).hint(option::suggest(&word.shown()))
}

/// What was typed for an option: perhaps a level, a row that has the name, the place.
#[derive(Debug, Clone, Copy)]
pub struct Word2 {
    pub level: Option<Level>,
    pub option: &'static Opt,
    pub span: (usize, usize),
}

impl Word2 {
    /// Where several levels share the name, the one of the socket's own family and type is meant.
    pub fn on(&self, socket: Handle) -> &'static Opt {
        let short = self.option.short();
        if self.level.is_some() || option::called(&short).nth(1).is_none() {
            return self.option;
        }
        let kernel::Kind::Socket { domain, kind, protocol } = kernel::Kind::of(socket.fd) else { return self.option };
        let levels = option::levels_of(domain, kind, protocol);
        levels.iter().find_map(|l| option::called(&short).find(|o| o.level == *l)).unwrap_or(self.option)
    }
}

pub static OPTNAME: Param<OptionKind> = Param::one("optname", OptionKind);

/// Words of an option's value.
pub struct ValueKind;

impl Kind for ValueKind {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["1", "0", "on", "off"])
    }
    fn what(&self) -> Text {
        what::what_option_value()
    }
}

pub static OPTVAL: Param<ValueKind> = Param::many("optval", ValueKind);

/// What a value of this shape looks like.
pub fn form(shape: Shape) -> Text {
    match shape {
        Shape::Bool => what::form_bool(),
        Shape::Time => what::form_time(),
        Shape::Linger => what::form_linger(),
        Shape::Text => what::form_text(),
        Shape::Interface | Shape::InterfaceBe | Shape::Interface4 => what::form_interface(),
        Shape::Mreq | Shape::Mreq6 | Shape::GroupReq => what::form_group(),
        Shape::MreqSource => what::form_source(),
        Shape::PortRange => what::form_ports(),
        Shape::Bytes => what::form_bytes(),
        _ => what::form_int(),
    }
}

/// Reads the words of a value.
///
/// # Errors
/// Words that are no value of the option, with the form one would have.
pub fn read_value(args: &mut Args<'_>, option: &'static Opt) -> Result<OptValue, Refusal> {
    if option.shape == Shape::Flag {
        return Ok(OptValue::Nothing);
    }
    let Some(word) = args.next_word() else { return Err(args.missing(form(option.shape))) };
    let bad = |w: &Word<'_>| Refusal::bad(w.span, say::bad_option_value(w.shown(), option.name, form(option.shape)));
    if matches!(option.shape, Shape::Bytes) {
        return Ok(OptValue::Bytes(DataWord::read(&word)?.bytes.to_vec()));
    }
    let text = word.str()?;
    let lower = text.to_ascii_lowercase();
    let switch = match lower.as_str() {
        "on" | "true" | "yes" => Some(1),
        "off" | "false" | "no" => Some(0),
        _ => None,
    };
    let value = match option.shape {
        // A switch takes any number the learner wants to try.
        Shape::Bool | Shape::Int | Shape::Unsigned | Shape::U64 => {
            let n = switch.or_else(|| number::int(text)).or_else(|| number::size(text).and_then(|s| i64::try_from(s).ok()));
            n.filter(|n| option.shape == Shape::U64 || (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(n)).map(OptValue::Int)
        }
        Shape::Time => number::duration(text).map(OptValue::Time),
        Shape::Linger => match switch {
            Some(0) => Some(OptValue::Linger(false, 0)),
            on => {
                let seconds = if on.is_some() { args.next_word() } else { Some(word) };
                let seconds = seconds.ok_or_else(|| args.missing(form(option.shape)))?;
                let n = seconds.bare_str().and_then(|s| number::int(s.strip_suffix('s').unwrap_or(s)));
                Some(OptValue::Linger(true, i32::try_from(n.ok_or_else(|| bad(&seconds))?).map_err(|_| bad(&seconds))?))
            }
        },
        Shape::Text => Some(OptValue::Text(text.to_string())),
        Shape::Interface | Shape::InterfaceBe => Interface::find(text).map(OptValue::Interface),
        Shape::Interface4 => text.parse().map(OptValue::Interface4).ok().or_else(|| Interface::find(text).map(OptValue::Interface)),
        Shape::PortRange => text.split_once('-').and_then(|(l, h)| Some(OptValue::Ports(l.parse().ok()?, h.parse().ok()?))),
        Shape::Mreq => {
            let group = text.parse::<Ipv4Addr>().map_err(|_| bad(&word))?;
            Some(match args.next_word() {
                None => OptValue::Mreq(group, Ipv4Addr::UNSPECIFIED, Interface::default()),
                Some(w) => match w.str()?.parse() {
                    Ok(ip) => OptValue::Mreq(group, ip, Interface::default()),
                    Err(_) => OptValue::Mreq(group, Ipv4Addr::UNSPECIFIED, Interface::find(w.str()?).ok_or_else(|| bad(&w))?),
                },
            })
        }
        Shape::MreqSource => {
            let group = text.parse::<Ipv4Addr>().map_err(|_| bad(&word))?;
            let Some(w) = args.next_word() else { return Err(args.missing(form(option.shape))) };
            let source = w.str()?.parse::<Ipv4Addr>().map_err(|_| bad(&w))?;
            let local = match args.next_word() {
                Some(w) => w.str()?.parse::<Ipv4Addr>().map_err(|_| bad(&w))?,
                None => Ipv4Addr::UNSPECIFIED,
            };
            Some(OptValue::MreqSource(group, local, source))
        }
        Shape::Mreq6 => {
            let group = text.parse::<Ipv6Addr>().map_err(|_| bad(&word))?;
            Some(OptValue::Mreq6(group, optional_interface(args, &bad)?))
        }
        Shape::GroupReq => {
            let group = text.parse::<IpAddr>().map_err(|_| bad(&word))?;
            Some(OptValue::GroupReq(group, optional_interface(args, &bad)?))
        }
        _ => None,
    };
    value.ok_or_else(|| bad(&word))
}

fn optional_interface(args: &mut Args<'_>, bad: &impl Fn(&Word<'_>) -> Refusal) -> Result<Interface, Refusal> {
    match args.next_word() {
        None => Ok(Interface::default()),
        Some(w) => Interface::find(w.str()?).ok_or_else(|| bad(&w)),
    }
}

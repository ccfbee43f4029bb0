//! A command's one declaration. Parsing, help, completion, hints, colour and the README's table come from it.

use super::{Args, Candidate, Refusal, World};
use crate::text::Text;

/// How often a parameter stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    One,
    Optional,
    /// Any number, at least one.
    Many,
    /// Any number, none too.
    Any,
}

/// What kind of word a parameter is: how it is read, and what could stand there.
pub trait Kind: Sync {
    type Out;
    /// Whether a word could be of this kind: decides whether an optional parameter is present.
    fn accepts(&self, word: &super::Word<'_>, world: &dyn World) -> bool;
    fn read(&self, args: &mut Args<'_>, word: super::Word<'_>) -> Result<Self::Out, Refusal>;
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate>;
    /// What is wanted, for "needs …".
    fn what(&self) -> Text;
    /// A closed list of words: such a word is never taken for a socket's name.
    fn closed(&self) -> bool {
        false
    }
    fn is_handle(&self) -> bool {
        false
    }
}

/// A parameter of a command, under the man page's name. The parameter itself is the key that reads its value.
pub struct Param<K: Kind + 'static> {
    pub name: &'static str,
    pub kind: K,
    pub need: Need,
}

impl<K: Kind> Param<K> {
    pub const fn one(name: &'static str, kind: K) -> Param<K> {
        Param { name, kind, need: Need::One }
    }
    pub const fn optional(name: &'static str, kind: K) -> Param<K> {
        Param { name, kind, need: Need::Optional }
    }
    pub const fn many(name: &'static str, kind: K) -> Param<K> {
        Param { name, kind, need: Need::Many }
    }
    pub const fn any(name: &'static str, kind: K) -> Param<K> {
        Param { name, kind, need: Need::Any }
    }
}

/// A parameter without its value's type: what help and completion look at.
pub trait AnyParam: Sync {
    fn name(&self) -> &'static str;
    fn need(&self) -> Need;
    fn accepts(&self, word: &super::Word<'_>, world: &dyn World) -> bool;
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate>;
    fn what(&self) -> Text;
    fn closed(&self) -> bool;
    fn is_handle(&self) -> bool;
    /// Why a word is none of this kind.
    fn refusal(&self, args: &mut Args<'_>, word: super::Word<'_>) -> Option<Refusal>;
}

impl<K: Kind> AnyParam for Param<K> {
    fn name(&self) -> &'static str {
        self.name
    }
    fn need(&self) -> Need {
        self.need
    }
    fn accepts(&self, word: &super::Word<'_>, world: &dyn World) -> bool {
        self.kind.accepts(word, world)
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        self.kind.complete(prefix, world)
    }
    fn what(&self) -> Text {
        self.kind.what()
    }
    fn closed(&self) -> bool {
        self.kind.closed()
    }
    fn is_handle(&self) -> bool {
        self.kind.is_handle()
    }
    fn refusal(&self, args: &mut Args<'_>, word: super::Word<'_>) -> Option<Refusal> {
        self.kind.read(args, word).err()
    }
}

/// Under which heading `help` lists a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Call,
    Look,
    Flow,
    Lab,
    Lesson,
    Session,
}

/// A line that shows the command in use. `before` makes the world it needs; both are run as a test.
#[derive(Debug)]
pub struct Example {
    pub before: &'static str,
    pub line: &'static str,
}

/// The declaration of a command.
pub struct Spec {
    /// The word typed.
    pub name: &'static str,
    /// A second word for commands of two (`epoll wait`).
    pub sub: Option<&'static str>,
    /// The C function's name, where it differs: it is understood as well.
    pub also: &'static [&'static str],
    pub group: Group,
    pub params: &'static [&'static dyn AnyParam],
    pub summary: fn() -> Text,
    pub examples: &'static [Example],
    /// How many things it makes that can be named: none, or from..=to.
    pub makes: (usize, usize),
    /// What it makes becomes current.
    pub moves: bool,
    /// It can be a job.
    pub job: bool,
}

/// A parameter's name as help shows it; an option is shown as it is typed.
pub fn shown(name: &str) -> String {
    if name.starts_with("--") { name.to_string() } else { name.to_uppercase() }
}

impl Spec {
    /// `send [SOCKFD] DATA [FLAGS…]`: the shape of a line.
    pub fn usage(&self) -> String {
        let mut out = self.name.to_string();
        if let Some(sub) = self.sub {
            out.push(' ');
            out.push_str(sub);
        }
        for p in self.params {
            let name = shown(p.name());
            let shape = match p.need() {
                Need::One if p.is_handle() => format!(" [{name}]"),
                Need::One => format!(" {name}"),
                Need::Optional => format!(" [{name}]"),
                Need::Many => format!(" {name}…"),
                Need::Any => format!(" [{name}…]"),
            };
            out.push_str(&shape);
        }
        out
    }

    /// Both words of the command.
    pub fn title(&self) -> String {
        match self.sub {
            Some(sub) => format!("{} {sub}", self.name),
            None => self.name.to_string(),
        }
    }
}

//! Reading a command's words through its own parameters, in their order.

use super::lex::{Lexed, Token};
use super::spec::{AnyParam, Kind, Need, Param, Spec};
use super::{Handle, Refusal, World, refusal::Code};
use crate::text::Text;
use crate::text::messages::refusal as say;

/// A word at its place in the line.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    pub bytes: &'a [u8],
    /// The line, where the word stands in it as it is: no second look is needed to know that it is text.
    line: Option<&'a str>,
    pub span: (usize, usize),
    pub quoted: bool,
    pub bare: usize,
}

impl<'a> Word<'a> {
    pub fn new(line: &'a str, lexed: &'a Lexed, token: &Token) -> Word<'a> {
        let bytes = lexed.bytes(line, token);
        let line = token.in_line().then_some(line);
        Word { bytes, line, span: (token.start, token.end), quoted: token.quoted, bare: token.bare }
    }

    fn text(&self) -> Option<&'a str> {
        match self.line {
            Some(line) => line.get(self.span.0..self.span.1),
            None => std::str::from_utf8(self.bytes).ok(),
        }
    }

    /// The word as text; quoted words are no keywords, so `None` for them too.
    pub fn bare_str(&self) -> Option<&'a str> {
        if self.quoted { None } else { self.text() }
    }

    pub fn str(&self) -> Result<&'a str, Refusal> {
        self.text().ok_or_else(|| Refusal::bad(self.span, say::not_utf8()))
    }

    /// For a message: short, and text in any case.
    pub fn shown(&self) -> String {
        let text = String::from_utf8_lossy(self.bytes);
        match text.char_indices().nth(40) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text.into_owned(),
        }
    }

    /// Whether it could be a socket's name: letters, digits, `_`, `-`, no digit first.
    pub fn is_name(&self) -> bool {
        self.bare_str().is_some_and(is_name)
    }

    /// A part of this word, with its own place (only for words that stand in the line as they are).
    pub fn part(&self, from: usize, to: usize) -> Word<'a> {
        let whole = self.span.1 - self.span.0 == self.bytes.len();
        let span = if whole { (self.span.0 + from, self.span.0 + to) } else { self.span };
        let bytes = &self.bytes[from..to];
        Word { bytes, line: None, span, quoted: self.quoted, bare: to - from }
    }

    /// The parts between `separator`, each with its place.
    pub fn split(&self, separator: u8) -> Vec<Word<'a>> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, b) in self.bytes.iter().enumerate() {
            if *b == separator {
                parts.push(self.part(from, at));
                from = at + 1;
            }
        }
        parts.push(self.part(from, self.bytes.len()));
        parts
    }
}

/// Whether a word can name a socket.
pub fn is_name(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// The words of a command, read from left to right.
pub struct Args<'a> {
    pub line: &'a str,
    pub lexed: &'a Lexed,
    pub at: usize,
    pub spec: &'static Spec,
    pub world: &'a dyn World,
    /// Where the command's own word stands.
    pub command: (usize, usize),
    /// Parameters that may be left out and did not take the word they were shown, and which word that was.
    refused: Vec<(usize, &'static dyn AnyParam)>,
}

impl<'a> Args<'a> {
    /// The words of `spec`'s command from the token `at` on.
    pub fn new(
        line: &'a str,
        lexed: &'a Lexed,
        at: usize,
        spec: &'static Spec,
        world: &'a dyn World,
        command: (usize, usize),
    ) -> Args<'a> {
        Args { line, lexed, at, spec, world, command, refused: Vec::new() }
    }

    pub fn peek(&self) -> Option<Word<'a>> {
        self.ahead(0)
    }

    pub fn ahead(&self, n: usize) -> Option<Word<'a>> {
        self.lexed.tokens.get(self.at + n).map(|t| Word::new(self.line, self.lexed, t))
    }

    pub fn next_word(&mut self) -> Option<Word<'a>> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    pub fn left(&self) -> usize {
        self.lexed.tokens.len() - self.at
    }

    /// Where the next word would stand: behind the last one.
    fn end(&self) -> (usize, usize) {
        let end = self.lexed.tokens.last().map_or(self.command.1, |t| t.end);
        (end, end + 1)
    }

    pub fn missing(&self, what: crate::text::Text) -> Refusal {
        let example = self.spec.examples.first().map(|e| e.line);
        Refusal::new(Code::Missing, self.end(), say::missing(what, self.spec.title())).hint(example)
    }

    /// A parameter that must be there.
    pub fn one<K: Kind>(&mut self, param: &'static Param<K>) -> Result<K::Out, Refusal> {
        let Some(word) = self.next_word() else {
            return Err(self.missing(param.kind.what()));
        };
        param.kind.read(self, word)
    }

    /// A parameter that may be left out: it is there if the next word can be of its kind.
    pub fn optional<K: Kind>(&mut self, param: &'static Param<K>) -> Result<Option<K::Out>, Refusal> {
        match self.peek() {
            Some(word) if param.kind.accepts(&word, self.world) => {
                self.at += 1;
                param.kind.read(self, word).map(Some)
            }
            Some(_) => {
                self.refused.push((self.at, param));
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// As many words of one kind as follow.
    pub fn many<K: Kind>(&mut self, param: &'static Param<K>) -> Result<Vec<K::Out>, Refusal> {
        let mut out = Vec::new();
        while let Some(value) = self.optional(param)? {
            out.push(value);
        }
        if out.is_empty() && param.need == Need::Many {
            return match self.peek() {
                Some(_) => self.one(param).map(|v| vec![v]),
                None => Err(self.missing(param.kind.what())),
            };
        }
        Ok(out)
    }

    /// The socket a command works on. It may be left out where the current one is meant: the first word is a socket if it
    /// names a live one, or if it is a bare word followed by as many arguments as the call needs.
    pub fn handle(&mut self) -> Result<Handle, Refusal> {
        self.handle_before(self.needed())
    }

    /// How many words the parameters behind the socket need at least.
    fn needed(&self) -> usize {
        self.spec.params.iter().filter(|p| !p.is_handle() && matches!(p.need(), Need::One | Need::Many)).count()
    }

    pub fn handle_before(&mut self, needed: usize) -> Result<Handle, Refusal> {
        if let Some(word) = self.peek()
            && let Some(text) = word.bare_str()
        {
            if let Some(handle) = self.world.find(text) {
                self.at += 1;
                return Ok(handle);
            }
            if is_name(text) && self.left() > needed && !self.is_keyword(&word) {
                return Err(unknown_name(&word, self.world));
            }
        }
        self.world
            .current()
            .ok_or_else(|| Refusal::new(Code::Missing, self.command, say::no_current_socket()).hint(Some("s = socket inet stream")))
    }

    /// A word of the closed list that the parameter behind the socket is.
    fn is_keyword(&self, word: &Word<'_>) -> bool {
        let mut behind = self.spec.params.iter().filter(|p| !p.is_handle());
        behind.next().is_some_and(|p| p.closed() && p.accepts(word, self.world))
    }

    /// Nothing may be left over.
    pub fn finish(&mut self) -> Result<(), Refusal> {
        match self.peek() {
            None => Ok(()),
            Some(word) => Err(self.slip(&word).or_else(|| self.own_reason(word)).unwrap_or_else(|| self.left_over(&word))),
        }
    }

    /// A slip in a word of a closed list that may stand here.
    fn slip(&self, word: &Word<'_>) -> Option<Refusal> {
        let lower = word.shown().to_lowercase();
        let may_stand = |p: &&&dyn AnyParam| p.closed() && matches!(p.need(), Need::Optional | Need::Any);
        self.spec.params.iter().filter(may_stand).find_map(|param| {
            let words = param.complete("", self.world);
            let near = super::nearest::nearest(&lower, words.iter().map(|c| c.word.as_str()))?;
            Some(Refusal::bad(word.span, say::not_one_of(word.shown(), param.what())).hint(Some(near)))
        })
    }

    /// Where the last that could have taken the word is a parameter that may be left out, the word was most likely meant for it: why it
    /// is none, in that parameter's own words.
    fn own_reason(&mut self, word: Word<'_>) -> Option<Refusal> {
        let here = self.refused.iter().filter(|r| r.0 == self.at).map(|r| r.1);
        here.clone().next_back().filter(|last| last.need() == Need::Optional)?;
        let mut asked: Vec<&'static dyn AnyParam> = here.filter(|p| p.need() == Need::Optional).collect();
        asked.dedup_by_key(|p| p.what());
        match asked[..] {
            [one] => one.refusal(self, word),
            [one, other] => Some(Refusal::bad(word.span, say::not_one_of(word.shown(), say::either(one.what(), other.what())))),
            _ => None,
        }
    }

    /// A word that nobody took.
    fn left_over(&self, word: &Word<'_>) -> Refusal {
        // As a shell has them.
        let shell = |t: &&super::lex::Token| self.line.as_bytes().get(t.start) == Some(&b'\'') && !t.quoted;
        if let Some(first) = self.lexed.tokens.iter().find(shell) {
            return Refusal::new(Code::Syntax, (first.start, first.end), say::single_quotes());
        }
        // The usual mistake: data of two words without quotes.
        let data = self.spec.params.iter().any(|p| p.name() == "buf");
        let hint = data.then(|| format!("{} \"two words\"", self.spec.title()));
        Refusal::new(Code::Syntax, word.span, say::too_much(word.shown(), self.spec.title())).hint(hint)
    }
}

/// "No socket is named so", with the nearest that is.
pub fn unknown_name(word: &Word<'_>, world: &dyn World) -> Refusal {
    let names = world.names();
    let shown = word.shown();
    let near = super::nearest::nearest(&shown, names.iter().map(String::as_str)).map(str::to_string);
    Refusal::new(Code::UnknownName, word.span, no_such_socket(&shown, world)).hint(near)
}

/// Why a name is no socket's.
pub fn no_such_socket(name: &str, world: &dyn World) -> Text {
    let names = world.names();
    if world.recorded(name) {
        return say::socket_of_recording(name);
    }
    if names.is_empty() {
        return say::unknown_socket_none(name);
    }
    let mut list = names.iter().take(8).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if names.len() > 8 {
        list.push_str(&format!(", … ({})", names.len()));
    }
    say::unknown_socket(name, list)
}

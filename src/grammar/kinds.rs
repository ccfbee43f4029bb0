//! The kinds of words that know no sockets: names, closed lists, numbers, data, paths.

use super::args::unknown_name;
use super::complete::matching;
use super::spec::Kind;
use super::{Args, Candidate, DataWord, Handle, Lexicon, Refusal, Word, World, number};
use crate::text::Text;
use crate::text::messages::{refusal as say, summary as what};
use std::time::Duration;

/// A live socket's name.
pub struct HandleKind;

impl Kind for HandleKind {
    type Out = Handle;
    fn accepts(&self, word: &Word<'_>, world: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| world.find(w).is_some())
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Handle, Refusal> {
        word.bare_str().and_then(|w| args.world.find(w)).ok_or_else(|| unknown_name(&word, args.world))
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        matching(prefix, world.names())
    }
    fn what(&self) -> Text {
        what::what_socket()
    }
    fn is_handle(&self) -> bool {
        true
    }
}

/// One word of a closed list, or its number.
pub struct OneOf(pub &'static Lexicon);

impl OneOf {
    fn value(&self, word: &Word<'_>) -> Option<i64> {
        let text = word.bare_str()?;
        self.0.find(text).map(|r| r.value).or_else(|| number::int(text))
    }
}

impl Kind for OneOf {
    type Out = i64;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        self.value(word).is_some_and(|v| i32::try_from(v).is_ok())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<i64, Refusal> {
        self.value(&word).filter(|v| i32::try_from(*v).is_ok()).ok_or_else(|| not_one_of(self.0, &word))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        lexicon_candidates(self.0, prefix)
    }
    fn what(&self) -> Text {
        (self.0.what)()
    }
    fn closed(&self) -> bool {
        true
    }
}

fn not_one_of(lexicon: &Lexicon, word: &Word<'_>) -> Refusal {
    Refusal::bad(word.span, say::not_one_of(word.shown(), (lexicon.what)())).hint(lexicon.suggest(&word.shown()))
}

/// Short names, or full ones where the word is typed in capitals.
fn lexicon_candidates(lexicon: &Lexicon, prefix: &str) -> Vec<Candidate> {
    let full = prefix.chars().next().is_some_and(char::is_uppercase);
    let rows = lexicon.rows.iter();
    let mut found: Vec<Candidate> = matching(prefix, rows.clone().map(|r| if full { r.name } else { r.short }));
    if found.is_empty() {
        // `af_in`: the full name in small letters.
        found = matching(prefix, rows.map(|r| r.name));
    }
    found.dedup();
    found
}

/// Flags: words of a closed list, one after the other or joined by `|`.
pub struct Flags(pub &'static Lexicon);

impl Flags {
    fn one(&self, word: &Word<'_>) -> Option<i64> {
        let text = word.bare_str()?;
        self.0.find(text).map(|r| r.value).or_else(|| number::int(text).filter(|_| text.starts_with("0x")))
    }
}

impl Kind for Flags {
    type Out = i32;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        !word.bytes.is_empty() && word.split(b'|').iter().any(|w| self.one(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<i32, Refusal> {
        let mut all = 0;
        for part in word.split(b'|') {
            all |= self.one(&part).ok_or_else(|| not_one_of(self.0, &part))? as i32;
        }
        Ok(all)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let (done, last) = prefix.rsplit_once('|').map_or(("", prefix), |(d, l)| (d, l));
        let mut found = lexicon_candidates(self.0, last);
        if prefix.contains('|') {
            found.iter_mut().for_each(|c| c.word = format!("{done}|{}", c.word));
        }
        found
    }
    fn what(&self) -> Text {
        (self.0.what)()
    }
    fn closed(&self) -> bool {
        true
    }
}

impl<'a> Args<'a> {
    /// All flag words that stand here, as one set.
    pub fn flags(&mut self, param: &'static super::Param<Flags>) -> Result<i32, Refusal> {
        let mut all = 0;
        while let Some(set) = self.optional(param)? {
            all |= set;
        }
        Ok(all)
    }
}

/// A whole number within bounds.
pub struct Int {
    pub low: i64,
    pub high: i64,
}

impl Kind for Int {
    type Out = i64;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| number::int(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<i64, Refusal> {
        let value = word.bare_str().and_then(number::int);
        let value = value.ok_or_else(|| Refusal::bad(word.span, say::not_a_number(word.shown())))?;
        if value < self.low || value > self.high {
            return Err(Refusal::bad(word.span, say::number_range(word.shown(), self.low, self.high)));
        }
        Ok(value)
    }
    fn complete(&self, _: &str, _: &dyn World) -> Vec<Candidate> {
        Vec::new()
    }
    fn what(&self) -> Text {
        what::what_number()
    }
}

/// A size in bytes.
pub struct Size;

impl Kind for Size {
    type Out = u64;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| number::size(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<u64, Refusal> {
        let value = word.bare_str().and_then(number::size).filter(|s| *s <= i64::MAX as u64);
        value.ok_or_else(|| Refusal::bad(word.span, say::not_a_size(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["1024"])
    }
    fn what(&self) -> Text {
        what::what_size()
    }
}

/// A duration.
pub struct Time;

impl Kind for Time {
    type Out = Duration;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| number::duration(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Duration, Refusal> {
        let value = word.bare_str().and_then(number::duration);
        value.ok_or_else(|| Refusal::bad(word.span, say::not_a_duration(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["500ms", "1s", "2s"])
    }
    fn what(&self) -> Text {
        what::what_duration()
    }
}

/// Data: one word.
pub struct DataKind;

impl Kind for DataKind {
    type Out = DataWord;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<DataWord, Refusal> {
        DataWord::read(&word)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        match prefix.strip_prefix("file:") {
            Some(path) => paths(path).into_iter().map(|p| Candidate::new(format!("file:{}", p.word))).collect(),
            None => matching(prefix, ["\"hello\\r\\n\"", "hex:48656c", "file:", "zeros:1M"]),
        }
    }
    fn what(&self) -> Text {
        what::what_data()
    }
}

/// Any one word, taken as it is.
pub struct AnyWord(pub fn() -> Text);

impl Kind for AnyWord {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, _: &str, _: &dyn World) -> Vec<Candidate> {
        Vec::new()
    }
    fn what(&self) -> Text {
        (self.0)()
    }
}

/// One of a few words, known by the command alone.
pub struct Choice(pub &'static [&'static str], pub fn() -> Text);

impl Kind for Choice {
    type Out = &'static str;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| self.0.iter().any(|c| c.eq_ignore_ascii_case(w)))
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<&'static str, Refusal> {
        let shown = word.shown();
        let found = word.bare_str().and_then(|w| self.0.iter().copied().find(|c| c.eq_ignore_ascii_case(w)));
        found.ok_or_else(|| {
            Refusal::bad(word.span, say::not_one_of(&shown, (self.1)()))
                .hint(super::nearest::nearest(&shown.to_lowercase(), self.0.iter().copied()))
        })
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, self.0.iter().copied())
    }
    fn what(&self) -> Text {
        (self.1)()
    }
    fn closed(&self) -> bool {
        true
    }
}

/// A path in the file system.
pub struct PathKind;

impl Kind for PathKind {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        paths(prefix)
    }
    fn what(&self) -> Text {
        what::what_path()
    }
}

/// Files that begin as the word does; folders end in `/`. Called by the editor's thread, which has a descriptor table of its own.
pub fn paths(prefix: &str) -> Vec<Candidate> {
    let (folder, start) = prefix.rsplit_once('/').map_or((".", prefix), |(f, s)| (if f.is_empty() { "/" } else { f }, s));
    let shown = &prefix[..prefix.len() - start.len()];
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Candidate> = entries
        .flatten()
        .filter_map(|e| {
            let name = e.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !start.starts_with('.');
            let odd = name.contains([' ', ';', '"', '{', '#']) || name.chars().any(char::is_control);
            (name.starts_with(start) && !hidden && !odd).then(|| {
                let slash = if e.file_type().is_ok_and(|t| t.is_dir()) { "/" } else { "" };
                Candidate::new(format!("{shown}{name}{slash}"))
            })
        })
        .take(500)
        .collect();
    found.sort_by(|a, b| a.word.cmp(&b.word));
    found
}

//! Constants of which a call takes one: what the kernel reads of several that were OR-ed, and of one that stands where another belongs.

use super::value::Value;
use super::{Step, Walker};
use crate::grammar::Lexicon;
use crate::session::foreign::program::tree::At;
use crate::text::messages::foreign as words;
use crate::vocabulary as voc;
use crate::vocabulary::Level;
use crate::vocabulary::option::OPTIONS;

/// The family, the type with its flags, and the protocol of a socket, as a line has them.
pub(super) struct Kind {
    pub family: String,
    pub kind: String,
    pub protocol: String,
}

impl Kind {
    /// Flags stand behind the protocol.
    pub(super) fn words(&self) -> String {
        let (kind, flags) = self.kind.split_once(' ').map_or((self.kind.as_str(), ""), |(k, f)| (k, f));
        let all = [self.family.as_str(), kind, &self.protocol, flags];
        all.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl Walker<'_> {
    /// What socket(2) and socketpair(2) are given.
    pub(super) fn kind(&mut self, family: (&Value, At), kind: (&Value, At), protocol: (&Value, At)) -> Step<Kind> {
        let (family, at) = (self.word(family.0, family.1)?, family.1);
        // The PF_ names are the same numbers.
        let af = |part: &str| part.strip_prefix("PF_").map_or(part.to_string(), |rest| format!("AF_{rest}"));
        let family = family.split('|').map(af).collect::<Vec<_>>().join("|");
        let (whole, kind_at) = (self.word(kind.0, kind.1)?, kind.1);
        let (flags, kinds): (Vec<&str>, Vec<&str>) = whole.split('|').partition(|p| voc::TYPE_FLAGS.find(p).is_some());
        let kind = kinds.join("|");
        let family_is_type = misplaced(&family, &voc::FAMILIES, &voc::TYPES);
        let type_is_family = misplaced(&kind, &voc::TYPES, &voc::FAMILIES);
        // Each is told at its own place where they were changed about.
        let family_wrong = family_is_type.map(|n| {
            let read = voc::FAMILIES.name_or_number(n).into_owned();
            self.cannot(at, words::foreign_type_as_family(&*family, n, read))
        });
        if let Some(n) = type_is_family {
            family_wrong.into_iter().for_each(|cannot| self.problem(cannot));
            let read = voc::TYPES.name_or_number(n).into_owned();
            return Err(self.cannot(kind_at, words::foreign_family_as_type(&*kind, n, read)));
        }
        if let Some(cannot) = family_wrong {
            return Err(cannot);
        }
        let family = self.one_of_list(&family, at, &voc::FAMILIES)?;
        let kind = self.one_of_list(&kind, kind_at, &voc::TYPES)?;
        let kind = std::iter::once(kind.as_str()).chain(flags).collect::<Vec<_>>().join(" ");
        let word = self.word(protocol.0, protocol.1)?;
        let protocol = match self.one_of_list(&word, protocol.1, &voc::PROTOCOLS)?.as_str() {
            "0" | "IPPROTO_IP" => String::new(),
            word => word.to_string(),
        };
        Ok(Kind { family, kind, protocol })
    }

    /// The level and the name of an option.
    pub(super) fn option_words(&mut self, level: (&Value, At), option: (&Value, At)) -> Step<(String, String)> {
        let (word, at) = (self.word(level.0, level.1)?, level.1);
        let number = |w: &str| Level::from_name(w).map(|l| i64::from(l.number())).or_else(|| w.parse().ok());
        let level_name = |n: i64| Level::ALL.into_iter().find(|l| i64::from(l.number()) == n).map(|l| l.name().to_string());
        let level = self.one_of(&word, at, &number, &level_name)?;
        let (word, at) = (self.word(option.0, option.1)?, option.1);
        let Some(known) = Level::from_name(&level) else { return Ok((level, word)) };
        let of = || OPTIONS.iter().filter(|o| o.level == known);
        let number =
            |w: &str| of().find(|o| o.name.eq_ignore_ascii_case(w)).map(|o| i64::from(o.number)).or_else(|| w.parse().ok());
        let option_name = |n: i64| of().find(|o| i64::from(o.number) == n).map(|o| o.name.to_string());
        Ok((level, self.one_of(&word, at, &number, &option_name)?))
    }

    /// SHUT_WR, or its number.
    pub(super) fn how(&mut self, value: &Value, at: At) -> Step<String> {
        let word = self.word(value, at)?;
        self.one_of_list(&word, at, &voc::HOW)
    }

    fn one_of_list(&mut self, word: &str, at: At, list: &Lexicon) -> Step<String> {
        let number = |w: &str| list.find(w).map(|r| r.value).or_else(|| w.parse().ok());
        self.one_of(word, at, &number, &|n| list.name_of(n).map(str::to_string))
    }

    /// The word for what the kernel reads: constants like these are numbers, and OR-ed they are another number.
    fn one_of(
        &mut self,
        word: &str,
        at: At,
        number: &dyn Fn(&str) -> Option<i64>,
        name: &dyn Fn(i64) -> Option<String>,
    ) -> Step<String> {
        let parts: Vec<&str> = word.split('|').collect();
        let Some(numbers) = parts.iter().map(|p| number(p)).collect::<Option<Vec<i64>>>() else { return Ok(word.to_string()) };
        let read = numbers.iter().fold(0, |all, n| all | n);
        if parts.len() == 1 {
            // A number is said by its name, where it has one.
            let digits = word.starts_with(|c: char| c.is_ascii_digit());
            return Ok(if digits { name(read).unwrap_or(word.to_string()) } else { word.to_string() });
        }
        let sum = numbers.iter().map(i64::to_string).collect::<Vec<_>>().join("|");
        let shown = parts.join(" | ");
        match name(read) {
            Some(name) => {
                self.remark_once(at.line, words::foreign_ored(at.line, shown, sum, read, &*name));
                Ok(name)
            }
            None => Err(self.cannot(at, words::foreign_ored_nothing(shown, sum, read))),
        }
    }
}

/// The number of a word of one list that stands where a word of another belongs.
fn misplaced(word: &str, here: &Lexicon, other: &Lexicon) -> Option<i64> {
    other.find(word).filter(|_| here.find(word).is_none()).map(|row| row.value)
}

//! Closed vocabularies: words that stand for numbers.

use super::nearest::nearest;

/// One word of a vocabulary: the field's own name, the short one typed here, the number the kernel knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    pub name: &'static str,
    pub short: &'static str,
    pub value: i64,
}

/// A table of words of one kind.
#[derive(Debug)]
pub struct Lexicon {
    /// A parameter's kind, as in "an address family".
    pub what: fn() -> crate::text::Text,
    pub rows: &'static [Named],
}

impl Lexicon {
    /// The row a word names, in any case, short or full.
    pub fn find(&self, word: &str) -> Option<&'static Named> {
        self.rows.iter().find(|r| r.short.eq_ignore_ascii_case(word) || r.name.eq_ignore_ascii_case(word))
    }

    /// The first row of a value: where a number has two names, the usual one stands first.
    pub fn name_of(&self, value: i64) -> Option<&'static str> {
        self.rows.iter().find(|r| r.value == value).map(|r| r.name)
    }

    /// A value's name, or the number where there is none.
    pub fn name_or_number(&self, value: i64) -> std::borrow::Cow<'static, str> {
        self.name_of(value).map_or_else(|| value.to_string().into(), Into::into)
    }

    /// A set of flags joined by `|`; what has no name stays a hexadecimal number; none is `0`.
    pub fn flags(&self, value: i64) -> std::borrow::Cow<'static, str> {
        if value == 0 {
            return "0".into();
        }
        if let Some(name) = self.name_of(value) {
            return name.into();
        }
        let mut left = value;
        let mut out = String::new();
        let mut add = |word: &str| {
            if !out.is_empty() {
                out.push('|');
            }
            out.push_str(word);
        };
        for row in self.rows {
            if row.value != 0 && left & row.value == row.value {
                add(row.name);
                left &= !row.value;
            }
        }
        if left != 0 {
            add(&format!("{left:#x}"));
        }
        out.into()
    }

    pub fn suggest(&self, word: &str) -> Option<&'static str> {
        let lower = word.to_ascii_lowercase();
        nearest(&lower, self.rows.iter().map(|r| r.short))
            .or_else(|| nearest(&word.to_ascii_uppercase(), self.rows.iter().map(|r| r.name)))
    }
}

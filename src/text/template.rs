//! Templates, the values that fill them, and the macro that declares both languages side by side.

use super::Lang;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One message in both languages; `{name}` is filled by the argument of that name. Backticks mark code.
#[derive(Debug)]
pub struct Template {
    pub id: &'static str,
    pub args: &'static [&'static str],
    pub en: &'static str,
    pub zh: &'static str,
}

impl Template {
    pub fn in_lang(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

/// What fills a placeholder: words that are the same in every language, or another message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    Word(String),
    Text(Text),
}

impl From<Text> for Arg {
    fn from(t: Text) -> Self {
        Arg::Text(t)
    }
}

macro_rules! arg_from_display {
    ($($t:ty),*) => {$(impl From<$t> for Arg { fn from(v: $t) -> Self { Arg::Word(v.to_string()) } })*};
}
arg_from_display!(&str, String, &String, i32, u32, u64, i64, usize, u16, u8, char);

/// A message with its values: owned, comparable, serializable by its template's id.
#[derive(Debug, Clone)]
pub struct Text {
    pub template: &'static Template,
    pub values: Vec<Arg>,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.template.id == other.template.id && self.values == other.values
    }
}

impl Text {
    /// The sentence, with its backticks still in it.
    pub fn in_lang(&self, lang: Lang) -> String {
        let mut out = String::new();
        let mut rest = self.template.in_lang(lang);
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            let name = &rest[open + 1..open + close];
            match self.template.args.iter().position(|a| *a == name).and_then(|i| self.values.get(i)) {
                Some(Arg::Word(w)) => out.push_str(w),
                Some(Arg::Text(t)) => out.push_str(&t.in_lang(lang)),
                None => out.push_str(&rest[open..=open + close]),
            }
            rest = &rest[open + close + 1..];
        }
        out.push_str(rest);
        out
    }

    /// The sentence without backticks, for places that show no markup.
    pub fn plain(&self, lang: Lang) -> String {
        self.in_lang(lang).replace('`', "")
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<Arg>,
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Stored { id: self.template.id.into(), values: self.values.clone() }.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(d)?;
        let template = super::messages::all()
            .find(|t| t.id == stored.id)
            .ok_or_else(|| serde::de::Error::custom(format!("no message has the id {}", stored.id)))?;
        Ok(Text { template, values: stored.values })
    }
}

/// Declares messages: a function for each, and the list `ALL` of their templates.
#[macro_export]
macro_rules! messages {
    ($( $id:ident ( $($arg:ident),* ) $en:literal $zh:literal; )*) => {
        $(
            pub fn $id($($arg: impl Into<$crate::text::Arg>),*) -> $crate::text::Text {
                static TEMPLATE: $crate::text::Template = $crate::text::Template {
                    id: stringify!($id), args: &[$(stringify!($arg)),*], en: $en, zh: $zh,
                };
                $crate::text::Text { template: &TEMPLATE, values: vec![$($arg.into()),*] }
            }
        )*
        pub static LIST: &[$crate::text::Template] = &[
            $( $crate::text::Template { id: stringify!($id), args: &[$(stringify!($arg)),*], en: $en, zh: $zh }, )*
        ];
    };
}

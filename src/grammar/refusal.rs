//! A line that cannot become a call: where, why, and what to write instead.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// The kinds of refusal, as scripts know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    UnknownCommand,
    UnknownName,
    NameTaken,
    Missing,
    BadValue,
    Syntax,
}

impl Code {
    pub fn word(self) -> &'static str {
        match self {
            Code::UnknownCommand => "unknown-command",
            Code::UnknownName => "unknown-name",
            Code::NameTaken => "name-taken",
            Code::Missing => "missing",
            Code::BadValue => "bad-value",
            Code::Syntax => "syntax",
        }
    }
}

/// A reason that does not know yet where in the line it stands.
pub type Why = (Code, Text);

/// Why a line was refused. `span` is half-open, in UTF-8 bytes of the line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: Code,
    pub span: (usize, usize),
    pub reason: Text,
    /// The nearest right spelling, or a line that would do.
    pub hint: Option<String>,
    /// Not wrong, only not ready yet: what must be done before the line is read again.
    #[serde(skip)]
    pub ask: Option<Ask>,
}

/// A step that a line needs before it can be read to its end; it is shown as a step of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A host's and a service's name.
    Resolve(String, String),
    /// A file to be opened.
    Open(String),
}

impl Refusal {
    pub fn new(code: Code, span: (usize, usize), reason: Text) -> Refusal {
        Refusal { code, span, reason, hint: None, ask: None }
    }

    pub fn bad(span: (usize, usize), reason: Text) -> Refusal {
        Refusal::new(Code::BadValue, span, reason)
    }

    pub fn ask(mut self, ask: Ask) -> Refusal {
        self.ask = Some(ask);
        self
    }

    pub fn hint(mut self, hint: Option<impl Into<String>>) -> Refusal {
        self.hint = hint.map(Into::into);
        self
    }

    pub fn at((code, reason): Why, span: (usize, usize)) -> Refusal {
        Refusal::new(code, span, reason)
    }
}

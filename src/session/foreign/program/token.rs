//! Tokens of C and Python: what both have in common, and Python's indentation.

use super::super::Language;
use super::tree::At;
use crate::text::Text;
use crate::text::messages::foreign as words;

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Name(String),
    Int(i64),
    Float(f64),
    Bytes(Vec<u8>),
    /// Python's text, in UTF-8.
    Text(Vec<u8>),
    /// A text with holes: what stands between them, and the text of each hole.
    Holes(Vec<Result<Vec<u8>, String>>),
    Op(&'static str),
    /// `#define NAME value…`: the tokens behind it are up to the next `Newline`.
    Define,
    Newline,
    Indent,
    Dedent,
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub at: At,
}

/// What was not understood, and why, where more can be said than that.
#[derive(Debug)]
pub struct Unread {
    pub at: At,
    pub why: Option<Text>,
}

impl From<At> for Unread {
    fn from(at: At) -> Unread {
        Unread { at, why: None }
    }
}

/// The longest first.
const OPS: &[&str] = &[
    "<<=", ">>=", "...", "**=", "//=", "->", "++", "--", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "|=",
    "&=", "^=", "<<", ">>", ":=", "**", "//", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "=", "<", ">", "+", "-", "*", "/",
    "%", "&", "|", "^", "~", "!", "?", "@",
];

/// The tokens of a text, or the place of what is none.
pub fn tokens(text: &str, language: Language) -> Result<Vec<Token>, Unread> {
    let python = language == Language::Python;
    let mut reader = Reader { text, at: 0, line: 1, begin: 0, out: Vec::new() };
    // The brackets that are open, and Python's open blocks by their depth.
    let (mut open, mut blocks) = (Brackets::default(), vec![0usize]);
    let mut fresh = python;
    // C: a directive ends with its line.
    let mut directive = false;
    loop {
        if fresh && open.0.is_empty() {
            fresh = false;
            let indent = reader.indent();
            if !matches!(reader.peek(), None | Some('\n' | '\r' | '#')) {
                if indent > *blocks.last().unwrap_or(&0) {
                    blocks.push(indent);
                    reader.push(Kind::Indent, 0);
                }
                while indent < *blocks.last().unwrap_or(&0) {
                    blocks.pop();
                    reader.push(Kind::Dedent, 0);
                }
            }
        }
        let Some(c) = reader.peek() else { break };
        match c {
            '\n' => {
                if (python && open.0.is_empty() && !matches!(reader.out.last().map(|t| &t.kind), None | Some(Kind::Newline)))
                    || directive
                {
                    reader.push(Kind::Newline, 1);
                }
                (fresh, directive) = (python, false);
                reader.newline();
            }
            '\\' if reader.rest()[1..].starts_with(['\n', '\r']) => {
                reader.at += if reader.rest()[1..].starts_with('\r') { 2 } else { 1 };
                if reader.peek() == Some('\n') {
                    reader.newline();
                }
            }
            c if c.is_whitespace() => reader.at += c.len_utf8(),
            '#' if python => reader.skip_line(),
            '#' => {
                if reader.rest()[1..].trim_start().starts_with("define") {
                    let length = reader.rest().find("define").unwrap_or(0) + "define".len();
                    reader.push(Kind::Define, length);
                    reader.at += length;
                    directive = true;
                } else {
                    reader.skip_line();
                }
            }
            '/' if !python && reader.rest().starts_with("//") => reader.skip_line(),
            '/' if !python && reader.rest().starts_with("/*") => {
                let end = reader.rest().find("*/").map_or(reader.rest().len(), |e| e + 2);
                reader.pass(end);
            }
            '"' | '\'' => reader.string("", python)?,
            c if c.is_ascii_digit() => reader.number(),
            c if c.is_alphabetic() || c == '_' => {
                let rest = reader.rest();
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let word = rest[..length].to_string();
                let prefix =
                    length <= 2 && rest[length..].starts_with(['"', '\'']) && word.chars().all(|c| "bBrRuUfFL".contains(c));
                if prefix {
                    reader.string(&word.to_lowercase(), python)?;
                } else {
                    reader.push(Kind::Name(word), length);
                    reader.at += length;
                }
            }
            _ => {
                let here = reader.here(c.len_utf8());
                let op = *OPS.iter().find(|o| reader.rest().starts_with(**o)).ok_or(here)?;
                open.meets(op, here)?;
                reader.push(Kind::Op(op), op.len());
                reader.at += op.len();
            }
        }
    }
    open.all_closed()?;
    if python || directive {
        reader.push(Kind::Newline, 0);
        blocks.iter().skip(1).for_each(|_| reader.push(Kind::Dedent, 0));
    }
    reader.push(Kind::End, 0);
    Ok(reader.out)
}

/// Brackets that were opened, the innermost last.
#[derive(Default)]
struct Brackets(Vec<(&'static str, At)>);

impl Brackets {
    fn meets(&mut self, op: &'static str, at: At) -> Result<(), Unread> {
        let opener = match op {
            "(" | "[" | "{" => {
                self.0.push((op, at));
                return Ok(());
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => return Ok(()),
        };
        match self.0.last() {
            Some(last) if last.0 == opener => drop(self.0.pop()),
            // Its own is further out: what stands between was forgotten.
            Some(_) if self.0.iter().any(|o| o.0 == opener) => return self.all_closed(),
            _ => return Err(Unread { at, why: Some(words::foreign_closes_nothing(op)) }),
        }
        Ok(())
    }

    fn all_closed(&self) -> Result<(), Unread> {
        match self.0.last() {
            Some((op, at)) => Err(Unread { at: *at, why: Some(words::foreign_open_bracket(*op)) }),
            None => Ok(()),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// Where the line begins.
    begin: usize,
    out: Vec<Token>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn here(&self, length: usize) -> At {
        At { line: self.line, from: self.at - self.begin, to: self.at - self.begin + length }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let at = self.here(length);
        self.out.push(Token { kind, at });
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.begin = self.at;
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        // A directive or a comment may go on behind a backslash.
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Goes on by so many bytes, in which lines may end.
    fn pass(&mut self, length: usize) {
        let passed = &self.rest()[..length];
        self.line += passed.matches('\n').count();
        if let Some(last) = passed.rfind('\n') {
            self.begin = self.at + last + 1;
        }
        self.at += length;
    }

    /// Spaces at the beginning of a line; a tab goes to the next eighth column.
    fn indent(&mut self) -> usize {
        let mut indent = 0;
        while let Some(c) = self.peek().filter(|c| matches!(c, ' ' | '\t' | '\u{c}')) {
            indent = if c == '\t' { indent / 8 * 8 + 8 } else { indent + 1 };
            self.at += 1;
        }
        indent
    }

    fn number(&mut self) {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
        let digits = rest[..length].replace('_', "").to_lowercase();
        let digits = digits.trim_end_matches(['u', 'l']);
        let radix = |prefix: &str, radix| digits.strip_prefix(prefix).and_then(|d| i64::from_str_radix(d, radix).ok());
        let octal = || digits.strip_prefix('0').filter(|d| !d.is_empty()).and_then(|d| i64::from_str_radix(d, 8).ok());
        let int =
            radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)).or_else(octal).or_else(|| digits.parse().ok());
        match (int, digits.parse::<f64>()) {
            (Some(n), _) => self.push(Kind::Int(n), length),
            (None, Ok(n)) if n.is_finite() => self.push(Kind::Float(n), length),
            _ => self.push(Kind::Name(rest[..length].to_string()), length),
        }
        self.at += length;
    }

    /// A string, a character of C, a text with holes.
    fn string(&mut self, prefix: &str, python: bool) -> Result<(), Unread> {
        let begun = self.here(prefix.len() + 1);
        let unclosed = || Unread { at: begun, why: Some(words::foreign_open_quote()) };
        let rest = &self.rest()[prefix.len()..];
        let quote = if python && (rest.starts_with("\"\"\"") || rest.starts_with("'''")) { &rest[..3] } else { &rest[..1] };
        let mut at = quote.len();
        let (mut bytes, mut pieces) = (Vec::new(), Vec::new());
        loop {
            let left = &rest[at..];
            let Some(c) = left.chars().next() else { return Err(unclosed()) };
            if left.starts_with(quote) {
                at += quote.len();
                break;
            }
            match c {
                '\n' if quote.len() == 1 => return Err(unclosed()),
                '\\' if !prefix.contains('r') => at += escape(left, &mut bytes),
                '{' if prefix.contains('f') && !left.starts_with("{{") => {
                    let Some(end) = left.find('}') else { return Err(begun.into()) };
                    pieces.push(Ok(std::mem::take(&mut bytes)));
                    pieces.push(Err(left[1..end].to_string()));
                    at += end + 1;
                }
                '{' | '}' if prefix.contains('f') => {
                    bytes.push(c as u8);
                    at += if left[1..].starts_with(c) { 2 } else { 1 };
                }
                c => {
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    at += c.len_utf8();
                }
            }
        }
        let kind = match (pieces.is_empty(), !python && quote == "'") {
            (_, true) => Kind::Int(bytes.first().copied().map_or(0, i64::from)),
            (true, _) if python && !prefix.contains('b') => Kind::Text(bytes),
            (true, _) => Kind::Bytes(bytes),
            (false, _) => {
                pieces.push(Ok(bytes));
                Kind::Holes(pieces)
            }
        };
        let ends = rest[..at].find('\n').unwrap_or(at);
        self.push(kind, prefix.len() + ends);
        self.pass(prefix.len() + at);
        Ok(())
    }
}

/// What a backslash says, and how many bytes of the text that takes.
fn escape(text: &str, out: &mut Vec<u8>) -> usize {
    let mut chars = text.chars();
    chars.next();
    let Some(c) = chars.next() else { return 1 };
    let simple = match c {
        'n' => Some(b'\n'),
        'r' => Some(b'\r'),
        't' => Some(b'\t'),
        'a' => Some(7),
        'b' => Some(8),
        'f' => Some(12),
        'v' => Some(11),
        '\\' | '\'' | '"' => Some(c as u8),
        _ => None,
    };
    if let Some(byte) = simple {
        out.push(byte);
        return 2;
    }
    let digits = |radix: u32, skip: usize, most: usize| {
        let length = text[skip..].chars().take(most).take_while(|c| c.is_digit(radix)).count();
        (u32::from_str_radix(&text[skip..skip + length], radix).ok(), skip + length)
    };
    match c {
        '\n' => 2,
        'x' => {
            let (value, length) = digits(16, 2, 2);
            out.extend(value.map(|v| v as u8));
            length
        }
        'u' | 'U' => {
            let (value, length) = digits(16, 2, if c == 'u' { 4 } else { 8 });
            out.extend(value.and_then(char::from_u32).map(|c| c.to_string()).unwrap_or_default().bytes());
            length
        }
        '0'..='7' => {
            let (value, length) = digits(8, 1, 3);
            out.extend(value.map(|v| v as u8));
            length
        }
        // Both languages keep what they do not know.
        c => {
            out.push(b'\\');
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            1 + c.len_utf8()
        }
    }
}

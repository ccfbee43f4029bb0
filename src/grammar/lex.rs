//! A line into words, each with its place in the line.
//!
//! Nothing is allocated for a plain word: a token points into the line. Quoted or filled-in words stand in a pool that the
//! caller keeps from line to line.

use super::{Refusal, World, refusal::Code};
use crate::text::messages::refusal as say;

/// One word. `start` and `end` are bytes of the line, the text stands there or in the pool.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    /// It begins with a quote: never a name, a keyword or a number.
    pub quoted: bool,
    /// Length of the unquoted beginning, in bytes of the text (`hex:"48"` has 4).
    pub bare: usize,
    pool: Option<(usize, usize)>,
}

impl Token {
    /// It stands in the line as it is: nothing was quoted or filled in.
    pub fn in_line(&self) -> bool {
        self.pool.is_none()
    }
}

/// The words of one statement. Reused from line to line.
#[derive(Debug, Default)]
pub struct Lexed {
    pub tokens: Vec<Token>,
    pool: Vec<u8>,
    /// The statement ended in `&`.
    pub job: bool,
}

impl Lexed {
    /// The bytes of a word, after quotes, escapes and values.
    pub fn bytes<'a>(&'a self, line: &'a str, token: &Token) -> &'a [u8] {
        match token.pool {
            Some((from, to)) => &self.pool[from..to],
            None => &line.as_bytes()[token.start..token.end],
        }
    }
}

/// Reads one statement of `line` from `from`; returns where the next one begins, or `None` at the end. `world` fills in values;
/// without one, braces are left alone (completion and colouring look at lines that are not finished).
///
/// # Errors
/// An open quote, a wrong escape, a value that does not exist.
pub fn lex(line: &str, from: usize, world: Option<&dyn World>, out: &mut Lexed) -> Result<Option<usize>, Refusal> {
    out.tokens.clear();
    out.pool.clear();
    out.job = false;
    let bytes = line.as_bytes();
    let mut at = from;
    loop {
        while at < bytes.len() && matches!(bytes[at], b' ' | b'\t' | b'\r') {
            at += 1;
        }
        match bytes.get(at) {
            None => return Ok(None),
            Some(b'\n' | b';') => return Ok(Some(at + 1)),
            Some(b'#') => {
                let end = bytes[at..].iter().position(|b| *b == b'\n').map(|n| at + n + 1);
                return Ok(end);
            }
            Some(0) => return Err(Refusal::new(Code::Syntax, (at, at + 1), say::nul_in_line())),
            Some(b'&') if ends_statement(bytes, at + 1) => {
                out.job = true;
                at += 1;
            }
            Some(_) => at = word(line, at, world, out)?,
        }
    }
}

fn ends_statement(bytes: &[u8], at: usize) -> bool {
    match bytes[at..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r')) {
        None | Some(b'\n' | b';') => true,
        Some(b'#') => at < bytes.len() && bytes[at] != b'#',
        Some(_) => false,
    }
}

fn word(line: &str, start: usize, world: Option<&dyn World>, out: &mut Lexed) -> Result<usize, Refusal> {
    let bytes = line.as_bytes();
    // The fast way: a word without quotes and values needs no copy.
    let mut at = start;
    loop {
        match bytes.get(at) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';') => {
                out.tokens.push(Token { start, end: at, quoted: false, bare: at - start, pool: None });
                return Ok(at);
            }
            Some(b'"' | b'{' | 0) => break,
            Some(_) => at += 1,
        }
    }
    let from = out.pool.len();
    let mut bare = None;
    at = start;
    loop {
        match bytes.get(at) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';') => break,
            Some(0) => return Err(Refusal::new(Code::Syntax, (at, at + 1), say::nul_in_line())),
            Some(b'"') => {
                bare.get_or_insert(out.pool.len() - from);
                at = quoted(line, at, &mut out.pool)?;
            }
            Some(b'{') => match (braced(line, at), world) {
                (Some((end, name, field)), Some(world)) => {
                    let value = if field.is_empty() {
                        world.round().map(|i| i.to_string()).ok_or((Code::BadValue, say::i_outside_repeat()))
                    } else {
                        world.value(name, field)
                    };
                    let value = value.map_err(|why| {
                        let names = if why.0 == Code::UnknownName { world.names() } else { Vec::new() };
                        let near =
                            super::nearest::nearest(name, names.iter().map(String::as_str)).map(|n| format!("{{{n}.{field}}}"));
                        Refusal::at(why, (at, end)).hint(near)
                    })?;
                    out.pool.extend_from_slice(value.as_bytes());
                    at = end;
                }
                _ => {
                    out.pool.push(b'{');
                    at += 1;
                }
            },
            Some(b) => {
                out.pool.push(*b);
                at += 1;
            }
        }
    }
    let pool = (from, out.pool.len());
    let bare = bare.unwrap_or(pool.1 - pool.0);
    out.tokens.push(Token { start, end: at, quoted: bytes[start] == b'"', bare, pool: Some(pool) });
    Ok(at)
}

/// `{i}` or `{name.field}` at `at`: its end, the name, the field (empty for `{i}`).
fn braced(line: &str, at: usize) -> Option<(usize, &str, &str)> {
    let rest = &line[at + 1..];
    let inner = &rest[..rest.find('}')?];
    let end = at + inner.len() + 2;
    let is_word = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if inner == "i" {
        return Some((end, inner, ""));
    }
    let (name, field) = inner.split_once('.')?;
    (is_word(name) && is_word(field)).then_some((end, name, field))
}

fn quoted(line: &str, open: usize, pool: &mut Vec<u8>) -> Result<usize, Refusal> {
    let bytes = line.as_bytes();
    let unclosed = || Refusal::new(Code::Syntax, (open, open + 1), say::unclosed_quote());
    let mut at = open + 1;
    loop {
        match bytes.get(at) {
            None | Some(b'\n') => return Err(unclosed()),
            Some(0) => return Err(Refusal::new(Code::Syntax, (at, at + 1), say::nul_in_line())),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(line, at, pool).ok_or_else(|| bad_escape(line, at))?,
            Some(b) => {
                pool.push(*b);
                at += 1;
            }
        }
    }
}

fn bad_escape(line: &str, at: usize) -> Refusal {
    let end = line[at + 1..].chars().next().map_or(at + 1, |c| at + 1 + c.len_utf8());
    Refusal::new(Code::Syntax, (at, end), say::bad_escape(&line[at..end]))
}

fn escape(line: &str, at: usize, pool: &mut Vec<u8>) -> Option<usize> {
    let bytes = line.as_bytes();
    let simple = match bytes.get(at + 1)? {
        b'r' => b'\r',
        b'n' => b'\n',
        b't' => b'\t',
        b'0' => 0,
        b'\\' => b'\\',
        b'"' => b'"',
        b'x' => {
            let digits = line.get(at + 2..at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
            pool.push(u8::from_str_radix(digits, 16).ok()?);
            return Some(at + 4);
        }
        b'u' => {
            let rest = line.get(at + 2..)?.strip_prefix('{')?;
            let digits = &rest[..rest.find('}')?];
            if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            pool.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(at + 4 + digits.len());
        }
        _ => return None,
    };
    pool.push(simple);
    Some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(line: &str) -> Vec<Vec<u8>> {
        let mut l = Lexed::default();
        lex(line, 0, None, &mut l).unwrap();
        l.tokens.iter().map(|t| l.bytes(line, t).to_vec()).collect()
    }

    #[test]
    fn words_quotes_and_comments() {
        assert_eq!(words("send a hello # rest"), [b"send".to_vec(), b"a".into(), b"hello".into()]);
        assert_eq!(words(r#"send a "two \x00\u{4e2d}\r\n" "#)[2], "two \0中\r\n".as_bytes());
        assert_eq!(words("send a a#b"), [b"send".to_vec(), b"a".into(), b"a#b".into()]);
        assert_eq!(words(r#"send a hex:"48 65""#)[2], b"hex:48 65");
    }

    #[test]
    fn a_semicolon_separates_only_outside_quotes() {
        let line = r#"send a ";" ; close a"#;
        let mut l = Lexed::default();
        let next = lex(line, 0, None, &mut l).unwrap().unwrap();
        assert_eq!(l.tokens.len(), 3);
        assert_eq!(&line[next..], " close a");
    }

    #[test]
    fn the_place_of_a_mistake_is_told() {
        let mut l = Lexed::default();
        assert_eq!(lex(r#"send a "open"#, 0, None, &mut l).unwrap_err().span, (7, 8));
        assert_eq!(lex(r#"send a "\q""#, 0, None, &mut l).unwrap_err().span, (8, 10));
        assert_eq!(lex("a\0b", 0, None, &mut l).unwrap_err().span, (1, 2));
    }

    #[test]
    fn an_ampersand_at_the_end_is_a_job() {
        let mut l = Lexed::default();
        lex("accept server &", 0, None, &mut l).unwrap();
        assert!(l.job && l.tokens.len() == 2);
        lex("send a & b", 0, None, &mut l).unwrap();
        assert!(!l.job && l.tokens.len() == 4);
    }

    proptest! {
        #[test]
        fn no_line_panics_and_every_token_lies_in_it(line in "\\PC*|[\\x00-\\x7f]*") {
            let mut l = Lexed::default();
            let mut from = 0;
            while let Ok(Some(next)) = lex(&line, from, None, &mut l) {
                prop_assert!(next > from);
                for t in &l.tokens { prop_assert!(t.start < t.end && t.end <= line.len()); }
                from = next;
            }
        }
    }
}

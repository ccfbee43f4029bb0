//! From tokens to a tree. Expressions of C and Python are read by one reader, statements by one for each.

mod c;
mod python;

use super::super::Language;
pub use super::token::Unread;
use super::token::{Kind, Token, tokens};
use super::tree::{At, Expr, Stmt, What};

/// Deeper than this nothing is read: no program of a learner is.
const DEPTH: usize = 60;

type Read<T> = Result<T, Unread>;

/// The statements of a program.
pub fn parse(text: &str, language: Language) -> Read<Vec<Stmt>> {
    let tokens = tokens(text, language)?;
    let mut parser = Parser { tokens, at: 0, language, depth: 0 };
    match language {
        Language::Python => parser.python_file(),
        Language::C => parser.c_file(),
    }
}

/// The expression that stands in a hole of a text.
fn hole(text: &str, at: At) -> Read<Expr> {
    let text = text.split(['!', ':']).next().unwrap_or_default();
    let tokens = tokens(text.trim(), Language::Python).map_err(|_| Unread::from(at))?;
    let mut parser = Parser { tokens, at: 0, language: Language::Python, depth: DEPTH / 2 };
    parser.expr().map_err(|_| Unread::from(at))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    language: Language,
    depth: usize,
}

/// How strongly an operator binds; the same word is never two operators.
const BINARY: &[(&str, u8)] = &[
    ("||", 2),
    ("or", 2),
    ("&&", 3),
    ("and", 3),
    ("|", 6),
    ("^", 7),
    ("&", 8),
    ("<<", 10),
    (">>", 10),
    ("+", 11),
    ("-", 11),
    ("*", 12),
    ("/", 12),
    ("%", 12),
    ("//", 12),
    ("@", 12),
    ("**", 14),
];

const COMPARES: &[&str] = &["==", "!=", "<", ">", "<=", ">=", "in", "is", "not"];

impl Parser {
    fn kind(&self) -> &Kind {
        &self.tokens[self.at.min(self.tokens.len() - 1)].kind
    }

    fn place(&self) -> At {
        self.tokens[self.at.min(self.tokens.len() - 1)].at
    }

    /// The last line of what was read.
    fn line_before(&self) -> usize {
        let read = self.tokens[..self.at.min(self.tokens.len())].iter().rev();
        let mut read = read.filter(|t| !matches!(t.kind, Kind::Newline | Kind::Dedent | Kind::Indent));
        read.next().map_or(1, |t| t.at.line)
    }

    fn next(&mut self) -> Kind {
        let kind = self.kind().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        kind
    }

    fn is(&self, op: &str) -> bool {
        match self.kind() {
            Kind::Op(o) => *o == op,
            Kind::Name(n) => n == op,
            _ => false,
        }
    }

    fn is_ahead(&self, by: usize, op: &str) -> bool {
        match self.tokens.get(self.at + by).map(|t| &t.kind) {
            Some(Kind::Op(o)) => *o == op,
            Some(Kind::Name(n)) => n == op,
            _ => false,
        }
    }

    fn takes(&mut self, op: &str) -> bool {
        let is = self.is(op);
        if is {
            self.next();
        }
        is
    }

    fn wants(&mut self, op: &str) -> Read<()> {
        if self.takes(op) { Ok(()) } else { Err(self.unread()) }
    }

    fn unread(&self) -> Unread {
        self.place().into()
    }

    fn name(&mut self) -> Read<String> {
        match self.kind().clone() {
            Kind::Name(name) => {
                self.next();
                Ok(name)
            }
            _ => Err(self.unread()),
        }
    }

    /// From a place on to the last token read, as far as its line goes.
    fn since(&self, from: At) -> At {
        let last = self.tokens[self.at.saturating_sub(1)].at;
        if last.line == from.line { At { to: last.to.max(from.to), ..from } } else { from }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEPTH {
            return Err(self.unread());
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn expr(&mut self) -> Read<Expr> {
        self.deeper(|p| {
            let from = p.place();
            let mut left = p.binary(0)?;
            let python = p.language == Language::Python;
            if python && p.takes("if") {
                let condition = p.binary(0)?;
                p.wants("else")?;
                let other = p.expr()?;
                left = p.made(from, What::Choice(Box::new(condition), Box::new(left), Box::new(other)));
            } else if !python && p.takes("?") {
                let yes = p.expr()?;
                p.wants(":")?;
                let no = p.expr()?;
                left = p.made(from, What::Choice(Box::new(left), Box::new(yes), Box::new(no)));
            } else if python && p.takes(":=") {
                let value = p.expr()?;
                left = p.made(from, What::Assign(None, Box::new(left), Box::new(value)));
            } else if !python && let Some(op) = p.assigns() {
                let value = p.expr()?;
                left = p.made(from, What::Assign(op, Box::new(left), Box::new(value)));
            }
            Ok(left)
        })
    }

    /// An assignment's operator, and what stands before its `=`.
    fn assigns(&mut self) -> Option<Option<&'static str>> {
        let Kind::Op(op) = *self.kind() else { return None };
        let before = match op {
            "=" => None,
            "+=" => Some("+"),
            "-=" => Some("-"),
            "*=" => Some("*"),
            "/=" => Some("/"),
            "%=" => Some("%"),
            "|=" => Some("|"),
            "&=" => Some("&"),
            "^=" => Some("^"),
            "<<=" => Some("<<"),
            ">>=" => Some(">>"),
            _ => return None,
        };
        self.next();
        Some(before)
    }

    fn made(&self, from: At, what: What) -> Expr {
        Expr { what, at: self.since(from) }
    }

    fn binary(&mut self, least: u8) -> Read<Expr> {
        let from = self.place();
        let python = self.language == Language::Python;
        let mut left = if python && least <= 4 && self.is("not") {
            self.next();
            let inner = self.deeper(|p| p.binary(4))?;
            self.made(from, What::Unary("!", Box::new(inner)))
        } else {
            self.unary()?
        };
        loop {
            // Comparisons bind between `not` and `|` in Python; in C, `==` and `<` bind more strongly than `&`.
            let strength = if python { 5 } else { 9 };
            let word = match self.kind() {
                Kind::Op(op) => *op,
                Kind::Name(n) if python => match COMPARES.iter().chain(["or", "and"].iter()).find(|w| *w == n) {
                    Some(word) => word,
                    None => return Ok(left),
                },
                _ => return Ok(left),
            };
            if COMPARES.contains(&word) && (word != "not" || self.is_ahead(1, "in")) {
                if strength < least {
                    return Ok(left);
                }
                self.next();
                let mut op = COMPARES.iter().find(|w| **w == word).copied().unwrap_or("==");
                if op == "not" {
                    self.next();
                } else if op == "is" {
                    op = if self.takes("not") { "!=" } else { "==" };
                }
                let right = self.deeper(|p| p.binary(strength + 1))?;
                left = self.made(from, What::Binary(op, Box::new(left), Box::new(right)));
                continue;
            }
            let Some((op, strength)) = BINARY.iter().find(|b| b.0 == word).copied() else { return Ok(left) };
            if strength < least || (matches!(op, "//" | "**" | "@") && !python) {
                return Ok(left);
            }
            self.next();
            let right = self.deeper(|p| p.binary(strength + 1))?;
            let op = match op {
                "or" => "||",
                "and" => "&&",
                "//" => "/",
                op => op,
            };
            left = self.made(from, What::Binary(op, Box::new(left), Box::new(right)));
        }
    }

    fn unary(&mut self) -> Read<Expr> {
        let from = self.place();
        let python = self.language == Language::Python;
        if python && (self.takes("await") || self.takes("*") || self.takes("**")) {
            return self.deeper(Self::unary);
        }
        for op in ["-", "+", "~", "!", "&", "*", "++", "--"] {
            if self.is(op) && matches!(self.kind(), Kind::Op(_)) {
                self.next();
                let inner = self.deeper(Self::unary)?;
                return Ok(self.made(from, What::Unary(op, Box::new(inner))));
            }
        }
        if !python && self.is("sizeof") {
            self.next();
            if self.is("(") && self.is_type(1) {
                self.skip_brackets()?;
                return Ok(self.made(from, What::Sizeof(None)));
            }
            let inner = self.deeper(Self::unary)?;
            return Ok(self.made(from, What::Sizeof(Some(Box::new(inner)))));
        }
        // A cast says how bytes are looked at; the value is the same. One before braces is a value of that type.
        if !python && self.is("(") && (self.is_type(1) || self.is_named_cast()) {
            self.skip_brackets()?;
            return self.deeper(Self::unary);
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Read<Expr> {
        let from = self.place();
        let mut left = self.atom()?;
        loop {
            if self.takes("(") {
                let args = self.list(")")?;
                left = self.made(from, What::Call(Box::new(left), args));
            } else if self.takes("[") {
                left = self.index(from, left)?;
            } else if self.is(".") || self.is("->") {
                self.next();
                let name = self.name()?;
                left = self.made(from, What::Member(Box::new(left), name));
            } else if self.language == Language::C && (self.is("++") || self.is("--")) {
                let Kind::Op(op) = self.next() else { return Err(self.unread()) };
                let one = Expr { what: What::Int(1), at: from };
                let op = if op == "++" { "+" } else { "-" };
                left = self.made(from, What::Assign(Some(op), Box::new(left), Box::new(one)));
            } else {
                return Ok(left);
            }
        }
    }

    fn index(&mut self, from: At, left: Expr) -> Read<Expr> {
        let begin = if self.is(":") { None } else { Some(Box::new(self.expr()?)) };
        let what = if self.takes(":") {
            let end = if self.is("]") || self.is(":") { None } else { Some(Box::new(self.expr()?)) };
            if self.takes(":") && !self.is("]") {
                return Err(self.unread());
            }
            What::Slice(Box::new(left), begin, end)
        } else {
            What::Index(Box::new(left), begin.ok_or_else(|| self.unread())?)
        };
        self.wants("]")?;
        Ok(self.made(from, what))
    }

    /// Expressions with commas between, to a closing bracket.
    fn list(&mut self, close: &str) -> Read<Vec<Expr>> {
        let mut all = Vec::new();
        while !self.takes(close) {
            let from = self.place();
            // `name=value` in Python, `.name = value` in C.
            let named = match self.language {
                Language::Python => matches!(self.kind(), Kind::Name(_)) && self.is_ahead(1, "="),
                Language::C => self.takes("."),
            };
            if named {
                let mut name = self.name()?;
                while self.takes(".") {
                    name = format!("{name}.{}", self.name()?);
                }
                self.wants("=")?;
                let value = self.expr()?;
                all.push(self.made(from, What::Named(name, Box::new(value))));
            } else {
                all.push(self.expr()?);
                // A dictionary: its values are what counts.
                if close == "}" && self.takes(":") {
                    all.push(self.expr()?);
                }
            }
            if !self.takes(",") && !self.is(close) {
                return Err(self.unread());
            }
        }
        Ok(all)
    }

    fn atom(&mut self) -> Read<Expr> {
        let from = self.place();
        let what = match self.kind().clone() {
            Kind::Name(name) if self.language == Language::C => What::Name(name),
            Kind::Name(name) if !matches!(name.as_str(), "lambda" | "yield" | "else" | "if" | "for" | "in") => What::Name(name),
            Kind::Int(n) => What::Int(n),
            Kind::Float(n) => What::Float(n),
            Kind::Bytes(_) | Kind::Text(_) | Kind::Holes(_) => return self.text(),
            Kind::Op("(") => {
                self.next();
                if self.takes(")") {
                    return Ok(self.made(from, What::List(Vec::new())));
                }
                let first = self.expr()?;
                if self.takes(")") {
                    return Ok(Expr { at: self.since(from), ..first });
                }
                self.wants(",")?;
                let mut all = vec![first];
                all.extend(self.list(")")?);
                // C's comma: the last one is the value. None of ours is written so.
                return Ok(self.made(from, What::List(all)));
            }
            Kind::Op(open @ ("[" | "{")) => {
                self.next();
                let all = self.list(if open == "[" { "]" } else { "}" })?;
                return Ok(self.made(from, What::List(all)));
            }
            _ => return Err(self.unread()),
        };
        self.next();
        Ok(self.made(from, what))
    }

    /// Literals that stand side by side are one text.
    fn text(&mut self) -> Read<Expr> {
        let from = self.place();
        let mut pieces: Vec<Expr> = Vec::new();
        loop {
            let at = self.place();
            match self.kind().clone() {
                Kind::Bytes(bytes) => pieces.push(Expr { what: What::Bytes(bytes), at }),
                Kind::Text(text) => pieces.push(Expr { what: What::Text(text), at }),
                Kind::Holes(parts) => {
                    for part in parts {
                        pieces.push(match part {
                            Ok(text) => Expr { what: What::Text(text), at },
                            Err(text) => hole(&text, at)?,
                        });
                    }
                }
                _ => break,
            }
            self.next();
        }
        match <[Expr; 1]>::try_from(pieces) {
            Ok([one]) => Ok(one),
            Err(pieces) => Ok(self.made(from, What::Pieces(pieces))),
        }
    }
}

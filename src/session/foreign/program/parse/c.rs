//! C's statements and declarations.

use super::{Parser, Read, Unread};
use crate::session::foreign::program::token::Kind;
use crate::session::foreign::program::tree::{At, Does, Expr, Function, Stmt};
use crate::text::messages::foreign as words;

const TYPES: &[&str] = &[
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "struct",
    "union",
    "enum",
    "const",
    "static",
    "volatile",
    "register",
    "extern",
    "inline",
    "restrict",
    "bool",
    "_Bool",
    "FILE",
    "auto",
    "sa_family_t",
    "fd_set",
];

impl Parser {
    /// Whether a type begins at a token: a word of C, or a name that ends in `_t`.
    pub(super) fn is_type(&self, ahead: usize) -> bool {
        match self.tokens.get(self.at + ahead).map(|t| &t.kind) {
            Some(Kind::Name(n)) => TYPES.contains(&n.as_str()) || n.ends_with("_t") && !self.is_ahead(ahead + 1, "("),
            _ => false,
        }
    }

    /// `(SA *)`: a type by a name of the program's own; no expression ends in a star.
    pub(super) fn is_named_cast(&self) -> bool {
        matches!(self.tokens.get(self.at + 1).map(|t| &t.kind), Some(Kind::Name(_)))
            && self.is_ahead(2, "*")
            && self.is_ahead(3, ")")
    }

    /// From an opening bracket to behind the one that closes it.
    pub(super) fn skip_brackets(&mut self) -> Read<()> {
        let mut depth = 0usize;
        loop {
            match self.kind() {
                Kind::Op("(" | "[" | "{") => depth += 1,
                Kind::Op(")" | "]" | "}") => depth = depth.saturating_sub(1),
                Kind::End => return Err(self.unread()),
                _ => {}
            }
            self.next();
            if depth == 0 {
                return Ok(());
            }
        }
    }

    pub(super) fn c_file(&mut self) -> Read<Vec<Stmt>> {
        let mut all = Vec::new();
        while *self.kind() != Kind::End {
            self.c_statement(&mut all)?;
        }
        Ok(all)
    }

    fn c_block(&mut self) -> Read<Vec<Stmt>> {
        let mut all = Vec::new();
        self.deeper(|p| {
            if !p.takes("{") {
                p.c_statement(&mut all)?;
                return Ok(all);
            }
            while !p.takes("}") {
                if *p.kind() == Kind::End {
                    return Err(p.unread());
                }
                p.c_statement(&mut all)?;
            }
            Ok(all)
        })
    }

    /// The `;` of a statement; where it is missing, the end of what it belongs behind.
    fn semicolon(&mut self) -> Read<()> {
        if self.takes(";") {
            return Ok(());
        }
        let last = self.tokens[self.at.saturating_sub(1)].at;
        if last.line == self.place().line && !self.is("}") && *self.kind() != Kind::End {
            return Err(self.unread());
        }
        Err(Unread { at: At { from: last.to, ..last }, why: Some(words::foreign_semicolon()) })
    }

    /// `( expression )`.
    fn bracketed(&mut self) -> Read<Expr> {
        self.wants("(")?;
        let inner = self.expr()?;
        self.wants(")")?;
        Ok(inner)
    }

    fn c_statement(&mut self, out: &mut Vec<Stmt>) -> Read<()> {
        let from = self.place();
        let word = match self.kind() {
            Kind::Name(word) => word.clone(),
            Kind::Define => return self.define(out),
            Kind::Op(";") | Kind::Newline => {
                self.next();
                return Ok(());
            }
            Kind::Op("{") => {
                out.extend(self.c_block()?);
                return Ok(());
            }
            _ => String::new(),
        };
        let does = match word.as_str() {
            "if" => {
                self.next();
                let condition = self.bracketed()?;
                let body = self.c_block()?;
                let otherwise = if self.takes("else") { self.c_block()? } else { Vec::new() };
                Does::If(condition, body, otherwise)
            }
            "while" => {
                self.next();
                let condition = self.bracketed()?;
                Does::Loop { first: Vec::new(), while_: Some(condition), step: None, body: self.c_block()?, after: false }
            }
            "do" => {
                self.next();
                let body = self.c_block()?;
                self.wants("while")?;
                let condition = self.bracketed()?;
                self.semicolon()?;
                Does::Loop { first: Vec::new(), while_: Some(condition), step: None, body, after: true }
            }
            "for" => {
                self.next();
                self.wants("(")?;
                let mut first = Vec::new();
                self.c_statement(&mut first)?;
                let while_ = if self.is(";") { None } else { Some(self.expr()?) };
                self.wants(";")?;
                let step = if self.is(")") { None } else { Some(self.expr()?) };
                self.wants(")")?;
                Does::Loop { first, while_, step, body: self.c_block()?, after: false }
            }
            "return" => {
                self.next();
                let value = if self.is(";") { None } else { Some(self.expr()?) };
                self.semicolon()?;
                Does::Return(value)
            }
            "break" | "continue" => {
                self.next();
                self.semicolon()?;
                if word == "break" { Does::Break } else { Does::Continue }
            }
            "switch" | "goto" | "case" | "default" => {
                self.next();
                while !self.is(";") && !self.is("{") && !self.is(":") && *self.kind() != Kind::End {
                    self.next();
                }
                if self.is("{") {
                    self.skip_brackets()?;
                } else {
                    self.next();
                }
                Does::Unread(word)
            }
            "typedef" => {
                while !self.is(";") && *self.kind() != Kind::End {
                    if self.is("{") {
                        self.skip_brackets()?;
                    } else {
                        self.next();
                    }
                }
                self.next();
                Does::Nothing
            }
            _ if self.is_type(0) => return self.declaration(from, out),
            // A function without a type: main() of old.
            _ if self.is_ahead(1, "(") && self.heads_function() => {
                self.next();
                self.function(word)?
            }
            _ => {
                let mut value = self.expr()?;
                while self.takes(",") {
                    out.push(Stmt { at: value.at, end: self.line_before(), does: Does::Expr(value) });
                    value = self.expr()?;
                }
                self.semicolon()?;
                Does::Expr(value)
            }
        };
        out.push(self.statement(from, does));
        Ok(())
    }

    /// `name(…) {`.
    fn heads_function(&self) -> bool {
        let mut depth = 0usize;
        for ahead in 1.. {
            match self.tokens.get(self.at + ahead).map(|t| &t.kind) {
                Some(Kind::Op("(")) => depth += 1,
                Some(Kind::Op(")")) => depth = depth.saturating_sub(1),
                None | Some(Kind::End) => return false,
                _ => {}
            }
            if depth == 0 {
                return self.is_ahead(ahead + 1, "{");
            }
        }
        false
    }

    /// `#define NAME value`; one with arguments is a function that nobody of ours calls.
    fn define(&mut self, out: &mut Vec<Stmt>) -> Read<()> {
        self.next();
        let from = self.place();
        let name = self.name()?;
        let glued = self.is("(") && self.place().from == from.to;
        let value =
            if glued || self.is_type(0) || matches!(self.kind(), Kind::Newline | Kind::End) { None } else { self.expr().ok() };
        while !matches!(self.kind(), Kind::Newline | Kind::End) {
            self.next();
        }
        let does = match value {
            Some(value) => Does::Declare { name, size: None, structure: false, value: Some(value) },
            None => Does::Nothing,
        };
        out.push(self.statement(from, does));
        Ok(())
    }

    fn declaration(&mut self, from: At, out: &mut Vec<Stmt>) -> Read<()> {
        let mut structure = false;
        while self.is_type(0) {
            let tagged = self.is("struct") || self.is("union") || self.is("enum");
            structure |= self.is("struct") || self.is("sockaddr_storage");
            self.next();
            if tagged {
                if matches!(self.kind(), Kind::Name(_)) {
                    self.next();
                }
                if self.is("{") {
                    self.skip_brackets()?;
                }
            }
        }
        if self.takes(";") {
            out.push(self.statement(from, Does::Nothing));
            return Ok(());
        }
        loop {
            let mut pointer = false;
            while self.takes("*") || self.takes("const") || self.takes("restrict") {
                pointer = true;
            }
            // A pointer to a function is no business of ours.
            if self.is("(") {
                while !self.is(";") && *self.kind() != Kind::End {
                    self.next();
                }
                self.semicolon()?;
                out.push(self.statement(from, Does::Nothing));
                return Ok(());
            }
            let at = self.place();
            let name = self.name()?;
            if self.is("(") {
                let does = self.function(name)?;
                out.push(self.statement(from, does));
                return Ok(());
            }
            let mut size = None;
            while self.takes("[") {
                let inner = if self.is("]") { None } else { Some(self.expr()?) };
                self.wants("]")?;
                size.get_or_insert(inner);
            }
            let value = if self.takes("=") { Some(self.expr()?) } else { None };
            let does = Does::Declare { name, size, structure: structure && !pointer, value };
            out.push(self.statement(at, does));
            if !self.takes(",") {
                break;
            }
        }
        self.semicolon()
    }

    /// Behind its name: a prototype, or a function with its body.
    fn function(&mut self, name: String) -> Read<Does> {
        self.wants("(")?;
        let mut params = Vec::new();
        while !self.takes(")") {
            let mut last = None;
            let mut depth = 0usize;
            while !(depth == 0 && (self.is(",") || self.is(")"))) {
                match self.next() {
                    Kind::Name(n) if !TYPES.contains(&n.as_str()) && depth <= 1 => last = Some(n),
                    Kind::Op("(" | "[") => depth += 1,
                    Kind::Op(")" | "]") => depth = depth.saturating_sub(1),
                    Kind::End => return Err(self.unread()),
                    _ => {}
                }
            }
            params.extend(last.map(|n| (n, None)));
            self.takes(",");
        }
        if self.takes(";") {
            return Ok(Does::Nothing);
        }
        if !self.is("{") {
            return Err(self.unread());
        }
        let body = self.c_block()?;
        Ok(Does::Function(Function { name, params, body }))
    }
}

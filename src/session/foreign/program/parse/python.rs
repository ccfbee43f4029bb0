//! Python's statements.

use super::{Parser, Read};
use crate::session::foreign::program::token::Kind;
use crate::session::foreign::program::tree::{At, Does, Expr, Function, Stmt, What};

impl Parser {
    pub(super) fn python_file(&mut self) -> Read<Vec<Stmt>> {
        let mut all = Vec::new();
        while *self.kind() != Kind::End {
            self.python_line(&mut all)?;
        }
        Ok(all)
    }

    /// A line: one statement with a block, or several with semicolons between.
    fn python_line(&mut self, out: &mut Vec<Stmt>) -> Read<()> {
        if *self.kind() == Kind::Newline {
            self.next();
            return Ok(());
        }
        let from = self.place();
        if let Some(does) = self.python_block_statement()? {
            out.push(self.statement(from, does));
            return Ok(());
        }
        loop {
            let from = self.place();
            let does = self.python_simple()?;
            out.push(self.statement(from, does));
            if !self.takes(";") || *self.kind() == Kind::Newline {
                break;
            }
        }
        match self.kind() {
            Kind::Newline => {
                self.next();
                Ok(())
            }
            Kind::End | Kind::Dedent => Ok(()),
            _ => Err(self.unread()),
        }
    }

    pub(super) fn statement(&self, from: At, does: Does) -> Stmt {
        Stmt { does, at: self.since(from), end: self.line_before() }
    }

    fn block(&mut self) -> Read<Vec<Stmt>> {
        self.wants(":")?;
        let mut all = Vec::new();
        if *self.kind() != Kind::Newline {
            self.python_line(&mut all)?;
            return Ok(all);
        }
        self.next();
        if *self.kind() != Kind::Indent {
            return Err(self.unread());
        }
        self.next();
        self.deeper(|p| {
            while !matches!(p.kind(), Kind::Dedent | Kind::End) {
                p.python_line(&mut all)?;
            }
            p.next();
            Ok(all)
        })
    }

    fn python_block_statement(&mut self) -> Read<Option<Does>> {
        let Kind::Name(word) = self.kind().clone() else {
            // A decorator changes what a function does.
            return if self.is("@") { Ok(Some(Does::Unread(self.rest_of_line()))) } else { Ok(None) };
        };
        Ok(Some(match word.as_str() {
            "if" => {
                self.next();
                self.python_if()?
            }
            "while" => {
                self.next();
                let condition = self.expr()?;
                let body = self.block()?;
                self.otherwise_none()?;
                Does::Loop { first: Vec::new(), while_: Some(condition), step: None, body, after: false }
            }
            "for" => {
                self.next();
                let target = self.targets()?;
                self.wants("in")?;
                let over = self.expr_list()?;
                let body = self.block()?;
                self.otherwise_none()?;
                Does::For(target, over, body)
            }
            "with" => {
                self.next();
                let bracket = self.is("(") && self.bracketed_with();
                if bracket {
                    self.next();
                }
                let mut items = Vec::new();
                loop {
                    let value = self.expr()?;
                    let name = if self.takes("as") { Some(self.postfix()?) } else { None };
                    items.push((value, name));
                    if !self.takes(",") || self.is(")") {
                        break;
                    }
                }
                if bracket {
                    self.wants(")")?;
                }
                Does::With(items, self.block()?)
            }
            "def" => {
                self.next();
                self.python_function()?
            }
            "try" => {
                self.next();
                let body = self.block()?;
                let (mut handlers, mut otherwise, mut last) = (Vec::new(), Vec::new(), Vec::new());
                loop {
                    if self.is("except") {
                        while !self.is(":") && !matches!(self.kind(), Kind::Newline | Kind::End) {
                            self.next();
                        }
                        handlers.extend(self.block()?);
                    } else if self.takes("else") {
                        otherwise = self.block()?;
                    } else if self.takes("finally") {
                        last = self.block()?;
                    } else {
                        break;
                    }
                }
                Does::Try { body, handlers, otherwise, last }
            }
            "class" | "async" | "match" if !self.is_ahead(1, "=") && !self.is_ahead(1, ".") && !self.is_ahead(1, "(") => {
                let word = self.rest_of_line();
                Does::Unread(word)
            }
            _ => return Ok(None),
        }))
    }

    /// Passes a statement's head, and the block behind it; its first word.
    fn rest_of_line(&mut self) -> String {
        let word = match self.kind() {
            Kind::Name(word) => word.clone(),
            Kind::Op(op) => op.to_string(),
            _ => String::new(),
        };
        while !matches!(self.kind(), Kind::Newline | Kind::End) {
            self.next();
        }
        self.next();
        if *self.kind() == Kind::Indent {
            let mut depth = 0;
            loop {
                match self.next() {
                    Kind::Indent => depth += 1,
                    Kind::Dedent => depth -= 1,
                    Kind::End => break,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        word
    }

    /// `with (a as b, c as d):`, and not `with (yield):`.
    fn bracketed_with(&self) -> bool {
        let mut depth = 0;
        for ahead in 0.. {
            match self.tokens.get(self.at + ahead).map(|t| &t.kind) {
                Some(Kind::Op("(" | "[" | "{")) => depth += 1,
                Some(Kind::Op(")" | "]" | "}")) => depth -= 1,
                Some(Kind::Name(n)) if n == "as" && depth == 1 => return true,
                None | Some(Kind::End | Kind::Newline) => return false,
                _ => {}
            }
            if depth == 0 {
                return false;
            }
        }
        false
    }

    fn otherwise_none(&mut self) -> Read<()> {
        if self.is("else") { Err(self.unread()) } else { Ok(()) }
    }

    fn python_if(&mut self) -> Read<Does> {
        let condition = self.expr()?;
        let body = self.block()?;
        let from = self.place();
        let otherwise = if self.takes("elif") {
            let does = self.deeper(Self::python_if)?;
            vec![self.statement(from, does)]
        } else if self.takes("else") {
            self.block()?
        } else {
            Vec::new()
        };
        Ok(Does::If(condition, body, otherwise))
    }

    fn python_function(&mut self) -> Read<Does> {
        let name = self.name()?;
        self.wants("(")?;
        let mut params = Vec::new();
        while !self.takes(")") {
            if self.takes("*") || self.takes("**") || self.takes("/") {
                if !matches!(self.kind(), Kind::Name(_)) {
                    self.takes(",");
                    continue;
                }
                return Err(self.unread());
            }
            let param = self.name()?;
            if self.takes(":") {
                self.expr()?;
            }
            let value = if self.takes("=") { Some(self.expr()?) } else { None };
            params.push((param, value));
            if !self.takes(",") && !self.is(")") {
                return Err(self.unread());
            }
        }
        if self.is("-") && self.is_ahead(1, ">") || self.is("->") {
            while !self.is(":") && !matches!(self.kind(), Kind::Newline | Kind::End) {
                self.next();
            }
        }
        Ok(Does::Function(Function { name, params, body: self.block()? }))
    }

    /// `a`, or `a, b` as a list.
    fn expr_list(&mut self) -> Read<Expr> {
        let from = self.place();
        let first = self.expr()?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.takes(",") {
            if matches!(self.kind(), Kind::Newline | Kind::End) || self.is("=") || self.is(":") {
                break;
            }
            all.push(self.expr()?);
        }
        Ok(self.made(from, What::List(all)))
    }

    /// The names behind `import`: the last of `a as b`, the first of `a.b`.
    fn imported(&mut self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        // `from MODULE` brings no name, but what stands behind its `import`.
        let mut fresh = self.is("import");
        self.next();
        while !matches!(self.kind(), Kind::Newline | Kind::End) && !self.is(";") {
            match self.next() {
                Kind::Name(word) if word == "import" => fresh = true,
                Kind::Name(word) if word == "as" => {
                    names.pop();
                    fresh = true;
                }
                Kind::Name(word) if fresh => {
                    names.push(word);
                    fresh = false;
                }
                Kind::Op("*") => names.push("*".into()),
                Kind::Op(",") => fresh = true,
                _ => {}
            }
        }
        names
    }

    /// What stands before `in`: names alone.
    fn targets(&mut self) -> Read<Expr> {
        let from = self.place();
        let bracket = self.takes("(");
        let mut all = vec![self.postfix()?];
        while self.takes(",") {
            all.push(self.postfix()?);
        }
        if bracket {
            self.wants(")")?;
        }
        match <[Expr; 1]>::try_from(all) {
            Ok([one]) => Ok(one),
            Err(all) => Ok(self.made(from, What::List(all))),
        }
    }

    fn python_simple(&mut self) -> Read<Does> {
        let from = self.place();
        let word = match self.kind() {
            Kind::Name(word) => word.clone(),
            _ => String::new(),
        };
        let plain = |p: &Self| !["=", ".", "(", "["].iter().any(|o| p.is_ahead(1, o));
        match word.as_str() {
            "import" | "from" if plain(self) => return Ok(Does::Import(self.imported())),
            "pass" | "global" | "nonlocal" | "assert" | "del" if word == "pass" || plain(self) || word == "assert" => {
                while !matches!(self.kind(), Kind::Newline | Kind::End) && !self.is(";") {
                    self.next();
                }
                return Ok(Does::Nothing);
            }
            "return" => {
                self.next();
                let value =
                    if matches!(self.kind(), Kind::Newline | Kind::End) || self.is(";") { None } else { Some(self.expr_list()?) };
                return Ok(Does::Return(value));
            }
            "raise" => {
                while !matches!(self.kind(), Kind::Newline | Kind::End) && !self.is(";") {
                    self.next();
                }
                // It ends the program, as sys.exit() does.
                let name = Expr { what: What::Name("exit".into()), at: from };
                return Ok(Does::Expr(Expr { what: What::Call(Box::new(name), Vec::new()), at: from }));
            }
            "break" => {
                self.next();
                return Ok(Does::Break);
            }
            "continue" => {
                self.next();
                return Ok(Does::Continue);
            }
            "yield" | "lambda" => return Err(self.unread()),
            _ => {}
        }
        let first = self.expr_list()?;
        // `name: type = value`.
        if self.takes(":") {
            self.expr()?;
            if !self.is("=") {
                return Ok(Does::Nothing);
            }
        }
        if self.is("=") {
            let mut targets = vec![first];
            let mut value = None;
            while self.takes("=") {
                if let Some(more) = value.replace(self.expr_list()?) {
                    targets.push(more);
                }
            }
            return Ok(Does::Assign(targets, value.ok_or_else(|| self.unread())?));
        }
        if let Some(op) = self.assigns() {
            let value = self.expr_list()?;
            return Ok(Does::Expr(self.made(from, What::Assign(op, Box::new(first), Box::new(value)))));
        }
        Ok(Does::Expr(first))
    }
}

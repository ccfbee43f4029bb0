//! Goes through a program as its run would go where every call succeeds, and says each call on a socket as a line of ours.
//!
//! What only a run can tell (what was received, the command line) is known as such: a way that hangs on it is refused, or said as what it
//! is. The ways for errors are left out, for a line that fails shows its errno here; that they are left out is said.

mod address;
mod c;
mod constants;
mod eval;
mod forms;
mod functions;
mod guard;
mod loops;
mod names;
mod python;
mod say;
mod truth;
mod value;

use super::super::Language;
use super::tree::{At, Does, Expr, Function, Stmt, What};
use super::{Cannot, Said};
use crate::text::Text;
use crate::text::messages::foreign as words;
use say::places;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use value::{Unknown, Value};

/// So many statements are gone through: no program of a learner needs more, and one that never ends is found.
const STEPS: usize = 20_000;
/// Functions that call each other so deeply call themselves.
const DEPTH: usize = 24;
/// So many lines are said.
const LINES: usize = 2_000;
/// So many places that cannot be said are told at once.
pub const PROBLEMS: usize = 8;

/// What a program says here, and the places that cannot be said.
pub fn walk(program: &[Stmt], text: &str, language: Language) -> (Vec<Said>, Vec<Cannot>) {
    let mut walker = Walker {
        source: text.lines().collect(),
        language,
        said: Vec::new(),
        problems: Vec::new(),
        names: vec![HashMap::new()],
        functions: HashMap::new(),
        sizes: HashMap::new(),
        live: BTreeSet::new(),
        families: HashMap::new(),
        connections: HashMap::new(),
        imports: BTreeSet::new(),
        child: None,
        hints: Vec::new(),
        errors: BTreeSet::new(),
        plain: BTreeMap::new(),
        ends: 0,
        exited: false,
        steps: 0,
    };
    walker.define(program);
    walker.block(program);
    if let (Language::C, Some(main)) = (language, walker.functions.get("main").cloned()) {
        let args = main.params.iter().map(|_| Value::Unknown(Unknown::Argument)).collect();
        if let Err(cannot) = walker.invoke(&main, args, At { line: 1, from: 0, to: 1 }) {
            walker.problem(cannot);
        }
    }
    walker.finish()
}

/// How a statement ends.
#[derive(Debug, Clone, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
    /// The program is over.
    Exit,
}

type Step<T> = Result<T, Cannot>;

struct Walker<'a> {
    source: Vec<&'a str>,
    language: Language,
    said: Vec<Said>,
    problems: Vec<Cannot>,
    /// Names and their values: the file's own, and those of each function that is being gone through.
    names: Vec<HashMap<String, Value>>,
    functions: HashMap<String, Rc<Function>>,
    /// C: how many bytes an array has room for.
    sizes: HashMap<String, i64>,
    /// Sockets that are open.
    live: BTreeSet<String>,
    /// The family of each socket where it is known, and those that accept made, with the place of that call.
    families: HashMap<String, String>,
    connections: HashMap<String, At>,
    /// Python: names that are modules, or come from one.
    imports: BTreeSet<String>,
    /// In the child of fork: the sockets that are its parent's too.
    child: Option<BTreeSet<String>>,
    /// Names for what the next call makes.
    hints: Vec<String>,
    /// Lines that do something about errors.
    errors: BTreeSet<usize>,
    /// Functions that say nothing to a socket, and their lines.
    plain: BTreeMap<String, BTreeSet<usize>>,
    /// Ways that leave a loop where the peer has closed.
    ends: usize,
    /// The program has ended inside a function.
    exited: bool,
    steps: usize,
}

impl Walker<'_> {
    fn cannot(&self, at: At, why: Text) -> Cannot {
        let line = self.source.get(at.line.saturating_sub(1)).copied().unwrap_or_default();
        let cut = |n: usize| {
            let mut n = n.min(line.len());
            while !line.is_char_boundary(n) {
                n -= 1;
            }
            n
        };
        let from = cut(at.from);
        Cannot { line: at.line, span: (from, cut(at.to).max(from)), why }
    }

    /// The program's own words at a place.
    fn words(&self, at: At) -> String {
        let cannot = self.cannot(at, words::foreign_loop());
        let line = self.source.get(at.line.saturating_sub(1)).copied().unwrap_or_default();
        line.get(cannot.span.0..cannot.span.1).unwrap_or_default().trim().to_string()
    }

    fn problem(&mut self, cannot: Cannot) {
        if self.problems.len() < PROBLEMS && !self.problems.contains(&cannot) {
            self.problems.push(cannot);
        }
    }

    fn block(&mut self, block: &[Stmt]) -> Flow {
        for (at, stmt) in block.iter().enumerate() {
            match self.statement(stmt) {
                Ok(Flow::Next) if !self.exited => {}
                Ok(Flow::Next | Flow::Exit) => {
                    self.unreached(&block[at + 1..]);
                    return Flow::Exit;
                }
                Ok(flow) => return flow,
                Err(cannot) => {
                    self.problem(cannot);
                    self.spoil(stmt);
                }
            }
            self.hints.clear();
        }
        Flow::Next
    }

    /// What stands behind the end of the program, or behind a loop without end.
    fn unreached(&mut self, rest: &[Stmt]) {
        let rest: Vec<&Stmt> = rest
            .iter()
            .filter(|s| !matches!(s.does, Does::Nothing | Does::Import(_) | Does::Function(_) | Does::Return(_)))
            .collect();
        if let (Some(first), Some(last)) = (rest.first(), rest.last()) {
            self.remark(first.at.line, words::foreign_unreached(places(first.at.line..=last.end)));
        }
    }

    /// The names that a statement would have given a value have none that can be known.
    fn spoil(&mut self, stmt: &Stmt) {
        let mut spoilt = Vec::new();
        match &stmt.does {
            Does::Assign(targets, _) => targets.iter().for_each(|t| target_names(t, &mut spoilt)),
            Does::Declare { name, .. } => spoilt.push(name.clone()),
            Does::Expr(e) => assigned(e, &mut spoilt),
            Does::If(condition, ..) => assigned(condition, &mut spoilt),
            Does::Unread(_) => spoilt.extend(self.named_within(stmt)),
            Does::With(items, _) => items.iter().filter_map(|i| i.1.as_ref()).for_each(|t| target_names(t, &mut spoilt)),
            Does::Loop { while_: Some(condition), .. } => assigned(condition, &mut spoilt),
            _ => {}
        }
        for name in spoilt {
            self.set(&name, Value::Unknown(Unknown::Spoilt));
        }
    }

    fn statement(&mut self, stmt: &Stmt) -> Step<Flow> {
        self.steps += 1;
        if self.steps > STEPS || self.said.len() > LINES {
            self.steps = STEPS + 1;
            let why = self.cannot(stmt.at, words::foreign_long());
            self.problem(why);
            return Ok(Flow::Exit);
        }
        match &stmt.does {
            Does::Nothing => Ok(Flow::Next),
            // One that stands inside another, or under a condition.
            Does::Function(_) => {
                self.define(std::slice::from_ref(stmt));
                Ok(Flow::Next)
            }
            Does::Import(names) => {
                self.imports.extend(names.iter().cloned());
                Ok(Flow::Next)
            }
            Does::Unread(word) if word == "class" => Err(self.cannot(stmt.at, words::foreign_class())),
            Does::Unread(word) => Err(self.cannot(stmt.at, words::foreign_branch(&**word))),
            Does::Break => Ok(Flow::Break),
            Does::Continue => Ok(Flow::Continue),
            Does::Return(value) => Ok(Flow::Return(match value {
                Some(value) => self.eval(value)?,
                None => Value::Nothing,
            })),
            Does::Expr(expr) => {
                if let Some(flow) = self.ends_program(expr) {
                    return Ok(flow);
                }
                self.uncalled(expr)?;
                self.eval(expr).map(|_| Flow::Next)
            }
            Does::Assign(targets, value) => {
                self.hints = targets.first().map(hint_names).unwrap_or_default();
                let value = self.eval(value)?;
                for target in targets {
                    self.assign(target, value.clone())?;
                }
                Ok(Flow::Next)
            }
            Does::Declare { name, size, structure, value } => {
                self.declare(name, size.as_ref(), *structure, value.as_ref())?;
                Ok(Flow::Next)
            }
            Does::With(items, body) => self.with(items, body),
            Does::If(condition, yes, no) => self.choose(condition, yes, no),
            Does::Loop { first, while_, step, body, after } => {
                for stmt in first {
                    self.statement(stmt)?;
                }
                self.round(stmt, while_.as_ref(), step.as_ref(), body, *after)
            }
            Does::For(target, over, body) => self.each(stmt, target, over, body),
            Does::Try { body, handlers, otherwise, last } => {
                self.left_out(handlers);
                let mut flow = self.block(body);
                if flow == Flow::Next {
                    flow = self.block(otherwise);
                }
                match self.block(last) {
                    Flow::Next => Ok(flow),
                    other => Ok(other),
                }
            }
        }
    }

    /// A way that is taken only where a call fails.
    fn left_out(&mut self, block: &[Stmt]) {
        self.errors.extend(block.iter().flat_map(|s| s.at.line..=s.end.max(s.at.line)));
    }

    fn with(&mut self, items: &[(Expr, Option<Expr>)], body: &[Stmt]) -> Step<Flow> {
        let mut closes = Vec::new();
        for (value, name) in items {
            self.hints = name.as_ref().map(hint_names).unwrap_or_default();
            let made = self.eval(value)?;
            if let Value::Socket(socket) = &made {
                closes.push(socket.clone());
            }
            if let Some(name) = name {
                self.assign(name, made)?;
            }
        }
        let flow = self.block(body);
        let line = body.last().map_or(1, |s| s.end);
        for socket in closes.into_iter().rev() {
            self.close(&socket, At { line, from: 0, to: 0 });
        }
        Ok(flow)
    }

    fn choose(&mut self, condition: &Expr, yes: &[Stmt], no: &[Stmt]) -> Step<Flow> {
        // if __name__ == "__main__": always so, in a program that is run.
        let main = matches!(&condition.what, What::Binary("==", a, _) if a.what == What::Name("__name__".into()));
        if main {
            return Ok(self.block(yes));
        }
        let truth = self.truth(condition)?;
        let Some((holds, why)) = truth else { return self.undecided(condition, yes, no) };
        let (mut way, mut other) = if holds { (yes, no) } else { (no, yes) };
        // Without words on the command line, or, where that ends the program, with them.
        if why == truth::Why::Argument && way.iter().any(|s| truth::leaves(s, false)) {
            std::mem::swap(&mut way, &mut other);
        }
        if why == truth::Why::Child {
            return self.forked(condition, way, other);
        }
        self.not_gone(why, condition, other);
        Ok(self.block(way))
    }

    /// A condition that only a run can decide: where neither way says anything to a socket, nothing is lost.
    fn undecided(&mut self, condition: &Expr, yes: &[Stmt], no: &[Stmt]) -> Step<Flow> {
        if [yes, no].into_iter().flatten().all(|s| self.is_silent(s)) {
            for stmt in [yes, no].into_iter().flatten() {
                self.spoil_softly(stmt);
            }
            self.plain.entry("if".into()).or_default().insert(condition.at.line);
            return Ok(Flow::Next);
        }
        let text = self.words(condition.at);
        Err(self.cannot(condition.at, words::foreign_condition(text)))
    }

    /// C sees its callers' variables too: a pointer is kept by the name of what it points to.
    fn get(&self, name: &str) -> Option<&Value> {
        if self.language == Language::C {
            return self.names.iter().rev().find_map(|n| n.get(name));
        }
        let local = self.names.last().and_then(|n| n.get(name));
        local.or_else(|| self.names.first().and_then(|n| n.get(name)))
    }

    fn set(&mut self, name: &str, value: Value) {
        let known = self.names.iter().rposition(|n| self.language == Language::C && n.contains_key(name));
        let scope = match known {
            Some(at) => self.names.get_mut(at),
            None => self.names.last_mut(),
        };
        if let Some(scope) = scope {
            scope.insert(name.to_string(), value);
        }
    }
}

/// Names of the sockets that a call on the right makes.
fn hint_names(target: &Expr) -> Vec<String> {
    match &target.what {
        What::Name(name) => vec![name.clone()],
        What::Member(_, name) => vec![name.clone()],
        What::List(all) => all.iter().flat_map(hint_names).collect(),
        _ => Vec::new(),
    }
}

fn target_names(target: &Expr, out: &mut Vec<String>) {
    match &target.what {
        What::Name(name) => out.push(name.clone()),
        What::List(all) => all.iter().for_each(|t| target_names(t, out)),
        _ => {}
    }
}

/// Names that an expression of C gives a value.
fn assigned(expr: &Expr, out: &mut Vec<String>) {
    match &expr.what {
        What::Assign(_, target, value) => {
            target_names(target, out);
            assigned(value, out);
        }
        What::Binary(_, a, b) => {
            assigned(a, out);
            assigned(b, out);
        }
        What::Unary(_, a) => assigned(a, out),
        _ => {}
    }
}

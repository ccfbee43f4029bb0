//! The program's own functions: gone through at each call, with names of their own.

use super::value::Value;
use super::{DEPTH, Flow, Step, Walker};
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::{At, Does, Expr, Function, Stmt, What};
use crate::text::messages::foreign as words;
use std::collections::HashMap;
use std::rc::Rc;

impl Walker<'_> {
    /// Functions are known before they are called, wherever they stand.
    pub(super) fn define(&mut self, block: &[Stmt]) {
        for stmt in block {
            if let Does::Function(f) = &stmt.does {
                self.functions.insert(f.name.clone(), Rc::new(f.clone()));
            }
        }
    }

    /// The name of a class or a function that is not followed.
    pub(super) fn named_within(&self, stmt: &Stmt) -> Option<String> {
        let lines = self.source.iter().take(stmt.end).skip(stmt.at.line.saturating_sub(1));
        let mut heads = lines.filter_map(|l| {
            let l = l.trim_start().trim_start_matches("async ");
            l.strip_prefix("class ").or_else(|| l.strip_prefix("def "))
        });
        heads.next().map(|l| l.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
    }

    /// Python: a function of the program's own by its name alone, as a statement.
    pub(super) fn uncalled(&self, expr: &Expr) -> Step<()> {
        match &expr.what {
            What::Name(name) if self.language == Language::Python && self.functions.contains_key(name) => {
                Err(self.cannot(expr.at, words::foreign_not_called(&**name, format!("{name}()"))))
            }
            _ => Ok(()),
        }
    }

    /// exit(1), sys.exit(): none where it is another call.
    pub(super) fn ends_program(&mut self, expr: &Expr) -> Option<Flow> {
        let What::Call(function, _) = &expr.what else { return None };
        let name = match &function.what {
            What::Name(name) if !self.functions.contains_key(name) => name,
            What::Member(of, name) if of.what == What::Name("sys".into()) || of.what == What::Name("os".into()) => name,
            _ => return None,
        };
        matches!(name.as_str(), "exit" | "_exit" | "quit" | "abort").then_some(Flow::Exit)
    }

    /// A function of the program's own.
    pub(super) fn invoke(&mut self, function: &Rc<Function>, args: Vec<Value>, at: At) -> Step<Value> {
        if self.names.len() > DEPTH {
            return Err(self.cannot(at, words::foreign_recursion(&*function.name)));
        }
        let mut scope = HashMap::new();
        let mut given = args.into_iter();
        for (name, otherwise) in &function.params {
            let value = match (given.next(), otherwise) {
                (Some(value), _) => value,
                (None, Some(value)) => self.eval(value)?,
                (None, None) => Value::unknown(at),
            };
            // A pointer to what has the same name there is that variable itself.
            if !matches!(&value, Value::Pointer(to, path) if to == name && path.is_empty()) {
                scope.insert(name.clone(), value);
            }
        }
        self.hints.clear();
        self.names.push(scope);
        let ends = self.ends;
        let flow = self.block(&function.body);
        // It leaves the function, not the loop that the function is called in.
        self.ends = ends;
        self.names.pop();
        match flow {
            Flow::Return(value) => Ok(value),
            flow => {
                self.exited |= flow == Flow::Exit;
                Ok(Value::Nothing)
            }
        }
    }
}

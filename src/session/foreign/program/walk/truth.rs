//! Conditions: what can be known, what only an error or the peer's close would change, and what only a run can decide.

use super::value::{Answer, Unknown, Value};
use super::{Flow, Step, Walker, places};
use crate::session::foreign::program::tree::{Does, Expr, Stmt, What};
use crate::text::messages::foreign as words;
use std::collections::BTreeSet;

/// What would have to be for a condition to be the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Known,
    /// A call fails.
    Failed,
    /// The peer has closed.
    Ended,
    /// Too few words on the command line.
    Argument,
    /// A path is there already.
    Path,
    /// It holds in the child of fork, and not in the parent, or the other way round.
    Child,
}

pub(super) type Truth = Option<(bool, Why)>;

/// What numbers compare as.
fn compare(op: &str, a: i64, b: i64) -> Option<bool> {
    Some(match op {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        ">" => a > b,
        "<=" => a <= b,
        ">=" => a >= b,
        _ => return None,
    })
}

impl Walker<'_> {
    /// Whether a condition holds, where every call succeeds and the peer has not closed; its calls are said.
    pub(super) fn truth(&mut self, expr: &Expr) -> Step<Truth> {
        match &expr.what {
            What::Unary("!", inner) => Ok(self.truth(inner)?.map(|(holds, why)| (!holds, why))),
            What::Binary(op @ ("&&" | "||"), a, b) => {
                let decides = *op == "||";
                let Some((left, why)) = self.truth(a)? else { return Ok(None) };
                if left == decides {
                    return Ok(Some((left, why)));
                }
                let right = self.truth(b)?;
                Ok(right.map(|(right, of)| (right, if right == decides || of != Why::Known { of } else { why })))
            }
            What::Binary(op, a, b) if compare(op, 0, 0).is_some() => {
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                let turned = match *op {
                    "<" => ">",
                    ">" => "<",
                    "<=" => ">=",
                    ">=" => "<=",
                    op => op,
                };
                Ok(compared(op, &a, &b).or_else(|| compared(turned, &b, &a)))
            }
            What::Call(function, _) if matches!(&function.what, What::Member(_, f) if f == "exists") => {
                Ok(Some((false, Why::Path)))
            }
            What::Call(function, _) if function.what == What::Name("access".into()) => Ok(Some((true, Why::Path))),
            _ => {
                let value = self.eval(expr)?;
                Ok(match value {
                    Value::Received(_) | Value::Answer(Answer::Got) => Some((true, Why::Ended)),
                    Value::Answer(Answer::Fork) => Some((false, Why::Child)),
                    Value::Answer(Answer::Sent | Answer::One) => Some((true, Why::Failed)),
                    Value::Answer(Answer::Status) => Some((false, Why::Failed)),
                    v if v.spoilt() => Some((true, Why::Known)),
                    v => v.truth().map(|t| (t, Why::Known)),
                })
            }
        }
    }

    /// The way that is not gone.
    pub(super) fn not_gone(&mut self, why: Why, condition: &Expr, other: &[Stmt]) {
        let (Some(first), Some(last)) = (other.first(), other.last()) else { return };
        let place = places(first.at.line..=last.end);
        self.ends += usize::from(why == Why::Ended && other.iter().any(|s| leaves(s, true)));
        match why {
            Why::Known | Why::Child => {}
            Why::Failed => self.left_out(other),
            // That the loop is left then, is said of the loop.
            Why::Ended if matches!(other, [Stmt { does: Does::Break, .. }]) => {}
            Why::Ended => self.remark(condition.at.line, words::foreign_ended(place)),
            Why::Argument => self.remark(condition.at.line, words::foreign_guard(place)),
            Why::Path => self.remark(condition.at.line, words::foreign_path_guard(place)),
        }
    }

    /// Both ways of a fork: the child's first, whose closes are of its own copies of what the parent has too.
    pub(super) fn forked(&mut self, condition: &Expr, child: &[Stmt], parent: &[Stmt]) -> Step<Flow> {
        let at = condition.at;
        self.remark(at.line, words::foreign_child(at.line));
        let before: BTreeSet<String> = self.live.clone();
        let outer = self.child.replace(before);
        let mut flow = self.block(child);
        if std::mem::take(&mut self.exited) {
            flow = Flow::Exit;
        }
        self.child = outer;
        // A child that goes on behind the fork does what the parent does there too: two programs in one.
        if !matches!(flow, Flow::Exit | Flow::Return(_)) && !child.is_empty() {
            return Err(self.cannot(at, words::foreign_child_goes_on()));
        }
        self.remark(at.line, words::foreign_parent());
        Ok(self.block(parent))
    }

    /// Whether nothing in it is said to a socket, and nothing leaves it.
    pub(super) fn is_silent(&self, stmt: &Stmt) -> bool {
        !leaves(stmt, true) && !self.speaks(stmt, 0)
    }

    /// Whether a function of the program's own makes a call on a socket.
    pub(super) fn function_speaks(&self, name: &str, depth: usize) -> bool {
        let function = self.functions.get(name);
        function.is_some_and(|f| depth > super::DEPTH || f.body.iter().any(|s| self.speaks(s, depth + 1)))
    }

    fn speaks(&self, stmt: &Stmt, depth: usize) -> bool {
        let mut found = false;
        each_call(stmt, &mut |name| {
            found = found || super::names::is_spoken(name) || self.function_speaks(name, depth);
        });
        found
    }

    /// What was given a value in a way that may or may not be gone has one that only a run can tell.
    pub(super) fn spoil_softly(&mut self, stmt: &Stmt) {
        let mut names = Vec::new();
        match &stmt.does {
            Does::Assign(targets, _) => targets.iter().for_each(|t| super::target_names(t, &mut names)),
            Does::Expr(e) => super::assigned(e, &mut names),
            _ => {}
        }
        names.iter().for_each(|n| self.set(n, Value::unknown(stmt.at)));
    }
}

/// Two values, where their comparison can be known or hangs on an error or an end alone.
fn compared(op: &str, a: &Value, b: &Value) -> Truth {
    if let (Some(a), Some(b)) = (a.int(), b.int()) {
        return compare(op, a, b).map(|t| (t, Why::Known));
    }
    let equal = |same: bool, why: Why| match op {
        "==" => Some((same, why)),
        "!=" => Some((!same, why)),
        _ => None,
    };
    // Against a number: what the call answers where it succeeds, and what it could answer besides.
    let number = b.int().filter(|n| (-1..=1).contains(n)).or(if *b == Value::Nothing { Some(0) } else { None });
    match (a, number) {
        (Value::Unknown(Unknown::Spoilt), _) => Some((true, Why::Known)),
        (Value::Answer(Answer::Status), Some(n)) => compare(op, 0, n).map(|t| (t, Why::Failed)),
        (Value::Socket(_), Some(n)) => compare(op, 3, n).map(|t| (t, Why::Failed)),
        (Value::Answer(Answer::One), Some(n)) => compare(op, 1, n).map(|t| (t, Why::Failed)),
        (Value::Answer(Answer::Sent), Some(n)) if n < 1 => compare(op, 1, n).map(|t| (t, Why::Failed)),
        // Everything was sent: less is told by the line itself.
        (Value::Answer(Answer::Sent), _)
            if b.int().is_some() || matches!(b, Value::Answer(Answer::Got) | Value::Unknown(Unknown::Count)) =>
        {
            compare(op, 1, 1).map(|t| (t, Why::Failed))
        }
        (Value::Answer(Answer::Got) | Value::Unknown(Unknown::Count), Some(n)) if n < 1 || matches!(op, "<" | ">=") => {
            let (going, ended) = (compare(op, 1, n)?, compare(op, 0, n)?);
            Some((going, if going == ended { Why::Failed } else { Why::Ended }))
        }
        (Value::Answer(Answer::Fork), Some(n)) => {
            let (child, parent) = (compare(op, 0, n)?, compare(op, 9, n)?);
            Some((child, if child == parent { Why::Failed } else { Why::Child }))
        }
        // How many words: as of a run without any.
        (Value::Unknown(Unknown::Argument), _) => b.int().and_then(|n| compare(op, 1, n)).map(|t| (t, Why::Argument)),
        (Value::Received(_), _) if b.bytes().is_some_and(<[u8]>::is_empty) || *b == Value::Nothing => equal(false, Why::Ended),
        (Value::Candidate { .. } | Value::Pointer(..), Some(0)) => equal(false, Why::Known),
        (Value::Nothing, Some(0)) => equal(true, Why::Known),
        (Value::Word(x), _) => match b {
            Value::Word(y) => equal(x == y, Why::Known),
            _ => None,
        },
        _ => match (a.bytes(), b.bytes()) {
            (Some(x), Some(y)) => equal(x == y, Why::Known),
            _ => None,
        },
    }
}

/// Whether some way in it leaves the loop around it (`own`: while it is the loop's own body), the function, or the program.
pub(super) fn leaves(stmt: &Stmt, own: bool) -> bool {
    let any = |block: &[Stmt], own: bool| block.iter().any(|s| leaves(s, own));
    match &stmt.does {
        Does::Break | Does::Continue => own,
        Does::Return(_) | Does::Unread(_) => true,
        Does::Expr(e) => {
            matches!(&e.what, What::Call(f, _) if matches!(&f.what, What::Name(n) | What::Member(_, n) if n == "exit"))
        }
        Does::With(_, body) => any(body, own),
        Does::If(_, a, b) => any(a, own) || any(b, own),
        Does::Loop { body, .. } | Does::For(_, _, body) => any(body, false),
        Does::Try { body, handlers, otherwise, last } => [body, handlers, otherwise, last].into_iter().any(|b| any(b, own)),
        _ => false,
    }
}

/// The names of all that is called in a statement.
fn each_call(stmt: &Stmt, found: &mut dyn FnMut(&str)) {
    let (mut exprs, mut blocks): (Vec<&Expr>, Vec<&[Stmt]>) = (Vec::new(), Vec::new());
    match &stmt.does {
        Does::Expr(e) | Does::Assign(_, e) | Does::Return(Some(e)) | Does::Declare { value: Some(e), .. } => exprs.push(e),
        Does::With(items, body) => {
            exprs.extend(items.iter().map(|i| &i.0));
            blocks.push(body);
        }
        Does::If(condition, a, b) => {
            exprs.push(condition);
            blocks.extend([a.as_slice(), b]);
        }
        Does::Loop { first, while_, step, body, .. } => {
            exprs.extend([while_, step].into_iter().flatten());
            blocks.extend([first.as_slice(), body]);
        }
        Does::For(_, over, body) => {
            exprs.push(over);
            blocks.push(body);
        }
        Does::Try { body, otherwise, last, .. } => blocks.extend([body.as_slice(), otherwise, last]),
        _ => {}
    }
    exprs.into_iter().for_each(|e| each_call_of(e, found));
    blocks.into_iter().flatten().for_each(|s| each_call(s, found));
}

fn each_call_of(expr: &Expr, found: &mut dyn FnMut(&str)) {
    let mut inner: Vec<&Expr> = Vec::new();
    match &expr.what {
        What::Call(function, args) => {
            if let What::Name(name) | What::Member(_, name) = &function.what {
                found(name);
            }
            inner.push(function);
            inner.extend(args);
        }
        What::Pieces(list) | What::List(list) => inner.extend(list),
        What::Named(_, e) | What::Member(e, _) | What::Unary(_, e) => inner.push(e),
        What::Index(a, b) | What::Binary(_, a, b) | What::Assign(_, a, b) => inner.extend([a.as_ref(), b]),
        What::Slice(a, b, c) => inner.extend([Some(a), b.as_ref(), c.as_ref()].into_iter().flatten().map(AsRef::as_ref)),
        What::Choice(a, b, c) => inner.extend([a.as_ref(), b, c]),
        _ => {}
    }
    inner.into_iter().for_each(|e| each_call_of(e, found));
}

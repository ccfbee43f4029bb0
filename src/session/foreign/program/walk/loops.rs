//! Loops: counted ones are said round by round, one without end is said once, with a word about it.

use super::truth::Why;
use super::value::Value;
use super::{Flow, Step, Walker, places};
use crate::session::foreign::program::tree::{Expr, Stmt, What};
use crate::session::foreign::program::{Said, Says};
use crate::text::messages::foreign as words;

/// Rounds that are said one after the other.
const UNROLLED: usize = 20;
/// Rounds that are gone through to find out whether all say the same.
const ROUNDS: usize = 5_000;

impl Walker<'_> {
    /// A loop with a condition, or without.
    pub(super) fn round(
        &mut self,
        stmt: &Stmt,
        condition: Option<&Expr>,
        step: Option<&Expr>,
        body: &[Stmt],
        after: bool,
    ) -> Step<Flow> {
        let place = places(stmt.at.line..=stmt.end);
        let constant = condition.is_none_or(|c| matches!(c.what, What::Int(_) | What::Name(_)));
        let begun = self.said.len();
        let mut rounds = Vec::new();
        loop {
            let from = self.said.len();
            let truth = match condition {
                Some(condition) if !(after && rounds.is_empty()) => self.truth(condition)?,
                _ => Some((true, Why::Known)),
            };
            let endless = constant && !after && matches!(truth, Some((true, Why::Known)));
            match truth {
                Some((false, _)) => {
                    self.collapse(stmt, begun, &rounds)?;
                    return Ok(Flow::Next);
                }
                Some((true, Why::Known)) if !endless => {}
                Some((true, _)) => {
                    // Only the first round: what ends the loop is known to a run alone.
                    let ends = self.ends;
                    let flow = self.block(body);
                    let left = !endless || self.ends > ends;
                    if flow != Flow::Break {
                        let remark = if left { words::foreign_until_end(place) } else { words::foreign_endless(place) };
                        self.said.insert(from, Said { line: stmt.at.line, says: Says::Remark(remark) });
                    }
                    return Ok(match flow {
                        // It is left in its first round: no loop.
                        Flow::Break => Flow::Next,
                        flow @ (Flow::Return(_) | Flow::Exit) => flow,
                        _ if left => Flow::Next,
                        _ => Flow::Exit,
                    });
                }
                None => {
                    let at = condition.map_or(stmt.at, |c| c.at);
                    return Err(self.cannot(at, words::foreign_loop()));
                }
            }
            rounds.push(from);
            match self.block(body) {
                Flow::Break => {
                    self.collapse(stmt, begun, &rounds)?;
                    return Ok(Flow::Next);
                }
                Flow::Next | Flow::Continue => {}
                flow => return Ok(flow),
            }
            if let Some(step) = step {
                self.eval(step)?;
            }
            if rounds.len() > ROUNDS || self.steps > super::STEPS {
                return Err(self.cannot(stmt.at, words::foreign_long()));
            }
        }
    }

    /// Python's for, over what is known.
    pub(super) fn each(&mut self, stmt: &Stmt, target: &Expr, over: &Expr, body: &[Stmt]) -> Step<Flow> {
        let over_value = self.eval(over)?;
        let all = match over_value {
            Value::List(all) => all,
            v if v.spoilt() => return Ok(Flow::Next),
            _ => return Err(self.cannot(over.at, words::foreign_loop())),
        };
        let begun = self.said.len();
        let mut rounds = Vec::new();
        for value in all {
            rounds.push(self.said.len());
            self.assign(target, value)?;
            match self.block(body) {
                Flow::Break => break,
                Flow::Next | Flow::Continue => {}
                flow => return Ok(flow),
            }
            if rounds.len() > ROUNDS || self.steps > super::STEPS {
                return Err(self.cannot(stmt.at, words::foreign_long()));
            }
        }
        self.collapse(stmt, begun, &rounds)?;
        Ok(Flow::Next)
    }

    /// Rounds that all say the same one line are one `repeat`; too many that do not are refused.
    fn collapse(&mut self, stmt: &Stmt, begun: usize, rounds: &[usize]) -> Step<()> {
        // What is remarked once, of the first round, stands before all of them.
        let first = self.said[begun..].iter().take_while(|s| matches!(s.says, Says::Remark(_))).count();
        let said = &self.said[begun + first..];
        let same = said.len() == rounds.len() && said.windows(2).all(|w| w[0].says == w[1].says);
        match said.first() {
            Some(Said { line, says: Says::Line(text) }) if same && rounds.len() > 1 && !text.contains(" = ") => {
                let repeated = Said { line: *line, says: Says::Line(format!("repeat {} {text}", rounds.len())) };
                self.said.truncate(begun + first);
                self.said.push(repeated);
                Ok(())
            }
            Some(_) if rounds.len() > UNROLLED => Err(self.cannot(stmt.at, words::foreign_rounds(rounds.len()))),
            _ => Ok(()),
        }
    }
}

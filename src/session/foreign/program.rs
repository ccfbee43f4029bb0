//! A learner's own program, in Python or C, said as lines of ours: straight-line calls and loops. What has no words here is refused with
//! its place; nothing is guessed.

mod c;
mod call;

use super::Language;
use crate::text::Text;
use crate::text::messages::foreign as say;
use std::collections::HashMap;

/// Rounds of a counted loop that are said one after the other.
const UNROLLED: u64 = 20;

/// A line of ours, and the line of the program that it says (counted from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub line: usize,
    pub text: String,
}

/// What cannot be said: the line (from 1), the bytes of it that are meant, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Cannot {
    pub line: usize,
    pub span: (usize, usize),
    pub why: Text,
}

/// Says a program.
///
/// # Errors
/// The first line that has no words here.
pub fn program(text: &str, language: Language) -> Result<Vec<Said>, Cannot> {
    let mut reader = Reader {
        language,
        known: HashMap::new(),
        places: HashMap::new(),
        said: Vec::new(),
        blocks: Vec::new(),
        skipping: None,
        comment: false,
    };
    for (at, line) in text.lines().enumerate() {
        reader.line(at + 1, line)?;
    }
    reader.leave(0);
    Ok(reader.said)
}

/// A block that is open, from this depth on.
struct Block {
    depth: usize,
    /// Sockets that are closed at its end.
    closes: Vec<String>,
    /// A loop of so many rounds (none: without end), and where its lines begin.
    round: Option<(Option<u64>, usize)>,
}

/// An address that is put together field by field.
#[derive(Default, Clone)]
struct Place {
    host: Option<String>,
    port: Option<String>,
    path: Option<String>,
}

struct Reader {
    language: Language,
    /// Names of values: numbers, strings, sizes of arrays.
    known: HashMap<String, String>,
    places: HashMap<String, Place>,
    said: Vec<Said>,
    blocks: Vec<Block>,
    /// Lines of an error's handling, deeper than this, are left out.
    skipping: Option<usize>,
    comment: bool,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Cannot> {
        let code = self.code(line);
        let text = code.trim();
        if text.is_empty() {
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        let depth = match self.language {
            Language::Python => indent,
            Language::C => self.blocks.len() + usize::from(self.skipping.is_some()),
        };
        if let Language::Python = self.language {
            if self.skipping.is_some_and(|d| depth > d) {
                return Ok(());
            }
            self.skipping = None;
            self.leave(depth);
        }
        let at = |part: &str| {
            let from = line.find(part).unwrap_or(indent);
            (from, (from + part.len()).min(line.len()).max(from + 1))
        };
        let cannot = |part: &str, why: Text| Cannot { line: number, span: at(part), why };
        match self.language {
            Language::Python => self.python(number, text, depth, &cannot),
            Language::C => self.c(number, text, &cannot),
        }
    }

    /// The line without comments; what a C comment spans is gone.
    fn code(&mut self, line: &str) -> String {
        let mut out = String::new();
        let (mut quote, mut chars) = (None, line.char_indices().peekable());
        while let Some((at, c)) = chars.next() {
            let next = line[at + c.len_utf8()..].chars().next();
            if self.comment {
                if c == '*' && next == Some('/') {
                    self.comment = false;
                    chars.next();
                }
                continue;
            }
            match (c, quote) {
                ('\\', Some(_)) => {
                    out.push(c);
                    out.extend(chars.next().map(|n| n.1));
                    continue;
                }
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(q)) if c == q => quote = None,
                ('#', None) if self.language == Language::Python => break,
                ('/', None) if self.language == Language::C && next == Some('/') => break,
                ('/', None) if self.language == Language::C && next == Some('*') => {
                    self.comment = true;
                    continue;
                }
                _ => {}
            }
            out.push(c);
        }
        out
    }

    /// Blocks as deep as this, or deeper, are over.
    fn leave(&mut self, depth: usize) {
        while self.blocks.last().is_some_and(|b| b.depth >= depth) {
            let Some(block) = self.blocks.pop() else { return };
            let line = self.said.last().map_or(1, |s| s.line);
            self.said.extend(block.closes.iter().map(|name| Said { line, text: format!("close {name}") }));
            if let Some((rounds, from)) = block.round {
                self.repeat(rounds, from);
            }
        }
    }

    /// A loop's lines: one is `repeat`, several are said as often as they are done.
    fn repeat(&mut self, rounds: Option<u64>, from: usize) {
        let body: Vec<Said> = self.said.split_off(from);
        if let [one] = body.as_slice() {
            let text = match one.text.split_once(" = ") {
                Some((name, call)) => format!("{name}{{i}} = {call}"),
                None => one.text.clone(),
            };
            self.said.push(Said { line: one.line, text: format!("repeat {} {text}", rounds.unwrap_or(100)) });
            return;
        }
        match rounds.filter(|n| *n <= UNROLLED) {
            Some(rounds) => (0..rounds).for_each(|_| self.said.extend(body.iter().cloned())),
            None => {
                let line = body.first().map_or(1, |s| s.line);
                self.said.push(Said { line, text: "# a loop without end: said once, and again for each round".into() });
                self.said.extend(body);
            }
        }
    }

    fn open(&mut self, depth: usize, closes: Vec<String>, round: Option<Option<u64>>) {
        let round = round.map(|r| (r, self.said.len()));
        self.blocks.push(Block { depth, closes, round });
    }

    fn python(&mut self, number: usize, text: &str, depth: usize, cannot: &dyn Fn(&str, Text) -> Cannot) -> Result<(), Cannot> {
        let first = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        match first {
            // print(s.recv(100))
            "print" if text.contains(".recv") => {
                let inside = text.trim_start_matches("print(").trim_end_matches(')');
                return self.call(number, &format!("{inside})"), cannot);
            }
            "import" | "from" | "print" | "pass" | "global" | "assert" => return Ok(()),
            "" if text.starts_with(['"', '\'']) => return Ok(()),
            "def" if text.contains("()") => {
                self.open(depth, Vec::new(), None);
                return Ok(());
            }
            "if" if text.contains("__name__") => {
                self.open(depth, Vec::new(), None);
                return Ok(());
            }
            // A function of the program's own: its lines stand where it is written.
            name if text == format!("{name}()") => return Ok(()),
            "while" if ["while True:", "while 1:"].contains(&text) => {
                self.open(depth, Vec::new(), Some(None));
                return Ok(());
            }
            "for" => {
                let range = text.split_once("range(").and_then(|(_, r)| r.split_once(')')).map(|(n, _)| self.value(n.trim()));
                let count = range.and_then(|n| n.parse().ok()).ok_or_else(|| cannot(text, say::foreign_loop()))?;
                self.open(depth, Vec::new(), Some(Some(count)));
                return Ok(());
            }
            "with" => {
                let inside = text.trim_start_matches("with ").trim_end_matches(':').trim();
                let name = match inside.rsplit_once(" as ") {
                    Some((call, name)) => {
                        self.call(number, &format!("{name} = {call}"), cannot)?;
                        name.to_string()
                    }
                    None => inside.to_string(),
                };
                self.open(depth, vec![name], None);
                return Ok(());
            }
            "try" => {
                self.open(depth, Vec::new(), None);
                return Ok(());
            }
            "except" | "finally" | "else" | "elif" => {
                self.skipping = Some(depth);
                return if first == "except" { Ok(()) } else { Err(cannot(first, say::foreign_branch(first))) };
            }
            "if" | "class" | "def" | "while" | "async" | "lambda" | "yield" | "raise" | "break" | "return" => {
                return Err(cannot(first, say::foreign_branch(first)));
            }
            _ => {}
        }
        // NAME = a value.
        if let Some((name, value)) = text.split_once('=')
            && !value.starts_with('=')
            && !value.contains('(')
        {
            self.known.insert(name.trim().to_string(), value.trim().to_string());
            return Ok(());
        }
        if text.contains(".sleep(") {
            return Ok(());
        }
        self.call(number, text, cannot)
    }
}

#[cfg(test)]
mod tests;

//! The front matter: `key: value` lines between two lines of `---`, as web pages know it.

use super::Flaw;
use crate::grammar::nearest::nearest;
use crate::text::Text;
use crate::text::messages::course as say;

/// What a lesson says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Front {
    pub title: String,
    pub level: Level,
    pub minutes: u32,
    /// Ids of lessons to do first.
    pub needs: Vec<String>,
    /// Rows of a list of misconceptions that it treats.
    pub covers: Vec<u32>,
    /// It makes hosts: it needs the lab, and an empty one.
    pub lab: bool,
}

/// Whom a lesson is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    #[default]
    Beginner,
    Intermediate,
    Advanced,
}

impl Level {
    const ALL: [(&'static str, Level); 3] =
        [("beginner", Level::Beginner), ("intermediate", Level::Intermediate), ("advanced", Level::Advanced)];

    pub fn text(self) -> Text {
        match self {
            Level::Beginner => say::level_beginner(),
            Level::Intermediate => say::level_intermediate(),
            Level::Advanced => say::level_advanced(),
        }
    }
}

const KEYS: [&str; 6] = ["title", "level", "minutes", "needs", "covers", "lab"];

/// Takes the front matter off a file. The text behind it keeps its line numbers: blank lines stand where the front matter stood.
pub(super) fn split(text: &str) -> (Result<Front, Flaw>, String, Vec<Flaw>) {
    let mut lines = text.split_inclusive('\n');
    let mut flaws = Vec::new();
    if lines.next().map(str::trim_end) != Some("---") {
        return (Err(Flaw::at(1, say::front_missing())), text.to_string(), flaws);
    }
    let (mut front, mut seen, mut at) = (Front::default(), Vec::new(), 1);
    let mut taken = text.find('\n').map_or(text.len(), |n| n + 1);
    for line in lines {
        at += 1;
        taken += line.len();
        let words = line.trim_end();
        if words == "---" {
            if !seen.contains(&"title") {
                flaws.push(Flaw::at(1, say::front_needs("title")));
            }
            if !seen.contains(&"minutes") {
                flaws.push(Flaw::at(1, say::front_needs("minutes")));
            }
            return (Ok(front), format!("{}{}", "\n".repeat(at), &text[taken..]), flaws);
        }
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        let Some((key, value)) = words.split_once(':') else {
            flaws.push(Flaw { span: Some((0, words.len())), ..Flaw::at(at, say::front_line()) });
            continue;
        };
        let name = key.trim();
        let value = unquoted(value.trim());
        let span = Some((words.len() - value.len(), words.len()));
        let Some(known) = KEYS.iter().find(|k| **k == name) else {
            let hint = nearest(name, KEYS.iter().copied()).map(str::to_string);
            flaws.push(Flaw { line: at, span: Some((0, key.len())), what: say::front_key(name), hint });
            continue;
        };
        if seen.contains(known) {
            flaws.push(Flaw { span: Some((0, key.len())), ..Flaw::at(at, say::front_twice(name)) });
        }
        seen.push(known);
        let mut wrong = |what| flaws.push(Flaw { span, ..Flaw::at(at, what) });
        match *known {
            "title" if value.is_empty() => wrong(say::front_needs("title")),
            "title" => front.title = value.to_string(),
            "level" => match Level::ALL.iter().find(|l| l.0 == value) {
                Some(level) => front.level = level.1,
                None => wrong(say::front_level(value)),
            },
            "minutes" => match value.parse() {
                Ok(n @ 1..=600) => front.minutes = n,
                _ => wrong(say::front_minutes(value)),
            },
            "lab" => match value {
                "yes" | "true" => front.lab = true,
                "no" | "false" => {}
                _ => wrong(say::front_lab(value)),
            },
            "needs" => front.needs = items(value).map(str::to_string).collect(),
            _ => match items(value).map(str::parse).collect() {
                Ok(rows) => front.covers = rows,
                Err(_) => wrong(say::front_covers(value)),
            },
        }
    }
    (Err(Flaw::at(1, say::front_open())), text.to_string(), flaws)
}

fn items(value: &str) -> impl Iterator<Item = &str> {
    value.trim_start_matches('[').trim_end_matches(']').split(',').map(str::trim).filter(|w| !w.is_empty())
}

/// A value in quotes is the words in them; behind ` #` stands a remark.
fn unquoted(value: &str) -> &str {
    let quoted = |mark: char| value.strip_prefix(mark).and_then(|v| v.split_once(mark)).map(|(v, _)| v);
    match quoted('"').or_else(|| quoted('\'')) {
        Some(inner) => inner,
        None => value.split(" #").next().unwrap_or(value).trim_end(),
    }
}

//! The placeholders of lessons: `{port}`, `{path}`, `{name}`, drawn anew for each run.

use serde::Serialize;

/// What can be drawn; `sockscope` is the program itself, for `run`.
pub const HOLES: &[&str] = &["port", "port2", "port3", "path", "path2", "name", "name2", "sockscope"];

/// What the placeholders stand for in this run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Values(pub Vec<(String, String)>);

impl Values {
    pub fn get(&self, hole: &str) -> Option<&str> {
        self.0.iter().find(|(h, _)| h == hole).map(|(_, v)| v.as_str())
    }

    pub fn put(&mut self, hole: &str, value: String) {
        match self.0.iter_mut().find(|(h, _)| h == hole) {
            Some(kept) => kept.1 = value,
            None => self.0.push((hole.to_string(), value)),
        }
    }

    /// A text with what is known put in.
    pub fn fill(&self, text: &str) -> String {
        holes(text, |hole| self.get(hole).map(str::to_string))
    }

    /// The placeholders a text has that nothing stands for yet.
    pub fn wanted<'a>(&self, text: &'a str) -> Vec<&'a str> {
        found(text).filter(|h| self.get(h).is_none()).collect()
    }

    /// The text of a line that was typed, with the placeholders back in it: what it says in another run.
    pub fn empty(&self, text: &str) -> String {
        let mut text = text.to_string();
        for (hole, value) in &self.0 {
            text = replace_whole(&text, value, &format!("{{{hole}}}"));
        }
        text
    }
}

/// Replaces where no digit or letter goes on with it: a port inside a longer number is another number.
fn replace_whole(text: &str, value: &str, by: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(value).filter(|_| !value.is_empty()) {
        let before = rest[..at].chars().next_back().or(out.chars().next_back());
        let after = rest[at + value.len()..].chars().next();
        let whole = !before.is_some_and(|c| c.is_ascii_alphanumeric()) && !after.is_some_and(|c| c.is_ascii_alphanumeric());
        out.push_str(&rest[..at]);
        out.push_str(if whole { by } else { value });
        rest = &rest[at + value.len()..];
    }
    out.push_str(rest);
    out
}

fn found(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(h, _)| h).filter(|h| HOLES.contains(h))
}

fn holes(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let known = rest[open + 1..].find('}').map(|n| &rest[open + 1..open + 1 + n]).and_then(|hole| Some((hole, value(hole)?)));
        match known {
            Some((hole, value)) => {
                out.push_str(&value);
                rest = &rest[open + hole.len() + 2..];
            }
            None => {
                out.push('{');
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// A check's text for reading: `{port}` is any port, the one that the role has, unless the check insists on it, or has no role (`who`).
pub fn check_text(text: &str, values: &Values) -> String {
    let words = || text.split_whitespace();
    if words().any(|w| w == "exactly") || words().take(2).eq(["who", "finds"]) {
        return values.fill(text);
    }
    let text = text
        .replace("@{name2}", "an abstract name")
        .replace("@{name}", "an abstract name")
        .replace("{path2}", "a path")
        .replace("{path}", "a path");
    holes(&text, |hole| hole.starts_with("port").then(|| "0".to_string()).or_else(|| values.get(hole).map(str::to_string)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_filled_and_emptied_again() {
        let mut values = Values::default();
        values.put("port", "2345".into());
        let line = "bind server 127.0.0.1:{port}; getsockname {server.local}";
        let filled = values.fill(line);
        assert_eq!(filled, "bind server 127.0.0.1:2345; getsockname {server.local}");
        assert_eq!(values.empty(&filled), line);
        assert_eq!(values.empty("send s 12345"), "send s 12345");
        assert_eq!(values.wanted("bind {path} {port} {x}"), ["path"]);
    }

    #[test]
    fn a_check_means_the_port_that_the_role_has_unless_it_insists() {
        let mut values = Values::default();
        values.put("port", "2345".into());
        assert_eq!(check_text("server is bound to 127.0.0.1:{port}", &values), "server is bound to 127.0.0.1:0");
        assert_eq!(check_text("server is bound to port {port} exactly", &values), "server is bound to port 2345 exactly");
        assert_eq!(check_text("who finds 127.0.0.1:{port}", &values), "who finds 127.0.0.1:2345");
        assert_eq!(check_text("server is bound to @{name}", &values), "server is bound to an abstract name");
        assert_eq!(check_text("server is bound to {path}", &values), "server is bound to a path");
    }
}

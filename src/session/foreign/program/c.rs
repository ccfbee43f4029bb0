//! C: one statement after the other, loops, the handling of errors, addresses that are put together field by field.

use super::{Cannot, Reader};
use crate::text::Text;
use crate::text::messages::foreign as say;

impl Reader {
    pub(super) fn c(&mut self, number: usize, text: &str, cannot: &dyn Fn(&str, Text) -> Cannot) -> Result<(), Cannot> {
        let mut text = text;
        // Braces.
        while let Some(rest) = text.strip_prefix('}') {
            if self.skipping.take().is_none() {
                let depth = self.blocks.last().map_or(0, |b| b.depth);
                self.leave(depth);
            }
            text = rest.trim();
        }
        if text.is_empty() || text == "{" {
            return Ok(());
        }
        if self.skipping.is_some() {
            return Ok(());
        }
        if let Some(defined) = text.strip_prefix("#define ") {
            if let Some((name, value)) = defined.split_once(char::is_whitespace) {
                self.known.insert(name.into(), value.trim().into());
            }
            return Ok(());
        }
        let opens = text.ends_with('{');
        let body = text.trim_end_matches('{').trim();
        if text.starts_with('#') || text.starts_with("return") || text.starts_with("struct ") && opens {
            return Ok(());
        }
        if opens && (body.contains(" main(") || body.ends_with(')') && body.starts_with("int main")) {
            self.open(self.blocks.len(), Vec::new(), None);
            return Ok(());
        }
        if ["while (1)", "while(1)", "for (;;)", "for(;;)", "while (true)"].contains(&body) {
            self.open(self.blocks.len(), Vec::new(), Some(None));
            return Ok(());
        }
        if body.starts_with("for") && opens {
            let count = body.split_once('<').and_then(|(_, r)| r.split_once(';')).map(|(n, _)| self.value(n.trim()));
            let count = count.and_then(|n| n.parse().ok()).ok_or_else(|| cannot(body, say::foreign_loop()))?;
            self.open(self.blocks.len(), Vec::new(), Some(Some(count)));
            return Ok(());
        }
        // if (bind(…) < 0) { perror("bind"); exit(1); }
        if let Some(condition) = body.strip_prefix("if") {
            let condition = condition.trim().trim_start_matches('(');
            let failed = ["< 0", "== -1", "<0", "==-1", "!= 0"].iter().find_map(|f| condition.split_once(f).map(|(c, _)| c.trim()));
            let Some(call) = failed else { return Err(cannot("if", say::foreign_branch("if"))) };
            let call = call.trim_start_matches('(').trim();
            if opens {
                self.skipping = Some(self.blocks.len());
            }
            return if call.contains('(') { self.call(number, call, cannot) } else { Ok(()) };
        }
        for statement in statements(body) {
            self.statement(number, statement, cannot)?;
        }
        Ok(())
    }

    /// One statement of C, without its semicolon.
    fn statement(&mut self, number: usize, text: &str, cannot: &dyn Fn(&str, Text) -> Cannot) -> Result<(), Cannot> {
        let first = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        if ["perror", "exit", "printf", "puts", "fprintf", "memset", "bzero", "signal", "sleep", "usleep", "fflush"]
            .contains(&first)
        {
            return Ok(());
        }
        if ["if", "while", "do", "switch", "goto", "break", "continue", "else", "fork"].contains(&first) {
            return Err(cannot(first, say::foreign_branch(first)));
        }
        // Fields of an address.
        if let Some((target, value)) = text.split_once('=')
            && let Some((name, field)) = target.trim().split_once(['.', '-'])
            && !target.contains('(')
        {
            let value = self.value(value.trim());
            let place = self.places.entry(name.trim().to_string()).or_default();
            let inside = value.rsplit_once('(').map_or(value.as_str(), |v| v.1).trim_end_matches(')').trim().to_string();
            let inside = self.known.get(&inside).cloned().unwrap_or(inside);
            match field.trim_start_matches('>') {
                f if f.contains("port") => place.port = Some(inside),
                f if f.contains("addr") => {
                    place.host = Some(match inside.as_str() {
                        "INADDR_ANY" | "in6addr_any" => "0.0.0.0".into(),
                        "INADDR_LOOPBACK" | "in6addr_loopback" => "127.0.0.1".into(),
                        other => other.trim_matches('"').to_string(),
                    });
                }
                _ => {}
            }
            return Ok(());
        }
        if let Some(args) = text.strip_prefix("inet_pton(").or_else(|| text.strip_prefix("inet_aton(")) {
            let parts: Vec<&str> = args.trim_end_matches(')').split(',').map(str::trim).collect();
            if let [.., host, to] = parts.as_slice() {
                let name = to.trim_start_matches('&').split(['.', '-']).next().unwrap_or_default();
                let host = self.value(host).trim_matches('"').to_string();
                self.places.entry(name.to_string()).or_default().host = Some(host);
            }
            return Ok(());
        }
        if let Some(args) = ["strcpy(", "strncpy("].iter().find_map(|f| text.strip_prefix(f)) {
            if let Some((to, path)) = args.split_once(',') {
                let name = to.trim().split(['.', '-']).next().unwrap_or_default().to_string();
                let path = path.split(',').next().unwrap_or_default().trim_end_matches(')').trim();
                self.places.entry(name).or_default().path = Some(self.value(path).trim_matches('"').to_string());
            }
            return Ok(());
        }
        // Declarations: a size, a value, or nothing at all.
        let (declared, value) = text.split_once('=').map_or((text, None), |(d, v)| (d.trim(), Some(v.trim())));
        let name = declared.rsplit(|c: char| c.is_whitespace() || c == '*').next().unwrap_or_default();
        if let Some((array, size)) = name.split_once('[') {
            self.known.insert(array.to_string(), format!("\u{1}{}", self.value(size.trim_end_matches(']'))));
            return Ok(());
        }
        match value {
            Some(value) if !value.contains('(') || value.starts_with('{') => {
                if declared.starts_with("struct") {
                    self.places.entry(name.to_string()).or_default();
                } else {
                    self.known.insert(name.to_string(), value.to_string());
                }
                Ok(())
            }
            None if !text.contains('(') => Ok(()),
            _ => self.call(number, text, cannot),
        }
    }
}

/// The parts between semicolons, outside quotes and brackets.
fn statements(text: &str) -> Vec<&str> {
    let (mut from, mut quote, mut parts) = (0, false, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '"' => quote = !quote,
            ';' if !quote => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

//! One call of a program: its values put in, said as a line of ours.

use super::super::{Language, translate};
use super::{Cannot, Reader, Said};
use crate::text::Text;
use crate::text::messages::foreign as say;

impl Reader {
    pub(super) fn value(&self, word: &str) -> String {
        self.known.get(word).map_or_else(|| word.to_string(), |v| v.trim_start_matches('\u{1}').to_string())
    }

    /// Names of values are replaced by the values; strings are left alone.
    fn filled(&self, text: &str) -> String {
        let text = text.replace("sizeof(", "sizeof (");
        let mut out = String::new();
        let mut word = String::new();
        let (mut quote, mut escaped) = (None, false);
        let flush = |word: &mut String, out: &mut String| {
            if !word.is_empty() {
                match self.known.get(word.as_str()) {
                    // The name of an array is a buffer, and its size only behind sizeof.
                    Some(v)
                        if v.starts_with('\u{1}')
                            && !out.trim_end().ends_with("sizeof")
                            && !out.trim_end().ends_with("sizeof (") =>
                    {
                        out.push_str(word)
                    }
                    Some(v) => out.push_str(v.trim_start_matches('\u{1}')),
                    None => out.push_str(word),
                }
                word.clear();
            }
        };
        for c in text.chars() {
            if quote.is_none() && (c.is_alphanumeric() || c == '_') {
                word.push(c);
                continue;
            }
            flush(&mut word, &mut out);
            match (c, quote) {
                (_, Some(_)) if escaped => escaped = false,
                ('\\', Some(_)) => escaped = true,
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(q)) if c == q => quote = None,
                _ => {}
            }
            out.push(c);
        }
        flush(&mut word, &mut out);
        for (name, place) in &self.places {
            let address = match (&place.path, &place.port) {
                (Some(path), _) => format!("(\"{path}\")"),
                (None, Some(port)) => format!("(\"{}\", {port})", place.host.as_deref().unwrap_or("0.0.0.0")),
                _ => continue,
            };
            for form in [format!("(struct sockaddr *)&{name}"), format!("(struct sockaddr*)&{name}"), format!("(void *)&{name}")] {
                out = out.replace(&form, &address);
            }
        }
        out.replace(".encode()", "").replace("sizeof (", "(").replace("sizeof ", "").replace("(socklen_t)", "")
    }

    pub(super) fn call(&mut self, number: usize, text: &str, cannot: &dyn Fn(&str, Text) -> Cannot) -> Result<(), Cannot> {
        let filled = self.filled(text);
        let mut say_line = |text: String| self.said.push(Said { line: number, text });
        let target = filled.split_once(" = ").map(|(n, _)| n.split(',').next().unwrap_or_default().trim().to_string());
        let inside = |f: &str| filled.split_once(f).map(|(_, a)| a.trim_end_matches(')').trim_end_matches(')').to_string());
        for (function, server) in [("create_connection((", false), ("create_server((", true)] {
            if let (Some(args), Some(name)) = (inside(function), &target) {
                let parts: Vec<&str> = args.split(',').map(str::trim).collect();
                let [host, port, ..] = parts.as_slice() else { return Err(cannot(text, say::foreign_call(text))) };
                let host = match host.trim_matches(['"', '\'']) {
                    "" => "0.0.0.0",
                    host => host,
                };
                let address = format!("{host}:{}", port.trim_end_matches(')'));
                say_line(format!("{name} = socket inet stream"));
                if server {
                    say_line(format!("setsockopt {name} reuseaddr 1"));
                    say_line(format!("bind {name} {address}"));
                    say_line(format!("listen {name}"));
                } else {
                    say_line(format!("connect {name} {address}"));
                }
                return Ok(());
            }
        }
        let Some(mut here) = translate(&filled) else { return Err(cannot(text, say::foreign_call(text))) };
        let line = here.clone();
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|w| *w == "=").map_or(0, |at| at + 1);
        let command = words.get(at).copied().unwrap_or_default();
        if let (
            Some(name),
            "send" | "recv" | "sendall" | "read" | "write" | "recvfrom" | "sendto" | "bind" | "connect" | "listen",
        ) = (here.split_once(" = ").map(|h| h.0.to_string()), command)
        {
            // What a call answers is shown, and has no name here.
            here = here[name.len() + 3..].to_string();
        }
        if command != "sendall" && crate::call::command(command, words.get(at + 1).copied()).is_none() {
            return Err(cannot(text, say::foreign_call(text)));
        }
        let words: Vec<&str> = here.split_whitespace().collect();
        let buffer = match command {
            "send" | "sendall" | "write" | "sendto" => words.get(2).copied(),
            _ => None,
        };
        if let Some(word) = buffer.filter(|w| !w.starts_with('"')) {
            return Err(cannot(word, say::foreign_variable(word)));
        }
        let here = match (command, self.language) {
            // C passes the buffer before its length.
            ("recv" | "read" | "recvfrom", Language::C) => recv(&here),
            ("send" | "sendto", Language::C) => here.strip_suffix(" 0").map_or(here.clone(), str::to_string),
            // A pointer to the value, and its size.
            ("setsockopt", Language::C) => match here.rsplit_once(' ') {
                Some((value, _)) if value.contains('&') => value.replacen('&', "", 1),
                _ => here,
            },
            ("write", Language::C) => here.rsplit_once(' ').map_or(here.clone(), |h| h.0.to_string()),
            _ => here,
        };
        self.said.push(Said { line: number, text: here });
        Ok(())
    }
}

/// `recv conn buf 100 0`: the buffer has no name here.
fn recv(here: &str) -> String {
    let words: Vec<&str> = here.split_whitespace().collect();
    let mut kept: Vec<&str> = words.clone();
    if words.len() >= 4 && !words[2].starts_with(|c: char| c.is_ascii_digit()) {
        kept.remove(2);
    }
    kept.retain(|w| *w != "0" && *w != "NULL");
    let size = kept.get(2).map(|s| s.trim_matches(['(', ')']).split(['-', '+']).next().unwrap_or_default().trim().to_string());
    match size {
        Some(size) => format!("{} {} {size}{}", kept[0], kept[1], kept[3..].iter().map(|f| format!(" {f}")).collect::<String>()),
        None => kept.join(" "),
    }
}

//! Writing JSON: an object, its fields in the order they are said.

use std::fmt::Write;

/// A JSON object being written, fields in the order they are said.
pub struct Obj(String);

impl Obj {
    pub fn new() -> Obj {
        Obj(String::from("{"))
    }

    pub fn key(&mut self, key: &str) -> &mut String {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        string(&mut self.0, key);
        self.0.push(':');
        &mut self.0
    }

    pub fn str(&mut self, key: &str, value: &str) {
        let out = self.key(key);
        string(out, value);
    }

    pub fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = write!(self.key(key), "{value}");
    }

    pub fn opt_str(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(v) => self.str(key, v),
            None => self.raw(key, "null"),
        }
    }

    pub fn opt_num(&mut self, key: &str, value: Option<u64>) {
        match value {
            Some(v) => self.raw(key, v),
            None => self.raw(key, "null"),
        }
    }

    pub fn list(&mut self, key: &str, values: impl Iterator<Item = String>) {
        let out = self.key(key);
        array(out, values);
    }

    /// `data`, or `data_hex` where the bytes are not UTF-8.
    pub fn bytes(&mut self, key: &str, bytes: &[u8], len: u64) {
        match std::str::from_utf8(whole_characters(bytes, len)) {
            Ok(text) => self.str(key, text),
            Err(_) => {
                let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                self.str(&format!("{key}_hex"), &hex);
            }
        }
        if (bytes.len() as u64) < len {
            self.raw(&format!("{key}_cut"), true);
        }
    }

    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A cut may have gone through a character: that alone does not make text binary.
fn whole_characters(bytes: &[u8], len: u64) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(e) if (bytes.len() as u64) < len && e.error_len().is_none() => &bytes[..e.valid_up_to()],
        _ => bytes,
    }
}

fn string(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 || c == '\u{7f}' => drop(write!(out, "\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

pub fn array(out: &mut String, values: impl Iterator<Item = String>) {
    out.push('[');
    for (i, v) in values.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&v);
    }
    out.push(']');
}

pub fn quoted(value: &str) -> String {
    let mut out = String::new();
    string(&mut out, value);
    out
}

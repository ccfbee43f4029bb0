//! Bytes as a learner may see them: text where it is text, escapes where it is not. Nothing raw ever reaches a terminal.

use crate::markup::width;
use std::fmt::Write;

/// Quoted and escaped, cut after about `most` columns; `len` is the full length.
pub fn quoted(bytes: &[u8], len: u64, most: usize) -> String {
    let mut out = String::with_capacity(bytes.len().min(most) + 2);
    out.push('"');
    let mut shown = 0;
    let mut used = 0usize;
    'all: for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if shown >= most {
                break 'all;
            }
            let before = out.len();
            escape(c, &mut out);
            shown += width(&out[before..]);
            used += c.len_utf8();
        }
        for b in chunk.invalid() {
            if shown >= most {
                break 'all;
            }
            let _ = write!(out, "\\x{b:02x}");
            shown += 4;
            used += 1;
        }
    }
    out.push('"');
    if (used as u64) < len {
        out.push('…');
    }
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\0' => out.push_str("\\0"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        c if c.is_ascii_control() => drop(write!(out, "\\x{:02x}", c as u32)),
        // Invisible and direction-changing characters would let a peer's bytes pretend to be something else.
        c if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}') =>
        {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        c => out.push(c),
    }
}

/// What is echoed of a typed line: more than anybody reads of one is cut.
pub fn echo(line: &str) -> String {
    match line.char_indices().nth(2000) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_peer_sends_cannot_move_the_cursor() {
        assert_eq!(quoted(b"\x1b]0;x\x07", 6, 60), "\"\\x1b]0;x\\x07\"");
        assert_eq!(quoted("中\u{202e}文\r\n".as_bytes(), 11, 60), "\"中\\u{202e}文\\r\\n\"");
        assert_eq!(quoted(&[0xff, b'a', 0], 3, 60), "\"\\xffa\\0\"");
        assert_eq!(quoted(b"aaaa", 4, 2), "\"aa\"…");
        assert_eq!(quoted(&[0; 60], 60, 6), "\"\\0\\0\\0\"…");
        assert_eq!(quoted("中文中文".as_bytes(), 12, 6), "\"中文中\"…");
    }
}

//! A line of pieces, with something at its right.

use super::{Style, columns, drawn, pad, put, put_text};
use crate::markup::{Piece, Role, Span, width};

/// How far the further lines of a line that was broken stand behind the first one.
const HANG: usize = 4;

/// A line; where it is too long it goes on beneath itself, broken at spaces, since a terminal breaks inside words. What a learner
/// typed (no indent) stays as it is. Returns the columns of its last line.
pub fn line(out: &mut String, indent: usize, spans: &[Span], style: Style) -> usize {
    pad(out, indent);
    let whole = indent + columns(spans, style);
    if whole <= style.width || indent == 0 {
        spans.iter().for_each(|s| put(out, s, style));
        return whole;
    }
    let mut used = indent;
    let mut gap = 0;
    let mut word: Vec<(Role, String)> = Vec::new();
    let mut flush = |word: &mut Vec<(Role, String)>, gap: &mut usize, out: &mut String| {
        let wide: usize = word.iter().map(|(_, t)| width(t)).sum();
        if wide == 0 {
            return;
        }
        if used + *gap + wide > style.width && used > indent {
            out.push('\n');
            pad(out, indent + HANG);
            used = indent + HANG;
        } else {
            pad(out, *gap);
            used += *gap;
        }
        used += wide;
        *gap = 0;
        word.drain(..).for_each(|(role, text)| put_text(out, role, &text, style));
    };
    for span in spans {
        for c in drawn(&span.text, style).chars() {
            match (c, word.last_mut()) {
                (' ', _) => {
                    flush(&mut word, &mut gap, out);
                    gap += 1;
                }
                (c, Some((role, text))) if *role == span.role => text.push(c),
                (c, _) => word.push((span.role, c.to_string())),
            }
        }
    }
    flush(&mut word, &mut gap, out);
    used
}

/// Breaks the line between its pieces where it is too long, and puts `right` at the margin.
pub fn sides(out: &mut String, indent: usize, left: &[Piece], right: &[Span], style: Style) {
    pad(out, indent);
    let mut used = indent + left.iter().map(|p| columns(p, style)).sum::<usize>();
    if used <= style.width {
        left.iter().flatten().for_each(|s| put(out, s, style));
    } else {
        for (i, line) in lines(left, indent, style).iter().enumerate() {
            let at = if i > 0 { indent + HANG } else { indent };
            if i > 0 {
                out.push('\n');
                pad(out, at);
            }
            line.iter().for_each(|s| put(out, s, style));
            used = at + columns(line, style);
        }
    }
    if !right.is_empty() {
        let wanted = columns(right, style);
        // A wide terminal does not push the time out of the reader's sight.
        let margin = style.width.min(100);
        if used + 2 + wanted > style.width && used <= style.width {
            out.push('\n');
            pad(out, margin.saturating_sub(wanted));
        } else {
            pad(out, margin.saturating_sub(used + wanted).max(2));
        }
        right.iter().for_each(|s| put(out, s, style));
    }
    out.push('\n');
}

/// The pieces, as many on a line as the width holds. A piece that is wider than a whole line stays whole: the terminal breaks it, and what
/// is copied from there has no spaces of ours in its middle.
fn lines(pieces: &[Piece], indent: usize, style: Style) -> Vec<Vec<Span>> {
    let mut lines: Vec<Vec<Span>> = vec![Vec::new()];
    let mut used = indent;
    for piece in pieces {
        let wide = columns(piece, style);
        let space = piece.last().map_or(0, |s| s.text.len() - s.text.trim_end_matches(' ').len());
        let last = lines.last_mut().expect("one was there from the start");
        if !last.is_empty() && used + wide - space > style.width {
            if let Some(end) = last.last_mut() {
                end.text = end.text.trim_end_matches(' ').to_string().into();
            }
            lines.push(piece.clone());
            used = indent + HANG + wide;
        } else {
            last.extend(piece.iter().cloned());
            used += wide;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::markup::{Doc, Role, Span, Style, render};

    #[test]
    fn a_line_too_long_goes_on_beneath_itself_at_a_space() {
        let shown = |indent, text: &str, width| {
            let mut doc = Doc::new();
            doc.line(indent, vec![Span::plain(text.to_string())]);
            let mut out = String::new();
            render(&doc, Style { width, ..Style::PLAIN }, &mut out);
            out
        };
        assert_eq!(
            shown(2, "client   fd 4   127.0.0.1:1 → 127.0.0.1:2", 30),
            "  client   fd 4   127.0.0.1:1\n      → 127.0.0.1:2\n"
        );
        assert_eq!(shown(2, "client   fd 4", 30), "  client   fd 4\n");
        assert_eq!(shown(0, "send a \"one   two three\"", 10), "send a \"one   two three\"\n");
        assert_eq!(shown(2, &"x".repeat(40), 20), format!("  {}\n", "x".repeat(40)));
    }

    /// A line of pieces and a time, as it is drawn.
    fn drawn_sides(pieces: &[&str], width: usize, ascii: bool) -> Vec<String> {
        let mut doc = Doc::new();
        let left = pieces.iter().map(|p| vec![Span::plain(p.to_string())]).collect();
        doc.sides(2, left, vec![Span::new(Role::Time, "9 µs")]);
        let mut out = String::new();
        render(&doc, Style { width, ascii, ..Style::PLAIN }, &mut out);
        out.lines().map(str::to_string).collect()
    }

    #[test]
    fn a_line_that_is_too_long_is_broken_between_its_pieces_and_hangs() {
        let call = ["recv(3, ", "\"a, b\", ", "100, ", "0) = 4"];
        assert_eq!(drawn_sides(&call, 40, false), ["  recv(3, \"a, b\", 100, 0) = 4       9 µs"]);
        assert_eq!(drawn_sides(&call, 31, false), ["  recv(3, \"a, b\", 100, 0) = 4", "                           9 µs"]);
        assert_eq!(drawn_sides(&call, 24, false), ["  recv(3, \"a, b\", 100,", "      0) = 4        9 µs"]);
        assert_eq!(drawn_sides(&call, 20, false), ["  recv(3, \"a, b\",", "      100, 0) = 4", "                9 µs"]);
    }

    #[test]
    fn broken_lines_are_counted_in_columns_as_they_are_drawn() {
        // Four characters, eight columns.
        let call = ["send(3, ", "\"你好世界\", ", "12, ", "0) = 12"];
        assert_eq!(drawn_sides(&call, 26, false), ["  send(3, \"你好世界\", 12,", "      0) = 12         9 µs"]);
        assert_eq!(drawn_sides(&call, 25, false), ["  send(3, \"你好世界\", 12,", "      0) = 12        9 µs"]);
        assert_eq!(drawn_sides(&call, 24, false), ["  send(3, \"你好世界\",", "      12, 0) = 12   9 µs"]);
        assert_eq!(drawn_sides(&call, 20, false)[1], "      \"你好世界\",");
        // `…` takes three columns in ASCII.
        assert_eq!(drawn_sides(&["recv(3, …, ", "100) = 4"], 22, false)[0], "  recv(3, …, 100) = 4");
        assert_eq!(drawn_sides(&["recv(3, …, ", "100) = 4"], 22, true), ["  recv(3, ...,", "      100) = 4    9 us"]);
        assert_eq!(drawn_sides(&["recv(3, …) = 0"], 40, true), ["  recv(3, ...) = 0                  9 us"]);
    }

    #[test]
    fn a_piece_wider_than_the_line_stays_whole() {
        let data = format!("\"{}\", ", "x".repeat(60));
        let found = drawn_sides(&["send(3, ", &data, "60, ", "0) = 60"], 40, false);
        assert_eq!(found, ["  send(3,", &format!("      {}", data.trim_end()), "      60, 0) = 60                   9 µs"]);
    }
}

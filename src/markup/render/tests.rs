//! How documents come to stand on a screen: broken, aligned, safe.

use super::*;
use crate::markup::inline;

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut doc = Doc::new();
    doc.note(inline(text));
    let mut out = String::new();
    render(&doc, Style { width, ..Style::PLAIN }, &mut out);
    out.lines().map(str::to_string).collect()
}

#[test]
fn english_breaks_at_spaces_and_chinese_between_characters() {
    assert_eq!(wrapped("one two three four", 16), ["  │ one two", "  │ three four"]);
    assert_eq!(wrapped("内核把端口交给，套接字。", 18), ["  │ 内核把端口交", "  │ 给，套接字。"]);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let text = "`bind` 把一个地址交给套接字 server，于是 other 进程可以 find it，再也不用 guess。".repeat(4);
    for columns in 30..120 {
        for line in wrapped(&text, columns) {
            assert!(width(&line) <= columns, "{columns}: {line}");
        }
    }
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

#[test]
fn a_line_too_long_goes_on_beneath_itself_at_a_space() {
    let shown = |indent, text: &str, width| {
        let mut doc = Doc::new();
        doc.line(indent, vec![Span::plain(text.to_string())]);
        let mut out = String::new();
        render(&doc, Style { width, ..Style::PLAIN }, &mut out);
        out
    };
    assert_eq!(shown(2, "client   fd 4   127.0.0.1:1 → 127.0.0.1:2", 30), "  client   fd 4   127.0.0.1:1\n      → 127.0.0.1:2\n");
    assert_eq!(shown(2, "client   fd 4", 30), "  client   fd 4\n");
    assert_eq!(shown(0, "send a \"one   two three\"", 10), "send a \"one   two three\"\n");
    assert_eq!(shown(2, &"x".repeat(40), 20), format!("  {}\n", "x".repeat(40)));
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let mut doc = Doc::new();
    doc.line(0, vec![Span::plain("a\u{1b}]0;owned\u{7}b\u{9b}31m")]);
    let mut out = String::new();
    render(&doc, Style::PLAIN, &mut out);
    assert_eq!(out, "a\\u{1b}]0;owned\\u{7}b\\u{9b}31m\n");
}

#[test]
fn wide_cells_align() {
    let row = |a: &str, b: &str| vec![vec![Span::plain(a.to_string())], vec![Span::plain(b.to_string())]];
    let mut out = String::new();
    let doc = Doc(vec![Block::Table { indent: 0, rows: vec![row("服务器", "x"), row("s", "y")] }]);
    render(&doc, Style::PLAIN, &mut out);
    assert_eq!(out, "服务器  x\ns       y\n");
}

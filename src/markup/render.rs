//! Roles into colour or plain text: the one place that knows how anything looks.

mod sides;

use super::{Block, Doc, Role, Span, width};
use colored::{Color, ColoredString, Colorize};
use sides::sides;
use std::borrow::Cow;
use std::fmt::Write;

/// How a document is to look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    pub colour: bool,
    /// Nothing but ASCII in what we draw ourselves.
    pub ascii: bool,
    /// For a projector: nothing dim, and no colour that is lost on a bright wall.
    pub contrast: bool,
}

impl Style {
    pub const PLAIN: Style = Style { width: 100, colour: false, ascii: false, contrast: false };

    fn bar(self) -> &'static str {
        if self.ascii { "| " } else { "│ " }
    }
}

/// Control characters never reach a terminal, wherever a text came from.
pub fn safe(text: &str) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(bad) {
        return text.into();
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if bad(c) => drop(write!(out, "\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.into()
}

fn paint(role: Role, text: &str) -> Option<ColoredString> {
    Some(match role {
        Role::Plain | Role::Source => return None,
        Role::Code => text.cyan(),
        Role::Strong | Role::Heading => text.bold(),
        Role::Dim | Role::Time => text.dimmed(),
        Role::Name => text.green().bold(),
        Role::Host => text.magenta().bold(),
        Role::Call => text.blue().bold(),
        Role::Constant => text.magenta(),
        Role::Number | Role::Address => text.yellow(),
        Role::Data => text.green(),
        Role::State => text.cyan().bold(),
        Role::Good => text.green().bold(),
        Role::Bad | Role::Caret => text.red().bold(),
        Role::Answer => text.color(Color::Yellow).bold(),
        Role::Try => text.green(),
        Role::Prompt => text.cyan().bold(),
    })
}

/// As [`paint`], for a projector: bold and underlined where yellow, cyan and dim letters would be lost.
fn paint_strongly(role: Role, text: &str) -> Option<ColoredString> {
    Some(match role {
        Role::Plain | Role::Source | Role::Dim | Role::Time => return None,
        Role::Number | Role::Address | Role::State | Role::Strong | Role::Heading | Role::Prompt => text.bold(),
        Role::Code | Role::Try => text.underline(),
        Role::Answer => text.bold().underline(),
        Role::Bad | Role::Caret => text.red().bold().reversed(),
        other => return paint(other, text).map(Colorize::bold),
    })
}

fn put(out: &mut String, span: &Span, style: Style) {
    put_text(out, span.role, &span.text, style);
}

/// A text as it is drawn, without its colour: what is counted is what is written.
fn drawn(text: &str, style: Style) -> Cow<'_, str> {
    let text = safe(text);
    if style.ascii && !text.is_ascii() { to_ascii(&text).into() } else { text }
}

fn put_text(out: &mut String, role: Role, text: &str, style: Style) {
    let text = drawn(text, style);
    let painted = match (style.colour, style.contrast) {
        (false, _) => None,
        (true, false) => paint(role, &text),
        (true, true) => paint_strongly(role, &text),
    };
    match painted {
        Some(painted) => drop(write!(out, "{painted}")),
        None => out.push_str(&text),
    }
}

/// Our own drawing characters in ASCII; a learner's or a peer's letters stay what they are.
fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '→' => out.push_str("->"),
            '←' => out.push_str("<-"),
            '…' => out.push_str("..."),
            '│' => out.push('|'),
            '›' => out.push('>'),
            '·' => out.push('-'),
            'µ' => out.push('u'),
            '×' => out.push('x'),
            '—' | '–' => out.push('-'),
            '“' | '”' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '≤' => out.push_str("<="),
            '≥' => out.push_str(">="),
            '✓' | '•' => out.push('*'),
            '○' => out.push('o'),
            c => out.push(c),
        }
    }
    out
}

/// The words alone.
pub fn plain_text(spans: &[Span]) -> String {
    spans.iter().map(|s| s.text.as_ref()).collect()
}

/// Spans on one line, without a line end.
pub fn render_spans(spans: &[Span], style: Style) -> String {
    let mut out = String::new();
    spans.iter().for_each(|s| put(&mut out, s, style));
    out
}

/// The whole document, each line ended.
pub fn render(doc: &Doc, style: Style, out: &mut String) {
    for block in &doc.0 {
        match block {
            Block::Blank => out.push('\n'),
            Block::Line { indent, spans } => {
                sides::line(out, *indent, spans, style);
                out.push('\n');
            }
            Block::Sides { indent, left, right } => sides(out, *indent, left, right, style),
            Block::Para { indent, bar, lead, spans } => para(out, *indent, *bar, lead, spans, style),
            Block::Table { indent, rows } => table(out, *indent, rows, style),
            Block::Pre { indent, bar, lines } => {
                for line in lines {
                    pad(out, *indent);
                    if *bar {
                        put_text(out, Role::Dim, style.bar(), style);
                    }
                    line.iter().for_each(|s| put(out, s, style));
                    trim_end(out);
                    out.push('\n');
                }
            }
        }
    }
}

fn pad(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

fn trim_end(out: &mut String) {
    while out.ends_with(' ') {
        out.pop();
    }
}

fn columns(spans: &[Span], style: Style) -> usize {
    spans.iter().map(|s| width(&drawn(&s.text, style))).sum()
}

/// A table's last cell is broken into lines of at least so many columns.
const NARROWEST_CELL: usize = 24;

fn table(out: &mut String, indent: usize, rows: &[Vec<Vec<Span>>], style: Style) {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|i| rows.iter().filter_map(|r| r.get(i)).map(|c| columns(c, style)).max().unwrap_or(0)).collect();
    // What is left of the line for the last cell: one that is longer goes on below its own beginning.
    let left: usize = indent + widths.iter().take(count.saturating_sub(1)).map(|w| w + 2).sum::<usize>();
    for row in rows {
        if let Some((last, lead)) = row.split_last()
            && row.len() == count
            && style.width >= left + NARROWEST_CELL
            && left + columns(last, style) > style.width
        {
            let gap = |(i, cell): (usize, &Vec<Span>)| Span::plain(" ".repeat(widths[i] - columns(cell, style) + 2));
            let lead =
                lead.iter().enumerate().flat_map(|(i, cell)| cell.iter().cloned().chain([gap((i, cell))])).collect::<Vec<_>>();
            para(out, indent, false, &lead, last, style);
            continue;
        }
        pad(out, indent);
        for (i, cell) in row.iter().enumerate() {
            cell.iter().for_each(|s| put(out, s, style));
            if i + 1 < row.len() {
                pad(out, widths[i] - columns(cell, style) + 2);
            }
        }
        trim_end(out);
        out.push('\n');
    }
}

/// Breaks at spaces, and between Chinese characters, but never before a closing mark or after an opening one (行首行尾禁则).
fn para(out: &mut String, indent: usize, bar: bool, lead: &[Span], spans: &[Span], style: Style) {
    let start = |out: &mut String| {
        pad(out, indent);
        if bar {
            put_text(out, Role::Dim, style.bar(), style);
        }
    };
    let lead_columns = columns(lead, style);
    let left = indent + if bar { 2 } else { 0 } + lead_columns;
    // Long lines are hard to read: an explanation keeps to 96 columns on the widest screen.
    let room = style.width.min(96).saturating_sub(left).max(12);
    start(out);
    lead.iter().for_each(|s| put(out, s, style));
    if columns(spans, style) <= room {
        spans.iter().for_each(|s| put(out, s, style));
        out.push('\n');
        return;
    }
    let mut used = 0;
    let mut pieces = Pieces::new(spans, style);
    let mut spaces = 0;
    let mut chunk: Vec<(Role, String)> = Vec::new();
    while let Some(behind) = pieces.next(&mut chunk) {
        let wide: usize = chunk.iter().map(|(_, t)| width(t)).sum();
        let gap = if used > 0 { spaces } else { 0 };
        if used > 0 && used + gap + wide > room {
            out.push('\n');
            start(out);
            pad(out, lead_columns);
            used = 0;
        } else {
            pad(out, gap);
            used += gap;
        }
        for (role, text) in chunk.drain(..) {
            used += width(&text);
            put_text(out, role, &text, style);
        }
        spaces = behind;
    }
    out.push('\n');
}

/// Unbreakable pieces of a run of spans, in order.
struct Pieces<'a> {
    chars: std::iter::Peekable<Box<dyn Iterator<Item = (Role, char)> + 'a>>,
}

impl<'a> Pieces<'a> {
    fn new(spans: &'a [Span], style: Style) -> Pieces<'a> {
        let chars = spans.iter().flat_map(move |s| {
            let text = drawn(&s.text, style).into_owned();
            text.chars().map(|c| (s.role, c)).collect::<Vec<_>>()
        });
        let chars: Box<dyn Iterator<Item = (Role, char)> + 'a> = Box::new(chars);
        Pieces { chars: chars.peekable() }
    }

    fn spaces(&mut self) -> usize {
        std::iter::from_fn(|| self.chars.next_if(|(_, c)| *c == ' ')).count()
    }

    /// Fills `chunk` with the next piece; says how many spaces follow it.
    fn next(&mut self, chunk: &mut Vec<(Role, String)>) -> Option<usize> {
        self.spaces();
        let mut last: Option<char> = None;
        while let Some(&(role, c)) = self.chars.peek() {
            if c == ' ' {
                return Some(self.spaces());
            }
            if last.is_some_and(|l| may_break(l, c)) {
                return Some(0);
            }
            match chunk.last_mut() {
                Some((r, text)) if *r == role => text.push(c),
                _ => chunk.push((role, c.to_string())),
            }
            last = Some(c);
            self.chars.next();
        }
        last.map(|_| 0)
    }
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

fn may_break(before: char, after: char) -> bool {
    const CLOSING: &str = "，。；：！？、）》」』】”’%…—·,.;:!?)]}";
    const OPENING: &str = "（《「『【“‘([{";
    (is_cjk(before) || is_cjk(after)) && !CLOSING.contains(after) && !OPENING.contains(before)
}

#[cfg(test)]
mod tests {
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
        assert_eq!(wrapped("one two   three four", 22), ["  │ one two   three", "  │ four"], "a gap that was meant stays one");
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

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let mut doc = Doc::new();
        doc.line(0, vec![Span::plain("a\u{1b}]0;owned\u{7}b\u{9b}31m\r\n")]);
        let mut out = String::new();
        render(&doc, Style::PLAIN, &mut out);
        assert_eq!(out, "a\\u{1b}]0;owned\\u{7}b\\u{9b}31m\\r\\n\n");
    }

    #[test]
    fn wide_cells_align() {
        let row = |a: &str, b: &str| vec![vec![Span::plain(a.to_string())], vec![Span::plain(b.to_string())]];
        let mut out = String::new();
        let doc = Doc(vec![Block::Table { indent: 0, rows: vec![row("服务器", "x"), row("s", "y")] }]);
        render(&doc, Style::PLAIN, &mut out);
        assert_eq!(out, "服务器  x\ns       y\n");
    }
}

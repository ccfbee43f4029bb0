//! Markdown into sections and their pieces, with the text already in roles. Knows neither cards nor sockets.

use crate::markup::{Role, Span};
use comrak::nodes::{ListType, Node, NodeValue};
use comrak::{Arena, Options, parse_document};

/// A heading and what stands beneath it, up to the next heading. Text before the first heading is a section of level 0.
pub(super) struct Section {
    pub level: u8,
    pub title: String,
    /// Lines count from 1.
    pub line: usize,
    pub pieces: Vec<Piece>,
}

#[derive(Clone)]
pub(super) struct Piece {
    pub line: usize,
    pub kind: PieceKind,
}

#[derive(Clone)]
pub(super) enum PieceKind {
    Para(Vec<Span>),
    /// An item of a list and what stands before it.
    Item(String, Vec<Span>),
    Code {
        /// The words behind the opening fence.
        info: String,
        text: String,
        closed: bool,
    },
    /// The paragraphs of a quote.
    Quote(Vec<Vec<Span>>),
    /// An HTML comment: for the program, not for the reader.
    Remark,
}

/// Deeper nesting than this is no text that a person wrote.
const DEEPEST: usize = 24;

/// Reads a whole file.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut options = Options::default();
    options.extension.cjk_friendly_emphasis = true;
    let arena = Arena::new();
    let mut found: Vec<Section> = Vec::new();
    for node in parse_document(&arena, text, &options).children() {
        let data = node.data();
        let line = data.sourcepos.start.line;
        if let NodeValue::Heading(heading) = &data.value {
            let title = node.collect_text().trim().to_string();
            found.push(Section { level: heading.level, title, line, pieces: Vec::new() });
            continue;
        }
        if found.is_empty() {
            found.push(Section { level: 0, title: String::new(), line: 1, pieces: Vec::new() });
        }
        if let Some(section) = found.last_mut() {
            block(node, "", 0, &mut section.pieces);
        }
    }
    found
}

fn block(node: Node<'_>, lead: &str, depth: usize, pieces: &mut Vec<Piece>) {
    let data = node.data();
    let line = data.sourcepos.start.line;
    let mut push = |kind| pieces.push(Piece { line, kind });
    match &data.value {
        NodeValue::Paragraph if lead.is_empty() => push(PieceKind::Para(inline(node))),
        NodeValue::Paragraph => push(PieceKind::Item(lead.to_string(), inline(node))),
        NodeValue::CodeBlock(code) => push(PieceKind::Code {
            info: code.info.trim().to_string(),
            text: code.literal.trim_end().to_string(),
            closed: code.closed,
        }),
        NodeValue::HtmlBlock(html) if html.literal.trim_start().starts_with("<!--") => push(PieceKind::Remark),
        NodeValue::HtmlBlock(html) => push(PieceKind::Para(vec![Span::plain(html.literal.trim().replace('\n', " "))])),
        NodeValue::BlockQuote => {
            let mut inner = Vec::new();
            if depth < DEEPEST {
                node.children().for_each(|c| block(c, "", depth + 1, &mut inner));
            }
            let paragraphs = inner.into_iter().filter_map(|p| match p.kind {
                PieceKind::Para(spans) | PieceKind::Item(_, spans) => Some(spans),
                _ => None,
            });
            push(PieceKind::Quote(paragraphs.collect()));
        }
        NodeValue::List(list) if depth < DEEPEST => {
            let (ordered, start) = (list.list_type == ListType::Ordered, list.start);
            for (i, item) in node.children().enumerate() {
                let mark = if ordered { format!("{}. ", start.saturating_add(i)) } else { "· ".to_string() };
                let lead = format!("{}{mark}", " ".repeat(lead.len().min(8)));
                item.children().for_each(|c| block(c, &lead, depth + 1, pieces));
            }
        }
        _ => {}
    }
}

/// The words of a text that is one paragraph.
pub(super) fn words(text: &str) -> Vec<Span> {
    let pieces = sections(text).into_iter().flat_map(|s| s.pieces);
    let mut spans: Vec<Span> = Vec::new();
    for piece in pieces {
        if let PieceKind::Para(more) | PieceKind::Item(_, more) = piece.kind {
            if !spans.is_empty() {
                push(&mut spans, Role::Plain, " ");
            }
            more.into_iter().for_each(|s| push(&mut spans, s.role, &s.text));
        }
    }
    spans
}

/// The words of a paragraph.
fn inline(node: Node<'_>) -> Vec<Span> {
    let mut words = Words { spans: Vec::new(), broken: false };
    node.children().for_each(|c| words.take(c, Role::Plain, 0));
    words.spans
}

struct Words {
    spans: Vec<Span>,
    /// A line of the file has ended here, inside the paragraph.
    broken: bool,
}

impl Words {
    fn take(&mut self, node: Node<'_>, role: Role, depth: usize) {
        let data = node.data();
        match &data.value {
            NodeValue::Text(text) => self.push(role, text),
            NodeValue::Code(code) => self.push(Role::Code, &code.literal),
            // Somebody who writes <addr> means those letters.
            NodeValue::HtmlInline(html) if !html.starts_with("<!--") => self.push(role, html),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.broken = true,
            _ if depth >= DEEPEST => {}
            NodeValue::Strong | NodeValue::Emph => node.children().for_each(|c| self.take(c, Role::Strong, depth + 1)),
            _ => node.children().for_each(|c| self.take(c, role, depth + 1)),
        }
    }

    fn push(&mut self, role: Role, text: &str) {
        // Chinese has no space where a line of the file ends, and none beside a full-width mark.
        let last = last_char(&self.spans);
        let joined = (last.is_some_and(is_cjk) && text.starts_with(is_cjk))
            || last.is_some_and(is_wide_mark)
            || text.starts_with(is_wide_mark);
        if std::mem::take(&mut self.broken) && !joined {
            push(&mut self.spans, Role::Plain, " ");
        }
        push(&mut self.spans, role, text);
    }
}

/// Adds text to a run of spans; neighbours of one role become one.
pub(super) fn push(spans: &mut Vec<Span>, role: Role, text: &str) {
    match spans.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.role == role => last.text.to_mut().push_str(text),
        _ => spans.push(Span::new(role, text.to_string())),
    }
}

pub(super) fn last_char(spans: &[Span]) -> Option<char> {
    spans.last().and_then(|s| s.text.chars().next_back())
}

pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// 。，：（ and their like.
fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Vec<(Role, String)> {
        match &sections(text)[0].pieces[0].kind {
            PieceKind::Para(spans) => spans.iter().map(|s| (s.role, s.text.to_string())).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn marks_become_roles_in_both_languages() {
        let plain = |t: &str| (Role::Plain, t.to_string());
        assert_eq!(first("a `b` **c**"), [plain("a "), (Role::Code, "b".into()), plain(" "), (Role::Strong, "c".into())]);
        assert_eq!(first("**注意：**后面"), [(Role::Strong, "注意：".into()), plain("后面")]);
    }

    #[test]
    fn a_line_end_is_a_space_except_between_chinese_characters() {
        assert_eq!(first("one\ntwo")[0].1, "one two");
        assert_eq!(first("内核\n套接字")[0].1, "内核套接字");
        assert_eq!(first("内核\nbind")[0].1, "内核 bind");
    }

    #[test]
    fn deep_nesting_ends_quietly() {
        sections(&"> ".repeat(3_000));
        sections(&format!("{}x{}", "**a ".repeat(2_000), "**".repeat(2_000)));
        sections(&(0..400).map(|i| format!("{}- x\n", " ".repeat(2 * i))).collect::<String>());
    }
}

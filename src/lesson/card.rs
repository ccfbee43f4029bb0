//! Cards: what a file of `call/`, `word/` or a collection says, as values. Files are found and kept by the library.

use super::fill::{Fill, filled};
use super::markdown::{Piece, PieceKind, Section, sections};
use crate::markup::{Block, Doc, Role, Span};
use crate::text::messages::lesson as say;
use crate::text::{Lang, Text};
use crate::vocabulary::errno::{ALIASES, ERRNOS};

/// The card of a call: `lessons/*/call/bind.md`.
#[derive(Debug, Clone)]
pub struct CallCard {
    pub lang: Lang,
    /// The name of its file.
    pub name: String,
    pub title: String,
    /// One sentence, complete in itself.
    pub brief: Vec<Span>,
    /// The paragraphs after the brief line, behind the bar.
    pub body: Doc,
    pub c: Option<String>,
    pub python: Option<String>,
    pub(super) errnos: Vec<(String, ErrnoCard)>,
}

/// The card of a word: `lessons/*/word/backlog.md`.
#[derive(Debug, Clone)]
pub struct WordCard {
    pub name: String,
    pub title: String,
    pub brief: Vec<Span>,
    pub body: Doc,
}

/// Why one call fails with one errno, and what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrnoCard {
    /// Paragraphs.
    pub text: Vec<Vec<Span>>,
    /// Empty if the author gave none.
    pub try_line: Vec<Span>,
}

/// A section of a collection: `## SO_REUSEADDR` in `lessons/*/option/socket.md`.
#[derive(Debug, Clone)]
pub struct Entry {
    pub title: String,
    pub brief: Vec<Span>,
    pub rest: Vec<Vec<Span>>,
}

/// A collection file: its own entry under its heading, and one for each section.
#[derive(Debug, Clone, Default)]
pub(super) struct Collection {
    pub entries: Vec<std::sync::Arc<Entry>>,
}

/// Something wrong in a file, and the line it stands on (from 1).
pub(super) type Fault = (usize, Text);

impl CallCard {
    /// What it says of an errno; placeholders become words.
    pub fn errno(&self, name: &str) -> Option<ErrnoCard> {
        self.errno_with(name, &Fill::default())
    }

    pub fn errno_with(&self, name: &str, fill: &Fill) -> Option<ErrnoCard> {
        self.errnos.iter().find(|(n, _)| n == name).map(|(_, card)| card.filled(self.lang, fill))
    }

    /// The errnos it explains, in the order of its file.
    pub fn errno_names(&self) -> impl Iterator<Item = &str> {
        self.errnos.iter().map(|(n, _)| n.as_str())
    }

    /// Takes over the errnos that only `other` explains.
    pub(super) fn adopt(&mut self, other: CallCard) {
        for (name, card) in other.errnos {
            if !self.errnos.iter().any(|(n, _)| *n == name) {
                self.errnos.push((name, card));
            }
        }
    }
}

impl Collection {
    pub fn get(&self, name: &str) -> Option<&std::sync::Arc<Entry>> {
        self.entries.iter().find(|e| e.title.eq_ignore_ascii_case(name))
    }

    /// Takes over the entries that only `other` has.
    pub fn adopt(&mut self, other: Collection) {
        for entry in other.entries {
            if self.get(&entry.title).is_none() {
                self.entries.push(entry);
            }
        }
    }
}

impl ErrnoCard {
    fn filled(&self, lang: Lang, fill: &Fill) -> ErrnoCard {
        ErrnoCard { text: self.text.iter().map(|p| filled(p, lang, fill)).collect(), try_line: filled(&self.try_line, lang, fill) }
    }
}

/// A file as it was read: the card, unless it is too broken to be one, and what is wrong in it.
pub(super) struct Parsed<T> {
    pub card: Option<T>,
    pub faults: Vec<Fault>,
}

impl<T> Parsed<T> {
    fn broken(line: usize, what: Text) -> Parsed<T> {
        Parsed { card: None, faults: vec![(line, what)] }
    }
}

/// The heading, the brief line and the body; what every card begins with.
struct Opening {
    title: String,
    brief: Vec<Span>,
    body: Doc,
    rest: Vec<Section>,
    faults: Vec<Fault>,
}

fn opening(text: &str) -> Result<Opening, Fault> {
    let mut all = sections(text.strip_prefix('\u{feff}').unwrap_or(text));
    all.retain(|s| s.level > 0 || s.pieces.iter().any(|p| !matches!(p.kind, PieceKind::Remark)));
    if all.first().is_none_or(|s| s.level != 1 || s.title.is_empty()) {
        return Err((1, say::file_no_heading()));
    }
    let mut faults = Vec::new();
    for section in &all {
        let open = |p: &&Piece| matches!(p.kind, PieceKind::Code { closed: false, .. });
        faults.extend(section.pieces.iter().filter(open).map(|p| (p.line, say::fence_open())));
    }
    let rest = all.split_off(1);
    let head = all.remove(0);
    let mut pieces = head.pieces.into_iter();
    let brief = match pieces.next() {
        Some(Piece { kind: PieceKind::Para(spans), line }) => {
            faults.extend(placeholders(&spans, false).map(|w| (line, say::placeholder_unknown(w))));
            spans
        }
        _ => return Err((head.line, say::file_no_brief())),
    };
    let mut body = Doc::new();
    let barred = |lead: Vec<Span>, spans| Block::Para { indent: 2, bar: true, lead, spans };
    for piece in pieces {
        match piece.kind {
            PieceKind::Para(spans) => {
                faults.extend(placeholders(&spans, false).map(|w| (piece.line, say::placeholder_unknown(w))));
                body.note(spans);
            }
            PieceKind::Item(lead, spans) => {
                faults.extend(placeholders(&spans, false).map(|w| (piece.line, say::placeholder_unknown(w))));
                body.push(barred(vec![Span::plain(lead)], spans));
            }
            PieceKind::Quote(paragraphs) => paragraphs.into_iter().for_each(|p| body.push(barred(vec![Span::plain("  ")], p))),
            PieceKind::Code { text, .. } => body.push(code_block(&text)),
            PieceKind::Remark => {}
        }
    }
    Ok(Opening { title: head.title, brief, body, rest, faults })
}

/// Code as it stands, behind the bar.
pub fn code_block(text: &str) -> Block {
    let lines = text.lines().map(|l| vec![Span::new(Role::Code, l.replace('\t', "    "))]).collect();
    Block::Pre { indent: 2, bar: true, lines }
}

/// `{word}` that nothing fills. Values of the session (`{server.local}`, `{i}`) are part of a line to type.
fn placeholders(spans: &[Span], known: bool) -> impl Iterator<Item = String> + '_ {
    let words = spans.iter().flat_map(|s| s.text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(w, _)| w));
    let name = |w: &&str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    words.filter(name).filter(move |w| *w != "i" && !(known && matches!(*w, "socket" | "address"))).map(|w| format!("{{{w}}}"))
}

pub(super) fn parse_call(text: &str, lang: Lang, name: &str) -> Parsed<CallCard> {
    let opening = match opening(text) {
        Ok(o) => o,
        Err((line, what)) => return Parsed::broken(line, what),
    };
    let Opening { title, brief, body, rest, mut faults } = opening;
    let mut card = CallCard { lang, name: name.into(), title, brief, body, c: None, python: None, errnos: Vec::new() };
    for section in rest {
        match section.title.as_str() {
            "C" => card.c = code_of(&section, &mut faults),
            "Python" => card.python = code_of(&section, &mut faults),
            name if is_errno(name) => {
                if let Some(errno) = errno_section(&section, &mut faults) {
                    card.errnos.push((section.title, errno));
                }
            }
            other => faults.push((section.line, say::section_unknown(other))),
        }
    }
    Parsed { card: Some(card), faults }
}

fn is_errno(name: &str) -> bool {
    ERRNOS.iter().any(|r| r.0 == name) || ALIASES.iter().any(|r| r.0 == name) || name.starts_with("EAI_")
}

fn code_of(section: &Section, faults: &mut Vec<Fault>) -> Option<String> {
    let code = section.pieces.iter().find_map(|p| match &p.kind {
        PieceKind::Code { text, .. } => Some(text.clone()),
        _ => None,
    });
    if code.is_none() {
        faults.push((section.line, say::section_no_code(section.title.as_str())));
    }
    code
}

fn errno_section(section: &Section, faults: &mut Vec<Fault>) -> Option<ErrnoCard> {
    let (mut text, mut tries) = (Vec::new(), Vec::new());
    for piece in &section.pieces {
        let before = (text.len(), tries.len());
        match &piece.kind {
            PieceKind::Para(spans) => text.push(spans.clone()),
            PieceKind::Item(lead, spans) => {
                text.push(std::iter::once(Span::plain(lead.clone())).chain(spans.iter().cloned()).collect())
            }
            PieceKind::Quote(paragraphs) => tries.extend(paragraphs.iter().cloned()),
            PieceKind::Code { .. } | PieceKind::Remark => {}
        }
        for spans in text[before.0..].iter().chain(&tries[before.1..]) {
            faults.extend(placeholders(spans, true).map(|w| (piece.line, say::placeholder_unknown(w))));
        }
    }
    if tries.len() != 1 {
        faults.push((section.line, say::try_count(section.title.as_str(), tries.len())));
    }
    if text.is_empty() {
        faults.push((section.line, say::entry_no_text(section.title.as_str())));
        return None;
    }
    Some(ErrnoCard { text, try_line: tries.into_iter().next().unwrap_or_default() })
}

pub(super) fn parse_word(text: &str, name: &str) -> Parsed<WordCard> {
    match opening(text) {
        Ok(Opening { title, brief, body, rest, mut faults }) => {
            faults.extend(rest.iter().map(|s| (s.line, say::section_unknown(s.title.as_str()))));
            Parsed { card: Some(WordCard { name: name.into(), title, brief, body }), faults }
        }
        Err((line, what)) => Parsed::broken(line, what),
    }
}

pub(super) fn parse_collection(text: &str) -> Parsed<Collection> {
    let Opening { title, brief, body, rest, mut faults } = match opening(text) {
        Ok(o) => o,
        Err((line, what)) => return Parsed::broken(line, what),
    };
    let paragraphs = body.0.into_iter().filter_map(|b| match b {
        Block::Para { spans, .. } => Some(spans),
        _ => None,
    });
    let mut entries = vec![Entry { title, brief, rest: paragraphs.collect() }.into()];
    for section in rest {
        let mut rest = Vec::new();
        for piece in section.pieces {
            let spans = match piece.kind {
                PieceKind::Para(spans) => vec![spans],
                PieceKind::Item(lead, spans) => vec![std::iter::once(Span::plain(lead)).chain(spans).collect()],
                PieceKind::Quote(paragraphs) => paragraphs,
                PieceKind::Code { text, .. } => text.lines().map(|l| vec![Span::new(Role::Code, l.to_string())]).collect(),
                PieceKind::Remark => continue,
            };
            for s in &spans {
                faults.extend(placeholders(s, false).map(|w| (piece.line, say::placeholder_unknown(w))));
            }
            rest.extend(spans);
        }
        if rest.is_empty() {
            faults.push((section.line, say::entry_no_text(section.title.as_str())));
            continue;
        }
        let brief = rest.remove(0);
        entries.push(Entry { title: section.title, brief, rest }.into());
    }
    Parsed { card: Some(Collection { entries }), faults }
}

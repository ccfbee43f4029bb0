//! Cards as documents: in full, as one line, for an errno, for `explain`.

use crate::lesson::card::code_block;
use crate::lesson::{CallCard, Card, Entry, ErrnoCard, Explained, WordCard, fallback};
use crate::markup::{Block, Doc, Role, Span, inline, width};
use crate::text::messages::lesson as say;
use crate::text::{Lang, Text};
use crate::vocabulary::Errno;

/// What is shown when a learner meets a call for the first time.
pub fn full(card: &CallCard) -> Doc {
    barred(&card.brief, &card.body)
}

/// The card of a word.
pub fn word(card: &WordCard) -> Doc {
    barred(&card.brief, &card.body)
}

/// What is shown when the call was met before.
pub fn brief(card: &CallCard) -> Doc {
    let mut doc = Doc::new();
    doc.note(card.brief.clone());
    doc
}

/// An entry of a collection.
pub fn entry(card: &Entry) -> Doc {
    let mut doc = Doc::new();
    doc.note(card.brief.clone());
    for paragraph in &card.rest {
        gap(&mut doc);
        doc.note(paragraph.clone());
    }
    doc
}

/// Why a call failed, and what to try.
pub fn errno(card: &ErrnoCard, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    card.text.iter().for_each(|p| doc.note(p.clone()));
    if !card.try_line.is_empty() {
        let lead = vec![Span::new(Role::Try, format!("{}   ", say::try_label().plain(lang)))];
        doc.push(Block::Para { indent: 2, bar: true, lead, spans: card.try_line.clone() });
    }
    doc
}

/// The answer of `explain`: the main meaning in full, the others in a line each.
pub fn explained(list: &[Explained], lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let Some(main) = list.first() else { return doc };
    meaning(&mut doc, main, lang);
    let mut others = Vec::new();
    for other in &list[1..] {
        // What has the same name could not be asked for by any other: it is shown at once.
        match other.name.eq_ignore_ascii_case(&main.name) {
            true => {
                doc.push(Block::Blank);
                meaning(&mut doc, other, lang);
            }
            false => others.push(other),
        }
    }
    if !others.is_empty() {
        doc.push(Block::Blank);
    }
    for (i, other) in others.into_iter().enumerate() {
        let label = say::see_also().plain(lang);
        let label = if i == 0 { format!("{label}   ") } else { " ".repeat(width(&label) + 3) };
        let lead = vec![Span::new(Role::Dim, label), Span::new(Role::Code, other.name.clone()), Span::plain("   ")];
        doc.push(Block::Para { indent: 2, bar: false, lead, spans: brief_of(other).to_vec() });
    }
    doc
}

fn meaning(doc: &mut Doc, meaning: &Explained, lang: Lang) {
    let title = |doc: &mut Doc, text: &str| doc.line(2, vec![Span::new(Role::Heading, text.to_string())]);
    match &meaning.card {
        Card::Call(card) => {
            title(doc, &card.title);
            doc.append(full(card));
            code(doc, say::in_c(), card.c.as_deref(), lang);
            code(doc, say::in_python(), card.python.as_deref(), lang);
            errnos(doc, card, lang);
        }
        Card::Word(card) => {
            title(doc, &card.title);
            doc.append(word(card));
        }
        Card::Entry(card) => {
            let mut spans = vec![Span::new(Role::Heading, card.title.clone())];
            if let Some(number) = Errno::from_name(&card.title) {
                spans.push(Span::new(Role::Dim, format!("   {}   {}", number.0, number.words())));
            }
            doc.line(2, spans);
            doc.append(entry(card));
        }
    }
}

fn code(doc: &mut Doc, label: Text, text: Option<&str>, lang: Lang) {
    if let Some(text) = text {
        doc.line(2, vec![Span::new(Role::Dim, label.plain(lang))]);
        doc.push(code_block(text));
    }
}

/// The errnos of a call; where its own card has none, whose they are.
fn errnos(doc: &mut Doc, card: &CallCard, lang: Lang) {
    let mut spans = Vec::new();
    for name in card.errno_names() {
        let answer = Errno::from_name(name).is_some_and(Errno::is_answer);
        spans.extend((!spans.is_empty()).then(|| Span::plain(" ")));
        spans.push(Span::new(if answer { Role::Answer } else { Role::Bad }, name.to_string()));
    }
    let lead = match fallback(&card.name) {
        Some(other) if spans.is_empty() => {
            spans = inline(&say::errors_as(other).in_lang(lang));
            Vec::new()
        }
        _ => vec![Span::new(Role::Dim, format!("{}   ", say::errors_label().plain(lang)))],
    };
    if !spans.is_empty() {
        doc.push(Block::Para { indent: 2, bar: false, lead, spans });
    }
}

fn brief_of(meaning: &Explained) -> &[Span] {
    match &meaning.card {
        Card::Call(card) => &card.brief,
        Card::Word(card) => &card.brief,
        Card::Entry(card) => &card.brief,
    }
}

/// Brief line and paragraphs behind the bar, set apart from each other; items of a list stay together.
fn barred(brief: &[Span], body: &Doc) -> Doc {
    let mut doc = Doc::new();
    doc.note(brief.to_vec());
    let mut in_list = false;
    for block in &body.0 {
        let item = matches!(block, Block::Para { lead, .. } if !lead.is_empty());
        if !(item && in_list) {
            gap(&mut doc);
        }
        in_list = item;
        doc.push(block.clone());
    }
    doc
}

fn gap(doc: &mut Doc) {
    doc.push(Block::Pre { indent: 2, bar: true, lines: vec![Vec::new()] });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Fill, Library};
    use crate::markup::{Style, render};

    fn shown(doc: &Doc) -> String {
        let mut out = String::new();
        render(doc, Style::PLAIN, &mut out);
        out
    }

    #[test]
    fn an_errno_ends_in_what_to_try() {
        let library = Library::new(None);
        let fill = Fill { socket: Some("server".into()), address: Some("127.0.0.1:9000".into()) };
        let card = library.errno_of_call(Lang::En, "bind", "EADDRINUSE", &fill).unwrap();
        let text = shown(&errno(&card, Lang::En));
        assert!(text.starts_with("  │ 127.0.0.1:9000 is taken"), "{text}");
        assert!(text.contains("  │ try   who 127.0.0.1:9000 shows who holds it; bind server 127.0.0.1:0"), "{text}");
        let card = library.errno_of_call(Lang::Zh, "bind", "EADDRINUSE", &Fill::default()).unwrap();
        let text = shown(&errno(&card, Lang::Zh));
        assert!(text.starts_with("  │ 该地址已被占用") && text.contains("  │ 试试   who"), "{text}");
    }

    #[test]
    fn explain_shows_the_card_its_code_and_its_errnos() {
        let library = Library::new(None);
        let text = shown(&explained(&library.explain(Lang::En, "bind"), Lang::En));
        for part in [
            "  bind\n  │ Gives the socket",
            "  in C\n  │ struct sockaddr_in",
            "  in Python\n  │ s.bind(",
            "  can fail with   EACCES EADDRINUSE",
        ] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
        let text = shown(&explained(&library.explain(Lang::Zh, "recvfrom"), Lang::Zh));
        assert!(text.contains("错误码的解释见 recv"), "{text}");
    }

    #[test]
    fn further_meanings_are_named() {
        let library = Library::new(None);
        let text = shown(&explained(&library.explain(Lang::En, "stream"), Lang::En));
        assert!(text.contains("  see also   SOCK_STREAM   A connected byte stream"), "{text}");
        let text = shown(&explained(&library.explain(Lang::En, "close"), Lang::En));
        assert!(text.contains("\n  CLOSE\n  │ "), "{text}");
    }
}

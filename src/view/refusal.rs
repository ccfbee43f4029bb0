//! A refusal under the learner's own words.

use crate::grammar::Refusal;
use crate::markup::{Block, Doc, Role, Span, fit, inline, safe, width};
use crate::text::Lang;
use crate::text::messages::said;

/// A line and carets under a part of it.
pub fn pointed(line: &str, span: (usize, usize), columns: usize) -> Doc {
    let mut doc = Doc::new();
    carets(&mut doc, line, span, Vec::new(), columns);
    doc
}

/// The line, a caret under the very word, one sentence, the nearest right spelling. `columns` of the terminal.
pub fn refusal(line: &str, refusal: &Refusal, lang: Lang, columns: usize) -> Doc {
    let mut doc = Doc::new();
    let reason = inline(&refusal.reason.in_lang(lang));
    carets(&mut doc, line, refusal.span, reason, columns);
    let said = refusal.reason.in_lang(lang);
    if let Some(hint) = refusal.hint.as_ref().filter(|h| !(h.contains(' ') && said.contains(h.as_str()))) {
        // A hint of several words is a line that would do; a single one is a better spelling.
        let text = if hint.contains(' ') { said::write_so(hint) } else { said::did_you_mean(hint) };
        doc.para(2, inline(&text.in_lang(lang)));
    }
    doc
}

/// The line, carets under the span, and the reason behind them or beneath.
fn carets(doc: &mut Doc, line: &str, span: (usize, usize), reason: Vec<Span>, columns: usize) {
    let floor = |mut at: usize| {
        at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (from, to) = (floor(span.0), floor(span.1.max(span.0)));
    let room = columns.saturating_sub(4).max(16);
    // A long line is cut so that the caret's word is in sight.
    let mut begin = 0;
    if width(&safe(&line[..to])) > room {
        begin = line[..from].char_indices().rev().take(room / 3).last().map_or(from, |(i, _)| i);
    }
    let lead = if begin > 0 { "…" } else { "" };
    let text = safe(&line[begin..]).into_owned();
    let shown = fit(&text, room.saturating_sub(width(lead) + 1));
    let tail = if shown.len() < text.len() { "…" } else { "" };
    doc.line(2, vec![Span::plain(format!("{lead}{shown}{tail}"))]);
    let before = width(lead) + width(&safe(&line[begin..from]));
    let wide = width(&safe(&line[from..to])).clamp(1, room.saturating_sub(before).max(1));
    let mut spans = vec![Span::plain(" ".repeat(before)), Span::new(Role::Caret, "^".repeat(wide))];
    if !reason.is_empty() {
        spans.push(Span::plain(" "));
    }
    let fits = before + wide + 1 + reason.iter().map(|s| width(&s.text)).sum::<usize>() <= room;
    if fits {
        spans.extend(reason);
        doc.line(2, spans);
    } else {
        doc.line(2, spans);
        doc.push(Block::Para { indent: 2, bar: false, lead: Vec::new(), spans: reason });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Code;
    use crate::markup::{Style, render};
    use crate::text::messages::refusal as say;

    fn shown(line: &str, span: (usize, usize), columns: usize) -> String {
        let r = Refusal::new(Code::UnknownCommand, span, say::unknown_command(&line[span.0..span.1]));
        let mut out = String::new();
        render(&refusal(line, &r, Lang::En, columns), Style { width: columns, ..Style::PLAIN }, &mut out);
        out
    }

    #[test]
    fn the_caret_stands_under_the_word_also_behind_wide_characters() {
        assert!(shown("bnid server", (0, 4), 80).starts_with("  bnid server\n  ^^^^ no command"));
        let wide = shown("send \"中文\" bnid", (14, 18), 80);
        assert!(wide.contains("\n              ^^^^ "), "{wide}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_word() {
        let line = format!("{} bnid x", "a".repeat(5000));
        for l in shown(&line, (5001, 5005), 40).lines() {
            assert!(width(l) <= 40, "{l}");
        }
    }
}

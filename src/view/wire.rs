//! The wire as it stands: what is set, in the words that set it, and what is counted.

use crate::event::WireState;
use crate::markup::{Doc, Role, Span, inline};
use crate::text::messages::wire as say;
use crate::text::{Lang, Text};

pub fn wire(w: &WireState, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let say_in = |text: Text| inline(&text.in_lang(lang));
    let sets = [&w.holds, &w.rules, &w.cuts];
    if sets.iter().all(|s| s.is_empty()) && w.promises.is_empty() {
        doc.para(2, say_in(say::state_flows()));
    }
    for line in sets.into_iter().flatten() {
        let mut spans = vec![Span::new(Role::Code, format!("wire {line}"))];
        // What stands behind a bare `hold` is not to be guessed.
        let meaning = match line.as_str() {
            "hold" => Some(say::state_holds_ip()),
            "hold all" => Some(say::state_holds_all()),
            _ => None,
        };
        if let Some(meaning) = meaning {
            spans.extend([Span::plain("   "), Span::new(Role::Dim, meaning.plain(lang))]);
        }
        doc.para(2, spans);
    }
    if w.keeps {
        doc.para(2, say_in(say::state_keeps()));
    }
    for (what, count) in &w.promises {
        doc.para(2, say_in(say::state_next(what, *count)));
    }
    let mut counted = vec![say::state_passed(w.passed, w.dropped)];
    counted.extend((w.held > 0).then(|| say::state_held(w.held)));
    counted.extend((w.late > 0).then(|| say::state_late(w.late)));
    let line: Vec<String> = counted.into_iter().map(|t| t.plain(lang)).collect();
    doc.para(2, vec![Span::new(Role::Dim, line.join(" · "))]);
    for (count, text) in [(w.lost, say::state_lost(w.lost)), (w.untold, say::state_untold(w.untold))] {
        if count > 0 {
            doc.para(2, say_in(text));
        }
    }
    doc
}

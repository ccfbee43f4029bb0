//! The presenter's view of a demo: what the class does not see.

use crate::lesson::demo::{Cue, Stage};
use crate::markup::{Block, Doc, Role, Span};
use crate::text::messages::demo as say;
use crate::text::{Lang, Text};

/// A demo's moment; `now` in seconds since 1970.
pub fn presenter(cue: &Cue, now: u64, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let word = |text: Text| text.plain(lang);
    let lead = |doc: &mut Doc, head: Text, role: Role, text: &str| {
        let lead = vec![Span::new(Role::Heading, format!("{} ", head.plain(lang)))];
        doc.push(Block::Para { indent: 2, bar: false, lead, spans: vec![Span::new(role, text.to_string())] });
    };
    let clock = clock(now.saturating_sub(cue.begun));
    let number = cue.number.min(cue.of);
    let head = vec![
        vec![Span::new(Role::Heading, cue.demo.clone())],
        vec![Span::plain("   ")],
        vec![Span::plain(format!("{number}/{}", cue.of))],
    ];
    doc.sides(0, head, vec![Span::new(Role::Time, clock)]);
    doc.push(Block::Blank);
    let state = match cue.state {
        Stage::Typing => say::stage_typing(),
        Stage::Typed => say::stage_typed(),
        Stage::Running => say::stage_running(),
        Stage::TakenOver => say::stage_taken_over(),
        Stage::Over => say::stage_over(),
    };
    doc.para(2, vec![Span::new(Role::Strong, word(state))]);
    if !cue.line.is_empty() {
        doc.push(Block::Blank);
        lead(&mut doc, say::head_line(), Role::Code, &cue.line);
        for (i, text) in cue.expected.iter().enumerate() {
            let head = if i == 0 { say::head_expected() } else { say::head_and() };
            lead(&mut doc, head, Role::Plain, text);
        }
    }
    if let Some(next) = &cue.next {
        lead(&mut doc, say::head_next(), Role::Code, next);
    }
    if !cue.notes.is_empty() {
        doc.push(Block::Blank);
        doc.para(2, vec![Span::new(Role::Heading, word(say::head_stage_notes()))]);
        for note in &cue.notes {
            doc.para(4, vec![Span::plain(note.clone())]);
        }
    }
    doc
}

/// Hours, minutes and seconds since the demo began.
fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::{Style, render, width};

    #[test]
    fn the_line_its_outcome_the_next_one_the_notes_and_the_clock_are_there_in_both_languages() {
        let cue = Cue {
            demo: "hello.sock".into(),
            number: 2,
            of: 5,
            state: Stage::Typed,
            line: "bind server 127.0.0.1:0".into(),
            notes: vec!["Ask who chooses the port. ".repeat(6)],
            expected: vec!["it succeeds".into(), "a port of the kernel's".into()],
            next: Some("listen server".into()),
            begun: 1000,
        };
        for (lang, columns) in [(Lang::En, 80), (Lang::Zh, 80), (Lang::En, 140), (Lang::Zh, 140)] {
            let mut text = String::new();
            render(&presenter(&cue, 1000 + 3723, lang), Style { width: columns, ..Style::PLAIN }, &mut text);
            for part in ["hello.sock", "2/5", "1:02:03", "bind server 127.0.0.1:0", "it succeeds", "listen server", "Ask who"] {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
            assert!(text.lines().all(|l| width(l) <= columns), "{text}");
        }
        assert_eq!(clock(61), "01:01");
    }
}

//! What is done of the lessons, a row each.

use crate::event::ProgressTable;
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::messages::play as say;
use crate::text::{Lang, Text};

/// The table, with a sum beneath nothing: counts of different lessons mean different things.
pub fn progress(table: &ProgressTable, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    if table.rows.is_empty() {
        doc.para(2, inline(&say::progress_none().in_lang(lang)));
    } else {
        let head = |text: Text| vec![Span::new(Role::Dim, text.plain(lang))];
        let mut rows = vec![vec![
            head(say::progress_head_lesson()),
            head(say::progress_head_done()),
            head(say::progress_head_attempts()),
            head(say::progress_head_hints()),
            head(say::progress_head_skips()),
            head(say::progress_head_right()),
        ]];
        for row in &table.rows {
            let steps = row.steps.map_or_else(|| row.done.to_string(), |steps| format!("{}/{steps}", row.done));
            let role = if row.steps == Some(row.done) { Role::Good } else { Role::Plain };
            let number = |n: u32| vec![Span::plain(n.to_string())];
            rows.push(vec![
                vec![Span::new(Role::Code, row.lesson.clone())],
                vec![Span::new(role, steps)],
                number(row.attempts),
                number(row.hints),
                number(row.skips),
                vec![Span::plain(format!("{}/{}", row.right, row.guesses))],
            ]);
        }
        doc.push(Block::Table { indent: 2, rows });
    }
    if table.unread > 0 {
        doc.para(2, inline(&say::progress_unread(table.unread).in_lang(lang)));
    }
    doc
}

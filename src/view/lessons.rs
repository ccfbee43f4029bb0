//! The list of lessons.

use crate::event::LessonRow;
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::Lang;
use crate::text::messages::play as say;

/// Every lesson in a line: what is done of it, its name, its title, how long it takes.
pub fn lessons(rows: &[LessonRow], lang: Lang) -> Doc {
    let mut doc = Doc::new();
    if rows.is_empty() {
        doc.para(2, inline(&say::no_lessons().in_lang(lang)));
        return doc;
    }
    let mut course: Option<&str> = None;
    let mut table: Vec<Vec<Vec<Span>>> = Vec::new();
    for row in rows {
        if row.course.as_deref() != course {
            if !table.is_empty() {
                doc.push(Block::Table { indent: 2, rows: std::mem::take(&mut table) });
                doc.push(Block::Blank);
            }
            course = row.course.as_deref();
            doc.line(2, vec![Span::new(Role::Heading, row.course.clone().unwrap_or_default())]);
        }
        let (mark, role) = match (row.done, row.steps) {
            (0, _) => ("·", Role::Dim),
            (done, steps) if done >= steps => ("✓", Role::Good),
            _ => ("○", Role::Answer),
        };
        let title = if row.title.is_empty() { say::lesson_unreadable().plain(lang) } else { row.title.clone() };
        let level = row.level.as_ref().map(|l| l.plain(lang)).unwrap_or_default();
        table.push(vec![
            vec![Span::new(role, mark)],
            vec![Span::new(Role::Dim, row.number.map(|n| n.to_string()).unwrap_or_default())],
            vec![Span::new(Role::Code, row.id.clone())],
            vec![Span::plain(title)],
            vec![Span::new(Role::Dim, level)],
            vec![Span::new(Role::Dim, say::minutes_short(row.minutes).plain(lang))],
            vec![Span::new(Role::Dim, format!("{}/{}", row.done.min(row.steps), row.steps))],
        ]);
    }
    doc.push(Block::Table { indent: 2, rows: table });
    doc.para(2, inline(&say::lesson_how().in_lang(lang)));
    doc
}

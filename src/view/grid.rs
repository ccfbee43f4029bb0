//! Fitting rows into columns: how wide cells are, how a long text is cut, how many pairs stand side by side.

use crate::markup::{Block, Doc, Role, Span, safe, width};
use crate::text::{Lang, Text};

/// One cell.
pub type Cell = Vec<Span>;

pub fn cell(role: Role, text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Vec::new() } else { vec![Span::new(role, text)] }
}

/// A message as a cell, without its marks.
pub fn said(role: Role, text: &Text, lang: Lang) -> Cell {
    cell(role, text.plain(lang))
}

/// Columns of a cell as they will be drawn.
pub fn columns(cell: &[Span]) -> usize {
    cell.iter().map(|s| width(&safe(&s.text))).sum()
}

/// Columns of the widest cell of a column.
pub fn widest<'a>(cells: impl Iterator<Item = &'a Cell>) -> usize {
    cells.map(|c| columns(c)).max().unwrap_or(0)
}

/// A text in at most `room` columns: its middle gives way to `…`, for both ends of an address tell something.
pub fn shorten(text: &str, room: usize) -> String {
    let text = safe(text);
    if width(&text) <= room {
        return text.into_owned();
    }
    let tail_room = room.saturating_sub(1) / 2;
    let head = crate::markup::fit(&text, room.saturating_sub(1) - tail_room);
    let mut tail = "";
    for (at, _) in text.char_indices().rev() {
        if width(&text[at..]) > tail_room {
            break;
        }
        tail = &text[at..];
    }
    format!("{head}…{tail}")
}

/// Names and values, downwards, in as many columns of pairs as the width holds.
pub fn pairs(doc: &mut Doc, indent: usize, pairs: Vec<(Cell, Cell)>, width: usize) {
    if pairs.is_empty() {
        return;
    }
    let room = width.saturating_sub(indent).max(20);
    let name = widest(pairs.iter().map(|p| &p.0));
    // A few long values stand alone below, so that they do not widen all others: where the line is drawn, fewest lines are needed.
    let fits = room.saturating_sub(name + 2);
    let lines = |usual: &usize| {
        let (mut short, mut long, mut widest) = (0usize, 0, 0);
        for value in pairs.iter().map(|p| columns(&p.1)) {
            match value <= *usual {
                true => (short, widest) = (short + 1, value.max(widest)),
                false => long += 1,
            }
        }
        (short.div_ceil(((room + 3) / (name + widest + 5)).clamp(1, 4)) + long, long)
    };
    let usual = [12, 16, 20, 24, 30].into_iter().map(|u| fits.min(u)).min_by_key(lines).unwrap_or(fits);
    let (short, long): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|p| columns(&p.1) <= usual);
    let pair = name + 2 + widest(short.iter().map(|p| &p.1));
    let beside = ((room + 3) / (pair + 3)).clamp(1, 4);
    let height = short.len().div_ceil(beside);
    let rows = (0..height).map(|row| {
        (0..beside)
            .filter_map(|column| short.get(column * height + row))
            .flat_map(|(n, v)| [padded(n, name), padded(v, pair - name - 2)])
            .collect::<Vec<Cell>>()
    });
    doc.push(Block::Table { indent, rows: rows.collect() });
    for (n, v) in long {
        let lead = [padded(&n, name), cell(Role::Plain, "  ")].concat();
        doc.push(Block::Para { indent, bar: false, lead, spans: broken(v, room.saturating_sub(name + 2)) });
    }
}

/// A text filled up with spaces to so many columns.
pub fn pad(text: &str, to: usize) -> String {
    let text = safe(text);
    format!("{text}{}", " ".repeat(to.saturating_sub(width(&text))))
}

/// A cell filled up with spaces to so many columns.
pub fn padded(cell: &Cell, to: usize) -> Cell {
    let mut cell = cell.clone();
    let gap = to.saturating_sub(columns(&cell));
    if gap > 0 {
        cell.push(Span::plain(" ".repeat(gap)));
    }
    cell
}

/// Words longer than a line (many bytes in hexadecimal) get places to break at.
fn broken(cell: Cell, room: usize) -> Cell {
    let room = room.max(8);
    cell.into_iter()
        .map(|s| {
            let text = safe(&s.text).into_owned();
            // Between flags and numbers of a list first, anywhere where that is not enough.
            let parts =
                text.split(' ').flat_map(|w| if width(w) <= room { vec![w] } else { w.split_inclusive(['|', ',']).collect() });
            let words = parts.flat_map(|w| {
                let chars: Vec<char> = w.chars().collect();
                // No letters between two spaces, or before the first one, are a word all the same: the spaces stay.
                let cut = chars.chunks(room).map(|c| c.iter().collect::<String>());
                if chars.is_empty() { vec![String::new()] } else { cut.collect::<Vec<_>>() }
            });
            Span::new(s.role, words.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_lose_their_middle() {
        assert_eq!(shorten("/tmp/a-very-long-path.sock", 11), "/tmp/….sock");
        assert_eq!(shorten("short", 11), "short");
        assert_eq!(shorten("服务器的套接字", 8), "服务…字");
        for room in 1..30 {
            assert!(width(&shorten("/tmp/服务器/a-very-long-path.sock", room)) <= room);
        }
    }

    #[test]
    fn pairs_stand_side_by_side_where_there_is_room() {
        let all = || (0..6).map(|i| (cell(Role::Plain, format!("NAME_{i}")), cell(Role::Plain, i.to_string()))).collect::<Vec<_>>();
        let lines = |width| {
            let mut doc = Doc::new();
            pairs(&mut doc, 2, all(), width);
            let mut out = String::new();
            crate::markup::render(&doc, crate::markup::Style { width, ..crate::markup::Style::PLAIN }, &mut out);
            out.lines().map(str::to_string).collect::<Vec<_>>()
        };
        assert_eq!(lines(20)[0], "  NAME_0  0");
        assert_eq!(lines(30)[0], "  NAME_0  0  NAME_3  3");
        assert_eq!(lines(30).len(), 3);
    }

    #[test]
    fn a_long_value_keeps_the_space_before_its_unit() {
        let long = [cell(Role::Number, "12345678901234567890"), cell(Role::Dim, " bytes/s")].concat();
        let all = || {
            let short = (0..9).map(|i| (cell(Role::Plain, format!("name_{i}")), cell(Role::Plain, i.to_string())));
            short.chain([(cell(Role::Plain, "rate"), long.clone())]).collect::<Vec<_>>()
        };
        for width in 40..120 {
            let mut doc = Doc::new();
            pairs(&mut doc, 2, all(), width);
            let mut out = String::new();
            crate::markup::render(&doc, crate::markup::Style { width, ..crate::markup::Style::PLAIN }, &mut out);
            assert!(out.contains("12345678901234567890 bytes/s"), "{width}:\n{out}");
        }
    }
}

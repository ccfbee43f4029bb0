//! The table of `packets`: a row for each frame, and below a row what the screen has no column for.

use super::{cause, end, fate, note, states, way, what};
use crate::event::{Cause, End, Frame};
use crate::markup::{Block, Doc, Piece, Role, Span};
use crate::text::messages::frame as say;
use crate::text::{Lang, Text};
use crate::view::grid::{Cell, cell, columns, padded, said, widest};

/// How much of the table is shown, from the widest form to the narrowest; each step gives up one more thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Whole,
    NoAddresses,
    NotesBelow,
    NoTime,
    NoWindow,
    StatesBelow,
}

impl Step {
    /// Whether a column is shown that is given up at `until`.
    fn shows(self, until: &Option<Step>) -> bool {
        until.is_none_or(|last| self < last)
    }
}

const STEPS: [Step; 6] = [Step::Whole, Step::NoAddresses, Step::NotesBelow, Step::NoTime, Step::NoWindow, Step::StatesBelow];
/// Columns between cells.
const GAP: usize = 2;

struct Row {
    number: Cell,
    time: Cell,
    way: Cell,
    what: Cell,
    window: Cell,
    addresses: Cell,
    fate: Cell,
    sender: Cell,
    receiver: Cell,
    notes: Cell,
    ends: Vec<Piece>,
}

impl Row {
    fn new(f: &Frame, lang: Lang) -> Row {
        // What was done by hand stands beside the fate.
        let by_hand = f.cause.filter(|c| matches!(c, Cause::Step | Cause::Drop));
        let mut fate = vec![fate(f, lang)];
        if let Some(by) = by_hand {
            fate.push(Span::new(Role::Dim, format!(" {}", cause(by).plain(lang))));
        }
        let all: Vec<Text> =
            f.cause.filter(|_| by_hand.is_none()).into_iter().map(cause).chain(f.notes.iter().map(|n| note(n, f))).collect();
        let words: Vec<String> = all.iter().map(|t| t.plain(lang)).collect();
        let of = |end: Option<&End>| cell(Role::State, end.map(states).unwrap_or_default());
        let window = f.summary.tcp.map(|t| f.window.map_or_else(|| format!("raw {}", t.window), |w| w.to_string()));
        let addresses = match (f.summary.ends(), f.summary.src, f.summary.dst) {
            (Some((a, b)), ..) => format!("{a} → {b}"),
            (None, Some(a), Some(b)) => format!("{a} → {b}"),
            _ => String::new(),
        };
        let ends = f.states.as_ref();
        Row {
            number: cell(Role::Number, format!("#{}", f.packet)),
            time: cell(Role::Time, format!("{:.6}", f.t_us / 1e6)),
            way: way(f),
            what: what(f, lang),
            window: cell(Role::Number, window.unwrap_or_default()),
            addresses: cell(Role::Address, addresses),
            fate,
            sender: of(ends.map(|e| &e.sender)),
            receiver: of(ends.map(|e| &e.receiver)),
            notes: cell(Role::Plain, words.join(if lang == Lang::Zh { "；" } else { "; " })),
            ends: ends
                .into_iter()
                .flat_map(|e| [end(&e.sender, &f.from), end(&e.receiver, f.to.as_deref().unwrap_or("*"))])
                .flatten()
                .collect(),
        }
    }

    /// Everything, in order, and up to which step it is shown.
    fn all(self) -> [(Option<Step>, Cell); 10] {
        [
            (None, self.number),
            (Some(Step::NoTime), self.time),
            (None, self.way),
            (None, self.what),
            (Some(Step::NoWindow), self.window),
            (Some(Step::NoAddresses), self.addresses),
            (None, self.fate),
            (Some(Step::StatesBelow), self.sender),
            (Some(Step::StatesBelow), self.receiver),
            (Some(Step::NotesBelow), self.notes),
        ]
    }
}

/// The frames that passed, one row each.
pub fn packets<'a>(frames: impl IntoIterator<Item = &'a Frame>, lang: Lang, width: usize) -> Doc {
    let mut doc = Doc::new();
    let mut rows: Vec<Row> = frames.into_iter().map(|f| Row::new(f, lang)).collect();
    if rows.is_empty() {
        doc.line(2, vec![Span::plain(say::none_passed().plain(lang))]);
        return doc;
    }
    let below: Vec<(Vec<Piece>, Cell)> = rows.iter_mut().map(|r| (std::mem::take(&mut r.ends), r.notes.clone())).collect();
    let heads = [
        say::column_number(),
        say::column_time(),
        say::column_way(),
        say::column_what(),
        say::column_window(),
        say::column_addresses(),
        say::column_fate(),
        say::column_sender(),
        say::column_receiver(),
        say::column_notes(),
    ]
    .map(|text| said(Role::Dim, &text, lang));
    let table: Vec<[(Option<Step>, Cell); 10]> = rows.into_iter().map(Row::all).collect();
    // A column that is empty in all rows is left out.
    let filled: Vec<bool> = (0..heads.len()).map(|i| table.iter().any(|r| !r[i].1.is_empty())).collect();
    let wide: Vec<usize> = heads.iter().enumerate().map(|(i, h)| widest(table.iter().map(|r| &r[i].1)).max(columns(h))).collect();
    let of = |step: Step| {
        let some = (0..heads.len()).filter(|i| filled[*i] && step.shows(&table[0][*i].0));
        some.collect::<Vec<_>>()
    };
    let needed = |step: Step| of(step).iter().map(|i| wide[*i] + GAP).sum::<usize>() - GAP;
    let step = STEPS.into_iter().find(|s| needed(*s) <= width).unwrap_or(Step::StatesBelow);
    let shown = of(step);
    doc.line(0, aligned(&shown, &wide, |i| &heads[i]));
    let indent = wide[0] + GAP;
    for (row, (ends, notes)) in table.iter().zip(below) {
        doc.line(0, aligned(&shown, &wide, |i| &row[i].1));
        let mut pieces: Vec<Piece> = Vec::new();
        if step >= Step::StatesBelow {
            ends.into_iter().for_each(|e| pieces.extend([vec![Span::plain("   ")], e]));
        }
        if !pieces.is_empty() {
            doc.sides(indent, pieces.split_off(1), Vec::new());
        }
        if step >= Step::NotesBelow && !notes.is_empty() {
            doc.push(Block::Para { indent, bar: false, lead: Vec::new(), spans: notes });
        }
    }
    doc
}

/// The cells of a row under one another's columns; nothing stands behind the last one that has something.
fn aligned<'a>(shown: &[usize], wide: &[usize], of: impl Fn(usize) -> &'a Cell) -> Vec<Span> {
    let last = shown.iter().rposition(|i| !of(*i).is_empty()).unwrap_or(0);
    let cells = shown[..=last].iter().enumerate();
    cells.flat_map(|(n, i)| if n < last { padded(of(*i), wide[*i] + GAP) } else { of(*i).clone() }).collect()
}

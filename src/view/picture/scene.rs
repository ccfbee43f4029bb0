//! What a picture is made of: shapes and words at places of a grid. Columns and rows are those of a terminal's cells; who draws lines
//! instead of characters draws them between the middles of the same cells. One layout, and nothing in it is wider in one than in the other.

use crate::markup::{Role, fit, width};

/// How a line or a frame is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// There, and nothing happened on it.
    Quiet,
    /// Only concluded: dashes.
    Deduced,
    /// A fact.
    Seen,
    /// A fact that the picture is about.
    Taken,
    /// Taken, and only concluded.
    TakenUnseen,
}

/// What stands at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A call that succeeded.
    Call,
    /// One that failed.
    Failed,
    /// An errno that is an answer.
    Answer,
    /// A call that stands still begins, and returns.
    Stands,
    Returns,
    /// A socket that a call of none (`poll`) looks at.
    Asked,
    /// A socket ends.
    End,
}

/// What fills a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fill {
    Full,
    Half,
    Empty,
    Bad,
    Answer,
}

/// A shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Words on one line.
    Text {
        x: usize,
        y: usize,
        role: Role,
        text: String,
    },
    /// A word on a label of its own: a socket's name, a state.
    Tag {
        x: usize,
        y: usize,
        role: Role,
        text: String,
    },
    /// A box; its border is part of it.
    Frame {
        x: usize,
        y: usize,
        wide: usize,
        high: usize,
        look: Look,
    },
    /// A line through these points, each straight beside or below the one before; with a head at its end.
    Line {
        points: Vec<(usize, usize)>,
        head: bool,
        look: Look,
    },
    /// A line is interrupted here: what is written in the gap says what the line means.
    Gap {
        x: usize,
        y: usize,
        wide: usize,
    },
    Mark {
        x: usize,
        y: usize,
        mark: Mark,
    },
    /// From `from` to `to` in columns, which may fall inside a cell; never narrower than can be seen.
    Bar {
        y: usize,
        from: f32,
        to: f32,
        fill: Fill,
    },
    /// An upright line begins in this row, and goes on through all rows until it ends; `thick`: a call stands there.
    Begin {
        x: usize,
        y: usize,
        thick: bool,
    },
    End {
        x: usize,
        y: usize,
        thick: bool,
    },
}

/// Some rows of a picture; rows count from 0 in each band.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Band {
    pub high: usize,
    pub items: Vec<Item>,
}

impl Band {
    pub fn new(high: usize) -> Band {
        Band { high, items: Vec::new() }
    }

    pub fn text(&mut self, x: usize, y: usize, role: Role, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.items.push(Item::Text { x, y, role, text });
        }
    }

    /// Words in no more than `room` columns.
    pub fn text_in(&mut self, x: usize, y: usize, room: usize, role: Role, text: &str) {
        self.text(x, y, role, short(text, room));
    }

    pub fn line(&mut self, look: Look, head: bool, points: &[(usize, usize)]) {
        self.items.push(Item::Line { points: points.to_vec(), head, look });
    }
}

/// A text in at most `room` columns, its end gives way to `…`.
pub fn short(text: &str, room: usize) -> String {
    let text = crate::markup::safe(text);
    if width(&text) <= room {
        return text.into_owned();
    }
    format!("{}…", fit(&text, room.saturating_sub(1)))
}

/// Who draws: bands come from top to bottom, and none comes twice.
pub trait Page {
    fn band(&mut self, band: &Band);
}

/// A picture that was made of a log, and can be drawn in any width.
pub trait Picture {
    fn title(&self) -> String;
    /// What it shows, in words, for who cannot see it.
    fn words(&self) -> String;
    /// In fewer columns it tells less.
    fn narrowest(&self) -> usize {
        0
    }
    /// Columns that it takes where it may have as many as it wants.
    fn wants(&self) -> usize {
        self.narrowest()
    }
    /// Draws it in so many columns.
    fn draw(&self, columns: usize, page: &mut dyn Page);
}

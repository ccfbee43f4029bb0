//! The pieces documents are made of.

use std::borrow::Cow;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Plain,
    Code,
    Strong,
    Dim,
    Heading,
    /// The name a learner gave a socket.
    Name,
    /// A host of the lab.
    Host,
    /// A system call's or a function's name.
    Call,
    Constant,
    Number,
    Address,
    /// Bytes, already escaped.
    Data,
    State,
    /// A result that says yes.
    Good,
    /// An errno that is a failure.
    Bad,
    /// An errno that is an answer (EAGAIN, EINPROGRESS, EINTR).
    Answer,
    /// What the learner may try.
    Try,
    /// Where a fact comes from.
    Source,
    Caret,
    Prompt,
    Time,
}

/// A piece of text and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub role: Role,
    pub text: Cow<'static, str>,
}

impl Span {
    pub fn new(role: Role, text: impl Into<Cow<'static, str>>) -> Span {
        Span { role, text: text.into() }
    }

    pub fn plain(text: impl Into<Cow<'static, str>>) -> Span {
        Span::new(Role::Plain, text)
    }
}

/// What stays together on a line.
pub type Piece = Vec<Span>;

/// One block of a document. Indents are in columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// One line, never wrapped by us.
    Line {
        indent: usize,
        spans: Vec<Span>,
    },
    /// A line that is broken only between its pieces, where it is too long; its end stands at the right margin where there is room.
    Sides {
        indent: usize,
        left: Vec<Piece>,
        right: Vec<Span>,
    },
    /// A paragraph, wrapped at the margin; `bar` draws the rule that sets an explanation apart.
    Para {
        indent: usize,
        bar: bool,
        lead: Vec<Span>,
        spans: Vec<Span>,
    },
    /// Rows of cells, columns aligned by width.
    Table {
        indent: usize,
        rows: Vec<Vec<Vec<Span>>>,
    },
    /// Text kept as it stands, behind the bar.
    Pre {
        indent: usize,
        bar: bool,
        lines: Vec<Vec<Span>>,
    },
    Blank,
}

/// A document: blocks in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc(pub Vec<Block>);

impl Doc {
    pub fn new() -> Doc {
        Doc(Vec::new())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn push(&mut self, block: Block) {
        self.0.push(block);
    }

    pub fn line(&mut self, indent: usize, spans: Vec<Span>) {
        self.0.push(Block::Line { indent, spans });
    }

    /// A line of pieces, and what stands at its right.
    pub fn sides(&mut self, indent: usize, left: Vec<Piece>, right: Vec<Span>) {
        self.0.push(Block::Sides { indent, left, right });
    }

    pub fn para(&mut self, indent: usize, spans: Vec<Span>) {
        self.0.push(Block::Para { indent, bar: false, lead: Vec::new(), spans });
    }

    /// A paragraph of explanation, behind the bar.
    pub fn note(&mut self, spans: Vec<Span>) {
        self.0.push(Block::Para { indent: 2, bar: true, lead: Vec::new(), spans });
    }

    /// Every piece of text in it.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        fn of(block: &Block) -> Vec<&[Span]> {
            match block {
                Block::Line { spans, .. } => vec![spans],
                Block::Sides { left, right, .. } => left.iter().chain([right]).map(Vec::as_slice).collect(),
                Block::Para { lead, spans, .. } => vec![lead, spans],
                Block::Table { rows, .. } => rows.iter().flatten().map(Vec::as_slice).collect(),
                Block::Pre { lines, .. } => lines.iter().map(Vec::as_slice).collect(),
                Block::Blank => Vec::new(),
            }
        }
        self.0.iter().flat_map(of).flatten().map(|s| s.text.as_ref())
    }

    pub fn append(&mut self, mut other: Doc) {
        self.0.append(&mut other.0);
    }
}

//! A picture in characters: a grid of cells, whose rows become lines of a document.

use super::scene::{Band, Fill, Item, Look, Mark, Page};
use crate::markup::{Block, Doc, Role, Span, safe};
use unicode_width::UnicodeWidthChar;

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;

/// Characters of a line by where it goes on (bits of the constants above).
const THIN: [char; 16] = [' ', '─', '─', '─', '│', '┘', '└', '┴', '│', '┐', '┌', '┬', '│', '┤', '├', '┼'];
const THICK: [char; 16] = [' ', '━', '━', '━', '┃', '┛', '┗', '┻', '┃', '┓', '┏', '┳', '┃', '┫', '┣', '╋'];
const PLAIN: [char; 16] = [' ', '-', '-', '-', '|', '+', '+', '+', '|', '+', '+', '+', '|', '+', '+', '+'];

#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Empty,
    /// A line's directions.
    Line(u8, Look),
    Char(char, Role),
    /// The second half of a wide character.
    Half,
}

/// The lines of a terminal.
pub struct Screen {
    columns: usize,
    ascii: bool,
    /// Upright lines that go on: column, thick.
    strands: Vec<(usize, bool)>,
    lines: Vec<Vec<Span>>,
}

impl Screen {
    pub fn new(columns: usize, ascii: bool) -> Screen {
        Screen { columns, ascii, strands: Vec::new(), lines: Vec::new() }
    }

    /// The document of all bands that came.
    pub fn doc(self) -> Doc {
        let mut doc = Doc::new();
        doc.push(Block::Pre { indent: 0, bar: false, lines: self.lines });
        doc
    }

    fn role(look: Look) -> Role {
        match look {
            Look::Quiet => Role::Dim,
            Look::Deduced => Role::Source,
            Look::Seen => Role::Plain,
            Look::Taken | Look::TakenUnseen => Role::State,
        }
    }

    fn line_char(&self, bits: u8, look: Look) -> char {
        let straight = matches!(bits, LEFT | RIGHT | UP | DOWN) || bits == LEFT | RIGHT || bits == UP | DOWN;
        let flat = bits & (UP | DOWN) == 0;
        if self.ascii {
            return match (straight, flat, look) {
                (true, true, Look::Deduced) => '.',
                (true, false, Look::Deduced) => ':',
                (true, true, Look::Taken) => '=',
                (true, true, Look::TakenUnseen) => '~',
                (true, false, Look::Taken) => '#',
                (true, false, Look::TakenUnseen) => ':',
                _ => PLAIN[bits as usize],
            };
        }
        match (straight, flat, look) {
            (true, true, Look::Deduced) => '╌',
            (true, false, Look::Deduced) => '╎',
            (true, true, Look::TakenUnseen) => '╍',
            (true, false, Look::TakenUnseen) => '╏',
            (_, _, Look::Taken | Look::TakenUnseen) => THICK[bits as usize],
            _ => THIN[bits as usize],
        }
    }

    fn mark(&self, mark: Mark) -> (char, Role) {
        let (fine, plain, role) = match mark {
            Mark::Call => ('●', '*', Role::Good),
            Mark::Failed => ('✗', 'x', Role::Bad),
            Mark::Answer => ('○', 'o', Role::Answer),
            Mark::Stands => ('┳', 'T', Role::Answer),
            Mark::Returns => ('┻', '^', Role::Answer),
            Mark::Asked => ('◇', 'o', Role::Dim),
            Mark::End => ('┴', '+', Role::Dim),
        };
        (if self.ascii { plain } else { fine }, role)
    }

    fn fill(&self, fill: Fill) -> (char, Role) {
        let (fine, plain, role) = match fill {
            Fill::Full => ('█', '#', Role::Data),
            Fill::Half => ('▒', '=', Role::Number),
            Fill::Empty => ('░', '.', Role::Dim),
            Fill::Bad => ('█', 'x', Role::Bad),
            Fill::Answer => ('█', 'o', Role::Answer),
        };
        (if self.ascii { plain } else { fine }, role)
    }
}

/// Rows of cells being filled.
struct Grid {
    cells: Vec<Vec<Cell>>,
    columns: usize,
}

impl Grid {
    fn put(&mut self, x: usize, y: usize, cell: Cell) {
        if let Some(place) = self.cells.get_mut(y).and_then(|row| row.get_mut(x)) {
            *place = cell;
        }
    }

    fn bits(&mut self, x: usize, y: usize, bits: u8, look: Look) {
        let Some(place) = self.cells.get_mut(y).and_then(|row| row.get_mut(x)) else { return };
        *place = match *place {
            Cell::Line(old, other) => Cell::Line(old | bits, other.max(look)),
            _ => Cell::Line(bits, look),
        };
    }

    fn words(&mut self, mut x: usize, y: usize, role: Role, text: &str) {
        for c in text.chars() {
            let wide = c.width().unwrap_or(0);
            if wide == 0 || x + wide > self.columns {
                continue;
            }
            self.put(x, y, Cell::Char(c, role));
            if wide == 2 {
                self.put(x + 1, y, Cell::Half);
            }
            x += wide;
        }
    }

    fn line(&mut self, points: &[(usize, usize)], look: Look) {
        for pair in points.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            if ay == by {
                let (from, to) = (ax.min(bx), ax.max(bx));
                for x in from..=to {
                    let bits = if x > from { LEFT } else { 0 } | if x < to { RIGHT } else { 0 };
                    self.bits(x, ay, bits, look);
                }
            } else {
                let (from, to) = (ay.min(by), ay.max(by));
                for y in from..=to {
                    let bits = if y > from { UP } else { 0 } | if y < to { DOWN } else { 0 };
                    self.bits(ax, y, bits, look);
                }
            }
        }
    }
}

/// The head of a line that comes from `before` to `end`.
fn head(before: (usize, usize), end: (usize, usize), ascii: bool) -> char {
    let at = match (end.0.cmp(&before.0), end.1.cmp(&before.1)) {
        (std::cmp::Ordering::Greater, _) => 0,
        (std::cmp::Ordering::Less, _) => 1,
        (_, std::cmp::Ordering::Greater) => 2,
        _ => 3,
    };
    if ascii { ['>', '<', 'v', '^'][at] } else { ['▶', '◀', '▼', '▲'][at] }
}

/// Our own characters, one column each.
fn plain(c: char) -> char {
    match c {
        '→' => '>',
        '←' => '<',
        '…' => '~',
        '·' => '-',
        'µ' => 'u',
        '×' => 'x',
        '█' | '┃' => '#',
        '▒' => '=',
        '░' | '╌' => '.',
        '●' => '*',
        '✗' => 'x',
        '○' | '◇' => 'o',
        '▸' => '>',
        '▶' => '>',
        '━' => '=',
        '╍' => '~',
        c => c,
    }
}

impl Page for Screen {
    fn band(&mut self, band: &Band) {
        let mut grid = Grid { cells: vec![vec![Cell::Empty; self.columns]; band.high], columns: self.columns };
        for y in 0..band.high {
            for item in &band.items {
                match item {
                    Item::Begin { x, y: at, thick } if *at == y => self.strands.push((*x, *thick)),
                    _ => {}
                }
            }
            for (x, thick) in &self.strands {
                grid.bits(*x, y, UP | DOWN, if *thick { Look::Taken } else { Look::Quiet });
            }
            for item in &band.items {
                match item {
                    Item::End { x, y: at, thick } if *at == y => self.strands.retain(|s| *s != (*x, *thick)),
                    _ => {}
                }
            }
        }
        let text = |text: &str| -> String {
            let text = safe(text).into_owned();
            if self.ascii { text.chars().map(plain).collect() } else { text }
        };
        // Lines first, whatever stands on them after them.
        for item in &band.items {
            match item {
                Item::Frame { x, y, wide, high, look } => {
                    let (right, low) = (x + wide - 1, y + high - 1);
                    for row in y + 1..low {
                        (x + 1..right).for_each(|column| grid.put(column, row, Cell::Empty));
                    }
                    grid.line(&[(*x, *y), (right, *y), (right, low), (*x, low), (*x, *y)], *look);
                }
                Item::Line { points, look, .. } => grid.line(points, *look),
                _ => {}
            }
        }
        for item in &band.items {
            match item {
                Item::Line { points, head: true, look } => {
                    if let [.., before, end] = points[..] {
                        grid.put(end.0, end.1, Cell::Char(head(before, end, self.ascii), Self::role(*look)));
                    }
                }
                Item::Bar { y, from, to, fill } => {
                    let (c, role) = self.fill(*fill);
                    let first = from.floor() as usize;
                    let last = (to.ceil() as usize).max(first + 1);
                    (first..last).for_each(|x| grid.put(x, *y, Cell::Char(c, role)));
                }
                _ => {}
            }
        }
        for item in &band.items {
            if let Item::Gap { x, y, wide } = item {
                (*x..x + wide).for_each(|x| grid.put(x, *y, Cell::Empty));
            }
        }
        for item in &band.items {
            match item {
                Item::Text { x, y, role, text: words } => grid.words(*x, *y, *role, &text(words)),
                Item::Tag { x, y, role, text: words } => grid.words(*x, *y, *role, &format!("[{}]", text(words))),
                Item::Mark { x, y, mark } => {
                    let (c, role) = self.mark(*mark);
                    grid.put(*x, *y, Cell::Char(c, role));
                }
                _ => {}
            }
        }
        for row in &grid.cells {
            let mut spans: Vec<Span> = Vec::new();
            for cell in row {
                let (c, role) = match *cell {
                    Cell::Empty => (' ', Role::Plain),
                    Cell::Line(bits, look) => (self.line_char(bits, look), Self::role(look)),
                    Cell::Char(c, role) => (c, role),
                    Cell::Half => continue,
                };
                match spans.last_mut() {
                    Some(last) if last.role == role || c == ' ' => last.text.to_mut().push(c),
                    _ => spans.push(Span::new(role, c.to_string())),
                }
            }
            if let Some(last) = spans.last_mut() {
                let end = last.text.trim_end().len();
                last.text.to_mut().truncate(end);
            }
            self.lines.push(spans);
        }
    }
}

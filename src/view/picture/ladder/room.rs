//! Where a step's words have room.

use crate::markup::{safe, width};
use crate::view::picture::brief::Words;
use crate::view::picture::scene::short;

/// What is taken of each row of a band: from and to, in columns.
#[derive(Default)]
pub struct Taken(Vec<Vec<(usize, usize)>>);

impl Taken {
    pub fn take(&mut self, y: usize, from: usize, to: usize) {
        if self.0.len() <= y {
            self.0.resize(y + 1, Vec::new());
        }
        self.0[y].push((from, to));
    }

    /// The first place from `x` on that has so many free columns, with one before them that is free too.
    pub fn free(&self, y: usize, x: usize, wide: usize) -> usize {
        let mut at = x;
        while let Some((_, end)) = self.0.get(y).and_then(|row| row.iter().find(|(a, b)| at + wide > *a && at < b + 1)) {
            at = end + 1;
        }
        at
    }

    /// Behind the words that begin at `x`, with a space.
    pub fn behind(&self, y: usize, x: usize) -> usize {
        self.0.get(y).and_then(|r| r.iter().filter(|t| t.0 == x).map(|t| t.1 + 1).max()).unwrap_or(x)
    }
}

/// Words in lines of at most `room` columns, `most` of them; what has no room ends in `…`.
pub fn wrap(words: &Words, room: usize, most: usize) -> Vec<Words> {
    let mut lines: Vec<Words> = Vec::new();
    let mut used = 0;
    for (role, word) in words {
        let wide = width(&safe(word));
        let fits = used > 0 && used + 1 + wide <= room;
        if !fits && lines.len() == most {
            if let Some((_, last)) = lines.last_mut().and_then(|l| l.last_mut()) {
                let cut = width(last).min(room.saturating_sub(1));
                *last = format!("{}…", crate::markup::fit(last, cut));
            }
            break;
        }
        let word = short(word, room);
        if fits {
            used += 1 + wide;
            if let Some(line) = lines.last_mut() {
                line.push((*role, word));
            }
        } else {
            used = width(&word);
            lines.push(vec![(*role, word)]);
        }
    }
    lines
}

//! What passed: a ring of the last packets with their bytes and fates. Bytes lie in one ring, so that keeping a frame
//! allocates nothing.

use super::deed::{Cause, Fate, Marks, Station, Target};
use super::words::Time;
use std::borrow::Cow;
use std::collections::VecDeque;

/// A packet as the capture knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub packet: u64,
    /// When it came to the wire.
    pub arrived: Time,
    /// Since when its fate is so.
    pub at: Time,
    /// Of a group: delivered as soon as one of it was.
    pub fate: Fate,
    pub cause: Cause,
    pub marks: Marks,
    pub from: Station,
    pub to: Target,
    /// To so many ports it was delivered, to so many it was not.
    pub delivered: u32,
    pub dropped: u32,
    /// Bytes of the frame.
    pub len: u32,
}

/// The last packets. Their numbers follow one another without a gap.
#[derive(Debug, Default)]
pub struct Capture {
    rows: VecDeque<(Row, u64)>,
    bytes: VecDeque<u8>,
    /// How many bytes went out of the front of the ring so far: what a row's place counts from.
    gone: u64,
    forgotten: u64,
    most_rows: usize,
    most_bytes: usize,
}

impl Capture {
    pub(super) fn new(most_rows: usize, most_bytes: usize) -> Capture {
        Capture { most_rows, most_bytes, ..Capture::default() }
    }

    /// Keeps a packet. Its number must follow the last one's.
    pub(super) fn add(&mut self, row: Row, frame: &[u8]) {
        debug_assert!(self.rows.back().is_none_or(|(last, _)| last.packet + 1 == row.packet));
        while self.rows.len() >= self.most_rows.max(1) || self.bytes.len() + frame.len() > self.most_bytes && !self.rows.is_empty()
        {
            self.forget_one();
        }
        let place = self.gone + self.bytes.len() as u64;
        self.bytes.extend(frame);
        self.rows.push_back((row, place));
    }

    fn forget_one(&mut self) {
        if let Some((row, _)) = self.rows.pop_front() {
            self.bytes.drain(..row.len as usize);
            self.gone += u64::from(row.len);
            self.forgotten += 1;
        }
    }

    fn place(&self, packet: u64) -> Option<usize> {
        let first = self.rows.front()?.0.packet;
        usize::try_from(packet.checked_sub(first)?).ok().filter(|i| *i < self.rows.len())
    }

    /// What became of a packet, at `ports` of its ports.
    pub(super) fn settle(&mut self, packet: u64, fate: Fate, cause: Cause, at: Time, ports: u32) {
        let Some(i) = self.place(packet) else { return };
        let row = &mut self.rows[i].0;
        let counts = match fate {
            Fate::Delivered => {
                row.delivered += ports;
                true
            }
            Fate::Dropped => {
                row.dropped += ports;
                row.delivered == 0
            }
            Fate::Held | Fate::Underway => row.delivered == 0,
        };
        if counts {
            (row.fate, row.cause, row.at) = (fate, cause, at);
        }
    }

    pub(super) fn mark(&mut self, packet: u64, marks: Marks) {
        if let Some(i) = self.place(packet) {
            self.rows[i].0.marks = marks;
        }
    }

    /// Flips a bit of a packet that is kept: the capture shows what was on the wire behind it.
    pub(super) fn flip(&mut self, packet: u64, bit: u32) {
        let Some(i) = self.place(packet) else { return };
        let (row, place) = &self.rows[i];
        if bit < row.len * 8 {
            let at = (place - self.gone) as usize + bit as usize / 8;
            self.bytes[at] ^= 0x80 >> (bit % 8);
        }
    }

    /// The rows, the oldest first.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> + ExactSizeIterator {
        self.rows.iter().map(|(row, _)| row)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A packet by its number, as far as it is kept.
    pub fn row(&self, packet: u64) -> Option<&Row> {
        self.place(packet).map(|i| &self.rows[i].0)
    }

    /// Its frame.
    pub fn bytes(&self, packet: u64) -> Option<Cow<'_, [u8]>> {
        let (row, place) = &self.rows[self.place(packet)?];
        let (from, len) = ((place - self.gone) as usize, row.len as usize);
        let (front, back) = self.bytes.as_slices();
        Some(if from >= front.len() {
            back[from - front.len()..][..len].into()
        } else if from + len <= front.len() {
            front[from..][..len].into()
        } else {
            [&front[from..], &back[..from + len - front.len()]].concat().into()
        })
    }

    /// How many packets were forgotten, the oldest first, to stay within the bounds.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// How many bytes of frames are kept.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

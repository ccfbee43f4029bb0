//! The figure itself: where its boxes stand, and how its arrows run, in cells of a picture of [`WIDE`] columns.

use crate::text::Lang;
use crate::vocabulary::State::{self, *};

/// The narrowest that it fits in, and its height.
pub const WIDE: usize = 78;
pub const HIGH: usize = 38;
/// Columns of a box.
pub const BOX: usize = 15;

/// A state's place.
pub struct Place {
    pub state: State,
    pub x: usize,
    pub y: usize,
    /// CLOSE stands at the top and, where paths end, at the bottom once more.
    pub again: bool,
}

const fn place(state: State, x: usize, y: usize) -> Place {
    Place { state, x, y, again: false }
}

pub static BOXES: &[Place] = &[
    place(Close, 31, 0),
    place(Listen, 2, 6),
    place(SynSent, 60, 6),
    place(SynRecv, 2, 12),
    place(Established, 31, 17),
    place(FinWait1, 2, 23),
    place(Closing, 31, 23),
    place(CloseWait, 60, 23),
    place(FinWait2, 2, 29),
    place(TimeWait, 31, 29),
    place(LastAck, 60, 29),
    Place { state: Close, x: 31, y: 35, again: true },
];

/// A step of the figure: what makes it, and what is sent for it.
pub struct Edge {
    pub from: State,
    pub to: State,
    pub points: &'static [(usize, usize)],
    pub label_at: (usize, usize),
    en: &'static str,
    zh: &'static str,
    /// The calls one of which must have been made on the socket for this step; none where segments alone do it.
    pub calls: &'static [&'static str],
}

impl Edge {
    pub fn label(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

macro_rules! edges {
    ($($from:ident $to:ident $calls:expr, $points:expr, $label:expr, $en:literal $zh:literal;)*) => {
        pub static EDGES: &[Edge] = &[$(Edge {
            from: $from, to: $to, points: &$points, label_at: $label, en: $en, zh: $zh, calls: &$calls,
        }),*];
    };
}

const ENDS: [&str; 2] = ["close", "shutdown"];

edges! {
    Close Listen ["listen"], [(30, 1), (5, 1), (5, 5)], (8, 0), "listen" "listen";
    Listen Close ENDS, [(12, 5), (12, 4), (34, 4), (34, 3)], (16, 3), "close" "close";
    Close SynSent ["connect"], [(46, 1), (71, 1), (71, 5)], (49, 0), "connect → SYN" "connect → SYN";
    SynSent Close [], [(64, 5), (64, 4), (42, 4), (42, 3)], (45, 3), "refused, close" "被拒绝、close";
    Listen SynRecv [], [(9, 9), (9, 11)], (11, 10), "SYN → SYN+ACK" "SYN → SYN+ACK";
    SynRecv Listen [], [(4, 11), (4, 9)], (0, 10), "RST" "RST";
    SynSent SynRecv [], [(59, 7), (28, 7), (28, 13), (17, 13)], (30, 6), "SYN → SYN+ACK" "SYN → SYN+ACK";
    SynRecv Established [], [(9, 15), (9, 18), (30, 18)], (12, 17), "ACK" "ACK";
    SynSent Established [], [(67, 9), (67, 18), (46, 18)], (52, 17), "SYN+ACK → ACK" "SYN+ACK → ACK";
    SynRecv FinWait1 ENDS, [(5, 15), (5, 22)], (7, 19), "close → FIN" "close → FIN";
    Established FinWait1 ENDS, [(35, 20), (35, 21), (12, 21), (12, 22)], (21, 20), "close → FIN" "close → FIN";
    Established CloseWait [], [(41, 20), (41, 21), (67, 21), (67, 22)], (48, 20), "FIN → ACK" "FIN → ACK";
    FinWait1 Closing [], [(17, 24), (30, 24)], (19, 23), "FIN → ACK" "FIN → ACK";
    FinWait1 FinWait2 [], [(9, 26), (9, 28)], (11, 27), "ACK" "ACK";
    FinWait2 TimeWait [], [(17, 30), (30, 30)], (19, 29), "FIN → ACK" "FIN → ACK";
    Closing TimeWait [], [(38, 26), (38, 28)], (40, 27), "ACK" "ACK";
    CloseWait LastAck ENDS, [(67, 26), (67, 28)], (55, 27), "close → FIN" "close → FIN";
    TimeWait Close [], [(38, 32), (38, 34)], (40, 33), "2 MSL (60 s)" "2 MSL（60 秒）";
    LastAck Close [], [(67, 32), (67, 36), (46, 36)], (63, 34), "ACK" "ACK";
}

/// Whether the step from a state to CLOSE leads back to the box at the top.
pub fn leads_back(from: State) -> bool {
    EDGES.iter().any(|e| e.from == from && e.to == Close && e.points.last().is_some_and(|p| p.1 < HIGH / 2))
}

/// Where something of this width stands on the upper border of a box without hiding an arrow's head: as far right as may be.
pub fn free_top(place: &Place, x: usize, wide: usize, columns: usize) -> usize {
    let last = (x + BOX).saturating_sub(2 + wide);
    let heads = EDGES.iter().filter_map(|e| e.points.last()).filter(|(_, y)| *y + 1 == place.y).map(|(x, _)| spread(*x, columns));
    let heads: Vec<usize> = heads.filter(|head| (x..x + BOX).contains(head)).collect();
    let free = |at: &usize| heads.iter().all(|head| *head < *at || *head >= at + wide);
    (x + 1..=last).rev().find(free).unwrap_or(last)
}

/// Where a column of the figure stands in a picture of `columns`: boxes move apart, and what hangs on them moves with them.
pub fn spread(x: usize, columns: usize) -> usize {
    let more = columns.min(110).saturating_sub(WIDE);
    // Three columns of boxes: the middle one moves by half, the right one by all; in the gaps it grows evenly.
    let part = match x {
        0..=17 => 0,
        18..=29 => more * (x - 17) / 26,
        30..=46 => more / 2,
        47..=58 => more / 2 + more * (x - 46) / 26,
        _ => more,
    };
    x + part
}

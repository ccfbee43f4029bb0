//! What can be asked of the wire, as values: amounts, rules, what to hold, which of the held frames. Who reads them from
//! typed words is the command; here are their shapes, their ways back to words, and the numbers that stand in them.

use super::Filter;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// Time since an epoch that the caller chose and keeps to: the engine has no clock of its own.
pub type Time = Duration;

/// A host's interface on a segment: a number that the caller gives and may give again after `unplug`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Port(pub u32);

/// Which held frames are meant: so many of the oldest, at least one, or the one with that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    Oldest(u32),
    Number(u64),
}

/// A part of the frames, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    pub const NONE: Share = Share(0);
    pub const ALL: Share = Share(1_000_000);

    /// At most all of them.
    pub fn millionths(n: u32) -> Share {
        Share(n.min(1_000_000))
    }

    pub fn percent(n: u32) -> Share {
        Share::millionths(n.saturating_mul(10_000))
    }

    /// `10%`, `0.5%`, `10`: a percentage from 0 to 100 with at most four places behind the point.
    pub fn parse(word: &str) -> Option<Share> {
        let (whole, part) = match word.strip_suffix('%').unwrap_or(word).split_once('.') {
            Some((whole, part)) => (whole, part),
            None => (word.strip_suffix('%').unwrap_or(word), "0"),
        };
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 4 {
            return None;
        }
        let part = format!("{part:0<4}").parse::<u32>().ok()?;
        let all = whole.parse::<u32>().ok()?.checked_mul(10_000)?.checked_add(part)?;
        (all <= 1_000_000).then_some(Share(all))
    }

    pub(super) fn get(self) -> u32 {
        self.0
    }
}

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let part = format!("{:04}", self.0 % 10_000);
        match part.trim_end_matches('0') {
            "" => write!(f, "{}%", self.0 / 10_000),
            part => write!(f, "{}.{part}%", self.0 / 10_000),
        }
    }
}

/// Bits a second. Powers of 1,000, as links are sold; counted is the Ethernet frame without preamble and check sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(pub u64);

impl Speed {
    /// `1mbit`, `64kbit`, `2.5gbit`, `9600bit`, in any case; also `bps`, `kbps` … in bits, and with `/s`.
    pub fn parse(word: &str) -> Option<Speed> {
        let word = word.to_ascii_lowercase();
        let word = word.strip_suffix("/s").unwrap_or(&word);
        let at = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
        let (number, unit) = word.split_at(at);
        let zeros = match unit {
            "bit" | "bps" => 0,
            "kbit" | "kbps" => 3,
            "mbit" | "mbps" => 6,
            "gbit" | "gbps" => 9,
            _ => return None,
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || part.len() > zeros || number.ends_with('.') {
            return None;
        }
        let scaled = format!("{whole}{part:0<zeros$}").parse().ok()?;
        Some(Speed(scaled))
    }

    /// How long a frame of so many bytes takes on a line of this speed.
    pub(super) fn takes(self, bytes: usize) -> Duration {
        let nanos = bytes as u128 * 8 * 1_000_000_000 / u128::from(self.0.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Display for Speed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (unit, zeros) = match self.0 {
            n if n >= 1_000_000_000 => ("gbit", 9),
            n if n >= 1_000_000 => ("mbit", 6),
            n if n >= 1_000 => ("kbit", 3),
            _ => ("bit", 0),
        };
        let one = 10_u64.pow(zeros);
        let part = if zeros == 0 { String::new() } else { format!("{:0width$}", self.0 % one, width = zeros as usize) };
        match part.trim_end_matches('0') {
            "" => write!(f, "{}{unit}", self.0 / one),
            part => write!(f, "{}.{part}{unit}", self.0 / one),
        }
    }
}

/// What a standing rule does to the frames that flow. Held frames are in the learner's hands: no rule touches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Later by `by`, give or take up to `jitter`, each as likely. It does not let a frame overtake another of the same two
    /// stations: that is `Reorder`'s alone.
    Delay { by: Duration, jitter: Duration },
    /// Gone. Drawn for every receiver of its own.
    Loss(Share),
    /// Delivered twice. The copy is a packet with a number of its own; a group's is for all of it.
    Duplicate(Share),
    /// Kept back for `REORDER`, so that later frames overtake it.
    Reorder(Share),
    /// One bit behind the Ethernet header flipped, each as likely; a group's for all of it.
    Corrupt(Share),
    /// Towards every port, frames one after the other at this speed. 0 is no limit.
    Rate(Speed),
    /// At most so many frames waiting towards a port: for their turn under a rate, otherwise for the end of their delay. What
    /// comes on top is dropped. 0 is no limit.
    Queue(u32),
}

/// How long a frame chosen for reordering is kept back: far longer than a round trip in the lab, far shorter than a
/// retransmission timeout (200 ms at least).
pub const REORDER: Duration = Duration::from_millis(20);

/// The kinds of rules. Of the rules of one kind, the newest that fits a frame is the one that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Delay,
    Loss,
    Duplicate,
    Reorder,
    Corrupt,
    Rate,
    Queue,
}

impl Kind {
    /// The verb that makes such a rule.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Delay => "delay",
            Kind::Loss => "loss",
            Kind::Duplicate => "duplicate",
            Kind::Reorder => "reorder",
            Kind::Corrupt => "corrupt",
            Kind::Rate => "rate",
            Kind::Queue => "queue",
        }
    }
}

impl Act {
    pub fn kind(self) -> Kind {
        match self {
            Act::Delay { .. } => Kind::Delay,
            Act::Loss(_) => Kind::Loss,
            Act::Duplicate(_) => Kind::Duplicate,
            Act::Reorder(_) => Kind::Reorder,
            Act::Corrupt(_) => Kind::Corrupt,
            Act::Rate(_) => Kind::Rate,
            Act::Queue(_) => Kind::Queue,
        }
    }

    /// Whether it does nothing: such a rule ends others, or is an exception to them.
    pub fn is_off(self) -> bool {
        match self {
            Act::Delay { by, jitter } => by.is_zero() && jitter.is_zero(),
            Act::Loss(s) | Act::Duplicate(s) | Act::Reorder(s) | Act::Corrupt(s) => s == Share::NONE,
            Act::Rate(speed) => speed.0 == 0,
            Act::Queue(frames) => frames == 0,
        }
    }

    /// Whether chance plays a part, so that its seed is worth showing.
    pub fn is_random(self) -> bool {
        match self {
            Act::Delay { jitter, .. } => !jitter.is_zero(),
            Act::Loss(s) | Act::Duplicate(s) | Act::Reorder(s) => s != Share::NONE && s != Share::ALL,
            Act::Corrupt(s) => s != Share::NONE,
            Act::Rate(_) | Act::Queue(_) => false,
        }
    }
}

/// A standing rule. The caller draws a seed where none was typed, and can show it: the same seed and the same frames have
/// the same fates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub act: Act,
    pub filter: Filter,
    pub seed: u64,
}

impl Display for Rule {
    /// In the words that make it: `loss 10% for tcp seed 7`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.act.kind().name())?;
        match self.act {
            Act::Delay { by, jitter } => {
                write!(f, " {}", time_words(by))?;
                if !jitter.is_zero() {
                    write!(f, " jitter {}", time_words(jitter))?;
                }
            }
            Act::Loss(s) | Act::Duplicate(s) | Act::Reorder(s) | Act::Corrupt(s) => write!(f, " {s}")?,
            Act::Rate(speed) => write!(f, " {speed}")?,
            Act::Queue(frames) => write!(f, " {frames}")?,
        }
        if !self.filter.is_empty() {
            write!(f, " for {}", self.filter)?;
        }
        if self.act.is_random() {
            write!(f, " seed {}", self.seed)?;
        }
        Ok(())
    }
}

/// A duration as it is typed: whole seconds, else milliseconds, microseconds, nanoseconds.
fn time_words(d: Duration) -> String {
    match d.as_nanos() {
        n if n % 1_000_000_000 == 0 => format!("{}s", n / 1_000_000_000),
        n if n % 1_000_000 == 0 => format!("{}ms", n / 1_000_000),
        n if n % 1_000 == 0 => format!("{}us", n / 1_000),
        n => format!("{n}ns"),
    }
}

/// What is held. Without `all`, what hosts say to find each other (ARP, neighbour discovery) passes unless the filter names
/// its protocol, and without a filter it is IP that is held: with everything held no SYN ever leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hold {
    pub all: bool,
    pub filter: Filter,
}

impl Display for Hold {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let words = if self.all { "hold all" } else { "hold" };
        if self.filter.is_empty() { f.write_str(words) } else { write!(f, "{words} {}", self.filter) }
    }
}

/// A wire cut: between two hosts, or between one and everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    pub host: std::sync::Arc<str>,
    pub peer: Option<std::sync::Arc<str>>,
    pub filter: Filter,
}

impl Display for Cut {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "cut {}", self.host)?;
        if let Some(peer) = &self.peer {
            write!(f, " {peer}")?;
        }
        if self.filter.is_empty() { Ok(()) } else { write!(f, " for {}", self.filter) }
    }
}

/// What is done once to a frame that is held, or to one that is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    Duplicate,
    /// The bit to flip: 0 is the first that goes over the wire, the highest of byte 0, as in the drawings of RFCs. Without one
    /// it is drawn, from behind the Ethernet header.
    Corrupt {
        bit: Option<u32>,
    },
    /// Kept back for `REORDER`.
    Reorder,
}

/// What is promised to the next frames that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub once: Once,
    pub left: u32,
    pub filter: Filter,
}

impl Display for Promise {
    /// In the words that make it: `duplicate 2 for udp`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.once {
            Once::Duplicate => write!(f, "duplicate {}", self.left)?,
            Once::Corrupt { bit: Some(bit) } => write!(f, "corrupt {bit}")?,
            Once::Corrupt { bit: None } => f.write_str("corrupt")?,
            Once::Reorder => f.write_str("reorder")?,
        }
        if self.filter.is_empty() { Ok(()) } else { write!(f, " for {}", self.filter) }
    }
}

/// What a verb did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// It was done to these held packets; with `Duplicate` the numbers are those of the copies.
    Held(Vec<u64>),
    /// Nothing fitting is held: it will be done to so many of the next frames.
    Next(u32),
}

/// Why a verb did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDone {
    /// No frame is held; with `reorder`, fewer than two.
    NothingHeld,
    /// That packet is not held: the capture knows what became of it, if it ever was.
    NotHeld { packet: u64 },
    /// The frame is so many bits long.
    NoSuchBit { bits: u32 },
    /// A packet cannot change places with itself.
    SamePacket,
    /// Nothing is cut there.
    NotCut,
    /// So many are the most.
    TooMany { most: usize },
    /// No interface has that number.
    NoSuchPort,
    /// Shorter than an Ethernet header.
    Runt,
}

//! The reader: block by block, so that no length in the file decides how much memory is taken.

use super::{BYTE_ORDER, ETHERNET, block, option};
use crate::text::Text;
use crate::text::messages::capture as say;
use std::io::{self, Read};

/// A block of more than this is refused: frames have at most 64 KiB, comments and names as much.
const LONGEST: u32 = 1 << 20;
/// Bytes of frames kept at most, in all.
const MOST: usize = 256 << 20;
/// Interfaces of all sections.
const INTERFACES: usize = 65_536;

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capture {
    /// Of all sections, in order.
    pub interfaces: Vec<Interface>,
    pub records: Vec<Record>,
    /// Frames of interfaces that are no Ethernet: they were left out.
    pub other_links: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    pub link: u16,
    /// Empty where the file gives none.
    pub name: String,
    /// What its times count: powers of ten or of two of a second.
    resolution: u8,
    /// Seconds to be added to each time.
    offset: i64,
    /// The most bytes of a frame that were kept; 0 is no limit.
    snap: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which of the capture's interfaces.
    pub interface: usize,
    /// Nanoseconds since 1970.
    pub time_ns: u64,
    pub bytes: Vec<u8>,
    pub full_len: u32,
    /// Empty where there is none; several are joined by line ends.
    pub comment: String,
}

/// Why a file is refused, and at which byte of it.
#[derive(Debug)]
pub struct Broken {
    pub at: u64,
    pub why: Fault,
}

#[derive(Debug)]
pub enum Fault {
    /// It does not begin as a pcapng file does.
    NotPcapng,
    /// It is of the older kind, pcap.
    OldPcap,
    Version(u16),
    /// It ends inside a block.
    Cut,
    /// A block's length cannot be, or its two lengths differ.
    BlockLength,
    /// A block is shorter than what it must hold.
    BlockShort,
    /// A frame of an interface that was not declared.
    NoInterface,
    /// More than is kept of a file.
    TooMuch,
    Io(io::Error),
}

impl Broken {
    /// Where and why, for a reader.
    pub fn text(&self) -> Text {
        let why = match &self.why {
            // Where it begins wrong, the place says nothing.
            Fault::NotPcapng => return say::not_pcapng(),
            Fault::OldPcap => return say::old_pcap(),
            Fault::Io(e) => return say::capture_unreadable(e.to_string()),
            Fault::Version(n) => say::pcapng_version(*n),
            Fault::Cut => say::capture_cut(),
            Fault::BlockLength => say::capture_block_length(),
            Fault::BlockShort => say::capture_block_short(),
            Fault::NoInterface => say::capture_no_interface(),
            Fault::TooMuch => say::capture_too_much(),
        };
        say::capture_broken(self.at, why)
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Fault) -> bool {
        match (self, other) {
            (Fault::Io(a), Fault::Io(b)) => a.kind() == b.kind(),
            (Fault::Version(a), Fault::Version(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }
}

impl Eq for Fault {}

/// The numbers of a section, in its byte order.
#[derive(Clone, Copy)]
struct Order {
    big: bool,
}

impl Order {
    fn u16(self, b: &[u8]) -> u16 {
        let b = [b[0], b[1]];
        if self.big { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) }
    }

    fn u32(self, b: &[u8]) -> u32 {
        let b = [b[0], b[1], b[2], b[3]];
        if self.big { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
    }

    fn u64(self, b: &[u8]) -> u64 {
        let (first, second) = (u64::from(self.u32(b)), u64::from(self.u32(&b[4..])));
        if self.big { first << 32 | second } else { second << 32 | first }
    }
}

/// Reads a whole capture.
pub fn read(input: &mut dyn Read) -> Result<Capture, Broken> {
    let mut reader = Reader { input, at: 0, order: Order { big: false }, first: 0, kept: 0, capture: Capture::default() };
    while reader.block()? {}
    Ok(reader.capture)
}

struct Reader<'a> {
    input: &'a mut dyn Read,
    /// Where the block that is being read begins.
    at: u64,
    order: Order,
    /// The first interface of this section.
    first: usize,
    kept: usize,
    capture: Capture,
}

impl Reader<'_> {
    fn broken<T>(&self, why: Fault) -> Result<T, Broken> {
        Err(Broken { at: self.at, why })
    }

    /// As many bytes as there are, up to the buffer's length.
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, Broken> {
        let mut have = 0;
        while have < into.len() {
            match self.input.read(&mut into[have..]) {
                Ok(0) => break,
                Ok(n) => have += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return self.broken(Fault::Io(e)),
            }
        }
        Ok(have)
    }

    /// Reads one block; false at the end of the file.
    fn block(&mut self) -> Result<bool, Broken> {
        let mut head = [0u8; 12];
        let have = self.fill(&mut head)?;
        let kind = if have >= 4 { u32::from_le_bytes([head[0], head[1], head[2], head[3]]) } else { 0 };
        if self.at == 0 && kind != block::SECTION {
            let old = matches!(kind, 0xa1b2_c3d4 | 0xd4c3_b2a1 | 0xa1b2_3c4d | 0x4d3c_b2a1);
            return self.broken(if old { Fault::OldPcap } else { Fault::NotPcapng });
        }
        match have {
            0 => return Ok(false),
            12 => {}
            _ => return self.broken(Fault::Cut),
        }
        // The type of a section header reads the same in both orders, and its magic number tells which one holds.
        if kind == block::SECTION {
            let magic = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
            self.order = match magic {
                BYTE_ORDER => Order { big: false },
                m if m.swap_bytes() == BYTE_ORDER => Order { big: true },
                _ => return self.broken(Fault::NotPcapng),
            };
            self.first = self.capture.interfaces.len();
        }
        let kind = self.order.u32(&head[..4]);
        let len = self.order.u32(&head[4..8]);
        if len < 12 || !len.is_multiple_of(4) || len > LONGEST {
            return self.broken(Fault::BlockLength);
        }
        // What follows the first 12 bytes: of the shortest block only those, which are its type and two lengths.
        let mut body = vec![0u8; len as usize - 8];
        body[..4].copy_from_slice(&head[8..]);
        let want = body.len() - 4;
        let got = {
            let (_, rest) = body.split_at_mut(4);
            self.fill(rest)?
        };
        if got < want {
            return self.broken(Fault::Cut);
        }
        let Some((body, trailer)) = body.split_last_chunk::<4>() else { return self.broken(Fault::BlockLength) };
        if self.order.u32(trailer) != len {
            return self.broken(Fault::BlockLength);
        }
        match kind {
            block::SECTION => self.section(body)?,
            block::INTERFACE => self.interface(body)?,
            block::ENHANCED => self.enhanced(body)?,
            block::PACKET => self.packet(body)?,
            block::SIMPLE => self.simple(body)?,
            _ => {}
        }
        self.at += u64::from(len);
        Ok(true)
    }

    fn section(&mut self, body: &[u8]) -> Result<(), Broken> {
        if body.len() < 16 {
            return self.broken(Fault::BlockShort);
        }
        match self.order.u16(&body[4..]) {
            1 => Ok(()),
            other => self.broken(Fault::Version(other)),
        }
    }

    fn interface(&mut self, body: &[u8]) -> Result<(), Broken> {
        if body.len() < 8 {
            return self.broken(Fault::BlockShort);
        }
        if self.capture.interfaces.len() >= INTERFACES {
            return self.broken(Fault::TooMuch);
        }
        let mut made = Interface {
            link: self.order.u16(body),
            name: String::new(),
            resolution: 6,
            offset: 0,
            snap: self.order.u32(&body[4..]),
        };
        for (code, value) in options(self.order, &body[8..]) {
            match (code, value.len()) {
                (option::IF_NAME, _) => made.name = String::from_utf8_lossy(value).into_owned(),
                (option::IF_TSRESOL, 1..) => made.resolution = value[0],
                (option::IF_TSOFFSET, 8..) => made.offset = self.order.u64(value) as i64,
                _ => {}
            }
        }
        self.capture.interfaces.push(made);
        Ok(())
    }

    fn enhanced(&mut self, body: &[u8]) -> Result<(), Broken> {
        if body.len() < 20 {
            return self.broken(Fault::BlockShort);
        }
        let word = |at| self.order.u32(&body[at..]);
        let time = u64::from(word(4)) << 32 | u64::from(word(8));
        let (interface, len, full_len) = (word(0), word(12), word(16));
        self.record(interface, time, len, full_len, &body[20..])
    }

    /// The obsolete packet block, which old programs wrote.
    fn packet(&mut self, body: &[u8]) -> Result<(), Broken> {
        if body.len() < 20 {
            return self.broken(Fault::BlockShort);
        }
        let word = |at| self.order.u32(&body[at..]);
        let time = u64::from(word(4)) << 32 | u64::from(word(8));
        let (interface, len, full_len) = (self.order.u16(body), word(12), word(16));
        self.record(interface.into(), time, len, full_len, &body[20..])
    }

    /// A frame of the first interface, without a time.
    fn simple(&mut self, body: &[u8]) -> Result<(), Broken> {
        if body.len() < 4 {
            return self.broken(Fault::BlockShort);
        }
        let full_len = self.order.u32(body);
        let snap = self.capture.interfaces.get(self.first).map_or(0, |i| i.snap);
        let most = if snap == 0 { u32::MAX } else { snap };
        let len = full_len.min(most).min(body.len() as u32 - 4);
        self.record(0, 0, len, full_len, &body[4..])
    }

    fn record(&mut self, interface: u32, time: u64, len: u32, full_len: u32, rest: &[u8]) -> Result<(), Broken> {
        let index = self.first + interface as usize;
        let Some(on) = self.capture.interfaces.get(index) else { return self.broken(Fault::NoInterface) };
        let Some(bytes) = rest.get(..len as usize) else { return self.broken(Fault::BlockShort) };
        if on.link != ETHERNET {
            self.capture.other_links += 1;
            return Ok(());
        }
        let time_ns = on.nanoseconds(time);
        self.kept += bytes.len() + size_of::<Record>();
        if self.kept > MOST {
            return self.broken(Fault::TooMuch);
        }
        let tail = rest.get((len as usize).next_multiple_of(4)..).unwrap_or_default();
        let comments = options(self.order, tail).filter(|(code, _)| *code == option::COMMENT);
        let comment = comments.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect::<Vec<_>>().join("\n");
        self.kept += comment.len();
        self.capture.records.push(Record { interface: index, time_ns, bytes: bytes.to_vec(), full_len, comment });
        Ok(())
    }
}

impl Interface {
    /// A time of this interface in nanoseconds since 1970; the nearest that can be said where it is out of reach.
    fn nanoseconds(&self, time: u64) -> u64 {
        let exponent = u32::from(self.resolution & 0x7f);
        let units = if self.resolution & 0x80 != 0 { 2u128.checked_pow(exponent) } else { 10u128.checked_pow(exponent) };
        // Finer than 128 bits can say: no time is left of it.
        let ns = units.map_or(0, |u| u128::from(time) * 1_000_000_000 / u);
        let all = i128::try_from(ns).unwrap_or(i128::MAX).saturating_add(i128::from(self.offset) * 1_000_000_000);
        u64::try_from(all.max(0)).unwrap_or(u64::MAX)
    }
}

/// The options of a block, up to the end mark or to the first that cannot be.
fn options(order: Order, data: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let (head, tail) = rest.split_at_checked(4)?;
        let (code, len) = (order.u16(head), usize::from(order.u16(&head[2..])));
        if code == option::END {
            return None;
        }
        let value = tail.get(..len)?;
        rest = tail.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some((code, value))
    })
}

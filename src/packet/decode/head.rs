//! Reading one header: each field is taken by its range, and one that is not there marks the layer as cut.

use super::{Field, FieldId, Judged, Part, Value};
use crate::packet::wire::number;
use std::net::IpAddr;
use std::ops::Range;

/// A header being read.
pub struct Head<'a> {
    pub part: Part<'a>,
    pub fields: Vec<Field>,
    pub cut: bool,
}

impl<'a> Head<'a> {
    pub fn new(part: Part<'a>) -> Head<'a> {
        Head { part, fields: Vec::new(), cut: false }
    }

    fn push(&mut self, id: FieldId, bits: Range<usize>, value: Value, shown: String) {
        let base = self.part.base * 8;
        self.fields.push(Field { id, bits: base + bits.start..base + bits.end, value, shown, judged: None });
    }

    /// The bytes of a field; `None` and cut where they are not all there.
    fn slice(&mut self, at: &Range<usize>) -> Option<&'a [u8]> {
        let found = self.part.data.get(at.clone());
        self.cut |= found.is_none();
        found
    }

    /// A number; shown as it is.
    pub fn number(&mut self, id: FieldId, at: Range<usize>) -> Option<u64> {
        self.number_as(id, at, |n| n.to_string())
    }

    pub fn number_as(&mut self, id: FieldId, at: Range<usize>, show: impl FnOnce(u64) -> String) -> Option<u64> {
        self.slice(&at)?;
        let n = number(self.part.data, at.clone())?;
        self.push(id, at.start * 8..at.end * 8, Value::Number(n), show(n));
        Some(n)
    }

    /// A number with the name it stands for, where there is one: `6 (TCP)`.
    pub fn named(&mut self, id: FieldId, at: Range<usize>, name: impl FnOnce(u64) -> Option<&'static str>) -> Option<u64> {
        self.number_as(id, at, |n| name(n).map_or(n.to_string(), |name| format!("{n} ({name})")))
    }

    pub fn hex(&mut self, id: FieldId, at: Range<usize>) -> Option<u64> {
        let digits = at.len() * 2;
        self.number_as(id, at, |n| format!("0x{n:0digits$x}"))
    }

    /// Bits `bits` of a field of bytes, counted from its most significant.
    pub fn bits(&mut self, id: FieldId, bits: Range<usize>) -> Option<u64> {
        self.bits_as(id, bits, |n| n.to_string())
    }

    /// Bits from the header's first.
    pub fn bits_as(&mut self, id: FieldId, bits: Range<usize>, show: impl FnOnce(u64) -> String) -> Option<u64> {
        let bytes = bits.start / 8..bits.end.div_ceil(8);
        self.slice(&bytes)?;
        let whole = number(self.part.data, bytes.clone())?;
        let n = whole >> (bytes.end * 8 - bits.end) & ((1 << bits.len()) - 1);
        self.push(id, bits, Value::Number(n), show(n));
        Some(n)
    }

    pub fn flag(&mut self, id: FieldId, bit: usize) -> bool {
        self.bits(id, bit..bit + 1) == Some(1)
    }

    pub fn mac(&mut self, id: FieldId, at: Range<usize>) {
        if let Some(bytes) = self.slice(&at) {
            self.push(id, at.start * 8..at.end * 8, Value::Bytes, mac(bytes));
        }
    }

    /// An address of 4 or 16 bytes.
    pub fn ip(&mut self, id: FieldId, at: Range<usize>) -> Option<IpAddr> {
        let bytes = self.slice(&at)?;
        let ip = ip(bytes)?;
        self.push(id, at.start * 8..at.end * 8, Value::Ip(ip), ip.to_string());
        Some(ip)
    }

    /// Bytes with words for them.
    pub fn bytes(&mut self, id: FieldId, at: Range<usize>, shown: String) {
        if self.slice(&at).is_some() && !at.is_empty() {
            self.push(id, at.start * 8..at.end * 8, Value::Bytes, shown);
        }
    }

    /// All from `start` on.
    pub fn rest(&mut self, id: FieldId, start: usize) {
        let end = self.part.data.len();
        if start < end {
            self.push(id, start * 8..end * 8, Value::Bytes, String::new());
        }
    }

    /// What was computed for the field that was read last.
    pub fn judge(&mut self, judged: Judged) {
        if let Some(last) = self.fields.last_mut() {
            last.judged = Some(judged);
        }
    }

    /// Compares the field that was read last with what it should be.
    pub fn should_be(&mut self, right: u64) {
        let is = self.fields.last().and_then(Field::number);
        self.judge(if is == Some(right) { Judged::Right } else { Judged::Wrong(right) });
    }
}

/// `02:00:00:00:00:01`; bytes of any number.
pub fn mac(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":")
}

pub fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

//! Bytes of a call: what is sent, and what was received.

use crate::grammar::{Bytes, DataWord, Refusal, Source};
use crate::kernel::memory::{self, Mapping};
use crate::text::messages::refusal as say;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::sync::Arc;

/// A payload keeps at most this many bytes; its full length always.
pub const KEEP: usize = 4096;

/// Data to be sent: typed bytes, or a mapping of zeros or of a file. A call that came out of a log has no mapping: it is testimony,
/// and is not performed again as it stands.
#[derive(Debug, Clone, Deserialize)]
pub struct Data {
    pub source: Source,
    bytes: Bytes,
    pub len: u64,
    /// A file's size and modification time, so that a replay can tell whether it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    #[serde(skip)]
    map: Option<Arc<Mapping>>,
    /// Where in the mapping or the bytes the data begins: `sendall` goes on from there.
    #[serde(default)]
    pub offset: u64,
}

/// A log keeps the first bytes of a file as well: the file may be another by the time somebody reads it.
impl Serialize for Data {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let file = matches!(self.source, Source::File(_));
        let mut out = s.serialize_struct("Data", 5)?;
        out.serialize_field("source", &self.source)?;
        if file {
            out.serialize_field("bytes", &Bytes::from(self.shown()))?;
        } else {
            out.serialize_field("bytes", &self.bytes)?;
        }
        out.serialize_field("len", &self.len)?;
        if let Some(stamp) = &self.stamp {
            out.serialize_field("stamp", stamp)?;
        }
        out.serialize_field("offset", &self.offset)?;
        out.end()
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Data) -> bool {
        self.source == other.source && self.bytes == other.bytes && self.len == other.len && self.offset == other.offset
    }
}

impl Data {
    /// Maps what a data word speaks of.
    ///
    /// # Errors
    /// A file that cannot be read, more zeros than there is room for.
    pub fn new(word: DataWord, span: (usize, usize)) -> Result<Data, Refusal> {
        let DataWord { source, bytes } = word;
        let mut data = Data { len: bytes.len() as u64, source, bytes, stamp: None, map: None, offset: 0 };
        match &data.source {
            Source::Typed | Source::Hex => {}
            Source::Zeros(0) => {}
            Source::Zeros(n) => {
                let map = memory::zeros(*n as usize);
                data.map = Some(map.map_err(|e| Refusal::bad(span, say::no_room(*n, e.words())))?);
                data.len = *n;
            }
            Source::File(path) => match memory::file(path) {
                Ok(map) => {
                    data.len = map.bytes().len() as u64;
                    data.stamp = map.stamp.clone();
                    data.map = Some(map);
                }
                Err(e) if e.0 == libc::ENODATA => {}
                Err(e) => return Err(Refusal::bad(span, say::cannot_read_file(path, e.of_file()))),
            },
        }
        Ok(data)
    }

    /// All bytes, from the offset on.
    pub fn all(&self) -> &[u8] {
        let whole = match &self.map {
            Some(map) => &map.bytes()[..(self.len + self.offset) as usize],
            None => &self.bytes,
        };
        &whole[(self.offset as usize).min(whole.len())..]
    }

    /// The first of them, as many as a log keeps.
    pub fn shown(&self) -> &[u8] {
        static ZEROS: [u8; KEEP] = [0; KEEP];
        // What came out of a log has no mapping.
        let all = match (&self.source, &self.map) {
            (Source::Zeros(_), None) => &ZEROS[..(self.len as usize).min(KEEP)],
            (Source::File(_), None) => &self.bytes,
            _ => self.all(),
        };
        &all[..all.len().min(KEEP)]
    }

    /// The rest behind the first `n` bytes.
    pub fn behind(&self, n: u64) -> Data {
        Data { offset: self.offset + n, len: self.len - n, ..self.clone() }
    }
}

/// Received bytes, cut at [`KEEP`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    pub bytes: Vec<u8>,
    /// How many there were.
    pub len: u64,
}

impl Payload {
    pub fn of(bytes: &[u8]) -> Payload {
        Payload { bytes: bytes[..bytes.len().min(KEEP)].to_vec(), len: bytes.len() as u64 }
    }
}

//! Data words: bytes as typed, in hexadecimal, zeros, or a file. The bytes of a file are not read here.

use super::{Bytes, Refusal, Word, number};
use crate::text::messages::refusal as say;
use serde::{Deserialize, Serialize};

/// How data was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    Typed,
    Hex,
    Zeros(u64),
    File(String),
}

/// A data word: what it says and, for typed bytes, the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataWord {
    pub source: Source,
    pub bytes: Bytes,
}

impl DataWord {
    pub fn read(word: &Word<'_>) -> Result<DataWord, Refusal> {
        let bytes = word.bytes;
        let typed = |bytes: &[u8]| DataWord { source: Source::Typed, bytes: bytes.into() };
        if word.quoted {
            return Ok(typed(bytes));
        }
        let unquoted = &bytes[..word.bare.min(bytes.len())];
        let after = |prefix: &[u8]| unquoted.starts_with(prefix).then(|| &bytes[prefix.len()..]);
        if let Some(hex) = after(b"hex:") {
            let bytes = unhex(hex).ok_or_else(|| Refusal::bad(word.span, say::bad_hex(word.shown())))?;
            return Ok(DataWord { source: Source::Hex, bytes: bytes.as_slice().into() });
        }
        if let Some(size) = after(b"zeros:") {
            let size = std::str::from_utf8(size).ok().and_then(number::size);
            let size = size.ok_or_else(|| Refusal::bad(word.span, say::not_a_size(word.shown())))?;
            return Ok(DataWord { source: Source::Zeros(size), bytes: Bytes::default() });
        }
        if let Some(path) = after(b"file:") {
            let path = std::str::from_utf8(path).map_err(|_| Refusal::bad(word.span, say::not_utf8()))?;
            return Ok(DataWord { source: Source::File(path.to_string()), bytes: Bytes::default() });
        }
        Ok(typed(bytes))
    }
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .iter()
        .filter(|b| !b.is_ascii_whitespace() && **b != b':')
        .map(|b| (*b as char).to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|p| p[0] << 4 | p[1]).collect())
}

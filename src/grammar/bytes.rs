//! Owned bytes; short ones take no memory of their own. Most of what is typed is short.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::Deref;

/// So many bytes fit in the place where a longer text's address would stand.
const SHORT: usize = 30;

/// Bytes as they were typed.
#[derive(Clone)]
pub struct Bytes(Kept);

#[derive(Clone)]
enum Kept {
    Short(u8, [u8; SHORT]),
    Long(Box<[u8]>),
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Kept::Short(len, bytes) => &bytes[..usize::from(*len).min(SHORT)],
            Kept::Long(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        let mut short = [0; SHORT];
        match short.get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                Bytes(Kept::Short(bytes.len() as u8, short))
            }
            None => Bytes(Kept::Long(bytes.into())),
        }
    }
}

impl Default for Bytes {
    fn default() -> Bytes {
        Bytes(Kept::Short(0, [0; SHORT]))
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Bytes) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Bytes, D::Error> {
        Ok(Vec::deserialize(d)?.as_slice().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_or_long_they_stay_what_they_are() {
        for len in [0, 1, SHORT, SHORT + 1, 1000] {
            let typed: Vec<u8> = (0..len).map(|n| n as u8).collect();
            let bytes = Bytes::from(typed.as_slice());
            assert_eq!(*bytes, *typed);
            assert_eq!(serde_json::from_str::<Bytes>(&serde_json::to_string(&bytes).unwrap()).unwrap(), bytes);
        }
    }
}

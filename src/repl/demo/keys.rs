//! One key at a time.

use crate::kernel::wait::poll;
use std::collections::VecDeque;
use std::time::Duration;

/// A key, as far as a demo tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Enter,
    Escape,
    Erase,
    /// The right arrow, and what a presenter's clicker sends.
    Right,
    Left,
    /// Ctrl-D, or a terminal that is gone.
    End,
    /// Any other.
    Other,
}

/// Keys that were pressed and not acted on yet.
#[derive(Default)]
pub struct Keys {
    bytes: VecDeque<u8>,
    gone: bool,
}

impl Keys {
    /// Waits for a key, at most so long.
    pub fn next(&mut self, limit: Duration) -> Option<Key> {
        if self.bytes.is_empty() {
            self.read(limit);
        }
        if self.bytes.is_empty() && self.gone {
            return Some(Key::End);
        }
        let first = self.bytes.pop_front()?;
        Some(match first {
            b'\r' | b'\n' => Key::Enter,
            4 => Key::End,
            8 | 127 => Key::Erase,
            0x1b => self.escape(),
            b if b < 32 => Key::Other,
            b if b < 128 => Key::Char(char::from(b)),
            b => self.letter(b),
        })
    }

    /// Whether a key waits to be acted on, or comes within this time.
    pub fn comes(&mut self, within: Duration) -> bool {
        if self.bytes.is_empty() {
            self.read(within);
        }
        !self.bytes.is_empty() || self.gone
    }

    /// What was typed and not acted on is nobody's any more.
    pub fn forget(&mut self) {
        self.bytes.clear();
    }

    /// A space or Enter that only ended the typing.
    pub fn drop_one_that_goes_on(&mut self) {
        if matches!(self.bytes.front(), Some(b' ' | b'\r' | b'\n')) {
            self.bytes.pop_front();
        }
    }

    fn read(&mut self, limit: Duration) {
        let ready = poll(&[(0, libc::POLLIN)], Some(limit)).1;
        if ready.first().is_none_or(|r| *r == 0) {
            return;
        }
        let mut room = [0; 256];
        match nix::unistd::read(std::io::stdin(), &mut room) {
            Ok(0) => self.gone = true,
            Ok(n) => self.bytes.extend(&room[..n]),
            Err(nix::errno::Errno::EINTR | nix::errno::Errno::EAGAIN) => {}
            Err(_) => self.gone = true,
        }
    }

    /// What follows an escape character, which a person types alone and a terminal in one piece.
    fn escape(&mut self) -> Key {
        if self.bytes.is_empty() {
            self.read(Duration::from_millis(20));
        }
        if !matches!(self.bytes.front(), Some(b'[' | b'O')) {
            return Key::Escape;
        }
        self.bytes.pop_front();
        let mut word = String::new();
        while let Some(byte) = self.bytes.pop_front() {
            word.push(char::from(byte));
            if byte.is_ascii_alphabetic() || byte == b'~' {
                break;
            }
        }
        match word.as_str() {
            // Arrows; page down and page up.
            "C" | "B" | "6~" => Key::Right,
            "D" | "A" | "5~" => Key::Left,
            _ => Key::Other,
        }
    }

    /// A letter of several bytes. The wide space of a Chinese keyboard is a space.
    fn letter(&mut self, first: u8) -> Key {
        let length = if first >= 0xf0 {
            4
        } else if first >= 0xe0 {
            3
        } else {
            2
        };
        let mut bytes = vec![first];
        while bytes.len() < length {
            if self.bytes.is_empty() {
                self.read(Duration::from_millis(20));
            }
            let Some(next) = self.bytes.pop_front() else { break };
            bytes.push(next);
        }
        match std::str::from_utf8(&bytes) {
            Ok("\u{3000}") => Key::Char(' '),
            Ok(text) => text.chars().next().map_or(Key::Other, Key::Char),
            Err(_) => Key::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart() {
        let read = |text: &str| {
            let mut keys = Keys { bytes: text.bytes().collect(), gone: true };
            std::iter::from_fn(|| keys.next(Duration::ZERO).filter(|k| *k != Key::End)).collect::<Vec<_>>()
        };
        assert_eq!(read(" b\r"), [Key::Char(' '), Key::Char('b'), Key::Enter]);
        assert_eq!(read("\x1b[C\x1b[5~\x1bOA\x1b[1;5Hq"), [Key::Right, Key::Left, Key::Left, Key::Other, Key::Char('q')]);
        assert_eq!(read("\u{3000}中\x7f"), [Key::Char(' '), Key::Char('中'), Key::Erase]);
    }
}

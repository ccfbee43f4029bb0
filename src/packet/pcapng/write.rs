//! The writer: little endian, whatever the machine.

use super::{BYTE_ORDER, ETHERNET, block, option};
use std::io::{self, Write};

/// Writes a capture as it comes; nothing is kept.
pub struct Writer<W: Write> {
    out: W,
    interfaces: u32,
}

impl<W: Write> Writer<W> {
    /// Begins the file. `program` is the name and version of who writes it.
    pub fn new(out: W, program: &str) -> io::Result<Writer<W>> {
        let mut body = Vec::new();
        body.extend(BYTE_ORDER.to_le_bytes());
        body.extend(1u16.to_le_bytes());
        body.extend(0u16.to_le_bytes());
        // The section's length is not known beforehand.
        body.extend((-1i64).to_le_bytes());
        push(&mut body, option::SHB_HARDWARE, std::env::consts::ARCH.as_bytes());
        push(&mut body, option::SHB_OS, b"Linux");
        push(&mut body, option::SHB_USERAPPL, program.as_bytes());
        end(&mut body);
        let mut writer = Writer { out, interfaces: 0 };
        writer.block(block::SECTION, &body)?;
        Ok(writer)
    }

    /// Declares an interface, which is a host's; the answer names it in [`Writer::packet`].
    pub fn interface(&mut self, name: &str, description: Option<&str>) -> io::Result<u32> {
        let mut body = Vec::new();
        body.extend(ETHERNET.to_le_bytes());
        body.extend(0u16.to_le_bytes());
        // No limit to a frame's length.
        body.extend(0u32.to_le_bytes());
        push(&mut body, option::IF_NAME, name.as_bytes());
        if let Some(text) = description {
            push(&mut body, option::IF_DESCRIPTION, text.as_bytes());
        }
        push(&mut body, option::IF_TSRESOL, &[9]);
        end(&mut body);
        self.block(block::INTERFACE, &body)?;
        self.interfaces += 1;
        Ok(self.interfaces - 1)
    }

    /// A frame: its time in nanoseconds since 1970, what is kept of its bytes, its full length, and a comment if not empty.
    pub fn packet(&mut self, interface: u32, time_ns: u64, bytes: &[u8], full_len: u32, comment: &str) -> io::Result<()> {
        debug_assert!(interface < self.interfaces, "an interface is declared before its packets");
        let mut body = Vec::with_capacity(bytes.len() + comment.len() + 48);
        for n in [interface, (time_ns >> 32) as u32, time_ns as u32, bytes.len() as u32, full_len.max(bytes.len() as u32)] {
            body.extend(n.to_le_bytes());
        }
        body.extend(bytes);
        pad(&mut body);
        if !comment.is_empty() {
            push(&mut body, option::COMMENT, comment.as_bytes());
            end(&mut body);
        }
        self.block(block::ENHANCED, &body)
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn block(&mut self, kind: u32, body: &[u8]) -> io::Result<()> {
        let len = (body.len() as u32 + 12).to_le_bytes();
        self.out.write_all(&kind.to_le_bytes())?;
        self.out.write_all(&len)?;
        self.out.write_all(body)?;
        self.out.write_all(&len)
    }
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

/// An option; text longer than it can hold is cut between characters.
fn push(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let mut len = value.len().min(usize::from(u16::MAX) & !3);
    while len < value.len() && value[len] & 0xc0 == 0x80 {
        len -= 1;
    }
    body.extend(code.to_le_bytes());
    body.extend((len as u16).to_le_bytes());
    body.extend(&value[..len]);
    pad(body);
}

fn end(body: &mut Vec<u8>) {
    body.extend(option::END.to_le_bytes());
    body.extend(0u16.to_le_bytes());
}

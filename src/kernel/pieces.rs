//! A large file of our own, read piece by piece by the clerk: neither its descriptor nor all of its bytes are ever here.

use super::clerk;
use std::fs::File;
use std::io::Read;
use std::mem::{ManuallyDrop, take};

/// So much is read at once.
pub const PIECE: usize = 64 << 10;

/// An open file of the clerk's. Its number means a file only in the clerk's table, and in the learner's perhaps a socket: nobody but the
/// clerk may read or close it, so here it is never dropped.
pub struct Pieces {
    file: Option<ManuallyDrop<File>>,
    /// The last piece's memory, to be used again.
    room: Vec<u8>,
}

impl Pieces {
    /// `None` where the clerk cannot open it.
    pub fn of(path: &str) -> Option<Pieces> {
        let path = path.to_string();
        let file = clerk::ask(move || File::open(path).ok().map(ManuallyDrop::new)).flatten()?;
        Some(Pieces { file: Some(file), room: vec![0; PIECE] })
    }

    /// Puts the next piece behind `text`; false at the end.
    pub fn next(&mut self, text: &mut Vec<u8>) -> bool {
        let Some(mut file) = self.file.take() else { return false };
        let mut room = take(&mut self.room);
        let read = clerk::ask(move || {
            let got = loop {
                match file.read(&mut room) {
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                    got => break got.unwrap_or(0),
                }
            };
            (file, room, got)
        });
        let Some((file, room, got)) = read else { return false };
        text.extend_from_slice(&room[..got]);
        (self.file, self.room) = (Some(file), room);
        got > 0
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            clerk::ask(move || drop(ManuallyDrop::into_inner(file)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_file_comes_and_no_descriptor_of_ours_is_used() {
        let path = std::env::temp_dir().join(format!("sockscope-pieces-{}", std::process::id()));
        let content: Vec<u8> = (0..3 * PIECE + 5).map(|n| n as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let mut pieces = Pieces::of(path.to_str().unwrap()).unwrap();
        let mut text = Vec::new();
        let ours = || std::fs::read_dir("/proc/thread-self/fd").unwrap().filter_map(|e| std::fs::read_link(e.ok()?.path()).ok());
        while pieces.next(&mut text) {
            assert!(ours().all(|open| open != path));
        }
        drop(pieces);
        std::fs::remove_file(&path).unwrap();
        assert!(text == content);
        assert!(Pieces::of("/nonexistent").is_none());
    }
}

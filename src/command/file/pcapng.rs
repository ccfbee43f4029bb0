//! `save FILE.pcapng`, `load FILE.pcapng`: what passed on the wire, for Wireshark and back.

use super::{cannot_write, open_failed};
use crate::command::look::report;
use crate::event::{Report, capture};
use crate::kernel::keep;
use crate::packet::pcapng;
use crate::session::{Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{lab, wire as say};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Writes what the wire still has: an interface for each host, a comment for each frame.
pub fn save(turn: &Turn<'_>, path: &str) -> Result<Text, Failure> {
    let Some(there) = turn.sitting.lab() else { return Err(Failure::new(lab::no_lab())) };
    let frames = there.captured(usize::MAX);
    // The sitting's clock runs from its own beginning.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let began = since.saturating_sub(turn.sitting.epoch.elapsed()).as_nanos();
    let written = capture::save(frames.iter().map(Arc::as_ref), u64::try_from(began).unwrap_or(0), Vec::new());
    super::write(turn, path, written.map_err(|e| Failure::new(cannot_write(path, &e)))?)?;
    Ok(say::capture_saved(frames.len(), path))
}

/// Reads a capture, of ours or of any program, and shows it as `packets` does.
pub fn load(turn: &mut Turn<'_>, path: &str, _: bool) -> Verdict {
    let bytes = keep::read(Path::new(path)).map_err(|e| Failure::new(open_failed(path, &e)))?;
    let bytes = bytes.ok_or_else(|| Failure::new(crate::text::messages::file::file_not_there(path)))?;
    let read = pcapng::read(&mut &bytes[..]).map_err(|broken| Failure::new(say::capture_file_bad(path, broken.text())))?;
    let frames: Vec<_> = capture::load(&read).into_iter().map(Arc::new).collect();
    report(turn, Report::Said(say::capture_loaded(frames.len(), path)));
    report(turn, Report::Packets(frames));
    if read.other_links > 0 {
        report(turn, Report::Said(say::capture_other_links(read.other_links)));
    }
    Ok(Flow::Done)
}

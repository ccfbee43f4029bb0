//! `save FILE.pcapng`, `load FILE.pcapng`: what passed on the wire, for Wireshark and back.

use super::{cannot_write, open_failed};
use crate::command::look::report;
use crate::event::{Fate, Frame, Report};
use crate::kernel::keep;
use crate::packet::{Summary, Tracker, pcapng};
use crate::session::{Failure, Flow, Turn, Verdict};
use crate::text::messages::{lab, wire as say};
use crate::text::{Lang, Text};
use crate::view::packets;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Writes what the wire still has: an interface for each host, a comment for each frame.
pub fn save(turn: &Turn<'_>, path: &str) -> Result<Text, Failure> {
    let Some(there) = turn.sitting.lab() else { return Err(Failure::new(lab::no_lab())) };
    let frames = there.captured(usize::MAX);
    let bytes = capture(&frames, turn).map_err(|e| Failure::new(cannot_write(path, &e)))?;
    keep::write(Path::new(path), bytes).map_err(|e| Failure::new(cannot_write(path, &e)))?;
    Ok(say::capture_saved(frames.len(), path))
}

fn capture(frames: &[Arc<Frame>], turn: &Turn<'_>) -> std::io::Result<Vec<u8>> {
    // The sitting's clock runs from its own beginning.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let began = since.saturating_sub(turn.sitting.epoch.elapsed()).as_nanos() as f64;
    let mut writer = pcapng::Writer::new(Vec::new(), &format!("sockscope {}", env!("CARGO_PKG_VERSION")))?;
    let mut interfaces: HashMap<Arc<str>, u32> = HashMap::new();
    for f in frames {
        let interface = match interfaces.get(&f.from) {
            Some(n) => *n,
            None => *interfaces.entry(f.from.clone()).or_insert(writer.interface(&f.from, None)?),
        };
        let to = f.to.as_deref().unwrap_or("*");
        let mut comment = format!("#{} {} → {to}, {}", f.packet, f.from, f.fate.word());
        if let Some(cause) = f.cause {
            comment.push_str(&format!(" ({})", packets::cause(cause).plain(Lang::En)));
        }
        writer.packet(interface, (began + f.t_us * 1e3) as u64, &f.bytes, f.full_len, &comment)?;
    }
    writer.finish()
}

/// Reads a capture, of ours or of any program, and shows it as `packets` does.
pub fn load(turn: &mut Turn<'_>, path: &str, _: bool) -> Verdict {
    let bytes = keep::read(Path::new(path)).map_err(|e| Failure::new(open_failed(path, &e)))?;
    let bytes = bytes.ok_or_else(|| Failure::new(crate::text::messages::file::file_not_there(path)))?;
    let read = pcapng::read(&mut &bytes[..]).map_err(|broken| Failure::new(say::capture_broken(path, broken.at, format!("{:?}", broken.why))))?;
    let first = read.records.first().map_or(0, |r| r.time_ns);
    let mut tracker = Tracker::new();
    let frames = read.records.iter().enumerate().map(|(i, record)| {
        let summary = Summary::of(&record.bytes);
        let packet = i as u64 + 1;
        let seen = tracker.see(packet, &summary, &record.bytes);
        let name = read.interfaces.get(record.interface).map(|i| i.name.as_str()).filter(|n| !n.is_empty());
        let from = name.map_or_else(|| summary.src.map_or("?".into(), |ip| ip.to_string()), str::to_string);
        Arc::new(Frame {
            packet,
            fate: fate(&record.comment),
            cause: None,
            from: from.into(),
            to: receiver(&record.comment).or_else(|| summary.dst.map(|ip| ip.to_string().into())),
            full_len: record.full_len,
            bytes: record.bytes.as_slice().into(),
            summary,
            seq_rel: seen.seq_rel,
            ack_rel: seen.ack_rel,
            window: seen.window,
            notes: seen.notes,
            t_us: (record.time_ns.saturating_sub(first)) as f64 / 1e3,
            states: None,
        })
    });
    let frames: Vec<Arc<Frame>> = frames.collect();
    report(turn, Report::Said(say::capture_loaded(frames.len(), path)));
    report(turn, Report::Packets(frames));
    if read.other_links > 0 {
        report(turn, Report::Said(say::capture_other_links(read.other_links)));
    }
    Ok(Flow::Done)
}

/// What our own comment says became of it; in other captures all was seen, and nothing else is known.
fn fate(comment: &str) -> Fate {
    match () {
        () if comment.starts_with('#') && comment.contains(", dropped") => Fate::Dropped,
        () if comment.starts_with('#') && comment.contains(", held") => Fate::Held,
        () => Fate::Delivered,
    }
}

fn receiver(comment: &str) -> Option<Arc<str>> {
    let to = comment.strip_prefix('#')?.split_once(" → ")?.1.split_once(", ")?.0;
    (to != "*").then(|| to.into())
}

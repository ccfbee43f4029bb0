//! Frames into a capture file, and a capture file into frames. The comment of each packet says its number, its hosts and its fate in
//! words that do not depend on the reader's language, so that what was saved can be read again.

use super::{Cause, Fate, Frame};
use crate::packet::pcapng::{Capture, Writer};
use crate::packet::{Seen, Summary, Tracker};
use std::io::{self, Write};
use std::sync::Arc;

/// Writes frames as a pcapng file: an interface for each host, a comment with each packet. `began_ns` is when the sitting began, in
/// nanoseconds since 1970.
pub fn save<'a, W: Write>(frames: impl IntoIterator<Item = &'a Frame>, began_ns: u64, out: W) -> io::Result<W> {
    let mut writer = Writer::new(out, concat!("sockscope ", env!("CARGO_PKG_VERSION")))?;
    let mut hosts: Vec<(Arc<str>, u32)> = Vec::new();
    for f in frames {
        let interface = match hosts.iter().find(|(name, _)| *name == f.from) {
            Some((_, n)) => *n,
            None => {
                let n = writer.interface(&f.from, None)?;
                hosts.push((f.from.clone(), n));
                n
            }
        };
        let time = began_ns.saturating_add((f.t_us.max(0.0) * 1e3) as u64);
        writer.packet(interface, time, &f.bytes, f.full_len, &comment(f))?;
    }
    writer.finish()
}

/// `#3 alice -> bob: dropped (held_again of #2)`.
pub fn comment(f: &Frame) -> String {
    let why = match f.cause {
        None => String::new(),
        Some(Cause::Corrupted { bit }) => format!(" (corrupted bit {bit})"),
        Some(cause) => match cause.of() {
            Some(of) => format!(" ({} of #{of})", cause.word()),
            None => format!(" ({})", cause.word()),
        },
    };
    format!("#{} {} -> {}: {}{why}", f.packet, f.from, f.to.as_deref().unwrap_or("*"), f.fate.word())
}

/// What a comment of ours says.
struct Said {
    packet: u64,
    from: Arc<str>,
    to: Option<Arc<str>>,
    fate: Fate,
    cause: Option<Cause>,
}

fn read_comment(text: &str) -> Option<Said> {
    let (number, rest) = text.lines().next()?.strip_prefix('#')?.split_once(' ')?;
    let (hosts, verdict) = rest.split_once(": ")?;
    let (from, to) = hosts.split_once(" -> ")?;
    let (fate, why) = verdict.split_once(' ').unwrap_or((verdict, ""));
    let fate = [Fate::Held, Fate::Delivered, Fate::Dropped, Fate::Seen].into_iter().find(|f| f.word() == fate)?;
    let cause = if why.is_empty() { None } else { Some(read_cause(why.strip_prefix('(')?.strip_suffix(')')?)?) };
    Some(Said { packet: number.parse().ok()?, from: from.into(), to: (to != "*").then(|| to.into()), fate, cause })
}

fn read_cause(text: &str) -> Option<Cause> {
    if let Some(bit) = text.strip_prefix("corrupted bit ") {
        return Some(Cause::Corrupted { bit: bit.parse().ok()? });
    }
    let (word, of) = match text.split_once(" of #") {
        Some((word, of)) => (word, Some(of.parse().ok()?)),
        None => (text, None),
    };
    let known = [
        Cause::Step,
        Cause::Drop,
        Cause::Loss,
        Cause::Cut,
        Cause::QueueFull,
        Cause::Rate,
        Cause::Flow,
        Cause::Delay,
        Cause::Reordered,
        Cause::HoldFull,
        Cause::DelayFull,
        Cause::Runt,
        Cause::Cleared,
        Cause::NoSuchHost,
        Cause::Alone,
        Cause::HostGone,
        Cause::Injected { of },
    ];
    let with = of.into_iter().flat_map(|of| [Cause::Duplicate { of }, Cause::HeldAgain { of }]);
    known.into_iter().chain(with).find(|c| c.word() == word && c.of() == of)
}

/// The frames of a capture, in the order of the file. What another program has captured was seen on a wire, and no more is known of it:
/// its numbers are counted, its hosts are named by their addresses.
pub fn load(capture: &Capture) -> Vec<Frame> {
    let mut tracker = Tracker::new();
    let began = capture.records.first().map_or(0, |r| r.time_ns);
    let frames = capture.records.iter().enumerate();
    frames
        .map(|(i, record)| {
            let summary = Summary::of(&record.bytes);
            let said = read_comment(&record.comment).unwrap_or_else(|| unknown(i, &summary));
            let by_the_wire = matches!(said.cause, Some(Cause::Duplicate { .. } | Cause::Injected { .. }));
            let seen: Seen = match by_the_wire {
                true => tracker.relative(&summary),
                false => tracker.see(said.packet, &summary, &record.bytes),
            };
            Frame {
                packet: said.packet,
                fate: said.fate,
                cause: said.cause,
                from: said.from,
                to: said.to,
                bytes: record.bytes.as_slice().into(),
                full_len: record.full_len,
                summary,
                seq_rel: seen.seq_rel,
                ack_rel: seen.ack_rel,
                window: seen.window,
                notes: seen.notes,
                t_us: record.time_ns.saturating_sub(began) as f64 / 1e3,
                states: None,
            }
        })
        .collect()
}

fn unknown(i: usize, summary: &Summary) -> Said {
    let mac = |b: [u8; 6]| b.map(|b| format!("{b:02x}")).join(":");
    let name = |ip: Option<std::net::IpAddr>, b| ip.map_or_else(|| mac(b), |ip| ip.to_string()).into();
    let to = (!summary.is_group()).then(|| name(summary.dst, summary.to));
    Said { packet: i as u64 + 1, from: name(summary.src, summary.from), to, fate: Fate::Seen, cause: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::sample;
    use crate::packet::pcapng;

    fn frame(packet: u64, fate: Fate, cause: Option<Cause>, to: Option<&str>) -> Frame {
        Frame { fate, cause, to: to.map(Arc::from), ..sample::syn(packet) }
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let causes = [
            None,
            Some(Cause::Step),
            Some(Cause::Duplicate { of: 1 }),
            Some(Cause::HeldAgain { of: 2 }),
            Some(Cause::Injected { of: None }),
            Some(Cause::Injected { of: Some(3) }),
            Some(Cause::Corrupted { bit: 99 }),
            Some(Cause::NoSuchHost),
        ];
        let fates = [Fate::Held, Fate::Delivered, Fate::Dropped];
        let frames: Vec<Frame> =
            causes.into_iter().enumerate().map(|(i, c)| frame(i as u64 + 4, fates[i % 3], c, [Some("bob"), None][i % 2])).collect();
        let bytes = save(&frames, 1_800_000_000_000_000_000, Vec::new()).unwrap();
        let capture = pcapng::read(&mut bytes.as_slice()).unwrap();
        assert_eq!(capture.records[0].time_ns, 1_800_000_000_004_000_000);
        assert_eq!(capture.records[3].comment, "#7 alice -> *: held (held_again of #2)");
        let again = load(&capture);
        for (a, b) in frames.iter().zip(&again) {
            assert_eq!(
                (a.packet, a.fate, a.cause, &a.from, &a.to, &a.bytes),
                (b.packet, b.fate, b.cause, &b.from, &b.to, &b.bytes)
            );
        }
        assert_eq!((again[0].seq_rel, again[3].notes.len()), (Some(0), 1));
    }

    #[test]
    fn of_a_strangers_capture_no_more_is_said_than_it_shows() {
        let mut bytes = Vec::new();
        let mut w = Writer::new(&mut bytes, "another").unwrap();
        let eth0 = w.interface("eth0", None).unwrap();
        for (n, comment) in [(5u64, ""), (6, "#1 not: ours"), (7, "#x alice -> bob: held")] {
            w.packet(eth0, n, &frame(1, Fate::Held, None, None).bytes, 58, comment).unwrap();
        }
        w.finish().unwrap();
        let frames = load(&pcapng::read(&mut bytes.as_slice()).unwrap());
        for (i, f) in frames.iter().enumerate() {
            assert_eq!((f.packet, f.fate, &*f.from, f.to.as_deref()), (i as u64 + 1, Fate::Seen, "10.0.0.1", Some("10.0.0.2")));
        }
    }
}

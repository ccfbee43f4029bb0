//! TCP and its options.

use super::head::Head;
use super::{Below, LayerKind, Out, Part, ids};
use crate::packet::checksum::{over, pseudo};
use crate::packet::summary::Tcp;
use crate::packet::wire::{proto, tcp as at};

/// The flags from the most significant bit, which is bit 104 of the header.
const FLAGS: [ids::FieldId; 8] = [
    ids::TCP_FLAG_CWR,
    ids::TCP_FLAG_ECE,
    ids::TCP_FLAG_URG,
    ids::TCP_FLAG_ACK,
    ids::TCP_FLAG_PSH,
    ids::TCP_FLAG_RST,
    ids::TCP_FLAG_SYN,
    ids::TCP_FLAG_FIN,
];

pub fn tcp(out: &mut Out, part: Part<'_>, below: Below) {
    let mut head = Head::new(part);
    head.number(ids::TCP_SRC_PORT, at::SRC_PORT);
    head.number(ids::TCP_DST_PORT, at::DST_PORT);
    head.number(ids::TCP_SEQ, at::SEQ);
    head.number(ids::TCP_ACK, at::ACK);
    let words = head.bits_as(ids::TCP_HDR_LEN, 96..100, |n| format!("{n} ({} bytes)", n * 4));
    head.bits(ids::TCP_RESERVED, 100..104);
    head.number_as(ids::TCP_FLAGS, at::FLAGS, |n| {
        let names = Tcp { flags: n as u8, seq: 0, ack: 0, window: 0 }.flag_names().collect::<Vec<_>>().join(" ");
        format!("0x{n:02x} ({})", if names.is_empty() { "none" } else { &names })
    });
    for (bit, id) in FLAGS.into_iter().enumerate() {
        head.flag(id, 104 + bit);
    }
    head.number(ids::TCP_WINDOW, at::WINDOW);
    let stored = head.hex(ids::TCP_CHECKSUM, at::CHECKSUM);
    if stored.is_some() && !below.partial && part.missing == 0 {
        let start = pseudo(below.src, below.dst, proto::TCP, part.data.len());
        head.should_be(over(start, part.data, at::CHECKSUM.start).into());
    }
    head.number(ids::TCP_URGENT, at::URGENT);
    let header = words.map_or(at::HEADER, |n| n as usize * 4);
    head.cut |= header < at::HEADER || part.data.len() < header;
    if header > at::HEADER {
        options(&mut head, header.min(part.data.len()));
    }
    let cut = head.cut;
    out.push(LayerKind::Tcp, head);
    if !cut {
        out.data(part.after(header));
    }
}

/// Where the options of a TCP header of `header` bytes stand: kind and range of each, range with kind and length bytes.
/// Ends at the first whose length cannot be.
pub fn option_ranges(data: &[u8], header: usize) -> impl Iterator<Item = (u8, std::ops::Range<usize>)> + '_ {
    let mut start = at::HEADER;
    let end = header.min(data.len());
    std::iter::from_fn(move || {
        let kind = *data[..end].get(start)?;
        let len = match kind {
            0 => end - start,
            1 => 1,
            _ => usize::from(*data[..end].get(start + 1)?),
        };
        if len == 0 || kind > 1 && len < 2 || start + len > end {
            return None;
        }
        let range = start..start + len;
        start += len;
        Some((kind, range))
    })
}

fn options(head: &mut Head<'_>, end: usize) {
    let data = head.part.data;
    let mut reached = at::HEADER;
    for (kind, r) in option_ranges(data, end) {
        reached = r.end;
        let word = |at: usize| u32::from_be_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]]);
        match (kind, r.len()) {
            (0, _) => head.bytes(ids::TCP_OPT_EOL, r, "end".into()),
            (1, _) => head.bytes(ids::TCP_OPT_NOP, r, "NOP".into()),
            (2, 4) => drop(head.number(ids::TCP_OPT_MSS, r.start + 2..r.end)),
            (3, 3) => {
                // More than 14 counts as 14 (RFC 7323, section 2.3).
                let show = |n: u64| format!("{n} (×{})", 1u32 << n.min(14));
                head.number_as(ids::TCP_OPT_WSCALE, r.start + 2..r.end, show);
            }
            (4, 2) => head.bytes(ids::TCP_OPT_SACK_PERMITTED, r, "SACK permitted".into()),
            (5, len) if len % 8 == 2 => {
                let blocks = (r.start + 2..r.end).step_by(8).map(|b| format!("{}-{}", word(b), word(b + 4)));
                let shown = blocks.collect::<Vec<_>>().join(" ");
                head.bytes(ids::TCP_OPT_SACK, r, shown);
            }
            (8, 10) => {
                head.number(ids::TCP_OPT_TSVAL, r.start + 2..r.start + 6);
                head.number(ids::TCP_OPT_TSECR, r.start + 6..r.end);
            }
            (34, len) => {
                let shown = if len == 2 { "cookie request".into() } else { format!("cookie of {} bytes", len - 2) };
                head.bytes(ids::TCP_OPT_FASTOPEN, r, shown);
            }
            (19, _) => head.bytes(ids::TCP_OPT_MD5, r, "MD5 signature".into()),
            (30, _) => head.bytes(ids::TCP_OPT_MPTCP, r, "MPTCP".into()),
            (kind, len) => head.bytes(ids::TCP_OPT_OTHER, r, format!("kind {kind}, {len} bytes")),
        }
    }
    if reached < end {
        head.bytes(ids::TCP_OPT_OTHER, reached..end, "the length is wrong".into());
    }
}

//! IGMP: who wants which multicast group over IPv4 (RFC 2236, RFC 3376).

use super::head::{Head, ip};
use super::names::record_name;
use super::{Below, LayerKind, Out, Part, ids};
use crate::packet::checksum::{Sum, over};
use crate::packet::wire::number;

pub fn igmp(out: &mut Out, part: Part<'_>, below: Below) {
    let mut head = Head::new(part);
    let kind = head.named(ids::IGMP_TYPE, 0..1, |n| {
        Some(match n {
            0x11 => "Membership Query",
            0x12 => "Membership Report v1",
            0x16 => "Membership Report v2",
            0x17 => "Leave Group",
            0x22 => "Membership Report v3",
            _ => return None,
        })
    });
    head.number(ids::IGMP_DELAY, 1..2);
    head.hex(ids::IGMP_CHECKSUM, 2..4);
    if part.data.len() >= 4 && !below.partial && part.missing == 0 {
        head.should_be(over(Sum::default(), part.data, 2).into());
    }
    let mut reached = 8;
    if kind == Some(0x22) {
        head.number(ids::IGMP_COUNT, 6..8);
        records(&mut head, 4, |head, r, shown| head.bytes(ids::IGMP_RECORD, r, shown), &mut reached);
    } else {
        head.ip(ids::IGMP_GROUP, 4..8);
    }
    let cut = head.cut;
    out.push(LayerKind::Igmp, head);
    if !cut {
        out.data(part.after(reached));
    }
}

/// The group records of IGMPv3 and MLDv2, which begin at byte 8; an address has `size` bytes.
pub fn records(
    head: &mut Head<'_>,
    size: usize,
    mut push: impl FnMut(&mut Head<'_>, std::ops::Range<usize>, String),
    reached: &mut usize,
) {
    let data = head.part.data;
    let count = number(data, 6..8).unwrap_or(0);
    let mut start = 8;
    for _ in 0..count {
        let (Some(kind), Some(extra), Some(sources)) = (data.get(start), data.get(start + 1), number(data, start + 2..start + 4))
        else {
            head.cut = true;
            break;
        };
        let end = start + 4 + size + sources as usize * size + usize::from(*extra) * 4;
        let Some(group) = data.get(start + 4..start + 4 + size).and_then(ip).filter(|_| end <= data.len()) else {
            head.cut = true;
            break;
        };
        let name = record_name(*kind).map_or(kind.to_string(), |n| format!("{kind} ({n})"));
        push(head, start..end, format!("{name} {group}, {sources} sources"));
        start = end;
    }
    *reached = start;
}

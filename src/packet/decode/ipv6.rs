//! IPv6 and its extension headers.

use super::head::Head;
use super::names::{ecn_name, ipv6_option_name, protocol_name};
use super::{Below, DEEPEST, LayerKind, Out, Part, ids, transport};
use crate::packet::wire::{ipv6 as at, proto};

pub fn ipv6(out: &mut Out, part: Part<'_>) {
    let mut head = Head::new(part);
    head.bits(ids::IPV6_VERSION, 0..4);
    head.bits(ids::IPV6_DSCP, 4..10);
    head.bits_as(ids::IPV6_ECN, 10..12, |n| format!("{n} ({})", ecn_name(n)));
    head.bits_as(ids::IPV6_FLOW, 12..32, |n| format!("0x{n:05x}"));
    let len = head.number(ids::IPV6_LEN, at::PAYLOAD_LEN);
    let next = head.named(ids::IPV6_NEXT, at::NEXT, protocol_name);
    head.number(ids::IPV6_HOP_LIMIT, at::HOP_LIMIT);
    let src = head.ip(ids::IPV6_SRC, at::SRC);
    let dst = head.ip(ids::IPV6_DST, at::DST);
    let (Some(len), Some(next), Some(src), Some(dst)) = (len, next, src, dst) else {
        return out.push(LayerKind::Ipv6, head);
    };
    let rest = part.after(at::HEADER);
    head.cut |= len as usize > rest.data.len();
    out.push(LayerKind::Ipv6, head);
    extensions(out, next as u8, rest.first(len as usize), Below { src, dst, partial: false });
}

fn extensions(out: &mut Out, mut next: u8, mut part: Part<'_>, mut below: Below) {
    for _ in 0..DEEPEST {
        let kind = match next {
            proto::HOP_BY_HOP => LayerKind::HopByHop,
            proto::ROUTING => LayerKind::Routing,
            proto::FRAGMENT => LayerKind::Fragment,
            proto::DEST_OPTIONS => LayerKind::Destination,
            proto::NO_NEXT => return out.data(part),
            _ => return transport(out, next, part, below),
        };
        let mut head = Head::new(part);
        let Some(following) = head.named(ids::IPV6_EXT_NEXT, 0..1, protocol_name) else {
            return out.push(kind, head);
        };
        let mut offset = 0;
        let len = match kind {
            LayerKind::Fragment => {
                head.number(ids::IPV6_FRAG_RESERVED, 1..2);
                offset = head.bits_as(ids::IPV6_FRAG_OFFSET, 16..29, |n| format!("{n} ({} bytes)", n * 8)).unwrap_or(0);
                head.bits(ids::IPV6_FRAG_RESERVED, 29..31);
                let more = head.flag(ids::IPV6_FRAG_MORE, 31);
                head.hex(ids::IPV6_FRAG_ID, 4..8);
                below.partial |= more || offset > 0;
                8
            }
            _ => {
                let eights = head.number_as(ids::IPV6_EXT_LEN, 1..2, |n| format!("{n} ({} bytes)", n * 8 + 8)).unwrap_or(0);
                let len = eights as usize * 8 + 8;
                match kind {
                    LayerKind::Routing => {
                        head.number(ids::IPV6_ROUTING_TYPE, 2..3);
                        head.number(ids::IPV6_ROUTING_LEFT, 3..4);
                        head.bytes(ids::IPV6_EXT_DATA, 4..len, String::new());
                    }
                    _ => options(&mut head, len),
                }
                len
            }
        };
        let cut = head.cut;
        out.push(kind, head);
        if cut {
            return;
        }
        part = part.after(len);
        if offset > 0 {
            return out.data(part);
        }
        next = following as u8;
    }
    out.data(part);
}

fn options(head: &mut Head<'_>, end: usize) {
    head.cut |= end > head.part.data.len();
    let end = end.min(head.part.data.len());
    let mut start = 2;
    while start < end {
        let kind = head.part.data[start];
        let len = match kind {
            0 => 1,
            _ => head.part.data.get(start + 1).map_or(1, |n| usize::from(*n) + 2),
        };
        let stop = (start + len).min(end);
        let name = ipv6_option_name(kind).map_or(kind.to_string(), |name| format!("{kind} ({name})"));
        head.bytes(ids::IPV6_EXT_OPTION, start..stop, name);
        start = stop;
    }
}

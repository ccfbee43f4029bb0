//! IPv4 and its options.

use super::head::Head;
use super::names::{ecn_name, ip_option_name, protocol_name};
use super::{Below, LayerKind, Out, Part, ids, transport};
use crate::packet::checksum::{Sum, over};
use crate::packet::wire::ipv4 as at;

pub fn ipv4(out: &mut Out, part: Part<'_>) {
    let mut head = Head::new(part);
    head.bits(ids::IP_VERSION, 0..4);
    let words = head.bits_as(ids::IP_HDR_LEN, 4..8, |n| format!("{n} ({} bytes)", n * 4));
    head.bits(ids::IP_DSCP, 8..14);
    head.bits_as(ids::IP_ECN, 14..16, |n| format!("{n} ({})", ecn_name(n)));
    let len = head.number(ids::IP_LEN, at::LEN);
    head.hex(ids::IP_ID, at::ID);
    head.bits(ids::IP_RESERVED, 48..49);
    head.flag(ids::IP_DF, 49);
    let more = head.flag(ids::IP_MF, 50);
    let offset = head.bits_as(ids::IP_FRAG_OFFSET, 51..64, |n| format!("{n} ({} bytes)", n * 8));
    head.number(ids::IP_TTL, at::TTL);
    let proto = head.named(ids::IP_PROTO, at::PROTO, protocol_name);
    let header = words.unwrap_or(5) as usize * 4;
    head.hex(ids::IP_CHECKSUM, at::CHECKSUM);
    if let Some(all) = part.data.get(..header).filter(|_| header >= at::HEADER) {
        head.should_be(over(Sum::default(), all, at::CHECKSUM.start).into());
    }
    let src = head.ip(ids::IP_SRC, at::SRC);
    let dst = head.ip(ids::IP_DST, at::DST);
    if header > at::HEADER {
        options(&mut head, header);
    }
    head.cut |= header < at::HEADER || part.data.len() < header;
    let (Some(src), Some(dst), Some(len), Some(proto)) = (src, dst, len, proto) else {
        return out.push(LayerKind::Ipv4, head);
    };
    let broken = head.cut;
    // A total length of less than the header is a lie; what is there is all there is to read.
    let len = if (len as usize) < header { part.data.len() } else { len as usize };
    head.cut |= len > part.data.len();
    out.push(LayerKind::Ipv4, head);
    if broken {
        return;
    }
    let payload = part.first(len).after(header);
    let offset = offset.unwrap_or(0);
    if offset > 0 {
        return out.data(payload);
    }
    transport(out, proto as u8, payload, Below { src, dst, partial: more });
}

fn options(head: &mut Head<'_>, header: usize) {
    let mut start = at::HEADER;
    while start < header {
        let Some(kind) = head.part.data.get(start).copied() else {
            head.cut = true;
            return;
        };
        let len = match kind {
            0 | 1 => 1,
            _ => head.part.data.get(start + 1).map_or(0, |n| usize::from(*n)),
        };
        if len == 0 || kind > 1 && len < 2 || start + len > header {
            head.bytes(ids::IP_OPTION, start..header.min(head.part.data.len()), format!("{kind}: length {len} is wrong"));
            return;
        }
        let name = ip_option_name(kind).map_or(kind.to_string(), |name| format!("{kind} ({name})"));
        head.bytes(ids::IP_OPTION, start..start + len, name);
        start += len;
        if kind == 0 {
            head.bytes(ids::IP_OPTION, start..header.min(head.part.data.len()), "padding".into());
            return;
        }
    }
}

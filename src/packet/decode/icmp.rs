//! ICMP; an error shows the packet it quotes.

use super::head::Head;
use super::names::{icmp_code_name, icmp_name};
use super::{Below, LayerKind, Out, Part, ids, quoted};
use crate::packet::checksum::{Sum, over};
use crate::packet::wire::icmp as at;

pub fn icmp(out: &mut Out, part: Part<'_>, below: Below) {
    let mut head = Head::new(part);
    let kind = head.named(ids::ICMP_TYPE, at::TYPE, icmp_name);
    let code = head.named(ids::ICMP_CODE, at::CODE, |c| icmp_code_name(kind?, c));
    head.hex(ids::ICMP_CHECKSUM, at::CHECKSUM);
    if part.data.len() >= at::CHECKSUM.end && !below.partial && part.missing == 0 {
        head.should_be(over(Sum::default(), part.data, at::CHECKSUM.start).into());
    }
    let (Some(kind), Some(code)) = (kind, code) else { return out.push(LayerKind::Icmp, head) };
    match (kind, code) {
        (0 | 8 | 13 | 14, _) => {
            head.number(ids::ICMP_ID, 4..6);
            head.number(ids::ICMP_SEQ, 6..8);
        }
        // RFC 1191: the MTU of the next link stands in the low half.
        (3, 4) => {
            head.number(ids::ICMP_UNUSED, 4..6);
            head.number(ids::ICMP_MTU, 6..8);
        }
        (5, _) => drop(head.ip(ids::ICMP_GATEWAY, at::REST)),
        (12, _) => {
            head.number(ids::ICMP_POINTER, 4..5);
            head.hex(ids::ICMP_UNUSED, 5..8);
        }
        _ => drop(head.hex(ids::ICMP_UNUSED, at::REST)),
    }
    let cut = head.cut;
    out.push(LayerKind::Icmp, head);
    match kind {
        _ if cut => {}
        3 | 4 | 5 | 11 | 12 => quoted(out, part.after(at::HEADER)),
        _ => out.data(part.after(at::HEADER)),
    }
}

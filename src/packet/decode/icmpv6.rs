//! ICMPv6: errors, echo, neighbour discovery, multicast listeners.

use super::head::{Head, ip, mac};
use super::igmp::records;
use super::names::{icmpv6_code_name, icmpv6_name};
use super::{Below, LayerKind, Out, Part, ids, quoted};
use crate::packet::checksum::{over, pseudo};
use crate::packet::wire::{icmp as at, number, proto};

pub fn icmpv6(out: &mut Out, part: Part<'_>, below: Below) {
    let mut head = Head::new(part);
    let kind = head.named(ids::ICMPV6_TYPE, at::TYPE, icmpv6_name);
    head.named(ids::ICMPV6_CODE, at::CODE, |c| icmpv6_code_name(kind?, c));
    head.hex(ids::ICMPV6_CHECKSUM, at::CHECKSUM);
    if part.data.len() >= at::CHECKSUM.end && !below.partial && part.missing == 0 {
        let start = pseudo(below.src, below.dst, proto::ICMPV6, part.data.len());
        head.should_be(over(start, part.data, at::CHECKSUM.start).into());
    }
    let Some(kind) = kind else { return out.push(LayerKind::Icmpv6, head) };
    // Where what the message itself does not say begins; `None` where options of neighbour discovery fill the rest.
    let mut rest = at::HEADER;
    match kind {
        2 => drop(head.number(ids::ICMPV6_MTU, at::REST)),
        4 => drop(head.number(ids::ICMPV6_POINTER, at::REST)),
        128 | 129 => {
            head.number(ids::ICMPV6_ID, 4..6);
            head.number(ids::ICMPV6_SEQ, 6..8);
        }
        130..=132 => rest = listener(&mut head, kind),
        133 => {
            head.hex(ids::ND_RESERVED, at::REST);
            rest = options(&mut head, 8);
        }
        134 => {
            head.number(ids::ND_HOP_LIMIT, 4..5);
            head.flag(ids::ND_MANAGED, 40);
            head.flag(ids::ND_OTHER, 41);
            head.bits(ids::ND_RESERVED, 42..48);
            head.number_as(ids::ND_LIFETIME, 6..8, |n| format!("{n} s"));
            head.number_as(ids::ND_REACHABLE, 8..12, |n| format!("{n} ms"));
            head.number_as(ids::ND_RETRANS, 12..16, |n| format!("{n} ms"));
            rest = options(&mut head, 16);
        }
        135 => {
            head.hex(ids::ND_RESERVED, at::REST);
            head.ip(ids::ND_TARGET, 8..24);
            rest = options(&mut head, 24);
        }
        136 => {
            head.flag(ids::ND_ROUTER, 32);
            head.flag(ids::ND_SOLICITED, 33);
            head.flag(ids::ND_OVERRIDE, 34);
            head.bits(ids::ND_RESERVED, 35..64);
            head.ip(ids::ND_TARGET, 8..24);
            rest = options(&mut head, 24);
        }
        137 => {
            head.hex(ids::ND_RESERVED, at::REST);
            head.ip(ids::ND_TARGET, 8..24);
            head.ip(ids::ND_DESTINATION, 24..40);
            rest = options(&mut head, 40);
        }
        143 => {
            head.hex(ids::MLD_RESERVED, 4..6);
            head.number(ids::MLD_COUNT, 6..8);
            records(&mut head, 16, |head, r, shown| head.bytes(ids::MLD_RECORD, r, shown), &mut rest);
        }
        _ => drop(head.hex(ids::ICMPV6_UNUSED, at::REST)),
    }
    let cut = head.cut;
    out.push(LayerKind::Icmpv6, head);
    match kind {
        _ if cut => {}
        1..=4 => quoted(out, part.after(rest)),
        _ => out.data(part.after(rest)),
    }
}

/// MLD: query, report, done (RFC 2710; a longer query is MLDv2's, RFC 3810).
fn listener(head: &mut Head<'_>, kind: u64) -> usize {
    head.number_as(ids::MLD_DELAY, 4..6, |n| n.to_string());
    head.hex(ids::MLD_RESERVED, 6..8);
    head.ip(ids::MLD_GROUP, 8..24);
    let end = head.part.data.len();
    if kind == 130 && end > 24 {
        let sources = number(head.part.data, 26..28).map_or(String::new(), |n| format!("{n} sources"));
        head.bytes(ids::MLD_QUERY, 24..end, sources);
        return end;
    }
    24
}

/// Options of neighbour discovery (RFC 4861, section 4.6); gives back where they end.
fn options(head: &mut Head<'_>, mut start: usize) -> usize {
    let data = head.part.data;
    while start < data.len() {
        let kind = data[start];
        let len = data.get(start + 1).map_or(0, |n| usize::from(*n) * 8);
        let Some(option) = data.get(start..start + len).filter(|o| !o.is_empty()) else {
            // Length 0 or more than there is: the rest cannot be taken apart.
            head.cut = true;
            return data.len();
        };
        let shown = match kind {
            1 => format!("Source Link-Layer Address {}", mac(&option[2..8])),
            2 => format!("Target Link-Layer Address {}", mac(&option[2..8])),
            3 if len == 32 => format!("Prefix {}/{}", ip(&option[16..32]).map(|i| i.to_string()).unwrap_or_default(), option[2]),
            4 => "Redirected Header".into(),
            5 => format!("MTU {}", number(option, 4..8).unwrap_or(0)),
            14 => "Nonce".into(),
            25 => "Recursive DNS Server".into(),
            n => format!("type {n}"),
        };
        head.bytes(ids::ND_OPTION, start..start + len, shown);
        start += len;
    }
    start
}

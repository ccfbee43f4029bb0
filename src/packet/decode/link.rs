//! Ethernet, VLAN tags and ARP.

use super::head::{Head, mac};
use super::names::{arp_op_name, ether_type_name};
use super::{LayerKind, Out, Part, ids, network};
use crate::packet::wire::{arp as at, eth, ether_type, number};

fn show_type(n: u64) -> String {
    match (ether_type_name(n), n) {
        (Some(name), 0..=1500) => format!("{n} ({name})"),
        (Some(name), _) => format!("0x{n:04x} ({name})"),
        (None, _) => format!("0x{n:04x}"),
    }
}

pub fn ethernet(out: &mut Out, frame: &[u8]) {
    let whole = Part { data: frame, base: 0, missing: 0 };
    let mut head = Head::new(whole);
    head.mac(ids::ETH_DST, eth::DST);
    head.mac(ids::ETH_SRC, eth::SRC);
    let kind = head.number_as(ids::ETH_TYPE, eth::TYPE, show_type);
    let place = out.layers.len();
    out.push(LayerKind::Ethernet, head);
    let Some(kind) = kind else { return };
    let payload = whole.after(eth::LEN);
    network(out, kind as u16, payload, 0);
    // An IP packet says its own length; what stands behind it fills the frame up (60 bytes without the check sequence).
    if let Some(len) = ip_len(kind as u16, payload.data).filter(|n| *n < payload.data.len()) {
        let mut tail = Head::new(payload);
        tail.rest(ids::ETH_PADDING, len);
        out.layers[place].fields.append(&mut tail.fields);
    }
}

/// How much of the frame's payload the packet itself is.
fn ip_len(kind: u16, data: &[u8]) -> Option<usize> {
    match kind {
        ether_type::IPV4 if data.first()? >> 4 == 4 => {
            number(data, crate::packet::wire::ipv4::LEN).map(|n| (n as usize).max(crate::packet::wire::ipv4::HEADER))
        }
        ether_type::IPV6 if data.first()? >> 4 == 6 => {
            number(data, crate::packet::wire::ipv6::PAYLOAD_LEN).map(|n| n as usize + crate::packet::wire::ipv6::HEADER)
        }
        ether_type::ARP => {
            let (hw, ip) = (*data.get(4)?, *data.get(5)?);
            Some(at::ADDRESSES + 2 * (usize::from(hw) + usize::from(ip)))
        }
        ether_type::VLAN | ether_type::QINQ => {
            let inner = number(data, 2..4)? as u16;
            (!matches!(inner, ether_type::VLAN | ether_type::QINQ)).then(|| ip_len(inner, data.get(4..)?).map(|n| n + 4))?
        }
        _ => None,
    }
}

pub fn vlan(out: &mut Out, part: Part<'_>, depth: usize) {
    let mut head = Head::new(part);
    head.bits(ids::VLAN_PRIORITY, 0..3);
    head.bits(ids::VLAN_DEI, 3..4);
    head.bits(ids::VLAN_ID, 4..16);
    let kind = head.number_as(ids::VLAN_TYPE, 2..4, show_type);
    out.push(LayerKind::Vlan, head);
    if let Some(kind) = kind {
        network(out, kind as u16, part.after(4), depth + 1);
    }
}

pub fn arp(out: &mut Out, part: Part<'_>) {
    let mut head = Head::new(part);
    head.named(ids::ARP_HW_TYPE, at::HW_TYPE, |n| (n == 1).then_some("Ethernet"));
    let proto = head.number_as(ids::ARP_PROTO_TYPE, at::PROTO_TYPE, show_type);
    let hw = head.number(ids::ARP_HW_SIZE, at::HW_SIZE);
    let ip = head.number(ids::ARP_PROTO_SIZE, at::PROTO_SIZE);
    head.named(ids::ARP_OPCODE, at::OPCODE, arp_op_name);
    if let (Some(hw), Some(ip)) = (hw, ip) {
        let (hw, ip) = (hw as usize, ip as usize);
        let is_ip = proto == Some(u64::from(ether_type::IPV4)) && ip == 4;
        let mut start = at::ADDRESSES;
        for (hw_id, ip_id) in [(ids::ARP_SRC_HW, ids::ARP_SRC_PROTO), (ids::ARP_DST_HW, ids::ARP_DST_PROTO)] {
            head.mac(hw_id, start..start + hw);
            start += hw;
            if is_ip {
                head.ip(ip_id, start..start + ip);
            } else {
                let shown = part.data.get(start..start + ip).map(mac).unwrap_or_default();
                head.bytes(ip_id, start..start + ip, shown);
            }
            start += ip;
        }
    }
    out.push(LayerKind::Arp, head);
}

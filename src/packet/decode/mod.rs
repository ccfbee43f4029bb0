//! A frame taken apart: every field of every layer, with the bits it stands in, its value, and whether what can be checked is right.
//!
//! Nothing is taken on trust: a length that says more than there is ends the reading of its layer, which is then marked as cut.

mod head;
mod icmp;
mod icmpv6;
pub mod ids;
mod igmp;
mod ip;
mod ipv6;
mod link;
mod names;
mod tcp;
mod udp;

#[cfg(test)]
mod tests;

use self::head::Head;
use super::wire::{ether_type, proto};
use serde::Serialize;
use std::net::IpAddr;
use std::ops::Range;

pub use ids::FieldId;
pub use names::{icmp_code_name, icmp_name, icmpv6_code_name, icmpv6_name, protocol_name};
pub use tcp::option_ranges as tcp_option_ranges;

/// The name of a layer, as its standard calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    Ethernet,
    Vlan,
    Arp,
    Ipv4,
    Ipv6,
    HopByHop,
    Routing,
    Fragment,
    Destination,
    Icmp,
    Icmpv6,
    Igmp,
    Udp,
    Tcp,
    Data,
}

impl LayerKind {
    pub fn name(self) -> &'static str {
        match self {
            LayerKind::Ethernet => "Ethernet",
            LayerKind::Vlan => "802.1Q VLAN",
            LayerKind::Arp => "ARP",
            LayerKind::Ipv4 => "IPv4",
            LayerKind::Ipv6 => "IPv6",
            LayerKind::HopByHop => "IPv6 Hop-by-Hop Options",
            LayerKind::Routing => "IPv6 Routing",
            LayerKind::Fragment => "IPv6 Fragment",
            LayerKind::Destination => "IPv6 Destination Options",
            LayerKind::Icmp => "ICMP",
            LayerKind::Icmpv6 => "ICMPv6",
            LayerKind::Igmp => "IGMP",
            LayerKind::Udp => "UDP",
            LayerKind::Tcp => "TCP",
            LayerKind::Data => "Data",
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Number(u64),
    Ip(IpAddr),
    /// The bytes themselves, which the frame has.
    Bytes,
}

/// What was computed from the frame, beside what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    Right,
    /// What it should be.
    Wrong(u64),
    /// Zero in a UDP checksum over IPv4: the sender computed none (RFC 768).
    Unused,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    pub id: FieldId,
    /// Where it stands: bits from the frame's first.
    pub bits: Range<usize>,
    pub value: Value,
    /// As a person reads it: `10.0.0.1`, `SYN ACK`, `6 (TCP)`; empty where the bytes say it best. May hold bytes of the frame only escaped.
    pub shown: String,
    pub judged: Option<Judged>,
}

impl Field {
    /// The bytes it stands in, partly or wholly.
    pub fn bytes(&self) -> Range<usize> {
        self.bits.start / 8..self.bits.end.div_ceil(8)
    }

    /// It does not fill its bytes.
    pub fn is_part_of_byte(&self) -> bool {
        !self.bits.start.is_multiple_of(8) || !self.bits.end.is_multiple_of(8)
    }

    pub fn number(&self) -> Option<u64> {
        match self.value {
            Value::Number(n) => Some(n),
            _ => None,
        }
    }
}

/// One layer and its fields, in the order of the frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    pub kind: LayerKind,
    /// It belongs to the packet that an ICMP error quotes.
    pub quoted: bool,
    /// Fewer bytes are there than the layer needs or says.
    pub cut: bool,
    pub fields: Vec<Field>,
}

impl Layer {
    /// The first field of this name.
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }
}

/// A frame taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decoded {
    pub layers: Vec<Layer>,
}

impl Decoded {
    /// The first layer of a kind that is the frame's own, not quoted.
    pub fn layer(&self, kind: LayerKind) -> Option<&Layer> {
        self.layers.iter().find(|l| l.kind == kind && !l.quoted)
    }

    /// A field of the frame's own layers.
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.layers.iter().filter(|l| !l.quoted).find_map(|l| l.field(id))
    }

    pub fn number(&self, id: FieldId) -> Option<u64> {
        self.field(id)?.number()
    }

    /// Every checksum that is wrong.
    pub fn wrong(&self) -> impl Iterator<Item = &Field> {
        self.layers.iter().filter(|l| !l.quoted).flat_map(|l| &l.fields).filter(|f| matches!(f.judged, Some(Judged::Wrong(_))))
    }
}

/// The field of this name: `tcp.seq` in any case.
pub fn field_id(name: &str) -> Option<FieldId> {
    ids::ALL.iter().copied().find(|id| id.name().eq_ignore_ascii_case(name))
}

/// How deep VLAN tags and extension headers may be stacked; whoever sends more wants to keep us busy.
const DEEPEST: usize = 16;

/// Reads a frame; of a broken one as much as can be read. Checksums are judged only where all bytes they cover are there.
pub fn decode(frame: &[u8]) -> Decoded {
    let mut out = Out { layers: Vec::new(), quoted: false };
    link::ethernet(&mut out, frame);
    Decoded { layers: out.layers }
}

/// The layers found so far.
struct Out {
    layers: Vec<Layer>,
    quoted: bool,
}

impl Out {
    fn push(&mut self, kind: LayerKind, head: Head<'_>) {
        self.layers.push(Layer { kind, quoted: self.quoted, cut: head.cut, fields: head.fields });
    }

    /// What nobody here can read.
    fn data(&mut self, part: Part<'_>) {
        if !part.data.is_empty() {
            let mut head = Head::new(part);
            head.rest(ids::DATA, 0);
            head.cut = part.missing > 0;
            self.push(LayerKind::Data, head);
        }
    }
}

/// A part of the frame and where in it it begins.
#[derive(Clone, Copy)]
struct Part<'a> {
    data: &'a [u8],
    base: usize,
    /// Bytes that belong to it and are not there.
    missing: usize,
}

impl<'a> Part<'a> {
    /// What is behind the first `n` bytes.
    fn after(self, n: usize) -> Part<'a> {
        let n = n.min(self.data.len());
        Part { data: &self.data[n..], base: self.base + n, ..self }
    }

    /// The first `n` bytes; those that are not there are missing.
    fn first(self, n: usize) -> Part<'a> {
        let have = n.min(self.data.len());
        Part { data: &self.data[..have], base: self.base, missing: n - have }
    }
}

/// What the layers above IP need to know of it.
#[derive(Clone, Copy)]
struct Below {
    src: IpAddr,
    dst: IpAddr,
    /// A fragment that is not the whole packet: no checksum can be judged.
    partial: bool,
}

/// What an IP packet carries.
fn transport(out: &mut Out, proto: u8, part: Part<'_>, below: Below) {
    match proto {
        proto::TCP => tcp::tcp(out, part, below),
        proto::UDP => udp::udp(out, part, below),
        proto::ICMP => icmp::icmp(out, part, below),
        proto::ICMPV6 => icmpv6::icmpv6(out, part, below),
        proto::IGMP => igmp::igmp(out, part, below),
        _ => out.data(part),
    }
}

/// What a frame of this EtherType carries; `depth` counts VLAN tags.
fn network(out: &mut Out, kind: u16, part: Part<'_>, depth: usize) {
    match kind {
        ether_type::IPV4 => ip::ipv4(out, part),
        ether_type::IPV6 => ipv6::ipv6(out, part),
        ether_type::ARP => link::arp(out, part),
        ether_type::VLAN | ether_type::QINQ if depth < DEEPEST => link::vlan(out, part, depth),
        _ => out.data(part),
    }
}

/// The packet that an ICMP error quotes; it has no frame around it, and may be cut by whoever sent the error.
fn quoted(out: &mut Out, part: Part<'_>) {
    if out.quoted {
        // An error about an error is never sent (RFC 1122, section 3.2.2): what looks like one is shown as bytes.
        return out.data(part);
    }
    out.quoted = true;
    match part.data.first().map(|b| b >> 4) {
        Some(4) => ip::ipv4(out, part),
        Some(6) => ipv6::ipv6(out, part),
        _ => out.data(part),
    }
    out.quoted = false;
}

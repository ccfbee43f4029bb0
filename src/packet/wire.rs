//! Where the fields of each header stand: ranges of bytes from the header's first, in network byte order.

use std::ops::Range;

/// A field: bytes from the header's beginning.
pub type Bytes = Range<usize>;

/// Ethernet II (IEEE 802.3, clause 3.1).
pub mod eth {
    use super::Bytes;
    pub const DST: Bytes = 0..6;
    pub const SRC: Bytes = 6..12;
    pub const TYPE: Bytes = 12..14;
    pub const LEN: usize = 14;
}

/// The EtherTypes a host of the lab speaks, and those of VLAN tags.
pub mod ether_type {
    pub const IPV4: u16 = 0x0800;
    pub const ARP: u16 = 0x0806;
    pub const VLAN: u16 = 0x8100;
    pub const QINQ: u16 = 0x88a8;
    pub const IPV6: u16 = 0x86dd;
}

/// ARP for IPv4 over Ethernet (RFC 826).
pub mod arp {
    use super::Bytes;
    pub const HW_TYPE: Bytes = 0..2;
    pub const PROTO_TYPE: Bytes = 2..4;
    pub const HW_SIZE: Bytes = 4..5;
    pub const PROTO_SIZE: Bytes = 5..6;
    pub const OPCODE: Bytes = 6..8;
    /// Where the addresses begin; their lengths are said by the sizes.
    pub const ADDRESSES: usize = 8;
}

/// IPv4 (RFC 791).
pub mod ipv4 {
    use super::Bytes;
    pub const VERSION_IHL: Bytes = 0..1;
    pub const TOS: Bytes = 1..2;
    pub const LEN: Bytes = 2..4;
    pub const ID: Bytes = 4..6;
    pub const FLAGS_OFFSET: Bytes = 6..8;
    pub const TTL: Bytes = 8..9;
    pub const PROTO: Bytes = 9..10;
    pub const CHECKSUM: Bytes = 10..12;
    pub const SRC: Bytes = 12..16;
    pub const DST: Bytes = 16..20;
    /// Without options.
    pub const HEADER: usize = 20;
}

/// IPv6 (RFC 8200).
pub mod ipv6 {
    use super::Bytes;
    pub const PAYLOAD_LEN: Bytes = 4..6;
    pub const NEXT: Bytes = 6..7;
    pub const HOP_LIMIT: Bytes = 7..8;
    pub const SRC: Bytes = 8..24;
    pub const DST: Bytes = 24..40;
    pub const HEADER: usize = 40;
}

/// The protocols above IP (IANA, protocol numbers).
pub mod proto {
    pub const HOP_BY_HOP: u8 = 0;
    pub const ICMP: u8 = 1;
    pub const IGMP: u8 = 2;
    pub const TCP: u8 = 6;
    pub const UDP: u8 = 17;
    pub const ROUTING: u8 = 43;
    pub const FRAGMENT: u8 = 44;
    pub const ICMPV6: u8 = 58;
    pub const NO_NEXT: u8 = 59;
    pub const DEST_OPTIONS: u8 = 60;
}

/// UDP (RFC 768).
pub mod udp {
    use super::Bytes;
    pub const SRC_PORT: Bytes = 0..2;
    pub const DST_PORT: Bytes = 2..4;
    pub const LEN: Bytes = 4..6;
    pub const CHECKSUM: Bytes = 6..8;
    pub const HEADER: usize = 8;
}

/// TCP (RFC 9293, section 3.1).
pub mod tcp {
    use super::Bytes;
    pub const SRC_PORT: Bytes = 0..2;
    pub const DST_PORT: Bytes = 2..4;
    pub const SEQ: Bytes = 4..8;
    pub const ACK: Bytes = 8..12;
    pub const DATA_OFFSET: Bytes = 12..13;
    pub const FLAGS: Bytes = 13..14;
    pub const WINDOW: Bytes = 14..16;
    pub const CHECKSUM: Bytes = 16..18;
    pub const URGENT: Bytes = 18..20;
    /// Without options.
    pub const HEADER: usize = 20;
}

/// ICMP and ICMPv6 (RFC 792, RFC 4443): what all their messages begin with.
pub mod icmp {
    use super::Bytes;
    pub const TYPE: Bytes = 0..1;
    pub const CODE: Bytes = 1..2;
    pub const CHECKSUM: Bytes = 2..4;
    pub const REST: Bytes = 4..8;
    pub const HEADER: usize = 8;
}

/// An unsigned number of up to eight bytes; `None` where the bytes are not there.
pub fn number(data: &[u8], at: Bytes) -> Option<u64> {
    Some(data.get(at)?.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
}

/// Writes a number over a field; does nothing where the field is not there.
pub fn put(data: &mut [u8], at: Bytes, value: u64) {
    if let Some(field) = data.get_mut(at) {
        let len = field.len();
        field.copy_from_slice(&value.to_be_bytes()[8 - len..]);
    }
}

//! What the numbers in headers stand for, by the words of their standards (IANA's registries).

pub fn ether_type_name(n: u64) -> Option<&'static str> {
    Some(match n {
        0..=1500 => "length, IEEE 802.3",
        0x0800 => "IPv4",
        0x0806 => "ARP",
        0x8035 => "RARP",
        0x8100 => "802.1Q VLAN",
        0x86dd => "IPv6",
        0x8847 => "MPLS",
        0x88a8 => "802.1ad VLAN",
        0x88cc => "LLDP",
        0x8863 | 0x8864 => "PPPoE",
        _ => return None,
    })
}

/// The name of a protocol number.
pub fn protocol_name(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "Hop-by-Hop Options",
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPv4",
        6 => "TCP",
        17 => "UDP",
        33 => "DCCP",
        41 => "IPv6",
        43 => "Routing",
        44 => "Fragment",
        47 => "GRE",
        50 => "ESP",
        51 => "AH",
        58 => "ICMPv6",
        59 => "No Next Header",
        60 => "Destination Options",
        89 => "OSPF",
        132 => "SCTP",
        136 => "UDP-Lite",
        _ => return None,
    })
}

pub fn arp_op_name(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "request",
        2 => "reply",
        3 => "reverse request",
        4 => "reverse reply",
        _ => return None,
    })
}

pub fn ecn_name(n: u64) -> &'static str {
    match n {
        0 => "Not-ECT",
        1 => "ECT(1)",
        2 => "ECT(0)",
        _ => "CE",
    }
}

/// The name of an ICMP message (RFC 792).
pub fn icmp_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Echo Reply",
        3 => "Destination Unreachable",
        4 => "Source Quench",
        5 => "Redirect",
        8 => "Echo",
        9 => "Router Advertisement",
        10 => "Router Solicitation",
        11 => "Time Exceeded",
        12 => "Parameter Problem",
        13 => "Timestamp",
        14 => "Timestamp Reply",
        _ => return None,
    })
}

pub fn icmp_code_name(kind: u64, code: u64) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "Net Unreachable",
        (3, 1) => "Host Unreachable",
        (3, 2) => "Protocol Unreachable",
        (3, 3) => "Port Unreachable",
        (3, 4) => "Fragmentation Needed and DF Set",
        (3, 5) => "Source Route Failed",
        (3, 6) => "Destination Network Unknown",
        (3, 7) => "Destination Host Unknown",
        (3, 9) => "Network Administratively Prohibited",
        (3, 10) => "Host Administratively Prohibited",
        (3, 13) => "Communication Administratively Prohibited",
        (5, 0) => "Redirect for the Network",
        (5, 1) => "Redirect for the Host",
        (11, 0) => "Time to Live Exceeded in Transit",
        (11, 1) => "Fragment Reassembly Time Exceeded",
        (12, 0) => "Pointer Indicates the Error",
        _ => return None,
    })
}

/// The name of an ICMPv6 message (RFC 4443, 4861, 2710, 3810).
pub fn icmpv6_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        128 => "Echo Request",
        129 => "Echo Reply",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        135 => "Neighbor Solicitation",
        136 => "Neighbor Advertisement",
        137 => "Redirect",
        143 => "Multicast Listener Report v2",
        _ => return None,
    })
}

pub fn icmpv6_code_name(kind: u64, code: u64) -> Option<&'static str> {
    Some(match (kind, code) {
        (1, 0) => "No Route to Destination",
        (1, 1) => "Communication Administratively Prohibited",
        (1, 2) => "Beyond Scope of Source Address",
        (1, 3) => "Address Unreachable",
        (1, 4) => "Port Unreachable",
        (1, 5) => "Source Address Failed Policy",
        (1, 6) => "Reject Route to Destination",
        (3, 0) => "Hop Limit Exceeded in Transit",
        (3, 1) => "Fragment Reassembly Time Exceeded",
        (4, 0) => "Erroneous Header Field",
        (4, 1) => "Unrecognized Next Header",
        (4, 2) => "Unrecognized IPv6 Option",
        _ => return None,
    })
}

/// An IPv4 option, by its whole type byte (RFC 791, RFC 2113).
pub fn ip_option_name(n: u8) -> Option<&'static str> {
    Some(match n {
        0 => "End of Option List",
        1 => "No Operation",
        7 => "Record Route",
        68 => "Internet Timestamp",
        130 => "Security",
        131 => "Loose Source Route",
        136 => "Stream ID",
        137 => "Strict Source Route",
        148 => "Router Alert",
        _ => return None,
    })
}

/// An option of an IPv6 extension header (RFC 8200, RFC 2711, RFC 2675).
pub fn ipv6_option_name(n: u8) -> Option<&'static str> {
    Some(match n {
        0 => "Pad1",
        1 => "PadN",
        5 => "Router Alert",
        0xc2 => "Jumbo Payload",
        _ => return None,
    })
}

/// A record of an IGMPv3 or MLDv2 report (RFC 3376, RFC 3810).
pub fn record_name(n: u8) -> Option<&'static str> {
    Some(match n {
        1 => "MODE_IS_INCLUDE",
        2 => "MODE_IS_EXCLUDE",
        3 => "CHANGE_TO_INCLUDE_MODE",
        4 => "CHANGE_TO_EXCLUDE_MODE",
        5 => "ALLOW_NEW_SOURCES",
        6 => "BLOCK_OLD_SOURCES",
        _ => return None,
    })
}

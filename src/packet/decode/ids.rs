//! The names of all header fields, each declared once. A card of `lessons/*/field/` explains each.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The stable name of a field: `tcp.seq`. Only those declared here exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(&'static str);

impl FieldId {
    pub fn name(self) -> &'static str {
        self.0
    }

    /// The field of a name, in any case.
    pub fn from_name(name: &str) -> Option<FieldId> {
        FieldId::all().find(|id| id.0.eq_ignore_ascii_case(name))
    }

    pub fn all() -> impl Iterator<Item = FieldId> + Clone {
        ALL.iter().copied()
    }

    /// What stands behind the protocol: `seq`.
    pub fn short(self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |p| p.1)
    }
}

impl std::fmt::Display for FieldId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for FieldId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for FieldId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<FieldId, D::Error> {
        let name = String::deserialize(d)?;
        FieldId::from_name(&name).ok_or_else(|| serde::de::Error::custom("no field of a header"))
    }
}

macro_rules! ids {
    ($($id:ident = $name:literal;)*) => {
        $(pub const $id: FieldId = FieldId($name);)*
        /// Every field that decoding can name.
        pub const ALL: &[FieldId] = &[$($id),*];
    };
}

ids! {
    ETH_DST = "eth.dst";
    ETH_SRC = "eth.src";
    ETH_TYPE = "eth.type";
    ETH_PADDING = "eth.padding";
    VLAN_PRIORITY = "vlan.priority";
    VLAN_DEI = "vlan.dei";
    VLAN_ID = "vlan.id";
    VLAN_TYPE = "vlan.type";
    ARP_HW_TYPE = "arp.hw_type";
    ARP_PROTO_TYPE = "arp.proto_type";
    ARP_HW_SIZE = "arp.hw_size";
    ARP_PROTO_SIZE = "arp.proto_size";
    ARP_OPCODE = "arp.opcode";
    ARP_SRC_HW = "arp.src_hw";
    ARP_SRC_PROTO = "arp.src_proto";
    ARP_DST_HW = "arp.dst_hw";
    ARP_DST_PROTO = "arp.dst_proto";
    IP_VERSION = "ip.version";
    IP_HDR_LEN = "ip.hdr_len";
    IP_DSCP = "ip.dscp";
    IP_ECN = "ip.ecn";
    IP_LEN = "ip.len";
    IP_ID = "ip.id";
    IP_RESERVED = "ip.reserved";
    IP_DF = "ip.df";
    IP_MF = "ip.mf";
    IP_FRAG_OFFSET = "ip.frag_offset";
    IP_TTL = "ip.ttl";
    IP_PROTO = "ip.proto";
    IP_CHECKSUM = "ip.checksum";
    IP_SRC = "ip.src";
    IP_DST = "ip.dst";
    IP_OPTION = "ip.option";
    IPV6_VERSION = "ipv6.version";
    IPV6_DSCP = "ipv6.dscp";
    IPV6_ECN = "ipv6.ecn";
    IPV6_FLOW = "ipv6.flow";
    IPV6_LEN = "ipv6.len";
    IPV6_NEXT = "ipv6.next";
    IPV6_HOP_LIMIT = "ipv6.hop_limit";
    IPV6_SRC = "ipv6.src";
    IPV6_DST = "ipv6.dst";
    IPV6_EXT_NEXT = "ipv6.ext.next";
    IPV6_EXT_LEN = "ipv6.ext.len";
    IPV6_EXT_OPTION = "ipv6.ext.option";
    IPV6_EXT_DATA = "ipv6.ext.data";
    IPV6_ROUTING_TYPE = "ipv6.routing.type";
    IPV6_ROUTING_LEFT = "ipv6.routing.left";
    IPV6_FRAG_RESERVED = "ipv6.frag.reserved";
    IPV6_FRAG_OFFSET = "ipv6.frag.offset";
    IPV6_FRAG_MORE = "ipv6.frag.more";
    IPV6_FRAG_ID = "ipv6.frag.id";
    ICMP_TYPE = "icmp.type";
    ICMP_CODE = "icmp.code";
    ICMP_CHECKSUM = "icmp.checksum";
    ICMP_ID = "icmp.id";
    ICMP_SEQ = "icmp.seq";
    ICMP_UNUSED = "icmp.unused";
    ICMP_MTU = "icmp.mtu";
    ICMP_GATEWAY = "icmp.gateway";
    ICMP_POINTER = "icmp.pointer";
    ICMPV6_TYPE = "icmpv6.type";
    ICMPV6_CODE = "icmpv6.code";
    ICMPV6_CHECKSUM = "icmpv6.checksum";
    ICMPV6_ID = "icmpv6.id";
    ICMPV6_SEQ = "icmpv6.seq";
    ICMPV6_UNUSED = "icmpv6.unused";
    ICMPV6_MTU = "icmpv6.mtu";
    ICMPV6_POINTER = "icmpv6.pointer";
    ND_RESERVED = "nd.reserved";
    ND_TARGET = "nd.target";
    ND_DESTINATION = "nd.destination";
    ND_ROUTER = "nd.router";
    ND_SOLICITED = "nd.solicited";
    ND_OVERRIDE = "nd.override";
    ND_HOP_LIMIT = "nd.hop_limit";
    ND_MANAGED = "nd.managed";
    ND_OTHER = "nd.other";
    ND_LIFETIME = "nd.lifetime";
    ND_REACHABLE = "nd.reachable";
    ND_RETRANS = "nd.retrans";
    ND_OPTION = "nd.option";
    MLD_DELAY = "mld.delay";
    MLD_RESERVED = "mld.reserved";
    MLD_GROUP = "mld.group";
    MLD_QUERY = "mld.query";
    MLD_COUNT = "mld.count";
    MLD_RECORD = "mld.record";
    IGMP_TYPE = "igmp.type";
    IGMP_DELAY = "igmp.delay";
    IGMP_CHECKSUM = "igmp.checksum";
    IGMP_GROUP = "igmp.group";
    IGMP_COUNT = "igmp.count";
    IGMP_RECORD = "igmp.record";
    UDP_SRC_PORT = "udp.src_port";
    UDP_DST_PORT = "udp.dst_port";
    UDP_LEN = "udp.len";
    UDP_CHECKSUM = "udp.checksum";
    TCP_SRC_PORT = "tcp.src_port";
    TCP_DST_PORT = "tcp.dst_port";
    TCP_SEQ = "tcp.seq";
    TCP_ACK = "tcp.ack";
    TCP_HDR_LEN = "tcp.hdr_len";
    TCP_RESERVED = "tcp.reserved";
    TCP_FLAGS = "tcp.flags";
    TCP_FLAG_CWR = "tcp.flags.cwr";
    TCP_FLAG_ECE = "tcp.flags.ece";
    TCP_FLAG_URG = "tcp.flags.urg";
    TCP_FLAG_ACK = "tcp.flags.ack";
    TCP_FLAG_PSH = "tcp.flags.psh";
    TCP_FLAG_RST = "tcp.flags.rst";
    TCP_FLAG_SYN = "tcp.flags.syn";
    TCP_FLAG_FIN = "tcp.flags.fin";
    TCP_WINDOW = "tcp.window";
    TCP_CHECKSUM = "tcp.checksum";
    TCP_URGENT = "tcp.urgent";
    TCP_OPT_EOL = "tcp.opt.eol";
    TCP_OPT_NOP = "tcp.opt.nop";
    TCP_OPT_MSS = "tcp.opt.mss";
    TCP_OPT_WSCALE = "tcp.opt.wscale";
    TCP_OPT_SACK_PERMITTED = "tcp.opt.sack_permitted";
    TCP_OPT_SACK = "tcp.opt.sack";
    TCP_OPT_TSVAL = "tcp.opt.tsval";
    TCP_OPT_TSECR = "tcp.opt.tsecr";
    TCP_OPT_FASTOPEN = "tcp.opt.fastopen";
    TCP_OPT_MD5 = "tcp.opt.md5";
    TCP_OPT_MPTCP = "tcp.opt.mptcp";
    TCP_OPT_OTHER = "tcp.opt.other";
    DATA = "data";
}

//! The internet checksum (RFC 1071) and the pseudo headers of IPv4 and IPv6 that TCP, UDP and ICMPv6 include in theirs.

use std::net::IpAddr;

/// A sum under way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum(u64);

impl Sum {
    /// Adds bytes; an odd last one counts as if a zero followed.
    pub fn bytes(mut self, bytes: &[u8]) -> Sum {
        let mut pairs = bytes.chunks_exact(2);
        for pair in &mut pairs {
            self.0 += u64::from(u16::from_be_bytes([pair[0], pair[1]]));
        }
        if let [last] = pairs.remainder() {
            self.0 += u64::from(*last) << 8;
        }
        self
    }

    pub fn number(mut self, n: u32) -> Sum {
        self.0 += u64::from(n >> 16) + u64::from(n & 0xffff);
        self
    }

    /// The one's complement of the one's complement sum.
    pub fn end(self) -> u16 {
        let mut sum = self.0;
        while sum > 0xffff {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        !(sum as u16)
    }
}

/// The sum over the pseudo header (RFC 9293, section 3.1; RFC 8200, section 8.1). `len` is that of the protocol's header and payload.
pub fn pseudo(src: IpAddr, dst: IpAddr, proto: u8, len: usize) -> Sum {
    let with = |sum: Sum, ip: IpAddr| match ip {
        IpAddr::V4(ip) => sum.bytes(&ip.octets()),
        IpAddr::V6(ip) => sum.bytes(&ip.octets()),
    };
    with(with(Sum::default(), src), dst).number(len as u32).number(proto.into())
}

/// What the checksum field of `data` should hold, which stands at byte `field` of it and counts as zero.
pub fn over(start: Sum, data: &[u8], field: usize) -> u16 {
    let end = (field + 2).min(data.len());
    // The field lies at an even offset in every protocol, so the parts can be summed apart.
    start.bytes(&data[..field.min(data.len())]).bytes(&data[end..]).end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 1071, section 3: the sum of these is ddf2.
        assert_eq!(Sum::default().bytes(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]).end(), !0xddf2);
    }

    #[test]
    fn an_odd_byte_counts_as_a_high_one() {
        assert_eq!(Sum::default().bytes(&[0x12]).end(), Sum::default().bytes(&[0x12, 0]).end());
        assert_eq!(over(Sum::default(), &[1, 2, 9, 9, 3], 2), Sum::default().bytes(&[1, 2, 0, 0, 3]).end());
    }
}

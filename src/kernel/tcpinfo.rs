//! struct tcp_info, field by field (linux/tcp.h): as many fields as the kernel gave bytes for. Its size is never assumed.

use crate::vocabulary::State;
use serde::{Deserialize, Serialize};

/// struct tcp_info, in the field's own units (tcp(7), linux/tcp.h): name, value, unit. A field that this kernel's structure does not
/// reach, or that it does not fill in for such a socket, is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TcpInfo {
    #[serde(deserialize_with = "crate::text::stored::fields")]
    pub fields: Vec<(crate::text::stored::Word, u64, crate::text::stored::Word)>,
}

#[derive(Clone, Copy)]
enum Part {
    Byte,
    /// A bit field: how many bits are declared before it in its byte, and how many it has.
    Bits(u32, u32),
    Half,
    Word,
    Long,
}
use Part::{Bits, Byte, Half, Long, Word};

/// Name, offset, width, unit. Left out: tcpi_last_ack_sent and tcpi_fackets, which the kernel no longer fills, and the four bytes
/// behind tcpi_received_ce_bytes, which Linux 6.18 and 7.0 use differently at the same size.
static FIELDS: &[(&str, usize, Part, &str)] = &[
    ("tcpi_state", 0, Byte, ""),
    ("tcpi_ca_state", 1, Byte, ""),
    ("tcpi_retransmits", 2, Byte, ""),
    ("tcpi_probes", 3, Byte, ""),
    ("tcpi_backoff", 4, Byte, ""),
    ("tcpi_options", 5, Byte, ""),
    ("tcpi_snd_wscale", 6, Bits(0, 4), ""),
    ("tcpi_rcv_wscale", 6, Bits(4, 4), ""),
    ("tcpi_delivery_rate_app_limited", 7, Bits(0, 1), ""),
    ("tcpi_fastopen_client_fail", 7, Bits(1, 2), ""),
    ("tcpi_rto", 8, Word, "µs"),
    ("tcpi_ato", 12, Word, "µs"),
    ("tcpi_snd_mss", 16, Word, "bytes"),
    ("tcpi_rcv_mss", 20, Word, "bytes"),
    ("tcpi_unacked", 24, Word, "segments"),
    ("tcpi_sacked", 28, Word, "segments"),
    ("tcpi_lost", 32, Word, "segments"),
    ("tcpi_retrans", 36, Word, "segments"),
    ("tcpi_last_data_sent", 44, Word, "ms"),
    ("tcpi_last_data_recv", 52, Word, "ms"),
    ("tcpi_last_ack_recv", 56, Word, "ms"),
    ("tcpi_pmtu", 60, Word, "bytes"),
    ("tcpi_rcv_ssthresh", 64, Word, "bytes"),
    ("tcpi_rtt", 68, Word, "µs"),
    ("tcpi_rttvar", 72, Word, "µs"),
    ("tcpi_snd_ssthresh", 76, Word, "MSS"),
    ("tcpi_snd_cwnd", 80, Word, "MSS"),
    ("tcpi_advmss", 84, Word, "bytes"),
    ("tcpi_reordering", 88, Word, "segments"),
    ("tcpi_rcv_rtt", 92, Word, "µs"),
    ("tcpi_rcv_space", 96, Word, "bytes"),
    ("tcpi_total_retrans", 100, Word, "segments"),
    ("tcpi_pacing_rate", 104, Long, "bytes/s"),
    ("tcpi_max_pacing_rate", 112, Long, "bytes/s"),
    ("tcpi_bytes_acked", 120, Long, "bytes"),
    ("tcpi_bytes_received", 128, Long, "bytes"),
    ("tcpi_segs_out", 136, Word, "segments"),
    ("tcpi_segs_in", 140, Word, "segments"),
    ("tcpi_notsent_bytes", 144, Word, "bytes"),
    ("tcpi_min_rtt", 148, Word, "µs"),
    ("tcpi_data_segs_in", 152, Word, "segments"),
    ("tcpi_data_segs_out", 156, Word, "segments"),
    ("tcpi_delivery_rate", 160, Long, "bytes/s"),
    ("tcpi_busy_time", 168, Long, "µs"),
    ("tcpi_rwnd_limited", 176, Long, "µs"),
    ("tcpi_sndbuf_limited", 184, Long, "µs"),
    ("tcpi_delivered", 192, Word, "segments"),
    ("tcpi_delivered_ce", 196, Word, "segments"),
    ("tcpi_bytes_sent", 200, Long, "bytes"),
    ("tcpi_bytes_retrans", 208, Long, "bytes"),
    ("tcpi_dsack_dups", 216, Word, ""),
    ("tcpi_reord_seen", 220, Word, ""),
    ("tcpi_rcv_ooopack", 224, Word, "segments"),
    ("tcpi_snd_wnd", 228, Word, "bytes"),
    ("tcpi_rcv_wnd", 232, Word, "bytes"),
    ("tcpi_rehash", 236, Word, ""),
    ("tcpi_total_rto", 240, Half, ""),
    ("tcpi_total_rto_recoveries", 242, Half, ""),
    ("tcpi_total_rto_time", 244, Word, "ms"),
    ("tcpi_received_ce", 248, Word, "segments"),
    ("tcpi_delivered_e1_bytes", 252, Word, "bytes"),
    ("tcpi_delivered_e0_bytes", 256, Word, "bytes"),
    ("tcpi_delivered_ce_bytes", 260, Word, "bytes"),
    ("tcpi_received_e1_bytes", 264, Word, "bytes"),
    ("tcpi_received_e0_bytes", 268, Word, "bytes"),
    ("tcpi_received_ce_bytes", 272, Word, "bytes"),
];

/// What the kernel fills in for a listener; the rest of its structure is zeros that mean nothing (tcp_get_info in net/ipv4/tcp.c).
/// tcpi_unacked is then the accept queue's length and tcpi_sacked the backlog.
static OF_A_LISTENER: &[&str] =
    &["tcpi_state", "tcpi_unacked", "tcpi_sacked", "tcpi_snd_cwnd", "tcpi_reordering", "tcpi_pacing_rate", "tcpi_max_pacing_rate"];

impl TcpInfo {
    /// Reads the bytes that getsockopt(2) wrote for TCP_INFO.
    pub fn decode(bytes: &[u8]) -> TcpInfo {
        let listens = bytes.first() == Some(&(State::Listen as u8));
        let fields = FIELDS
            .iter()
            .filter(|f| !listens || OF_A_LISTENER.contains(&f.0))
            .filter_map(|(name, at, part, unit)| {
                let queue = listens && matches!(*name, "tcpi_unacked" | "tcpi_sacked");
                Some((*name, value(bytes, *at, *part)?, if queue { "connections" } else { *unit }))
            })
            .collect();
        TcpInfo { fields }
    }

    pub fn get(&self, name: &str) -> Option<u64> {
        self.fields.iter().find(|f| f.0 == name).map(|f| f.1)
    }
}

fn value(b: &[u8], at: usize, part: Part) -> Option<u64> {
    Some(match part {
        Byte => u64::from(*b.get(at)?),
        Bits(before, count) => {
            // The compiler lays bit fields out from the other end on big-endian machines.
            let shift = if cfg!(target_endian = "big") { 8 - before - count } else { before };
            u64::from(*b.get(at)?) >> shift & ((1 << count) - 1)
        }
        Half => u64::from(u16::from_ne_bytes(b.get(at..at + 2)?.try_into().ok()?)),
        Word => u64::from(u32::from_ne_bytes(b.get(at..at + 4)?.try_into().ok()?)),
        Long => u64::from_ne_bytes(b.get(at..at + 8)?.try_into().ok()?),
    })
}

/// Numbers that have names in linux/tcp.h: the state, the congestion state, the options.
pub fn named(field: &str, value: u64) -> Option<String> {
    let name = match field {
        "tcpi_state" => State::from_number(u8::try_from(value).ok()?)?.name(),
        "tcpi_ca_state" => match value {
            0 => "TCP_CA_Open",
            1 => "TCP_CA_Disorder",
            2 => "TCP_CA_CWR",
            3 => "TCP_CA_Recovery",
            4 => "TCP_CA_Loss",
            _ => return None,
        },
        "tcpi_options" => return Some(options(value)),
        "tcpi_fastopen_client_fail" => match value {
            0 => "TFO_STATUS_UNSPEC",
            1 => "TFO_COOKIE_UNAVAILABLE",
            2 => "TFO_DATA_NOT_ACKED",
            3 => "TFO_SYN_RETRANSMITTED",
            _ => return None,
        },
        _ => return None,
    };
    Some(name.to_string())
}

fn options(bits: u64) -> String {
    const NAMES: [&str; 8] = ["TIMESTAMPS", "SACK", "WSCALE", "ECN", "ECN_SEEN", "SYN_DATA", "USEC_TS", "TFO_CHILD"];
    let set: Vec<String> =
        NAMES.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, n)| format!("TCPI_OPT_{n}")).collect();
    if set.is_empty() { "0".into() } else { set.join("|") }
}

/// Numbers that stand for "no limit" or "not measured": they are no amounts of the field's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    NoLimit,
    NotMeasured,
}

/// Whether a value is such a number (~0 for the rates and tcpi_min_rtt, TCP_INFINITE_SSTHRESH).
pub fn special(field: &str, value: u64) -> Option<Special> {
    match (field, value) {
        ("tcpi_pacing_rate" | "tcpi_max_pacing_rate", u64::MAX) => Some(Special::NoLimit),
        ("tcpi_snd_ssthresh", 0x7fff_ffff) => Some(Special::NoLimit),
        ("tcpi_min_rtt", 0xffff_ffff) => Some(Special::NotMeasured),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::opt;
    use std::io::Write;
    use std::os::fd::AsRawFd;

    fn info(fd: i32) -> (TcpInfo, usize) {
        let mut room = [0u8; 1024];
        let (ret, len) = opt::get_raw(fd, libc::SOL_TCP, libc::TCP_INFO, &mut room);
        ret.unwrap();
        (TcpInfo::decode(&room[..len]), len)
    }

    #[test]
    fn a_connection_tells_its_figures() {
        let l = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut c = std::net::TcpStream::connect(l.local_addr().unwrap()).unwrap();
        let (a, _) = l.accept().unwrap();
        c.write_all(b"hello").unwrap();
        let (t, len) = info(c.as_raw_fd());
        assert_eq!(t.get("tcpi_state"), Some(1));
        assert_eq!(named("tcpi_state", 1).as_deref(), Some("ESTABLISHED"));
        assert_eq!(t.get("tcpi_pmtu"), Some(65535), "of the loopback interface: {t:?}");
        assert!(t.get("tcpi_rto").is_some_and(|n| n >= 200_000));
        assert!(named("tcpi_options", t.get("tcpi_options").unwrap()).unwrap().contains("TCPI_OPT_WSCALE"));
        let (peer, _) = info(a.as_raw_fd());
        assert_eq!(t.get("tcpi_snd_wscale"), peer.get("tcpi_rcv_wscale"));
        assert_eq!(t.get("tcpi_rcv_wscale"), peer.get("tcpi_snd_wscale"));
        if len > 208 {
            assert_eq!(t.get("tcpi_bytes_sent"), Some(5));
            assert_eq!(peer.get("tcpi_bytes_received"), Some(5));
        }
        assert_eq!(special("tcpi_snd_ssthresh", t.get("tcpi_snd_ssthresh").unwrap()), Some(Special::NoLimit));
    }

    #[test]
    fn a_listener_tells_its_queue_and_no_zeros_that_mean_nothing() {
        let l = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let _c = std::net::TcpStream::connect(l.local_addr().unwrap()).unwrap();
        let (t, _) = info(l.as_raw_fd());
        assert!(t.fields.contains(&("tcpi_unacked", 1, "connections")), "{t:?}");
        assert_eq!(t.get("tcpi_rtt"), None);
    }

    #[test]
    fn a_shorter_structure_has_fewer_fields() {
        let whole = [1u8; 280];
        let mut last = 0;
        for len in 0..=whole.len() {
            let n = TcpInfo::decode(&whole[..len]).fields.len();
            assert!(n >= last);
            last = n;
        }
        assert_eq!(last, FIELDS.len());
        assert_eq!(TcpInfo::decode(&[]).fields, []);
        // Bit fields: 0xa7 is 7 below and 10 above.
        let mut b = [0u8; 8];
        b[6] = 0xa7;
        b[7] = 0b101;
        let t = TcpInfo::decode(&b);
        if cfg!(target_endian = "little") {
            assert_eq!((t.get("tcpi_snd_wscale"), t.get("tcpi_rcv_wscale")), (Some(7), Some(10)));
            assert_eq!((t.get("tcpi_delivery_rate_app_limited"), t.get("tcpi_fastopen_client_fail")), (Some(1), Some(2)));
        }
    }

    #[test]
    fn fields_stand_in_order_and_do_not_overlap() {
        for pair in FIELDS.windows(2) {
            let width = match pair[0].2 {
                Byte => 1,
                Bits(..) => 0,
                Half => 2,
                Word => 4,
                Long => 8,
            };
            assert!(pair[0].1 + width <= pair[1].1, "{} and {}", pair[0].0, pair[1].0);
        }
    }
}

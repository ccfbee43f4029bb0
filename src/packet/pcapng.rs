//! Captures in files: pcapng (draft-ietf-opsawg-pcapng), as Wireshark and tshark write and read them.
//!
//! Written are a section header, an interface for each host and a block for each frame, with a comment and nanosecond times. Read is
//! what anybody writes: either byte order, blocks of any kind; a broken file is refused with where and why.

mod read;
mod write;

pub use read::{Broken, Capture, Fault, Interface, Record, read};
pub use write::Writer;

/// The block types.
mod block {
    pub const SECTION: u32 = 0x0a0d_0d0a;
    pub const INTERFACE: u32 = 1;
    pub const PACKET: u32 = 2;
    pub const SIMPLE: u32 = 3;
    pub const ENHANCED: u32 = 6;
}

/// Option codes.
mod option {
    pub const END: u16 = 0;
    pub const COMMENT: u16 = 1;
    /// Of an interface.
    pub const IF_NAME: u16 = 2;
    pub const IF_DESCRIPTION: u16 = 3;
    pub const IF_TSRESOL: u16 = 9;
    pub const IF_TSOFFSET: u16 = 14;
    /// Of a section.
    pub const SHB_HARDWARE: u16 = 2;
    pub const SHB_OS: u16 = 3;
    pub const SHB_USERAPPL: u16 = 4;
}

const BYTE_ORDER: u32 = 0x1a2b_3c4d;
/// LINKTYPE_ETHERNET.
pub const ETHERNET: u16 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut out = Vec::new();
        let mut w = Writer::new(&mut out, "sockscope 0.1.0").unwrap();
        let alice = w.interface("alice", None).unwrap();
        let bob = w.interface("bob", Some("10.0.0.2")).unwrap();
        w.packet(alice, 1_700_000_000_123_456_789, &[1; 60], 60, "#1 alice: delivered to bob").unwrap();
        w.packet(bob, 1_700_000_000_123_456_790, &[2; 61], 1500, "#2 bob: 丢弃").unwrap();
        out
    }

    #[test]
    fn what_is_written_is_read() {
        let capture = read(&mut sample().as_slice()).unwrap();
        assert_eq!(capture.interfaces.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["alice", "bob"]);
        let [a, b] = &capture.records[..] else { panic!("{capture:?}") };
        assert_eq!((a.interface, a.time_ns, a.full_len, &a.bytes[..]), (0, 1_700_000_000_123_456_789, 60, &[1; 60][..]));
        assert_eq!((b.interface, b.full_len, b.bytes.len(), b.comment.as_str()), (1, 1500, 61, "#2 bob: 丢弃"));
    }

    /// The sample's blocks with every number in the other byte order.
    fn swapped() -> Vec<u8> {
        fn words(out: &mut Vec<u8>, bytes: &[u8], sizes: &[usize]) -> usize {
            let mut at = 0;
            for n in sizes {
                out.extend(bytes[at..at + n].iter().rev());
                at += n;
            }
            at
        }
        let sample = sample();
        let mut out = Vec::new();
        let mut at = 0;
        while at < sample.len() {
            let kind = u32::from_le_bytes(sample[at..at + 4].try_into().unwrap());
            let len = u32::from_le_bytes(sample[at + 4..at + 8].try_into().unwrap()) as usize;
            let b = &sample[at..at + len];
            let fixed: &[usize] = match kind {
                block::SECTION => &[4, 4, 4, 2, 2, 8],
                block::INTERFACE => &[4, 4, 2, 2, 4],
                _ => &[4, 4, 4, 4, 4, 4, 4],
            };
            let mut i = words(&mut out, b, fixed);
            if kind == block::ENHANCED {
                let data = (u32::from_le_bytes(b[20..24].try_into().unwrap()) as usize).next_multiple_of(4);
                out.extend(&b[i..i + data]);
                i += data;
            }
            while i < len - 4 {
                let size = u16::from_le_bytes([b[i + 2], b[i + 3]]) as usize;
                words(&mut out, &b[i..], &[2, 2]);
                out.extend(&b[i + 4..i + 4 + size.next_multiple_of(4)]);
                i += 4 + size.next_multiple_of(4);
            }
            words(&mut out, &b[len - 4..], &[4]);
            at += len;
        }
        out
    }

    #[test]
    fn either_byte_order_is_read() {
        assert_eq!(read(&mut swapped().as_slice()).unwrap(), read(&mut sample().as_slice()).unwrap());
    }

    #[test]
    fn unknown_blocks_are_skipped() {
        let mut bytes = sample();
        let unknown = [0x0bad_u32, 16, 0, 16].map(u32::to_le_bytes).concat();
        bytes.extend(unknown);
        let again = sample().split_off(0);
        bytes.extend(again);
        let capture = read(&mut bytes.as_slice()).unwrap();
        assert_eq!((capture.records.len(), capture.interfaces.len(), capture.records[3].interface), (4, 4, 3));
    }

    #[test]
    fn a_broken_file_is_refused_with_where_and_why() {
        let why = |bytes: &[u8]| read(&mut &bytes[..]).unwrap_err();
        assert_eq!(why(b"").why, Fault::NotPcapng);
        assert_eq!(why(b"GIF89a, and more of it").why, Fault::NotPcapng);
        let whole = sample();
        let cut = why(&whole[..whole.len() - 3]);
        assert!(matches!(cut.why, Fault::Cut) && cut.at > 100, "{cut:?}");
        let mut bad = whole.clone();
        bad[4] = 0x51;
        assert_eq!((why(&bad).at, why(&bad).why), (0, Fault::BlockLength));
        let mut huge = whole.clone();
        huge.extend([6u32, 0xffff_fff0, 0, 0].map(u32::to_le_bytes).concat());
        assert_eq!((why(&huge).at, why(&huge).why), (whole.len() as u64, Fault::BlockLength));
        let mut lost = whole.clone();
        lost.extend([6u32, 32, 9, 0, 0, 0, 0, 32].map(u32::to_le_bytes).concat());
        assert_eq!(why(&lost).why, Fault::NoInterface);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(changes in proptest::collection::vec((0..400usize, proptest::num::u8::ANY), 0..6), end in 0..500usize) {
            let mut bytes = sample();
            for (at, b) in changes {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = b;
                }
            }
            bytes.truncate(end);
            let _ = read(&mut bytes.as_slice());
        }
    }
}

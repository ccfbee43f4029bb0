//! UDP.

use super::head::Head;
use super::{Below, Judged, LayerKind, Out, Part, ids};
use crate::packet::checksum::{over, pseudo};
use crate::packet::wire::{proto, udp as at};

pub fn udp(out: &mut Out, part: Part<'_>, below: Below) {
    let mut head = Head::new(part);
    head.number(ids::UDP_SRC_PORT, at::SRC_PORT);
    head.number(ids::UDP_DST_PORT, at::DST_PORT);
    let len = head.number(ids::UDP_LEN, at::LEN);
    let stored = head.hex(ids::UDP_CHECKSUM, at::CHECKSUM);
    let (Some(len), Some(stored)) = (len, stored) else { return out.push(LayerKind::Udp, head) };
    let len = if (len as usize) < at::HEADER { part.data.len() } else { len as usize };
    let whole = part.first(len);
    if stored == 0 && below.src.is_ipv4() {
        head.judge(Judged::Unused);
    } else if !below.partial && whole.missing == 0 {
        // A sum of zero is sent as ones: zero means that there is none (RFC 768).
        let sum = match over(pseudo(below.src, below.dst, proto::UDP, whole.data.len()), whole.data, at::CHECKSUM.start) {
            0 => 0xffff,
            sum => sum,
        };
        head.should_be(sum.into());
    }
    head.cut |= whole.missing > 0 && !below.partial;
    out.push(LayerKind::Udp, head);
    out.data(whole.after(at::HEADER));
}

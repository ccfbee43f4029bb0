//! Frames for machines.

use super::object::{Obj, quoted};
use crate::event::{Cause, End, Fate, Frame, PacketDetail};
use crate::packet::{Judged, Tcp, Value, hex};
use std::sync::Arc;

/// The fields of a frame; those that its protocol lacks are absent.
pub fn frame(o: &mut Obj, f: &Frame) {
    let s = &f.summary;
    o.str("kind", f.fate.word());
    o.raw("packet", f.packet);
    o.str("from", &f.from);
    o.str("to", f.to.as_deref().unwrap_or("*"));
    o.str("proto", s.proto.name());
    if let Some(tcp) = &s.tcp {
        o.list("flags", tcp.flag_names().map(quoted));
        num(o, "seq_rel", f.seq_rel);
        // Without the ACK flag the field says nothing, and counts as 0.
        num(o, "ack_rel", if tcp.has(Tcp::ACK) { f.ack_rel } else { Some(0) });
    }
    o.raw("len", s.len);
    let end = |ip: Option<std::net::IpAddr>, port: Option<u16>| match (ip?, port) {
        (ip, Some(port)) => Some(std::net::SocketAddr::new(ip, port).to_string()),
        (ip, None) => Some(ip.to_string()),
    };
    for (key, text) in [("src", end(s.src, s.src_port)), ("dst", end(s.dst, s.dst_port))] {
        if let Some(text) = text {
            o.str(key, &text);
        }
    }
    if let Some((kind, code)) = s.kind {
        o.raw("type", kind);
        o.raw("code", code);
    }
    if let Some((offset, more)) = s.fragment {
        o.raw("fragment", format!("{{\"offset\":{offset},\"more\":{more}}}"));
    }
    if let Some(tcp) = &s.tcp {
        o.raw("seq_raw", tcp.seq);
        o.raw("ack_raw", tcp.ack);
        num(o, "window", f.window);
    }
    if let Some(cause) = f.cause {
        o.str("cause", cause.word());
        if let Some(of) = cause.of() {
            o.raw("of", of);
        }
        if let Cause::Corrupted { bit } = cause {
            o.raw("bit", bit);
        }
    }
    if !f.notes.is_empty() {
        o.list("notes", f.notes.iter().map(|n| serde_json::to_string(n).unwrap_or_default()));
    }
    o.raw("frame_len", f.full_len);
    if let Some(ends) = &f.states {
        let mut both = Obj::new();
        both.raw("sender", self::end(&ends.sender));
        both.raw("receiver", self::end(&ends.receiver));
        o.raw("states", both.end());
    }
    o.raw("t_us", format_args!("{:.1}", f.t_us));
}

fn num(o: &mut Obj, key: &str, n: Option<u32>) {
    if let Some(n) = n {
        o.raw(key, n);
    }
}

fn end(e: &End) -> String {
    let mut o = Obj::new();
    if let Some(socket) = &e.socket {
        o.str("socket", socket);
    }
    o.opt_str("before", e.before.map(|s| s.name()));
    o.opt_str("after", e.after.map(|s| s.name()));
    if e.listens {
        o.raw("listens", true);
    }
    o.end()
}

fn one(f: &Frame) -> String {
    let mut o = Obj::new();
    frame(&mut o, f);
    o.end()
}

/// `packets`.
pub fn packets(o: &mut Obj, frames: &[Arc<Frame>]) {
    o.str("report", "packets");
    o.raw("count", frames.len());
    o.raw("held", frames.iter().filter(|f| f.fate == Fate::Held).count());
    o.list("packets", frames.iter().map(|f| one(f)));
}

/// `packet N`: the frame, its bytes, and every field of every layer. Ranges are half-open, in bytes and in bits of the frame.
pub fn packet(o: &mut Obj, detail: &PacketDetail) {
    o.str("report", "packet");
    o.raw("packet", one(&detail.frame));
    o.str("bytes", &hex(&detail.frame.bytes));
    if let Some(id) = detail.field {
        o.str("asked", id.name());
    }
    o.list(
        "layers",
        detail.decoded.layers.iter().map(|layer| {
            let mut l = Obj::new();
            l.str("layer", layer.kind.name());
            if layer.quoted {
                l.raw("quoted", true);
            }
            if layer.cut {
                l.raw("cut", true);
            }
            l.list("fields", layer.fields.iter().map(field));
            l.end()
        }),
    );
}

fn field(f: &crate::packet::Field) -> String {
    let mut o = Obj::new();
    o.str("field", f.id.name());
    let bytes = f.bytes();
    o.raw("bytes", format!("[{},{}]", bytes.start, bytes.end));
    if f.is_part_of_byte() {
        o.raw("bits", format!("[{},{}]", f.bits.start, f.bits.end));
    }
    match &f.value {
        Value::Number(n) => o.raw("value", n),
        Value::Ip(ip) => o.str("value", &ip.to_string()),
        Value::Bytes => {}
    }
    if !f.shown.is_empty() {
        o.str("shown", &f.shown);
    }
    match f.judged {
        Some(Judged::Right) => o.str("checksum", "right"),
        Some(Judged::Wrong(should)) => {
            o.str("checksum", "wrong");
            o.raw("should_be", should);
        }
        Some(Judged::Unused) => o.str("checksum", "unused"),
        None => {}
    }
    o.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Report, What};
    use crate::packet::{Note, Summary, decode};
    use crate::text::Lang;
    use crate::view::json::line;
    use serde_json::{Value as Json, json};

    fn sample(to: Option<&str>) -> Frame {
        Frame { fate: Fate::Held, to: to.map(Arc::from), ..crate::event::sample::syn(3) }
    }

    fn said(what: What) -> Json {
        serde_json::from_str(&line(&Event { seq: 1, turn: 2, at_us: 0.0, what }, Lang::En)).unwrap()
    }

    #[test]
    fn a_frame_has_the_shape_of_the_contract() {
        let got = said(What::Frame(Box::new(sample(Some("bob")))));
        let want = json!({"kind":"held","packet":3,"from":"alice","to":"bob","proto":"tcp","flags":["SYN"],"seq_rel":0,"ack_rel":0,"len":0,
            "src":"10.0.0.1:40001","dst":"10.0.0.2:9000"});
        for (key, value) in want.as_object().unwrap() {
            assert_eq!(&got[key], value, "{key}");
        }
        assert_eq!(said(What::Frame(Box::new(sample(None))))["to"], "*");
    }

    #[test]
    fn fields_that_a_protocol_lacks_are_absent() {
        let mut f = sample(None);
        let mut arp = vec![0xff; 6];
        arp.extend([2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]);
        (f.summary, f.seq_rel) = (Summary::of(&arp), None);
        f.fate = Fate::Dropped;
        f.cause = Some(Cause::HeldAgain { of: 2 });
        f.notes = vec![Note::Gap { missing: 4 }];
        let got = said(What::Frame(Box::new(f)));
        for key in ["flags", "seq_rel", "ack_rel", "window", "states", "fragment"] {
            assert!(got.get(key).is_none(), "{key}: {got}");
        }
        assert_eq!((&got["src"], &got["proto"], &got["type"]), (&json!("10.0.0.1"), &json!("arp"), &json!(1)));
        assert_eq!(
            (&got["cause"], &got["of"], &got["notes"]),
            (&json!("held_again"), &json!(2), &json!([{"note":"gap","missing":4}]))
        );
    }

    #[test]
    fn a_packet_is_taken_apart() {
        let frame = Arc::new(sample(Some("bob")));
        let decoded = decode(&frame.bytes);
        let detail = PacketDetail { frame: frame.clone(), decoded, field: None, cards: false };
        let got = said(What::Report(Box::new(Report::Packet(Box::new(detail)))));
        assert_eq!((&got["kind"], &got["packet"]["packet"]), (&json!("report"), &json!(3)));
        let ttl = got["layers"][1]["fields"].as_array().unwrap().iter().find(|f| f["field"] == "ip.ttl").unwrap();
        assert_eq!(ttl, &json!({"field":"ip.ttl","bytes":[22,23],"value":64,"shown":"64"}));
        let list = said(What::Report(Box::new(Report::Packets(vec![frame]))));
        assert_eq!((&list["count"], &list["held"], &list["packets"][0]["from"]), (&json!(1), &json!(1), &json!("alice")));
    }
}

//! `packet N`: every field of every layer, with its bytes, its value, and its card where it is met for the first time or asked for.

use super::bytes::quoted;
use super::grid::pad;
use super::packets;
use crate::event::PacketDetail;
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::packet::{Field, FieldId, Judged, Layer, hex, ids};
use crate::text::Lang;
use crate::text::messages::frame as say;

/// What may be said of a field: nothing, its brief line, all of its card.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub paragraphs: Vec<Vec<Span>>,
}

/// Bytes of a field that stand beside its name; those of longer ones stand below it.
const BESIDE: usize = 6;
/// Bytes on a line of a dump.
const DUMP: usize = 16;
/// Columns of a payload's text.
const TEXT: usize = 200;
/// Bytes of a field that are shown; a frame has at most 64 KiB.
const MOST: usize = 4096;

/// The packet taken apart. `card` gives what is to be said of each field.
pub fn packet(p: &PacketDetail, lang: Lang, mut card: impl FnMut(FieldId) -> Said) -> Doc {
    let mut doc = packets::row(&p.frame, false, lang);
    let kept = p.frame.bytes.len();
    if kept < p.frame.full_len as usize {
        doc.para(5, vec![Span::new(Role::Dim, say::kept_of(kept, p.frame.full_len).plain(lang))]);
    }
    if let Some(id) = p.field {
        let found: Vec<(&Layer, &Field)> =
            p.decoded.layers.iter().flat_map(|l| l.fields.iter().map(move |f| (l, f))).filter(|(_, f)| f.id == id).collect();
        if found.is_empty() {
            doc.para(2, inline(&say::packet_lacks_field(id.name(), p.frame.packet).in_lang(lang)));
        }
        for (layer, field) in found {
            head(&mut doc, layer, lang);
            row(&mut doc, field, &p.frame.bytes, lang);
        }
        told(&mut doc, card(id));
        return doc;
    }
    let whole = kept == p.frame.full_len as usize;
    let last = p.decoded.layers.len().saturating_sub(1);
    for (at, layer) in p.decoded.layers.iter().enumerate() {
        head(&mut doc, layer, lang);
        for field in &layer.fields {
            row(&mut doc, field, &p.frame.bytes, lang);
            told(&mut doc, card(field.id));
        }
        match layer.cut {
            false => {}
            // Nothing is wrong with a quote that ends early: RFC 792 asks for 8 bytes behind the IP header.
            true if layer.quoted && whole => {
                if at == last {
                    doc.line(4, vec![Span::new(Role::Dim, format!("│ {}", say::layer_quote_ends().plain(lang)))]);
                }
            }
            true => doc.line(4, vec![Span::new(Role::Bad, format!("! {}", say::layer_cut().plain(lang)))]),
        }
    }
    doc
}

fn head(doc: &mut Doc, layer: &Layer, lang: Lang) {
    let name = if layer.quoted { say::layer_quoted(layer.kind.name()).plain(lang) } else { layer.kind.name().to_string() };
    let mut spans = vec![Span::new(Role::Heading, name)];
    if let (Some(first), Some(last)) = (layer.fields.first(), layer.fields.last()) {
        spans.push(Span::new(Role::Dim, format!("   {}–{}", first.bytes().start, last.bytes().end.saturating_sub(1))));
    }
    doc.line(2, spans);
}

/// `  34  9c 41        tcp.src_port   40001`.
fn row(doc: &mut Doc, field: &Field, frame: &[u8], lang: Lang) {
    let range = field.bytes();
    let bytes = frame.get(range.clone()).unwrap_or_default();
    let beside = match bytes.len() {
        n if n > BESIDE => say::frame_bytes(n).plain(lang),
        n if field.is_part_of_byte() && n <= 2 => bits(field, bytes),
        _ => spaced(bytes),
    };
    let mut spans = vec![
        Span::new(Role::Dim, format!("{:>5}  ", range.start)),
        Span::new(if bytes.len() > BESIDE { Role::Dim } else { Role::Data }, pad(&beside, 3 * BESIDE + 1)),
        Span::plain(" "),
        Span::new(Role::Code, pad(field.id.name(), 19)),
    ];
    // A short payload is best read as text; a longer one has its text beside the dump.
    let shown = match field.id {
        ids::DATA if bytes.len() <= BESIDE => quoted(bytes, bytes.len() as u64, 4 * BESIDE),
        _ => field.shown.clone(),
    };
    if !shown.is_empty() {
        let role = if field.id == ids::DATA { Role::Data } else { Role::Number };
        spans.extend([Span::plain(" "), Span::new(role, shown)]);
    }
    match field.judged {
        Some(Judged::Right) => spans.push(Span::new(Role::Good, format!("  {}", say::sum_right().plain(lang)))),
        Some(Judged::Wrong(should)) => {
            let digits = bytes.len() * 2;
            spans.push(Span::new(Role::Bad, format!("  {}", say::sum_wrong(format!("0x{should:0digits$x}")).plain(lang))));
        }
        Some(Judged::Unused) => spans.push(Span::new(Role::Dim, format!("  {}", say::sum_unused().plain(lang)))),
        None => {}
    }
    doc.line(2, spans);
    if bytes.len() > BESIDE {
        // Letters beyond ASCII are seen only where the bytes are read together.
        if field.id == ids::DATA && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
            let text = quoted(bytes, bytes.len() as u64, TEXT);
            doc.push(Block::Para { indent: 9, bar: false, lead: Vec::new(), spans: vec![Span::new(Role::Data, text)] });
        }
        dump(doc, bytes, range.start, field.id == ids::DATA);
    }
}

fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
}

/// `..1. .... .... ....`: the field's own bits among those of its bytes.
fn bits(field: &Field, bytes: &[u8]) -> String {
    let first = field.bytes().start * 8;
    let mut out = String::new();
    for i in 0..bytes.len() * 8 {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        let set = bytes[i / 8] >> (7 - i % 8) & 1 == 1;
        out.push(match field.bits.contains(&(first + i)) {
            true if set => '1',
            true => '0',
            false => '.',
        });
    }
    out
}

/// Offset, bytes, and for payload what they are as text.
fn dump(doc: &mut Doc, bytes: &[u8], start: usize, text: bool) {
    let lines = bytes[..bytes.len().min(MOST)].chunks(DUMP).enumerate().map(|(i, part)| {
        let mut spans = vec![
            Span::new(Role::Dim, format!("{:>5}  ", start + i * DUMP)),
            Span::new(Role::Data, if text { pad(&spaced(part), 3 * DUMP) } else { hex(part) }),
        ];
        if text {
            spans.push(Span::plain(" "));
            let visible = |b: &u8| if b.is_ascii_graphic() || *b == b' ' { char::from(*b) } else { '.' };
            spans.push(Span::new(Role::Data, part.iter().map(visible).collect::<String>()));
        }
        spans
    });
    doc.push(Block::Pre { indent: 2, bar: false, lines: lines.collect() });
    if bytes.len() > MOST {
        doc.line(2, vec![Span::new(Role::Dim, format!("{:>5}  …", start + MOST))]);
    }
}

fn told(doc: &mut Doc, said: Said) {
    for paragraph in said.paragraphs {
        doc.push(Block::Para { indent: 9, bar: true, lead: Vec::new(), spans: paragraph });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Fate, Frame, Report, What};
    use crate::lesson::Library;
    use crate::markup::{Style, render, width};
    use crate::packet::{Summary, build, decode, field_id};
    use crate::view::narration::{Manner, Narration};
    use std::sync::Arc;

    fn detail(field: Option<&str>, cards: bool) -> PacketDetail {
        quoting(usize::MAX, field, cards)
    }

    /// An error that quotes so many bytes of a datagram.
    fn quoting(most: usize, field: Option<&str>, cards: bool) -> PacketDetail {
        let ends = ("10.0.0.1:40001".parse().unwrap(), "10.0.0.2:9000".parse().unwrap());
        let datagram = build::udp(([2; 6], [4; 6]), ends.0, ends.1, b"hi\x1b[2J").unwrap();
        let between = build::Between { eth_src: [4; 6], eth_dst: [2; 6], src: ends.1.ip(), dst: ends.0.ip() };
        let mut bytes = build::unreachable(between, 3, &datagram[..most.min(datagram.len())]).unwrap();
        bytes[36] ^= 1;
        let frame = Frame {
            packet: 7,
            fate: Fate::Delivered,
            cause: None,
            from: "bob".into(),
            to: Some("alice".into()),
            summary: Summary::of(&bytes),
            full_len: bytes.len() as u32,
            bytes: bytes.clone().into(),
            seq_rel: None,
            ack_rel: None,
            window: None,
            notes: Vec::new(),
            t_us: 0.0,
            states: None,
        };
        PacketDetail { frame: Arc::new(frame), decoded: decode(&bytes), field: field.and_then(field_id), cards }
    }

    fn told(n: &mut Narration, d: PacketDetail, ascii: bool) -> String {
        let what = What::Report(Box::new(Report::Packet(Box::new(d))));
        let doc = n.event(&Event { seq: 1, turn: 1, at_us: 0.0, what }, &[]);
        let mut out = String::new();
        render(&doc, Style { width: 80, ascii, ..Style::PLAIN }, &mut out);
        out
    }

    fn narration(lang: Lang) -> Narration {
        let manner = Manner { lang, width: 80, echo: false, ascii: false, staged: false };
        Narration::new(manner, Arc::new(Library::new(None)), Vec::new())
    }

    #[test]
    fn every_field_stands_with_its_bytes_and_is_explained_once() {
        let mut n = narration(Lang::En);
        let first = told(&mut n, detail(None, false), false);
        for part in [
            "  ICMP   34–41\n",
            "     22  40                  ip.ttl              64\n",
            "     20  .1.. ....           ip.df               1\n",
            "     20  ...0 0000 0000 0000 ip.frag_offset      0 (0 bytes)\n",
            "icmp.checksum",
            "wrong: should be 0x",
            "  IPv4, quoted   42–61\n",
            "udp.dst_port        9000",
            "      0  02 02 02 02 02 02   eth.dst             02:02:02:02:02:02\n",
            "│ Time to live: how many routers the packet may still pass.\n",
            "data                \"hi\\x1b[2J\"\n",
        ] {
            assert!(first.contains(part), "{part:?} is not in\n{first}");
        }
        assert_eq!(first.matches("│ The IPv4 address of the sender.").count(), 1, "{first}");
        assert!(!first.contains('\u{1b}'));
        let second = told(&mut n, detail(None, false), false);
        assert!(!second.contains('│') && second.contains("ip.ttl"), "{second}");
        let asked = told(&mut n, detail(Some("ip.ttl"), false), true);
        assert!(asked.contains("| Each router takes one off") && !asked.contains("ip.src"), "{asked}");
        assert!(told(&mut n, detail(Some("tcp.seq"), false), false).contains("packet #7 has no field tcp.seq"));
        for line in [first, second].concat().lines() {
            assert!(width(line) <= 80, "{line}");
        }
    }

    #[test]
    fn a_quote_that_ends_early_is_no_fault_and_shows_the_ports() {
        // Ethernet, IPv4, and the 8 bytes that RFC 792 asks for.
        let text = told(&mut narration(Lang::En), quoting(14 + 20 + 8, None, false), false);
        for part in [
            "udp.src_port        40001",
            "udp.dst_port        9000",
            "│ here the quote ends: whoever sent the error quoted no more",
        ] {
            assert!(text.contains(part), "{part:?} is not in\n{text}");
        }
        assert_eq!(text.matches("the quote ends").count(), 1, "{text}");
        assert!(!text.contains("fewer bytes"), "{text}");
    }

    #[test]
    fn it_is_said_in_chinese_too() {
        let text = told(&mut narration(Lang::Zh), detail(None, true), false);
        for part in ["IPv4（引用）", "错误：应为 0x", "│ 生存时间：数据包还能经过多少台路由器。"] {
            assert!(text.contains(part), "{part:?} is not in\n{text}");
        }
    }
}

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
            doc.para(2, inline(&say::no_field(id.name(), p.frame.packet).in_lang(lang)));
        }
        for (layer, field) in found {
            head(&mut doc, layer, lang);
            row(&mut doc, field, &p.frame.bytes, lang);
        }
        told(&mut doc, card(id));
        return doc;
    }
    for layer in &p.decoded.layers {
        head(&mut doc, layer, lang);
        for field in &layer.fields {
            row(&mut doc, field, &p.frame.bytes, lang);
            told(&mut doc, card(field.id));
        }
        if layer.cut {
            doc.line(4, vec![Span::new(Role::Bad, format!("! {}", say::layer_cut().plain(lang)))]);
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
        n if n > BESIDE => say::bytes_n(n).plain(lang),
        n if field.is_part_of_byte() && n <= 2 => bits(field, bytes),
        _ => spaced(bytes),
    };
    let mut spans = vec![
        Span::new(Role::Dim, format!("{:>5}  ", range.start)),
        Span::new(if bytes.len() > BESIDE { Role::Dim } else { Role::Data }, pad(&beside, 3 * BESIDE + 3)),
        Span::plain(" "),
        Span::new(Role::Code, pad(field.id.name(), 19)),
        Span::plain(" "),
        Span::new(Role::Number, field.shown.clone()),
    ];
    match field.judged {
        Some(Judged::Right) => spans.push(Span::new(Role::Good, format!("   {}", say::sum_right().plain(lang)))),
        Some(Judged::Wrong(should)) => {
            let digits = bytes.len() * 2;
            spans.push(Span::new(Role::Bad, format!("   {}", say::sum_wrong(format!("0x{should:0digits$x}")).plain(lang))));
        }
        Some(Judged::Unused) => spans.push(Span::new(Role::Dim, format!("   {}", say::sum_unused().plain(lang)))),
        None => {}
    }
    doc.line(2, spans);
    if bytes.len() > BESIDE {
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
            spans.push(Span::new(Role::Data, quoted(part, part.len() as u64, DUMP)));
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

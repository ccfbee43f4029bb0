//! stub
use crate::event::Observation;
use crate::markup::Doc;
use crate::text::Lang;
pub fn sockets(rows: &[Observation], _: Option<&str>, lang: Lang, _: usize) -> Doc {
    let mut doc = Doc::new();
    rows.iter().for_each(|r| doc.line(2, super::row::row(r, lang)));
    doc
}

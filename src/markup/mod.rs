//! Text with meaning: what a piece of text is, never how it looks. One renderer turns roles into colour or plain text.
//! Knows no sockets, no language, no terminal.

mod block;
mod inline;
mod render;
mod width;

pub use block::{Block, Doc, Piece, Role, Span};
pub use inline::inline;
pub use render::{Style, plain_text, render, render_spans, safe};
pub use width::{fit, width};

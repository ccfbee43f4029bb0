//! Pictures of a log: log in, shapes out; as characters, as SVG, as a page. One file per view.
//!
//! A further view is a file that makes a [`Picture`], a word in [`PictureKind`], and a line in [`of`].

mod brief;
mod buffers;
mod cast;
mod ends;
mod html;
mod ladder;
mod machine;
mod programs;
mod scene;
mod screen;
mod svg;
mod timeline;
mod topology;
mod travel;

pub use scene::Picture;

use crate::event::{Event, PictureKind, Pictured};
use crate::markup::{Doc, Role, Style, render};
use crate::text::messages::picture as say;
use crate::text::{Lang, Text};
use scene::{Band, Page};

/// The picture that was asked for, of the events up to then; or why there is none.
///
/// # Errors
/// There is nothing to draw, or not of this socket.
pub fn of<'a>(asked: &Pictured, events: &'a [Event], lang: Lang) -> Result<Box<dyn Picture + 'a>, Text> {
    let about = match (&asked.socket, asked.id) {
        (None, _) => None,
        (Some(name), id) => Some(find(events, name, id)?),
    };
    match asked.view {
        PictureKind::State => Ok(Box::new(machine::Machine::new(events, about.ok_or_else(say::which_socket)?, lang)?)),
        PictureKind::Buffers => Ok(Box::new(buffers::Buffers::new(events, about, lang)?)),
        PictureKind::Topology => Ok(Box::new(topology::Topology::new(events, about, lang)?)),
        PictureKind::Timeline => {
            let timeline = timeline::Timeline::new(events, about, lang);
            if timeline.is_empty() { Err(say::nothing_yet()) } else { Ok(Box::new(timeline)) }
        }
        PictureKind::Ladder => {
            let ladder = ladder::Ladder::new(events, about, lang);
            if ladder.is_empty() { Err(say::nothing_yet()) } else { Ok(Box::new(ladder)) }
        }
    }
}

/// The number of a socket in the cast of these events.
fn find(events: &[Event], name: &str, id: Option<u32>) -> Result<usize, Text> {
    let mut cast = cast::Cast::default();
    events.iter().for_each(|e| drop(cast.feed(e)));
    id.and_then(|id| cast.by_id(id)).or_else(|| cast.named(name)).ok_or_else(|| {
        let names = cast.actors.iter().map(|a| a.name.as_str());
        match crate::grammar::nearest::nearest(name, names) {
            Some(near) => say::never_was_near(name, near),
            None => say::never_was(name),
        }
    })
}

/// For a terminal.
pub fn screen(picture: &dyn Picture, columns: usize, ascii: bool) -> Doc {
    let mut screen = screen::Screen::new(columns.max(20), ascii);
    picture.draw(columns.max(20), &mut screen);
    screen.doc()
}

/// Columns of a picture in a file of its own; one that wants more has more.
const FILE: usize = 120;

/// A file of SVG.
pub fn svg(picture: &dyn Picture) -> String {
    svg::svg(picture, FILE.max(picture.wants()), svg::Around::File, "picture")
}

/// The same inside of a page that is about more than the picture.
pub fn svg_in_page(picture: &dyn Picture) -> String {
    svg::svg(picture, FILE.max(picture.wants()), svg::Around::Page, "picture")
}

/// A page.
pub fn html(picture: &dyn Picture, lang: Lang) -> String {
    html::html(picture, lang)
}

/// A text in lines of so many columns.
fn lines(text: &str, columns: usize) -> Vec<String> {
    let mut doc = Doc::new();
    doc.para(0, vec![crate::markup::Span::plain(text.to_string())]);
    let mut lines = String::new();
    render(&doc, Style { width: columns, ..Style::PLAIN }, &mut lines);
    lines.lines().map(str::to_string).collect()
}

/// A text in at most `room` columns: its middle gives way.
fn middle(text: &str, room: usize) -> String {
    super::grid::shorten(text, room)
}

/// Sentences below a picture.
fn legend(texts: &[Text], columns: usize, lang: Lang, page: &mut dyn Page) {
    for text in texts {
        let lines = lines(&text.plain(lang), columns);
        let mut band = Band::new(lines.len());
        for (y, line) in lines.iter().enumerate() {
            band.text_in(0, y, columns, Role::Dim, line);
        }
        page.band(&band);
    }
}

impl PictureKind {
    /// The view of this name.
    pub fn named(word: &str) -> Option<PictureKind> {
        PictureKind::ALL.into_iter().find(|k| k.word() == word)
    }
}

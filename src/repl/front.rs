//! What the threads of a prompt share: the desk where lines are handed over, and the teller of what comes of them.

use super::Prompt;
use super::console::write_out;
use super::desk::Desk;
use super::history::History;
use super::teller::Teller;
use crate::kernel::limits::Raised;
use crate::markup::{Doc, Role, Span, inline, render, render_spans, width};
use crate::session::Sitting;
use crate::text::Text;
use crate::text::messages::said;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the editor's threads share.
pub struct Front {
    pub desk: Arc<Desk>,
    pub teller: Arc<Mutex<Teller>>,
    pub options: Prompt,
    /// A call of the last line became a job.
    pub waited: AtomicBool,
}

impl Front {
    pub fn teller(&self) -> MutexGuard<'_, Teller> {
        self.teller.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether lines are being run again that nobody is to watch.
    pub fn quiet(&self) -> bool {
        self.teller().narration.muted()
    }

    pub fn sitting(&self) -> &Arc<Sitting> {
        &self.desk.sitting
    }

    /// Prints what was recorded since the last time.
    pub fn tell(&self) {
        let text = self.teller().tell(self.sitting());
        if !text.is_empty() {
            let _ = write_out(&text);
        }
    }

    pub fn print(&self, text: &Text) {
        self.show(2, inline(&text.in_lang(self.sitting().lang())));
    }

    pub fn tell_lost(&self, history: &mut History) {
        if let Some(why) = history.lost.take() {
            self.print(&said::history_lost(why));
        }
    }

    /// A notice in lines that fit the terminal.
    pub fn show(&self, indent: usize, spans: Vec<Span>) {
        let mut doc = Doc::new();
        doc.para(indent, spans);
        let mut text = String::new();
        render(&doc, self.teller().style, &mut text);
        let _ = write_out(&text);
    }
}

/// The first lines of a sitting.
pub fn banner(front: &Front, raised: Option<Raised>) {
    let lang = front.options.lang;
    let (name, hint) = (said::banner(env!("CARGO_PKG_VERSION")), said::banner_hint());
    let both = width(&name.plain(lang)) + 3 + width(&hint.plain(lang));
    let (mut spans, hint) = (inline(&name.in_lang(lang)), inline(&hint.in_lang(lang)));
    if both <= front.options.style.width {
        spans.push(Span::plain("   "));
        spans.extend(hint);
        front.show(0, spans);
    } else {
        front.show(0, spans);
        front.show(0, hint);
    }
    match raised {
        Some(Raised::To(from, to)) => front.print(&said::raised(from, to)),
        Some(Raised::Left(limit)) => front.print(&said::limit_left(limit)),
        _ => {}
    }
}

/// The prompt: as it is counted, and as it is drawn.
pub fn prompt_text(front: &Front) -> (String, String) {
    let state = front.sitting().lock();
    let current = state.table.current.and_then(|c| state.table.entry(c.id)).map(|e| (e.name.clone(), e.place.clone()));
    let here = state.here.clone();
    drop(state);
    let mut spans = Vec::new();
    // In a lesson the step stands in the prompt; in brackets where the lesson waits.
    match front.sitting().lesson_position() {
        Some((number, of, false)) => spans.push(Span::new(Role::Dim, format!("{number}/{of} "))),
        Some((number, of, true)) => spans.push(Span::new(Role::Dim, format!("({number}/{of}) "))),
        None => {}
    }
    spans.extend(crate::view::narration::standing(&here, current.as_ref().map(|(name, place)| (name.as_str(), place))));
    spans.push(Span::new(Role::Prompt, "› "));
    let style = front.options.style;
    let raw = render_spans(&spans, crate::markup::Style { colour: false, ..style });
    (raw, render_spans(&spans, style))
}

//! Standard output: events become lines there as they are recorded.

use crate::event::Event;
use crate::markup::{Style, render};
use crate::session::Sink;
use crate::text::Lang;
use crate::view::json;
use crate::view::narration::Narration;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How events are shown.
pub enum Look {
    Told(Box<Narration>, Style),
    Json(Lang),
}

/// Whether standard output can still be written to.
#[derive(Debug, Default)]
pub struct Ended(AtomicU8);

impl Ended {
    /// Nobody reads any more: the program ends quietly.
    pub fn closed(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 1
    }

    /// It cannot be written for another reason.
    pub fn broken(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 2
    }

    fn note(&self, e: &std::io::Error) {
        let closed = e.kind() == std::io::ErrorKind::BrokenPipe;
        self.0.store(if closed { 1 } else { 2 }, Ordering::Relaxed);
    }
}

/// A sink that writes to standard output, in large pieces.
pub struct Console {
    look: Look,
    text: String,
    pub ended: Arc<Ended>,
}

/// What is kept back before it is written without being asked.
const FULL: usize = 32 << 10;

impl Console {
    pub fn new(look: Look) -> Console {
        Console { look, text: String::new(), ended: Arc::default() }
    }
}

/// Writes all of a text to standard output, also where that is non-blocking (a learner's peer may have made it so).
pub fn write_out(text: &str) -> std::io::Result<()> {
    write_bytes(text.as_bytes())
}

/// Writes what may be no text.
pub fn write_bytes(mut rest: &[u8]) -> std::io::Result<()> {
    super::cast::shown(rest);
    let mut out = std::io::stdout().lock();
    while !rest.is_empty() {
        match out.write(rest) {
            Ok(0) => return Err(std::io::ErrorKind::WriteZero.into()),
            Ok(n) => rest = &rest[n..],
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {
                let _ = crate::kernel::wait::poll(&[(1, libc::POLLOUT)], Some(std::time::Duration::from_millis(100))).0;
            }
            Err(e) => return Err(e),
        }
    }
    out.flush()
}

impl Sink for Console {
    fn event(&mut self, event: &Event, past: &[Event]) {
        match &mut self.look {
            Look::Told(narration, style) => {
                let doc = narration.event(event, past);
                render(&doc, *style, &mut self.text);
            }
            Look::Json(lang) => {
                self.text.push_str(&json::line(event, *lang));
                self.text.push('\n');
            }
        }
        if self.text.len() >= FULL {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        if !self.ended.closed()
            && !self.ended.broken()
            && let Err(e) = write_out(&self.text)
        {
            self.ended.note(&e);
        }
        self.text.clear();
    }
}

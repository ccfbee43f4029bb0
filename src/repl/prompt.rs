//! The prompt: a person types, lines are carried out elsewhere, and what comes of them is told here.

use super::Prompt;
use super::console::write_out;
use super::desk::Desk;
use super::editor::{self, Assistant};
use super::history::History;
use super::teller::Teller;
use super::{ending, signals};
use crate::command::{BUILTINS, specs};
use crate::grammar::lex::{Lexed, lex};
use crate::kernel::clock::Kick;
use crate::kernel::limits::{self, Raised};
use crate::kernel::{terminal, thread};
use crate::markup::{Doc, Role, Span, inline, render, render_spans, width};
use crate::session::{Config, Sitting};
use crate::text::Text;
use crate::text::messages::{picture, said};
use crate::view::narration::{Manner, Narration};
use rustyline::ExternalPrinter;
use rustyline::error::ReadlineError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// After so long the screen shows that a call waits.
const SHOWN_WAITING: Duration = Duration::from_millis(150);
/// How often the editor looks whether a line that runs has something new to tell.
const LOOK: Duration = Duration::from_millis(30);

/// What the editor's threads share.
struct Front {
    desk: Arc<Desk>,
    teller: Arc<Mutex<Teller>>,
    options: Prompt,
}

impl Front {
    fn teller(&self) -> MutexGuard<'_, Teller> {
        self.teller.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sitting(&self) -> &Arc<Sitting> {
        &self.desk.sitting
    }

    /// Prints what was recorded since the last time.
    fn tell(&self) {
        let text = self.teller().tell(self.sitting());
        if !text.is_empty() {
            let _ = write_out(&text);
        }
    }

    fn print(&self, text: &Text) {
        self.show(2, inline(&text.in_lang(self.sitting().lang())));
    }

    fn tell_lost(&self, history: &mut History) {
        if let Some(why) = history.lost.take() {
            self.print(&said::history_lost(why));
        }
    }

    /// A notice in lines that fit the terminal.
    fn show(&self, indent: usize, spans: Vec<Span>) {
        let mut doc = Doc::new();
        doc.para(indent, spans);
        let mut text = String::new();
        render(&doc, self.teller().style, &mut text);
        let _ = write_out(&text);
    }
}

/// Runs the prompt to its end: the exit status.
pub fn prompt(options: Prompt) -> i32 {
    thread::prepare(true);
    let terminal = terminal::Saved::now();
    if !editor::plain_terminal() {
        terminal.pass_ctrl_d();
    }
    let raised = limits::raise();
    let config = Config {
        interactive: true,
        recording: true,
        keep: true,
        keep_going: true,
        timeout: Duration::from_secs(5),
        lang: options.lang,
        library: options.library.clone(),
        data: crate::kernel::keep::data_folder(),
    };
    let sitting = Sitting::new(config, BUILTINS);
    let desk = Desk::new(sitting);
    let manner = Manner { lang: options.lang, width: options.style.width, echo: false, ascii: options.style.ascii };
    let narration = Narration::new(manner, options.library.clone(), specs().collect());
    let teller = Arc::new(Mutex::new(Teller::new(narration, options.style, !editor::plain_terminal())));
    {
        let (desk, teller, terminal) = (desk.clone(), teller.clone(), terminal.clone());
        signals::watch(move |signal| ending::on_signal(&desk, &teller, signal, &terminal));
    }
    let (front_desk, given) = (desk.clone(), terminal.clone());
    let body = move || {
        // From here on every file of the editor's is in a table of its own.
        thread::own_table();
        thread::take_window_signal();
        let front = Arc::new(Front { desk: front_desk, teller, options });
        let ended = catch_unwind(AssertUnwindSafe(|| front_end(&front, raised)));
        match ended {
            Ok(_) => terminal.restore(),
            Err(_) => ending::give_back(&terminal),
        }
        // Without its editor the program would stand still for ever.
        std::process::exit(ended.unwrap_or(101));
    };
    if let Err(e) = std::thread::Builder::new().name("editor".into()).spawn(body) {
        given.restore();
        eprintln!("sockscope: {e}");
        return 1;
    }
    // The process's first thread is the learner's: /proc/PID/fd shows the learner's table.
    desk.serve(1);
    loop {
        std::thread::park();
    }
}

fn front_end(front: &Arc<Front>, raised: Option<Raised>) -> i32 {
    let options = &front.options;
    banner(front, raised);
    let assistant = Assistant::new(front.sitting().clone(), options);
    let (mut lines, dropped) = match editor::editor(assistant, !options.present) {
        Ok(made) => made,
        Err(e) => {
            eprintln!("sockscope: {e}");
            return 1;
        }
    };
    let mut history = History::new(&mut lines, !options.present);
    front.tell_lost(&mut history);
    match lines.create_external_printer() {
        Ok(printer) => notify(front.clone(), printer),
        Err(_) => notify(front.clone(), Plain(front.clone())),
    }
    if let Some(line) = options.start.clone()
        && carry_out(front, &line)
    {
        return leave(front);
    }
    loop {
        let seen = front.teller().narration.addresses();
        if let Some(helper) = lines.helper() {
            *helper.addresses.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        }
        front.teller().follow_width();
        let (raw, styled) = prompt_text(front);
        front.desk.show_prompt.store(false, Ordering::Relaxed);
        front.desk.stopped.store(false, Ordering::Relaxed);
        front.desk.at_prompt.store(true, Ordering::Relaxed);
        // What came between the last look and now is told before the prompt, not over it.
        front.tell();
        let read = lines.readline(&(raw, styled));
        front.desk.at_prompt.store(false, Ordering::Relaxed);
        match read {
            Ok(line) if dropped.take() => interrupted(front, line.is_empty()),
            Ok(line) => {
                history.add(&mut lines, &line);
                front.tell_lost(&mut history);
                if carry_out(front, &line) {
                    return leave(front);
                }
            }
            Err(ReadlineError::Interrupted) => interrupted(front, true),
            Err(ReadlineError::Eof) => return leave(front),
            // A signal that is no trouble (a resized window), or bytes that are no text.
            Err(ReadlineError::Signal(_)) => {}
            Err(ReadlineError::Io(e)) if e.kind() == std::io::ErrorKind::InvalidData => {
                front.print(&crate::text::messages::refusal::line_not_utf8());
            }
            Err(e) => {
                eprintln!("sockscope: {e}");
                leave(front);
                return 1;
            }
        }
    }
}

fn banner(front: &Front, raised: Option<Raised>) {
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

fn prompt_text(front: &Front) -> (String, String) {
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

/// Carries a line out, or each of a pasted text; says whether the sitting ends.
fn carry_out(front: &Front, typed: &str) -> bool {
    let pasted = typed.trim_end().contains('\n');
    let statements = statements(typed);
    for (i, statement) in statements.iter().enumerate() {
        if front.desk.stopped.load(Ordering::Relaxed) {
            let left = statements.len() - i;
            front.print(&if left == statements.len() { said::interrupt_prompt() } else { said::rest_dropped(left) });
            return false;
        }
        if pasted {
            // Each line again above its answer: the pasted text itself may be out of sight by then.
            let (_, prompt) = prompt_text(front);
            let line = render_spans(&[Span::plain(statement.trim().to_string())], front.options.style);
            let _ = write_out(&format!("{prompt}{line}\n"));
        }
        if carry_out_one(front, (*statement).to_string()) {
            return true;
        }
    }
    false
}

/// The statements of a text, one by one: where a call of one of them becomes a job, the next ones are still carried out.
fn statements(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut lexed = Lexed::default();
    let mut from = 0;
    loop {
        let next = match lex(text, from, None, &mut lexed) {
            Ok(next) => next,
            // What cannot be read ends with its line.
            Err(refusal) => text[refusal.span.0.max(from)..].find('\n').map(|n| refusal.span.0.max(from) + n + 1),
        };
        let end = next.map_or(text.len(), |n| n - 1);
        if !text[from..end].trim().is_empty() {
            found.push(&text[from..end]);
        }
        match next {
            Some(next) => from = next,
            None => return found,
        }
    }
}

/// Hands a line over and tells what comes of it, until it is over or has become a job; says whether the sitting ends.
fn carry_out_one(front: &Front, line: String) -> bool {
    front.desk.hand(line);
    let mut shown: Option<u64> = None;
    let mut stopped = false;
    while front.desk.busy() {
        let sitting = front.sitting();
        let mut state = sitting.lock();
        if front.desk.busy() {
            state = sitting.wait_changed(state, LOOK);
        }
        let patience = state.settings.patience;
        let waits = state.foreground.as_ref().map(|f| (f.token, f.since, f.call.clone()));
        let mut job = None;
        if let Some((token, since, call)) = waits {
            let waited = Instant::now().saturating_duration_since(since);
            if waited >= patience {
                job = sitting.background(&mut state);
            }
            drop(state);
            if waited >= SHOWN_WAITING && shown != Some(token) && front.desk.busy() {
                shown = Some(token);
                front.tell();
                let text = front.teller().waiting(&call);
                let _ = write_out(&text);
            }
        } else {
            drop(state);
        }
        if job.is_some() {
            front.desk.replace();
        }
        if front.desk.stopped.load(Ordering::Relaxed) {
            if !stopped {
                // The terminal has written `^C`; what follows begins at the line's beginning all the same.
                let _ = write_out("\r");
            } else if let Some(clock) = front.desk.clock().filter(|_| front.desk.busy()) {
                // The signal may have come before the line was begun.
                front.sitting().interrupt(&clock, Kick::CtrlC);
            }
            stopped = true;
        }
        front.tell();
    }
    front.tell();
    front.desk.quit()
}

/// Ctrl-C at the prompt: a typed line is dropped; on an empty one the newest waiting job is interrupted.
fn interrupted(front: &Front, empty: bool) {
    if empty && unpin(front) {
        front.print(&picture::watch_over());
        return;
    }
    let newest = front.sitting().lock().jobs.iter().rev().find(|j| j.waiting()).map(|j| j.number);
    match (empty, newest) {
        (true, Some(job)) => {
            front.sitting().cancel(job, Kick::CtrlC);
            front.tell();
        }
        (true, None) => front.print(&said::interrupt_nothing()),
        (false, _) => front.print(&said::interrupt_prompt()),
    }
}

/// Takes the picture off that is kept on the screen; says whether there was one.
fn unpin(front: &Front) -> bool {
    front.sitting().lock().watch = None;
    front.teller().unpin().is_some()
}

fn leave(front: &Front) -> i32 {
    unpin(front);
    front.sitting().leave();
    front.tell();
    0
}

/// A terminal that cannot put a line above the prompt: the notice follows it, and the prompt is shown again.
struct Plain(Arc<Front>);

impl ExternalPrinter for Plain {
    fn print(&mut self, text: String) -> rustyline::Result<()> {
        write_out(&format!("\n{text}{}", prompt_text(&self.0).0))?;
        Ok(())
    }
}

/// Prints above an open prompt what jobs answer. It alone owns the printer.
fn notify(front: Arc<Front>, mut printer: impl ExternalPrinter + Send + 'static) {
    let body = move || {
        loop {
            let sitting = front.sitting();
            let state = sitting.lock();
            drop(sitting.wait_changed(state, Duration::from_millis(200)));
            if !front.desk.at_prompt.load(Ordering::Relaxed) {
                continue;
            }
            // The printer may wait for the next prompt, so nothing is locked while it prints.
            let text = front.teller().tell(sitting);
            let again = front.desk.show_prompt.swap(false, Ordering::Relaxed);
            if !text.is_empty() || again {
                let _ = printer.print(text);
            }
        }
    };
    drop(std::thread::Builder::new().name("notifier".into()).stack_size(512 << 10).spawn(body));
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_pasted_text_is_taken_apart_into_its_statements() {
        let found = |text| statements(text).into_iter().map(str::trim).collect::<Vec<_>>();
        assert_eq!(
            found("a = socket inet stream; listen a\n\n# so\r\nclose a"),
            ["a = socket inet stream", "listen a", "# so", "close a"]
        );
        assert_eq!(found("send a \";\" ; close a"), ["send a \";\"", "close a"]);
        assert_eq!(found("send a \"open ; x\nclose a"), ["send a \"open ; x", "close a"]);
        assert_eq!(found(" \n ; \n"), [""; 0]);
    }
}

//! The prompt: a person types, lines are carried out elsewhere, and what comes of them is told here.

use super::Prompt;
use super::carry::carry_out;
use super::console::write_out;
use super::demo;
use super::desk::Desk;
use super::editor::{self, Assistant, Dropped, Lines};
use super::front::{Front, banner, prompt_text};
use super::history::History;
use super::{ending, signals};
use crate::kernel::clock::Kick;
use crate::kernel::limits::{self, Raised};
use crate::kernel::{terminal, thread};
use crate::text::messages::{picture, said};
use rustyline::ExternalPrinter;
use rustyline::error::ReadlineError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Runs the prompt to its end: the exit status.
pub fn prompt(options: Prompt) -> i32 {
    thread::prepare(true);
    let terminal = terminal::Saved::now();
    if !editor::plain_terminal() {
        terminal.pass_ctrl_d();
    }
    let raised = limits::raise();
    // What a class is shown is nobody's progress.
    let data = crate::kernel::keep::data_folder().filter(|_| options.demo.is_none());
    let desk = Desk::new(options.sitting(data));
    let teller = Arc::new(Mutex::new(options.teller(!editor::plain_terminal())));
    {
        let (desk, teller, terminal) = (desk.clone(), teller.clone(), terminal.clone());
        signals::watch(move |signal| ending::on_signal(&desk, &teller, signal, &terminal));
    }
    let (front_desk, given, held) = (desk.clone(), terminal.clone(), terminal.clone());
    let body = move || {
        // From here on every file of the editor's is in a table of its own.
        thread::own_table();
        thread::take_window_signal();
        let front = Arc::new(Front { desk: front_desk, teller, options, waited: AtomicBool::new(false) });
        let ended = catch_unwind(AssertUnwindSafe(|| front_end(&front, raised, &held)));
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

fn front_end(front: &Arc<Front>, raised: Option<Raised>, terminal: &terminal::Saved) -> i32 {
    let options = &front.options;
    let plays = options.demo.is_some();
    if !plays {
        banner(front, raised);
    }
    let assistant = Assistant::new(front.sitting().clone(), options);
    let (mut lines, dropped) = match editor::editor(assistant, !options.present && !plays) {
        Ok(made) => made,
        Err(e) => {
            eprintln!("sockscope: {e}");
            return 1;
        }
    };
    let mut history = History::new(&mut lines, !options.present && !plays);
    front.tell_lost(&mut history);
    match lines.create_external_printer() {
        Ok(printer) => notify(front.clone(), printer),
        Err(_) => notify(front.clone(), Plain(front.clone())),
    }
    if let Some(demo) = &options.demo {
        let status = demo::perform(front, &mut lines, &dropped, demo, terminal);
        leave(front);
        return demo::finish(front, demo, status);
    }
    if let Some(line) = options.start.clone()
        && carry_out(front, &line)
    {
        return leave(front);
    }
    loop {
        match ask(front, &mut lines, &dropped) {
            Asked::Line(line) => {
                history.add(&mut lines, &line);
                front.tell_lost(&mut history);
                if carry_out(front, &line) {
                    return leave(front);
                }
            }
            Asked::Nothing => {}
            Asked::Over => return leave(front),
            Asked::Lost => {
                leave(front);
                return 1;
            }
        }
    }
}

/// What came of a prompt.
pub enum Asked {
    Line(String),
    Nothing,
    /// Ctrl-D.
    Over,
    /// The terminal cannot be read any more.
    Lost,
}

/// Opens the prompt once.
pub fn ask(front: &Arc<Front>, lines: &mut Lines, dropped: &Dropped) -> Asked {
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
        Ok(line) if dropped.take() => {
            interrupted(front, line.is_empty());
            Asked::Nothing
        }
        Ok(line) => Asked::Line(line),
        Err(ReadlineError::Interrupted) => {
            interrupted(front, true);
            Asked::Nothing
        }
        Err(ReadlineError::Eof) => Asked::Over,
        // A signal that is no trouble (a resized window), or bytes that are no text.
        Err(ReadlineError::Signal(_)) => Asked::Nothing,
        Err(ReadlineError::Io(e)) if e.kind() == std::io::ErrorKind::InvalidData => {
            front.print(&crate::text::messages::refusal::line_not_utf8());
            Asked::Nothing
        }
        Err(e) => {
            eprintln!("sockscope: {e}");
            Asked::Lost
        }
    }
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

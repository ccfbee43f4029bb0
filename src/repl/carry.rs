//! Carrying lines out: each is handed over, and what comes of it is told until it is over or has become a job.

use super::console::write_out;
use super::desk::Errand;
use super::front::{Front, prompt_text};
use crate::grammar::lex::{Lexed, lex};
use crate::kernel::clock::Kick;
use crate::markup::{Span, render_spans};
use crate::text::messages::said;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// After so long the screen shows that a call waits.
const SHOWN_WAITING: Duration = Duration::from_millis(150);
/// How often the editor looks whether a line that runs has something new to tell.
const LOOK: Duration = Duration::from_millis(30);

/// Carries a line out, or each of a pasted text; says whether the sitting ends.
pub fn carry_out(front: &Front, typed: &str) -> bool {
    carry_out_each(front, typed, &mut |_| {})
}

/// The same; `meanwhile` as for [`carry_out_watched`].
pub fn carry_out_each(front: &Front, typed: &str, meanwhile: &mut dyn FnMut(Duration)) -> bool {
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
        if carry_out_watched(front, Errand::Line((*statement).to_string()), meanwhile) {
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
pub fn carry_out_one(front: &Front, errand: Errand) -> bool {
    carry_out_watched(front, errand, &mut |_| {})
}

/// The same; `meanwhile` is done again and again while the line runs, and told since when it does.
pub fn carry_out_watched(front: &Front, errand: Errand, meanwhile: &mut dyn FnMut(Duration)) -> bool {
    front.desk.hand(errand);
    let begun = Instant::now();
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
            if waited >= SHOWN_WAITING && !front.quiet() && shown != Some(token) && front.desk.busy() {
                shown = Some(token);
                front.tell();
                let text = front.teller().waiting(&call);
                let _ = write_out(&text);
            }
        } else {
            drop(state);
        }
        if job.is_some() {
            front.waited.store(true, Ordering::Relaxed);
            front.desk.replace();
        }
        meanwhile(begun.elapsed());
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

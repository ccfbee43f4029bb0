//! Going elsewhere in a demo: back by running again, forward by running on, and away from it to the real prompt.

use super::cast;
use super::keys::Key;
use super::stage::{Next, Stage};
use crate::lesson::demo::Stage as How;
use crate::repl::carry::{carry_out, carry_out_one};
use crate::repl::desk::Errand;
use crate::repl::prompt::{Asked, ask};
use crate::session::again::Fresh;
use crate::text::Text;
use crate::text::messages::demo as say;
use std::time::Duration;

impl Stage<'_> {
    /// What is said of going back to a line, or of doing it again.
    fn why(&self, to: usize, again: bool) -> Text {
        let in_lesson = self.demo.lines.get(to).is_some_and(|l| l.step.is_some());
        match (in_lesson, again) {
            (true, true) => say::again_in_lesson(to + 1),
            (true, false) => say::back_in_lesson(to + 1),
            (false, false) if to == 0 => say::back_first(),
            (false, true) => say::went_again(to + 1),
            (false, false) => say::went_back(to + 1),
        }
    }

    /// Closes everything, and runs the lines before `to` again, unseen.
    pub(super) fn rewind(&mut self, to: usize, again: bool) -> Next {
        let why = self.why(to, again);
        carry_out_one(
            self.front,
            Errand::Do(Box::new(move |s, clock| {
                let _ = s.start_over(clock, None, Some(why));
            })),
        );
        // Once all is closed: what a line of the demo itself will hold later is no reason for another port.
        let own = self.demo.lines.iter().filter(|l| l.step.is_none());
        self.fresh = Fresh::of(own.map(|l| l.text.as_str()));
        self.skipped.retain(|at| *at < to);
        let step = self.demo.lines.get(to).and_then(|l| l.step);
        let mut from = 0;
        if let (Some((lesson, trusted)), Some(step)) = (&self.demo.lesson, step) {
            let (lesson, trusted) = (lesson.clone(), *trusted);
            carry_out_one(self.front, Errand::Do(Box::new(move |s, clock| s.begin_lesson(clock, lesson, trusted, step))));
            from = self.demo.lines.iter().position(|l| l.step == Some(step)).unwrap_or(0);
        }
        let mut quit = false;
        for at in (from..to).filter(|at| !self.skipped.contains(at)).collect::<Vec<_>>() {
            if let Some(text) = self.text_again(at) {
                quit |= carry_out(self.front, &text);
            }
        }
        let ports = self.fresh.changed().then(|| say::other_ports(self.fresh.said()));
        carry_out_one(self.front, Errand::Do(Box::new(move |s, _| s.again_over(None, ports))));
        if step.is_some() {
            // Its ports are others now.
            carry_out(self.front, "goal");
        } else if !self.skipped.is_empty() {
            self.print(say::not_skipped());
        }
        self.at = to;
        if quit { Next::Quit } else { Next::Line }
    }

    /// Asks for a line's number and goes there.
    pub(super) fn jump(&mut self) -> Next {
        let lang = self.front.sitting().lang();
        let ask = format!("  {}", say::jump_to(self.len()).plain(lang));
        let mut typed = String::new();
        loop {
            let _ = crate::repl::write_out(&format!("\r\x1b[J{ask}{typed}"));
            match self.keys.next(Duration::from_secs(3600)) {
                Some(Key::Char(c @ '0'..='9')) if typed.len() < 6 => typed.push(c),
                Some(Key::Erase) => drop(typed.pop()),
                Some(Key::Enter) => break,
                Some(Key::Escape | Key::End) => {
                    typed.clear();
                    break;
                }
                _ => {}
            }
        }
        let _ = crate::repl::write_out("\r\x1b[J");
        let to = match typed.parse::<usize>() {
            Ok(n) if (1..=self.len()).contains(&n) => n - 1,
            Ok(_) => {
                self.print(say::jump_where(self.len()));
                return Next::Line;
            }
            Err(_) => return Next::Line,
        };
        if to < self.at {
            return self.rewind(to, false);
        }
        if to > self.at {
            self.print(say::went_on(to + 1));
        }
        while self.at < to {
            self.prepare();
            if let Next::Quit = self.run_seen(self.at) {
                return Next::Quit;
            }
        }
        Next::Line
    }

    /// The real prompt, until it is handed back.
    pub(super) fn take_over(&mut self) -> Next {
        self.cue(How::TakenOver);
        self.terminal.pass_ctrl_d();
        // Whatever came in one burst with the key was read as keys, and is no line.
        self.keys.forget();
        let (current, here) = {
            let state = self.front.sitting().lock();
            (state.table.current, state.here.clone())
        };
        self.print(say::taken_over());
        let next = loop {
            match ask(self.front, self.lines, self.dropped) {
                Asked::Line(line) => {
                    self.shown(&line);
                    if line.trim() == "h" {
                        self.print(say::handed_back());
                        break Next::Line;
                    }
                    if carry_out(self.front, &line) {
                        break Next::Quit;
                    }
                }
                Asked::Nothing => {}
                Asked::Over => {
                    self.print(say::handed_back());
                    break Next::Line;
                }
                Asked::Lost => break Next::Quit,
            }
        };
        self.terminal.single_keys();
        self.by_hand = true;
        // The demo's next line means the socket and the host that its last one left.
        let mut state = self.front.sitting().lock();
        if let Some(handle) = current.filter(|h| state.table.entry(h.id).is_some_and(|e| !e.closing)) {
            state.table.current = Some(handle);
        }
        if state.places.contains(&here) {
            state.here = here;
        }
        drop(state);
        next
    }

    /// The line editor draws by itself: a recording gets the whole line.
    fn shown(&self, line: &str) {
        let (_, prompt) = crate::repl::front::prompt_text(self.front);
        cast::shown(format!("{prompt}{}\n", self.coloured(line)).as_bytes());
    }
}

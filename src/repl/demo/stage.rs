//! The demo as it goes: a line is typed and stands there; a key decides what comes next.

use super::keys::{Key, Keys};
use super::lectern::Lectern;
use super::proof::reaches;
use super::screen::Screen;
use super::{Demo, cast};
use crate::kernel::{terminal, thread};
use crate::lesson::demo::{Cue, Stage as How};
use crate::markup::width;
use crate::repl::carry::{carry_out, carry_out_each};
use crate::repl::desk::Errand;
use crate::repl::editor::{Dropped, Lines};
use crate::repl::front::Front;
use crate::session::again::Fresh;
use crate::text::Text;
use crate::text::messages::demo as say;
use rustyline::highlight::Highlighter;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// A letter is typed in about so long, and no line takes longer than [`WHOLE`].
const LETTER: Duration = Duration::from_millis(45);
const WHOLE: Duration = Duration::from_secs(5);
/// How often it is looked whether something has happened while a key is waited for.
const LOOK: Duration = Duration::from_millis(100);

/// After so long a line waits, and keys are no longer kept for the next one.
const WAITS: Duration = Duration::from_millis(300);
/// After so long a line that waits, and is no call that is shown to wait, says how to leave it.
const HINTS: Duration = Duration::from_secs(3);

/// What a key leads to.
pub(super) enum Next {
    Stay,
    /// The line that is to be typed now.
    Line,
    Quit,
}

/// A demo that is played.
pub struct Stage<'a> {
    pub(super) front: &'a Arc<Front>,
    pub(super) lines: &'a mut Lines,
    pub(super) dropped: &'a Dropped,
    pub(super) demo: &'a Demo,
    pub(super) terminal: &'a terminal::Saved,
    lectern: Option<Lectern>,
    begun: u64,
    /// The line, from 0; behind the last at the end.
    pub(super) at: usize,
    /// So many lines are played: lines that a finished lesson does not need any more are not.
    end: usize,
    pub(super) skipped: BTreeSet<usize>,
    /// Lines whose call became a job: run again, they are jobs at once.
    waited: BTreeSet<usize>,
    pub(super) fresh: Fresh,
    pub(super) keys: Keys,
    /// The prompt was the presenter's: steps of the lesson may have been done there.
    pub(super) by_hand: bool,
}

impl<'a> Stage<'a> {
    pub fn new(
        front: &'a Arc<Front>,
        lines: &'a mut Lines,
        dropped: &'a Dropped,
        demo: &'a Demo,
        terminal: &'a terminal::Saved,
        lectern: Option<Lectern>,
    ) -> Stage<'a> {
        let (skipped, waited) = (BTreeSet::new(), BTreeSet::new());
        let (fresh, keys) = (Fresh::default(), Keys::default());
        Stage {
            front,
            lines,
            dropped,
            demo,
            terminal,
            lectern,
            begun: cast::unix_now(),
            at: 0,
            end: demo.lines.len(),
            skipped,
            waited,
            fresh,
            keys,
            by_hand: false,
        }
    }

    /// Plays to the end, or till the presenter leaves.
    pub fn play(&mut self) {
        self.terminal.single_keys();
        if let Some((lesson, _)) = &self.demo.lesson {
            carry_out(self.front, &format!("lesson {}", lesson.id));
        }
        loop {
            if let Some(size) = thread::terminal_size() {
                cast::resized(size);
            }
            self.prepare();
            self.trim();
            let mut screen = Screen::open(self.front);
            let text = if self.at < self.end { self.text(self.at) } else { None };
            if let Some(text) = &text {
                cast::marker(&format!("{}. {text}", self.at + 1));
                self.cue(How::Typing);
                self.write(&mut screen, text);
            }
            self.cue(if text.is_some() { How::Typed } else { How::Over });
            match self.wait_for_key(&mut screen, text.as_deref().unwrap_or_default()) {
                Next::Quit => return,
                Next::Stay | Next::Line => {}
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.end
    }

    /// The last lines of a lesson may only wait for what has happened meanwhile: behind its end they would find nothing.
    fn trim(&mut self) {
        let step = |at: usize| self.demo.lines.get(at).and_then(|l| l.step);
        let last = self.demo.lines.len().checked_sub(1).and_then(step);
        let among_the_last = last.is_some() && self.at > 0 && step(self.at) == last && step(self.at - 1) == last;
        let over = among_the_last && self.front.sitting().lesson_position().is_none();
        self.end = if over { self.at } else { self.demo.lines.len() };
    }

    pub(super) fn print(&self, text: Text) {
        self.front.print(&text);
    }

    /// A line as it is typed now: the lesson's placeholders filled, ports that somebody has replaced.
    pub(super) fn text(&self, at: usize) -> Option<String> {
        let line = self.demo.lines.get(at)?;
        Some(match line.step {
            Some(_) => self.front.sitting().lesson_words(&line.text),
            None => self.fresh.line(&line.text),
        })
    }

    /// Tells the presenter's view.
    pub(super) fn cue(&self, state: How) {
        let line = self.text(self.at).unwrap_or_default();
        let next = if self.at + 1 < self.end { self.text(self.at + 1) } else { None };
        let now = self.demo.lines.get(self.at);
        // A lesson's words have placeholders too.
        let said = |texts: &Vec<String>| match now.and_then(|l| l.step) {
            Some(_) => texts.iter().map(|t| self.front.sitting().lesson_words(t)).collect(),
            None => texts.clone(),
        };
        let (notes, expected) = now.map(|l| (said(&l.notes), said(&l.expected))).unwrap_or_default();
        let cue = Cue {
            demo: self.demo.name.clone(),
            number: self.at + 1,
            of: self.len(),
            state,
            line,
            notes,
            expected,
            next,
            begun: self.begun,
        };
        if let Some(lectern) = &self.lectern {
            lectern.tell(&cue);
        }
    }

    /// Types a line as a person does; a key ends the typing, and one that only goes on is used up by it.
    fn write(&mut self, screen: &mut Screen, text: &str) {
        let letters = text.chars().count().max(1);
        let letter =
            LETTER.min(WHOLE / u32::try_from(letters).unwrap_or(u32::MAX)) / u32::try_from(self.demo.speed.max(1)).unwrap_or(1);
        for (number, (at, c)) in text.char_indices().enumerate() {
            let typed = &text[..at + c.len_utf8()];
            screen.draw(typed, &self.coloured(typed));
            // No two letters take the same time, and words are thought of before they are typed.
            let pause = letter * (if c == ' ' { 180 } else { 60 + (number as u32 * 37 + u32::from(c)) % 70 }) / 100;
            let until = Instant::now() + pause;
            while let Some(left) = until.checked_duration_since(Instant::now()).filter(|d| !d.is_zero()) {
                if self.keys.comes(left) {
                    screen.draw(text, &self.coloured(text));
                    self.keys.drop_one_that_goes_on();
                    return;
                }
            }
        }
        screen.draw(text, &self.coloured(text));
    }

    pub(super) fn coloured(&self, text: &str) -> String {
        self.lines.helper().map_or_else(|| text.to_string(), |h| h.highlight(text, text.len()).into_owned())
    }

    /// Where the demo stands, and its keys where there is room for them.
    fn bar(&self, room: usize) -> String {
        let lang = self.front.sitting().lang();
        let number = (self.at + 1).min(self.len());
        let keys = if self.at >= self.len() { say::bar_over() } else { say::bar() };
        let bar = |keys: Text| format!("  {number}/{}  {}", self.len(), keys.plain(lang));
        let whole = bar(keys);
        let fits = width(&whole) < room && (self.at >= self.len() || !self.front.options.present);
        if fits { whole } else { bar(say::bar_short()) }
    }

    /// Waits for a key and does what it says, till there is another line to be typed.
    fn wait_for_key(&mut self, screen: &mut Screen, text: &str) -> Next {
        screen.bar(&self.bar(screen.room()));
        loop {
            self.look(screen, text);
            if self.front.desk.stopped.swap(false, Ordering::Relaxed) {
                self.said(screen, text, say::ctrl_c());
            }
            let Some(key) = self.keys.next(LOOK) else { continue };
            match self.act(screen, text, key) {
                Next::Stay => {}
                next => return next,
            }
        }
    }

    fn act(&mut self, screen: &mut Screen, text: &str, key: Key) -> Next {
        let over = self.at >= self.len();
        match key {
            Key::Char(' ' | 'n') | Key::Enter | Key::Right if !over => {
                screen.over();
                return self.carry(text);
            }
            Key::Char('b') | Key::Left if self.at == 0 => self.said(screen, text, say::first_line()),
            Key::Char('b') | Key::Left => {
                screen.hide();
                return self.rewind(self.at - 1, false);
            }
            Key::Char('a') if self.at == 0 => self.said(screen, text, say::first_line()),
            Key::Char('a') => {
                screen.hide();
                let last = self.at - 1;
                if let Next::Quit = self.rewind(last, true) {
                    return Next::Quit;
                }
                self.skipped.remove(&last);
                self.prepare();
                return self.run_seen(last);
            }
            Key::Char('s') if over => self.said(screen, text, say::last_line()),
            Key::Char('s') => {
                screen.hide();
                self.print(say::skipped(self.at + 1));
                self.skipped.insert(self.at);
                self.at += 1;
                return Next::Line;
            }
            Key::Char('j') => {
                screen.hide();
                return self.jump();
            }
            Key::Char('t') => {
                screen.hide();
                return self.take_over();
            }
            Key::Char('q') | Key::End => {
                screen.hide();
                return Next::Quit;
            }
            Key::Char('?') => {
                let keys = if self.at >= self.len() { say::bar_over() } else { say::bar() };
                self.said(screen, text, keys);
            }
            _ => {}
        }
        Next::Stay
    }

    /// Says something above the open prompt.
    fn said(&mut self, screen: &mut Screen, text: &str, what: Text) {
        screen.hide();
        self.print(what);
        self.again(screen, text);
    }

    /// The prompt and the bar once more.
    fn again(&mut self, screen: &mut Screen, text: &str) {
        *screen = Screen::open(self.front);
        screen.draw(text, &self.coloured(text));
        screen.bar(&self.bar(screen.room()));
    }

    /// Tells what happened meanwhile: a job's answer, a step that is passed.
    fn look(&mut self, screen: &mut Screen, text: &str) {
        if self.front.sitting().lesson_may_change() && !self.front.desk.busy() {
            self.front.desk.hand(Errand::Line(String::new()));
            while self.front.desk.busy() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        let news = self.front.teller().has_news(self.front.sitting());
        if news || screen.stale() {
            screen.hide();
            self.front.tell();
            self.again(screen, text);
        }
    }

    /// Carries out the line that stands there.
    fn carry(&mut self, text: &str) -> Next {
        self.cue(How::Running);
        self.front.waited.store(false, Ordering::Relaxed);
        self.front.desk.stopped.store(false, Ordering::Relaxed);
        let (keys, front, mut leaves, mut hinted) = (&mut self.keys, self.front, false, false);
        let quit = carry_out_each(front, text, &mut |since| {
            // What is pressed at once is meant for the next line; what is pressed while this one waits is impatience, or the end.
            while since >= WAITS && keys.comes(Duration::ZERO) {
                if matches!(keys.next(Duration::ZERO), None | Some(Key::Char('q') | Key::End)) {
                    leaves = true;
                    front.desk.stopped.store(true, Ordering::Relaxed);
                    break;
                }
            }
            if since >= HINTS && !hinted && front.sitting().lock().foreground.is_none() {
                hinted = true;
                front.print(&say::line_waits());
            }
        });
        let quit = quit || leaves;
        if self.front.waited.load(Ordering::Relaxed) {
            self.waited.insert(self.at);
        }
        self.at += 1;
        if quit { Next::Quit } else { Next::Line }
    }

    /// A line in sight, without a stop: its prompt, itself, its result.
    pub(super) fn run_seen(&mut self, at: usize) -> Next {
        self.at = at;
        let Some(text) = self.text(at) else { return Next::Line };
        let mut screen = Screen::open(self.front);
        screen.draw(&text, &self.coloured(&text));
        screen.over();
        self.carry(&text)
    }

    /// The line as it is run again: what waited is a job at once.
    pub(super) fn text_again(&self, at: usize) -> Option<String> {
        let waits = self.waited.contains(&at);
        self.text(at).map(|t| if waits && !t.ends_with('&') && !t.contains(';') { format!("{t} &") } else { t })
    }

    /// Lines of steps that the presenter has done by hand.
    fn leave_out(&mut self) {
        if !std::mem::take(&mut self.by_hand) {
            return;
        }
        let position = self.front.sitting().lesson_position().map(|(number, ..)| number);
        let done = |stage: &Self| {
            let step = stage.demo.lines.get(stage.at).and_then(|l| l.step);
            step.filter(|step| position.is_none_or(|number| step + 1 < number))
        };
        let mut told = None;
        while let Some(step) = done(self) {
            if told.replace(step) != Some(step) {
                self.print(say::by_hand(step + 1));
            }
            self.at += 1;
        }
    }

    /// In a lesson, a line is typed in its own step: the one before has to be passed.
    pub(super) fn prepare(&mut self) {
        self.leave_out();
        let Some(step) = self.demo.lines.get(self.at).and_then(|l| l.step) else { return };
        let stands = |front: &Front| front.sitting().lesson_position().is_none_or(|(number, ..)| number > step);
        if reaches(self.front, step) {
            return;
        }
        for _ in 0..2 * self.len() {
            let Some((number, ..)) = self.front.sitting().lesson_position().filter(|_| !stands(self.front)) else { return };
            self.print(say::lesson_stuck(number));
            carry_out(self.front, "skip");
        }
    }
}

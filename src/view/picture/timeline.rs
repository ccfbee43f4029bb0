//! Calls and jobs against the clock: a bar for each, from its beginning to its answer.

use super::brief::{self, Words, time};
use super::cast::Cast;
use super::programs::{self, Program};
use super::scene::{Band, Fill, Item, Page, Picture, short};
use crate::event::{Ended, Event, What};
use crate::markup::{Role, safe, width};
use crate::text::Lang;
use crate::text::messages::picture as say;
use std::collections::HashMap;

/// So many calls are told in words.
const TOLD: usize = 60;
/// Columns of the time at the right.
const TOOK: usize = 12;

/// A call: where it stands in the log, on whom, and from when to when in microseconds; or a program on a host.
struct Span {
    called: usize,
    returned: Option<usize>,
    on: Option<usize>,
    program: Option<Program>,
    from: f64,
    to: f64,
}

/// The timeline of a log.
pub struct Timeline<'a> {
    events: &'a [Event],
    spans: Vec<Span>,
    cast: Cast,
    from: f64,
    to: f64,
    lang: Lang,
}

impl<'a> Timeline<'a> {
    pub fn new(events: &'a [Event], about: Option<usize>, lang: Lang) -> Timeline<'a> {
        let mut cast = Cast::default();
        let mut spans: Vec<Span> = Vec::new();
        let mut open: HashMap<u64, usize> = HashMap::new();
        let end = events.last().map_or(0.0, |e| e.at_us);
        for (at, event) in events.iter().enumerate() {
            let change = cast.feed(event);
            match &event.what {
                What::Called { .. } => {
                    open.insert(event.seq, spans.len());
                    spans.push(Span { called: at, returned: None, on: change.on, program: None, from: event.at_us, to: end });
                }
                What::Returned(r) => {
                    // The call's own thread took its time; the log says only when it was told.
                    if let Some(span) = open.remove(&r.of).map(|i| &mut spans[i]) {
                        span.returned = Some(at);
                        span.from = r.outcome.timing.t_us;
                        span.to = r.outcome.timing.t_us + r.outcome.timing.took_us;
                        span.on = span.on.or(change.born.first().copied());
                    }
                }
                _ => {}
            }
        }
        for program in programs::of(events) {
            let (from, to) = (program.from, program.ended.map_or(end, |e| e.0));
            let at = spans.partition_point(|s| s.called < program.began);
            spans.insert(at, Span { called: program.began, returned: None, on: None, program: Some(program), from, to });
        }
        if let Some(about) = about {
            spans.retain(|s| s.on == Some(about));
        }
        let from = spans.iter().map(|s| s.from).fold(f64::INFINITY, f64::min).min(end);
        let to = spans.iter().map(|s| s.to).fold(from, f64::max);
        Timeline { events, spans, cast, from, to: if to > from { to } else { from + 1.0 }, lang }
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Each call in the order they began, with what was called in a few words: a descriptor is named as it was named then.
    fn each(&self, mut what: impl FnMut(&Span, Words) -> bool) {
        let mut cast = Cast::default();
        let mut fed = 0;
        for span in &self.spans {
            self.events[fed..=span.called].iter().for_each(|e| drop(cast.feed(e)));
            fed = span.called + 1;
            let mut words = Words::new();
            if let Some(on) = span.on {
                words.push((Role::Name, self.cast.actors[on].name.clone()));
            }
            if let Some(program) = &span.program {
                words.push((Role::Host, program.host.clone()));
                words.push((Role::Plain, format!("▸ {}", program.line)));
            }
            if let What::Called { call, .. } = &self.events[span.called].what {
                words.extend(brief::call(call, &cast));
            }
            if !what(span, words) {
                return;
            }
        }
    }

    fn fill(&self, span: &Span) -> Fill {
        if let Some(program) = &span.program {
            return match program.ended {
                None => Fill::Half,
                Some((_, Ended::Exited { status: 0 })) => Fill::Full,
                Some(_) => Fill::Bad,
            };
        }
        match span.returned.map(|at| &self.events[at].what) {
            Some(What::Returned(r)) => match r.outcome.errno() {
                None => Fill::Full,
                Some(e) if e.is_answer() => Fill::Answer,
                Some(_) => Fill::Bad,
            },
            _ => Fill::Half,
        }
    }

    /// How it ended, or that it has not.
    fn took(&self, span: &Span) -> (Role, String) {
        if let Some(program) = &span.program {
            let (role, how) = programs::how(program.ended.map(|e| e.1));
            return match program.ended {
                Some((_, Ended::Exited { status: 0 })) => (Role::Time, time(span.to - span.from)),
                _ => (role, how.plain(self.lang)),
            };
        }
        match span.returned.map(|at| &self.events[at].what) {
            Some(What::Returned(r)) => match r.outcome.errno() {
                None => (Role::Time, time(span.to - span.from)),
                Some(e) => (if e.is_answer() { Role::Answer } else { Role::Bad }, e.name().into_owned()),
            },
            _ => (Role::Answer, say::still_waits().in_lang(self.lang)),
        }
    }
}

/// The step between two marks of a clock that has room for `most` of them.
fn step(range: f64, most: usize) -> f64 {
    let least = range / most.max(1) as f64;
    let mut step = 1.0;
    while step < least {
        // 1, 2, 5, 10, …
        step *= if step.log10().fract() > 0.3 && step.log10().fract() < 0.5 { 2.5 } else { 2.0 };
    }
    step
}

impl Picture for Timeline<'_> {
    fn title(&self) -> String {
        match self.spans.iter().filter(|s| s.program.is_some()).count() {
            0 => say::title_timeline(self.spans.len()),
            n => say::title_timeline_programs(self.spans.len() - n, n),
        }
        .in_lang(self.lang)
    }

    fn words(&self) -> String {
        let mut told = Vec::new();
        self.each(|s, words| {
            told.push(say::words_call(brief::text(&words), time(s.from), self.took(s).1).in_lang(self.lang));
            told.len() < TOLD
        });
        let mut steps = told.join(&say::sep().in_lang(self.lang));
        if self.spans.len() > TOLD {
            steps.push_str(". ");
            steps.push_str(&say::words_more(self.spans.len() - TOLD).in_lang(self.lang));
        }
        say::words_timeline(steps).in_lang(self.lang)
    }

    fn draw(&self, columns: usize, page: &mut dyn Page) {
        let mut head = Band::new(2);
        head.text_in(0, 0, columns, Role::Heading, &self.title());
        page.band(&head);
        let turn = self.spans.last().map_or(1, |s| self.events[s.called].turn).max(1);
        let digits = turn.ilog10() as usize + 1;
        let label = (columns * 2 / 5).clamp(12, 48).saturating_sub(digits + 1);
        let left = digits + 1 + label + 1;
        let room = columns.saturating_sub(left + TOOK + 1).max(6);
        // A whole number of columns lies between two marks of the clock: they stand evenly, in cells as well as in pixels.
        let step = step(self.to - self.from, room / 9);
        let apart = ((room - 1) as f64 * step / (self.to - self.from)).floor().max(1.0);
        let x = |us: f64| left as f32 + ((us - self.from) / step * apart) as f32;
        // The clock, and a line downwards at each of its marks.
        let mut axis = Band::new(2);
        let mut marks = Vec::new();
        let mut at = (self.from / step).ceil() * step;
        let mut column = x(at).round() as usize;
        while at <= self.to {
            let clock = time(at);
            if column + width(&clock) / 2 < left + room {
                axis.text(column.saturating_sub(width(&clock) / 2).max(left.saturating_sub(2)), 0, Role::Dim, clock);
            }
            marks.push(column);
            axis.items.push(Item::Begin { x: column, y: 1, thick: false });
            at += step;
            column += apart as usize;
        }
        page.band(&axis);
        self.each(|span, mut words| {
            let mut band = Band::new(1);
            let number = self.events[span.called].turn.to_string();
            band.text(digits.saturating_sub(number.len()), 0, Role::Dim, number);
            let mut from = digits + 1;
            // A name that leaves no room for its call gives way, first of all in its middle.
            let whole = words.iter().map(|w| width(&safe(&w.1)) + 1).sum::<usize>().saturating_sub(1);
            if let Some((Role::Name | Role::Host, name)) = words.first_mut() {
                let wide = width(&safe(name));
                let least = wide.min((label / 3).max(4));
                *name = super::middle(&safe(name), wide.saturating_sub(whole.saturating_sub(label)).max(least));
            }
            for (role, word) in words {
                let room = (digits + 1 + label).saturating_sub(from);
                if room < 2 {
                    break;
                }
                let word = short(&safe(&word), room);
                let wide = width(&word);
                band.text(from, 0, role, word);
                from += wide + 1;
            }
            let fill = self.fill(span);
            band.items.push(Item::Bar { y: 0, from: x(span.from), to: x(span.to), fill });
            let (role, took) = self.took(span);
            let took = short(&took, TOOK);
            band.text(columns.saturating_sub(width(&took)), 0, role, took);
            page.band(&band);
            true
        });
        let mut end = Band::new(2);
        end.items.extend(marks.into_iter().map(|x| Item::End { x, y: 0, thick: false }));
        page.band(&end);
        let mut legend = vec![say::legend_timeline()];
        legend.extend(self.spans.iter().any(|s| s.program.is_some()).then(say::legend_programs));
        super::legend(&legend, columns, self.lang, page);
    }
}

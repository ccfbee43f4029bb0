//! A guided lesson as it is told: the lesson's own words in the reader's language, what is asked, what is so.

use crate::event::{Goal, How, Play, Played};
use crate::lesson::Library;
use crate::lesson::course::{Lesson, Predict, Step, Values};
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::messages::play as say;
use crate::text::{Lang, Text};

/// The letter an answer is known by, from 0.
fn letter(answer: usize) -> char {
    char::from(b'a' + (answer % 26) as u8)
}

fn letters(answers: &[usize], lang: Lang) -> String {
    let and = if lang == Lang::Zh { "、" } else { ", " };
    answers.iter().map(|a| format!("`{}`", letter(*a))).collect::<Vec<_>>().join(and)
}

/// What an event of a lesson adds to the screen; `staged`: in front of a class, where nobody types.
pub fn played(p: &Played, library: &Library, lang: Lang, staged: bool) -> Doc {
    let mut doc = Doc::new();
    let Some(lesson) = library.lesson(lang, &p.lesson) else {
        if let Play::Said { text } = &p.what {
            doc.para(2, words(text, lang));
        }
        return doc;
    };
    let values = Values(p.values.clone());
    let step = lesson.steps.iter().find(|s| s.id == p.step);
    let page = Page { lesson: &lesson, step, values: &values, lang, staged };
    page.event(p, &mut doc);
    if matches!(p.what, Play::Finished { .. }) {
        let all = library.lessons(lang);
        let next = all.iter().skip_while(|l| l.id != p.lesson).nth(1);
        if let Some((next, front)) = next.and_then(|l| Some((l, l.front.as_ref().ok()?))) {
            doc.para(2, words(&say::next_lesson(&next.id, &front.title), lang));
        }
    }
    doc
}

/// A whole lesson to be read: its words, questions, model ways and goals, the placeholders as they stand.
pub fn printed(lesson: &Lesson, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let values = Values::default();
    let page = |step| Page { lesson, step, values: &values, lang, staged: false };
    page(None).head(&mut doc);
    page(None).text(&lesson.opening, &mut doc);
    for (at, step) in lesson.steps.iter().enumerate() {
        let page = page(Some(step));
        page.step(at + 1, lesson.steps.len(), &mut doc);
        step.predicts.iter().for_each(|p| page.asked(p, &mut doc));
        for part in &step.parts {
            let tries: Vec<String> = part.tries.iter().map(|l| l.text.clone()).collect();
            page.lines(&tries, &mut doc);
            let goals = part.checks.iter().filter_map(|c| crate::lesson::course::check(&c.text, &values).ok()).map(|c| c.goal());
            for goal in goals {
                let lead = vec![Span::new(Role::Strong, "○ ")];
                doc.push(Block::Para { indent: 2, bar: false, lead, spans: words(&goal, lang) });
            }
        }
        step.predicts.iter().for_each(|p| doc.para(4, page.filled(&p.answer)));
        page.text(&step.after, &mut doc);
    }
    doc
}

struct Page<'a> {
    lesson: &'a Lesson,
    step: Option<&'a Step>,
    values: &'a Values,
    lang: Lang,
    staged: bool,
}

fn words(text: &Text, lang: Lang) -> Vec<Span> {
    inline(&text.in_lang(lang))
}

impl Page<'_> {
    fn say(&self, text: Text) -> Vec<Span> {
        words(&text, self.lang)
    }

    fn word(&self, text: Text) -> String {
        text.plain(self.lang)
    }

    fn filled(&self, spans: &[Span]) -> Vec<Span> {
        spans.iter().map(|s| Span::new(s.role, self.values.fill(&s.text))).collect()
    }

    /// Text of the lesson's file, its placeholders filled.
    fn text(&self, from: &Doc, doc: &mut Doc) {
        for block in &from.0 {
            doc.push(match block {
                Block::Para { indent, bar, lead, spans } => {
                    Block::Para { indent: *indent, bar: *bar, lead: lead.clone(), spans: self.filled(spans) }
                }
                Block::Pre { indent, bar, lines } => {
                    Block::Pre { indent: *indent, bar: *bar, lines: lines.iter().map(|l| self.filled(l)).collect() }
                }
                other => other.clone(),
            });
        }
    }

    fn event(&self, p: &Played, doc: &mut Doc) {
        match &p.what {
            Play::Began { resumed } => self.began(*resumed, p.number, doc),
            Play::Step => self.step(p.number, p.of, doc),
            Play::Asked { question } => {
                if let Some(predict) = self.predict(*question) {
                    self.asked(predict, doc);
                }
            }
            Play::Guessed { answers, .. } if answers.is_empty() => doc.para(2, self.say(say::guess_unknown())),
            Play::Guessed { answers, .. } => doc.para(2, self.say(say::guess_kept(letters(answers, self.lang)))),
            Play::Goals { goals } => self.goals(goals, doc),
            Play::Answered { question, guess, happened, right, seen } => {
                let Some(predict) = self.predict(*question) else { return };
                self.answered(predict, guess.as_deref(), happened, *right, doc);
                for s in seen.iter().filter(|s| s.met) {
                    doc.push(Block::Para {
                        indent: 4,
                        bar: false,
                        lead: vec![Span::new(Role::Dim, "· ")],
                        spans: words(&s.seen, self.lang),
                    });
                }
                doc.para(4, self.filled(&predict.answer));
            }
            Play::Slipped { wrong } => {
                if let Some(wrong) = self.step.and_then(|s| s.wrongs.get(*wrong)) {
                    doc.push(Block::Para {
                        indent: 2,
                        bar: false,
                        lead: vec![Span::new(Role::Bad, "! ")],
                        spans: self.filled(&wrong.told),
                    });
                }
            }
            Play::Passed { how, roles, .. } => self.passed(p, *how, roles, doc),
            Play::Hinted { part, stage, stages, lines } => self.hinted(*part, *stage, *stages, lines, doc),
            Play::Solution { lines } => {
                doc.para(2, vec![Span::new(Role::Strong, self.word(say::solution_label()))]);
                self.lines(lines, doc);
            }
            Play::Printed { program, line } => {
                doc.line(2, vec![Span::new(Role::Dim, format!("{program} │ ")), Span::new(Role::Data, line.clone())]);
            }
            Play::Said { text } => doc.para(2, words(text, self.lang)),
            Play::Finished { attempts, hints, skips, guesses, right } => {
                doc.push(Block::Blank);
                let title = self.lesson.front.title.clone();
                let mut spans = vec![Span::new(Role::Good, "✓ "), Span::new(Role::Strong, title), Span::plain("   ")];
                spans.extend(self.say(say::finished()));
                doc.para(2, spans);
                let mut spans = self.say(say::totals(*attempts, *hints, *skips));
                if *guesses > 0 {
                    spans.push(Span::plain(if self.lang == Lang::Zh { "；" } else { "; " }));
                    spans.extend(self.say(say::totals_guesses(*right, *guesses)));
                }
                doc.para(2, spans);
            }
            Play::Left => {}
        }
    }

    fn predict(&self, question: usize) -> Option<&Predict> {
        self.step?.predicts.get(question)
    }

    fn began(&self, resumed: bool, number: usize, doc: &mut Doc) {
        self.head(doc);
        if resumed {
            doc.para(2, self.say(say::lesson_resumed(number)));
        } else {
            self.text(&self.lesson.opening, doc);
            if !self.staged {
                doc.para(2, self.say(say::how_to_play()));
            }
        }
    }

    fn head(&self, doc: &mut Doc) {
        let front = &self.lesson.front;
        doc.push(Block::Blank);
        let mut spans = vec![
            Span::new(Role::Dim, format!("{} · ", self.word(say::lesson_label()))),
            Span::new(Role::Heading, front.title.clone()),
        ];
        let about = format!(" · {} · {}", self.word(front.level.text()), self.word(say::minutes(front.minutes)));
        spans.push(Span::new(Role::Dim, about));
        doc.para(2, spans);
    }

    fn step(&self, number: usize, of: usize, doc: &mut Doc) {
        let Some(step) = self.step else { return };
        doc.push(Block::Blank);
        let lead = format!("{} · ", self.word(say::step_label(number, of)));
        doc.para(2, vec![Span::new(Role::Dim, lead), Span::new(Role::Heading, step.title.clone())]);
        self.text(&step.text, doc);
    }

    fn asked(&self, predict: &Predict, doc: &mut Doc) {
        let lead = vec![Span::new(Role::Answer, "? ")];
        let mut spans = vec![Span::new(Role::Dim, format!("{}   ", self.word(say::predict_label())))];
        spans.extend(self.filled(&predict.question));
        doc.push(Block::Para { indent: 2, bar: false, lead, spans });
        for (i, option) in predict.options.iter().enumerate() {
            let lead = vec![Span::new(Role::Strong, format!("{}  ", letter(i)))];
            doc.push(Block::Para { indent: 4, bar: false, lead, spans: self.filled(&option.text) });
        }
        let many = predict.options.iter().filter(|o| o.right).count() > 1;
        doc.para(
            4,
            self.say(match (self.staged, many) {
                (true, _) => say::predict_staged(),
                (_, true) => say::predict_how_many(),
                _ => say::predict_how(),
            }),
        );
    }

    fn goals(&self, goals: &[Goal], doc: &mut Doc) {
        let label = self.word(say::goal_label());
        for (i, goal) in goals.iter().enumerate() {
            let first = if i == 0 { label.clone() } else { " ".repeat(crate::markup::width(&label)) };
            let (mark, role) = if goal.met { ("✓ ", Role::Good) } else { ("○ ", Role::Strong) };
            let lead = vec![Span::new(Role::Dim, format!("{first}  ")), Span::new(role, mark)];
            let mut spans = words(&goal.goal, self.lang);
            if !goal.met {
                spans.push(Span::plain("   "));
                let now = words(&say::now_label(goal.seen.clone()), self.lang);
                spans.extend(now.into_iter().map(|s| if s.role == Role::Plain { Span::new(Role::Dim, s.text) } else { s }));
            }
            doc.push(Block::Para { indent: 2, bar: false, lead, spans });
        }
    }

    fn answered(&self, predict: &Predict, guess: Option<&[usize]>, happened: &[usize], right: Option<bool>, doc: &mut Doc) {
        let comma = if self.lang == Lang::Zh { "；" } else { "; " };
        let mut spans = match guess {
            // The class has said what it thinks.
            None if self.staged => Vec::new(),
            None => self.say(say::no_guess()),
            Some([]) => self.say(say::you_did_not_know()),
            Some(guess) => self.say(say::you_said(letters(guess, self.lang))),
        };
        if !spans.is_empty() {
            spans.push(Span::plain(comma));
        }
        // A step that was skipped may have shown nothing.
        spans.extend(self.say(if happened.is_empty() { say::it_was_none() } else { say::it_was(letters(happened, self.lang)) }));
        if let (Some(right), Some([_, ..]), false) = (right, guess, happened.is_empty()) {
            let part = guess.is_some_and(|g| g.iter().any(|a| happened.contains(a)));
            let (text, role) = match (right, part) {
                (true, _) => (say::was_right(), Role::Good),
                (false, true) => (say::in_part(), Role::Answer),
                (false, false) => (say::was_wrong(), Role::Answer),
            };
            spans.push(Span::plain(if self.lang == Lang::Zh { "：" } else { ": " }));
            spans.push(Span::new(role, self.word(text)));
        }
        doc.push(Block::Para { indent: 2, bar: false, lead: vec![Span::new(Role::Answer, "? ")], spans });
        for answer in happened {
            if let Some(option) = predict.options.get(*answer) {
                let lead = vec![Span::new(Role::Strong, format!("{}  ", letter(*answer)))];
                doc.push(Block::Para { indent: 4, bar: false, lead, spans: self.filled(&option.text) });
            }
        }
    }

    fn passed(&self, p: &Played, how: How, roles: &[(String, String)], doc: &mut Doc) {
        if how == How::Rebuilt {
            return;
        }
        let label = self.word(say::step_label(p.number, p.of));
        let word = self.word(if how == How::Done { say::step_passed() } else { say::step_skipped() });
        doc.para(2, vec![Span::new(Role::Good, "✓ "), Span::new(Role::Dim, format!("{label} · ")), Span::new(Role::Good, word)]);
        for (role, name) in roles {
            doc.para(4, self.say(say::plays_part(name, role)));
        }
        if let Some(step) = self.step {
            self.text(&step.after, doc);
        }
    }

    fn hinted(&self, part: usize, stage: usize, stages: usize, lines: &[String], doc: &mut Doc) {
        let label = self.word(say::hint_label(stage + 1, stages));
        let lead = vec![Span::new(Role::Try, format!("{label}  "))];
        if lines.is_empty() {
            let hint = self.step.and_then(|s| s.parts.get(part)).and_then(|p| p.hints.get(stage));
            let spans = hint.map(|h| inline(&self.values.fill(&h.text.replace('\n', " ")))).unwrap_or_default();
            doc.push(Block::Para { indent: 2, bar: false, lead, spans });
        } else {
            doc.push(Block::Para { indent: 2, bar: false, lead, spans: self.say(say::hint_command()) });
            self.lines(lines, doc);
        }
    }

    fn lines(&self, lines: &[String], doc: &mut Doc) {
        for line in lines {
            doc.line(4, vec![Span::new(Role::Prompt, "› "), Span::new(Role::Code, line.clone())]);
        }
    }
}

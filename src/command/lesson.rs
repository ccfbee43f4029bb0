//! Guided lessons: choosing one, and what can be asked of it.

use super::look::report;
use crate::event::{LessonRow, Report};
use crate::grammar::complete::matching;
use crate::grammar::kinds::Choice;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::lesson::course::Origin;
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{play as say, said, summary};

/// A lesson's id, its number, the beginning of its name.
struct LessonKind;

impl Kind for LessonKind {
    type Out = String;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, crate::lesson::course::built_in())
    }
    fn what(&self) -> Text {
        summary::what_lesson()
    }
}

static NAME: Param<LessonKind> = Param::optional("name", LessonKind);
static MORE: Param<LessonKind> = Param::any("more", LessonKind);

pub const LESSON: Builtin = Builtin {
    spec: &Spec {
        name: "lesson",
        sub: None,
        also: &["lessons"],
        group: Group::Lesson,
        params: &[&NAME, &MORE],
        summary: said::sum_lesson,
        examples: &[Example { before: "", line: "lesson" }, Example { before: "", line: "lesson first-tcp" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        Ok(match args.optional(&NAME)? {
            Some(name) if name == "record" => Box::new(Record(args.many(&MORE)?)),
            Some(name) => Box::new(Start(name)) as Box<dyn Act>,
            None => Box::new(List),
        })
    },
};

struct Start(String);

impl Act for Start {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let lang = turn.sitting.lang();
        let library = turn.sitting.config.library.clone();
        let listed = library.find_lesson(lang, &self.0).map_err(|near| {
            Failure::new(match near {
                Some(near) => say::lesson_unknown_near(&self.0, near),
                None => say::lesson_unknown(&self.0),
            })
        })?;
        let Some(lesson) = library.lesson(lang, &listed.id) else { return Err(Failure::new(say::lesson_broken(&listed.id))) };
        if listed.lang != lang {
            report(turn, Report::Said(say::lesson_other_language()));
        }
        turn.sitting.room_for(turn, &lesson)?;
        let trusted = listed.origin == Origin::BuiltIn;
        let at = turn.sitting.first_undone(&lesson);
        turn.sitting.begin_lesson(turn.clock, lesson, trusted, at);
        Ok(Flow::Done)
    }
}

/// `lesson record …`.
struct Record(Vec<String>);

impl Act for Record {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let said = turn.sitting.record_lesson(&self.0).map_err(Failure::new)?;
        report(turn, Report::Said(said));
        Ok(Flow::Done)
    }
}

struct List;

impl Act for List {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let rows = turn.sitting.lesson_rows();
        report(turn, Report::Lessons(rows));
        Ok(Flow::Done)
    }
}

/// Declares a command of one word that is asked of the lesson.
macro_rules! asked {
    ($const:ident, $name:literal, $also:expr, $summary:path, $method:ident) => {
        pub const $const: Builtin = Builtin {
            spec: &Spec {
                name: $name,
                sub: None,
                also: $also,
                group: Group::Lesson,
                params: &[],
                summary: $summary,
                examples: &[Example { before: "lesson first-tcp", line: $name }],
                makes: (0, 0),
                moves: false,
                job: false,
            },
            read: |_| {
                struct Ask;
                impl Act for Ask {
                    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
                        turn.sitting.$method(turn)
                    }
                }
                Ok(Box::new(Ask))
            },
        };
    };
}

asked!(GOAL, "goal", &[], said::sum_goal, lesson_goal);
asked!(HINT, "hint", &[], said::sum_hint, lesson_hint);
asked!(SOLUTION, "solution", &[], said::sum_solution, lesson_solution);
asked!(SKIP, "skip", &[], said::sum_skip, lesson_skip);
asked!(BACK, "back", &[], said::sum_back, lesson_back);
asked!(AGAIN, "again", &[], said::sum_again, lesson_again);
asked!(PLAY, "play", &[], said::sum_play, lesson_play);
asked!(RESUME, "resume", &[], said::sum_resume, lesson_resume);
asked!(ALLOW, "allow", &[], said::sum_allow, lesson_allow);

static OUT: Param<Choice> = Param::one("out", Choice(&["out"], summary::what_out));

pub const TEST: Builtin = Builtin {
    spec: &Spec {
        name: "test",
        sub: None,
        also: &[],
        group: Group::Lesson,
        params: &[&OUT],
        summary: said::sum_test,
        examples: &[Example { before: "lesson first-tcp", line: "test out" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        args.one(&OUT)?;
        Ok(Box::new(TestOut))
    },
};

struct TestOut;

impl Act for TestOut {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        turn.sitting.lesson_test(turn)
    }
}

/// Letters, apart or together with commas; `?` is none.
struct Letters;

impl Kind for Letters {
    type Out = Vec<char>;
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Vec<char>, Refusal> {
        let text = word.str()?;
        let letters: Vec<&str> = text.split(',').filter(|w| !w.is_empty()).collect();
        if text == "?" {
            return Ok(Vec::new());
        }
        let one = |w: &&str| w.chars().next().filter(|c| w.len() == 1 && c.is_ascii_alphabetic());
        letters.iter().map(one).collect::<Option<Vec<char>>>().filter(|l| !l.is_empty()).ok_or_else(|| {
            Refusal::bad(word.span, crate::text::messages::refusal::not_one_of(word.shown(), summary::what_letters()))
                .hint(Some("guess b"))
        })
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["a", "b", "c", "?"])
    }
    fn what(&self) -> Text {
        summary::what_letters()
    }
}

static LETTERS: Param<Letters> = Param::many("answers", Letters);

pub const GUESS: Builtin = Builtin {
    spec: &Spec {
        name: "guess",
        sub: None,
        also: &[],
        group: Group::Lesson,
        params: &[&LETTERS],
        summary: said::sum_guess,
        examples: &[Example { before: "lesson first-tcp; skip; skip", line: "guess b" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Guess(args.many(&LETTERS)?.concat()))),
};

struct Guess(Vec<char>);

impl Act for Guess {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        turn.sitting.lesson_guess(turn, &self.0)
    }
}

/// A lesson as the list shows it.
impl crate::session::Sitting {
    /// Every lesson, with what of it is done.
    pub fn lesson_rows(&self) -> Vec<LessonRow> {
        let lang = self.lang();
        let progress = self.progress().unwrap_or_default();
        let row = |l: crate::lesson::course::Listed| {
            let front = l.front.ok();
            LessonRow {
                done: progress.done_of(&l.id, &l.steps),
                steps: l.steps.len(),
                title: front.as_ref().map(|f| f.title.clone()).unwrap_or_default(),
                level: front.as_ref().map(|f| f.level.text()),
                minutes: front.map_or(0, |f| f.minutes),
                number: l.stem.split('-').next().and_then(|n| n.parse().ok()),
                course: l.course,
                id: l.id,
            }
        };
        self.config.library.lessons(lang).into_iter().map(row).collect()
    }
}

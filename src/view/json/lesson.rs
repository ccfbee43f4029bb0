//! What happens in a lesson, for machines.

use super::object::{Obj, array, quoted};
use crate::event::{How, Play, Played};
use crate::text::Lang;

fn numbers(of: &[usize]) -> String {
    format!("[{}]", of.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

fn texts<'a>(of: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    array(&mut out, of.map(quoted));
    out
}

/// `{"kind":"lesson","what":"passed","lesson":"first-tcp","step":"bind","number":2,"of":7,…}`.
pub fn played(o: &mut Obj, p: &Played, lang: Lang) {
    o.str("kind", "lesson");
    let what = match &p.what {
        Play::Began { .. } => "began",
        Play::Step => "step",
        Play::Asked { .. } => "asked",
        Play::Guessed { .. } => "guessed",
        Play::Goals { .. } => "goals",
        Play::Answered { .. } => "answered",
        Play::Slipped { .. } => "slipped",
        Play::Passed { .. } => "passed",
        Play::Hinted { .. } => "hinted",
        Play::Solution { .. } => "solution",
        Play::Printed { .. } => "printed",
        Play::Said { .. } => "said",
        Play::Finished { .. } => "finished",
        Play::Left => "left",
    };
    o.str("what", what);
    o.str("lesson", &p.lesson);
    o.str("step", &p.step);
    o.raw("number", p.number);
    o.raw("of", p.of);
    match &p.what {
        Play::Began { resumed } => o.raw("resumed", resumed),
        Play::Asked { question } => o.raw("question", question),
        Play::Guessed { question, answers } => {
            o.raw("question", question);
            o.raw("answers", numbers(answers));
        }
        Play::Goals { goals } => o.list(
            "goals",
            goals.iter().map(|g| {
                let mut goal = Obj::new();
                goal.str("goal", &g.goal.plain(lang));
                goal.raw("met", g.met);
                goal.str("seen", &g.seen.plain(lang));
                goal.end()
            }),
        ),
        Play::Answered { question, guess, happened, right, .. } => {
            o.raw("question", question);
            o.raw("guess", guess.as_deref().map_or_else(|| "null".into(), numbers));
            o.raw("happened", numbers(happened));
            o.raw("right", right.map_or_else(|| "null".into(), |r| r.to_string()));
        }
        Play::Slipped { wrong } => o.raw("wrong", wrong),
        Play::Passed { how, attempts, roles } => {
            o.str("how", how_word(*how));
            o.raw("attempts", attempts);
            o.raw("roles", texts(roles.iter().map(|r| r.1.as_str())));
        }
        Play::Hinted { part, stage, stages, lines } => {
            o.raw("part", part);
            o.raw("stage", stage + 1);
            o.raw("stages", stages);
            o.raw("lines", texts(lines.iter().map(String::as_str)));
        }
        Play::Solution { lines } => o.raw("lines", texts(lines.iter().map(String::as_str))),
        Play::Printed { program, line } => {
            o.str("program", program);
            o.str("line", line);
        }
        Play::Said { text } => o.str("text", &text.plain(lang)),
        Play::Finished { attempts, hints, skips, guesses, right } => {
            for (key, n) in [("attempts", attempts), ("hints", hints), ("skips", skips), ("guesses", guesses), ("right", right)] {
                o.raw(key, n);
            }
        }
        Play::Step | Play::Left => {}
    }
}

fn how_word(how: How) -> &'static str {
    match how {
        How::Done => "done",
        How::Skipped => "skipped",
        How::Rebuilt => "rebuilt",
    }
}

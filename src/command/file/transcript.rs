//! `transcript FILE.md`, `transcript FILE.html`: the sitting as a report.

use super::super::export::lost_words;
use super::write;
use crate::command::look::report;
use crate::event::{Event, Report, What};
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::kernel::keep;
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{file, said, summary, transcript as say};
use crate::view::code::plan::Lost;
use crate::view::narration::{Manner, Narration};
use crate::view::transcript::{Form, transcript};

/// Columns that the telling is wrapped for, where the document does not wrap it itself.
const COLUMNS: usize = 100;

/// A file that ends in `.md` or `.html`.
struct ReportKind;

fn form(path: &str) -> Option<Form> {
    match path.rsplit_once('.') {
        Some((name, "md")) if !name.is_empty() => Some(Form::Markdown),
        Some((name, "html" | "htm")) if !name.is_empty() => Some(Form::Html),
        _ => None,
    }
}

impl Kind for ReportKind {
    type Out = (String, Form);
    fn accepts(&self, _: &Word<'_>, _: &dyn World) -> bool {
        true
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Self::Out, Refusal> {
        let path = word.str()?.to_string();
        let form = form(&path).ok_or_else(|| Refusal::bad(word.span, file::file_no_such_form(word.shown(), "`.md`, `.html`")))?;
        Ok((path, form))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let mut found = crate::grammar::kinds::paths(prefix);
        found.retain(|c| c.word.ends_with('/') || form(&c.word).is_some());
        found
    }
    fn what(&self) -> Text {
        summary::what_saved()
    }
}

static TO: Param<ReportKind> = Param::one("file", ReportKind);

pub const TRANSCRIPT: Builtin = Builtin {
    spec: &Spec {
        name: "transcript",
        sub: None,
        also: &[],
        group: Group::Session,
        params: &[&TO],
        summary: said::sum_transcript,
        examples: &[Example { before: "a b = socketpair unix stream; send a hello; recv b 100", line: "transcript pair.md" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let (path, form) = args.one(&TO)?;
        Ok(Box::new(Transcript { path, form }))
    },
};

struct Transcript {
    path: String,
    form: Form,
}

impl Act for Transcript {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let lang = turn.sitting.lang();
        let events: Vec<Event> = {
            let state = turn.sitting.lock();
            let of_now = state.recording_of.is_none();
            // The line that asks for the report is no part of it.
            state.told().iter().filter(|e| !(of_now && e.turn == turn.number)).cloned().collect()
        };
        match events.first() {
            None => return Err(Failure::new(lost_words(&Lost::Nothing))),
            Some(first) if first.seq > 1 => return Err(Failure::new(lost_words(&Lost::Cut(first.seq)))),
            _ => {}
        }
        let manner = Manner { lang, width: COLUMNS, echo: true, ascii: false, staged: false };
        let teller = Narration::new(manner, turn.sitting.config.library.clone(), super::super::specs().collect());
        let text = transcript(&events, teller, lang, self.form, &keep::today());
        let lines = events.iter().filter(|e| matches!(e.what, What::Typed { .. })).count();
        write(turn, &self.path, text)?;
        report(turn, Report::Said(say::transcript_written(&self.path, lines)));
        Ok(Flow::Done)
    }
}

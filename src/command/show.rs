//! `show` and `watch`: pictures of the sitting.

use super::file::write;
use crate::event::{PictureKind, Pictured, Report, What};
use crate::grammar::complete::matching;
use crate::grammar::kinds::{Choice, paths};
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict, Watch};
use crate::text::Text;
use crate::text::messages::picture as say;
use crate::view::picture;

/// The names of the views.
const VIEWS: &[&str] = &["ladder", "state", "buffers", "timeline", "topology"];

static VIEW: Param<Choice> = Param::one("view", Choice(VIEWS, say::what_view));
static NAME: Param<ShownKind> = Param::optional("name", ShownKind);
static SVG: Param<FileKind> = Param::optional("--svg FILE", FileKind("--svg", say::what_svg));
static HTML: Param<FileKind> = Param::optional("--html FILE", FileKind("--html", say::what_html));

/// A socket of the sitting: a live one completes; one that is closed has a picture too, so any name is taken.
struct ShownKind;

impl Kind for ShownKind {
    type Out = String;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.is_name()
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        word.str().map(str::to_string)
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        matching(prefix, world.names())
    }
    fn what(&self) -> Text {
        say::what_shown()
    }
}

/// An option and the file behind it.
struct FileKind(&'static str, fn() -> Text);

impl FileKind {
    /// The file of `--svg=FILE`.
    fn within<'w>(&self, word: &'w str) -> Option<&'w str> {
        word.strip_prefix(self.0)?.strip_prefix('=').filter(|file| !file.is_empty())
    }
}

impl Kind for FileKind {
    type Out = String;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w == self.0 || self.within(w).is_some())
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        if let Some(file) = word.bare_str().and_then(|w| self.within(w)) {
            return Ok(file.to_string());
        }
        if word.bare_str() != Some(self.0) {
            return Err(Refusal::bad(word.span, crate::text::messages::refusal::not_one_of(word.shown(), (self.1)())));
        }
        match args.next_word() {
            Some(file) => file.str().map(str::to_string),
            None => Err(args.missing(say::missing_file(self.0))),
        }
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        if prefix.is_empty() || prefix.starts_with('-') { matching(prefix, [self.0]) } else { paths(prefix) }
    }
    fn what(&self) -> Text {
        (self.1)()
    }
}

pub const SHOW: Builtin = Builtin {
    spec: &Spec {
        name: "show",
        sub: None,
        also: &[],
        group: Group::Look,
        params: &[&VIEW, &NAME, &SVG, &HTML],
        summary: say::sum_show,
        examples: &[
            Example { before: "a b = socketpair unix stream; send a hello; recv b 100", line: "show ladder" },
            Example { before: "s = socket inet stream", line: "show ladder s --svg /dev/null" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let view = view(args)?;
        let (mut name, mut svg, mut html) = (None, None, None);
        // The options may stand before the name as well as behind it.
        while args.peek().is_some() {
            let before = args.at;
            svg = svg.or(args.optional(&SVG)?);
            html = html.or(args.optional(&HTML)?);
            if name.is_none() {
                name = args.optional(&NAME)?;
            }
            if args.at == before {
                break;
            }
        }
        Ok(Box::new(Show { view, name, svg, html, watch: false }))
    },
};

pub const WATCH: Builtin = Builtin {
    spec: &Spec {
        name: "watch",
        sub: None,
        also: &[],
        group: Group::Look,
        params: &[&VIEW, &NAME],
        summary: say::sum_watch,
        examples: &[Example { before: "a b = socketpair unix stream; send a hello", line: "watch ladder" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let view = view(args)?;
        Ok(Box::new(Show { view, name: args.optional(&NAME)?, svg: None, html: None, watch: true }))
    },
};

fn view(args: &mut Args<'_>) -> Result<PictureKind, Refusal> {
    let word = args.one(&VIEW)?;
    Ok(PictureKind::named(word).unwrap_or(PictureKind::Ladder))
}

struct Show {
    view: PictureKind,
    name: Option<String>,
    svg: Option<String>,
    html: Option<String>,
    watch: bool,
}

impl Act for Show {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        // The wire is asked before the state is taken: locks have an order.
        let wire = turn.sitting.wire_for_picture(self.view);
        let mut state = turn.sitting.lock();
        if !state.recording || !state.log.keep {
            return Err(Failure::new(say::nothing_recorded()));
        }
        // Of a recording nothing is asked.
        if state.recording_of.is_none() {
            state.look_for_picture(turn.number, self.view, wire);
        }
        // A state machine is one socket's: without a name, the current one's.
        let current = || state.table.current.and_then(|c| state.table.name(c.id)).map(str::to_string);
        let name = self.name.or_else(|| current().filter(|_| self.view == PictureKind::State));
        let id = name.as_ref().and_then(|n| state.told_id(n));
        let mut asked = Pictured { view: self.view, socket: name, id, files: Vec::new(), watch: self.watch };
        let lang = state.settings.lang;
        // Who watches may begin before there is anything: what there is to see then comes.
        let waits = asked.watch && turn.sitting.config.interactive && asked.socket.is_none() && self.view != PictureKind::State;
        let mut files = Vec::new();
        match picture::of(&asked, state.told(), lang) {
            Err(_) if waits => {}
            Err(why) => return Err(Failure::new(why)),
            Ok(drawn) => {
                files.extend(self.svg.map(|file| (file, picture::svg(&*drawn))));
                files.extend(self.html.map(|file| (file, picture::html(&*drawn, lang))));
            }
        }
        drop(state);
        for (file, text) in files {
            write(turn, &file, text)?;
            asked.files.push(file);
        }
        let mut state = turn.sitting.lock();
        if asked.watch && turn.sitting.config.interactive {
            state.watch = Some(Watch::new(asked.view));
        }
        state.record(turn.number, |_| What::Report(Box::new(Report::Picture(asked))));
        Ok(Flow::Done)
    }
}

//! The process: its flags, its exit status.

mod check;
mod demo;
mod grade;
mod help;
mod lesson;
mod progress;
mod usage;

use crate::command::{BUILTINS, specs};
use crate::event::{Event, Report, What};
use crate::grammar::number;
use crate::kernel::thread;
use crate::lesson::Library;
use crate::markup::Style;
use crate::repl::{Console, Input, Look, run_script, unreadable};
use crate::session::{Config, Sitting};
use crate::text::Lang;
use crate::text::messages::refusal;
use crate::view::narration::{Manner, Narration};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[derive(Parser)]
#[command(
    name = "sockscope",
    args_conflicts_with_subcommands = false,
    version,
    about = "Real sockets, explained: a REPL in which people learn network sockets by using real ones",
    disable_help_subcommand = true
)]
struct Flags {
    #[command(subcommand)]
    command: Option<Command>,
    /// Run these lines (`;` separates them) and leave
    #[arg(short = 'c', value_name = "LINES")]
    lines: Option<String>,
    /// One JSON event a line on standard output instead of the narration
    #[arg(long, global = true, conflicts_with = "quiet")]
    json: bool,
    /// Scripts: tell nothing on standard output
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Scripts: go on behind a failing line (the exit status is still 1)
    #[arg(long, global = true)]
    keep_going: bool,
    /// Scripts: how long a call may take before it is interrupted
    #[arg(long, global = true, value_name = "TIME", default_value = "5s", value_parser = duration)]
    timeout: Duration,
    /// The language of everything that is said (default: from the locale)
    #[arg(long, global = true, value_name = "en|zh")]
    lang: Option<Language>,
    /// A folder of cards that override the built-in ones, file by file
    #[arg(long, global = true, value_name = "DIR")]
    lessons: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    ascii: bool,
    /// For a projector: strong contrast, no ghost text, no history
    #[arg(long, global = true)]
    present: bool,
    /// Columns to write for (default: the terminal's, or 100)
    #[arg(long, global = true, value_name = "COLUMNS")]
    width: Option<usize>,
}

#[derive(Subcommand)]
enum Command {
    /// Run a script (`-` is standard input)
    Run {
        /// The script, or `-`
        file: String,
    },
    /// Explain a call, an errno, an option, a state, a word
    Explain {
        /// What is to be explained
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// List the guided lessons, or begin one (`print NAME`, `demo NAME`, `new NAME` writes a skeleton, `add DIR` adds a course)
    Lesson {
        /// A lesson's name or number; or `print`, `demo`, `new` with a name, `add` with a folder
        #[arg(id = "lesson_words", value_name = "WORDS")]
        words: Vec<String>,
    },
    /// Prove the lessons of a folder or a file (default: the built-in course)
    Check {
        /// A folder with lessons, or one lesson
        path: Option<PathBuf>,
        /// Run every line of this demo, a file or a lesson, as it would be at the prompt
        #[arg(id = "prove_demo", long = "demo", value_name = "LESSON|FILE", conflicts_with = "path")]
        demo: Option<PathBuf>,
        /// Let the programs of these lessons run
        #[arg(long)]
        trust: bool,
    },
    /// Play a lesson or a file in front of a class: lines are typed, and each result comes with a key
    Demo {
        /// A lesson's name, or a file of lines (`save FILE.sock` writes one)
        #[arg(id = "demo_what", value_name = "LESSON|FILE")]
        what: String,
        /// Record what the screen shows as an asciicast, a marker for each line
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
        /// Draw the recording as a GIF (with `agg`)
        #[arg(long, value_name = "FILE")]
        gif: Option<PathBuf>,
        /// Draw the recording as a moving SVG (with `svg-term` or `termtosvg`)
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// Type so many times as fast
        #[arg(long, value_name = "TIMES", default_value = "1", value_parser = clap::value_parser!(u64).range(1..=1000))]
        speed: u64,
    },
    /// Show the presenter's view of the demo that runs: notes, the next line, what to expect, a clock
    Present {
        /// Attach to the demo that began last
        #[arg(long, required = true)]
        attach: bool,
    },
    /// Judge a learner's transcript again (a file, `-`, or a lesson's name for the one kept of it)
    Grade {
        /// A transcript, `-`, or a lesson's name
        transcript: String,
        /// Write JUnit's XML
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
        /// Write Gradescope's results.json
        #[arg(long, value_name = "FILE")]
        gradescope: Option<PathBuf>,
    },
    /// Show what of the lessons is done (`export [FILE]`, `import FILE`, `forget LESSON|all`)
    Progress {
        /// One of these; without any, it is shown
        #[arg(id = "asked", value_name = "WORDS")]
        words: Vec<String>,
        /// With `forget`: everything
        #[arg(long)]
        all: bool,
    },
    /// List the commands of the prompt, or show one
    Help {
        /// The command that is to be shown
        command: Option<String>,
    },
    /// Write completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    En,
    Zh,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

fn duration(word: &str) -> Result<Duration, String> {
    number::duration(word).filter(|d| !d.is_zero()).ok_or_else(|| "a duration, as 500ms or 2s".to_string())
}

/// What is said where the words of the process run nothing: help in the reader's language, or what is wrong with them.
fn unread(e: &clap::Error) -> i32 {
    let words = std::env::args_os().skip(1).map(|w| w.to_string_lossy().into_owned());
    let lang = help::asked_for(words, Lang::from_locale(|v| std::env::var(v).ok()));
    if e.kind() == clap::error::ErrorKind::DisplayHelp && lang != Lang::En {
        if let Err(translated) = help::translated(Flags::command(), lang).try_get_matches() {
            let _ = translated.print();
        }
    } else if let Some(text) = usage::wrong(e, lang) {
        // Standard error may be closed: nobody is left to be told.
        use std::io::Write;
        let _ = std::io::stderr().write_all(text.as_bytes());
    } else {
        let _ = e.print();
    }
    if e.use_stderr() { 2 } else { 0 }
}

/// Runs the program: its exit status.
pub fn main() -> i32 {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_some_and(|w| w == crate::kernel::lab::HOUSE) {
        return crate::kernel::lab::house_main(&words.next().unwrap_or_default().to_string_lossy());
    }
    if !kernel_is_new_enough() {
        eprintln!("sockscope: {}", crate::text::messages::said::not_linux().in_lang(Lang::En));
        return 2;
    }
    let flags = match Flags::try_parse() {
        Ok(flags) => flags,
        Err(e) => return unread(&e),
    };
    let lang = match flags.lang {
        Some(Language::En) => Lang::En,
        Some(Language::Zh) => Lang::Zh,
        None => Lang::from_locale(|v| std::env::var(v).ok()),
    };
    let style = style(&flags);
    colored::control::set_override(style.colour);
    match &flags.command {
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Flags::command(), "sockscope", &mut text);
            use std::io::Write;
            let _ = std::io::stdout().write_all(&text);
            0
        }
        Some(Command::Explain { words }) => explain(&flags, words, lang, style),
        Some(Command::Lesson { words }) => lesson::lesson(&flags, words, lang, style),
        Some(Command::Grade { transcript, junit, gradescope }) => {
            let asked = grade::Asked { what: transcript, junit: junit.as_deref(), gradescope: gradescope.as_deref() };
            grade::main(&flags, &asked, lang, style)
        }
        Some(Command::Progress { words, all }) => progress::progress(&flags, words, *all, lang, style),
        Some(Command::Demo { what, record, gif, svg, speed }) => {
            let asked = demo::Asked { what, record: record.as_deref(), gif: gif.as_deref(), svg: svg.as_deref(), speed: *speed };
            demo::demo(&flags, &asked, lang, style)
        }
        Some(Command::Present { .. }) => demo::present(&flags, lang, style),
        Some(Command::Check { demo: Some(what), .. }) => demo::check(&flags, what, lang, style),
        Some(Command::Check { path, trust, .. }) => {
            check::check(&flags, &check::Asked { path: path.as_deref(), trust: *trust }, lang, style)
        }
        Some(Command::Help { command }) => one_report(&flags, Report::Help(command.clone()), lang, style),
        Some(Command::Run { file }) => match input(file) {
            Ok(input) => script(&flags, input, lang, style),
            Err(e) => {
                eprintln!("sockscope: {}", unreadable(file, &e).plain(lang));
                2
            }
        },
        None => match &flags.lines {
            Some(lines) => script(&flags, Input::Text("-c".into(), lines.clone().into_bytes()), lang, style),
            None if std::io::stdin().is_terminal() && !flags.json && !flags.quiet => prompt(&flags, lang, style, None),
            None => script(&flags, Input::Stdin, lang, style),
        },
    }
}

fn prompt(flags: &Flags, lang: Lang, style: Style, start: Option<String>) -> i32 {
    let library = library(flags, lang);
    crate::repl::prompt(crate::repl::Prompt { lang, style, library, present: flags.present, start, demo: None })
}

fn kernel_is_new_enough() -> bool {
    let Ok(name) = nix::sys::utsname::uname() else { return false };
    let release = name.release().to_string_lossy().into_owned();
    let mut parts = release.split(|c: char| !c.is_ascii_digit()).map(|p| p.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (5, 15)
}

fn style(flags: &Flags) -> Style {
    let out = std::io::stdout();
    let dumb = std::env::var("TERM").is_ok_and(|t| t == "dumb");
    let asked_not = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let colour = match flags.color {
        When::Always => true,
        When::Never => false,
        When::Auto => out.is_terminal() && !dumb && !asked_not,
    };
    let width = flags.width.or_else(crate::repl::terminal_width).unwrap_or(100).clamp(20, 400);
    Style { width, colour, ascii: flags.ascii, contrast: flags.present }
}

fn library(flags: &Flags, lang: Lang) -> Arc<Library> {
    let courses = crate::kernel::keep::data_folder().map(|d| d.join("courses"));
    let library = Library::new(flags.lessons.clone()).with_courses(courses);
    if let Some(folder) = &flags.lessons {
        if !folder.is_dir() {
            let why = refusal::cannot_read_file(folder.display().to_string(), refusal::file_no_folder());
            eprintln!("sockscope: {}", why.plain(lang));
        }
        for p in library.check_folder() {
            let text = crate::text::messages::said::lessons_problem(p.path.display().to_string(), p.line, p.what);
            eprintln!("sockscope: {}", text.plain(lang));
        }
    }
    Arc::new(library)
}

fn narration(library: Arc<Library>, lang: Lang, style: Style, echo: bool) -> Narration {
    let manner = Manner { lang, width: style.width, echo, ascii: style.ascii, staged: false };
    Narration::new(manner, library, specs().collect())
}

fn input(file: &str) -> std::io::Result<Input> {
    if file == "-" { Ok(Input::Stdin) } else { Input::file(file) }
}

fn script(flags: &Flags, input: Input, lang: Lang, style: Style) -> i32 {
    script_in(flags, input, lang, style, None, true)
}

/// A script, in a lesson where one is named: there, failing is a part of learning, and the script goes on. `keep`: what is done counts.
fn script_in(flags: &Flags, input: Input, lang: Lang, style: Style, lesson: Option<String>, keep: bool) -> i32 {
    thread::prepare(true);
    let raised = crate::kernel::limits::raise();
    let told = !flags.quiet;
    // A picture is drawn from the log: a script that asks for one is recorded, also where nobody is told.
    let recording = told || matches!(&input, Input::Text(_, text) if text.windows(5).any(|w| w == b"show "));
    let config = Config {
        interactive: false,
        recording,
        keep: recording,
        keep_going: flags.keep_going || lesson.is_some(),
        timeout: flags.timeout,
        lang,
        library: library(flags, lang),
        data: crate::kernel::keep::data_folder().filter(|_| keep),
    };
    let sitting = Sitting::new(config, BUILTINS);
    let mut ended = None;
    if told {
        let library = library(flags, lang);
        let look = if flags.json { Look::Json(lang) } else { Look::Told(Box::new(narration(library, lang, style, true)), style) };
        let console = Console::new(look);
        ended = Some(console.ended.clone());
        sitting.lock().sinks.push(Box::new(console));
    }
    let _ = raised;
    run_script(&sitting, input, ended, lesson)
}

fn explain(flags: &Flags, words: &[String], lang: Lang, style: Style) -> i32 {
    let library = library(flags, lang);
    let mut words = words.to_vec();
    let mut errno = None;
    if words.len() == 2 && crate::call::command(&words[0], None).is_some() {
        errno = crate::vocabulary::Errno::from_name(&words[1]);
        words.truncate(if errno.is_some() { 1 } else { 2 });
    }
    let word = words.join(" ");
    let known = errno.is_some() || !library.explain(lang, &word).is_empty();
    let status = one_report(flags, Report::Explain { word, errno }, lang, style);
    if known { status } else { 1 }
}

/// A line on standard output. A reader that has gone away is no trouble of ours.
fn put(line: &str) {
    let _ = crate::repl::write_out(&format!("{line}\n"));
}

/// A report without a session: `sockscope explain`, `sockscope help`.
fn one_report(flags: &Flags, report: Report, lang: Lang, style: Style) -> i32 {
    let mut telling = narration(library(flags, lang), lang, style, false);
    let doc = telling.event(&Event { seq: 1, turn: 1, at_us: 0.0, what: What::Report(Box::new(report)) }, &[]);
    let mut text = String::new();
    crate::markup::render(&doc, style, &mut text);
    // A reader that has gone away is no trouble of ours.
    let _ = crate::repl::write_out(&text);
    0
}

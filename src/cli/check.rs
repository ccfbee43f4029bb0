//! `sockscope check`: proves the lessons of a course, and says where what is wrong.

use super::Flags;
use super::put;
use crate::command::{BUILTINS, specs};
use crate::kernel::thread;
use crate::lesson::Library;
use crate::lesson::course::{Flaw, Known, Lesson, Listed, Origin, compare, id_of, read, review};
use crate::markup::{Style, safe};
use crate::session::player::prove::{Proof, prove};
use crate::text::messages::{course, prove as say, said};
use crate::text::{Arg, Lang, Text};
use crate::view::refusal::pointed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A lesson's file.
struct File {
    lang: Lang,
    shown: String,
    text: String,
    lesson: Option<Arc<Lesson>>,
    flaws: Vec<Flaw>,
    notes: Vec<(usize, Text)>,
}

/// What `check` is asked.
pub(super) struct Asked<'a> {
    pub path: Option<&'a Path>,
    /// Programs of lessons that are not built in may run.
    pub trust: bool,
}

pub(super) fn check(flags: &Flags, asked: &Asked<'_>, lang: Lang, style: Style) -> i32 {
    thread::prepare(false);
    let begun = Instant::now();
    let library = Arc::new(Library::new(asked.path.filter(|p| p.is_dir()).map(Path::to_path_buf)));
    let mut lessons = match asked.path {
        Some(file) if file.is_file() => one_file(file),
        path => found(&library, path.is_some()),
    };
    if lessons.is_empty() {
        let folder = asked.path.map(|p| p.display().to_string()).unwrap_or_default();
        eprintln!("sockscope: {}", say::no_lessons_in(folder).plain(lang));
        return 2;
    }
    let ids: Vec<String> = lessons.keys().cloned().chain(library.lessons(Lang::En).into_iter().map(|l| l.id)).collect();
    let pairs = asked.path.is_none() || lessons.values().any(|files| files.len() > 1);
    for files in lessons.values_mut() {
        written(files, &ids, &library, asked.path, pairs);
    }
    let trusted = asked.path.is_none() || asked.trust;
    let proofs = proved(&mut lessons, trusted, &library);
    report(flags, &lessons, &proofs, lang, style);
    let flaws: usize = lessons.values().flatten().map(|f| f.flaws.len()).sum();
    let untrusted =
        !trusted && lessons.values().flatten().filter_map(|f| f.lesson.as_ref()).any(|l| l.steps.iter().any(|s| !s.run.is_empty()));
    if !flags.json && !flags.quiet {
        let steps: usize = lessons.values().filter_map(|f| f.first()?.lesson.as_ref()).map(|l| l.steps.len()).sum();
        let sum = |of: fn(&Proof) -> usize| proofs.iter().map(of).sum::<usize>();
        let took = crate::grammar::number::show_duration(std::time::Duration::from_millis(begun.elapsed().as_millis() as u64));
        if untrusted {
            put(&say::untrusted().plain(lang));
        }
        let head = if flaws == 0 && !proofs.iter().any(|p| p.skipped) { say::proved } else { say::looked_through };
        put(&head(lessons.len(), steps, sum(|p| p.checks)).plain(lang));
        put(&say::proved_more(sum(|p| p.predicts), sum(|p| p.ways), sum(|p| p.mistakes), took).plain(lang));
        if flaws > 0 {
            put(&say::flawed(flaws).plain(lang));
        }
    }
    i32::from(flaws > 0)
}

fn file(lang: Lang, shown: String, text: String, id: &str) -> File {
    let (lesson, flaws) = read(&text, id);
    File { lang, shown, text, lesson: lesson.map(Arc::new), flaws, notes: Vec::new() }
}

/// A lesson alone.
fn one_file(path: &Path) -> BTreeMap<String, Vec<File>> {
    let Ok(bytes) = std::fs::read(path) else { return BTreeMap::new() };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let id = path.file_stem().map(|s| id_of(&s.to_string_lossy()).to_string()).unwrap_or_default();
    let lang = if path.iter().any(|p| p == "zh") { Lang::Zh } else { Lang::En };
    let one = file(lang, path.display().to_string(), text, &id);
    BTreeMap::from([(id, vec![one])])
}

/// The built-in lessons, or those of the folder; each with its languages.
fn found(library: &Library, own: bool) -> BTreeMap<String, Vec<File>> {
    let mut all: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for lang in Lang::ALL {
        for listed in library.lessons_of(lang) {
            let shown = match &listed.origin {
                Origin::File(path) if own => path.display().to_string(),
                Origin::BuiltIn if !own && listed.stem == "writing-lessons" => {
                    format!("lessons/writing-lessons{}.md", if lang == Lang::Zh { ".zh" } else { "" })
                }
                Origin::BuiltIn if !own => format!("lessons/{}/course/{}.md", lang.code(), listed.stem),
                _ => continue,
            };
            let files = all.entry(order(&listed)).or_default();
            // A folder without languages serves both with one file.
            if files.iter().all(|f| f.shown != shown) {
                let text = library.lesson_text(&listed).unwrap_or_default();
                files.push(file(lang, shown, text, &listed.id));
            }
        }
    }
    all
}

fn order(listed: &Listed) -> String {
    listed.stem.clone()
}

/// What is wrong in the words of a lesson's files, each alone and beside the other.
fn written(files: &mut [File], ids: &[String], library: &Library, root: Option<&Path>, pairs: bool) {
    let is_command =
        |name: &str| crate::call::command(name, None).is_some() || specs().any(|s| s.name == name) || library.is_constant(name);
    for file in files.iter_mut() {
        let Some(lesson) = file.lesson.clone() else { continue };
        let lang = file.lang;
        let folder = PathBuf::from(&file.shown).parent().map(Path::to_path_buf).unwrap_or_default();
        let known = Known {
            lesson: &|id| ids.iter().any(|i| i == id || id_of(i) == id),
            word: &|word| {
                let of_call = word
                    .split_once(' ')
                    .and_then(|(call, errno)| library.errno_of_call(lang, call, errno, &crate::lesson::Fill::default()));
                of_call.is_some() || !library.explain(lang, word).is_empty()
            },
            command: &is_command,
            link: &|target| {
                let target = target.split('#').next().unwrap_or(target);
                match root {
                    Some(_) => folder.join(target).exists(),
                    None => library.has_file(&folder.join(target)),
                }
            },
        };
        let mut flaws = review(&lesson, &file.text, &known);
        file.flaws.append(&mut flaws);
    }
    match files {
        [first, second] => {
            if let (Some(a), Some(b)) = (&first.lesson, &second.lesson) {
                let mut flaws = compare(a, b);
                second.flaws.append(&mut flaws);
            }
        }
        [only] if pairs => only.flaws.push(Flaw::at(0, course::language_missing(only.lang.other().code()))),
        _ => {}
    }
}

/// Proves each lesson once, several side by side; what is found is put to its first file.
fn proved(lessons: &mut BTreeMap<String, Vec<File>>, trusted: bool, library: &Arc<Library>) -> Vec<Proof> {
    let work: Vec<(String, Arc<Lesson>)> =
        lessons.iter().filter_map(|(id, files)| Some((id.clone(), files.iter().find_map(|f| f.lesson.clone())?))).collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Proof)>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(work.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                // Each proves in a descriptor table of its own, as a learner's session has one.
                thread::own_table();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, lesson)) = work.get(at) else { return };
                    let proof = prove(lesson, trusted, library, BUILTINS);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, proof));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|d| d.0);
    let mut proofs = Vec::new();
    for (at, mut proof) in done {
        if let Some(file) = lessons.get_mut(&work[at].0).and_then(|files| files.iter_mut().find(|f| f.lesson.is_some())) {
            file.flaws.append(&mut proof.flaws);
            file.notes.append(&mut proof.notes);
        }
        proofs.push(proof);
    }
    for file in lessons.values_mut().flatten() {
        file.flaws.sort_by_key(|f| (f.line, f.span));
        file.flaws.dedup_by(|a, b| a.line == b.line && a.what == b.what);
    }
    proofs
}

/// `file:line: what`; a flaw of the whole file has no line.
fn problem(file: &File, line: usize, what: Arg, lang: Lang) -> String {
    let shown = safe(&file.shown);
    let text =
        if line == 0 { said::lessons_trouble(shown.as_ref(), what) } else { said::lessons_problem(shown.as_ref(), line, what) };
    text.plain(lang)
}

fn report(flags: &Flags, lessons: &BTreeMap<String, Vec<File>>, _: &[Proof], lang: Lang, style: Style) {
    for file in lessons.values().flatten() {
        for flaw in &file.flaws {
            let words = flaw.what.plain(lang);
            if flags.json {
                let span = flaw.span.map(|s| vec![s.0, s.1]);
                let object = serde_json::json!({
                    "file": file.shown, "line": flaw.line, "span": span, "code": flaw.what.template.id, "reason": words, "hint": flaw.hint,
                });
                put(&object.to_string());
                continue;
            }
            put(&problem(file, flaw.line, safe(&words).as_ref().into(), lang));
            let line = flaw.line.checked_sub(1).and_then(|n| file.text.lines().nth(n));
            if let (Some(line), Some(span)) = (line, flaw.span) {
                // Spans count from the first letter of the line.
                let indent = line.len() - line.trim_start().len();
                let lead = if line.trim_start().starts_with("if ") { indent + 3 } else { indent };
                let mut text = String::new();
                crate::markup::render(&pointed(line, (span.0 + lead, span.1 + lead), style.width), style, &mut text);
                put(text.trim_end_matches('\n'));
            }
            if let Some(hint) = &flaw.hint {
                put(&format!("  {}", said::did_you_mean(hint).plain(lang)));
            }
        }
        if !flags.json && !flags.quiet {
            for (line, note) in &file.notes {
                put(&problem(file, *line, note.clone().into(), lang));
            }
        }
    }
}

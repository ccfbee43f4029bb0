//! Finds cards, reads each of them once, and keeps them.
//!
//! A file of the reader's own folder goes before the built-in one. A broken one never hides a card: the built-in one is handed out
//! and the trouble is told once.

use super::card::{CallCard, Collection, Entry, ErrnoCard, Fault, Parsed, WordCard, parse_call, parse_collection, parse_word};
use super::course::Lesson;
use super::explain::Index;
use super::fill::Fill;
use super::folder;
use crate::text::{Lang, Text};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What `explain` can find, in the order in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    Call,
    Word,
    State,
    Errno,
    Option,
    Flag,
    /// Families, types and protocols.
    Family,
    /// Fields of packet headers.
    Field,
}

impl Topic {
    /// The kinds whose files hold many entries.
    pub const COLLECTIONS: [Topic; 6] = [Topic::State, Topic::Errno, Topic::Option, Topic::Flag, Topic::Family, Topic::Field];

    /// The folder of its files.
    pub fn folder(self) -> &'static str {
        match self {
            Topic::Call => "call",
            Topic::Word => "word",
            Topic::State => "state",
            Topic::Errno => "errno",
            Topic::Option => "option",
            Topic::Flag => "flag",
            Topic::Family => "family",
            Topic::Field => "field",
        }
    }
}

/// Something wrong in the reader's own folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub path: PathBuf,
    /// From 1; 0 means the file as a whole.
    pub line: usize,
    pub what: Text,
}

type Shelf<T> = Mutex<HashMap<String, Arc<T>>>;

#[derive(Default)]
struct Problems {
    fresh: Vec<Problem>,
    told: HashSet<(PathBuf, usize, String)>,
}

/// All cards. Made at once, since nothing is read before it is asked for.
#[derive(Default)]
pub struct Library {
    folder: Option<PathBuf>,
    /// The folder of the courses that were added, one folder each.
    courses: Option<PathBuf>,
    calls: [Shelf<CallCard>; 2],
    words: [Shelf<WordCard>; 2],
    /// By path in the tree.
    collections: Shelf<Collection>,
    /// By language and id.
    lessons: Mutex<HashMap<(Lang, String), Arc<Lesson>>>,
    problems: Mutex<Problems>,
    index: OnceLock<Index>,
}

/// The call whose errno sections also serve `call`.
pub fn fallback(call: &str) -> Option<&'static str> {
    Some(match call {
        "sendto" | "sendmsg" | "sendmmsg" | "write" | "writev" | "sendfile" => "send",
        "recvfrom" | "recvmsg" | "recvmmsg" | "read" | "readv" => "recv",
        "ppoll" => "poll",
        "setsockopt" => "getsockopt",
        "getsockopt" => "setsockopt",
        _ => return None,
    })
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A word may come from a learner: nothing but a plain name becomes part of a path.
fn plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

impl Library {
    /// `folder` is that of `--lessons`: it has the same tree, and each of its files goes before the built-in one.
    pub fn new(folder: Option<PathBuf>) -> Library {
        Library { folder, ..Library::default() }
    }

    /// With the courses that lie in `courses`.
    pub fn with_courses(mut self, courses: Option<PathBuf>) -> Library {
        self.courses = courses;
        self
    }

    pub(super) fn courses(&self) -> Option<&std::path::Path> {
        self.courses.as_deref()
    }

    pub(super) fn lesson_shelf(&self) -> &Mutex<HashMap<(Lang, String), Arc<Lesson>>> {
        &self.lessons
    }

    /// The card of a call, by its file's name.
    pub fn call(&self, lang: Lang, name: &str) -> Option<Arc<CallCard>> {
        self.kept(&self.calls[lang as usize], name, || {
            let path = folder::path(lang, "call", name);
            self.load(&path, |text| parse_call(text, lang, name), CallCard::adopt)
        })
    }

    /// The card of a word, by its file's name.
    pub fn word(&self, lang: Lang, name: &str) -> Option<Arc<WordCard>> {
        self.kept(&self.words[lang as usize], name, || {
            let path = folder::path(lang, "word", name);
            self.load(&path, |text| parse_word(text, name), |_, _| {})
        })
    }

    /// Why a call failed so. Where its own card is silent, that of a call much like it speaks.
    pub fn errno_of_call(&self, lang: Lang, call: &str, errno: &str, fill: &Fill) -> Option<ErrnoCard> {
        let of = |name| self.call(lang, name)?.errno_with(errno, fill);
        of(call).or_else(|| of(fallback(call)?))
    }

    /// A section of a collection, by its full name (`SO_REUSEADDR`, `EPIPE`, `TIME_WAIT`, `SOL_TCP`).
    pub fn entry(&self, lang: Lang, topic: Topic, name: &str) -> Option<Arc<Entry>> {
        let mut shelves = self.collections(lang, topic).into_iter();
        shelves.find_map(|c| c.get(name).cloned())
    }

    /// The collections of a kind, in order of their files' names.
    pub(super) fn collections(&self, lang: Lang, topic: Topic) -> Vec<Arc<Collection>> {
        let dir = format!("{}/{}", lang.code(), topic.folder());
        let files = folder::embedded_files(&dir);
        let load = |file: &&str| {
            let path = format!("{dir}/{file}");
            self.kept(&self.collections, &path, || self.load(&path, parse_collection, Collection::adopt))
        };
        files.iter().filter_map(load).collect()
    }

    /// The names of the cards of a kind in one language.
    pub(super) fn names(&self, lang: Lang, topic: Topic) -> Vec<String> {
        self.files(&format!("{}/{}", lang.code(), topic.folder()))
    }

    /// The files of a folder of the tree (`en/course`), built in and of the reader's own, in order, without `.md`.
    pub fn files(&self, dir: &str) -> Vec<String> {
        let mut names: Vec<String> = folder::embedded_files(dir).into_iter().map(str::to_string).collect();
        if let Some(root) = &self.folder {
            names.extend(folder::own_files(root, dir));
        }
        names.iter_mut().for_each(|n| n.truncate(n.len() - ".md".len()));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The text of a file as it will be used: the reader's own, or the built-in one. `path` is that in the tree.
    pub fn text(&self, path: &str) -> Option<String> {
        match self.own(path) {
            Some(Ok(text)) => Some(text),
            Some(Err(what)) => {
                self.report(path, vec![(0, what)]);
                folder::embedded(path).map(str::to_string)
            }
            None => folder::embedded(path).map(str::to_string),
        }
    }

    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(self))
    }

    pub(super) fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_deref()
    }

    /// What was found wrong since it was last asked; each problem once.
    pub fn take_problems(&self) -> Vec<Problem> {
        std::mem::take(&mut lock(&self.problems).fresh)
    }

    /// Marks problems as told; gives back those that were not.
    pub(super) fn tell(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let told = &mut lock(&self.problems).told;
        problems.into_iter().filter(|p| told.insert((p.path.clone(), p.line, p.what.plain(Lang::En)))).collect()
    }

    fn report(&self, path: &str, faults: Vec<Fault>) {
        let Some(root) = &self.folder else { return };
        let problem = |(line, what)| Problem { path: root.join(path), line, what };
        let fresh = self.tell(faults.into_iter().map(problem).collect());
        lock(&self.problems).fresh.extend(fresh);
    }

    fn own(&self, path: &str) -> Option<Result<String, Text>> {
        folder::own(self.folder.as_deref()?, path)
    }

    /// What stands on the shelf, or is put there now. Nothing is allocated for a card that was seen before.
    fn kept<T>(&self, shelf: &Shelf<T>, name: &str, load: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
        if let Some(kept) = lock(shelf).get(name) {
            return Some(kept.clone());
        }
        let found = name.split('/').all(plain_name).then(load).flatten().map(Arc::new);
        // Strangers are not remembered: words typed by a learner must not fill the memory.
        if let Some(card) = &found {
            lock(shelf).insert(name.to_string(), card.clone());
        }
        found
    }

    fn load<T>(&self, path: &str, parse: impl Fn(&str) -> Parsed<T>, adopt: fn(&mut T, T)) -> Option<T> {
        let built_in = || folder::embedded(path).and_then(|text| parse(text).card);
        let own = match self.own(path) {
            None => return built_in(),
            Some(Ok(text)) => parse(&text),
            Some(Err(what)) => Parsed { card: None, faults: vec![(0, what)] },
        };
        self.report(path, own.faults);
        let Some(mut card) = own.card else { return built_in() };
        if let Some(other) = built_in() {
            adopt(&mut card, other);
        }
        Some(card)
    }
}

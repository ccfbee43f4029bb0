//! Which lessons there are, and how one is found: built in, in a folder of the reader's own, in courses that were added.

use super::{Flaw, Front, Lesson, front, read};
use crate::grammar::nearest::nearest;
use crate::lesson::folder;
use crate::lesson::library::Library;
use crate::text::Lang;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a lesson comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    /// A file of somebody else: before it runs a program or speaks to another machine, the learner is asked.
    File(PathBuf),
}

/// A lesson as lists show it: of its file, only the front matter was read.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: String,
    /// The file's name without `.md`.
    pub stem: String,
    /// The course it was added with; none for the built-in one.
    pub course: Option<String>,
    pub front: Result<Front, Flaw>,
    /// The language it was found in: another than the reader's where that has none.
    pub lang: Lang,
    pub origin: Origin,
    /// The ids of its steps.
    pub steps: Vec<String>,
}

/// A folder that holds lessons, and what its course is called.
struct Root {
    course: Option<String>,
    path: PathBuf,
}

/// `03-first-tcp` is known as `first-tcp`.
pub fn id_of(stem: &str) -> &str {
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    match stem[digits..].strip_prefix('-') {
        Some(rest) if digits > 0 && !rest.is_empty() => rest,
        _ => stem,
    }
}

/// The ids of a text's steps, headings of the second level outside fences; empty where one has none.
fn steps(text: &str) -> Vec<String> {
    let mut fence: Option<&str> = None;
    let mut ids = Vec::new();
    for line in text.lines() {
        let marks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {}
            None if marks >= 3 => fence = Some(&line[..marks]),
            None => ids.extend(line.strip_prefix("## ").map(|title| super::read::id(title).unwrap_or_default().to_string())),
        }
    }
    ids
}

/// The ids of the built-in lessons, in order.
pub fn built_in() -> impl Iterator<Item = String> {
    folder::embedded_files("en/course").into_iter().map(|f| id_of(f.trim_end_matches(".md")).to_string())
}

/// The lesson that teaches how lessons are written.
const WRITING: &str = "writing-lessons";

/// The built-in file of a lesson that lies beside the languages' folders.
fn page(stem: &str, lang: Lang) -> &'static str {
    match (stem == WRITING, lang) {
        (true, Lang::En) => "writing-lessons.md",
        (true, Lang::Zh) => "writing-lessons.zh.md",
        (false, _) => "",
    }
}

/// The folders of a root in which lessons of a language lie; a folder of files without languages serves every one.
fn folders(lang: Lang) -> [String; 3] {
    [format!("{}/course", lang.code()), lang.code().to_string(), ".".to_string()]
}

impl Library {
    /// The lessons in a language, in order of their files; where it has none, that of the other language.
    pub fn lessons(&self, lang: Lang) -> Vec<Listed> {
        let mut all: Vec<Listed> = Vec::new();
        for of in [lang, lang.other()] {
            self.listed(of, &mut all);
        }
        all.sort_by(|a, b| (&a.course, &a.stem).cmp(&(&b.course, &b.stem)));
        all
    }

    /// The lessons that are written in a language.
    pub fn lessons_of(&self, lang: Lang) -> Vec<Listed> {
        let mut all = Vec::new();
        self.listed(lang, &mut all);
        all.sort_by(|a, b| (&a.course, &a.stem).cmp(&(&b.course, &b.stem)));
        all
    }

    /// Whether a built-in file has this path, `lessons/en/word/backlog.md` or as a link has it, with `..` in it.
    pub fn has_file(&self, path: &std::path::Path) -> bool {
        let mut parts: Vec<&std::ffi::OsStr> = Vec::new();
        for part in path.components() {
            match part {
                std::path::Component::ParentDir => drop(parts.pop()),
                std::path::Component::Normal(name) => parts.push(name),
                _ => {}
            }
        }
        let path: PathBuf = parts.into_iter().collect();
        path.strip_prefix("lessons").ok().and_then(|p| p.to_str()).is_some_and(|p| folder::embedded(p).is_some())
    }

    /// Whether a word is the short or the full name of a constant.
    pub fn is_constant(&self, word: &str) -> bool {
        crate::vocabulary::LEXICONS.iter().any(|l| l.find(word).is_some())
    }

    fn listed(&self, lang: Lang, all: &mut Vec<Listed>) {
        let mut seen: HashSet<String> = all.iter().map(|l| l.id.clone()).collect();
        let mut add = |course: &Option<String>, stem: &str, head: &str, origin: Origin| {
            let id = course.as_ref().map_or_else(|| id_of(stem).to_string(), |c| format!("{c}:{}", id_of(stem)));
            if seen.insert(id.clone()) {
                all.push(Listed {
                    id,
                    stem: stem.into(),
                    course: course.clone(),
                    front: front::split(head).0,
                    lang,
                    origin,
                    steps: steps(head),
                });
            }
        };
        for root in self.roots() {
            for dir in folders(lang) {
                // A folder of cards may have other files at its top.
                let needs_front = dir != format!("{}/course", lang.code());
                for (file, head) in folder::heads(&root.path, &dir) {
                    if !needs_front || head.starts_with("---") {
                        add(
                            &root.course,
                            file.trim_end_matches(".md"),
                            &head,
                            Origin::File(if dir == "." { root.path.join(&file) } else { root.path.join(&dir).join(&file) }),
                        );
                    }
                }
            }
        }
        let dir = format!("{}/course", lang.code());
        for file in folder::embedded_files(&dir) {
            let text = folder::embedded(&format!("{dir}/{file}")).unwrap_or_default();
            add(&None, file.trim_end_matches(".md"), text, Origin::BuiltIn);
        }
        // The page that teaches the format is itself a lesson.
        let page = page(WRITING, lang);
        add(&None, WRITING, folder::embedded(page).unwrap_or_default(), Origin::BuiltIn);
    }

    fn roots(&self) -> Vec<Root> {
        let own = self.folder().map(|f| Root { course: None, path: f.to_path_buf() });
        let added = self.courses().map(folder::folders).unwrap_or_default();
        let added = added.into_iter().map(|path| {
            let course = path.file_name().map(|n| n.to_string_lossy().into_owned());
            Root { course, path }
        });
        own.into_iter().chain(added).collect()
    }

    /// The lesson somebody means: by its id, its number, its file's name.
    ///
    /// # Errors
    /// The nearest id, if there is one.
    pub fn find_lesson(&self, lang: Lang, name: &str) -> Result<Listed, Option<String>> {
        let all = self.lessons(lang);
        let number: Option<u32> = name.parse().ok();
        let numbered = |l: &Listed| {
            let digits: String = l.stem.chars().take_while(char::is_ascii_digit).collect();
            number.is_some() && digits.parse() == Ok(number.unwrap_or_default())
        };
        let found = all.iter().position(|l| l.id == name || l.stem == name);
        let found = found.or_else(|| all.iter().position(|l| l.course.is_none() && numbered(l)));
        // The beginning of one name only.
        let found = found.or_else(|| {
            let mut begun = all.iter().enumerate().filter(|(_, l)| !name.is_empty() && l.id.starts_with(name));
            begun.next().filter(|_| begun.next().is_none()).map(|b| b.0)
        });
        match found {
            Some(at) => Ok(all.into_iter().nth(at).expect("a position in it")),
            None => Err(nearest(name, all.iter().map(|l| l.id.as_str())).map(str::to_string)),
        }
    }

    /// The lesson's text.
    pub fn lesson_text(&self, listed: &Listed) -> Option<String> {
        match &listed.origin {
            Origin::BuiltIn if listed.stem == WRITING => folder::embedded(page(WRITING, listed.lang)).map(str::to_string),
            Origin::BuiltIn => folder::embedded(&format!("{}/course/{}.md", listed.lang.code(), listed.stem)).map(str::to_string),
            Origin::File(path) => folder::own(path.parent()?, path.file_name()?.to_str()?)?.ok(),
        }
    }

    /// A lesson by its id, read once; in the other language where the wanted one has none, or has it broken.
    pub fn lesson(&self, lang: Lang, id: &str) -> Option<Arc<Lesson>> {
        let shelf = self.lesson_shelf();
        if let Some(kept) = shelf.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&(lang, id.to_string())) {
            return Some(kept.clone());
        }
        let listed = self.find_lesson(lang, id).ok().filter(|l| l.id == id)?;
        let lesson = read(&self.lesson_text(&listed)?, id).0.map(Arc::new)?;
        let mut kept = shelf.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.insert((lang, id.to_string()), lesson.clone());
        Some(lesson)
    }
}

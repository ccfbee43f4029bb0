//! Looks through the whole of the reader's own folder, so that its author learns at once what is wrong in it.

use super::card::{Fault, parse_call, parse_collection, parse_word};
use super::folder;
use super::library::{Library, Problem};
use crate::text::Lang;
use crate::text::messages::lesson as say;
use std::path::Path;

impl Library {
    /// Every problem of the folder, in order of files and lines. What is told here is not told again.
    pub fn check_folder(&self) -> Vec<Problem> {
        let Some(root) = self.folder() else { return Vec::new() };
        let files = match folder::walk(root) {
            Ok(files) => files,
            Err(what) => return self.tell(vec![Problem { path: root.to_path_buf(), line: 0, what }]),
        };
        let mut found = Vec::new();
        for file in files {
            let mut faults = check(root, &file);
            faults.sort_by_key(|f| f.0);
            found.extend(faults.into_iter().map(|(line, what)| Problem { path: root.join(&file), line, what }));
        }
        self.tell(found)
    }
}

/// What is wrong in one file; `file` is its path in the folder.
fn check(root: &Path, file: &Path) -> Vec<Fault> {
    let parts: Option<Vec<&str>> = file.iter().map(|p| p.to_str()).collect();
    let parts = parts.unwrap_or_default();
    let name = parts.last().and_then(|n| n.strip_suffix(".md"));
    let (Some(name), Some(lang)) = (name, parts.first().and_then(|l| Lang::from_code(l))) else {
        return if folder::embedded(&parts.join("/")).is_some() { Vec::new() } else { vec![(0, say::file_unknown())] };
    };
    let path = parts.join("/");
    let own = matches!(parts[..], [_, "word", _]) || parts.get(1) == Some(&"course");
    if !own && folder::embedded(&path).is_none() {
        return vec![(0, say::file_unknown())];
    }
    // Lessons have a checker of their own; nothing of them is read before it is asked for.
    if parts.get(1) == Some(&"course") {
        return Vec::new();
    }
    let text = match folder::own(root, &path) {
        Some(Ok(text)) => text,
        Some(Err(what)) => return vec![(0, what)],
        None => return Vec::new(),
    };
    match parts.get(1).copied().unwrap_or_default() {
        "call" => parse_call(&text, lang, name).faults,
        "word" => parse_word(&text, name).faults,
        _ => parse_collection(&text).faults,
    }
}

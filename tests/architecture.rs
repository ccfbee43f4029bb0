//! The order of the rooms, and what the registry promises.

use crate::kit::script;
use sockscope::grammar::Spec;
use sockscope::text::{Lang, Text};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// The rooms, each of which may use only those before it.
const ROOMS: &[&str] = &[
    "text",
    "markup",
    "grammar",
    "vocabulary",
    "packet",
    "kernel",
    "call",
    "event",
    "lesson",
    "view",
    "lab",
    "session",
    "command",
    "repl",
    "cli",
];

/// The longest file that is still one thing.
const LONGEST: usize = 420;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every Rust file of a folder of this repository: its path within the folder, and its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let from = root().join(folder);
    let mut found = Vec::new();
    files(&from, &mut found);
    let read = |p: PathBuf| (p.strip_prefix(&from).expect("inside").to_path_buf(), std::fs::read_to_string(&p).expect("text"));
    found.into_iter().map(read).collect()
}

/// Without comments, strings and characters: what is left is code. Line ends stay.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |n| n + 2)
        } else if let Some(hashes) = raw_string(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            rest[hashes + 2..].find(&end).map_or(rest.len(), |n| n + hashes + 2 + end.len())
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_character(rest) {
            quoted(rest, '\'')
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        out.extend(rest[..len].chars().filter(|c| *c == '\n'));
        out.push(' ');
        rest = &rest[len..];
    }
    out
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    hashes[count..].starts_with('"').then_some(count)
}

/// A character, and no lifetime.
fn is_character(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    matches!((chars.next(), chars.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Code without what is compiled for tests alone: `#[cfg(test)]` and the item behind it.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (brace, semicolon) = (rest.find('{').unwrap_or(rest.len()), rest.find(';').unwrap_or(rest.len()));
        let end = if semicolon < brace { semicolon + 1 } else { closing(rest, brace) };
        rest = &rest[end.min(rest.len())..];
    }
    out + rest
}

fn closing(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in text[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + at + 1;
        }
    }
    text.len()
}

/// Modules that a room declares for tests alone: `#[cfg(test)] mod NAME;`.
fn test_modules(all: &[(PathBuf, String)]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for (path, text) in all {
        let code = code(text);
        for part in code.split("#[cfg(test)]").skip(1) {
            let Some(name) = part.trim_start().strip_prefix("mod ").and_then(|p| p.split_once(';')).map(|p| p.0.trim()) else {
                continue;
            };
            if name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                let folder = if path.file_name().is_some_and(|n| n == "mod.rs" || n == "lib.rs") {
                    path.parent().expect("a folder").to_path_buf()
                } else {
                    path.with_extension("")
                };
                found.insert(folder.join(format!("{name}.rs")));
            }
        }
    }
    found
}

/// The rooms that code names: `crate::ROOM`, and those in `use crate::{…}`.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    c if depth == 0 && (c.is_alphanumeric() || c == '_') => {
                        word.push(c);
                        continue;
                    }
                    _ => {}
                }
                if depth == 0 && (c == ',' || c == ':') || depth == 1 && c == '{' {
                    used.insert(std::mem::take(&mut word));
                }
            }
            used.insert(word);
        } else {
            used.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    used.retain(|u| ROOMS.contains(&u.as_str()));
    used
}

#[test]
fn lib_rs_lists_the_rooms_in_their_order() {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let listed: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let known: Vec<&str> = ROOMS.iter().copied().filter(|r| listed.contains(r)).collect();
    assert_eq!(listed, known);
}

#[test]
fn a_room_uses_only_the_rooms_before_it() {
    let all = sources("src");
    let tests = test_modules(&all);
    let place = |room: &str| ROOMS.iter().position(|r| *r == room);
    let mut wrong = Vec::new();
    for (path, text) in all.iter().filter(|(p, _)| !tests.contains(p)) {
        let first = path.components().next().expect("a name").as_os_str().to_string_lossy();
        let Some(own) = place(first.trim_end_matches(".rs")) else { continue };
        for used in rooms_used(&without_tests(&code(text))) {
            if place(&used).is_some_and(|p| p > own) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_reaches_into_another_room_by_super() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let code = without_tests(&code(&text));
        // `super` of a room's own mod.rs is the crate; a module inside a file may go one further.
        let depth = path.components().count() - if path.ends_with("mod.rs") { 1 } else { 0 };
        let most = code.match_indices("super::").map(|(at, _)| code[at..].split("::").take_while(|w| *w == "super").count()).max();
        if most.is_some_and(|m| m >= depth) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn unsafe_stands_in_the_kernel_room_alone() {
    let is_word = |code: &str| code.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == "unsafe");
    let found: Vec<PathBuf> =
        sources("src").into_iter().filter(|(p, t)| !p.starts_with("kernel") && is_word(&code(t))).map(|f| f.0).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn no_file_grows_into_a_room_of_its_own() {
    let long: Vec<String> = sources("src")
        .iter()
        .filter(|(_, t)| t.lines().count() > LONGEST)
        .map(|(p, t)| format!("{}: {} lines", p.display(), t.lines().count()))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<PathBuf> = sources("src").into_iter().filter(|(_, t)| !t.starts_with("//!")).map(|f| f.0).collect();
    assert!(silent.is_empty(), "{silent:?}");
    let stubs: Vec<PathBuf> = sources("src").into_iter().filter(|(_, t)| t.starts_with("//! stub")).map(|f| f.0).collect();
    assert!(stubs.is_empty(), "{stubs:?}");
}

#[test]
fn every_test_file_is_registered() {
    let all = sources("tests");
    let texts: HashMap<PathBuf, &String> = all.iter().map(|(p, t)| (p.clone(), t)).collect();
    // Cargo looks for no test by itself (`autotests`): a target is what Cargo.toml names.
    let cargo = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let targets = cargo.lines().filter_map(|l| l.strip_prefix("path = \"tests/")?.strip_suffix('"'));
    let mut todo: Vec<PathBuf> = targets.map(PathBuf::from).collect();
    let mut reached: BTreeSet<PathBuf> = todo.iter().cloned().collect();
    let roots = reached.clone();
    while let Some(path) = todo.pop() {
        let parent = path.parent().unwrap_or(Path::new(""));
        let folder = if roots.contains(&path) || path.ends_with("mod.rs") { parent.to_path_buf() } else { path.with_extension("") };
        for line in code(texts[&path]).lines() {
            let line = line.trim().trim_start_matches("pub ");
            let Some(name) = line.strip_prefix("mod ").and_then(|l| l.strip_suffix(';')) else { continue };
            for file in [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")] {
                if texts.contains_key(&file) && reached.insert(file.clone()) {
                    todo.push(file);
                }
            }
        }
    }
    // What is compiled or read by the tests themselves is data.
    let is_data = |p: &Path| p.starts_with("data") || p.starts_with("bench/peers");
    let lost: Vec<&PathBuf> = all.iter().map(|f| &f.0).filter(|p| !reached.contains(*p) && !is_data(p)).collect();
    assert!(lost.is_empty(), "no test binary has {lost:?}");
}

// The registry.

fn specs() -> Vec<&'static Spec> {
    sockscope::command::specs().collect()
}

#[test]
fn no_two_commands_have_the_same_name() {
    let mut seen = BTreeSet::new();
    for spec in specs() {
        assert!(seen.insert(spec.title()), "`{}` twice", spec.title());
        for also in spec.also {
            assert!(seen.insert(also.to_string()), "`{also}` of `{}` is taken", spec.title());
        }
    }
}

fn said(text: Text, what: &str) {
    let (en, zh) = (text.plain(Lang::En), text.plain(Lang::Zh));
    assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{what}");
    let chinese = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(!chinese(&en) && chinese(&zh), "{what}: {en} / {zh}");
}

#[test]
fn every_command_is_summed_up_in_both_languages_and_shown_in_use() {
    for spec in specs() {
        said((spec.summary)(), &spec.title());
        assert!(!spec.examples.is_empty(), "`{}` has no example", spec.title());
        for p in spec.params {
            said(p.what(), &format!("{} of {}", p.name(), spec.title()));
        }
    }
}

#[test]
fn an_example_shows_the_command_it_stands_with() {
    for spec in specs() {
        for e in spec.examples {
            let words: Vec<&str> = e.line.split_whitespace().collect();
            let names = |w: &&str| *w == spec.name || spec.also.contains(w);
            assert!(words.iter().any(names), "`{}` does not show `{}`", e.line, spec.title());
        }
    }
}

#[test]
fn every_example_of_every_command_runs() {
    let mut failed = Vec::new();
    for spec in specs() {
        for e in spec.examples {
            // It lends the terminal to a shell; tests/lab.rs does that in a pseudo-terminal.
            if spec.name == "shell" {
                continue;
            }
            let ran = script(format!("{}\n{}", e.before, e.line)).json().run();
            if ran.status != Some(0) {
                failed.push(format!("{}: `{}` behind `{}`: {}", spec.title(), e.line, e.before, ran.stderr.trim()));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_call_can_be_typed_and_every_usage_names_it() {
    for c in sockscope::call::COMMANDS {
        assert!(
            sockscope::call::command(c.spec.name, c.spec.sub).is_some_and(|(found, _)| std::ptr::eq(found.spec, c.spec)),
            "{}",
            c.name
        );
        assert!(c.spec.usage().starts_with(&c.spec.title()));
    }
}

#[test]
fn comments_and_strings_are_no_code() {
    let text = "a // unsafe\n\"un\\\"safe\" r#\"crate::cli\"# 'x' &'a b /* crate::repl */ c";
    let left = code(text);
    assert!(!left.contains("unsafe") && !left.contains("crate") && left.contains("&'a b") && left.ends_with("c"), "{left}");
    assert_eq!(
        without_tests("a #[cfg(test)] mod t { x { y } } b #[cfg(test)]\nmod own; c").split_whitespace().collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    let used: Vec<String> =
        rooms_used("use crate::{text::Lang, kernel::{self, addr}, call}; crate::view::x()").into_iter().collect();
    assert_eq!(used, ["call", "kernel", "text", "view"]);
}

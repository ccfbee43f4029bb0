//! README.md and lessons/writing-cards.md are true: their lines are run, and the table of commands is that of the declarations.

use sockscope::command::specs;
use sockscope::grammar::Group;
use sockscope::text::Lang;
use sockscope::text::messages::said;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// A folder of its own for what a test writes.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("sockscope-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The fenced blocks of a kind: what stands in them, line by line.
fn blocks(text: &str, fence: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let marks = 3 + info.chars().take_while(|c| *c == '`').count();
        let end = "`".repeat(marks);
        let block: Vec<String> = lines.by_ref().take_while(|l| *l != end).map(str::to_string).collect();
        if info.trim_start_matches('`') == fence {
            found.push(block);
        }
    }
    found
}

/// A line without what is different each time: times, process ids, ports that the kernel chose, the width of columns.
fn steady(line: &str) -> String {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    if let [.., number, "µs" | "ms" | "s"] = words[..]
        && number.parse::<f64>().is_ok()
    {
        words.truncate(words.len() - 2);
    }
    // As many carets as the word has letters, and a port may have more than the README's.
    let line = words.iter().map(|w| if w.starts_with('^') { "^" } else { w }).collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let mut rest = line.as_str();
    while let Some(at) = rest.find([':', ' ']) {
        let (head, tail) = rest.split_at(at + 1);
        out.push_str(head);
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        let volatile = (out.ends_with("127.0.0.1:") && &tail[..digits] != "9000") || out.ends_with("pid ");
        out.push_str(if volatile && digits > 0 { "#" } else { &tail[..digits] });
        rest = &tail[digits..];
    }
    out + rest
}

/// Every line of `shown` stands in `real`, in order; `…` leaves any number of lines out. What a job says may come at any time.
fn compare(shown: &[String], real: &str, what: &str) {
    let lines: Vec<String> = real.lines().map(steady).collect();
    let mut at = 0;
    let mut gap = true;
    for line in shown {
        let wanted = steady(line);
        if wanted == "…" {
            gap = true;
            continue;
        }
        if wanted.starts_with('[') && lines.contains(&wanted) {
            gap = true;
            continue;
        }
        let found = lines[at..].iter().position(|l| *l == wanted);
        let Some(found) = found.filter(|n| gap || *n == 0) else {
            panic!("{what} shows\n{line}\nbut what really comes here is\n{}", lines[at..].join("\n"));
        };
        at += found + 1;
        gap = false;
    }
}

fn run(lang: &str, script: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--lang", lang, "--width", "100", "--keep-going", "run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What is typed in a line of the tour: what stands behind the prompt.
fn typed(line: &str) -> Option<&str> {
    let (before, typed) = line.split_once("› ")?;
    (!before.starts_with(' ') && before.split_whitespace().count() <= 2).then_some(typed)
}

fn tour(lang: &str, fence: &str) {
    let readme = read("README.md");
    let blocks = blocks(&readme, fence);
    assert!(!blocks.is_empty());
    // The README's port is a round one; here it is one that is free.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let lines: Vec<&str> = blocks.iter().flatten().filter_map(|l| typed(l)).collect();
    let output = run(lang, &lines.join("\n").replace("9000", &port));
    let real = String::from_utf8(output.stdout).unwrap().replace(&port, "9000");
    let mut steps: Vec<String> = Vec::new();
    for line in real.lines() {
        // The table of `sockets` has the same mark before the current one.
        if lines.get(steps.len()).is_some_and(|next| typed(line) == Some(next)) {
            steps.push(String::new());
        }
        let step = steps.last_mut().unwrap();
        step.push_str(line);
        step.push('\n');
    }
    assert_eq!(steps.len(), lines.len(), "{real}");
    let mut shown: Vec<Vec<String>> = Vec::new();
    for line in blocks.into_iter().flatten() {
        if typed(&line).is_some() {
            shown.push(Vec::new());
        }
        shown.last_mut().unwrap().push(line);
    }
    for (i, shown) in shown.iter().enumerate() {
        // A job's answer may come one step later.
        let real = steps[i..(i + 2).min(steps.len())].concat();
        compare(shown, &real, "the tour");
    }
}

#[test]
fn the_tour_is_what_happens() {
    tour("en", "sockscope");
}

#[test]
fn the_tour_of_the_lab_is_what_happens() {
    tour("en", "sockscope-lab");
}

#[test]
fn the_chinese_tour_is_what_happens() {
    tour("zh", "sockscope zh");
}

/// Runs each `$ …` of a block in a shell, in one folder, and compares what it says.
fn shell(block: &[String], folder: &Path, what: &str, edit: impl Fn(&str) -> String) {
    let bin = Path::new(env!("CARGO_BIN_EXE_sockscope")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut at = 0;
    while at < block.len() {
        let line = block[at].strip_prefix("$ ").unwrap_or_else(|| panic!("{what}: no `$ ` in {}", block[at]));
        let shown: Vec<String> = block[at + 1..].iter().take_while(|l| !l.starts_with("$ ")).cloned().collect();
        at += 1 + shown.len();
        let command = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {}", edit(line))])
            .current_dir(folder)
            .env("PATH", &path)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let real = String::from_utf8(command.stdout).unwrap();
        compare(&shown, &real, line);
    }
}

#[test]
fn the_lines_for_a_shell_are_what_happens() {
    let folder = Folder::new("readme");
    let blocks = blocks(&read("README.md"), "console");
    assert!(!blocks.is_empty());
    blocks.iter().for_each(|b| shell(b, &folder.0, "README.md", str::to_string));
}

#[test]
fn a_teachers_card_is_used_as_writing_cards_says() {
    let text = read("lessons/writing-cards.md");
    let folder = Folder::new("cards");
    let file = folder.0.join("en/call/bind.md");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let cards = blocks(&text, "markdown");
    std::fs::write(&file, cards[0].join("\n")).unwrap();
    let look = |words: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
            .args(["--lang", "en", "--lessons"])
            .arg(&folder.0)
            .arg("explain")
            .args(words.split(' '))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words}");
        String::from_utf8(output.stdout).unwrap()
    };
    let bind = look("bind");
    assert!(bind.contains("like a number on a letterbox") && bind.contains("EACCES"), "{bind}");
    assert!(!bind.contains("in Python"), "a part left out is not shown:\n{bind}");
    assert!(look("bind EADDRINUSE").contains("by the bench beside yours"));
    // The other examples are whole cards as well.
    std::fs::write(&file, cards[1].join("\n")).unwrap();
    assert!(look("bind").contains("sizeof addr"));
    std::fs::create_dir_all(folder.0.join("en/word")).unwrap();
    std::fs::create_dir_all(folder.0.join("en/option")).unwrap();
    std::fs::write(folder.0.join("en/word/backlog.md"), cards[2].join("\n")).unwrap();
    std::fs::write(folder.0.join("en/option/tcp.md"), cards[3].join("\n")).unwrap();
    assert!(look("积压").contains("It is the number given to listen …"));
    assert!(look("nodelay").contains("Sends small pieces at once"));
    assert!(look("TCP_CORK").contains("TCP_CORK"), "sections that are not overridden stay");
}

/// The table of commands in a language, from their declarations.
fn commands(lang: Lang) -> String {
    let groups = [
        (Group::Call, said::help_calls()),
        (Group::Look, said::help_look()),
        (Group::Flow, said::help_flow()),
        (Group::Lab, said::help_lab()),
        (Group::Lesson, said::help_lesson()),
        (Group::Session, said::help_session()),
    ];
    let mut out = String::new();
    for (group, title) in groups {
        out.push_str(&format!("\n| {} | |\n|---|---|\n", title.plain(lang)));
        for spec in specs().filter(|s| s.group == group) {
            out.push_str(&format!("| `{}` | {} |\n", spec.usage(), (spec.summary)().in_lang(lang).replace('|', "\\|")));
        }
    }
    out.push('\n');
    out
}

#[test]
fn the_table_of_commands_is_that_of_the_declarations() {
    let before = read("README.md");
    let mut after = before.clone();
    for (lang, name) in [(Lang::En, "commands"), (Lang::Zh, "commands zh")] {
        let begin = after.find(&format!("<!-- {name}: ")).expect("the marker of the table");
        let begin = begin + after[begin..].find("-->\n").unwrap() + 4;
        let end = begin + after[begin..].find(&format!("<!-- /{name} -->")).expect("the end of the table");
        after.replace_range(begin..end, &commands(lang));
    }
    if before != after {
        std::fs::write(root().join("README.md"), after).unwrap();
        panic!("the table of commands in README.md was stale; it is written anew: look at it and commit it");
    }
}

#[test]
fn files_that_are_named_exist() {
    for (file, text) in [("README.md", read("README.md")), ("lessons/writing-cards.md", read("lessons/writing-cards.md"))] {
        for link in text.split("](").skip(1).filter_map(|l| l.split_once(')')).map(|(l, _)| l) {
            if !link.starts_with('#') && !link.contains(':') {
                assert!(root().join(file).parent().unwrap().join(link).exists(), "{file} links to {link}");
            }
        }
    }
    assert!(read("README.md").contains("<!-- figures -->"), "the place of the figures");
}

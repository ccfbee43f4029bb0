//! A folder of the reader's own: its files go before the built-in ones, and a broken one hides nothing.

use super::{Fill, Library, Problem, Topic};
use crate::markup::Span;
use crate::text::Lang;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

struct Folder(PathBuf);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("sockscope-lessons-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).unwrap();
        for (path, text) in files {
            let file = folder.0.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        folder
    }

    fn library(&self) -> Library {
        Library::new(Some(self.0.clone()))
    }

    fn told(&self, problems: &[Problem]) -> Vec<(String, usize, &'static str)> {
        let path = |p: &Problem| p.path.strip_prefix(&self.0).unwrap().display().to_string();
        problems.iter().map(|p| (path(p), p.line, p.what.template.id)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn plain(spans: &[Span]) -> String {
    spans.iter().map(|s| s.text.as_ref()).collect()
}

#[test]
fn its_files_go_before_the_built_in_ones() {
    let folder = Folder::new(&[
        ("en/call/bind.md", "\u{feff}# bind\r\n\r\nOur **own** words.\r\n\r\n- one\r\n- two\r\n".as_bytes()),
        ("en/option/tcp.md", b"# SOL_TCP\n\nTCP.\n\n## TCP_NODELAY\n\nNo waiting.\n"),
        ("en/word/our-lab.md", "# our lab\n\nWhere we work.\n\n<!-- also: classroom, 机房 -->\n".as_bytes()),
    ]);
    let library = folder.library();
    let card = library.call(Lang::En, "bind").unwrap();
    assert_eq!(plain(&card.brief), "Our own words.");
    assert_eq!(card.body.0.len(), 2);
    assert!(card.c.is_none());
    // The errnos that it does not explain are explained as before.
    assert!(library.errno_of_call(Lang::En, "bind", "EADDRINUSE", &Fill::default()).is_some());
    assert_eq!(plain(&library.call(Lang::Zh, "bind").unwrap().brief).chars().next(), Some('给'));
    assert_eq!(plain(&library.entry(Lang::En, Topic::Option, "tcp_nodelay").unwrap().brief), "No waiting.");
    assert!(library.entry(Lang::En, Topic::Option, "TCP_CORK").is_some());
    assert_eq!(library.explain(Lang::Zh, "机房")[0].name, "our-lab");
    assert!(library.words(Lang::En).contains(&"our-lab".to_string()));
    assert_eq!(library.take_problems(), []);
    assert_eq!(library.check_folder(), []);
}

#[test]
fn a_broken_file_hides_nothing_and_is_told_once() {
    let folder = Folder::new(&[
        ("en/call/bind.md", b"# bind\n\n\xff\xfe\n"),
        ("en/call/listen.md", b"no heading here\n"),
        ("en/call/accept.md", b""),
        ("en/call/connect.md", b"# connect\n\n## C\n"),
        ("en/call/close.md/x", b""),
        ("en/errno/errno.md", b"\n\n"),
    ]);
    nix::unistd::mkfifo(&folder.0.join("en/call/dup.md"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let library = folder.library();
    for call in ["bind", "listen", "accept", "connect", "close", "dup"] {
        let (card, built_in) = (library.call(Lang::En, call).unwrap(), Library::new(None).call(Lang::En, call).unwrap());
        assert_eq!((&card.brief, &card.body, &card.c), (&built_in.brief, &built_in.body, &built_in.c));
    }
    assert!(library.entry(Lang::En, Topic::Errno, "EPIPE").is_some());
    let told = library.take_problems();
    let wanted = [
        ("en/call/bind.md", 0, "file_not_utf8"),
        ("en/call/listen.md", 1, "file_no_heading"),
        ("en/call/accept.md", 1, "file_no_heading"),
        ("en/call/connect.md", 1, "file_no_brief"),
        ("en/call/close.md", 0, "file_not_plain"),
        ("en/call/dup.md", 0, "file_not_plain"),
        ("en/errno/errno.md", 1, "file_no_heading"),
    ];
    assert_eq!(folder.told(&told), wanted.map(|(p, l, id)| (p.to_string(), l, id)));
    library.call(Lang::En, "bind");
    assert_eq!(library.take_problems(), []);
}

#[test]
fn the_whole_folder_is_checked_and_each_problem_has_its_line() {
    let folder = Folder::new(&[
        ("en/call/bnid.md", b"# bnid\n\nx\n"),
        ("notes.txt", b"x"),
        (".git/config", b"x"),
        ("en/course/99-ours.md", b"free\n"),
        ("zh/word/ours.md", b"# ours\n"),
        (
            "en/call/bind.md",
            b"# bind\n\nSee `{socket}`.\n\n## EINVAL\n\nIn {adress}.\n\n> a\n\n> b\n\n## EOOPS\n\nx\n\n## C\n\n```c\nbind();\n",
        ),
        ("en/state/state.md", b"# states\n\nx\n\n## CLOSE\n\n## LISTEN\n\ny\n"),
    ]);
    let library = folder.library();
    let wanted = [
        ("en/call/bind.md", 3, "placeholder_unknown"),
        ("en/call/bind.md", 5, "try_count"),
        ("en/call/bind.md", 7, "placeholder_unknown"),
        ("en/call/bind.md", 13, "section_unknown"),
        ("en/call/bind.md", 19, "fence_open"),
        ("en/call/bnid.md", 0, "file_unknown"),
        ("en/state/state.md", 5, "entry_no_text"),
        ("notes.txt", 0, "file_unknown"),
        ("zh/word/ours.md", 1, "file_no_brief"),
    ];
    assert_eq!(folder.told(&library.check_folder()), wanted.map(|(p, l, id)| (p.to_string(), l, id)));
    // What was told at the start is not told again when the card is read.
    assert_eq!(library.call(Lang::En, "bind").unwrap().errno_names().next(), Some("EINVAL"));
    assert!(library.entry(Lang::En, Topic::State, "CLOSE").is_some());
    assert_eq!(library.take_problems(), []);
}

#[test]
fn a_folder_that_is_not_there_is_told_and_the_built_in_cards_remain() {
    let library = Library::new(Some("/nonexistent/lessons".into()));
    let problems = library.check_folder();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].what.template.id, "folder_unreadable");
    assert!(library.call(Lang::En, "bind").is_some() && !library.explain(Lang::En, "backlog").is_empty());
}

#[test]
fn a_card_is_read_once() {
    let library = Library::new(None);
    let (first, again) = (library.call(Lang::En, "bind").unwrap(), library.call(Lang::En, "bind").unwrap());
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&library);
    assert!(library.call(Lang::En, "../call/bind").is_none() && library.call(Lang::En, "").is_none());
}

//! What is kept of lessons: by several copies at once, by one that is killed, on a disk that takes nothing; kept, brought, forgotten.

use crate::kit::{BOUND, EventExt, Folder, Live, Ran, Script, have, piped};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

const HEADER: &str = "# sockscope progress 1\n";

/// A lesson of three steps, the tests' own: what the course teaches may change.
const LESSON: &str = "---\ntitle: Mine\nminutes: 5\n---\n\n\
    ## Make {#socket}\n\n```try\nserver = socket inet stream\n```\n\n```check\nserver is an inet stream socket\n```\n\n\
    ## Bind {#bind}\n\n```try\nbind server 127.0.0.1:{port}\n```\n\n```check\nserver is bound to 127.0.0.1:{port}\n```\n\n\
    ## Listen {#listen}\n\n```try\nlisten server\n```\n\n```check\nserver is LISTEN\n```\n";

/// A learner's data folder, and beside it the lesson `mine`.
struct Data(Folder);

impl Data {
    fn new() -> Data {
        let data = Data(Folder::new());
        data.0.file("lessons/en/course/01-mine.md", LESSON);
        data
    }

    /// With this as its progress.
    fn of(text: impl AsRef<[u8]>) -> Data {
        let data = Data::new();
        data.0.file("sockscope/progress", text);
        data
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("sockscope/progress")
    }

    fn kept(&self) -> String {
        fs::read_to_string(self.file()).unwrap_or_default()
    }

    /// The files that lie in our folder beside it.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path().join("sockscope")).expect("our folder").flatten().filter(|e| e.path().is_file());
        let mut names: Vec<String> = entries.map(|e| e.file_name().into_string().expect("a name")).collect();
        names.retain(|n| n != "progress");
        names.sort();
        names
    }

    fn here(&self, script: Script) -> Script {
        script.arg("--lessons").arg(self.0.path().join("lessons")).env("XDG_DATA_HOME", self.0.path().to_str().expect("a path"))
    }

    /// `sockscope progress …`.
    fn progress(&self, words: &[&str]) -> Ran {
        self.here(words.iter().fold(Script::program(&["progress"]), |s, w| s.arg(*w))).run()
    }

    /// A learner of the lesson, whose lines come from a pipe.
    fn learner(&self, lines: &str) -> Script {
        self.here(piped(lines).arg("lesson").arg("mine"))
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// One step done, and `attempts`.
fn line(lesson: &str, step: &str, attempts: u32) -> String {
    format!("{lesson}/{step} done attempts={attempts} hints=0 skips=0 solutions=0 guesses=0 right=0\n")
}

// ---- several copies, killed copies ----

/// Does the first step in copies that began it together: how many attempts are kept of it.
fn attempts(data: &Data, copies: usize) -> u32 {
    let mut sittings: Vec<Live> = (0..copies).map(|_| Live::of(data.here(piped("")))).collect();
    sittings.iter_mut().for_each(|s| drop(s.line("lesson mine")));
    std::thread::scope(|s| {
        for mut sitting in sittings {
            s.spawn(move || {
                for line in ["server = socket inet dgram", "close server", "server = socket inet stream"] {
                    sitting.line(line);
                }
                // The step is judged behind the line's `done`.
                assert_eq!(sitting.end().0, Some(0));
            });
        }
    });
    let kept = data.kept();
    let socket = kept.lines().find(|l| l.starts_with("mine/socket done ")).expect("the step is done");
    socket.split("attempts=").nth(1).and_then(|n| n.split(' ').next()?.parse().ok()).expect("a number")
}

#[test]
fn what_copies_count_side_by_side_is_summed_and_what_they_bring_is_there() {
    let alone = attempts(&Data::new(), 1);
    assert!(alone > 0);
    let data = Data::new();
    std::thread::scope(|s| {
        for n in 0..3 {
            let data = &data;
            s.spawn(move || {
                for step in 0..6 {
                    let text = HEADER.to_string() + &line(&format!("l{n}"), &format!("s{step}"), 1);
                    data.progress(&["import", path(&data.0.file(&format!("in-{n}-{step}"), text))]).ok();
                }
            });
        }
        assert_eq!(attempts(&data, 4), 4 * alone);
    });
    let kept = data.kept();
    assert_eq!(kept.lines().filter(|l| l.starts_with('l') && l.contains(" done attempts=1 ")).count(), 18, "{kept}");
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_file_or_the_new_one() {
    let big: String = (0..400).map(|n| line("big", &format!("s{n:03}"), n)).collect();
    let (full, less) = (format!("{HEADER}{big}{}", line("small", "s", 1)), format!("{HEADER}{big}"));
    let data = Data::of(&full);
    let brought = data.0.file("brought", &full);
    let lines = format!("progress forget small\nprogress import {}\n", path(&brought)).repeat(500);
    for round in 0..16 {
        let script = data.here(piped(&lines).quiet().keep_going());
        let mut child = script.spawn(Stdio::piped());
        let mut stdin = child.stdin.take().expect("a pipe");
        let text = lines.clone();
        let feeder = std::thread::spawn(move || drop(std::io::Write::write_all(&mut stdin, text.as_bytes())));
        let (begun, mut seen, mut last) = (Instant::now(), 0, None);
        // Every new file has another inode than the one before it; the kill falls between two changes, each time elsewhere.
        while seen < 2 + round {
            let inode = fs::metadata(data.file()).ok().map(|m| m.ino());
            seen += i32::from(inode != last);
            last = inode;
            assert!(begun.elapsed() < BOUND, "the file is changed");
            std::thread::yield_now();
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        feeder.join().expect("the feeder");
        let kept = data.kept();
        assert!(kept == full || kept == less, "round {round}: {} bytes of {}", kept.len(), full.len());
    }
    // Its lock went with it, and nothing of the killed is left behind.
    data.progress(&["import", path(&brought)]).ok();
    assert_eq!((data.kept(), data.beside()), (full, vec!["progress.lock".into()]));
}

// ---- places where nothing can be kept ----

/// The lesson goes on to its second step, says once that nothing is kept and why, and what is there stays.
#[track_caller]
fn goes_on_without(ran: &Ran, why: &str) {
    let told = ran.told();
    assert_eq!(told.matches("progress cannot be kept").count(), 1, "{told}{}", ran.stderr);
    assert!(told.contains(why) && told.contains("step 3 of 3") && !ran.stderr.contains("panicked"), "{told}{}", ran.stderr);
}

const TWO_STEPS: &str = "server = socket inet stream\nbind server 127.0.0.1:0\n";

#[test]
fn a_full_disk_stops_no_lesson_and_the_old_file_stays() {
    let text = HEADER.to_string() + &line("other", "step", 1);
    let data = Data::of(&text);
    let full = |script: Script| script.shell("ulimit -f 0; exec \"$0\" \"$@\"");
    goes_on_without(&full(data.learner(TWO_STEPS)).run(), "File too large");
    let ran = full(data.here(Script::program(&["progress", "forget", "other"]))).run().fails();
    assert!(ran.stderr.contains("sockscope/progress: File too large"), "{}", ran.stderr);
    assert_eq!((data.kept(), data.beside()), (text, vec!["progress.lock".into()]));
}

#[test]
fn a_folder_that_may_only_be_read_stops_no_lesson() {
    let root = nix::unistd::geteuid().is_root();
    if root && !have(&["setpriv"]) {
        return;
    }
    let text = HEADER.to_string() + &line("mine", "gone", 1);
    let data = Data::of(&text);
    let folder = data.0.path().join("sockscope");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).expect("our own folder");
    // Root may write everywhere, unless it gives that up.
    let bound = |script: Script| if root { script.under(["setpriv", "--bounding-set", "-dac_override"]) } else { script };
    let zh = bound(data.here(Script::program(&["progress", "forget", "--all", "--lang", "zh"]))).run().fails();
    goes_on_without(&bound(data.learner(TWO_STEPS)).run(), "Permission denied");
    // What is there can be read all the same.
    let shown = bound(data.here(Script::program(&["progress"]))).run().ok();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("our own folder");
    assert!(zh.stderr.contains("progress`：") || zh.stderr.contains("progress："), "{}", zh.stderr);
    assert!(shown.told().contains("mine    0/3"), "{}", shown.told());
    assert_eq!(data.kept(), text);
}

#[test]
fn a_file_in_the_folders_place_and_no_home_at_all_are_told() {
    let data = Data::new();
    data.0.file("sockscope", "in the way");
    goes_on_without(&data.learner(TWO_STEPS).run(), "File exists");
    let homeless = |words: &[&str]| Script::program(words).env("XDG_DATA_HOME", "not/absolute").env("HOME", "").run();
    assert!(homeless(&["progress"]).ok().told().contains("no step of any lesson is done yet"));
    let ran = homeless(&["progress", "forget", "all"]).fails();
    assert!(ran.stderr.contains("neither XDG_DATA_HOME nor HOME"), "{}", ran.stderr);
}

// ---- what nobody understands ----

#[test]
fn broken_lines_words_of_a_newer_version_and_steps_that_are_gone_are_kept_and_told() {
    let odd = b"# sockscope progress 1\n\
        mine/socket done attempts=2 hints=1 skips=0 solutions=0 guesses=0 right=0 at=2026-11-24 mood=good starred\n\
        mine/gone done attempts=1 hints=0 skips=0 solutions=0 guesses=0 right=0\n\
        mine/listen mastered attempts=4\n\
        mine/bind done attempts=many\n\
        caf\xe9 \xff\n\
        # a remark\n";
    let data = Data::of(odd);
    let shown = data.progress(&["progress-is-shown"]).exits(2);
    assert!(shown.stderr.contains("progress export FILE"), "{}", shown.stderr);
    let shown = data.progress(&[]).ok().told();
    // The step that the lesson has no more is no part of its three.
    assert!(shown.contains("mine    1/3    3") && shown.contains("are kept: 3"), "{shown}");
    assert!(data.progress(&["--lang", "zh"]).ok().told().contains("进度文件里有 3 行无法读取，原样保留"));
    // A lesson is played over it: it goes on at the second step, and adds to what is there.
    let ran = data.learner("bind server 127.0.0.1:0\n").run();
    assert!(ran.told().contains("✓ step 2 of 3"), "{}", ran.told());
    let kept = fs::read(data.file()).expect("the file");
    let has = |line: &[u8]| kept.split(|b| *b == b'\n').any(|l| l.starts_with(line));
    assert!(odd.split(|b| *b == b'\n').all(has), "{}", kept.escape_ascii());
    assert!(has(b"mine/bind done attempts=1 "), "{}", kept.escape_ascii());
    assert_eq!(data.progress(&["export"]).ok().stdout, kept);
}

#[test]
fn a_lesson_of_any_name_is_found_again() {
    let data = Data::new();
    data.0.file("lessons/en/course/50-我的 50% lesson.md", LESSON);
    let play = |line: &str| {
        let script = piped(format!("lesson \"我的 50% lesson\"\n{line}\n")).keep_going();
        data.here(script).run().told()
    };
    assert!(play("server = socket inet stream").contains("✓ step 1 of 3"));
    assert!(data.kept().contains("\n我的%2050%25%20lesson/socket done "), "{}", data.kept());
    assert!(play("bind server 127.0.0.1:0").contains("✓ step 2 of 3"));
    assert_eq!(data.kept().lines().count(), 3, "{}", data.kept());
    assert!(data.progress(&["forget", "我的 50% lesson"]).ok().told().contains("the progress of 我的 50% lesson is forgotten"));
    assert_eq!(data.kept(), HEADER);
}

// ---- taken out, taken in, forgotten ----

#[test]
fn what_is_taken_out_can_be_taken_in_any_number_of_times() {
    let data = Data::of(HEADER.to_string() + &line("a", "one", 5) + &line("b", "one", 2) + "a/two done attempts=x\n");
    let before = data.kept();
    let out = data.0.path().join("out");
    assert!(data.progress(&["export", path(&out)]).ok().told().contains("written to"));
    assert_eq!(fs::read_to_string(&out).expect("it is written"), before);
    for _ in 0..2 {
        let ran = data.progress(&["import", path(&out)]).ok();
        assert!(ran.told().contains("could not be read, and are"), "{}", ran.told());
        assert_eq!(data.kept(), before);
    }
    // Done if either is, each count the larger, the earlier day.
    let other = data.0.file("other", "a/one begun attempts=9 hints=1\nb/one done attempts=1 at=2026-01-02\nc/one begun\n");
    let zh = data.progress(&["import", path(&other), "--lang", "zh"]).ok();
    assert!(zh.told().contains("已并入"), "{}", zh.told());
    assert!(data.kept().contains("a/one done attempts=9 hints=1 "), "{}", data.kept());
    assert!(data.kept().contains("b/one done attempts=2 hints=0 skips=0 solutions=0 guesses=0 right=0 at=2026-01-02\n"));
    assert!(data.progress(&["forget", "a"]).ok().told().contains("the progress of a is forgotten"));
    assert!(!data.kept().contains("a/"), "{}", data.kept());
    assert!(data.progress(&["forget", "a"]).fails().stderr.contains("nothing is known of a"));
    assert!(data.progress(&["forget", "b", "--all"]).exits(2).stderr.contains("progress forget all"));
    data.progress(&["import", path(&out)]).ok();
    assert!(data.progress(&["forget", "--all"]).ok().told().contains("all progress is forgotten"));
    assert_eq!(data.kept(), HEADER);
    let shown = data.progress(&[]).ok().told();
    assert!(shown.contains("no step of any lesson is done yet") && !shown.contains("could not be read"), "{shown}");
}

#[test]
fn what_is_no_progress_is_refused_and_changes_nothing() {
    let text = HEADER.to_string() + &line("a", "one", 1);
    let data = Data::of(&text);
    let page = data.0.file("page", "<html>\n<p>no progress</p>\n");
    let refused = |file: &str| data.progress(&["import", file]).exits(2).stderr;
    assert!(refused(path(&page)).contains("is no progress file"), "{}", refused(path(&page)));
    assert!(refused("/nowhere").contains("/nowhere: No such file"));
    assert!(refused("/dev/zero").contains("/dev/zero: "));
    assert!(data.progress(&["import", path(&page), "--lang", "zh"]).exits(2).stderr.contains("不是进度文件"));
    assert_eq!(data.progress(&["import"]).status, Some(2));
    assert_eq!(data.kept(), text);
    // A place that is no file stays what it is.
    data.progress(&["export", "/dev/null"]).ok();
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());
    assert!(data.progress(&["export", path(data.0.path())]).fails().stderr.contains("directory"));
}

#[test]
fn the_prompt_has_the_same_words_and_the_learners_descriptors_do_not_shift() {
    let data = Data::of(HEADER.to_string() + &line("mine", "socket", 2));
    let lines = "progress\nprogress export out\nprogress import out\nprogress forget nothing\nprogress forget mine\nprogress\n\
                 progress import out\nprogress\nlesson mine\nsock = socket inet stream\n";
    let ran = data.here(piped(lines).keep_going().json()).run().fails();
    let reports: Vec<_> = ran.of_kind("report").collect();
    let tables: Vec<_> = reports.iter().filter(|r| r["report"] == "progress").collect();
    assert_eq!(tables.len(), 3);
    let row = &tables[0]["progress"]["rows"][0];
    assert_eq!((row.text("lesson"), row.number("done"), row.number("steps"), row.number("attempts")), ("mine", 1, 3, 2));
    assert_eq!(tables[0]["progress"], tables[2]["progress"]);
    assert_eq!(tables[1]["progress"]["rows"].as_array().map(Vec::len), Some(0));
    let failed: Vec<_> = ran.of_kind("done").filter(|d| d["ok"] == false).map(|d| d.text("reason")).collect();
    assert_eq!(failed, ["nothing is known of nothing"]);
    // The lesson made its own socket again, as 3; what the learner makes is the next.
    let made: Vec<i64> = ran.answers("socket").iter().map(|r| r.number("value")).collect();
    assert_eq!(made, [3, 4]);
    assert!(ran.folder.path().join("out").is_file());
    let shown = data.here(Script::program(&["progress", "--json"])).run().ok();
    assert_eq!(shown.events[0]["progress"]["rows"][0]["done"], 1, "{:?}", shown.events);
}

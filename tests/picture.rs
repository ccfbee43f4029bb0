//! The picture of the README: a real session in a pseudo-terminal of 100x32, and its screen drawn as SVG.
//!
//! `SOCKSCOPE_PICTURE=1 cargo test --test main picture` draws tests/picture.svg and tests/picture.zh.svg anew.

use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const COLUMNS: u16 = 100;
const ROWS: u16 = 32;

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

/// The program in a terminal of its own, and what stands on its screen.
struct Terminal {
    screen: vt100::Parser,
    keys: File,
    output: Receiver<Vec<u8>>,
    child: Child,
    home: PathBuf,
}

impl Terminal {
    fn new(lang: &str) -> Terminal {
        // Not openpty(3): what it opens would be inherited, and the learner's first socket would not be fd 3.
        let master = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let slave =
            File::options().read(true).write(true).custom_flags(OFlag::O_NOCTTY.bits()).open(ptsname_r(&master).unwrap()).unwrap();
        let side = || slave.try_clone().unwrap();
        let (rows, columns) = (ROWS.to_string(), COLUMNS.to_string());
        let sized = Command::new("stty").args(["rows", &rows, "cols", &columns]).stdin(side()).status().unwrap();
        assert!(sized.success());
        let home = std::env::temp_dir().join(format!("sockscope-picture-{}-{lang}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_sockscope"))
            .args(["--lang", lang])
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", &home)
            .env("XDG_STATE_HOME", &home)
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap();
        drop(slave);
        let keys = File::from(OwnedFd::from(master));
        let mut master = keys.try_clone().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut room = [0; 8192];
            while let Ok(n @ 1..) = master.read(&mut room) {
                if send.send(room[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        Terminal { screen: vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0), keys, output, child, home }
    }

    fn rows(&self) -> Vec<String> {
        self.screen.screen().rows(0, COLUMNS).collect()
    }

    /// The row in which the cursor stands.
    fn row(&self) -> String {
        self.rows()[self.screen.screen().cursor_position().0 as usize].trim_end().to_string()
    }

    /// The cursor's row, without the ghost text behind it.
    fn before_cursor(&self) -> String {
        let (row, column) = self.screen.screen().cursor_position();
        self.screen.screen().rows(0, column).nth(row as usize).unwrap_or_default()
    }

    fn text(&self) -> String {
        self.rows().join("\n")
    }

    fn wait(&mut self, what: &str, met: impl Fn(&Terminal) -> bool) {
        let end = Instant::now() + Duration::from_secs(20);
        while !met(self) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(e) => panic!("{what}: {e}; the screen is\n{}", self.text()),
            }
        }
    }

    /// The prompt has come and waits for a line.
    fn ready(&mut self) {
        self.wait("no prompt came", |t| t.row().ends_with('›'));
    }

    fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Types a line and waits until it stands there.
    fn typed(&mut self, line: &str) {
        self.keys(line);
        let end = line.to_string();
        self.wait("the line was not echoed", move |t| t.before_cursor().ends_with(&end));
    }

    fn line(&mut self, line: &str) {
        self.typed(line);
        self.keys("\r");
        self.ready();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// The session of the picture: a server waits, a client calls, and a second server finds the port taken.
fn session(lang: &str, port: u16) -> Terminal {
    let mut t = Terminal::new(lang);
    t.ready();
    t.line("set explain brief");
    for name in ["server", "client", "other"] {
        t.line(&format!("{name} = socket inet stream"));
    }
    t.line("use server");
    // Ctrl-L: an empty screen with the prompt on top.
    t.keys("\x0c");
    t.wait("the screen was not cleared", |t| t.rows()[0].starts_with("server ›") && t.screen.screen().cursor_position().0 == 0);
    t.line(&format!("bind 127.0.0.1:{port}"));
    t.line("listen");
    // Nobody calls yet: after `patience` the waiting call becomes a job, and the prompt comes back.
    t.line("conn = accept");
    t.line(&format!("connect client 127.0.0.1:{port}"));
    t.wait("the job did not answer", |t| t.text().contains("conn   "));
    t.line(&format!("bind other 127.0.0.1:{port}"));
    t.typed("send client \"hello\\r\\n\" nos");
    t
}

/// A port that was free just now; the drawn picture shows the round number of the README.
fn port() -> u16 {
    match drawing() {
        true => 9000,
        false => std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port(),
    }
}

fn drawing() -> bool {
    std::env::var_os("SOCKSCOPE_PICTURE").is_some_and(|v| !v.is_empty())
}

fn picture(lang: &str, file: &str, says: &[&str]) {
    // Both draw port 9000.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let port = port();
    let mut terminal = session(lang, port);
    let text = terminal.text();
    for wanted in says {
        let wanted = wanted.replace("9000", &port.to_string());
        assert!(text.contains(&wanted), "{wanted} is not on the screen:\n{text}");
    }
    let svg = svg(terminal.screen.screen(), &format!("sockscope --lang {lang}"));
    // What is never read makes the end of the connection a reset: no TIME_WAIT keeps the port from the next picture.
    terminal.keys("ignal\r");
    terminal.ready();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
    if drawing() {
        std::fs::write(&path, &svg).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let shown = without_blanks(&words(&kept));
    for wanted in says {
        assert!(shown.contains(&without_blanks(wanted)), "{file} is stale: it does not say {wanted}");
    }
}

/// What a drawn picture says.
fn words(svg: &str) -> String {
    let body = svg.split_once("</style>").map_or(svg, |(_, body)| body);
    let words: String = body.split('<').filter_map(|part| part.split_once('>').map(|(_, words)| words)).collect();
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn picture_in_english() {
    let says = [
        "bind(3, {AF_INET, 127.0.0.1:9000}, 16) = 0",
        "listen(3, 128) = 0",
        "goes on in the background as job 1",
        "ESTABLISHED",
        "-1 EADDRINUSE (Address already in use)",
        "which listens there",
    ];
    picture("en", "picture.svg", &says);
}

#[test]
fn picture_in_chinese() {
    let says = ["listen(3, 128) = 0", "到后台继续", "ESTABLISHED", "-1 EADDRINUSE (Address already in use)", "已被占用"];
    picture("zh", "picture.zh.svg", &says);
}

const WIDE: f64 = 8.4;
const HIGH: f64 = 19.0;
const MARGIN: f64 = 14.0;
const PAPER: &str = "#1b1e24";
const INK: &str = "#d5d8df";
/// The sixteen colours of a terminal, with contrast enough on this paper.
const COLOURS: [&str; 16] = [
    "#3b4048", "#f07a78", "#9ece6a", "#e5c07b", "#7aa2f7", "#c89bf0", "#6fd0d8", "#d5d8df", "#8b93a1", "#ff8f8c", "#b5e27f",
    "#f2d391", "#98b8ff", "#dab4ff", "#8fe3ea", "#ffffff",
];

/// Neighbouring cells that look alike. A Chinese character stands alone: fonts differ in how wide they draw it.
#[derive(PartialEq, Clone, Copy)]
struct Looks {
    ink: vt100::Color,
    paper: vt100::Color,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    wide: bool,
}

fn colour(c: vt100::Color, default: &str) -> String {
    match c {
        vt100::Color::Default => default.to_string(),
        vt100::Color::Idx(i @ 0..16) => COLOURS[i as usize].to_string(),
        vt100::Color::Idx(i @ 232..) => {
            let grey = 8 + 10 * (i - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        vt100::Color::Idx(i) => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let i = i - 16;
            format!("#{:02x}{:02x}{:02x}", step(i / 36), step(i / 6 % 6), step(i % 6))
        }
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The screen as SVG: one text element a row, so that it can be selected and copied.
fn svg(screen: &vt100::Screen, title: &str) -> String {
    let (rows, columns) = (ROWS, COLUMNS);
    let (width, height) = (2.0 * MARGIN + WIDE * f64::from(columns), 2.0 * MARGIN + HIGH * f64::from(rows));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" \
         role=\"img\">\n<title>{}</title>\n<style>text {{ font-family: 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, \
         'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', monospace; \
         white-space: pre; }}</style>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n",
        escaped(title)
    );
    for row in 0..rows {
        let (mut papers, mut text) = (String::new(), String::new());
        let top = MARGIN + HIGH * f64::from(row);
        for (from, to, looks, words) in runs(screen, row) {
            let (x, wide) = (MARGIN + WIDE * f64::from(from), WIDE * f64::from(to - from));
            if looks.paper != vt100::Color::Default {
                let fill = colour(looks.paper, PAPER);
                let _ = write!(papers, "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{HIGH}\" fill=\"{fill}\"/>");
            }
            if words.trim().is_empty() && !looks.underline {
                continue;
            }
            let _ = write!(text, "<tspan fill=\"{}\"", colour(looks.ink, INK));
            let _ = match looks.wide {
                true => write!(text, " x=\"{:.1}\" font-size=\"15\"", x + (wide - 15.0) / 2.0),
                false => write!(text, " x=\"{x:.1}\" textLength=\"{wide:.1}\""),
            };
            for (on, name) in [
                (looks.bold, " font-weight=\"bold\""),
                (looks.dim, " fill-opacity=\"0.65\""),
                (looks.italic, " font-style=\"italic\""),
                (looks.underline, " text-decoration=\"underline\""),
            ] {
                text.push_str(if on { name } else { "" });
            }
            let _ = write!(text, ">{}</tspan>", escaped(&words));
        }
        if !papers.is_empty() {
            let _ = writeln!(out, "{papers}");
        }
        if !text.is_empty() {
            let _ = writeln!(out, "<text xml:space=\"preserve\" font-size=\"14\" y=\"{:.1}\">{text}</text>", top + 14.0);
        }
    }
    let (row, column) = screen.cursor_position();
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"2\" height=\"{HIGH}\" fill=\"{INK}\"/>\n</svg>",
        MARGIN + WIDE * f64::from(column),
        MARGIN + HIGH * f64::from(row)
    );
    out
}

/// The runs of a row: from which column to which, how they look, what they say. Blanks at a run's end are cut off.
fn runs(screen: &vt100::Screen, row: u16) -> Vec<(u16, u16, Looks, String)> {
    let mut runs: Vec<(u16, u16, Looks, String)> = Vec::new();
    for column in 0..COLUMNS {
        let Some(cell) = screen.cell(row, column) else { continue };
        if cell.is_wide_continuation() {
            if let Some(run) = runs.last_mut() {
                run.1 = column + 1;
            }
            continue;
        }
        let (ink, paper) = if cell.inverse() { (cell.bgcolor(), cell.fgcolor()) } else { (cell.fgcolor(), cell.bgcolor()) };
        let looks = Looks {
            ink,
            paper,
            bold: cell.bold(),
            dim: cell.dim(),
            italic: cell.italic(),
            underline: cell.underline(),
            wide: cell.is_wide(),
        };
        let words = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some((_, to, like, text)) if *like == looks && *to == column && !looks.wide => {
                *to = column + 1;
                text.push_str(words);
            }
            _ => runs.push((column, column + 1, looks, words.to_string())),
        }
    }
    for (_, to, looks, text) in &mut runs {
        if looks.paper == vt100::Color::Default && !looks.wide {
            let cut = text.len() - text.trim_end_matches(' ').len();
            *to -= cut as u16;
            text.truncate(text.len() - cut);
        }
    }
    runs
}

//! Pictures and reports opened in a real browser, light and dark, on a narrow and on a wide screen: nothing is cut, nothing lies on
//! anything else, and nothing is asked of anybody.

use super::{CONVERSATION, asked, drawable, lab_log, lab_with_programs, log};
use crate::kit::{BOUND, Folder, have, sitting};
use serde_json::Value;
use sockscope::event::PictureKind;
use sockscope::text::Lang;
use sockscope::view::picture;
use std::io::{ErrorKind, Read};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

const WIDTHS: [u32; 2] = [400, 1400];

/// All that must not be.
const FAULTY: &str = "<!DOCTYPE html><html><body style=\"background:#fff\"><div style=\"overflow:hidden;width:90px;white-space:nowrap\">\
    words that are cut at the end</div><p style=\"position:absolute;top:90px;left:9px\">one</p>\
    <p style=\"position:absolute;top:92px;left:12px;color:#ccc\">two</p><div style=\"width:3000px\">wide</div>\
    <img src=\"http://asks.invalid/x.png\" alt=\"\"></body></html>";

/// Every picture in both languages as an SVG and as a page, and the report of a lesson: the names of the files.
fn documents(folder: &Folder) -> Vec<String> {
    let events = log(&format!("{CONVERSATION}\na b = socketpair unix stream; send a hello; show buffers"));
    let programs = lab_log().map(|_| lab_with_programs()).unwrap_or_default();
    let mut names = Vec::new();
    let mut put = |name: String, text: String| {
        folder.file(&name, text);
        names.push(name);
    };
    for (code, lang) in [("en", Lang::En), ("zh", Lang::Zh)] {
        for view in PictureKind::ALL {
            let Some((events, name)) = drawable(view, &events) else { continue };
            let drawn = picture::of(&asked(view, name), events, lang).unwrap_or_else(|why| panic!("{}", why.plain(lang)));
            put(format!("{}.{code}.svg", view.word()), picture::svg(&*drawn));
            put(format!("{}.{code}.html", view.word()), picture::html(&*drawn, lang));
        }
        let views = [PictureKind::Topology, PictureKind::Timeline, PictureKind::Ladder];
        for view in views.into_iter().filter(|_| !programs.is_empty()) {
            let drawn = picture::of(&asked(view, None), &programs, lang).unwrap_or_else(|why| panic!("{}", why.plain(lang)));
            put(format!("programs-{}.{code}.html", view.word()), picture::html(&*drawn, lang));
        }
        let report = sitting::sit("first-tcp", &format!("set lang {code}\ntranscript x.html\n"));
        put(format!("report.{code}.html"), report.text("x.html"));
    }
    names
}

/// What a browser measures on the page that frames all documents, and the hosts that were asked for anything meanwhile. The browser's way
/// out is a proxy of ours that answers nothing, for it asks its maker's servers on its own account.
fn opened(folder: &Folder, dark: bool) -> (Vec<Value>, Vec<String>) {
    let proxy = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let profile = Folder::new();
    let child = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--disable-component-update", "--disable-sync", "--allow-file-access-from-files", "--proxy-bypass-list=<-loopback>"])
        .arg(format!("--proxy-server=http://{}", proxy.local_addr().expect("an address")))
        .arg(format!("--blink-settings=preferredColorScheme={}", if dark { 0 } else { 1 }))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", folder.path().join("all.html").display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromium starts");
    let pid = nix::unistd::Pid::from_raw(child.id().cast_signed());
    let (tell, told) = channel();
    std::thread::spawn(move || drop(tell.send(child.wait_with_output())));
    proxy.set_nonblocking(true).expect("a socket");
    let mut lines = Vec::new();
    let end = std::time::Instant::now() + BOUND;
    let output = loop {
        match proxy.accept() {
            Ok((mut caller, _)) => {
                let mut room = [0; 512];
                caller.set_nonblocking(false).expect("a socket");
                caller.set_read_timeout(Some(BOUND)).expect("a socket");
                let n = caller.read(&mut room).unwrap_or(0);
                lines.push(String::from_utf8_lossy(&room[..n]).lines().next().unwrap_or_default().to_string());
            }
            Err(e) => assert_eq!(e.kind(), ErrorKind::WouldBlock, "{e}"),
        }
        if let Ok(output) = told.recv_timeout(std::time::Duration::from_millis(5)) {
            break output.expect("chromium ends");
        }
        if std::time::Instant::now() > end {
            let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL);
            panic!("chromium does not end");
        }
    };
    let dom = String::from_utf8_lossy(&output.stdout);
    let found = dom.split("data-measured=\"").nth(1).and_then(|rest| rest.split('"').next());
    let found = found.unwrap_or_else(|| panic!("nothing was measured:\n{}", &dom[..dom.len().min(2000)]));
    (serde_json::from_str(&decoded(found)).expect("JSON"), lines)
}

/// What `encodeURIComponent` wrote.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b != b'%' {
            bytes.push(b);
            continue;
        }
        let digits: Vec<u8> = rest.by_ref().take(2).collect();
        let digits = std::str::from_utf8(&digits).expect("digits");
        bytes.push(u8::from_str_radix(digits, 16).expect("a byte"));
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn in_a_browser_nothing_is_cut_nothing_overlaps_and_nothing_is_asked_for() {
    if !have(&["chromium"]) {
        return;
    }
    let folder = Folder::new();
    let names = documents(&folder);
    folder.file("faulty.html", FAULTY);
    let frames = WIDTHS.iter().flat_map(|w| names.iter().map(move |n| (n.as_str(), *w))).chain([("faulty.html", 400)]);
    let frames: String =
        frames.map(|(n, w)| format!("<iframe src=\"{n}\" style=\"width:{w}px;height:800px;border:0\"></iframe>")).collect();
    let script = include_str!("measure.js");
    folder.file("all.html", format!("<!DOCTYPE html><html><body>{frames}<script>{script}</script></body></html>"));
    for dark in [false, true] {
        let (found, asked) = opened(&folder, dark);
        assert_eq!(found.len(), names.len() * 2 + 1);
        for one in &found {
            let of = format!("{} at {} px, dark: {dark}", one["file"], one["wide"]);
            let none = |key: &str| one[key].as_array().expect("a list").is_empty();
            if one["file"] == "faulty.html" {
                // What is looked for is found where it is.
                assert!(["overlapping", "cut", "faint", "requests"].iter().all(|key| !none(key)), "{one}");
                assert!(one["sideways"].as_f64() > Some(0.0), "{one}");
                continue;
            }
            for key in ["overlapping", "cut", "faint", "requests"] {
                assert!(none(key), "{of}: {key} {}", one[key]);
            }
            assert!(one["texts"].as_u64() >= Some(5) && one["sideways"] == 0, "{of}: {one}");
            assert!(one["size"].as_f64() > Some(9.9), "{of}: characters of {} px", one["size"]);
            assert_eq!(one["paper"].as_f64() < Some(0.2), dark, "{of}: {}", one["paper"]);
        }
        // The way out is watched: the one request that is made comes by. The browser's own are none of the documents'.
        let others: Vec<&String> =
            asked.iter().filter(|l| !["google.com", "googleapis.com"].iter().any(|own| l.contains(own))).collect();
        assert!(others.iter().any(|l| l.contains("asks.invalid")), "{asked:?}");
        assert!(others.iter().all(|l| l.contains("asks.invalid")), "{others:?}");
    }
}

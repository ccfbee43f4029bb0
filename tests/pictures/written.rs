//! Pictures as files: SVG and pages.

use super::{CONVERSATION, asked, drawable, log};
use crate::kit::{lines, script};
use sockscope::event::PictureKind;
use sockscope::text::Lang;
use sockscope::view::picture;
use unicode_width::UnicodeWidthStr;

/// An element: its name, its attributes, the text it begins with.
type Element = (String, Vec<(String, String)>, String);

/// The elements of a text of XML, in order. Panics where it is not well-formed.
fn elements(xml: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        for part in text.split('&').skip(1) {
            let entity = part.split(';').next().unwrap_or("");
            assert!(["amp", "lt", "gt", "quot"].contains(&entity) && part.contains(';'), "&{part}");
        }
        let end = rest[at..].find('>').map(|e| at + e).expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('?') || tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "in\n{xml}");
            continue;
        }
        let (name, mut attributes) = tag.trim_end_matches('/').split_once([' ', '\n']).unwrap_or((tag.trim_end_matches('/'), ""));
        let mut values = Vec::new();
        while let Some((key, value)) = attributes.trim_start().split_once("=\"") {
            let (value, behind) = value.split_once('"').expect("a value ends");
            assert!(key.chars().all(|c| c.is_ascii_alphanumeric() || "-:".contains(c)), "{key}");
            assert!(values.iter().all(|(k, _)| k != key), "{key} twice in {tag}");
            values.push((key.to_string(), value.to_string()));
            attributes = behind;
        }
        assert!(attributes.trim().is_empty(), "{tag}");
        let text = rest.split('<').next().unwrap_or("").to_string();
        found.push((name.to_string(), values, text));
        if !tag.ends_with('/') && !["meta", "br"].contains(&name) {
            open.push(name.to_string());
        }
    }
    assert!(open.is_empty(), "{open:?} not ended");
    found
}

fn read(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn number(values: &[(String, String)], key: &str) -> Option<f64> {
    values.iter().find(|(k, _)| k == key).and_then(|(_, v)| v.parse().ok())
}

#[test]
fn an_svg_is_well_formed_tells_itself_in_words_and_no_text_leaves_its_paper() {
    let mut lines = CONVERSATION.to_string();
    lines.push_str("\na b = socketpair unix stream; send a \"<b>&\\\"\\u{202e}\\x01</b>\"; recv b 100; show buffers");
    let events = log(&lines);
    for lang in [Lang::En, Lang::Zh] {
        for view in PictureKind::ALL {
            let Some((events, name)) = drawable(view, &events) else { continue };
            let drawn = picture::of(&asked(view, name), events, lang).unwrap_or_else(|_| panic!("{view:?}"));
            let svg = picture::svg(&*drawn);
            let all = elements(&svg);
            let wide = number(&all[0].1, "width").expect("a width");
            assert_eq!((all[1].0.as_str(), all[2].0.as_str()), ("title", "desc"));
            assert!(!all[1].2.is_empty() && all[2].2.len() > 20, "{}", all[2].2);
            for (_, values, text) in all.iter().filter(|e| e.0 == "text") {
                let text = read(text);
                let (x, end) = (number(values, "x").expect("x"), number(values, "textLength"));
                let end = x + end.unwrap_or(text.width() as f64 * 8.4);
                assert!(x >= 15.9 && end <= wide - 15.9, "{view:?}: `{text}` from {x} to {end} of {wide}");
            }
            assert!(svg.contains("prefers-color-scheme:dark") && svg.contains("@media print"), "{view:?}");
        }
    }
}

#[test]
fn texts_of_a_picture_do_not_lie_on_each_other() {
    let events = log(CONVERSATION);
    for lang in [Lang::En, Lang::Zh] {
        for view in PictureKind::ALL.into_iter().filter(|v| *v != PictureKind::Buffers) {
            let Some((events, name)) = drawable(view, &events) else { continue };
            let drawn = picture::of(&asked(view, name), events, lang).unwrap_or_else(|_| panic!("{view:?}"));
            let all = elements(&picture::svg(&*drawn));
            let texts: Vec<(f64, f64, f64, &str)> = all
                .iter()
                .filter(|e| e.0 == "text")
                .map(|(_, v, t)| {
                    let (x, y) = (number(v, "x").expect("x"), number(v, "y").expect("y"));
                    (y, x, x + number(v, "textLength").unwrap_or(read(t).width() as f64 * 8.4), t.as_str())
                })
                .collect();
            for (i, a) in texts.iter().enumerate() {
                for b in &texts[i + 1..] {
                    assert!((a.0 - b.0).abs() > 1.0 || a.2 <= b.1 + 0.2 || b.2 <= a.1 + 0.2, "{view:?}: `{}` and `{}`", a.3, b.3);
                }
            }
        }
    }
}

#[test]
fn no_number_hides_the_head_of_an_arrow() {
    let events = log(CONVERSATION);
    for name in ["client", "conn"] {
        let drawn = picture::of(&asked(PictureKind::State, Some(name)), &events, Lang::En).unwrap_or_else(|_| panic!("{name}"));
        let all = elements(&picture::svg(&*drawn));
        let of = |element: &str, class: &str| {
            let is = |v: &[(String, String)]| v.iter().any(|(k, c)| k == "class" && c.split(' ').any(|c| c == class));
            all.iter().filter(|e| e.0 == element && is(&e.1)).map(|e| e.1.clone()).collect::<Vec<_>>()
        };
        let gaps = of("rect", "paper").into_iter().filter_map(|v| Some((number(&v, "x")?, number(&v, "y")?, number(&v, "width")?)));
        let gaps: Vec<(f64, f64, f64)> = gaps.collect();
        let heads = of("path", "h");
        assert!(gaps.len() > 3 && heads.len() > 10, "{gaps:?}");
        for head in heads {
            let d = &head.iter().find(|(k, _)| k == "d").expect("d").1;
            let tip: Vec<f64> = d[1..].split('L').next().unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
            for (x, y, wide) in &gaps {
                let hidden = tip[0] > x - 4.0 && tip[0] < x + wide + 4.0 && tip[1] > *y && tip[1] < y + 20.0;
                assert!(!hidden, "{name}: a head at {tip:?} under the number at {x} {y}");
            }
        }
    }
}

#[test]
fn a_page_asks_for_nothing_and_is_small() {
    let events = log(CONVERSATION);
    for view in [PictureKind::Ladder, PictureKind::Timeline] {
        let drawn = picture::of(&asked(view, None), &events, Lang::Zh).unwrap_or_else(|_| panic!("{view:?}"));
        let html = picture::html(&*drawn, Lang::Zh);
        for fetches in ["http://", "https://", "url(", "@import", "<script", "<link", "src="] {
            let found = html.replace("http://www.w3.org/2000/svg", "");
            assert!(!found.contains(fetches), "{fetches}");
        }
        assert!(html.contains("<html lang=\"zh-CN\">") && html.len() < 100_000, "{}", html.len());
        elements(&html);
    }
}

#[test]
fn a_file_is_written_whole_and_a_fault_is_told() {
    let ran = script(
        "a b = socketpair unix stream
         send a hello
         show ladder --svg ladder.svg --html ladder.html
         show timeline a --html a.html
         show ladder --svg nowhere/x.svg
         show ladder --svg /proc/x.svg
         show ladr
         show ladder --svg
         show state a
         show ladder nobody
         watch ladder",
    )
    .keep_going()
    .run()
    .fails();
    let folder = ran.folder.path();
    for file in ["ladder.svg", "ladder.html", "a.html"] {
        elements(&std::fs::read_to_string(folder.join(file)).unwrap_or_else(|e| panic!("{file}: {e}")));
    }
    let told = &ran.stderr;
    for said in [
        "`nowhere/x.svg` cannot be written: there is no folder `nowhere`",
        "`/proc/x.svg` cannot be written",
        "show needs the name of a file behind `--svg`",
        "only a TCP socket has a path in it",
        "no socket of this sitting is or was called `nobody`",
    ] {
        assert!(told.contains(&said.replace('`', "")), "{said}\n{told}");
    }
    // In a script it is drawn once.
    assert_eq!(ran.told().matches("Ladder ·").count(), 1, "{}", ran.told());
}

#[test]
fn a_view_that_is_not_there_is_answered_with_the_nearest() {
    let ran = lines("show laddr").json().run().fails();
    assert_eq!(ran.refused()["hint"], "ladder");
}

#[test]
fn json_says_what_was_drawn() {
    let ran = lines("a b = socketpair unix stream; show ladder a; show buffers").json().run().ok();
    let shown: Vec<_> = ran.of_kind("report").filter(|e| e["report"] == "picture").collect();
    assert_eq!((&shown[0]["picture"]["view"], &shown[0]["picture"]["socket"]), (&"ladder".into(), &"a".into()));
    assert!(ran.of_kind("report").any(|e| e["report"] == "gauges"));
}

#[test]
fn a_quiet_script_draws_its_files_too() {
    let ran = script("a b = socketpair unix stream\nshow ladder --svg quiet.svg").quiet().run().ok();
    assert_eq!(ran.told(), "");
    elements(&std::fs::read_to_string(ran.folder.path().join("quiet.svg")).expect("the file"));
    let ran = crate::kit::piped("a b = socketpair unix stream\nshow ladder\n").quiet().run().fails();
    assert!(ran.stderr.contains("nothing was recorded"), "{}", ran.stderr);
}

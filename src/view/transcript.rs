//! The sitting as a report: every line with what it did and why, and the ladder at the end. Markdown for those who write on, HTML for
//! those who read or print; nothing is fetched.

use super::narration::Narration;
use super::picture;
use crate::event::{Event, PictureKind, Pictured, What};
use crate::markup::{Block, Doc, Role, Span, Style, render};
use crate::text::Lang;
use crate::text::messages::transcript as say;
use std::fmt::Write;

/// What kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Markdown,
    Html,
}

/// Columns of what is kept in its own lines.
const COLUMNS: usize = 100;

/// The report of these events, told by a fresh teller; `date` stands under its title.
pub fn transcript(events: &[Event], mut teller: Narration, lang: Lang, form: Form, date: &str) -> String {
    let mut body = String::new();
    for event in events {
        let doc = teller.event(event, &[]);
        if let What::Typed { line, .. } = &event.what {
            // The line itself is the heading of its step; what came before it in the same breath is told before.
            step(form, line, &mut body);
            continue;
        }
        blocks(form, &doc, &mut body);
    }
    let asked = Pictured { view: PictureKind::Ladder, socket: None, id: None, files: Vec::new(), watch: false };
    if let Ok(drawn) = picture::of(&asked, events, lang) {
        let title = say::transcript_ladder().plain(lang);
        match form {
            Form::Markdown => {
                let mut text = String::new();
                render(&picture::screen(&*drawn, COLUMNS, false), Style { width: COLUMNS, ..Style::PLAIN }, &mut text);
                begin(&mut body);
                let _ = write!(body, "## {title}\n\n{}", fenced(&text));
            }
            Form::Html => drop(write!(body, "<h2>{}</h2>\n<figure>{}</figure>\n", escaped(&title), picture::svg_in_page(&*drawn))),
        }
    }
    let title = say::transcript_title().plain(lang);
    let head = say::transcript_head(date).plain(lang);
    match form {
        Form::Markdown => format!("# {title}\n\n{head}\n\n{body}"),
        Form::Html => {
            let code = if lang == Lang::Zh { "zh-CN" } else { "en" };
            format!(
                "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
                 <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
                 <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n<p>{}</p>\n{body}</main>\n</body>\n</html>\n",
                escaped(&title),
                escaped(&title),
                escaped(&head)
            )
        }
    }
}

/// Who has no room for the drawing scrolls in its frame.
const STYLE: &str = "body{margin:0;background:#fff;color:#1f2430;font:16px/1.5 system-ui,sans-serif}\
main{max-width:860px;margin:0 auto;padding:16px}h2{font-size:1rem;margin:1.6em 0 .4em;border-top:1px solid #8885;padding-top:.8em}\
code,pre{font-family:ui-monospace,monospace}pre{font-size:13px;margin:.3em 0;white-space:pre-wrap;overflow-wrap:anywhere}\
blockquote{margin:.4em 0;padding:0 0 0 .8em;border-left:3px solid #8888}blockquote p{margin:.4em 0}\
figure{margin:1em 0;overflow-x:auto}svg{max-width:100%;height:auto}.bad{color:#b3261e;font-weight:600}.good{color:#1a7f37}\
.dim{opacity:.75}.name{color:#0b57d0}.strong{font-weight:600}\n\
@media (prefers-color-scheme:dark){body{background:#16191f;color:#d9dce3}.bad{color:#ff8a80}.good{color:#7ee787}.name{color:#8ab4f8}}\n\
@media print{body{background:#fff;color:#1f2430}h2{break-after:avoid}}\n";

/// A step begins with its line.
fn step(form: Form, line: &str, out: &mut String) {
    let line = super::bytes::echo(line);
    let _ = match form {
        Form::Markdown => {
            begin(out);
            writeln!(out, "## {}", code(&line))
        }
        Form::Html => writeln!(out, "<h2><code>{}</code></h2>", escaped(&line)),
    };
}

/// One blank line before what comes next.
fn begin(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// A paragraph of a quotation; it goes on where one stands just before.
fn quoted(text: &str, out: &mut String) {
    match out.trim_end_matches('\n').rsplit('\n').next().is_some_and(|last| last.starts_with("> ")) {
        true => out.push_str(">\n"),
        false => begin(out),
    }
    let _ = writeln!(out, "> {text}");
}

/// A code span whose fence is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2);
    let fence = "`".repeat(longest + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

fn blocks(form: Form, doc: &Doc, out: &mut String) {
    let mut kept = Doc::new();
    for block in &doc.0 {
        match block {
            Block::Para { bar, lead, spans, .. } => {
                keep(form, &mut kept, out);
                let spans: Vec<Span> = lead.iter().chain(spans).cloned().collect();
                let _ = match (form, bar) {
                    (Form::Markdown, true) => {
                        quoted(&markdown(&spans), out);
                        Ok(())
                    }
                    (Form::Markdown, false) => {
                        begin(out);
                        writeln!(out, "{}", markdown(&spans))
                    }
                    (Form::Html, true) => writeln!(out, "<blockquote><p>{}</p></blockquote>", html(&spans)),
                    (Form::Html, false) => writeln!(out, "<p>{}</p>", html(&spans)),
                };
            }
            Block::Pre { bar: true, lines, .. } if lines.iter().all(Vec::is_empty) => {}
            // A page is of any width, and a line is broken where it ends: what stands at the right margin stands behind the rest.
            Block::Sides { indent, left, right } if form == Form::Html && !right.is_empty() => {
                let mut pieces = left.clone();
                pieces.extend([vec![Span::plain("   ")], right.clone()]);
                kept.push(Block::Sides { indent: *indent, left: pieces, right: Vec::new() });
            }
            block => kept.push(block.clone()),
        }
    }
    keep(form, &mut kept, out);
}

/// Lines that stand as they are.
fn keep(form: Form, kept: &mut Doc, out: &mut String) {
    let doc = std::mem::take(kept);
    let mut text = String::new();
    render(&doc, Style { width: COLUMNS, ..Style::PLAIN }, &mut text);
    let lines: Vec<&str> = text.lines().map(|l| l.strip_prefix("  ").unwrap_or(l)).collect();
    let text = lines.join("\n");
    if text.trim().is_empty() {
        return;
    }
    let _ = match form {
        Form::Markdown => {
            begin(out);
            write!(out, "{}", fenced(&text))
        }
        Form::Html => writeln!(out, "<pre>{}</pre>", escaped(&text)),
    };
}

fn markdown(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        let text = &span.text;
        match span.role {
            Role::Code | Role::Call | Role::Constant if !text.trim().is_empty() => out.push_str(&code(text)),
            Role::Strong | Role::Heading | Role::Bad if !text.trim().is_empty() => {
                // The stars stand at the words: behind a space they would be plain stars.
                let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
                let _ = write!(out, "{}**{}**{}", &text[..start], plain(&text[start..end]), &text[end..]);
            }
            _ => out.push_str(&plain(text)),
        }
    }
    out.trim().to_string()
}

/// Text whose signs mean nothing to Markdown.
fn plain(text: &str) -> String {
    text.chars().flat_map(|c| if "\\`*_<>[]#|".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

fn html(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        let text = escaped(&span.text);
        let _ = match span.role {
            Role::Code | Role::Call | Role::Constant => write!(out, "<code>{text}</code>"),
            Role::Strong | Role::Heading => write!(out, "<span class=\"strong\">{text}</span>"),
            Role::Bad => write!(out, "<span class=\"bad\">{text}</span>"),
            Role::Good => write!(out, "<span class=\"good\">{text}</span>"),
            Role::Dim | Role::Source | Role::Time => write!(out, "<span class=\"dim\">{text}</span>"),
            Role::Name | Role::Host => write!(out, "<span class=\"name\">{text}</span>"),
            _ => write!(out, "{text}"),
        };
    }
    out
}

fn escaped(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .flat_map(|c| match c {
            '&' => "&amp;".chars().collect::<Vec<_>>(),
            '<' => "&lt;".chars().collect(),
            '>' => "&gt;".chars().collect(),
            '"' => "&quot;".chars().collect(),
            c => vec![c],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stay_signs() {
        assert_eq!(code("a `b`"), "`` a `b` ``");
        assert_eq!(plain("a_b <c>"), "a\\_b \\<c\\>");
        assert_eq!(escaped("<a&\u{1b}\"b\">"), "&lt;a&amp;&quot;b&quot;&gt;");
        let spans = [Span::new(Role::Strong, "most: "), Span::new(Role::Code, "bind"), Span::plain(" *x*")];
        assert_eq!(markdown(&spans), "**most:** `bind` \\*x\\*");
    }
}

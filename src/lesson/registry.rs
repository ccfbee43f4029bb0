//! The cards against the program: every call, errno, option and constant has its card in both languages, and each card is whole.

use super::card::{Parsed, parse_call, parse_collection, parse_word};
use super::folder::{embedded, embedded_files};
use super::{Fill, Library, Topic};
use crate::call::{COMMANDS, command};
use crate::grammar::lex::{Lexed, lex};
use crate::markup::{Block, Role, Span, width};
use crate::text::Lang;
use crate::vocabulary::errno::{ALIASES, ERRNOS};
use crate::vocabulary::option::OPTIONS;
use crate::vocabulary::{LEXICONS, Level, State};
use std::collections::BTreeSet;

static ERRNO_ROWS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/errnos.tsv"));
static OPTION_ROWS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/options.txt"));

const FOLDERS: [Topic; 8] =
    [Topic::Call, Topic::Word, Topic::State, Topic::Errno, Topic::Option, Topic::Flag, Topic::Family, Topic::Field];

fn rows(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter_map(|l| l.trim_end().split_once('\t'))
}

fn calls() -> BTreeSet<&'static str> {
    COMMANDS.iter().map(|c| c.card).chain(["open", "sendall"]).collect()
}

fn plain(spans: &[Span]) -> String {
    spans.iter().map(|s| s.text.as_ref()).collect()
}

/// Fails with all that is missing, not with the first.
fn none_of(missing: Vec<String>) {
    assert!(missing.is_empty(), "{} missing or wrong:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn both_languages_have_the_same_files_and_sections() {
    for topic in FOLDERS {
        let files = |lang: Lang| embedded_files(&format!("{}/{}", lang.code(), topic.folder()));
        assert_eq!(files(Lang::En), files(Lang::Zh));
        for file in files(Lang::En) {
            let headings = |lang: Lang| {
                let text = embedded(&format!("{}/{}/{file}", lang.code(), topic.folder())).unwrap();
                super::markdown::sections(text).into_iter().filter(|s| s.level > 1).map(|s| s.title).collect::<Vec<_>>()
            };
            assert_eq!(headings(Lang::En), headings(Lang::Zh), "{file}");
        }
    }
}

#[test]
fn every_file_is_read_without_a_problem() {
    fn faults<T>(path: &str, parsed: Parsed<T>) -> Vec<String> {
        assert!(parsed.card.is_some(), "{path} is no card");
        parsed.faults.iter().map(|(line, what)| format!("{path}:{line}: {}", what.plain(Lang::En))).collect()
    }
    let mut wrong = Vec::new();
    for (lang, topic) in Lang::ALL.into_iter().flat_map(|l| FOLDERS.map(|t| (l, t))) {
        for file in embedded_files(&format!("{}/{}", lang.code(), topic.folder())) {
            let path = format!("{}/{}/{file}", lang.code(), topic.folder());
            let text = embedded(&path).unwrap();
            wrong.extend(match topic {
                Topic::Call => faults(&path, parse_call(text, lang, "x")),
                Topic::Word => faults(&path, parse_word(text, "x")),
                _ => faults(&path, parse_collection(text)),
            });
        }
    }
    none_of(wrong);
}

#[test]
fn every_call_has_a_card_with_a_brief_line_and_code() {
    let library = Library::new(None);
    let mut wrong = Vec::new();
    for (lang, name) in Lang::ALL.into_iter().flat_map(|l| calls().into_iter().map(move |c| (l, c))) {
        let Some(card) = library.call(lang, name) else {
            wrong.push(format!("{} {name}: no card", lang.code()));
            continue;
        };
        let brief = plain(&card.brief);
        if brief.is_empty() || width(&brief) > 90 {
            wrong.push(format!("{} {name}: the brief line takes {} columns", lang.code(), width(&brief)));
        }
        if card.c.is_none() || card.python.is_none() {
            wrong.push(format!("{} {name}: C or Python is missing", lang.code()));
        }
        if card.body.is_empty() {
            wrong.push(format!("{} {name}: nothing follows the brief line", lang.code()));
        }
    }
    none_of(wrong);
}

#[test]
fn every_card_of_a_call_belongs_to_one() {
    let files: BTreeSet<String> = Library::new(None).names(Lang::En, Topic::Call).into_iter().collect();
    let known = calls();
    none_of(files.into_iter().filter(|f| !known.contains(f.as_str())).collect());
}

#[test]
fn every_errno_a_manual_lists_for_a_call_has_its_own_section() {
    let library = Library::new(None);
    let mut missing = Vec::new();
    assert!(rows(ERRNO_ROWS).count() > 100);
    for (lang, (call, errno)) in Lang::ALL.into_iter().flat_map(|l| rows(ERRNO_ROWS).map(move |r| (l, r))) {
        if library.call(lang, call).and_then(|c| c.errno(errno)).is_none() {
            missing.push(format!("{} {call} {errno}", lang.code()));
        }
    }
    none_of(missing);
}

#[test]
fn every_option_of_the_manuals_is_known() {
    assert!(rows(OPTION_ROWS).count() > 100);
    none_of(rows(OPTION_ROWS).filter(|(_, o)| !OPTIONS.iter().any(|x| x.name == *o)).map(|(l, o)| format!("{l} {o}")).collect());
}

#[test]
fn every_constant_has_an_entry_in_both_languages() {
    let library = Library::new(None);
    let mut missing = Vec::new();
    for lang in Lang::ALL {
        let mut want = |topics: &[Topic], name: &str| {
            let Some(entry) = topics.iter().find_map(|t| library.entry(lang, *t, name)) else {
                missing.push(format!("{} {} {name}", lang.code(), topics[0].folder()));
                return;
            };
            if width(&plain(&entry.brief)) > 110 {
                missing.push(format!("{} {name}: the first paragraph is too long", lang.code()));
            }
        };
        OPTIONS.iter().for_each(|o| want(&[Topic::Option], o.name));
        rows(OPTION_ROWS).for_each(|(_, o)| want(&[Topic::Option], o));
        // Its options are few and stand with those of raw sockets.
        Level::ALL.iter().filter(|l| **l != Level::Icmpv6).for_each(|l| want(&[Topic::Option], l.name()));
        ERRNOS.iter().for_each(|e| want(&[Topic::Errno], e.0));
        ALIASES.iter().for_each(|e| want(&[Topic::Errno], e.0));
        rows(ERRNO_ROWS).filter(|(_, e)| !e.starts_with("EAI_")).for_each(|(_, e)| want(&[Topic::Errno], e));
        State::ALL.iter().for_each(|s| want(&[Topic::State], s.name()));
        crate::packet::ids::ALL.iter().for_each(|id| want(&[Topic::Field], id.name()));
        LEXICONS.iter().flat_map(|l| l.rows).for_each(|r| want(&[Topic::Flag, Topic::Family], r.name));
    }
    none_of(missing);
}

#[test]
fn every_card_of_a_header_field_belongs_to_one_and_says_where_it_is_written() {
    let library = Library::new(None);
    let mut wrong = Vec::new();
    for lang in Lang::ALL {
        for shelf in library.collections(lang, Topic::Field) {
            // The first entry is the file's own.
            for entry in &shelf.entries[1..] {
                let source: String = entry.rest.iter().map(|p| plain(p)).collect();
                let known = crate::packet::field_id(&entry.title).is_some_and(|id| id.name() == entry.title);
                if !known || !(source.contains("RFC ") || source.contains("IEEE ")) {
                    wrong.push(format!("{} {}", lang.code(), entry.title));
                }
            }
        }
    }
    none_of(wrong);
}

#[test]
fn a_header_field_is_found_by_its_whole_name_and_by_its_last_part() {
    let library = Library::new(None);
    let found = |word: &str| library.explain(Lang::En, word).into_iter().map(|e| e.name).collect::<Vec<_>>();
    assert_eq!(found("tcp.window"), ["tcp.window"]);
    assert_eq!(found("TCP.Opt.MSS"), ["tcp.opt.mss"]);
    // What the word has meant before stays its first meaning.
    for (word, first, field) in [("ttl", "ttl", "ip.ttl"), ("window", "window", "tcp.window"), ("ack", "ack", "tcp.ack")] {
        let all = found(word);
        assert_eq!(all[0], first);
        assert!(all.iter().any(|n| n == field), "{word}: {all:?}");
    }
    for id in crate::packet::ids::ALL {
        assert_eq!(found(id.name())[0], id.name());
    }
}

fn ended(mut paragraph: Vec<Span>) -> Vec<Span> {
    paragraph.push(Span::plain("\n"));
    paragraph
}

/// All spans of a card, as they are shown where no call is at hand.
fn spans_of(library: &Library, lang: Lang, topic: Topic, name: &str) -> Vec<Span> {
    let of_doc = |doc: &crate::markup::Doc| {
        let spans = doc.0.iter().filter_map(|b| match b {
            Block::Para { spans, .. } => Some(ended(spans.clone())),
            _ => None,
        });
        spans.flatten().collect::<Vec<_>>()
    };
    match topic {
        Topic::Call => {
            let card = library.call(lang, name).unwrap();
            let errnos: Vec<_> = card.errno_names().filter_map(|n| card.errno_with(n, &Fill::default())).collect();
            let errnos = errnos.into_iter().flat_map(|e| e.text.into_iter().chain([e.try_line])).flat_map(ended);
            ended(card.brief.clone()).into_iter().chain(of_doc(&card.body)).chain(errnos).collect()
        }
        _ => {
            let card = library.word(lang, name).unwrap();
            ended(card.brief.clone()).into_iter().chain(of_doc(&card.body)).collect()
        }
    }
}

#[test]
fn lines_to_type_can_be_read() {
    let library = Library::new(None);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    let mut words = Lexed::default();
    for (lang, topic) in Lang::ALL.into_iter().flat_map(|l| [(l, Topic::Call), (l, Topic::Word)]) {
        for name in library.names(lang, topic) {
            for span in spans_of(&library, lang, topic, &name).iter().filter(|s| s.role == Role::Code) {
                let line = span.text.as_ref();
                let body = line.split_once(" = ").map_or(line, |(_, b)| b);
                let mut first = body.split_whitespace();
                let (Some(word), second) = (first.next(), first.next()) else { continue };
                if second.is_none() || command(word, second).is_none() {
                    continue;
                }
                seen += 1;
                let mut from = Some(0);
                while let Some(at) = from {
                    match lex(line, at, None, &mut words) {
                        Ok(next) => from = next,
                        Err(why) => {
                            wrong.push(format!("{} {name}: `{line}`: {}", lang.code(), why.reason.plain(Lang::En)));
                            break;
                        }
                    }
                }
            }
        }
    }
    assert!(seen > 300, "only {seen} lines were found");
    none_of(wrong);
}

#[test]
fn no_placeholder_is_left_where_no_call_is_at_hand() {
    let library = Library::new(None);
    for (lang, name) in Lang::ALL.into_iter().flat_map(|l| library.names(l, Topic::Call).into_iter().map(move |n| (l, n))) {
        let text = plain(&spans_of(&library, lang, Topic::Call, &name));
        assert!(!text.contains("{socket}") && !text.contains("{address}"), "{} {name}", lang.code());
        // What stands for a placeholder must not stand beside itself.
        for double in ["address the address", "path the address", "socket the socket", "地址该地址", "路径该地址", "套接字该套接字"]
        {
            assert!(!text.to_lowercase().contains(double), "{} {name}: {double}", lang.code());
        }
    }
}

//! The messages, by who says them. Each is declared once, with both languages on neighbouring lines.

pub mod capture;
pub mod check;
pub mod code;
pub mod check_wire;
pub mod course;
pub mod demo;
pub mod fact;
pub mod file;
pub mod flags;
pub mod foreign;
pub mod frame;
pub mod grade;
pub mod lab;
pub mod lesson;
pub mod look;
pub mod picture;
pub mod play;
pub mod prove;
pub mod record;
pub mod refusal;
pub mod said;
pub mod summary;
pub mod transcript;
pub mod wire;

use super::Template;

/// Every message there is.
pub fn all() -> impl Iterator<Item = &'static Template> {
    [
        refusal::LIST,
        said::LIST,
        fact::LIST,
        file::LIST,
        flags::LIST,
        lab::LIST,
        frame::LIST,
        summary::LIST,
        wire::LIST,
        lesson::LIST,
        capture::LIST,
        check::LIST,
        code::LIST,
        check_wire::LIST,
        look::LIST,
        course::LIST,
        demo::LIST,
        play::LIST,
        prove::LIST,
        foreign::LIST,
        grade::LIST,
        record::LIST,
        transcript::LIST,
        picture::LIST,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn placeholders(s: &str) -> HashSet<&str> {
        s.split('{')
            .skip(1)
            .filter_map(|p| p.split_once('}'))
            .map(|(n, _)| n)
            .filter(|n| !n.contains('.') && !["i", "…"].contains(n))
            .collect()
    }

    #[test]
    fn every_message_says_the_same_things_in_both_languages() {
        for t in all() {
            let declared: HashSet<&str> = t.args.iter().copied().collect();
            assert_eq!(placeholders(t.en), declared, "{} in English", t.id);
            assert_eq!(placeholders(t.zh), declared, "{} in Chinese", t.id);
            assert!(!t.en.is_empty() && !t.zh.is_empty(), "{} is empty", t.id);
            assert_eq!(t.en.matches('`').count() % 2, 0, "{}: a backtick is open", t.id);
            assert_eq!(t.zh.matches('`').count() % 2, 0, "{}: a backtick is open", t.id);
        }
    }

    #[test]
    fn the_chinese_is_chinese() {
        for t in all() {
            let words = t.en.split_whitespace().filter(|w| w.len() > 3 && w.chars().all(|c| c.is_ascii_lowercase())).count();
            let cjk = t.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(cjk || words == 0, "{} has no Chinese: {}", t.id, t.zh);
        }
    }

    #[test]
    fn ids_are_unique() {
        let mut seen = HashSet::new();
        for t in all() {
            assert!(seen.insert(t.id), "{} is declared twice", t.id);
        }
    }
}

//! Functions that a Rust program may need.

use crate::text::Text;
use crate::text::messages::code as words;

/// One after another, with an empty line between; one that uses another stands behind it, so that reading from the end finds them all.
/// What they say of themselves stands as `<<key>>`.
const FUNCTIONS: &str = include_str!("functions.txt");

type Remark = (&'static str, fn() -> Text);

/// A function.
pub struct Helper {
    /// The word that calls it.
    pub name: &'static str,
    text: &'static str,
}

impl Helper {
    /// What the compiler reads of it.
    pub fn code(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines().filter(|l| !l.trim_start().starts_with("//"))
    }

    /// Its text, with what it says of itself said by `say`.
    pub fn text(&self, say: impl Fn(Text) -> String) -> String {
        let mut out = String::new();
        for line in self.text.lines() {
            let remark = line.split_once("<<").and_then(|(before, rest)| Some((before, rest.strip_suffix(">>")?)));
            match remark.and_then(|(before, key)| Some((before, REMARKS.iter().find(|r| r.0 == key)?.1))) {
                Some((before, remark)) => out.extend([before, &say(remark())]),
                None => out.push_str(line),
            }
            out.push('\n');
        }
        out
    }
}

/// All of them, the last first.
pub fn from_the_last() -> impl Iterator<Item = Helper> {
    FUNCTIONS.rsplit("\n\n").map(|text| {
        let name = text.split_once("fn ").map_or("", |(_, rest)| rest.split(['(', '<']).next().unwrap_or_default());
        Helper { name, text }
    })
}

/// What the functions say of themselves, by its key.
const REMARKS: &[Remark] = &[
    ("fails_doc", words::code_fails_doc),
    ("rust_scoped_doc", words::code_rust_scoped_doc),
    ("rust_safe_interface", words::code_rust_safe_interface),
    ("rust_filled_doc", words::code_rust_filled_doc),
    ("rust_safe_filled", words::code_rust_safe_filled),
    ("rust_option_doc", words::code_rust_option_doc),
    ("rust_safe_option", words::code_rust_safe_option),
    ("rust_set_option_doc", words::code_rust_set_option_doc),
    ("rust_safe_set_option", words::code_rust_safe_set_option),
    ("rust_safe_numbers", words::code_rust_safe_numbers),
    ("rust_amount_doc", words::code_rust_amount_doc),
    ("rust_safe_amount", words::code_rust_safe_amount),
    ("rust_safe_info", words::code_rust_safe_info),
    ("rust_poll_doc", words::code_rust_poll_doc),
    ("rust_safe_poll", words::code_rust_safe_poll),
    ("rust_safe_ready", words::code_rust_safe_ready),
    ("until_doc", words::code_until_doc),
    ("rust_written_doc", words::code_rust_written_doc),
    ("turn_doc", words::code_turn_doc),
    ("rust_select_doc", words::code_rust_select_doc),
    ("rust_safe_select", words::code_rust_safe_select),
    ("rust_safe_epoll_create", words::code_rust_safe_epoll_create),
    ("rust_safe_epoll_ctl", words::code_rust_safe_epoll_ctl),
    ("rust_safe_epoll_wait", words::code_rust_safe_epoll_wait),
    ("rust_send_rights_doc", words::code_rust_send_rights_doc),
    ("rust_aligned", words::code_rust_aligned),
    ("rust_safe_send_rights", words::code_rust_safe_send_rights),
    ("rust_received_rights_doc", words::code_rust_received_rights_doc),
    ("rust_safe_received_rights", words::code_rust_safe_received_rights),
    ("rust_start_doc", words::code_rust_start_doc),
    ("rust_give_up_doc", words::code_rust_give_up_doc),
    ("rust_safe_give_up", words::code_rust_safe_give_up),
    ("rust_hear_signals_doc", words::code_rust_hear_signals_doc),
    ("rust_safe_hear_signals", words::code_rust_safe_hear_signals),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_remark_has_words_and_every_word_a_function() {
        for helper in from_the_last() {
            let text = helper.text(|t| t.plain(Lang::Zh));
            assert!(text.contains(&format!("fn {}", helper.name)) && !text.contains("<<"), "{text}");
        }
        for (key, _) in REMARKS {
            assert!(FUNCTIONS.contains(&format!("<<{key}>>")), "{key}");
        }
    }
}

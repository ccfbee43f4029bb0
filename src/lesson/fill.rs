//! The placeholders of errno sections: `{socket}` and `{address}` become what the call was made with, or words that read well.

use super::markdown::{is_cjk, last_char, push};
use crate::markup::{Role, Span};
use crate::text::messages::lesson as say;
use crate::text::{Lang, Text};

/// What the placeholders of an errno section stand for; what is not known becomes "the socket", "the address".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fill {
    pub socket: Option<String>,
    pub address: Option<String>,
}

/// One placeholder: how it is written, what it stands for, what is said where that is not known, what an example line has there.
struct Hole<'a> {
    mark: &'static str,
    value: Option<&'a str>,
    role: Role,
    words: fn() -> Text,
    sample: &'static str,
}

fn holes(fill: &Fill) -> [Hole<'_>; 2] {
    let known = |v: &'_ Option<String>| v.as_ref().is_some_and(|v| !v.is_empty());
    let socket = fill.socket.as_deref().filter(|_| known(&fill.socket));
    let address = fill.address.as_deref().filter(|_| known(&fill.address));
    [
        Hole { mark: "{socket}", value: socket, role: Role::Name, words: say::the_socket, sample: "s" },
        Hole { mark: "{address}", value: address, role: Role::Address, words: say::the_address, sample: "127.0.0.1:9000" },
    ]
}

pub(super) fn filled(spans: &[Span], lang: Lang, fill: &Fill) -> Vec<Span> {
    let holes = holes(fill);
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    let mut words_before = false;
    for span in spans {
        let exact = holes.iter().find(|h| span.role == Role::Code && span.text == h.mark);
        match exact {
            Some(Hole { value: Some(value), role, .. }) => push(&mut out, *role, value),
            Some(hole) => put_words(&mut out, &(hole.words)().plain(lang)),
            None => {
                let mut text = span.text.to_string();
                for hole in holes.iter().filter(|h| span.text.contains(h.mark)) {
                    let words = (hole.words)().plain(lang);
                    let other = if span.role == Role::Code { hole.sample } else { words.as_str() };
                    text = text.replace(hole.mark, hole.value.unwrap_or(other));
                }
                let glued = words_before && last_char(&out).is_some_and(is_cjk);
                push(&mut out, span.role, if glued { without_space(&text) } else { &text });
            }
        }
        words_before = exact.is_some_and(|h| h.value.is_none());
    }
    out
}

/// Words in place of code: a sentence begins with a capital, and Chinese needs no space around Chinese.
fn put_words(out: &mut Vec<Span>, words: &str) {
    if words.starts_with(is_cjk) {
        if let Some(last) = out.last_mut()
            && last.text.strip_suffix(' ').is_some_and(|t| t.ends_with(is_cjk))
        {
            last.text.to_mut().pop();
        }
        return push(out, Role::Plain, words);
    }
    let begins = out.last().is_none_or(|s| s.text.trim_end().ends_with(['.', '?', '!']));
    let mut letters = words.chars();
    match letters.next() {
        Some(first) if begins => push(out, Role::Plain, &format!("{}{}", first.to_ascii_uppercase(), letters.as_str())),
        _ => push(out, Role::Plain, words),
    }
}

fn without_space(text: &str) -> &str {
    text.strip_prefix(' ').filter(|t| t.starts_with(is_cjk)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::inline;

    fn shown(text: &str, lang: Lang, fill: &Fill) -> String {
        filled(&inline(text), lang, fill).iter().map(|s| s.text.as_ref()).collect()
    }

    #[test]
    fn what_is_known_is_filled_in() {
        let fill = Fill { socket: Some("server".into()), address: Some("[::1]:9000".into()) };
        let spans = filled(&inline("`{address}` is taken; `bind {socket} :0`"), Lang::En, &fill);
        let got: Vec<_> = spans.iter().map(|s| (s.role, s.text.as_ref())).collect();
        assert_eq!(got, [(Role::Address, "[::1]:9000"), (Role::Plain, " is taken; "), (Role::Code, "bind server :0")]);
    }

    #[test]
    fn what_is_not_known_reads_well() {
        let none = Fill::default();
        assert_eq!(
            shown("`{address}` is taken. `{socket}` has `{address}`", Lang::En, &none),
            "The address is taken. The socket has the address"
        );
        assert_eq!(shown("去往 `{address}` 的途中，`{address}` 已被占用", Lang::Zh, &none), "去往该地址的途中，该地址已被占用");
        assert_eq!(shown("`who {address}`, `close {socket}`", Lang::En, &none), "who 127.0.0.1:9000, close s");
        let empty = Fill { socket: Some(String::new()), address: None };
        assert_eq!(shown("`{socket}` `bind`", Lang::Zh, &empty), "该套接字 bind");
    }
}

//! A first word that no command is called by: what was meant, as far as it can be told.

use super::{Sitting, foreign};
use crate::call;
use crate::grammar::lex::Lexed;
use crate::grammar::refusal::Code;
use crate::grammar::{Refusal, Word, nearest};
use crate::text::Text;
use crate::text::messages::refusal as say;

/// What is set, and not called.
const SETTINGS: &[&str] = &["lang", "patience", "code"];

/// What a word of another tool's is here: the words, and what is said of them; it gets the word and the line.
type Elsewhere = (&'static [&'static str], fn(&str, &str) -> Text);

const ELSEWHERE: &[Elsewhere] = &[
    (&["ss", "netstat", "lsof"], |word, _| say::elsewhere_sockets(word)),
    (&["tcpdump", "tshark", "wireshark"], |word, _| say::elsewhere_capture(word)),
    (&["strace", "ltrace"], |word, _| say::elsewhere_strace(word)),
    (
        &[
            "ping",
            "nc",
            "ncat",
            "netcat",
            "socat",
            "telnet",
            "curl",
            "wget",
            "ip",
            "ifconfig",
            "traceroute",
            "arp",
            "iperf3",
            "python",
            "python3",
            "bash",
            "sh",
            "ssh",
        ],
        |word, line| say::elsewhere_program(word, line),
    ),
    (&["clear", "cls"], |_, _| say::elsewhere_clear()),
    (&["history"], |_, _| say::elsewhere_history()),
    (&["sleep", "delay"], |_, _| say::elsewhere_sleep()),
    (&["kill", "killall", "fg", "bg"], |_, _| say::elsewhere_jobs()),
];

impl Sitting {
    pub(super) fn unknown_command(&self, word: &Word<'_>, text: &str, lexed: &Lexed, at: usize) -> Refusal {
        let end = lexed.tokens.last().map_or(word.span.1, |t| t.end);
        let start = lexed.tokens.first().map_or(word.span.0, |t| t.start);
        if let Some(here) = foreign::translate(&text[start..end]) {
            return Refusal::new(Code::UnknownCommand, (start, end), say::foreign_line(&here)).hint(Some(here));
        }
        let shown = word.shown();
        let lower = shown.to_lowercase();
        // `epoll` alone is a command that lacks its second word.
        let specs = call::COMMANDS.iter().map(|c| c.spec).chain(self.builtins.iter().map(|b| b.spec));
        let subs: Vec<&str> = specs.filter(|s| s.name == lower).filter_map(|s| s.sub).collect();
        if !subs.is_empty() {
            return match lexed.tokens.get(at + 1) {
                Some(next) => {
                    let typed = Word::new(text, lexed, next).shown();
                    let hint = nearest::nearest(&typed, subs.iter().copied()).map(|s| format!("{lower} {s}"));
                    Refusal::new(Code::UnknownCommand, (next.start, next.end), say::unknown_command(format!("{lower} {typed}")))
                        .hint(hint)
                }
                None => Refusal::new(
                    Code::Missing,
                    (end, end + 1),
                    say::missing(crate::text::messages::summary::what_command(), &lower),
                )
                .hint(Some(format!("{lower} {}", subs[0]))),
            };
        }
        // Settings, and what people know from elsewhere.
        let line = text[start..end].trim();
        if SETTINGS.contains(&lower.as_str()) {
            let here = format!("set {line}");
            return Refusal::new(Code::UnknownCommand, word.span, say::unknown_command(shown)).hint(Some(here));
        }
        if let Some((_, said)) = ELSEWHERE.iter().find(|e| e.0.contains(&lower.as_str())) {
            return Refusal::new(Code::UnknownCommand, word.span, said(&lower, line));
        }
        let all = call::COMMANDS.iter().map(|c| c.spec.name).chain(self.builtins.iter().map(|b| b.spec.name));
        // `server=socket inet stream`: the equals sign wants room around it.
        let glued = shown.split_once('=').filter(|(n, c)| crate::grammar::args::is_name(n) && self.is_command(c));
        let hint = match glued {
            Some((name, command)) => Some(format!("{name} = {command}")),
            None => nearest::nearest(&lower, all).map(str::to_string),
        };
        Refusal::new(Code::UnknownCommand, word.span, say::unknown_command(shown)).hint(hint)
    }
}

//! From a word somebody asks about to the cards that explain it: full names, short names, other names, slips of the fingers.

use super::card::{CallCard, Entry, WordCard};
use super::library::{Library, Topic};
use super::markdown::is_cjk;
use crate::call::COMMANDS;
use crate::grammar::nearest::nearest;
use crate::text::Lang;
use crate::vocabulary::option::OPTIONS;
use crate::vocabulary::{LEXICONS, Level};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A card of any kind.
#[derive(Debug, Clone)]
pub enum Card {
    Call(Arc<CallCard>),
    Word(Arc<WordCard>),
    Entry(Arc<Entry>),
}

/// One answer to `explain`.
#[derive(Debug, Clone)]
pub struct Explained {
    pub topic: Topic,
    /// The name by which it is found again.
    pub name: String,
    pub card: Card,
}

/// More would be a list, not an explanation.
const MOST: usize = 4;

type Target = (Topic, String);

/// Every word that can be explained.
#[derive(Debug, Default)]
pub struct Index {
    /// By the word as written, in small letters.
    exact: HashMap<String, Vec<Target>>,
    /// By the word without spaces, hyphens and underscores; and how it is usually written.
    loose: BTreeMap<String, (String, Vec<Target>)>,
    /// The usual names, for completion.
    names: Vec<(String, Vec<Lang>)>,
}

/// Small letters; hyphen, underscore and space are one; `bind()` and `bind(2)` are `bind`.
fn fold(word: &str) -> String {
    let word = word.trim();
    let bare = word.strip_suffix(')').and_then(|w| w.rsplit_once('(')).filter(|(w, section)| !w.is_empty() && section.len() < 3);
    let mut out = String::new();
    for c in bare.map_or(word, |(w, _)| w).chars().flat_map(char::to_lowercase) {
        match c {
            '_' | '-' | ' ' | '\t' if out.is_empty() || out.ends_with(' ') => {}
            '_' | '-' | ' ' | '\t' => out.push(' '),
            '\'' | '’' | '`' => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn squeeze(folded: &str) -> String {
    folded.chars().filter(|c| *c != ' ').collect()
}

/// The names in `# 全连接队列 (accept queue)`, and those of its remark `<!-- also: listen queue, … -->`.
fn names_of_word(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(title) = text.lines().find_map(|l| l.trim_start_matches('\u{feff}').strip_prefix("# ")) {
        let title = title.trim();
        match title.strip_suffix(')').and_then(|t| t.split_once(" (")) {
            Some((before, inside)) => names.extend([before.to_string(), inside.to_string()]),
            None => names.push(title.to_string()),
        }
    }
    let also = text.split_once("<!-- also:").and_then(|(_, rest)| rest.split_once("-->"));
    names.extend(also.into_iter().flat_map(|(list, _)| list.split([',', '，', '\n'])).map(|n| n.trim().to_string()));
    names.retain(|n| !n.is_empty());
    names
}

/// The names of a constant beside its full one.
fn short_names(name: &str) -> Vec<String> {
    let mut short: Vec<String> = OPTIONS.iter().filter(|o| o.name == name).map(|o| o.short()).collect();
    let rows = LEXICONS.iter().flat_map(|l| l.rows.iter());
    short.extend(rows.filter(|r| r.name == name).map(|r| r.short.to_string()));
    short.extend(Level::ALL.into_iter().filter(|l| l.name() == name).map(|l| l.short().to_string()));
    // A header's field is also found without its protocol: `ttl` for `ip.ttl`.
    short.extend(crate::packet::field_id(name).filter(|id| id.short() != name).map(|id| id.short().to_string()));
    if short.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
        const PREFIXES: [&str; 9] = ["AF_", "SOCK_", "IPPROTO_", "MSG_", "SCM_", "F_", "SO_", "AI_", "INADDR_"];
        short.extend(PREFIXES.iter().find_map(|p| name.strip_prefix(p)).map(str::to_ascii_lowercase));
    }
    short
}

impl Index {
    /// Reads the names of all cards. The words' own names come before their other names, so that these win.
    pub(super) fn new(library: &Library) -> Index {
        let mut index = Index::default();
        for name in library.names(Lang::En, Topic::Call) {
            let target = (Topic::Call, name.clone());
            index.add(&name, &target);
            for c in COMMANDS.iter().filter(|c| c.card == name) {
                let words = [c.name.to_string(), c.spec.title(), c.spec.name.to_string()];
                words.iter().map(String::as_str).chain(c.spec.also.iter().copied()).for_each(|w| index.add(w, &target));
            }
            // getaddrinfo's errors are no errnos: the card of the call explains them.
            let text = library.text(&format!("{}/call/{name}.md", Lang::En.code())).unwrap_or_default();
            let eai = text.lines().filter_map(|l| l.strip_prefix("## ")).filter(|t| t.starts_with("EAI_"));
            eai.for_each(|t| index.add(t.trim(), &target));
            index.names.push((name, Lang::ALL.to_vec()));
        }
        let mut others = Vec::new();
        for lang in Lang::ALL {
            for name in library.names(lang, Topic::Word) {
                let target = (Topic::Word, name.clone());
                index.add(&name, &target);
                let also = library.text(&format!("{}/word/{name}.md", lang.code())).map(|t| names_of_word(&t)).unwrap_or_default();
                index
                    .names
                    .extend(also.first().filter(|n| n.contains(is_cjk) && !n.contains(' ')).map(|n| (n.clone(), vec![lang])));
                index.names.push((name, vec![lang]));
                others.extend(also.into_iter().map(|n| (n, target.clone())));
            }
        }
        others.iter().for_each(|(name, target)| index.add(name, target));
        for topic in Topic::COLLECTIONS {
            for entry in library.collections(Lang::En, topic).iter().flat_map(|c| c.entries.iter()) {
                let target = (topic, entry.title.clone());
                index.add(&entry.title, &target);
                short_names(&entry.title).iter().for_each(|s| index.add(s, &target));
                if !entry.title.contains(' ') && !entry.title.starts_with("SOL_") {
                    index.names.push((entry.title.clone(), Lang::ALL.to_vec()));
                }
            }
        }
        index
    }

    fn add(&mut self, word: &str, target: &Target) {
        let folded = fold(word);
        let put = |list: &mut Vec<Target>| {
            if !list.contains(target) {
                list.push(target.clone());
            }
        };
        put(&mut self.loose.entry(squeeze(&folded)).or_insert_with(|| (word.to_string(), Vec::new())).1);
        put(self.exact.entry(folded).or_default());
    }

    /// What a word may mean: first as it is written, then more loosely; each in the order of topics.
    fn find(&self, word: &str) -> Vec<Target> {
        let folded = fold(word);
        let mut found = self.exact.get(&folded).cloned().unwrap_or_default();
        found.sort_by_key(|t| t.0);
        let mut loose = self.loose.get(&squeeze(&folded)).map(|(_, list)| list.clone()).unwrap_or_default();
        loose.retain(|t| !found.contains(t));
        loose.sort_by_key(|t| t.0);
        found.extend(loose);
        found
    }
}

impl Library {
    /// What a word means, the main meaning first, at most four: call, word, state, errno, option, flag, family.
    pub fn explain(&self, lang: Lang, word: &str) -> Vec<Explained> {
        let card = |topic, name: &str| match topic {
            Topic::Call => self.call(lang, name).map(Card::Call),
            Topic::Word => self.word(lang, name).or_else(|| self.word_elsewhere(lang, name)).map(Card::Word),
            _ => self.entry(lang, topic, name).map(Card::Entry),
        };
        let found = self.index().find(word).into_iter();
        found.filter_map(|(topic, name)| Some(Explained { topic, card: card(topic, &name)?, name })).take(MOST).collect()
    }

    /// A teacher may have written a word's card in one language only: better that than none.
    fn word_elsewhere(&self, lang: Lang, name: &str) -> Option<Arc<WordCard>> {
        Lang::ALL.into_iter().filter(|l| *l != lang).find_map(|l| self.word(l, name))
    }

    /// The nearest word that can be explained.
    pub fn suggest(&self, lang: Lang, word: &str) -> Option<String> {
        let index = self.index();
        let known = index.loose.iter().filter(|(_, (shown, _))| lang == Lang::Zh || !shown.contains(is_cjk));
        let typed = squeeze(&fold(word));
        // Half of a name may be all that is remembered of it: `ephemeral`.
        let begun = || index.loose.keys().find(|key| typed.len() > 3 && key.starts_with(&typed));
        let near = nearest(&typed, known.map(|(key, _)| key.as_str())).or_else(|| begun().map(String::as_str))?;
        index.loose.get(near).map(|(shown, _)| shown.clone())
    }

    /// Words that can be explained, for completion: in order, each once.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        let names = self.index().names.iter().filter(|(_, langs)| langs.contains(&lang));
        let mut words: Vec<String> = names.map(|(n, _)| n.clone()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_any_of_their_names() {
        let library = Library::new(None);
        for (word, topic, name) in [
            ("bind", Topic::Call, "bind"),
            ("BIND(2)", Topic::Call, "bind"),
            ("resolve", Topic::Call, "getaddrinfo"),
            ("epoll wait", Topic::Call, "epoll_wait"),
            ("epoll_create", Topic::Call, "epoll_create1"),
            ("accept4", Topic::Call, "accept"),
            ("reuseaddr", Topic::Option, "SO_REUSEADDR"),
            ("SO_REUSEADDR", Topic::Option, "SO_REUSEADDR"),
            ("so_reuseport", Topic::Option, "SO_REUSEPORT"),
            ("peek", Topic::Flag, "MSG_PEEK"),
            ("MSG_PEEK", Topic::Flag, "MSG_PEEK"),
            ("inet", Topic::Family, "AF_INET"),
            ("SOCK_STREAM", Topic::Family, "SOCK_STREAM"),
            ("stream", Topic::Word, "stream"),
            ("EPIPE", Topic::Errno, "EPIPE"),
            ("ewouldblock", Topic::Errno, "EWOULDBLOCK"),
            ("TIME_WAIT", Topic::Word, "time-wait"),
            ("fin_wait_1", Topic::State, "FIN_WAIT1"),
            ("EAI_NONAME", Topic::Call, "getaddrinfo"),
            ("backlog", Topic::Word, "backlog"),
            ("全连接队列", Topic::Word, "accept-queue"),
            ("accept queue", Topic::Word, "accept-queue"),
            ("three-way handshake", Topic::Word, "handshake"),
            ("Three way  Handshake", Topic::Word, "handshake"),
            ("SOL_TCP", Topic::Option, "SOL_TCP"),
        ] {
            let found = library.explain(Lang::En, word);
            let main = found.first().unwrap_or_else(|| panic!("nothing explains {word}"));
            assert_eq!((main.topic, main.name.as_str()), (topic, name), "{word}");
        }
        assert!(library.explain(Lang::En, "frobnicate").is_empty());
        assert!(library.explain(Lang::En, "").is_empty() && library.explain(Lang::En, "../../etc/passwd").is_empty());
    }

    #[test]
    fn other_meanings_follow_in_order() {
        let library = Library::new(None);
        let explained = |word: &str| -> Vec<_> { library.explain(Lang::Zh, word).into_iter().map(|e| (e.topic, e.name)).collect() };
        assert_eq!(explained("TIME_WAIT"), [(Topic::Word, "time-wait".into()), (Topic::State, "TIME_WAIT".into())]);
        let stream = explained("stream");
        assert!(stream.contains(&(Topic::Family, "SOCK_STREAM".into())), "{stream:?}");
        assert_eq!(explained("close")[0], (Topic::Call, "close".into()));
        for word in library.words(Lang::Zh) {
            assert!((1..=MOST).contains(&explained(&word).len()), "{word}");
        }
    }

    #[test]
    fn every_field_that_inspect_shows_of_a_connection_is_explained() {
        let library = Library::new(None);
        for (field, ..) in crate::kernel::tcpinfo::TcpInfo::decode(&[0; 512]).fields {
            for lang in Lang::ALL {
                assert!(!library.explain(lang, field).is_empty(), "{field}: lessons/*/word/tcpi-fields.md does not name it");
            }
        }
    }

    #[test]
    fn slips_are_mended() {
        let library = Library::new(None);
        assert_eq!(library.suggest(Lang::En, "bnid").as_deref(), Some("bind"));
        assert_eq!(library.suggest(Lang::En, "ephemeral").as_deref(), Some("ephemeral-port"));
        assert_eq!(library.suggest(Lang::En, "reuseadr").as_deref(), Some("reuseaddr"));
        assert_eq!(library.suggest(Lang::En, "TIME_WAlT").map(|w| w.to_lowercase()), Some("time-wait".into()));
        assert_eq!(library.suggest(Lang::En, "zzzzzzzz"), None);
    }

    #[test]
    fn every_name_of_the_vocabulary_is_explained() {
        let library = Library::new(None);
        let rows = LEXICONS.iter().flat_map(|l| l.rows.iter());
        let names = rows.flat_map(|r| [r.name.to_string(), r.short.to_string()]);
        for name in names.chain(OPTIONS.iter().flat_map(|o| [o.name.to_string(), o.short()])) {
            assert!(!library.explain(Lang::En, &name).is_empty(), "{name}");
        }
    }
}

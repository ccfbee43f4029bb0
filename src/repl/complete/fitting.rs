//! What fits behind the words that are there, where a parameter alone cannot know it: the value of an option, the other ends' addresses,
//! the sockets that listen.

use super::Scene;
use crate::grammar::complete::matching;
use crate::grammar::{Candidate, Lexicon, Spec};
use crate::kernel::{Kind, net};
use crate::lesson::check;
use crate::vocabulary as voc;
use crate::vocabulary::errno::ERRNOS;
use crate::vocabulary::option::{self, Level, Opt, Shape};

/// The candidates that fit, or nothing where the command's own parameters know it all.
pub fn fitting(spec: &'static Spec, words: &[&str], prefix: &str, scene: &dyn Scene) -> Option<Vec<Candidate>> {
    let of = |list: &[&str]| Some(matching(prefix, list.iter().copied()));
    // The socket, if the first word names one: else the current one is meant.
    let named = words.first().is_some_and(|w| scene.find(w).is_some());
    let rest = &words[usize::from(named)..];
    let kind = if named { scene.kind(words[0]) } else { scene.current_name().and_then(|n| scene.kind(&n)) };
    match (spec.name, spec.sub) {
        ("getsockopt", _) => options(rest, prefix, kind, Opt::can_read).map(|o| names_too(o, named, words, prefix, scene)),
        ("setsockopt", _) => match options(rest, prefix, kind, Opt::can_set) {
            Some(found) => Some(names_too(found, named, words, prefix, scene)),
            None => Some(values(rest, prefix, kind)),
        },
        ("fcntl", _) if !rest.is_empty() => match rest[0].to_ascii_lowercase().as_str() {
            "setfl" | "f_setfl" => Some(flags(&voc::FILE_FLAGS, prefix, rest.len() == 1)),
            "setfd" | "f_setfd" => Some(flags(&voc::FD_FLAGS, prefix, rest.len() == 1)),
            _ => of(&[]),
        },
        ("ioctl", _) if !rest.is_empty() => {
            of(if rest.len() == 1 && rest[0].eq_ignore_ascii_case("fionbio") { &["1", "0"] } else { &[] })
        }
        ("poll" | "ppoll", _) if !prefix.contains(':') => {
            let listed = |n: &String| words.iter().any(|w| w.split(':').next() == Some(n));
            let free = scene.names().into_iter().filter(|n| !listed(n)).map(|n| format!("{n}:in"));
            let mut found = matching(prefix, free);
            if !words.is_empty() {
                found.extend(matching(prefix, TIMES));
            }
            Some(found)
        }
        ("select", _) => Some(sets(words, prefix, scene)),
        ("epoll", Some(sub)) => match (words.len(), sub) {
            (0, _) => Some(some_names(prefix, scene, |s| s.kind == Some(Kind::Epoll))),
            (1, "add" | "mod" | "del") => Some(some_names(prefix, scene, |s| s.kind != Some(Kind::Epoll))),
            _ => None,
        },
        ("accept", _) if words.is_empty() => {
            let mut found = some_names(prefix, scene, |s| s.listens);
            found.extend(matching(prefix, voc::TYPE_FLAGS.rows.iter().map(|r| r.short)));
            Some(found)
        }
        ("bind" | "connect", _) if rest.is_empty() => {
            let mut found = addresses(prefix, kind, scene, spec.name == "bind");
            if !named {
                found.splice(0..0, matching(prefix, scene.names()));
            }
            Some(found)
        }
        ("sendto", _) if !rest.is_empty() => {
            let mut found = addresses(prefix, kind, scene, false);
            found.extend(flags(&voc::MSG_FLAGS, prefix, false));
            Some(found)
        }
        ("who", _) if rest.is_empty() => Some(addresses(prefix, None, scene, false)),
        // Behind the option stands its file.
        ("show", _) if words.last().is_some_and(|w| ["--svg", "--html"].contains(w)) => Some(crate::grammar::kinds::paths(prefix)),
        ("until" | "assert", _) => Some(check::complete(words, prefix, scene)),
        ("explain", _) if words.len() == 1 && crate::call::command(words[0], None).is_some() => {
            Some(matching(prefix, ERRNOS.iter().map(|e| e.0)))
        }
        ("resolve", _) if words.is_empty() => of(&["localhost:http", "localhost:"]),
        ("set", _) => match words {
            [] => None,
            [setting] if setting.eq_ignore_ascii_case("explain") => of(&["full", "brief", "off"]),
            [setting] if setting.eq_ignore_ascii_case("code") => of(&["python", "off"]),
            [setting] if setting.eq_ignore_ascii_case("patience") => of(&["500ms", "2s", "10s"]),
            _ => of(&[]),
        },
        _ => None,
    }
}

const TIMES: [&str; 3] = ["500ms", "1s", "2s"];

/// One live socket, as far as it was seen.
pub struct Seen {
    pub kind: Option<Kind>,
    pub listens: bool,
}

/// Names of the sockets that fit; if none does, all: who wants to try the others may.
fn some_names(prefix: &str, scene: &dyn Scene, fits: impl Fn(&Seen) -> bool) -> Vec<Candidate> {
    let names = scene.names();
    let fit = names.iter().filter(|n| fits(&Seen { kind: scene.kind(n), listens: scene.listens(n) }));
    let found = matching(prefix, fit);
    if found.is_empty() { matching(prefix, names) } else { found }
}

fn names_too(mut found: Vec<Candidate>, named: bool, words: &[&str], prefix: &str, scene: &dyn Scene) -> Vec<Candidate> {
    if !named && words.is_empty() {
        found.splice(0..0, matching(prefix, scene.names()));
    }
    found
}

/// Flags of a closed list, also behind a `|`; `none` offers 0 as well.
fn flags(lexicon: &'static Lexicon, prefix: &str, none: bool) -> Vec<Candidate> {
    let (done, last) = prefix.rsplit_once('|').map_or((String::new(), prefix), |(d, l)| (format!("{d}|"), l));
    let full = last.chars().next().is_some_and(char::is_uppercase);
    let mut found = matching(last, lexicon.rows.iter().map(|r| if full { r.name } else { r.short }));
    found.dedup();
    found.iter_mut().for_each(|c| c.word = format!("{done}{}", c.word));
    if none {
        found.extend(matching(prefix, ["0"]));
    }
    found
}

/// Options of the socket's own levels; `None` behind the option's name.
fn options(rest: &[&str], prefix: &str, kind: Option<Kind>, can: impl Fn(&Opt) -> bool) -> Option<Vec<Candidate>> {
    // `SO_`, also in small letters, begins the full name.
    let full = prefix.chars().next().is_some_and(char::is_uppercase) || prefix.contains('_') && is_prefixed(prefix);
    let word = |o: &Opt| if full { o.name.to_string() } else { o.short() };
    let list = |of: &dyn Fn(&Opt) -> bool| {
        let mut found = matching(prefix, option::OPTIONS.iter().filter(|o| can(o) && of(o)).map(word));
        found.sort_by(|a, b| a.word.cmp(&b.word));
        found.dedup();
        found
    };
    match rest {
        [] => {
            let levels = match kind {
                Some(Kind::Socket { domain, kind, protocol }) => option::levels_of(domain, kind, protocol),
                _ => Level::ALL.to_vec(),
            };
            let own = list(&|o| levels.contains(&o.level));
            let mut found = if own.is_empty() { list(&|_| true) } else { own };
            if !prefix.is_empty() {
                let names = Level::ALL.iter().map(|l| if full { l.name() } else { l.short() });
                found.extend(matching(prefix, names).into_iter().filter(|c| !found.contains(c)).collect::<Vec<_>>());
            }
            Some(found)
        }
        [level] => {
            let level = Level::from_name(level).filter(|_| option::called(level).next().is_none())?;
            Some(list(&|o| o.level == level))
        }
        _ => None,
    }
}

fn is_prefixed(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    ["so_", "tcp_", "ip_", "ipv6_", "udp_", "mcast_"].iter().any(|p| lower.starts_with(p))
}

/// Values of the option that stands there.
fn values(rest: &[&str], prefix: &str, kind: Option<Kind>) -> Vec<Candidate> {
    let levelled = rest.len() > 1 && Level::from_name(rest[0]).is_some() && option::called(rest[1]).next().is_some();
    let rest = &rest[usize::from(levelled)..];
    let [name, behind @ ..] = rest else { return Vec::new() };
    let levels = match kind {
        Some(Kind::Socket { domain, kind, protocol }) => option::levels_of(domain, kind, protocol),
        _ => Vec::new(),
    };
    let own = levels.iter().find_map(|l| option::called(name).find(|o| o.level == *l));
    let Some(option) = own.or_else(|| option::called(name).next()) else { return Vec::new() };
    let interfaces = || matching(prefix, net::interfaces());
    let of = |list: &[&str]| matching(prefix, list.iter().copied());
    match (option.shape, behind) {
        (Shape::Flag, _) => Vec::new(),
        (Shape::Linger, []) => of(&["on 5", "off"]),
        (Shape::Linger, [on]) if on.eq_ignore_ascii_case("on") => of(&["5", "0"]),
        (Shape::Mreq | Shape::Mreq6 | Shape::GroupReq, [_]) => interfaces(),
        (Shape::MreqSource, [_]) => of(&["127.0.0.1"]),
        (_, [_, ..]) => Vec::new(),
        (Shape::Interface | Shape::InterfaceBe, _) => interfaces(),
        (Shape::Interface4, _) => {
            let mut found = interfaces();
            found.extend(of(&["127.0.0.1"]));
            found
        }
        (Shape::Text, _) if option.name == "SO_BINDTODEVICE" => interfaces(),
        (Shape::Text, _) if option.name == "TCP_CONGESTION" => matching(prefix, net::congestion_controls()),
        _ => of(usual(option)),
    }
}

/// Values a learner may want to try.
fn usual(option: &Opt) -> &'static [&'static str] {
    match option.shape {
        Shape::Bool => &["1", "0"],
        Shape::Time => &["500ms", "1s", "0"],
        Shape::PortRange => &["40000-40100"],
        Shape::Mreq | Shape::GroupReq => &["239.1.1.1"],
        Shape::Mreq6 => &["ff02::1"],
        Shape::MreqSource => &["232.1.1.1"],
        Shape::Bytes => &["hex:"],
        Shape::Text if option.name == "TCP_ULP" => &["tls"],
        Shape::Int | Shape::Unsigned | Shape::U64 => {
            let has = |parts: &[&str]| parts.iter().any(|p| option.name.contains(p));
            match () {
                () if has(&["BUF", "LOWAT", "CLAMP"]) => &["64K"],
                () if has(&["TTL", "HOPS"]) => &["64", "1"],
                () if has(&["KEEPIDLE", "KEEPINTVL"]) => &["60"],
                () if has(&["MAXSEG"]) => &["1000"],
                () => &["1", "0"],
            }
        }
        _ => &[],
    }
}

fn sets(words: &[&str], prefix: &str, scene: &dyn Scene) -> Vec<Candidate> {
    const SETS: [&str; 3] = ["read", "write", "except"];
    if words.last().is_some_and(|w| SETS.contains(w)) && words.len() % 2 == 1 {
        let (done, last) = prefix.rsplit_once(',').map_or((String::new(), prefix), |(d, l)| (format!("{d},"), l));
        let free = scene.names().into_iter().filter(|n| !done.split(',').any(|d| d == n));
        return matching(last, free).into_iter().map(|c| Candidate::new(format!("{done}{}", c.word))).collect();
    }
    let mut found = matching(prefix, SETS.iter().filter(|s| !words.contains(s)).copied());
    if !words.is_empty() {
        found.extend(matching(prefix, TIMES));
    }
    found
}

/// Addresses that fit the socket's family: those in use, and beginnings of others.
fn addresses(prefix: &str, kind: Option<Kind>, scene: &dyn Scene, own: bool) -> Vec<Candidate> {
    let family = match kind {
        Some(Kind::Socket { domain, .. }) => Some(domain),
        _ => None,
    };
    let unix = |address: &str| address.starts_with(['/', '.', '@']);
    let fits = |address: &str| match family {
        None => true,
        Some(libc::AF_UNIX) => unix(address),
        Some(libc::AF_INET6) => !unix(address) && !address.starts_with(|c: char| c.is_ascii_digit()),
        Some(_) => !unix(address) && !address.starts_with('['),
    };
    if prefix.starts_with('/') || prefix.starts_with("./") || prefix.starts_with("../") {
        return crate::grammar::kinds::paths(prefix);
    }
    let mut words: Vec<String> = Vec::new();
    if prefix.starts_with('{') {
        let all = scene.names().into_iter().flat_map(|n| ["local", "peer"].map(|f| format!("{{{n}.{f}}}")));
        return matching(prefix, all);
    }
    let usual: &[&str] = if own { &["127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "@demo", "./demo.sock"] } else { &[] };
    words.extend(usual.iter().map(ToString::to_string));
    if !own {
        words.extend(scene.addresses());
    }
    words.extend(["127.0.0.1:", "[::1]:", "localhost:"].map(str::to_string));
    words.retain(|w| fits(w));
    words.dedup();
    matching(prefix, words)
}

//! Lines in C or Python, and how to say them here. A guess at what was meant, offered as a hint; nothing is run.

pub mod program;

/// A language of learners' programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    C,
}

/// `s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)` → `s = socket AF_INET SOCK_STREAM`. `None` if it is neither C nor Python.
pub fn translate(line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches(';').trim();
    if line.starts_with("import ") || line.starts_with("from ") || line.starts_with("#include") {
        return Some("socket inet stream".into());
    }
    let open = line.find('(')?;
    let close = line.rfind(')')?;
    let (target, called) = match line[..open].split_once('=') {
        Some((name, called)) => (Some(name), called.trim()),
        None => (None, line[..open].trim()),
    };
    let called = called.trim_start_matches("await ").trim_start_matches("return ").trim();
    let word = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || c == '_');
    let (object, function) = match called.rsplit_once('.') {
        Some((object, function)) => (Some(object), function),
        None => (None, called),
    };
    if !word(function) || !object.is_none_or(|o| o.split('.').all(word)) || close < open {
        return None;
    }
    let mut args: Vec<String> = split(&line[open + 1..close]).iter().map(|a| argument(a)).filter(|a| !a.is_empty()).collect();
    let names = target.map(names).filter(|n| !n.is_empty());
    let function = match function {
        "accept4" => "accept",
        "getaddrinfo" => "resolve",
        "epoll" | "epoll_create1" => "epoll create",
        "setblocking" => "fcntl",
        f => f,
    };
    match (function, args.len()) {
        // socket.socket() without arguments is a TCP socket.
        ("socket", 0) => args = vec!["inet".into(), "stream".into()],
        ("socketpair", 0) => args = vec!["unix".into(), "stream".into()],
        ("socket" | "socketpair", _) => args.retain(|a| a != "0"),
        ("fcntl", 1) => args = vec!["setfl".into(), if args[0] == "0" || args[0] == "False" { "nonblock" } else { "0" }.into()],
        ("resolve", n) if n >= 2 => args = vec![format!("{}:{}", args[0], args[1].trim_matches('"'))],
        ("send" | "recv", 4) => drop(args.remove(if function == "send" { 2 } else { 1 })),
        ("bind" | "connect", 3) => args.truncate(2),
        ("accept", 3) => args.truncate(1),
        _ => {}
    }
    // A C call names its socket first; a Python one stands behind it.
    if let Some(object) = object.filter(|o| !matches!(*o, "socket" | "select" | "os")) {
        args.insert(0, object.to_string());
    }
    let mut here = String::new();
    if let Some(names) = names {
        here.push_str(&names);
        here.push_str(" = ");
    }
    here.push_str(function);
    for a in args {
        here.push(' ');
        here.push_str(&a);
    }
    Some(here)
}

/// `int fd`, `conn, addr`: the names that make sense here.
fn names(target: &str) -> String {
    let parts: Vec<&str> = target.split(',').map(|p| p.split_whitespace().last().unwrap_or("")).collect();
    let first = parts.first().copied().unwrap_or("").trim_start_matches('*');
    if parts.len() == 2 && !parts[1].contains("addr") && !parts[1].is_empty() && parts[1] != "_" {
        return format!("{first} {}", parts[1]);
    }
    first.to_string()
}

/// Arguments at the top level of the brackets.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quote) = (0, None);
    for c in text.chars() {
        match (c, quote) {
            (q @ ('"' | '\''), None) => quote = Some(q),
            (c, Some(q)) if c == q => quote = None,
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.into_iter().map(|p| p.trim().to_string()).collect()
}

fn argument(arg: &str) -> String {
    // ("127.0.0.1", 9000)
    if let Some(inner) = arg.strip_prefix('(').and_then(|a| a.strip_suffix(')')) {
        let parts = split(inner);
        if let [host, port] = parts.as_slice() {
            let host = host.trim_matches(['"', '\'']);
            return if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        }
        return argument(inner);
    }
    // b"hello", "hello"
    let bytes = arg.strip_prefix('b').filter(|a| a.starts_with(['"', '\''])).unwrap_or(arg);
    if bytes.starts_with(['"', '\'']) && bytes.len() >= 2 {
        let inner = &bytes[1..bytes.len() - 1];
        return if inner.starts_with('/') { inner.into() } else { format!("\"{}\"", inner.replace('"', "\\\"")) };
    }
    arg.trim_start_matches("socket.").trim_start_matches("select.").to_string()
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn c_and_python_are_understood() {
        let cases = [
            ("socket(AF_INET, SOCK_STREAM, 0)", "socket AF_INET SOCK_STREAM"),
            ("int fd = socket(AF_INET, SOCK_STREAM, 0);", "fd = socket AF_INET SOCK_STREAM"),
            ("s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)", "s = socket AF_INET SOCK_STREAM"),
            ("s.bind((\"127.0.0.1\", 9000))", "bind s 127.0.0.1:9000"),
            ("conn, addr = s.accept()", "conn = accept s"),
            ("a, b = socket.socketpair()", "a b = socketpair unix stream"),
            ("s.send(b\"hello\\r\\n\")", "send s \"hello\\r\\n\""),
            ("s.setblocking(False)", "fcntl s setfl nonblock"),
            ("close(fd);", "close fd"),
        ];
        for (foreign, here) in cases {
            assert_eq!(translate(foreign).as_deref(), Some(here));
        }
        assert_eq!(translate("frobnicate server"), None);
        assert_eq!(translate("))(("), None);
    }
}

//! strace's output, read: calls joined from their halves, arguments as values.

use std::collections::HashMap;

/// A value as strace writes it.
#[derive(Debug, Clone, PartialEq)]
pub enum V {
    /// A number, a constant, flags, a pointer.
    Atom(String),
    /// Bytes; whether strace cut them.
    Str(Vec<u8>, bool),
    List(Vec<V>),
    /// Fields; a value without a name has an empty one.
    Struct(Vec<(String, V)>),
    /// `htons(80)`.
    Func(String, Vec<V>),
    /// `[128 => 16]`: given, and as it was afterwards.
    Became(Box<V>, Box<V>),
}

impl V {
    /// A field of a struct, or of one inside it.
    pub fn field(&self, name: &str) -> Option<&V> {
        match self {
            V::Struct(fields) => {
                fields.iter().find(|f| f.0 == name).map(|f| &f.1).or_else(|| fields.iter().find_map(|f| f.1.field(name)))
            }
            V::List(list) if list.len() == 1 => list[0].field(name),
            _ => None,
        }
    }
}

/// One system call of one thread.
#[derive(Debug)]
pub struct Traced {
    pub name: String,
    pub args: Vec<V>,
    /// The number, or -1.
    pub result: i64,
    pub errno: Option<String>,
    /// What strace says behind the result, in brackets.
    pub note: String,
    pub line: String,
}

/// The calls of a run, by thread.
pub struct Record {
    pub main: u32,
    threads: HashMap<u32, Vec<Traced>>,
    names: HashMap<String, u32>,
}

impl Record {
    pub fn read(bytes: &[u8]) -> Record {
        let text = String::from_utf8_lossy(bytes);
        let mut record = Record { main: 0, threads: HashMap::new(), names: HashMap::new() };
        let mut halves: HashMap<u32, (usize, String)> = HashMap::new();
        // A call has the place where it began.
        let mut whole: Vec<(usize, u32, String)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let Some((pid, rest)) = line.split_once(char::is_whitespace) else { continue };
            let (Ok(pid), rest) = (pid.parse::<u32>(), rest.trim_start()) else { panic!("no line of strace: {line}") };
            if record.main == 0 {
                record.main = pid;
            }
            if rest.starts_with("---") || rest.starts_with("+++") {
                continue;
            }
            if let Some(head) = rest.strip_suffix("<unfinished ...>") {
                halves.insert(pid, (number, head.trim_end().to_string()));
            } else if rest.starts_with("<... ") {
                let (_, tail) = rest.split_once(" resumed>").unwrap_or_else(|| panic!("no resumed call: {line}"));
                let (number, head) = halves.remove(&pid).unwrap_or_else(|| panic!("resumed from nothing: {line}"));
                whole.push((number, pid, format!("{head}{tail}")));
            } else {
                whole.push((number, pid, rest.to_string()));
            }
        }
        whole.sort_by_key(|w| w.0);
        for (_, pid, line) in whole {
            let Some(call) = traced(&line) else { continue };
            let words = (call.name.as_str(), call.args.first(), call.args.get(1));
            if let ("prctl", Some(V::Atom(what)), Some(V::Str(name, _))) = words
                && what == "PR_SET_NAME"
            {
                record.names.insert(String::from_utf8_lossy(name).into_owned(), pid);
            }
            record.threads.entry(pid).or_default().push(call);
        }
        record
    }

    /// The thread of this name.
    pub fn named(&self, name: &str) -> u32 {
        *self.names.get(name).unwrap_or_else(|| panic!("no thread called itself {name:?}: {:?}", self.names))
    }

    pub fn of(&self, thread: u32) -> &[Traced] {
        self.threads.get(&thread).map_or(&[], Vec::as_slice)
    }
}

fn traced(line: &str) -> Option<Traced> {
    let (name, rest) = line.split_once('(')?;
    let mut reader = Reader { text: rest.as_bytes(), at: 0 };
    let args = reader.list(b')');
    let rest = rest.get(reader.at..)?.trim_start().strip_prefix('=')?.trim_start();
    let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let errno = rest.split(' ').next().filter(|w| w.starts_with('E') && w.len() > 1).map(str::to_string);
    let result = match number.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        // `?`: the call was interrupted, and might have been restarted.
        None => number.parse().unwrap_or(-1),
    };
    let note = rest.find('(').map_or("", |at| &rest[at..]).to_string();
    Some(Traced { name: name.into(), args, result, errno, note, line: line.into() })
}

/// The values in a note: `([{fd=5, revents=POLLIN}])`.
pub fn values(text: &str) -> Vec<V> {
    Reader { text: text.as_bytes(), at: 0 }.list(b')')
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self, what: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&what) {
            self.at += 1;
        }
        // A comment says a number in other words.
        if self.text[self.at..].starts_with(b"/*") {
            let end = self.text[self.at..].windows(2).position(|w| w == b"*/").map_or(self.text.len(), |n| self.at + n + 2);
            self.at = end;
            self.skip(what);
        }
    }

    /// Values up to a closing bracket, which is read too.
    fn list(&mut self, close: u8) -> Vec<V> {
        let mut all = Vec::new();
        loop {
            self.skip(|b| b == b' ' || b == b',');
            match self.peek() {
                None => return all,
                Some(b) if b == close => {
                    self.at += 1;
                    return all;
                }
                Some(_) => {
                    let from = self.at;
                    let value = self.value(close);
                    if self.at == from {
                        // Nothing that was foreseen: not read twice.
                        self.at += 1;
                    }
                    match (all.last_mut(), value) {
                        (Some(last), V::Atom(a)) if a == "=>" => {
                            self.skip(|b| b == b' ');
                            let after = self.value(close);
                            *last = V::Became(Box::new(last.clone()), Box::new(after));
                        }
                        (_, value) => all.push(value),
                    }
                }
            }
        }
    }

    fn value(&mut self, close: u8) -> V {
        match self.peek() {
            Some(b'"') => self.string(Vec::new()),
            Some(b'@') if self.text.get(self.at + 1) == Some(&b'"') => {
                self.at += 1;
                self.string(b"@".to_vec())
            }
            Some(b'[') => {
                self.at += 1;
                V::List(self.list(b']'))
            }
            Some(b'{') => {
                self.at += 1;
                V::Struct(self.fields())
            }
            _ => self.atom(close),
        }
    }

    fn fields(&mut self) -> Vec<(String, V)> {
        let mut all = Vec::new();
        loop {
            self.skip(|b| b == b' ' || b == b',');
            match self.peek() {
                None => return all,
                Some(b'}') => {
                    self.at += 1;
                    return all;
                }
                Some(_) => {
                    let rest = &self.text[self.at..];
                    let name = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'));
                    let named = name.filter(|n| rest.get(*n) == Some(&b'=') && rest.get(n + 1) != Some(&b'>'));
                    let name = named.map_or(String::new(), |n| String::from_utf8_lossy(&rest[..n]).into_owned());
                    self.at += named.map_or(0, |n| n + 1);
                    let from = self.at;
                    let value = self.value(b'}');
                    if self.at == from {
                        self.at += 1;
                    }
                    match (all.last_mut(), value) {
                        (Some((_, last)), V::Atom(a)) if a == "=>" => {
                            self.skip(|b| b == b' ');
                            let after = self.value(b'}');
                            *last = V::Became(Box::new(last.clone()), Box::new(after));
                        }
                        (_, value) => all.push((name, value)),
                    }
                }
            }
        }
    }

    fn atom(&mut self, close: u8) -> V {
        let from = self.at;
        while let Some(b) = self.peek() {
            match b {
                b'(' => {
                    let name = String::from_utf8_lossy(&self.text[from..self.at]).into_owned();
                    self.at += 1;
                    return V::Func(name, self.list(b')'));
                }
                b' ' | b',' => break,
                b if b == close || b"]})".contains(&b) => break,
                _ => self.at += 1,
            }
        }
        V::Atom(String::from_utf8_lossy(&self.text[from..self.at]).into_owned())
    }

    fn string(&mut self, mut bytes: Vec<u8>) -> V {
        self.at += 1;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'"' => break,
                b'\\' => self.escape(&mut bytes),
                b => bytes.push(b),
            }
        }
        let cut = self.text[self.at..].starts_with(b"...");
        self.at += if cut { 3 } else { 0 };
        V::Str(bytes, cut)
    }

    /// C's escapes: letters, and one to three octal digits.
    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(b) = self.peek() else { return };
        self.at += 1;
        let octal = |b: u8| (b'0'..=b'7').contains(&b);
        bytes.push(match b {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'v' => 11,
            b'f' => 12,
            b if octal(b) => {
                let mut n = u32::from(b - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|b| octal(*b)) else { break };
                    n = n * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                n as u8
            }
            b => b,
        });
    }
}

#[test]
fn lines_of_strace_are_read() {
    let text = r#"7  socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP <unfinished ...>
8  prctl(PR_SET_NAME, "job 1") = 0
7  <... socket resumed>) = 3
7  --- SIGPIPE {si_signo=SIGPIPE} ---
7  getsockname(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, [128 => 16]) = 0
8  recvfrom(4, "a\0\33x\"", 10, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
7  pselect6(6, [3 5], [4], NULL, {tv_sec=1, tv_nsec=0}, NULL) = 2 (in [5], out [4], left {tv_sec=0, tv_nsec=1})
"#;
    let record = Record::read(text.as_bytes());
    assert_eq!((record.main, record.named("job 1")), (7, 8));
    let calls = record.of(7);
    assert_eq!((calls[0].name.as_str(), calls[0].result, calls[0].args.len()), ("socket", 3, 3));
    let number = |n: &str| V::Atom(n.into());
    assert_eq!(calls[1].args[2], V::List(vec![V::Became(number("128").into(), number("16").into())]));
    assert_eq!(calls[1].args[1].field("sin_port"), Some(&V::Func("htons".into(), vec![number("80")])));
    assert_eq!(calls[2].args[1], V::List(vec![number("3"), number("5")]));
    let interrupted = &record.of(8)[1];
    assert_eq!(interrupted.args[1], V::Str(b"a\0\x1bx\"".to_vec(), false));
    assert_eq!((interrupted.result, interrupted.errno.as_deref()), (-1, Some("ERESTARTSYS")));
}

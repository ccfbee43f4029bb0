//! How the calls of both languages are written: how many arguments each takes, and which.

use super::{Step, Walker};
use crate::grammar::nearest::nearest;
use crate::session::foreign::Language;
use crate::session::foreign::program::tree::At;
use crate::text::Text;
use crate::text::messages::foreign as words;

/// The name, the fewest and the most arguments, and the form as it is shown.
type Form = (&'static str, usize, usize, &'static str);

/// Methods of a socket in Python.
const METHODS: &[Form] = &[
    ("bind", 1, 1, "bind((host, port))"),
    ("connect", 1, 1, "connect((host, port))"),
    ("connect_ex", 1, 1, "connect_ex((host, port))"),
    ("listen", 0, 1, "listen(backlog)"),
    ("accept", 0, 0, "accept()"),
    ("send", 1, 2, "send(data, flags)"),
    ("sendall", 1, 2, "sendall(data, flags)"),
    ("sendto", 2, 3, "sendto(data, flags, (host, port))"),
    ("recv", 1, 2, "recv(1024, flags)"),
    ("recvfrom", 1, 2, "recvfrom(1024, flags)"),
    ("shutdown", 1, 1, "shutdown(socket.SHUT_WR)"),
    ("setsockopt", 3, 4, "setsockopt(level, option, value)"),
    ("getsockopt", 2, 3, "getsockopt(level, option, size)"),
    ("setblocking", 1, 1, "setblocking(False)"),
    ("settimeout", 1, 1, "settimeout(seconds)"),
    ("getsockname", 0, 0, "getsockname()"),
    ("getpeername", 0, 0, "getpeername()"),
    ("dup", 0, 0, "dup()"),
    ("close", 0, 0, "close()"),
    ("fileno", 0, 0, "fileno()"),
];

/// Methods of a socket that have no line of ours; they are known by name all the same.
const OTHER_METHODS: &[&str] = &[
    "sendmsg",
    "sendfile",
    "recvmsg",
    "recv_into",
    "recvfrom_into",
    "recvmsg_into",
    "makefile",
    "detach",
    "ioctl",
    "gettimeout",
    "getblocking",
    "get_inheritable",
    "set_inheritable",
    "sendmsg_afalg",
    "share",
];

/// Functions of C.
const FUNCTIONS: &[Form] = &[
    ("socket", 3, 3, "socket(AF_INET, SOCK_STREAM, 0)"),
    ("socketpair", 4, 4, "socketpair(AF_UNIX, SOCK_STREAM, 0, sv)"),
    ("bind", 3, 3, "bind(fd, (struct sockaddr *)&addr, sizeof addr)"),
    ("connect", 3, 3, "connect(fd, (struct sockaddr *)&addr, sizeof addr)"),
    ("listen", 2, 2, "listen(fd, backlog)"),
    ("accept", 3, 3, "accept(fd, (struct sockaddr *)&addr, &len)"),
    ("accept4", 4, 4, "accept4(fd, (struct sockaddr *)&addr, &len, flags)"),
    ("send", 4, 4, "send(fd, buf, len, flags)"),
    ("recv", 4, 4, "recv(fd, buf, sizeof buf, flags)"),
    ("sendto", 6, 6, "sendto(fd, buf, len, flags, (struct sockaddr *)&addr, sizeof addr)"),
    ("recvfrom", 6, 6, "recvfrom(fd, buf, sizeof buf, flags, (struct sockaddr *)&addr, &len)"),
    ("read", 3, 3, "read(fd, buf, sizeof buf)"),
    ("write", 3, 3, "write(fd, buf, len)"),
    ("shutdown", 2, 2, "shutdown(fd, SHUT_WR)"),
    ("setsockopt", 5, 5, "setsockopt(fd, level, option, &value, sizeof value)"),
    ("getsockopt", 5, 5, "getsockopt(fd, level, option, &value, &len)"),
    ("getsockname", 3, 3, "getsockname(fd, (struct sockaddr *)&addr, &len)"),
    ("getpeername", 3, 3, "getpeername(fd, (struct sockaddr *)&addr, &len)"),
    ("fcntl", 2, 3, "fcntl(fd, F_SETFL, O_NONBLOCK)"),
    ("dup", 1, 1, "dup(fd)"),
    ("close", 1, 1, "close(fd)"),
];

/// Functions of Python's module `socket` that make no call on a socket, or are read beside these.
const MODULE: &[&str] = &[
    "socket",
    "socketpair",
    "create_connection",
    "create_server",
    "gethostbyname",
    "gethostbyaddr",
    "gethostname",
    "getfqdn",
    "getaddrinfo",
    "getnameinfo",
    "getservbyname",
    "getprotobyname",
    "inet_aton",
    "inet_ntoa",
    "inet_pton",
    "inet_ntop",
    "htons",
    "htonl",
    "ntohs",
    "ntohl",
    "if_nametoindex",
    "if_indextoname",
    "if_nameindex",
    "getdefaulttimeout",
    "setdefaulttimeout",
    "has_dualstack_ipv6",
    "fromfd",
    "SocketType",
    "CMSG_LEN",
    "CMSG_SPACE",
    "close",
    "error",
    "timeout",
    "gaierror",
    "herror",
];

/// Python's own functions; what ends in `Error` or `Exception` is one too.
const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "quit",
    "range",
    "raw_input",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "KeyboardInterrupt",
    "SystemExit",
    "__import__",
];

/// Waiting for one of several sockets, and what belongs to it, in both languages.
const WAITING: &[&str] = &[
    "select",
    "pselect",
    "poll",
    "ppoll",
    "epoll",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "kqueue",
    "DefaultSelector",
    "SelectSelector",
    "PollSelector",
    "EpollSelector",
    "FD_ISSET",
];

/// A method that a socket has in Python.
pub(super) fn is_method(name: &str) -> bool {
    METHODS.iter().any(|f| f.0 == name) || OTHER_METHODS.contains(&name)
}

/// A method that nothing but a socket has, as far as programs with sockets go.
pub(super) fn is_own_method(name: &str) -> bool {
    is_method(name) && !matches!(name, "close" | "fileno" | "detach" | "dup" | "share")
}

pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name) || name.ends_with("Error") || name.ends_with("Exception")
}

pub(super) fn is_waiting(name: &str) -> bool {
    WAITING.contains(&name)
}

pub(super) fn is_of_module(name: &str) -> bool {
    MODULE.contains(&name)
}

impl Walker<'_> {
    /// As many arguments as the call takes; one too many is pointed at itself.
    pub(super) fn counted(&self, of: &str, name: &str, args: &[At], at: At) -> Step<()> {
        let python = self.language == Language::Python;
        let Some(form) = if python { METHODS } else { FUNCTIONS }.iter().find(|f| f.0 == name) else { return Ok(()) };
        let shown = if python { format!("{of}.{}", form.3) } else { form.3.to_string() };
        if let Some(more) = args.get(form.2) {
            return Err(self.cannot(*more, words::foreign_too_many(shown)));
        }
        if args.len() >= form.1 {
            return Ok(());
        }
        Err(self.cannot(
            at,
            match name {
                "recv" | "recvfrom" if args.is_empty() && python => words::foreign_room(format!("{of}.{name}(1024)")),
                _ => words::foreign_too_few(name, shown),
            },
        ))
    }

    /// There is no such call: the nearest that is.
    pub(super) fn no_call(&self, name: &str, at: At) -> Text {
        let text = self.words(at);
        let near = match self.language {
            Language::Python => nearest(
                name,
                METHODS.iter().map(|f| f.0).chain(MODULE.iter().copied()).chain(self.functions.keys().map(String::as_str)),
            ),
            Language::C => nearest(name, FUNCTIONS.iter().map(|f| f.0).chain(self.functions.keys().map(String::as_str))),
        };
        match near {
            Some(near) if near != name => words::foreign_near_call(text, near),
            _ => words::foreign_call(text),
        }
    }
}

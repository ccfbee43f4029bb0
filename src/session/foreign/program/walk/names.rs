//! Functions and methods by what they have to do with sockets.

/// Functions and methods of both languages that say nothing to a socket.
const PLAIN: &[&str] = &[
    "print",
    "printf",
    "fprintf",
    "puts",
    "putchar",
    "fputs",
    "fwrite",
    "perror",
    "herror",
    "fflush",
    "setvbuf",
    "setbuf",
    "fclose",
    "sleep",
    "usleep",
    "nanosleep",
    "time",
    "ctime",
    "strftime",
    "srand",
    "seed",
    "signal",
    "sigaction",
    "sigemptyset",
    "waitpid",
    "wait",
    "free",
    "freeaddrinfo",
    "gai_strerror",
    "strerror",
    "syslog",
    "error",
    "flush",
    "info",
    "debug",
    "warning",
    "exception",
    "basicConfig",
    "join",
    "pthread_join",
    "pthread_detach",
    "pthread_exit",
    "setDaemon",
    "len",
    "str",
    "repr",
    "isinstance",
    "strlen",
    "inet_ntop",
    "inet_ntoa",
    "ntohs",
    "ntohl",
    "decode",
    "strip",
    "format",
    "assert",
    "input",
    "fgets",
    "bytes",
    "int",
    "FD_ZERO",
    "FD_SET",
    "FD_CLR",
];

/// Functions of C that make a call on a socket, or bring it about.
const CALLS: &[&str] = &[
    "socket",
    "socketpair",
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "send",
    "recv",
    "sendto",
    "recvfrom",
    "read",
    "write",
    "close",
    "shutdown",
    "setsockopt",
    "getsockopt",
    "getsockname",
    "getpeername",
    "fcntl",
    "unlink",
    "remove",
    "dup",
];

/// Others of both languages that make a call on a socket, or may.
const MORE: &[&str] = &[
    "connect_ex",
    "sendall",
    "sendmsg",
    "sendfile",
    "recvmsg",
    "recv_into",
    "setblocking",
    "settimeout",
    "ioctl",
    "select",
    "poll",
    "epoll_wait",
    "create_server",
    "create_connection",
    "makefile",
    "start",
    "start_new_thread",
    "pthread_create",
    "fork",
    "getaddrinfo",
];

/// It says nothing to a socket.
pub(super) fn is_plain(name: &str) -> bool {
    PLAIN.contains(&name)
}

/// A call on a socket, in C.
pub(super) fn is_c_call(name: &str) -> bool {
    CALLS.contains(&name)
}

/// It may say something to a socket.
pub(super) fn is_spoken(name: &str) -> bool {
    is_c_call(name) || MORE.contains(&name)
}

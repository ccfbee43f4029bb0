//! The frame of a C program: headers, the few functions it needs, main.

use super::{Writer, answer};
use crate::text::Text;
use crate::text::messages::code as words;
use crate::view::code::{indented, lacks};
use std::fmt::Write;

/// The program's whole text, from what was written of it.
pub fn whole(writer: Writer<'_>) -> String {
    let lines = writer.body.join("\n");
    let body = without_comments(&lines);
    let everything = without_comments(&format!("{body}\n{}", writer.jobs.join("\n")));
    let helpers = helpers(&writer, &everything);
    let constants = writer.constants();
    let text = without_comments(&format!("{helpers}\n{everything}\n{constants}"));
    let mut out = format!("/* {} */\n\n#define _GNU_SOURCE\n", writer.say(writer.remarks.title(writer.plan)));
    for (header, _) in HEADERS.iter().filter(|(_, words)| words.iter().any(|w| uses(&text, w))) {
        let _ = writeln!(out, "#include <{header}>");
    }
    for name in lacks::C.iter().filter(|n| uses(&text, n)) {
        let number = lacks::number(name).unwrap_or_default();
        let _ = write!(out, "\n#ifndef {name}\n#define {name} {number}\n#endif\n");
    }
    let _ = write!(out, "\n{constants}");
    if !constants.is_empty() {
        out.push('\n');
    }
    let _ = write!(out, "{helpers}");
    for global in &writer.globals {
        let _ = writeln!(out, "{global}");
    }
    if !writer.globals.is_empty() {
        out.push('\n');
    }
    let most = writer.plan.calls().filter(|_| uses(&body, "data")).map(answer::room).max().unwrap_or(0);
    if uses(&body, "data") {
        let _ = writeln!(out, "static char data[{}];\n", most.max(1));
    }
    if uses(&body, "sender") {
        out.push_str("static struct sockaddr_storage sender;\n\n");
    }
    for job in &writer.jobs {
        let _ = writeln!(out, "{job}");
    }
    let arguments = if uses(&body, "argv") { "int argc, char **argv" } else { "void" };
    let _ = writeln!(out, "int main({arguments})\n{{");
    if everything.contains("EPIPE") {
        let _ = writeln!(out, "    signal(SIGPIPE, SIG_IGN);");
    }
    if uses(&body, "give_up") {
        let _ = writeln!(out, "    sigaction(SIGUSR1, &(struct sigaction){{.sa_handler = woken}}, NULL);");
    }
    for line in lines.lines() {
        let _ = writeln!(out, "{}", indented(line));
    }
    let _ = write!(out, "    return 0;\n}}\n");
    out
}

/// What comments say is no use of a word.
fn without_comments(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once("/* ") {
        out.push_str(before);
        rest = behind.split_once("*/").map_or("", |c| c.1);
    }
    out + rest
}

/// Whether a word stands in the text as a word of its own.
fn uses(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && (word.ends_with(['_', '(']) || !text[at + word.len()..].starts_with(part)))
}

/// Headers with the words they are needed for; a word that ends in `_` is the beginning of many.
const HEADERS: &[(&str, &[&str])] = &[
    ("arpa/inet.h", &["inet_pton", "inet_ntop", "inet_addr", "htonl", "htons", "ntohs"]),
    ("errno.h", &["errno", "FAILS"]),
    ("fcntl.h", &["fcntl", "open", "O_RDONLY", "O_NONBLOCK"]),
    ("linux/sockios.h", &["SIOCOUTQ", "SIOCINQ"]),
    ("net/if.h", &["if_nametoindex"]),
    ("netdb.h", &["getaddrinfo"]),
    ("netinet/in.h", &["sockaddr_in", "sockaddr_in6", "IP_", "IPV6_", "IPPROTO_", "SOL_IP", "ip_mreqn", "ipv6_mreq", "MCAST_"]),
    ("netinet/tcp.h", &["TCP_", "SOL_TCP", "tcp_info"]),
    ("netinet/udp.h", &["UDP_", "SOL_UDP"]),
    ("poll.h", &["poll", "ppoll"]),
    ("pthread.h", &["pthread_t", "pthread_join", "start"]),
    ("signal.h", &["EPIPE", "give_up"]),
    ("stdarg.h", &["va_list"]),
    ("stddef.h", &["offsetof"]),
    ("stdio.h", &["fprintf", "printf", "FILE"]),
    ("stdlib.h", &["exit", "atoi"]),
    ("string.h", &["memcmp", "memcpy", "memset", "strcmp", "strlen", "strerror", "strncpy"]),
    ("sys/epoll.h", &["epoll_create1"]),
    ("sys/ioctl.h", &["ioctl"]),
    ("sys/mman.h", &["mmap"]),
    ("sys/select.h", &["select"]),
    ("sys/sendfile.h", &["sendfile"]),
    ("sys/socket.h", &["sockaddr", "AF_", "SOL_SOCKET"]),
    ("sys/stat.h", &["fstat"]),
    ("sys/time.h", &["timeval"]),
    ("sys/uio.h", &["iovec"]),
    ("sys/un.h", &["sockaddr_un"]),
    ("unistd.h", &["close", "read", "write", "dup", "unlink", "usleep", "getpid"]),
];

fn helpers(writer: &Writer<'_>, text: &str) -> String {
    let mut out = String::new();
    let doc = writer.say(words::code_same_doc());
    let ok = uses(text, "OK") || uses(text, "UNTIL");
    let _ = writeln!(out, "/* {doc} */");
    let _ = writeln!(
        out,
        "static void stop(int line, const char *call, const char *why)\n{{\n    fprintf(stderr, \"%d: %s: %s\\n\", line, call, why);\n    exit(1);\n}}\n"
    );
    if ok {
        out.push_str("static int ok(int line, const char *call, long got)\n{\n    if (got < 0)\n        stop(line, call, strerror(errno));\n    return (int)got;\n}\n\n");
    }
    if uses(text, "SAME") {
        out.push_str("static void same(int line, const char *call, long got, long wanted)\n{\n    if (got != wanted)\n        stop(line, call, got < 0 ? strerror(errno) : \"<<other>>\");\n}\n\n");
    }
    if uses(text, "FAILS") {
        out.push_str("static void fails(int line, const char *call, long got, int wanted)\n{\n    if (got >= 0 || errno != wanted)\n        stop(line, call, got < 0 ? strerror(errno) : \"<<no_failure>>\");\n}\n\n");
    }
    let mut macros = 0;
    let mut define = |name: &str, text: &str| {
        macros += 1;
        let _ = writeln!(out, "#define {name} {text}");
    };
    if ok {
        define("OK(call)", "ok(__LINE__, #call, call)");
    }
    if uses(text, "SAME") {
        define("SAME(call, wanted)", "same(__LINE__, #call, call, wanted)");
    }
    if uses(text, "FAILS") {
        define("FAILS(call, wanted)", "fails(__LINE__, #call, call, wanted)");
    }
    if macros > 0 {
        out.push('\n');
    }
    if uses(text, "UNTIL") {
        let doc = writer.say(words::code_until_doc());
        let _ = writeln!(
            out,
            "/* {doc} */\n#define UNTIL(so) \\\n    for (int tries = 0; !(so); tries++) {{ \\\n        if (tries == 10000) \\\n            stop(__LINE__, #so, \"<<never>>\"); \\\n        usleep(1000); \\\n    }}\n"
        );
    }
    // One that uses another stands behind it, so that reading from the end finds them all.
    let (mut needed, mut functions) = (text.to_string(), Vec::new());
    for (word, function) in FUNCTIONS.iter().rev() {
        if uses(&needed, word) {
            needed.push_str(function);
            let doc = match *word {
                "tell(" => format!("/* {} */\n", writer.say(words::code_turns_doc())),
                "turn(" => format!("/* {} */\n", writer.say(words::code_turn_doc())),
                _ => String::new(),
            };
            functions.push(format!("{doc}{function}\n"));
        }
    }
    out.extend(functions.into_iter().rev());
    if uses(text, "zeros") {
        let most = writer.plan.calls().map(zeros).max().unwrap_or(0);
        let _ = writeln!(out, "static char zeros[{}];\n", most.max(1));
    }
    if uses(text, "start") {
        let doc = writer.say(words::code_job_entered());
        let _ = writeln!(
            out,
            "static pthread_t start(void *(*body)(void *))\n{{\n    pthread_t thread;\n    if (pthread_create(&thread, NULL, body, NULL) != 0)\n        stop(__LINE__, \"pthread_create\", \"no thread\");\n    usleep(100000); /* {doc} */\n    return thread;\n}}\n"
        );
    }
    if uses(text, "give_up") {
        out.push_str("static void woken(int number)\n{\n    (void)number;\n}\n\nstatic void give_up(pthread_t thread)\n{\n    while (pthread_tryjoin_np(thread, NULL) == EBUSY) {\n        pthread_kill(thread, SIGUSR1);\n        usleep(20000);\n    }\n}\n\n");
    }
    SAID.iter().fold(out, |out, (key, text)| if out.contains(key) { out.replace(key, &writer.say(text())) } else { out })
}

fn zeros(made: &crate::view::code::plan::Made) -> u64 {
    use crate::call::{AnyCall, Data};
    use crate::grammar::Source;
    let of = |d: &Data| if matches!(d.source, Source::Zeros(_)) { d.len } else { 0 };
    match &*made.call {
        AnyCall::Send(c) => of(&c.buf),
        AnyCall::Sendto(c) => of(&c.buf),
        AnyCall::Write(c) => of(&c.buf),
        AnyCall::Sendmsg(c) => c.buffers.iter().map(of).max().unwrap_or(0),
        AnyCall::Writev(c) => c.buffers.iter().map(of).max().unwrap_or(0),
        AnyCall::Sendmmsg(c) => c.messages.iter().map(of).max().unwrap_or(0),
        _ => 0,
    }
}

type Said = (&'static str, fn() -> Text);

/// What functions say, by its key.
const SAID: &[Said] = &[
    ("<<other>>", words::code_other_answer),
    ("<<no_failure>>", words::code_no_failure),
    ("<<never>>", words::code_never_comes),
    ("<<untold>>", words::code_untold),
    ("<<port>>", words::code_port_place),
];

const FUNCTIONS: &[(&str, &str)] = &[
    (
        "ip4",
        "static struct sockaddr_in ip4(const char *host, int port)\n{\n    struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons(port)};\n    inet_pton(AF_INET, host, &made.sin_addr);\n    return made;\n}\n",
    ),
    (
        "ip6",
        "static struct sockaddr_in6 ip6(const char *host, int port, unsigned scope)\n{\n    struct sockaddr_in6 made = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = scope};\n    inet_pton(AF_INET6, host, &made.sin6_addr);\n    return made;\n}\n",
    ),
    (
        "un",
        "static struct sockaddr_un un(const char *path)\n{\n    struct sockaddr_un made = {.sun_family = AF_UNIX};\n    memcpy(made.sun_path, path, strlen(path) < sizeof made.sun_path ? strlen(path) : sizeof made.sun_path);\n    return made;\n}\n",
    ),
    (
        "un_abstract",
        "static struct sockaddr_un un_abstract(const char *name)\n{\n    struct sockaddr_un made = {.sun_family = AF_UNIX};\n    memcpy(made.sun_path + 1, name, strlen(name) < sizeof made.sun_path ? strlen(name) : sizeof made.sun_path - 1);\n    return made;\n}\n",
    ),
    (
        "port_of",
        "/* <<port>> */\nstatic int port_of(const void *address)\n{\n    return ntohs(((const struct sockaddr_in *)address)->sin_port);\n}\n",
    ),
    (
        "host_of",
        "static const char *host_of(const void *address)\n{\n    static char host[INET6_ADDRSTRLEN];\n    const struct sockaddr_in *v4 = address;\n    const struct sockaddr_in6 *v6 = address;\n    if (v4->sin_family == AF_INET)\n        return inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);\n    return inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);\n}\n",
    ),
    (
        "ready",
        "static int ready(int fd, short events)\n{\n    struct pollfd polled = {fd, events, 0};\n    return poll(&polled, 1, 0) == 1;\n}\n",
    ),
    (
        "amount",
        "static int amount(int fd, unsigned long request)\n{\n    int value = 0;\n    OK(ioctl(fd, request, &value));\n    return value;\n}\n",
    ),
    (
        "info",
        "static struct tcp_info info(int fd)\n{\n    struct tcp_info value = {0};\n    OK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &value, &(socklen_t){sizeof value}));\n    return value;\n}\n",
    ),
    (
        "tell(",
        "static void tell(const char *format, ...)\n{\n    FILE *file = fopen(\"turns\", \"a\");\n    if (file == NULL)\n        stop(__LINE__, \"fopen\", strerror(errno));\n    va_list words;\n    va_start(words, format);\n    vfprintf(file, format, words);\n    va_end(words);\n    fclose(file);\n}\n",
    ),
    (
        "told(",
        "static int told(const char *name, char *host)\n{\n    char line[256], who[128];\n    int port = -1;\n    FILE *file = fopen(\"turns\", \"r\");\n    while (file != NULL && port < 0 && fgets(line, sizeof line, file) != NULL)\n        if (sscanf(line, \"%127s %45s %d\", who, host, &port) != 3 || strcmp(who, name) != 0)\n            port = -1;\n    if (file != NULL)\n        fclose(file);\n    if (port < 0)\n        stop(__LINE__, name, \"<<untold>>\");\n    return port;\n}\n",
    ),
    (
        "told4(",
        "static struct sockaddr_in told4(const char *name)\n{\n    char host[INET6_ADDRSTRLEN];\n    int port = told(name, host);\n    return ip4(host, port);\n}\n",
    ),
    (
        "told6(",
        "static struct sockaddr_in6 told6(const char *name)\n{\n    char host[INET6_ADDRSTRLEN];\n    int port = told(name, host);\n    return ip6(host, port, 0);\n}\n",
    ),
    (
        "turn(",
        "static void turn(int number)\n{\n    for (int tries = 0; tries < 60000; tries++) {\n        char line[256];\n        int given = 0, found = 0;\n        FILE *file = fopen(\"turns\", \"r\");\n        while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)\n            found = sscanf(line, \"turn %d\", &given) == 1 && given == number;\n        if (file != NULL)\n            fclose(file);\n        if (found)\n            return;\n        usleep(1000);\n    }\n    stop(__LINE__, \"turn\", \"<<never>>\");\n}\n",
    ),
    (
        "events_of",
        "static unsigned events_of(const struct epoll_event *found, int count, int fd)\n{\n    for (int i = 0; i < count; i++)\n        if (found[i].data.fd == fd)\n            return found[i].events;\n    return 0;\n}\n",
    ),
    (
        "file_bytes",
        "static const char *file_bytes(const char *path)\n{\n    int fd = OK(open(path, O_RDONLY | O_CLOEXEC));\n    struct stat about;\n    OK(fstat(fd, &about));\n    const char *bytes = mmap(NULL, about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);\n    close(fd);\n    return bytes;\n}\n",
    ),
];

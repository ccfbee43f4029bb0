//! Why a line cannot become a call: said under the learner's own words.

crate::messages! {
    unknown_command(word)
        "no command is called `{word}`; `help` lists them"
        "没有叫 `{word}` 的命令；`help` 列出所有命令";
    no_command()
        "a command belongs here"
        "这里应该是一个命令";
    foreign_line(here)
        "this is C or Python; here you say `{here}`"
        "这是 C 或 Python 的写法；在这里请写 `{here}`";
    unknown_socket(word, alive)
        "no socket is named `{word}`; alive: {alive}"
        "没有叫 `{word}` 的套接字；现有：{alive}";
    socket_of_recording(name)
        "`{name}` is a socket of the recording that was loaded: it can be looked at, but no call can be made on it"
        "`{name}` 是载入的记录里的套接字：只能查看，不能对它做调用";
    unknown_socket_none(word)
        "no socket is named `{word}`; none is alive yet"
        "没有叫 `{word}` 的套接字；目前一个也没有";
    no_current_socket()
        "no socket is current: name one, or make one with `socket inet stream`"
        "没有当前套接字：请写出名字，或先用 `socket inet stream` 创建一个";
    name_taken(name)
        "`{name}` is alive; close it first, or choose another name"
        "`{name}` 还在使用；请先 close 它，或另取一个名字";
    name_reserved(name, job)
        "`{name}` is promised to job {job}"
        "`{name}` 已留给作业 {job}";
    bad_name(word)
        "`{word}` cannot be a name: letters, digits, `_` and `-`, and no digit first"
        "`{word}` 不能作名字：只用字母、数字、`_` 和 `-`，且不以数字开头";
    makes_no_socket(command)
        "`{command}` makes nothing that could be named"
        "`{command}` 不产生可以命名的东西";
    names_wanted(command, wanted, given)
        "`{command}` makes {wanted}, and {given} names are given"
        "`{command}` 会产生 {wanted} 个，却给了 {given} 个名字";
    cannot_be_job(command)
        "`{command}` is not a call that can wait, so it cannot be a job"
        "`{command}` 不是会等待的调用，不能放到后台";
    missing(what, command)
        "`{command}` needs {what}"
        "`{command}` 还需要{what}";
    too_much(word, command)
        "`{command}` takes nothing more here; `{word}` is left over"
        "`{command}` 到这里已经完整，多出了 `{word}`";
    not_one_of(word, what)
        "`{word}` is not {what}"
        "`{word}` 不是{what}";
    either(one, other)
        "{one} or {other}"
        "{one}或{other}";
    not_a_number(word)
        "`{word}` is not a whole number"
        "`{word}` 不是整数";
    number_range(word, low, high)
        "`{word}` is outside {low} to {high}"
        "`{word}` 超出了 {low} 到 {high} 的范围";
    not_a_size(word)
        "`{word}` is not a size: a number, or one with K, M or G (powers of 1,024)"
        "`{word}` 不是大小：应为数字，可带 K、M、G（1024 的幂）";
    single_quotes()
        "single quotes keep nothing together here; double quotes do: `\"two words\"`"
        "单引号在这里不起作用；要把几个词连在一起，请用双引号：`\"two words\"`";
    not_a_duration(word)
        "`{word}` is not a duration: `50ms`, `2s`, or a number of seconds"
        "`{word}` 不是时长：应为 `50ms`、`2s`，或秒数";
    not_an_address(word)
        "`{word}` is not an address: `127.0.0.1:9000`, `[::1]:9000`, `:9000`, `localhost:http`, `/tmp/x.sock`, `@name`"
        "`{word}` 不是地址：应为 `127.0.0.1:9000`、`[::1]:9000`、`:9000`、`localhost:http`、`/tmp/x.sock` 或 `@name`";
    port_missing(word)
        "`{word}` has no port: write `{word}:9000`"
        "`{word}` 缺少端口：请写成 `{word}:9000`";
    port_range(word)
        "a port is a number from 0 to 65535; `{word}` is not"
        "端口是 0 到 65535 的数字；`{word}` 不是";
    bare_ipv6(word)
        "an IPv6 address with a port is written in brackets: `[{word}]:9000`"
        "带端口的 IPv6 地址要加方括号：`[{word}]:9000`";
    path_too_long(length, most)
        "a unix path holds at most {most} bytes (sun_path); this one has {length}"
        "unix 路径最多 {most} 字节（sun_path）；这里有 {length} 字节";
    unknown_interface(word)
        "no network interface is called `{word}`"
        "没有叫 `{word}` 的网络接口";
    unclosed_quote()
        "this quote is never closed"
        "这个引号没有闭合";
    bad_escape(escape)
        "`{escape}` is no escape; there are `\\r \\n \\t \\0 \\\\ \\\" \\xNN \\u{…}`"
        "`{escape}` 不是转义；可用的有 `\\r \\n \\t \\0 \\\\ \\\" \\xNN \\u{…}`";
    bad_hex(word)
        "`{word}` is not hexadecimal: two digits for each byte, as in `hex:48656c`"
        "`{word}` 不是十六进制：每个字节两位，如 `hex:48656c`";
    not_utf8()
        "this word is not UTF-8 text"
        "这个词不是 UTF-8 文本";
    line_not_utf8()
        "the line is not UTF-8; bytes are written `\"\\xNN\"` or `hex:…`"
        "这一行不是 UTF-8；字节请写成 `\"\\xNN\"` 或 `hex:…`";
    nul_in_line()
        "a NUL byte stands in the line; data says it as `\"\\0\"`"
        "行里有 NUL 字节；数据里请写成 `\"\\0\"`";
    cannot_read_file(path, why)
        "`{path}` cannot be read: {why}"
        "无法读取 `{path}`：{why}";
    file_missing() "No such file or directory" "没有这个文件或目录";
    file_forbidden() "Permission denied" "没有权限";
    file_is_folder() "Is a directory" "这是一个目录";
    file_in_file() "Not a directory" "路径中有一段不是目录";
    file_links() "Too many levels of symbolic links" "符号链接的层数太多";
    file_name_long() "File name too long" "文件名太长";
    file_too_many() "Too many open files" "打开的文件太多";
    file_other(why) "{why}" "{why}";
    file_no_folder() "not a folder" "不是目录";
    output_lost() "standard output cannot be written" "无法写入标准输出";
    no_field(field)
        "`{field}` is no field; there are `local`, `peer`, `port`, `peer_port`, `fd`, `received`, `sender`"
        "没有 `{field}` 这个字段；可用的有 `local`、`peer`、`port`、`peer_port`、`fd`、`received`、`sender`";
    received_nothing(name)
        "`{name}` has received nothing yet"
        "`{name}` 还没有接收过数据";
    received_cut(name, len, kept)
        "`{name}` received {len} bytes, of which only the first {kept} are kept: they cannot be sent on whole"
        "`{name}` 接收了 {len} 字节，只保留了前 {kept} 字节，无法原样再发";
    received_unrecorded()
        "what is received is not kept under `--quiet`"
        "使用 `--quiet` 时不保留接收的数据";
    no_value(name, field)
        "`{name}` has no `{field}` now"
        "`{name}` 现在没有 `{field}`";
    elsewhere_sockets(word)
        "`{word}` is a program; here `sockets` lists what is open, and `who ADDRESS` says whose an address is"
        "`{word}` 是一个程序；这里用 `sockets` 列出打开的套接字，用 `who 地址` 查地址归谁";
    elsewhere_capture(word)
        "`{word}` is a program; in the lab `packets` shows every frame, and `save FILE.pcapng` writes them for it"
        "`{word}` 是一个程序；在实验室里 `packets` 显示每一帧，`save 文件.pcapng` 写出来给它看";
    elsewhere_strace(word)
        "`{word}` is a program; here every line shows its system call as strace would"
        "`{word}` 是一个程序；这里每一行都像 strace 那样显示系统调用";
    elsewhere_program(word, line)
        "`{word}` is a program, and a line here is a call; on a host of the lab a program is run by `on HOST run {line}`"
        "`{word}` 是一个程序，而这里每一行是一次调用；在实验室的主机上可以运行程序：`on 主机 run {line}`";
    elsewhere_clear()
        "Ctrl-L clears the screen"
        "清屏用 Ctrl-L";
    elsewhere_history()
        "the arrow keys and Ctrl-R bring earlier lines back; `save FILE.sock` writes the lines of this sitting"
        "用方向键和 Ctrl-R 找回以前的行；`save 文件.sock` 写出这次实操的各行";
    elsewhere_sleep()
        "wait for what is to happen, not for a time: `until CHECK 2s`, as in `until conn readable 2s`"
        "等的是事情发生，不是时间：`until 检查 2s`，例如 `until conn readable 2s`";
    elsewhere_jobs()
        "`jobs` lists the calls that wait, `cancel N` interrupts one"
        "`jobs` 列出在等待的调用，`cancel N` 打断其中一个";
    i_outside_repeat()
        "`{i}` counts the rounds of `repeat`, and this is not one"
        "`{i}` 是 `repeat` 的轮次，而这里不在 repeat 中";
    unknown_host(word, all)
        "no host is named `{word}`; there is {all}"
        "没有叫 `{word}` 的主机；现有 {all}";
    unknown_errno(word)
        "`{word}` is not the name of an errno"
        "`{word}` 不是错误码的名字";
    prefix_twice(word)
        "`{word}` stands twice"
        "`{word}` 重复了";
    unknown_option(word)
        "no socket option is called `{word}`"
        "没有叫 `{word}` 的套接字选项";
    option_not_set(option, why)
        "`{option}` cannot be set: {why}"
        "`{option}` 不能设置：{why}";
    option_not_read(option, why)
        "`{option}` cannot be read: {why}"
        "`{option}` 不能读取：{why}";
    bad_option_value(word, option, form)
        "`{word}` is no value for `{option}`: {form}"
        "`{word}` 不是 `{option}` 的值：{form}";
    fd_setsize(name, fd)
        "`{name}` is fd {fd}, and a `select` set (fd_set) holds only 0 to 1023 (FD_SETSIZE): poll has no such limit"
        "`{name}` 是描述符 {fd}，而 `select` 的集合（fd_set）只容得下 0 到 1023（FD_SETSIZE）：poll 没有这个限制";
    no_room(length, why)
        "no memory for {length} bytes: {why}"
        "分配不到 {length} 字节的内存：{why}";
    not_a_check(word)
        "`{word}` is no check here: `server is LISTEN`, `server has 1 waiting`, `conn readable`, …"
        "这里 `{word}` 不是检查：可写 `server is LISTEN`、`server has 1 waiting`、`conn readable` 等";
    not_a_job(word)
        "`{word}` is not the number of a job; `jobs` lists them"
        "`{word}` 不是作业的编号；`jobs` 列出所有作业";
    unknown_job(word)
        "there is no job {word}"
        "没有作业 {word}";
    unknown_word(word)
        "nothing here explains `{word}`"
        "这里没有关于 `{word}` 的解释";
    only_sockets(path)
        "`{path}` is not a socket, and sockscope removes nothing else"
        "`{path}` 不是套接字，sockscope 不删除别的文件";
    too_deep()
        "`repeat` stands inside too many others"
        "`repeat` 嵌套过深";
    line_too_long(length, most)
        "the line has {length} bytes; at most {most} are read"
        "这一行有 {length} 字节；最多读取 {most} 字节";
}

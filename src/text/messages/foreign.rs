//! A learner's own program in Python or C: what of it has no words here, and what is left out.

crate::messages! {
    foreign_branch(word) "`{word}` is not followed here: write the calls in it one after the other, in the order in which they happen" "`{word}` 在这里不会照着走：请把其中的调用按发生的先后一行行写出来";
    foreign_condition(text) "which way `{text}` goes is known only when the program runs: leave the way that you mean" "`{text}` 走哪边，程序运行时才知道：请只留下要走的那一边";
    foreign_loop() "how often this loop goes round is known only when the program runs: write the number, or leave one round" "这个循环走几轮，程序运行时才知道：请写明次数，或只留下一轮";
    foreign_rounds(rounds) "{rounds} rounds that are not all the same one call would be too many lines: write fewer" "{rounds} 轮循环，各轮又不是同一个调用，行数太多：请减少次数";
    foreign_long() "this goes on for too long to be said line by line" "这里太长，无法逐行写出来";
    foreign_recursion(name) "`{name}` calls itself, or functions call each other too deeply" "`{name}` 调用自己，或函数之间嵌套太深";
    foreign_variable(word) "what `{word}` is, only a run of the program can tell, or more computing than is done here: write the bytes or the value" "`{word}` 是什么，要运行程序才知道，或需要这里不做的计算：请写出具体的字节或值";
    foreign_text(word) "`{word}` is text, and Python sends bytes alone: write `b\"…\"`, or `.encode()` behind it" "`{word}` 是文本，Python 只能发送字节：请写成 `b\"…\"`，或在后面加 `.encode()`";
    foreign_value(word) "`{word}` has no form in a line of ours" "`{word}` 在这里没有对应的写法";
    foreign_argument(word) "`{word}` comes from the command line: write its value here" "`{word}` 来自命令行：请在这里写出它的值";
    foreign_typed(word) "`{word}` is typed while the program runs: write what would be typed" "`{word}` 要在程序运行时键入：请写出要键入的内容";
    foreign_name(name) "`{name}` was given no value before" "`{name}` 在此之前没有值";
    foreign_port(port) "{port} is no port: they go from 0 to 65535" "{port} 不是端口：端口是 0 到 65535";
    foreign_family() "whether an IPv4 or an IPv6 address comes first, getaddrinfo knows only when it runs: write `AF_INET` or `AF_INET6` in `ai_family`" "先得到 IPv4 还是 IPv6 地址，getaddrinfo 运行时才知道：请在 `ai_family` 里写 `AF_INET` 或 `AF_INET6`";
    foreign_large(bytes) "{bytes} bytes are too many for a line: send a file (`file:PATH`), or fewer" "{bytes} 字节太多，一行写不下：请发送文件（`file:PATH`），或减少字节";
    foreign_beyond(length, room) "{length} bytes are sent of a buffer that has room for {room}" "缓冲区只有 {room} 字节，却要发送 {length} 字节";
    foreign_part_received(length) "`{length}` bytes are sent of what was received, however many came: write the number that recv returned" "不管收到多少，都发送 `{length}` 字节：请改用 recv 返回的字节数";
    foreign_closed(socket) "`{socket}` is closed here" "`{socket}` 在这里已经关闭";
    foreign_thread() "two threads that wait for each other have no order that could be written down: put each side into a file of its own" "互相等待的两个线程没有可以写下来的先后次序：请把两边各放进一个文件";
    foreign_child_goes_on() "behind the fork the child goes on as its parent does: that is two programs, and here is one" "fork 之后子进程和父进程走同样的路：那是两个程序，这里只有一个";
    foreign_call(text) "there is no call of ours for `{text}`" "`{text}` 在这里没有对应的调用";
    foreign_unread(text) "`{text}` is not understood here" "`{text}` 在这里读不懂";
    foreign_unread_end() "something is missing here: a bracket, a quote, or a block" "这里缺了什么：括号、引号或代码块";

    foreign_endless(lines) "lines {lines}: a loop without end; said once, and again for each round" "第 {lines} 行：没有尽头的循环；写一遍，每一轮都是这些";
    foreign_until_end(lines) "lines {lines}: a loop that goes on until it is left, as when the peer has closed; said once" "第 {lines} 行：循环一直走到跳出为止，例如对端关闭；写一遍";
    foreign_ended(lines) "left out: line {lines}, for when the peer has closed" "略去：第 {lines} 行，对端关闭时才走到";
    foreign_guard(lines) "left out: line {lines}, for other words on the command line" "略去：第 {lines} 行，命令行参数不对时才走到";
    foreign_path_guard(lines) "left out: line {lines}, for a path that is there already (`unlink PATH` removes it)" "略去：第 {lines} 行，路径已经存在时才走到（`unlink PATH` 可删除它）";
    foreign_unreached(lines) "line {lines}: never reached" "第 {lines} 行：走不到";
    foreign_child(line) "line {line}: fork; first what the child does" "第 {line} 行：fork；先是子进程所做的";
    foreign_child_closes(line, socket) "line {line}: the child closes its copy of `{socket}`; the socket stays, for the parent has it too" "第 {line} 行：子进程关闭自己那份 `{socket}`；套接字还在，父进程也持有它";
    foreign_parent() "now what the parent does" "接下来是父进程所做的";
    foreign_thread_here(line) "line {line}: a thread of its own does this, beside the rest; here it is done first" "第 {line} 行：这些由另一个线程同时做；这里先做完";
    foreign_settimeout(line) "left out: line {line}; settimeout is Python's own, it waits with poll(2): here --timeout, and at the prompt patience, end a call" "略去：第 {line} 行；settimeout 是 Python 自己的，用 poll(2) 等待：这里由 --timeout（提示符下是 patience）结束调用";
    foreign_each_address(line, host) "line {line}: create_connection tries every address of `{host}` in turn, IPv6 too; here it is IPv4 alone" "第 {line} 行：create_connection 会依次尝试 `{host}` 的每个地址，包括 IPv6；这里只用 IPv4";
    foreign_htons(line, given, read) "line {line}: without htons, {given} is port {read} to the kernel" "第 {line} 行：没有 htons，{given} 在内核看来是端口 {read}";
    foreign_open_at_end(sockets) "still open where the program ends; the kernel closes them with it: {sockets}" "程序结束时还开着，由内核随之关闭：{sockets}";
    foreign_errors_left(lines) "left out: what is done where a call fails (line {lines}); a line that fails here shows its errno" "略去：调用失败时的处理（第 {lines} 行）；这里某行失败会显示 errno";
    foreign_plain_left(list) "left out, since no socket hears of it: {list}" "略去，与套接字无关：{list}";

    foreign_line_of(path, line, why) "`{path}`, line {line}: {why}" "`{path}` 第 {line} 行：{why}";
    foreign_says(path, lines) "`{path}` says, in lines of ours ({lines}); `load {path} run` runs them:" "`{path}` 用这里的写法是（{lines} 行），`load {path} run` 运行它们：";
    foreign_shown(line) "`{line}`" "`{line}`";
    foreign_runs(path, lines) "`{path}` is run as lines of ours ({lines})" "把 `{path}` 当作这里的 {lines} 行来运行";
    foreign_nothing(path) "`{path}` makes no call on a socket" "`{path}` 没有对套接字做任何调用";
    foreign_waits(path, line) "`{path}`, line {line} still waits, as a job; the lines behind it are not run" "`{path}` 第 {line} 行还在等待，成了作业；它后面的行没有运行";
}

//! Checks of `until`, `assert` and lessons: what is wanted, and what is seen instead.

crate::messages! {
    what_check_verb() "`is`, `has`, `option`, `readable` or `writable`" "`is`、`has`、`option`、`readable` 或 `writable`";
    what_condition()
        "a state as `LISTEN`, or `bound`, `connected`, `listening`, `blocking`, `nonblock`, `open`, `closed`, `readable`, `writable`"
        "状态（如 `LISTEN`），或 `bound`、`connected`、`listening`、`blocking`、`nonblock`、`open`、`closed`、`readable`、`writable`";
    what_amount()
        "an amount: `1 waiting`, `5 bytes`, `0 unacked`, `at least 1 waiting`, `a datagram`"
        "数量：`1 waiting`、`5 bytes`、`0 unacked`、`at least 1 waiting` 或 `a datagram`";
    what_peer() "an address, or a socket's name" "地址，或套接字的名字";
    what_is() "`is` and a value" "`is` 和一个值";
    what_outcome()
        "`succeeds`, `fails`, `returns`, `gets`, `waits` or `used`"
        "`succeeds`、`fails`、`returns`、`gets`、`waits` 或 `used`";
    what_state() "a state, as `TIME_WAIT`" "状态，如 `TIME_WAIT`";
    what_socket_kind() "a family and a type, as in `an inet stream socket`" "协议族和类型，如 `an inet stream socket`";
    call_or(one, more) "{one}` or `{more}" "{one}` 或 `{more}";
    no_answer_noted(call)
        "an answer of `{call}` is noted at no socket that could be asked later; ask for the socket itself"
        "`{call}` 的结果不记在任何可供查询的套接字上；请直接检查套接字本身";
    clears_when_read(option)
        "reading `{option}` clears it, so no check reads it; only `getsockopt` does"
        "`{option}` 一读就清除，所以检查不读它；只有 `getsockopt` 会读";

    count_exact(n) "{n}" " {n} ";
    count_least(n) "at least {n}" "至少 {n} ";
    count_most(n) "at most {n}" "至多 {n} ";

    goal_state(name, state) "`{name}` is in the state `{state}`" "`{name}` 处于 `{state}` 状态";
    goal_not_state(name, state) "`{name}` is not in the state `{state}`" "`{name}` 不处于 `{state}` 状态";
    goal_bound(name) "`{name}` has an address of its own" "`{name}` 有自己的地址";
    goal_not_bound(name) "`{name}` has no address of its own" "`{name}` 没有自己的地址";
    goal_bound_to(name, address) "`{name}` is bound to `{address}`" "`{name}` 绑定在 `{address}`";
    goal_not_bound_to(name, address) "`{name}` is not bound to `{address}`" "`{name}` 没有绑定在 `{address}`";
    goal_connected(name) "`{name}` has a peer" "`{name}` 有对端";
    goal_not_connected(name) "`{name}` has no peer" "`{name}` 没有对端";
    goal_connected_to(name, peer) "`{name}` is connected to `{peer}`" "`{name}` 连着 `{peer}`";
    goal_not_connected_to(name, peer) "`{name}` is not connected to `{peer}`" "`{name}` 没有连着 `{peer}`";
    goal_bound_port(name, port) "`{name}` is bound to the port `{port}`" "`{name}` 绑定在端口 `{port}`";
    goal_not_bound_port(name, port) "`{name}` is not bound to the port `{port}`" "`{name}` 没有绑定在端口 `{port}`";
    goal_bound_path(name) "`{name}` is bound to a path" "`{name}` 绑定在一个路径上";
    goal_not_bound_path(name) "`{name}` is not bound to a path" "`{name}` 没有绑定在路径上";
    goal_bound_abstract(name) "`{name}` is bound to an abstract name" "`{name}` 绑定在一个抽象名字上";
    goal_not_bound_abstract(name) "`{name}` is not bound to an abstract name" "`{name}` 没有绑定在抽象名字上";
    goal_socket(name, words) "`{name}` is a socket: `{words}`" "`{name}` 是 `{words}` 套接字";
    goal_not_socket(name, words) "`{name}` is not a socket of the kind `{words}`" "`{name}` 不是 `{words}` 套接字";
    goal_same(name, other) "`{name}` and `{other}` are one open socket" "`{name}` 和 `{other}` 是同一个打开的套接字";
    goal_not_same(name, other) "`{name}` and `{other}` are two sockets" "`{name}` 和 `{other}` 是两个套接字";
    goal_port(name, state) "the kernel has `{state}` at the port of `{name}`" "内核在 `{name}` 的端口上留有 `{state}`";
    goal_not_port(name, state) "the kernel has no `{state}` at the port of `{name}`" "内核在 `{name}` 的端口上没有 `{state}`";
    goal_used(command) "`{command}` was used" "用过 `{command}`";
    goal_finds(address) "`who` finds a socket at `{address}`" "`who` 在 `{address}` 找到套接字";
    goal_used_on(command, name) "`{command}` was used on `{name}`" "对 `{name}` 用过 `{command}`";
    goal_waits(call) "a call of `{call}` is waiting" "有一个 `{call}` 调用在等待";
    goal_waits_on(call, name) "a call of `{call}` is waiting on `{name}`" "有一个 `{call}` 调用在 `{name}` 上等待";
    goal_returns(call, count) "`{call}` returns {count}" "`{call}` 返回{count}";
    goal_returns_on(call, count, name) "`{call}` on `{name}` returns {count}" "对 `{name}` 的 `{call}` 返回{count}";
    goal_gets(call, data) "one `{call}` gets `{data}`" "一次 `{call}` 收到 `{data}`";
    goal_gets_on(call, data, name) "one `{call}` on `{name}` gets `{data}`" "对 `{name}` 的一次 `{call}` 收到 `{data}`";
    goal_blocking(name) "`{name}` is blocking" "`{name}` 是阻塞的";
    goal_nonblock(name) "`{name}` is non-blocking" "`{name}` 是非阻塞的";
    goal_open(name) "`{name}` is open" "`{name}` 是打开的";
    goal_closed(name) "`{name}` is closed" "`{name}` 已关闭";
    goal_ready(name, event) "poll reports `{event}` for `{name}`" "poll 对 `{name}` 报告 `{event}`";
    goal_not_ready(name, event) "poll does not report `{event}` for `{name}`" "poll 对 `{name}` 不报告 `{event}`";
    goal_waiting(name, count) "{count} waiting in the accept queue of `{name}`" "`{name}` 的全连接队列里有{count}条连接等待";
    goal_bytes(name, count) "{count} bytes for `{name}` to receive" "`{name}` 有{count}字节可接收";
    goal_unacked(name, count) "{count} bytes in the send queue of `{name}`" "`{name}` 的发送队列里有{count}字节";
    goal_datagram(name) "a datagram waits at `{name}`" "`{name}` 有数据报可接收";
    goal_no_datagram(name) "no datagram waits at `{name}`" "`{name}` 没有数据报可接收";
    goal_option(name, option, value) "`{option}` of `{name}` is `{value}`" "`{name}` 的 `{option}` 为 `{value}`";
    goal_not_option(name, option, value) "`{option}` of `{name}` is not `{value}`" "`{name}` 的 `{option}` 不为 `{value}`";
    goal_succeeds(call) "`{call}` succeeds" "`{call}` 成功";
    goal_succeeds_on(call, name) "`{call}` succeeds on `{name}`" "对 `{name}` 的 `{call}` 成功";
    goal_fails(call) "`{call}` fails" "`{call}` 失败";
    goal_fails_on(call, name) "`{call}` fails on `{name}`" "对 `{name}` 的 `{call}` 失败";
    goal_fails_with(call, errno) "`{call}` fails with `{errno}`" "`{call}` 因 `{errno}` 失败";
    goal_fails_with_on(call, errno, name) "`{call}` fails with `{errno}` on `{name}`" "对 `{name}` 的 `{call}` 因 `{errno}` 失败";

    seen_no_socket(name) "no socket is named `{name}`" "没有叫 `{name}` 的套接字";
    seen_no_socket_near(name, near) "no socket is named `{name}`; there is `{near}`" "没有叫 `{name}` 的套接字；有一个叫 `{near}`";
    seen_no_role(name) "no socket of yours plays `{name}` yet" "你的套接字里还没有担任 `{name}` 的";
    seen_kept(name, job) "`{name}` is closed; the waiting call of job {job} keeps it alive" "`{name}` 已关闭；作业 {job} 里等待的调用让它还活着";
    seen_open(name) "`{name}` is open" "`{name}` 是打开的";
    seen_state(name, state) "`{name}` is `{state}`" "`{name}` 是 `{state}`";
    seen_no_state(name) "`{name}` has no state" "`{name}` 没有状态";
    seen_unbound(name) "`{name}` has no address of its own" "`{name}` 没有自己的地址";
    seen_bound(name, address) "`{name}` is bound to `{address}`" "`{name}` 绑定在 `{address}`";
    seen_no_peer(name) "`{name}` has no peer" "`{name}` 没有对端";
    seen_peer(name, address) "the peer of `{name}` is `{address}`" "`{name}` 的对端是 `{address}`";
    seen_peer_unnamed(name) "`{name}` has a peer without an address" "`{name}` 有对端，对端没有地址";
    seen_blocking(name) "`{name}` is blocking" "`{name}` 是阻塞的";
    seen_nonblock(name) "`{name}` is non-blocking" "`{name}` 是非阻塞的";
    seen_events(name, events) "poll reports `{events}` for `{name}`" "poll 对 `{name}` 报告 `{events}`";
    seen_no_events(name, event) "poll, asked for `{event}`, reports nothing for `{name}`" "向 poll 询问 `{event}`，它对 `{name}` 没有报告任何事件";
    seen_waiting(name, n) "{n} waiting in the accept queue of `{name}`" "`{name}` 的全连接队列里有 {n} 条连接等待";
    seen_not_listening(name) "`{name}` does not listen" "`{name}` 没有在监听";
    seen_bytes(name, n) "{n} bytes for `{name}` to receive" "`{name}` 有 {n} 字节可接收";
    seen_next_datagram(name, n) "the next datagram of `{name}` has {n} bytes" "`{name}` 的下一个数据报有 {n} 字节";
    seen_no_datagram(name) "no datagram waits at `{name}`" "`{name}` 没有数据报可接收";
    seen_not_datagrams(name) "`{name}` does not receive datagrams" "`{name}` 不接收数据报";
    seen_no_queue(name) "`{name}` has no such queue now" "`{name}` 现在没有这个队列";
    seen_unacked(name, n) "{n} bytes of `{name}` are not yet acknowledged" "`{name}` 有 {n} 字节尚未得到确认";
    seen_send_memory(name, n) "the send queue of `{name}` takes {n} bytes of kernel memory" "`{name}` 的发送队列占内核内存 {n} 字节";
    seen_option(name, option, value) "`{option}` of `{name}` is `{value}`" "`{name}` 的 `{option}` 为 `{value}`";
    seen_option_failed(name, option, errno) "reading `{option}` of `{name}` failed with `{errno}`" "读取 `{name}` 的 `{option}` 失败：`{errno}`";
    seen_no_option(name, option) "`{option}` of `{name}` cannot be read" "`{name}` 的 `{option}` 无法读取";
    seen_succeeded(call) "the last `{call}` succeeded" "最近一次 `{call}` 成功了";
    seen_failed(call, errno) "the last `{call}` failed with `{errno}`" "最近一次 `{call}` 因 `{errno}` 失败";
    seen_returned(call, value) "the last `{call}` returned `{value}`" "最近一次 `{call}` 返回了 `{value}`";
    seen_got(call, data) "the last `{call}` got `{data}`" "最近一次 `{call}` 收到了 `{data}`";
    seen_answers(call, answers) "answers of `{call}`: {answers}" "`{call}` 的结果：{answers}";
    seen_no_answer(call) "no `{call}` has returned yet" "还没有 `{call}` 返回过";
    seen_socket(name, words) "`{name}` is `{words}`" "`{name}` 是 `{words}`";
    seen_no_socket_at_all(name) "`{name}` is no socket" "`{name}` 不是套接字";
    seen_same(name, other) "`{name}` and `{other}` are one open socket" "`{name}` 和 `{other}` 是同一个打开的套接字";
    seen_not_same(name, other) "`{name}` and `{other}` are two sockets" "`{name}` 和 `{other}` 是两个套接字";
    seen_port(port, states) "the kernel has at port {port}: {states}" "内核在端口 {port} 上有：{states}";
    seen_port_free(port) "the kernel has nothing of TCP at port {port}" "内核在端口 {port} 上没有任何 TCP 条目";
    seen_no_port(name) "`{name}` has no port that is known" "不知道 `{name}` 的端口";
    seen_used(command) "`{command}` was used" "用过 `{command}`";
    seen_not_used(command) "`{command}` was not used yet" "还没有用过 `{command}`";
    seen_found(address) "`who` found a socket at `{address}`" "`who` 在 `{address}` 找到了套接字";
    seen_found_nobody(address) "`who` found no socket at `{address}`" "`who` 在 `{address}` 没有找到套接字";
    seen_not_asked() "`who` was not asked yet" "还没有用 `who` 问过";
    seen_no_command(command) "there is no command `{command}`" "没有 `{command}` 这个命令";
    seen_waits(call) "a call of `{call}` is waiting" "有一个 `{call}` 调用在等待";
    seen_waits_not(call) "no call of `{call}` is waiting" "没有 `{call}` 调用在等待";
    seen_no_answer_on(call, name) "no `{call}` on `{name}` has returned yet" "`{name}` 上还没有 `{call}` 返回过";
}

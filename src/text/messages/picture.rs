//! What pictures say: titles, labels, legends, and the words for who cannot see them.

crate::messages! {
    sum_show() "draws a picture of the sitting" "把本次会话画成图";
    sum_watch() "keeps a picture on the screen and draws it anew as things happen" "把一幅图留在屏幕上，有变化就重画";
    what_view() "a view: `ladder`, `state`, `buffers`, `timeline`, `topology`" "视图：`ladder`、`state`、`buffers`、`timeline`、`topology`";
    what_shown() "a socket of this sitting" "本次会话的一个套接字";
    what_svg() "`--svg` and the name of a file" "`--svg` 和文件名";
    what_html() "`--html` and the name of a file" "`--html` 和文件名";

    drawn_to(file) "written: `{file}`" "已写入 `{file}`";
    folder_is_missing(folder) "there is no folder `{folder}`" "没有 `{folder}` 这个文件夹";
    nothing_yet() "nothing to draw yet: no call was made in this sitting" "还没有可画的：本次会话还没有调用";
    nothing_recorded() "nothing was recorded that could be drawn: `--quiet` keeps no log when the lines come piece by piece" "没有记录可画：行是逐段读入的，`--quiet` 时不留日志";
    never_was(name) "no socket of this sitting is or was called `{name}`" "本次会话里没有、也没有过叫 `{name}` 的套接字";
    never_was_near(name, near) "no socket of this sitting is or was called `{name}`; did you mean `{near}`?" "本次会话里没有、也没有过叫 `{name}` 的套接字；是不是 `{near}`？";
    which_socket() "which socket? `show state NAME`" "哪个套接字？`show state 名字`";
    not_tcp(name, kind) "`{name}` is {kind}: the state machine is TCP's, and only a TCP socket has a path in it" "`{name}` 是 {kind}：这是 TCP 的状态机，只有 TCP 套接字在其中有路径";
    no_queues_closed(name) "{name} is closed: it holds no bytes any more" "{name} 已关闭：不再存放数据";
    no_queues() "no socket is alive that could hold bytes: make a connection first" "没有能存放数据的套接字：先建立连接";
    missing_file(option) "the name of a file behind `{option}`" "`{option}` 后面的文件名";
    watching(view) "`{view}` is drawn anew whenever something happens; Ctrl-C on an empty line ends it" "`{view}` 会随变化重画；在空行上按 Ctrl-C 结束";
    rows_left_out(n) "… rows left out, for want of room: {n}" "… 屏幕不够高，省略 {n} 行";
    watch_over() "the picture is not drawn anew any more" "不再重画这幅图";

    title_ladder(sockets, calls) "Ladder · sockets: {sockets} · calls: {calls}" "时序图 · 套接字 {sockets} 个 · 调用 {calls} 次";
    title_state(name) "TCP states of {name}" "{name} 的 TCP 状态";
    title_buffers() "Buffers" "缓冲区";
    title_timeline(calls) "Timeline · calls: {calls}" "时间线 · 调用 {calls} 次";
    title_timeline_programs(calls, programs) "Timeline · calls: {calls} · programs: {programs}" "时间线 · 调用 {calls} 次 · 程序 {programs} 个";

    program_runs() "runs" "运行中";
    program_exited(status) "exit {status}" "退出码 {status}";
    program_killed(signal) "signal {signal}" "信号 {signal}";
    program_job(job) "job {job}" "作业 {job}";
    programs_before(n) "{n} more that have ended" "另有 {n} 个已结束";
    waits() "waits" "等待中";
    still_waits() "still waits" "仍在等待";
    has_arrived(n) "{n} B" "{n} 字节";
    end_of_stream() "end" "结束";
    fin() "FIN" "FIN";
    legend_marks() "● call · ○ an answer (EAGAIN, EINPROGRESS, EINTR) · ✗ failed · ┃ the call stands still" "● 调用 · ○ 只是回答（EAGAIN、EINPROGRESS、EINTR） · ✗ 失败 · ┃ 调用停在那里";
    legend_deduced()
        "Dashed arrows are concluded, not watched: a call succeeded at one end, and the addresses of the two ends match. No packet was seen."
        "虚线箭头是推断，不是观察：一端的调用成功了，而两端的地址相符。没有看到数据包。";
    legend_wire()
        "Solid arrows: frames that the wire saw, and what accept made; ○ held, ✗ dropped half way. Dashed ones are concluded: both ends are on one host, where no wire is watched. What a call brought onto the wire stands in its bar, also where the wire saw it only after the call had returned."
        "实线箭头：线路上看到的帧，以及 accept 得到的套接字；○ 扣住，✗ 半路丢弃。虚线是推断：两端在同一台主机上，那里没有可观察的线路。一次调用引出的帧画在它的竖条里，哪怕线路看到帧时调用已经返回。";
    frame_held() "held" "扣住";
    frame_dropped() "dropped" "丢弃";
    left_out(names) "Not drawn, for want of columns: {names}. `show ladder NAME` draws one with its peers." "列数不够，没有画出：{names}。`show ladder 名字` 只画一个套接字和它的对端。";
    left_out_more(names, n) "Not drawn, for want of columns: {names}, and {n} more. `show ladder NAME` draws one with its peers." "列数不够，没有画出：{names}，以及另外 {n} 个。`show ladder 名字` 只画一个套接字和它的对端。";
    words_ladder(sockets, steps) "A time-sequence diagram, from top to bottom, with one column each for {sockets}. {steps}" "自上而下的时序图，每个套接字一列：{sockets}。{steps}";
    words_travels(from, to, what) "{from} to {to}: {what} (concluded)" "{from} 到 {to}：{what}（推断）";
    words_more(n) "And {n} more." "另有 {n} 步。";
    frames_more(n) "And {n} more." "另有 {n} 个帧。";
    sep() "; " "；";
    listing() ", " "、";

    edge_syn() "SYN ⇢ SYN+ACK" "SYN ⇢ SYN+ACK";
    step_seen() "seen" "看到";
    step_seen_kernel() "seen in the kernel's table" "在内核表中看到";
    step_only_way() "not seen, but the only way" "没看到，但只有这条路";
    step_likely() "not seen; most likely this way" "没看到；很可能走这条路";
    step_no_way() "the figure has no such step: a reset (RST), or an end that TCP itself gave up on" "图中没有这一步：复位（RST），或 TCP 自己放弃了";
    step_apart()
        "only the descriptor reads so: TIME_WAIT is an entry of the kernel's own, without a descriptor"
        "只是描述符这样显示：TIME_WAIT 是内核自己的条目，没有描述符";
    state_now() "now" "现在";
    state_last() "last seen" "最后看到";
    legend_state() "Thick: the path this socket took. Thick and dashed: states it passed unseen. After RFC 9293, figure 5, under Linux's names; LISTEN → SYN_SENT is left out, since no socket call does it." "粗线：这个套接字走过的路径。粗虚线：经过了但没有看到的状态。依据 RFC 9293 图 5，用 Linux 的名称；没有画 LISTEN → SYN_SENT，因为没有套接字调用能做到。";
    figure_needs(columns) "The figure of the state machine needs {columns} columns, and is left out here." "状态机的图需要 {columns} 列，这里没有画出。";
    words_state(name, path) "The TCP state machine of RFC 9293, figure 5. The path of {name}: {path}." "RFC 9293 图 5 的 TCP 状态机。{name} 的路径：{path}。";

    send_queue() "send queue" "发送队列";
    recv_queue() "receive queue" "接收队列";
    accept_queue() "accept queue" "全连接队列";
    queue_empty() "nothing waits" "没有等待的数据";
    none_yet() "none yet" "还没有";
    in_flight(n) "{n} B sent, not yet acknowledged" "{n} 字节已发出，尚未确认";
    not_sent(n) "{n} B not yet sent" "{n} 字节尚未发出";
    to_read(n) "{n} B to be received" "{n} 字节待接收";
    datagram_waits(n) "next datagram {n} B" "下一个数据报 {n} 字节";
    messages_wait(n) "messages of {n} B in all" "消息共 {n} 字节";
    kernel_memory(n) "{n} B of kernel memory" "内核内存 {n} 字节";
    window_free(n) "window open for {n} B" "窗口还可收 {n} 字节";
    connections(n, most) "{n} of {most} waiting" "等待 {n}/{most}";
    peer_window(n) "peer's window {n} B" "对端窗口 {n} 字节";
    cwnd(n, mss) "cwnd {n} × MSS {mss} B" "cwnd {n} × MSS {mss} 字节";
    elsewhere() "not of this sitting: its queues cannot be seen from here" "不属于本次会话：从这里看不到它的队列";
    closed_end(name)
        "this was {name} of this sitting, closed since: its queues cannot be seen from here"
        "这一端原是本次会话的 {name}，已关闭：从这里看不到它的队列";
    in_accept_queue(name)
        "most likely in the accept queue of {name}: nobody has accepted it yet, and its queues cannot be seen from here"
        "很可能在 {name} 的全连接队列里：还没有人 accept，从这里看不到它的队列";
    legend_buffers(scale) "█ waits to be received, or is not yet acknowledged · ▒ not yet sent · ░ room in the window · one cell: {scale} B" "█ 待接收，或尚未确认 · ▒ 尚未发出 · ░ 窗口里的空间 · 一格：{scale} 字节";
    words_queue(queue, what) "{queue}: {what}" "{queue}：{what}";

    legend_timeline() "Each bar is one call, from its beginning to its answer; the clock starts with the sitting." "每一条是一次调用，从开始到返回；时间从会话开始算起。";
    legend_programs() "▸ a program on a host, from its start to its end" "▸ 主机上的程序，从启动到结束";
    words_timeline(steps) "Calls against the clock. {steps}" "调用与时钟。{steps}";
    words_call(call, from, took) "{call}: at {from}, {took}" "{call}：开始于 {from}，用时 {took}";

    title_topology(hosts, routers, sockets) "Topology · hosts: {hosts} · routers: {routers} · sockets: {sockets}" "拓扑 · 主机 {hosts} 台 · 路由器 {routers} 台 · 套接字 {sockets} 个";
    segment(number) "segment {number}" "网段 {number}";
    legend_topology() "Thick: the wire. On it, and where it acts: ✗ cut · ○ holds frames, or a frame that is held · ◇ delays, loses or changes them" "粗线：网线。线上的标记画在起作用的地方：✗ 剪断 · ○ 扣住帧，或被扣住的帧 · ◇ 延迟、丢失或改变帧";
    legend_ran() "▸ a program that was started on the host" "▸ 在这台主机上启动的程序";
    outside_lab(names) "On this machine itself, which is not on the wire: {names}" "在本机上，不在这根网线上：{names}";
    host_is_gone(names) "Their host was removed: {names}" "所属主机已移除：{names}";
    words_segment(number, hosts) "Segment {number}: {hosts}." "网段 {number}：{hosts}。";
    words_router(router) "A router joins them: {router}." "路由器连接它们：{router}。";
    words_wire(rules) "The wire: {rules}." "网线：{rules}。";
}

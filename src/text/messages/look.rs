//! What `sockets`, `inspect` and `who` show: headings, labels, and whose a socket is.

crate::messages! {
    head_name() "name" "名字";
    head_fd() "fd" "fd";
    head_kind() "family type" "族与类型";
    head_kind_short() "kind" "种类";
    head_state() "state" "状态";
    head_addresses() "local → peer" "本地 → 对端";
    head_queues() "recv / send" "接收 / 发送";
    head_queues_short() "r/s" "收/发";
    head_notes() "notes" "备注";
    head_protocol() "protocol" "协议";
    head_holder() "held by" "持有者";

    no_sockets() "no socket is alive" "目前没有套接字";
    no_name() "(kernel)" "（内核）";
    waiting_of(n, most) "waiting {n}/{most}" "排队 {n}/{most}";
    waiting_short(n, most) "{n} of {most}" "{n}，限 {most}";
    unconnected() "unconnected" "未连接";
    connected() "connected" "已连接";
    nonblock() "nonblock" "非阻塞";
    kept(job) "closed, kept by job {job}" "已关闭，被作业 {job} 保留";
    not_accepted() "not yet accepted" "尚未 accept";
    queues_note()
        "bytes; `mem` and the send side of what is not TCP are kernel memory, `next` is the size of the next datagram"
        "单位为字节；`mem` 和非 TCP 的发送一侧是内核内存，`next` 是下一个数据报的大小";

    label_fd() "descriptor" "描述符";
    label_pid() "process" "进程";
    label_inode() "inode" "inode 号";
    label_cookie() "cookie" "cookie 值";
    label_flags() "file flags" "文件状态标志";
    label_shared() "same socket as" "同一个套接字";
    label_local() "local" "本地地址";
    label_peer() "peer" "对端地址";
    label_recv_queue() "receive queue" "接收队列";
    label_send_queue() "send queue" "发送队列";
    label_accept_queue() "accept queue" "全连接队列";
    label_backlog() "backlog" "积压上限";
    label_recv_mem() "receive memory" "接收内存";
    none() "none" "无";
    unnamed() "no name" "无名";
    bytes(n) "{n} bytes" "{n} 字节";
    bytes_unacked(n) "{n} bytes not yet acknowledged" "{n} 字节尚未确认";
    bytes_fin_unacked(n) "{n} bytes and the FIN not yet acknowledged" "{n} 字节和 FIN 尚未确认";
    bytes_memory(n) "{n} bytes of kernel memory" "内核内存 {n} 字节";
    next_datagram(n) "next datagram: {n} bytes" "下一个数据报：{n} 字节";
    bytes_of_messages(n) "messages of {n} bytes in all" "消息共 {n} 字节";
    nothing_queued() "nothing waits" "没有等待的数据";
    no_limit() "no limit" "无限制";
    not_measured() "not yet measured" "尚未测得";
    head_names() "names and queues" "地址与队列";
    head_tcp_info() "TCP_INFO" "TCP_INFO";
    head_untouched() "reading it clears it, so it was left alone:" "一读就清除，所以没有读：";

    who_nobody(address) "no socket is at `{address}` in the kernel's tables that were read" "在查过的内核表里，`{address}` 上没有套接字";
    who_leftover(path) "the file `{path}` is a unix socket's; in this network namespace no socket is bound to it any more" "`{path}` 是 unix 套接字的文件，但在本网络命名空间里已没有套接字绑定在它上面";
    who_other_file(path) "`{path}` is a file, and no socket's" "`{path}` 是一个文件，不属于任何套接字";
    who_session(names) "this session: {names}" "本次会话：{names}";
    who_process(command, pid, fd) "{command} (pid {pid}, fd {fd})" "{command}（pid {pid}，fd {fd}）";
    who_kernel() "the kernel alone" "只有内核";
    who_kernel_not_accepted() "no process yet: it waits to be accepted" "还没有进程：在等 accept";
    who_kernel_handshake() "no process yet: the handshake is under way" "还没有进程：握手正在进行";
    who_kernel_left(seconds) "the kernel alone, for {seconds} s more" "只有内核，还要 {seconds} 秒";
    who_kernel_timer(seconds) "the kernel alone; its timer ends in {seconds} s" "只有内核；它的定时器还剩 {seconds} 秒";
    who_unseen(uid) "no process that can be seen from here; the socket's uid is {uid}" "从这里看不到持有它的进程；套接字的 uid 是 {uid}";
    who_hidden()
        "some processes' descriptors may not be read (`/proc/PID/fd`); root sees all of them"
        "有些进程的描述符不允许读取（`/proc/PID/fd`）；root 可以看到全部";
}

//! Checks of the lab: frames, hosts, what a host's kernel has; and what lessons say of the lab they need.

crate::messages! {
    what_check_host() "a host's name" "主机名";
    what_host_verb() "`exists`, or `is gone`" "`exists`，或 `is gone`";
    what_knows() "an IP address, as in `alice knows the hardware address of 10.0.0.2`" "IP 地址，如 `alice knows the hardware address of 10.0.0.2`";
    what_frame()
        "words for frames: those of the wire's filters as `SYN+ACK from bob`, or `retransmission`, `fragment`, …"
        "描述帧的词：线路过滤器的词，如 `SYN+ACK from bob`，或 `retransmission`、`fragment` 等";
    what_frame_verb() "words for frames, then `is` or `was`" "描述帧的词，然后 `is` 或 `was`";
    what_fate() "`held`, `delivered`, `dropped` or `seen`" "`held`、`delivered`、`dropped` 或 `seen`";
    what_cause() "what the wire did: `step`, `drop`, `loss`, `cut`, …" "线路做了什么：`step`、`drop`、`loss`、`cut` 等";

    goal_held(what) "a frame is held on the wire: `{what}`" "线上扣着一个帧：`{what}`";
    goal_delivered(what) "a frame was delivered: `{what}`" "有一个帧送达了：`{what}`";
    goal_dropped(what) "a frame was dropped: `{what}`" "有一个帧被丢弃了：`{what}`";
    goal_seen(what) "a frame was on the wire: `{what}`" "线上出现过一个帧：`{what}`";
    goal_held_n(n, what) "{n} frames held on the wire: `{what}`" "线上扣着{n}个帧：`{what}`";
    goal_delivered_n(n, what) "{n} frames delivered: `{what}`" "送达了{n}个帧：`{what}`";
    goal_dropped_n(n, what) "{n} frames dropped: `{what}`" "丢弃了{n}个帧：`{what}`";
    goal_seen_n(n, what) "{n} frames on the wire: `{what}`" "线上出现过{n}个帧：`{what}`";
    goal_host(host) "there is a host `{host}`" "有主机 `{host}`";
    goal_no_host(host) "there is no host `{host}`" "没有主机 `{host}`";
    goal_on(name, host) "`{name}` was made on the host `{host}`" "`{name}` 是在主机 `{host}` 上创建的";
    goal_not_on(name, host) "`{name}` was not made on the host `{host}`" "`{name}` 不是在主机 `{host}` 上创建的";
    goal_states(host, state, count) "in the kernel's table of `{host}`: {count} in the state `{state}`" "`{host}` 的内核表里有{count}个 `{state}`";
    goal_knows(host, of) "`{host}` knows the hardware address of `{of}`" "`{host}` 知道 `{of}` 的硬件地址";
    goal_knows_not(host, of) "`{host}` does not know the hardware address of `{of}`" "`{host}` 不知道 `{of}` 的硬件地址";

    seen_no_frame() "no frame yet" "还没有帧";
    seen_last_held(frame) "none; the last frame is `{frame}`, held" "没有；最近的帧是 `{frame}`，扣着";
    seen_last_delivered(frame) "none; the last frame was `{frame}`, delivered" "没有；最近的帧是 `{frame}`，已送达";
    seen_last_dropped(frame) "none; the last frame was `{frame}`, dropped" "没有；最近的帧是 `{frame}`，已丢弃";
    seen_frames(what, n) "`{what}`: {n}" "`{what}`：{n} 个";
    seen_host(host) "there is a host `{host}`" "有主机 `{host}`";
    seen_no_host(host) "no host is named `{host}`" "没有叫 `{host}` 的主机";
    seen_on(name, host) "`{name}` was made on `{host}`" "`{name}` 是在 `{host}` 上创建的";
    seen_states(host, states) "the kernel's table of `{host}` has: {states}" "`{host}` 的内核表里有：{states}";
    seen_no_states(host) "the kernel's table of `{host}` has nothing of TCP" "`{host}` 的内核表里没有任何 TCP 条目";
    seen_knows(host, list) "`{host}` knows those of: {list}" "`{host}` 知道这些地址的硬件地址：{list}";
    seen_knows_none(host) "`{host}` knows no hardware address" "`{host}` 还不知道任何硬件地址";

    lab_in_use(hosts)
        "this lesson builds a lab of its own, and there are hosts already: {hosts}. `lab reset` removes them; then begin again"
        "这节课要自己搭实验室，而现在已有主机：{hosts}。先用 `lab reset` 移除，再重新开始";
    lab_taken_down() "the lesson's hosts are removed, and with them their sockets" "课程的主机已移除，其上的套接字也随之关闭";
    lab_lesson_skipped(why) "not played here: this lesson needs the lab. {why}" "这里不能进行：这节课需要实验室。{why}";
    lab_not_proved(why) "not proved here: this lesson needs the lab. {why}" "这里没有验证：这节课需要实验室。{why}";
}

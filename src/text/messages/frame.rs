//! What is said of frames on the lab's wire. Observations only: causes are for the explanations.

crate::messages! {
    is_held() "held" "扣住";
    is_delivered() "delivered" "已送达";
    is_dropped() "dropped" "已丢弃";
    is_seen() "seen" "已看到";
    several_hosts() "several" "多台";
    delivered_to(what, host) "{what} delivered to {host}" "{what} 已送达 {host}";
    was_dropped(what) "{what} dropped" "{what} 已丢弃";

    by_step() "by `step`" "由 `step` 放行";
    by_drop() "by `drop`" "由 `drop` 丢弃";
    by_loss() "by the wire's random loss" "线路随机丢包";
    by_cut() "the wire between them is cut" "两者之间的线路已断开";
    by_flow() "`wire flow` let it go" "由 `wire flow` 放行";
    by_delay() "late, as the wire's rules say" "按网线的规则延迟送达";
    is_reordered() "kept back, so that others overtook it" "被推后，让别的帧先到";
    by_full_hold() "as many frames are held as may be: this one is lost" "扣住的帧已达上限：这一个丢失";
    by_full_delay() "as many frames are on their way as may be: this one is lost" "在途的帧已达上限：这一个丢失";
    is_runt() "shorter than an Ethernet header" "比以太网首部还短";
    by_clear() "`wire clear` took it away" "由 `wire clear` 清除";
    by_queue() "the wire's queue was full" "线路的队列已满";
    by_rate() "more than the wire's rate lets through" "超出线路的速率";
    is_duplicate(of) "a duplicate of #{of}, made by the wire" "#{of} 的副本，由线路复制";
    is_injected() "injected by hand: no host sent it" "人工注入，并非主机所发";
    is_injected_of(of) "injected from #{of}: no host sent it" "由 #{of} 改造后注入，并非主机所发";
    is_corrupted(bit) "the wire flipped bit {bit}" "线路翻转了第 {bit} 位";
    is_held_again(of) "the same as #{of}, which is still held" "与仍被扣住的 #{of} 相同";
    no_host_there() "no host has this address" "没有主机使用这个地址";
    alone_there() "no other host is on this segment" "这个网段上没有别的主机";
    its_host_gone() "the host was removed" "该主机已被移除";

    syn_again(of, n) "SYN again: the same as #{of}, number {n}" "SYN 重发：与 #{of} 相同，第 {n} 个";
    sent_again(of) "retransmission: the same bytes as #{of}, again" "重传：与 #{of} 相同的字节再次出现";
    again_fin(of) "retransmission: the FIN of #{of}, again" "重传：#{of} 的 FIN 再次出现";
    again_other(of) "the sequence numbers of #{of} again, with other bytes" "与 #{of} 的序列号相同，字节却不同";
    again_part(of) "retransmission: sequence numbers that #{of} had, again" "重传：#{of} 用过的序列号再次出现";
    again_unknown() "retransmission: sequence numbers seen before" "重传：之前出现过的序列号";
    fast_again(of) "fast retransmission: #{of} again, after at least three duplicate ACKs that asked for it" "快速重传：至少三个重复 ACK 索要之后，#{of} 再次出现";
    fast_again_unknown() "fast retransmission, after at least three duplicate ACKs that asked for it" "快速重传：之前至少有三个重复 ACK 索要它";
    again_and_new(of, new) "retransmission of what #{of} had, and {new} new bytes" "重传 #{of} 的内容，并带 {new} 字节新数据";
    again_and_new_unknown(new) "retransmission, and {new} new bytes" "重传，并带 {new} 字节新数据";
    already_acked() "it had been acknowledged already" "它此前已被确认";
    duplicate_ack(n, of) "duplicate ACK number {n}: acknowledges just what #{of} did" "第 {n} 个重复 ACK：确认号与 #{of} 相同";
    zero_window() "zero window: no room to receive" "零窗口：接收方没有空间";
    window_update(from, to) "window update: from {from} to {to}" "窗口更新：从 {from} 到 {to}";
    zero_window_probe() "zero-window probe: asks whether the window is still closed (a keep-alive looks the same)" "零窗口探测：询问窗口是否仍关闭（保活包看起来也一样）";
    zero_window_probe_ack() "answers the zero-window probe: still closed" "回答零窗口探测：仍然关闭";
    keep_alive() "keep-alive: only asks for an answer" "保活：只是索要一个回答";
    keep_alive_ack() "answers the keep-alive" "回答保活";
    is_reset() "RST: the connection is ended at once" "RST：连接立即终止";
    out_of_order() "out of order: fills a gap seen before" "乱序：补上了先前的缺口";
    has_gap(missing) "{missing} sequence numbers before it were not seen here" "在它之前有 {missing} 个序列号没有在这里出现过";
    window_full() "fills the receiver's window" "填满了接收窗口";
    simultaneous_open() "simultaneous open: both ends sent a SYN before they had the other's" "同时打开：双方都在收到对方的 SYN 之前发出了 SYN";
    simultaneous_close() "simultaneous close: both ends sent a FIN before they had the other's" "同时关闭：双方都在收到对方的 FIN 之前发出了 FIN";
    new_connection() "the same addresses and ports as before, a new connection" "地址和端口与之前相同，却是新连接";

    arp_asks(ip, who) "who has {ip}? asks {who}" "谁是 {ip}？{who} 在问";
    arp_tells(ip, mac) "{ip} is at {mac}" "{ip} 位于 {mac}";
    nd_asks(ip) "who has {ip}?" "谁是 {ip}？";
    nd_tells(ip) "{ip} is here" "{ip} 在这里";
    is_fragment(offset) "fragment from byte {offset}" "从字节 {offset} 起的分片";
    fragment_more(offset) "fragment from byte {offset}, more follow" "从字节 {offset} 起的分片，后面还有";
    ether_type(kind) "EtherType {kind}" "以太类型 {kind}";

    column_number() "#" "#";
    column_time() "time" "时间";
    column_way() "from → to" "从 → 到";
    column_what() "what" "内容";
    column_window() "window" "窗口";
    column_addresses() "addresses" "地址";
    column_fate() "fate" "结果";
    column_sender() "sender's state" "发送方状态";
    column_receiver() "receiver's state" "接收方状态";
    column_notes() "observed" "观察到";
    none_passed() "no packet has passed yet" "还没有数据包经过";

    layer_quoted(name) "{name}, quoted" "{name}（引用）";
    layer_quote_ends() "here the quote ends: whoever sent the error quoted no more of the packet" "引用到此为止：发出这个错误的一方只引用了原数据包的这一部分";
    layer_cut() "fewer bytes are there than it needs or says" "字节数比它需要或声明的少";
    sum_right() "right" "正确";
    sum_wrong(should) "wrong: should be {should}" "错误：应为 {should}";
    sum_unused() "not used by the sender" "发送方没有使用";
    frame_bytes(n) "{n} bytes" "{n} 字节";
    kept_of(kept, full) "{kept} of {full} bytes were kept" "{full} 字节中保留了 {kept} 字节";
    packet_lacks_field(field, packet) "packet #{packet} has no field `{field}`" "数据包 #{packet} 没有 `{field}` 字段";
}

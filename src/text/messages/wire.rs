//! What the wire's verbs say.

crate::messages! {
    sum_wire() "shows what the wire does to frames" "显示网线对帧做什么";
    sum_hold() "holds frames, to be let go one by one" "扣住帧，以便逐个放行";
    sum_flow() "lets everything flow again, what is held included" "恢复畅通，扣住的也一并放行";
    sum_keep() "retransmissions of held frames are held too" "被扣住的帧若重传，也一并扣住";
    sum_clear() "the wire as at the beginning; what is held is dropped" "网线恢复初始状态；扣住的帧全部丢弃";
    sum_step() "delivers the oldest held frame, or so many, of all or of those that a filter fits" "放行最早扣住的帧，或指定个数；可用过滤词限定";
    sum_drop() "drops the oldest held frame, or so many, of all or of those that a filter fits" "丢弃最早扣住的帧，或指定个数；可用过滤词限定";
    what_those() "`for` and which frames, as in `for data from alice`" "`for` 加过滤词，例如 `for data from alice`";
    sum_duplicate() "doubles a held frame, the next one, or a share of all" "复制一个扣住的帧、下一个帧，或一定比例的帧";
    sum_corrupt() "flips a bit of a held frame, of the next one, or of a share" "翻转一个扣住的帧、下一个帧或一定比例的帧中的一位";
    sum_reorder() "lets frames overtake each other" "让帧互相超越";
    sum_cut() "cuts the wire between two hosts, or around one" "剪断两台主机之间的线，或一台主机的线";
    sum_mend() "mends what is cut" "接好剪断的线";
    sum_delay() "delays frames" "延迟帧";
    sum_loss() "loses a share of the frames" "按比例丢帧";
    sum_rate() "limits how fast frames pass" "限制速率";
    sum_queue() "limits how many frames may wait" "限制排队的帧数";
    sum_packets() "lists what passed on the wire" "列出网线上通过的包";
    sum_packet() "a packet, field by field" "逐个字段查看一个包";
    what_field() "a header's field, as `tcp.seq`" "首部字段，如 `tcp.seq`";
    what_full() "`full`: with every card" "`full`：附上全部讲解";
    bad_field(word) "`{word}` is no field of a header" "`{word}` 不是首部字段";
    no_such_packet(n) "packet {n} is not among those kept; `packets` lists them" "保留的包里没有 {n}；`packets` 列出它们";
    packets_before(n) "packets 1 to {n} are not shown here; `packets 1000` shows more of those that are kept" "这里没有显示包 1 到 {n}；`packets 1000` 可以显示更多保留着的包";
    sum_inject() "puts a frame on the wire that no host sent" "把一个并非主机发出的帧放到线上";
    what_inject()
        "`packet N` with fields to change, or `syn`, `rst`, `udp` with two endpoints, `echo` with two addresses, `unreachable packet N`, `too-big packet N`"
        "`packet N` 加要改的字段，或 `syn`、`rst`、`udp` 加两个端点，`echo` 加两个地址，`unreachable packet N`，`too-big packet N`";
    what_endpoint() "an address with a port, as 10.0.0.1:1234" "带端口的地址，如 10.0.0.1:1234";
    what_ip() "an IP address" "IP 地址";
    what_a_number() "a number" "一个数";
    inject_missing(what) "{what} is missing" "缺少{what}";
    inject_bad(word, what) "`{word}` is not {what}" "`{word}` 不是{what}";
    inject_word(word) "`{word}` has no meaning here" "`{word}` 在这里没有意义";
    inject_field(word) "`{word}` is no field that can be changed" "`{word}` 不是可以更改的字段";
    inject_value(field) "a value for `{field}`" "`{field}` 的值";
    inject_unknown(word) "`{word}` is nothing that can be injected" "不能注入 `{word}`";
    inject_nobody(ip) "no host of the lab has {ip}" "实验室里没有主机拥有 {ip}";
    capture_saved(count, path) "{count} packets are in `{path}`; Wireshark and tshark open it" "{count} 个包已存入 `{path}`；可用 Wireshark、tshark 打开";
    capture_loaded(count, path) "`{path}` holds {count} packets; they were captured then, nothing passes now" "`{path}` 中有 {count} 个包；它们是当时捕获的，现在没有任何包通过";
    capture_other_links(count) "{count} frames were left out: their interface is no Ethernet" "略去 {count} 个帧：其接口不是以太网";
    capture_file_bad(path, why) "`{path}` cannot be read as a capture: {why}" "`{path}` 无法作为抓包文件读取：{why}";
    what_filter()
        "which frames: `tcp`, `udp`, `icmp`, `arp`, `ip`, `ipv6`, `syn`, `ack`, `fin`, `rst`, `data`, `port 9000`, `from alice`, `to bob`, `not`, `or`"
        "哪些帧：`tcp`、`udp`、`icmp`、`arp`、`ip`、`ipv6`、`syn`、`ack`、`fin`、`rst`、`data`、`port 9000`、`from alice`、`to bob`、`not`、`or`";
    what_rule() "`for` and which frames; `seed` and a number" "`for` 加上哪些帧；`seed` 加上一个数";
    what_packet() "how many, or `packet` and its number" "个数，或 `packet` 加编号";
    what_share() "a share of the frames, as `10%`" "帧的比例，如 `10%`";
    what_rate() "a speed, as `1mbit`; `0` for none" "速率，如 `1mbit`；`0` 表示不限";
    what_jitter() "`jitter` and a duration" "`jitter` 加上一段时间";
    filter_unknown(word) "`{word}` says nothing about frames; what does: `tcp`, `udp`, `icmp`, `arp`, `syn`, `rst`, `data`, `port 9000`, `from alice`, `to bob`, `not`, `or`" "`{word}` 不能用来描述帧；可以用 `tcp`、`udp`、`icmp`、`arp`、`syn`、`rst`、`data`、`port 9000`、`from alice`、`to bob`、`not`、`or`";
    filter_host(word) "`{word}` is no host and no address" "`{word}` 既不是主机也不是地址";
    filter_port(word) "`{word}` is no port: 0 to 65535" "`{word}` 不是端口：应为 0 到 65535";
    filter_missing(word) "something must follow `{word}`" "`{word}` 后面还缺内容";
    filter_nothing_before(word) "something must stand before `{word}`" "`{word}` 前面还缺内容";
    bad_seed() "a seed is a number from 0 on" "种子应为非负整数";
    rule_word(word)
        "`{word}` belongs to no rule: `for` and which frames, or `seed` and a number"
        "规则里不能有 `{word}`：可写 `for` 加上哪些帧，或 `seed` 加上一个数";
    bad_packet(word) "`{word}` is no number of packets, from 1 on" "`{word}` 不是包的个数或编号（从 1 开始）";
    bad_share(word) "`{word}` is no share: `0%` to `100%`" "`{word}` 不是比例：应为 `0%` 到 `100%`";
    bad_speed(word) "`{word}` is no speed: `64kbit`, `1mbit`, or `0` for no limit" "`{word}` 不是速率：如 `64kbit`、`1mbit`，或用 `0` 表示不限";
    two_packets() "two packets change places, or none is named" "交换次序要写两个包的编号，或者都不写";
    nothing_held() "no frame is held" "没有被扣住的帧";
    nothing_came(limit) "no frame is held, and none came within {limit}" "没有被扣住的帧，{limit} 内也没有新的帧到来";
    not_held(packet) "packet {packet} is not held; `packets` shows what became of it" "包 {packet} 没有被扣住；`packets` 显示它的去向";
    no_such_bit(bits) "the frame has {bits} bits, counted from 0" "这个帧只有 {bits} 位，从 0 数起";
    same_packet() "a packet cannot change places with itself" "一个包不能与自己交换次序";
    not_cut() "nothing is cut there" "那里没有剪断";
    too_many(most) "{most} are the most; `wire clear` removes them all" "最多 {most} 条；`wire clear` 全部清除";
    no_such_port() "no host stands there" "那里没有主机";
    runt() "that is shorter than an Ethernet header: 14 bytes" "比以太网首部还短（14 字节）";
    state_flows() "all frames flow" "所有帧自由通过";
    state_holds(what) "held: {what}" "扣住：{what}";
    state_holds_ip() "IP; ARP and neighbour discovery pass" "IP；ARP 和邻居发现照常通过";
    state_holds_all() "everything" "一切帧";
    state_keeps() "retransmissions of held frames are held too" "被扣住的帧若重传，也一并扣住";
    state_held(count) "{count} held now" "现在扣住 {count} 个";
    state_late(count) "{count} on their way" "{count} 个在途中";
    state_next(what, count) "`wire {what}` waits for its frame: {count} to come" "`wire {what}` 在等帧到来：还差 {count} 个";
    state_passed(passed, dropped) "{passed} delivered, {dropped} dropped so far" "至今送达 {passed} 个，丢弃 {dropped} 个";
    state_reports(count)
        "{count} reports of group membership (MLD, IGMP) ended here, as at a switch that listens to them"
        "{count} 个组成员报告（MLD、IGMP）到此为止，就像遇到会监听它们的交换机";
    state_lost(count)
        "{count} frames were lost by the relay itself: they came faster than it could take them, or were too long for it"
        "{count} 个帧被中继自己丢失：来得太快，或者太长";
    state_untold(count)
        "{count} frames passed too fast to be told one by one; `packets` has the newest"
        "{count} 个帧通过得太快，未能逐个讲述；`packets` 里有最新的一些";
}

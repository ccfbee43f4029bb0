//! What the lab says.

crate::messages! {
    no_house(step, errno)
        "no host can be made here: {step} failed with {errno}. The lab needs user namespaces, or root"
        "这里无法创建主机：{step} 失败（{errno}）。实验室需要用户命名空间，或者 root 权限";
    no_house_setting(step, errno, path, value)
        "no host can be made here: {step} failed with {errno}, and {path} is {value}: user namespaces are not permitted. The machine's administrator can change that setting; as root the lab works all the same"
        "这里无法创建主机：{step} 失败（{errno}），而 {path} 是 {value}，即不允许使用用户命名空间。管理员可以更改这项设置；以 root 运行则不受影响";
    trouble(step, errno, words)
        "the lab could not do it: {step} failed with {errno} ({words})"
        "实验室没能做到：{step} 失败，{errno}（{words}）";
    sum_host() "makes a host: a network of its own, on the lab's wire" "创建一台主机：它有自己的网络，接在实验室的网线上";
    sum_host_rm() "removes a host" "移除一台主机";
    sum_hosts() "lists the lab's hosts" "列出实验室的主机";
    sum_router() "makes a router between segments" "创建一台连接几个网段的路由器";
    sum_lab() "`lab reset` removes every host" "`lab reset` 移除全部主机";
    sum_run() "`on bob run PROGRAM`: a real program on a host, as a job" "`on bob run 程序`：在主机上运行真实的程序，成为作业";
    sum_shell() "`on bob shell`: a shell on a host, in this terminal" "`on bob shell`：在本终端打开主机上的 shell";
    what_program() "a program and its arguments" "程序及其参数";
    only_on_a_host()
        "programs are run on a host of the lab: `on alice run …`, or `on alice` first"
        "程序在实验室的主机上运行：`on alice run …`，或先输入 `on alice`";
    shell_needs_a_terminal()
        "`shell` needs a terminal; in a script, `run sh -c \"…\"` does the same"
        "`shell` 需要终端；在脚本里可用 `run sh -c \"…\"`";
    shell_left(host) "back from `{host}`" "已从 `{host}` 返回";
    program_not_run(program, errno, words) "{program} could not be started: {errno} ({words})" "{program} 无法启动：{errno}（{words}）";
    ended_with(program, status) "{program} ended with status {status}" "{program} 以状态 {status} 结束";
    ended_by(program, signal) "{program} was ended by signal {signal}" "{program} 被信号 {signal} 终止";
    ended_well(program) "{program} has ended" "{program} 已结束";
    started(program, host, job) "{program} runs on {host} as job {job}" "{program} 在 {host} 上运行，作业 {job}";
    what_host_name() "a name for the host" "主机的名字";
    what_host() "a host of the lab" "实验室中的一台主机";
    what_host_address() "an IPv4 address of the lab, as 10.0.0.7" "实验室的 IPv4 地址，如 10.0.0.7";
    what_segment() "a segment's number: 1 is 10.1.0.0/16" "网段编号：1 即 10.1.0.0/16";
    what_lab() "`reset`, which removes every host" "`reset`，即移除全部主机";
    what_mtu() "`mtu` and how long a packet may be on the last segment, as `mtu 1280`" "`mtu` 加上最后一个网段的包长上限，如 `mtu 1280`";
    bad_mtu(word)
        "`{word}` is no MTU for a segment: 576 to 1500; below 1280 the kernel has no IPv6 there"
        "`{word}` 不能作网段的 MTU：应为 576 到 1500；低于 1280 时内核在那里不提供 IPv6";
    bad_host_name(word)
        "`{word}` is no name for a host: letters, digits and `-`, a letter first, at most 63"
        "`{word}` 不能作主机名：只能用字母、数字和 `-`，以字母开头，最多 63 个字符";
    bad_host_address(word)
        "`{word}` is no IPv4 address; the lab's are 10.s.0.n"
        "`{word}` 不是 IPv4 地址；实验室的地址形如 10.s.0.n";
    bad_segment(word) "`{word}` is no segment: 0 to 255" "`{word}` 不是网段编号：应为 0 到 255";
    host_removed(name)
        "`{name}` is removed: its cable is pulled, its programs have ended"
        "`{name}` 已移除：网线已拔，其中的程序已结束";
    host_removed_sockets(name, count)
        "`{name}` is removed: its cable is pulled, its programs have ended. {count} of your sockets were born there: the kernel keeps their network for them until they are closed"
        "`{name}` 已移除：网线已拔，其中的程序已结束。还有 {count} 个套接字属于它：在关闭之前，内核会为它们保留那个网络";
    lab_reset_one(sockets)
        "the lab is empty: its host is gone, {sockets} sockets of its own were closed"
        "实验室已清空：移除了那台主机，关闭了它的 {sockets} 个套接字";
    syn_goes_on(host, retries, seconds)
        "{host}'s clock runs on: its kernel sends this SYN {retries} times more, first after about 1 s, and gives up about {seconds} s after the first, if nothing comes"
        "{host} 的时钟照走：它的内核还会重发这个 SYN {retries} 次，第一次约在 1 秒后；一直没有回音，就在首次发出约 {seconds} 秒后放弃";
    lab_reset(hosts, sockets)
        "the lab is empty; hosts removed: {hosts}, sockets of theirs closed: {sockets}"
        "实验室已清空：移除了 {hosts} 台主机，关闭了它们的 {sockets} 个套接字";
    a_router() "router" "路由器";
    head_host() "host" "主机";
    head_ips() "addresses" "地址";
    head_mac() "hardware address" "硬件地址";
    head_sockets() "sockets" "套接字";
    first_host()
        "A host is a network of its own in this very kernel (a network namespace): interfaces, addresses, ports, routes. Every frame between hosts passes through sockscope, which is the wire."
        "主机就是这个内核里的一个独立网络（网络命名空间）：有自己的接口、地址、端口和路由。主机之间的每一个帧都经过 sockscope，它就是那根网线。";
    first_host_shared()
        "Its own are the network, abstract unix names and processes; files, and unix sockets with a path, are shared with this machine."
        "它独有的是网络、抽象 unix 名字和进程；文件以及带路径的 unix 套接字与本机共用。";
    no_lab()
        "there is no host yet: `host alice` makes one"
        "还没有主机：用 `host alice` 创建一台";
    no_host_called(name)
        "no host is called `{name}`"
        "没有叫 `{name}` 的主机";
    host_taken(name)
        "a host is called `{name}` already"
        "已经有叫 `{name}` 的主机了";
    address_taken(holder)
        "`{holder}` has that address"
        "这个地址已属于 `{holder}`";
    not_of_the_lab(address)
        "{address} is no address for a host of the lab: those are 10.0.0.1 to 10.255.255.253, without the ends of each 10.x.0.0/16"
        "{address} 不能作为实验室主机的地址：可用的是 10.0.0.1 到 10.255.255.253，每个 10.x.0.0/16 的首尾除外";
    too_many_hosts(most)
        "a lab has {most} hosts at most"
        "实验室最多 {most} 台主机";
    has_router(segment, router)
        "segment 10.{segment}.0.0/16 has a router already: `{router}`"
        "网段 10.{segment}.0.0/16 已经有路由器 `{router}`";
    one_segment()
        "a router joins two segments or more, as `router r 0 1`: 10.0.0.0/16 and 10.1.0.0/16"
        "路由器至少连接两个网段，例如 `router r 0 1`：10.0.0.0/16 和 10.1.0.0/16";
}

//! Why a capture cannot be read, and why a frame cannot be changed as asked.

crate::messages! {
    not_pcapng() "this is no pcapng file" "这不是 pcapng 文件";
    old_pcap()
        "this is a file of the older kind, pcap; `editcap -F pcapng OLD NEW` makes a pcapng file of it"
        "这是较老的 pcap 文件；`editcap -F pcapng 旧文件 新文件` 可以转换成 pcapng";
    pcapng_version(n) "its version is {n}, and only 1 can be read" "它的版本是 {n}，只能读版本 1";
    capture_cut() "the file ends in the middle of a block" "文件在一个块的中间就结束了";
    capture_block_length() "a block's length cannot be right" "某个块的长度不可能正确";
    capture_block_short() "a block is shorter than what it must hold" "某个块比它必须包含的内容还短";
    capture_no_interface() "a packet belongs to an interface that the file does not declare" "某个数据包所属的接口没有在文件里声明";
    capture_too_much() "it holds more than 256 MiB of packets" "其中的数据包超过 256 MiB";
    capture_unreadable(why) "it cannot be read: {why}" "无法读取：{why}";
    capture_broken(at, why) "at byte {at}: {why}" "在字节 {at} 处：{why}";

    change_no_such_field(packet, field) "packet #{packet} has no field `{field}` that could be changed" "数据包 #{packet} 没有可以修改的 `{field}` 字段";
    change_other_family() "the address and the packet are of two families, IPv4 and IPv6" "地址与数据包分属 IPv4 和 IPv6 两个族";
    change_too_long() "a packet has at most 65,535 bytes" "一个数据包最多 65,535 字节";
    change_not_whole()
        "it is a fragment or cut: its lengths and checksums could not be made right"
        "它是分片或不完整：长度和校验和无法修正";
}

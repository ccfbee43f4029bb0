//! What a sitting leaves behind: `export`, `save`, `load`, `replay`, `transcript`.

crate::messages! {
    file_no_such_form(path, endings) "`{path}` does not say by its ending what it is; known: {endings}" "`{path}` 的扩展名没有说明它是什么；可用的有：{endings}";
    file_saved_lines(path, lines) "`{path}` is written, lines: {lines}; `load {path}` or `sockscope run {path}` runs them again" "已写出 `{path}`，共 {lines} 行；用 `load {path}` 或 `sockscope run {path}` 再运行一遍";
    file_saved_log(path, events) "`{path}` is written, events: {events}; `load {path}` shows the sitting again, without the kernel" "已写出 `{path}`，共 {events} 个事件；用 `load {path}` 可以再看这次实操，不经过内核";
    file_script_head(date) "A sitting of sockscope, {date}; `sockscope run` runs it again." "sockscope 实操记录，{date}；用 `sockscope run` 再运行一遍。";
    file_load_failed(path, line, reason) "`{path}`, line {line}: {reason}" "`{path}` 第 {line} 行：{reason}";
    file_only_run(word) "`run` behind the file carries its lines out; `{word}` means nothing here" "文件后面的 `run` 会执行其中的各行；`{word}` 在这里没有意义";
    file_load_too_deep() "a file that loads a file that loads a file …: here it ends" "文件里再 load 文件，一层又一层：到此为止";
    file_loaded(path, lines) "`{path}`: every line was run ({lines})" "`{path}`：{lines} 行都运行了";
    file_guarded() "these lines may read no file" "这些行不允许读文件";
    file_guarded_write() "these lines may write no file" "这些行不允许写文件";
    file_not_text(path) "`{path}` is not text in UTF-8" "`{path}` 不是 UTF-8 文本";
    file_recording(path, date, events)
        "`{path}` is a recording of {date}, events: {events}. Nothing of it happens now: `replay`, `transcript`, `export` and `save` speak of the recording until `load live`; your own sockets are as they were"
        "`{path}` 是 {date} 的录像，共 {events} 个事件。其中的事都不是现在发生的：在 `load live` 之前，`replay`、`transcript`、`export`、`save` 讲的都是这份录像；你自己的套接字不受影响";
    file_looked() "(something was looked at here, which a recording does not keep)" "（这里看了一些东西，录像里没有保存）";
    file_live_again() "your own sitting again" "回到你自己的实操";
    file_was_live() "no recording is loaded: this is your own sitting" "没有载入录像：这就是你自己的实操";
    file_not_an_event(path, line, why) "`{path}`, line {line} is no event of a saved sitting: {why}" "`{path}` 第 {line} 行不是已保存实操中的事件：{why}";
    file_incomplete() "it has the fields of `--json` alone; `save FILE.json` keeps all that is needed" "它只有 `--json` 的字段；`save FILE.json` 才保存全部内容";
    file_empty_recording(path) "`{path}` holds no event" "`{path}` 里没有事件";
    file_replay_begins(events) "replay of events: {events}. This is what happened then, the kernel is not asked" "重放 {events} 个事件。这些是当时发生的事，并没有再问内核";
    file_replay_ends() "the replay is over; your sockets are as they were" "重放结束，你的套接字没有变化";
    file_recorded_mark() "(recorded)" "（录像）";
    file_not_ours(path)
        "`{path}` is there already, and is no export of sockscope's: it is not written over; choose another name, or move it away"
        "`{path}` 已经存在，而且不是 sockscope 导出的：不会覆盖它；请换个名字，或先把它移走";
    file_lacks(calls)
        "left out, since this language has no words for them here: {calls}; what comes behind them may be answered otherwise than in the sitting"
        "有些调用这门语言在这里没有对应的写法，已略去：{calls}；其后的调用得到的结果可能与这次实操不同";
    file_exported(path, calls) "`{path}` is written: calls: {calls}" "已写出 `{path}`，其中调用 {calls} 个";
    file_cannot_write(path, why) "`{path}` cannot be written: {why}" "无法写 `{path}`：{why}";
    file_cannot_read(path, why) "`{path}` cannot be read: {why}" "无法读 `{path}`：{why}";
    file_not_there(path) "there is no file `{path}`" "没有文件 `{path}`";
    file_nothing_recorded() "no call was recorded (with `--quiet` none ever is), so there is nothing to write" "没有记录到任何调用（用 `--quiet` 时从不记录），没有可写的内容";
    file_log_cut(first) "the log keeps the newest events only, and begins with number {first}: half a sitting is not written" "日志只保留最近的事件，现在从第 {first} 号开始：不写半次实操";
    file_hosts(hosts) "calls were made on hosts of the lab ({hosts}), and a program runs on one: `export … FOLDER` writes a program for each and lab.sock that runs them, `--host NAME` one of them" "实操在实验室的几台主机（{hosts}）上做过调用，而一个程序只在一台上运行：`export … 目录` 为每台写一个程序，并写一个 lab.sock 来运行它们；`--host 名字` 只写其中一个";
    file_here_too(host) "calls were made on {host}, a host of the lab, and on this machine outside it: the two cannot be brought together in one lab; `save FILE.sock` keeps such a sitting" "实操既在实验室的主机 {host} 上做过调用，又在实验室外的本机上做过：两边合不到一个实验里；可以用 `save FILE.sock` 保存这样的实操";
    file_mixed(call) "one {call} had sockets of two hosts: sockscope may do that, a program on one host cannot; `save FILE.sock` keeps such a sitting" "有一次 {call} 同时用了两台主机的套接字：sockscope 可以，只在一台主机上运行的程序做不到；可以用 `save FILE.sock` 保存这样的实操";
    file_removed(line) "`{line}` took a host away in the middle, and a program on it would end there; `save FILE.sock` keeps such a sitting" "`{line}` 在中途去掉了主机，那台主机上的程序也会随之结束；可以用 `save FILE.sock` 保存这样的实操";
    file_no_such_host(host) "no call was made on a host called {host}" "没有在名为 {host} 的主机上做过调用";
    file_exported_lab(path, programs, calls) "{path}: {programs} programs with {calls} calls, and lab.sock, which makes the hosts and runs them" "{path}：{programs} 个程序，共 {calls} 个调用；lab.sock 建立主机并运行它们";
    file_no_such_role(role) "nobody in this sitting was a {role}: nobody listened, accepted or connected that way" "这次实操里没有 {role}：没有这样的监听、接受或连接";
}

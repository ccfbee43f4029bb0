//! What a sitting leaves behind: `export`, `save`, `load`, `replay`, `transcript`.

crate::messages! {
    exported(path, calls) "`{path}` is written: calls: {calls}" "已写出 `{path}`，其中调用 {calls} 个";
    cannot_write(path, why) "`{path}` cannot be written: {why}" "无法写 `{path}`：{why}";
    cannot_read(path, why) "`{path}` cannot be read: {why}" "无法读 `{path}`：{why}";
    not_there(path) "there is no file `{path}`" "没有文件 `{path}`";
    nothing_recorded() "no call was recorded (with `--quiet` none ever is), so there is nothing to write" "没有记录到任何调用（用 `--quiet` 时从不记录），没有可写的内容";
    log_cut(first) "the log keeps the newest events only, and begins with number {first}: half a sitting is not written" "日志只保留最近的事件，现在从第 {first} 号开始：不写半次实操";
    no_such_role(role) "nobody in this sitting was a {role}: nobody listened, accepted or connected that way" "这次实操里没有 {role}：没有这样的监听、接受或连接";
}

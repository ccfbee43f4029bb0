//! A learner's own program in Python or C: what of it has no words here.

crate::messages! {
    foreign_branch(word) "`{word}` chooses or jumps: sockscope does one line after the other, and the choice is yours at the prompt" "`{word}` 是选择或跳转：sockscope 一行接一行地执行，选择由你在提示符前做";
    foreign_loop() "this loop has no number of rounds that stands there" "这个循环的次数没有直接写出来";
    foreign_variable(word) "sockscope keeps no variables: write the bytes that `{word}` stands for" "sockscope 没有变量：请写出 `{word}` 代表的字节";
    foreign_call(text) "there is no call of ours for `{text}`" "`{text}` 在这里没有对应的调用";
    foreign_line_of(path, line, why) "`{path}`, line {line}: {why}" "`{path}` 第 {line} 行：{why}";
    foreign_says(path, lines) "`{path}` says, in lines of ours ({lines}); `load {path} run` runs them:" "`{path}` 用这里的写法是（{lines} 行），`load {path} run` 运行它们：";
    foreign_shown(line) "`{line}`" "`{line}`";
    foreign_runs(path, lines) "`{path}` is run as lines of ours ({lines})" "把 `{path}` 当作这里的 {lines} 行来运行";
    foreign_nothing(path) "`{path}` makes no call on a socket" "`{path}` 没有对套接字做任何调用";
    foreign_waits(path, line) "`{path}`, line {line} still waits, as a job; the lines behind it are not run" "`{path}` 第 {line} 行还在等待，成了作业；它后面的行没有运行";
}

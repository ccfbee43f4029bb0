//! Demos for a class, the presenter's view, and `undo`.

crate::messages! {
    undone(line, lines)
        "undone: `{line}`. A kernel cannot rewind: all that this sitting made is closed, and the lines before it ({lines}) are run again on new sockets, with fresh ports where the kernel chooses"
        "撤销 `{line}`。内核无法倒回：这次实操建立的一切都会关闭，之前的 {lines} 行在新的套接字上重新执行，由内核选的端口也会换新";
    other_ports(ports)
        "these ports are still taken, most likely by a TIME_WAIT, and others stand for them: {ports}"
        "这些端口还被占着，多半是 TIME_WAIT，已换成别的端口：{ports}";
    undo_done() "done; `sockets` shows what there is now" "完成，`sockets` 显示现在有什么";
    undo_failed(line, reason)
        "`{line}` could not be run again ({reason}); what stands before it was"
        "`{line}` 没能重新执行（{reason}），它之前的行都执行了";
    undo_nothing() "there is no line that could be undone" "没有可以撤销的行";
    undo_in_lesson() "in a lesson `back` goes back a step, `again` begins this one anew" "课程里用 `back` 退回一步，用 `again` 重做这一步";
    undo_alone() "`undo` stands alone, in no `repeat` and in no file" "`undo` 只能单独使用，不能放在 `repeat` 或文件里";
    undo_recording(file) "`{file}` is a recording, and what happened is not undone; `load live` first" "`{file}` 是录像，发生过的事不能撤销；先用 `load live` 回来";

    expects_errno(errno) "it fails with {errno}, and that is what is wanted" "以 {errno} 失败，这正是要看的";
    expects_job() "it goes on in the background, as a job" "作为任务在后台等待";
    expects_success() "it succeeds" "成功";
    right_answer(answer) "answer: {answer}" "答案：{answer}";

    head_line() "line" "当前行";
    head_expected() "expected" "预期";
    head_and() "and" "以及";
    head_next() "next" "下一行";
    head_stage_notes() "notes" "备注";
    stage_typing() "the line is being typed" "正在输入";
    stage_typed() "typed; space shows the result" "已输入，按空格看结果";
    stage_running() "the line is being carried out" "正在执行";
    stage_taken_over() "the prompt is yours; `h` and Enter hand it back" "提示符由你操作，输入 `h` 回车交还";
    stage_over() "the last line is done; `b`, `a` and `j` go back" "最后一行已执行；`b`、`a`、`j` 可以退回";

    bar() "space result · b back · a again · s skip · j jump · t take over · q quit" "空格 看结果 · b 退回 · a 再来 · s 跳过 · j 跳到 · t 接管 · q 退出";
    bar_short() "? keys" "? 按键";
    bar_over() "the end · b back · a again · j jump · t take over · q quit" "结束 · b 退回 · a 再来 · j 跳到 · t 接管 · q 退出";
    jump_to(most) "to line (1 to {most}), Enter; Esc stays: " "跳到第几行（1 到 {most}），回车；Esc 不动：";
    jump_where(most) "the demo has lines 1 to {most}" "演示只有第 1 到第 {most} 行";
    skipped(number) "line {number} is skipped: it was not run" "跳过第 {number} 行：没有执行";
    went_back(number)
        "back to line {number}. A kernel cannot rewind: all is closed, and the lines before are run again on new sockets, with fresh ports where the kernel chooses"
        "回到第 {number} 行。内核无法倒回：一切都关闭，前面的行在新的套接字上重新执行，由内核选的端口也会换新";
    went_again(number)
        "line {number} again. A kernel cannot rewind: all is closed, and the lines before are run again on new sockets, with fresh ports where the kernel chooses"
        "第 {number} 行再来一次。内核无法倒回：一切都关闭，前面的行在新的套接字上重新执行，由内核选的端口也会换新";
    went_on(number) "on to line {number}: the lines between are run without a stop" "前进到第 {number} 行：中间的行连续执行，不再停顿";
    line_waits() "the line waits; Ctrl-C stops the waiting, `q` ends the demo" "这一行还在等待；按 Ctrl-C 停止等待，按 `q` 结束演示";
    by_hand(number) "step {number} of the lesson is passed already: its lines are left out" "课程第 {number} 步已经通过：略去它的行";
    not_skipped() "lines that were skipped are not run" "跳过的行不会执行";
    back_first()
        "back to the first line: all is closed, since a kernel cannot rewind"
        "回到第一行：内核无法倒回，所以一切都关闭";
    back_in_lesson(number)
        "back to line {number}. A kernel cannot rewind: all is closed, and what comes before is done again on new sockets and fresh ports"
        "回到第 {number} 行。内核无法倒回：一切都关闭，前面的内容在新的套接字和新端口上重做";
    again_in_lesson(number)
        "line {number} again. A kernel cannot rewind: all is closed, and what comes before is done again on new sockets and fresh ports"
        "第 {number} 行再来一次。内核无法倒回：一切都关闭，前面的内容在新的套接字和新端口上重做";
    first_line() "this is the first line" "这已经是第一行";
    last_line() "this is the end: no line is left to skip" "已到结尾：没有可跳过的行";
    taken_over() "the prompt is yours. `h` and Enter hand it back to the demo; what you make is closed when the demo goes back" "提示符由你操作。输入 `h` 回车交还给演示；演示退回时，你建立的东西也会关闭";
    handed_back() "the demo goes on" "演示继续";
    ctrl_c() "`q` ends the demo" "按 `q` 结束演示";
    big_letters(columns, rows)
        "for the back rows: {columns} × {rows} is small print. Enlarge the letters until the window has about 80 × 24"
        "后排看不清：现在是 {columns} × {rows}。请放大字号，直到窗口约为 80 × 24";
    lesson_stuck(number) "step {number} of the lesson is not passed, so the lesson does it itself" "课程第 {number} 步没有通过，由课程自己完成";

    no_terminal() "a demo needs a terminal; `sockscope check --demo` proves one without, `sockscope run` tells it" "演示需要终端；没有终端时可用 `sockscope check --demo` 检验，或用 `sockscope run` 讲解";
    no_such_near(what, near)
        "`{what}` is neither a file nor a lesson; did you mean `{near}`?"
        "`{what}` 既不是文件，也不是课程；是不是想写 `{near}`？";
    unplayable(what, line, why) "`{what}` is no lesson that can be played: line {line}: {why}" "`{what}` 不是能演示的课程：第 {line} 行：{why}";
    is_lesson(what)
        "`{what}` is a lesson and no script: give its name, and its folder with `--lessons FOLDER`"
        "`{what}` 是课程，不是脚本：请写课程名，并用 `--lessons 文件夹` 指明它所在的文件夹";
    no_such(what) "`{what}` is neither a file nor a lesson" "`{what}` 既不是文件，也不是课程";
    no_lines(what) "`{what}` has no line to be typed" "`{what}` 里没有要输入的行";
    demo_proved(what, lines, took) "`{what}` runs here: {lines} lines, {took}" "`{what}` 能在这里运行：{lines} 行，用时 {took}";
    line_endless(limit) "it had not ended after {limit} and was interrupted" "{limit}后仍未结束，已中断";
    ends_here(lines) "it ends the demo; lines behind it that are never shown: {lines}" "演示到此结束；后面还有 {lines} 行永远不会出现";
    record_over(path) "`{path}` is there already, and is not recorded over; choose another name, or remove it" "`{path}` 已经存在，不会覆盖它；请换个名字，或先把它删掉";
    waits_at(seconds) "it waits and becomes a job after {seconds}; with `&` it would at once" "它会等待，{seconds}后转为任务；加上 `&` 则立即如此";
    step_not_passed(step) "the lesson's step {step} is not passed behind it" "执行之后，课程的第 {step} 步没有通过";
    no_audience(why) "no presenter's view: {why}" "没有演示者视图：{why}";
    no_demo_runs() "no demo runs: `sockscope demo LESSON|FILE.sock` in another terminal begins one" "没有正在进行的演示：在另一个终端里用 `sockscope demo 课程|文件.sock` 开始";
    demo_gone() "the demo has ended" "演示已经结束";
    recorded(file, markers) "`{file}` is written: {markers} markers; `asciinema play {file}` (version 3) and the asciinema player show it" "已写出 `{file}`，标记 {markers} 个；用 `asciinema play {file}`（3.0 以上）或 asciinema 播放器播放";
    drawn(file, tool) "`{file}` is written by `{tool}`" "`{tool}` 已写出 `{file}`";
    tool_missing(option, tools) "`{option}` needs one of these, and none is installed: {tools}" "`{option}` 需要以下工具之一，都没有安装：{tools}";
    tool_failed(tool, why) "`{tool}` failed: {why}" "`{tool}` 失败：{why}";
}

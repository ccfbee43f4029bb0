//! What the program says besides refusals and explanations.

crate::messages! {
    call_failed(call, errno, words)
        "{call} failed: {errno} ({words})"
        "{call} 失败：{errno}（{words}）";
    timed_out(call, limit)
        "{call} had not returned after {limit} and was interrupted"
        "{call} 在 {limit} 内没有返回，已被中断";
    expected_but_succeeded(errno)
        "{errno} was expected, and the line succeeded"
        "预期 {errno}，但这一行成功了";
    expected_but_got(wanted, got)
        "{wanted} was expected, and {got} came"
        "预期 {wanted}，得到的却是 {got}";
    resolved_to_nothing(name)
        "`{name}` resolves to no address"
        "`{name}` 没有解析出地址";
    no_thread(why)
        "no thread could be started for the job: {why}"
        "无法为作业启动线程：{why}";
    wait_stopped()
        "the wait was stopped; the job goes on"
        "等待已停止；作业仍在继续";
    stopped()
        "stopped by Ctrl-C"
        "已被 Ctrl-C 停止";
    left_closed_one()
        "one socket was still open; it is closed now"
        "还有一个套接字开着，现已关闭";
    left_closed(count)
        "{count} sockets were still open; they are closed now"
        "还有 {count} 个套接字开着，现已全部关闭";
    left_removed(path)
        "removed `{path}`: this session made it, and `close` alone does not remove a path"
        "已删除 `{path}`：它由本次会话创建，而 `close` 本身不会删除路径";
    check_failed(goal, seen)
        "{goal}: not so; {seen}"
        "{goal}：不成立；{seen}";
    until_failed(goal, limit, seen)
        "{goal}: not within {limit}; {seen}"
        "{goal}：在 {limit} 内没有达到；{seen}";
    current_now(name)
        "`{name}` is the current socket now"
        "当前套接字现在是 `{name}`";
    no_jobs()
        "no job is waiting"
        "没有等待中的作业";
    no_failure()
        "no call has failed yet"
        "还没有调用失败过";
    setting(name, value)
        "{name} is `{value}` now"
        "{name} 现在是 `{value}`";
    repeat_ended(errno, rounds)
        "{errno} after {rounds} rounds"
        "第 {rounds} 轮得到 {errno}";
    goes_on_staged(job, call, socket)
        "{call} {socket} goes on in the background as job {job}, and the demo goes on"
        "{call} {socket} 转到后台继续，成为作业 {job}；演示接着进行";
    goes_on(job, call, socket)
        "{call} {socket} goes on in the background as job {job}; the prompt is yours (`cancel {job}` gives up)"
        "{call} {socket} 转到后台继续，成为作业 {job}；现在可以输入新命令（`cancel {job}` 放弃等待）";
    is_waiting(job, call, socket)
        "{call} {socket} is waiting as job {job}"
        "{call} {socket} 正在等待，作业 {job}";
    waiting()
        "<waiting>"
        "<等待中>";
    chosen_port(port)
        "the kernel chose port {port}"
        "内核选择了端口 {port}";
    peer_unnamed()
        "(unnamed)"
        "（未命名）";
    stored(asked, kept)
        "asked for {asked}, the kernel holds {kept}"
        "请求 {asked}，内核实际保存 {kept}";
    usage_lead() "usage" "用法";
    example_lead() "example" "例";
    did_you_mean(word)
        "did you mean `{word}`?"
        "是不是想写 `{word}`？";
    write_so(line)
        "as in `{line}`"
        "例如 `{line}`";
    an_answer()
        "an answer, not a failure"
        "这是回答，不是失败";
    interrupted_ctrl_c()
        "you pressed Ctrl-C: the call was interrupted by a real signal"
        "你按了 Ctrl-C：调用被真实的信号中断";
    interrupted_cancelled()
        "cancelled: the call was interrupted by a real signal"
        "已取消：调用被真实的信号中断";
    interrupted_timeout()
        "the time limit of the script was over: the call was interrupted by a real signal"
        "脚本的时限已到：调用被真实的信号中断";
    expected_errno()
        "as expected"
        "符合预期";
    kept_by(job)
        "closed, kept by job {job}"
        "已关闭，由作业 {job} 保持";
    closed_under_job(job)
        "the descriptor is gone; the call that waits in job {job} keeps the socket alive until it returns"
        "描述符已归还；作业 {job} 中等待的调用让套接字继续存活，直到它返回";
    ready_none()
        "nothing became ready in time"
        "时限内没有任何就绪";
    banner(version)
        "sockscope {version} · real sockets, explained."
        "sockscope {version} · 真实的套接字，逐步讲解。";
    banner_hint()
        "`help` · `lesson` · `explain WORD` · Ctrl-D leaves"
        "`help` · `lesson` · `explain 词` · Ctrl-D 离开";
    raised(from, to)
        "the limit of open descriptors was raised from {from} to {to}"
        "可打开的描述符上限已从 {from} 提高到 {to}";
    limit_left(limit)
        "only {limit} descriptors may be open here: EMFILE can be met"
        "这里最多只能打开 {limit} 个描述符：可以遇到 EMFILE";
    history_lost(why)
        "the history could not be kept: {why}"
        "历史记录无法保存：{why}";
    lessons_trouble(path, what) "{path}: {what}" "{path}：{what}";
    lessons_problem(path, line, what)
        "{path}:{line}: {what}"
        "{path}:{line}：{what}";
    not_linux()
        "sockscope needs Linux 5.15 or newer"
        "sockscope 需要 Linux 5.15 或更新的内核";
    interrupt_prompt()
        "Ctrl-C: the line is dropped"
        "Ctrl-C：已放弃这一行";
    interrupt_nothing()
        "Ctrl-C: nothing is waiting that it could interrupt; Ctrl-D leaves"
        "Ctrl-C：没有正在等待、可以中断的调用；按 Ctrl-D 离开";
    rest_dropped(count)
        "Ctrl-C: the rest of the text is dropped, statements: {count}"
        "Ctrl-C：余下的内容不再执行，共 {count} 条";
    help_head()
        "what you call here the kernel really does; names are yours: `server = socket inet stream`"
        "在这里调用什么，内核就真的做什么；名字由你取：`server = socket inet stream`";
    help_calls() "system calls" "系统调用";
    help_look() "looking" "查看";
    help_flow() "scripts and jobs" "脚本与作业";
    help_lab() "the lab: hosts and the wire" "实验室：主机与网线";
    help_lesson() "guided lessons" "课程";
    help_session() "the session" "会话";
    help_more()
        "`help bind` shows a command, `explain bind` what it means"
        "`help bind` 查看命令用法，`explain bind` 了解含义";
    no_code(language) "{language} has no such call" "{language} 没有这个调用";
    sum_help() "lists the commands, or shows one" "列出命令，或查看某个命令";
    sum_explain() "explains a call, an errno, an option, a state, a word" "解释调用、错误码、选项、状态或名词";
    sum_why() "the last failure once more, in full" "再次完整说明最近一次失败";
    sum_sockets() "every live socket: state, addresses, queues" "列出所有套接字：状态、地址、队列";
    sum_inspect() "everything the kernel tells of one socket" "内核所知的一个套接字的全部信息";
    sum_who() "which process owns an address" "哪个进程拥有某个地址";
    sum_use() "makes a socket the current one" "设为当前套接字";
    sum_jobs() "calls that wait in the background" "在后台等待的调用";
    sum_wait() "waits for a job, or for all" "等待一个或全部作业";
    sum_cancel() "interrupts a waiting job: EINTR" "中断等待中的作业：EINTR";
    sum_repeat() "runs a line several times, or until an errno comes" "把一行执行多次，或直到出现某个错误码";
    sum_until() "waits until a state is reached" "等到某个状态出现";
    sum_assert() "fails the line if a check does not hold" "检查不成立时这一行失败";
    sum_set() "explanations, code beside the steps, patience" "设置讲解、代码显示和等待时限";
    sum_sendall() "repeats send until everything is taken" "反复 send，直到全部发出";
    sum_lesson() "lists the guided lessons, or begins one" "列出课程，或开始一节课";
    sum_progress() "what of the lessons is done; export, import, forget" "课程进度；导出、并入、忘记";
    sum_goal() "the lesson's step and its goal once more" "再看一遍这一步和它的目标";
    sum_hint() "a hint for what is missing; each one says more" "针对缺少的部分给提示，一次比一次具体";
    sum_solution() "the lesson's own way, after asking" "显示课程自带的做法（会先询问）";
    sum_skip() "the lesson does this step for you" "让课程替你完成这一步";
    sum_back() "the step before, on fresh ports" "回到上一步，换新端口";
    sum_again() "this step once more, on fresh ports" "重做这一步，换新端口";
    sum_play() "leaves the lesson for a while" "暂时离开课程，自由试验";
    sum_resume() "comes back to the lesson" "回到课程";
    sum_allow() "lets a lesson from elsewhere run its programs" "允许外来课程运行它的程序";
    sum_test() "`test out`: the last step alone, for who knows the rest" "`test out`：已经会了，只做最后一步";
    sum_guess() "answers the question before the act" "回答动手之前的问题";
    sum_save() "writes the sitting to a file: `.sock` lines to run again, `.json` the log" "把这次实操写进文件：`.sock` 是可以再运行的行，`.json` 是日志";
    sum_load() "runs a file's lines (`.sock`), or shows a recorded sitting (`.json`; `load live` comes back)" "运行文件里的行（`.sock`），或调出录下的实操（`.json`；`load live` 回来）";
    sum_transcript() "writes the sitting as a report: every line, what it did, why (`.md`, `.html`)" "把这次实操写成报告：每一行、它做了什么、为什么（`.md`、`.html`）";
    sum_replay() "tells the sitting again with its own timing, or so many times as fast" "按原来的节奏重放这次实操，或快若干倍";
    sum_undo() "takes the last line back: closes all that was made and runs the lines before it again" "撤销上一行：关闭已建立的一切，把之前的行重新执行一遍";
    sum_export() "writes the sitting as a program in Python, C or Rust" "把这次实操写成 Python、C 或 Rust 程序";
    sum_quit() "closes everything and leaves" "关闭全部并退出";

    queue_waiting(waiting, most)
        "{waiting}/{most} waiting"
        "等待 {waiting}/{most}";
    queue_unread(count)
        "{count} B to read"
        "待读 {count} B";
    queue_messages(count)
        "{count} B to read in all its messages"
        "待读消息共 {count} B";
    queue_next(count)
        "next datagram {count} B"
        "下一个数据报 {count} B";
    queue_datagram(count, memory)
        "next datagram {count} B ({memory} B of memory)"
        "下一个数据报 {count} B（占内存 {memory} B）";
    queue_unacked(count)
        "{count} B not yet acknowledged"
        "未确认 {count} B";
    queue_fin()
        "the FIN not yet acknowledged"
        "FIN 尚未确认";
    queue_unacked_fin(count)
        "{count} B and the FIN not yet acknowledged"
        "未确认 {count} B，FIN 也未确认";
    queue_memory(count)
        "{count} B of send memory"
        "发送占内存 {count} B";
}

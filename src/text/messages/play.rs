//! What is said while a lesson is played.

crate::messages! {
    lesson_label() "lesson" "课程";
    step_label(number, of) "step {number} of {of}" "第 {number} 步，共 {of} 步";
    minutes(n) "about {n} minutes" "约 {n} 分钟";
    lesson_resumed(number) "you were at step {number}; the lesson goes on there" "上次进行到第 {number} 步，从这里继续";
    how_to_play()
        "every command stays available. `hint` helps, `goal` shows the step again, `skip` does it for you, `play` leaves for a while, `quit` leaves the lesson"
        "所有命令照常可用。`hint` 给提示，`goal` 重看这一步，`skip` 替你完成，`play` 暂时离开自由试验，`quit` 退出课程";
    sets_scene() "the lesson prepares this step:" "课程为这一步做准备：";
    goal_label() "goal" "目标";
    now_label(seen) "now: {seen}" "现状：{seen}";
    predict_label() "before you act" "动手之前先猜";
    predict_staged() "what does the class say? The lines that follow show it" "先请全班猜一猜，接下来的几行会给出答案";
    predict_how() "answer with its letter; `?` is \"I don't know\"" "输入选项字母作答；`?` 表示“不知道”";
    predict_how_many() "more than one may be right: `a c`; `?` is \"I don't know\"" "可能不止一个正确：如 `a c`；`?` 表示“不知道”";
    guess_kept(letters) "you said {letters}. Now see what the kernel does" "你的答案：{letters}。现在看看内核怎么做";
    guess_unknown() "you don't know yet: now see what the kernel does" "还不知道也没关系：看看内核怎么做";
    guess_none() "no question waits for an answer" "现在没有等待回答的问题";
    guess_letters(last)
        "answer with letters from `a` to `{last}`, or with `?`"
        "请用 `a` 到 `{last}` 的字母作答，或输入 `?`";
    you_said(letters) "you said {letters}" "你的答案：{letters}";
    you_did_not_know() "you did not know" "你当时不知道";
    no_guess() "you did not guess" "你没有猜";
    it_was(letters) "it was {letters}" "实际是 {letters}";
    it_was_none() "none of the answers was seen to happen" "这几种情况都没有出现";
    was_right() "right" "猜对了";
    was_wrong() "not what happened" "和实际不同";
    in_part() "part of it" "对了一部分";
    step_passed() "done" "完成";
    step_skipped() "done for you" "已替你完成";
    plays_part(name, role) "your `{name}` is the lesson's `{role}`" "你的 `{name}` 就是课程里的 `{role}`";
    hint_label(stage, of) "hint {stage} of {of}" "提示 {stage}/{of}";
    hint_command() "type" "输入";
    hint_nothing() "nothing is missing in this step" "这一步没有缺少什么";
    hint_question() "first a guess: answer with a letter, or `?`" "请先猜一猜：输入选项字母，或 `?`";
    hint_testing() "in a test there are no hints; `again` starts the lesson instead" "测试中没有提示；`again` 改为从头学这节课";
    solution_label() "this does it" "这样就行";
    solution_ask()
        "the solution shows every line of this step, and your progress will say that you saw it. `solution` again shows it"
        "答案会列出这一步的每一行，并记入你的进度。再输入一次 `solution` 就显示";
    no_lesson() "no lesson is being played; `lesson` lists them" "现在没有进行课程；输入 `lesson` 查看列表";
    lesson_unknown(name) "no lesson is called `{name}`" "没有叫 `{name}` 的课程";
    lesson_unknown_near(name, near) "no lesson is called `{name}`; there is `{near}`" "没有叫 `{name}` 的课程；有一节叫 `{near}`";
    lesson_broken(name) "the lesson `{name}` cannot be read; `sockscope check` says why" "课程 `{name}` 无法读取；`sockscope check` 会说明原因";
    lesson_other_language() "this lesson is not written in English yet" "这节课还没有中文版，以下为英文";
    no_lessons() "there are no lessons" "没有课程";
    lesson_unreadable() "(cannot be read; `sockscope check` says why)" "（无法读取；`sockscope check` 会说明原因）";
    minutes_short(n) "{n} min" "{n} 分钟";
    lesson_how()
        "`lesson NAME` begins one, or goes on where you left it"
        "`lesson 名字` 开始一节课，或从上次停下的地方继续";
    progress_lost(why)
        "the progress cannot be kept ({why}); the lesson goes on without"
        "进度无法保存（{why}），课程照常继续";
    progress_none() "no step of any lesson is done yet" "还没有完成任何步骤";
    progress_head_lesson() "lesson" "课程";
    progress_head_done() "steps" "步骤";
    progress_head_attempts() "tries" "尝试";
    progress_head_hints() "hints" "提示";
    progress_head_skips() "skips" "跳过";
    progress_head_right() "guesses right" "猜对";
    progress_unread(n)
        "lines of the progress file that could not be read, and are kept: {n}"
        "进度文件里有 {n} 行无法读取，原样保留";
    progress_exported(path) "written to `{path}`" "已写入 `{path}`";
    progress_imported(path) "`{path}` was taken in" "已并入 `{path}`";
    progress_imported_unread(path, n)
        "`{path}` was taken in; lines of it that could not be read, and are kept: {n}"
        "已并入 `{path}`；其中 {n} 行无法读取，原样保留";
    progress_not(path)
        "`{path}` is no progress file; `progress export FILE` writes one"
        "`{path}` 不是进度文件；用 `progress export 文件` 可以写出一个";
    progress_forgotten(name) "the progress of `{name}` is forgotten" "已忘记 `{name}` 的全部进度";
    progress_all_forgotten() "all progress is forgotten" "已忘记全部进度";
    progress_unknown(name) "nothing is known of `{name}`" "没有 `{name}` 的进度";
    progress_trouble(path, why) "`{path}`: {why}" "`{path}`：{why}";
    progress_words()
        "`progress` alone, or `progress export FILE`, `progress import FILE`, `progress forget LESSON`, `progress forget all`"
        "可用的有 `progress`、`progress export 文件`、`progress import 文件`、`progress forget 课程`、`progress forget all`";
    progress_no_home() "neither XDG_DATA_HOME nor HOME says where progress is kept" "XDG_DATA_HOME 和 HOME 都没有说明进度保存在哪里";
    first_step() "this is the first step" "这已经是第一步";
    play_free(number)
        "the lesson waits at step {number}. Try what you like; `resume` comes back"
        "课程停在第 {number} 步等你。随意试验吧，`resume` 回来";
    play_not_free() "the lesson is not left: this is its step" "课程没有暂停，这就是当前步骤";
    resumed_whole() "all that the lesson had made is still there" "课程之前建立的东西都还在";
    way_lacks(names)
        "{names} is closed, and this way needs it: `again` begins the step anew"
        "{names} 已经关闭，而这个做法要用到它：`again` 可以重做这一步";
    rebuilt_missing(names)
        "{names} was closed meanwhile, and a kernel cannot rewind: the lesson closes what is left of it and does the steps before this one again"
        "其间 {names} 被关闭了，内核无法倒回：课程会关闭剩下的套接字，把前面的步骤重做一遍";
    rebuilt_back(number)
        "back to step {number}. A kernel cannot rewind: what the lesson made is closed, and the steps before are done again, on fresh ports"
        "回到第 {number} 步。内核无法倒回：课程建立的东西会关闭，前面的步骤在新端口上重做";
    rebuilt_again()
        "this step once more. A kernel cannot rewind: what the lesson made is closed, and the steps before are done again, on fresh ports"
        "这一步重来。内核无法倒回：课程建立的东西会关闭，前面的步骤在新端口上重做";
    rebuilt_start(number)
        "the sockets of the last time ended with it, so the lesson does steps 1 to {number} again"
        "上次的套接字已随程序结束，课程先把第 1 到第 {number} 步重做一遍";
    rebuild_failed(number, seen)
        "step {number} could not be done again ({seen}); the lesson goes on there"
        "第 {number} 步没能重做成功（{seen}），课程从那里继续";
    skip_failed(seen)
        "the lesson's own way did not pass here: {seen}. `again` starts the step anew, `skip` once more goes on without it"
        "课程自带的做法在这里没有通过：{seen}。`again` 重来这一步，再输入一次 `skip` 则跳过";
    testing()
        "do the last step without help, and the lesson is passed. What stands before it is done for you. `again` gives the test up and starts the lesson"
        "不靠提示完成最后一步，这节课就算通过。前面的步骤会替你做好。`again` 放弃测试，从头学起";
    test_begins_only() "`test out` is for the beginning of a lesson; `again` goes back there" "`test out` 只能在课程开头使用";
    left_lesson(number, id)
        "lesson left at step {number}; `lesson {id}` goes on there. Your sockets stay open; `quit` again leaves sockscope"
        "已在第 {number} 步退出课程；`lesson {id}` 可从那里继续。你的套接字仍然打开；再输入 `quit` 离开 sockscope";
    finished() "the lesson is finished" "这节课完成了";
    totals(attempts, hints, skips) "lines tried: {attempts}, hints: {hints}, steps skipped: {skips}" "尝试 {attempts} 行，提示 {hints} 次，跳过 {skips} 步";
    totals_guesses(right, guesses) "predictions right: {right} of {guesses}" "{guesses} 次预测猜对 {right} 次";
    next_lesson(id, title) "next: `lesson {id}`, {title}" "下一课：`lesson {id}`，{title}";
    ask_program(line)
        "this lesson is not built in and wants to run a program: `{line}`. `allow` lets it, for this lesson"
        "这节课不是内置的，它要运行一个程序：`{line}`。输入 `allow` 允许（仅限本节课）";
    ask_off_machine(address)
        "this lesson is not built in and wants to reach {address}, which is not this machine; `allow` lets it, for this lesson"
        "这节课不是内置的，它要连接 {address}，那不是本机；输入 `allow` 允许（仅限本节课）";
    allowed() "this lesson may run programs and reach other machines" "这节课现在可以运行程序、连接其他机器";
    allow_nothing() "nothing waits to be allowed" "没有等待允许的事";
    runs_program(line) "in the background runs: `{line}`" "后台运行：`{line}`";
    program_missing(name)
        "`{name}` is not installed here, so it does not run; do its part by hand, or `skip`"
        "这里没有安装 `{name}`，因此不运行；可以自己动手代替它，或者 `skip`";
    program_failed(line, why) "`{line}` could not be started: {why}" "无法启动 `{line}`：{why}";
    program_over(name) "`{name}` has ended" "`{name}` 已结束";
    program_ended(name) "`{name}` ended with its step: the lesson stopped it" "`{name}` 随这一步结束：课程把它停止了";
    no_port() "no free port could be found" "找不到空闲端口";
}

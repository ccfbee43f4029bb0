//! The process's flags, for `--help`: `flag_` and the flag's id, `sub_` and the command's name; and what can be wrong with its words.

crate::messages! {
    about()
        "Real sockets, explained: a REPL in which people learn network sockets by using real ones"
        "真实的套接字，逐步讲解：在提示符下使用真实的套接字来学习网络编程";
    flag_lines() "Run these lines (`;` separates them) and leave" "执行这些行（以 `;` 分隔）后离开";
    flag_json() "One JSON event a line on standard output instead of the narration" "标准输出每行一个 JSON 事件，代替讲解";
    flag_quiet() "Scripts: tell nothing on standard output" "脚本：标准输出不显示任何内容";
    flag_keep_going() "Scripts: go on behind a failing line (the exit status is still 1)" "脚本：某行失败后继续（退出状态仍为 1）";
    flag_timeout() "Scripts: how long a call may take before it is interrupted" "脚本：一次调用最多多久，超过就被中断";
    flag_lang() "The language of everything that is said (default: from the locale)" "显示所用的语言（默认取自区域设置）";
    flag_lessons() "A folder of cards that override the built-in ones, file by file" "卡片文件夹，逐个文件替换内置卡片";
    flag_color() "When to use colour" "何时使用颜色";
    flag_ascii() "Draw with ASCII characters only" "只用 ASCII 字符绘制";
    flag_present() "For a projector: strong contrast, no ghost text, no history" "投影演示：高对比度，没有提示文字，不记历史";
    flag_width() "Columns to write for (default: the terminal's, or 100)" "输出的列数（默认为终端宽度，或 100）";
    flag_help() "Print help" "显示帮助";
    flag_version() "Print version" "显示版本";
    sub_run() "Run a script (`-` is standard input)" "执行脚本（`-` 表示标准输入）";
    sub_explain() "Explain a call, an errno, an option, a state, a word" "解释调用、错误码、选项、状态或名词";
    sub_lesson()
        "List the guided lessons, or begin one (`print NAME`, `demo NAME`, `new NAME` writes a skeleton, `add DIR` adds a course)"
        "列出课程，或开始一节课（`print 名字` 打印，`demo 名字` 演示，`new 名字` 写出骨架，`add 文件夹` 添加一门课）";
    sub_check() "Prove the lessons of a folder or a file (default: the built-in course)" "验证一个文件夹或文件里的课程（默认为内置课程）";
    sub_demo()
        "Play a lesson or a file in front of a class: lines are typed, and each result comes with a key"
        "在课堂上演示一节课或一个文件：逐行输入，按键后才显示结果";
    sub_present()
        "Show the presenter's view of the demo that runs: notes, the next line, what to expect, a clock"
        "显示正在进行的演示的演示者视图：备注、下一行、预期结果、时钟";
    flag_demo_what() "A lesson's name, or a file of lines (`save FILE.sock` writes one)" "课程名，或存有命令行的文件（可用 `save 文件.sock` 写出）";
    flag_record() "Record what the screen shows as an asciicast, a marker for each line" "把屏幕录成 asciicast，每行一个标记";
    flag_gif() "Draw the recording as a GIF (with `agg`)" "把录像画成 GIF（用 `agg`）";
    flag_svg() "Draw the recording as a moving SVG (with `svg-term` or `termtosvg`)" "把录像画成动态 SVG（用 `svg-term` 或 `termtosvg`）";
    flag_speed() "Type so many times as fast" "打字速度的倍数";
    flag_attach() "Attach to the demo that began last" "连接最近开始的演示";
    flag_prove_demo()
        "Run every line of this demo, a file or a lesson, as it would be at the prompt"
        "把这个演示（文件或课程）的每一行照提示符下的样子运行一遍";
    sub_progress()
        "Show what of the lessons is done (`export [FILE]`, `import FILE`, `forget LESSON|all`)"
        "显示课程进度（`export [文件]` 导出，`import 文件` 并入，`forget 课程|all` 忘记）";
    sub_grade()
        "Judge a learner's transcript again (a file, `-`, or a lesson's name for the one kept of it)"
        "重新评判学生的课程记录（文件、`-`，或用课程名指代保存的记录）";
    sub_help() "List the commands of the prompt, or show one" "列出提示符下的命令，或查看其中一个";
    sub_completions() "Write completions for a shell" "输出 shell 的补全脚本";
    flag_lesson_words()
        "A lesson's name or number; or `print`, `demo`, `new` with a name, `add` with a folder"
        "课程的名字或编号；或 `print`、`demo`、`new` 加名字，`add` 加文件夹";
    flag_path() "A folder with lessons, or one lesson" "有课程的文件夹，或一节课";
    flag_asked() "One of these; without any, it is shown" "以上之一；不写则显示进度";
    flag_all() "With `forget`: everything" "与 `forget` 一起：忘记全部";
    flag_trust() "Let the programs of these lessons run, and their lines reach other machines" "允许运行这些课程的程序，也允许课程里的行访问其他机器";
    flag_transcript() "A transcript, `-`, or a lesson's name" "课程记录、`-` 或课程名";
    flag_junit() "Write JUnit's XML" "写出 JUnit 的 XML";
    flag_gradescope() "Write Gradescope's results.json" "写出 Gradescope 的 results.json";
    flag_file() "The script, or `-`" "脚本文件，或 `-`";
    flag_words() "What is to be explained" "要解释的内容";
    flag_command() "The command that is to be shown" "要查看的命令";
    flag_shell() "The shell" "哪种 shell";

    head_usage() "Usage: " "用法：";
    head_commands() "Commands:" "命令：";
    head_arguments() "Arguments:" "参数：";
    head_options() "Options:" "选项：";
    some_options() "[OPTIONS]" "[选项]";
    some_command() "[COMMAND]" "[命令]";
    usually(value) "[default: {value}]" "（默认 {value}）";
    one_of(values) "[possible values: {values}]" "（可选 {values}）";

    usage_unknown_option(word) "there is no option `{word}`" "没有 `{word}` 这个选项";
    usage_unknown_command(word) "there is no command `{word}`; `sockscope run {word}` runs a script" "没有 `{word}` 这个命令；执行脚本请用 `sockscope run {word}`";
    usage_too_much(word) "`{word}` is left over" "多出了 `{word}`";
    usage_no_value(option) "`{option}` needs a value" "`{option}` 后面要有值";
    usage_bad_value(word, option) "`{word}` is no value for `{option}`" "`{word}` 不能作 `{option}` 的值";
    usage_takes_none(option, word) "`{option}` takes no value, and it was given `{word}`" "`{option}` 不带值，这里却给了 `{word}`";
    usage_conflict(one, other) "`{one}` and `{other}` cannot stand together" "`{one}` 和 `{other}` 不能同时使用";
    usage_twice(option) "`{option}` stands twice" "`{option}` 重复了";
    usage_missing(what) "`{what}` is missing" "缺少 `{what}`";
    usage_not_utf8() "a word is not UTF-8 text" "有一个词不是 UTF-8 文本";
    usage_wanted(what) "it is {what}" "应为{what}";
    usage_values(values) "possible are {values}" "可选的值：{values}";
    usage_more() "`sockscope --help` tells more" "详见 `sockscope --help`";
}

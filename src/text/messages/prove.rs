//! What the author's checker says when a lesson is proved.

crate::messages! {
    met_before(seen)
        "this check is met before its `try`, so it proves nothing: {seen}"
        "这条检查在 `try` 之前就已满足，证明不了什么：{seen}";
    unmet_after(seen) "this check is not met behind its `try`: {seen}" "执行 `try` 之后这条检查仍未满足：{seen}";
    marked_right(seen) "this answer is marked right, but that is not what happens: {seen}" "这个选项标为正确，但实际并非如此：{seen}";
    marked_wrong(seen) "this answer is marked wrong, but it is what happens: {seen}" "这个选项标为错误，但实际正是如此：{seen}";
    way_fails(goal, seen) "this other way does not pass: {goal}; now: {seen}" "这种做法没有通过：{goal}；现状：{seen}";
    mistake_passes() "this mistake passes the step" "这个错误做法竟然通过了这一步";
    mistake_fine(wanted) "this mistake should meet `{wanted}`, and nothing fails so" "这个错误做法应当遇到 `{wanted}`，却没有这样失败";
    mistake_other(wanted, got) "this mistake should meet `{wanted}`; it met {got}" "这个错误做法应当遇到 `{wanted}`，实际遇到的是 {got}";
    not_rebuilt(seen)
        "the steps before this one cannot be done again in one go, so its other ways and mistakes are not proved: {seen}"
        "前面的步骤无法一次重做，因此这一步的其他做法和错误做法没有验证：{seen}";
    not_run(name)
        "`{name}` does not run here (not installed, or not trusted), so what needs it is not proved"
        "`{name}` 在这里没有运行（未安装或未获信任），依赖它的部分没有验证";
    rest_not_proved(step) "what follows the step `{step}` is not proved here" "步骤 `{step}` 之后的内容在这里没有验证";
    not_proved() "no `if` stands under the right answer, so this prediction is not proved" "正确选项下面没有 `if`，这个预测没有验证";
    role_is_command(name)
        "`{name}` names a command or a constant, so it is no good name for a part"
        "`{name}` 是命令或常量的名字，不宜作角色名";
    hole_unknown(word)
        "nothing fills `{word}`; there are `port`, `port2`, `port3`, `path`, `path2`, `name`, `name2` in braces"
        "`{word}` 没有对应的值；花括号里可用 `port`、`port2`、`port3`、`path`、`path2`、`name`、`name2`";
    needs_unknown(name) "no lesson has the id `{name}`" "没有 id 为 `{name}` 的课程";
    word_unknown(word) "`explain {word}` finds nothing" "`explain {word}` 找不到任何内容";
    link_broken(target) "this link leads nowhere: `{target}`" "这个链接无处可去：`{target}`";
    no_lessons_in(folder)
        "no lesson lies in `{folder}`: a lesson is a file `.md` that begins with `---`, in the folder itself or in `en/course` and `zh/course`"
        "`{folder}` 里没有课程：课程是以 `---` 开头的 `.md` 文件，放在该文件夹或其中的 `en/course`、`zh/course` 里";
    proved(lessons, steps, checks)
        "proved: lessons {lessons}, steps {steps}, checks {checks}"
        "验证了 {lessons} 节课：{steps} 个步骤，{checks} 条检查";
    looked_through(lessons, steps, checks)
        "looked through: lessons {lessons}, steps {steps}, checks {checks}"
        "检查了 {lessons} 节课：{steps} 个步骤，{checks} 条检查";
    proved_more(predicts, ways, mistakes, took)
        "predictions {predicts}, other ways {ways}, mistakes {mistakes}, in {took}"
        "{predicts} 个预测，{ways} 种其他做法，{mistakes} 个错误做法，用时 {took}";
    flawed(n) "flaws: {n}" "问题：{n} 处";
    off_machine(address)
        "this lesson is not built in and wants to reach `{address}`, which is not this machine; `--trust` lets it"
        "这个课程不是内置的，而且要访问 `{address}`，它不是本机；加上 `--trust` 允许访问";
    untrusted()
        "programs of these lessons were not run; `--trust` lets them"
        "没有运行这些课程的程序；加上 `--trust` 允许运行";
}

//! What is said of a transcript that is judged again.

crate::messages! {
    no_transcript(file)
        "`{file}` is no transcript of a lesson: such a file begins with `# sockscope transcript 1` and `# lesson NAME`, or holds the events of `--json`"
        "`{file}` 不是课程记录：这种文件以 `# sockscope transcript 1` 和 `# lesson 名字` 开头，或是 `--json` 输出的事件";
    step_met(attempts, hints) "met, lines: {attempts}, hints: {hints}" "已满足，{attempts} 行，提示 {hints} 次";
    step_by_lesson() "the lesson did it" "由课程代为完成";
    not_reached() "not reached" "没有进行到";
    step_missing(goal, seen) "missing: {goal}; seen: {seen}" "缺少：{goal}；现状：{seen}";
    sum(met, of) "steps met: {met} of {of}" "满足 {met}/{of} 步";
    guarded()
        "a transcript's line may reach neither another machine nor a file"
        "记录中的行不能连接其他机器，也不能触及文件";
}

//! `lesson record`, `lesson new`, `lesson add`: what is said, and what is written into a new lesson.

crate::messages! {
    begins(name)
        "recording `{name}`: do what the lesson should teach. `lesson record step TITLE` ends a step and begins the next, `lesson record done` writes `{name}.md`"
        "开始录制 `{name}`：做一遍这节课要教的事。`lesson record step 标题` 结束一步、开始下一步，`lesson record done` 写出 `{name}.md`";
    step(number) "step {number} is being recorded" "正在录制第 {number} 步";
    already(name) "`{name}` is being recorded: `lesson record step TITLE` or `lesson record done`" "正在录制 `{name}`：可用 `lesson record step 标题` 或 `lesson record done`";
    not_recording() "nothing is being recorded; `lesson record NAME` begins" "现在没有在录制；`lesson record 名字` 开始";
    nothing() "nothing was done, so there is no lesson to write" "什么都没做，没有课程可写";
    written(path, steps)
        "`{path}` is written, steps: {steps}. Say in it what each step is about, then `sockscope check {path}`"
        "已写出 `{path}`，共 {steps} 步。在里面写明每一步讲什么，然后 `sockscope check {path}`";
    created(path) "`{path}` is written" "已写出 `{path}`";
    exists(path) "`{path}` is there already; nothing was written" "`{path}` 已经存在，什么都没有写";
    try_check(folder) "now: `sockscope check {folder}`, then `sockscope --lessons {folder} lesson`" "接下来：`sockscope check {folder}`，再 `sockscope --lessons {folder} lesson`";
    added(count, name) "lessons added: {count}; the course is called `{name}`" "已添加 {count} 节课，课程名为 `{name}`";
    lesson_words()
        "`lesson` lists, `lesson NAME` begins, `lesson print NAME` shows it to be read, `lesson demo NAME` plays it by itself, `lesson new NAME` writes a skeleton, `lesson add DIR` adds a course"
        "`lesson` 列出，`lesson 名字` 开始，`lesson print 名字` 打印，`lesson demo 名字` 演示，`lesson new 名字` 写出骨架，`lesson add 文件夹` 添加课程";

    opening() "What the lesson is about, and for whom." "这节课讲什么、给谁看。";
    step_title(number) "Step {number}" "第 {number} 步";
    step_text() "What is to be done here, and what for." "这里要做什么、为了什么。";
    hint() "What a learner may have overlooked." "学习者可能忽略了什么。";
    after() "What happened, and why." "发生了什么、为什么。";
}

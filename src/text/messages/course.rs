//! What is said about the files of lessons, by the author's checker.

crate::messages! {
    level_beginner() "beginner" "入门";
    level_intermediate() "intermediate" "进阶";
    level_advanced() "advanced" "高级";

    front_missing()
        "a lesson begins with a line `---`, its front matter (title, level, minutes), and another line `---`"
        "课程文件要以一行 `---` 开头，接着是头部信息（title、level、minutes），再以一行 `---` 结束";
    front_open()
        "the front matter is never closed by a line `---`"
        "头部信息没有用一行 `---` 结束";
    front_needs(key) "the front matter lacks `{key}`" "头部信息缺少 `{key}`";
    front_line() "a line of the front matter is `key: value`" "头部信息的每一行应写成 `键: 值`";
    front_key(key)
        "the front matter has no key `{key}`; there are `title`, `level`, `minutes`, `needs` and `covers`"
        "头部信息没有 `{key}` 这个键；可用的有 `title`、`level`、`minutes`、`needs` 和 `covers`";
    front_twice(key) "`{key}` stands in the front matter twice" "头部信息里 `{key}` 出现了两次";
    front_level(value)
        "`{value}` is no level; there are `beginner`, `intermediate` and `advanced`"
        "`{value}` 不是有效的难度；可用的有 `beginner`、`intermediate` 和 `advanced`";
    front_minutes(value)
        "`{value}` is no number of minutes from 1 to 600"
        "`{value}` 不是 1 到 600 之间的分钟数";
    front_lab(value) "`lab` is `yes` or `no`, not `{value}`" "`lab` 应为 `yes` 或 `no`，而不是 `{value}`";
    front_covers(value) "`{value}` is no list of numbers" "`{value}` 不是数字列表";

    no_steps(mark)
        "the lesson has no step: a step is a heading `## Title {mark}`"
        "这节课没有任何步骤：步骤是形如 `## 标题 {mark}` 的小节";
    heading_level()
        "a lesson has headings of the first level (its own) and the second (its steps) only"
        "课程文件只能有一级标题（课程名）和二级标题（步骤）";
    step_no_id(title, mark)
        "the step `{title}` has no id: write `## {title} {mark}`"
        "步骤“{title}”没有 id：请写成 `## {title} {mark}`";
    step_bad_id(id)
        "`{id}` is no id: small letters, digits and hyphens"
        "`{id}` 不能作 id：只能用小写字母、数字和连字符";
    step_twice(id) "another step has the id `{id}` already" "已经有一个步骤的 id 是 `{id}`";
    step_no_check(title)
        "the step `{title}` has neither a `check` nor a `predict`, so nobody could pass it"
        "步骤“{title}”既没有 `check` 也没有 `predict`，没有人能通过它";
    try_no_check() "no `check` follows this `try`" "这个 `try` 后面没有 `check`";
    check_no_try()
        "no `try` stands before this `check`, so nothing shows that it can be met"
        "这个 `check` 前面没有 `try`，无法证明它能够满足";
    fence_empty(word) "this `{word}` is empty" "这个 `{word}` 是空的";
    fence_unknown(word) "`{word}` is no fence of a lesson; it is shown as code" "课程没有 `{word}` 这种代码块，会按普通代码显示";
    run_words(words)
        "`run` stands alone or as `run until STEP`, the id of this step or a later one; not `{words}`"
        "`run` 要么单独写，要么写成 `run until 步骤id`（本步骤或后面的步骤）；不能写 `{words}`";
    run_until(id) "neither this step nor a later one has the id `{id}`" "本步骤及后面的步骤都没有 id `{id}`";
    hint_first()
        "a `hint` belongs to the `check` before it, and there is none"
        "`hint` 属于它前面的 `check`，而这里前面没有";
    wrong_reason(reason)
        "`{reason}` is no reason for a `wrong`: an errno, a code of a refusal (`unknown-name`, …), or the very text of a check of this step"
        "`{reason}` 不能作 `wrong` 的理由：应为错误码、拒绝代码（`unknown-name` 等），或本步骤某条检查的原文";
    predict_option()
        "an answer is written `- [ ] text`, or `- [x] text` where it is right"
        "选项写成 `- [ ] 文字`，正确的写成 `- [x] 文字`";
    predict_if()
        "`if CHECK` stands under one answer, indented, once"
        "`if 检查` 要缩进写在某个选项下面，且只写一次";
    predict_no_question() "this `predict` has no question before its answers" "这个 `predict` 的选项前面没有问题";
    predict_few() "this `predict` has fewer than two answers" "这个 `predict` 的选项不足两个";
    predict_many() "this `predict` has more than eight answers" "这个 `predict` 的选项超过八个";
    predict_no_right() "no answer of this `predict` is marked right: `- [x]`" "这个 `predict` 没有标出正确选项：`- [x]`";
    predict_no_answer()
        "this `predict` has no `> …` that tells what happened and why"
        "这个 `predict` 没有用 `> …` 说明发生了什么、为什么";

    differs_front(key)
        "`{key}` differs from the lesson in the other language"
        "`{key}` 与另一种语言的课程不同";
    differs_step(id, here)
        "here the other language has the step `{id}`, not `{here}`"
        "另一种语言在这里的步骤是 `{id}`，不是 `{here}`";
    differs_missing(id) "the step `{id}` of the other language is missing" "缺少另一种语言里的步骤 `{id}`";
    differs_more(id) "the other language has no step `{id}`" "另一种语言没有步骤 `{id}`";
    differs_line(fence, line)
        "this line of `{fence}` differs from the other language, which has `{line}`"
        "`{fence}` 里的这一行与另一种语言不同，那边是 `{line}`";
    differs_count(fence)
        "this step has more or fewer of `{fence}` than in the other language"
        "这个步骤的 `{fence}` 与另一种语言的数量不同";
    differs_until(words)
        "how long this program runs differs from the other language; there it is `{words}`"
        "这个程序运行到何时与另一种语言不同；那边写的是 `{words}`";
    differs_predict()
        "the answers of this `predict` differ from the other language in number, in which is right, or in an `if`"
        "这个 `predict` 的选项与另一种语言不同：数量、哪个正确或 `if` 不一致";
    language_missing(lang)
        "the lesson has no file in the other language (`{lang}`)"
        "这节课没有另一种语言（`{lang}`）的文件";
}

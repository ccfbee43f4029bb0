//! What is said about the card files, and the few words that stand around a card.

crate::messages! {
    file_unreadable(why)
        "the file cannot be read ({why}), so it is not used"
        "无法读取这个文件（{why}），因此不使用它";
    file_too_big(most)
        "the file has more than {most} bytes, so it is not used"
        "文件超过 {most} 字节，因此不使用它";
    file_not_plain()
        "this is not a plain file, so it is not used"
        "这不是普通文件，因此不使用它";
    file_not_utf8()
        "the file is not UTF-8 text, so it is not used"
        "文件不是 UTF-8 文本，因此不使用它";
    file_no_heading()
        "the file does not begin with a `# heading`, so it is not used"
        "文件开头没有 `# 标题`，因此不使用它";
    file_no_brief()
        "no paragraph follows the `# heading`: the brief line is missing, so the file is not used"
        "`# 标题` 后面没有段落，缺少简介行，因此不使用它";
    file_unknown()
        "the built-in lessons have no such file, so nothing will show it"
        "内置课程里没有这个文件，所以哪里也不会显示它";
    folder_unreadable(why)
        "the folder cannot be read: {why}"
        "无法读取这个文件夹：{why}";
    entry_no_text(name)
        "`## {name}` has no text, so it is not used"
        "`## {name}` 没有内容，因此不使用它";
    fence_open()
        "this code fence is never closed"
        "这个代码块没有结束的围栏";
    placeholder_unknown(word)
        "`{word}` is not filled in here; only errno sections know placeholders, and these are `socket` and `address` in braces"
        "`{word}` 在这里不会被替换；只有错误码小节有占位符，就是花括号里的 `socket` 和 `address`";
    try_count(name, count)
        "`## {name}` should end in exactly one quote line to try (`> …`); it has {count}"
        "`## {name}` 的末尾应有且只有一行引用（`> …`）说明可以试什么；这里有 {count} 行";
    section_unknown(name)
        "a card has no section `## {name}`: there are `C`, `Python` and the names of errnos"
        "卡片没有 `## {name}` 这样的小节：可用的有 `C`、`Python` 和错误码的名字";
    section_no_code(name)
        "`## {name}` holds no code block"
        "`## {name}` 里没有代码块";

    the_socket() "the socket" "该套接字";
    the_address() "the address" "该地址";
    try_label() "try" "试试";
    in_c() "in C" "C 写法";
    in_python() "in Python" "Python 写法";
    errors_label() "can fail with" "可能的错误码";
    errors_as(call)
        "its errnos are explained with `{call}`"
        "错误码的解释见 `{call}`";
    see_also() "see also" "另见";
}

//! `transcript`: the words of the report itself.

crate::messages! {
    transcript_title() "A sitting of sockscope" "sockscope 实操报告";
    transcript_head(date) "{date}. Every line is a real call on a real socket; beside it stands what the kernel answered, and why." "{date}。每一行都是对真实套接字的真实调用；旁边是内核的回答和原因。";
    transcript_ladder() "The whole sitting" "整个过程";
    transcript_written(path, lines) "`{path}` is written, lines: {lines}" "已写出 `{path}`，共 {lines} 步";
}

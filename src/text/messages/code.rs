//! What exported programs say of themselves in comments.

crate::messages! {
    code_title_all() "A sitting of sockscope as a program: the same calls on real sockets of this machine, and the same answers." "一次 sockscope 实操写成的程序：在本机真实的套接字上做同样的调用，得到同样的结果。";
    code_title_role(role) "The {role}'s part of a sitting of sockscope: the same calls on real sockets, and the same answers." "一次 sockscope 实操中 {role} 那一端写成的程序：在真实的套接字上做同样的调用，得到同样的结果。";
    code_title_host(host) "What {host} did in a sitting of sockscope: the same calls on real sockets, and the same answers. lab.sock runs it, on a host of the lab." "一次 sockscope 实操中主机 {host} 所做的事写成的程序：在真实的套接字上做同样的调用，得到同样的结果。由 lab.sock 在实验室的主机上运行。";
    code_turns_doc() "The programs of all hosts and lab.sock share this file: whose turn it is, and addresses that the kernel chose." "各主机的程序和 lab.sock 共用这个文件：轮到谁，以及内核选定的地址。";
    code_turn_doc() "Waits until what comes before this in the sitting has been done: on another host, or on the wire." "等到实操中排在前面的事做完：在另一台主机上，或在线路上。";
    code_told_by(socket) "the program of another host has told the address of {socket}" "{socket} 的地址由另一台主机的程序告知";
    code_lab_title() "A sitting of sockscope in the lab: this script makes the hosts and is the hand at the wire, and each host's program does what was done there." "一次在实验室里的 sockscope 实操：这个脚本建立主机、操作线路，每台主机上做的事由它自己的程序完成。";
    code_lab_build(how) "First, in this folder: {how}" "先在这个目录里执行：{how}";
    code_lab_run() "Then: sockscope run --timeout 60s lab.sock" "然后：sockscope run --timeout 60s lab.sock";
    code_lab_run_only() "In this folder: sockscope run --timeout 60s lab.sock" "在这个目录里执行：sockscope run --timeout 60s lab.sock";
    code_lab_turns() "turn.sh waits until it is the script's turn, and gives the turn on: the programs do the same." "turn.sh 等到轮到脚本，再把轮次交出去：各个程序也是这样做的。";
    code_lab_wait() "Each program ends well if every call was answered as in the sitting." "每个调用的结果都和实操时一样，程序才会正常结束。";
    code_lab_failed(line) "it failed in the sitting: {line}" "实操时这一行失败了：{line}";
    code_kernel_chose() "the kernel chose the port: it is read back" "端口由内核选定：读回来";
    code_at_the_end() "the sitting ended here, and closed what was open" "实操到此结束，还开着的都关掉";
    code_paths_removed() "close does not remove a path" "close 不会删除路径";
    code_fails_doc() "What is done inside fails with this errno, as it did in the sitting." "其中的操作会以这个 errno 失败，和实操时一样。";
    code_job_doc() "A call that waits in a thread of its own: result() is what it returns, or raises." "在单独线程里等待的调用：result() 给出它的返回值，或抛出它的异常。";
    code_job_entered() "the next line runs a moment later, so that it is in its call by then" "下一行稍后才运行，好让它先进入调用";
    code_job_stays() "still waiting when the sitting ended" "实操结束时它还在等待";
    code_job_start(number) "job {number} waits in a thread of its own" "作业 {number} 在单独的线程里等待";
    code_job_join(number) "job {number} has its answer" "作业 {number} 有了结果";
    code_job_given_up(number) "job {number} is given up: its call is interrupted" "放弃作业 {number}：打断它的调用";
    code_no_interrupt() "a signal would not end it, Python repeats the call (PEP 475): it waits in select, and for a second socket that ends the wait" "信号打断不了它，Python 会重做调用（PEP 475）：所以用 select 同时等另一个套接字来结束等待";
    code_cannot_give_up() "the sitting gave up on it here; Python cannot interrupt this call, and leaves its thread behind" "实操在这里放弃了它；Python 打断不了这个调用，线程就留在那里";
    code_until_doc() "Waits until it is so: the answer of another socket takes a moment to arrive." "等到条件成立：另一端的动作过一会儿才会到。";
    code_other_answer() "another answer" "结果不同";
    code_no_failure() "it did not fail" "没有失败";
    code_never_comes() "it does not come" "等不到";
    code_untold() "nobody has told it" "没有人告知";
    code_port_place() "The port stands at the same place in both families." "两种地址族的端口都在同一个位置。";
    code_both_ends(call)
        "the sitting called {call} here, on sockets of both ends: no program of one end has them all"
        "实操在这里对两端的套接字调用了 {call}：只有一端的程序拿不到全部套接字";
    code_waited_for(check) "the sitting waited here: {check}" "实操在这里等待：{check}";
    code_it_was(value) "it was {value}" "当时是 {value}";
    code_not_here(call) "the sitting called {call} here, which this language has no words for" "实操在这里调用了 {call}，这门语言没有对应的写法";
    code_same_doc() "Stops the program where something else happens than in the sitting." "如果发生的事和实操时不同，程序就停下。";
    code_change_me() "typed in the sitting; free at that time" "实操时输入的值，当时没有被占用";
    code_told_address(role) "where the {role} listens: two words of the command line" "{role} 的地址：命令行上的两个词";
    code_no_flags_accept() "accept of this language takes no flags" "这门语言的 accept 不带标志";
    code_python_adds() "Python makes every descriptor close-on-exec, as sockscope does." "Python 的描述符都是 close-on-exec 的，和 sockscope 一样。";
    code_rust_scoped_doc()
        "An IPv6 address that counts on one link only: it says behind which interface (ipv6(7))."
        "只在一条链路上有效的 IPv6 地址：要说明在哪个接口上（ipv6(7)）。";
    code_rust_safe_interface() "a C string is read." "只读取一个 C 字符串。";
    code_rust_filled_doc() "The bytes that a call has put at the beginning of its room." "调用写进缓冲区开头的那些字节。";
    code_rust_safe_filled() "the kernel wrote these bytes." "这些字节是内核写好的。";
    code_rust_option_doc() "An option that is one int: getsockopt(2)." "值是一个 int 的选项：getsockopt(2)。";
    code_rust_safe_option() "at most the four bytes of `value` are written." "最多只写 `value` 的四个字节。";
    code_rust_set_option_doc() "setsockopt(2), for options that have no word in socket2." "setsockopt(2)，用于 socket2 没有对应写法的选项。";
    code_rust_safe_set_option() "the bytes of `value` are read." "只读取 `value` 的字节。";
    code_rust_safe_numbers() "only numbers are passed." "传的只有数字。";
    code_rust_amount_doc() "Bytes in a queue: FIONREAD to be received, TIOCOUTQ not yet acknowledged (tcp(7))." "队列里的字节数：FIONREAD 是等待接收的，TIOCOUTQ 是尚未得到确认的（tcp(7)）。";
    code_rust_safe_amount() "one int is written." "只写一个 int。";
    code_rust_safe_info() "numbers, of which zero is one; at most so many bytes are written." "里面全是数字，可以为零；写入的字节不超过给出的长度。";
    code_rust_poll_doc() "poll(2): what is ready of each; a negative time is no limit." "poll(2)：每个描述符就绪了什么；时间为负表示不限时。";
    code_rust_safe_poll() "so many structures are read and written." "读写的结构正好这么多个。";
    code_rust_safe_ready() "one structure is read and written." "只读写一个结构。";
    code_rust_written_doc() "What the programs of all hosts and lab.sock have written so far: whose turn it is, and addresses that the kernel chose." "各主机的程序和 lab.sock 至今写下的内容：轮到谁，以及内核选定的地址。";
    code_rust_select_doc() "select(2): the descriptors of each set that are ready." "select(2)：每个集合中已就绪的描述符。";
    code_rust_safe_select() "fd_set is plain bits, and every descriptor is below FD_SETSIZE." "fd_set 只是一组位，每个描述符都小于 FD_SETSIZE。";
    code_rust_safe_epoll_create() "a new descriptor, which nobody else has." "这是新的描述符，别处没有在用。";
    code_rust_safe_epoll_ctl() "one structure is read." "只读取一个结构。";
    code_rust_safe_epoll_wait() "at most so many structures are written." "写入的结构不超过这么多个。";
    code_rust_send_rights_doc() "Descriptors go along with the bytes: SCM_RIGHTS (unix(7))." "随字节一起传送描述符：SCM_RIGHTS（unix(7)）。";
    code_rust_aligned() "the room is aligned as a cmsghdr is." "这样缓冲区才与 cmsghdr 同样对齐。";
    code_rust_safe_send_rights() "every pointer is to something that lives until sendmsg has returned, and the control room is large enough." "每个指针所指的东西都活到 sendmsg 返回之后，控制缓冲区也足够大。";
    code_rust_received_rights_doc() "Bytes, and the descriptors that came along." "收到的字节，以及随之而来的描述符。";
    code_rust_safe_received_rights() "every pointer is to something that lives until recvmsg has returned; the descriptors are new and nobody else's." "每个指针所指的东西都活到 recvmsg 返回之后；描述符是新的，别处没有在用。";
    code_rust_start_doc() "A thread in which one call waits; the next line runs a moment later, so that it is in its call by then."
        "一个线程，里面有一个调用在等待；下一行稍后才运行，好让它先进入调用。";
    code_rust_give_up_doc() "Interrupts the call that a thread waits in." "打断线程正在等待的调用。";
    code_rust_safe_give_up() "the thread has not been joined." "这个线程还没有被 join。";
    code_rust_hear_signals_doc() "A signal that is heard, and not restarted behind, interrupts a call: signal(7)." "捕获到信号、而且不自动重启，调用就会被打断：signal(7)。";
    code_rust_safe_hear_signals() "the handler does nothing." "处理函数什么也不做。";
}

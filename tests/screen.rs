//! What the narration looks like on screens of different widths.

use crate::kit::{Script, lines, script};
use unicode_width::UnicodeWidthStr;

/// Calls with long lines: a list of addresses, control messages, sets of descriptors, wide data.
const LONG: &str = "set explain off; resolve localhost:http; a b = socketpair unix stream; sendmsg a \"x, y\" rights=a,file:/etc/hostname; \
    recvmsg b 100 rights=2 name=got; poll a:in b:in|out got1:in|out 500ms; setsockopt a linger on 5; \
    expect EAGAIN recv a 100 dontwait; send a \"你好, 世界\"; recv b 100 peek; recv a 10 &; cancel 1; why";

fn told(width: usize, arguments: &[&str]) -> String {
    let script = arguments.iter().fold(lines(LONG).arg("--width").arg(width.to_string()), Script::arg);
    script.run().ok().told()
}

/// The lines of calls: all but those that echo what was typed, and the rows of sockets.
fn is_of_a_call(line: &str) -> bool {
    !line.contains('›') && !line.contains("   fd ")
}

#[test]
fn a_call_is_broken_between_its_arguments_and_hangs() {
    let told = told(80, &[]);
    let wanted = "
  recvmsg(4, {msg_name=NULL, msg_iov=[{iov_base=\"x, y\", iov_len=100}],
      msg_iovlen=1, msg_control=[SCM_RIGHTS [5, 6]], msg_controllen=24,
      msg_flags=0}, MSG_CMSG_CLOEXEC) = 4";
    assert!(told.contains(wanted), "{told}");
}

#[test]
fn no_line_of_a_call_is_wider_than_the_screen() {
    for arguments in [&[][..], &["--ascii"], &["--lang", "zh"]] {
        for width in [60, 72, 80, 81, 100] {
            let told = told(width, arguments);
            for line in told.lines().filter(|l| is_of_a_call(l)) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_call_reads_the_same_on_every_screen() {
    // Broken lines put together again; the time is what differs.
    let joined = |width| {
        let told = told(width, &[]);
        let mut calls: Vec<String> = Vec::new();
        for line in told.lines() {
            match line.strip_prefix("      ") {
                Some(more) if !more.starts_with(' ') => {
                    let last = calls.last_mut().expect("a call that goes on");
                    *last = format!("{last} {more}");
                }
                _ => calls.push(line.trim_end().to_string()),
            }
        }
        let calls = calls.into_iter().filter(|l| l.contains(") = "));
        let untimed = |l: String| match l.rsplit_once("  ").filter(|l| l.1.ends_with("s") && !l.1.contains(')')) {
            Some((call, _)) => call.trim_end().to_string(),
            None => l,
        };
        calls.map(untimed).collect::<Vec<_>>()
    };
    let whole = joined(400);
    assert!(whole.len() >= 11, "{whole:#?}");
    for width in [60, 80, 100] {
        assert_eq!(joined(width), whole, "{width}");
    }
}

#[test]
fn each_buffer_and_each_message_is_told_with_what_came_into_it_as_strace_does() {
    let text = "set explain off\na b = socketpair unix stream; writev a abc de\nreadv b 3 100 7\n\
                u = socket inet dgram; bind u 127.0.0.1:0\nv = socket inet dgram; bind v 127.0.0.1:0\n\
                sendto v one {u.local}; sendto v three {u.local}\nrecvmmsg u 2 4 dontwait";
    let ran = script(text).arg("--width").arg("300").run().ok();
    let told = ran.told();
    assert!(
        told.contains("[{iov_base=\"abc\", iov_len=3}, {iov_base=\"de\", iov_len=100}, {iov_base=\"\", iov_len=7}], 3) = 5"),
        "{told}"
    );
    assert!(told.contains("iov_base=\"one\", iov_len=4, msg_flags=0}, {msg_name={AF_INET, 127.0.0.1:"), "{told}");
    assert!(told.contains("iov_base=\"thre\", iov_len=4, msg_flags=MSG_TRUNC}]"), "{told}");
}

#[test]
fn what_waits_is_told_as_what_the_kernels_figure_counts() {
    let text = "set explain off\na b = socketpair unix seqpacket; send a one; send a two; getsockname b\n\
                c d = socketpair unix dgram; send c xyz; send c x; getsockname d\nshutdown d rd; recv d 9; recv d 9; getsockname d";
    let told = script(text).run().ok().told();
    // Of SOCK_SEQPACKET SIOCINQ counts all messages, of a datagram socket the next one alone.
    assert!(told.contains("6 B to read in all its messages"), "{told}");
    let behind = told.rsplit("getsockname d").next().expect("the last look");
    assert!(told.contains("next datagram 3 B") && !behind.contains("datagram"), "{told}");
}

#[test]
fn an_end_that_this_sitting_closed_is_not_told_as_a_strangers() {
    let connected =
        "s = socket inet stream; bind s 127.0.0.1:0; listen s; c = socket inet stream; connect c {s.local}; a = accept s\n";
    let buffers =
        |lines: &str| script(format!("set explain off\n{connected}{lines}")).arg("--width").arg("200").keep_going().run().told();
    let closed = buffers("close a; show buffers");
    assert!(closed.contains("this was a of this sitting") && !closed.contains("accepted it yet"), "{closed}");
    let closed = buffers("close c; show buffers a; show buffers c");
    assert!(closed.contains("this was c of this sitting") && closed.contains("c is closed"), "{closed}");
    let waits = buffers("w = socket inet stream; connect w {s.local}; show buffers w");
    assert!(waits.contains("most likely in the accept"), "{waits}");
}

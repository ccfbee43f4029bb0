//! What the narration looks like on screens of different widths.

use crate::kit::{Script, lines};
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

//! The prompt in a real terminal: keys go in, the screen is read.

use crate::kit::terminal::{Home, Terminal, program};
use nix::sys::signal::Signal;

/// A prompt that explains nothing, so that the screen shows what the test is about.
fn quiet(home: &Home) -> Terminal {
    let mut terminal = program(home).start();
    terminal.run("set explain off");
    terminal
}

#[test]
fn the_first_socket_is_descriptor_3_and_the_table_is_the_learners_alone() {
    let home = Home::new();
    let mut t = quiet(&home);
    t.run("server = socket inet stream");
    t.see("IPPROTO_IP) = 3");
    let numbers: Vec<i32> = t.descriptors().iter().map(|d| d.0).collect();
    assert_eq!(numbers, [0, 1, 2, 3], "{:?}", t.descriptors());
    assert!(t.descriptors()[3].1.starts_with("socket:"));
    // With a job waiting and a line half typed it is still so.
    t.run("bind 127.0.0.1:0; listen; conn = accept &; sockets; inspect server; who {server.local}; client = socket inet stream");
    t.keys("send cl");
    t.until("the ghost", |t| t.ghost().is_some());
    let numbers: Vec<i32> = t.descriptors().iter().map(|d| d.0).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4], "{:?}", t.descriptors());
}

#[test]
fn tab_completes_commands_names_constants_options_flags_addresses_and_paths() {
    let home = Home::new();
    std::fs::write(home.path("page.html"), "x").unwrap();
    let mut t = quiet(&home);
    let mut completes = |typed: &str, whole: &str| {
        t.keys(typed);
        t.keys("\t");
        t.until(&format!("`{whole}`"), |t| t.before_cursor().trim_end().ends_with(whole));
        // The rest of the line is dropped, nothing is run.
        t.key_to_prompt("\x03");
    };
    completes("socketp", "› socketpair");
    completes("socket ine", "socket inet");
    completes("socket inet dg", "socket inet dgram");
    completes("sock = socket AF_U", "socket AF_UNIX");
    completes("sendf", "sendfile");
    completes("epoll cr", "epoll create");
    completes("expect ECONNREF", "expect ECONNREFUSED");
    completes("unlink ./pa", "unlink ./page.html");
    t.run("server = socket inet stream; bind server 127.0.0.1:0; listen server; client = socket inet stream");
    let address = t.rows().iter().find_map(|r| Some(r[r.find("127.0.0.1:")?..].split(' ').next()?.to_string()));
    let address = address.filter(|a| !a.ends_with(":0}")).unwrap_or_else(|| "127.0.0.1:".into());
    let mut completes = |typed: &str, whole: &str| {
        t.keys(typed);
        t.keys("\t");
        t.until(&format!("`{whole}`"), |t| t.before_cursor().trim_end().ends_with(whole));
        t.key_to_prompt("\x03");
    };
    completes("close cl", "close client");
    completes("send client hello nosig", "send client hello nosignal");
    completes("send client hello oob|nosig", "send client hello oob|nosignal");
    completes("setsockopt server reusea", "setsockopt server reuseaddr");
    completes("setsockopt server SO_REUSEA", "setsockopt server SO_REUSEADDR");
    completes("poll server:i", "poll server:in");
    completes("send client file:pag", "send client file:page.html");
    completes("bind client {server.loc", "bind client {server.local}");
    let _ = address;
}

//! Pictures of a sitting: the same log in, the same picture out. Sockets are real; ports and times have names or fixed values before the
//! picture is drawn, so that it can be compared to the letter.
//!
//! `SOCKSCOPE_PICTURE=1 cargo test --test main pictures` writes the files in tests/pictures anew.

mod browser;
mod kept;
mod shapes;
mod topology;
mod watched;
mod written;

use sockscope::call::AnyCall;
use sockscope::command::BUILTINS;
use sockscope::event::{Event, PictureKind, Pictured, RanWhat, Report, What};
use sockscope::grammar::Lexed;
use sockscope::kernel::{Addr, CallClock};
use sockscope::lesson::Library;
use sockscope::session::{Config, Sitting};
use sockscope::text::Lang;
use sockscope::vocabulary::State;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Everything that was recorded of these lines; what may differ from run to run is made the same.
pub fn log(lines: &str) -> Vec<Event> {
    sockscope::kernel::thread::prepare(false);
    let lines = lines.to_string();
    // In a descriptor table of its own: no number is another test's, and all goes with the thread.
    let sitting = std::thread::spawn(move || {
        assert!(sockscope::kernel::thread::own_table());
        recorded(&lines)
    });
    sitting.join().expect("the sitting ends")
}

fn recorded(lines: &str) -> Vec<Event> {
    let config = Config {
        interactive: false,
        recording: true,
        keep: true,
        keep_going: true,
        timeout: Duration::from_secs(5),
        lang: Lang::En,
        library: Arc::new(Library::new(None)),
        data: None,
    };
    let sitting = Sitting::new(config, BUILTINS);
    let clock = Arc::new(CallClock::here());
    for line in lines.lines() {
        // Lines may fail: pictures show it.
        let _ = sitting.run_text(&clock, line.trim(), &mut Lexed::default());
    }
    let mut events = sitting.lock().log.events().to_vec();
    sitting.leave();
    even(&mut events);
    events
}

/// Times are a millisecond an event, ports are 40001, 40002, … in the order they were seen, and TCP's figures are round.
fn even(events: &mut [Event]) {
    let mut ports: HashMap<u16, u16> = HashMap::new();
    let mut even = |addr: &mut Addr| {
        if let Some(port) = addr.port().filter(|p| *p >= 10_000) {
            let next = 40_001 + ports.len() as u16;
            *addr = addr.with_port(*ports.entry(port).or_insert(next));
        }
    };
    let mut called: HashMap<u64, (f64, bool)> = HashMap::new();
    let mut began: HashMap<u32, f64> = HashMap::new();
    for event in events {
        event.at_us = event.seq as f64 * 1000.0;
        match &mut event.what {
            What::Called { call, job, .. } => {
                even_call(Arc::make_mut(call), &mut even);
                called.insert(event.seq, (event.at_us, job.is_some()));
            }
            What::Returned(r) => {
                even_call(Arc::make_mut(&mut r.call), &mut even);
                let (from, job) = called[&r.of];
                r.outcome.timing.t_us = from;
                r.outcome.timing.took_us = if job { event.at_us - from } else { 12.0 };
                if let Some(addr) = r.outcome.out.as_mut().and_then(|o| o.addr.as_mut()) {
                    even(addr);
                }
            }
            What::Observed(seen) => even_look(seen, &mut even),
            // When a program ends is the machine's business: three milliseconds after it began.
            What::Ran(ran) => match ran.what {
                RanWhat::Started { .. } => drop(began.insert(ran.job, event.at_us)),
                RanWhat::Printed { .. } => {}
                RanWhat::Ended(_) => event.at_us = began[&ran.job] + 3000.0,
            },
            What::Report(report) => {
                if let Report::Gauges(gauges) = &mut **report {
                    for gauge in gauges {
                        even_look(&mut gauge.look, &mut even);
                        for (name, value, _) in gauge.tcp.iter_mut().flat_map(|t| &mut t.fields) {
                            match *name {
                                "tcpi_rcv_wnd" | "tcpi_snd_wnd" => *value = 65_536,
                                "tcpi_snd_cwnd" => *value = 10,
                                "tcpi_snd_mss" => *value = 32_768,
                                "tcpi_notsent_bytes" => *value = 0,
                                _ => {}
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn even_look(seen: &mut sockscope::event::Observation, even: &mut impl FnMut(&mut Addr)) {
    seen.probe.local.iter_mut().chain(&mut seen.probe.peer).for_each(even);
    // The peer's acknowledgement may be there already, or not.
    if seen.probe.state == Some(State::FinWait2) {
        seen.probe.state = Some(State::FinWait1);
    }
}

fn even_call(call: &mut AnyCall, even: &mut impl FnMut(&mut Addr)) {
    match call {
        AnyCall::Connect(c) => even(&mut c.addr),
        AnyCall::Bind(c) => even(&mut c.addr),
        AnyCall::Sendto(c) => even(&mut c.addr),
        _ => {}
    }
}

/// Everything that was recorded of a lab that stands; none where this machine permits no lab.
pub fn lab_log() -> Option<&'static [Event]> {
    static LOG: std::sync::OnceLock<Vec<Event>> = std::sync::OnceLock::new();
    crate::kit::lab::Who::Own.has_lab().then(|| LOG.get_or_init(|| saved(LAB)).as_slice())
}

/// What a sitting that runs these lines records, as it saves it.
fn saved(lines: &str) -> Vec<Event> {
    read_back(crate::kit::script(format!("{lines}\nsave log.json\n")).run().ok())
}

/// Programs on hosts, of which one ends well and one does not.
fn lab_with_programs() -> Vec<Event> {
    let mut events = read_back(crate::kit::script(format!("{PROGRAMS}\nsave log.json\n")).keep_going().run());
    even(&mut events);
    events
}

fn read_back(ran: crate::kit::Ran) -> Vec<Event> {
    let text = std::fs::read_to_string(ran.folder.path().join("log.json")).expect("the log");
    let read = |line: &str| sockscope::event::read_line(line).unwrap_or_else(|_| panic!("{line}"));
    // The first line tells of the file.
    text.lines().skip(1).map(read).collect()
}

/// A view of the log that has something to show there, and the socket it is about; a lab is drawn from the lab's own log.
pub fn drawable(view: PictureKind, conversation: &[Event]) -> Option<(&[Event], Option<&'static str>)> {
    match view {
        PictureKind::Topology => lab_log().map(|events| (events, Some("client"))),
        PictureKind::State => Some((conversation, Some("client"))),
        _ => Some((conversation, None)),
    }
}

pub fn asked(view: PictureKind, socket: Option<&str>) -> Pictured {
    Pictured { view, socket: socket.map(str::to_string), id: None, files: Vec::new(), watch: false }
}

/// A conversation with all that can happen in one: a call that stands still, a failure, an answer that is none, both directions, an end.
pub const CONVERSATION: &str = "server = socket inet stream
    setsockopt server reuseaddr 1
    bind server 127.0.0.1:0
    listen server 5
    early = accept server &
    client = socket inet stream
    cancel 1
    connect client {server.local}
    conn = accept server
    other = socket inet stream
    bind other {server.local}
    send client \"hello\\r\\n\" nosignal
    until conn readable
    recv conn 1024
    send conn 你好
    until client readable
    recv client 100
    recv client 10 dontwait
    poll conn:in 0
    shutdown client wr
    until conn is CLOSE_WAIT
    recv conn 100
    close conn
    until client is CLOSE
    recv client 10
    close client
    late = accept server &";

/// Hosts that run programs: one goes on, others have ended, well and not.
const PROGRAMS: &str = "host alice
    host bob
    on bob run sleep 1000
    on alice u = socket inet dgram
    bind u 10.0.0.1:53
    on alice run false
    wait 2
    on alice run true
    wait 3
    on alice run true
    wait 4
    on alice run sleep 1000
    cancel 5
    wait 5
    sendto u hello 10.0.0.1:53
    recv u 100";

/// A lab with all that can stand in one: two segments and a router, sockets here and there, and on the wire every sort of rule, in force
/// everywhere and at one host. Ports are the hosts' own: no other sitting can have them.
pub const LAB: &str = "local = socket inet stream
    host alice
    host bob
    host carol
    host dora 10.1.0.1
    host eric
    router r 0 1
    on eric left = socket inet dgram
    host rm eric
    on dora server = socket inet stream
    bind server 10.1.0.1:9000
    listen server 5
    on alice first = socket inet stream
    bind first 10.0.0.1:4001
    connect first {server.local}
    on dora conn = accept server
    on bob u = socket inet6 dgram
    bind u [fd00::2]:53
    wire hold tcp
    on alice client = socket inet stream nonblock
    bind client 10.0.0.1:4002
    expect EINPROGRESS connect client {server.local}
    wire loss 10% for udp seed 7
    wire delay 50ms for from bob to alice or from bob to carol
    wire cut carol
    wire cut alice bob for icmp
    show topology client";

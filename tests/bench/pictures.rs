//! Pictures of long logs.

use crate::measure::{by_turns, figure, heading, row, timed};
use crate::peers::Peers;
use sockscope::call::AnyCall;
use sockscope::command::BUILTINS;
use sockscope::event::{Event, PictureKind, Pictured, What};
use sockscope::grammar::Lexed;
use sockscope::kernel::CallClock;
use sockscope::lesson::Library;
use sockscope::markup::{Style, render};
use sockscope::session::{Config, Sitting};
use sockscope::text::Lang;
use sockscope::view::picture;
use std::sync::Arc;
use std::time::Duration;

/// A real conversation of so many events, its middle repeated.
fn log(events: usize) -> Vec<Event> {
    let config = Config {
        interactive: false,
        recording: true,
        keep: true,
        keep_going: false,
        timeout: Duration::from_secs(5),
        lang: Lang::En,
        library: Arc::new(Library::new(None)),
        data: None,
    };
    let sitting = Sitting::new(config, BUILTINS);
    let clock = Arc::new(CallClock::here());
    for line in ["a b = socketpair unix stream", "send a hello", "recv b 100"] {
        let _ = sitting.run_text(&clock, line, &mut Lexed::default());
    }
    let told = sitting.lock().log.events().to_vec();
    sitting.leave();
    let from =
        told.iter().position(|e| matches!(&e.what, What::Called { call, .. } if matches!(**call, AnyCall::Send(_)))).unwrap_or(0);
    let mut all = told[..from].to_vec();
    let round = &told[from..];
    while all.len() < events {
        let by = all.last().map_or(0, |e| e.seq) + 1 - round[0].seq;
        all.extend(round.iter().map(|e| {
            let mut event =
                Event { seq: e.seq + by, turn: e.turn + by as u32 / 8, at_us: e.at_us + by as f64, what: e.what.clone() };
            if let What::Returned(r) = &mut event.what {
                r.of += by;
            }
            event
        }));
    }
    all
}

/// Bytes of memory that this process has ever had at once, since the last time it was asked to forget (proc(5), VmHWM).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
}

pub fn measure(_: &Peers, scale: usize) {
    let asked = |view| Pictured { view, socket: None, id: None, files: Vec::new(), watch: false };
    let drawn = |events: &[Event], view| {
        let picture = picture::of(&asked(view), events, Lang::En).unwrap_or_else(|why| panic!("{}", why.plain(Lang::En)));
        let mut text = String::new();
        render(
            &picture::screen(&*picture, 100, false),
            Style { width: 100, colour: true, ascii: false, contrast: false },
            &mut text,
        );
        text.len()
    };
    let events = log(10_000);
    heading("pictures of 10,000 events: ms");
    for view in [PictureKind::Ladder, PictureKind::Timeline] {
        let [screen, svg] = by_turns(
            3 * scale,
            [&mut || timed(|| assert!(drawn(&events, view) > 0)), &mut || {
                timed(|| assert!(picture::of(&asked(view), &events, Lang::En).is_ok_and(|p| !picture::svg(&*p).is_empty())))
            }],
        );
        row(&format!("{} on a terminal (aim: 100)", view.word()), &screen, 1000.0, "ms", None);
        row(&format!("{} as SVG", view.word()), &svg, 1000.0, "ms", None);
    }
    drop(events);
    let events = log(1_000_000);
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak();
    let took =
        timed(|| assert!(picture::of(&asked(PictureKind::Ladder), &events, Lang::En).is_ok_and(|p| !picture::svg(&*p).is_empty())));
    figure("a ladder of 1,000,000 events, as SVG", format!("{:.2} s", took / 1e6));
    let grown = peak().saturating_sub(before);
    figure("memory for it, the SVG itself included", format!("{} MB beside {} MB", grown >> 20, before >> 20));
}

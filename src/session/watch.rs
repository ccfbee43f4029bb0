//! A picture that is kept on the screen: what it tells of the kernel is looked at now and then, and recorded where it has changed.

use super::{Sitting, State, look};
use crate::event::{Gauge, Observation, PictureKind, Report, What};

/// More sockets are not looked at ten times a second.
const MOST: usize = 500;

/// What is watched, and what was seen last.
#[derive(Debug)]
pub struct Watch {
    view: PictureKind,
    seen: Vec<Observation>,
    figures: Vec<Option<u64>>,
}

impl Watch {
    pub fn new(view: PictureKind) -> Watch {
        Watch { view, seen: Vec::new(), figures: Vec::new() }
    }
}

/// The figures that the picture shows: others (times since the last segment) change without end.
const SHOWN: [&str; 5] = ["tcpi_notsent_bytes", "tcpi_rcv_wnd", "tcpi_snd_wnd", "tcpi_snd_cwnd", "tcpi_snd_mss"];

impl State {
    /// Looks at what a picture tells of this moment, and records it: a view itself asks nothing.
    pub fn look_for_picture(&mut self, turn: u32, view: PictureKind) {
        let (rows, gauges) = self.looked(view);
        self.record_looks(turn, rows, gauges);
    }

    fn looked(&mut self, view: PictureKind) -> (Vec<Observation>, Vec<Gauge>) {
        match view {
            PictureKind::Buffers => {
                let gauges = look::gauge_all(&mut self.table);
                (gauges.iter().map(|g| g.look.clone()).collect(), gauges)
            }
            PictureKind::State => {
                let mut rows = look::observe_all(&mut self.table);
                let places = self.places.clone();
                rows.extend(look::observe_kernel(&mut self.table, &places));
                (rows, Vec::new())
            }
            PictureKind::Ladder | PictureKind::Timeline => (Vec::new(), Vec::new()),
        }
    }

    fn record_looks(&mut self, turn: u32, rows: Vec<Observation>, gauges: Vec<Gauge>) {
        for row in rows {
            self.record(turn, |_| What::Observed(Box::new(row)));
        }
        if !gauges.is_empty() {
            self.record(turn, |_| What::Report(Box::new(Report::Gauges(gauges))));
        }
    }
}

impl Sitting {
    /// Looks again for the picture that is kept on the screen, on the learner's side; records what is another than it was.
    pub fn look_for_watch(&self) {
        let mut state = self.lock();
        let Some(view) = state.watch.as_ref().map(|w| w.view) else { return };
        if state.table.len() > MOST {
            return;
        }
        let (rows, gauges) = state.looked(view);
        let figure = |g: &Gauge, name: &str| g.tcp.as_ref().and_then(|t| t.get(name));
        let figures: Vec<Option<u64>> = gauges.iter().flat_map(|g| SHOWN.map(|name| figure(g, name))).collect();
        let Some(watch) = state.watch.as_mut() else { return };
        if watch.seen == rows && watch.figures == figures {
            return;
        }
        watch.seen.clone_from(&rows);
        watch.figures = figures;
        let turn = state.turn;
        state.record_looks(turn, rows, gauges);
        drop(state);
        self.changed.notify_all();
    }
}

//! A picture that is kept on the screen: what it tells of the kernel is looked at now and then, and recorded where it has changed.

use super::{Sitting, State, look};
use crate::event::{Gauge, Observation, PictureKind, Report, What, WireState};

/// More sockets are not looked at ten times a second.
const MOST: usize = 500;

/// What is watched, and what was seen last.
#[derive(Debug)]
pub struct Watch {
    view: PictureKind,
    seen: Vec<Observation>,
    figures: Vec<Option<u64>>,
    wire: Option<WireState>,
}

impl Watch {
    pub fn new(view: PictureKind) -> Watch {
        Watch { view, seen: Vec::new(), figures: Vec::new(), wire: None }
    }
}

/// The figures that the picture shows: others (times since the last segment) change without end.
const SHOWN: [&str; 5] = ["tcpi_notsent_bytes", "tcpi_rcv_wnd", "tcpi_snd_wnd", "tcpi_snd_cwnd", "tcpi_snd_mss"];

impl State {
    /// Looks at what a picture tells of this moment, and records it: a view itself asks nothing.
    pub fn look_for_picture(&mut self, turn: u32, view: PictureKind, wire: Option<WireState>) {
        let (rows, gauges) = self.looked(view);
        self.record_looks(turn, rows, gauges, wire);
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
            PictureKind::Topology => (look::observe_all(&mut self.table), Vec::new()),
            PictureKind::Ladder | PictureKind::Timeline => (Vec::new(), Vec::new()),
        }
    }

    fn record_looks(&mut self, turn: u32, rows: Vec<Observation>, gauges: Vec<Gauge>, wire: Option<WireState>) {
        for row in rows {
            self.record(turn, |_| What::Observed(Box::new(row)));
        }
        if !gauges.is_empty() {
            self.record(turn, |_| What::Report(Box::new(Report::Gauges(gauges))));
        }
        if let Some(wire) = wire {
            self.record(turn, |_| What::Report(Box::new(Report::WireSeen(Box::new(wire)))));
        }
    }
}

impl Sitting {
    /// The wire as it stands, for a picture that shows it.
    pub fn wire_for_picture(&self, view: PictureKind) -> Option<WireState> {
        if view == PictureKind::Topology { self.lab().map(|lab| lab.wire_state()) } else { None }
    }

    /// Looks again for the picture that is kept on the screen, on the learner's side; records what is another than it was.
    pub fn look_for_watch(&self) {
        let Some(view) = self.lock().watch.as_ref().map(|w| w.view) else { return };
        // Frames that pass change the figures without end; the picture shows what is set.
        let wire = self.wire_for_picture(view).map(|w| WireState { passed: 0, dropped: 0, reports: 0, lost: 0, untold: 0, ..w });
        let mut state = self.lock();
        if state.table.len() > MOST {
            return;
        }
        let (rows, gauges) = state.looked(view);
        let figure = |g: &Gauge, name: &str| g.tcp.as_ref().and_then(|t| t.get(name));
        let figures: Vec<Option<u64>> = gauges.iter().flat_map(|g| SHOWN.map(|name| figure(g, name))).collect();
        let Some(watch) = state.watch.as_mut() else { return };
        if watch.seen == rows && watch.figures == figures && watch.wire == wire {
            return;
        }
        watch.seen.clone_from(&rows);
        watch.figures = figures;
        watch.wire.clone_from(&wire);
        let turn = state.turn;
        state.record_looks(turn, rows, gauges, wire);
        drop(state);
        self.changed.notify_all();
    }
}

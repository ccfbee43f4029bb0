//! Paired measurements: ours and a peer's by turns in the same run, so that a busy machine troubles both alike.

use std::time::{Duration, Instant};

/// Microseconds of several runs, in the order they were made.
#[derive(Default)]
pub struct Runs(pub Vec<f64>);

impl Runs {
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub fn median(&self) -> f64 {
        median(&self.0)
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How long `run` takes, in microseconds.
pub fn timed(run: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    run();
    us(begun.elapsed())
}

pub fn us(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Runs all of them by turns, `rounds` times, after one turn that does not count; each answers what it measured.
pub fn by_turns<const N: usize>(rounds: usize, mut all: [&mut dyn FnMut() -> f64; N]) -> [Runs; N] {
    let mut runs = [(); N].map(|()| Runs::default());
    for round in 0..=rounds {
        for (run, into) in all.iter_mut().zip(&mut runs) {
            let took = run();
            if round > 0 {
                into.0.push(took);
            }
        }
    }
    runs
}

pub fn heading(text: &str) {
    println!("\n{text}");
    println!("  {:<44} {:>11} {:>11}   ours ÷ this", "", "min", "median");
}

/// One line of the table: each value divided by `per`, with the unit; and the ratio of the pairs to `ours`, where this is a peer.
pub fn row(name: &str, runs: &Runs, per: f64, unit: &str, ours: Option<(&Runs, f64)>) {
    let ratio = ours.map_or(String::new(), |(ours, ours_per)| {
        let pairs: Vec<f64> = ours.0.iter().zip(&runs.0).map(|(o, p)| (o / ours_per) / (p / per)).collect();
        let least = (ours.min() / ours_per) / (runs.min() / per);
        format!("   {least:.2} (min) {:.2} (median of pairs)", median(&pairs))
    });
    let show = |v: f64| format!("{:.2} {unit}", v / per);
    println!("  {name:<44} {:>11} {:>11}{ratio}", show(runs.min()), show(runs.median()));
}

/// A figure that has no peer.
pub fn figure(name: &str, value: String) {
    println!("  {name:<44} {value:>11}");
}

//! Chance that repeats: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). Small, fast,
//! good enough to draw fates; nothing secret hangs on it.

use super::words::Share;
use std::time::Duration;

#[derive(Debug, Clone, Default)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `n`, each as likely but for one part in 2^64 / n; 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    pub fn hits(&mut self, share: Share) -> bool {
        self.below(1_000_000) < u64::from(share.get())
    }

    /// `by`, give or take up to `jitter`; never below nothing.
    pub fn around(&mut self, by: Duration, jitter: Duration) -> Duration {
        let nanos = |d: Duration| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX);
        let jitter = nanos(jitter);
        let off = self.below(jitter.saturating_mul(2).saturating_add(1));
        Duration::from_nanos(nanos(by).saturating_add(off).saturating_sub(jitter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_splitmix64s() {
        // The first three for seed 1234567, as Vigna's reference implementation gives them.
        let mut chance = Chance::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| chance.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_share_is_met() {
        let mut chance = Chance::new(1);
        let hits = (0..100_000).filter(|_| chance.hits(Share::percent(10))).count();
        assert!((9_500..10_500).contains(&hits), "{hits}");
        assert!((0..1000).all(|_| chance.hits(Share::ALL) && !chance.hits(Share::NONE)));
    }

    #[test]
    fn jitter_stays_in_its_bounds() {
        let ms = Duration::from_millis;
        let mut chance = Chance::new(1);
        let all: Vec<Duration> = (0..10_000).map(|_| chance.around(ms(50), ms(10))).collect();
        assert!(all.iter().all(|d| (ms(40)..=ms(60)).contains(d)));
        assert!(all.iter().any(|d| *d < ms(42)) && all.iter().any(|d| *d > ms(58)));
        assert!(chance.around(ms(1), ms(5)) <= ms(6));
    }
}

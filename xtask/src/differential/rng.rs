//! A small seeded generator of random numbers: the same seed draws the same cases on every
//! machine and in every version, which no crate's default generator promises.

/// The generator (splitmix64).
#[derive(Debug, Clone)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator for one stream of a seed; streams of other names and numbers are unrelated.
    pub fn new(seed: u64, name: &str, number: u64) -> Self {
        let mut rng = Self { state: seed };
        for part in name.bytes().map(u64::from).chain([number]) {
            rng.state = rng.next() ^ part;
        }
        rng
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is.
    pub fn below(&mut self, bound: usize) -> usize {
        match u64::try_from(bound) {
            // The remainder is below `bound`, which is a usize.
            Ok(bound) if bound > 0 => usize::try_from(self.next() % bound).unwrap_or_default(),
            _ => 0,
        }
    }

    /// True once in `times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several; there must be one.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of several texts; there must be one.
    pub fn word<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// One of several texts, owned.
    pub fn text(&mut self, from: &[&str]) -> String {
        (*self.pick(from)).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |mut rng: Rng| -> Vec<usize> { (0..8).map(|_| rng.below(1000)).collect() };
        assert_eq!(draw(Rng::new(1, "a", 0)), draw(Rng::new(1, "a", 0)));
        assert_ne!(draw(Rng::new(1, "a", 0)), draw(Rng::new(1, "a", 1)));
        assert_ne!(draw(Rng::new(1, "a", 0)), draw(Rng::new(1, "b", 0)));
        assert_ne!(draw(Rng::new(1, "a", 0)), draw(Rng::new(2, "a", 0)));
    }

    #[test]
    fn bounds_hold() {
        let mut rng = Rng::new(7, "", 0);
        assert!((0..1000).all(|_| rng.below(3) < 3));
        assert_eq!(rng.below(0), 0);
    }
}

//! Bytes from the system's generator.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` bytes that nobody can guess.
///
/// # Panics
/// Where the system has no generator, and so nothing here could be safe.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// 128 bits as text: a name that nobody else takes.
pub(crate) fn random_name() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<16>())
}

/// A number above 0 and up to 1.
pub(crate) fn random_unit() -> f64 {
    let whole = u32::from_le_bytes(random_bytes());
    (f64::from(whole) + 1.0) / (f64::from(u32::MAX) + 1.0)
}

/// Numbers above 0 and up to 1 for which the system is asked once: nobody is kept from guessing them.
/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
pub(crate) struct Units(u64);

impl Units {
    pub(crate) fn new() -> Units {
        Units(u64::from_le_bytes(random_bytes()))
    }

    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let whole = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX);
        (f64::from(whole) + 1.0) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Units;

    #[test]
    fn the_numbers_are_spread_from_above_0_up_to_1() {
        let mut units = Units::new();
        let numbers: Vec<f64> = (0..10_000).map(|_| units.next()).collect();
        assert!(numbers.iter().all(|one| *one > 0.0 && *one <= 1.0));
        let mean = numbers.iter().sum::<f64>() / 10_000.0;
        assert!((0.47..0.53).contains(&mean), "{mean}");
        assert_ne!(Units::new().next().to_bits(), Units::new().next().to_bits());
    }
}

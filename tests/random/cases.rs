//! How many random cases are run, and how one that fails is run again.

use std::cell::RefCell;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The seed of an ordinary run: what passes here passes on every machine.
const SEED: u64 = 20_261_124;

/// Checks 50 cases from the seed [`SEED`], in a thorough run 500 from a new one; `PITON_CASES` and `PITON_SEED` say
/// otherwise. A failure is made as small as it can be, and tells the seed.
pub fn for_cases<S: Strategy>(strategy: S, mut check: impl FnMut(&S::Value) -> Result<(), String>) {
    let thorough = std::env::var_os("PITON_TEST_THOROUGH").is_some();
    let cases = number("PITON_CASES").unwrap_or(if thorough { 500 } else { 50 });
    let seed = number("PITON_SEED").unwrap_or_else(|| if thorough { new_seed() } else { SEED });
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: cases as u32,
        max_shrink_iters: number("PITON_SHRINK").unwrap_or(300) as u32,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let check = RefCell::new(&mut check);
    let done = RefCell::new(0usize);
    let result = TestRunner::new_with_rng(config, rng).run(&strategy, |case| {
        *done.borrow_mut() += 1;
        (check.borrow_mut())(&case).map_err(TestCaseError::fail)
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("PITON_SEED={seed}, {} runs: {why}", done.borrow()),
        Err(error) => panic!("PITON_SEED={seed}: {error}"),
    }
}

fn new_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_nanos() as u64
}

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

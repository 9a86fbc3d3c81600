//! The splitter, in the dialect that the first byte chooses.

#![no_main]

#[expect(dead_code, reason = "each target uses one of the properties")]
#[path = "../../tests/fuzzed/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((first, rest)) = bytes.split_first()
        && let Ok(text) = std::str::from_utf8(rest)
    {
        let all = piton::dialect::Dialect::ALL;
        properties::splitter(all[usize::from(*first) % all.len()], text);
    }
});

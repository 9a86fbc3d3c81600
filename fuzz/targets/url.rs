//! A database's URL.

#![no_main]

#[expect(dead_code, reason = "each target uses one of the properties")]
#[path = "../../tests/fuzzed/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        properties::url(text);
    }
});

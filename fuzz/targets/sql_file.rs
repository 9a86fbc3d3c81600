//! The file of an SQL revision.

#![no_main]

#[expect(dead_code, reason = "each target uses one of the properties")]
#[path = "../../tests/fuzzed/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::sql_file(bytes);
});

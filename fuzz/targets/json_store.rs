//! A table's file of the JSON store.

#![no_main]

#[expect(dead_code, reason = "each target uses one of the properties")]
#[path = "../../tests/fuzzed/properties.rs"]
mod properties;

thread_local! {
    static SHOP: properties::Shop = properties::Shop::new();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    SHOP.with(|shop| shop.read(bytes));
});

//! See `pintle_properties`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| pintle_properties::run("sandbox_request", input));

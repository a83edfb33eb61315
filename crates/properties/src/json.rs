//! JSON read and written.

use pintle_go_value::compare::deep_equal;
use pintle_go_value::json::{Options, decode, decode_first, decode_with_numbers, encode};

use crate::yaml;

/// What was read is the same when it is written, in every layout, and read again.
pub(crate) fn read(input: &[u8]) {
    let decoded = decode(input);
    if decode_with_numbers(input).is_err() {
        assert!(decoded.is_err(), "numbers as text are read more leniently");
    }
    let (_, length) = decode_first(input);
    assert!(length <= input.len());
    let Ok(value) = decoded else {
        return;
    };
    for (escape_html, indent) in [(true, None), (false, None), (true, Some("  "))] {
        let options = Options {
            escape_html,
            indent,
        };
        let text = encode(&value, options).unwrap_or_default();
        match decode(&text) {
            Ok(back) if deep_equal(&value, &back) => {}
            other => panic!("{value:?} is written {text:?} and reads {other:?}"),
        }
    }
    yaml::round_trip(&value);
}

//! Log lines on stderr, as Go's `slog` text handler writes them for Helm (without a time).

use std::fmt::Write as _;

pub use pintle_actions::Level;

use crate::quote::{is_print, quote};

fn name(level: Level) -> &'static str {
    match level {
        Level::Debug => "DEBUG",
        Level::Info => "INFO",
        Level::Warn => "WARN",
        Level::Error => "ERROR",
    }
}

/// `level=WARN msg="…" key=value`, with a newline.
pub fn line(level: Level, message: &str, fields: &[(String, String)]) -> String {
    let mut line = format!("level={} msg={}", name(level), word(message));
    for (key, value) in fields {
        // Writing into a String cannot fail.
        let _ = write!(line, " {}={}", word(key), word(value));
    }
    line.push('\n');
    line
}

/// A text as it is, or quoted when it could be misread.
///
/// GO: a backslash alone is no reason for quotes.
fn word(text: &str) -> String {
    let plain = |character: char| match character {
        ' ' | '=' | '"' => false,
        _ => is_print(character),
    };
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        quote(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, line};

    // The first line is what `helm-4.3.1 --color bogus version` prints.
    #[test]
    fn lines_are_slogs() {
        let error = "invalid color mode \"bogus\": must be one of: never, auto, always";
        assert_eq!(
            line(
                Level::Warn,
                "command failed",
                &[("error".to_owned(), error.to_owned())]
            ),
            "level=WARN msg=\"command failed\" error=\"invalid color mode \\\"bogus\\\": must be one of: never, auto, always\"\n"
        );
        let fields = [
            ("a".to_owned(), String::new()),
            ("b".to_owned(), "x\\y".to_owned()),
        ];
        assert_eq!(
            line(Level::Debug, "done", &fields),
            "level=DEBUG msg=done a=\"\" b=x\\y\n"
        );
    }
}

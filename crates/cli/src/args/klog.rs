//! The logging flags that Helm inherits from its Kubernetes client library.
//!
//! HELM: hidden, accepted by every command, and without effect on what Pintle does; wrappers
//! pass them (`helm --v=2 …`), so they must parse, and refuse what they refused.

use super::number::parse_bool;
use super::{Flag, Kind};
use crate::quote::quote;

const fn text(name: &'static str, check: fn(&str) -> Result<(), String>) -> Flag {
    Flag::new(
        name,
        Kind::Checked(check),
        "logging of the Kubernetes client",
    )
    .hidden()
}

const fn switch(name: &'static str) -> Flag {
    text(name, boolean).bare("true")
}

/// All of them.
pub static FLAGS: [&Flag; 13] = [
    &switch("add-dir-header"),
    &switch("alsologtostderr"),
    &text("log-backtrace-at", backtrace),
    &text("log-dir", anything),
    &text("log-file", anything),
    &text("log-file-max-size", size),
    &switch("logtostderr"),
    &switch("one-output"),
    &switch("skip-headers"),
    &switch("skip-log-headers"),
    &text("stderrthreshold", severity),
    &text("v", level).short('v'),
    &text("vmodule", modules),
];

fn anything(_: &str) -> Result<(), String> {
    Ok(())
}

fn boolean(text: &str) -> Result<(), String> {
    parse_bool(text)
        .map(drop)
        .map_err(|_| "parse error".to_owned())
}

fn size(text: &str) -> Result<(), String> {
    super::number::parse_uint(text).map(drop).map_err(|error| {
        let out_of_range = error.ends_with("out of range");
        if out_of_range {
            "value out of range".to_owned()
        } else {
            "parse error".to_owned()
        }
    })
}

/// `strconv.ParseInt(text, 10, 32)`
fn level(text: &str) -> Result<(), String> {
    let failed = |reason| format!("strconv.ParseInt: parsing {}: {reason}", quote(text));
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(failed("invalid syntax"));
    }
    text.parse::<i32>()
        .map(drop)
        .map_err(|_| failed("value out of range"))
}

fn severity(text: &str) -> Result<(), String> {
    let named = ["INFO", "WARNING", "ERROR", "FATAL"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(text));
    if named { Ok(()) } else { level(text) }
}

fn modules(text: &str) -> Result<(), String> {
    let right = |pattern: &str| {
        pattern.is_empty()
            || pattern
                .split_once('=')
                .is_some_and(|(name, level)| !name.is_empty() && !level.contains('='))
    };
    for pattern in text.split(',') {
        if !right(pattern) {
            return Err("syntax error: expect comma-separated list of filename=N".to_owned());
        }
        if let Some((_, verbosity)) = pattern.split_once('=') {
            level(verbosity).map_err(|_| {
                "syntax error: expect comma-separated list of filename=N".to_owned()
            })?;
        }
    }
    Ok(())
}

fn backtrace(text: &str) -> Result<(), String> {
    let wrong = || "syntax error: expect file.go:234".to_owned();
    if text.is_empty() {
        return Ok(());
    }
    let (file, line) = text.split_once(':').ok_or_else(wrong)?;
    if !file.contains('.') || line.contains(':') {
        return Err(wrong());
    }
    level(line)
}

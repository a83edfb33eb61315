//! Bounds on memory and depth, so that a hostile template cannot exhaust either.
//!
//! DIFF: Go would allocate until the process is killed.

use pintle_go_template::CallError;

/// The largest text or list that one call may make by itself.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What one element of a list takes.
const ELEMENT_BYTES: usize = 24;

/// How deep functions follow nested maps and lists: what fits a thread's small stack in a
/// debug build. Go follows a map that contains itself until its stack overflows, which
/// kills the process.
pub(crate) const MAX_DEPTH: usize = 500;

/// Refuses a text of more than [`MAX_BYTES`].
pub(crate) fn text(bytes: usize) -> Result<(), CallError> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(CallError::Message(format!(
        "the result would take {bytes} bytes, more than the {MAX_BYTES} that one call may make\nhint: ask for less, or build the text in parts"
    )))
}

/// What one call would make is too large, by how much nobody has counted.
pub(crate) fn too_large() -> CallError {
    CallError::Message(format!(
        "{TOO_LARGE} {MAX_BYTES} bytes, the most that one call may make\nhint: does a value contain the same value many times?"
    ))
}

const TOO_LARGE: &str = "the result would take more than";

/// Whether an error is [`too_large`].
pub(crate) fn is_too_large(error: &CallError) -> bool {
    matches!(error, CallError::Message(text) if text.starts_with(TOO_LARGE))
}

/// Refuses a list whose elements take more than [`MAX_BYTES`].
pub(crate) fn list(items: usize) -> Result<(), CallError> {
    let most = MAX_BYTES / ELEMENT_BYTES;
    if items <= most {
        return Ok(());
    }
    Err(CallError::Message(format!(
        "the result would have {items} elements, more than the {most} that one call may make\nhint: ask for fewer"
    )))
}

/// Refuses to go deeper than [`MAX_DEPTH`].
pub(crate) fn depth(level: usize) -> Result<(), CallError> {
    if level <= MAX_DEPTH {
        return Ok(());
    }
    Err(CallError::Message(format!(
        "maps are nested more than {MAX_DEPTH} deep\nhint: does a map contain itself?"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused_with_a_hint() {
        assert!(text(MAX_BYTES).is_ok());
        assert!(
            text(MAX_BYTES + 1)
                .unwrap_err()
                .to_string()
                .contains("hint:")
        );
        assert!(list(usize::MAX).is_err());
        assert!(depth(MAX_DEPTH + 1).is_err());
    }
}

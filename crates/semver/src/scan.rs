//! The small scanner that the version and the constraint readers share.

/// A version-like text cut into its parts, none of them judged yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// What stands before the first dot.
    pub major: &'a str,
    /// Second number, if there.
    pub minor: Option<&'a str>,
    /// Third number, if there.
    pub patch: Option<&'a str>,
    /// After `-`; empty when absent.
    pub prerelease: &'a str,
    /// After `+`; empty when absent.
    pub metadata: &'a str,
    /// Bytes consumed from the start of the text.
    pub length: usize,
}

/// Takes the longest version-like text at the start of `text`; `is_number` says which
/// bytes a number part may have.
///
/// Taking as much as possible at each step is enough: a version is always followed by the
/// end, a blank or a comma, none of which can be inside one.
pub(crate) fn take_version(text: &str, is_number: fn(u8) -> bool) -> Option<Parts<'_>> {
    let start = usize::from(text.starts_with('v'));
    let mut at = start + run(&text[start..], is_number);
    if at == start {
        return None;
    }
    let major = &text[start..at];
    let minor = take_dotted(text, &mut at, is_number);
    let patch = minor.and_then(|_| take_dotted(text, &mut at, is_number));
    let prerelease = take_extra(text, &mut at, b'-');
    let metadata = take_extra(text, &mut at, b'+');
    Some(Parts {
        major,
        minor,
        patch,
        prerelease,
        metadata,
        length: at,
    })
}

/// Length of the run of bytes at the start of `text` that satisfy `wanted` (ASCII only).
pub(crate) fn run(text: &str, wanted: fn(u8) -> bool) -> usize {
    text.bytes().take_while(|&b| wanted(b)).count()
}

/// Blanks as `\s` of Go's regular expressions has them.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// Bytes allowed in prerelease and metadata identifiers.
pub(crate) fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Takes `.NUMBER`, giving the number.
fn take_dotted<'a>(text: &'a str, at: &mut usize, is_number: fn(u8) -> bool) -> Option<&'a str> {
    let rest = text[*at..].strip_prefix('.')?;
    let length = run(rest, is_number);
    if length == 0 {
        return None;
    }
    *at += 1 + length;
    Some(&rest[..length])
}

/// Takes `MARK` followed by dotted identifiers, giving them without the mark.
fn take_extra<'a>(text: &'a str, at: &mut usize, mark: u8) -> &'a str {
    let Some(rest) = text[*at..].strip_prefix(char::from(mark)) else {
        return "";
    };
    let mut length = run(rest, is_identifier);
    while length > 0 && rest[length..].starts_with('.') {
        let next = run(&rest[length + 1..], is_identifier);
        if next == 0 {
            break;
        }
        length += 1 + next;
    }
    if length == 0 {
        return "";
    }
    *at += 1 + length;
    &rest[..length]
}

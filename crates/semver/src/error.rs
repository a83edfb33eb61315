//! Why a text is not a version or not a constraint.

/// A failure to read a version or a constraint, with the text Masterminds/semver gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text does not look like a version at all.
    #[error("invalid semantic version")]
    InvalidVersion,
    /// The text is longer than [`crate::Version`] allows.
    #[error("version string is too long (max 256 bytes)")]
    VersionTooLong,
    /// The text is longer than [`crate::Constraint`] allows.
    #[error("constraint string is too long (max 512 bytes)")]
    ConstraintTooLong,
    /// The strict reader got an empty text.
    #[error("version string empty")]
    Empty,
    /// A number part has something else than digits (strict reader only).
    #[error("invalid characters in version")]
    InvalidCharacters,
    /// A number part, or a numeric part of the prerelease, has a leading zero.
    #[error("version segment starts with 0")]
    LeadingZero,
    /// The text after `+` is not made of `[0-9A-Za-z-]` parts.
    #[error("invalid metadata string")]
    InvalidMetadata,
    /// The text after `-` is not made of `[0-9A-Za-z-]` parts.
    #[error("invalid prerelease string")]
    InvalidPrerelease,
    /// A number part does not fit 64 bits (loose reader).
    #[error("error parsing version segment: {}", out_of_range(.0))]
    SegmentTooLarge(String),
    /// A number part does not fit 64 bits (strict reader).
    #[error("{}", out_of_range(.0))]
    NumberTooLarge(String),
    /// A number part is missing (strict reader).
    #[error("strconv.ParseUint: parsing \"\": invalid syntax")]
    EmptyNumber,
    /// The text is not a constraint; holds the part (between `||`) that is not.
    #[error("improper constraint: {}", quote(.0))]
    ImproperConstraint(String),
    /// A constraint names a version that cannot be read, such as one with a numeric
    /// prerelease part that starts with 0.
    #[error("constraint parser error")]
    ConstraintVersion,
}

/// The text of Go's `strconv.ParseUint` for a number above 64 bits.
fn out_of_range(digits: &str) -> String {
    format!("strconv.ParseUint: parsing \"{digits}\": value out of range")
}

/// Quotes as Go's `%q` does.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            c if c == ' ' || is_printable(c) => quoted.push(c),
            c if c.is_ascii() => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) <= 0xffff => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

fn is_printable(character: char) -> bool {
    // U+200B to U+200F, U+2028 to U+202E and U+FEFF show nothing and Go escapes them.
    !character.is_control()
        && !character.is_whitespace()
        && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}')
}

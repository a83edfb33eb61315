//! Go strings are bytes that usually hold UTF-8: characters, spaces and searching in them.

use std::sync::LazyLock;

use regex::Regex;

/// The characters as Go's `range` over a string gives them: each invalid byte is U+FFFD.
pub(crate) fn runes(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    bytes.utf8_chunks().flat_map(|chunk| {
        let invalid = std::iter::repeat_n(char::REPLACEMENT_CHARACTER, chunk.invalid().len());
        chunk.valid().chars().chain(invalid)
    })
}

/// The bytes of each character; an invalid byte stands alone.
pub(crate) fn explode(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        parts.extend(
            valid
                .char_indices()
                .map(|(at, c)| &valid.as_bytes()[at..at + c.len_utf8()]),
        );
        parts.extend(chunk.invalid().chunks(1));
    }
    parts
}

/// The part between the characters at both ends that satisfy `drop`.
pub(crate) fn trim_matching(bytes: &[u8], drop: impl Fn(char) -> bool) -> &[u8] {
    let mut at = 0;
    let mut kept: Option<(usize, usize)> = None;
    for part in explode(bytes) {
        let end = at + part.len();
        let character = runes(part).next().unwrap_or(char::REPLACEMENT_CHARACTER);
        if !drop(character) {
            kept = Some((kept.map_or(at, |(start, _)| start), end));
        }
        at = end;
    }
    kept.map_or(&[], |(start, end)| &bytes[start..end])
}

/// `strings.TrimSpace`.
pub(crate) fn trim_space(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => trim_matching(bytes, char::is_whitespace),
    }
}

/// Where `needle` (not empty) begins in `text`, without overlaps.
pub(crate) fn positions(text: &[u8], needle: &[u8]) -> Vec<usize> {
    if let (Ok(text), Ok(needle)) = (std::str::from_utf8(text), std::str::from_utf8(needle)) {
        return text.match_indices(needle).map(|(at, _)| at).collect();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = find(&text[at..], needle) {
        found.push(at + offset);
        at += offset + needle.len();
    }
    found
}

/// Where `needle` first begins in `text`.
pub(crate) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    match (std::str::from_utf8(text), std::str::from_utf8(needle)) {
        (Ok(text), Ok(needle)) => text.find(needle),
        _ => text
            .windows(needle.len())
            .position(|window| window == needle),
    }
}

/// `strings.SplitN`: at most `limit` parts (the last is the rest), all with a negative
/// limit, none with zero. An empty separator splits after each character.
pub(crate) fn split<'a>(text: &'a [u8], separator: &[u8], limit: i64) -> Vec<&'a [u8]> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if most == 0 {
        return Vec::new();
    }
    if separator.is_empty() {
        return split_characters(text, most);
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for at in positions(text, separator) {
        if parts.len() + 1 >= most {
            break;
        }
        parts.push(&text[start..at]);
        start = at + separator.len();
    }
    parts.push(&text[start..]);
    parts
}

fn split_characters(text: &[u8], most: usize) -> Vec<&[u8]> {
    let mut parts = explode(text);
    if parts.len() > most {
        let kept: usize = parts[..most - 1].iter().map(|part| part.len()).sum();
        parts.truncate(most - 1);
        parts.push(&text[kept..]);
    }
    parts
}

/// `unicode.IsSpace`.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// A Unicode category, for the characters beyond ASCII.
fn in_category(category: &'static LazyLock<Option<Regex>>, character: char) -> bool {
    let mut buffer = [0; 4];
    category
        .as_ref()
        .is_some_and(|regex| regex.is_match(character.encode_utf8(&mut buffer)))
}

macro_rules! category {
    ($(#[$doc:meta])* $name:ident, $ascii:expr, $pattern:literal) => {
        $(#[$doc])*
        pub(crate) fn $name(character: char) -> bool {
            static CATEGORY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
            if character.is_ascii() {
                let ascii: fn(&char) -> bool = $ascii;
                return ascii(&character);
            }
            in_category(&CATEGORY, character)
        }
    };
}

category!(
    /// `unicode.IsUpper`: the category only, which is narrower than Rust's.
    is_upper, char::is_ascii_uppercase, r"\p{Lu}"
);
category!(
    /// `unicode.IsLower`.
    is_lower, char::is_ascii_lowercase, r"\p{Ll}"
);
category!(
    /// `unicode.IsTitle`.
    is_title, |_| false, r"\p{Lt}"
);
category!(
    /// `unicode.IsLetter`.
    is_letter, char::is_ascii_alphabetic, r"\p{L}"
);
category!(
    /// `unicode.IsDigit`.
    is_digit, char::is_ascii_digit, r"\p{Nd}"
);
category!(
    /// `unicode.IsNumber`.
    is_number, char::is_ascii_digit, r"\p{N}"
);
category!(
    /// `unicode.IsPunct`.
    is_punctuation, |c| c.is_ascii_punctuation() && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~'), r"\p{P}"
);

/// `unicode.ToUpper`: one character for one, so `ß` stays.
pub(crate) fn to_upper(character: char) -> char {
    let mut mapped = character.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => iota_subscript_upper(character),
    }
}

/// GREEK letters with iota subscript have a capital of their own (category Lt), while
/// their full mapping is two letters.
fn iota_subscript_upper(character: char) -> char {
    let code = u32::from(character);
    let capital = match code {
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => code + 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 => code + 9,
        _ => code,
    };
    char::from_u32(capital).unwrap_or(character)
}

/// `unicode.ToLower`.
pub(crate) fn to_lower(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

/// `unicode.ToTitle`: as upper case, but for the letters that are two in one and Georgian.
pub(crate) fn to_title(character: char) -> char {
    match character {
        '\u{1C4}'..='\u{1C6}' => '\u{1C5}',
        '\u{1C7}'..='\u{1C9}' => '\u{1C8}',
        '\u{1CA}'..='\u{1CC}' => '\u{1CB}',
        '\u{1F1}'..='\u{1F3}' => '\u{1F2}',
        '\u{10D0}'..='\u{10FA}' | '\u{10FD}'..='\u{10FF}' => character,
        other => to_upper(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_are_one_character_each() {
        assert_eq!(
            runes(b"a\xF0\x9F\xFF").collect::<String>(),
            "a\u{FFFD}\u{FFFD}\u{FFFD}"
        );
        assert_eq!(explode(b"\xFFa\xC3\xA9"), [&b"\xFF"[..], b"a", b"\xC3\xA9"]);
    }

    #[test]
    fn splitting_takes_limits() {
        assert_eq!(split(b"a,b,c", b",", 2), [&b"a"[..], b"b,c"]);
        assert_eq!(split(b"abc", b"", 2), [&b"a"[..], b"bc"]);
        assert_eq!(split(b"", b",", -1), [&b""[..]]);
        assert!(split(b"", b"", -1).is_empty());
        assert_eq!(split(b"\xFF,\xFE", b",", -1), [&b"\xFF"[..], b"\xFE"]);
    }

    #[test]
    fn case_maps_one_to_one() {
        assert_eq!(to_upper('ß'), 'ß');
        assert_eq!(to_upper('ᾳ'), 'ᾼ');
        assert_eq!(to_lower('İ'), 'i');
        assert_eq!(to_title('ǆ'), 'ǅ');
        assert!(!is_upper('Ⅰ') && is_upper('É'));
    }
}

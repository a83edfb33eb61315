//! Character classes of Go's regular expressions, rewritten item by item.

use std::fmt::Write;

use crate::regex_syntax::{SyntaxError, read_escape};

/// A character so that it stands for itself, inside and outside of brackets.
pub(crate) fn escape_char(character: char) -> String {
    if character.is_ascii_alphanumeric() || !character.is_ascii() {
        return character.to_string();
    }
    format!("\\x{:02X}", u32::from(character))
}

/// The inside of brackets for `\d`, `\D` and so on. GO: they know ASCII only.
pub(crate) fn ascii_class(letter: char) -> &'static str {
    match letter {
        'd' => "0-9",
        'D' => "^0-9",
        's' => r"\t\n\x0C\r ",
        'S' => r"^\t\n\x0C\r ",
        'w' => "0-9A-Za-z_",
        _ => "^0-9A-Za-z_",
    }
}

/// The inside of brackets for `[:alpha:]` and so on, by the name without colons.
fn posix_class(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\t ",
        "cntrl" => r"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => r"!-/:-@\[-`{-~",
        "space" => r"\t\n\x0B\x0C\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

/// Rewrites the class at the start of a text; gives it and what follows.
pub(crate) fn parse_class(whole: &str) -> Result<(String, &str), SyntaxError> {
    let mut rest = &whole[1..];
    let mut result = String::from("[");
    if let Some(after) = rest.strip_prefix('^') {
        rest = after;
        result.push('^');
    }
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        rest = parse_item(rest, whole, &mut result)?;
    }
    result.push(']');
    Ok((result, &rest[1..]))
}

/// Rewrites one item of a class: a named class, an escape, a character or a range.
fn parse_item<'a>(text: &'a str, whole: &str, result: &mut String) -> Result<&'a str, SyntaxError> {
    if let Some((class, rest)) = parse_posix(text)? {
        result.push_str(&class);
        return Ok(rest);
    }
    let mut characters = text.chars();
    if characters.next() == Some('\\') {
        match characters.next() {
            Some('p' | 'P') => {
                let (class, rest) = unicode_class(text)?;
                result.push_str(&class);
                return Ok(rest);
            }
            Some(letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                write_nested(result, ascii_class(letter));
                return Ok(characters.as_str());
            }
            _ => {}
        }
    }
    parse_range(text, whole, result)
}

fn write_nested(result: &mut String, class: &str) {
    // Writing to a string cannot fail.
    let _ = write!(result, "[{class}]");
}

fn parse_posix(text: &str) -> Result<Option<(String, &str)>, SyntaxError> {
    let Some(named) = text.strip_prefix("[:") else {
        return Ok(None);
    };
    let Some(end) = named.find(":]") else {
        return Ok(None);
    };
    let (negated, name) = match named[..end].strip_prefix('^') {
        Some(name) => ("^", name),
        None => ("", &named[..end]),
    };
    let Some(class) = posix_class(name) else {
        return Err(SyntaxError::new(
            "invalid character class range",
            &text[..end + 4],
        ));
    };
    Ok(Some((format!("[{negated}{class}]"), &named[end + 2..])))
}

fn parse_range<'a>(
    text: &'a str,
    whole: &str,
    result: &mut String,
) -> Result<&'a str, SyntaxError> {
    let (low, mut rest) = parse_character(text, whole)?;
    let mut high = low;
    // `[a-]` is the letter or a hyphen.
    if rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]") {
        (high, rest) = parse_character(&rest[1..], whole)?;
        if high < low {
            let range = &text[..text.len() - rest.len()];
            return Err(SyntaxError::new("invalid character class range", range));
        }
    }
    result.push_str(&escape_char(low));
    if high != low {
        result.push('-');
        result.push_str(&escape_char(high));
    }
    Ok(rest)
}

fn parse_character<'a>(text: &'a str, whole: &str) -> Result<(char, &'a str), SyntaxError> {
    let mut characters = text.chars();
    match characters.next() {
        None => Err(SyntaxError::new("missing closing ]", whole)),
        Some('\\') => read_escape(text),
        Some(character) => Ok((character, characters.as_str())),
    }
}

/// Rewrites `\pN`, `\p{Name}`, `\p{^Name}` and their negations; gives an item for a class
/// and what follows.
pub(crate) fn unicode_class(text: &str) -> Result<(String, &str), SyntaxError> {
    let mut negated = text.starts_with("\\P");
    let after = &text[2..];
    let invalid = |part: &str| SyntaxError::new("invalid character class range", part);
    let (name, rest) = if let Some(braced) = after.strip_prefix('{') {
        let end = braced.find('}').ok_or_else(|| invalid(text))?;
        (&braced[..end], &braced[end + 1..])
    } else {
        let length = after.chars().next().map_or(0, char::len_utf8);
        after.split_at(length)
    };
    let sequence = &text[..text.len() - rest.len()];
    let name = match name.strip_prefix('^') {
        Some(name) => {
            negated = !negated;
            name
        }
        None => name,
    };
    let class = unicode_property(name).ok_or_else(|| invalid(sequence))?;
    let negation = if negated { "^" } else { "" };
    Ok((format!("[{negation}{class}]"), rest))
}

/// A general category, a script, or one of the few names beside them.
fn unicode_property(name: &str) -> Option<String> {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-'))
        .collect();
    match plain.to_ascii_lowercase().as_str() {
        "" => return None,
        "any" => return Some(r"\x00-\x{10FFFF}".into()),
        "ascii" => return Some(r"\x00-\x7F".into()),
        "assigned" => return Some(r"\p{Assigned}".into()),
        // No text holds a surrogate: an empty class.
        "cs" | "surrogate" => return Some(r"\x00&&\x01".into()),
        _ => {}
    }
    if !plain.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    ["gc", "sc"]
        .iter()
        .map(|property| format!(r"\p{{{property}={plain}}}"))
        .find(|class| regex_syntax::parse(class).is_ok())
}

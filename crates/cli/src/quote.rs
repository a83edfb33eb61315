//! Go's quoted strings (`strconv.Quote`), which Helm's texts and log lines use.

use std::fmt::Write as _;

/// The text in double quotes with Go's escapes.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        push_escaped(&mut out, character, '"');
    }
    out.push('"');
    out
}

/// One character in single quotes (`%q` of a rune).
pub fn quote_char(character: char) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, character, '\'');
    out.push('\'');
    out
}

/// The text in back quotes where Go could write it so, otherwise as [`quote`] (`%#q`).
pub fn quote_raw(text: &str) -> String {
    let fits = |character: char| {
        character == '\t' || (character != '`' && character != '\u{feff}' && is_print(character))
    };
    if text.chars().all(fits) {
        format!("`{text}`")
    } else {
        quote(text)
    }
}

fn push_escaped(out: &mut String, character: char, delimiter: char) {
    let escape = match character {
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{b}' => "\\v",
        '\\' => "\\\\",
        _ if character == delimiter => {
            out.push('\\');
            out.push(character);
            return;
        }
        _ if is_print(character) => {
            out.push(character);
            return;
        }
        _ => {
            push_code(out, character);
            return;
        }
    };
    out.push_str(escape);
}

fn push_code(out: &mut String, character: char) {
    let code = character as u32;
    // Writing into a String cannot fail.
    let _ = match code {
        0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
        0..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the plain space.
pub fn is_print(character: char) -> bool {
    if character.is_ascii() {
        return (' '..='~').contains(&character);
    }
    // Rust's own debug escapes follow the same Unicode categories. A mark counts as
    // printable only after another character, hence the letter in front.
    let mut text = String::from("a");
    text.push(character);
    !character.is_whitespace() && text.escape_debug().nth(1) == Some(character)
}

#[cfg(test)]
mod tests {
    use super::{quote, quote_char, quote_raw};

    // Expected texts are those of Go's strconv.Quote, seen through `helm -o VALUE`.
    #[test]
    fn quotes_as_go_does() {
        assert_eq!(quote("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(quote("\n\t\u{7}\u{1}\u{7f}"), r#""\n\t\a\x01\x7f""#);
        assert_eq!(
            quote("é \u{300}\u{a0}\u{feff}😀"),
            "\"é \u{300}\\u00a0\\ufeff😀\""
        );
        assert_eq!(quote_char('c'), "'c'");
        assert_eq!(quote_char('\''), "'\\''");
        assert_eq!(quote_raw("bogus"), "`bogus`");
        assert_eq!(quote_raw("a`b"), "\"a`b\"");
    }
}

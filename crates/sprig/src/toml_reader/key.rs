//! Keys of several parts, as error texts and the library's own tables of names show them.

/// Whether a character may stand in a key without quotes.
pub(super) fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The parts with dots between them, in quotes where they need some.
pub(super) fn shown(parts: &[String]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| shown_part(part)).collect();
    parts.join(".")
}

fn shown_part(part: &str) -> String {
    if !part.is_empty() && part.chars().all(is_bare) {
        return part.to_owned();
    }
    let mut text = String::from("\"");
    for c in part.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{7f}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn parts_are_quoted_as_they_need() {
        let parts = ["a-1", "", "b c", "\"\\\u{1}é"].map(str::to_owned);
        assert_eq!(shown(&parts), r#"a-1.""."b c"."\"\\\u0001é""#);
        assert_eq!(shown(&[]), "");
    }
}

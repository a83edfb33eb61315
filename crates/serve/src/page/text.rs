//! Texts of strangers in HTML.

/// A text between tags or in an attribute with double quotes.
///
/// Characters that would change what stands around them become visible: control characters, and
/// those that turn the direction of texts.
pub fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            odd if odd.is_control() || turns(odd) => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

/// Whether a character turns the direction of what follows it.
pub fn turns(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same as a new text.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape(&mut out, text);
    out
}

/// A text of about so many characters at most.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => {
            let cut = &text[..end];
            // Not in the middle of a word, if that is not far.
            let end = cut.rfind(' ').filter(|at| at + 24 > end).unwrap_or(end);
            format!("{}…", cut[..end].trim_end())
        }
    }
}

/// A word of a command line, in quotes where a shell would see more than a word.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A link that may be followed: to pages of the web, and for mails. Nothing for all others, such
/// as those that browsers take for programs.
pub fn safe_link(link: &str) -> Option<&str> {
    let link = link.trim();
    let scheme = link.split_once(':')?.0.to_ascii_lowercase();
    // Browsers pass over line breaks in the middle of a scheme.
    let is_odd = link.chars().any(|c| c.is_control() || turns(c));
    let is_safe = matches!(scheme.as_str(), "http" | "https" | "mailto");
    (is_safe && !is_odd && link.len() <= 2048).then_some(link)
}

/// A picture that may be loaded from elsewhere.
pub fn safe_picture(link: &str) -> Option<&str> {
    safe_link(link).filter(|link| !link.starts_with(['m', 'M']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_a_text() {
        assert_eq!(escaped("<b a=\"'&"), "&lt;b a=&quot;&#39;&amp;");
        assert_eq!(
            escaped("a\u{202e}b\u{2066}\u{0}\u{9b}c\n"),
            "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}c\n"
        );
        // Marks without reach stay: texts in Arabic need them.
        assert_eq!(escaped("\u{200f}ע"), "\u{200f}ע");
    }

    #[test]
    fn links_lead_to_pages_and_mails_alone() {
        for good in ["https://a.b/c?d", "HTTP://a", " http://a ", "mailto:a@b.c"] {
            assert_eq!(safe_link(good), Some(good.trim()));
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example.com",
            "/api/charts",
            "https\n://a",
            "http://a\u{202e}b",
            "",
            "a",
        ] {
            assert_eq!(safe_link(bad), None, "{bad:?}");
        }
        assert_eq!(safe_picture("mailto:a@b.c"), None);
        assert_eq!(safe_picture("https://a/b.png"), Some("https://a/b.png"));
    }

    #[test]
    fn commands_do_nothing_else() {
        assert_eq!(shell_word("web/1.0.0+x"), "web/1.0.0+x");
        assert_eq!(shell_word("$(reboot)"), "'$(reboot)'");
        assert_eq!(shell_word("a'; b"), r"'a'\''; b'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn long_texts_are_cut_at_words() {
        assert_eq!(shortened("one two three", 9), "one two…");
        assert_eq!(shortened("one", 9), "one");
        assert_eq!(
            shortened(&"x".repeat(50), 40),
            format!("{}…", "x".repeat(40))
        );
    }
}

//! Help in color: headings, commands and flags stand out.

use super::color::Paint;

/// The same help, painted; without color, the very same.
pub fn painted(text: &str, paint: Paint) -> String {
    if !paint.colored {
        return text.to_owned();
    }
    let mut section = "";
    let lines = text.split_inclusive('\n').map(|line| {
        let (words, end) = match line.strip_suffix('\n') {
            Some(words) => (words, "\n"),
            None => (line, ""),
        };
        if SECTIONS.contains(&words) {
            section = words;
            return paint.head(words) + end;
        }
        match section {
            "Available Commands:" => first_words(words, paint, |_| true, 1) + end,
            "Flags:" | "Global Flags:" => {
                first_words(words, paint, |word| word.starts_with('-'), 2) + end
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

/// The headings of a help text.
const SECTIONS: &[&str] = &[
    "Usage:",
    "Aliases:",
    "Examples:",
    "Available Commands:",
    "Flags:",
    "Global Flags:",
];

/// A line that is further in, with up to so many of its first words in the color of names.
fn first_words(line: &str, paint: Paint, is_name: fn(&str) -> bool, most: usize) -> String {
    let words = line.trim_start();
    if words.len() == line.len() {
        return line.to_owned();
    }
    let mut painted = line[..line.len() - words.len()].to_owned();
    let mut rest = words;
    for _ in 0..most {
        let end = rest.find(' ').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !is_name(word) {
            break;
        }
        let name = word.strip_suffix(',').unwrap_or(word);
        let blanks = after.len() - after.trim_start().len();
        painted += &paint.name(name);
        painted += &word[name.len()..];
        painted += &after[..blanks];
        rest = &after[blanks..];
    }
    painted + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "Does it.\n\nUsage:\n  x [command]\n\nAvailable Commands:\n  \
        get   all of it\n\nFlags:\n  -o, --output format   how\n      --all             all - of it\n";

    #[test]
    fn names_and_headings_stand_out() {
        let painted = painted(HELP, Paint { colored: true });
        let plain = |text: &str| text.replace("\u{1b}[", "<").replace('m', ">");
        for expected in [
            "\u{1b}[1mUsage:\u{1b}[22m\n  x [command]\n",
            "  \u{1b}[36mget\u{1b}[0m   all of it\n",
            "  \u{1b}[36m-o\u{1b}[0m, \u{1b}[36m--output\u{1b}[0m format   how\n",
            "      \u{1b}[36m--all\u{1b}[0m             all - of it\n",
        ] {
            assert!(painted.contains(expected), "{}", plain(&painted));
        }
    }

    #[test]
    fn without_color_nothing_changes() {
        assert_eq!(painted(HELP, Paint { colored: false }), HELP);
    }
}

//! Pages in Markdown, with the names and headings of Helm's.

use super::Page;
use crate::args::Found;
use crate::args::help::{all_flags, own_flags};

/// The name and the text of a page.
pub fn page(page: &Page<'_>) -> (String, String) {
    let found = page.found;
    let mut text = format!("## {}\n\n", page.words(found, " "));
    text += &format!("{}\n\n", found.command.about);
    text += &format!("### Synopsis\n\n{}", prose(&page.long()));
    if found.command.run.is_some() {
        text += &block(&found.use_line(page.program));
    }
    if let Some(examples) = page.examples() {
        text += &format!("### Examples\n\n{}", block(&examples));
    }
    let own = own_flags(found, page.program, page.settings);
    text += &format!("### Options\n\n{}", block(&own));
    if !found.path.is_empty() {
        let all = all_flags(page.settings);
        text += &format!(
            "### Options inherited from parent commands\n\n{}",
            block(&all)
        );
    }
    let related = page.related();
    if !related.is_empty() {
        text += "### SEE ALSO\n\n";
    }
    for other in &related {
        let (words, about) = (page.words(other, " "), other.command.about);
        text += &format!("* [{words}]({})\t - {about}\n", name(page, other));
    }
    (name(page, found), text)
}

/// The same with the head that site generators look for.
pub fn titled(of: &Page<'_>) -> (String, String) {
    let (name, text) = page(of);
    let words = of.words(of.found, " ");
    let words: Vec<String> = words.split(' ').map(capital).collect();
    let title = words.join(" ");
    (name, format!("---\ntitle: \"{title}\"\n---\n\n{text}"))
}

fn name(page: &Page<'_>, found: &Found) -> String {
    format!("{}.md", page.words(found, "_"))
}

fn block(text: &str) -> String {
    format!("```\n{text}\n```\n\n")
}

/// Paragraphs; lines that are further in (tables, commands to copy) stay as they are.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut is_block = false;
    for line in text.lines() {
        let starts_block = line.starts_with("  ");
        if starts_block != is_block {
            let gap = if starts_block { "\n" } else { "" };
            prose += &format!("{gap}```\n");
            is_block = starts_block;
        }
        prose += &format!("{line}\n");
    }
    let end = if is_block { "```\n\n" } else { "\n" };
    prose + end
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn what_is_further_in_is_a_block() {
        assert_eq!(
            prose("Do this:\n  a\n  b\n\nor that\n  c"),
            "Do this:\n\n```\n  a\n  b\n```\n\nor that\n\n```\n  c\n```\n\n"
        );
        assert_eq!(prose("One.\n\nTwo."), "One.\n\nTwo.\n\n");
    }
}

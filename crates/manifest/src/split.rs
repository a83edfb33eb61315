//! One rendered file into documents.

use memchr::memmem;

const MARKER: &str = "---";

/// Splits rendered text into its documents, in order.
///
/// HELM: Helm cuts wherever a line starts with `---`, whatever follows on that line, even
/// inside a block scalar, and the rest of the line belongs to the next document. Blank
/// documents are dropped, leading white space of each goes, trailing white space stays.
pub fn split(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let text = text.trim_start();
    let mut start = 0;
    if text.starts_with(MARKER) {
        start = MARKER.len();
    }
    let line_break = memmem::Finder::new("\n---");
    for found in line_break.find_iter(text.as_bytes()) {
        // Markers may touch each other's line, not each other.
        push(&mut documents, &text[start..=found]);
        start = found + 1 + MARKER.len();
    }
    push(&mut documents, &text[start..]);
    documents
}

fn push<'a>(documents: &mut Vec<&'a str>, document: &'a str) {
    let document = document.trim_start();
    if !document.is_empty() {
        documents.push(document);
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_separator_needs_no_line_of_its_own() {
        assert_eq!(
            split("a: 1\n---b: 2\n--- # c\nd: 3\n"),
            ["a: 1\n", "b: 2\n", "# c\nd: 3\n"]
        );
    }

    #[test]
    fn blank_documents_vanish_and_trailing_newlines_stay() {
        assert_eq!(split("\n---\n  \n---\n\n a: 1\n\n\n---\n"), ["a: 1\n\n\n"]);
        assert!(split("").is_empty());
        assert!(split("---").is_empty());
    }

    #[test]
    fn it_cuts_inside_block_scalars_too() {
        assert_eq!(split("a: |\n  x\n---\n  y\n"), ["a: |\n  x\n", "y\n"]);
    }

    #[test]
    fn an_indented_marker_is_text() {
        assert_eq!(split("a: |\n  ---\n  y\n"), ["a: |\n  ---\n  y\n"]);
    }
}

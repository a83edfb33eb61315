//! An index cut into blocks by its indentation, without understanding it as YAML.
//!
//! Each block is then YAML of its own, so a large index needs the memory of one entry. Cutting
//! is right for what repositories really write; whatever else YAML allows is not cut, or gives
//! blocks that cannot be read (a text or list in brackets that goes over several of them has no
//! end in the first). Both mean that the whole is read as one document instead.

use memchr::{memchr, memchr_iter, memmem};

/// An index in blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks<'a> {
    /// Everything at the top but the entries.
    pub head: Vec<u8>,
    /// The entries by chart.
    pub charts: Vec<ChartBlock<'a>>,
}

/// What stands under the name of one chart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChartBlock<'a> {
    /// The line with the name.
    pub header: &'a [u8],
    /// Its list, every line of it.
    pub items: &'a [u8],
    /// How far the dashes of the list are indented.
    indent: usize,
}

impl<'a> ChartBlock<'a> {
    /// The items of the list, each a list of one.
    pub fn entries(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (items, indent) = (self.items, self.indent);
        let mut start = 0;
        std::iter::from_fn(move || {
            if start >= items.len() {
                return None;
            }
            let mut end = line_end(items, start);
            while end < items.len() && !is_item(line_at(items, end), indent) {
                end = line_end(items, end);
            }
            let entry = &items[start..end];
            start = end;
            Some(entry)
        })
    }

    /// Bytes in all.
    pub fn len(&self) -> usize {
        self.header.len() + self.items.len()
    }
}

/// Cuts an index; nothing when it has a form that is not surely understood.
pub(crate) fn blocks(text: &[u8]) -> Option<Blocks<'_>> {
    if has_odd_characters(text) {
        return None;
    }
    let mut cutter = Cutter::default();
    let mut start = 0;
    while start < text.len() {
        let end = line_end(text, start);
        cutter.line(text, start, end)?;
        start = end;
    }
    cutter.finish(text, text.len());
    cutter.seen_entries.then_some(cutter.blocks)
}

/// What is no text, characters that end a line for YAML and not for us, marks of other encodings,
/// directives.
fn has_odd_characters(text: &[u8]) -> bool {
    let lone_return = memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'));
    let odd: [&[u8]; 3] = [
        "\u{85}".as_bytes(),
        "\u{2028}".as_bytes(),
        "\u{2029}".as_bytes(),
    ];
    lone_return
        || std::str::from_utf8(text).is_err()
        || text.starts_with(b"\xef\xbb\xbf")
        || text.starts_with(b"\xfe\xff")
        || text.starts_with(b"\xff\xfe")
        || text.starts_with(b"%")
        || odd.iter().any(|odd| memmem::find(text, odd).is_some())
}

#[derive(Default)]
struct Cutter<'a> {
    blocks: Blocks<'a>,
    seen_entries: bool,
    in_entries: bool,
    /// Whether anything but blank lines and comments came.
    begun: bool,
    /// Whether a line at the left margin came.
    has_key: bool,
    name_indent: Option<usize>,
    open: Option<Open>,
}

/// A chart whose end is not known yet.
struct Open {
    start: usize,
    items: Option<(usize, usize)>,
}

impl<'a> Cutter<'a> {
    fn line(&mut self, text: &'a [u8], start: usize, end: usize) -> Option<()> {
        let line = &text[start..end];
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let words = line[indent..].trim_ascii_end();
        let nothing = words.is_empty() || words.starts_with(b"#");
        if !self.begun && !nothing {
            self.begun = true;
            if words == b"---" && indent == 0 {
                return Some(());
            }
        }
        if indent == 0 && (words.starts_with(b"---") || words.starts_with(b"...")) {
            return None;
        }
        if nothing {
            if !self.in_entries {
                self.blocks.head.extend_from_slice(line);
            }
            return Some(());
        }
        if indent == 0 {
            return self.top(text, start, words, line);
        }
        if !self.has_key {
            // Keys that are further in end at the first that is not, and the document with them.
            return None;
        }
        if !self.in_entries {
            self.blocks.head.extend_from_slice(line);
            return Some(());
        }
        self.inside(text, start, indent, words)
    }

    /// A line at the left margin.
    fn top(&mut self, text: &'a [u8], start: usize, words: &[u8], line: &[u8]) -> Option<()> {
        self.has_key = true;
        if words == b"entries:" {
            let again = std::mem::replace(&mut self.seen_entries, true);
            self.in_entries = true;
            return (!again).then_some(());
        }
        if self.in_entries {
            if is_dash(words) || words.starts_with(b"\t") {
                return None;
            }
            self.finish(text, start);
            self.in_entries = false;
        }
        self.blocks.head.extend_from_slice(line);
        Some(())
    }

    /// A line below `entries`.
    fn inside(&mut self, text: &'a [u8], start: usize, indent: usize, words: &[u8]) -> Option<()> {
        let name_indent = *self.name_indent.get_or_insert(indent);
        if indent < name_indent {
            return None;
        }
        let dash = is_dash(words);
        match &mut self.open {
            Some(open) => match open.items {
                None if dash => open.items = Some((start, indent)),
                None if indent > name_indent => {}
                Some((_, items)) if dash && indent == items => {}
                Some((_, items)) if indent > items => {}
                _ if indent == name_indent && !dash => self.name(text, start),
                _ => return None,
            },
            None if dash || indent > name_indent => return None,
            None => self.name(text, start),
        }
        Some(())
    }

    fn name(&mut self, text: &'a [u8], start: usize) {
        self.finish(text, start);
        self.open = Some(Open { start, items: None });
    }

    /// Ends the chart that is open.
    fn finish(&mut self, text: &'a [u8], end: usize) {
        let Some(open) = self.open.take() else {
            return;
        };
        let (items, indent) = open.items.unwrap_or((end, 0));
        self.blocks.charts.push(ChartBlock {
            header: &text[open.start..items],
            items: &text[items..end],
            indent,
        });
    }
}

fn is_dash(words: &[u8]) -> bool {
    words == b"-" || words.starts_with(b"- ")
}

fn is_item(line: &[u8], indent: usize) -> bool {
    let (blanks, rest) = line.split_at(indent.min(line.len()));
    blanks.iter().all(|byte| *byte == b' ') && is_dash(rest.trim_ascii_end())
}

fn line_end(text: &[u8], start: usize) -> usize {
    memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length + 1)
}

fn line_at(text: &[u8], start: usize) -> &[u8] {
    &text[start..line_end(text, start)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Option<Vec<(String, Vec<String>)>> {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let blocks = blocks(text.as_bytes())?;
        let charts = blocks.charts.iter();
        Some(
            charts
                .map(|chart| (lossy(chart.header), chart.entries().map(lossy).collect()))
                .collect(),
        )
    }

    #[test]
    fn both_indentations_of_lists_are_cut() {
        for blanks in ["", "  ", "    "] {
            let text = format!(
                "---\napiVersion: v1\nentries:\n  a: # c\n{blanks}  - x: |\n{blanks}      - y\n\n{blanks}  -\n{blanks}    z: 1\n  b:\n{blanks}  - q\ngenerated: x\n"
            );
            let charts = cut(&text).unwrap();
            assert_eq!(charts.len(), 2, "{charts:?}");
            assert_eq!(charts[0].0, "  a: # c\n");
            assert_eq!(charts[0].1.len(), 2, "{charts:?}");
            assert_eq!(charts[1].1, [format!("{blanks}  - q\n")]);
        }
    }

    #[test]
    fn what_is_not_surely_understood_is_not_cut() {
        for text in [
            "",
            "apiVersion: v1\n",
            "entries: {}\n",
            "entries:\n  a:\n  - x\nentries:\n  b:\n",
            "entries:\n- a\n",
            "entries:\n    a:\n    - x\n  b:\n",
            "entries:\n  a:\n  - x\n---\n",
            "entries:\n  a:\n  - x\r  b:\n",
            "entries:\n  a:\n  - x\u{2028}  b:\n",
            "%YAML 1.1\n---\nentries:\n  a:\n",
            "  apiVersion: v1\nentries:\n  a:\n  - x\n",
            "---\n  apiVersion: v1\nentries:\n  a:\n  - x\n",
        ] {
            assert_eq!(cut(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_not_cut() {
        assert!(blocks(b"entries:\n\xce\xff").is_none());
        assert!(blocks(b"apiVersion: v1\nentries:\n  a:\n  - name: \xff\n").is_none());
    }
}

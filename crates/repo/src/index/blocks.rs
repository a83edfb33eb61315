//! An index cut into blocks by its indentation, without understanding it as YAML, and without
//! having all of it at hand.
//!
//! Each block is then YAML of its own, so a large index needs the memory of one entry. Cutting
//! is right for what repositories really write; whatever else YAML allows is not cut, or gives
//! blocks that cannot be read (a text or list in brackets that goes over several of them has no
//! end in the first). Both mean that the whole is read as one document instead.

use memchr::{memchr, memchr_iter, memmem};

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
}

/// Where the block of one chart is, counted from the start of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub start: usize,
    items: usize,
    pub end: usize,
    indent: usize,
}

impl Cut {
    /// The block, in a piece of the index that starts at a place of it.
    pub fn of(self, piece: &[u8], at: usize) -> Option<ChartBlock<'_>> {
        Some(ChartBlock {
            header: piece.get(self.start.checked_sub(at)?..self.items.checked_sub(at)?)?,
            items: piece.get(self.items.checked_sub(at)?..self.end.checked_sub(at)?)?,
            indent: self.indent,
        })
    }
}

/// Cuts an index, one piece after the other.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    /// Where the next piece starts.
    at: usize,
    /// Everything at the top, before and after the entries.
    head: [Vec<u8>; 2],
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
#[derive(Debug)]
struct Open {
    start: usize,
    items: Option<(usize, usize)>,
}

impl Cutter {
    /// Takes the next lines of an index, all of them whole, and tells which charts ended in
    /// them; nothing when the index has a form that is not surely understood.
    pub fn lines(&mut self, piece: &[u8]) -> Option<Vec<Cut>> {
        if has_odd_characters(piece) || self.at == 0 && has_odd_start(piece) {
            return None;
        }
        let mut ended = Vec::new();
        let mut start = 0;
        while start < piece.len() {
            let end = line_end(piece, start);
            ended.extend(self.line(&piece[start..end])?);
            self.at += end - start;
            start = end;
        }
        Some(ended)
    }

    /// Where the chart starts whose end is not known yet, or else the next piece.
    pub fn open_at(&self) -> usize {
        self.open.as_ref().map_or(self.at, |open| open.start)
    }

    /// After the last line: everything before the entries and after them, and the last chart.
    pub fn finish(mut self) -> Option<([Vec<u8>; 2], Option<Cut>)> {
        let last = self.end();
        self.seen_entries.then_some((self.head, last))
    }

    /// The chart that a line ends, if it ends one.
    #[expect(clippy::option_option, reason = "not understood is another thing")]
    fn line(&mut self, line: &[u8]) -> Option<Option<Cut>> {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let words = line[indent..].trim_ascii_end();
        let nothing = words.is_empty() || words.starts_with(b"#");
        if !self.begun && !nothing {
            self.begun = true;
            if words == b"---" && indent == 0 {
                return Some(None);
            }
        }
        if indent == 0 && (words.starts_with(b"---") || words.starts_with(b"...")) {
            return None;
        }
        if !nothing && indent == 0 {
            return self.top(words, line);
        }
        if !nothing && !self.has_key {
            // Keys that are further in end at the first that is not, and the document with them.
            return None;
        }
        if !self.in_entries {
            self.keep(line);
            return Some(None);
        }
        if nothing {
            return Some(None);
        }
        self.inside(indent, words)
    }

    /// A line at the left margin.
    #[expect(clippy::option_option, reason = "not understood is another thing")]
    fn top(&mut self, words: &[u8], line: &[u8]) -> Option<Option<Cut>> {
        self.has_key = true;
        // Other signs may make one of it and of what stands above it, or something of its own.
        let first = words.first()?;
        if !first.is_ascii_alphabetic() && *first != b'"' {
            return None;
        }
        if words == b"entries:" {
            let again = std::mem::replace(&mut self.seen_entries, true);
            self.in_entries = true;
            return (!again).then_some(None);
        }
        let mut ended = None;
        if self.in_entries {
            ended = self.end();
            self.in_entries = false;
        }
        self.keep(line);
        Some(ended)
    }

    fn keep(&mut self, line: &[u8]) {
        self.head[usize::from(self.seen_entries)].extend_from_slice(line);
    }

    /// A line below `entries`.
    #[expect(clippy::option_option, reason = "not understood is another thing")]
    fn inside(&mut self, indent: usize, words: &[u8]) -> Option<Option<Cut>> {
        let name_indent = *self.name_indent.get_or_insert(indent);
        if indent < name_indent {
            return None;
        }
        let dash = is_dash(words);
        match &mut self.open {
            Some(open) => match open.items {
                None if dash => open.items = Some((self.at, indent)),
                None if indent > name_indent => {}
                Some((_, items)) if dash && indent == items => {}
                Some((_, items)) if indent > items => {}
                _ if indent == name_indent && !dash => return Some(self.name()),
                _ => return None,
            },
            None if dash || indent > name_indent => return None,
            None => return Some(self.name()),
        }
        Some(None)
    }

    fn name(&mut self) -> Option<Cut> {
        let ended = self.end();
        self.open = Some(Open {
            start: self.at,
            items: None,
        });
        ended
    }

    /// Ends the chart that is open.
    fn end(&mut self) -> Option<Cut> {
        let open = self.open.take()?;
        let (items, indent) = open.items.unwrap_or((self.at, 0));
        Some(Cut {
            start: open.start,
            items,
            end: self.at,
            indent,
        })
    }
}

/// What is no text, and characters that end a line for YAML and not for us.
fn has_odd_characters(text: &[u8]) -> bool {
    let lone_return = memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'));
    let odd: [&[u8]; 3] = [
        "\u{85}".as_bytes(),
        "\u{2028}".as_bytes(),
        "\u{2029}".as_bytes(),
    ];
    lone_return
        || std::str::from_utf8(text).is_err()
        || odd.iter().any(|odd| memmem::find(text, odd).is_some())
}

/// Marks of other encodings, directives.
fn has_odd_start(text: &[u8]) -> bool {
    let odd: [&[u8]; 4] = [b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe", b"%"];
    odd.iter().any(|odd| text.starts_with(odd))
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

    /// Everything at once, or a line at a time.
    fn cuts(text: &[u8], by_line: bool) -> Option<Vec<Cut>> {
        let mut cutter = Cutter::default();
        let mut cuts = Vec::new();
        if by_line {
            for line in text.split_inclusive(|byte| *byte == b'\n') {
                cuts.extend(cutter.lines(line)?);
            }
        } else {
            cuts.extend(cutter.lines(text)?);
        }
        cuts.extend(cutter.finish()?.1);
        Some(cuts)
    }

    fn cut(text: &str) -> Option<Vec<(String, Vec<String>)>> {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let cuts = cuts(text.as_bytes(), false);
        assert_eq!(cuts, self::cuts(text.as_bytes(), true), "{text:?}");
        let blocks = cuts?.into_iter().map(|cut| {
            let chart = cut.of(text.as_bytes(), 0).unwrap();
            (lossy(chart.header), chart.entries().map(lossy).collect())
        });
        Some(blocks.collect())
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
        assert!(cuts(b"entries:\n\xce\xff", false).is_none());
        let text = b"apiVersion: v1\nentries:\n  a:\n  - name: \xff\n";
        assert!(cuts(text, false).is_none());
        assert!(cuts(text, true).is_none());
    }
}
